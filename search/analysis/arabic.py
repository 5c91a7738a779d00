"""
Arabic: a light stemmer for words that were folded.

It takes off what is written together with a word and never looks for roots, as light10 does: L. S. Larkey, L.
Ballesteros and M. E. Connell, Light Stemming for Arabic Information Retrieval, in Arabic Computational Morphology
(2007). Beyond light10, from K. C. Ryding, A Reference Grammar of Modern Standard Arabic (2005):

- "in" and "for" (ب ل) go without the article, too; "and" and these stay where they belong to the word. As no
  rule knows, words that begin or end like that are listed in `arabic_words`.
- Possessives are looked for in words without the article alone, since no word has both. Ta marbuta and hamza come back
  as they are without one: مدينتهم, أبنائهم.
- The dual in ان is taken off few words: more of them have that end by nature (لبنان, ميدان).
- The ي of an adjective goes where four letters are left (اقتصادي), so that civil (مدني) and cities (مدن) stay apart.
- Broken plurals of common words are looked up in `arabic_plurals`.

Left alone, since they spoil more than they bring together: "as" and "so" without the article (كتاب, فريق), the s of the
future (سيارة), the beginnings of verbs.
"""

import re

from search.analysis.arabic_plurals import PLURALS, SINGULARS
from search.analysis.arabic_words import BEGIN_LIKE_A_PREFIX, END_IN_THEIR_OWN_TA, END_LIKE_A_SUFFIX, STOP_WORDS

__all__ = ["STOP_WORDS", "stem"]

_ARTICLE = "ال"
# "For the": the alef of the article goes.
_FOR_THE = "لل"
# "In", "as" and "so".
_BEFORE_THE_ARTICLE = ("ب", "ك", "ف")
# "In" and "for".
_BEFORE_ANY = ("ب", "ل")
_SHORTEST = 3

# Their, her, our, your; both of their. Singular "his" (ه) looks like ta marbuta, and goes with it.
_POSSESSIVES = ("هما", "ها", "هم", "هن", "كم", "نا")
# After alef they are most often a word's own (تفاهم, تراكم), unless much is left: قضاياهم.
_SHORTEST_AFTER_ALEF = 4

# A verb's noun (تكوين, تعاون), a passive participle (مضمون) or a noun (طاعون) whose n is its own.
_OWN_N = re.compile("ت..[يو]ن|م..ون|.ا.ون")
# No word takes more rounds than it has kinds of endings: those of number, of an adjective, of the accusative.
_MOST_ROUNDS = 4


def stem(word):
    """What the forms of a folded Arabic word have in common; at least two letters, if it has so many."""
    if word in STOP_WORDS:
        return word
    bare, has_article = _without_prefixes(word)
    return _without_endings(bare, has_article)


# What stands before a word ------------------------------------------------------------


def _without_prefixes(word):
    """The word without "and", "in", "for" and the article, and whether it had the article."""
    if word.startswith("و") and len(word) > _SHORTEST and not _begins_whole(word):
        word = word[1:]
    if len(word) <= _SHORTEST or _begins_whole(word):
        return word, False
    if word.startswith(_ARTICLE):
        return _after_article(word[2:]), True
    if word.startswith(_FOR_THE):
        return _after_for_the(word[2:]), True
    return _without_preposition(word)


def _without_preposition(word):
    has_article = word.startswith(_ARTICLE, 1) and len(word) > _SHORTEST + 1
    if has_article and word.startswith(_BEFORE_THE_ARTICLE) and not _begins_whole(word[1:]):
        return _after_article(word[3:]), True
    return (word[1:] if word.startswith(_BEFORE_ANY) else word), False


def _begins_whole(word):
    if word in _KNOWN:
        return True
    return word[1:] not in _KNOWN and _without_endings(word) in _WHOLE_BEGINNINGS


def _after_article(word):
    """Two letters with alef have lost a hamza to folding: الماء. Without the article, it stays."""
    return word + "ء" if len(word) == 2 and word[1] == "ا" else word


def _after_for_the(word):
    """Of three l in a row two are written: "for the committee" (للجنة) has one of its own."""
    has_its_own = _begins_whole("ل" + word) and not _begins_whole(word)
    return "ل" + word if has_its_own else _after_article(word)


# What stands behind it ----------------------------------------------------------------


def _without_endings(word, has_article=False):
    if not has_article and word not in END_LIKE_A_SUFFIX:
        word = _without_possessive(word)
    word = SINGULARS.get(word, word)
    for _round in range(_MOST_ROUNDS):
        before = word
        for step in (_without_number, _without_gender, _without_accusative, _without_adjective):
            if word in END_LIKE_A_SUFFIX:
                return word
            word = step(word)
        if word == before:
            break
    return word


def _without_possessive(word):
    for ending in _POSSESSIVES:
        if word.endswith(ending):
            rest = word.removesuffix(ending)
            return _as_without_possessive(rest) if _can_have_possessive(rest, ending) else word
    return word


def _can_have_possessive(rest, ending):
    if rest in SINGULARS or rest in END_LIKE_A_SUFFIX:
        return True
    # An n and the alef of the accusative (بيانا, قانونا), unless a hamza sits there: أبناؤنا.
    if ending == "نا" and rest.endswith(("ا", "و")) and not rest.endswith("او"):
        return False
    return len(rest) >= (_SHORTEST_AFTER_ALEF if rest.endswith("ا") else _SHORTEST)


def _as_without_possessive(word):
    """Ta marbuta is written ت before a possessive, and a hamza at the end gets a seat."""
    if word in SINGULARS:
        return word
    return _without_seat(_with_ta_marbuta(word))


def _with_ta_marbuta(word):
    has_own = (
        not word.endswith("ت")
        or word in END_IN_THEIR_OWN_TA
        or word.endswith(("ات", "وت"))
        # تصويت, تثبيت
        or (word.startswith("ت") and word.endswith("يت"))
    )
    return word if has_own else word[:-1] + "ه"


def _without_seat(word):
    return word[:-1] if len(word) > _SHORTEST and word.endswith(("اي", "او")) else word


def _without_number(word):
    """Without the plural, the dual, or the plural or feminine of a verb."""
    if word.endswith("ات"):
        return _without_feminine_plural(word)
    if word.endswith(("ون", "ين", "ان")):
        return _without_n(word)
    if word.endswith("وا") and len(word) >= _SHORTEST + 2:
        return word[:-2]
    # Before a noun that it belongs to, the plural loses its n: ممثلو. In يو, names end.
    if word.endswith("و") and not word.endswith("يو") and len(word) > _SHORTEST + 1:
        return word[:-1]
    if word.endswith("ت") and _is_verb(word):
        return word[:-1]
    return word


def _without_feminine_plural(word):
    rest = word[:-2]
    if rest + "ه" in END_LIKE_A_SUFFIX or len(rest) == _SHORTEST - 1:
        return rest + "ه"
    return SINGULARS.get(rest, rest) if len(rest) >= _SHORTEST else word


def _without_n(word):
    rest = word[:-2]
    is_own = len(rest) < _SHORTEST or rest.endswith("ا") or _OWN_N.fullmatch(word)
    if is_own or (word.endswith("ان") and not _is_dual(rest)):
        return word
    rest = _with_ta_marbuta(rest)
    return SINGULARS.get(rest, rest)


def _is_dual(rest):
    """What ان is taken off: a feminine (دولتان, no land in ستان), or a long word with a long vowel (وزيران)."""
    if rest.endswith("ت"):
        return not rest.endswith("ست")
    return len(rest) > _SHORTEST and any(vowel in rest[1:-1] for vowel in "اوي")


def _is_verb(word):
    """Of a woman (أعلنت): not after a long vowel (بيروت), and not where one comes second (ثابت)."""
    return len(word) > _SHORTEST and word[-2] not in "اوي" and (len(word) > _SHORTEST + 1 or word[1] != "ا")


def _without_gender(word):
    """Without ta marbuta or "his"; a word with an h of its own may have both: واجهة."""
    for _letter in range(2):
        if len(word) > _SHORTEST and word.endswith("ه") and word not in END_LIKE_A_SUFFIX:
            word = _before_h(word[:-1])
    return word


def _before_h(rest):
    # Five letters and more, of which the last is the seat of a hamza: أعضائه. With fewer, it is ta marbuta: نهاية.
    if len(rest) > _SHORTEST + 1:
        rest = _without_seat(rest)
    singular = PLURALS.get(rest, rest)
    # "His cities", but not "states" in a state: the plural of such a word is the word without ta marbuta.
    return rest if singular == rest + "ه" else singular


def _without_accusative(word):
    """Without the alef of the indefinite accusative (قرارا), which names and other words have, too: أمريكا."""
    is_ending = word.endswith("ا") and len(word) > _SHORTEST and not (len(word) == _SHORTEST + 1 and word[-2] == "ي")
    return word[:-1] if is_ending else word


def _without_adjective(word):
    """Without the ي that makes an adjective or the name of a people, or "my"."""
    return _without_seat(word[:-1]) if word.endswith("ي") and len(word) > _SHORTEST + 1 else word


_KNOWN = SINGULARS.keys() | BEGIN_LIKE_A_PREFIX
_WHOLE_BEGINNINGS = frozenset(map(_without_endings, BEGIN_LIKE_A_PREFIX))
