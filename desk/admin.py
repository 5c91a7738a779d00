"""The admin base that every content app inherits: language tabs, saving per language, workflow buttons."""

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_prose_editor.widgets import AdminProseEditorWidget
from modeltranslation.admin import TranslationAdmin
from modeltranslation.translator import translator

from desk.forms import PublishableForm, ScheduleForm, StepForm, TranslatedForm, WithdrawForm
from desk.saving import SHARED, record_saves
from publishing import workflow
from publishing.fields import HtmlField
from publishing.languages import direction, language_codes, own_name
from publishing.models import Edition, LogEntry

EDITOR = {"config": {"extensions": settings.NEWSROOM_EDITOR_EXTENSIONS}, "preset": "configurable"}

STEPS = {
    "publish": {
        "form": StepForm,
        "button": gettext_lazy("Publish…"),
        "title": gettext_lazy("Publish in %(language)s?"),
        "submit": gettext_lazy("Publish now"),
        "done": gettext_lazy("“%(title)s” is public in %(language)s."),
    },
    "schedule": {
        "form": ScheduleForm,
        "button": gettext_lazy("Schedule…"),
        "title": gettext_lazy("Schedule in %(language)s"),
        "submit": gettext_lazy("Schedule"),
        "done": gettext_lazy("“%(title)s” will go out in %(language)s as scheduled."),
    },
    "unschedule": {
        "form": StepForm,
        "button": gettext_lazy("Cancel schedule…"),
        "title": gettext_lazy("Cancel what is scheduled in %(language)s?"),
        "submit": gettext_lazy("Cancel schedule"),
        "done": gettext_lazy("Nothing is scheduled for “%(title)s” in %(language)s any more."),
    },
    "withdraw": {
        "form": WithdrawForm,
        "button": gettext_lazy("Withdraw…"),
        "title": gettext_lazy("Withdraw in %(language)s?"),
        "submit": gettext_lazy("Withdraw now"),
        "done": gettext_lazy("“%(title)s” was withdrawn in %(language)s."),
    },
}


def in_every_language(*names):
    """The columns of translated fields in all languages: `title_en`, `title_ar`, …"""
    return tuple(f"{name}_{code}" for name in names for code in language_codes())


class EditorMixin:
    """Rich text is edited with the newsroom's editor, wherever an admin shows it."""

    formfield_overrides = {HtmlField: {"widget": AdminProseEditorWidget(**EDITOR)}}


class TranslatedAdmin(EditorMixin, TranslationAdmin):
    """The admin of a model with translated fields. Lay them out with `by_language`."""

    form = TranslatedForm

    def changelist_view(self, request, extra_context=None):
        # "Select article to change" cannot agree with every noun in Arabic and Kurmanji: the list has its name.
        title = capfirst(self.opts.verbose_name_plural)
        return super().changelist_view(request, {"title": title} | (extra_context or {}))


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


def state_badge(edition):
    """The state in a word, with a dot in its colour, and a mark when changes wait."""
    if edition is None:
        return format_html('<span class="state state-none" title="{}">–</span>', _("no text yet"))
    waiting = edition.has_unpublished_changes and edition.is_public
    return format_html(
        '<span class="state state-{}">{}{}</span>',
        edition.current_state.value,
        edition.current_state.label,
        format_html(' <span class="waiting" title="{0}" aria-label="{0}">+</span>', _("with changes not yet public"))
        if waiting
        else "",
    )


class PublishableAdmin(TranslatedAdmin):
    """
    The admin of a publishable model.

    Subclasses name the fields that all languages share in `shared_fieldsets`;
    the translated ones are laid out by language.
    """

    form = PublishableForm
    change_form_template = "desk/publishable_form.html"
    list_per_page = 50
    list_filter = (StateFilter,)
    search_fields = in_every_language("title")
    shared_fieldsets = ()
    # Translated fields that are rarely needed, folded away at the end of each language.
    folded_fields = ("slug", "seo_title", "seo_description")

    # Lists ---------------------------------------------------------------------

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("editions")

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
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if isinstance(getattr(field, "widget", None), RelatedFieldWidgetWrapper):
            # What other articles use is changed and deleted in its own list, not in passing.
            field.widget.can_change_related = field.widget.can_delete_related = field.widget.can_view_related = False
        return field

    def get_object(self, request, object_id, from_field=None):
        item = super().get_object(request, object_id, from_field)
        if item is not None and request.method == "POST":
            # Two saves of one item wait for one another, so that each sees what the other did.
            item = self.model.objects.select_for_update().prefetch_related("editions").get(pk=item.pk)
        return item

    def has_delete_permission(self, request, obj=None):
        """What was ever published is withdrawn, never deleted: its versions are the record."""
        if obj is not None and obj.editions.filter(versions__isnull=False).exists():
            return False
        return super().has_delete_permission(request, obj)

    def get_actions(self, request):
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

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
        record_saves(form.instance, self._parts_to_count(form, change), request.user)

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

    def may_publish(self, request, item, language):
        permission = f"{self.opts.app_label}.publish_{self.opts.model_name}"
        return request.user.has_perm(permission, (item, language))

    def step_view(self, request, object_id, language, step):
        """Asks once more before a workflow step, and does it: nothing goes live by accident."""
        item = self.get_queryset(request).filter(pk=object_id).first()
        if item is None or step not in STEPS or language not in language_codes():
            return self._get_obj_does_not_exist_redirect(request, self.opts, str(object_id))
        if not self.may_publish(request, item, language):
            raise PermissionDenied
        form = STEPS[step]["form"](request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid():
            try:
                getattr(workflow, step)(item, language=language, by=request.user, **form.cleaned_data)
            except ValidationError as error:
                self._show_errors(form, item, error)
            else:
                facts = {"title": item.text_in("title", language), "language": own_name(language)}
                messages.success(request, STEPS[step]["done"] % facts)
                return HttpResponseRedirect(self.change_url(item, language))
        return self._render_step(request, item, language, step, form)

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
        facts = {"language": own_name(language)}
        context = self.admin_site.each_context(request) | {
            "opts": self.opts,
            "item": item,
            "title": STEPS[step]["title"] % facts,
            "submit": STEPS[step]["submit"],
            "step": step,
            "form": form,
            "panel": {
                "code": language,
                "dir": direction(language),
                "title": item.text_in("title", language),
                "standfirst": item.text_in("standfirst", language),
                "edition": item.edition_in(language),
            },
            "back_url": self.change_url(item, language),
        }
        return TemplateResponse(request, "desk/step.html", context)


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
        self.steps = self._steps(model_admin, request, item)
        folded = {f"{name}_{code}" for name in model_admin.folded_fields}
        lines = list(fieldset)
        self.lines = [line for line in lines if not folded.intersection(line.fields)]
        self.folded_lines = [line for line in lines if folded.intersection(line.fields)]
        self.is_folded_open = any(line.errors() for line in self.folded_lines)

    def _steps(self, model_admin, request, item):
        if not model_admin.may_publish(request, item, self.code):
            return []
        edition = self.edition
        is_planned = bool(edition and (edition.upcoming_id or edition.current_state == Edition.State.SCHEDULED))
        names = ["publish", "schedule"]
        if is_planned:
            names.append("unschedule")
        if edition and edition.is_public:
            names.append("withdraw")
        return [{"name": name, "value": f"{name}:{self.code}", "label": STEPS[name]["button"]} for name in names]
