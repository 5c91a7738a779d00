"""
A forgotten password: a link by e-mail, which works once and for two hours (`PASSWORD_RESET_TIMEOUT`).

Whoever asks learns nothing of who has an account here. The page only counts
and puts a job in the queue, alike for every name; the job looks the account
up, where nobody can watch or time it. What was typed may be anything, even a
password: in the queue it lies encrypted.

The second factor is asked for at the next sign-in as ever. Asking three times
an hour for somebody else's account sends them three links that work, so it
keeps nobody out.
"""

import json
from datetime import timedelta

from cryptography.fernet import InvalidToken
from django.conf import settings
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.urls import reverse
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.http import urlencode, urlsafe_base64_encode
from django.utils.translation import gettext_lazy as _
from django_tasks import task

from accounts import limits, secrets
from accounts.audit import address_of, record
from accounts.limits import Limit
from accounts.mails import absolute, compose, deliver, isolated, try_again
from accounts.sign_in import account_behind, network_of

PER_ADDRESS = Limit("reset-address", 20, timedelta(hours=1))
PER_NAME = Limit("reset-name", 3, timedelta(hours=1))


class Keys(PasswordResetTokenGenerator):
    """Keys of links: they also stop working when all sessions of the account are ended, by whomever."""

    key_salt = "accounts.reset.Keys"

    def _make_hash_value(self, user, timestamp):
        return f"{super()._make_hash_value(user, timestamp)}{user.sessions_generation}"


keys = Keys()


def ask(request, typed):
    """Has a link sent to the account that `typed` means, if there is one; returns False after too many attempts."""
    outcomes = [limits.take(PER_ADDRESS, network_of(request)), limits.take(PER_NAME, typed)]
    if not all(outcomes):
        return False
    request_link(typed, address_of(request))
    return True


def request_link(name, address):
    """Has a job send a link to the account that `name` means, if there is one. `address` is where it was asked for."""
    until = timezone.now() + timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT)
    send_link.enqueue(secrets.encrypt(json.dumps([name, address])), until.isoformat())


@task()
def send_link(sealed, until):
    """Sends the link that `ask` was asked for, and tries again until the moment `until` (ISO 8601)."""
    try:
        typed, address = json.loads(secrets.decrypt(sealed))
    except InvalidToken:
        # The site has another key since; the person can ask again.
        return
    person = account_behind(typed)
    if person is None or not may_reset(person):
        return
    subject = _("Set a new password")
    mail = compose(
        "account/mail/reset.txt",
        to=person.email,
        language=person.interface_language,
        subject=subject,
        context=_facts(person),
    )
    if deliver(mail, f"The link to a new password of {person.username}"):
        record("account.password_reset_asked", target=person, asked_from=address)
    else:
        try_again(send_link, sealed, until, until=until)


def may_reset(person):
    """Whether an account may get a new password by a link: the active ones of staff."""
    return person.is_active and person.is_staff


def _facts(person):
    number = urlsafe_base64_encode(force_bytes(person.pk))
    path = reverse("account_new_password", args=[number, keys.make_token(person)])
    return {
        "person": isolated(person),
        "username": isolated(person.username),
        "url": absolute(f"{path}?{urlencode({'language': person.interface_language})}"),
        "hours": settings.PASSWORD_RESET_TIMEOUT // 3600,
    }
