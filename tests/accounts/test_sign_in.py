"""Getting in, by user name or e-mail address, in any case."""

import pytest
from django.contrib.auth import authenticate
from django.db import IntegrityError

from accounts.models import User
from tests.builders import make_user

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("typed", ["leyla", "LEYLA", "leyla@example.org", "Leyla@Example.ORG"])
def test_user_name_and_address_both_sign_in_whatever_their_case(typed):
    user = make_user(username="Leyla", email="leyla@example.org", password="correct horse battery")
    assert authenticate(username=typed, password="correct horse battery") == user


def test_a_wrong_password_does_not():
    make_user(username="leyla")
    assert authenticate(username="leyla", password="wrong") is None


@pytest.mark.parametrize("twin", [{"username": "LEYLA"}, {"email": "LEYLA@example.org"}])
def test_two_accounts_never_differ_in_case_only(twin):
    make_user(username="leyla", email="leyla@example.org")
    with pytest.raises(IntegrityError):
        make_user(**twin)


def test_a_user_name_never_looks_like_an_address():
    from django.core.exceptions import ValidationError

    with pytest.raises(ValidationError, match="Latin letters"):
        User(username="leyla@example.org", email="x@example.org", password="x").full_clean()


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


def test_the_sign_in_page_speaks_the_language_that_the_browser_prefers(client):
    assert 'lang="ku"' in client.get("/admin/login/", headers={"Accept-Language": "kmr,en;q=0.5"}).content.decode()
    assert 'lang="tr"' in client.get("/admin/login/?language=tr").content.decode()
