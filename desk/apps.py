from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps
from django.utils.translation import gettext_lazy as _


class DeskConfig(AppConfig):
    name = "desk"
    verbose_name = _("Desk")

    def ready(self):
        from desk.notices import tell
        from publishing.signals import edition_changed

        edition_changed.connect(tell, dispatch_uid="desk.notices")


class DeskAdminConfig(admin_apps.AdminConfig):
    """Django's admin, with the newsroom's own site object."""

    default = False
    default_site = "desk.site.NewsroomAdminSite"
