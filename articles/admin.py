from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TranslationStackedInline

from articles.forms import ArticleForm, BulkMoveForm, BulkTagForm
from articles.models import Article, ArticleEdition, Byline, Category, TopicPage
from articles.reads_admin import ReadsMixin
from articles.references import is_settled
from articles.workflow import (
    add_tags,
    may_withdraw_bylines,
    move_to_section,
    show_byline_again,
    withdraw_byline,
)
from desk.admin import (
    RELEASE_TITLE,
    EditorMixin,
    PublishableAdmin,
    SharedAdmin,
    StateFilter,
    by_language,
    choice_only,
    in_every_language,
    tags_field,
)
from desk.closed_fields import close_fields, open_languages
from desk.forms import TranslatedForm
from desk.items import number_in, render_screen
from desk.trash import TrashFilter
from media_library.admin import PictureChoiceMixin
from media_library.models import Album
from media_library.tasks import request_index
from publishing.languages import language_codes
from publishing.models import Tag

WITHDRAWN = _("“%(name)s” is withdrawn: no public page shows this name any more.")
SHOWN_AGAIN = _("“%(name)s” is shown to readers again.")


@admin.register(Article)
class ArticleAdmin(ReadsMixin, PictureChoiceMixin, PublishableAdmin):
    """Articles."""

    list_display = ("category", "format_column")
    list_filter = (StateFilter, "category", "format", TrashFilter)
    list_select_related = ("category",)
    form = ArticleForm
    search_fields = (*PublishableAdmin.search_fields, "reference")
    autocomplete_fields = ("bylines", "related", *Article.MEDIUM_FIELDS.values())
    shared_fieldsets = (
        (
            _("For all languages"),
            {"fields": ("category", "lead_picture", "tags", "bylines", "reference", "related", "source_language")},
        ),
        (RELEASE_TITLE, {"fields": ("release_policy", "wanted_languages", "embargo_until")}),
        (_("Format and its media"), {"fields": ("format", *Article.MEDIUM_FIELDS.values())}),
    )

    actions = (*PublishableAdmin.actions, "bulk_tag", "bulk_move")

    class Media:
        css = {"all": ("desk/reads.css",)}  # noqa: RUF012 (Django's own way)
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

    def get_readonly_fields(self, request, obj=None):
        """The number that a press release went out with stays."""
        names = super().get_readonly_fields(request, obj)
        return [*names, "reference"] if obj is not None and is_settled(obj) else names

    @admin.display(description=_("format"), ordering="format")
    def format_column(self, article):
        return article.get_format_display()

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if db_field.name == "tags":
            return tags_field(db_field, self.admin_site)
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        return choice_only(field) if db_field.name == "related" else field


@admin.register(Category)
class CategoryAdmin(SharedAdmin):
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
class BylineAdmin(PictureChoiceMixin, SharedAdmin):
    """Bylines: who wrote it, as readers see it."""

    change_form_template = "articles/byline_form.html"
    list_display = ("__str__", "is_shown")
    list_filter = (("withdrawn_at", admin.EmptyFieldListFilter),)
    search_fields = in_every_language("name")
    actions = ("withdraw",)

    def get_fieldsets(self, request, obj=None):
        return [*by_language(["name", "role", "about"]), (None, {"fields": ("portrait",)})]

    def get_search_results(self, request, queryset, search_term):
        """A withdrawn byline is not offered for other articles."""
        rows, may_repeat = super().get_search_results(request, queryset, search_term)
        is_choice = request.path.endswith("/autocomplete/")
        return rows.shown() if is_choice else rows, may_repeat

    @admin.display(description=_("shown to readers"), boolean=True, ordering="withdrawn_at")
    def is_shown(self, byline):
        return byline.withdrawn_at is None

    # Withdrawing --------------------------------------------------------------------

    def has_withdraw_permission(self, request):
        return may_withdraw_bylines(request.user)

    @admin.action(description=_("Withdraw everywhere at once"), permissions=["withdraw"])
    def withdraw(self, request, queryset):
        for byline in queryset.shown():
            self._try(request, withdraw_byline, byline, WITHDRAWN)

    def get_urls(self):
        view = self.admin_site.admin_view(self.withdraw_view)
        return [path("<int:object_id>/withdraw/", view, name="articles_byline_withdraw"), *super().get_urls()]

    def withdraw_view(self, request, object_id):
        """Asks once more before a byline is withdrawn everywhere or shown again, and does it."""
        if not self.has_withdraw_permission(request):
            raise PermissionDenied
        byline = get_object_or_404(Byline, pk=object_id)
        if request.method == "POST":
            is_shown_again = request.POST.get("do") == "show"
            steps = (show_byline_again, SHOWN_AGAIN) if is_shown_again else (withdraw_byline, WITHDRAWN)
            self._try(request, steps[0], byline, steps[1])
            return HttpResponseRedirect(reverse("admin:articles_byline_change", args=[byline.pk]))
        articles = ArticleEdition.objects.published_in_any_language().filter(live__bylines=byline)
        context = {"opts": self.opts, "byline": byline, "count": articles.values("item").distinct().count()}
        title = gettext("Show this byline again?") if byline.withdrawn_at else gettext("Withdraw this byline?")
        return render_screen(request, "articles/byline_withdraw.html", context, title=title)

    @staticmethod
    def _try(request, step, byline, done):
        try:
            step(byline, by=request.user, request=request)
        except ValidationError as error:
            messages.warning(request, " ".join(error.messages))
        else:
            messages.success(request, done % {"name": byline})

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        context["may_withdraw"] = change and self.has_withdraw_permission(request)
        return super().render_change_form(request, context, add, change, form_url, obj)


class TopicPageInline(PictureChoiceMixin, EditorMixin, TranslationStackedInline):
    """What the page of a topic shows above its list. Who may write it in every language may take it away again."""

    model = TopicPage
    form = TranslatedForm
    verbose_name_plural = _("topic page")

    def get_fieldsets(self, request, obj=None):
        return [(None, {"fields": ("picture",)}), *by_language(["introduction"])]

    def get_formset(self, request, obj=None, **kwargs):
        formset = super().get_formset(request, obj, **kwargs)
        close_fields(formset.form, request.user)
        return formset

    def has_delete_permission(self, request, obj=None):
        return open_languages(request.user, TopicPage) == language_codes()


@admin.register(Tag)
class TagAdmin(SharedAdmin):
    """Topics."""

    inlines = (TopicPageInline,)
    list_display = ("__str__",)
    exclude = ("slug",)
    search_fields = in_every_language("name")

    def get_fieldsets(self, request, obj=None):
        return by_language(["name", "description"])

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        _tell_of(obj)

    def delete_model(self, request, obj):
        _tell_of(obj)
        super().delete_model(request, obj)

    @transaction.atomic
    def delete_queryset(self, request, queryset):
        for tag in queryset:
            _tell_of(tag)
        super().delete_queryset(request, queryset)


def _tell_of(tag):
    """Has pictures found by the names of a topic as they are now."""
    request_index(tag)
