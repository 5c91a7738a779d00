"""The forms of signing in and of one's own account."""

from allauth.account.forms import LoginForm, ReauthenticateForm
from allauth.core import context
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, AuthenticateWebAuthnForm, EditWebAuthnForm, LoginWebAuthnForm
from django import forms
from django.contrib.auth.forms import SetPasswordForm
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import second_factor, sign_in
from accounts.models import User
from accounts.passwords import LONGEST

LONGEST_NAME = 254
LONGEST_CODE = 40
LONGEST_DEVICE_NAME = 60
# Attestations carry certificates, a few thousand characters of them.
LONGEST_ANSWER = 50_000


def add_errors(form, error):
    """Says in a form why the workflow refused (`ValidationError`): at the field that it names, or on top."""
    for name, problems in error.update_error_dict({}).items():
        form.add_error(name if name in form.fields else None, problems)


def _limited(field, length, **attributes):
    """Takes no more than `length` characters, before anything looks at them."""
    field.max_length = length
    field.validators.append(MaxLengthValidator(length))
    field.widget.attrs = {"dir": "ltr", "maxlength": length} | attributes


class SignInForm(LoginForm):
    """Signs staff in by user name or e-mail address."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        login, password = self.fields["login"], self.fields["password"]
        login.label, password.label = _("User name or e-mail address"), _("Password")
        _limited(login, LONGEST_NAME, autocomplete="username webauthn", autocapitalize="none", spellcheck="false")
        _limited(password, LONGEST, autocomplete="current-password")
        password.help_text = ""


class PasswordAgainForm(ReauthenticateForm):
    """Asks for the password once more before an account is changed."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        password = self.fields["password"]
        password.label, password.help_text = _("Password"), ""
        _limited(password, LONGEST, autocomplete="current-password", autofocus=True)


# --- Second factor ----------------------------------------------------------------


class CodeForm(AuthenticateForm):
    """The code of an authenticator app, or one of the recovery codes: each works once."""

    code = forms.CharField(
        label=gettext_lazy("Code"),
        max_length=LONGEST_CODE,
        help_text=gettext_lazy("The six digits that your authenticator app shows now, or one of your recovery codes."),
        widget=forms.TextInput(
            attrs={"dir": "ltr", "autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True}
        ),
    )

    def clean_code(self):
        if not sign_in.take_code_attempt(context.request, self.user):
            raise get_adapter().validation_error("too_many_codes")
        self.cleaned_data["code"] = second_factor.plain(self.cleaned_data["code"])
        code = super().clean_code()
        is_of_app = self.authenticator.type == second_factor.Type.TOTP
        if is_of_app and not second_factor.use_code(self.user, code):
            self._emit_authentication_failed(self.authenticator)
            raise get_adapter().validation_error("used_code")
        sign_in.give_code_back(context.request, self.user)
        return code


class AuthenticatorAppForm(ActivateTOTPForm):
    """Sets an authenticator app up."""

    code = forms.CharField(
        label=gettext_lazy("Code"),
        max_length=LONGEST_CODE,
        help_text=gettext_lazy("The six digits that the app shows now."),
        widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "one-time-code", "inputmode": "numeric"}),
    )

    def clean_code(self):
        self.cleaned_data["code"] = second_factor.plain(self.cleaned_data["code"])
        code = super().clean_code()
        # It cannot be used again at the next sign-in.
        second_factor.use_code(self.user, code)
        return code


class _NameForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=LONGEST_DEVICE_NAME,
        help_text=gettext_lazy("What you call the device, to know it again."),
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )


class PasskeyNameForm(_NameForm, EditWebAuthnForm):
    """Gives a passkey another name."""

    name = _NameForm.declared_fields["name"]


class _AnswerField(forms.JSONField):
    """The answer of a passkey: JSON of a size that answers have."""

    def to_python(self, value):
        if len(value or "") > LONGEST_ANSWER:
            raise get_adapter().validation_error("incorrect_passkey")
        try:
            return super().to_python(value)
        except RecursionError as error:
            raise get_adapter().validation_error("incorrect_passkey") from error

    def bound_data(self, data, initial):
        """An answer that was refused is not shown again: the next one is another."""
        return ""

    def prepare_value(self, value):
        return ""


class _PasskeyAnswerForm(forms.Form):
    """Whatever a browser may send in the place of a passkey's answer is refused, and breaks nothing."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        refused = get_adapter().error_messages["incorrect_passkey"]
        messages = dict.fromkeys(("invalid", "required"), refused)
        self.fields["credential"] = _AnswerField(widget=forms.HiddenInput, error_messages=messages)

    def _checked(self, check):
        try:
            return check()
        except ValidationError:
            raise
        except Exception as error:
            # The answer goes through a parser of binary data, which can fail in ways that nobody has counted.
            raise get_adapter().validation_error("incorrect_passkey") from error


class PasskeyForm(_PasskeyAnswerForm, AddWebAuthnForm):
    """Adds a passkey. It always asks for a finger, a face or a PIN, and always works without a password."""

    name = _NameForm.declared_fields["name"]
    passwordless = None

    def clean(self):
        return self._checked(super().clean)


class PasskeyCodeForm(_PasskeyAnswerForm, AuthenticateWebAuthnForm):
    """A passkey as the second factor."""

    def clean_credential(self):
        return self._checked(super().clean_credential)


class PasskeySignInForm(_PasskeyAnswerForm, LoginWebAuthnForm):
    """Signs staff in by a passkey alone."""

    def clean_credential(self):
        return self._checked(super().clean_credential)


# --- One's own account ------------------------------------------------------------


class OwnFactsForm(forms.ModelForm):
    """What people change of their account without typing their password."""

    class Meta:
        model = User
        fields = ("display_name", "interface_language")
        widgets = {"display_name": forms.TextInput(attrs={"dir": "auto", "autocomplete": "name"})}


class NewPasswordForm(SetPasswordForm):
    """A new password, typed twice."""

    def __init__(self, user, *args, **kwargs):
        super().__init__(user, *args, **kwargs)
        password, again = self.fields["new_password1"], self.fields["new_password2"]
        password.label, again.label = _("New password"), _("New password, once more")
        again.help_text = ""
        for field in (password, again):
            _limited(field, LONGEST, autocomplete="new-password")
        self.error_messages = {"password_mismatch": _("The two passwords are not the same. Type both again.")}

    def clean(self):
        self.validate_passwords("new_password1", "new_password2")
        self.validate_password_for_user(self.user, "new_password1")
        return forms.Form.clean(self)


class ForgottenForm(forms.Form):
    """Who wants a new password."""

    login = forms.CharField(
        label=gettext_lazy("User name or e-mail address"),
        max_length=LONGEST_NAME,
        widget=forms.TextInput(
            attrs={"dir": "ltr", "autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )


class AddressForm(forms.Form):
    """A new e-mail address. Whether another account has it is found out by whoever reads what is sent there."""

    email = forms.EmailField(
        label=gettext_lazy("New e-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"dir": "ltr", "autocomplete": "email"}),
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_email(self):
        email = self.cleaned_data["email"]
        if email.casefold() == self.user.email.casefold():
            raise ValidationError(_("This is your e-mail address already. Type another one."), code="same_address")
        return email
