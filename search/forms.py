"""The form of synonyms: words in lines, cleaned, each once."""

import re

from django import forms
from django.contrib.admin.widgets import AdminTextareaWidget, AdminTextInputWidget
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from search import analysis
from search.models import Synonym

MOST_EQUIVALENTS = 20
_MOST_CHARACTERS = Synonym._meta.get_field("term").max_length
# Longer ones are not looked for in what somebody types (`search.query`).
_MOST_WORDS = 4
_BETWEEN = re.compile(r"[\n,;،؛]")


class WordsField(forms.CharField):
    """A list of words, or of several words that belong together: one on each line, or with commas between them."""

    widget = AdminTextareaWidget(attrs={"dir": "auto", "rows": 6})

    def prepare_value(self, value):
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value):
        return _split(super().clean(value))

    def has_changed(self, initial, data):
        return not self.disabled and _split(data) != (initial or [])


class SynonymForm(forms.ModelForm):
    """A word and what means the same. What is written twice is kept once."""

    equivalents = WordsField(
        label=gettext_lazy("Words that mean the same"),
        max_length=2000,
        help_text=gettext_lazy("One on each line, or with commas between them. At most 20, of up to four words each."),
    )

    class Meta:
        model = Synonym
        fields = ("language", "term", "equivalents")
        widgets = {"term": AdminTextInputWidget(attrs={"dir": "auto", "class": "vTextField"})}  # noqa: RUF012
        help_texts = {  # noqa: RUF012
            "term": gettext_lazy("Who searches for it finds texts with the others, too, and the other way round.")
        }

    def clean_term(self):
        term = " ".join(self.cleaned_data["term"].split())
        self._check_words(term)
        return term

    def clean_equivalents(self):
        found = {self._compared(self.cleaned_data.get("term", "")): None}
        for words in self.cleaned_data["equivalents"]:
            self._check_words(words)
            found.setdefault(self._compared(words), words)
        kept = [words for words in found.values() if words]
        if not kept:
            raise ValidationError(_("Write at least one word that is not the same as the first."))
        if len(kept) > MOST_EQUIVALENTS:
            message = ngettext(
                "No more than %(count)s word can mean the same.",
                "No more than %(count)s words can mean the same.",
                MOST_EQUIVALENTS,
            )
            raise ValidationError(message % {"count": MOST_EQUIVALENTS})
        return kept

    @property
    def _language(self):
        return self.cleaned_data.get("language", "")

    def _compared(self, words):
        return analysis.fold(words, self._language)

    def _check_words(self, words):
        if len(words) > _MOST_CHARACTERS:
            message = _("“%(words)s…” is too long. Write no more than %(count)s characters.")
            raise ValidationError(message % {"words": words[:_MOST_CHARACTERS], "count": _MOST_CHARACTERS})
        number = len(analysis.analyse(words, self._language))
        if not number:
            raise ValidationError(_("“%(words)s” has no letter or digit. Write a word.") % {"words": words})
        if number > _MOST_WORDS:
            message = _("“%(words)s” has too many words. Up to four that stand together are looked for.")
            raise ValidationError(message % {"words": words})


def _split(text):
    """The words of a text, in its order, each with single spaces."""
    words = (" ".join(part.split()) for part in _BETWEEN.split(text or ""))
    return [one for one in words if one]
