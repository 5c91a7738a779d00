from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelectMultiple
from django.forms import ModelMultipleChoiceField
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from articles.forms import BulkMoveForm, BulkTagForm
from articles.models import Article, Byline, Category
from articles.workflow import add_tags, move_to_section
from desk.admin import RELEASE_TITLE, PublishableAdmin, StateFilter, TranslatedAdmin, by_language, in_every_language
from desk.trash import TrashFilter
from media_library.admin import PictureChoiceMixin
from publishing.models import Tag


@admin.register(Article)
class ArticleAdmin(PictureChoiceMixin, PublishableAdmin):
    """Articles."""

    list_display = ("category", "format_column")
    list_filter = (StateFilter, "category", "format", TrashFilter)
    list_select_related = ("category",)
    autocomplete_fields = ("bylines", "video", "album", "infographic", "document")
    shared_fieldsets = (
        (_("For all languages"), {"fields": ("category", "lead_picture", "tags", "bylines", "source_language")}),
        (RELEASE_TITLE, {"fields": ("release_policy", "wanted_languages", "embargo_until")}),
        (_("Format and its media"), {"fields": ("format", "video", "album", "infographic", "document")}),
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

    @admin.display(description=_("format"), ordering="format")
    def format_column(self, article):
        return article.get_format_display()

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if db_field.name == "tags":
            return ModelMultipleChoiceField(
                Tag.objects.all(),
                label=capfirst(db_field.verbose_name),
                help_text=db_field.help_text,
                required=False,
                widget=AutocompleteSelectMultiple(db_field, self.admin_site),
            )
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
