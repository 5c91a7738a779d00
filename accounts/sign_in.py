"""
Signing in: how many attempts there may be, from where, and what the log says of them.

Attempts are counted before any password is hashed, per account and per
network address. A device that an account has signed in from before carries a
signed cookie and is counted by itself: whoever tries passwords from elsewhere
stops strangers, never the newsroom (OWASP, "Slow Down Online Guessing Attacks
with Device Cookies").
"""

from datetime import timedelta
from ipaddress import ip_network

from django.conf import settings
from django.core import signing
from django.utils.crypto import get_random_string

from accounts import limits
from accounts.audit import address_of, record
from accounts.limits import Limit
from accounts.mails import tell_owner
from accounts.models import User

PER_ACCOUNT = Limit("sign-in-account", 10, timedelta(minutes=15))
PER_ADDRESS = Limit("sign-in-address", 50, timedelta(minutes=15))
PER_DEVICE = Limit("sign-in-device", 10, timedelta(minutes=15))
PASSKEYS_PER_ADDRESS = Limit("sign-in-passkey", 50, timedelta(minutes=15))
CODES = Limit("second-factor", 6, timedelta(minutes=15))
# Attempts beyond a limit are written to the log, and told their owner, once in a while: a flood must not fill either.
NOTED = Limit("sign-in-noted", 1, timedelta(minutes=15))
TOLD = Limit("second-factor-told", 1, timedelta(days=1))

# Who has one address of IPv6 has 2**64 of them (RFC 6177): they count as one.
IPV6_PREFIX = 64

DEVICE_SALT = "accounts.sign_in.device"
DEVICE_AGE = timedelta(days=180)


def account_behind(name):
    """The account that a typed user name or e-mail address means, or None. Always one query."""
    try:
        return User.objects.get_by_natural_key(name)
    except User.DoesNotExist:
        return None


def take_attempt(request, name):
    """
    Counts an attempt to sign in as `name`; returns the (limit, subject) pairs to give back if it is right.

    Returns None when there were too many.
    """
    account = account_behind(name)
    device = known_device(request, account)
    if device:
        taken = [(PER_DEVICE, device)]
    else:
        taken = [(PER_ADDRESS, network_of(request)), (PER_ACCOUNT, _subject(account, name))]
    # Each is counted, also when one of them is over.
    outcomes = [limits.take(limit, subject) for limit, subject in taken]
    if all(outcomes):
        return taken
    if limits.take(NOTED, _subject(account, network_of(request))):
        record("account.sign_in_throttled", target=account, request=request)
    return None


def give_back(taken):
    """The attempt was right: only failures count."""
    for limit, subject in taken:
        limits.give_back(limit, subject)


def forgive(request, account):
    """Forgets the failures of an account and of the device of `request`, whose owner has just shown who they are."""
    limits.forget(PER_ACCOUNT, _subject(account))
    if device := known_device(request, account):
        limits.forget(PER_DEVICE, device)


def take_passkey_attempt(request):
    """Counts an attempt to sign in by a passkey, of whomever; returns whether it is within the limit."""
    return limits.take(PASSKEYS_PER_ADDRESS, network_of(request))


def network_of(request):
    """Where a request comes from, as limits count it: an address of IPv4, or a network of IPv6."""
    address = address_of(request) or ""
    return str(ip_network(f"{address}/{IPV6_PREFIX}", strict=False)) if ":" in address else address


def _subject(account, name=""):
    return f"account:{account.pk}" if account else f"name:{name}"


def take_code_attempt(request, user):
    """
    Counts an attempt to show a second factor; returns whether it is within the limit.

    Whoever gets so far knows the password: when the limit is reached, the owner is told by e-mail, once a day.
    """
    if limits.take(CODES, code_subject(request, user)):
        return True
    if limits.take(NOTED, f"code:{user.pk}"):
        record("account.code_throttled", target=user, request=request)
    if limits.take(TOLD, user.pk):
        tell_owner(user, "codes_tried", request=request)
    return False


def give_code_back(request, user):
    """The code was right: only failures count."""
    limits.give_back(CODES, code_subject(request, user))


def code_subject(request, user):
    """Whose codes are counted: an account's on a device that it knows, or its from anywhere else."""
    return f"{user.pk}:{known_device(request, user) or 'elsewhere'}"


# --- Devices that an account knows ----------------------------------------------


def known_device(request, account):
    """What this device is called if `account` has signed in from it before; "" if not."""
    if account is None:
        return ""
    try:
        owner, device = signing.loads(
            request.COOKIES.get(settings.NEWSROOM_DEVICE_COOKIE_NAME, ""), salt=DEVICE_SALT, max_age=DEVICE_AGE
        )
    except (signing.BadSignature, ValueError, TypeError):
        return ""
    return device if owner == account.pk else ""


def remember_device(request, response):
    """Gives the device of somebody who is signed in its cookie. Only the last account to sign in is remembered."""
    device = known_device(request, request.user) or get_random_string(22)
    response.set_cookie(
        settings.NEWSROOM_DEVICE_COOKIE_NAME,
        signing.dumps([request.user.pk, device], salt=DEVICE_SALT),
        max_age=DEVICE_AGE,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


# --- The log ------------------------------------------------------------------------


def note_sign_in(sender, request, user, **kwargs):
    """Writes to the log that somebody signed in."""
    record("account.signed_in", by=user, target=user, request=request)


def note_sign_out(sender, request, user, **kwargs):
    """Writes to the log that somebody signed out."""
    if user is not None:
        record("account.signed_out", by=user, target=user, request=request)


def note_failure(sender, credentials, request=None, **kwargs):
    """Writes to the log that somebody could not sign in, under the name that was typed."""
    typed = credentials.get("username") or credentials.get("email") or ""
    account = account_behind(typed)
    # A password typed into the wrong field is no name: what means no account is not written down.
    record("account.sign_in_failed", target=account, request=request)
