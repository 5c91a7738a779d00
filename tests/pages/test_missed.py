"""Addresses that readers ask for in vain: what is kept of them, and one click to lead readers on."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from delivery import tally
from pages import missed
from pages.models import MissedAddress, Redirect
from tests.builders import make_article, make_category, make_staff, publish

pytestmark = pytest.mark.django_db

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture
def reader():
    return Client(headers={"User-Agent": FIREFOX})


@pytest.fixture
def editor(client):
    person = make_staff("editor")
    client.force_login(person)
    return person


def kept():
    """Address → how often it was asked for, after everything was written."""
    tally.flush_all()
    return dict(MissedAddress.objects.values_list("path", "hits"))


def test_what_readers_ask_for_in_vain_is_counted_without_its_query(reader):
    for path in ("/en/old/", "/en/old/?name=secret", "/ar/قديم/", "/2019/05/story/"):
        assert reader.get(path).status_code == 404
    assert kept() == {"/en/old/": 2, "/ar/قديم/": 1, "/2019/05/story/": 1}
    reader.get("/en/old/")
    assert kept()["/en/old/"] == 3


def test_nothing_is_written_while_a_reader_waits(reader):
    with CaptureQueriesContext(connection) as queries:
        reader.get("/en/old/")
    assert not [query for query in queries if query["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]


@pytest.mark.parametrize(
    "path",
    [
        "/wp-login.php", "/en/wp-admin/x/", "/.env", "/en/.git/config/", "/index.php", "/en/x.asp/", "/backup.zip",
        "/favicon.ico", "/apple-touch-icon-120x120.png", "/.well-known/change-password", "/static/x.css",
        "/media/x.jpg", "/preview/some-key/", "/preview/some-key/x/", "/desk-calendar/some-key.ics/x",
        "/en/unsubscribe/layla@example.org/", "/en/%00/", "/en/a%0Ab/", "/en/" + "x" * 500 + "/", "/a/999/", "/en/x",
    ],
    ids=lambda path: path[:30],
)  # fmt: skip
def test_what_is_no_readers_page_is_not_kept(reader, path):
    reader.get(path)
    assert kept() == {}


def test_robots_are_not_counted_nor_what_is_fetched_ahead_nor_forms(reader):
    Client().get("/en/old/")
    Client(headers={"User-Agent": "Googlebot/2.1"}).get("/en/old/")
    reader.get("/en/old/", headers={"Sec-Purpose": "prefetch"})
    reader.head("/en/old/")
    reader.post("/en/old/")
    assert kept() == {}


def test_what_is_only_not_there_in_this_language_or_on_this_page_is_not_missed(reader):
    section = make_category(name_en="News")
    article = publish(make_article(category=section), "en")
    assert reader.get(f"/ar/x/{article.pk}-x/").status_code == 404
    assert reader.get("/en/news/?page=99").status_code == 404
    assert kept() == {}


def test_only_the_most_wanted_and_newest_are_kept(monkeypatch):
    monkeypatch.setattr(missed, "MOST_KEPT", 3)
    MissedAddress.objects.create(path="/en/wanted/", hits=9, last_at=timezone.now() - timezone.timedelta(days=99))
    MissedAddress.objects.create(path="/en/stale/", hits=1, last_at=timezone.now() - timezone.timedelta(days=99))
    for path in ("/en/a/", "/en/a/", "/en/b/"):
        missed.tally.add(path)
    assert kept() == {"/en/wanted/": 9, "/en/a/": 2, "/en/b/": 1}


# --- For editors --------------------------------------------------------------------------


def test_one_click_opens_the_redirect_form_with_the_address_filled_in(client, editor):
    MissedAddress.objects.create(path="/ar/قديم/صفحة/", hits=2)
    page = client.get("/admin/pages/missedaddress/").content.decode()
    url = page.split('href="/admin/pages/redirect/add/?')[1].split('"')[0].replace("&amp;", "&")
    form = client.get(f"/admin/pages/redirect/add/?{url}").context["adminform"].form
    assert (form["language"].value(), form["source"].value()) == ("ar", "قديم/صفحة")


@pytest.mark.parametrize(
    ("facts", "left"),
    [
        ({"source": "old", "language": "en"}, ["/ar/old/", "/en/older/", "/old"]),
        ({"source": "old", "language": ""}, ["/en/older/"]),
        ({"source": "old*", "language": "en", "kind": "pattern"}, ["/ar/old/", "/old"]),
    ],
    ids=["exact", "all", "pattern"],
)
def test_a_redirect_takes_what_it_leads_on_from_off_the_list(client, editor, facts, left):
    for path in ("/en/old/", "/ar/old/", "/en/older/", "/old"):
        MissedAddress.objects.create(path=path)
    response = client.post("/admin/pages/redirect/add/", {"kind": "exact", "target": "new"} | facts)
    assert response.status_code == 302
    assert sorted(MissedAddress.objects.values_list("path", flat=True)) == left


def test_a_section_that_moves_does_so_too():
    MissedAddress.objects.create(path="/en/old/")
    section = make_category(name_en="Old")
    section.name_en = "New"
    section.save()
    assert Redirect.objects.get(language="en").target == "new"
    assert not MissedAddress.objects.exists()


def test_many_are_deleted_at_once(client, editor):
    rows = [MissedAddress.objects.create(path=f"/en/{number}/") for number in range(3)]
    sent = {"action": "delete_selected", "_selected_action": [row.pk for row in rows[:2]], "post": "yes"}
    client.post("/admin/pages/missedaddress/", sent)
    assert list(MissedAddress.objects.all()) == rows[2:]
