"""What tests of signing in do again and again."""

from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from django.test import Client

SIGN_IN, CODE, PASSWORD_AGAIN = "/account/login/", "/account/second-factor/code/", "/account/password/again/"
PASSWORD = "correct horse battery"  # noqa: S105
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"  # noqa: S105


def sign_in(client, name, password=PASSWORD, *, then="", **headers):
    """What the sign-in page answers to a name and a password."""
    address = f"{SIGN_IN}?next={then}" if then else SIGN_IN
    return client.post(address, {"login": name, "password": password}, **headers)


def is_in(client):
    """Whether a browser is signed in."""
    return "_auth_user_id" in client.session


def known_browser(user):
    """A browser that somebody has signed in with before, and out again."""
    browser = Client()
    browser.force_login(user)
    browser.logout()
    assert sign_in(browser, user.username).status_code == 302
    browser.post("/account/logout/")
    return browser


def type_password_again(client, password=PASSWORD):
    return client.post(PASSWORD_AGAIN, {"password": password})


def add_app(user, secret=SECRET):
    """Gives somebody an authenticator app."""
    return totp.TOTP.activate(user, secret).instance


def add_recovery_codes(user):
    """Gives somebody recovery codes; returns them."""
    return RecoveryCodes.activate(user).get_unused_codes()


def code_now(secret=SECRET, *, step=0):
    """What an authenticator app shows now, or `step` times half a minute later."""
    counters = list(totp.yield_hotp_counters_from_time())
    return totp.format_hotp_value(totp.hotp_value(secret, counters[len(counters) // 2] + step))


def wrong_code(secret=SECRET):
    """A code that no app shows anywhere near this moment."""
    near = {code_now(secret, step=step) for step in range(-5, 6)}
    return next(code for code in ("000000", "111111", "222222", "333333") if code not in near)
