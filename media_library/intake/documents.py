"""Takes in the PDFs of documents: the worker writes each anew, and only that copy ever becomes public."""

import hashlib

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from media_library import pdf_cleaning, sandbox
from media_library.formats import Refused
from media_library.models import Document, DocumentFile, Upload
from media_library.models.documents import public_folder
from media_library.uploads import claimed

# Reasons that lie in the file itself: on a larger machine, too, it would be refused.
HOPELESS = frozenset({"encrypted", "damaged_file"})


def take(upload):
    """Makes an uploaded PDF the newest file of its document in its language. Raises `Refused`."""
    with sandbox.workplace(upload.file) as folder:
        pages, data = _cleaned(folder)
    with claimed(upload) as row:
        document = Document.objects.select_for_update().get(pk=row.document_id)
        # The file that was sent is the document's from now on.
        document.add_file(row.language, original=row.file.name, data=data, pages=pages, by=row.created_by)
        row.file, row.state = "", Upload.State.TAKEN
        row.save()


def clean_file(file):
    """
    Writes the clean copy of a `DocumentFile` that came before there were any; one that has its copy is left alone.

    What was published of the file as it was sent is overwritten, at the same
    address. One that can never be cleaned is no longer public. Raises
    `Refused`, and `FileNotFoundError` where the file is gone.
    """
    if file.clean:
        return
    with sandbox.workplace(file.original) as folder:
        with (folder / "input").open("rb") as sent:
            sent_sha256 = hashlib.file_digest(sent, "sha256").hexdigest()
        try:
            pages, data = _cleaned(folder)
        except Refused as refused:
            for path in _public_copies(sent_sha256) if refused.code in HOPELESS else []:
                default_storage.delete(path)
            raise
    for path in _public_copies(sent_sha256):
        default_storage.delete(path)
        default_storage.save(path, ContentFile(data))
    file.take_clean(data, pages)
    file.save()


def files_to_clean():
    """The files that came before there were clean copies."""
    return DocumentFile.objects.filter(clean="")


def _cleaned(folder):
    """(pages, bytes) of the clean copy of the PDF in a workplace."""
    facts = sandbox.run(f"{pdf_cleaning.__name__}:clean", folder)
    return facts["pages"], (folder / "clean.pdf").read_bytes()


def _public_copies(sha256):
    folder = public_folder(sha256)
    try:
        _folders, names = default_storage.listdir(folder)
    except FileNotFoundError:
        return []
    return [f"{folder}/{name}" for name in names]
