"""How django-allauth works here: our accounts, our limits, our mails; sign-up is closed."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from django.contrib import messages
from django.contrib.auth import authenticate
from django.core.exceptions import ValidationError
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from accounts import second_factor, secrets, sign_in
from accounts.audit import address_of, record
from accounts.devices import device_of

TOO_MANY = _(
    "Too many attempts. Wait a quarter of an hour and try again, or sign in on a device that you have used before."
)
NO_MATCH = _(
    "No account with this user name or e-mail address and this password may sign in here. Check both and try again."
)
NO_PASSKEY = _("This passkey could not be used. Try again, or sign in with your password.")


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by invitation only; attempts are counted before a password is looked at."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "too_many_login_attempts": TOO_MANY,
        "username_password_mismatch": NO_MATCH,
        "email_password_mismatch": NO_MATCH,
        "account_inactive": NO_MATCH,
        "incorrect_password": _("This is not your password. Try again."),
    }

    def is_open_for_signup(self, request):
        return False

    def get_client_ip(self, request):
        return address_of(request) or ""

    def is_safe_url(self, url):
        """Where `next` may lead: within this site, by the name under which it was asked."""
        request = context.request
        return url_has_allowed_host_and_scheme(url, {request.get_host()}, require_https=request.is_secure())

    def authenticate(self, request, **credentials):
        """The account with these credentials, or None. Raises `ValidationError` after too many attempts."""
        name = credentials.get("username") or credentials.get("email") or ""
        taken = sign_in.take_attempt(request, name)
        if taken is None:
            raise ValidationError(TOO_MANY, code="too_many_login_attempts")
        user = authenticate(request, username=name, password=credentials.get("password"))
        if user is not None:
            sign_in.give_back(taken)
        return user

    def pre_login(self, request, user, **kwargs):
        """Nobody is let in by a passkey whom a password would not let in."""
        if user.is_active and user.is_staff:
            return None
        return self.respond_user_inactive(request, user)

    def respond_user_inactive(self, request, user):
        request.session.flush()
        record("account.sign_in_failed", target=user, request=request)
        messages.error(request, NO_PASSKEY)
        return HttpResponseRedirect(reverse("account_login"))

    def post_login(self, request, user, **kwargs):
        response = super().post_login(request, user, **kwargs)
        sign_in.remember_device(request, response)
        return response


class FactorAdapter(DefaultMFAAdapter):
    """Secrets of second factors are stored encrypted; whoever needs a factor keeps one."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "cannot_delete_authenticator": _(
            "Your work needs a second factor, and this is your last one. Add another one first."
        ),
        "cannot_generate_recovery_codes": _(
            "Recovery codes stand in for a second factor. Set up an authenticator app or a passkey first."
        ),
        "incorrect_code": _("This code is wrong or too old. Wait for the next one and type it."),
        "used_code": _("This code was used already. Wait for the next one and type it."),
        "too_many_codes": _("Too many wrong codes. Wait a quarter of an hour and try again."),
        "incorrect_passkey": NO_PASSKEY,
    }

    def encrypt(self, text):
        return secrets.encrypt(text)

    def decrypt(self, encrypted_text):
        return secrets.decrypt(encrypted_text)

    def can_delete_authenticator(self, authenticator):
        return second_factor.may_remove(authenticator)

    def get_totp_label(self, user):
        return user.username

    def generate_authenticator_name(self, user, type):  # noqa: A002 (the library's own name)
        return device_of(context.request)

    def get_public_key_credential_user_entity(self, user):
        return super().get_public_key_credential_user_entity(user) | {
            "name": user.username,
            "display_name": str(user),
        }
