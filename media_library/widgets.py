from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.urls import reverse
from django.utils.translation import gettext as _
from tree_queries.forms import TreeNodeChoiceField

from desk.items import number_in
from media_library import refusals, uploads
from media_library.formats import Refused, accepted
from media_library.models import Picture


class CollectionField(TreeNodeChoiceField):
    """A collection, chosen from all that are offered as they lie within one another."""

    def label_from_instance(self, obj):
        return obj.indented_name


class PictureField(forms.ModelChoiceField):
    """
    A picture of the library that the person at the form may see, and whose rights have not ended.

    What was chosen before stays, whatever it is. `closed` gives the numbers
    of the collections that the person may not look into.
    """

    def __init__(self, *args, closed=set, **kwargs):
        super().__init__(*args, **({"widget": PictureSelect(closed=closed)} | kwargs))
        self.closed = closed
        self.kept = None

    def get_bound_field(self, form, field_name):
        self.kept = form.get_initial_for_field(self, field_name)
        return super().get_bound_field(form, field_name)

    def to_python(self, value):
        picture = super().to_python(value)
        if picture is None or picture.pk == self.kept:
            return picture
        if picture.collection_id in self.closed():
            raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice", params={"value": value})
        if picture.has_ended_rights():
            raise ValidationError(_("The rights to this picture have ended. Choose another one."), code="ended")
        return picture


class UploadField(forms.FileField):
    """A file that looks like one of the `kinds` of `media_library.formats`. Whether it is one, the worker finds out."""

    def __init__(self, *, kinds, **kwargs):
        super().__init__(required=False, widget=forms.FileInput(attrs={"accept": accepted(*kinds)}), **kwargs)
        self.kinds = kinds

    def clean(self, data, initial=None):
        file = super().clean(data, initial)
        if file:
            try:
                uploads.checked(file, self.kinds)
            except Refused as refused:
                raise ValidationError(refusals.sentence(refused.code, refused.facts)) from refused
        return file


class AsksForFilesAgain:
    """
    For a form: when something has to be corrected, it says which files were fine and must be chosen again.

    Browsers send a file once, and show an empty field afterwards.
    """

    def _post_clean(self):
        super()._post_clean()
        if not self.errors:
            return
        for name, file in list(self.cleaned_data.items()):
            if isinstance(file, UploadedFile):
                message = _(
                    "“%(name)s” was not stored, because something else must be corrected first. Choose it again."
                )
                self.add_error(name, ValidationError(message, code="again", params={"name": file.name}))


class PictureSelect(forms.TextInput):
    """
    Chooses a picture from the library, or uploads one, in a window of its own.

    Without script it is the number of the picture. One that lies in a
    collection closed to the person is not shown.
    """

    template_name = "media_library/picture_select.html"
    input_type = "text"

    class Media:
        js = ("desk/pictures.js",)

    def __init__(self, attrs=None, *, closed=set):
        """`closed` gives the numbers of the collections that the person may not look into."""
        super().__init__(attrs)
        self.closed = closed

    def get_context(self, name, value, attrs):
        context = super().get_context(name, value, attrs)
        number = number_in(value)
        picture = number and Picture.objects.filter(pk=number).prefetch_related("renditions").first()
        is_hidden = bool(picture) and picture.collection_id in self.closed()
        context["widget"] |= {
            "picture": None if is_hidden else picture,
            "picker_url": reverse("admin:media_library_picture_pick"),
            "none": _("No picture chosen"),
            "hidden": _("A picture in a collection that is closed to you") if is_hidden else "",
        }
        return context
