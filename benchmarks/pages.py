"""
Says which pages of a filled database are measured, and how many queries each takes: JSON, for `load.py`.

    DATABASE_URL=… NEWSROOM_PAGE_CACHE=off python benchmarks/pages.py

Queries are counted in a process that has answered for other pages: when it is
asked for an address first, and when it is asked again. Of several addresses the
one with the most counts.
"""

import argparse
import json
import os
import sys
from collections import Counter
from itertools import cycle
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import django  # noqa: E402
from django.apps import apps  # noqa: E402

if not apps.ready:  # tests have settings of their own
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings.dev")
    django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402
from django.db.models import Count, Max, Min  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.urls import reverse  # noqa: E402
from django.utils import translation  # noqa: E402

from articles.models import ArticleEdition, Category  # noqa: E402
from coalition.models import Body, BodyEdition  # noqa: E402
from publishing.languages import language_codes  # noqa: E402
from publishing.models import Tag  # noqa: E402
from publishing.paging import PER_PAGE  # noqa: E402
from publishing.sitemaps import file_of  # noqa: E402
from search.models import SearchEntry  # noqa: E402

LANGUAGE, OTHER_LANGUAGE = "en", "ar"
DEEP_PAGE, SEARCHES = 500, 5
# Of how many titles the words are counted that are searched for, and how long such a word is at least.
TITLES, LETTERS = 2_000, 4
# How many addresses of a page type are asked for their queries.
ASKED = 5
NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--tail", type=int, default=100, help="how many articles the long tail has")
    options = parser.parse_args()
    with translation.override(LANGUAGE):
        found = addresses(options.tail)
    for language in language_codes():
        # What every page has around it: menus, settings.
        with translation.override(language):
            count_queries(reverse("coalition:structure"))
    facts = {
        "articles": ArticleEdition.objects.filter(live__isnull=False).values("item").distinct().count(),
        "database": f"{NAMES[connection.vendor]} {'.'.join(map(str, connection.get_database_version()))}",
        "database_process": database_process(),
        "pages": {page: {"addresses": paths} | queries_of(paths) for page, paths in found.items() if paths},
    }
    sys.stdout.write(json.dumps(facts))


def addresses(tail):
    """
    Page type → the addresses by which it is measured; none where the database has no such page.

    `tail`: how many articles the long tail has.
    """
    section = fullest_section()
    pages = -(-ArticleEdition.objects.published().in_section(section).count() // PER_PAGE)
    front = section.get_absolute_url()
    newest_item = ArticleEdition.objects.published().newest_first()[0].item_id
    return {
        "home": [reverse("pages:home")],
        "section": [front],
        "section-500": [f"{front}?page={min(DEEP_PAGE, pages)}"],
        "article-en": an_article(LANGUAGE),
        "article-ar": an_article(OTHER_LANGUAGE),
        "long-tail": long_tail(tail),
        "tag": [fullest_tag().get_absolute_url()],
        "search": searches(),
        "assembly": [edition.get_absolute_url() for edition in assembly()],
        "feed": [reverse("pages:feed")],
        "sitemap": [reverse("sitemap")],
        "sitemap-file": [reverse("sitemap-file", kwargs={"kind": "article", "number": file_of(newest_item)})],
    }


def fullest_section():
    """The section at the top that holds the most articles, with all below it."""
    roots = Category.objects.named_in(LANGUAGE).filter(parent=None)
    return max(roots, key=lambda section: ArticleEdition.objects.published().in_section(section).count())


def an_article(language):
    """One of those that most are like: no medium, and a few pages down its list."""
    texts = ArticleEdition.objects.published(language=language).of_format("text").for_addresses().newest_first()
    return [edition.get_absolute_url() for edition in texts[50:51]]


def long_tail(count):
    """So many articles from all over the archive, in all languages in turn."""
    ends = ArticleEdition.objects.filter(live__isnull=False).aggregate(first=Min("item"), last=Max("item"))
    step = max(1, (ends["last"] - ends["first"]) // count)
    items = range(ends["first"], ends["last"] + 1, step)
    found = ArticleEdition.objects.published_in_any_language().for_addresses().filter(item__in=items)
    by_item = {(edition.item_id, edition.language): edition for edition in found}
    wanted = zip(items, cycle(language_codes()), strict=False)
    return [by_item[one].get_absolute_url() for one in wanted if one in by_item][:count]


def fullest_tag():
    through = ArticleEdition._meta.get_field("live").related_model.tags.through
    carried = through.objects.values("tag").annotate(times=Count("pk")).order_by("-times", "tag")
    return Tag.objects.get(pk=carried[0]["tag"])


def searches():
    """Searches for the commonest words of titles, and for words that are in few of them; none without an index."""
    if not SearchEntry.objects.filter(language=LANGUAGE, item_type__model="article").exists():
        return []
    newest = ArticleEdition.objects.published().newest_first()[:TITLES]
    words = Counter(word.lower() for edition in newest for word in edition.live.title.split() if len(word) >= LETTERS)
    ordered = [word for word, _times in words.most_common()]
    chosen = [*ordered[:SEARCHES], *ordered[len(ordered) // 2 :][:SEARCHES]]
    return [reverse("search:results", query={"q": word}) for word in chosen]


def assembly():
    return BodyEdition.objects.published().filter(item__kind=Body.Kind.ASSEMBLY)[:1]


def queries_of(paths):
    """How many queries one of the first of these addresses takes at most, at first and when it is asked for again."""
    first = [count_queries(path) for path in paths[:ASKED]]
    again = [count_queries(path) for path in paths[:ASKED]]
    return {"queries": max(first), "queries_again": max(again)}


def count_queries(path):
    client = Client(headers={"host": settings.ALLOWED_HOSTS[0]})
    with CaptureQueriesContext(connection) as queries:
        response = client.get(path, secure=True)
    if response.status_code != 200:
        sys.exit(f"{path} answered {response.status_code}, so that it cannot be measured.")
    return len(queries)


def database_process():
    """The process whose descendants are the whole database, if they work on this machine; None for SQLite."""
    if connection.vendor == "sqlite":
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        own = Path(f"/proc/{cursor.fetchone()[0]}/stat")
    return int(own.read_text().rpartition(")")[2].split()[1]) if own.exists() else None


if __name__ == "__main__":
    main()
