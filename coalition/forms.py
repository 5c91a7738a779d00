"""Forms of the coalition's admin that need more than their models say."""

from django.utils.translation import gettext as _

from coalition.models import PressConference, Speaker
from desk.forms import TranslatedForm
from media_library.models import Document, Video
from media_library.ordering import OrderedForm, OrderedFormSet


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


class SpeakerForm(OrderedForm):
    """Somebody's turn to speak."""

    class Meta:
        model = Speaker
        fields = ("person", "position")

    @property
    def name(self):
        return self.instance.person.working_title


class SpeakerFormSet(OrderedFormSet):
    """Those who speak."""

    thing = "person"
