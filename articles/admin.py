from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from articles.forms import BulkMoveForm, BulkTagForm
from articles.models import Article, Byline, Category
from articles.workflow import add_tags, move_to_section
from desk.admin import (
    RELEASE_TITLE,
    PublishableAdmin,
    StateFilter,
    TranslatedAdmin,
    by_language,
    in_every_language,
    tags_field,
)
from desk.items import number_in
from desk.trash import TrashFilter
from media_library.admin import PictureChoiceMixin
from media_library.models import Album
from media_library.tasks import request_index
from publishing.languages import language_codes
from publishing.models import Tag


@admin.register(Article)
class ArticleAdmin(PictureChoiceMixin, PublishableAdmin):
    """Articles."""

    list_display = ("category", "format_column")
    list_filter = (StateFilter, "category", "format", TrashFilter)
    list_select_related = ("category",)
    autocomplete_fields = ("bylines", *Article.MEDIUM_FIELDS.values())
    shared_fieldsets = (
        (_("For all languages"), {"fields": ("category", "lead_picture", "tags", "bylines", "source_language")}),
        (RELEASE_TITLE, {"fields": ("release_policy", "wanted_languages", "embargo_until")}),
        (_("Format and its media"), {"fields": ("format", *Article.MEDIUM_FIELDS.values())}),
    )

    actions = (*PublishableAdmin.actions, "bulk_tag", "bulk_move")

    class Media:
        js = ("desk/formats.js",)

    @admin.action(description=_("Add tags…"))
    def bulk_tag(self, request, queryset):
        return self.ask_and_do(request, queryset, "bulk_tag", BulkTagForm, add_tags)

    @admin.action(description=_("Move to another section…"))
    def bulk_move(self, request, queryset):
        return self.ask_and_do(request, queryset, "bulk_move", BulkMoveForm, move_to_section)

    def get_changeform_initial_data(self, request):
        """A new article about an album (`?format=gallery&album=7`) begins with the album's words."""
        initial = super().get_changeform_initial_data(request)
        albums = Album.objects.visible_to(request.user)
        album = albums.filter(pk=number_in(initial.get("album"))).first()
        if album is None:
            return initial
        titles = {f"title_{code}": getattr(album, f"title_{code}") or "" for code in language_codes()}
        texts = {f"standfirst_{code}": getattr(album, f"text_{code}") or "" for code in language_codes()}
        return titles | texts | initial

    @admin.display(description=_("format"), ordering="format")
    def format_column(self, article):
        return article.get_format_display()

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if db_field.name == "tags":
            return tags_field(db_field, self.admin_site)
        return super().formfield_for_dbfield(db_field, request, **kwargs)


@admin.register(Category)
class CategoryAdmin(TranslatedAdmin):
    """Sections."""

    list_display = ("indented_name", "layout", "is_on_home", "position")
    list_editable = ("position",)

    def get_queryset(self, request):
        return super().get_queryset(request).with_tree_fields()

    def get_fieldsets(self, request, obj=None):
        facts = (None, {"fields": ("parent", "position", "layout", "is_on_home", "needs_second_person")})
        return [*by_language(["name", "slug", "description"]), facts]

    @admin.display(description=_("name"))
    def indented_name(self, category):
        return f"{'— ' * category.tree_depth}{category}"


@admin.register(Byline)
class BylineAdmin(PictureChoiceMixin, TranslatedAdmin):
    """Bylines: who wrote it, as readers see it."""

    list_display = ("__str__",)
    search_fields = in_every_language("name")

    def get_fieldsets(self, request, obj=None):
        return [*by_language(["name", "role", "about"]), (None, {"fields": ("portrait",)})]


@admin.register(Tag)
class TagAdmin(TranslatedAdmin):
    """Topics."""

    list_display = ("__str__",)
    exclude = ("slug",)
    search_fields = in_every_language("name")

    def get_fieldsets(self, request, obj=None):
        return by_language(["name", "description"])

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        request_index(obj)

    def delete_model(self, request, obj):
        request_index(obj)
        super().delete_model(request, obj)

    def delete_queryset(self, request, queryset):
        for tag in queryset:
            request_index(tag)
        super().delete_queryset(request, queryset)
