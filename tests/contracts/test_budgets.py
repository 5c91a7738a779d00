"""
What pages may weigh, by the design of the public pages: bytes over the line at the first visit, and how many requests.

Pictures are counted as heavy as they may be at the width that a phone takes: the files of this site are of one colour.
"""

import gzip
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

from desk.weight import Page
from publishing.languages import language_codes
from tests.builders import make_article, make_picture, picture_file, publish
from tests.contracts.site import Site

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

KB = 1024
# Width of a rendition in pixels → the most bytes that it may have.
CEILINGS = {160: 6, 320: 14, 480: 25, 640: 40, 960: 75, 1280: 120}
# Page type → the most KB of HTML, of pictures on a phone, and the most requests.
LIST = (7, 200, 24)
MOST = {
    "article": (7, 120, 9),
    "home": (8, 250, 18),
    "news": LIST,
    "press": LIST,
    "media": LIST,
    "tag": LIST,
    "byline": LIST,
    "search": LIST,
    "assembly": (9, 40, 10),
    "gallery": (8, 250, 18),
}
STYLE, SCRIPT, ALL_SCRIPTS, FONT = 7 * KB, 2.5 * KB, 5 * KB, 20 * KB


def small(data):
    return len(gzip.compress(data, 9))


@pytest.fixture
def site(monkeypatch):
    """With a picture as large as photographers send them."""
    monkeypatch.setattr(
        "tests.contracts.site.make_picture",
        lambda **facts: make_picture(file=picture_file(width=1600, height=1067), **facts),
    )
    site = Site()
    # Pictures in a text are its author's choice: the desk says what they cost before it goes out (`desk.weight`).
    site.plain = publish(make_article(category=site.local, lead_picture=site.picture, tags=[site.tag]))
    return site


@pytest.mark.parametrize("language", language_codes())
def test_no_page_is_heavier_than_it_may_be(client, site, language):
    addresses, heavy = site.addresses(language), []
    plain = site.plain.editions.get(language=language).get_absolute_url()
    for name, (most_html, most_pictures, most_requests) in MOST.items():
        html = client.get(addresses[name]).content
        page = Page(html if name != "article" else client.get(plain).content)
        loaded = {image.address for image in page.images if name not in {"gallery"} or not image.is_lazy}
        pictures = sum(CEILINGS[int(re.search(r"-(\d+)-", address)[1])] for address in loaded)
        # The font is asked for by the style sheet; the icon and the manifest are asked for by the browser itself.
        requests = 1 + len({one for one in page.static if one.endswith((".css", ".js"))}) + 1 + len(loaded)
        found = (small(html) / KB, pictures, requests)
        if any(one > most for one, most in zip(found, (most_html, most_pictures, most_requests), strict=True)):
            heavy.append((name, found))
    assert not heavy


@pytest.mark.parametrize("language", language_codes())
def test_with_low_data_a_page_is_words_and_a_style_sheet(client, site, language):
    style = small(Path(finders.find("css/site.css")).read_bytes())
    for name, address in site.addresses(language).items():
        html = client.get(address, headers={"Save-Data": "on"}).content
        page = Page(html)
        assert small(html) <= 7 * KB, name
        assert small(html) + style <= 50 * KB, name
        assert not page.images, name
        assert [one for one in page.static if one.endswith((".js", ".woff2"))] == [], name


def test_style_and_scripts_are_light():
    files = {name: Path(finders.find(name)).read_bytes() for name in ("css/site.css", "js/site.js", "js/search.js")}
    assert small(files["css/site.css"]) <= STYLE
    assert small(files["js/site.js"]) <= SCRIPT
    # The search page has both.
    assert small(files["js/site.js"]) + small(files["js/search.js"]) <= SCRIPT


def test_all_scripts_together_are_light(client):
    worker = client.get("/sw.js").content
    assert len(worker) <= 3 * KB
    scripts = [Path(finders.find(f"js/{name}.js")).read_bytes() for name in ("site", "search")]
    assert sum(small(script) for script in [*scripts, worker]) <= ALL_SCRIPTS


def test_the_style_sheet_is_flat_and_keeps_its_colours_in_one_place():
    css = re.sub(r"/\*.*?\*/", "", Path(finders.find("css/site.css")).read_text(), flags=re.DOTALL)
    rules = re.findall(r"[^{}]+\{[^{}]*\}", css)
    assert not [rule for rule in rules if "&" in rule.partition("{")[2]]
    apart = (":root", ".band", ".lb", ".face", ".player", "@media print")
    coloured = [rule for rule in rules if re.search(r"#[0-9a-fA-F]{3,8}\b", rule.partition("{")[2])]
    # `#0000` is transparent, and no colour.
    others = [
        rule for rule in coloured if re.sub(r"#0000\b", "", rule).count("#") and not any(one in rule for one in apart)
    ]
    assert not [rule for rule in others if re.search(r"#(?!0000\b)[0-9a-fA-F]{3,8}\b", rule.partition("{")[2])]
