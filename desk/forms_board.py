"""What the translation board asks: which rows to show, and to whom the chosen texts are given."""

import re

from django import forms
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db.models import Value
from django.db.models.functions import Coalesce, Lower, NullIf
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from desk.step_forms import MomentField, zone_hint
from publishing.languages import language_choices, language_codes
from publishing.models import Edition

# More than all cells of one page.
MOST_TEXTS = 400

WHAT = [
    ("missing", gettext_lazy("missing")),
    ("outdated", gettext_lazy("outdated")),
    ("review", gettext_lazy("in review")),
    ("mine", pgettext_lazy("translation board", "mine")),
    ("overdue", gettext_lazy("overdue")),
]


class FilterForm(forms.Form):
    """Which rows are shown. What makes no sense there is left out, as `chosen` says."""

    language = forms.ChoiceField(label=gettext_lazy("Language"), required=False)
    what = forms.ChoiceField(label=gettext_lazy("What"), required=False)
    section = forms.ChoiceField(label=gettext_lazy("Section"), required=False)
    state = forms.ChoiceField(label=gettext_lazy("State"), required=False)

    def __init__(self, data, *, sections=None):
        """`sections`: (number, name) pairs; None for things that stand in no section."""
        super().__init__(data)
        self.fields["language"].choices = [("", _("all")), *language_choices()]
        self.fields["what"].choices = [("", _("everything")), *WHAT]
        self.fields["state"].choices = [("", _("all")), *Edition.State.choices]
        if sections is None:
            del self.fields["section"]
        else:
            self.fields["section"].choices = [("", _("all")), *sections]

    @property
    def chosen(self):
        """Field → what was chosen, without what is empty or unknown."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


class TextsField(forms.Field):
    """Texts as their checkboxes name them ("12:ar"): a list of (number of the item, language)."""

    widget = forms.MultipleHiddenInput

    def to_python(self, value):
        texts = [self._parsed(text) for text in value or []]
        if len(texts) > MOST_TEXTS:
            raise ValidationError(_("These are too many texts at once. Choose fewer."))
        return texts

    @staticmethod
    def _parsed(text):
        found = re.fullmatch(r"([0-9]{1,18}):(.+)", text, re.ASCII)
        if found is None or found[2] not in language_codes():
            raise ValidationError(_("This is no text of the board. Open the board again."))
        return int(found[1]), found[2]


class AssignForm(forms.Form):
    """Who gets the chosen texts, and until when."""

    texts = TextsField(error_messages={"required": gettext_lazy("Choose at least one text in the table first.")})
    assignee = forms.ModelChoiceField(
        get_user_model().objects.none(),
        label=gettext_lazy("Give to"),
        required=False,
        empty_label=gettext_lazy("nobody: take it from everybody"),
    )
    due_at = MomentField(label=gettext_lazy("Due"), required=False)

    def __init__(self, data=None, *, user):
        # Whoever forgets to choose a person takes the texts, and takes them from nobody.
        super().__init__(data, initial={"assignee": user})
        name = Lower(Coalesce(NullIf("display_name", Value("")), "username"))
        people = get_user_model().objects.filter(is_active=True, is_staff=True)
        self.fields["assignee"].queryset = people.order_by(name, "pk")
        self.fields["due_at"].help_text = zone_hint()

    def facts(self):
        """What `workflow.assign` is called with, besides item, language and person."""
        return {"assignee": self.cleaned_data["assignee"], "due_at": self.cleaned_data["due_at"]}
