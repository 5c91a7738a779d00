"""Private files for staff: as downloads that no browser opens, runs or keeps."""

from django.http import FileResponse, Http404

from media_library.formats import BY_EXTENSION
from publishing.slugs import slugify


def attachment(file, *, words):
    """
    Streams a private file under a name of ours made of `words`, in any script.

    Raises `FileNotFoundError` (or whatever else the storage raises) when the
    file is not there, `ValueError` when there never was one.
    """
    opened = file.open("rb")
    found = BY_EXTENSION[file.name.rpartition(".")[2]]
    name = f"{slugify(words, 'ar') or found.kind}.{found.extension}"
    response = FileResponse(opened, as_attachment=True, filename=name, content_type=found.types[0])
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


def attachment_or_404(file, *, words):
    """The same, for addresses whose page says nothing of files that are missing."""
    try:
        return attachment(file, words=words)
    except (OSError, ValueError) as error:
        raise Http404("the file is missing") from error
