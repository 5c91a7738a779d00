"""What is true of every page type, in every language."""

import gzip
import re
from pathlib import Path

import html5lib
import pytest
from django.contrib.staticfiles import finders
from django.db import connection
from django.test.utils import CaptureQueriesContext

from publishing.languages import direction, language_codes
from tests.contracts.site import Site

pytestmark = pytest.mark.django_db

# A search asks in each language what was found.
MOST_QUERIES = {"home": 5, "news": 4, "local": 4, "press": 6, "media": 4, "article": 3, "search": 24}
# How PostgreSQL is told how long a search may take: no questions.
LIMITS = ("SAVEPOINT", "RELEASE SAVEPOINT", "SET LOCAL", "SELECT set_config")
ROOM = 14_336  # bytes: what one round trip brings


@pytest.fixture
def site():
    return Site()


def pages(client, site, language):
    for name, address in site.addresses(language).items():
        response = client.get(address)
        assert response.status_code == 200, f"{name}: {address}"
        yield name, address, response


def tree_of(html):
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    return parser.parse(html)


@pytest.mark.parametrize("language", language_codes())
def test_markup_is_valid(client, site, language):
    for name, _address, response in pages(client, site, language):
        tree = tree_of(response.content.decode())
        ids = [element.get("id") for element in tree.iter() if element.get("id")]
        assert len(ids) == len(set(ids)), f"{name}: {[i for i in ids if ids.count(i) > 1]}"
        levels = [int(element.tag[1]) for element in tree.iter() if re.fullmatch(r"h[1-6]", str(element.tag))]
        assert levels.count(1) == 1, name
        assert all(after - before <= 1 for before, after in zip(levels, levels[1:], strict=False)), (name, levels)
        for image in tree.iter("img"):
            assert {"alt", "width", "height"} <= set(image.keys()), name
        assert all(time.get("datetime") for time in tree.iter("time")), name
        assert not [e.tag for e in tree.iter() if e.get("style") or any(k.startswith("on") for k in e.attrib)], name
        assert len(list(tree.iter("main"))) == 1, name
        assert [child.tag for child in tree.find("body") if child.tag in {"header", "footer"}] == [
            "header",
            "footer",
        ], name


@pytest.mark.parametrize("language", language_codes())
def test_page_says_its_language_and_direction(client, site, language):
    for name, _address, response in pages(client, site, language):
        assert f'<html lang="{language}" dir="{direction(language)}">' in response.content.decode(), name
        assert response["Content-Language"] == language


@pytest.mark.parametrize("language", language_codes())
def test_title_description_and_canonical_address_are_there(client, site, language):
    for name, address, response in pages(client, site, language):
        page = response.content.decode()
        assert re.search(r"<title>[^<]*National Coalition[^<]*</title>", page), name
        assert f'<link rel="canonical" href="http://testserver{address}">' in page, name
        assert 'property="og:locale"' in page, name


def alternates(page):
    return dict(re.findall(r'<link rel="alternate" hreflang="([\w-]+)" href="http://testserver([^"]+)">', page))


def test_language_links_lead_back(client, site):
    for name, address, response in pages(client, site, "en"):
        found = alternates(response.content.decode())
        assert set(language_codes()) <= set(found), name
        for language in language_codes():
            other = client.get(found[language])
            assert other.status_code == 200, (name, language)
            assert alternates(other.content.decode()).get("en") == address, (name, language)


@pytest.mark.usefixtures("committed")
@pytest.mark.parametrize("language", ["en", "ar"])
def test_no_page_asks_the_database_more_than_it_may(client, site, settings, language):
    settings.NEWSROOM_PAGE_CACHE = False
    for name, address in site.addresses(language).items():
        client.get(address)  # what stays in memory is there after the first
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        asked = [query["sql"] for query in queries if not query["sql"].startswith(LIMITS)]
        assert len(asked) <= MOST_QUERIES.get(name, 10), (name, len(asked))


def query_counts(client, site):
    found = {}
    for name, address in site.addresses("ar").items():
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        found[name] = len(queries)
    return found


@pytest.mark.usefixtures("committed")
def test_a_page_asks_no_more_with_thirty_rows_than_with_three(client, settings):
    settings.NEWSROOM_PAGE_CACHE = False
    few = query_counts(client, Site(size=3, members=3))
    # The home page shows more than ten articles: with fewer, whole blocks are missing, and their query with them.
    few["home"] = query_counts(client, Site(size=12))["home"]
    many = query_counts(client, Site(size=30, members=30))
    assert {name: (few[name], many[name]) for name in few if many[name] > few[name]} == {}


@pytest.mark.parametrize("language", language_codes())
def test_an_article_and_the_style_fit_one_round_trip(client, site, language):
    style = Path(finders.find("css/site.css")).read_bytes()
    article = client.get(site.addresses(language)["article"]).content
    assert len(gzip.compress(article, 9)) + len(gzip.compress(style, 9)) <= ROOM


def test_headers_are_strict_and_nobody_is_followed(client, site):
    for name, address, response in pages(client, site, "en"):
        policy = response["Content-Security-Policy"]
        assert "unsafe-inline" not in policy, name
        assert "default-src 'none'" in policy, name
        assert not response.cookies, name
        # The cookie of the display settings, which nobody has who did not ask for it; and no session.
        assert response["Vary"] == "Save-Data, Cookie, Accept-Encoding", name
        assert not response.wsgi_request.session.accessed, name
        assert "no-cache" in response["Cache-Control"], name
        again = client.get(address, headers={"If-None-Match": response["ETag"]})
        assert again.status_code == 304, name
        assert not re.findall(r'(?:src|srcset|action)="(?:https?:)?//', response.content.decode()), name


@pytest.mark.parametrize(
    "forbidden",
    [
        r"(?<![\w-])(?:margin|padding|border)-(?:left|right)",
        r"(?<![\w-])(?:left|right)\s*:",
        r"text-align\s*:\s*(?:left|right)",
        r"float\s*:(?!\s*none)",
        r"text-transform\s*:(?!\s*none)",
        r":dir\(",
        r"@import",
    ],
)
@pytest.mark.parametrize("sheet", ["css/site.css", "desk/desk.css"])
def test_styles_know_start_and_end_only(sheet, forbidden):
    css = Path(finders.find(sheet)).read_text()
    assert not re.findall(forbidden, css)


def test_the_script_is_light():
    assert len(gzip.compress(Path(finders.find("js/site.js")).read_bytes(), 9)) <= 5_000


@pytest.mark.parametrize(
    ("font", "letters"),
    [
        ("head-latin.woff2", "êîûçşğıİöüÊÎÛÇŞĞÖÜ“”’0123456789"),
        ("head-arabic.woff2", "ءآأإئابةتثجحخدذرزسشصضطظعغفقكلمنهوىيڤڕڵۆێەپچژگ«»،؛؟"),
    ],
)
def test_a_font_has_every_letter_of_its_languages(font, letters):
    from PIL import ImageFont

    path = Path(finders.find(f"fonts/{font}"))
    assert path.stat().st_size <= 20_480
    face = ImageFont.truetype(str(path), 40)
    nothing = face.getmask("\U0010ffff").getbbox()
    missing = [letter for letter in letters if face.getmask(letter).getbbox() in (None, nothing)]
    assert not missing
