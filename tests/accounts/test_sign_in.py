"""Getting in, by user name or e-mail address, in any case; and who does not get in."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.test import Client

from accounts.models import AuditEntry, User
from tests.accounts.signing import PASSWORD, SIGN_IN, is_in, sign_in
from tests.builders import make_user

pytestmark = pytest.mark.django_db


def actions():
    return list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))


# --- Who gets in ------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["leyla", "LEYLA", "leyla@example.org", "Leyla@Example.ORG", " leyla "])
def test_user_name_and_address_both_sign_in_whatever_their_case(client, typed):
    user = make_user(username="Leyla", email="leyla@example.org")
    response = sign_in(client, typed)
    assert response["Location"] == "/admin/"
    assert client.session["_auth_user_id"] == str(user.pk)
    assert actions() == ["account.signed_in"]


@pytest.mark.parametrize(
    ("name", "password", "facts"),
    [
        ("leyla", "wrong horse battery", {}),
        ("nobody", PASSWORD, {}),
        ("leyla", PASSWORD, {"is_active": False}),
        ("leyla", PASSWORD, {"is_staff": False}),
    ],
)
def test_whoever_may_not_gets_the_same_answer_whatever_the_reason(client, name, password, facts):
    make_user(username="leyla", **facts)
    response = sign_in(client, name, password)
    assert not is_in(client)
    assert "No account with this user name or e-mail address and this password" in response.content.decode()
    assert actions() == ["account.sign_in_failed"]


def test_what_was_typed_is_not_written_down_when_it_means_no_account(client):
    sign_in(client, "my-secret-password-in-the-wrong-field")
    entry = AuditEntry.objects.get()
    assert "secret" not in f"{entry.actor_name} {entry.target_name} {entry.details}"


@pytest.mark.parametrize("facts", [{"is_active": False}, {"is_staff": False}])
def test_an_open_session_ends_with_the_right_to_sign_in(client, facts):
    user = make_user()
    client.force_login(user)
    assert client.get("/account/").status_code == 200
    User.objects.filter(pk=user.pk).update(**facts)
    assert client.get("/account/")["Location"].startswith(SIGN_IN)
    assert client.get("/admin/")["Location"].startswith("/admin/login/")
    assert client.get(SIGN_IN).status_code == 200


@pytest.mark.parametrize("twin", [{"username": "LEYLA"}, {"email": "LEYLA@example.org"}])
def test_two_accounts_never_differ_in_case_only(twin):
    make_user(username="leyla", email="leyla@example.org")
    with pytest.raises(IntegrityError):
        make_user(**twin)


def test_a_user_name_never_looks_like_an_address():
    with pytest.raises(ValidationError, match="Latin letters"):
        User(username="leyla@example.org", email="x@example.org", password="x").full_clean()


@pytest.mark.parametrize("length", [300, 100_000])
def test_what_is_far_too_long_is_refused_before_anything_looks_at_it(client, django_assert_max_num_queries, length):
    with django_assert_max_num_queries(3):
        assert sign_in(client, "a" * length, "b" * length).status_code == 200
    assert not is_in(client)


def test_nobody_signs_up_here(client):
    assert client.get("/account/signup/").status_code == 404
    assert client.post("/account/signup/", {"username": "x", "email": "x@example.org"}).status_code == 404
    assert not User.objects.exists()


def test_the_form_needs_its_token():
    make_user(username="leyla")
    browser = Client(enforce_csrf_checks=True)
    assert sign_in(browser, "leyla").status_code == 403


# --- Where it leads -----------------------------------------------------------------

ELSEWHERE = [
    "https://evil.example/",
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "https:evil.example",
    "javascript:alert(1)",
    "http://testserver@evil.example/",
    "https://localhost/",
    "\thttps://evil.example/",
]


def test_after_signing_in_people_are_where_they_wanted_to_be(client):
    make_user(username="leyla")
    assert client.get("/admin/articles/")["Location"] == "/admin/login/?next=/admin/articles/"
    assert client.get("/admin/login/?next=/admin/articles/")["Location"] == f"{SIGN_IN}?next=/admin/articles/"
    assert sign_in(client, "leyla", then="/admin/articles/")["Location"] == "/admin/articles/"


@pytest.mark.parametrize("address", ELSEWHERE)
def test_signing_in_and_out_leads_nowhere_else(client, address):
    make_user(username="leyla")
    response = client.post(SIGN_IN, {"login": "leyla", "password": PASSWORD, "next": address})
    assert response["Location"] == "/admin/"
    assert client.get(SIGN_IN, {"next": address})["Location"] == "/admin/"
    assert client.get("/admin/login/", {"next": address})["Location"].startswith(f"{SIGN_IN}?next=")
    response = client.post("/account/password/again/", {"password": PASSWORD, "next": address})
    assert response["Location"] == "/admin/"
    assert client.post("/account/logout/", {"next": address})["Location"] == f"{SIGN_IN}?language=en"


# --- In which language ----------------------------------------------------------------


def test_the_admin_speaks_the_language_of_its_user(client):
    client.force_login(make_user(is_superuser=True, interface_language="ar"))
    page = client.get("/admin/").content.decode()
    assert 'lang="ar" dir="rtl"' in page


def test_people_choose_the_language_of_their_admin_themselves(client):
    user = make_user()
    client.force_login(user)
    response = client.post("/admin/language/", {"language": "ku", "next": "/admin/articles/"})
    assert response["Location"] == "/admin/articles/"
    assert 'lang="ku"' in client.get("/admin/").content.decode()


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", ""])
def test_choosing_a_language_leads_nowhere_else(client, elsewhere):
    client.force_login(make_user())
    response = client.post("/admin/language/", {"language": "xx", "next": elsewhere})
    assert response["Location"] == "/admin/"


@pytest.mark.parametrize("address", [SIGN_IN, "/account/password/forgotten/", "/account/password/forgotten/sent/"])
def test_pages_before_sign_in_speak_the_language_that_the_browser_prefers_or_that_was_chosen(client, address):
    assert 'lang="ku"' in client.get(address, headers={"Accept-Language": "kmr,en;q=0.5"}).content.decode()
    page = client.get(f"{address}?language=tr", headers={"Accept-Language": "ar"}).content.decode()
    assert 'lang="tr"' in page
    assert "?language=ar" in page


def test_the_chosen_language_goes_along_from_page_to_page(client):
    response = client.post("/account/password/forgotten/?language=tr", {"login": "leyla"})
    assert response["Location"] == "/account/password/forgotten/sent/?language=tr"
    client.force_login(make_user(interface_language="ar"))
    assert client.post("/account/logout/")["Location"] == f"{SIGN_IN}?language=ar"


def test_the_language_of_a_link_is_one_that_there_is(client):
    response = client.post("/account/password/forgotten/?language=xx%0d%0aX:y", {"login": "leyla"})
    assert response["Location"] == "/account/password/forgotten/sent/"
