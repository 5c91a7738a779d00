"""The same step for many texts at once: each by the same rules as alone, and a report of what was refused and why."""

from django import forms
from django.contrib import admin, messages
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied, ValidationError
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from desk.step_forms import MomentField, zone_hint
from publishing import workflow
from publishing.languages import language_choices, own_name

# How many refusals are told one by one.
REPORTED = 20


class BulkForm(forms.Form):
    """In which languages, with which note."""

    languages = forms.MultipleChoiceField(
        label=gettext_lazy("In which languages?"),
        choices=language_choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose at least one language.")},
    )
    note = forms.CharField(label=gettext_lazy("Note for colleagues"), max_length=300, required=False)

    def facts(self):
        """What the step is called with, besides item, language and person."""
        return {"note": self.cleaned_data["note"]}


class BulkWithdrawForm(BulkForm):
    """Withdrawing: the note is for readers."""

    note = forms.CharField(label=gettext_lazy("Reason for readers"), max_length=300, required=False)


class BulkAssignForm(BulkForm):
    """Who gets them, and until when."""

    assignee = forms.ModelChoiceField(
        get_user_model().objects.none(),
        label=gettext_lazy("Give to"),
        required=False,
        empty_label=gettext_lazy("nobody"),
    )
    due_at = MomentField(label=gettext_lazy("Due"), required=False)

    field_order = ["languages", "assignee", "due_at", "note"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["assignee"].queryset = get_user_model().objects.filter(is_active=True, is_staff=True)
        self.fields["due_at"].help_text = zone_hint()

    def facts(self):
        return super().facts() | {"assignee": self.cleaned_data["assignee"], "due_at": self.cleaned_data["due_at"]}


class BulkActions:
    """The actions of a list of publishable things."""

    actions = ("bulk_submit", "bulk_approve", "bulk_publish", "bulk_withdraw", "bulk_assign", "bulk_trash")

    def get_actions(self, request):
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    @admin.action(description=gettext_lazy("Submit for review…"))
    def bulk_submit(self, request, queryset):
        return self.ask_and_do(request, queryset, "bulk_submit", BulkForm, workflow.submit)

    @admin.action(description=gettext_lazy("Approve…"))
    def bulk_approve(self, request, queryset):
        return self.ask_and_do(request, queryset, "bulk_approve", BulkForm, workflow.approve)

    @admin.action(description=gettext_lazy("Publish…"))
    def bulk_publish(self, request, queryset):
        return self.ask_and_do(request, queryset, "bulk_publish", BulkForm, workflow.publish)

    @admin.action(description=gettext_lazy("Withdraw…"))
    def bulk_withdraw(self, request, queryset):
        return self.ask_and_do(request, queryset, "bulk_withdraw", BulkWithdrawForm, workflow.withdraw)

    @admin.action(description=gettext_lazy("Give to somebody…"))
    def bulk_assign(self, request, queryset):
        return self.ask_and_do(request, queryset, "bulk_assign", BulkAssignForm, workflow.assign)

    @admin.action(description=gettext_lazy("Move to the trash…"))
    def bulk_trash(self, request, queryset):
        return self.ask_and_do(request, queryset, "bulk_trash", forms.Form, _trash)

    def ask_and_do(self, request, queryset, action, form_class, do):
        """
        Asks what the action needs, then does it to each item (in each language) on its own, and reports.

        `do(item, language=…, by=…, **form.facts())`; a form without languages acts on the item as a whole.
        """
        is_answer = "confirmed" in request.POST
        form = form_class(request.POST if is_answer else None)
        items = list(queryset)
        if is_answer and form.is_valid():
            report = BulkReport()
            for item in items:
                for language in form.cleaned_data.get("languages", [None]):
                    report.try_to(do, item, language, request.user, getattr(form, "facts", dict)())
            report.tell(request)
            return None
        context = self.admin_site.each_context(request) | {
            "opts": self.opts,
            "title": self.get_actions(request)[action][2].rstrip("…"),
            "action": action,
            "items": items,
            "form": form,
        }
        return TemplateResponse(request, "desk/bulk.html", context)


def _trash(item, *, language, by):
    workflow.trash(item, by=by)


class BulkReport:
    """What was done, and what was refused and why."""

    def __init__(self):
        self.done = 0
        self.refusals = []

    def try_to(self, do, item, language, user, facts):
        """Does one step; a refusal is noted and the others go on."""
        try:
            do(item, language=language, by=user, **facts)
        except (ValidationError, PermissionDenied) as error:
            reasons = error.messages if isinstance(error, ValidationError) else [str(error)]
            self.refusals.append((item.working_title, language, " ".join(reasons)))
        else:
            self.done += 1

    def tell(self, request):
        """Puts the report into the messages of the next page."""
        if self.done:
            words = ngettext("Done for %(count)s text.", "Done for %(count)s texts.", self.done)
            messages.success(request, words % {"count": self.done})
        for title, language, reason in self.refusals[:REPORTED]:
            facts = {"title": title, "language": own_name(language) if language else "", "reason": reason}
            words = (
                _("Not done for “%(title)s” (%(language)s): %(reason)s")
                if language
                else _("Not done for “%(title)s”: %(reason)s")
            )
            messages.warning(request, words % facts)
        if len(self.refusals) > REPORTED:
            rest = len(self.refusals) - REPORTED
            words = ngettext("Not done for %(count)s more text.", "Not done for %(count)s more texts.", rest)
            messages.warning(request, words % {"count": rest})
