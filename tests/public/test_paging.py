"""Pages of lists: stable addresses, and a five-hundredth page that costs what the first does."""

import re
import sys
from datetime import timedelta
from itertools import cycle
from threading import Event, Thread

import pytest
from django.db import connection
from django.db.models import OuterRef, Subquery
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles.models import Article, ArticleEdition, ArticleVersion, Category
from publishing import paging
from tests.builders import make_article, make_byline, make_category, make_tag, publish

pytestmark = pytest.mark.django_db

# As many rows as make page 500 the last of a list with small pages.
MANY, SMALL_PAGE = 4_000, 8
# What SQLite and PostgreSQL say when they read a table of editions or versions row by row.
READ_FROM_END_TO_END = re.compile(r"(?:SCAN|Seq Scan on) (?:[UV]0|articles_articleedition|articles_articleversion)\b")


def write_many(count, *, category, tags=(), bylines=(), language="en", format="text"):
    """
    So many public articles, a minute apart, straight into the tables; the newest has the highest number.

    They carry the tags in turn, and the bylines.
    """
    facts = {"category": category, "format": format}
    articles = Article.objects.bulk_create([Article(**facts) for _ in range(count)], batch_size=500)
    start = timezone.now() - timedelta(minutes=count)
    times = [start + timedelta(minutes=number) for number in range(count)]
    editions = ArticleEdition.objects.bulk_create(
        ArticleEdition(item=article, language=language, state="published", publish_at=at, **facts)
        for article, at in zip(articles, times, strict=True)
    )
    versions = ArticleVersion.objects.bulk_create(
        ArticleVersion(edition=edition, number=1, title=f"Story {number}", slug=f"story-{number}",
                       body="<p>A long text.</p>", **facts)
        for number, edition in enumerate(editions, start=1)
    )  # fmt: skip
    newest = ArticleVersion.objects.filter(edition=OuterRef("pk")).order_by("-number")
    ArticleEdition.objects.filter(live=None).update(live=Subquery(newest.values("pk")[:1]))
    for field, rows in (("tags", tags), ("bylines", bylines)):
        through = getattr(ArticleVersion, field).through
        links = ({f"{row._meta.model_name}_id": row.pk, "articleversion_id": version.pk}
                 for row, version in zip(cycle(rows), versions))  # fmt: skip
        through.objects.bulk_create(through(**link) for link in links)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def queries_of(client, address):
    with CaptureQueriesContext(connection) as queries:
        response = client.get(address)
    assert response.status_code == 200
    return response.content.decode(), queries.captured_queries


def plan_of(editions, number, *, sorted_after):
    """How the database finds the rows of one page, in its own words."""
    paginator = paging.EditionPaginator(ArticleEdition, lambda: editions, SMALL_PAGE, extent=paging.Extent(MANY))
    with CaptureQueriesContext(connection) as queries:
        paginator.page(number)
    # What follows it are the rows themselves, and the sections, which are in memory outside of a transaction.
    query = queries.captured_queries[0]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # A table as small as this one is read whole, and sorted, unless reading here and there is cheap.
            cursor.execute("SET LOCAL random_page_cost = 1.1")
            # What other tests left behind in the table makes it look as if reading all of it were cheaper,
            # and sorting so few rows costs about as much as reading them in order: asked is whether an index can.
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute(f"SET LOCAL enable_sort = {'on' if sorted_after else 'off'}")
        cursor.execute(("EXPLAIN QUERY PLAN " if connection.vendor == "sqlite" else "EXPLAIN ") + query["sql"])
        return "\n".join(str(row[-1]) for row in cursor.fetchall()), query["sql"]


def assert_reads_no_skipped_body(sql):
    """The query that counts off the rows to skip names the editions' table alone."""
    assert "OFFSET" in sql
    assert "body" not in sql
    assert '"articles_articleversion" ' not in sql


def test_a_page_is_the_same_from_the_start_of_one_before_it():
    section = make_category()
    write_many(40, category=section)
    # Some were published in the same moment: then their keys say which stands first.
    ArticleEdition.objects.filter(pk__in=ArticleEdition.objects.values("pk")[5:25]).update(publish_at=timezone.now())
    editions = ArticleEdition.objects.published().in_sections([section.pk])
    everything = list(editions.newest_first().values_list("pk", flat=True))
    extent = paging.extent_of(editions, 3)
    for number in (9, 4, 9, 5, 10, 1, 14, 4):
        page = paging.page_of(ArticleEdition, lambda: editions, number, per_page=3, extent=extent)
        assert [row.pk for row in page.object_list] == everything[3 * number - 3 : 3 * number]
    assert extent.starts.keys() == {4, 5, 9, 10, 14}


def test_a_page_that_somebody_asked_for_is_found_without_counting_to_it():
    section = make_category()
    write_many(MANY, category=section)
    editions = ArticleEdition.objects.published().in_sections([section.pk])
    extent = paging.Extent(MANY)
    for number, offset in ((400, 3192), (400, 0), (401, SMALL_PAGE)):
        with CaptureQueriesContext(connection) as queries:
            paging.page_of(ArticleEdition, lambda: editions, number, per_page=SMALL_PAGE, extent=extent)
        assert (f"OFFSET {offset}" in queries.captured_queries[0]["sql"]) == bool(offset)


def test_others_may_ask_for_pages_while_one_is_looked_for():
    extent = paging.Extent(MANY, {number: (timezone.now(), number) for number in range(2, 400)})
    paginator = paging.EditionPaginator(ArticleEdition, ArticleEdition.objects.published, SMALL_PAGE, extent=extent)
    is_over, interval = Event(), sys.getswitchinterval()

    def ask_for_others():
        while not is_over.is_set():
            extent.starts.update(dict.fromkeys(range(400, 500), extent.starts[2]))
            for number in range(400, 500):
                del extent.starts[number]

    other = Thread(target=ask_for_others)
    sys.setswitchinterval(1e-6)
    other.start()
    try:
        for _time in range(300):
            paginator._from_nearest_start(300)
    finally:
        is_over.set()
        other.join()
        sys.setswitchinterval(interval)


def test_page_500_of_each_list_is_found_by_its_index():
    section, press = make_category(), make_category(layout=Category.Layout.PRESS)
    tags, bylines = [make_tag() for _ in range(50)], [make_byline() for _ in range(50)]
    write_many(MANY, category=section, tags=tags, bylines=bylines)
    # Enough of others that reading all of them, newest first, and leaving those out, is no match for the own index.
    write_many(MANY, category=press, format="document")
    public = ArticleEdition.objects.published()
    lists = {
        "newest": public,
        "section": public.in_sections([section.pk]),
        "newest|section": public.in_sections([section.pk, press.pk]),
        "format": public.of_format("text"),
        # From the topic or the byline to its versions, and from these to their editions.
        "live_id": public.tagged(tags[0]),
        "newest|live_id": public.by_byline(bylines[0]),
    }
    for name, editions in lists.items():
        plan, sql = plan_of(editions, 500, sorted_after="live_id" in name)
        assert re.search(f"articleedition_(?:{name})", plan), (name, plan)
        assert not READ_FROM_END_TO_END.search(plan), (name, plan)
        assert_reads_no_skipped_body(sql)


@pytest.mark.usefixtures("committed")
@pytest.mark.parametrize("layout", ["news", "press", "media"])
def test_the_last_page_asks_the_database_as_often_as_the_first(client, layout):
    section = make_category(layout=layout)
    per_page = 24 if layout == "media" else 20
    write_many(per_page * 12, category=section)
    address = section.get_absolute_url("en")
    client.get(f"{address}?page=2")
    first, queries = queries_of(client, address)
    last, deep_queries = queries_of(client, f"{address}?page=12")
    assert len(deep_queries) == len(queries) <= 5
    assert f">Story {per_page * 12}<" in first
    assert ">Story 1<" in last
    assert "Page 12 of 12" in last


def test_lists_never_load_texts(client):
    section, tag, byline = make_category(), make_tag(), make_byline()
    write_many(25, category=section, tags=[tag], bylines=[byline])
    addresses = [thing.get_absolute_url("en") for thing in (section, tag, byline)]
    for address in [*addresses, "/en/archive/", f"/en/archive/{timezone.localdate().year}/", "/en/formats/"]:
        _page, queries = queries_of(client, address)
        assert not [query["sql"] for query in queries if '."body"' in query["sql"]], address
        assert len(queries) <= 10, (address, len(queries))


def test_a_list_ends_at_its_last_page_and_leads_to_the_archive(client, monkeypatch):
    monkeypatch.setattr(paging, "LAST_PAGE", 2)
    section = make_category()
    write_many(50, category=section)
    page, _queries = queries_of(client, f"{section.get_absolute_url('en')}?page=2")
    assert "Page 2 of 2" in page
    assert 'href="/en/archive/"' in page
    assert client.get(f"{section.get_absolute_url('en')}?page=3").status_code == 404


def test_further_pages_have_an_address_a_title_and_a_description_of_their_own(client):
    section = make_category(name_en="News of the day")
    write_many(45, category=section)
    address = section.get_absolute_url("en")
    page, _queries = queries_of(client, f"{address}?page=2")
    assert f'<link rel="canonical" href="http://testserver{address}?page=2">' in page
    assert "<title>News of the day, page 2 — " in page
    assert re.search(r'<meta name="description" content="[^"]*Page 2 of 3">', page)
    assert 'hreflang="x-default"' not in page
    assert re.search(r'rel="prev" href="\?"', page)
    assert re.search(r'rel="next" href="\?page=3"', page)


@pytest.mark.parametrize("number", ["0", "-1", "4", "abc", "1.5", "", "9" * 30, "9" * 5000, "\x00"])
def test_a_page_that_does_not_exist_answers_404(client, number):
    section = make_category()
    write_many(45, category=section)
    assert client.get(section.get_absolute_url("en"), {"page": number}).status_code == 404


def test_a_page_that_a_list_has_no_more_leads_to_its_last_one(client):
    section = make_category()
    write_many(45, category=section)
    page = client.get(section.get_absolute_url("en"), {"page": 7}).content.decode()
    assert 'href="?page=3"' in page
    assert "Go to its last page, page 3" in page


def test_a_text_that_is_not_public_takes_no_place_in_a_list(client):
    section = make_category()
    write_many(20, category=section)
    publish(make_article(category=section, title_en="Published"), "en")
    ArticleEdition.objects.filter(live__title="Story 20").update(publish_at=timezone.now() + timedelta(days=1))
    page, _queries = queries_of(client, section.get_absolute_url("en"))
    assert "Story 20" not in page
    assert "Page 1 of" not in page
