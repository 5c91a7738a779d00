"""Reference numbers of press releases: given once, in order, and never used up by what did not go out."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from articles.models import Article, ReferenceSeries
from publishing import staging, workflow
from tests.builders import in_minutes, make_article, make_category, make_staff, publish, write
from tests.desk.forms import change_url, open_form, send

pytestmark = pytest.mark.django_db

YEAR = timezone.localdate().year


@pytest.fixture
def press():
    return make_category(layout="press")


def numbers(*articles):
    return [Article.objects.get(pk=article.pk).reference for article in articles]


def test_press_releases_are_numbered_in_the_order_in_which_they_go_out(press):
    one, other = make_article(category=press), make_article(category=press)
    publish(other, "ar")
    publish(one, "en")
    assert numbers(other, one) == [f"PR {YEAR}/1", f"PR {YEAR}/2"]


def test_all_languages_have_the_same_number(press):
    article = publish(make_article(category=press), "en")
    publish(Article.objects.get(pk=article.pk), "ar")
    assert {edition.live.reference for edition in article.editions.all()} == {f"PR {YEAR}/1"}


def test_what_is_no_press_release_has_none():
    assert numbers(publish(make_article(), "en")) == [""]


def test_a_planned_release_has_the_number_of_the_year_in_which_it_goes_out(press):
    article = make_article(category=press)
    at = timezone.make_aware(datetime(YEAR + 1, 1, 1, 0, 30))
    workflow.schedule(article, language="en", by=None, at=at)
    assert numbers(article) == [f"PR {YEAR + 1}/1"]


def test_a_plan_that_is_taken_back_leaves_the_number_where_it_is(press):
    article = make_article(category=press)
    workflow.schedule(article, language="en", by=None, at=in_minutes(5))
    workflow.unschedule(article, language="en", by=None)
    publish(make_article(category=press), "en")
    publish(article, "ar")
    assert numbers(article) == [f"PR {YEAR}/1"]


def test_a_number_that_was_typed_stays_and_is_stepped_over(press):
    typed = publish(make_article(category=press, reference=f"PR {YEAR}/1"), "en")
    given = publish(make_article(category=press), "en")
    assert numbers(typed, given) == [f"PR {YEAR}/1", f"PR {YEAR}/2"]


def refused_at_the_last_moment(section):
    """A release in two languages of which one has lost its title: the other was written down when that is found."""
    article = make_article(
        category=section, title_en="Water", title_ar="مياه", release_policy="together", wanted_languages=["en", "ar"]
    )
    write(article, "ar")
    workflow.submit(article, language="ar", by=None)
    workflow.approve(article, language="ar", by=None)
    article.title_ar = ""
    article.save()
    with pytest.raises(ValidationError):
        workflow.publish(article, language="en", by=None)
    return article


def test_a_refused_publication_uses_no_number(press):
    refused = refused_at_the_last_moment(press)
    assert numbers(refused, publish(make_article(category=press), "en")) == ["", f"PR {YEAR}/1"]


def test_a_publication_that_was_refused_and_is_tried_again_gets_a_number_of_its_own(press):
    article = refused_at_the_last_moment(press)
    publish(make_article(category=press), "en")
    article.title_ar = "مياه"
    article.save(update_fields=["title_ar"])
    publish(article, "en")
    assert numbers(article) == [f"PR {YEAR}/2"]


def test_a_preview_uses_no_number(press):
    article = make_article(category=press)
    with staging.staged([(article, "en")]):
        pass
    assert numbers(article) == [""]
    assert not ReferenceSeries.objects.exists()


def test_what_was_public_before_there_were_numbers_gets_none_by_a_correction(press):
    article = publish(make_article(), "en")
    article.category = press
    article.save()
    publish(article, "en")
    assert numbers(article) == [""]


def test_what_was_retracted_keeps_its_number(press):
    article = publish(make_article(category=press), "en")
    workflow.retract(article, language="en", by=None, note="It was wrong.")
    assert article.editions.get(language="en").live.reference == f"PR {YEAR}/1"


def test_no_two_articles_have_one_number(press):
    make_article(category=press, reference="PR 7")
    with pytest.raises(IntegrityError), transaction.atomic():
        make_article(category=press, reference="PR 7")
    make_article(category=press)
    make_article(category=press)  # without a number there can be many


# --- In the form -------------------------------------------------------------------


@pytest.fixture
def editor(client):
    client.force_login(make_staff("publisher"))
    return client


def saved(client, article, **typed):
    url = change_url(article)
    return send(client, url, open_form(client, url), **typed)


def test_a_number_that_another_article_has_is_refused_with_its_name(editor, press):
    make_article(category=press, title_en="The first", reference="PR 7")
    article = make_article(category=press)
    page = saved(editor, article, reference="  PR   7 ").content.decode()
    assert "The article “The first” has this number. Write another one." in page
    assert numbers(article) == [""]


def test_a_number_that_readers_were_given_is_shown_and_cannot_be_changed(editor, press):
    article = publish(make_article(category=press), "en")
    form = open_form(editor, change_url(article))
    assert "reference" not in form
    assert f"PR {YEAR}/1" in editor.get(change_url(article)).content.decode()
    send(editor, change_url(article), form, reference="PR 99")
    assert numbers(article) == [f"PR {YEAR}/1"]


def test_a_form_that_was_opened_before_the_number_was_given_does_not_take_it_away(editor, press):
    article = make_article(category=press)
    form = open_form(editor, change_url(article))
    publish(article, "en")
    send(editor, change_url(article), form, source_language="en")
    assert numbers(article) == [f"PR {YEAR}/1"]


# --- At the same moment -------------------------------------------------------------


def at_once(*actions):
    """Does all of these in threads of their own, at the same moment."""
    start = Barrier(len(actions))

    def act(action):
        start.wait()
        try:
            action()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(actions)) as threads:
        list(threads.map(act, actions))


def publish_anew(article, language):
    """As another process would: it knows nothing of what happens meanwhile."""
    return lambda: publish(Article.objects.get(pk=article.pk), language)


@pytest.mark.django_db(transaction=True)
def test_releases_that_go_out_at_once_have_different_numbers():
    section = make_category(layout="press")
    articles = [make_article(category=section) for _ in range(6)]
    at_once(*(publish_anew(article, "en") for article in articles))
    assert sorted(numbers(*articles)) == [f"PR {YEAR}/{number}" for number in range(1, 7)]


@pytest.mark.django_db(transaction=True)
def test_two_languages_that_go_out_at_once_have_one_number():
    article = make_article(category=make_category(layout="press"))
    at_once(*(publish_anew(article, language) for language in ("en", "ar", "tr", "ku")))
    assert {edition.live.reference for edition in article.editions.all()} == {f"PR {YEAR}/1"}
    assert ReferenceSeries.objects.get().last == 1
