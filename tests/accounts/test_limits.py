"""Throttling: what is counted, for whom, before what, and who is not locked out by it."""

import threading
from datetime import timedelta

import pytest
from django.contrib.auth import hashers
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts import limits, sign_in
from accounts.limits import Limit
from accounts.models import AuditEntry, Counter
from tests.accounts.signing import PASSWORD, PASSWORD_AGAIN, SIGN_IN, is_in, known_browser
from tests.accounts.signing import sign_in as post_sign_in
from tests.builders import make_user

pytestmark = pytest.mark.django_db

FEW = Limit("test", 3, timedelta(minutes=15))


def try_wrong(count, *, name="leyla", browser=None, address="192.0.2.1"):
    """Types wrong passwords, each time in another browser unless one is given; returns the last answer."""
    for _number in range(count):
        response = post_sign_in(browser or Client(), name, "wrong horse battery", REMOTE_ADDR=address)
    return response.content.decode()


@pytest.fixture
def no_hashing(monkeypatch):
    """From now on nobody may hash a password."""

    def begin():
        def hashed(*args, **kwargs):
            pytest.fail("A password was hashed.")

        monkeypatch.setattr(hashers.MD5PasswordHasher, "encode", hashed)
        monkeypatch.setattr(hashers.MD5PasswordHasher, "verify", hashed)

    return begin


# --- Counting -----------------------------------------------------------------------


def test_so_many_and_no_more_within_a_while():
    assert [limits.take(FEW, "x") for _number in range(5)] == [True, True, True, False, False]
    assert limits.take(FEW, "y")


def test_what_was_right_does_not_count():
    for _number in range(10):
        assert limits.take(FEW, "x")
        limits.give_back(FEW, "x")


def test_after_a_while_one_may_try_again():
    for _number in range(5):
        limits.take(FEW, "x")
    Counter.objects.update(ends_at=timezone.now() - timedelta(seconds=1))
    assert limits.take(FEW, "x")


def test_the_table_tells_nobody_who_was_tried():
    limits.take(FEW, "leyla@example.org")
    assert "leyla" not in Counter.objects.get().key


def test_old_counters_are_dropped():
    limits.take(FEW, "x")
    limits.drop_old()
    assert Counter.objects.exists()
    Counter.objects.update(ends_at=timezone.now() - timedelta(seconds=1))
    limits.drop_old()
    assert not Counter.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_many_at_once_count_each_other():
    outcomes = []

    def tried():
        outcomes.append(limits.take(FEW, "x"))
        connection.close()

    threads = [threading.Thread(target=tried) for _number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(outcomes) == 8
    assert outcomes.count(True) == 3


# --- Signing in -----------------------------------------------------------------------


def test_an_account_takes_ten_attempts_from_wherever_they_come(no_hashing):
    make_user(username="leyla")
    for number in range(10):
        assert "Check both" in try_wrong(1, address=f"192.0.2.{number}")
    no_hashing()
    assert "Too many attempts" in try_wrong(1, address="192.0.2.200")
    # Neither does the right password help, nor the e-mail address.
    browser = Client()
    assert "Too many attempts" in post_sign_in(browser, "leyla").content.decode()
    assert not is_in(browser)


def test_user_name_and_address_are_one_account():
    user = make_user(username="leyla")
    try_wrong(5)
    try_wrong(5, name=user.email)
    assert "Too many attempts" in try_wrong(1, name="LEYLA")


def test_a_name_without_an_account_is_counted_like_one_with(no_hashing):
    assert "Check both" in try_wrong(10, name="nobody")
    no_hashing()
    assert "Too many attempts" in try_wrong(1, name="nobody")


def test_a_name_that_is_a_number_does_not_count_for_the_account_with_that_number():
    user = make_user(username="leyla")
    try_wrong(10, name=str(user.pk))
    assert "Check both" in try_wrong(1)


def test_an_address_takes_fifty_attempts_whatever_the_name(no_hashing):
    for number in range(50):
        assert "Check both" in try_wrong(1, name=f"name{number}")
    no_hashing()
    assert "Too many attempts" in try_wrong(1, name="another")


def test_a_network_of_ipv6_counts_as_one_address(rf):
    def network(address):
        return sign_in.network_of(rf.get("/", REMOTE_ADDR=address))

    assert network("2001:db8:1:2::1") == network("2001:db8:1:2:ffff::9") != network("2001:db8:1:3::1")
    assert network("192.0.2.1") != network("192.0.2.2")
    assert network("") == ""


def test_strangers_do_not_lock_anybody_out_of_a_device_that_they_know():
    user = make_user(username="leyla")
    browser = known_browser(user)
    assert "Too many attempts" in try_wrong(30)
    assert post_sign_in(browser, "leyla").status_code == 302
    assert is_in(browser)


def test_a_known_device_has_a_limit_of_its_own(no_hashing):
    browser = known_browser(make_user(username="leyla"))
    assert "Check both" in try_wrong(10, browser=browser)
    no_hashing()
    assert "Too many attempts" in try_wrong(1, browser=browser)


def test_the_device_of_one_account_is_a_stranger_to_another():
    browser = known_browser(make_user(username="leyla"))
    make_user(username="ciwan")
    try_wrong(10, name="ciwan")
    assert "Too many attempts" in try_wrong(1, name="ciwan", browser=browser)


@pytest.mark.parametrize("cookie", ["", "x", "WzEsICJ4Il0:1abc:xyz", "[1,2]"])
def test_a_made_up_device_is_none(cookie):
    make_user(username="leyla")
    try_wrong(10)
    browser = Client()
    browser.cookies["known-device"] = cookie
    assert "Too many attempts" in try_wrong(1, browser=browser)


def test_who_signs_in_rightly_may_do_so_all_day():
    make_user(username="leyla")
    for _number in range(15):
        assert post_sign_in(Client(), "leyla").status_code == 302


def test_typing_the_password_again_is_counted_as_well(no_hashing):
    user = make_user(username="leyla")
    browser = Client()
    browser.force_login(user)
    for _number in range(10):
        assert "not your password" in browser.post(PASSWORD_AGAIN, {"password": "wrong"}).content.decode()
    no_hashing()
    assert "Too many attempts" in browser.post(PASSWORD_AGAIN, {"password": PASSWORD}).content.decode()


def test_the_log_says_once_that_somebody_was_stopped():
    make_user(username="leyla")
    try_wrong(25)
    actions = list(AuditEntry.objects.values_list("action", flat=True))
    assert actions.count("account.sign_in_failed") == 10
    assert actions.count("account.sign_in_throttled") == 1


@pytest.mark.parametrize("header", ["HTTP_X_FORWARDED_FOR", "HTTP_X_REAL_IP", "HTTP_FORWARDED"])
def test_what_a_stranger_says_of_their_address_is_not_believed(header):
    for number in range(50):
        post_sign_in(Client(), f"name{number}", "wrong", **{header: f"198.51.100.{number}"})
    assert "Too many attempts" in post_sign_in(Client(), "x", "y", **{header: "198.51.100.99"}).content.decode()


def test_passkeys_are_asked_for_fifty_times_from_an_address():
    browser = Client()
    headers = {"Accept": "application/json"}
    for _number in range(50):
        assert browser.get("/account/passkeys/login/", headers=headers).status_code == 200
    assert browser.get("/account/passkeys/login/", headers=headers).status_code == 429
    response = browser.post("/account/passkeys/login/", {"credential": "{}", "next": "/admin/articles/"})
    assert response["Location"] == f"{SIGN_IN}?next=%2Fadmin%2Farticles%2F"
