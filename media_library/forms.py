from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from desk.forms import TranslatedForm
from media_library import imaging
from media_library.models import Picture
from publishing.languages import current_language, direction, language_codes, own_name

ACCEPT = "image/jpeg,image/png,image/webp,image/avif,image/gif"


class PictureUploadField(forms.FileField):
    """An uploaded picture that was looked at: raises a clear sentence for anything that is not one."""

    def __init__(self, **kwargs):
        super().__init__(**({"widget": forms.ClearableFileInput(attrs={"accept": ACCEPT})} | kwargs))

    def clean(self, data, initial=None):
        file = super().clean(data, initial)
        if file and file is not initial:
            imaging.inspect(file)
        return file


class PictureForm(TranslatedForm):
    """A picture of the library: the file, its words in each language, its focal point."""

    upload = PictureUploadField(
        label=gettext_lazy("File"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ACCEPT}),
        help_text=gettext_lazy(
            "JPEG, PNG, WebP or AVIF, up to 25 MB and 50 megapixels. Place and camera data are removed."
        ),
    )

    class Meta:
        model = Picture
        fields = ("name", "alt_text", "caption", "credit", "focal_x", "focal_y")

    def clean_upload(self):
        upload = self.cleaned_data["upload"]
        if not upload and not self.instance.pk:
            raise ValidationError(_("Choose a picture file."))
        return upload

    @property
    def needs_renditions(self):
        """Whether what was saved changes the public files."""
        return bool(self.cleaned_data.get("upload")) or bool({"focal_x", "focal_y"} & set(self.changed_data))

    def _post_clean(self):
        super()._post_clean()
        upload = self.cleaned_data.get("upload")
        if upload and not self.errors:
            self.instance.store_original(upload)


class QuickUploadForm(forms.Form):
    """Uploads a picture from the picker: the file, and its words in the language of the person who uploads."""

    upload = PictureUploadField(label=gettext_lazy("File"), widget=forms.FileInput(attrs={"accept": ACCEPT}))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for code in [current_language(), *(code for code in language_codes() if code != current_language())]:
            self.fields[f"alt_text_{code}"] = forms.CharField(
                label=_("Alternative text (%(language)s)") % {"language": own_name(code)},
                max_length=250,
                required=False,
                widget=forms.TextInput(attrs={"lang": code, "dir": direction(code)}),
            )

    def save(self, user):
        """Stores the picture and returns it."""
        upload = self.cleaned_data.pop("upload")
        picture = Picture(name=upload.name.rsplit("/", 1)[-1].rsplit(".", 1)[0][:160], created_by=user)
        for name, value in self.cleaned_data.items():
            setattr(picture, name, value)
        picture.store_original(upload)
        picture.save()
        return picture


class PdfField(forms.FileField):
    """An uploaded PDF, by content: the name proves nothing."""

    def clean(self, data, initial=None):
        file = super().clean(data, initial)
        if not file or file is initial:
            return file
        if file.size > settings.NEWSROOM_DOCUMENT_MAX_BYTES:
            raise ValidationError(
                _("The file has %(size)s; documents may have %(limit)s."),
                params={
                    "size": filesizeformat(file.size),
                    "limit": filesizeformat(settings.NEWSROOM_DOCUMENT_MAX_BYTES),
                },
            )
        head = file.read(1024)
        file.seek(0)
        if b"%PDF-" not in head:
            raise ValidationError(_("This is not a PDF. Export the document as PDF and upload that file."))
        return file
