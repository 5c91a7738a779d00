"""Publishing, scheduling and withdrawing from the admin."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from articles.models import ArticleEdition
from tests.builders import make_article, make_superuser, make_user, publish
from tests.desk.forms import change_url, open_form, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor():
    client = Client()
    client.force_login(make_superuser())
    return client


def published(language):
    return ArticleEdition.objects.published(language=language)


def test_the_publish_button_saves_and_asks_before_anything_goes_live(editor):
    article = make_article(title_ar="أول")
    url = change_url(article)

    response = send(editor, url, open_form(editor, url), title_ar="ثان", _step="publish:ar")

    assert response.url == f"/admin/articles/article/{article.pk}/ar/publish/"
    assert not published("ar").exists()
    article.refresh_from_db()
    assert article.title_ar == "ثان"


def test_the_confirmed_text_is_public_in_its_language_only(editor):
    article = make_article(title_ar="أول", title_tr="Birinci")

    response = editor.post(f"/admin/articles/article/{article.pk}/ar/publish/")

    assert response.status_code == 302
    assert published("ar").get().version.title == "أول"
    assert not published("tr").exists()


def test_publishing_without_a_title_says_so_at_the_field_and_keeps_what_was_typed(editor):
    article = make_article(title_ar="أول")
    url = change_url(article)

    response = send(editor, url, open_form(editor, url), standfirst_en="Typed with care", _step="publish:en")

    page = response.content.decode()
    assert response.status_code == 200
    assert "Without a title it cannot be published" in page
    assert "Typed with care" in page


def test_a_time_that_has_passed_is_refused_and_kept(editor):
    article = make_article()

    response = editor.post(
        f"/admin/articles/article/{article.pk}/ar/schedule/", {"at": "2020-01-01T10:00", "note": "for Monday"}
    )

    assert "This moment has passed" in response.content.decode()
    assert "for Monday" in response.content.decode()


def test_a_date_that_is_no_date_is_refused(editor):
    article = make_article()

    response = editor.post(f"/admin/articles/article/{article.pk}/ar/schedule/", {"at": "next Tuesday"})

    assert "This is no date and time" in response.content.decode()


def test_a_scheduled_text_is_read_from_its_time_on(editor):
    article = make_article()
    at = timezone.localtime() + timedelta(hours=3)

    editor.post(f"/admin/articles/article/{article.pk}/ar/schedule/", {"at": at.strftime("%Y-%m-%dT%H:%M")})

    assert not published("ar").exists()
    assert ArticleEdition.objects.published(language="ar", at=at + timedelta(minutes=1)).exists()


def test_a_withdrawn_text_is_gone_with_its_reason(editor):
    article = publish(make_article(), "ar")

    editor.post(f"/admin/articles/article/{article.pk}/ar/withdraw/", {"note": "أرقام خاطئة"})

    assert not published("ar").exists()
    assert article.editions.get(language="ar").withdraw_reason == "أرقام خاطئة"


def test_somebody_without_the_right_to_publish_gets_no_button_and_no_way_around_it():
    from django.contrib.auth.models import Permission

    reporter = make_user()
    reporter.user_permissions.set(Permission.objects.filter(codename__in=["change_article", "view_article"]))
    client = Client()
    client.force_login(reporter)
    article = make_article()

    page = client.get(change_url(article)).content.decode()
    assert 'value="submit:ar"' in page
    assert 'value="publish:' not in page
    assert client.post(f"/admin/articles/article/{article.pk}/ar/publish/").status_code == 403
    assert not published("ar").exists()


def test_what_was_published_cannot_be_deleted(editor):
    article = publish(make_article(), "ar")

    assert editor.post(f"/admin/articles/article/{article.pk}/delete/", {"post": "yes"}).status_code == 403


def test_the_list_shows_the_state_of_each_language(editor):
    publish(make_article(title_ar="أول", title_en="First"), "ar")

    page = editor.get("/admin/articles/article/").content.decode()

    assert page.count("state-published") == 1
    assert page.count("state-none") == 3


def test_the_list_costs_the_same_for_many_articles_as_for_few(editor, django_assert_max_num_queries):
    for _ in range(30):
        publish(make_article(), "ar", "en")

    with django_assert_max_num_queries(14):
        editor.get("/admin/articles/article/")


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("body_en", '<p><a href="javascript:alert(1)">x</a></p>', "This link cannot be used"),
        ("body_en", "<p>" + "x" * 200_001 + "</p>", "This text is too long"),
        ("body_en", "<blockquote>" * 40 + "x", "nested too deeply"),
    ],
)
def test_a_text_that_cannot_be_kept_says_why_and_loses_nothing(editor, field, value, message):
    article = make_article()
    url = change_url(article)

    response = send(editor, url, open_form(editor, url), **{field: value, "title_en": "Typed with care"})

    page = response.content.decode()
    assert response.status_code == 200
    assert message in page
    assert "Typed with care" in page
