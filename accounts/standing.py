"""
Who stands above whom: nobody changes the account of somebody who may do more, nor their own rights.

What somebody gives to others, or may change in them, is measured by what they
may do everywhere: a right in one language is no reason to hand it out in all.
"""

from django.contrib.auth.models import Permission
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import RoleAssignment, User
from accounts.roles import PERMISSIONS

Role = RoleAssignment.Role


def rights_of(user, *, everywhere=False):
    """
    Every permission that somebody has anywhere at all, or only those that no language and no section limits.

    An account that is deactivated keeps its rights for the day on which it is
    activated again; a superuser's stand for all that there are.
    """
    assignments = [entry for entry in user.role_assignments.all() if not everywhere or entry.is_everywhere]
    return given_outside_roles(user).union(*(PERMISSIONS[entry.role] for entry in assignments))


def given_outside_roles(user):
    """The permissions that somebody has by themselves or through a group, which no limit holds in."""
    given = Permission.objects.filter(Q(user=user) | Q(group__user=user))
    names = given.values_list("content_type__app_label", "codename")
    return frozenset(f"{app}.{codename}" for app, codename in names)


def is_above(person, other):
    """Whether `person` may do something, anywhere, that `other` may not do everywhere."""
    if person.is_superuser or other.is_superuser:
        return person.is_superuser and not other.is_superuser
    return not rights_of(person) <= rights_of(other, everywhere=True)


def may_manage(by, person):
    """Whether `by` may change the account of `person`: somebody else's, of no higher standing."""
    return by.pk != person.pk and by.has_perm("accounts.change_user") and not is_above(person, by)


def grantable_roles(by):
    """The roles that `by` may give: those that allow nothing that they may not do themselves, everywhere."""
    if by.is_superuser:
        return list(Role)
    own = rights_of(by, everywhere=True)
    return [role for role in Role if PERMISSIONS[role] <= own]


def may_invite(by, role):
    """Whether `by` may invite somebody to be `role`, or change an invitation to it."""
    return by.has_perm("accounts.add_invitation") and role in grantable_roles(by)


def active_admins():
    """The accounts that can let others in: of admins and superusers, as far as they are active."""
    is_admin = Q(is_superuser=True) | Q(role_assignments__role=Role.ADMIN) | Q(groups__name=Role.ADMIN)
    return User.objects.filter(is_admin, is_active=True, is_staff=True).distinct()


def require_management(by, person):
    """Raises `PermissionDenied` unless `by` may change the account of `person`; None is the system itself."""
    if by is None or may_manage(by, person):
        return
    if by.pk == person.pk:
        raise PermissionDenied(_("Nobody changes their own rights. Ask another admin."))
    raise PermissionDenied(_("You may not change this account: it may do more than yours. Ask an admin of that rank."))


def require_other_admin(person):
    """Raises `ValidationError` if nobody but `person` could let others in."""
    if not active_admins().exclude(pk=person.pk).exists():
        raise ValidationError(
            _("This is the last admin. Make somebody else an admin first, or nobody could manage accounts any more."),
            code="last_admin",
        )
