"""The form of an article, and what the bulk actions ask."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from articles import quotes
from articles.beside import RELATED
from articles.models import Article, Category
from desk.forms import PublishableForm
from publishing.languages import language_codes
from publishing.models import Tag


class ArticleForm(PublishableForm):
    """An article. What only makes sense beside its text (quotes) is looked at together with it."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "related" in self.fields and self.instance.pk:
            self.fields["related"].queryset = Article.objects.exclude(pk=self.instance.pk)

    def clean_related(self):
        related = self.cleaned_data["related"]
        if len(related) > RELATED:
            raise ValidationError(gettext("These are more articles than the three that are shown. Take some out."))
        return related

    def clean(self):
        cleaned = super().clean()
        if "reference" in cleaned:
            self._clean_reference(cleaned)
        for language in language_codes():
            self._clean_quotes(cleaned, language)
        return cleaned

    def _clean_reference(self, cleaned):
        cleaned["reference"] = " ".join(cleaned["reference"].split())
        try:
            Article(pk=self.instance.pk, reference=cleaned["reference"]).check_reference()
        except ValidationError as error:
            self.add_error(None, error)

    def _clean_quotes(self, cleaned, language):
        """Only of a language that its author changed: nobody is stopped by what somebody else left."""
        name = f"share_quotes_{language}"
        if cleaned.get(name) is None or f"body_{language}" not in cleaned:
            return
        cleaned[name] = quotes.tidied(cleaned[name])
        texts = [cleaned.get(f"{text}_{language}") or "" for text in quotes.TEXTS]
        for message in quotes.complaints(cleaned[name], *texts):
            self.add_error(name, message)


class BulkTagForm(forms.Form):
    """Which tags."""

    tags = forms.ModelMultipleChoiceField(
        Tag.objects.none(), label=_("Tags"), error_messages={"required": _("Choose at least one tag.")}
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["tags"].queryset = Tag.objects.all()

    def facts(self):
        return {"tags": self.cleaned_data["tags"]}


class BulkMoveForm(forms.Form):
    """Which section."""

    category = forms.ModelChoiceField(
        Category.objects.none(), label=_("Section"), error_messages={"required": _("Choose a section.")}
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["category"].queryset = Category.objects.all()

    def facts(self):
        return {"category": self.cleaned_data["category"]}
