"""What search engines are asked to leave alone, and where they find the rest."""

from urllib.parse import urlsplit
from urllib.robotparser import RobotFileParser

import pytest

from publishing.languages import language_codes

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


def rules(client):
    response = client.get("/robots.txt")
    assert response.status_code == 200
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    parser = RobotFileParser()
    parser.parse(response.content.decode().splitlines())
    return parser


@pytest.mark.parametrize(
    ("path", "is_open"),
    [
        ("/", True),
        ("/en/", True),
        ("/ar/news/12-title/", True),
        ("/en/news/?page=3", True),
        ("/media/pictures/x.jpg", True),
        ("/static/css/site.css", True),
        ("/admin/", False),
        ("/admin/login/", False),
        ("/account/login/", False),
    ],
)
def test_readers_pages_are_open_and_staff_pages_are_not(client, path, is_open):
    assert rules(client).can_fetch("Googlebot", path) is is_open


def test_answers_of_the_search_are_left_alone(client):
    # The wildcard is of RFC 9309, 2.2.3; Python's parser does not know it.
    assert "Disallow: /*/search/?" in client.get("/robots.txt").content.decode().splitlines()


def test_every_sitemap_has_a_whole_address_and_is_there(client):
    found = rules(client).site_maps()
    assert found[0] == "http://testserver/sitemap.xml"
    assert found[1:] == [f"http://testserver/sitemap-news-{code}.xml" for code in language_codes()]
    assert all(client.get(urlsplit(address).path).status_code == 200 for address in found[1:])


def test_sitemaps_are_named_as_the_site_names_itself_whatever_host_was_asked(client, settings):
    settings.NEWSROOM_SITE_URL = "https://news.example.org"
    assert all(address.startswith("https://news.example.org/sitemap") for address in rules(client).site_maps())


def test_who_has_it_is_not_sent_it_again(client):
    response = client.get("/robots.txt")
    assert client.get("/robots.txt", headers={"If-None-Match": response["ETag"]}).status_code == 304
