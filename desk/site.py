from importlib import import_module

from django.conf import settings
from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponseRedirect
from django.urls import path, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from accounts.lockdown import is_known_by
from desk.audit import AuditedAdmin
from desk.named_lists import NamedLists
from desk.searching import SearchLimit
from publishing.languages import direction, language_choices, language_codes


class NewsroomAdminSite(admin.AdminSite):
    """The staff's room: Django's admin with our name, theme and languages."""

    site_header = _("Newsroom")
    site_title = _("Newsroom")
    index_title = _("Desk")
    empty_value_display = "–"
    enable_nav_sidebar = False
    index_template = "desk/dashboard.html"

    # What staff use every day comes first.
    app_order = ("articles", "media_library", "pages", "search", "coalition", "publishing", "accounts", "auth")

    # Models of libraries that ours stand in for.
    hidden_apps = ("taggit", "account", "mfa")

    def register(self, model_or_iterable, admin_class=None, **options):
        models = [model_or_iterable] if isinstance(model_or_iterable, type) else model_or_iterable
        shown = [model for model in models if model._meta.app_label not in self.hidden_apps]
        super().register(shown, self._guarded(admin_class or admin.ModelAdmin), **options)

    @staticmethod
    def _guarded(admin_class):
        """With the log, the limits of searches, and names of lists. Nobody has to remember it, nor any library."""
        parents = (AuditedAdmin, SearchLimit, NamedLists, admin_class)
        return type(admin_class.__name__, parents, {"__module__": admin_class.__module__})

    def each_context(self, request):
        languages = [{"code": code, "name": name, "dir": direction(code)} for code, name in language_choices()]
        return super().each_context(request) | {
            "interface_languages": languages,
            "lock_down": lambda: self._lock_down(request.user),
            "unread_notices": lambda: self._unread_notices(request.user),
        }

    @staticmethod
    def _unread_notices(user):
        """Asked when a page shows it; the sign-in page has nobody to ask for."""
        from desk.notices import unread_count

        return unread_count(user) if user.is_authenticated else 0

    @staticmethod
    def _lock_down(user):
        """The lock-down that pages tell of, or None; asked for only where there is one."""
        from accounts.models import LockDown

        if not (user.is_staff and is_known_by(user)):
            return None
        return LockDown.objects.select_related("started_by").filter(is_in_force=True).first()

    # Modules of this app with screens of their own: each lists them as `screens`, (route, view, name).
    screen_modules = (
        "desk.dashboard",
        "desk.board",
        "desk.calendar",
        "desk.translating",
        "desk.history",
        "desk.autosave",
        "desk.comments",
        "desk.notices",
        "desk.previews",
        "desk.lockdown",
        "desk.undo",
    )

    def get_urls(self):
        screens = [
            path(f"desk/{route}", self.admin_view(view), name=f"desk_{name}")
            for module in self.screen_modules
            for route, view, name in import_module(module).screens
        ]
        language = path("language/", self.admin_view(self.choose_language), name="language")
        return [language, *screens, *super().get_urls()]

    def login(self, request, extra_context=None):
        """There is one page to sign in, and it is not the admin's."""
        return redirect_to_login(request.GET.get("next") or reverse("admin:index"), settings.LOGIN_URL)

    def logout(self, request, extra_context=None):
        return HttpResponseRedirect(reverse("account_logout"))

    def password_change(self, request, extra_context=None):
        return HttpResponseRedirect(reverse("account_change_password"))

    def choose_language(self, request):
        """Changes the interface language of whoever is signed in, and goes back to where they were."""
        language = request.POST.get("language")
        if language in language_codes():
            request.user.interface_language = language
            request.user.save(update_fields=["interface_language"])
        back = request.POST.get("next", "")
        is_safe = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
        return HttpResponseRedirect(back if is_safe else reverse("admin:index"))

    def index(self, request, extra_context=None):
        # The dashboard knows the admin's lists, which are registered on this site.
        from desk.dashboard import dashboard_context

        return super().index(request, dashboard_context(request) | (extra_context or {}))

    def get_app_list(self, request, app_label=None):
        apps = super().get_app_list(request, app_label)
        places = {label: place for place, label in enumerate(self.app_order)}
        return sorted(apps, key=lambda app: places.get(app["app_label"], len(places)))
