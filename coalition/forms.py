"""Forms of the coalition's admin that need more than their models say."""

from django import forms
from django.utils.translation import gettext as _

from coalition.models import PressConference, Speaker
from desk.forms import TranslatedForm
from media_library.models import Document, Video


class PressConferenceForm(TranslatedForm):
    """A press conference. What lies in a collection closed to somebody cannot be put on it by them."""

    # The numbers of those collections; set by the admin.
    closed = frozenset()

    class Meta:
        model = PressConference
        # The admin says which others there are.
        fields = ("recording", "documents")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        chosen = {"recording": Video.objects.filter(pk=self.instance.recording_id), "documents": self._documents()}
        for name, before in chosen.items():
            if name in self.fields:
                # What was chosen before stays, whatever it is.
                self.fields[name].queryset = before.model.objects.outside(self.closed) | before
        self._name_inputs()

    def _name_inputs(self):
        # Day and time are two inputs under one label.
        labels = {
            "starts_at": (_("Begins, day"), _("Begins, time")),
            "ends_at": (_("Ends, day"), _("Ends, time")),
        }
        for name in labels.keys() & self.fields.keys():
            for part, label in zip(self.fields[name].widget.widgets, labels[name], strict=True):
                part.attrs["aria-label"] = label
        if "documents" in self.fields:
            # Each has a button to remove it. One for all of them would make the list a false one for screen readers.
            self.fields["documents"].widget.widget.is_required = True

    def _documents(self):
        return Document.objects.filter(pk__in=self.instance.documents.values("pk") if self.instance.pk else [])


class SpeakerForm(forms.ModelForm):
    """Somebody's turn to speak."""

    class Meta:
        model = Speaker
        fields = ("person", "position")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["position"].required = False
        self.fields["position"].widget.attrs |= {"min": 1, "data-position": ""}
        if self.instance._state.adding:
            self.initial["position"] = None  # The last turn, if nobody types another.

    @property
    def turn(self):
        """Where it stands; what has no number comes last."""
        value = str(self["position"].value() or "")
        return int(value) if value.isdecimal() else float("inf")


class SpeakerFormSet(forms.BaseInlineFormSet):
    """Those who speak, numbered 1, 2, 3 … in the order of what was typed."""

    @property
    def entries(self):
        """The forms of those who speak already, in order, as they were sent or are stored."""
        return sorted(self.initial_forms, key=lambda form: form.turn)

    def save(self, commit=True):
        kept = [form for form in self.forms if form.cleaned_data.get("person") and not self._is_gone(form)]
        for place, form in enumerate(sorted(kept, key=lambda form: form.turn), start=1):
            if form.instance.position != place:
                form.instance.position = place
                form.changed_data.append("position")
        return super().save(commit)

    def _is_gone(self, form):
        return self.can_delete and self._should_delete_form(form)
