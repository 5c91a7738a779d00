"""
What keeps the words and finds the numbers of what holds them.

An engine knows nothing of texts, titles, languages or rights: it is given rows
of words with a number, and answers with numbers, the largest (the newest)
first. There is one index for each language and one for staff ("staff").

To add an engine, write a class with the methods of `Engine`, name it in
`NEWSROOM_SEARCH_ENGINE` by its dotted path, and have it fed as
`search.sending` feeds OpenSearch; `tests/search/test_engines.py` is what it must do.
"""

from dataclasses import dataclass
from datetime import UTC
from functools import cache
from typing import Protocol

from django.conf import settings
from django.db import connection
from django.utils.module_loading import import_string

from publishing.languages import language_codes

# What staff find in the admin, in all languages at once.
STAFF = "staff"

_BY_VENDOR = {"sqlite": "search.engines.sqlite.SqliteEngine", "postgresql": "search.engines.postgres.PostgresEngine"}


class TooSlow(Exception):
    """An engine did not answer in the time that it was given."""


class Unavailable(Exception):
    """An engine outside the database cannot be reached, or answers with an error."""


@dataclass(frozen=True)
class Row:
    """
    What is indexed under a number: words and marks with spaces between.

    `_` alone stands between two texts, so that no phrase runs on; words of
    letters and digits are stems, what begins with `_` is a mark.
    """

    number: int
    text: str


def mark(name, value):
    """What stands in the index for a fact: no word that anybody types begins with its first sign."""
    return f"_{name}_{value}"


def month_mark(moment):
    """The mark for what was published in the month of `moment`, in UTC."""
    return mark("month", moment.astimezone(UTC).strftime("%Y%m"))


class Engine(Protocol):
    """What finds numbers by words. `window`: how many matches are ranked by relevance."""

    window: int

    def prepare(self):
        """Makes what it needs in the database, if it is not there. Can be called at any time."""

    def write(self, index, rows):
        """Puts rows into an index, in the place of those with the same numbers."""

    def remove(self, index, numbers):
        """Takes rows out. Numbers that are not there are passed over."""

    def clear(self, index):
        """Takes everything out."""

    def in_bulk(self):
        """A block, around transactions, in which very many rows are written. Searches may be slower meanwhile."""

    def find(self, index, query, *, limit, below=None, above=None):
        """
        The numbers of what a `search.query.Query` asks for, the largest first.

        `below`, `above`: only numbers less, or greater, than this. Raises
        `TooSlow` within a `limited` block when the time is up.
        """

    def limited(self, seconds):
        """A block in which no question may take longer."""

    def numbers(self, index, *, above, upto, limit):
        """The first `limit` numbers that it holds between two, the second of them included: for checking."""


class DatabaseEngine(Engine, Protocol):
    """The engine of a database, which is asked about other languages as well."""

    def find_each(self, queries, *, limit):
        """
        Yields (index, the numbers that `find` gives) for some queries by index, of each as soon as it is known.

        Raises `TooSlow` as `find` does: what was yielded before holds.
        """


def indexes():
    """The names of all indexes."""
    return [*language_codes(), STAFF]


def local_engine() -> DatabaseEngine:
    """The engine of the database: always in step, whatever else is asked."""
    return _made(_BY_VENDOR[connection.vendor])


def engine():
    """The engine that readers' searches ask."""
    return _made(settings.NEWSROOM_SEARCH_ENGINE) if settings.NEWSROOM_SEARCH_ENGINE else local_engine()


@cache
def _made(path):
    return import_string(path)()
