"""Who may do what to whose account: everybody who acts, on everybody there is."""

import pytest
from django.contrib.auth.models import Permission
from django.core.exceptions import PermissionDenied, ValidationError

from accounts import workflow
from accounts.models import RoleAssignment, User
from accounts.roles import PERMISSIONS
from accounts.standing import active_admins, grantable_roles, is_above, may_invite, may_manage
from tests.builders import make_category, make_staff, make_superuser, make_user

pytestmark = pytest.mark.django_db

Role = RoleAssignment.Role

KINDS = ("nobody", *Role.values, "superuser")

# Each takes the person whom it is done to and who does it.
ACTIONS = {
    "set_roles": lambda person, by: workflow.set_roles(person, [(Role.TRANSLATOR, "ku", None)], by=by),
    "set_roles_to_none": lambda person, by: workflow.set_roles(person, [], by=by),
    "change_facts": lambda person, by: workflow.change_facts(person, display_name="Another", by=by),
    "deactivate": lambda person, by: workflow.deactivate(person, by=by),
    "reactivate": lambda person, by: workflow.reactivate(person, by=by),
    "reset_factors": lambda person, by: workflow.reset_factors(person, by=by),
    "end_sessions": lambda person, by: workflow.end_sessions(person, by=by),
    "send_reset_link": lambda person, by: workflow.send_reset_link(person, by=by),
}


def make(kind, **facts):
    if kind == "nobody":
        return make_user(**facts)
    return make_superuser(**facts) if kind == "superuser" else make_staff(kind, **facts)


def state_of(person):
    roles = set(person.role_assignments.values_list("role", "language", "category"))
    return User.objects.filter(pk=person.pk).values().get(), roles


@pytest.mark.parametrize("target", KINDS)
@pytest.mark.parametrize("actor", KINDS)
def test_only_admins_and_superusers_change_accounts_and_never_of_those_above(actor, target):
    make_superuser(username="somebody-else")
    by, person = make(actor), make(target)
    is_allowed = actor == "superuser" or (actor == "admin" and target != "superuser")
    for name, action in ACTIONS.items():
        before = state_of(person)
        if is_allowed:
            action(person, by)
            continue
        with pytest.raises(PermissionDenied):
            action(person, by)
        assert state_of(person) == before, name


@pytest.mark.parametrize("kind", KINDS)
def test_nobody_does_it_to_themselves(kind):
    make_superuser(username="somebody-else")
    person = make(kind)
    before = state_of(person)
    for name in ACTIONS.keys() - {"end_sessions"}:
        with pytest.raises(PermissionDenied, match="Nobody changes their own rights"):
            ACTIONS[name](person, person)
        assert state_of(person) == before, name


@pytest.mark.parametrize("actor", KINDS)
def test_only_admins_and_superusers_give_roles_and_invite(actor):
    by, is_allowed = make(actor), actor in {"admin", "superuser"}
    for role in Role:
        person = make_user()
        assert may_invite(by, role) is is_allowed
        if is_allowed:
            assert workflow.set_roles(person, [(role, None, None)], by=by)
            continue
        with pytest.raises(PermissionDenied):
            workflow.set_roles(person, [(role, None, None)], by=by)
        with pytest.raises(PermissionDenied):
            workflow.invite(email="new@example.org", role=role, interface_language="en", by=by)


@pytest.mark.parametrize("actor", [kind for kind in KINDS if kind != "superuser"])
def test_only_superusers_make_superusers(actor):
    by = make(actor)
    for target in KINDS:
        person = make(target)
        with pytest.raises(PermissionDenied):
            workflow.set_powers(person, is_superuser=True, is_staff=True, groups=[], user_permissions=[], by=by)
        person.refresh_from_db()
        assert person.is_superuser is (target == "superuser")


def trusted_editor(**limits):
    """An editor to whom a superuser gave the right to change accounts and to invite, and no more."""
    person = make_staff("editor", **limits)
    names = ("view_user", "change_user", "add_user", "add_invitation", "change_invitation", "view_invitation")
    person.user_permissions.set(Permission.objects.filter(codename__in=names))
    return person


def test_whoever_may_change_accounts_gives_no_role_that_allows_more_than_their_own():
    by = trusted_editor()
    assert set(grantable_roles(by)) == {Role.REPORTER, Role.TRANSLATOR, Role.EDITOR}
    person = make_staff("reporter")
    assert workflow.set_roles(person, [(Role.EDITOR, None, None)], by=by)
    with pytest.raises(PermissionDenied, match="publisher"):
        workflow.set_roles(person, [(Role.PUBLISHER, None, None)], by=by)
    for above in ("publisher", "admin"):
        with pytest.raises(PermissionDenied):
            workflow.deactivate(make_staff(above), by=by)


@pytest.mark.parametrize("limit", ["language", "section"])
def test_a_role_with_a_limit_is_nothing_to_hand_out_without_it(limit):
    by = trusted_editor(**({"language": "ar"} if limit == "language" else {"category": make_category()}))
    assert grantable_roles(by) == []
    assert not may_manage(by, make_staff("reporter"))


def test_a_deactivated_account_keeps_its_standing():
    by, person = trusted_editor(), make_user(is_active=False)
    person.user_permissions.add(Permission.objects.get(codename="publish_article"))
    assert is_above(person, by)
    with pytest.raises(PermissionDenied):
        workflow.reactivate(person, by=by)


def test_whoever_was_deactivated_meanwhile_does_nothing_more():
    make_superuser()
    by, person = make_staff("admin"), make_staff("reporter")
    assert by.has_perm("accounts.change_user")  # asked for, and remembered, before
    User.objects.filter(pk=by.pk).update(is_active=False)
    with pytest.raises(PermissionDenied):
        workflow.deactivate(person, by=by)


def test_whoever_was_demoted_meanwhile_does_nothing_more():
    by, person = make_staff("admin"), make_staff("reporter")
    assert by.has_perm("accounts.change_user")
    by.role_assignments.all().delete()
    with pytest.raises(PermissionDenied):
        workflow.set_roles(person, [(Role.ADMIN, None, None)], by=by)


# --- The last admin -----------------------------------------------------------------


def test_the_last_admin_stays():
    person = make_staff("admin")
    for change in (
        lambda: workflow.deactivate(person, by=None),
        lambda: workflow.set_roles(person, [(Role.EDITOR, None, None)], by=None),
    ):
        with pytest.raises(ValidationError, match="last admin"):
            change()
        assert list(active_admins()) == [User.objects.get(pk=person.pk)]


def test_the_last_superuser_who_is_no_admin_stays_one():
    person = make_superuser()
    with pytest.raises(ValidationError, match="last admin"):
        workflow.set_powers(person, is_superuser=False, is_staff=True, groups=[], user_permissions=[], by=None)
    person.refresh_from_db()
    assert person.is_superuser


def test_admins_who_cannot_sign_in_do_not_count():
    person = make_staff("admin")
    make_staff("admin", is_active=False)
    make_superuser(is_staff=False)
    with pytest.raises(ValidationError, match="last admin"):
        workflow.deactivate(person, by=None)


def test_others_may_go_while_there_is_no_admin():
    person = make_staff("reporter")
    workflow.deactivate(person, by=None)
    assert not User.objects.get(pk=person.pk).is_active


def test_every_role_is_contained_in_admin():
    assert all(PERMISSIONS[role] <= PERMISSIONS[Role.ADMIN] for role in Role)
