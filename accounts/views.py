"""
Signing in, and one's own account.

django-allauth's views are used as they are where that is enough (`accounts.urls`);
here is what they leave open.
"""

from functools import wraps

from allauth.account.decorators import reauthentication_required
from allauth.account.utils import passthrough_next_redirect_url
from allauth.core.exceptions import ReauthenticationRequired
from allauth.mfa.adapter import get_adapter
from allauth.mfa.webauthn import views as webauthn
from allauth.mfa.webauthn.internal.auth import begin_registration
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import PasswordResetConfirmView, redirect_to_login
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.debug import sensitive_post_parameters

from accounts import own_account, reset, second_factor, sessions, sign_in, workflow
from accounts.devices import in_words
from accounts.forms import AddressForm, ForgottenForm, NewPasswordForm, OwnFactsForm, add_errors


def password_again(view):
    """
    Has whoever is signed in type their password first, unless they did so within the last minutes.

    The library would keep a form that was posted too late, passwords and all, in
    the session. Here it is asked for again.
    """
    guarded = reauthentication_required(view)

    @wraps(view)
    def asked(request, *args, **kwargs):
        try:
            return guarded(request, *args, **kwargs)
        except ReauthenticationRequired:
            page = "account_reauthenticate" if request.user.is_authenticated else "account_login"
            return redirect_to_login(request.get_full_path(), reverse(page))

    return asked


# --- Before sign-in -------------------------------------------------------------------


class PasskeySignInView(webauthn.LoginWebAuthnView):
    """Signs somebody in by a passkey: GET (by script) tells what to sign, POST brings it."""

    def dispatch(self, request, *args, **kwargs):
        if sign_in.take_passkey_attempt(request):
            return super().dispatch(request, *args, **kwargs)
        if request.method == "GET":
            return HttpResponse(status=429)
        messages.error(request, get_adapter().error_messages["too_many_codes"])
        return self.back()

    def form_invalid(self, form):
        super().form_invalid(form)
        return self.back()

    def back(self):
        return HttpResponseRedirect(
            passthrough_next_redirect_url(self.request, reverse("account_login"), REDIRECT_FIELD_NAME)
        )


def forgotten_password(request):
    """Asks whose password was forgotten, and answers alike for every name."""
    form = ForgottenForm(request.POST or None)
    if form.is_valid():
        if reset.ask(request, form.cleaned_data["login"]):
            return redirect("account_reset_sent")
        form.add_error(None, _("You asked too often. Wait an hour, and look for our mail meanwhile."))
    return render(request, "account/forgotten.html", {"title": _("Forgotten password"), "form": form})


def reset_sent(request):
    """Says what happens now, to whomever."""
    return render(request, "account/forgotten_sent.html", {"title": _("Look into your mailbox")})


class NewPasswordView(PasswordResetConfirmView):
    """Sets a new password by the link in a mail (`accounts.reset`)."""

    template_name = "account/new_password.html"
    form_class = NewPasswordForm
    token_generator = reset.keys
    title = gettext_lazy("Set a new password")
    success_url = reverse_lazy("account_login")

    def dispatch(self, *args, **kwargs):
        response = super().dispatch(*args, **kwargs)
        response["Referrer-Policy"] = "same-origin"
        return response

    def get_user(self, uidb64):
        person = super().get_user(uidb64)
        return person if person and reset.may_reset(person) else None

    def form_valid(self, form):
        with transaction.atomic():
            response = super().form_valid(form)
            own_account.password_was_reset(self.user, request=self.request)
        messages.success(self.request, _("Your new password is set. Sign in with it."))
        return response

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        return context if self.validlink else context | {"title": _("This link does not work any more")}


# --- One's own account ------------------------------------------------------------------


@login_required
def overview(request):
    """All that somebody can change of their own account; name and language at once."""
    form = OwnFactsForm(request.POST or None, instance=request.user)
    if form.is_valid():
        form.save()
        own_account.change_facts(request.user, form.changed_data, request=request)
        messages.success(request, _("Your account was changed."))
        return redirect("account")
    # A form that was refused has changed the object, not the account.
    request.user.refresh_from_db(fields=form.fields)
    context = {
        "title": _("My account"),
        "form": form,
        "factors": second_factor.factors_of(request.user).count(),
        "needs_factor": second_factor.is_needed_by(request.user),
        "devices": sessions.sessions_of(request.user).count(),
    }
    return render(request, "account/overview.html", context)


@sensitive_post_parameters("new_password1", "new_password2")
@password_again
def change_password(request):
    """Gives whoever is signed in a new password."""
    form = NewPasswordForm(request.user, request.POST or None)
    if form.is_valid():
        own_account.change_password(request, form.cleaned_data["new_password1"])
        messages.success(request, _("Your password was changed. On all other devices you are signed out."))
        return redirect("account")
    return render(request, "account/change_password.html", {"title": _("Change password"), "form": form})


@password_again
def change_address(request):
    """Sends a link to a new e-mail address."""
    form = AddressForm(request.POST or None, user=request.user)
    if form.is_valid() and _tried(form, lambda: own_account.ask_for_address(request, form.cleaned_data["email"])):
        messages.success(
            request,
            _("We sent a link to %(address)s. It works for two hours; until you open it, nothing changes.")
            % {"address": form.cleaned_data["email"]},
        )
        return redirect("account")
    return render(request, "account/change_address.html", {"title": _("Change e-mail address"), "form": form})


def confirm_address(request, key):
    """Makes a new address the account's, after a click: mail servers open links by themselves."""
    found = own_account.address_behind(key)
    if found is None:
        context = {"title": _("This link does not work any more")}
        return render(request, "account/confirm_address.html", context)
    person, address = found
    problems = []
    if request.method == "POST":
        try:
            own_account.change_address(person, address, request=request)
        except ValidationError as error:
            problems = error.messages
        else:
            messages.success(request, _("Your new e-mail address is in use now."))
            return redirect("account")
    context = {"title": _("Confirm your new e-mail address"), "address": address, "problems": problems}
    return render(request, "account/confirm_address.html", context)


@login_required
def devices(request):
    """Where somebody is signed in, and signing out there."""
    own = sessions.sessions_of(request.user)
    if request.method == "POST":
        return _sign_out(request, own)
    here = request.session.session_key
    rows = [{"session": row, "device": in_words(row.browser), "is_here": row.session_key == here} for row in own]
    rows.sort(key=lambda row: not row["is_here"])
    return render(request, "account/devices.html", {"title": _("Where you are signed in"), "rows": rows})


def _sign_out(request, own):
    if request.POST.get("session") == "others":
        count = workflow.end_sessions(request.user, by=request.user, request=request, but=request)
        words = ngettext(
            "You are signed out on %(count)s other device.", "You are signed out on %(count)s other devices.", count
        )
        messages.success(request, words % {"count": count})
        return redirect("account_devices")
    others = own.exclude(session_key=request.session.session_key)
    row = next((row for row in others if str(row.pk) == request.POST.get("session")), None)
    if row is None:
        raise Http404("no such session")
    own_account.end_session(row, request=request)
    messages.success(request, _("You are signed out on %(device)s.") % {"device": in_words(row.browser)})
    return redirect("account_devices")


def _tried(form, change):
    """Whether a change went through; if not, the form says why."""
    try:
        change()
    except ValidationError as error:
        add_errors(form, error)
        return False
    return True


# --- Second factor --------------------------------------------------------------------------


@login_required
def second_factor_needed(request):
    """Says to somebody whose work needs a second factor why, and where to set one up."""
    if not second_factor.is_outstanding(request):
        return redirect("account")
    return render(request, "account/second_factor_needed.html", {"title": _("Set up a second factor")})


class AddPasskeyView(webauthn.AddWebAuthnView):
    """Adds a passkey that the device keeps and that it asks a finger, a face or a PIN for."""

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        options = begin_registration(self.request.user, passwordless=True)
        return context | {"js_data": {"creation_options": options}}


class RemovePasskeyView(webauthn.RemoveWebAuthnView):
    """Removes a passkey, unless it is the last factor of somebody who needs one."""

    def form_valid(self, form):
        if get_adapter().can_delete_authenticator(self.object):
            return super().form_valid(form)
        messages.error(self.request, get_adapter().error_messages["cannot_delete_authenticator"])
        return redirect("mfa_index")
