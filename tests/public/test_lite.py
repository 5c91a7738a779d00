"""Low-data pages: the same addresses and the same text, without pictures, fonts and scripts."""

import gzip
import re
from pathlib import Path

import html5lib
import pytest
from django.contrib.staticfiles import finders
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles.models import Article
from publishing.languages import direction, language_codes
from tests.builders import make_article, make_category, make_picture, make_recording, make_video, publish, write
from tests.contracts.site import Site

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

FULL, LITE = "light.100.full", "light.100.lite"
ROOM = 50_000  # bytes, for everything that a page brings
MOST_HTML = 7_168

# What only a reader with pictures and script can use, and what stands in its place where there are none.
CONTROLS = {"js-only", "face", "lb", "player", "sound", "shots"}
IN_THEIR_PLACE = {"js-only", "save"}


def page_for(client, address, choice):
    client.cookies["display"] = choice
    response = client.get(address)
    del client.cookies["display"]
    assert response.status_code == 200, address
    return response


def full_page(client, address):
    return page_for(client, address, FULL)


def lite_page(client, address):
    return page_for(client, address, LITE)


def tree_of(response):
    return html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(response.content.decode())


def words_of(element, without):
    """The words that a reader sees in an element, without those in elements of some classes and a gallery's photos."""
    if not isinstance(element.tag, str) or element.tag in {"script", "svg"}:
        return []
    if set(element.get("class", "").split()) & without or re.fullmatch(r"g\d+", element.get("id", "")):
        return []
    found = (element.text or "").split()
    for child in element:
        found += words_of(child, without) + (child.tail or "").split()
    return found


def main_of(response):
    return next(tree_of(response).iter("main"))


@pytest.mark.parametrize("language", language_codes())
def test_every_page_type_comes_without_pictures_fonts_and_scripts(client, language):
    for name, address in Site().addresses(language).items():
        response = lite_page(client, address)
        page = response.content.decode()
        assert f'<html lang="{language}" dir="{direction(language)}" data-theme="light" data-lite>' in page, name
        tree = tree_of(response)
        used = {element.tag for element in tree.iter() if isinstance(element.tag, str)}
        assert not used & {"img", "picture", "source", "video", "audio", "iframe", "track"}, name
        assert [e.get("type") for e in tree.iter("script") if e.get("type") != "application/ld+json"] == [], name
        assert "preload" not in page and "woff2" not in page, name
        assert "data-embed" not in page, name
        assert not [e for e in tree.iter("button") if "js-only" not in e.get("class", "") and not e.get("name")
                    and e.get("type") == "button"], name  # fmt: skip


@pytest.mark.parametrize("language", ["en", "ar"])
def test_they_are_light(client, language):
    style = len(gzip.compress(Path(finders.find("css/site.css")).read_bytes(), 9))
    for name, address in Site().addresses(language).items():
        html = len(gzip.compress(lite_page(client, address).content, 9))
        assert html <= MOST_HTML, (name, html)
        assert html + style <= ROOM, (name, html)


@pytest.mark.parametrize("language", language_codes())
def test_their_text_is_that_of_the_full_page(client, language):
    """Word for word, once controls are left out here and there; the captions of a gallery come on top."""
    for name, address in Site().addresses(language).items():
        full = words_of(main_of(full_page(client, address)), CONTROLS)
        lite = words_of(main_of(lite_page(client, address)), IN_THEIR_PLACE)
        assert full == lite, name


def test_their_frame_is_that_of_the_full_page_and_one_notice_more(client):
    address = Site(size=1, members=1).addresses("en")["article"]
    full, lite = tree_of(full_page(client, address)), tree_of(lite_page(client, address))
    for part in ("header", "footer"):
        assert words_of(next(full.iter(part)), set()) == words_of(next(lite.iter(part)), set())
    notices = [aside for aside in lite.iter("aside") if aside.get("aria-label") == "Low-data page"]
    assert len(notices) == 1
    body = [child.tag for child in lite.find("body")]
    assert body.index("header") < body.index("aside") < body.index("main")


def test_they_say_the_same_of_themselves(client):
    def head(response):
        found = re.findall(r"<(?:title|meta|link)[^>]*>", response.content.decode())
        return [tag for tag in found if "preload" not in tag]

    for name, address in Site(size=1, members=1).addresses("tr").items():
        assert head(lite_page(client, address)) == head(full_page(client, address)), name


def test_they_ask_the_database_no_more(client):
    for name, address in Site(size=1, members=1).addresses("en").items():
        counts = []
        for choice in (FULL, LITE):
            with CaptureQueriesContext(connection) as queries:
                page_for(client, address, choice)
            counts.append(len(queries))
        assert counts[1] <= counts[0], name


# --- Who gets them ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("cookie", "header", "is_lite"),
    [
        (None, None, False),
        (None, "on", True),
        (None, "ON", True),
        (None, "off", False),
        ("dark.100.auto", "on", True),
        ("system.100.full", "on", False),
        (LITE, None, True),
        ("nonsense", "on", True),
    ],
)
def test_the_browser_is_heard_and_the_reader_goes_first(client, cookie, header, is_lite):
    if cookie:
        client.cookies["display"] = cookie
    response = client.get("/en/", headers={"Save-Data": header} if header else {})
    assert ("data-lite" in response.content.decode()) == is_lite
    assert response["Vary"] == "Save-Data, Cookie, Accept-Encoding"


def test_the_way_to_the_full_page_is_a_button_that_leads_back_to_it(client):
    address = Site(size=1, members=1).addresses("en")["news"]
    notice = re.search(r'<aside class="note".*?</aside>', lite_page(client, address).content.decode(), re.DOTALL)[0]
    assert 'method="post" action="/en/display/"' in notice
    sent = dict(re.findall(r'name="(\w+)" value="([^"]*)"', notice))
    assert sent == {"next": address, "data": "full"}
    response = client.post("/en/display/", sent, headers={"Save-Data": "on"})
    assert response["Location"] == address
    assert "data-lite" not in client.get(address, headers={"Save-Data": "on"}).content.decode()


def test_a_cached_full_page_does_not_stand_for_the_other(client):
    full = client.get("/en/")
    again = client.get("/en/", headers={"If-None-Match": full["ETag"], "Save-Data": "on"})
    assert again.status_code == 200
    assert "data-lite" in again.content.decode()


# --- What stands in the place of pictures and recordings --------------------------


def article_page(client, **facts):
    article = publish(make_article(**facts))
    return lite_page(client, article.editions.get(language="en").get_absolute_url()).content.decode()


def test_a_picture_is_a_link_that_says_what_it_shows_and_how_large_its_file_is(client):
    picture = make_picture(with_renditions=True)
    page = article_page(client, lead_picture=picture)
    words = Article.objects.get().editions.get(language="en").version.lead_text
    jpeg = next(one for one in picture.renditions_of("3x2")["jpeg"] if one.width >= 640)
    (link,) = re.findall(r'<a class="save" href="([^"]+)">Picture \(<bdi>([^<]+)</bdi>\): ([^<]+)</a>', page)
    assert link[0] == jpeg.url
    assert link[1].replace("\xa0", " ").endswith(("KB", "bytes"))
    assert link[2] == words["alt"]


def test_a_picture_that_only_repeats_its_headline_is_left_out(client):
    section = make_category()
    publish(make_article(category=section, lead_picture=make_picture(with_renditions=True)))
    assert 'class="save"' not in lite_page(client, section.get_absolute_url()).content.decode()


def test_a_picture_in_the_text_keeps_its_caption(client):
    picture = make_picture(with_renditions=True)
    article = make_article()
    image = f'<img data-file="{picture.pk}" src="/media/x.jpg" alt="A well">'
    write(article, "en", body=f"<figure>{image}<figcaption>Village</figcaption></figure>")
    publish(article)
    page = lite_page(client, article.editions.get(language="en").get_absolute_url()).content.decode()
    assert re.search(r'<figure><a class="save"[^>]*>[^\n]*: A well</a><figcaption>Village</figcaption></figure>', page)


def test_a_gallery_is_a_list_of_links_with_the_words_of_its_photos(client):
    site = Site(size=1, members=1)
    page = lite_page(client, site.addresses("en")["gallery"]).content.decode()
    assert len(re.findall(r'<li id="g\d">\s*<figure><a class="save"', page)) == 5
    assert 'id="p1"' not in page and 'href="#p1"' not in page
    for photo in site.gallery.editions.get(language="en").version.photos:
        assert photo["alt"] in page


def test_a_video_by_link_says_where_it_loads_from_and_how_long_it_is(client):
    page = article_page(client, format="video", video=make_video(url="https://vimeo.com/1001", duration=185))
    assert re.search(
        r'<a class="save" href="https://vimeo.com/1001" rel="noopener noreferrer">'
        r"Play the video. It loads from <bdi>Vimeo</bdi>. <bdi>\(3:05\)</bdi></a>",
        page,
    )


def test_a_recording_of_our_own_is_a_link_to_its_file(client):
    recording = make_recording()
    page = article_page(client, format="video", video=recording)
    assert page.count(f'href="/media/{recording.path}"') == 2
    assert "Play the video" in page and "Download the video" in page
