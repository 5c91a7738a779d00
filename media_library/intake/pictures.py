"""Takes in pictures: decoded and drawn in the sandbox; what is in the library already waits for somebody's decision."""

from datetime import date
from pathlib import PurePath

from django.conf import settings
from django.db import transaction
from django.db.models import F

from media_library import looks, renditions, sandbox, uploads, words
from media_library.imaging import PictureFacts
from media_library.log import Step, record
from media_library.models import Album, AlbumPicture, FormerFile, Picture, Upload, Video
from media_library.tasks import request_avif, request_renditions
from publishing.languages import language_codes

# Readers get these first; the lighter ones follow when all uploads were looked at.
FIRST = ("jpeg",)


def take(upload):
    """
    Makes a picture of an upload, or the new file of the one that it replaces, or the poster of its video.

    One that is in the library already becomes `KNOWN` instead, unless it is
    `wanted_anyway`. Raises `formats.Refused`.
    """
    with sandbox.workplace(upload.file) as folder:
        sha256 = renditions.sha256_of(folder / "input")
        if _answer_known(upload, looks.same_file(_in_sight(upload), sha256), "same_file"):
            return
        # A poster says nothing that the title of its video does not say.
        is_poster = upload.poster_of_id is not None
        new = Picture(name=_name_of(upload), created_by=upload.created_by, is_decorative=is_poster)
        picture = upload.replaces or new
        facts = renditions.prepare(
            folder,
            picture,
            FIRST,
            max_pixels=settings.NEWSROOM_PICTURE_MAX_PIXELS,
            dense_max_pixels=settings.NEWSROOM_DENSE_PICTURE_MAX_PIXELS,
        )
        if _answer_known(upload, _alike(upload, facts["fingerprint"]), "looks_alike"):
            return
        made = renditions.store(picture, facts["renditions"], folder)
    with renditions.kept_or_deleted(made), transaction.atomic():
        _wait_for_same_size(upload)
        if _answer_known(upload, looks.same_file(_in_sight(upload), sha256), "same_file"):
            return
        with uploads.claimed(upload) as row:
            if row.replaces:
                picture = _replace(row, picture, facts | {"sha256": sha256}, made)
            else:
                _add(row, picture, facts | {"sha256": sha256}, made)
            finish(row, picture)


def _name_of(upload):
    return PurePath(upload.name).stem[:160] or "—"


# --- What is in the library already ------------------------------------------------


def _in_sight(upload):
    """The pictures of which the person who sent this may learn. Nobody else's files say that they are there."""
    if upload.wanted_anyway or upload.created_by is None:
        return Picture.objects.none()
    if upload.replaces_id:  # It is another one on purpose, unless it is the very same.
        return Picture.objects.filter(pk=upload.replaces_id)
    return Picture.objects.visible_to(upload.created_by)


def _alike(upload, fingerprint):
    if upload.replaces_id or upload.poster_of_id:
        return None
    return looks.most_alike(_in_sight(upload), fingerprint)


def _answer_known(upload, picture, reason):
    """Says of an upload that it is this picture; returns whether there is one. A video gets its poster at once."""
    if picture is None:
        return False
    with uploads.claimed(upload) as row:
        if row.poster_of_id:
            uploads.delete_file(row)
            finish(row, picture)
        else:
            row.state, row.reason, row.picture = Upload.State.KNOWN, reason, picture
            row.save()
    return True


def _wait_for_same_size(upload):
    """Lets the same file, sent twice at once, be looked at one after the other: the second then is known."""
    same = Upload.objects.filter(size=upload.size, state=Upload.State.WAITING).order_by("pk")
    list(same.select_for_update().values_list("pk"))


# --- What comes of it --------------------------------------------------------------


def _add(upload, picture, facts, made):
    picture.collection = upload.collection
    _take_file(picture, upload, facts)
    picture.save()
    renditions.put(picture, made, FIRST)
    picture.save()
    words.index(picture)
    request_avif(picture)


def _replace(upload, seen, facts, made):
    """
    Gives a picture its new file; the former one is kept. What was drawn is used if the picture is as it was `seen`.

    Focal point and redactions stay as they are, in percent.
    """
    picture = Picture.objects.select_for_update(of=("self",)).get(pk=upload.replaces_id)
    kept = ("original", "format", "size", "width", "height", "sha256")
    former = {name: getattr(picture, name) for name in kept}
    FormerFile.objects.create(picture=picture, replaced_by=upload.created_by, **former)
    is_as_seen = picture.revision == seen.revision
    picture.revision += 1
    _take_file(picture, upload, facts)
    if is_as_seen:
        renditions.put(picture, made, FIRST)
        request_avif(picture)
    else:
        request_renditions(picture)
    picture.save()
    words.index(picture)
    record(picture, Step.REPLACE, by=upload.created_by, note=upload.name)
    return picture


def _take_file(picture, upload, facts):
    """Makes the upload's file the picture's original, with what it says. Does not save the rows."""
    picture.original, upload.file = upload.file.name, ""
    picture.size, picture.sha256, picture.problem = upload.size, facts["sha256"], ""
    picture.take_facts(PictureFacts(facts["format"], facts["width"], facts["height"]))
    looks.set_fingerprint(picture, facts["fingerprint"])
    picture.taken_on = date.fromisoformat(facts["taken_on"]) if facts["taken_on"] else None
    picture.copyright_notice = picture.copyright_notice or facts["copyright"]
    picture.source = picture.source or facts["source"][:160]
    for code in language_codes():
        if not picture.text_in("credit", code):
            setattr(picture, f"credit_{code}", facts["credit"][:160])


def finish(upload, picture):
    """Stores what came of an upload: this picture, in its album or as the poster of its video."""
    upload.state, upload.reason, upload.picture = Upload.State.TAKEN, "", picture
    upload.save()
    if upload.album_id:
        _add_to_album(upload, picture)
    if upload.poster_of_id:
        video = Video.objects.select_for_update(of=("self",)).get(pk=upload.poster_of_id)
        if video.poster_id is None:  # Somebody may have chosen one meanwhile.
            video.poster = picture
            video.save(update_fields=["poster"])


def _add_to_album(upload, picture):
    """Puts a picture at the end of its album, but before those that were sent after it. One in it stays there."""
    album = Album.objects.select_for_update(of=("self",)).get(pk=upload.album_id)
    if album.entries.filter(picture=picture).exists():
        return
    later = Upload.objects.filter(album=album, pk__gt=upload.pk, state=Upload.State.TAKEN).values("picture")
    position = album.entries.filter(picture__in=later).values_list("position", flat=True).first()
    if position is None:
        last = album.entries.values_list("position", flat=True).last()
        position = 1 if last is None else last + 1
    else:
        album.entries.filter(position__gte=position).update(position=F("position") + 1)
    AlbumPicture.objects.create(album=album, picture=picture, position=position)
