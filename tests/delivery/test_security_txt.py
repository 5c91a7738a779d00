"""`/.well-known/security.txt`, by the rules of RFC 9116."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone

from delivery.security_txt import security_contacts, security_txt

ADDRESS = "/.well-known/security.txt"


@pytest.fixture(autouse=True)
def _contact(settings):
    settings.NEWSROOM_SITE_URL = "https://news.example.org"
    settings.NEWSROOM_SECURITY_CONTACT = security_contacts(["security@example.org", "https://example.org/report"])


def fields(text):
    """(name, value) of each line. RFC 9116, 4: a field a line, with a colon and a space."""
    assert text.endswith("\n")
    return [re.fullmatch(r"([A-Za-z-]+): (\S.*)", line).groups() for line in text.splitlines()]


def test_it_is_plain_text_at_its_place(client):
    response = client.get(ADDRESS)
    assert response.status_code == 200
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert not response.cookies
    assert client.head(ADDRESS).status_code == 200
    assert client.post(ADDRESS).status_code == 405


def test_it_says_what_it_must_and_says_it_once(client):
    found = fields(client.get(ADDRESS).content.decode())
    assert [value for name, value in found if name == "Contact"] == [
        "mailto:security@example.org",
        "https://example.org/report",
    ]
    for once in ("Expires", "Preferred-Languages", "Canonical"):
        assert [name for name, _value in found].count(once) == 1
    assert dict(found)["Canonical"] == f"https://news.example.org{ADDRESS}"
    assert dict(found)["Preferred-Languages"] == "en, ar, tr, ku"


def test_it_expires_within_a_year_but_not_soon():
    now = timezone.now()
    expires = datetime.fromisoformat(dict(fields(security_txt(now)))["Expires"])
    assert timedelta(days=90) < expires - now < timedelta(days=365)


def test_it_stays_the_same_for_a_day():
    morning, evening = datetime(2027, 3, 1, 0, 0, 1, tzinfo=UTC), datetime(2027, 3, 1, 23, 59, 59, tzinfo=UTC)
    assert security_txt(morning) == security_txt(evening)
    assert security_txt(evening) != security_txt(evening + timedelta(seconds=1))
    in_istanbul = morning.astimezone(timezone.get_default_timezone())
    assert security_txt(in_istanbul) == security_txt(morning)


def test_whoever_has_it_is_told_that_it_is_unchanged(client):
    etag = client.get(ADDRESS)["ETag"]
    assert client.get(ADDRESS, headers={"If-None-Match": etag}).status_code == 304


def test_an_address_without_tls_is_not_called_canonical(settings):
    settings.NEWSROOM_SITE_URL = "http://127.0.0.1:8000"
    assert "Canonical" not in dict(fields(security_txt(timezone.now())))


@pytest.mark.django_db
def test_without_a_contact_there_is_no_such_page(client, settings):
    settings.NEWSROOM_SECURITY_CONTACT = []
    assert client.get(ADDRESS).status_code == 404


@pytest.mark.parametrize(
    "name", ["security@example.org", "mailto:a@example.org", "https://example.org/r", "tel:+49-30-1"]
)
def test_a_contact_is_a_uri(name):
    (uri,) = security_contacts([name])
    assert uri.startswith(("mailto:", "https://", "tel:"))


@pytest.mark.parametrize(
    "name", ["http://example.org/", "example.org", "a@b\nExpires: never", "mailto:", "https://", "javascript:x"]
)
def test_what_is_no_contact_is_refused_with_what_to_write(name):
    with pytest.raises(ImproperlyConfigured, match="(?s)NEWSROOM_SECURITY_CONTACT.*Write an e-mail address"):
        security_contacts([name])
