"""Makes the public files of a picture. Called by jobs and commands, never while a reader waits."""

import hashlib
import logging

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext_noop

from media_library import imaging
from media_library.models import Picture, Rendition

logger = logging.getLogger(__name__)


def make_renditions_of(picture):
    """
    (Re)makes every rendition of `picture`: JPEG first, so that an article can go out before AVIF is done.

    Files of an earlier focal point are deleted when the new ones are in place.
    A picture that cannot be decoded gets a `problem` for staff to read.
    """
    try:
        with picture.original.open("rb") as original:
            image = imaging.open_clean(original)
    except Exception:
        logger.exception("rendition.failed picture=%s", picture.pk)
        picture.problem = gettext_noop("This picture is damaged and cannot be opened. Upload it again from its source.")
        picture.save(update_fields=["problem"])
        return
    for encoding in imaging.ENCODINGS:
        _replace(picture, encoding, _encoded(picture, image, encoding))
    if picture.problem:
        picture.problem = ""
        picture.save(update_fields=["problem"])


def _encoded(picture, image, encoding):
    """Writes the files of one encoding; yields unsaved rows for them."""
    for ratio_name, (ratio, _widths) in imaging.RATIOS.items():
        if encoding not in imaging.RATIO_ENCODINGS.get(ratio_name, imaging.ENCODINGS):
            continue
        part = imaging.crop(image, ratio, picture.focal_x, picture.focal_y)
        for width in imaging.widths_for(ratio_name, part):
            scaled = imaging.scale(part, width)
            data = imaging.encode(scaled, encoding)
            path = _path(picture, ratio_name, width, encoding, data)
            if not default_storage.exists(path):
                default_storage.save(path, ContentFile(data))
            yield Rendition(
                picture=picture,
                ratio=ratio_name,
                encoding=encoding,
                width=scaled.width,
                height=scaled.height,
                path=path,
                size=len(data),
            )


def _path(picture, ratio_name, width, encoding, data):
    extension = "jpg" if encoding == "jpeg" else encoding
    digest = hashlib.sha256(data).hexdigest()[:8]
    return f"pictures/{picture.token[:2]}/{picture.token}/{ratio_name}-{width}-{digest}.{extension}"


def _replace(picture, encoding, renditions):
    renditions = list(renditions)
    kept = {rendition.path for rendition in renditions}
    with transaction.atomic():
        former = picture.renditions.filter(encoding=encoding)
        gone = [path for path in former.values_list("path", flat=True) if path not in kept]
        former.delete()
        Rendition.objects.bulk_create(renditions)
        transaction.on_commit(lambda: _delete_files(gone))


def _delete_files(paths):
    for path in paths:
        default_storage.delete(path)


def pictures_without_renditions():
    """Pictures for which nothing was made yet."""
    return Picture.objects.filter(renditions__isnull=True)
