"""The lock-down: what it ends, what it stops, what stays possible, and how two admins open the newsroom again."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from accounts import workflow as accounts
from accounts.models import AuditEntry, LockDown, StaffSession, User
from articles.models import ArticleEdition
from articles.workflow import show_byline_again, withdraw_byline
from desk import lockdown
from media_library import workflow as media
from pages.models import BreakingLine
from publishing import workflow
from publishing.models import Version
from tests.builders import (
    in_minutes,
    make_article,
    make_byline,
    make_page,
    make_picture,
    make_staff,
    make_superuser,
    picture_file,
    publish,
    write,
)
from tests.desk.forms import change_url, open_form, send
from tests.jobs import run_due_jobs

pytestmark = pytest.mark.django_db

SCREEN = "/admin/desk/lockdown/"
PASSWORD = "correct horse battery"


def signed_in(person):
    client = Client()
    # As they are now: a lock-down has counted their sessions on.
    client.force_login(User.objects.get(pk=person.pk))
    return client


def shut(**facts):
    return lockdown.start(**({"by": None, "reason": "An account was taken over."} | facts))


def press(client, **answers):
    """Sends one of the screen's buttons, and the password when it is asked for; returns where that ends."""
    response = client.post(SCREEN, answers)
    if response.status_code == 302 and "/account/" in response["Location"]:
        response = client.post(response["Location"], {"password": PASSWORD})
    return client.get(response["Location"]) if response.status_code == 302 else response


def is_shut():
    return LockDown.now() is not None


# --- What it ends ----------------------------------------------------------------------


def test_one_button_ends_all_sessions_but_ones_own():
    me, colleague = make_staff("admin"), make_staff("publisher")
    mine, theirs = signed_in(me), signed_in(colleague)
    my_other = signed_in(me)
    page = press(mine, action="start", reason="Somebody is in.")
    assert "The newsroom is locked down" in page.content.decode()
    assert is_shut()
    assert mine.get("/admin/").status_code == 200
    assert theirs.get("/admin/").status_code == 302
    assert my_other.get("/admin/").status_code == 302
    assert StaffSession.objects.count() == Session.objects.count() == 1


def test_an_old_cookie_does_not_work_after_reopening_either():
    colleague = make_staff("publisher")
    client = signed_in(colleague)
    shut()
    lockdown.release_by_operator([make_staff("admin"), make_staff("admin")])
    assert client.get("/admin/").status_code == 302


def test_the_password_is_asked_for_first_and_the_reason_is_not_lost():
    client = signed_in(make_staff("admin"))
    response = client.post(SCREEN, {"action": "start", "reason": "Somebody is in."})
    assert not is_shut()
    client.post(response["Location"], {"password": "wrong"})
    assert not is_shut()
    client.post(response["Location"], {"password": PASSWORD})
    assert LockDown.now().reason == "Somebody is in."


def test_staff_can_sign_in_meanwhile_and_see_why_on_every_page(django_assert_max_num_queries):
    reporter = make_staff("reporter")
    client = signed_in(reporter)
    client.get("/admin/desk/notices/")
    with django_assert_max_num_queries(60) as before:
        assert "An account was taken over." not in client.get("/admin/desk/notices/").content.decode()
    shut(by=make_staff("admin", display_name="Leyla"))
    client = signed_in(reporter)
    client.get("/admin/desk/notices/")
    with django_assert_max_num_queries(60) as during:
        page = client.get("/admin/desk/notices/").content.decode()
    assert "An account was taken over." in page
    assert "Leyla" in page
    # The reason is one query; that there is a lock-down, none.
    assert len(during) <= len(before) + 1


def test_what_is_scheduled_is_taken_back_and_listed_with_its_former_times():
    admin = make_staff("admin")
    first, changed, waiting = make_article(title_ar="أول"), make_article(title_ar="ثان"), make_article(title_ar="ث")
    at, until = in_minutes(60), in_minutes(90)
    workflow.schedule(first, language="ar", by=None, at=at, until=until)
    publish(changed, "ar")
    write(changed, "ar", title="جديد")
    workflow.schedule(changed, language="ar", by=None, at=at)
    waiting.release_policy, waiting.title_tr = "source_first", "Üç"
    waiting.save()
    write(waiting, "tr")
    workflow.publish(waiting, language="tr", by=None)
    page = make_page()
    workflow.schedule(page, language="en", by=None, at=at)

    lock_down = shut(by=admin)

    later = in_minutes(120)
    public = ArticleEdition.objects.published_in_any_language(at=later)
    assert [edition.live.title for edition in public] == ["ثان"]
    assert not page.editions.published_in_any_language(at=later).exists()
    plans = lockdown.plans_taken_back(lock_down)
    times = {(plan["title"], str(plan["kind"])): (plan["at"], plan["until"]) for plan in plans}
    assert len(plans) == 4
    assert times[("أول", "was to be published")] == (at, until)
    assert times[("جديد", "changes were to go live")] == (at, None)
    assert times[("Üç", "waited for other languages")] == (None, None)
    shown = signed_in(admin).get(SCREEN).content.decode()
    assert "أول" in shown
    assert "was to be published" in shown


def test_nothing_goes_live_by_itself_when_it_is_over():
    article = make_article(title_ar="أول")
    workflow.schedule(article, language="ar", by=None, at=in_minutes(1))
    shut()
    lockdown.release_by_operator([make_staff("admin"), make_staff("admin")])
    workflow.settle(at=in_minutes(10))
    run_due_jobs()
    assert not ArticleEdition.objects.published_in_any_language(at=in_minutes(10)).exists()


def test_planned_withdrawals_stay_planned():
    article = publish(make_article(title_ar="أول"), "ar")
    workflow.withdraw(article, language="ar", by=None, at=in_minutes(5))
    shut()
    assert not ArticleEdition.objects.published_in_any_language(at=in_minutes(6)).exists()


# --- What it stops ----------------------------------------------------------------------


def test_nothing_is_published_scheduled_or_retracted_and_approval_lets_nothing_out():
    publisher = make_staff("publisher")
    out = publish(make_article(title_ar="أول"), "ar")
    write(out, "ar", title="مشوه")
    pair = make_article(title_ar="أ", title_tr="B", release_policy="together")
    for language in ("ar", "tr"):
        write(pair, language)
    workflow.submit(pair, language="ar", by=None)
    workflow.submit(pair, language="tr", by=None)
    workflow.approve(pair, language="ar", by=None)
    shut()
    for step, facts in {
        workflow.publish: {"change": "update"},
        workflow.schedule: {"at": in_minutes(5)},
        workflow.reschedule: {"at": in_minutes(5)},
        workflow.retract: {"note": "wrong"},
    }.items():
        for by in (publisher, None, make_superuser()):
            with pytest.raises(ValidationError, match="locked down"):
                step(out, language="ar", by=by, **facts)
    assert workflow.approve(pair, language="tr", by=None).state == "approved"
    assert ArticleEdition.objects.published_in_any_language().count() == 1


def test_writing_submitting_and_withdrawing_go_on():
    publisher, reporter = make_staff("publisher"), make_staff("reporter")
    out, draft = publish(make_article(title_ar="أول"), "ar"), make_article(title_ar="")
    shut()
    client, url = signed_in(reporter), change_url(draft)
    assert send(client, url, open_form(client, url), title_ar="خبر").status_code == 302
    draft.refresh_from_db()
    assert draft.title_ar == "خبر"
    workflow.submit(draft, language="ar", by=reporter)
    workflow.withdraw(out, language="ar", by=publisher)
    assert not ArticleEdition.objects.published_in_any_language().exists()


def test_accounts_are_not_changed():
    admin, person = make_staff("admin"), make_staff("editor")
    shut()
    for change in (
        lambda: accounts.set_roles(person, [("admin", None, None)], by=admin),
        lambda: accounts.deactivate(person, by=admin),
        lambda: accounts.invite(email="x@example.org", role="reporter", interface_language="en", by=admin),
    ):
        with pytest.raises(ValidationError, match="locked down"):
            change()


@pytest.mark.parametrize("app_model", ["pages/breakingline", "pages/menuitem", "articles/category", "publishing/tag"])
def test_what_readers_would_see_at_once_has_no_form_meanwhile(app_model):
    shut()
    client = signed_in(make_superuser())
    assert client.get(f"/admin/{app_model}/").status_code == 200
    assert client.get(f"/admin/{app_model}/add/").status_code == 403
    assert client.post(f"/admin/{app_model}/add/", {"text_en": "defaced"}).status_code == 403
    assert not BreakingLine.objects.exists()


def test_pictures_that_readers_see_are_neither_replaced_nor_uncovered():
    picture = make_picture()
    shut()
    with pytest.raises(ValidationError, match="locked down"):
        media.replace_file(picture, picture_file(), by=None)


def test_a_byline_can_be_withdrawn_but_not_shown_again():
    byline, publisher = make_byline(), make_staff("publisher")
    shut()
    withdraw_byline(byline, by=publisher)
    with pytest.raises(ValidationError, match="locked down"):
        show_byline_again(byline, by=publisher)


# --- Opening it again ----------------------------------------------------------------------


def test_two_admins_open_it_each_with_their_password():
    one, other = make_staff("admin", display_name="Leyla"), make_staff("admin")
    shut(by=one)
    first, second = signed_in(one), signed_in(other)
    page = press(first, action="ask", note="The account is shut now.").content.decode()
    assert "Another admin must confirm it on this page" in page
    assert "Open the newsroom again" not in page
    assert is_shut()
    assert "The account is shut now." in second.get(SCREEN).content.decode()
    response = second.post(SCREEN, {"action": "confirm"})
    assert "/account/" in response["Location"]
    assert is_shut()
    press(second, action="confirm")
    assert not is_shut()
    publish(make_article(title_ar="أول"), "ar")


def test_nobody_confirms_their_own_request_and_nobody_confirms_without_one():
    one, other = make_staff("admin"), make_staff("admin")
    shut()
    with pytest.raises(ValidationError, match="Nobody has asked"):
        lockdown.confirm_release(by=other)
    lockdown.ask_release(by=one)
    with pytest.raises(ValidationError, match="asked yourself"):
        lockdown.confirm_release(by=one)
    with pytest.raises(ValidationError, match="asked already"):
        lockdown.ask_release(by=other)
    assert is_shut()


def test_the_request_of_somebody_who_is_no_admin_any_more_counts_for_nothing():
    one, other, third = make_staff("admin"), make_staff("admin"), make_staff("admin")
    shut()
    lockdown.ask_release(by=one)
    one.is_active = False
    one.save()
    with pytest.raises(ValidationError, match="no admin any more"):
        lockdown.confirm_release(by=other)
    lockdown.ask_release(by=other)
    lockdown.confirm_release(by=third)
    assert not is_shut()


@pytest.mark.parametrize("role", ["reporter", "editor", "publisher"])
def test_only_admins_lock_down_see_the_screen_and_open_again(role):
    person = make_staff(role)
    with pytest.raises(PermissionDenied):
        lockdown.start(by=person, reason="x")
    shut()
    for attempt in (lockdown.ask_release, lockdown.confirm_release):
        with pytest.raises(PermissionDenied):
            attempt(by=person)
    client = signed_in(person)
    assert client.get(SCREEN).status_code == 403
    assert client.post(SCREEN, {"action": "ask"}).status_code == 403


def test_there_is_one_lock_down_at_a_time_and_it_has_a_reason():
    with pytest.raises(ValidationError):
        shut(reason="  ")
    shut()
    with pytest.raises(ValidationError, match="already"):
        shut()
    assert LockDown.objects.count() == 1


def test_all_admins_are_told_by_mail_when_it_begins_and_ends(django_capture_on_commit_callbacks):
    one, other = make_staff("admin", interface_language="tr"), make_staff("admin")
    make_staff("publisher")
    with django_capture_on_commit_callbacks(execute=True):
        shut(by=one)
    run_due_jobs()
    assert sorted(to for sent in mail.outbox for to in sent.to) == sorted([one.email, other.email])
    assert all("An account was taken over." in sent.body for sent in mail.outbox)
    with django_capture_on_commit_callbacks(execute=True):
        lockdown.ask_release(by=one)
        lockdown.confirm_release(by=other)
    run_due_jobs()
    assert len(mail.outbox) == 4


def test_the_log_tells_who_began_asked_and_confirmed():
    one, other = make_staff("admin"), make_staff("admin")
    shut(by=one)
    lockdown.ask_release(by=one, note="over")
    lockdown.confirm_release(by=other)
    logged = AuditEntry.objects.filter(action__startswith="lockdown.").order_by("pk").values_list("action", "actor")
    assert list(logged) == [
        ("lockdown.started", one.pk),
        ("lockdown.release_asked", one.pk),
        ("lockdown.ended", other.pk),
    ]


# --- By command ----------------------------------------------------------------------------


def test_an_operator_locks_down_and_opens_again_in_the_name_of_two_admins(capsys):
    one, other = make_staff("admin"), make_staff("admin")
    client = signed_in(one)
    call_command("lock_down", reason="The server was broken into.")
    assert is_shut()
    assert client.get("/admin/").status_code == 302
    for names in ([], [one.username], [one.username, one.username], [one.username, make_staff("editor").username]):
        with pytest.raises(CommandError, match="2 different active admins"):
            call_command("lock_down", release=True, by=names)
    call_command("lock_down", release=True, by=[one.username, other.email])
    assert not is_shut()
    assert AuditEntry.objects.get(action="lockdown.ended").actor is None


def test_where_there_is_one_admin_only_the_command_opens_again():
    only = make_staff("admin")
    shut()
    lockdown.ask_release(by=only)
    with pytest.raises(ValidationError):
        lockdown.confirm_release(by=only)
    assert "command lock_down" in signed_in(only).get(SCREEN).content.decode()
    call_command("lock_down", release=True, by=[only.username])
    assert not is_shut()


@pytest.mark.parametrize("wrong", [{}, {"reason": "x", "release": True}, {"reason": "x", "by": ["nobody"]}])
def test_the_command_says_what_it_needs(wrong):
    with pytest.raises(CommandError):
        call_command("lock_down", **wrong)
    assert not is_shut()


def test_a_version_that_was_frozen_for_later_is_kept_in_the_history():
    article = make_article(title_ar="أول")
    workflow.schedule(article, language="ar", by=None, at=timezone.now() + timedelta(hours=1))
    shut()
    edition = article.editions.get()
    assert edition.live is None
    assert edition.versions.filter(kind=Version.Kind.PUBLICATION).count() == 1
