"""
What people change of their own account, each time after they typed their password once more (`accounts.views`).

Each is one function: change, log entry, mail to the owner. A new password is
possible while the newsroom is locked down, for it is how an account is got
back; another e-mail address is not.
"""

from datetime import timedelta

from django.core import signing
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_tasks import task

from accounts import secrets, sessions, sign_in
from accounts.audit import record
from accounts.limits import Limit, take
from accounts.lockdown import check_open
from accounts.mails import absolute, compose, deliver, isolated, tell_owner, try_again
from accounts.models import User

ADDRESS_SALT = "accounts.own_account.address"
# How long the link to a new address works.
ADDRESS_AGE = timedelta(hours=2)
ADDRESS_CHECKS = Limit("address-check", 5, timedelta(hours=1))


@transaction.atomic
def change_facts(person, names, *, request):
    """Notes that somebody changed harmless facts of their own account: the fields in `names`."""
    record("account.changed", by=person, target=person, request=request, fields=sorted(names))


@transaction.atomic
def change_password(request, password):
    """Gives whoever is signed in a new password; all their other sessions end, and this one gets a new key."""
    person = request.user
    person.set_password(password)
    person.save(update_fields=["password"])
    sessions.end_sessions(person, but=request)
    sessions.renew(request)
    record("account.password_changed", by=person, target=person, request=request)
    tell_owner(person, "password_changed", request=request)


@transaction.atomic
def password_was_reset(person, *, request):
    """What follows from a new password that somebody set by the link in a mail: all their sessions end."""
    count = sessions.end_sessions(person)
    sign_in.forgive(request, person)
    record("account.password_reset", by=person, target=person, request=request, sessions=count)
    tell_owner(person, "password_reset", request=request)


@transaction.atomic
def end_session(session, *, request):
    """Ends one session of whoever is signed in."""
    sessions.end_session(session)
    record("account.sessions_ended", by=request.user, target=request.user, request=request, sessions=1)


# --- E-mail address -------------------------------------------------------------


@transaction.atomic
def ask_for_address(request, address):
    """
    Sends a link to a new e-mail address, which becomes the account's once the link was followed.

    The present address is told at once. Raises `ValidationError` after too many
    addresses, and while the newsroom is locked down.
    """
    check_open()
    person = request.user
    if not take(ADDRESS_CHECKS, person.pk):
        raise ValidationError(
            _("You asked for too many new addresses. Wait an hour and try again."), code="too_many_addresses"
        )
    record("account.email_change_asked", by=person, target=person, request=request, email=address)
    until = (timezone.now() + ADDRESS_AGE).isoformat()
    sealed = secrets.encrypt(address)
    transaction.on_commit(lambda: send_address_link.enqueue(person.pk, sealed, until))
    tell_owner(person, "address_asked", request=request, address=address)


@task()
def send_address_link(number, sealed, until):
    """Mails the link to a new address (sealed by `accounts.secrets`), and tries again until `until` (ISO 8601)."""
    person = User.objects.filter(pk=number, is_active=True).first()
    if person is None:
        return
    address = secrets.decrypt(sealed)
    link = reverse("account_confirm_address", args=[address_key(person, address)])
    context = {
        "person": isolated(person),
        "username": isolated(person.username),
        "url": absolute(f"{link}?{urlencode({'language': person.interface_language})}"),
        "hours": ADDRESS_AGE // timedelta(hours=1),
    }
    subject = gettext_lazy("Confirm your new e-mail address")
    mail = compose(
        "account/mail/address_link.txt",
        to=address,
        language=person.interface_language,
        subject=subject,
        context=context,
    )
    if not deliver(mail, f"The link to a new address of {person.username}"):
        try_again(send_address_link, number, sealed, until, until=until)


def address_key(person, address):
    """What the link to a new address carries. It stops working with the next change of address or end of sessions."""
    return signing.dumps([person.pk, person.email, person.sessions_generation, address], salt=ADDRESS_SALT)


def address_behind(key):
    """(account, new address) of a key that `address_key` made and that still counts, or None."""
    try:
        number, former, generation, address = signing.loads(key, salt=ADDRESS_SALT, max_age=ADDRESS_AGE)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    person = User.objects.filter(
        pk=number, email=former, sessions_generation=generation, is_active=True, is_staff=True
    ).first()
    return person and (person, address)


@transaction.atomic
def change_address(person, address, *, request):
    """
    Makes `address` the e-mail address of an account, whose owner has shown that they read what is sent there.

    Raises `ValidationError` if another account has it, and while the newsroom is locked down.
    """
    check_open()
    former, person.email = person.email, address
    person.validate_constraints(exclude=[field.name for field in User._meta.fields if field.name != "email"])
    person.save(update_fields=["email"])
    record("account.email_changed", by=person, target=person, request=request, before=former, after=address)
    tell_owner(person, "address_changed", request=request, to=former, address=address)
