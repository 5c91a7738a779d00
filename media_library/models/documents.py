import hashlib

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from media_library.models.base import LibraryItem
from media_library.storage import original_path, originals
from publishing.languages import language_choices, language_codes
from publishing.slugs import slugify
from publishing.staging import is_staging

_LOST = _("The stored PDF of the document is missing or damaged. Upload it again in the media library.")


class Document(LibraryItem):
    """A PDF per language, such as a statement or a report. Public only once an article with it is."""

    title = models.CharField(_("title"), max_length=160, blank=True)
    dated = models.DateField(_("date of the document"), null=True, blank=True)
    version = models.CharField(
        _("version"), max_length=40, blank=True, help_text=_("Such as “2nd edition” or “draft 3”.")
    )
    replaced_by = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="replaces",
        verbose_name=_("replaced by"),
        help_text=_("The document that is valid instead of this one. Readers are led to it."),
    )

    found_by = ("name", "title", "version")

    class Meta(LibraryItem.Meta):
        verbose_name = _("document")
        verbose_name_plural = _("documents")

    def clean(self):
        super().clean()
        if self.pk and self in self._successors():
            raise ValidationError({"replaced_by": _("This document would replace itself. Choose another one.")})

    def _successors(self):
        """What it is replaced by, and what replaces that, in order."""
        found, one = [], self.replaced_by
        while one is not None and one not in found:
            found.append(one)
            one = one.replaced_by
        return found

    def file_in(self, language):
        """The newest file in one language that is fit for readers, or None."""
        files = [file for file in self.files.all() if file.language == language and file.clean]
        return max(files, key=lambda file: file.number, default=None)

    def missing_languages(self):
        """The codes of the languages in which there is no file for readers."""
        return [code for code in language_codes() if self.file_in(code) is None]

    def store_file(self, language, data, *, pages=0, by=None):
        """Takes the bytes of a PDF that we made ourselves as its newest file in one language."""
        return self.add_file(language, original=None, data=data, pages=pages, by=by)

    def add_file(self, language, *, original, data, pages, by=None):
        """
        Adds a file, which is its newest in `language`.

        `original`: the name, in the private storage, of the file as it was
        sent (None: we made it). `data`: the bytes that readers get.
        """
        number = 1 + max((file.number for file in self.files.filter(language=language)), default=0)
        file = DocumentFile(document=self, language=language, number=number, added_by=by)
        if original:
            file.original = original
        else:
            file.original.save("document.pdf", ContentFile(data), save=False)
        file.take_clean(data, pages)
        file.save()
        return file

    def check_complete(self, language):
        """Raises `ValidationError` unless there is a file in `language`."""
        if self.file_in(language) is None:
            raise ValidationError(_("The document has no PDF in this language. Add one in the media library."))

    def frozen(self, language):
        """
        Copies the file to where readers can get it, under a name of ours, and says what it is.

        A preview says so, too, but copies nothing. Raises `ValidationError`
        when the file is not there any more, or not as it was.
        """
        file = self.file_in(language)
        title = getattr(self, f"title_{language}") or ""
        words = slugify(title, "en") or "document"
        path = f"{public_folder(file.sha256)}/{words}-{language}.pdf"
        return {
            "document": self.pk,
            "title": title,
            "path": path if is_staging() else file.publish(path),
            "size": file.size,
            "pages": file.pages,
            "version": getattr(self, f"version_{language}") or "",
            "dated": self.dated.isoformat() if self.dated else "",
            "replaced_by": self.replaced_by_id,
        }


def public_folder(sha256):
    """The folder, in the public storage, of what was published of a file with this hash."""
    return f"documents/{sha256[:16]}"


class DocumentFile(models.Model):
    """
    One PDF of a document in one language: as it was sent, and written anew without what it says of its makers.

    Former ones are kept; the one with the highest number is valid. Size and
    hash are those of the clean file.
    """

    document = models.ForeignKey(Document, models.CASCADE, related_name="files")
    language = models.CharField(_("language"), max_length=8, choices=language_choices)
    number = models.PositiveSmallIntegerField()
    original = models.FileField(storage=originals, upload_to=original_path)
    clean = models.FileField(storage=originals, upload_to=original_path, blank=True)
    size = models.PositiveIntegerField(default=0, help_text="bytes")
    pages = models.PositiveIntegerField(_("pages"), default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    added_at = models.DateTimeField(default=timezone.now)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["language", "-number"]
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["document", "language", "number"], name="documentfile_unique")]

    def __str__(self):
        return f"{self.document_id} {self.language} {self.number}"

    def take_clean(self, data, pages):
        """Stores the bytes that readers get, with what they are. Does not save the row."""
        self.clean.save("document.pdf", ContentFile(data), save=False)
        self.size, self.sha256, self.pages = len(data), hashlib.sha256(data).hexdigest(), pages

    def publish(self, path):
        """
        Copies the clean file to `path` in the public storage, unless it is there; returns where it is.

        Raises `ValidationError` when it cannot be read, or is not what was stored.
        """
        if default_storage.exists(path):
            return path
        try:
            with self.clean.open("rb") as source:
                data = source.read()
        except OSError as error:
            raise ValidationError(_LOST) from error
        if hashlib.sha256(data).hexdigest() != self.sha256:
            raise ValidationError(_LOST)
        return default_storage.save(path, ContentFile(data))
