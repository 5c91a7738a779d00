from django.apps import AppConfig, apps
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("Accounts")

    def ready(self):
        from allauth.mfa import signals as factors

        from accounts import checks, roles, second_factor, sessions, sign_in  # noqa: F401

        post_migrate.connect(_sync_groups, dispatch_uid="accounts.roles")
        user_logged_in.connect(sessions.open_session, dispatch_uid="accounts.sessions")
        user_logged_out.connect(sessions.close_session, dispatch_uid="accounts.sessions")
        user_logged_in.connect(sign_in.note_sign_in, dispatch_uid="accounts.sign_in")
        user_logged_out.connect(sign_in.note_sign_out, dispatch_uid="accounts.sign_in")
        user_login_failed.connect(sign_in.note_failure, dispatch_uid="accounts.sign_in")
        factors.authenticator_added.connect(second_factor.note_added, dispatch_uid="accounts.second_factor")
        factors.authenticator_removed.connect(second_factor.note_removed, dispatch_uid="accounts.second_factor")
        factors.authenticator_reset.connect(second_factor.note_reset, dispatch_uid="accounts.second_factor")
        factors.authenticator_used.connect(second_factor.note_used, dispatch_uid="accounts.second_factor")
        factors.authentication_failed.connect(second_factor.note_failed, dispatch_uid="accounts.second_factor")


def _sync_groups(sender, **kwargs):
    """After the last app: permissions are made app by app."""
    from accounts.roles import sync_groups

    if sender == [config for config in apps.get_app_configs() if config.models_module][-1]:
        sync_groups()
