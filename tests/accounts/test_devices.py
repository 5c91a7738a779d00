"""One's devices: where somebody is signed in, signing out there, and what ends sessions."""

import re
from datetime import timedelta
from io import StringIO

import pytest
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from accounts.devices import in_words
from accounts.models import AuditEntry, StaffSession
from tests.accounts.signing import sign_in, type_password_again
from tests.builders import make_user

pytestmark = pytest.mark.django_db

DEVICES = "/account/devices/"
FIREFOX = "Mozilla/5.0 (Android 14; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0"
CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Safari/537.36"
)
NEW = "stapler-harbour-violet-ninety"


def browser_of(user, agent=CHROME, address="192.0.2.1"):
    browser = Client(headers={"user-agent": agent}, REMOTE_ADDR=address)
    assert sign_in(browser, user.username).status_code == 302
    return browser


def is_in(browser):
    return browser.get("/account/").status_code == 200


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (FIREFOX, "Firefox on Android"),
        (CHROME, "Chrome on Windows"),
        (CHROME + " Edg/138.0.0.0", "Edge on Windows"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
            "Version/18.5 Mobile/15E148 Safari/604.1",
            "Safari on iPhone",
        ),
        (
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) "
            "Version/18.5 Safari/605.1.15",
            "Safari on macOS",
        ),
        (
            "Mozilla/5.0 (Linux; Android 14; SM-S921B) AppleWebKit/537.36 (KHTML, like Gecko) "
            "SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36",
            "Samsung Internet on Android",
        ),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", "Firefox on Linux"),
        ("curl/8.5.0", "an unknown device"),
        ("<script>alert(1)</script>", "an unknown device"),
        ("", "an unknown device"),
    ],
)
def test_devices_have_names_that_people_know(agent, words):
    assert in_words(agent) == words


def test_people_see_where_they_are_signed_in_and_which_device_they_hold():
    user = make_user()
    browser_of(user, FIREFOX, "2001:db8::7")
    here = browser_of(user)
    browser_of(make_user(), address="203.0.113.9")
    page = here.get(DEVICES).content.decode()
    names = re.findall(r"<h2><bdi>(.*?)</bdi>( <span)?", page)
    assert names == [("Chrome on Windows", " <span"), ("Firefox on Android", "")]
    assert "2001:db8::7" in page
    assert "203.0.113.9" not in page


def test_sessions_that_are_over_are_not_listed():
    user = make_user()
    browser_of(user, FIREFOX)
    here = browser_of(user)
    StaffSession.objects.filter(browser=FIREFOX).update(seen_at=timezone.now() - timedelta(hours=9))
    assert "Firefox" not in here.get(DEVICES).content.decode()


def test_tidying_up_forgets_sessions_that_are_over():
    browser_of(make_user(), FIREFOX)
    browser_of(make_user())
    StaffSession.objects.filter(browser=FIREFOX).update(seen_at=timezone.now() - timedelta(hours=9))
    call_command("tidy", stdout=StringIO())
    assert [row.browser for row in StaffSession.objects.all()] == [CHROME]


def test_signing_out_on_one_device_ends_that_session_in_the_store():
    user = make_user()
    phone, desktop = browser_of(user, FIREFOX), browser_of(user)
    key = phone.session.session_key
    row = StaffSession.objects.get(session_key=key)
    assert desktop.post(DEVICES, {"session": row.pk})["Location"] == DEVICES
    assert not is_in(phone)
    assert is_in(desktop)
    assert not Session.objects.filter(session_key=key).exists()
    assert AuditEntry.objects.filter(action="account.sessions_ended", actor=user).count() == 1


def test_signing_out_everywhere_else_leaves_this_device():
    user = make_user()
    others = [browser_of(user, FIREFOX), browser_of(user)]
    here = browser_of(user)
    page = here.post(DEVICES, {"session": "others"}, follow=True).content.decode()
    assert "You are signed out on 2 other devices." in page
    assert not any(is_in(browser) for browser in others)
    assert is_in(here)
    assert AuditEntry.objects.get(action="account.sessions_ended").details == {"sessions": 2}


@pytest.mark.parametrize("number", ["", "x", "0", "999999", "-1", "١", "²"])
def test_a_session_that_is_none_of_ones_own_cannot_be_ended(number):
    other = make_user()
    theirs = browser_of(other)
    here = browser_of(make_user())
    assert here.post(DEVICES, {"session": number}).status_code == 404
    row = StaffSession.objects.get(user=other)
    assert here.post(DEVICES, {"session": row.pk}).status_code == 404
    assert is_in(theirs)


def test_devices_are_for_whoever_is_signed_in():
    assert Client().get(DEVICES)["Location"].startswith("/account/login/")
    assert Client().post(DEVICES, {"session": "others"})["Location"].startswith("/account/login/")


# --- Password and e-mail address ------------------------------------------------------


@pytest.mark.parametrize("address", ["/account/password/", "/account/email/"])
def test_the_password_is_asked_for_again_first(client, address):
    client.force_login(make_user())
    first = f"/account/password/again/?next={address}"
    assert client.get(address)["Location"] == first
    assert client.post(address, {"new_password1": NEW, "new_password2": NEW})["Location"] == first
    # What was posted too early is kept nowhere.
    assert NEW not in str(dict(client.session))
    assert client.post(first, {"password": "wrong"}).status_code == 200
    assert client.get(address).status_code == 302
    assert client.post(first, {"password": "correct horse battery"})["Location"] == address
    assert client.get(address).status_code == 200


def test_after_ten_minutes_it_is_asked_for_once_more(client, settings):
    client.force_login(make_user())
    type_password_again(client)
    assert client.get("/account/email/").status_code == 200
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 0
    assert client.get("/account/email/").status_code == 302


def test_a_new_password_ends_all_other_sessions_and_renews_this_one(
    mailoutbox, run_mails, django_capture_on_commit_callbacks
):
    user = make_user(interface_language="en")
    other, here = browser_of(user, FIREFOX), browser_of(user)
    stolen = Client(headers={"user-agent": CHROME})
    stolen.cookies = here.cookies.copy()
    type_password_again(here)
    with django_capture_on_commit_callbacks(execute=True):
        here.post("/account/password/", {"new_password1": NEW, "new_password2": NEW})
    assert is_in(here)
    assert not is_in(other)
    assert not is_in(stolen)
    user.refresh_from_db()
    assert user.check_password(NEW)
    assert StaffSession.objects.get(user=user).session_key == here.session.session_key
    assert AuditEntry.objects.filter(action="account.password_changed", actor=user).count() == 1
    run_mails()
    assert mailoutbox[-1].to == [user.email]
    assert mailoutbox[-1].subject == "Your password was changed"
    assert "Chrome on Windows" in mailoutbox[-1].body
    assert NEW not in mailoutbox[-1].body


def ask_for_address(browser, address, callbacks):
    type_password_again(browser)
    with callbacks(execute=True):
        return browser.post("/account/email/", {"email": address})


def link_in(mail):
    return re.search(r"https?://[^/]+(/\S+)", mail.body)[1]


def test_a_new_address_counts_once_its_owner_opened_the_link(mailoutbox, run_mails, django_capture_on_commit_callbacks):
    user = make_user(email="old@example.org")
    here = browser_of(user)
    ask_for_address(here, "new@example.org", django_capture_on_commit_callbacks)
    run_mails()
    to_new, to_old = sorted(mailoutbox, key=lambda mail: mail.to != ["new@example.org"])
    assert to_old.to == ["old@example.org"]
    assert "new@example.org" in to_old.body
    link = link_in(to_new)
    # Opening it, as mail servers do, changes nothing; and it needs no signing in.
    stranger = Client()
    assert "new@example.org" in stranger.get(link).content.decode()
    user.refresh_from_db()
    assert user.email == "old@example.org"
    mailoutbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        assert stranger.post(link).status_code == 302
    user.refresh_from_db()
    assert user.email == "new@example.org"
    assert "does not work any more" in stranger.post(link).content.decode()
    entry = AuditEntry.objects.get(action="account.email_changed")
    assert entry.details == {"before": "old@example.org", "after": "new@example.org"}
    run_mails()
    assert [mail.to for mail in mailoutbox] == [["old@example.org"]]


def test_an_address_that_somebody_else_has_is_refused_to_whoever_reads_its_mail_only(
    mailoutbox, run_mails, django_capture_on_commit_callbacks
):
    make_user(email="taken@example.org")
    user = make_user()
    here = browser_of(user)
    answers = [
        ask_for_address(here, address, django_capture_on_commit_callbacks)
        for address in ("taken@example.org", "free@example.org")
    ]
    assert [(answer.status_code, answer["Location"]) for answer in answers] == [(302, "/account/")] * 2
    run_mails()
    link = link_in(next(mail for mail in mailoutbox if mail.to == ["taken@example.org"]))
    assert "Another account already has this e-mail address" in here.post(link).content.decode()
    user.refresh_from_db()
    assert user.email != "taken@example.org"


def test_a_new_password_stops_a_change_of_address(mailoutbox, run_mails, django_capture_on_commit_callbacks):
    user = make_user()
    here = browser_of(user)
    ask_for_address(here, "thief@example.org", django_capture_on_commit_callbacks)
    run_mails()
    link = link_in(next(mail for mail in mailoutbox if mail.to == ["thief@example.org"]))
    here.post("/account/password/", {"new_password1": NEW, "new_password2": NEW})
    assert "does not work any more" in Client().post(link).content.decode()
    user.refresh_from_db()
    assert user.email != "thief@example.org"


def test_the_link_to_an_address_works_for_two_hours(
    mailoutbox, run_mails, monkeypatch, django_capture_on_commit_callbacks
):
    user = make_user()
    ask_for_address(browser_of(user), "new@example.org", django_capture_on_commit_callbacks)
    run_mails()
    link = link_in(next(mail for mail in mailoutbox if mail.to == ["new@example.org"]))
    monkeypatch.setattr("accounts.own_account.ADDRESS_AGE", timedelta(seconds=-1))
    assert "does not work any more" in Client().get(link).content.decode()


def test_nobody_asks_for_addresses_without_end(django_capture_on_commit_callbacks):
    here = browser_of(make_user())
    for number in range(5):
        ask_for_address(here, f"new{number}@example.org", django_capture_on_commit_callbacks)
    page = ask_for_address(here, "another@example.org", django_capture_on_commit_callbacks).content.decode()
    assert "too many new addresses" in page


def test_people_change_their_name_and_language_themselves(client):
    user = make_user()
    client.force_login(user)
    client.post(
        "/account/", {"display_name": "ليلى", "interface_language": "ar", "is_superuser": "on", "email": "x@y.z"}
    )
    user.refresh_from_db()
    assert (user.display_name, user.interface_language, user.is_superuser) == ("ليلى", "ar", False)
    assert user.email != "x@y.z"
    assert 'lang="ar"' in client.get("/account/").content.decode()
