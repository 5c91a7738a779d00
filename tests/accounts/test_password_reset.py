"""A forgotten password: nobody learns who has an account here, and the link works once."""

import re
import smtplib
from datetime import timedelta

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from accounts import reset
from accounts.models import AuditEntry, StaffSession, User
from tests.accounts.signing import add_app, is_in, sign_in, type_password_again
from tests.builders import make_user
from tests.jobs import run_due_jobs

pytestmark = pytest.mark.django_db

FORGOTTEN, SENT = "/account/password/forgotten/", "/account/password/forgotten/sent/"
NEW = "stapler-harbour-violet-ninety"


def ask(name, browser=None, **headers):
    return (browser or Client()).post(FORGOTTEN, {"login": name}, **headers)


def link_for(name):
    """The address in the mail that somebody gets who asks for a new password."""
    ask(name)
    run_due_jobs()
    return re.search(r"https?://[^/]+(/\S+)", mail.outbox[-1].body)[1]


def set_password(link, password=NEW, browser=None):
    """Follows a link and sets a password; returns the last page."""
    browser = browser or Client()
    form = browser.get(link, follow=True)
    address = form.request["PATH_INFO"]
    return browser.post(address, {"new_password1": password, "new_password2": password}, follow=True)


# --- Asking ---------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["leyla", "LEYLA", "leyla@example.org", "Leyla@Example.org"])
def test_the_link_comes_by_user_name_and_by_address(typed):
    make_user(username="Leyla", email="leyla@example.org", display_name="Leyla")
    assert ask(typed)["Location"] == SENT
    run_due_jobs()
    [sent] = mail.outbox
    assert sent.to == ["leyla@example.org"]
    assert sent.subject == "Set a new password"
    assert "Leyla" in sent.body
    assert AuditEntry.objects.get().action == "account.password_reset_asked"


@pytest.mark.parametrize("facts", [{"is_active": False}, {"is_staff": False}])
def test_an_account_that_may_not_sign_in_gets_none(facts):
    make_user(username="leyla", **facts)
    ask("leyla")
    run_due_jobs()
    assert mail.outbox == []


def test_the_mail_speaks_the_language_of_the_person_and_so_does_its_page():
    make_user(username="leyla", interface_language="ar")
    link = link_for("leyla")
    assert mail.outbox[-1].extra_headers["Content-Language"] == "ar"
    page = Client().get(link, follow=True, headers={"Accept-Language": "tr"}).content.decode()
    assert 'lang="ar" dir="rtl"' in page


def test_answer_and_work_are_the_same_for_whomever():
    """The same bytes, and the same statements in the same order: no stopwatch tells who has an account."""
    make_user(username="known1", email="known2@example.org")
    make_user(username="shut01", is_active=False)
    # The first one from an address begins a counter, whoever it is about.
    ask("first")
    answers, statements = set(), set()
    for name in ("known1", "known2@example.org", "shut01", "nobody", "nobody@example.org", "'; DROP TABLE x", "م" * 50):
        browser = Client()
        with CaptureQueriesContext(connection) as queries:
            response = ask(name, browser)
            page = browser.get(response["Location"])
        headers = sorted((name, value) for name, value in response.headers.items() if name != "Expires")
        answers.add((response.status_code, tuple(headers), response.content, page.content))
        statements.add(tuple(" ".join(entry["sql"].split()[:3]) for entry in queries))
        assert not any("accounts_user" in entry["sql"] for entry in queries)
        assert not browser.session.keys()
    assert len(answers) == 1
    assert len({re.sub(r"s\d+_x\d+", "point", str(run)) for run in statements}) == 1


def test_what_was_typed_lies_nowhere_in_clear():
    make_user(username="leyla")
    for typed in ("leyla", "a password in the wrong field"):
        ask(typed)
    rows = [str(row.args_kwargs) for row in DBTaskResult.objects.all()]
    assert len(rows) == 2
    assert not any("leyla" in row or "password" in row for row in rows)


def test_a_name_is_asked_for_three_times_an_hour_whoever_it_is():
    make_user(username="leyla")
    for name in ("leyla", "nobody"):
        assert [ask(name).status_code for _number in range(4)] == [302, 302, 302, 200]
    run_due_jobs()
    assert len(mail.outbox) == 3


def test_an_address_asks_twenty_times_an_hour():
    answers = [ask(f"name{number}").status_code for number in range(21)]
    assert answers == [302] * 20 + [200]
    assert ask("another", REMOTE_ADDR="192.0.2.9").status_code == 302


def test_a_stranger_who_asks_on_and_on_keeps_nobody_from_a_new_password():
    make_user(username="leyla")
    for _number in range(10):
        ask("leyla")
    run_due_jobs()
    link = re.search(r"https?://[^/]+(/\S+)", mail.outbox[0].body)[1]
    assert "Your new password is set" in set_password(link).content.decode()


def test_when_the_mail_server_refuses_the_mail_is_sent_later(monkeypatch, caplog):
    make_user(username="leyla")

    def refuse(*args):
        raise smtplib.SMTPServerDisconnected("Try later")

    with monkeypatch.context() as patched:
        patched.setattr(EmailBackend, "send_messages", refuse)
        ask("leyla")
        run_due_jobs()
    assert mail.outbox == []
    assert not AuditEntry.objects.exists()
    assert "/account/password/new/" not in caplog.text
    [waiting] = DBTaskResult.objects.all()
    assert waiting.run_after > timezone.now() + timedelta(minutes=10)
    DBTaskResult.objects.update(run_after=timezone.now())
    run_due_jobs()
    assert len(mail.outbox) == 1


def test_after_two_hours_without_a_mail_server_nobody_tries_any_more(monkeypatch):
    make_user(username="leyla")

    def refuse(*args):
        raise smtplib.SMTPServerDisconnected("Try later")

    monkeypatch.setattr(EmailBackend, "send_messages", refuse)
    sealed = reset.secrets.encrypt('["leyla", null]')
    reset.send_link.func(sealed, (timezone.now() - timedelta(seconds=1)).isoformat())
    assert not DBTaskResult.objects.exists()


def test_a_job_from_before_the_key_was_changed_ends_quietly(settings):
    make_user(username="leyla")
    ask("leyla")
    settings.SECRET_KEY = "another"  # noqa: S105
    run_due_jobs()
    assert mail.outbox == []


# --- The link -------------------------------------------------------------------------


def test_the_new_password_works_and_all_sessions_end(django_capture_on_commit_callbacks):
    user = make_user(username="leyla")
    other = Client()
    other.force_login(user)
    link = link_for("leyla")
    with django_capture_on_commit_callbacks(execute=True):
        page = set_password(link)
    assert "Your new password is set. Sign in with it." in page.content.decode()
    assert other.get("/account/").status_code == 302
    assert not StaffSession.objects.exists()
    browser = Client()
    assert sign_in(browser, "leyla").status_code == 200
    assert sign_in(browser, "leyla", NEW).status_code == 302
    assert AuditEntry.objects.filter(action="account.password_reset", target_id=str(user.pk)).count() == 1
    run_due_jobs()
    assert mail.outbox[-1].subject == "Your password was set anew"


def test_the_link_works_once():
    make_user(username="leyla")
    link = link_for("leyla")
    set_password(link)
    assert "does not work any more" in Client().get(link, follow=True).content.decode()


def test_opening_the_link_uses_nothing_up_and_hides_the_key_from_the_address():
    make_user(username="leyla")
    link = link_for("leyla")
    Client().get(link)
    browser = Client()
    response = browser.get(link, follow=True)
    assert response.request["PATH_INFO"].endswith("/set-password/")
    assert response["Referrer-Policy"] == "same-origin"
    assert "Set the new password" in response.content.decode()


def change_password(user):
    user.set_password("another-password-entirely")
    user.save()


def change_address(user):
    User.objects.filter(pk=user.pk).update(email="another@example.org")


def deactivate(user):
    User.objects.filter(pk=user.pk).update(is_active=False)


def end_sessions(user):
    browser = Client()
    browser.force_login(user)
    browser.post("/account/devices/", {"session": "others"})


@pytest.mark.parametrize("change", [change_password, change_address, deactivate, end_sessions])
def test_a_change_of_the_account_ends_the_link(change):
    user = make_user(username="leyla")
    link = link_for("leyla")
    change(user)
    assert "does not work any more" in Client().get(link, follow=True).content.decode()


def test_a_link_that_was_opened_ends_as_well():
    user = make_user(username="leyla")
    link = link_for("leyla")
    browser = Client()
    opened = browser.get(link, follow=True).request["PATH_INFO"]
    deactivate(user)
    browser.post(opened, {"new_password1": NEW, "new_password2": NEW})
    user.refresh_from_db()
    assert not user.check_password(NEW)


def test_the_link_works_for_two_hours(settings):
    make_user(username="leyla")
    link = link_for("leyla")
    settings.PASSWORD_RESET_TIMEOUT = -1
    assert "does not work any more" in Client().get(link, follow=True).content.decode()


@pytest.mark.parametrize(
    "made_up", ["MQ/abc-def/", "MQ/set-password/", "x/y/", "OTk5OTk5OTk5OTk5OTk5OTk5OTk5/a-b/", "%00/%00/", "MQ/a-b-c/"]
)
def test_a_made_up_link_is_none(made_up):
    make_user(pk=1)
    response = Client().get(f"/account/password/new/{made_up}", follow=True)
    assert "does not work any more" in response.content.decode()


def test_the_page_of_a_link_tells_strangers_nothing_of_whoever_it_might_be_for():
    make_user(pk=1, username="leyla", interface_language="ar")
    known, unknown = (Client().get(f"/account/password/new/{number}/a-b/") for number in ("MQ", "Mg"))
    assert known.content == unknown.content


def test_the_second_factor_is_asked_for_as_ever():
    user = make_user(username="leyla")
    add_app(user)
    set_password(link_for("leyla"))
    browser = Client()
    assert sign_in(browser, "leyla", NEW)["Location"] == "/account/second-factor/code/"
    assert not is_in(browser)


def test_a_weak_password_is_refused_by_link_as_well():
    user = make_user(username="leyla")
    page = set_password(link_for("leyla"), "leyla-leyla-leyla").content.decode()
    assert "easy to guess" in page
    user.refresh_from_db()
    assert user.check_password("correct horse battery")


def test_whoever_locked_themselves_out_is_let_in_with_the_new_password(client):
    make_user(username="leyla")
    sign_in(client, "leyla")
    client.post("/account/logout/")
    for browser in (client, *(Client() for _number in range(12))):
        for _number in range(12 if browser is client else 1):
            sign_in(browser, "leyla", "wrong")
    set_password(link_for("leyla"), browser=client)
    assert sign_in(client, "leyla", NEW).status_code == 302
    assert type_password_again(client, NEW).status_code == 302
