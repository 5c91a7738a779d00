"""What is public is found at once, and nothing else: the index is written in the transaction of the step."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from articles.workflow import show_byline_again, withdraw_byline
from publishing import workflow
from publishing.languages import language_codes
from publishing.models import Version
from search.models import SearchEntry
from search.results import Search, Wanted
from tests.builders import (
    in_minutes,
    make_article,
    make_body,
    make_byline,
    make_category,
    make_page,
    make_person,
    publish,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True, params=["asked anew", "from memory"])
def memory(request):
    """Whatever is asked is asked of the index each time; or all that was asked before may come from memory."""
    if request.param == "from memory":
        request.getfixturevalue("committed")
    return request.param


def found(text, language="en", **wanted):
    return [hit.edition.item for hit in Search(Wanted(text, **wanted), language).hits(1)]


@pytest.mark.parametrize("make", [make_article, make_page, make_body, make_person])
def test_each_public_type_is_found_once_published_and_not_after_withdrawal(make):
    item = make(title_en="Nightingale")
    assert found("nightingale") == []
    publish(item, "en")
    assert found("nightingale") == [item]
    workflow.withdraw(item, language="en", by=None)
    assert found("nightingale") == []
    assert not SearchEntry.objects.exists()


def test_each_language_is_found_in_itself_alone():
    article = make_article(title_en="Nightingale", title_ar="العندليب")
    publish(article, "en")
    assert found("nightingale") == [article]
    assert found("العندليب", "ar") == []
    publish(article, "ar")
    assert found("العندليب", "ar") == [article]
    assert found("nightingale", "ar") == []


def test_a_draft_of_a_change_is_not_found_before_it_is_published():
    article = publish(make_article(title_en="Nightingale"), "en")
    article.title_en = "Lark"
    article.save()
    workflow.record_save(article, language="en", by=None)
    assert (found("lark"), found("nightingale")) == ([], [article])
    workflow.publish(article, language="en", by=None)
    assert (found("lark"), found("nightingale")) == ([article], [])


def test_a_correction_is_found_and_what_it_corrected_is_not():
    article = publish(make_article(title_en="Harvest", body_en="<p>Sixty tons of barley.</p>"), "en")
    article.body_en = "<p>Sixty tons of wheat.</p>"
    article.save()
    workflow.record_save(article, language="en", by=None)
    workflow.publish(article, language="en", by=None, change=Version.Kind.CORRECTION, public_note="It was wheat.")
    assert (found("wheat"), found("barley")) == ([article], [])


def test_a_retracted_text_is_not_found():
    article = publish(make_article(title_en="Nightingale"), "en")
    workflow.retract(article, language="en", by=None, note="It was wrong.")
    assert found("nightingale") == []


def test_a_scheduled_text_is_found_from_its_time_on():
    article = make_article(title_en="Nightingale")
    workflow.schedule(article, language="en", by=None, at=in_minutes(5))
    assert found("nightingale") == []
    article.editions.update(publish_at=timezone.now() - timedelta(seconds=1))
    workflow.settle()
    assert found("nightingale") == [article]


@pytest.mark.parametrize("memory", ["asked anew"], indirect=True)
def test_a_text_whose_time_is_over_is_not_found_even_before_any_job_was_there():
    article = publish(make_article(title_en="Nightingale"), "en")
    workflow.withdraw(article, language="en", by=None, at=in_minutes(5))
    assert found("nightingale") == [article]
    past = timezone.now() - timedelta(seconds=1)
    article.editions.update(withdraw_at=past)
    SearchEntry.objects.update(gone_at=past)
    search = Search(Wanted("nightingale"), "en")
    assert (search.hits(1), search.facets["format"], search.count) == ([], {}, 0)
    assert Search(Wanted("nightingale"), "ar").elsewhere == {}


def test_what_is_over_is_found_without_a_look_at_the_rest():
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
    assert "searchentry_gone" in SearchEntry.objects.gone().explain()


def test_a_step_that_is_undone_leaves_nothing_in_the_index():
    article = make_article(title_en="Nightingale")
    with pytest.raises(RuntimeError), transaction.atomic():
        publish(article, "en")
        assert found("nightingale") == [article]
        raise RuntimeError
    assert found("nightingale") == []


def test_an_article_that_moves_is_found_in_its_new_section_alone():
    old, new = make_category(), make_category()
    article = publish(make_article(title_en="Nightingale", category=old), "en")
    assert found("nightingale", sections=(old.pk,)) == [article]
    article.category = new
    article.save()
    workflow.record_save(article, language="en", by=None)
    workflow.publish(article, language="en", by=None)
    assert found("nightingale", sections=(old.pk,)) == []
    assert found("nightingale", sections=(new.pk,)) == [article]


def test_an_author_is_found_by_name_until_the_byline_is_withdrawn():
    byline = make_byline(name_en="Zelal Hemo")
    article = publish(make_article(bylines=[byline]), "en")
    assert found("zelal hemo") == [article]
    withdraw_byline(byline, by=None)
    assert found("zelal hemo") == []
    show_byline_again(byline, by=None)
    assert found("zelal hemo") == [article]


def test_the_newest_have_the_largest_numbers():
    articles = [publish(make_article(title_en=f"Lark {number}"), "en") for number in range(3)]
    assert found("lark", order="newest") == articles[::-1]
    numbers = [SearchEntry.objects.get(item_id=article.pk).id for article in articles]
    assert numbers == sorted(numbers)


def test_what_is_public_in_all_languages_has_an_entry_for_each():
    publish(make_article())
    assert sorted(SearchEntry.objects.values_list("language", flat=True)) == sorted(language_codes())
