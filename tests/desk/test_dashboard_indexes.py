"""What waits for somebody is found among what waits, not among all that was ever published."""

import pytest
from django.db import connection
from django.utils import timezone

from articles.models import Article, ArticleEdition
from desk.dashboard import BLOCKS, FilledBlock
from publishing.registry import public_type_of
from tests.builders import make_category, make_superuser
from tests.public.test_paging import write_many

pytestmark = pytest.mark.django_db

INDEXES = {
    "drafts": {"articleedition_unfinished"},
    "review": {"articleedition_in_review"},
    "tasks": {"articles_articleedition_assignee"},
    "scheduled": {"articleedition_scheduled", "articleedition_upcoming"},
    "published": {"articleedition_latest"},
    "contradictions": {"articleedition_taken_back"},
}


@pytest.fixture
def archive():
    write_many(200, category=make_category())
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            # As it is in use: nobody collects statistics there.
            cursor.execute("DELETE FROM sqlite_stat1")
            cursor.execute("ANALYZE sqlite_master")


def assert_uses(editions, indexes):
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            # It takes a third of all to be unfinished, and reads so small a table whole: asked is whether it has to.
            cursor.execute("SET LOCAL random_page_cost = 1.1; SET LOCAL enable_seqscan = off")
    plan = editions.explain()
    assert all(index in plan for index in indexes), plan
    # SQLite says with which index it goes through a table; here no table of editions is read without.
    read_whole = ("Seq Scan on articles_articleedition", "SCAN articles_articleedition\n", "SCAN U0\n")
    assert not any(words in f"{plan}\n" for words in read_whole), plan


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.name)
def test_each_block_of_the_first_screen_has_an_index(archive, block):
    filled = FilledBlock(block, make_superuser(), moment=timezone.now())
    assert_uses(filled._of_type(public_type_of(Article)), INDEXES[block.name])


def test_so_has_what_the_clock_has_changed(archive):
    indexes = {"articleedition_scheduled", "articleedition_upcoming"}
    if connection.vendor == "sqlite":
        # PostgreSQL has several that hold few rows, or none.
        indexes |= {"articleedition_ending"}
    assert_uses(ArticleEdition.objects.due(), indexes)


def test_what_is_not_in_the_trash_is_looked_for_by_no_index_of_the_trash():
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, Article._meta.db_table)
    assert [name for name, one in found.items() if one["columns"] == ["trashed_at"]] == ["article_trashed"]
