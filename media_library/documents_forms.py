"""The forms of documents and infographics."""

from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from desk.forms import TranslatedForm
from media_library.models import Document
from media_library.widgets import AsksForFilesAgain, UploadField
from publishing.languages import language_codes


class _DocumentForm(AsksForFilesAgain, TranslatedForm):
    """A document: its facts, and in each language its words and a place for a (new) PDF."""

    class Meta:
        model = Document
        fields = ("name", "collection", "dated", "replaced_by", "title", "version")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in self.file_names().values():
            if name in self.fields:  # Not for those who may only look.
                self.fields[name].help_text = _(
                    "Up to %(size)s. What the file says of its author, its program and its place on a disk is "
                    "removed, and so are scripts, attachments, comments and form fields."
                ) % {"size": filesizeformat(settings.NEWSROOM_DOCUMENT_MAX_BYTES)}

    @staticmethod
    def file_names():
        """Language → the name of its file field."""
        return {code: f"file_{code}" for code in language_codes()}

    def sent_files(self):
        """[(language, file)] of what was sent."""
        sent = [(code, self.cleaned_data.get(name)) for code, name in self.file_names().items()]
        return [(code, file) for code, file in sent if file]


# Admin knows the fields of a form only from its class.
DocumentForm = type(
    "DocumentForm",
    (_DocumentForm,),
    {
        name: UploadField(kinds=("document",), label=gettext_lazy("Upload a PDF"))
        for name in _DocumentForm.file_names().values()
    },
)
