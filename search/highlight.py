"""The words that were found, told apart in the original text: with its diacritics, prefixes and endings."""

import re
from functools import lru_cache, partial

from search import analysis

# How long a passage around what was found is, in characters, and how much of it may stand before the first word.
LENGTH, BEFORE = 240, 60
# No more of a text than this is looked through for a passage.
_MOST_CHARACTERS = 40_000
# The stems of longer words are not remembered from one search to the next.
_LONGEST_KNOWN = 60
# What stands between spaces, as `str.split` sees it.
_WORD = re.compile(r"\S+")
# So few words are looked for in a text one after the other, which takes a tenth of a look at each of its words.
_FEW = 50


class Found:
    """What a query finds in texts of one language, as pieces: pairs of a text and whether it was asked for."""

    def __init__(self, query, language):
        self._language = language
        self._words = [words for group in query.wanted for words in group]
        self._has_phrases = any(len(words.stems) > 1 for words in self._words)
        stems = {words.stems[0] for words in self._words}
        beginnings = tuple(words.stems[0] for words in self._words if words.is_prefix)
        self._has_one = partial(_has_one_of, stems, beginnings, language)
        # The words that were looked at, and those among them that were asked for: texts have most of them in common.
        self._seen, self._asked = set(), set()

    def pieces(self, text):
        """The whole text in pieces."""
        return _pieces(text, self._spans(text))

    def passage(self, text):
        """
        The part of a text in which most of what was asked for stands, in pieces; none where nothing does.

        It ends with its paragraph. Cut at spaces, with an ellipsis where something is left out.
        """
        text = text[:_MOST_CHARACTERS]
        spans = self._spans(text)
        if not spans:
            return []
        place = _densest(spans)
        first, last = text.rfind("\n", 0, place) + 1, text.find("\n", place)
        begin = max(first, _space_before(text, place - BEFORE))
        end = min(_space_after(text, begin + LENGTH), len(text) if last < 0 else last)
        inside = [(start - begin, stop - begin) for start, stop in spans if begin <= start and stop <= end]
        pieces = _pieces(text[begin:end], inside)
        return [*([("… ", False)] if begin else []), *pieces, *([(" …", False)] if end < len(text) else [])]

    def _spans(self, text):
        """[(start, end)] of every piece of text that was asked for, in order, none in another."""
        return self._in_phrases(text) if self._has_phrases else self._alone(text)

    def _alone(self, text):
        """Where no phrase was asked for, so that it is enough to look at each of the text's words once."""
        text = text.replace("_", " ")
        words = set(text.split())
        new = words - self._seen
        self._seen |= new
        self._asked.update(filter(self._has_one, new))
        inside = {word: self._places_in(word) for word in words & self._asked}
        return sorted(
            (place + start, place + end) for word, place in _places(inside, text) for start, end in inside[word]
        )

    def _places_in(self, word):
        """[(start, end)] of the pieces of a word that were asked for."""
        pieces = dict.fromkeys((token.start, token.end) for token in analysis.analyse(word, self._language))
        return [(start, end) for start, end in pieces if self._has_one(word[start:end])]

    def _in_phrases(self, text):
        """Where words may count only beside others."""
        stems = analysis.stems(text, self._language)
        asked = {place for words in self._words for place in words.places_in(stems)}
        # Most texts of a page have no phrase in them: only of those that do, it is found out where each stem stands.
        tokens = analysis.analyse(text, self._language) if asked else []
        return sorted({(tokens[place].start, tokens[place].end) for place in asked})


def _places(words, text):
    """(word, where it stands) for some of a text's words, each as often as it does."""
    if len(words) > _FEW:
        return ((found.group(), found.start()) for found in _WORD.finditer(text) if found.group() in words)
    return ((word, place) for word in words for place in _places_of(word, text))


def _places_of(word, text):
    length, place = len(word), text.find(word)
    while place >= 0:
        end = place + length
        if (not place or text[place - 1].isspace()) and (end == len(text) or text[end].isspace()):
            yield place
        place = text.find(word, end)


def _has_one_of(asked, beginnings, language, text):
    """Whether one of its stems is among some, or begins with one of some others."""
    found = _known_stems(text, language) if len(text) <= _LONGEST_KNOWN else analysis.stems(text, language)
    if not asked.isdisjoint(found):
        return True
    return bool(beginnings) and any(stem.startswith(beginnings) for stem in found)


@lru_cache(maxsize=20_000)
def _known_stems(word, language):
    return tuple(analysis.stems(word, language))


def _densest(spans):
    """Where the passage with most of the words begins; the first of several such."""
    starts = [start for start, _end in spans]
    counts, last = [], 0
    for place, start in enumerate(starts):
        while last < len(starts) and starts[last] < start + LENGTH - BEFORE:
            last += 1
        counts.append(last - place)
    return starts[counts.index(max(counts))]


def _space_before(text, place):
    if place <= 0:
        return 0
    return text.rfind(" ", 0, place) + 1


def _space_after(text, place):
    if place >= len(text):
        return len(text)
    space = text.find(" ", place)
    # Where there is no space for long (an address), it is cut in the word.
    return min(len(text) if space < 0 else space, place + BEFORE)


def _pieces(text, spans):
    pieces, end = [], 0
    for start, stop in spans:
        pieces += [(text[end:start], False), (text[start:stop], True)]
        end = stop
    return [piece for piece in [*pieces, (text[end:], False)] if piece[0]]
