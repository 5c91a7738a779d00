"""A secret word in every field of every draft, in every language, is in no public response."""

from datetime import timedelta

import pytest
from django.db import models
from django.utils import timezone

from articles.models import Article
from coalition.models import Body, Person
from pages.models import Page
from publishing import workflow
from publishing.languages import language_codes
from publishing.registry import public_types
from tests.builders import (
    make_album,
    make_article,
    make_body,
    make_byline,
    make_category,
    make_infographic,
    make_mandate,
    make_page,
    make_person,
    make_picture,
    make_tag,
    make_video,
    publish,
)
from tests.contracts.crawl import crawl

pytestmark = pytest.mark.django_db

CANARY = "kanarya7391"

BUILDERS = {Article: make_article, Page: make_page, Body: make_body, Person: make_person}


def sing(row):
    """Writes the secret word into every text column of a row."""
    for field in row._meta.concrete_fields:
        is_text = isinstance(field, models.CharField | models.TextField) and not field.choices
        if is_text and field.editable and field.name not in {"original", "url"} and "file" not in field.name:
            setattr(row, field.name, f"{CANARY}-{row.pk}")
    row.save()
    return row


@pytest.fixture
def site():
    """A site with something public in every section and language, so that there is much to crawl."""
    category = make_category(is_on_home=True)
    tag, byline = make_tag(), make_byline()
    for _ in range(3):
        publish(make_article(category=category, tags=[tag], bylines=[byline]))
    publish(make_page())
    body = publish(make_body())
    make_mandate(body=body, person=publish(make_person()))
    return category


def all_pages(client):
    return crawl(client, *(f"/{code}/" for code in language_codes()))


def searches():
    """Searches for words that the secret word begins with, or is like: what they find would say it."""
    for code in language_codes():
        for words in (CANARY[:-1], f"{CANARY[:-1]}2", f"{CANARY[:-2]}{CANARY[-1]}"):
            yield f"/{code}/search/?q={words}"
            yield f"/{code}/search/?q={words}&sort=newest"
            yield f"/{code}/search/suggest/?q={words}"


def assert_silent(client, extra=()):
    pages = all_pages(client) | {address: client.get(address) for address in [*searches(), *extra]}
    assert len(pages) > 20
    for address in searches():
        assert "Nothing was found" in pages[address].content.decode() or not address.startswith("/en/"), address
        assert "<mark>" not in pages[address].content.decode(), address
    for address, response in pages.items():
        assert CANARY not in response.content.decode(), address
        assert CANARY not in address


def addresses_of(item, category):
    for code in language_codes():
        section = getattr(category, f"path_{code}")
        yield f"/{code}/{section}/{item.pk}-{CANARY}/"
        yield f"/{code}/people/{item.pk}-{CANARY}/"
        yield f"/{code}/structure/{CANARY}-{item.pk}/"
        yield f"/{code}/{CANARY}-{item.pk}/"
    yield f"/a/{item.pk}/"


def test_every_public_type_has_a_builder():
    assert {public_type.model for public_type in public_types()} == set(BUILDERS)


@pytest.mark.parametrize("model", BUILDERS, ids=lambda model: model.__name__)
def test_a_draft_is_nowhere(client, site, model):
    draft = sing(BUILDERS[model]())
    for code in language_codes():
        draft.editions.create(item=draft, language=code)

    # A draft's number may be the number of something public: ask only for addresses that say nothing else.
    assert_silent(client)
    for address in addresses_of(draft, site):
        response = client.get(address)
        assert CANARY not in response.content.decode(), address


@pytest.mark.parametrize("model", BUILDERS, ids=lambda model: model.__name__)
def test_a_scheduled_text_is_nowhere_before_its_time(client, site, model):
    planned = sing(BUILDERS[model]())
    for code in language_codes():
        workflow.schedule(planned, language=code, by=None, at=timezone.now() + timedelta(hours=1))

    assert_silent(client)


@pytest.mark.parametrize("model", BUILDERS, ids=lambda model: model.__name__)
def test_a_withdrawn_text_is_nowhere(client, site, model):
    gone = sing(BUILDERS[model]())
    for code in language_codes():
        workflow.publish(gone, language=code, by=None)
        workflow.withdraw(gone, language=code, by=None)

    assert_silent(client)


@pytest.mark.parametrize("model", BUILDERS, ids=lambda model: model.__name__)
def test_changes_that_were_not_published_are_nowhere(client, site, model):
    item = BUILDERS[model]()
    publish(item)
    sing(item)

    assert_silent(client)


def test_media_and_words_of_drafts_are_nowhere(client, site):
    picture = sing(make_picture(with_renditions=True))
    sing(make_tag())
    sing(make_byline())
    album, video, infographic = make_album([picture]), make_video(poster=picture), make_infographic()
    sing(infographic)
    make_article(format="gallery", album=album, category=site, tags=[sing(make_tag())], bylines=[sing(make_byline())])
    make_article(format="video", video=video, category=site)
    make_article(format="infographic", infographic=infographic, category=site)

    assert_silent(client)


def test_a_language_that_is_not_published_is_nowhere_even_if_it_is_written(client, site):
    article = make_article(
        title_ar="أول", title_tr=CANARY, body_tr=f"<p>{CANARY}</p>", standfirst_tr=CANARY, category=site
    )
    publish(article, "ar")

    assert_silent(client, extra=[f"/tr/{site.path_tr}/{article.pk}-x/"])
