"""
What words of a text and of a query are indexed and compared as, in each language.

The engines get stems from here and search for nothing else, so all of them find the same. Folding is in `folding`, the
stemmers in a module for each language.
"""

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from search.analysis import arabic, english, kurmanji, sorani, turkish
from search.analysis.folding import APOSTROPHES, JOINERS, MARKS, fold

__all__ = ["VERSION", "Token", "analyse", "fold", "stem", "stems", "words"]

# Raised whenever the same text gives other stems: rows below it are indexed again.
VERSION = 1

# A longer word is cut: nobody types so much of one, and it is the key of an index.
LONGEST_WORD = 40
# What stands in a text for such a word, with vowel signs and tatweel. The rest is not read.
_LONGEST_RUN = 200
# Of each language.
_KNOWN_WORDS = 20_000

_LATIN = {"en": english, "tr": turkish, "ku": kurmanji}

# Marks never begin a word; joiners stand inside. Underscores are taken out before, since \w counts them as letters.
_RUN = re.compile(rf"\w[\w{MARKS}]*(?:[{JOINERS}]+[\w{MARKS}]+)*")
_RUN_WITH_APOSTROPHES = re.compile(rf"\w[\w{MARKS}]*(?:(?:[{JOINERS}]+|[{APOSTROPHES}])[\w{MARKS}]+)*")
_WORD = re.compile(r"[^\W_]+")

# What follows an apostrophe and is no part of the word. Turkish sets any ending of a name or number apart like that.
_ENDINGS = {
    "en": re.compile("s|d|m|re|ve|ll"),
    "tr": re.compile(".+"),
    "ku": re.compile("y?(?:e|i|a|an|en|in|ek|eki|eke)|d[ea]|r[ea]|v[ea]|ji|s"),
}
# What looks as if such an ending followed.
_ONE_WORD = {"kuran", "quran"}


@dataclass(frozen=True, slots=True)
class Token:
    """
    A word of a text.

    start, end: where it stands in the text as it was given, in characters, with all that is attached to it.
    word: its folded letters and digits, at least one.
    stem: what is indexed and searched for: letters and digits, at least one.
    is_stop: whether it is too common to be asked for alone. It is indexed all the same.
    """

    start: int
    end: int
    word: str
    stem: str
    is_stop: bool


def analyse(text, language):
    """
    The words of a text or query, in order. Takes any string, in time that grows with its length.

    A sign that stands for several words (ﷺ) gives several tokens at one place.
    """
    read = _reader(language)
    return [
        Token(run.start(), run.end(), *reading)
        for run in _pattern(language).finditer(text.replace("_", " "))
        for reading in read(run.group()[:_LONGEST_RUN])
    ]


def stems(text, language):
    """The stems of `analyse` alone, at a small part of the cost: for whole texts."""
    return [stem for readings in map(_reader(language), _runs(text, language)) for _word, stem, _is_stop in readings]


def words(text, language):
    """The words of `analyse` alone: (as it is written, folded, is_stop)."""
    read = _reader(language)
    return [(run, word, is_stop) for run in _runs(text, language) for word, _stem, is_stop in read(run)]


def _runs(text, language):
    """The pieces of a text that a reader is asked for, each cut to what is read of it."""
    pattern, runs = _pattern(language), []
    for piece in text.replace("_", " ").split():
        # Most pieces are one word and nothing else: that is found out faster than by the pattern.
        if piece.isalnum():
            runs.append(piece[:_LONGEST_RUN])
        else:
            runs += [run[:_LONGEST_RUN] for run in pattern.findall(piece)]
    return runs


def _pattern(language):
    return _RUN if language == "ar" else _RUN_WITH_APOSTROPHES


def stem(word, language):
    """The stem of one folded word, by the rules for its script and language; without any, the word itself."""
    rules = _rules(word, language)
    return (rules and rules.stem(word)) or word


@cache
def _reader(language):
    """
    The function that reads a piece of text without spaces: (word, stem, is_stop) of each word in it, of one as a rule.

    It remembers, and a language has one of its own, because a key of one text is found the fastest.
    """

    @lru_cache(maxsize=_KNOWN_WORDS)
    def read(run):
        folded = fold(run, language)
        if "'" in folded and language in _ENDINGS:
            folded = _without_ending(folded, _ENDINGS[language])
        words = (word[:LONGEST_WORD] for word in _WORD.findall(folded))
        return tuple((word, stem(word, language), _is_stop(word, language)) for word in words)

    return read


def _without_ending(folded, endings):
    """A word without the ending that an apostrophe sets apart; one that has it inside (O'Neill) is joined."""
    whole, *parts = folded.split("'")
    for part in parts:
        can_end = len(whole) > 1 or whole.isdigit()
        if can_end and endings.fullmatch(part) and whole + part not in _ONE_WORD:
            break
        whole += part
    return whole


def _is_stop(word, language):
    rules = _rules(word, language)
    return rules is not None and word in rules.STOP_WORDS


def _rules(word, language):
    """The module whose rules are meant for a folded word, or None."""
    if "\u0600" <= word[0] <= "\u06ff":
        return sorani if language == "ku" else arabic
    if word.isascii() and not word.isdigit():
        return _LATIN.get(language)
    return None
