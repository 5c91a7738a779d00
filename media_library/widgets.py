from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _

from media_library.models import Picture


class PictureSelect(forms.TextInput):
    """
    Chooses a picture from the library, or uploads one, in a window of its own.

    Without script it is the number of the picture.
    """

    template_name = "media_library/picture_select.html"
    input_type = "text"

    class Media:
        js = ("desk/pictures.js",)

    def get_context(self, name, value, attrs):
        context = super().get_context(name, value, attrs)
        picture = Picture.objects.filter(pk=value).prefetch_related("renditions").first() if _is_number(value) else None
        context["widget"] |= {
            "picture": picture,
            "picker_url": reverse("admin:media_library_picture_pick"),
            "none": _("No picture chosen"),
        }
        return context


class PrivateFileInput(forms.ClearableFileInput):
    """A file of the private storage: says that there is one, and links to nothing."""

    template_name = "media_library/private_file_input.html"

    def is_initial(self, value):
        return bool(value)


def _is_number(value):
    return str(value or "").isdecimal()
