"""Accounts in the admin: what admins see and change, and what nobody changes by any door."""

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.admin.sites import site
from django.contrib.auth.models import Group, Permission
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import workflow
from accounts.models import AuditEntry, LockDown, RoleAssignment, User
from tests.builders import make_category, make_staff, make_superuser, make_user
from tests.jobs import run_due_jobs

pytestmark = pytest.mark.django_db

Role = RoleAssignment.Role
LIST = "/admin/accounts/user/"
STEPS = ("end-sessions", "send-reset-link", "reset-factors", "deactivate", "activate")


def page_of(person):
    return f"{LIST}{person.pk}/change/"


def step_of(person, step):
    return f"{LIST}{person.pk}/{step}/do/"


def as_(client, person):
    client.force_login(person)
    return client


def rows(*roles, expected=None, initial=0):
    """What the form of roles sends: (role, language, section) each."""
    data = {"form": "roles", "roles-TOTAL_FORMS": len(roles), "roles-INITIAL_FORMS": initial}
    for number, (role, language, section) in enumerate(roles):
        answers = {"role": role, "language": language or "", "section": section.pk if section else ""}
        data |= {f"roles-{number}-{name}": value for name, value in answers.items()}
    return data | {"expected": expected}


def send_roles(client, person, *roles):
    return client.post(page_of(person), rows(*roles, expected=workflow.seal_of(person)), follow=True)


def roles_of(person):
    return set(person.role_assignments.values_list("role", "language", "category"))


def make_factor(person):
    Authenticator.objects.create(user=person, type=Authenticator.Type.RECOVERY_CODES, data={})
    return Authenticator.objects.create(user=person, type=Authenticator.Type.TOTP, data={"secret": "x"})


# --- The list -----------------------------------------------------------------------


def test_the_list_says_who_may_do_what_and_who_has_a_second_factor(client):
    section = make_category(name_en="Culture")
    person = make_staff("editor", display_name="Karim", language="ar", category=section)
    make_factor(person)
    page = as_(client, make_staff("admin")).get(LIST).content.decode()
    assert "Karim" in page
    assert "editor (\u2068العربية\u2069 · \u2068Culture\u2069)" in page
    assert "admin (everywhere)" in page
    assert person.email not in page


def test_people_are_found_by_role_and_by_second_factor(client):
    editor = make_staff("editor", username="edi", display_name="Edi")
    make_staff("reporter", username="repo", display_name="Repo")
    make_user(username="grouped", display_name="Grouped").groups.add(Group.objects.get(name="editor"))
    make_factor(editor)
    as_(client, make_staff("admin", display_name="Boss"))

    def names(query):
        return {person.display_name for person in client.get(f"{LIST}?{query}").context["cl"].queryset}

    assert names("role=editor") == {"Edi", "Grouped"}
    assert names("factor=yes") == {"Edi"}
    assert names("factor=no") == {"Repo", "Grouped", "Boss"}
    assert names("role=nonsense&factor=nonsense") == {"Edi", "Repo", "Grouped", "Boss"}


def test_the_list_asks_as_often_for_many_as_for_few(client, django_assert_max_num_queries):
    section = make_category()
    for _number in range(30):
        make_factor(make_staff("editor", category=section))
    as_(client, make_staff("admin"))
    with django_assert_max_num_queries(16):
        assert client.get(LIST).status_code == 200


@pytest.mark.parametrize("lookup", ["password__startswith=a", "email__startswith=a", "is_superuser__exact=1"])
def test_the_list_cannot_be_asked_for_what_it_does_not_show(client, lookup):
    as_(client, make_superuser())
    assert client.get(f"{LIST}?{lookup}").status_code in {302, 400}


# --- One person ---------------------------------------------------------------------


def test_an_admin_gives_roles_in_languages_and_sections(client):
    section, person = make_category(), make_staff("reporter")
    page = send_roles(as_(client, make_staff("admin")), person, ("editor", "ar", section), ("translator", None, None))
    assert "is changed" in page.content.decode()
    assert roles_of(person) == {("editor", "ar", section.pk), ("translator", None, None)}
    entry = AuditEntry.objects.get(action="account.roles_changed")
    assert (entry.details["before"], entry.target_id) == (["reporter"], str(person.pk))


def test_rows_that_are_removed_or_left_empty_are_no_roles(client):
    person = make_staff("reporter")
    as_(client, make_staff("admin"))
    data = rows(("reporter", None, None), ("", None, None), expected=workflow.seal_of(person), initial=1)
    client.post(page_of(person), data | {"roles-0-DELETE": "on"})
    assert roles_of(person) == set()


def test_a_change_that_somebody_else_made_meanwhile_is_not_undone(client):
    person = make_staff("reporter")
    seen = workflow.seal_of(person)
    workflow.set_roles(person, [(Role.EDITOR, "tr", None)], by=make_staff("admin"))
    page = as_(client, make_staff("admin")).post(
        page_of(person), rows(("publisher", None, None), expected=seen), follow=True
    )
    assert "Somebody else changed these roles" in page.content.decode()
    assert roles_of(person) == {("editor", "tr", None)}


def test_a_form_without_what_was_seen_changes_nothing(client):
    person = make_staff("reporter")
    as_(client, make_staff("admin")).post(page_of(person), rows(("publisher", None, None), expected=""))
    assert roles_of(person) == {("reporter", None, None)}


@pytest.mark.parametrize("limits", [("ar", None), (None, "section")])
def test_an_admin_with_a_limit_is_refused_in_the_form(client, limits):
    language, section = limits[0], limits[1] and make_category()
    person = make_staff("reporter")
    page = send_roles(as_(client, make_staff("admin")), person, ("admin", language, section))
    assert "An admin is one everywhere" in page.content.decode()
    assert roles_of(person) == {("reporter", None, None)}


@pytest.mark.parametrize("wrong", [("owner", None, None), ("editor", "xx", None)])
def test_a_role_that_is_not_offered_is_refused(client, wrong):
    person = make_staff("reporter")
    send_roles(as_(client, make_staff("admin")), person, wrong)
    assert roles_of(person) == {("reporter", None, None)}


def test_an_admin_changes_name_and_language_and_nothing_else(client):
    person = make_staff("reporter", email="old@example.org")
    as_(client, make_staff("admin"))
    answers = {"display_name": "Karim", "interface_language": "ar"}
    extra = {"email": "x@example.org", "username": "x", "is_superuser": "on", "is_active": "", "password": "x"}
    sent = {f"facts-{name}": value for name, value in (answers | extra).items()} | extra | {"form": "facts"}
    before = User.objects.filter(pk=person.pk).values().get()
    client.post(page_of(person), sent)
    after = User.objects.filter(pk=person.pk).values().get()
    assert after == before | answers
    assert AuditEntry.objects.get(action="account.changed").details == {
        "fields": ["display_name", "interface_language"]
    }


def test_wrong_answers_are_told_beside_what_still_holds(client):
    person = make_staff("reporter", display_name="Karim")
    as_(client, make_staff("admin"))
    page = client.post(page_of(person), {"form": "facts", "facts-display_name": "x" * 101}).content.decode()
    assert "at most 100" in page
    assert "<h1>Karim</h1>" in page


def test_e_mail_addresses_are_shown_to_those_who_may_change_accounts(client):
    person, onlooker = make_staff("reporter", email="secret@example.org"), make_user()
    onlooker.user_permissions.add(Permission.objects.get(codename="view_user"))
    assert "secret@example.org" not in as_(client, onlooker).get(page_of(person)).content.decode()
    assert "secret@example.org" in as_(client, make_staff("admin")).get(page_of(person)).content.decode()


def test_the_person_page_asks_as_often_for_many_roles_as_for_few(client, django_assert_max_num_queries):
    people = [make_staff("reporter", category=make_category()) for _number in range(2)]
    for _number in range(8):
        RoleAssignment.objects.create(user=people[1], role="editor", category=make_category())
    as_(client, make_staff("admin"))
    with CaptureQueriesContext(connection) as few:
        client.get(page_of(people[0]))
    with django_assert_max_num_queries(len(few)):
        client.get(page_of(people[1]))


# --- Steps --------------------------------------------------------------------------


def test_deactivating_is_asked_once_more_and_done_by_post(client):
    person = make_staff("reporter")
    as_(client, make_staff("admin"))
    page = client.get(step_of(person, "deactivate")).content.decode()
    assert "cannot sign in any more" in page
    assert User.objects.get(pk=person.pk).is_active
    assert "is deactivated" in client.post(step_of(person, "deactivate"), follow=True).content.decode()
    assert not User.objects.get(pk=person.pk).is_active
    assert "Activate the account again" in client.get(page_of(person)).content.decode()
    client.post(step_of(person, "activate"))
    assert User.objects.get(pk=person.pk).is_active


def test_whoever_lost_their_second_factor_is_told_that_it_was_removed(client, django_capture_on_commit_callbacks):
    person, by = make_staff("reporter", interface_language="tr"), make_staff("admin", display_name="Leyla Demir")
    make_factor(person)
    as_(client, by)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(step_of(person, "reset-factors"))
    run_due_jobs()
    assert not Authenticator.objects.filter(user=person).exists()
    (message,) = mail.outbox
    assert message.to == [person.email]
    assert "Leyla Demir" in message.body
    assert AuditEntry.objects.get(action="account.factors_reset").target_id == str(person.pk)


def test_nobody_sets_the_password_of_others_but_sends_them_a_link(client, django_capture_on_commit_callbacks):
    person = make_staff("reporter")
    as_(client, make_superuser())
    assert client.get(f"{LIST}{person.pk}/password/").status_code in {302, 404}
    with django_capture_on_commit_callbacks(execute=True):
        client.post(step_of(person, "send-reset-link"))
    run_due_jobs()
    (message,) = mail.outbox
    assert (message.to, "/account/password/new/" in message.body) == ([person.email], True)


def test_the_last_admin_is_kept_and_the_page_says_so(client):
    """A superuser goes, and the trusted person who is no admin cannot remove the last admin."""
    admin, trusted = make_staff("admin"), make_superuser()
    User.objects.filter(pk=trusted.pk).update(is_superuser=False)
    trusted.user_permissions.set(Permission.objects.all())
    page = as_(client, trusted).post(step_of(admin, "deactivate"), follow=True).content.decode()
    assert "This is the last admin" in page
    assert User.objects.get(pk=admin.pk).is_active


def test_nothing_is_changed_in_a_lock_down_and_the_page_says_why(client):
    person, by = make_staff("reporter"), make_staff("admin")
    LockDown.objects.create(reason="Somebody got in.")
    as_(client, by)
    assert "locked down" in client.post(step_of(person, "deactivate"), follow=True).content.decode()
    assert "locked down" in send_roles(client, person, ("admin", None, None)).content.decode()
    assert User.objects.get(pk=person.pk).is_active
    assert roles_of(person) == {("reporter", None, None)}


# --- Doors that are shut ------------------------------------------------------------


def everything_sent(person):
    """Every form and button of somebody's page, with answers that would raise them."""
    powers = {"powers-is_superuser": "on", "powers-is_staff": "on"}
    group = Group.objects.get(name="admin")
    yield page_of(person), rows(("admin", None, None), expected=workflow.seal_of(person))
    yield page_of(person), {"form": "facts", "facts-display_name": "Owned", "facts-interface_language": "tr"}
    yield page_of(person), {"form": "powers", "powers-groups": [group.pk]} | powers
    yield page_of(person), {"form": "nonsense"}
    yield page_of(person), {"is_superuser": "on", "groups": [group.pk]}
    for step in STEPS:
        yield step_of(person, step), {}
    yield f"{LIST}{person.pk}/delete/", {"post": "yes"}
    yield f"{LIST}{person.pk}/history/", {}
    yield f"{LIST}{person.pk}/password/", {"password1": "x", "password2": "x"}
    for action in ("delete_selected", "deactivate"):
        yield LIST, {"action": action, "_selected_action": [person.pk], "post": "yes", "index": 0}
    editable = {"form-TOTAL_FORMS": 1, "form-INITIAL_FORMS": 1, "form-0-id": person.pk, "_save": "x"}
    yield LIST, editable | {"form-0-is_superuser": "on"}


def facts_of(person):
    fields = User.objects.filter(pk=person.pk).values().get()
    del fields["last_login"]
    return fields, roles_of(person), set(person.groups.all()), set(person.user_permissions.all())


@pytest.mark.parametrize(
    ("actor", "target"),
    [
        ("reporter", "self"),
        ("publisher", "self"),
        ("admin", "self"),
        ("superuser", "self"),
        ("publisher", "reporter"),
        ("publisher", "admin"),
        ("admin", "superuser"),
    ],
)
def test_nobody_raises_themselves_or_touches_somebody_above_by_any_door(client, actor, target):
    by = make_superuser() if actor == "superuser" else make_staff(actor)
    person = by if target == "self" else make_superuser() if target == "superuser" else make_staff(target)
    as_(client, by)
    before = facts_of(person)
    for url, data in everything_sent(person):
        response = client.post(url, data)
        assert response.status_code < 500, url
        assert facts_of(person) == before, (url, data)


def test_an_admin_offers_no_power_of_superusers_and_takes_none(client):
    person = make_staff("reporter")
    as_(client, make_staff("admin"))
    page = client.get(page_of(person)).content.decode()
    for words in ("superuser", "Superuser", "powers-", "user_permissions"):
        assert words not in page
    response = client.post(page_of(person), {"form": "powers", "powers-is_superuser": "on", "powers-is_staff": "on"})
    assert response.status_code == 403
    assert not User.objects.get(pk=person.pk).is_superuser


def test_a_superuser_gives_power_and_groups(client):
    person, group = make_staff("reporter"), Group.objects.create(name="Archive")
    as_(client, make_superuser())
    sent = {"form": "powers", "powers-is_superuser": "on", "powers-is_staff": "on", "powers-groups": [group.pk]}
    client.post(page_of(person), sent)
    person.refresh_from_db()
    assert (person.is_superuser, list(person.groups.all())) == (True, [group])
    assert AuditEntry.objects.get(action="account.roles_changed").details["after"] == [
        "is_superuser",
        "is_staff",
        "group Archive",
    ]


def test_ones_own_page_says_that_others_change_it(client):
    by = make_staff("admin")
    page = as_(client, by).get(page_of(by)).content.decode()
    assert "Nobody changes their own rights" in page
    assert "person-form" not in page


def test_nobody_is_deleted(client):
    person = make_staff("reporter")
    as_(client, make_superuser())
    assert client.get(f"{LIST}{person.pk}/delete/").status_code == 403
    assert "delete_selected" not in client.get(LIST).content.decode()


@pytest.mark.parametrize("role", ["reporter", "translator", "editor", "publisher"])
def test_other_roles_see_no_accounts(client, role):
    person = make_staff("reporter")
    as_(client, make_staff(role))
    urls = [LIST, f"{LIST}add/", page_of(person), f"{LIST}roles/", f"{LIST}{person.pk}/rights/"]
    for url in [*urls, *(step_of(person, step) for step in STEPS)]:
        assert client.get(url).status_code in {302, 403}, url
        assert person.username not in client.get(url, follow=True).content.decode()
    assert "/admin/accounts/" not in client.get("/admin/").content.decode()


def test_accounts_are_offered_as_a_choice_to_nobody_who_does_not_see_them(client):
    as_(client, make_staff("publisher"))
    url = reverse("admin:autocomplete")
    asked = {"app_label": "articles", "model_name": "article", "field_name": "created_by", "term": "a"}
    assert client.get(url, asked).status_code == 403


# --- Groups -------------------------------------------------------------------------


def test_groups_are_for_superusers_and_those_of_roles_are_only_looked_at(client):
    mirror, own = Group.objects.get(name="editor"), Group.objects.create(name="Archive")
    as_(client, make_staff("admin"))
    assert client.get("/admin/auth/group/").status_code == 403
    assert client.post(f"/admin/auth/group/{own.pk}/change/", {"name": "x"}).status_code == 403

    as_(client, make_superuser())
    before = set(mirror.permissions.all())
    client.post(f"/admin/auth/group/{mirror.pk}/change/", {"name": "x", "permissions": []})
    client.post(f"/admin/auth/group/{mirror.pk}/delete/", {"post": "yes"})
    client.post(
        "/admin/auth/group/", {"action": "delete_selected", "_selected_action": [mirror.pk, own.pk], "post": "yes"}
    )
    mirror.refresh_from_db()
    assert (mirror.name, set(mirror.permissions.all())) == ("editor", before)
    client.post(f"/admin/auth/group/{own.pk}/change/", {"name": "Archives", "permissions": []})
    assert Group.objects.filter(name="Archives").exists()


def test_the_admin_of_accounts_saves_no_row_by_itself():
    assert site.get_model_admin(User).actions is None
    assert not site.get_model_admin(User).list_editable
