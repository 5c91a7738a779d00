"""The form of a picture: its words, its rights, its focal point, and the parts of it that nobody may see."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from desk.forms import TranslatedForm
from desk.step_forms import zone_hint
from media_library.areas import Area, uncovers
from media_library.formats import accepted
from media_library.models import Picture, Redaction
from media_library.widgets import AsksForFilesAgain
from media_library.workflow import SEES_ORIGINALS, refusal_to_uncover
from publishing.languages import language_codes

TEXTS = ("title", "alt_text", "caption", "credit")
FOCAL_POINT = ("focal_x", "focal_y")

# The smallest part of a picture that can be hidden, in percent.
SMALLEST = 1


class PercentField(forms.FloatField):
    """A place or a length in a picture, in percent."""

    def __init__(self, label, **facts):
        widget = forms.NumberInput(attrs={"step": "any", "inputmode": "decimal", "dir": "ltr"})
        super().__init__(label=label, min_value=0, max_value=100, widget=widget, **facts)


class AreaForm(forms.Form):
    """A part of the picture that is hidden, or will be. `was` says which stored one it is, if it is one."""

    # An empty form says so, too: what nobody filled in is not asked for.
    shape = forms.ChoiceField(
        label=gettext_lazy("Shape"), choices=Redaction.Shape.choices, initial=Redaction.Shape.RECTANGLE
    )
    left = PercentField(gettext_lazy("From the left (%)"))
    top = PercentField(gettext_lazy("From the top (%)"))
    width = PercentField(gettext_lazy("Width (%)"))
    height = PercentField(gettext_lazy("Height (%)"))
    was = forms.CharField(widget=forms.HiddenInput, required=False)

    def clean(self):
        cleaned = super().clean()
        for start, length in (("left", "width"), ("top", "height")):
            if start in self.errors or length in self.errors:
                continue
            if cleaned[length] < SMALLEST:
                self.add_error(length, _("It must be at least 1 % wide and high."))
            elif cleaned[start] + cleaned[length] > 100 + 1e-9:
                self.add_error(length, _("It reaches beyond the edge of the picture. Make it smaller or move it."))
        return cleaned

    @property
    def area(self):
        return Area(**{name: self.cleaned_data[name] for name in ("shape", "left", "top", "width", "height")})


class BaseAreaFormSet(forms.BaseFormSet):
    """
    All parts of a picture that are hidden, or will be.

    What somebody else hid meanwhile, and this form did not show, stays hidden.
    """

    def __init__(self, data=None, *, picture, user):
        stored = list(picture.redactions.select_related("created_by")) if picture.pk else []
        self.stored = {str(redaction): redaction for redaction in stored}
        self.may_uncover = user.has_perm(SEES_ORIGINALS)
        initial = [vars(Area.of(redaction)) | {"was": str(redaction)} for redaction in stored]
        super().__init__(data, prefix="areas", initial=initial)

    def add_fields(self, form, index):
        super().add_fields(form, index)
        form.fields["DELETE"].label = _("Remove")
        form.redaction = self.stored.get(form["was"].value())
        # What may not be changed is not offered for it; `clean` goes by what was sent.
        form.is_fixed = bool(form.redaction) and not self.may_uncover

    def get_deletion_widget(self):
        return forms.CheckboxInput(attrs={"data-remove": ""})

    def clean(self):
        if any(self.errors):
            return
        if not self.may_uncover and uncovers([Area.of(one) for one in self.stored.values()], self.areas):
            raise ValidationError(refusal_to_uncover())

    @cached_property
    def areas(self):
        """The areas that are to be hidden from now on."""
        filled = [form for form in self.forms if form.cleaned_data.get("width")]
        seen = {form["was"].value() for form in self.forms}
        unseen = [Area.of(redaction) for name, redaction in self.stored.items() if name not in seen]
        return [*unseen, *(form.area for form in filled if not form.cleaned_data["DELETE"])]


AreaFormSet = forms.formset_factory(AreaForm, formset=BaseAreaFormSet, extra=1, max_num=100, can_delete=True)


class PictureForm(AsksForFilesAgain, TranslatedForm):
    """
    What staff change of a picture. Nobody makes one with it: see `media_library.uploading`.

    Each text is compared with what its author was shown, and only what was
    changed is written: two people who write in two languages both keep their words.
    """

    # Who fills it in; set by the admin.
    user = None

    new_file = forms.FileField(
        label=gettext_lazy("Another file"),
        required=False,
        widget=forms.FileInput(attrs={"accept": accepted("picture")}),
        help_text=gettext_lazy(
            "It takes the place of this one wherever the picture is used, at the same address. "
            "The old file is kept. It is checked first; until then the old one is shown."
        ),
    )

    class Meta:
        model = Picture
        fields = (
            "name", "collection", "tags", *TEXTS, "is_decorative", *FOCAL_POINT, "source", "copyright_notice",
            "licence", "usage_terms", "rights_from", "rights_until",
        )  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in (*FOCAL_POINT, *(f"{name}_{code}" for name in TEXTS for code in language_codes())):
            if name in self.fields:
                self.fields[name].show_hidden_initial = True
        if "rights_until" in self.fields:
            self.fields["rights_until"].help_text = f"{self.fields['rights_until'].help_text} {zone_hint()}"
        data = self.data if self.is_bound and self.has_open_facts else None
        self.area_forms = AreaFormSet(data, picture=self.instance, user=self.user)

    def clean(self):
        cleaned = super().clean()
        begin, end = cleaned.get("rights_from"), cleaned.get("rights_until")
        if begin and end and end <= begin:
            self.add_error("rights_until", _("The rights end before the embargo is over. Choose a later moment."))
        if self.area_forms.is_bound and not self.area_forms.is_valid():
            self.add_error(None, _("Look at the hidden parts: something is wrong there."))
        return cleaned

    @property
    def has_open_facts(self):
        """Whether its author may change more than words; what is hidden is for them, too."""
        return FOCAL_POINT[0] in self.fields and not self.fields[FOCAL_POINT[0]].disabled

    @property
    def changed_columns(self):
        """The names of the picture's own columns that were changed, but for the focal point."""
        columns = {field.name for field in Picture._meta.concrete_fields}.difference(FOCAL_POINT)
        return [name for name in self.changed_data if name in columns]

    @property
    def new_focal_point(self):
        """(across, down) in percent if it was moved, else None."""
        if not set(FOCAL_POINT) & set(self.changed_data):
            return None
        return tuple(self.cleaned_data[name] for name in FOCAL_POINT)
