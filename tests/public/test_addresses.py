"""What an address answers: the thing, the way to it, or a clear no."""

import pytest
from django.core.exceptions import ValidationError

from publishing import workflow
from tests.builders import (
    in_minutes,
    make_article,
    make_body,
    make_byline,
    make_category,
    make_page,
    make_person,
    make_tag,
    publish,
)

pytestmark = pytest.mark.django_db


def address_of(item, language="en"):
    return item.editions.get(language=language).get_absolute_url()


@pytest.mark.parametrize(
    ("wanted", "language"),
    [
        ("ar-SY,ar;q=0.9,en;q=0.1", "ar"),
        ("kmr", "ku"),
        ("ckb-IQ", "ku"),
        ("fr, tr;q=0.4", "tr"),
        ("fr", "en"),
        ("", "en"),
    ],
)
def test_the_bare_address_leads_to_the_language_that_the_browser_prefers(client, wanted, language):
    response = client.get("/", headers={"Accept-Language": wanted})
    assert response.status_code == 302
    assert response["Location"] == f"/{language}/"
    assert "Accept-Language" in response["Vary"]


def test_a_deep_link_is_never_redirected_by_preference(client):
    article = publish(make_article(), "en", "ar")
    response = client.get(address_of(article), headers={"Accept-Language": "ar"})
    assert response.status_code == 200


def test_any_other_words_around_the_number_redirect_to_the_right_ones(client):
    article = publish(make_article(), "en")
    response = client.get(f"/en/no/such/section/{article.pk}-other-words/")
    assert response.status_code == 301
    assert response["Location"] == address_of(article)


def test_arabic_words_stay_arabic_in_an_address(client):
    article = publish(make_article(title_ar="خطة العودة"), "ar")
    assert "/ar/" in address_of(article, "ar")
    assert client.get(f"/ar/{article.category.path_ar}/{article.pk}-خطة-العودة/").status_code == 200


def test_a_title_without_words_still_has_an_address(client):
    article = publish(make_article(title_en="…!"), "en")
    assert client.get(address_of(article)).status_code == 200


def test_the_short_address_leads_to_the_readers_language_if_it_is_published(client):
    article = publish(make_article(), "en", "ar")
    assert client.get(f"/a/{article.pk}/", headers={"Accept-Language": "ar"})["Location"] == address_of(article, "ar")
    assert client.get(f"/a/{article.pk}/", headers={"Accept-Language": "tr"})["Location"] == address_of(article, "en")
    assert client.get("/a/999999/").status_code == 404


@pytest.mark.parametrize("number", ["0", "abc", "999999", "-1", "1.5", "", "٢٢٢٢٢"])
@pytest.mark.parametrize("kind", ["section", "tag", "byline"])
def test_a_page_number_that_is_none_answers_404(client, number, kind):
    section, tag, byline = make_category(), make_tag(), make_byline()
    publish(make_article(category=section, tags=[tag], bylines=[byline]))
    thing = {"section": section, "tag": tag, "byline": byline}[kind]
    assert client.get(thing.get_absolute_url("en"), {"page": number}).status_code == 404


def test_a_long_section_has_pages_with_addresses_of_their_own(client):
    section = make_category()
    for _ in range(21):
        publish(make_article(category=section), "en")

    second = client.get(section.get_absolute_url("en"), {"page": 2})

    assert second.status_code == 200
    assert second.content.decode().count("<article") == 1


def test_what_is_not_published_in_a_language_answers_404_and_names_the_languages_that_have_it(client):
    article = publish(make_article(), "ar")
    response = client.get(f"/tr/{article.category.path_tr}/{article.pk}-x/")
    assert response.status_code == 404
    assert address_of(article, "ar") in response.content.decode()


@pytest.mark.parametrize(
    "path", ["/en/no-such-page/", "/ar/الأخبار/999-x/", "/ku/people/999-x/", "/tr/tags/999-x/", "/en/structure/none/"]
)
def test_an_unknown_address_answers_404_with_a_way_onward(client, path):
    publish(make_article())
    response = client.get(path)
    page = response.content.decode()
    assert response.status_code == 404
    assert 'href="/' in page
    assert page.count("<h1") == 1


def test_a_withdrawn_article_answers_410_with_reason_and_section(client):
    article = publish(make_article(), "en")
    address = address_of(article)
    workflow.withdraw(article, language="en", by=None, note="The figures were wrong")
    response = client.get(address)
    assert response.status_code == 410
    assert "The figures were wrong" in response.content.decode()
    assert article.category.get_absolute_url("en") in response.content.decode()


@pytest.mark.parametrize("builder", [make_page, make_body, make_person])
def test_whatever_is_withdrawn_answers_410(client, builder):
    item = publish(builder(), "en")
    address = address_of(item)
    workflow.withdraw(item, language="en", by=None)
    assert client.get(address).status_code == 410


@pytest.mark.parametrize("builder", [make_page, make_body])
def test_a_former_address_leads_to_the_new_one(client, builder):
    item = publish(builder(), "en")
    former = address_of(item)
    item.title_en = "Quite another name"
    item.save()
    publish(item, "en")
    response = client.get(former)
    assert response.status_code == 301
    assert response["Location"] == address_of(item)


def test_a_scheduled_article_answers_404_until_its_time(client):
    article = make_article()
    workflow.schedule(article, language="en", by=None, at=in_minutes(60))
    assert client.get(f"/en/{article.category.path_en}/{article.pk}-x/").status_code == 404


def test_a_tag_has_a_page_only_where_something_published_carries_it(client):
    tag = make_tag()
    publish(make_article(tags=[tag]), "ar")
    make_article(tags=[tag])
    assert client.get(tag.get_absolute_url("ar")).status_code == 200
    assert client.get(f"/tr/tags/{tag.pk}-x/").status_code == 404


def test_the_answer_to_an_unexpected_error_needs_no_database():
    from django.template.loader import render_to_string

    page = render_to_string("500.html")
    for language in ("en", "ar", "tr", "ku"):
        assert f'lang="{language}"' in page


def test_the_machine_says_that_it_lives_and_that_it_is_ready(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").status_code == 200


def test_writing_to_a_public_page_is_refused(client):
    article = publish(make_article(), "en")
    assert client.post(address_of(article)).status_code == 405


@pytest.mark.parametrize("words", ["feed", "search"])
def test_no_page_takes_an_address_of_the_site_itself(words):
    with pytest.raises(ValidationError) as refusal:
        publish(make_page(slug_en=words), "en")
    assert "belongs to the site itself" in refusal.value.message_dict["slug_en"][0]


@pytest.mark.parametrize("path", ["mission/feed", "mission/feed/atom"])
def test_no_page_takes_the_address_of_a_feed(path):
    page = None
    for words in path.split("/"):
        page = make_page(slug_en=words, parent=page)
    with pytest.raises(ValidationError) as refusal:
        publish(page, "en")
    assert f"The address “{path}” belongs to the site itself" in refusal.value.message_dict["slug_en"][0]
