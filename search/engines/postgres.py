"""PostgreSQL's text search as an engine: a table for each index, with the same words as every other engine has."""

from collections import defaultdict
from contextlib import contextmanager
from dataclasses import replace
from itertools import chain, pairwise
from zlib import crc32

from django.core.cache import cache
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from search.engines import STAFF, TooSlow, indexes, mark
from search.models import moment_of

# What a position and the positions of one word in a tsvector may be at most (PostgreSQL's manual, 12.11).
_LAST_POSITION = 16_383
_MOST_POSITIONS = 255
_PLACES = [str(place) for place in range(1, _LAST_POSITION + 1)]
_QUERY_CANCELED = "57014"
# So many of the newest are asked first, then so many, then all: words that are common are found there, and of those
# that are not there are few.
_SPANS = (4_000, 40_000)
# For how many seconds it is remembered where they begin.
_SPAN_KEPT = 600
# A span of more months than this is no narrower than everything.
_MOST_MONTHS = 90
# For the questions of a search: how long each may take, and that the GIN index answers, whose cost the planner cannot
# tell (it does not count what reading a `tsvector` costs that is stored beside its row).
_LIMITS = (
    "SELECT set_config('statement_timeout', %s, true), "
    "set_config('enable_seqscan', 'off', true), set_config('enable_indexscan', 'off', true)"
)
_AS_BEFORE = (
    "SET LOCAL statement_timeout TO DEFAULT; SET LOCAL enable_seqscan TO DEFAULT; SET LOCAL enable_indexscan TO DEFAULT"
)


class PostgresEngine:
    """
    Words in a `tsvector` that is written as it stands, without any of PostgreSQL's own analysis.

    The words are kept beside the rows, which hold little but numbers, so that
    reading the numbers of thousands of matches costs little. GIN has no order
    and gives all matches at once; so the newest months are asked first, by
    their marks (`search.engines.month_mark`), and more only where that was not enough.
    """

    window = 500

    def prepare(self):
        with connection.cursor() as cursor:
            present = connection.introspection.table_names(cursor)
            for index in indexes():
                table = _table(index)
                if table in present:
                    _end_bulk(cursor, table)  # of one that was broken off
                    continue
                cursor.execute(
                    f"CREATE TABLE {table} (number bigint PRIMARY KEY, words tsvector NOT NULL) "
                    "WITH (toast_tuple_target = 128)"
                )
                cursor.execute(f"ALTER TABLE {table} ALTER COLUMN words SET STORAGE EXTERNAL")
                # Without the list of what is still to be sorted in, no search has to read through it.
                cursor.execute(f"CREATE INDEX {table}_gin ON {table} USING gin (words) WITH (fastupdate = off)")

    def write(self, index, rows):
        values = [(row.number, vector(row.text, has_pairs=index != STAFF)) for row in rows]
        if not values:
            return
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {_table(index)} (number, words) "  # noqa: S608
                f"VALUES {', '.join(['(%s, %s::tsvector)'] * len(values))} "
                "ON CONFLICT (number) DO UPDATE SET words = excluded.words",
                list(chain.from_iterable(values)),
            )

    def remove(self, index, numbers):
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {_table(index)} WHERE number = ANY(%s)", [list(numbers)])  # noqa: S608

    def clear(self, index):
        with connection.cursor() as cursor:
            cursor.execute(f"TRUNCATE {_table(index)}")

    @contextmanager
    def in_bulk(self):
        # The words of many rows are sorted together into the index, which takes a third of the time.
        with connection.cursor() as cursor:
            for index in indexes():
                cursor.execute(f"ALTER INDEX {_table(index)}_gin SET (fastupdate = on)")
        try:
            yield
        finally:
            with connection.cursor() as cursor:
                for index in indexes():
                    _end_bulk(cursor, _table(index))

    def find(self, index, query, *, limit, below=None, above=None):
        steps = self._steps(index, query, below) if index != STAFF and above is None else [query]
        for step in steps:
            (numbers,) = self._find([(index, step)], limit, below, above)
            if len(numbers) == limit:
                break
        return numbers

    def find_each(self, queries, *, limit):
        steps = {index: self._steps(index, query, None) for index, query in queries.items()}
        while steps:
            asked = [(index, next(those)) for index, those in steps.items()]
            for (index, step), numbers in zip(asked, self._find(asked, limit), strict=True):
                if len(numbers) == limit or step is queries[index]:
                    del steps[index]
                    yield index, numbers

    def _steps(self, index, query, below):
        """Yields the query for the newest alone, for more, and at last for all; each is for who has not enough yet."""
        for span in _SPANS:
            first = self._first_of(index, span, below)
            months = _months(first, below) if first is not None else []
            if not 0 < len(months) <= _MOST_MONTHS:
                break
            yield replace(query, marks=(*query.marks, tuple(months)))
        yield query

    def _find(self, queries, limit, below=None, above=None):
        """The numbers for each of some pairs of index and query, all in one statement."""
        bounds, limits = "", []
        if below is not None:
            # Nothing that an index could be asked for: that of the words answers, whose rows need no second look.
            bounds, limits = f"{bounds} AND number + 0 < %s", [*limits, below]
        if above is not None:
            bounds, limits = f"{bounds} AND number > %s", [*limits, above]
        lists = [
            f"ARRAY(SELECT number FROM {_table(index)} WHERE words @@ %s::tsquery{bounds} "  # noqa: S608
            "ORDER BY number DESC LIMIT %s)"
            for index, _query in queries
        ]
        values = [value for index, query in queries for value in (expression(query, index), *limits, limit)]
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {', '.join(lists)}", values)
            return cursor.fetchone()

    def _first_of(self, index, span, below):
        if below is not None:
            return self._first_of_newest(index, span, below)
        # A span that has grown meanwhile is as good: it is asked whether that was enough.
        key = f"search:first-of:{index}:{span}"
        (first,) = cache.get_or_set(key, lambda: (self._first_of_newest(index, span, None),), _SPAN_KEPT)
        return first

    def _first_of_newest(self, index, count, below):
        """The smallest of the `count` largest numbers, or None where there are fewer."""
        bound, values = ("WHERE number < %s", [below]) if below is not None else ("", [])
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT number FROM {_table(index)} {bound} ORDER BY number DESC OFFSET %s LIMIT 1",  # noqa: S608
                [*values, count],
            )
            return next((number for (number,) in cursor.fetchall()), None)

    @contextmanager
    def limited(self, seconds):
        # They end with the transaction, if that is one of its own.
        goes_on = connection.in_atomic_block
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(_LIMITS, [str(max(1, int(seconds * 1000)))])
                yield
                if goes_on:
                    cursor.execute(_AS_BEFORE)
        except OperationalError as error:
            if getattr(error.__cause__, "sqlstate", "") == _QUERY_CANCELED:
                raise TooSlow from error
            raise

    def numbers(self, index, *, above, upto, limit):
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT number FROM {_table(index)} WHERE number > %s AND number <= %s "  # noqa: S608
                "ORDER BY number LIMIT %s",
                [above, upto, limit],
            )
            return [number for (number,) in cursor.fetchall()]


def pair_mark(first, second):
    """
    The mark for two words that follow one another, which even of common words few texts have.

    Two pairs may have the same one: it says where to look for a phrase, not that it is there.
    """
    return f"_{crc32(f'{first} {second}'.encode()):08x}"


def _end_bulk(cursor, table):
    cursor.execute("SELECT 'fastupdate=on' = ANY(reloptions) FROM pg_class WHERE oid = %s::regclass", [f"{table}_gin"])
    if cursor.fetchone()[0]:
        cursor.execute(f"ALTER INDEX {table}_gin SET (fastupdate = off)")
        cursor.execute("SELECT gin_clean_pending_list(%s::regclass)", [f"{table}_gin"])


def vector(text, *, has_pairs=False):
    """
    Words with spaces between as the text of a `tsvector`: each with the places where it stands.

    `has_pairs`: with the marks of its pairs, for an index in which readers look for phrases.
    """
    words, found = text.split(" "), defaultdict(list)
    for word, place in zip(words, _PLACES, strict=False):
        found[word].append(place)
    # No phrase has a mark in it, and so the place of one is no matter.
    lexemes = [
        f"'{word}'" if word[:1] == "_" else f"'{word}':{','.join(places[:_MOST_POSITIONS])}"
        for word, places in found.items()
        if word != "_"
    ]
    lexemes += [f"'{word}'" for word in set(words[_LAST_POSITION:]) - found.keys()]
    if has_pairs:
        pairs = [pair for pair in pairwise(words) if pair[0][:1] != "_" and pair[1][:1] != "_"]
        lexemes += [f"'{mark}'" for mark in {pair_mark(*pair) for pair in pairs}]
    return " ".join(lexemes)


def expression(query, index):
    """A query in the language of `tsquery`. Words are letters and digits between quotation marks: nothing else."""
    words = [[_phrase(words, index) for words in group] for group in query.wanted]
    marks = [[f"'{mark}'" for mark in group] for group in query.marks]
    parts = [f"({' | '.join(group)})" for group in [*words, *marks]]
    return " & ".join([*parts, *(f"!({_phrase(words, index)})" for words in query.unwanted)])


def _phrase(words, index):
    *firsts, last = (f"'{stem}'" for stem in words.stems)
    phrase = " <-> ".join([*firsts, f"{last}:*" if words.is_prefix else last])
    # GIN knows no places: without the pairs it would look through all that has the words.
    whole = words.stems[:-1] if words.is_prefix else words.stems
    pairs = [] if index == STAFF else [f"'{pair_mark(*pair)}'" for pair in pairwise(whole)]
    return f"({' & '.join([*pairs, f'({phrase})'])})" if pairs else phrase


def _months(first, below):
    """The marks of all months from that of one number to that of another (None: now), the newest first."""
    last = moment_of(below) if below is not None else timezone.now()
    oldest = moment_of(first)
    months = range(oldest.year * 12 + oldest.month - 1, last.year * 12 + last.month)
    return [mark("month", f"{month // 12}{month % 12 + 1:02}") for month in reversed(months)]


def _table(index):
    return f"search_words_{index}"
