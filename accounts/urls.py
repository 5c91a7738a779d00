"""
The addresses of signing in and of one's own account.

Only those of django-allauth that are used: sign-up stays closed because it has no address.
"""

from allauth.account import views as account
from allauth.mfa.base import views as factors
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.urls import path, reverse_lazy
from django.utils.translation import gettext_lazy as _

from accounts import accepting, views
from accounts.views import password_again

FACTORS = reverse_lazy("mfa_index")


def titled(view, title, **attributes):
    """One of the library's views with a title for our frame."""
    return view.as_view(extra_context={"title": title}, **attributes)


urlpatterns = [
    path("invitation/", accepting.accept, name="account_invitation"),
    path("invitation/<str:token>/", accepting.open_link, name="account_invitation_link"),
    path("", views.overview, name="account"),
    path("login/", titled(account.LoginView, _("Sign in")), name="account_login"),
    path("logout/", titled(account.LogoutView, _("Log out")), name="account_logout"),
    path("password/", views.change_password, name="account_change_password"),
    path(
        "password/again/", titled(account.ReauthenticateView, _("Your password again")), name="account_reauthenticate"
    ),
    path("password/forgotten/", views.forgotten_password, name="account_reset_password"),
    path("password/forgotten/sent/", views.reset_sent, name="account_reset_sent"),
    path("password/new/<uidb64>/<token>/", views.NewPasswordView.as_view(), name="account_new_password"),
    path("email/", views.change_address, name="account_email"),
    path("email/confirm/<key>/", views.confirm_address, name="account_confirm_address"),
    path("devices/", views.devices, name="account_devices"),
    path("second-factor/", titled(factors.IndexView, _("Second factor")), name="mfa_index"),
    path("second-factor/needed/", views.second_factor_needed, name="account_second_factor_needed"),
    path("second-factor/code/", titled(factors.AuthenticateView, _("Second factor")), name="mfa_authenticate"),
    path(
        "second-factor/app/",
        password_again(titled(totp.ActivateTOTPView, _("Set up an authenticator app"))),
        name="mfa_activate_totp",
    ),
    path(
        "second-factor/app/remove/",
        password_again(titled(totp.DeactivateTOTPView, _("Remove the authenticator app"))),
        name="mfa_deactivate_totp",
    ),
    path(
        "second-factor/recovery-codes/",
        password_again(titled(recovery_codes.ViewRecoveryCodesView, _("Recovery codes"))),
        name="mfa_view_recovery_codes",
    ),
    path(
        "second-factor/recovery-codes/new/",
        password_again(titled(recovery_codes.GenerateRecoveryCodesView, _("Make new recovery codes"))),
        name="mfa_generate_recovery_codes",
    ),
    path("passkeys/add/", password_again(titled(views.AddPasskeyView, _("Add a passkey"))), name="mfa_add_webauthn"),
    path("passkeys/login/", views.PasskeySignInView.as_view(), name="mfa_login_webauthn"),
    path(
        "passkeys/<int:pk>/",
        password_again(titled(webauthn.EditWebAuthnView, _("Rename a passkey"), success_url=FACTORS)),
        name="mfa_edit_webauthn",
    ),
    path(
        "passkeys/<int:pk>/remove/",
        password_again(titled(views.RemovePasskeyView, _("Remove a passkey"), success_url=FACTORS)),
        name="mfa_remove_webauthn",
    ),
]
