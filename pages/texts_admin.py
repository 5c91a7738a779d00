"""The screen on which staff change the words of the interface (`pages.texts`), a tab for each language."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import translation
from django.utils.translation import gettext as _

from desk.audit import note_changes
from pages.forms import LineField
from pages.models import SiteSettings
from pages.texts import TEXTS
from publishing.languages import direction, language_codes, own_name


class PlainWordsField(LineField):
    """Words that readers see as they are, in one language."""

    def validate(self, value):
        super().validate(value)
        if "<" in value or ">" in value:
            raise ValidationError(_("Write plain words: “<” and “>” would be shown as they are."))


class TextsForm(forms.Form):
    """
    All words in all languages. `texts`: those that staff wrote (`SiteSettings.texts`).

    Each field holds what it began with, so that whoever saves later changes only what they changed themselves.
    """

    def __init__(self, *args, texts, **kwargs):
        super().__init__(*args, **kwargs)
        for code in language_codes():
            with translation.override(code):
                defaults = {key: str(text.default) for key, text in TEXTS.items()}
            for key, text in TEXTS.items():
                self.fields[f"{key}_{code}"] = self._field(code, text, defaults[key], texts.get(key, {}).get(code, ""))

    @staticmethod
    def _field(code, text, default, words):
        widget = forms.TextInput({"lang": code, "dir": direction(code), "placeholder": default, "class": "vTextField"})
        return PlainWordsField(
            label=text.place,
            help_text=default,
            most=text.most,
            initial=words,
            required=False,
            widget=widget,
            show_hidden_initial=True,
        )

    @property
    def panels(self):
        """What a tab shows, for each language."""
        return [
            {
                "code": code,
                "name": own_name(code),
                "direction": direction(code),
                "fields": [self[f"{key}_{code}"] for key in TEXTS],
                "has_errors": any(f"{key}_{code}" in self.errors for key in TEXTS),
            }
            for code in language_codes()
        ]

    @property
    def changes(self):
        """(key, language) → words, of what its author changed."""
        changed = set(self.changed_data)
        pairs = [(key, code) for key in TEXTS for code in language_codes()]
        return {(key, code): self.cleaned_data[f"{key}_{code}"] for key, code in pairs if f"{key}_{code}" in changed}


@transaction.atomic
def change_texts(request, changes):
    """Stores words, and notes who changed which. "" brings the default back."""
    row = SiteSettings.objects.select_for_update().get(pk=SiteSettings.load().pk)
    for (key, code), words in changes.items():
        written = row.texts.setdefault(key, {})
        written.pop(code, None)
        if words:
            written[code] = words
    row.texts = {key: written for key, written in row.texts.items() if written}
    row.save(update_fields=["texts"])
    note_changes(request, [row], texts=[f"{key} ({code})" for key, code in changes])


class InterfaceTextsMixin:
    """For the admin of the site's settings: a second screen, for the words of the interface."""

    change_form_template = "pages/settings_form.html"

    def get_urls(self):
        view = self.admin_site.admin_view(self.texts_view)
        return [path("texts/", view, name="pages_sitesettings_texts"), *super().get_urls()]

    def texts_view(self, request):
        """The words of the interface, in all languages."""
        row = SiteSettings.load()
        if not self.has_change_permission(request, row):
            raise PermissionDenied
        form = TextsForm(request.POST if request.method == "POST" else None, texts=row.texts)
        if request.method == "POST" and form.is_valid():
            if form.changes:
                change_texts(request, form.changes)
            messages.success(request, _("The words of the interface are saved. Readers see them at once."))
            return HttpResponseRedirect(reverse("admin:pages_sitesettings_texts"))
        context = self.admin_site.each_context(request) | {
            "opts": self.opts,
            "title": _("Words of the interface"),
            "form": form,
            "media": self.media + form.media,
            "settings_url": reverse("admin:pages_sitesettings_change", args=[row.pk]),
        }
        return TemplateResponse(request, "pages/texts_form.html", context)
