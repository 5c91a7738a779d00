"""
How fast readers' searches are, and how that grows with the archive.

    python benchmarks/search.py 10000 100000                    on SQLite
    python benchmarks/search.py 10000 1000000 --postgres        on a PostgreSQL that is started for this run alone

For each number of entries it makes an index in a database of its own, which is
deleted afterwards, of made-up texts whose words are as common as words are
(Zipf's law: the n-th word is the n-th part as frequent as the first), and
times each kind of search. What is timed is all that a page of results asks
before it loads its rows: finding, ranking, counting, facets. Milliseconds
differ from machine to machine; what counts is how much a kind grows from the
smallest number of entries to the largest, in one run.
"""

import argparse
import os
import random
import statistics
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from itertools import accumulate, count, islice
from pathlib import Path
from time import perf_counter

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

VOCABULARY = 200_000
TITLE, STANDFIRST, BODY = 8, 20, 200
SECTIONS = range(1, 31)
BATCH = 5_000
# So many different searches of each kind, each asked so often.
SEARCHES, TIMES = 40, 3
MOST_AGO = timedelta(days=15 * 365)
_SYLLABLES = [first + second for first in "bdfghklmnprstvz" for second in "aeiou"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("sizes", nargs="+", type=int, metavar="ENTRIES")
    parser.add_argument("--postgres", action="store_true", help="on PostgreSQL instead of SQLite")
    options = parser.parse_args()
    sizes = sorted(options.sizes)
    if not options.postgres:
        with tempfile.TemporaryDirectory(prefix="newsroom-bench-") as folder:
            measure({size: f"{folder}/{size}.sqlite3" for size in sizes}, f"sqlite:///{folder}/begin.sqlite3")
        return
    from tests.postgres import cluster, find_binaries

    if (binaries := find_binaries()) is None:
        sys.exit("PostgreSQL is not installed.")
    with cluster(binaries) as url:
        measure({size: f"bench{size}" for size in sizes}, url)


def measure(databases, url):
    """
    Prints a line for each kind of search, with its times for each number of entries.

    All databases are filled first and asked in turn, so that whatever else the machine does hits all alike.
    """
    os.environ |= {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "newsroom.settings.test"}
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    texts, asked, times = Texts(), {}, {}
    for size, name in databases.items():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(f"CREATE DATABASE {name}")
        connect_to(name)
        call_command("migrate", verbosity=0)
        begun = perf_counter()
        fill(texts, size)
        asked[size] = searches(texts)
        say(f"{size:,} entries, filled in {perf_counter() - begun:.0f} s")
    for kind in asked[size]:
        for one, name in databases.items():
            connect_to(name)
            times.setdefault(kind, []).append(timed(asked[one][kind]))
    say(f"\n{connection.vendor}: milliseconds, p50 / p99")
    say(f"{'':16}" + "".join(f"{size:>20,}" for size in databases) + f"{'growth of p50':>16}")
    for kind, found in times.items():
        cells = "".join(f"{middle:>11.1f} / {most:<6.1f}" for middle, most in found)
        say(f"{kind:16}{cells}{found[-1][0] / found[0][0]:>14.1f} ×")


def connect_to(name):
    from django.core.cache import cache
    from django.db import connection

    connection.close()
    # What is remembered of an index holds for that one alone.
    cache.clear()
    connection.settings_dict["NAME"] = name


def say(line):
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


class Texts:
    """Made-up words and texts: the same for every run."""

    def __init__(self):
        from search import analysis

        self.random = random.Random(1)  # noqa: S311 (made-up texts)
        self.words = list(islice(self._made_up(), VOCABULARY))
        self.stems = [analysis.stem(word, "en") for word in self.words]
        self._weights = list(accumulate(1 / rank for rank in range(1, VOCABULARY + 1)))

    def _made_up(self):
        seen = set()
        for number in count():
            word = "".join(self.random.choices(_SYLLABLES, k=2 + number % 3)) + "bdgklmnpt"[number % 9]
            if word not in seen:
                seen.add(word)
                yield word

    def picked(self, length):
        """Places in the vocabulary, as common as their words are."""
        return self.random.choices(range(VOCABULARY), cum_weights=self._weights, k=length)

    def stems_at(self, places):
        return [self.stems[place] for place in places]


def fill(texts, size):
    """Puts `size` entries into the index of an empty database."""
    from django.contrib.contenttypes.models import ContentType
    from django.db import connection, transaction

    from search import analysis
    from search.engines import Row, local_engine
    from search.index import marks_of
    from search.models import SearchEntry, number_at

    kind = ContentType.objects.get(app_label="articles", model="article")
    oldest = datetime(2011, 11, 1, tzinfo=UTC)
    if connection.vendor == "postgresql":
        # Made when everything is there, which is much faster; the index is the same.
        with connection.cursor() as cursor:
            cursor.execute("DROP INDEX search_words_en_gin")
    for start in range(0, size, BATCH):
        entries, rows = [], []
        for item in range(start, min(start + BATCH, size)):
            # One after the other through the years, as they are published.
            moment = oldest + MOST_AGO * (item / size)
            title, standfirst, body = (texts.stems_at(texts.picked(size)) for size in (TITLE, STANDFIRST, BODY))
            entry = SearchEntry(
                id=number_at(moment) + item % 4_000_000,
                language="en",
                item_type=kind,
                item_id=item + 1,
                version_id=item + 1,
                section_id=texts.random.choice(SECTIONS),
                format="text",
                year=moment.year,
                title=f" {' '.join(title)} ",
                standfirst=f" {' '.join(standfirst)} ",
                analysis=analysis.VERSION,
            )
            entries.append(entry)
            rows.append(Row(entry.id, " ".join([*marks_of(entry, moment), "_", *title, "_", *standfirst, "_", *body])))
        with transaction.atomic():
            SearchEntry.objects.bulk_create(entries)
            local_engine().write("en", rows)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "CREATE INDEX search_words_en_gin ON search_words_en USING gin (words) WITH (fastupdate = off)"
            )
            cursor.execute("VACUUM ANALYZE")
        else:
            cursor.execute("ANALYZE")


def searches(texts):
    """Kind → the searches of that kind (`search.results.Search`, ready to be asked) and which page of each."""
    from search.models import SearchEntry
    from search.results import NEWEST_FIRST, Wanted

    words = texts.words
    titles = SearchEntry.objects.order_by("item_id").values_list("title", flat=True)[:SEARCHES]
    word_of = dict(zip(texts.stems, words, strict=True))
    phrases = [" ".join(word_of[stem] for stem in title.split()[:2]) for title in titles]
    common, middling, rare = (
        words[5 : 5 + SEARCHES],
        words[200 : 200 + 5 * SEARCHES : 5],
        words[20_000 : 20_000 + SEARCHES],
    )
    pairs = list(zip(common, middling, strict=True))
    return {
        "common word": [(Wanted(word), {}, 1) for word in common],
        "rare word": [(Wanted(word), {}, 1) for word in rare],
        "two words": [(Wanted(f"{one} {other}"), {}, 1) for one, other in pairs],
        "two common": [(Wanted(f"{one} {other}"), {}, 1) for one, other in zip(common, reversed(common), strict=True)],
        "phrase": [(Wanted(f'"{phrase}"'), {}, 1) for phrase in phrases],
        "as one types": [
            (Wanted(word[: 2 + place % 3]), {"is_typing": True}, 1) for place, word in enumerate(middling)
        ],
        "section": [(Wanted(word, sections=(SECTIONS[place % 30],)), {}, 1) for place, word in enumerate(common)],
        "year": [(Wanted(word, year=2012 + place % 14), {}, 1) for place, word in enumerate(middling)],
        "newest": [(Wanted(word, order=NEWEST_FIRST), {}, 1) for word in common],
        "page 50": [(Wanted(word), {}, 50) for word in common],
        "no result": [(Wanted(f"{word}xq"), {}, 1) for word in rare],
    }


def timed(asked):
    """(p50, p99) in milliseconds of searches, each asked several times; what was found before is not in memory."""
    from delivery import parts
    from search.models import SearchEntry
    from search.results import PER_PAGE, Search

    def once(wanted, options, page):
        parts.forget(parts.SEARCHES)
        begun = perf_counter()
        search = Search(wanted, "en", **options)
        numbers = search.numbers[(page - 1) * PER_PAGE : page * PER_PAGE]
        _facets, _count = search.facets, search.count
        list(SearchEntry.objects.filter(id__in=numbers))
        return (perf_counter() - begun) * 1000

    # Once before, as a page that is asked for often finds things.
    for one in asked[:5]:
        once(*one)
    times = [once(*one) for _again in range(TIMES) for one in asked]
    return statistics.median(times), statistics.quantiles(times, n=100)[98]


if __name__ == "__main__":
    main()
