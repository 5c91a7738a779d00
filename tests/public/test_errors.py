"""Pages of errors: each keeps its status, says what happened in the reader's language, and leads on."""

import re
from pathlib import Path

import html5lib
import pytest
from django.test import Client

from pages import views
from pages.models import SiteSettings
from publishing import workflow
from publishing.languages import direction, language_codes
from tests.builders import make_article, make_category, publish

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

ROOT = Path(__file__).resolve().parents[2]
STATIC = [
    *sorted((ROOT / "deploy" / "errors").glob("*.html")),
    ROOT / "templates" / "500.html",
    ROOT / "templates" / "400.html",
]


def links_in(page):
    return re.findall(r'href="(/[^"]*)"', page)


# --- 404 and 410 ----------------------------------------------------------------------


@pytest.mark.parametrize("language", language_codes())
def test_an_address_that_nothing_has_is_told_in_the_readers_language_with_ways_on(client, language):
    articles = [publish(make_article()) for _ in range(6)]
    response = client.get(f"/{language}/no-such-page/")
    page = response.content.decode()

    assert response.status_code == 404
    assert response["Content-Language"] == language
    assert f'<html lang="{language}" dir="{direction(language)}">' in page
    latest = [one.editions.get(language=language).get_absolute_url() for one in articles]
    assert sum(url in links_in(page) for url in latest) == 5
    assert sum(one.category.get_absolute_url(language) in links_in(page) for one in articles) == 6
    assert '<meta name="robots" content="noindex">' in page


@pytest.mark.parametrize("path", ["/nothing", "/fr/", "/en/%00/", "/en/" + "x" * 3000 + "/", "/en/../../etc/passwd/"])
def test_strange_addresses_are_not_found_like_others(client, path):
    response = client.get(path)
    assert response.status_code == 404
    assert response.content.decode().count("<h1") == 1


def test_without_a_language_in_the_address_the_browsers_language_counts(client):
    response = client.get("/nothing", headers={"Accept-Language": "ar"})
    assert response.status_code == 404
    assert '<html lang="ar" dir="rtl">' in response.content.decode()
    assert "Accept-Language" in response["Vary"]


def test_a_site_without_anything_answers_404_too(client):
    assert client.get("/tr/nothing/").status_code == 404


def test_no_page_of_an_error_leads_nowhere(client):
    publish(make_article(), "en", "ar")
    page = client.get("/en/nothing/").content.decode()
    for link in links_in(page):
        if not link.startswith("/static/"):
            assert client.get(link).status_code in {200, 302}, link


def test_staff_choose_the_words_of_404(client):
    SiteSettings.objects.update_or_create(pk=1, defaults={"texts": {"missing": {"en": "Nothing here"}}})
    assert "<h1>Nothing here</h1>" in client.get("/en/nothing/").content.decode()
    assert "Nothing here" not in client.get("/tr/nothing/").content.decode()


@pytest.mark.parametrize("language", language_codes())
def test_what_was_withdrawn_says_when_and_why_and_leads_to_its_section(client, language):
    article = publish(make_article(category=make_category()))
    address = article.editions.get(language=language).get_absolute_url()
    workflow.withdraw(article, language=language, by=None, note="The figures were wrong <b>")
    response = client.get(address)
    page = response.content.decode()

    assert response.status_code == 410
    assert response["Content-Language"] == language
    assert re.search(r"<h1>[^<]*<time datetime=", page)
    assert "The figures were wrong &lt;b&gt;" in page
    assert article.category.get_absolute_url(language) in links_in(page)
    others = [code for code in language_codes() if code != language]
    main = page[page.index("<main") :]
    assert all(article.editions.get(language=code).get_absolute_url() in main for code in others)
    assert re.findall(r'<a [^>]*hreflang="(\w+)"', main[: main.index("</main>")]) == others


def test_what_was_withdrawn_everywhere_names_no_other_language(client):
    article = publish(make_article())
    for code in language_codes():
        workflow.withdraw(article, language=code, by=None)
    response = client.get(article.editions.get(language="en").get_absolute_url())
    assert response.status_code == 410
    assert "You can still read it in" not in response.content.decode()


# --- 500, and what the front server says ------------------------------------------------


def test_an_unexpected_error_keeps_its_status_and_speaks_all_languages(client, monkeypatch):
    def fails():
        raise RuntimeError("something that readers must not see")

    monkeypatch.setattr(views, "Home", fails)
    response = Client(raise_request_exception=False).get("/en/")
    page = response.content.decode()
    assert response.status_code == 500
    assert "must not see" not in page
    assert all(f'lang="{code}"' in page for code in language_codes())
    assert "unsafe-inline" not in response["Content-Security-Policy"]


@pytest.mark.parametrize("path", STATIC, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_static_page_needs_nothing_and_speaks_all_languages(path):
    page = path.read_text(encoding="utf-8")
    tree = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(page)

    assert "{%" not in page
    assert "{{" not in page
    assert len(page.encode()) < 4000
    assert [element.get("lang") for element in tree.iter() if element.get("lang")] == language_codes()
    assert tree.find(".//section[@lang='ar']").get("dir") == "rtl"
    assert [element.tag for element in tree.iter() if element.tag in {"h1", "h2"}] == ["h1", "h2", "h2", "h2"]
    assert not [element for element in tree.iter() if element.tag in {"script", "style", "img"} or element.get("style")]
    assert not re.findall(r'(?:href|src)="(?!/)', page)
    assert [f"/{code}/" for code in language_codes()] == [
        link for link in links_in(page) if link != "/static/css/site.css"
    ]


def test_the_sites_own_500_is_the_front_servers():
    own, front = (ROOT / "templates" / "500.html", ROOT / "deploy" / "errors" / "500.html")
    assert own.read_text() == front.read_text()


def test_the_front_server_names_pages_that_there_are():
    conf = (ROOT / "deploy" / "nginx" / "newsroom.conf").read_text()
    named = re.findall(r"error_page .*/newsroom-errors/([\w-]+\.html);", conf)
    assert {"away.html", "maintenance.html", "too-large.html", "too-many.html"} == set(named)
    assert all((ROOT / "deploy" / "errors" / name).exists() for name in named)
