"""
The audit log in the admin: to look through, filter and export. There is no way here to change or delete an entry.

Its lists are read by keyset and never counted: they may hold millions of entries.
"""

import csv
import json
from datetime import UTC, datetime, time, timedelta

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpResponseRedirect, StreamingHttpResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.formats import number_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from accounts.audit import admin_page, name_of, name_of_value, one_line, record
from accounts.languages import interface_language_choices
from accounts.models import AuditEntry, LockDown, User

PER_PAGE = 100
# The largest export. Whoever needs more exports one period after another.
MOST_EXPORTED = 50_000
MOST_WORDS = 5

# What the names of actions begin with → a group to filter by.
GROUPS = {
    "account": gettext_lazy("accounts and sign-ins"),
    "invitation": gettext_lazy("invitations"),
    "lockdown": gettext_lazy("lock-downs"),
    "step": gettext_lazy("steps with texts and pictures"),
    "record": gettext_lazy("what was added, changed and deleted"),
    "byline": gettext_lazy("bylines"),
    "export": gettext_lazy("exports and downloads"),
    "command": gettext_lazy("commands"),
}

# Days → words.
USUAL_DAYS = 30
PERIODS = {
    1: gettext_lazy("24 hours"),
    7: gettext_lazy("7 days"),
    30: gettext_lazy("30 days"),
    365: gettext_lazy("a year"),
    0: gettext_lazy("all times"),
}

DETAILS = {
    "fields": gettext_lazy("fields"),
    "rows": gettext_lazy("rows"),
    "before": gettext_lazy("before"),
    "after": gettext_lazy("after"),
    "from": gettext_lazy("from"),
    "to": gettext_lazy("to"),
    "until": gettext_lazy("until"),
    "version": gettext_lazy("version"),
    "note_length": gettext_lazy("length of the note, in characters"),
    "sessions": gettext_lazy("sessions"),
    "plans": gettext_lazy("plans taken back"),
    "kind": gettext_lazy("kind"),
    "format": gettext_lazy("format"),
    "count": gettext_lazy("number of entries"),
    "done": gettext_lazy("done"),
    "refused": gettext_lazy("not done"),
    "since": gettext_lazy("since"),
    "role": gettext_lazy("role"),
    "languages": gettext_lazy("languages"),
    "sections": gettext_lazy("sections"),
    "email": gettext_lazy("e-mail address"),
    "invited_by": gettext_lazy("invited by"),
    "asked_by": gettext_lazy("asked by"),
    "admins": gettext_lazy("admins"),
    "command": gettext_lazy("command"),
    "language": gettext_lazy("language"),
    "group": gettext_lazy("group"),
    "actor": gettext_lazy("person"),
    "days": gettext_lazy("days"),
}


class AuditFilter(forms.Form):
    """Which entries are listed or exported. What makes no sense is left out."""

    actor = forms.ModelChoiceField(User.objects.none(), label=gettext_lazy("Who"), required=False)
    group = forms.ChoiceField(label=gettext_lazy("What was done"), required=False)
    kind = forms.ChoiceField(label=gettext_lazy("To what"), required=False)
    language = forms.ChoiceField(label=gettext_lazy("Language"), required=False)
    days = forms.TypedChoiceField(label=gettext_lazy("Period"), coerce=int, empty_value=USUAL_DAYS, required=False)
    until = forms.DateField(
        label=gettext_lazy("Until"), required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    q = forms.CharField(
        label=gettext_lazy("Search words"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "dir": "auto", "maxlength": 100}),
    )
    # One thing alone, as the page of an entry leads to it; not asked for by hand.
    number = forms.RegexField(r"^[\w-]{1,40}$", required=False, widget=forms.HiddenInput)

    def __init__(self, data, **kwargs):
        super().__init__(data, label_suffix="", **kwargs)
        anything = [("", _("all"))]
        self.fields["actor"].queryset = User.objects.order_by("username")
        self.fields["actor"].empty_label = _("everybody")
        self.fields["group"].choices = [*anything, *GROUPS.items()]
        self.fields["kind"].choices = [*anything, *_kinds()]
        self.fields["language"].choices = [*anything, *interface_language_choices()]
        others = [(days, name) for days, name in PERIODS.items() if days != USUAL_DAYS]
        self.fields["days"].choices = [("", PERIODS[USUAL_DAYS]), *others]
        self.is_valid()

    def rows(self):
        """The entries, the newest first."""
        chosen = self.cleaned_data
        rows = AuditEntry.objects.order_by("-at", "-pk")
        if chosen.get("actor"):
            rows = rows.filter(actor=chosen["actor"])
        if chosen.get("group"):
            rows = rows.filter(action__startswith=f"{chosen['group']}.")
        if chosen.get("kind"):
            rows = rows.filter(target_type=chosen["kind"])
        if chosen.get("kind") and chosen.get("number"):
            rows = rows.filter(target_id=chosen["number"])
        if chosen.get("language"):
            rows = rows.filter(language=chosen["language"])
        rows = self._in_period(rows, chosen.get("days", USUAL_DAYS), chosen.get("until"))
        return self._with_words(rows, chosen.get("q"))

    @staticmethod
    def _in_period(rows, days, until):
        end = timezone.make_aware(datetime.combine(until, time.max)) if until else timezone.now()
        if until:
            rows = rows.filter(at__lte=end)
        return rows.filter(at__gt=end - timedelta(days=days)) if days else rows

    @staticmethod
    def _with_words(rows, words):
        for word in (words or "").split()[:MOST_WORDS]:
            rows = rows.filter(
                Q(actor_name__icontains=word) | Q(target_name__icontains=word) | Q(address__startswith=word)
            )
        return rows

    def facts(self):
        """What was chosen, for the log of exports; not the words."""
        chosen = {name: value for name, value in self.cleaned_data.items() if value and name != "q"}
        return {name: value if isinstance(value, int) else str(value) for name, value in chosen.items()}


@admin.register(AuditEntry)
class AuditEntryAdmin(admin.ModelAdmin):
    """The audit log. Nobody adds, changes or deletes here what it says, superusers neither."""

    def get_urls(self):
        export = self.admin_site.admin_view(self.export_view)
        return [path("export/", export, name="accounts_auditentry_export"), *super().get_urls()]

    def has_add_permission(self, request, *args):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    @method_decorator(require_safe)
    def changelist_view(self, request, extra_context=None):
        self._require(request, "view")
        chosen = AuditFilter(request.GET)
        rows = list(_before(chosen.rows(), request.GET.get("before"))[: PER_PAGE + 1])
        kinds, query = dict(_kinds()), request.GET.copy()
        query.pop("before", None)
        is_later_page = "before" in request.GET
        older = query.copy()
        if len(rows) > PER_PAGE:
            older["before"] = rows[PER_PAGE - 1].pk
        context = {
            "form": chosen,
            "entries": [_line(entry, kinds) for entry in rows[:PER_PAGE]],
            "older": f"?{older.urlencode()}" if "before" in older else "",
            "newest": f"?{query.urlencode()}" if is_later_page else "",
            "query": query.urlencode(),
            "may_export": request.user.has_perm("accounts.export_auditentry"),
            "most_exported": number_format(MOST_EXPORTED, force_grouping=True),
        }
        return self._render(request, "desk/audit.html", context, title=capfirst(self.opts.verbose_name_plural))

    @method_decorator(require_safe)
    def change_view(self, request, object_id, form_url="", extra_context=None):
        self._require(request, "view")
        entry = self.get_object(request, object_id)
        if entry is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        context = {
            "entry": entry,
            "line": _line(entry, dict(_kinds())),
            "details": [(DETAILS.get(name, name), _in_words(entry, value)) for name, value in entry.details.items()],
        }
        return self._render(request, "desk/audit_entry.html", context, title=_("Entry of the audit log"))

    @method_decorator(require_POST)
    def export_view(self, request):
        """Streams what is listed, as a table or as JSON lines; the log says who did it, and of what."""
        self._require(request, "export")
        chosen = AuditFilter(request.GET)
        rows = chosen.rows()
        if rows[MOST_EXPORTED : MOST_EXPORTED + 1].exists():
            words = _("This would be more than %(count)s entries. Export one shorter period after another.")
            messages.warning(request, words % {"count": number_format(MOST_EXPORTED, force_grouping=True)})
            return HttpResponseRedirect(f"{reverse('admin:accounts_auditentry_changelist')}?{request.GET.urlencode()}")
        name = "jsonl" if request.POST.get("format") == "jsonl" else "csv"
        lines, content_type = EXPORTS[name]
        # Counted before this export is an entry itself; what comes meanwhile is not in it.
        newest = rows.values_list("pk", flat=True).first() or 0
        record("export.audit", by=request.user, request=request, format=name, **chosen.facts())
        response = StreamingHttpResponse(
            lines(rows.filter(pk__lte=newest).iterator(chunk_size=1000)), content_type=f"{content_type}; charset=utf-8"
        )
        response["Content-Disposition"] = f'attachment; filename="audit-log-{timezone.now():%Y-%m-%d-%H%M}.{name}"'
        return response

    def _require(self, request, action):
        if not request.user.has_perm(f"accounts.{action}_auditentry"):
            raise PermissionDenied

    def _render(self, request, template, context, *, title):
        frame = self.admin_site.each_context(request) | {"opts": self.opts, "title": title}
        return TemplateResponse(request, template, frame | context)


@admin.register(LockDown)
class LockDownAdmin(admin.ModelAdmin):
    """Leads to the screen of the lock-down, where it has its place in the menu."""

    def has_add_permission(self, request, *args):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def changelist_view(self, request, extra_context=None):
        return HttpResponseRedirect(reverse("admin:desk_lockdown"))

    def change_view(self, request, object_id, form_url="", extra_context=None):
        return HttpResponseRedirect(reverse("admin:desk_lockdown"))


# --- Entries in words ---------------------------------------------------------------


def _before(rows, number):
    """The entries that come after the one with this number in the list; all of them if there is none."""
    is_number = str(number).isascii() and str(number).isdecimal() and len(str(number)) < 19
    at = AuditEntry.objects.filter(pk=number).values_list("at", flat=True).first() if is_number else None
    return rows.filter(Q(at__lt=at) | Q(pk__lt=number), at__lte=at) if at else rows


def _kinds():
    """(label, name) of everything that has a page in the admin."""
    models = sorted(admin.site._registry, key=lambda model: str(model._meta.verbose_name))
    return [(model._meta.label_lower, capfirst(model._meta.verbose_name)) for model in models]


def _line(entry, kinds):
    """What a list shows of an entry. `kinds`: label → name."""
    nobody = _("somebody who is not signed in") if entry.address else _("by itself")
    languages = dict(interface_language_choices())
    return {
        "entry": entry,
        "who": entry.actor_name or nobody,
        "what": name_of(entry.action),
        "language": languages.get(entry.language, entry.language),
        "kind": kinds.get(entry.target_type, entry.target_type),
        "target_url": "" if entry.action == "record.deleted" else admin_page(entry.target_type, entry.target_id),
    }


def _in_words(entry, value):
    """A detail, as people read it."""
    if isinstance(value, list):
        return _(", ").join(_in_words(entry, one) for one in value)
    if isinstance(value, dict):
        return _(", ").join(f"{name}: {_in_words(entry, one)}" for name, one in value.items())
    if isinstance(value, bool) or value is None:
        return {True: _("yes"), False: _("no"), None: "–"}[value]
    return _field_name(entry.target_type, str(value)) or str(name_of_value(value))


def _field_name(label, name):
    """A field's name as people know it, or ""."""
    model = next((model for model in admin.site._registry if model._meta.label_lower == label), None)
    fields = {one.name: one for one in (model._meta.get_fields() if model else []) if hasattr(one, "verbose_name")}
    return capfirst(str(fields[name].verbose_name)) if name in fields else ""


# --- Exports ------------------------------------------------------------------------


COLUMNS = (
    "time", "who", "account", "action", "words", "target_type", "target_id", "target", "language", "address", "details",
)  # fmt: skip


def _facts(entry):
    """An entry as exports hold it: each value on one line."""
    facts = {
        "time": entry.at.astimezone(UTC).isoformat(),
        "who": one_line(entry.actor_name, 200),
        "account": entry.actor_id,
        "action": entry.action,
        "words": one_line(name_of(entry.action), 200),
        "target_type": entry.target_type,
        "target_id": entry.target_id,
        "target": one_line(entry.target_name, 250),
        "language": entry.language,
        "address": entry.address,
        "details": entry.details,
    }
    return {name: facts[name] for name in COLUMNS}


class _Line:
    """A file that hands back what is written to it."""

    def write(self, text):
        return text


def _csv_lines(entries):
    """A table for spreadsheets: with the mark by which they know UTF-8, and no cell that they would calculate."""
    writer = csv.writer(_Line())
    yield "\ufeff"
    yield writer.writerow(COLUMNS)
    for entry in entries:
        facts = _facts(entry)
        facts["details"] = json.dumps(facts["details"], ensure_ascii=False) if facts["details"] else ""
        yield writer.writerow([_inert("" if value is None else str(value)) for value in facts.values()])


def _inert(text):
    """A cell that no spreadsheet takes for a formula (OWASP, "CSV Injection")."""
    return f"'{text}" if text.lstrip().startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠")) else text


def _json_lines(entries):
    for entry in entries:
        yield json.dumps(_facts(entry), ensure_ascii=False) + "\n"


EXPORTS = {"csv": (_csv_lines, "text/csv"), "jsonl": (_json_lines, "application/jsonl")}
