"""Readers' pages are compressed; what belongs to one person is not."""

import gzip

import pytest

from tests.builders import make_article, make_superuser, publish

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

ACCEPTS = {"Accept-Encoding": "gzip, br"}


@pytest.mark.parametrize("address", ["/en/", "/en/feed/", "/en/feed/json/", "/sitemap.xml", "/en/nothing-here/"])
def test_what_readers_get_is_compressed_where_they_can_take_it(client, address):
    publish(make_article())
    plain, small = client.get(address), client.get(address, headers=ACCEPTS)
    assert "Content-Encoding" not in plain
    assert small["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in small["Vary"]
    assert len(small.content) < len(plain.content)
    assert gzip.decompress(small.content)[:60] == plain.content[:60]


def test_a_page_that_is_kept_is_not_sent_again(client):
    first = client.get("/en/", headers=ACCEPTS)
    again = client.get("/en/", headers=ACCEPTS | {"If-None-Match": first["ETag"]})
    assert again.status_code == 304


def test_the_admin_is_not_compressed(client):
    client.force_login(make_superuser())
    response = client.get("/admin/", headers=ACCEPTS)
    assert response.status_code == 200
    assert "Content-Encoding" not in response


def test_the_contact_form_is_not_compressed(client):
    assert "Content-Encoding" not in client.get("/en/contact/", headers=ACCEPTS)
