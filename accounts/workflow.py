"""
What happens to accounts, from the invitation to the deactivation.

Each is one function: lock-down, permission, change, log entry, then what must
wait for the commit. The admin, commands and jobs call these. `by` is the
account that acts; None is the system itself (a command).
"""

import hashlib

from allauth.mfa.models import Authenticator
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts import invitations, mails, reset, sessions
from accounts.audit import address_of, record
from accounts.lockdown import check_open
from accounts.models import Invitation, RoleAssignment, User
from accounts.standing import (
    active_admins,
    grantable_roles,
    may_invite,
    require_management,
    require_other_admin,
)

Role = RoleAssignment.Role


# --- Invitations ------------------------------------------------------------------


@transaction.atomic
def invite(*, email, role, languages=(), sections=(), display_name="", interface_language, by, request=None):
    """
    Invites somebody by e-mail to work here; returns the invitation. A job sends the mail.

    Empty `languages` (codes) or `sections` mean all. Raises `PermissionDenied`
    when `by` may not give this role, and `ValidationError` when the address
    has an account or an open invitation, or when the facts make no role.
    """
    by = _begin(by)
    _require_invitable(by, role)
    if role == Role.ADMIN and (languages or sections):
        raise ValidationError(_("An admin is one everywhere: leave languages and sections empty."), code="limits")
    email = User.objects.normalize_email(email)
    if account := User.objects.filter(email__iexact=email).first():
        raise ValidationError({"email": _account_exists(account)})
    if invitations.open_invitations().filter(email__iexact=email).exists():
        message = _("This address has an open invitation. Send that one again, or take it back first.")
        raise ValidationError({"email": ValidationError(message, code="open_invitation")})
    invitation = Invitation(
        email=email,
        display_name=display_name,
        role=role,
        languages=list(languages),
        interface_language=interface_language,
        is_in_all_sections=not sections,
        token_hash=invitations.hash_of_no_link(),
        invited_by=by,
        expires_at=invitations.end_of_validity(),
    )
    invitation.full_clean()
    invitation.save()
    invitation.sections.set(sections)
    invitations.request_mail(invitation)
    record("invitation.sent", by=by, target=invitation, request=request, email=email, **_facts(invitation))
    return invitation


@transaction.atomic
def resend_invitation(invitation, *, by, request=None):
    """Sends an invitation again, open or expired: the old link is dead at once, and `by` answers for the new one."""
    by, invitation = _begin_with(invitation, by)
    if User.objects.filter(email__iexact=invitation.email).exists():
        raise ValidationError(_("This address has an account by now. Take the invitation back."), code="has_account")
    invitation.token_hash = invitations.hash_of_no_link()
    invitation.sent_at = None
    invitation.expires_at = invitations.end_of_validity()
    invitation.invited_by = by
    invitation.save(update_fields=["token_hash", "sent_at", "expires_at", "invited_by"])
    invitations.request_mail(invitation)
    record("invitation.resent", by=by, target=invitation, request=request, **_facts(invitation))


@transaction.atomic
def revoke_invitation(invitation, *, by, request=None):
    """Takes an invitation back: its link is dead at once. In a lock-down, too: it lets nobody in."""
    by, invitation = _begin_with(invitation, by, in_lock_down=True)
    invitation.token_hash = invitations.hash_of_no_link()
    invitation.revoked_at = timezone.now()
    invitation.save(update_fields=["token_hash", "revoked_at"])
    record("invitation.revoked", by=by, target=invitation, request=request)


@transaction.atomic
def accept_invitation(token_hash, *, username, display_name, interface_language, password, request=None):
    """
    Makes the account that an invitation promises; returns it.

    The password was validated by the form. Raises `ValidationError` when the
    invitation does not hold (any more), or against the field that is wrong.
    """
    check_open()
    invitation = invitations.with_hash(token_hash)
    if invitation is not None:
        # Whoever removes the inviter at this moment is waited for, or waits.
        _lock(invitation.invited_by)
        Invitation.objects.select_for_update().filter(pk=invitation.pk).first()
        invitation = invitations.with_hash(token_hash)
    invitations.check_acceptable(invitation)
    account = User(
        username=username,
        email=invitation.email,
        display_name=display_name,
        interface_language=interface_language,
        is_staff=True,
    )
    account.set_password(password)
    account.full_clean()
    account.save()
    for language, section in invitations.places_of(invitation):
        _assign(account, invitation.role, language, section and section.pk)
    invitation.account = account
    invitation.accepted_at = timezone.now()
    invitation.token_hash = invitations.hash_of_no_link()
    invitation.save(update_fields=["account", "accepted_at", "token_hash"])
    record("account.created", by=account, target=account, request=request, invited_by=invitation.invited_by)
    record("invitation.accepted", by=account, target=invitation, request=request, **_facts(invitation))
    return account


def _begin_with(invitation, by, *, in_lock_down=False):
    """Who acts and the invitation, as they are now. Raises unless `by` may change it and it waits for an answer."""
    by = _begin(by, in_lock_down=in_lock_down)
    invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
    _require_invitable(by, invitation.role)
    if invitation.accepted_at or invitation.revoked_at:
        raise ValidationError(_("This invitation was accepted or taken back already."), code="over")
    return by, invitation


def _require_invitable(by, role):
    if not may_invite(by, role):
        raise PermissionDenied(_("You may not invite people to this role, which may do more than you."))


def _account_exists(account):
    if account.is_active:
        message = _("There is an account with this address: %(person)s. Change its roles instead.")
    else:
        message = _("There is a deactivated account with this address: %(person)s. Activate it again instead.")
    return ValidationError(message, code="has_account", params={"person": account})


def _facts(invitation):
    sections = [str(section) for section in invitation.sections.all()]
    return {"role": invitation.role, "languages": invitation.languages, "sections": sections}


# --- Roles and powers -------------------------------------------------------------


@transaction.atomic
def set_roles(person, wanted, *, by, request=None, expected=None):
    """
    Gives `person` exactly the roles in `wanted`, a list of (role, language or None, section or None).

    Their sessions end, so that the change holds at once. `expected` is the
    `seal_of` the roles that `by` was looking at. Returns whether anything
    changed. Raises `PermissionDenied` when `by` may not give or take one of
    these roles, and `ValidationError` when nobody could manage accounts any
    more, or when somebody else changed the roles meanwhile.
    """
    by = _begin(by, person)
    if expected is not None and expected != seal_of(person):
        raise ValidationError(
            _("Somebody else changed these roles while you had them open. Look at them again, then change them."),
            code="changed_meanwhile",
        )
    current = {_key(entry): entry for entry in person.role_assignments.select_related("category")}
    wanted = {(role, language, section and section.pk) for role, language, section in wanted}
    added, removed = wanted - current.keys(), current.keys() - wanted
    if not added and not removed:
        return False
    _require_grantable(by, {role for role, _language, _section in added | removed})
    before, was_admin = in_words(current.values()), person in active_admins()
    person.role_assignments.filter(pk__in=[current[key].pk for key in removed]).delete()
    for role, language, section in added:
        _assign(person, role, language, section)
    _require_some_admin(person, was_admin)
    sessions.end_sessions(person)
    after = in_words(person.role_assignments.select_related("category"))
    record("account.roles_changed", by=by, target=person, request=request, before=before, after=after)
    return True


@transaction.atomic
def set_powers(person, *, is_superuser, is_staff, groups, user_permissions, by, request=None):
    """
    What only superusers give and take: their own power, entry to the admin, and Django's groups and permissions.

    Returns whether anything changed; then the person's sessions end.
    """
    by = _begin(by, person)
    if by is not None and not by.is_superuser:
        raise PermissionDenied(_("Only a superuser changes this."))
    before, was_admin = _powers(person), person in active_admins()
    person.is_superuser, person.is_staff = is_superuser, is_staff
    person.save(update_fields=["is_superuser", "is_staff"])
    person.groups.set(groups)
    person.user_permissions.set(user_permissions)
    after = _powers(person)
    if before == after:
        return False
    _require_some_admin(person, was_admin)
    sessions.end_sessions(person)
    record("account.roles_changed", by=by, target=person, request=request, before=before, after=after)
    return True


def seal_of(person):
    """What stands for the roles that somebody has now: it is another one after any change."""
    keys = sorted(str(_key(entry)) for entry in person.role_assignments.all())
    return hashlib.sha256("\n".join(keys).encode()).hexdigest()[:16]


def _powers(person):
    switches = [name for name in ("is_superuser", "is_staff") if getattr(person, name)]
    groups = [f"group {name}" for name in person.groups.order_by("name").values_list("name", flat=True)]
    given = person.user_permissions.order_by("content_type__app_label", "codename")
    permissions = [".".join(pair) for pair in given.values_list("content_type__app_label", "codename")]
    return [*switches, *groups, *permissions]


def _assign(person, role, language, section):
    entry = RoleAssignment(user=person, role=role, language=language, category_id=section)
    entry.full_clean(exclude=["user"])
    entry.save()


def _require_grantable(by, roles):
    if by is None:
        return
    if refused := roles - set(grantable_roles(by)):
        names = pgettext("between names", ", ").join(str(Role(role).label) for role in sorted(refused))
        raise PermissionDenied(
            _("You may not give or take this role, which may do more than you: %(roles)s.") % {"roles": names}
        )


def _require_some_admin(person, was_admin):
    """After a change of `person`: raises `ValidationError` if they were the last who could let others in."""
    if was_admin and person not in active_admins():
        require_other_admin(person)


# --- Accounts ---------------------------------------------------------------------


@transaction.atomic
def change_facts(person, *, by, request=None, **facts):
    """Changes what is known of somebody (`display_name`, `interface_language`); returns whether anything changed."""
    by = _begin(by, person)
    changed = [name for name, value in facts.items() if getattr(person, name) != value]
    if not changed:
        return False
    for name in changed:
        setattr(person, name, facts[name])
    person.full_clean(exclude=["password"])
    person.save(update_fields=changed)
    record("account.changed", by=by, target=person, request=request, fields=changed)
    return True


@transaction.atomic
def deactivate(person, *, by, request=None):
    """Shuts somebody out at once: their sessions end, and nothing of theirs is lost."""
    by = _begin(by, person)
    was_admin = person in active_admins()
    person.is_active = False
    person.save(update_fields=["is_active"])
    _require_some_admin(person, was_admin)
    count = sessions.end_sessions(person)
    record("account.deactivated", by=by, target=person, request=request, sessions=count)


@transaction.atomic
def reactivate(person, *, by, request=None):
    """Lets somebody in again, who must sign in anew."""
    by = _begin(by, person)
    person.is_active = True
    person.save(update_fields=["is_active"])
    sessions.end_sessions(person)
    record("account.reactivated", by=by, target=person, request=request)


@transaction.atomic
def reset_factors(person, *, by, request=None):
    """
    Removes the second factors of somebody who lost them, ends their sessions and tells them by e-mail.

    If their work needs one, they set up a new one when they sign in.
    """
    by = _begin(by, person)
    count, _of_what = Authenticator.objects.filter(user=person).delete()
    sessions.end_sessions(person)
    record("account.factors_reset", by=by, target=person, request=request, factors=count)
    mails.request_notice(person, "factors_reset", by=str(by or _("The system")))


@transaction.atomic
def send_reset_link(person, *, by, request=None):
    """Sends somebody the link to a new password that they could ask for themselves: nobody sets it for them."""
    by = _begin(by, person)
    record("account.password_reset_asked", by=by, target=person, request=request)
    transaction.on_commit(lambda: reset.request_link(person.username, address_of(request)))


@transaction.atomic
def end_sessions(person, *, by, request=None, but=None):
    """
    Ends somebody's sessions, by themselves (`but`: the request whose session stays) or by an admin.

    It shuts nobody out for good, so that it works in a lock-down, too.
    """
    if by is not None and by.pk != person.pk:
        require_management(by, person)
    count = sessions.end_sessions(person, but=but)
    record("account.sessions_ended", by=by, target=person, request=request, sessions=count)
    return count


def in_words(assignments):
    """Roles as the log keeps them: "editor (ar; News)"."""
    return sorted(_in_words(entry) for entry in assignments)


def _in_words(entry):
    limits = [str(limit) for limit in (entry.language, entry.category) if limit]
    return f"{entry.role} ({'; '.join(limits)})" if limits else str(entry.role)


def _key(entry):
    return entry.role, entry.language, entry.category_id


def _begin(by, person=None, *, in_lock_down=False):
    """
    Waits for other changes of the same accounts; returns `by` as they are then, and brings `person` up to date.

    Raises `ValidationError` in a lock-down (unless it may be done then), and
    `PermissionDenied` unless `by` may change the account of `person`.
    """
    if not in_lock_down:
        check_open()
    _lock(by, person)
    if by is not None:
        by = User.objects.get(pk=by.pk)
    if person is not None:
        person.refresh_from_db()
        require_management(by, person)
    return by


def _lock(*accounts):
    """Changes of these accounts wait for one another, and two admins cannot remove each other at once."""
    numbers = {account.pk for account in accounts if account is not None}
    numbers.update(active_admins().values_list("pk", flat=True))
    list(User.objects.select_for_update().filter(pk__in=numbers).order_by("pk").values_list("pk"))
