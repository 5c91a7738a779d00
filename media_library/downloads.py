"""Private files for staff: as downloads that no browser opens, runs or keeps."""

from django.http import FileResponse

from media_library.formats import BY_NAME
from publishing.slugs import slugify


def attachment(file, *, words, format):
    """
    Streams a private file under a name of ours made of `words`, in any script.

    `format` is a name of `media_library.formats`. Raises `FileNotFoundError`
    (or whatever else the storage raises) when the file is not there.
    """
    found = BY_NAME[format]
    name = f"{slugify(words, 'ar') or found.kind}.{found.extension}"
    response = FileResponse(file.open("rb"), as_attachment=True, filename=name, content_type=found.types[0])
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response
