"""From the invitation to the account: one link, used once, that gives no more than whoever sent it may give."""

import re
import smtplib
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.mail.backends.locmem import EmailBackend
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from accounts import invitations, workflow
from accounts.accepting import PER_ADDRESS
from accounts.models import AuditEntry, Invitation, LockDown, RoleAssignment, User
from tests.builders import make_category, make_staff, make_superuser, make_user
from tests.jobs import run_due_jobs

pytestmark = pytest.mark.django_db

Role = RoleAssignment.Role

PASSWORD = "teapot gravel nineteen umbrella"
ANSWERS = {
    "username": "nujin",
    "display_name": "Nûjîn",
    "interface_language": "ku",
    "password": PASSWORD,
    "password_again": PASSWORD,
}
PAGE = "/account/invitation/"


@pytest.fixture
def invite(django_capture_on_commit_callbacks):
    """Invites somebody and sends the mail; returns the invitation and the path of its link."""

    def invited(*, by=None, **facts):
        facts = {"email": "nujin@example.org", "role": "reporter", "interface_language": "en"} | facts
        with django_capture_on_commit_callbacks(execute=True):
            invitation = workflow.invite(by=by or make_staff("admin"), **facts)
        return invitation, sent_link()

    return invited


def sent_link():
    run_due_jobs()
    return re.search(r"/account/invitation/\S+", mail.outbox[-1].body)[0]


def accept(client, link, **answers):
    client.get(link)
    return client.post(PAGE, ANSWERS | answers)


def problems(response):
    return response.context["form"].errors


# --- The mail -------------------------------------------------------------------------


def test_the_mail_says_who_invites_to_what_and_until_when_in_the_language_that_was_chosen(invite):
    by = make_staff("admin", display_name="Leyla Demir")
    section = make_category(name_tr="Kültür")
    invite(by=by, role="publisher", languages=["ar"], sections=[section], display_name="Nûjîn", interface_language="tr")
    message = mail.outbox[-1]
    assert message.to == ["nujin@example.org"]
    assert message.extra_headers["Content-Language"] == "tr"
    for words in ("Leyla Demir", "Nûjîn", "العربية", "Kültür", "127.0.0.1:8000"):
        assert words in message.body
    until = timezone.localtime(Invitation.objects.get().expires_at)
    assert f"{until:%H:%M}" in message.body


def test_no_name_breaks_out_of_its_line(invite):
    by = make_staff("admin", display_name="Leyla\r\nBcc: everybody@example.org")
    invite(by=by, display_name="N\nX-Evil: yes")
    message = mail.outbox[-1]
    assert not [line for line in message.body.splitlines() if line.startswith(("Bcc", "X-Evil"))]
    assert "Bcc" not in message.message()


def test_the_link_is_known_to_the_mail_alone(invite):
    invitation, link = invite()
    token = link.rstrip("/").rpartition("/")[2]
    assert len(token) >= 43  # 256 bits in base64
    invitation.refresh_from_db()
    assert invitation.token_hash == invitations.hash_of(token)
    stored = [row for model in (Invitation, DBTaskResult, AuditEntry, Session) for row in model.objects.values()]
    assert token not in repr(stored)


def test_before_the_mail_is_sent_no_link_works(client):
    invitation = workflow.invite(
        email="nujin@example.org", role="reporter", interface_language="en", by=make_staff("admin")
    )
    assert invitation.sent_at is None
    client.get(f"/account/invitation/{invitation.token_hash}/")
    assert client.get(PAGE).status_code == 404


def test_a_mail_that_is_refused_is_sent_later_with_a_new_link(invite, monkeypatch):
    def refuse(self, messages):
        raise smtplib.SMTPServerDisconnected("no")

    monkeypatch.setattr(EmailBackend, "send_messages", refuse)
    with pytest.raises(IndexError):
        invite()
    invitation = Invitation.objects.get()
    assert invitation.sent_at is None
    monkeypatch.undo()
    assert not DBTaskResult.objects.ready().exists()  # it waits a while
    DBTaskResult.objects.update(run_after=timezone.now())
    link = sent_link()
    assert len(mail.outbox) == 1
    assert link


def test_a_job_that_runs_twice_sends_one_mail(invite):
    invitation, _link = invite()
    invitations.send_invitation.func(invitation.pk)
    assert len(mail.outbox) == 1


@pytest.mark.parametrize("end", ["revoked", "expired"])
def test_a_mail_that_comes_too_late_is_not_sent(end):
    invitation = workflow.invite(
        email="nujin@example.org", role="reporter", interface_language="en", by=make_staff("admin")
    )
    if end == "revoked":
        workflow.revoke_invitation(invitation, by=make_staff("admin"))
    else:
        Invitation.objects.update(expires_at=timezone.now())
    invitations.send_invitation.func(invitation.pk)
    assert mail.outbox == []


# --- Accepting ------------------------------------------------------------------------


def test_accepting_makes_the_account_with_its_roles_and_leads_to_signing_in(client, invite):
    sections = [make_category(), make_category()]
    by = make_staff("admin")
    invitation, link = invite(by=by, role="publisher", languages=["ar", "tr"], sections=sections)
    response = accept(client, link)
    assert response["Location"].startswith("/account/login/")
    person = User.objects.get(username="nujin")
    assert (person.email, person.display_name, person.interface_language) == ("nujin@example.org", "Nûjîn", "ku")
    assert (person.is_staff, person.is_active, person.is_superuser) == (True, True, False)
    assert person.check_password(PASSWORD)
    roles = set(person.role_assignments.values_list("role", "language", "category"))
    assert roles == {("publisher", code, section.pk) for code in ("ar", "tr") for section in sections}
    invitation.refresh_from_db()
    assert (invitation.state, invitation.account) == (Invitation.State.ACCEPTED, person)
    assert "Your account is made" in client.get(response["Location"]).content.decode()
    told = list(AuditEntry.objects.order_by("pk").values_list("action", "actor"))
    assert told == [
        ("invitation.sent", by.pk),
        ("account.created", person.pk),
        ("invitation.accepted", person.pk),
    ]


def test_the_address_of_the_page_holds_no_token_and_tells_nobody_where_one_came_from(client, invite):
    _invitation, link = invite()
    response = client.get(link)
    assert (response.status_code, response["Location"]) == (302, PAGE)
    assert response["Referrer-Policy"] == "no-referrer"
    assert "no-store" in response["Cache-Control"]
    token = link.rstrip("/").rpartition("/")[2]
    assert token not in client.get(PAGE).content.decode()
    assert token not in repr(dict(client.session))


def test_opening_the_link_uses_nothing_up(client, invite):
    _invitation, link = invite()
    for _ in range(3):
        client.get(link)
        client.head(link)
    assert accept(client, link).status_code == 302


def test_the_page_speaks_the_language_of_the_invitation_or_the_one_that_is_asked_for(client, invite):
    _invitation, link = invite(interface_language="ar")
    client.get(link)
    assert 'lang="ar" dir="rtl"' in client.get(PAGE).content.decode()
    assert 'lang="tr"' in client.get(f"{PAGE}?language=tr").content.decode()


def test_a_link_works_once(client, invite):
    _invitation, link = invite()
    accept(client, link)
    response = accept(client, link, username="another")
    assert response.status_code == 404
    assert "does not work any more" in response.content.decode()
    assert User.objects.filter(email="nujin@example.org").count() == 1


@pytest.mark.parametrize("end", ["revoked", "expired", "resent", "unknown"])
def test_a_dead_link_leads_to_one_page_that_tells_nothing(client, invite, end):
    invitation, link = invite(role="publisher", display_name="Nûjîn")
    if end == "revoked":
        workflow.revoke_invitation(invitation, by=make_staff("admin"))
    elif end == "expired":
        Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    elif end == "resent":
        workflow.resend_invitation(invitation, by=make_staff("admin"))
    else:
        link = link[:-5] + "AAAA/"
    response = accept(client, link)
    page = response.content.decode()
    assert response.status_code == 404
    assert "does not work any more" in page
    assert not [word for word in ("publisher", "Nûjîn", "nujin@example.org") if word in page]
    assert not User.objects.filter(email="nujin@example.org").exists()


def test_a_dead_link_ends_what_an_earlier_one_began(client, invite):
    _invitation, link = invite()
    client.get(link)
    client.get("/account/invitation/nothing/")
    assert client.get(PAGE).status_code == 404


def test_it_expires_while_the_page_is_open(client, invite):
    _invitation, link = invite()
    client.get(link)
    Invitation.objects.update(expires_at=timezone.now())
    assert client.post(PAGE, ANSWERS).status_code == 404
    assert not User.objects.filter(username="nujin").exists()


@pytest.mark.parametrize("change", ["deactivated", "demoted", "deleted"])
def test_an_invitation_holds_no_longer_than_its_inviter_may_invite(client, invite, change):
    by = make_staff("admin")
    _invitation, link = invite(by=by)
    client.get(link)
    if change == "deactivated":
        workflow.deactivate(by, by=make_staff("admin"))
    elif change == "demoted":
        workflow.set_roles(by, [(Role.EDITOR, None, None)], by=make_staff("admin"))
    else:
        by.delete()
    response = client.post(PAGE, ANSWERS)
    assert "may no longer invite people" in response.content.decode()
    assert not User.objects.filter(username="nujin").exists()


def test_another_admin_sends_it_again_and_answers_for_it(client, invite, django_capture_on_commit_callbacks):
    by, other = make_staff("admin"), make_staff("admin")
    invitation, _link = invite(by=by)
    workflow.deactivate(by, by=other)
    with django_capture_on_commit_callbacks(execute=True):
        workflow.resend_invitation(invitation, by=other)
    assert accept(client, sent_link()).status_code == 302
    assert Invitation.objects.get().invited_by == other


def test_a_section_that_was_deleted_opens_no_other(client, invite):
    section = make_category()
    _invitation, link = invite(sections=[section])
    section.delete()
    assert "section" in accept(client, link).content.decode()
    assert not User.objects.filter(username="nujin").exists()


@pytest.mark.parametrize(
    ("answers", "field"),
    [
        ({"username": "LEYLA"}, "username"),
        ({"username": "a@b.example"}, "username"),
        ({"username": ""}, "username"),
        ({"display_name": ""}, "display_name"),
        ({"interface_language": "xx"}, "interface_language"),
        ({"password_again": "another one entirely"}, "password_again"),
        ({"password": "short", "password_again": "short"}, "password"),
        ({"password": "password1234", "password_again": "password1234"}, "password"),
        ({"password": "nujin@example.org", "password_again": "nujin@example.org"}, "password"),
    ],
)
def test_wrong_answers_are_told_at_their_field_and_the_link_still_works(client, invite, answers, field):
    make_user(username="leyla")
    _invitation, link = invite()
    response = accept(client, link, **answers)
    assert list(problems(response)) == [field]
    assert PASSWORD not in response.content.decode()
    assert accept(client, link).status_code == 302


def test_more_than_was_offered_cannot_be_sent(client, invite):
    _invitation, link = invite()
    accept(client, link, role="admin", is_superuser="on", email="else@example.org", languages=["en"])
    person = User.objects.get(username="nujin")
    assert (person.is_superuser, person.email) == (False, "nujin@example.org")
    assert list(person.role_assignments.values_list("role", "language")) == [("reporter", None)]


def test_whoever_is_signed_in_there_is_signed_out(client, invite):
    by = make_staff("admin")
    _invitation, link = invite(by=by)
    client.force_login(by)
    client.get(link)
    assert "is signed in on this device" in client.get(PAGE).content.decode()
    client.post(PAGE, ANSWERS)
    assert client.get("/admin/").status_code == 302


def test_links_are_not_tried_out_without_end(client, invite):
    _invitation, link = invite()
    for number in range(PER_ADDRESS.count):
        assert client.get(f"/account/invitation/{number}/").status_code == 302
    assert client.get("/account/invitation/x/").status_code == 429
    assert client.get(link).status_code == 429
    assert client.get(link, REMOTE_ADDR="198.51.100.7").status_code == 302


# --- Inviting -------------------------------------------------------------------------


@pytest.mark.parametrize("email", ["leyla@example.org", "Leyla@Example.ORG"])
@pytest.mark.parametrize("is_active", [True, False])
def test_nobody_is_invited_who_has_an_account(email, is_active):
    make_user(email="leyla@example.org", is_active=is_active)
    words = "Change its roles" if is_active else "Activate it again"
    with pytest.raises(ValidationError, match=words):
        workflow.invite(email=email, role="reporter", interface_language="en", by=make_staff("admin"))


def test_an_open_invitation_is_sent_again_not_twice(invite):
    invitation, _link = invite()
    with pytest.raises(ValidationError, match="Send that one again"):
        invite(email="NUJIN@example.org")
    Invitation.objects.update(expires_at=timezone.now())
    again, _link = invite()
    assert again != invitation


def test_an_admin_is_one_everywhere():
    with pytest.raises(ValidationError, match="everywhere"):
        workflow.invite(
            email="nujin@example.org", role="admin", languages=["ar"], interface_language="en", by=make_superuser()
        )


def test_what_is_over_is_neither_sent_again_nor_taken_back(client, invite):
    invitation, link = invite()
    accept(client, link)
    for step in (workflow.resend_invitation, workflow.revoke_invitation):
        with pytest.raises(ValidationError, match="already"):
            step(invitation, by=make_staff("admin"))


@pytest.mark.parametrize("role", ["reporter", "translator", "editor", "publisher"])
def test_nobody_below_touches_an_invitation(invite, role):
    invitation, _link = invite()
    for step in (workflow.resend_invitation, workflow.revoke_invitation):
        with pytest.raises(PermissionDenied):
            step(invitation, by=make_staff(role))


def test_all_of_it_stands_still_in_a_lock_down(client, invite, django_capture_on_commit_callbacks):
    invitation, link = invite()
    with django_capture_on_commit_callbacks(execute=True):
        workflow.resend_invitation(invitation, by=make_staff("admin"))
    LockDown.objects.create(reason="Somebody got in.")
    by = make_staff("admin")
    for step in (
        lambda: workflow.invite(email="x@example.org", role="reporter", interface_language="en", by=by),
        lambda: workflow.resend_invitation(invitation, by=by),
    ):
        with pytest.raises(ValidationError, match="locked down"):
            step()
    run_due_jobs()
    assert len(mail.outbox) == 1  # the mail waits
    assert not DBTaskResult.objects.ready().exists()

    LockDown.objects.update(is_in_force=False, ended_at=timezone.now())
    DBTaskResult.objects.update(run_after=timezone.now())
    link = sent_link()
    LockDown.objects.create(reason="Again.")
    assert "locked down" in accept(client, link).content.decode()
    assert not User.objects.filter(username="nujin").exists()


# --- In the admin ---------------------------------------------------------------------

INVITE = {"email": "nujin@example.org", "role": "reporter", "interface_language": "ar"}


def signed_in(client, person):
    client.force_login(person)
    return client


def test_an_admin_invites_from_the_list_of_people(client):
    section = make_category()
    signed_in(client, make_staff("admin"))
    assert "Invite somebody" in client.get("/admin/accounts/user/").content.decode()
    assert client.get("/admin/accounts/user/add/")["Location"] == "/admin/accounts/invitation/add/"
    page = client.post(
        "/admin/accounts/invitation/add/", INVITE | {"languages": ["ar"], "sections": [section.pk]}, follow=True
    )
    invitation = Invitation.objects.get()
    assert "is on its way" in page.content.decode()
    assert (invitation.languages, list(invitation.sections.all())) == (["ar"], [section])
    assert not invitation.is_in_all_sections


def test_a_refused_invitation_says_why_and_leads_to_the_open_one(client, invite):
    invitation, _link = invite()
    signed_in(client, make_staff("admin"))
    page = client.post("/admin/accounts/invitation/add/", INVITE).content.decode()
    assert "has an open invitation" in page
    assert f"/admin/accounts/invitation/{invitation.pk}/change/" in page


def test_an_invitation_is_sent_again_and_taken_back_by_buttons(client, invite):
    invitation, _link = invite()
    signed_in(client, make_staff("admin"))
    url = f"/admin/accounts/invitation/{invitation.pk}"
    assert client.get(f"{url}/resend/do/").status_code == 302
    invitation.refresh_from_db()
    assert invitation.sent_at is not None  # asking alone does nothing
    assert "earlier link does not work" in client.post(f"{url}/resend/do/", follow=True).content.decode()
    assert "is taken back" in client.post(f"{url}/revoke/do/", follow=True).content.decode()
    page = client.get(f"{url}/change/").content.decode()
    assert "resend/do" not in page
    assert client.post(f"{url}/resend/do/", follow=True).status_code == 200
    invitation.refresh_from_db()
    assert invitation.state == Invitation.State.REVOKED


@pytest.mark.parametrize("role", ["reporter", "translator", "editor", "publisher"])
@pytest.mark.parametrize("address", ["", "add/", "{pk}/change/", "{pk}/resend/do/", "{pk}/revoke/do/", "{pk}/delete/"])
def test_others_have_no_door_to_invitations(client, invite, role, address):
    invitation, _link = invite()
    signed_in(client, make_staff(role))
    url = f"/admin/accounts/invitation/{address.format(pk=invitation.pk)}"
    assert client.get(url).status_code == 403
    assert client.post(url, INVITE | {"email": "another@example.org"}).status_code == 403
    assert Invitation.objects.count() == 1


def test_an_admin_deletes_and_edits_none_either(client, invite):
    invitation, _link = invite()
    signed_in(client, make_superuser())
    url = f"/admin/accounts/invitation/{invitation.pk}"
    assert client.post(f"{url}/delete/", {"post": "yes"}).status_code == 403
    client.post(f"{url}/change/", INVITE | {"role": "admin"})
    client.post("/admin/accounts/invitation/", {"action": "delete_selected", "_selected_action": [invitation.pk]})
    invitation.refresh_from_db()
    assert invitation.role == "reporter"


def test_hashes_of_links_cannot_be_guessed_through_the_list(client, invite):
    invitation, _link = invite()
    signed_in(client, make_superuser())
    invitation.refresh_from_db()
    response = client.get(f"/admin/accounts/invitation/?token_hash__startswith={invitation.token_hash[:2]}")
    assert response.status_code in {302, 400}


def test_the_list_of_invitations_asks_as_often_for_many_as_for_few(client, django_assert_max_num_queries):
    by = signed_in(client, make_superuser()) and User.objects.get()
    sections = [make_category(), make_category()]
    for number in range(30):
        workflow.invite(
            email=f"p{number}@example.org", role="editor", interface_language="en", sections=sections, by=by
        )
    with django_assert_max_num_queries(14):
        assert client.get("/admin/accounts/invitation/").status_code == 200
