"""Two people, one article: nobody's words are lost."""

import pytest
from django.test import Client

from articles.models import Article
from tests.builders import make_article, make_superuser, make_tag
from tests.desk.forms import change_url, open_form, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def leyla():
    return _signed_in(display_name="Leyla")


@pytest.fixture
def baran():
    return _signed_in(display_name="Baran")


def _signed_in(**facts):
    client = Client()
    client.force_login(make_superuser(**facts))
    return client


def test_two_people_who_edit_two_languages_keep_both_texts(leyla, baran):
    article = make_article(title_ar="أول", title_tr="Birinci")
    url = change_url(article)
    arabic, turkish = open_form(leyla, url), open_form(baran, url)

    assert send(leyla, url, arabic, title_ar="ثان").status_code == 302
    assert send(baran, url, turkish, title_tr="İkinci").status_code == 302

    article.refresh_from_db()
    assert (article.title_ar, article.title_tr) == ("ثان", "İkinci")


def test_the_second_of_two_who_edit_one_language_sees_both_texts_and_overwrites_nothing(leyla, baran):
    article = make_article(title_ar="أول")
    url = change_url(article)
    first, second = open_form(leyla, url), open_form(baran, url)
    send(leyla, url, first, title_ar="نص ليلى")

    response = send(baran, url, second, title_ar="نص باران")

    page = response.content.decode()
    assert response.status_code == 200
    assert "Leyla saved the text in العربية" in page
    assert "نص ليلى" in page
    assert 'value="نص باران"' in page
    article.refresh_from_db()
    assert article.title_ar == "نص ليلى"


def test_whoever_has_seen_both_texts_may_save(leyla, baran):
    article = make_article(title_ar="أول")
    url = change_url(article)
    first, second = open_form(leyla, url), open_form(baran, url)
    send(leyla, url, first, title_ar="نص ليلى")
    shown_again = send(baran, url, second, title_ar="نص باران")

    from tests.desk.forms import _FormReader

    reader = _FormReader()
    reader.feed(shown_again.content.decode())
    assert send(baran, url, reader.values, title_ar="نص مشترك").status_code == 302

    article.refresh_from_db()
    assert article.title_ar == "نص مشترك"


def test_two_people_who_make_the_same_change_do_not_stand_in_each_others_way(leyla, baran):
    article = make_article(title_ar="أول")
    url = change_url(article)
    first, second = open_form(leyla, url), open_form(baran, url)
    send(leyla, url, first, title_ar="ثان")

    assert send(baran, url, second, title_ar="ثان").status_code == 302


def test_what_all_languages_share_is_guarded_too(leyla, baran):
    article = make_article(format=Article.Format.TEXT)
    url = change_url(article)
    first, second = open_form(leyla, url), open_form(baran, url)
    send(leyla, url, first, source_language="en")

    response = send(baran, url, second, source_language="ku")

    assert response.status_code == 200
    assert "the facts that all languages share" in response.content.decode()
    article.refresh_from_db()
    assert article.source_language == "en"


def test_saving_without_a_change_counts_nothing(leyla):
    article = make_article(title_ar="أول", body_ar="<p>نص &amp; نص</p>", tags=[make_tag()])
    url = change_url(article)
    send(leyla, url, open_form(leyla, url), title_ar="ثان")
    before = article.editions.get(language="ar").revision

    assert send(leyla, url, open_form(leyla, url)).status_code == 302

    assert article.editions.get(language="ar").revision == before
    assert not article.editions.filter(language="en").exists()


def test_a_tag_is_kept_when_only_a_text_is_changed(leyla):
    tag = make_tag()
    article = make_article(tags=[tag])
    url = change_url(article)

    send(leyla, url, open_form(leyla, url), title_en="Another title")

    assert list(article.tags.all()) == [tag]


def test_a_new_article_has_editions_only_in_the_languages_that_were_written(leyla):
    article = make_article()
    values = open_form(leyla, "/admin/articles/article/add/")

    response = send(leyla, "/admin/articles/article/add/", values, title_ar="جديد", category=article.category_id)

    assert response.status_code == 302
    new = Article.objects.latest("pk")
    assert [edition.language for edition in new.editions.all()] == ["ar"]
    assert new.created_by.display_name == "Leyla"
