"""The words that were found, told apart in the original text: with its diacritics, prefixes and endings."""

from search import analysis

# How long a passage around what was found is, in characters, and how much of it may stand before the first word.
LENGTH, BEFORE = 240, 60
# No more of a text than this is looked through for a passage.
_MOST_CHARACTERS = 40_000


class Found:
    """What a query finds in texts of one language, as pieces: pairs of a text and whether it was asked for."""

    def __init__(self, query, language):
        self._language = language
        self._phrases = [words for group in query.wanted for words in group]

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
        """[(start, end)] of every word that was asked for, in order, none in another."""
        stems, numbers, pieces = analysis.stems_by_piece(text, self._language)
        asked = sorted({numbers[place] for words in self._phrases for place in words.places_in(stems)})
        if not asked:
            return []
        places = list(analysis.places_of_pieces(text, pieces[: asked[-1] + 1]))
        return [places[number] for number in asked]


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
