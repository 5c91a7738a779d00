"""What a workflow step asks before it is done."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from publishing import workflow
from publishing.models import Version

FORMATS = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"]


class MomentField(forms.DateTimeField):
    """A day and a time in the newsroom's time zone."""

    def __init__(self, **facts):
        facts.setdefault("widget", forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"))
        super().__init__(input_formats=FORMATS, **facts)
        self.error_messages["invalid"] = gettext_lazy("This is no date and time. Write it like 2026-05-20 15:10.")

    def clean(self, value):
        try:
            return super().clean(value)
        except ValidationError as error:
            # A clock that is put forward or back skips an hour or shows it twice.
            if any(problem.code == "ambiguous_timezone" for problem in error.error_list):
                raise ValidationError(
                    _("On this day the clock is changed, and this time comes twice or not at all. Choose another hour.")
                ) from error
            raise


def zone_hint():
    """Which clock counts, and what it shows now."""
    return _("Time zone: %(zone)s. It is %(now)s there now.") % {
        "zone": timezone.get_current_timezone_name(),
        "now": timezone.localtime().strftime("%H:%M"),
    }


class StepForm(forms.Form):
    """
    Asks for a note. `expected` carries what the person was looking at.

    `item` and `edition` are what the step is about, `user` who takes it.
    """

    expected = forms.CharField(widget=forms.HiddenInput, required=False)
    note = forms.CharField(
        label=gettext_lazy("Note for colleagues"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("It is kept in the history. Readers do not see it."),
    )

    def __init__(self, data=None, *, item, edition, user):
        super().__init__(data, initial={"expected": edition.seal if edition else ""})
        self.item, self.edition, self.user = item, edition, user
        self.adapt()

    def adapt(self):
        """Leaves out what does not apply to this text."""

    def clean_expected(self):
        return self.cleaned_data["expected"] or None


class OverrideMixin(forms.Form):
    """For sections that need a second person: a reason for going without one."""

    override_reason = forms.CharField(
        label=gettext_lazy("Emergency: reason for approving your own text"),
        max_length=300,
        required=False,
        help_text=gettext_lazy(
            "This section needs a second person, and you wrote or edited this text. "
            "If nobody else can be reached, say why it cannot wait. Every publisher is told at once."
        ),
    )

    def adapt(self):
        super().adapt()
        may_override = workflow.may(self.user, self.item, self.language, "publish")
        if not (may_override and self.edition and workflow.needs_another_person(self.item, self.edition, self.user)):
            del self.fields["override_reason"]

    @property
    def language(self):
        return self.edition.language if self.edition else None


class ChangeMixin(forms.Form):
    """For something that is public: how readers are told about the change."""

    change = forms.ChoiceField(
        label=gettext_lazy("What kind of change is it?"),
        choices=[
            (workflow.SILENT, gettext_lazy("Silent: a typo or a comma. Readers are not told.")),
            (Version.Kind.UPDATE.value, gettext_lazy("Update: something new. Readers see the time of the update.")),
            (
                Version.Kind.CORRECTION.value,
                gettext_lazy("Correction: something was wrong. Readers see your note and its time."),
            ),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose how readers are told about the change.")},
    )
    public_note = forms.CharField(
        label=gettext_lazy("Note for readers, in the language of the text"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
        help_text=gettext_lazy("Only with a correction: what was wrong, and what is right."),
    )

    def adapt(self):
        super().adapt()
        if not (self.edition and self.edition.is_public):
            del self.fields["change"], self.fields["public_note"]

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("change") == Version.Kind.CORRECTION and not cleaned.get("public_note", "").strip():
            self.add_error("public_note", _("Tell readers what was wrong and what is right."))
        return cleaned


class ApproveForm(OverrideMixin, StepForm):
    """Approving."""

    field_order = ["note", "override_reason"]


class PublishForm(ChangeMixin, OverrideMixin, StepForm):
    """Publishing now."""

    field_order = ["change", "public_note", "note", "override_reason"]


class SendBackForm(StepForm):
    """What the author is to change."""

    note = forms.CharField(
        label=gettext_lazy("What should be changed?"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
        error_messages={"required": gettext_lazy("Say what should be changed: the author sees only this.")},
    )


class WithdrawForm(StepForm):
    """Why a text goes offline, and when."""

    note = forms.CharField(
        label=gettext_lazy("Reason for readers"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("Shown at the address where the text was. Leave empty to give no reason."),
    )
    at = MomentField(label=gettext_lazy("Withdraw at"), required=False)

    field_order = ["note", "at"]

    def adapt(self):
        super().adapt()
        self.fields["at"].help_text = _("Leave empty to withdraw it now.") + " " + zone_hint()

    def clean_at(self):
        at = self.cleaned_data["at"]
        if at is not None and at <= timezone.now():
            raise ValidationError(_("This moment has passed. Choose a later one, or withdraw now."))
        return at


class RetractForm(StepForm):
    """What readers are told in place of the text."""

    note = forms.CharField(
        label=gettext_lazy("Why it is retracted, in the language of the text"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
        error_messages={
            "required": gettext_lazy("Tell readers why it is retracted: they see this in place of the text.")
        },
    )


class ScheduleForm(ChangeMixin, OverrideMixin, StepForm):
    """When a text goes out, and perhaps until when."""

    at = MomentField(
        label=gettext_lazy("Goes out at"),
        error_messages={"required": gettext_lazy("Choose the day and the time at which it goes out.")},
    )
    until = MomentField(
        label=gettext_lazy("Is withdrawn at"),
        required=False,
        help_text=gettext_lazy("Leave empty if it should stay."),
    )

    field_order = ["at", "until", "change", "public_note", "note", "override_reason"]

    def adapt(self):
        super().adapt()
        self.fields["at"].help_text = zone_hint()
        if self.item.is_under_embargo:
            self.fields["at"].initial = timezone.localtime(self.item.embargo_until)

    def clean_at(self):
        at = self.cleaned_data["at"]
        if at <= timezone.now():
            raise ValidationError(_("This moment has passed. Choose a later one, or publish now."))
        return at

    def clean(self):
        cleaned = super().clean()
        at, until = cleaned.get("at"), cleaned.get("until")
        if at and until and until <= at:
            self.add_error("until", _("It would be withdrawn before it goes out. Choose a later moment."))
        return cleaned
