from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from accounts.forms import SignInForm
from publishing.languages import direction, language_choices


class NewsroomAdminSite(admin.AdminSite):
    """The staff's room: Django's admin with our name, theme and languages."""

    site_header = _("Newsroom")
    site_title = _("Newsroom")
    index_title = _("Desk")
    login_form = SignInForm
    empty_value_display = "–"
    enable_nav_sidebar = False

    # What staff use every day comes first.
    app_order = ("articles", "media_library", "pages", "coalition", "publishing", "accounts", "auth")

    # Models of libraries that ours stand in for.
    hidden_apps = ("taggit",)

    def register(self, model_or_iterable, admin_class=None, **options):
        models = [model_or_iterable] if isinstance(model_or_iterable, type) else model_or_iterable
        shown = [model for model in models if model._meta.app_label not in self.hidden_apps]
        super().register(shown, admin_class, **options)

    def each_context(self, request):
        languages = [{"code": code, "name": name, "dir": direction(code)} for code, name in language_choices()]
        return super().each_context(request) | {"interface_languages": languages}

    def get_app_list(self, request, app_label=None):
        apps = super().get_app_list(request, app_label)
        places = {label: place for place, label in enumerate(self.app_order)}
        return sorted(apps, key=lambda app: places.get(app["app_label"], len(places)))
