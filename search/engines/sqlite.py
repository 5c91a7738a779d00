"""SQLite's FTS5 as an engine: a virtual table for each index."""

from contextlib import contextmanager, nullcontext
from time import monotonic

from django.db import OperationalError, connection

from search.engines import TooSlow, indexes

# How many steps of SQLite's machine pass before it asks whether the time is up.
_STEPS = 20_000


class SqliteEngine:
    """
    Words in FTS5 tables that are read from the largest number down, which is how they are stored.

    The `ascii` tokenizer takes every letter beyond ASCII as part of a word:
    words come folded, and are told apart by spaces alone. The indexes of
    prefixes have short ones answered without merging the words that begin so.
    """

    window = 2000

    def prepare(self):
        with connection.cursor() as cursor:
            for index in indexes():
                cursor.execute(
                    f"CREATE VIRTUAL TABLE IF NOT EXISTS {_table(index)} USING fts5("
                    "text, tokenize = \"ascii tokenchars '_'\", prefix = '2 3 4', columnsize = 0)"
                )

    def write(self, index, rows):
        rows = list(rows)
        self.remove(index, [row.number for row in rows])
        with connection.cursor() as cursor:
            cursor.executemany(
                f"INSERT INTO {_table(index)} (rowid, text) VALUES (%s, %s)",  # noqa: S608
                [(row.number, row.text) for row in rows],
            )

    def remove(self, index, numbers):
        with connection.cursor() as cursor:
            cursor.executemany(f"DELETE FROM {_table(index)} WHERE rowid = %s", [(one,) for one in numbers])  # noqa: S608

    def clear(self, index):
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {_table(index)}")  # noqa: S608

    def in_bulk(self):
        return nullcontext()

    def find(self, index, query, *, limit, below=None, above=None):
        table = _table(index)
        bounds, values = "", [expression(query)]
        if below is not None:
            bounds, values = f"{bounds} AND rowid < %s", [*values, below]
        if above is not None:
            bounds, values = f"{bounds} AND rowid > %s", [*values, above]
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT rowid FROM {table} WHERE {table} MATCH %s{bounds} ORDER BY rowid DESC LIMIT %s",  # noqa: S608
                [*values, limit],
            )
            return [number for (number,) in cursor.fetchall()]

    def find_each(self, queries, *, limit):
        for index, query in queries.items():
            yield index, self.find(index, query, limit=limit)

    @contextmanager
    def limited(self, seconds):
        end = monotonic() + seconds
        connection.ensure_connection()
        connection.connection.set_progress_handler(lambda: monotonic() > end, _STEPS)
        try:
            yield
        except OperationalError as error:
            if monotonic() > end:
                raise TooSlow from error
            raise
        finally:
            connection.connection.set_progress_handler(None, 0)

    def numbers(self, index, *, above, upto, limit):
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT rowid FROM {_table(index)} WHERE rowid > %s AND rowid <= %s "  # noqa: S608
                "ORDER BY rowid LIMIT %s",
                [above, upto, limit],
            )
            return [number for (number,) in cursor.fetchall()]


def expression(query):
    """A query in FTS5's language. Words are letters and digits between quotation marks: nothing else reaches it."""
    words = [[_phrase(words) for words in group] for group in query.wanted]
    marks = [[f'"{mark}"' for mark in group] for group in query.marks]
    wanted = " AND ".join(f"({' OR '.join(group)})" for group in [*words, *marks])
    if not query.unwanted:
        return wanted
    return f"({wanted}) NOT ({' OR '.join(_phrase(words) for words in query.unwanted)})"


def _phrase(words):
    return f'"{" ".join(words.stems)}"{"*" if words.is_prefix else ""}'


def _table(index):
    return f"search_words_{index}"
