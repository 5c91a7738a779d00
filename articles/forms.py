"""What the bulk actions of articles ask."""

from django import forms
from django.utils.translation import gettext_lazy as _

from articles.models import Category
from publishing.models import Tag


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
