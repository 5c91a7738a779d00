"""A search from what was typed to what is shown."""

from array import array
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from operator import itemgetter

from django.contrib.contenttypes.models import ContentType
from django.utils.functional import cached_property

from delivery.parts import SEARCHES, kept
from publishing.clock import now
from publishing.html import block_text
from publishing.keys import LATEST, SITE, good_until, note
from publishing.languages import current_language, language_codes
from publishing.registry import public_type_of
from search.engines import TooSlow, Unavailable, engine, local_engine, mark
from search.highlight import Found
from search.models import SearchEntry
from search.query import MOST_CHARACTERS, Query, parse
from search.ranking import ranked

PER_PAGE = 20
# No more is counted, and no more is reached by pages: what is older is asked for with `before`.
MOST_COUNTED = 1000
# Of other languages it is only said that they have something, and how much up to here.
MOST_COUNTED_ELSEWHERE = 100
# How long an engine may think, in seconds. After that, so many of the newest are all that is looked through.
PATIENCE, PATIENCE_ELSEWHERE = 2, 0.5
NEWEST = 2000

# How much of it is in memory, in cards (`delivery.parts.kept`), and how soon what took too long is tried again.
_SIZES = {"numbers": 10, "facets": 1, "elsewhere": 1}
_TRIED_AGAIN = timedelta(minutes=1)

RELEVANCE, NEWEST_FIRST = "relevance", "newest"
_COLUMNS = ("id", "title", "standfirst", "section_id", "format", "year", "item_type_id", "item_id")


@dataclass(frozen=True)
class Wanted:
    """
    What a reader asks for: words, and what they narrow it to.

    `sections`: the numbers of a section and of all below it, () for all.
    `before`: the number of an entry (`SearchEntry`) than which everything must be older.
    """

    text: str
    sections: tuple[int, ...] = ()
    format: str = ""
    year: int | None = None
    order: str = RELEVANCE
    before: int | None = None

    @property
    def marks(self):
        """What narrows it, as the index knows it (`search.index.marks_of`)."""
        asked = [
            [mark("section", pk) for pk in self.sections],
            [mark("format", self.format)] if self.format else [],
            [mark("year", self.year)] if self.year else [],
        ]
        return tuple(tuple(group) for group in asked if group)


@dataclass(frozen=True)
class Hit:
    """An edition that was found, with its texts in pieces (`search.highlight.Found`)."""

    edition: object
    title: list
    passage: list


@dataclass(frozen=True)
class Finding:
    """
    What was found: the numbers of entries in the order in which they are shown, and by what.

    `items`: number → (type, item) for those of them that are known already. `facets`: those of `Search`, if they are.
    """

    numbers: array
    query: Query
    is_shortened: bool = False
    items: dict = field(default_factory=dict)
    facets: dict | None = None


class Search:
    """
    One search in one language.

    Texts with all the words are taken; where there are none, texts with words
    that begin so; else texts with some of them (`is_partial`). While somebody
    `is_typing`, the last word may go on from the start, and some words are not enough.

    What was found stays in memory until something in the index changes: for
    further pages, other filters, and whoever asks the same.
    """

    def __init__(self, wanted, language=None, *, is_typing=False):
        self.wanted, self.language = wanted, language or current_language()
        self.asked = parse(wanted.text, self.language)
        self.is_typing = is_typing

    @property
    def query(self):
        """What found something: `asked`, or a wider form of it."""
        return self._finding.query

    @property
    def is_partial(self):
        """Whether no text has all the words."""
        return self._is_partial(self.query)

    @property
    def is_shortened(self):
        """Whether it took too long, so that only the newest texts were looked through."""
        return self._finding.is_shortened

    @property
    def numbers(self):
        """The numbers of the entries, in the order in which they are shown; one more than is counted."""
        return self._finding.numbers

    @property
    def count(self):
        return min(len(self.numbers), MOST_COUNTED)

    @property
    def is_more(self):
        """Whether there is more than is counted."""
        return len(self.numbers) > MOST_COUNTED

    def hits(self, page):
        """What stands on a page (from 1), as `Hit`s; without what ended in the meantime."""
        return self.show(self.numbers[(page - 1) * PER_PAGE : min(page * PER_PAGE, MOST_COUNTED)])

    def show(self, numbers):
        """`Hit`s for the numbers of some entries, in their order."""
        items = self._items(numbers)
        editions, found = self._editions(items.values()), Found(self.query, self.language)
        shown = [editions.get(items.get(number)) for number in numbers]
        return [_hit(edition, found) for edition in shown if edition]

    @cached_property
    def facets(self):
        """Facet → Counter of its values, over the newest matches of the words, whatever they are narrowed to."""
        if self._finding.facets is not None:
            return self._finding.facets
        if not self.numbers or self.is_shortened:
            return _facets([])
        return self._kept("facets", self._find_facets, [self.language], self.query.narrowed(()))

    @cached_property
    def elsewhere(self):
        """Language → how many texts in it have all the words (one more than `MOST_COUNTED_ELSEWHERE` for more)."""
        others = [code for code in language_codes() if code != self.language]
        return self._kept("elsewhere", lambda: self._find_elsewhere(others), others, self.wanted.text[:MOST_CHARACTERS])

    # --- How it is asked ------------------------------------------------------------

    @cached_property
    def _finding(self):
        if not self.asked:
            return Finding(array("q"), self.asked)
        if engine() is not local_engine():
            return self._find()  # nobody tells when that one is in step
        facts = (self.asked, self.wanted.marks, self.wanted.order, self.wanted.before, self.is_typing)
        return self._kept("numbers", self._find, [self.language], *facts)

    def _kept(self, name, find, languages, *facts):
        """What `find()` gives, by some facts; kept until there is something new in some languages."""

        def found():
            _note_news(languages)
            return find()

        return kept(("search", name, self.language, *facts), found, size=_SIZES[name], shelf=SEARCHES)

    def _find(self):
        try:
            return self._ask(engine())
        except Unavailable:
            return self._ask(local_engine())

    def _ask(self, asked):
        gone = _gone(self.language)
        try:
            with asked.limited(PATIENCE):
                query, numbers = self._cascade(asked)
                if self.wanted.order == RELEVANCE:
                    return self._ordered(asked, query, numbers, gone)
            is_shortened = False
        except TooSlow:
            _soon_again()
            query, numbers = self._cascade(asked, above=self._newest_from)
            is_shortened = True
        return Finding(array("q", _without(gone, numbers)), query, is_shortened)

    def _cascade(self, asked, above=None):
        """(the first query that finds something, what it finds)."""
        limit = max(asked.window, MOST_COUNTED + 1)
        for query in self._queries():
            narrowed = query.narrowed(self.wanted.marks)
            numbers = asked.find(self.language, narrowed, limit=limit, below=self.wanted.before, above=above)
            if numbers:
                return narrowed, numbers
        return self.asked, []

    def _queries(self):
        if self.is_typing:
            return [self.asked.with_prefixes(last_only=True), self.asked.with_prefixes()]
        wider = [self.asked.with_any()] if len(self.asked.wanted) > 1 else []
        return [self.asked, self.asked.with_prefixes(), *wider]

    def _is_partial(self, query):
        return len(query.wanted) < len(self.asked.wanted)

    def _ordered(self, asked, query, numbers, gone):
        """The newest matches by relevance, the others after them, newest first."""
        window, rest = numbers[: asked.window], numbers[asked.window :]
        rows = _rows(window)
        if self._is_partial(query):
            ordered = self._with_most(asked, query, rows)
        else:
            ordered = [*ranked(_texts(rows), query), *_without(gone, rest)]
        first = set(ordered[:PER_PAGE])
        items = {row[0]: row[-2:] for row in rows if row[0] in first}
        is_narrowed = self.wanted.marks or self.wanted.before is not None
        return Finding(array("q", ordered), query, items=items, facets=None if is_narrowed else _facets(rows))

    def _with_most(self, asked, query, rows):
        """Those with more of the words first; none that has but half as many of them as another, or fewer."""
        lowest = min((row[0] for row in rows), default=0) - 1
        having = Counter()
        for group in self.asked.wanted:
            wider = query.with_group(group)
            having.update(asked.find(self.language, wider, limit=asked.window, below=self.wanted.before, above=lowest))
        most = max(having.values(), default=0)
        order = [number for number in ranked(_texts(rows), self.asked) if having[number] * 2 > most]
        return sorted(order, key=lambda number: -having[number])

    @property
    def _newest_from(self):
        """The number from which on the newest entries stand."""
        newest = SearchEntry.objects.filter(language=self.language).order_by("-id")
        if self.wanted.before is not None:
            newest = newest.filter(id__lt=self.wanted.before)
        return newest.values_list("id", flat=True)[NEWEST : NEWEST + 1].first()

    def _find_facets(self):
        asked = local_engine()
        try:
            with asked.limited(PATIENCE):
                return _facets(_rows(asked.find(self.language, self.query.narrowed(()), limit=asked.window)))
        except TooSlow:
            _soon_again()
            return _facets([])

    def _find_elsewhere(self, languages):
        """Without those that take too long."""
        queries = {code: query for code in languages if (query := parse(self.wanted.text, code))}
        gone = {code: _gone(code) for code in queries}
        asked, found = local_engine(), {}
        try:
            with asked.limited(PATIENCE_ELSEWHERE):
                for code, numbers in asked.find_each(queries, limit=MOST_COUNTED_ELSEWHERE + 1):
                    found[code] = len(_without(gone[code], numbers))
        except TooSlow:
            _soon_again()
        return {code: found[code] for code in languages if found.get(code)}

    def _items(self, numbers):
        """Number of an entry → (type, item): from what was read for ranking, as far as it goes."""
        known = self._finding.items
        missing = [number for number in numbers if number not in known]
        rows = _readable(missing).values_list("id", "item_type_id", "item_id") if missing else ()
        known = known | {number: (kind, item) for number, kind, item in rows}
        return {number: known[number] for number in numbers if number in known}

    def _editions(self, items):
        """(type, item) → the edition that readers may see, with its texts, for some of these pairs."""
        by_kind, found = {}, {}
        for kind, item in items:
            by_kind.setdefault(kind, []).append(item)
        for kind, ids in by_kind.items():
            public_type = public_type_of(ContentType.objects.get_for_id(kind).model_class())
            editions = public_type.edition_model.objects.published(language=self.language)
            for edition in editions.filter(item__in=ids).for_results():
                found[kind, edition.item_id] = edition
        return found


def _readable(numbers):
    """The entries with some numbers that readers may see at this moment."""
    return SearchEntry.objects.current().numbered(numbers)


def _rows(numbers):
    """What ranking, filters and the first pages need (`_COLUMNS`) of some entries."""
    return list(_readable(numbers).values_list(*_COLUMNS))


def _gone(language):
    """
    The numbers of what has ended by the clock: few, and only until a job has been there.

    Asked for before a block in which time is limited: within a transaction nothing comes from memory.
    """

    def found():
        _note_news([language])
        return set(SearchEntry.objects.gone().filter(language=language).values_list("id", flat=True))

    return kept(("search.gone", language), found)


def _without(gone, numbers):
    """Some numbers without those that are gone; of what is ranked these are left out as it is read."""
    return [number for number in numbers if number not in gone]


def _note_news(languages):
    """Says that what is being made changes with every step that changes what readers of some languages see."""
    for code in languages:
        note(LATEST, SITE, language=code)


def _soon_again():
    """Says that what is being made is not all that there is: the database had no time."""
    good_until(now() + _TRIED_AGAIN)


def _facets(rows):
    """Facet → Counter of its values in some `_rows`."""
    places = {name: _COLUMNS.index(name) for name in ("section_id", "format", "year")}
    return {name: Counter(map(itemgetter(place), rows)) for name, place in places.items()}


def _texts(rows):
    return (row[:3] for row in rows)


def _hit(edition, found):
    version = edition.version
    passage = found.passage(version.standfirst) or found.passage(block_text(version.body))
    if not passage:
        passage = [(version.standfirst or version.summary, False)]
    return Hit(edition, found.pieces(version.title), passage)
