"""
The log of who did what: one function appends to it, and nothing changes it.

`record(action, …)` is called by the functions that change something
(`accounts.workflow`, the desk's listeners), inside their transaction: what is
rolled back was not done.
"""

import re
from ipaddress import ip_address

from django.contrib.admin.sites import site
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import AuditEntry

# Action → what the log calls it. A name that is missing here is shown as it is.
ACTIONS = {
    "account.signed_in": _("signed in"),
    "account.sign_in_failed": _("could not sign in"),
    "account.sign_in_throttled": _("was stopped after too many attempts to sign in"),
    "account.signed_out": _("signed out"),
    "account.password_changed": _("changed the password"),
    "account.password_reset_asked": _("asked for a new password"),
    "account.password_reset": _("set a new password by a link"),
    "account.email_change_asked": _("asked for another e-mail address"),
    "account.email_changed": _("changed the e-mail address"),
    "account.factor_added": _("added a second factor"),
    "account.factor_removed": _("removed a second factor"),
    "account.factors_reset": _("had the second factors of an account removed"),
    "account.recovery_codes_made": _("made new recovery codes"),
    "account.recovery_code_used": _("used a recovery code"),
    "account.code_failed": _("gave a wrong code of the second factor"),
    "account.code_throttled": _("was stopped after too many wrong codes of the second factor"),
    "account.sessions_ended": _("ended sessions"),
    "account.created": _("made an account"),
    "account.changed": _("changed an account"),
    "account.roles_changed": _("changed the roles of an account"),
    "account.deactivated": _("deactivated an account"),
    "account.reactivated": _("activated an account again"),
    "account.undone": _("took back what an account did"),
    "invitation.sent": _("sent an invitation"),
    "invitation.resent": _("sent an invitation again"),
    "invitation.revoked": _("took an invitation back"),
    "invitation.accepted": _("accepted an invitation"),
    "lockdown.started": _("locked the newsroom down"),
    "lockdown.release_asked": _("asked to end the lock-down"),
    "lockdown.ended": _("ended the lock-down"),
    "lockdown.plan_taken_back": _("took back what was planned, by the lock-down"),
    "export.audit": _("exported the audit log"),
    "export.original": _("downloaded an original"),
    "command.run": _("ran a command"),
    "record.added": _("added something"),
    "record.changed": _("changed something"),
    "record.deleted": _("deleted something"),
}

# What stands in details → how the log says it.
VALUES = {}


def name_actions(names):
    """Tells what the log calls the actions of another app: action → words."""
    ACTIONS.update(names)


def name_values(names):
    """Tells how the log says values that stand in details, such as states: value → words."""
    VALUES.update(names)


def name_of_value(value):
    """How the log says a value that stands in details."""
    return VALUES.get(value, value)


def name_of(action):
    """What the log calls an action."""
    return ACTIONS.get(action, action)


def admin_page(label, pk):
    """The address of a row ("articles.article", 12) in the admin, or "" if it has none."""
    is_shown = any(model._meta.label_lower == label for model in site._registry)
    return reverse(f"admin:{label.replace('.', '_')}_change", args=[pk]) if is_shown and pk else ""


# C0 and C1 controls, line and paragraph separators, and what turns the direction of a line.
_FORGES_LINES = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def record(action, *, by=None, target=None, target_name="", language="", request=None, **details):
    """
    Appends an entry: `by` did `action` to `target` (a row, or None).

    `details` are plain values for the reader of the log; no passwords, no
    tokens, no texts. `request` tells the network address. Returns the entry.
    """
    is_row = target is not None
    return AuditEntry.objects.create(
        actor=by if by is not None and by.pk else None,
        actor_name=one_line(by or "", 160),
        action=action,
        target_type=target._meta.label_lower if is_row else "",
        target_id=str(target.pk) if is_row else "",
        target_name=one_line(target_name or (target if is_row else ""), 200),
        language=language,
        details={name: _encoded(value) for name, value in details.items()},
        address=address_of(request),
    )


def address_of(request):
    """The network address that a request came from; None for what is no address (a test, a socket)."""
    try:
        return str(ip_address(request.META.get("REMOTE_ADDR", ""))) if request is not None else None
    except ValueError:
        return None


def one_line(text, length):
    """A text as a log may hold it: no character that ends or turns a line, which is written as \\u… instead."""
    escaped = _FORGES_LINES.sub(lambda match: f"\\u{ord(match[0]):04x}", str(text))
    return escaped if len(escaped) <= length else escaped[: length - 1] + "…"


def _encoded(value):
    if isinstance(value, dict):
        return {one_line(name, 60): _encoded(entry) for name, entry in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_encoded(entry) for entry in value]
    if isinstance(value, bool | int | float) or value is None:
        return value
    return one_line(value, 500)
