"""All of one format on one page: videos, galleries, documents, press conferences."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles.hubs import HUBS
from articles.models import Category
from tests.builders import (
    in_minutes,
    make_album,
    make_article,
    make_category,
    make_document,
    make_picture,
    make_press_conference,
    make_video,
    publish,
    publish_at,
)

pytestmark = pytest.mark.django_db


def page_at(client, address):
    response = client.get(address)
    assert response.status_code == 200, address
    return response.content.decode()


def hold(title, *, starts_at, minutes_ago=0, **facts):
    """A press conference that was published so many minutes ago."""
    conference = make_press_conference(starts_at=starts_at, **facts)
    article = make_article(format="press_conference", press_conference=conference, title_en=title)
    return publish_at(article, "en", in_minutes(-minutes_ago))


def test_each_format_has_a_page_that_is_linked_from_the_page_of_all(client):
    page = page_at(client, "/en/formats/")
    for hub in HUBS:
        assert f'href="{hub.url}"' in page
        assert str(hub.nothing) in page_at(client, hub.url)


def test_an_unknown_format_answers_404(client):
    assert client.get("/en/formats/poems/").status_code == 404
    assert client.get("/en/formats/text/").status_code == 404
    assert client.get("/en/formats/%00/").status_code == 404


def test_a_hub_shows_its_format_alone(client):
    publish(make_article(format="video", video=make_video(), title_en="A film"), "en")
    publish(make_article(title_en="A text"), "en")
    page = page_at(client, "/en/formats/videos/")
    assert ">A film<" in page
    assert ">A text<" not in page
    assert ">A film<" not in page_at(client, "/en/formats/galleries/")


def test_galleries_say_how_many_photos_they_have(client):
    album = make_album([make_picture(), make_picture()])
    publish(make_article(format="gallery", album=album, title_en="Harvest"), "en")
    assert "Photo gallery, 2 photos" in page_at(client, "/en/formats/galleries/")


def test_documents_say_section_date_type_and_size(client):
    reports = make_category(name_en="Reports")
    publish(make_article(category=reports, format="document", document=make_document(), title_en="Land"), "en")
    page = page_at(client, "/en/formats/documents/")
    assert "Reports" in page
    assert re.search(r"\.pdf\"><bdi>PDF</bdi>, <bdi>15\xa0bytes</bdi>", page)


def test_press_conferences_are_live_then_announced_then_over(client):
    now = timezone.now()
    hold("Over", starts_at=now - timedelta(days=2))
    hold("Next week", starts_at=now + timedelta(days=7), minutes_ago=1)
    hold("Live", starts_at=now - timedelta(minutes=5), minutes_ago=30)
    hold("Tomorrow", starts_at=now + timedelta(days=1), minutes_ago=5)
    hold("Called off", starts_at=now + timedelta(days=3), set_state="cancelled", minutes_ago=90)
    page = page_at(client, "/en/formats/press-conferences/")
    places = [page.index(f">{title}<") for title in ("Live", "Tomorrow", "Next week", "Over", "Called off")]
    assert places == sorted(places)
    assert page.index(">Next week<") < page.index("Earlier press conferences") < page.index(">Over<")


def test_what_is_still_to_come_stands_on_the_first_page_alone(client, monkeypatch):
    monkeypatch.setattr("articles.hubs.TILES_PER_PAGE", 1)
    now = timezone.now()
    hold("Tomorrow", starts_at=now + timedelta(days=1), minutes_ago=5)
    hold("Over", starts_at=now - timedelta(days=2), minutes_ago=2)
    hold("Long over", starts_at=now - timedelta(days=9), minutes_ago=60)
    first, second = (page_at(client, f"/en/formats/press-conferences/{query}") for query in ("", "?page=2"))
    assert ">Tomorrow<" in first
    assert ">Over<" in first
    assert ">Long over<" in second
    assert ">Tomorrow<" not in second
    assert client.get("/en/formats/press-conferences/?page=3").status_code == 404


@pytest.mark.usefixtures("committed")
def test_a_hub_asks_as_often_with_many_as_with_few(client, settings):
    settings.NEWSROOM_PAGE_CACHE = False

    def count(address):
        page_at(client, address)
        with CaptureQueriesContext(connection) as queries:
            page_at(client, address)
        return len(queries)

    def fill(number):
        for one in range(number):
            hold(f"Conference {one}", starts_at=timezone.now() + timedelta(days=one - 3))
            publish(make_article(format="video", video=make_video(), title_en="A film"), "en")
            publish(make_article(format="document", document=make_document(), title_en="A report"), "en")

    addresses = ["/en/formats/", *(f"/en/formats/{words}/" for words in ("videos", "documents", "press-conferences"))]
    fill(4)
    few = [count(address) for address in addresses]
    fill(6)
    assert [count(address) for address in addresses] == few
    assert max(few) <= 4


def test_a_section_of_media_leads_to_the_formats(client):
    section = make_category(layout=Category.Layout.MEDIA)
    page = page_at(client, section.get_absolute_url("en"))
    for hub in HUBS:
        assert f'href="{hub.url}"' in page
