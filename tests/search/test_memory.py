"""What was searched for before is not searched for again, until there is something new to find."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from publishing import workflow
from search import rebuilding, results
from search.engines import local_engine
from search.models import SearchEntry, Synonym
from search.results import Search, Wanted
from tests.builders import in_minutes, make_article, make_category, publish
from tests.search.test_index import found

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("committed")]


def searches(*asked):
    """How many questions the indexes of words get for pages of results, each a Wanted and the number of a page."""
    with CaptureQueriesContext(connection) as queries:
        for wanted, page in asked:
            search = Search(wanted)
            assert search.hits(page)
            assert search.facets["format"]
            assert search.elsewhere == {}
    return sum("search_words" in query["sql"] and "SELECT" in query["sql"] for query in queries)


def wrote(count):
    section = make_category()
    return [publish(make_article(category=section, title_en="Bread"), "en") for _each in range(count)]


def test_what_was_found_is_not_looked_for_again():
    wrote(1)
    assert searches((Wanted("bread"), 1)) > 0
    assert searches((Wanted("bread"), 1)) == 0


def test_further_pages_come_from_what_was_found_for_the_first(monkeypatch):
    monkeypatch.setattr(results, "PER_PAGE", 2)
    wrote(5)
    searches((Wanted("bread"), 1))
    assert searches((Wanted("bread"), 2), (Wanted("bread"), 3)) == 0


def test_what_can_be_narrowed_is_asked_once_and_then_each_filter_for_itself_alone():
    wrote(1)
    year = timezone.localdate().year
    searches((Wanted("bread"), 1))
    assert searches((Wanted("bread", year=year), 1)) == 2
    assert searches((Wanted("bread", format="text"), 1)) == 1
    assert searches((Wanted("bread", year=year), 1)) == 0


def test_what_differs_is_asked_by_itself():
    first, second = wrote(2)
    third = publish(make_article(title_en="Bread"), "en")
    assert found("bread") == [third, second, first]
    assert found("bread", order=results.NEWEST_FIRST) == [third, second, first]
    assert found("bread", sections=(third.category_id,)) == [third]
    assert found("bread", before=SearchEntry.objects.get(item_id=second.pk).pk) == [first]
    assert found("bread -bread") == []
    assert found("brea") == [third, second, first]
    assert found("bread", language="ar") == []


def test_what_is_new_in_another_language_is_told_of_and_ends_nothing_here():
    (article,) = wrote(1)
    searches((Wanted("bread"), 1))
    publish(make_article(title_ar="Bread", category=article.category), "ar")
    with CaptureQueriesContext(connection) as queries:
        assert found("bread")
    assert not any("search_words" in query["sql"] for query in queries)
    assert Search(Wanted("bread")).elsewhere == {"ar": 1}


def test_what_the_clock_withdraws_is_gone_in_that_moment(later):
    (article,) = wrote(1)
    workflow.withdraw(article, language="en", by=None, at=in_minutes(5))
    search = Search(Wanted("bread"))
    assert (len(search.hits(1)), search.count, search.facets["format"], search.elsewhere) == (1, 1, {"text": 1}, {})
    assert Search(Wanted("bread"), "ar").elsewhere == {"en": 1}
    later(minutes=5, seconds=1)
    search = Search(Wanted("bread"))
    assert (search.hits(1), search.count, search.facets["format"]) == ([], 0, {})
    assert Search(Wanted("bread"), "ar").elsewhere == {}


def test_words_that_mean_the_same_count_from_the_moment_on_in_which_they_are_stored():
    (article,) = wrote(1)
    assert found("loaf") == []
    Synonym.objects.create(language="en", term="bread", equivalents=["loaf"])
    assert found("loaf") == [article]


def test_what_an_index_lacked_is_found_once_it_is_made_anew():
    (article,) = wrote(1)
    local_engine().clear("en")
    assert found("bread") == []
    rebuilding.rebuild("en")
    assert found("bread") == [article]


def test_what_took_too_long_is_tried_again_after_a_minute(slow_search, later):
    (article,) = wrote(1)
    with slow_search():
        assert Search(Wanted("bread")).is_shortened
    assert Search(Wanted("bread")).is_shortened
    later(seconds=61)
    search = Search(Wanted("bread"))
    assert ([hit.edition.item for hit in search.hits(1)], search.is_shortened) == ([article], False)


def test_what_an_engine_elsewhere_finds_is_asked_each_time(settings, monkeypatch):
    wrote(1)
    monkeypatch.setattr(Counting, "asked", 0)
    settings.NEWSROOM_SEARCH_ENGINE = "tests.search.test_memory.Counting"
    for times in (1, 2):
        assert found("bread")
        assert Counting.asked == times


class Counting(type(local_engine())):
    """The database's engine as if it stood elsewhere."""

    asked = 0

    def find(self, *args, **bounds):
        Counting.asked += 1
        return super().find(*args, **bounds)
