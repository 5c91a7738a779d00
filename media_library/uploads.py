"""
What people send: received by the web process, which looks at sizes and first bytes alone, and taken in by a job.

The web process never decodes an uploaded file. What is refused leaves no file
behind; the row keeps the reason for whoever sent it.
"""

import logging
from contextlib import contextmanager
from importlib import import_module

from django import db
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction

from media_library import formats
from media_library.formats import BY_NAME
from media_library.models import Picture, Upload
from media_library.refusals import Refused, refusing_full_disk
from media_library.storage import delete_after_commit

logger = logging.getLogger(__name__)

# The most bytes that a file of a kind may have: the name of its setting.
LIMITS = {
    "picture": "NEWSROOM_PICTURE_MAX_BYTES",
    "document": "NEWSROOM_DOCUMENT_MAX_BYTES",
    "video": "NEWSROOM_VIDEO_MAX_BYTES",
    "audio": "NEWSROOM_AUDIO_MAX_BYTES",
    "captions": "NEWSROOM_CAPTIONS_MAX_BYTES",
}

# Which module takes in a kind: its `take(upload)`.
TAKERS = {
    "picture": "media_library.intake.pictures",
    "document": "media_library.intake.documents",
    "video": "media_library.intake.recordings",
    "audio": "media_library.intake.recordings",
    "captions": "media_library.intake.captions",
}


class Overtaken(Exception):
    """An upload was taken in, refused or deleted by somebody else meanwhile: there is nothing left to do."""


def receive(file, *, by, kinds=("picture",), **purpose):
    """
    Stores an uploaded file privately and asks for it to be taken in; returns its `Upload`.

    `kinds`: which kinds of `formats.Format` are wanted here. `purpose`: the
    fields of `Upload` that say what it is for (`album=`, `replaces=`,
    `document=` with `language=` …). What is refused comes back with
    `state=REFUSED` and its reason; nothing of it is stored.
    """
    upload = Upload(name=_clean_name(file.name), size=file.size, created_by=by, **purpose)
    try:
        found = checked(file, kinds)
        upload.format = found.name
        _store(upload, file, found)
    except Refused as refused:
        upload.state, upload.reason, upload.reason_facts = Upload.State.REFUSED, refused.code, refused.facts
        upload.save()
        return upload
    try:
        upload.save()
    except BaseException:
        upload.file.storage.delete(upload.file.name)
        raise
    transaction.on_commit(lambda: _enqueue(upload))
    return upload


def checked(file, kinds):
    """The format of a file that may be used here; raises `Refused`."""
    if problem := getattr(file, "problem", ""):  # of media_library.upload_handlers
        limit = max(getattr(settings, LIMITS[kind]) for kind in kinds)
        raise Refused(problem, size=file.size, limit_size=limit)
    if not file.size:
        raise Refused("empty")
    file.seek(0)
    head = file.read(formats.HEAD)
    file.seek(0)
    if formats.recognised(head) is None:
        raise Refused("unknown", kinds=list(kinds))
    found = formats.agreed(file.name, getattr(file, "content_type", ""), head)
    if found.kind not in kinds:
        raise Refused("wrong_kind", found=found.name, kinds=list(kinds))
    limit = getattr(settings, LIMITS[found.kind])
    if file.size > limit:
        raise Refused("too_large", size=file.size, limit_size=limit)
    return found


def _store(upload, file, found):
    with refusing_full_disk():
        upload.file.save(f"upload.{found.extension}", file, save=False)


def _clean_name(name):
    """What staff recognise their file by: its own name, without path and without characters that mislead."""
    name = name.replace("\\", "/").rpartition("/")[2]
    return "".join(character for character in name if character.isprintable())[:160] or "—"


def _enqueue(upload):
    from media_library.tasks import take_in  # the job calls back into this module

    take_in.enqueue(upload.pk)


def take_in(upload):
    """
    Makes of a waiting upload what it is for, or refuses it. Can run twice without harm, also at once.

    Errors of the database are left to the caller: the upload goes on waiting.
    """
    if upload.state != Upload.State.WAITING:
        return
    kind = BY_NAME[upload.format].kind
    try:
        # They call back into this module.
        import_module(TAKERS[kind]).take(upload)
    except Overtaken:
        pass
    except Refused as refused:
        refuse(upload, refused)
    except FileNotFoundError:
        refuse(upload, Refused("interrupted"))
    except db.Error:
        raise
    except Exception:
        logger.exception("upload.failed upload=%s", upload.pk)
        refuse(upload, Refused("damaged" if kind == "picture" else "damaged_file"))


@contextmanager
def claimed(upload):
    """
    The row of a waiting upload, locked until the end of the block, which is one transaction.

    Decoding comes before and what is made of it is stored within, so that
    nobody waits for a decoder. Raises `Overtaken` when it waits no more.
    """
    with transaction.atomic():
        row = Upload.objects.select_for_update().filter(pk=upload.pk, state=Upload.State.WAITING).first()
        if row is None:
            raise Overtaken
        yield row


def refuse(upload, refused):
    """Keeps the reason why an upload cannot be used, and deletes its file."""
    try:
        with claimed(upload) as row:
            row.state, row.reason, row.reason_facts = Upload.State.REFUSED, refused.code, refused.facts
            delete_file(row)
            row.save()
    except Overtaken:
        return
    upload.refresh_from_db()


@transaction.atomic
def use_existing(upload, *, by):
    """
    Uses the picture that a known upload is, instead of its file, which is deleted.

    The picture goes where the upload was for, such as an album. Raises
    `PermissionDenied` where `by` may not see it. An upload on which somebody
    decided meanwhile is left as it is; one whose picture is gone is added.
    """
    row = _known(upload)
    if row is None:
        return
    if row.picture is None:
        add_anyway(row, by=by)
        return
    if not Picture.objects.visible_to(by).filter(pk=row.picture_id).exists():
        raise PermissionDenied
    delete_file(row)
    import_module(TAKERS["picture"]).finish(row, row.picture)


@transaction.atomic
def add_anyway(upload, *, by):
    """Has a known upload taken in all the same. `by`: who decided so, and from now on is who added it."""
    row = _known(upload)
    if row:
        row.state, row.reason, row.picture = Upload.State.WAITING, "", None
        row.wanted_anyway, row.created_by = True, by
        row.save()
        transaction.on_commit(lambda: _enqueue(row))


def _known(upload):
    """The locked row of an upload that waits for a decision, or None."""
    return Upload.objects.select_for_update(of=("self",)).filter(pk=upload.pk, state=Upload.State.KNOWN).first()


def delete_file(upload):
    """Empties the upload's file, and deletes it once that is stored. Does not save the row."""
    delete_after_commit([(upload.file.storage, upload.file.name)])
    upload.file = ""
