"""Reading without a connection: the worker's file, its switch, the manifest and the page of headlines."""

import json
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.db import connection
from django.test.utils import CaptureQueriesContext
from PIL import Image

from publishing.languages import direction, language_codes
from tests.builders import in_all_languages, make_article, make_category, publish
from tests.contracts.site import Site

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


def policy(response):
    return set(response["Content-Security-Policy"].split("; "))


# --- The worker -------------------------------------------------------------------


def test_the_worker_is_a_small_script_that_asks_nobody_but_us(client):
    response = client.get("/sw.js")
    assert response["Content-Type"] == "text/javascript; charset=utf-8"
    assert len(response.content) <= 3_000
    assert policy(response) == {
        "default-src 'none'",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    }
    assert "no-cache" in response["Cache-Control"]
    assert not response.cookies
    assert client.post("/sw.js").status_code == 405


def test_it_is_the_same_for_everybody(client):
    found = {client.get("/sw.js", headers={"Accept-Language": language}).content for language in language_codes()}
    assert len(found) == 1


def test_its_caches_have_another_name_when_the_style_is_another(client, settings):
    def version():
        return re.search(r'version="([0-9a-f]{8})"', client.get("/sw.js").content.decode())[1]

    before = version()
    assert version() == before
    settings.STATIC_URL = "/other/"
    assert version() != before


def test_pages_run_it_and_say_where_the_manifest_is(client):
    page = client.get("/ar/").content.decode()
    assert 'data-worker="/sw.js"' in page
    assert '<link rel="manifest" href="/ar/manifest.webmanifest">' in page
    assert {"worker-src 'self'", "manifest-src 'self'"} <= policy(client.get("/ar/"))


def test_low_data_pages_do_not_run_it(client):
    assert "sw.js" not in client.get("/ar/", headers={"Save-Data": "on"}).content.decode()


def test_switched_off_no_page_runs_it_and_those_that_did_are_cleared(client, settings):
    settings.NEWSROOM_SERVICE_WORKER = False
    assert "sw.js" not in client.get("/ar/").content.decode()
    code = client.get("/sw.js").content.decode()
    assert "unregister()" in code and "caches.delete" in code
    assert "fetch" not in code


# --- The manifest -----------------------------------------------------------------


@pytest.mark.parametrize("language", language_codes())
def test_the_site_is_an_app_in_each_language(client, language):
    Site(size=1, members=1)
    with CaptureQueriesContext(connection) as queries:
        response = client.get(f"/{language}/manifest.webmanifest")
    assert len(queries) <= 3
    assert response["Content-Type"] == "application/manifest+json"
    facts = json.loads(response.content)
    assert facts["name"] == "National Coalition"
    assert (facts["lang"], facts["dir"]) == (language, direction(language))
    assert facts["start_url"] == facts["id"] == f"/{language}/"
    assert client.get(facts["start_url"]).status_code == 200
    assert {"any", "maskable"} == {icon["purpose"] for icon in facts["icons"]}


def test_its_icons_have_the_sizes_that_it_says(client):
    icons = json.loads(client.get("/en/manifest.webmanifest").content)["icons"]
    for icon in icons:
        path = Path(finders.find(icon["src"].removeprefix("/static/")))
        if icon["sizes"] != "any":
            with Image.open(path) as image:
                assert f"{image.width}x{image.height}" == icon["sizes"]
        assert path.stat().st_size <= 4_000


# --- The page ---------------------------------------------------------------------


def test_the_page_lists_the_twenty_newest_headlines_of_its_language(client):
    category = make_category()
    for number in range(22):
        titles = {code: f"{code} headline {number:02}" for code in language_codes()}
        publish(make_article(category=category, **in_all_languages("title", titles)))
    publish(make_article(category=category, title_tr="yalnız Türkçe"), "tr")
    with CaptureQueriesContext(connection) as queries:
        page = client.get("/ar/offline/").content.decode()
    assert len(queries) <= 5
    headlines = re.findall(r"ar headline \d\d", page)
    assert headlines == [f"ar headline {number:02}" for number in range(21, 1, -1)]
    assert "yalnız" not in page


@pytest.mark.parametrize("language", language_codes())
def test_the_page_needs_nothing_but_the_style(client, language):
    page = client.get(f"/{language}/offline/").content.decode()
    assert f'<html lang="{language}" dir="{direction(language)}">' in page
    assert "<script" not in page and "preload" not in page and "<img" not in page
    assert '<meta name="robots" content="noindex">' in page
    # Where the worker writes what was read.
    assert page.count(" hidden data-kept") == 1
    assert page.count("<!--kept-->") == 1


def test_the_page_that_has_nothing_to_list_lists_nothing(client):
    assert 'id="latest"' not in client.get("/ku/offline/").content.decode()


def test_the_worker_knows_an_article_when_it_sees_one(client):
    site = Site(size=1, members=1)
    mark = re.search(r"html\.includes\('([^']+)'\)", client.get("/sw.js").content.decode())[1]
    kept = {name for name, address in site.addresses("tr").items() if mark in client.get(address).content.decode()}
    assert {"article", "video", "gallery", "document", "press_conference"} <= kept
    assert not kept & {"home", "news", "press", "media", "tag", "byline", "person", "assembly", "page"}
