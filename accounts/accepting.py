"""
The page on which somebody who was invited makes their account.

The link in the mail leads on at once to an address without a token, as
Django's password reset does: what is in an address ends up in histories, logs
and Referer headers. The session then holds what the database holds, the hash.
Opening the link uses nothing up: mail servers open links, too.
"""

from datetime import timedelta

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.core.exceptions import ValidationError
from django.http import HttpResponseRedirect
from django.shortcuts import resolve_url
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from accounts import invitations, limits, workflow
from accounts.forms import add_errors
from accounts.languages import interface_language_choices
from accounts.limits import Limit
from accounts.models import User
from accounts.passwords import LONGEST
from accounts.sign_in import network_of
from accounts.words import where

# Links that lead nowhere, and attempts to make an account, from one network address.
PER_ADDRESS = Limit("invitation-address", 20, timedelta(minutes=15))

SESSION_KEY = "invitation"

TOO_MANY = gettext_lazy(
    "There were too many attempts from your network. Wait a quarter of an hour, then open the link in the mail again."
)


class AcceptForm(forms.Form):
    """What somebody chooses for an account of their own. `invitation` says the rest."""

    username = forms.CharField(
        label=gettext_lazy("User name"),
        max_length=60,
        validators=User._meta.get_field("username").validators,
        help_text=User._meta.get_field("username").help_text,
        widget=forms.TextInput(attrs={"autocomplete": "username", "dir": "ltr", "autocapitalize": "none"}),
    )
    display_name = forms.CharField(
        label=gettext_lazy("Your name"),
        max_length=100,
        help_text=User._meta.get_field("display_name").help_text,
        widget=forms.TextInput(attrs={"autocomplete": "name", "dir": "auto"}),
    )
    interface_language = forms.ChoiceField(
        label=gettext_lazy("Interface language"),
        choices=interface_language_choices,
        help_text=User._meta.get_field("interface_language").help_text,
    )
    password = forms.CharField(
        label=gettext_lazy("Password"),
        strip=False,
        max_length=LONGEST,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password", "dir": "ltr"}),
    )
    password_again = forms.CharField(
        label=gettext_lazy("Password, once more"),
        strip=False,
        max_length=LONGEST,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password", "dir": "ltr"}),
    )

    def __init__(self, data=None, *, invitation):
        self.invitation = invitation
        known = {"display_name": invitation.display_name, "interface_language": invitation.interface_language}
        super().__init__(data, initial=known)
        self.fields["password"].help_text = " ".join(password_validators_help_texts())

    def clean_username(self):
        """The constraint knows no field to say it at, for it looks at every case of the letters."""
        username = self.cleaned_data["username"]
        if User.objects.filter(username__iexact=username).exists():
            raise ValidationError(User._meta.get_field("username").error_messages["unique"])
        return username

    def clean(self):
        cleaned = super().clean()
        password, again = cleaned.get("password"), cleaned.pop("password_again", None)
        if password and again and password != again:
            self.add_error("password_again", _("The two passwords are not the same. Type both again."))
        if password:
            names = {name: cleaned.get(name, "") for name in ("username", "display_name")}
            try:
                validate_password(password, User(email=self.invitation.email, **names))
            except ValidationError as error:
                self.add_error("password", error)
        return cleaned


@require_safe
def open_link(request, token):
    """Takes the token out of the address: keeps its hash in the session if it means an invitation."""
    if not limits.take(PER_ADDRESS, network_of(request)):
        return _closed(request, TOO_MANY, status=429)
    request.session.pop(SESSION_KEY, None)
    token_hash = invitations.hash_of(token)
    if invitations.with_hash(token_hash) is not None:
        limits.give_back(PER_ADDRESS, network_of(request))
        request.session[SESSION_KEY] = token_hash
    response = HttpResponseRedirect(reverse("account_invitation"))
    response["Referrer-Policy"] = "no-referrer"
    return response


@sensitive_post_parameters("password", "password_again")
@require_http_methods(["GET", "HEAD", "POST"])
def accept(request):
    """Shows what the invitation is to, asks for name and password, and makes the account."""
    invitation = invitations.with_hash(request.session.get(SESSION_KEY, ""))
    _speak(request, invitation)
    try:
        invitations.check_acceptable(invitation)
    except ValidationError as error:
        return _closed(request, error.messages[0])
    form = AcceptForm(request.POST if request.method == "POST" else None, invitation=invitation)
    if request.method == "POST":
        if not limits.take(PER_ADDRESS, network_of(request)):
            return _closed(request, TOO_MANY, status=429)
        if form.is_valid() and _make_account(request, form):
            return _to_sign_in(request)
    context = {
        "title": _("Your account in the newsroom"),
        "form": form,
        "invitation": invitation,
        "inviter": invitation.invited_by,
        "where": where(invitation.languages, list(invitation.sections.all())),
    }
    return TemplateResponse(request, "account/invitation.html", context)


def _speak(request, invitation):
    """Shows the page in the language that was chosen for the invitation, unless another one is asked for."""
    asked = request.GET.get("language")
    if asked in dict(settings.LANGUAGES) or invitation is not None:
        request.LANGUAGE_CODE = asked if asked in dict(settings.LANGUAGES) else invitation.interface_language
        translation.activate(request.LANGUAGE_CODE)


def _make_account(request, form):
    """Returns the account; None when it could not be made, and the form says why."""
    try:
        return workflow.accept_invitation(request.session[SESSION_KEY], request=request, **form.cleaned_data)
    except ValidationError as error:
        add_errors(form, error)
    return None


def _to_sign_in(request):
    """Whoever was signed in here is not any more: the new person begins with their own session."""
    logout(request)
    messages.success(request, _("Your account is made. Sign in with your new user name and password."))
    return HttpResponseRedirect(resolve_url(settings.LOGIN_URL))


def _closed(request, reason, *, status=404):
    """One page for every link that leads to no account."""
    context = {"title": _("This link leads nowhere any more"), "reason": reason}
    response = TemplateResponse(request, "account/invitation_closed.html", context, status=status)
    response["Referrer-Policy"] = "no-referrer"
    return response
