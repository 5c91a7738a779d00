"""Display settings: what readers choose, the one cookie that keeps it, and who may send the form."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from delivery.display import Display, current
from publishing.languages import language_codes
from tests.builders import make_superuser
from tests.production import like_production

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

FORM = "/en/display/"


def opening(client, address="/en/", **options):
    """The `<html>` of a page."""
    page = client.get(address, **options).content.decode()
    return page[page.index("<html") : page.index(">", page.index("<html")) + 1]


def choose(client, **choice):
    return client.post(FORM, {"theme": "system", "size": "100", "data": "auto"} | choice)


# --- What is chosen ---------------------------------------------------------------


def test_without_a_choice_there_is_no_cookie_and_pages_are_the_sites_own(client):
    for address in ("/en/", FORM, "/en/nothing-here/"):
        assert not client.get(address).cookies
        assert opening(client, address) == '<html lang="en" dir="ltr">'


def test_a_choice_holds_on_every_page_and_in_every_language(client):
    choose(client, theme="dark", size="125")
    for address in ("/en/", "/en/nothing-here/", FORM):
        assert opening(client, address) == '<html lang="en" dir="ltr" data-theme="dark" data-size="125">'
    assert opening(client, "/ar/") == '<html lang="ar" dir="rtl" data-theme="dark" data-size="125">'


def test_the_form_shows_what_was_chosen(client):
    choose(client, theme="dark", size="150", data="lite")
    page = client.get(FORM).content.decode()
    for name, value in (("theme", "dark"), ("size", "150"), ("data", "lite")):
        assert f'name="{name}" value="{value}" id="id_{name}_2" checked' in page or (
            f'name="{name}" value="{value}" id="id_{name}_1" checked' in page
        )
    assert page.count(" checked") == 3


def test_each_answer_shows_what_it_does(client):
    page = client.get(FORM).content.decode()
    assert 'data-theme="light">' in page and 'data-theme="dark">' in page
    assert 'data-size="125">' in page and 'data-size="150">' in page


def test_whoever_goes_back_to_the_sites_own_look_has_no_cookie_any_more(client):
    choose(client, theme="dark")
    assert "forget" in client.get(FORM).content.decode()
    response = client.post(FORM, {"forget": "1", "theme": "dark"})
    assert response.cookies["display"]["max-age"] == 0
    assert opening(client) == '<html lang="en" dir="ltr">'
    assert "forget" not in client.get(FORM).content.decode()


def test_choosing_what_the_site_does_anyway_keeps_no_cookie(client):
    choose(client, theme="dark")
    assert choose(client).cookies["display"].value == ""


def test_what_a_form_does_not_send_stays_as_it_was(client):
    choose(client, theme="dark", data="lite")
    client.post(FORM, {"data": "full"})
    assert client.cookies["display"].value == "dark.100.full"


@pytest.mark.parametrize("choice", [{"theme": "pink"}, {"size": "900"}, {"data": "\x00"}, {"size": "1" * 10_000}])
def test_what_cannot_be_chosen_is_refused_and_the_rest_stays_in_the_form(client, choice):
    response = choose(client, **({"theme": "dark"} | choice))
    assert response.status_code == 400
    page = response.content.decode()
    assert "Choose one of these." in page
    assert not response.cookies
    if "theme" not in choice:
        assert 'value="dark" id="id_theme_2" checked' in page


@pytest.mark.parametrize(
    "value",
    [
        "",
        "dark",
        "dark.125",
        "pink.125.auto",
        "dark.125.auto.",
        " dark.125.auto",
        "dark.1²5.auto",
        "DARK.125.auto",
        "%00",
    ],
)
def test_a_cookie_that_we_did_not_write_says_nothing(client, value):
    client.cookies["display"] = value
    assert opening(client) == '<html lang="en" dir="ltr">'


def test_it_works_in_every_language_without_a_session_and_with_few_queries(client):
    for language in language_codes():
        with CaptureQueriesContext(connection) as queries:
            response = client.get(f"/{language}/display/")
        assert response.status_code == 200
        assert len(queries) <= 4
        assert not response.wsgi_request.session.accessed
        assert not response.cookies


# --- The cookie -------------------------------------------------------------------


def test_the_cookie_is_this_sites_alone_and_lasts_a_year(client):
    cookie = choose(client, theme="light").cookies["display"]
    assert cookie.value == "light.100.auto"
    assert (cookie["path"], cookie["domain"], cookie["samesite"], cookie["httponly"]) == ("/", "", "Lax", True)
    assert cookie["max-age"] == 365 * 24 * 60 * 60


def test_in_production_it_goes_over_tls_alone(client, settings, monkeypatch):
    like_production(settings, monkeypatch)
    response = client.post(FORM, {"theme": "light"}, secure=True)
    assert response.cookies["display"]["secure"]
    assert set(response.cookies) == {"display"}


def test_nobody_else_may_keep_the_answer_that_sets_it(client):
    assert "no-store" in choose(client, theme="dark")["Cache-Control"]


# --- The way back -----------------------------------------------------------------


def leads_to(client, **headers_and_next):
    next_address = headers_and_next.pop("next", None)
    data = {"theme": "dark"} | ({"next": next_address} if next_address is not None else {})
    response = client.post(FORM, data, headers=headers_and_next)
    assert response.status_code == 303
    return response["Location"]


def test_it_leads_back_to_the_page_from_which_the_reader_came(client):
    page = client.get(FORM, headers={"Referer": "http://testserver/ar/x/?page=2"}).content.decode()
    assert '<input type="hidden" name="next" value="/ar/x/?page=2">' in page
    assert leads_to(client, next="/ar/x/?page=2") == "/ar/x/?page=2"
    assert leads_to(client, Referer="http://testserver/tr/") == "/tr/"


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example/",
        "/\t/evil.example/",
        "///evil.example",
        "javascript:alert(1)",
        "evil.example",
        "http://testserver/en/",
        "",
        "/" + "a" * 5000,
        FORM,
        "/ar/display/",
        "http://[",
    ],
)
def test_it_leads_nowhere_else(client, address):
    assert leads_to(client, next=address) == "/en/"
    assert leads_to(client, Referer=f"https://evil.example{address[:50]}") == "/en/"


@pytest.mark.parametrize("address", ["/en/\r\nSet-Cookie: a=b", "/en/\x00", "/ar/خبر/"])
def test_odd_addresses_are_written_as_addresses_are(client, address):
    location = leads_to(client, next=address)
    assert location.isascii() and "\r" not in location and "\x00" not in location


# --- Who may send it --------------------------------------------------------------


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 303),
        ({"Origin": "http://testserver"}, 303),
        ({"Origin": "http://testserver", "Sec-Fetch-Site": "same-origin"}, 303),
        ({"Sec-Fetch-Site": "none"}, 303),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://[", "Sec-Fetch-Site": "same-origin"}, 403),
    ],
)
def test_only_pages_of_this_site_may_send_the_form(headers, status):
    response = Client(enforce_csrf_checks=True).post(FORM, {"theme": "dark"}, headers=headers)
    assert response.status_code == status
    assert bool(response.cookies) == (status == 303)
    if status == 403:
        assert "This form was not accepted" in response.content.decode()


def test_it_answers_to_nothing_but_looking_and_sending(client):
    assert client.head(FORM).status_code == 200
    assert client.put(FORM).status_code == 405
    assert client.delete(FORM).status_code == 405


# --- What others are told ---------------------------------------------------------


@pytest.mark.parametrize("address", ["/en/", "/ar/display/", "/en/nothing-here/"])
def test_caches_are_told_that_pages_depend_on_it(client, address):
    assert client.get(address)["Vary"] == "Save-Data, Cookie, Accept-Encoding"


@pytest.mark.parametrize("address", ["/", "/healthz", "/sw.js", "/en/manifest.webmanifest"])
def test_what_does_not_depend_on_it_does_not_say_so(client, address):
    assert "Cookie" not in client.get(address).get("Vary", "")


def test_the_pages_of_staff_do_not_follow_it(client):
    client.force_login(make_superuser())
    client.cookies["display"] = "dark.150.lite"
    assert "data-lite" not in client.get("/admin/").content.decode()


def test_no_request_leaves_its_choice_to_the_next(client):
    client.cookies["display"] = "dark.150.lite"
    client.get("/en/")
    assert current() == Display()
