"""
Invitations: the link, the mail that carries it, and whether it still holds.

The link carries 256 random bits. The database has only their SHA-256, which
nobody can turn back; a slow hash is for what people make up themselves. The
job that sends the mail makes them, so that they never lie in the table of
jobs. What changes an invitation is in `accounts.workflow`.
"""

import hashlib
import secrets
from datetime import timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_tasks import task

from accounts.mails import RETRY, absolute, compose, deliver, isolated
from accounts.models import Invitation, LockDown, User
from accounts.standing import may_invite
from accounts.words import where

TOKEN_BYTES = 32

DEAD = gettext_lazy(
    "This invitation does not work any more. It may have been used already, taken back, or be too old. "
    "Ask whoever invited you to send it again."
)


# --- The link ---------------------------------------------------------------------


def hash_of(token):
    """What the database keeps of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def hash_of_no_link():
    """The hash of a token that is thrown away: no link leads to the invitation that has it."""
    return hash_of(secrets.token_urlsafe(TOKEN_BYTES))


def with_hash(token_hash):
    """The invitation that a link means, whatever became of it; None if there is none."""
    return Invitation.objects.filter(token_hash=token_hash).select_related("invited_by").first()


def open_invitations():
    """The invitations that wait for an answer."""
    return Invitation.objects.filter(accepted_at=None, revoked_at=None, expires_at__gt=timezone.now())


def end_of_validity():
    """Until when an invitation holds that is sent now."""
    return timezone.now() + timedelta(days=settings.NEWSROOM_INVITATION_DAYS)


# --- Whether it holds ---------------------------------------------------------------


def check_acceptable(invitation):
    """
    Raises `ValidationError` unless this invitation (or None) can be accepted now.

    Whoever invited must still be one who may: an account that was taken over
    or demoted leaves no doors behind.
    """
    if invitation is None or not invitation.is_open:
        raise ValidationError(DEAD, code="dead")
    if User.objects.filter(email__iexact=invitation.email).exists():
        raise ValidationError(_("There is an account with your e-mail address already. Sign in."), code="has_account")
    if invitation.invited_by is None or not may_invite(invitation.invited_by, invitation.role):
        raise ValidationError(
            _(
                "This invitation does not hold any more: whoever sent it may no longer invite people. "
                "Ask another admin of the newsroom for a new one."
            ),
            code="inviter",
        )
    if not invitation.is_in_all_sections and not invitation.sections.exists():
        raise ValidationError(
            _(
                "This invitation does not hold any more: the section that it is for does not exist any more. "
                "Ask whoever invited you for a new one."
            ),
            code="sections",
        )


def places_of(invitation):
    """Where the role will count: pairs of a language and a section, None for all."""
    sections = list(invitation.sections.all()) or [None]
    return [(language, section) for language in invitation.languages or [None] for section in sections]


# --- The mail -----------------------------------------------------------------------


def request_mail(invitation):
    """Asks for the mail once the invitation is stored."""
    transaction.on_commit(lambda: send_invitation.enqueue(invitation.pk))


@task()
def send_invitation(number):
    """
    Makes the link of an invitation and sends it. Can run any number of times: what was sent is not sent again.

    While the newsroom is locked down, or the mail server refuses, it tries again later.
    """
    if LockDown.now() is not None:
        _try_later(number)
        return
    token = secrets.token_urlsafe(TOKEN_BYTES)
    invitation = _claim(number, token)
    if invitation is None:
        return
    if not deliver(mail_for(invitation, token), f"The invitation no. {invitation.pk}"):
        Invitation.objects.filter(pk=number, token_hash=hash_of(token)).update(sent_at=None)
        _try_later(number)


def _try_later(number):
    send_invitation.using(run_after=timezone.now() + RETRY).enqueue(number)


@transaction.atomic
def _claim(number, token):
    """Gives an open invitation that waits for its mail this token; None if there is nothing to send."""
    waiting = open_invitations().filter(pk=number, sent_at=None)
    invitation = waiting.select_for_update(of=("self",)).select_related("invited_by").first()
    if invitation is not None:
        invitation.token_hash = hash_of(token)
        invitation.sent_at = timezone.now()
        invitation.save(update_fields=["token_hash", "sent_at"])
    return invitation


def mail_for(invitation, token):
    """The mail with the link, in the language that was chosen for it."""
    with translation.override(invitation.interface_language):
        site = absolute("").partition("//")[2]
        until = date_format(timezone.localtime(invitation.expires_at), "DATETIME_FORMAT")
        context = {
            "name": isolated(invitation.display_name) if invitation.display_name else "",
            "inviter": isolated(invitation.invited_by or _("Somebody")),
            "site": isolated(site),
            "role": invitation.get_role_display(),
            "where": where(invitation.languages, list(invitation.sections.all())),
            "until": isolated(f"{until} ({timezone.get_current_timezone_name()})"),
            "url": absolute(reverse("account_invitation_link", args=[token])),
        }
        subject = _("Invitation to the newsroom of %(site)s") % {"site": isolated(site)}
    return compose(
        "account/mail/invitation.txt",
        to=invitation.email,
        language=invitation.interface_language,
        subject=subject,
        context=context,
    )
