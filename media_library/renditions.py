"""Makes the public files of a picture. Called by jobs and commands, never while a reader waits."""

import hashlib
import logging
from contextlib import contextmanager

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import translation

from media_library import imaging, looks, refusals, sandbox
from media_library.formats import Refused
from media_library.models import Picture, Rendition
from media_library.signals import picture_changed
from media_library.storage import delete_after_commit, delete_all, store_once

logger = logging.getLogger(__name__)


def make_renditions_of(picture, *, encodings=imaging.ENCODINGS, run=sandbox.run):
    """
    (Re)makes the renditions of `picture` in these encodings. Returns whether they show its newest state.

    What is made of a state that changed meanwhile is thrown away: whoever
    changed it has asked for new ones. A picture that cannot be decoded gets a
    `problem` for staff to read. `run`: like `sandbox.run`, which is what files
    of others need.
    """
    picture.refresh_from_db()
    try:
        with sandbox.workplace(picture.original) as folder:
            facts = prepare(folder, picture, encodings, run=run)
            if not _as_seen(picture).exists():  # Before anything is written: what it shows may be redacted by now.
                return False
            made = store(picture, facts["renditions"], folder)
            facts["sha256"] = sha256_of(folder / "input")
            facts["size"] = (folder / "input").stat().st_size
    except Refused as refused:
        if refused.code == "disk_full":
            raise
        return _note_problem(picture, refused)
    except FileNotFoundError:
        return _note_problem(picture, Refused("gone"))
    with kept_or_deleted(made), transaction.atomic():
        row = _as_seen(picture).select_for_update(of=("self",)).first()
        if row is None:
            return False
        put(row, made, encodings)
        _complete(row, facts)
        row.save()
    picture.refresh_from_db()
    return True


def prepare(folder, picture, encodings, *, run=sandbox.run, **limits):
    """What `decoding.prepare` says of the file in a workplace, drawn as focal point and redactions of `picture` ask."""
    # The row was read before, so that areas that are drawn meanwhile belong to a newer revision.
    areas = picture.redactions.values("shape", "left", "top", "width", "height") if picture.pk else ()
    return run(
        "media_library.decoding:prepare",
        folder,
        damaged="damaged",
        encodings=list(encodings),
        focal_x=picture.focal_x,
        focal_y=picture.focal_y,
        redactions=list(areas),
        **limits,
    )


def _note_problem(picture, refused):
    logger.warning("rendition.failed picture=%s code=%s", picture.pk, refused.code)
    with translation.override(None):  # It is translated where it is shown.
        picture.problem = refusals.sentence(refused.code, refused.facts)
    _as_seen(picture).update(problem=picture.problem)
    return False


def _as_seen(picture):
    """The picture's row, if nothing that readers see of it has changed since it was read."""
    return Picture.objects.filter(pk=picture.pk, revision=picture.revision)


def _complete(picture, facts):
    """Sets what a picture does not know yet of its file. Does not save the row."""
    picture.problem = ""
    looks.set_fingerprint(picture, facts["fingerprint"])
    picture.take_facts(imaging.PictureFacts(facts["format"], facts["width"], facts["height"]))
    # A hash that is known is kept: by it `check_media` finds out whether the file rotted.
    picture.sha256, picture.size = picture.sha256 or facts["sha256"], picture.size or facts["size"]


def sha256_of(path):
    """The hash by which a file is known again, in 64 hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def store(picture, renditions, folder):
    """Stores the files that `decoding.prepare` left in a workplace; returns unsaved rows for them."""
    rows = []
    try:
        for one in renditions:
            data = (folder / one["file"]).read_bytes()
            row = Rendition(**{name: one[name] for name in ("encoding", "ratio", "width", "height")}, size=len(data))
            row.path = _path(picture, row, data)
            rows.append(row)
            with refusals.refusing_full_disk():
                row.path = store_once(row.path, ContentFile(data))
    except BaseException:
        with kept_or_deleted(rows):
            raise
    return rows


def _path(picture, row, data):
    extension = "jpg" if row.encoding == "jpeg" else row.encoding
    digest = hashlib.sha256(data).hexdigest()[:8]
    return f"pictures/{picture.token[:2]}/{picture.token}/{row.ratio}-{row.width}-{digest}.{extension}"


def put(picture, rows, encodings):
    """
    Makes stored renditions those of a picture, within the caller's transaction. Does not save the picture.

    The files of its former ones are deleted once that is stored.
    """
    former = picture.renditions.filter(encoding__in=encodings)
    kept = {row.path for row in rows}
    gone = [path for path in former.values_list("path", flat=True) if path not in kept]
    former.delete()
    for row in rows:
        row.picture = picture
    Rendition.objects.bulk_create(rows)
    for encoding in encodings:
        setattr(picture, f"{encoding}_revision", picture.revision)
    if imaging.ENCODINGS[-1] in encodings:
        picture.recipe = imaging.RECIPE
    delete_after_commit(_public(gone))
    if "jpeg" in encodings:
        picture_changed.send(sender=Picture, picture=picture, is_urgent=False)


def drop_public_files(picture):
    """Takes every public file of a picture away, once that is stored, as for a redaction. Its row is saved."""
    gone = list(picture.renditions.values_list("path", flat=True))
    with transaction.atomic():
        picture.renditions.all().delete()
        picture.jpeg_revision = picture.avif_revision = 0
        picture.save(update_fields=["jpeg_revision", "avif_revision"])
        delete_after_commit(_public(gone))
        picture_changed.send(sender=Picture, picture=picture, is_urgent=True)


@contextmanager
def kept_or_deleted(rows):
    """After the block, the stored files of those `rows` that belong to no picture are deleted."""
    try:
        yield
    finally:
        paths = {row.path for row in rows}
        delete_all(_public(paths - set(Rendition.objects.filter(path__in=paths).values_list("path", flat=True))))


def _public(paths):
    return [(default_storage, path) for path in paths]
