"""The admin base that every content app inherits: language tabs, saving per language, workflow buttons."""

from functools import reduce
from operator import or_

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.widgets import AutocompleteSelectMultiple, RelatedFieldWidgetWrapper
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import URLField
from django.forms import ModelMultipleChoiceField
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django_prose_editor.widgets import AdminProseEditorWidget
from modeltranslation.admin import TranslationAdmin
from modeltranslation.translator import translator

from accounts.backends import may_in_some_section
from accounts.roles import permission_for
from desk.autosave import forget, kept_work, others_here
from desk.badges import state_badge
from desk.bulk import BulkActions
from desk.checks import run_checks
from desk.closed_fields import ClosedFieldsMixin
from desk.comments import open_threads
from desk.finding import FoundByWords
from desk.forms import PublishableForm, TranslatedForm
from desk.items import label_of, sections_seen_by, text_url
from desk.links import request_link_checks
from desk.previews import text_on_stage
from desk.reach import reach_of
from desk.saving import SHARED, record_saves
from desk.steps import STEPS, first_steps, possible_steps
from desk.trash import TrashFilter, TrashMixin
from desk.weight import weight_of
from publishing import workflow
from publishing.fields import HtmlField
from publishing.languages import direction, language_codes, own_name
from publishing.models import Edition, LogEntry, Tag
from publishing.workflow import may, waits_for

# When something goes out is decided by those who publish.
RELEASE_FIELDS = frozenset({"release_policy", "embargo_until", "wanted_languages"})

RELEASE_TITLE = gettext_lazy("When it goes out")

EDITOR = {"config": {"extensions": settings.NEWSROOM_EDITOR_EXTENSIONS}, "preset": "configurable"}


def choice_only(field, *, may_add=False):
    """
    A form field without the buttons that change, delete or show what is chosen (or add to it).

    What other things use, too, is changed in its own list, not in passing.
    """
    if isinstance(getattr(field, "widget", None), RelatedFieldWidgetWrapper):
        field.widget.can_change_related = field.widget.can_delete_related = field.widget.can_view_related = False
        field.widget.can_add_related = field.widget.can_add_related and may_add
    return field


def tags_field(db_field, admin_site):
    """The form field of a model's tags: chosen by typing, among all that there are."""
    return ModelMultipleChoiceField(
        Tag.objects.all(),
        label=capfirst(db_field.verbose_name),
        help_text=db_field.help_text,
        required=False,
        widget=AutocompleteSelectMultiple(db_field, admin_site),
    )


def in_every_language(*names):
    """The columns of translated fields in all languages: `title_en`, `title_ar`, …"""
    return tuple(f"{name}_{code}" for name in names for code in language_codes())


class EditorMixin:
    """Rich text is edited with the newsroom's editor wherever an admin shows it; an address without scheme is https."""

    formfield_overrides = {
        HtmlField: {"widget": AdminProseEditorWidget(**EDITOR)},
        URLField: {"assume_scheme": "https"},
    }


class TranslatedAdmin(EditorMixin, FoundByWords, TranslationAdmin):
    """The admin of a model with translated fields. Lay them out with `by_language`."""

    form = TranslatedForm


class SharedAdmin(ClosedFieldsMixin, TranslatedAdmin):
    """
    The admin of what many texts share: tags, bylines, menus.

    Somebody whose role counts in some languages changes the words of those.
    """


class WholeSiteMixin:
    """For what stands for the whole site: a role that counts in one section only does not count here."""

    def _may(self, request, action, obj):
        row = obj or self.model()
        return request.user.has_perm(permission_for(self.model, action), self.about(row))

    def about(self, row):
        """What the permission is asked about: the row, or with one language of its own the two together."""
        return row

    def has_add_permission(self, request):
        return self._may(request, "add", None)

    def has_change_permission(self, request, obj=None):
        return self._may(request, "change", obj)

    def has_delete_permission(self, request, obj=None):
        return self._may(request, "delete", obj)


def by_language(names):
    """Fieldsets of translated fields, one per language under its own name."""
    return [(own_name(code), {"fields": [f"{name}_{code}" for name in names]}) for code in language_codes()]


class StateFilter(admin.SimpleListFilter):
    """By language and state: "Arabic: published"."""

    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request, model_admin):
        return [
            (f"{code}:{state.value}", f"{own_name(code)}: {state.label}")
            for code in language_codes()
            for state in Edition.State
        ]

    def queryset(self, request, queryset):
        language, _colon, state = (self.value() or "").partition(":")
        if not state:
            return queryset
        return queryset.filter(editions__language=language, editions__state=state)


def state_column(language):
    """A list column that shows the state of one language."""

    @admin.display(description=own_name(language))
    def column(item):
        return state_badge(item.edition_in(language))

    column.__name__ = f"state_{language}"
    return column


class PublishableAdmin(BulkActions, TrashMixin, TranslatedAdmin):
    """
    The admin of a publishable model.

    Subclasses name the fields that all languages share in `shared_fieldsets`;
    the translated ones are laid out by language.
    """

    form = PublishableForm
    change_form_template = "desk/publishable_form.html"
    # Working copies: readers see them only after a step that a lock-down stops.
    open_in_lock_down = frozenset({"add", "change"})
    list_per_page = 50
    list_filter = (StateFilter, TrashFilter)
    search_fields = in_every_language("title")
    shared_fieldsets = ()
    # Translated fields that are rarely needed, folded away at the end of each language.
    folded_fields = ("slug", "seo_title", "seo_description")

    # Lists ---------------------------------------------------------------------

    def get_queryset(self, request):
        rows = super().get_queryset(request).prefetch_related("editions")
        sections = sections_seen_by(request.user, self.model)
        return rows if sections is None else rows.filter(category__in=sections)

    def get_search_results(self, request, queryset, search_term):
        """What is in the trash is offered nowhere as a choice; in the list it is a filter's to say."""
        rows, may_repeat = super().get_search_results(request, queryset, search_term)
        is_choice = request.path.endswith("/autocomplete/")
        return rows.filter(trashed_at=None) if is_choice else rows, may_repeat

    def readable(self, request, rows):
        reaches = [reach_of(request.user, self.model, action) for action in ("view", "change")]
        limits = [reach.items() for reach in reaches if reach]
        if not limits:
            return rows.none()
        return rows.filter(reduce(or_, limits)) if all(limits) else rows

    def get_list_display(self, request):
        return ("working_title_column", *self.list_display, *(state_column(code) for code in language_codes()))

    list_display = ()
    list_display_links = ("working_title_column",)

    @admin.display(description=gettext_lazy("title"))
    def working_title_column(self, item):
        return item.working_title

    # The form --------------------------------------------------------------------

    def get_fieldsets(self, request, obj=None):
        languages = [(code, {"fields": self._fields_in(code), "classes": ["language"]}) for code in language_codes()]
        return [*languages, *self.shared_fieldsets]

    def _fields_in(self, language):
        first = ("title", "standfirst", "body")
        names = translator.get_options_for_model(self.model).get_field_names()
        own = sorted(set(names) - {*first, *self.folded_fields})
        return [f"{name}_{language}" for name in (*first, *own, *self.folded_fields)]

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        return choice_only(super().formfield_for_dbfield(db_field, request, **kwargs), may_add=True)

    def get_object(self, request, object_id, from_field=None):
        item = super().get_object(request, object_id, from_field)
        if item is not None and request.method == "POST":
            # Two saves of one item wait for one another, so that each sees what the other did.
            item = self.model.objects.select_for_update().prefetch_related("editions").get(pk=item.pk)
        return item

    # Who may what ------------------------------------------------------------------

    def has_add_permission(self, request):
        # What lies in no section is the whole site's: a role in one section does not count there.
        return self._has(request, "add", None if hasattr(self.model, "category") else self.model())

    def _has(self, request, action, about=None):
        return request.user.has_perm(permission_for(self.model, action), about)

    def has_change_permission(self, request, obj=None):
        return self._has(request, "change", obj)

    def has_view_permission(self, request, obj=None):
        return self._has(request, "view", obj) or self._has(request, "change", obj)

    def get_readonly_fields(self, request, obj=None):
        """Languages and facts that this person may not change are shown, not offered."""
        names = [name for code in self.closed_languages(request, obj) for name in self._fields_in(code)]
        return [*super().get_readonly_fields(request, obj), *names, *self._closed_facts(request, obj)]

    def closed_languages(self, request, item):
        """The languages whose text this person may not change; for a new item, in no section."""
        return [code for code in language_codes() if not self._may_write(request, item, code)]

    def _may_write(self, request, item, language):
        if item is not None:
            return may(request.user, item, language, "change")
        return may_in_some_section(request.user, permission_for(self.model, "add"), language)

    @staticmethod
    def comment_counts(item):
        return open_threads([item])

    def _closed_facts(self, request, item):
        """Whoever may add such a thing may change its facts; when it goes out is for those who publish."""
        names = [name for _title, options in self.shared_fieldsets for name in options["fields"]]
        if item is not None and not self._has(request, "add", item):
            return names
        return [] if self._has(request, "publish", item) else [name for name in names if name in RELEASE_FIELDS]

    def get_form(self, request, obj=None, **kwargs):
        form = super().get_form(request, obj, **kwargs)
        form.user = request.user
        return form

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        adminform = context["adminform"]
        fieldsets = {fieldset.name: fieldset for fieldset in adminform}
        context |= {
            "languages": [
                LanguagePanel(self, request, obj, code, fieldsets[code], adminform.form) for code in language_codes()
            ],
            "shared": [fieldset for fieldset in adminform if fieldset.name not in language_codes()],
            "conflicts": getattr(adminform.form, "conflicts", []),
            "history": self._history(obj),
            "kept_work": kept_work(request.user, obj or self.model) if request.method == "GET" else [],
            "others_here": others_here(request.user, obj or self.model),
            "label": label_of(self.model),
            "trash_url": self.trash_url(request, obj),
        }
        return super().render_change_form(request, context, add, change, form_url, obj)

    def _history(self, item):
        if item is None:
            return []
        return LogEntry.objects.filter(item_type__model=item._meta.model_name, item_id=item.pk).select_related("by")[:8]

    # Saving ------------------------------------------------------------------------

    def save_model(self, request, obj, form, change):
        if change:
            if columns := form.save_changes():
                obj.save(update_fields=columns)
        else:
            obj.created_by = request.user
            obj.save()

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        parts = self._parts_to_count(form, change)
        record_saves(form.instance, parts, request.user)
        forget(request.user, form.instance if change else self.model, form.changed_parts)
        for language in language_codes():
            if language in parts:
                request_link_checks(form.instance, language)

    @staticmethod
    def _parts_to_count(form, change):
        if change:
            return form.changed_parts
        # A new item has an edition only in the languages in which something was written.
        written = [part for part in form.changed_parts if any(form.cleaned_data.get(name) for name in form.parts[part])]
        return [part for part in form.changed_parts if part == SHARED or part in written]

    def response_add(self, request, obj, post_url_continue=None):
        return self._response_step(request, obj) or super().response_add(request, obj, post_url_continue)

    def response_change(self, request, obj):
        return self._response_step(request, obj) or super().response_change(request, obj)

    def _response_step(self, request, obj):
        step, _colon, language = request.POST.get("_step", "").partition(":")
        if step not in STEPS or language not in language_codes():
            return None
        return HttpResponseRedirect(self.step_url(obj, language, step))

    # Workflow ------------------------------------------------------------------------

    def get_urls(self):
        name = f"{self.opts.app_label}_{self.opts.model_name}_step"
        view = self.admin_site.admin_view(self.step_view)
        return [path("<int:object_id>/<str:language>/<str:step>/", view, name=name), *super().get_urls()]

    def step_url(self, item, language, step):
        name = f"{self.admin_site.name}:{self.opts.app_label}_{self.opts.model_name}_step"
        return reverse(name, args=[item.pk, language, step])

    def change_url(self, item, language):
        name = f"{self.admin_site.name}:{self.opts.app_label}_{self.opts.model_name}_change"
        return f"{reverse(name, args=[item.pk])}#{language}"

    def step_view(self, request, object_id, language, step):
        """Asks once more before a workflow step, and does it: nothing goes live by accident."""
        item = self.get_queryset(request).filter(pk=object_id, trashed_at=None).first()
        if item is None or step not in STEPS or language not in language_codes():
            return self._get_obj_does_not_exist_redirect(request, self.opts, str(object_id))
        step = STEPS[step]
        if not may(request.user, item, language, step.action):
            raise PermissionDenied
        data = request.POST if request.method == "POST" else None
        form = step.form(data, item=item, edition=item.edition_in(language), user=request.user)
        if request.method == "POST" and form.is_valid():
            try:
                edition = getattr(workflow, step.name)(item, language=language, by=request.user, **form.cleaned_data)
            except ValidationError as error:
                self._show_errors(form, item, error)
            else:
                self._say_what_happened(request, item, edition, step)
                return HttpResponseRedirect(self.change_url(item, language))
        return self._render_step(request, item, language, step, form)

    def _say_what_happened(self, request, item, edition, step):
        facts = {"title": item.text_in("title", edition.language), "language": own_name(edition.language)}
        others = _(", ").join(own_name(code) for code in waits_for(item, edition))
        if step.name == "publish" and others:
            message = _("“%(title)s” is approved in %(language)s. It goes out together with: %(others)s.")
            messages.success(request, message % (facts | {"others": others}))
        else:
            messages.success(request, step.done % facts)

    def _show_errors(self, form, item, error):
        for name, problems in error.update_error_dict({}).items():
            label = self._label(item, name)
            for problem in problems:
                for message in problem.messages:
                    form.add_error(name if name in form.fields else None, f"{label}: {message}" if label else message)

    @staticmethod
    def _label(item, name):
        base = name
        for code in language_codes():
            base = base.removesuffix(f"_{code}")
        fields = {field.name: field for field in item._meta.get_fields()}
        return str(fields[base].verbose_name).capitalize() if base in fields else ""

    def _render_step(self, request, item, language, step, form):
        edition = item.edition_in(language)
        is_release = step.name in {"approve", "publish", "schedule"}
        context = self.admin_site.each_context(request) | {
            "opts": self.opts,
            "item": item,
            "title": step.title % {"language": own_name(language)},
            "step": step,
            "form": form,
            "problems": run_checks(item, language) if is_release else [],
            "weight": weight_of(text_on_stage(request, item, language))
            if is_release and request.method == "GET"
            else None,
            "panel": {
                "code": language,
                "dir": direction(language),
                "title": item.text_in("title", language),
                "standfirst": item.text_in("standfirst", language),
                "edition": edition,
                "waits_for": [own_name(code) for code in waits_for(item, edition)] if edition else [],
            },
            "compare_url": text_url("compare", item, language) + "?before=live&after=working"
            if edition and edition.has_unpublished_changes
            else "",
            "back_url": self.change_url(item, language),
        }
        return TemplateResponse(request, "desk/step.html", context)


def text_links(item, language, edition, comment_counts):
    """Where the form leads from one language: history, comments, previews, and for translations side by side."""
    open_count = comment_counts.get((item.pk, language), 0)
    links = [
        (text_url("preview_screen", item, language), _("Preview")),
        (text_url("history", item, language), _("History")),
        (
            text_url("comments", item, language),
            ngettext("%(count)s open comment", "%(count)s open comments", open_count) % {"count": open_count}
            if open_count
            else _("Comments"),
        ),
        (text_url("share", item, language), _("Share a preview")),
    ]
    if language != item.source_language:
        links.insert(0, (text_url("translate", item, language), _("Translate side by side")))
    if edition and edition.has_unpublished_changes:
        url = text_url("compare", item, language) + "?before=live&after=working"
        links.insert(0, (url, _("Show the changes that are not public")))
    return links


class LanguagePanel:
    """What the form shows of one language: its tab, its fields, and what may be done with it."""

    def __init__(self, model_admin, request, item, code, fieldset, form):
        self.code = code
        self.name = own_name(code)
        self.dir = direction(code)
        self.fieldset = fieldset
        self.edition = item.edition_in(code) if item else None
        self.badge = state_badge(self.edition)
        self.has_errors = any(name in form.errors for name in fieldset.fields) or any(
            conflict.part == code for conflict in getattr(form, "conflicts", [])
        )
        self.steps = (
            possible_steps(request.user, item, code) if item else first_steps(request.user, model_admin.model, code)
        )
        self.is_closed = code in model_admin.closed_languages(request, item)
        self.waits_for = [own_name(other) for other in waits_for(item, self.edition)] if self.edition else []
        self.links = text_links(item, code, self.edition, model_admin.comment_counts(item)) if item else []
        folded = {f"{name}_{code}" for name in model_admin.folded_fields}
        lines = list(fieldset)
        self.lines = [line for line in lines if not folded.intersection(line.fields)]
        self.folded_lines = [line for line in lines if folded.intersection(line.fields)]
        self.is_folded_open = any(line.errors() for line in self.folded_lines)
