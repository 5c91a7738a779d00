"""
Sorani, Kurdish in Arabic letters: a light stemmer for the words of it that stand in Kurdish texts, once folded.

The endings of nouns and the order in which they follow one another are those of W. M. Thackston, Sorani Kurdish, A
Reference Grammar with Selected Readings (2006): noun, plural or definite or indefinite ending, possessive, "too",
postposition. Folding has made one letter of ێ and ی, of ۆ and و, of ە and ه, and has taken away the ئ that a first
vowel stands on. Verbs are left alone, and so are the letters م and ت ("my", "your") after a bare noun: too many words
end in them.
"""

from search.analysis.folding import fold

_SHORTEST = 3
# No word ends like the definite endings by nature.
_SHORTEST_BEFORE_THE = 2
_LAND = "ستان"

_DEFINITE = ("هكان", "هكه")
_DEFINITE_AFTER_VOWEL = tuple(vowel + ending for vowel in "اوي" for ending in ("كان", "كه"))

# From the end of a word to its beginning; one of each is taken off. What a word keeps of an ending stands second.
_LAYERS = (
    # In; from, back.
    (("دا", ""), ("هوه", "")),
    # Too.
    (("يش", ""),),
    # Our, your, their.
    (("مان", ""), ("تان", ""), ("يان", "")),
    # The, also before "my", "your" and "his" or the izafe; a.
    (
        *((ending + after, "") for ending in _DEFINITE for after in ("م", "ت", "ي", "")),
        *((ending + after, ending[0]) for ending in _DEFINITE_AFTER_VOWEL for after in ("م", "ت", "ي", "")),
        ("يهكي", ""),
        ("يهك", ""),
        ("يكي", ""),
        ("يك", ""),
    ),
    # The plural, and before the izafe.
    (("اني", ""), ("ان", "")),
    # The izafe, which makes adjectives, too; "this", which looks like the vowel that many nouns end in.
    (("ي", ""), ("ه", "")),
)


def _folded(words):
    return frozenset(fold(words, "ku").split())


# Their endings are their own; whatever leads to one of these words stops there.
_WHOLE = _folded("""
کوردستان ئێران جیهان باران ژیان زمان ئاسمان بەیان پەیمان زیندان خێزان نیشان مەیدان سلێمان بارزان پاکستان
ئەفغانستان ئەرمەنستان عەرەبستان نیشتمان پەرلەمان ڕێکخراوە فەرمان درمان قارەمان میوان سەردان خەبات دەسەڵات
ئازادی یەکێتی دیموکراسی کۆبانی شەهید بیابان تاران لوبنان
""")

STOP_WORDS = _folded("""
و یا یان لە بە بۆ لەگەڵ بێ تا هەتا وەک وەکو کە چونکە بەڵام ئەگەر هەروەها دوای پێش لەسەر لەژێر لەبەر لەناو لەنێوان
دەربارەی من تۆ ئەو ئێمە ئێوە ئەوان ئەم ئەمە ئەوە ئەمانە ئەوانە ئەوەی ئێرە ئەوێ لێرە لەوێ خۆ خۆی خۆیان خۆمان هەموو هەر
هیچ زۆر کەم چەند یەک دوو تر دیکە ئیتر تەنها تەنیا هەندێک کەس چی کێ کەی کوێ چۆن بۆچی ئایا نە نا نەک هەیە نییە بوو بوون
دەبێت دەکات کرد کراوە کردووە دەکەن دا لێ پێ تێ لەم بەم لەو بەو ش
""")  # fmt: skip


def stem(word):
    """What the forms of a folded Sorani noun have in common; at least two letters, if it has so many."""
    if word in STOP_WORDS:
        return word
    for endings in _LAYERS:
        if word in _WHOLE:
            break
        word = _without_one(word, endings)
    return word


def _without_one(word, endings):
    for ending, kept in endings:
        if not word.endswith(ending):
            continue
        rest = word.removesuffix(ending) + kept
        # Lands end in -stan by nature.
        if _LAND not in word or _LAND in rest:
            shortest = _SHORTEST_BEFORE_THE if ending.startswith(_DEFINITE) else _SHORTEST
            return rest if len(rest) >= shortest else word
    return word
