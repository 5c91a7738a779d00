"""What caches in front of the site are told: for how long they may keep a page, and what it was made from."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from delivery import changelog, page_cache, surrogates
from media_library.models import Picture
from publishing import workflow
from tests.builders import make_article, make_category, make_picture, publish

# Pages are kept, and what is announced reaches them, after a commit.
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("committed", "it_is_noon")]

NAME = re.compile(r"[a-z2-7]{8}")


@pytest.fixture
def article():
    return publish(make_article(category=make_category()), "en")


def address_of(item, language="en"):
    return item.editions.get(language=language).get_absolute_url()


def lifetimes(response):
    """Directive → seconds, of those that have any."""
    return {name: int(value) for name, value in re.findall(r"([a-z-]+)=(\d+)", response["Cache-Control"])}


def names(response, header="Surrogate-Key"):
    return set(response[header].replace(",", " ").split())


# --- For how long -----------------------------------------------------------------------


def test_caches_in_front_keep_a_page_for_seconds_and_browsers_ask_again(article, settings):
    expected = "public, max-age=0, s-maxage=10, stale-while-revalidate=5, stale-if-error=600"
    for _visit in range(2):
        assert Client().get(address_of(article))["Cache-Control"] == expected
    assert Client().head(address_of(article))["Cache-Control"] == expected
    etag = Client().get(address_of(article))["ETag"]
    again = Client().get(address_of(article), headers={"If-None-Match": etag})
    assert (again.status_code, again["Cache-Control"]) == (304, expected)
    settings.NEWSROOM_SHARED_SECONDS = 0
    assert Client().get(address_of(article))["Cache-Control"] == "public, no-cache"


@pytest.mark.parametrize("path", ["/", "/en/nothing/", "/en/search/?q=a", "/en/display/", "/sw.js", "/sitemap.xml"])
def test_what_the_site_does_not_keep_is_asked_for_each_time(article, path):
    for _visit in range(2):
        assert Client().get(path)["Cache-Control"] == "public, no-cache"


def test_pages_are_asked_for_each_time_where_the_site_keeps_none(article, settings):
    settings.NEWSROOM_PAGE_CACHE = False
    assert Client().get(address_of(article))["Cache-Control"] == "public, no-cache"


def test_nobody_keeps_a_page_beyond_the_moment_at_which_it_becomes_another(article, later):
    workflow.withdraw(article, language="en", by=None, at=timezone.now() + timedelta(minutes=5))
    address = address_of(article)
    assert lifetimes(Client().get(address))["s-maxage"] == 10
    left = lifetimes(Client().get(address))
    assert sum(left.values()) <= 10 + 5 + 5 * 60
    later(seconds=5 * 60 - 7)
    left = lifetimes(Client().get(address))
    assert 0 < left["s-maxage"] <= 7
    assert left["s-maxage"] + max(left["stale-while-revalidate"], left["stale-if-error"]) <= 7
    later(seconds=6.5)
    assert Client().get(address)["Cache-Control"] == "public, no-cache"


def test_a_picture_whose_rights_end_is_such_a_moment_too(later):
    picture = make_picture(with_renditions=True, alt_text_en="A bridge")
    shown = publish(make_article(lead_picture=picture), "en")
    Picture.objects.filter(pk=picture.pk).update(rights_until=timezone.now() + timedelta(seconds=4))
    assert 0 < lifetimes(Client().get(address_of(shown)))["s-maxage"] <= 4


def test_what_is_about_to_be_made_anew_is_kept_by_nobody_else(article):
    address = address_of(article)
    Client().get(address)
    publish(make_article(category=article.category), "en")
    page = next(iter(page_cache.store()._memory._kept.values()))[0]
    changelog.changelog().generation()
    assert not changelog.changelog().is_over(page)
    assert page.stale_since
    response = Client().get(address)
    assert lifetimes(response)["s-maxage"] == 10
    assert surrogates.limits(page) == ()
    assert dict(page.headers)["Cache-Control"] == "public, no-cache"


def test_the_page_of_something_withdrawn_takes_the_place_of_the_text(article, settings):
    workflow.withdraw(article, language="en", by=None)
    response = Client().get(address_of(article))
    assert (response.status_code, response["Cache-Control"]) == (410, "public, max-age=0, s-maxage=10")
    settings.NEWSROOM_SHARED_SECONDS = 0
    assert Client().get(address_of(article))["Cache-Control"] == "public, no-cache"


# --- What it was made from ----------------------------------------------------------------


def test_nobody_is_told_where_nobody_asks(article):
    response = Client().get(address_of(article))
    assert not {"Surrogate-Key", "Cache-Tag", "Surrogate-Control", "Cloudflare-CDN-Cache-Control"} & set(
        response.headers
    )


@pytest.mark.parametrize(
    ("purger", "header", "lifetime"),
    [
        ("http", "Surrogate-Key", "Surrogate-Control"),
        ("varnish", "Surrogate-Key", "Surrogate-Control"),
        ("fastly", "Surrogate-Key", "Surrogate-Control"),
        ("cloudflare", "Cache-Tag", "Cloudflare-CDN-Cache-Control"),
    ],
)
def test_who_is_told_of_changes_gets_names_and_keeps_pages_longer(article, settings, purger, header, lifetime):
    settings.NEWSROOM_PURGE = purger
    for address, seconds in ((address_of(article), 600), ("/en/keyboard/", 3600)):
        for _visit in range(2):
            response = Client().get(address)
            assert all(NAME.fullmatch(name) for name in names(response, header))
            kept_for = int(response[lifetime].removeprefix("max-age="))
            assert seconds - 25 <= kept_for <= seconds
            assert lifetimes(response)["s-maxage"] == 10
    assert surrogates.name_of(("en", f"articles.article:{article.pk}")) in names(
        Client().get(address_of(article)), header
    )


def test_names_tell_languages_things_and_places_apart_and_are_always_the_same():
    assert surrogates.name_of(("en", "articles.article:12")) == "3k5pf5o6"
    found = {
        surrogates.name_of((language, key), is_beside)
        for language in ("en", "ar")
        for key in ("articles.article:12", "articles.article:2", "latest")
        for is_beside in (False, True)
    }
    assert len(found) == 12


def test_a_page_names_what_it_shows_and_what_stands_at_its_side(article, settings):
    settings.NEWSROOM_PURGE = "http"
    found = names(Client().get(address_of(article)))
    assert surrogates.name_of(("en", "site")) in found
    assert surrogates.name_of(("en", "latest"), is_beside=True) in found
    assert surrogates.name_of(("en", "latest")) not in found
    assert surrogates.name_of(("en", "latest")) in names(Client().get("/en/"))


def test_a_page_with_too_many_names_has_none_and_is_kept_for_seconds(article, settings, monkeypatch):
    settings.NEWSROOM_PURGE = "http"
    monkeypatch.setattr(surrogates, "MOST_NAMES", 3)
    response = Client().get(address_of(article))
    assert not response.has_header("Surrogate-Key")
    assert not response.has_header("Surrogate-Control")
    assert lifetimes(response)["s-maxage"] == 10


def test_the_longest_list_of_names_fits_the_headers_of_every_front_server():
    assert surrogates.MOST_NAMES * len("abcdefgh ") < 8 * 1024


def test_the_long_time_ends_before_the_page_becomes_another(article, settings, later):
    settings.NEWSROOM_PURGE = "http"
    workflow.withdraw(article, language="en", by=None, at=timezone.now() + timedelta(minutes=5))
    response = Client().get(address_of(article))
    assert 0 < int(response["Surrogate-Control"].removeprefix("max-age=")) <= 5 * 60 - 20
    later(seconds=4 * 60 + 50)
    assert not Client().get(address_of(article)).has_header("Surrogate-Control")


def test_a_cdn_may_keep_pages_though_nothing_else_may(article, settings):
    settings.NEWSROOM_PURGE, settings.NEWSROOM_SHARED_SECONDS = "http", 0
    response = Client().get(address_of(article))
    assert response["Cache-Control"] == "public, no-cache"
    assert response["Surrogate-Control"] == "max-age=600"
