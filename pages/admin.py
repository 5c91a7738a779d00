from django.contrib import admin
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.roles import permission_for
from desk.admin import RELEASE_TITLE, PublishableAdmin, SharedAdmin, TranslatedAdmin, WholeSiteMixin, by_language
from media_library.admin import PictureChoiceMixin
from pages.forms import SiteSettingsForm
from pages.models import BreakingLine, HomeSlot, MenuItem, Page, SiteSettings
from pages.texts_admin import InterfaceTextsMixin
from publishing.languages import language_codes


@admin.register(Page)
class PageAdmin(PictureChoiceMixin, PublishableAdmin):
    """Pages that stand for themselves."""

    list_display = ("parent", "position")
    list_select_related = ("parent",)
    shared_fieldsets = (
        (_("For all languages"), {"fields": ("parent", "position", "lead_picture", "source_language")}),
        (RELEASE_TITLE, {"fields": ("release_policy", "wanted_languages", "embargo_until")}),
    )


@admin.register(MenuItem)
class MenuItemAdmin(SharedAdmin):
    """Menus."""

    list_display = ("indented_name", "menu", "position")
    list_editable = ("position",)
    list_filter = ("menu",)
    list_select_related = ("category", "page", "body")
    autocomplete_fields = ("page", "body")

    def get_queryset(self, request):
        return super().get_queryset(request).with_tree_fields()

    def get_fieldsets(self, request, obj=None):
        target = (_("Leads to"), {"fields": ("category", "page", "body", "place", "url")})
        return [(None, {"fields": ("menu", "parent", "position")}), target, *by_language(["label"])]

    @admin.display(description=_("entry"))
    def indented_name(self, item):
        return f"{'— ' * item.tree_depth}{item}"


@admin.register(HomeSlot)
class HomeSlotAdmin(WholeSiteMixin, admin.ModelAdmin):
    """What editors chose for the home page, each language by those who edit in it."""

    list_display = ("language", "position", "article")
    list_display_links = ("position",)
    list_filter = ("language",)
    list_select_related = ("article",)
    autocomplete_fields = ("article",)

    def about(self, row):
        return (row, row.language) if row.language else row

    def formfield_for_choice_field(self, db_field, request, **kwargs):
        field = super().formfield_for_choice_field(db_field, request, **kwargs)
        if db_field.name == "language":
            # A new place, or one that is moved, is in a language of theirs.
            may_add = permission_for(HomeSlot, "add")
            mine = [code for code in language_codes() if request.user.has_perm(may_add, (HomeSlot(), code))]
            field.choices = [(code, name) for code, name in field.choices if not code or code in mine]
        return field


@admin.register(BreakingLine)
class BreakingLineAdmin(WholeSiteMixin, SharedAdmin):
    """The breaking-news line."""

    list_display = ("__str__", "ends_at")
    autocomplete_fields = ("article",)

    def get_fieldsets(self, request, obj=None):
        return [*by_language(["text"]), (None, {"fields": ("article", "ends_at")})]


@admin.register(SiteSettings)
class SiteSettingsAdmin(InterfaceTextsMixin, TranslatedAdmin):
    """The one row of settings."""

    form = SiteSettingsForm

    def get_fieldsets(self, request, obj=None):
        words = by_language(["name", "department", "description", "about", "copyright"])
        return [*words, (None, {"fields": ("press_email", "accessibility_contact", "social_accounts")})]

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def changelist_view(self, request, extra_context=None):
        row = SiteSettings.load()
        return HttpResponseRedirect(reverse("admin:pages_sitesettings_change", args=[row.pk]))


# Admins of their own modules register themselves when they are imported.
from pages import messages_admin, redirects_admin  # noqa: E402, F401
