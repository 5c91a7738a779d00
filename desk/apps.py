from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps
from django.utils.translation import gettext_lazy as _


class DeskConfig(AppConfig):
    name = "desk"
    verbose_name = _("Desk")

    def ready(self):
        from accounts import limits, sessions
        from accounts.audit import name_actions, name_values
        from accounts.lockdown import check_open
        from desk.audit import note_step
        from desk.notices import tell
        from desk.templatetags.desk_tags import STEP_NAMES
        from desk.tidying import register
        from publishing.models import Edition
        from publishing.signals import edition_changed, step_logged
        from publishing.workflow import add_gate

        edition_changed.connect(tell, dispatch_uid="desk.notices")
        step_logged.connect(note_step, dispatch_uid="desk.audit")
        name_actions({f"step.{step}": words for step, words in STEP_NAMES.items()})
        name_values(dict(Edition.State.choices))
        add_gate(check_open)
        register(limits.drop_old)
        register(sessions.drop_old)


class DeskAdminConfig(admin_apps.AdminConfig):
    """Django's admin, with the newsroom's own site object."""

    default = False
    default_site = "desk.site.NewsroomAdminSite"
