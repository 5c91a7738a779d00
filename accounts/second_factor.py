"""
Who needs a second factor, and whether a session has shown one.

Publishers and admins need one (`NEWSROOM_SECOND_FACTOR = "privileged"`), or
all staff ("everyone"). "off" is for looking around on one's own machine; a
deployment check refuses it.
"""

import unicodedata
from datetime import timedelta

from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa import app_settings
from allauth.mfa.models import Authenticator
from django.conf import settings

from accounts import sessions
from accounts.audit import record
from accounts.limits import Limit, take
from accounts.mails import tell_owner
from accounts.models import RoleAssignment
from accounts.roles import has_role

Role = RoleAssignment.Role
Type = Authenticator.Type

NEEDS_IT = frozenset({Role.PUBLISHER, Role.ADMIN})


def is_needed_by(user):
    """Whether `user` may work only after a second factor."""
    policy = settings.NEWSROOM_SECOND_FACTOR
    if policy == "privileged":
        return user.is_superuser or has_role(user, NEEDS_IT)
    return policy == "everyone"


def factors_of(user):
    """The authenticator app and the passkeys of somebody. Recovery codes alone are no factor."""
    return Authenticator.objects.filter(user=user).exclude(type=Type.RECOVERY_CODES)


def has_one(user):
    """Whether an authenticator app or a passkey was set up."""
    return factors_of(user).exists()


def was_shown(request):
    """Whether this session was opened with a second factor, or one was set up in it."""
    return any(entry.get("method") == "mfa" for entry in get_authentication_records(request, request.user))


def is_outstanding(request):
    """Whether somebody who is signed in must first show a second factor or set one up, before they may work."""
    if not request.user.is_authenticated or not is_needed_by(request.user):
        return False
    return not (was_shown(request) and has_one(request.user))


def may_remove(factor):
    """Whether a factor may go: not the last one of somebody who needs one."""
    return not is_needed_by(factor.user) or factors_of(factor.user).exclude(pk=factor.pk).exists()


# --- Codes ----------------------------------------------------------------------


def plain(code):
    """A code as it was meant: digits of any script, without the spaces, hyphens and invisible signs around them."""
    return "".join(str(unicodedata.decimal(sign, sign)) for sign in code if sign.isalnum())


def use_code(user, code):
    """Notes that a code of an authenticator app was used; False if it was used before (RFC 6238, 5.2)."""
    valid_for = app_settings.TOTP_PERIOD * (2 * app_settings.TOTP_TOLERANCE + 1)
    return take(Limit("second-factor-used", 1, timedelta(seconds=valid_for)), f"{user.pk}:{code}")


# --- What is written down, and told the owner ---------------------------------------


def note_added(sender, request, user, authenticator, **kwargs):
    """
    Receives `authenticator_added`: this session has shown the factor that it set up.

    With the first one, all other sessions end: they were opened without.
    """
    if authenticator.type == Type.RECOVERY_CODES:
        record("account.recovery_codes_made", by=user, target=user, request=request)
        return
    record_authentication(request, user, "mfa", id=authenticator.pk, type=authenticator.type)
    if factors_of(user).count() == 1:
        sessions.end_sessions(user, but=request)
    record("account.factor_added", by=user, target=user, request=request, factor=authenticator.type)
    tell_owner(user, "factor_added", request=request)


def note_removed(sender, request, user, authenticator, **kwargs):
    """Receives `authenticator_removed`. Recovery codes go with the last factor, which is told of then."""
    if authenticator.type != Type.RECOVERY_CODES:
        record("account.factor_removed", by=user, target=user, request=request, factor=authenticator.type)
        tell_owner(user, "factor_removed", request=request)


def note_reset(sender, request, user, authenticator, **kwargs):
    """Receives `authenticator_reset`: there are new recovery codes."""
    record("account.recovery_codes_made", by=user, target=user, request=request)
    tell_owner(user, "recovery_codes_made", request=request)


def note_used(sender, request, user, authenticator, **kwargs):
    """Receives `authenticator_used`: a recovery code is worth a word, for it is one less."""
    if authenticator.type == Type.RECOVERY_CODES:
        authenticator.refresh_from_db(fields=["data"])
        left = len(authenticator.wrap().get_unused_codes())
        record("account.recovery_code_used", by=user, target=user, request=request, left=left)
        tell_owner(user, "recovery_code_used", request=request, left=left)


def note_failed(sender, request, user, authenticator=None, **kwargs):
    """Receives `authentication_failed`: a wrong code."""
    record("account.code_failed", target=user, request=request)
