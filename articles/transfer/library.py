"""
Pictures and media of a line: found in the library, or taken in from the files beside the lines.

What comes in goes the way of what people upload: decoded and written anew in
the sandbox, within the same limits. What is in the library stays as it is.
"""

import hashlib
from contextlib import contextmanager
from datetime import date

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files import File
from django.db import transaction
from django.templatetags.static import static

from articles.transfer import ids
from articles.transfer.belongings import columns
from articles.transfer.format import MEDIUM_FIELDS, moment_of
from articles.transfer.prose import inward
from articles.transfer.schema import Mismatch
from coalition.models import Person, PressConference
from media_library import formats, looks, refusals, renditions, sandbox, uploads, words
from media_library.imaging import PictureFacts
from media_library.models import (
    Album,
    AlbumPicture,
    Collection,
    Document,
    Infographic,
    Picture,
    Playlist,
    Redaction,
    Upload,
    Video,
)
from media_library.tasks import request_renditions

# Column → name in a line: what is known of a picture in every language.
PICTURE_TEXTS = {"title": "title", "alt_text": "alt", "caption": "caption", "credit": "credit"}
# What is known of it for staff alone.
PICTURE_FACTS = ("name", "source", "copyright_notice", "licence", "usage_terms")


class Library:
    """The pictures and media of one import. `folder`: where the files lie, as a `Path`."""

    def __init__(self, folder):
        self.folder = folder
        self._pictures = {}

    def load_pictures(self, hashes):
        """Looks up which of these SHA-256 are in the library, for the lines that come next. Forgets all others."""
        self._pictures = {picture.sha256: picture for picture in _pictures_with(hashes)}

    def picture(self, sha256, record):
        """The picture with a hash. `record`: what the line says of it, or None. Raises `Mismatch`."""
        if sha256 not in self._pictures:
            found = next(reversed(_pictures_with([sha256])), None)
            self._pictures[sha256] = found or self._made_picture(sha256, record or {})
        return self._pictures[sha256]

    def in_texts(self):
        """SHA-256 → (number, address for the editor) of the pictures that were asked for."""
        return {sha256: (picture.pk, _address(picture)) for sha256, picture in self._pictures.items()}

    def medium(self, format, record, picture):
        """
        What an article of a format shows, or None. `picture(sha256)` gives the line's pictures.

        Raises `Mismatch`.
        """
        field = MEDIUM_FIELDS.get(format)
        if field is None or record is None:
            return None
        return self._medium(*_MAKERS[field], record, picture)

    def _medium(self, model, make, record, picture):
        key = record["id"]
        if number := ids.numbers_of(model, [key]).get(key):
            return model.objects.get(pk=number)
        row = make(self, record, picture)
        ids.note(model, key, row.pk)
        return row

    # --- Files ------------------------------------------------------------------------

    @contextmanager
    def _file(self, sha256):
        """A file beside the lines, opened; its name ends as its content says. Raises `Mismatch`."""
        path = self.folder / sha256
        place = f"media/{sha256}"
        try:
            opened = path.open("rb")
        except OSError:
            raise Mismatch(
                place, "the file is missing. Put it beside the file of articles, or name its folder"
            ) from None
        with opened:
            found = formats.recognised(opened.read(formats.HEAD))
            opened.seek(0)
            if hashlib.file_digest(opened, "sha256").hexdigest() != sha256:
                raise Mismatch(place, "the file is not what its name says: it was changed, or cut off. Copy it again")
            opened.seek(0)
            yield File(opened, name=f"{sha256[:16]}.{found.extension if found else 'bin'}")

    def _upload(self, sha256, kinds, **purpose):
        """Takes in a file as if somebody had uploaded it, at once. Raises `Mismatch`."""
        with self._file(sha256) as file:
            upload = uploads.receive(file, by=None, kinds=kinds, **purpose)
        uploads.take_in(upload)
        upload.refresh_from_db()
        if upload.state != Upload.State.TAKEN:
            raise Mismatch(f"media/{sha256}", upload.reason_in_words or "the file could not be taken in")

    # --- Pictures ---------------------------------------------------------------------

    def _made_picture(self, sha256, record):
        place = f"pictures.{sha256}"
        with self._file(sha256) as file:
            try:
                found = uploads.checked(file, ["picture"])
                picture = _new_picture(record, place)
                picture.sha256, picture.size = sha256, file.size
                with refusals.refusing_full_disk():
                    picture.original.save(f"original.{found.extension}", file, save=False)
                _look_at(picture)
            except formats.Refused as refused:
                raise Mismatch(place, refusals.sentence(refused.code, refused.facts)) from refused
        with transaction.atomic():
            picture.save()
            Redaction.objects.bulk_create(Redaction(picture=picture, **area) for area in record.get("redactions") or [])
            words.index(picture)
            request_renditions(picture)
        return picture


def _pictures_with(hashes):
    """The pictures whose originals have one of these hashes; of several with the same file the first comes last."""
    return list(Picture.objects.filter(sha256__in=hashes).prefetch_related("renditions").order_by("-pk"))


def _address(picture):
    return picture.thumbnail_url or static("desk/picture.svg")


def _new_picture(record, place):
    named = {column: record[name] for column, name in PICTURE_TEXTS.items() if record.get(name)}
    across, down = record.get("focal_point") or (50, 40)
    try:
        texts = columns(named, named)
    except Mismatch as mismatch:
        raise mismatch.within(place) from None
    return Picture(
        **{name: record.get(name) or "" for name in PICTURE_FACTS} | {"name": record.get("name") or "—"},
        **texts,
        is_decorative=bool(record.get("decorative")),
        focal_x=across,
        focal_y=down,
        rights_from=moment_of(record.get("rights_from"), f"{place}.rights_from"),
        rights_until=moment_of(record.get("rights_until"), f"{place}.rights_until"),
        collection=_collection(record.get("collection"), f"{place}.collection"),
    )


def _look_at(picture):
    """Has the sandbox look at a picture whose original was stored; what it refuses leaves no file behind."""
    try:
        with sandbox.workplace(picture.original) as folder:
            facts = renditions.prepare(
                folder,
                picture,
                (),  # Readers' files are drawn by the worker.
                max_pixels=settings.NEWSROOM_PICTURE_MAX_PIXELS,
                dense_max_pixels=settings.NEWSROOM_DENSE_PICTURE_MAX_PIXELS,
            )
    except BaseException:
        picture.original.storage.delete(picture.original.name)
        raise
    picture.take_facts(PictureFacts(facts["format"], facts["width"], facts["height"]))
    looks.set_fingerprint(picture, facts["fingerprint"])
    picture.taken_on = date.fromisoformat(facts["taken_on"]) if facts["taken_on"] else None


def _collection(record, place):
    """A collection by the names that lead to it; one that is made and closed has no members yet."""
    found, is_closed = None, False
    for name in (record or {}).get("path", []):
        found, _made = Collection.objects.get_or_create(
            parent=found, name=name, defaults={"is_closed": bool(record.get("closed"))}
        )
        is_closed = is_closed or found.is_closed
    if record and record.get("closed") and not is_closed:
        raise Mismatch(
            place, f"“{found}” is open to all staff here, and closed there. Close it, or give it another name"
        )
    return found


# --- Media --------------------------------------------------------------------------


def _texts(record, *names, html=()):
    """Columns of translated fields of a medium; rich text is cleaned when it is stored, and has no pictures."""
    try:
        found = columns(record, [*names, *html])
        return {
            column: inward(text, {}) if column.rpartition("_")[0] in html else text for column, text in found.items()
        }
    except Mismatch as mismatch:
        raise mismatch.within("medium") from None
    except ValidationError as error:
        raise Mismatch("medium", "; ".join(error.messages)) from error


def _files(record, name):
    """Language → SHA-256."""
    found = _texts(record, name)
    return {column.removeprefix(f"{name}_"): sha256 for column, sha256 in found.items() if sha256}


@contextmanager
def _gone_if_refused(row):
    """Deletes what was made for files that turn out to be no good."""
    try:
        yield
    except Mismatch:
        row.delete()
        raise


def _cleaned(row):
    try:
        row.clean()
    except ValidationError as error:
        raise Mismatch("medium", "; ".join(error.messages)) from error
    return row


def _made_video(library, record, picture):
    video = _cleaned(
        Video(
            name=record.get("name") or "—",
            url=record.get("url") or "",
            duration=record.get("duration"),
            host_title=record.get("host_title") or "",
            poster=picture(record["poster"]) if record.get("poster") else None,
            **_texts(record, "title", html=["transcript"]),
        )
    )
    video.save()
    with _gone_if_refused(video):
        if record.get("file"):
            library._upload(record["file"], ["video", "audio"], video=video)
        for language, sha256 in _files(record, "captions").items():
            library._upload(sha256, ["captions"], video=video, language=language)
    video.refresh_from_db()
    return video


def _made_playlist(library, record, picture):
    playlist = Playlist.objects.create(name=record.get("name") or "—")
    for position, one in enumerate(record.get("videos") or [], start=1):
        playlist.entries.create(video=library._medium(*_MAKERS["video"], one, picture), position=position)
    return playlist


def _made_album(library, record, picture):
    album = Album.objects.create(
        name=record.get("name") or "—",
        cover=picture(record["cover"]) if record.get("cover") else None,
        **_texts(record, "title", "text"),
    )
    for position, entry in enumerate(record.get("pictures") or [], start=1):
        AlbumPicture.objects.create(
            album=album, picture=picture(entry["picture"]), position=position, **_texts(entry, "caption")
        )
    return album


def _made_infographic(library, record, picture):
    infographic = Infographic(
        name=record.get("name") or "—",
        **_texts(record, html=["alternative", "data_table"]),
        **{f"picture_{code}": picture(sha256) for code, sha256 in _files(record, "picture").items()},
    )
    _cleaned(infographic).save()
    return infographic


def _made_document(library, record, picture):
    document = Document.objects.create(
        name=record.get("name") or "—",
        dated=_day(record.get("dated")),
        **_texts(record, "title", "version"),
    )
    with _gone_if_refused(document):
        for language, sha256 in _files(record, "files").items():
            library._upload(sha256, ["document"], document=document, language=language)
    return document


def _made_press_conference(library, record, picture):
    starts_at, ends_at = (moment_of(record.get(name), f"medium.{name}") for name in ("starts_at", "ends_at"))
    if starts_at is None or ends_at is None:
        raise Mismatch("medium.starts_at", "a press conference needs the moments at which it begins and ends")
    recording = record.get("recording")
    press_conference = PressConference(
        name=record.get("name") or "—",
        starts_at=starts_at,
        ends_at=ends_at,
        set_state=record.get("set_state") or "",
        stream_url=record.get("stream_url") or "",
        recording=library._medium(*_MAKERS["video"], recording, picture) if recording else None,
        **_texts(record, "place", "other_speakers", html=["transcript"]),
    )
    _cleaned(press_conference).save()
    for position, speaker in enumerate(record.get("speakers") or [], start=1):
        press_conference.speaker_entries.create(person=_person(speaker), position=position)
    press_conference.documents.set(
        [library._medium(*_MAKERS["document"], one, picture) for one in record.get("documents") or []]
    )
    return press_conference


def _person(record):
    """A speaker: who came with this id or has the same names here, or a draft with nothing but the names."""
    key = record.get("id")
    if key and (number := ids.numbers_of(Person, [key]).get(key)):
        return Person.objects.get(pk=number)
    names = _texts({"title": record["name"]}, "title")
    found = Person.objects.filter(trashed_at=None, **names).order_by("pk").first() if names else None
    person = found or Person.objects.create(**names)
    if key:
        ids.note(Person, key, person.pk)
    return person


def _day(text):
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Mismatch("medium.dated", f"“{text}” is no day") from None


# Field of an article → the model of its medium, and what makes one of a record.
_MAKERS = {
    "video": (Video, _made_video),
    "playlist": (Playlist, _made_playlist),
    "album": (Album, _made_album),
    "infographic": (Infographic, _made_infographic),
    "document": (Document, _made_document),
    "press_conference": (PressConference, _made_press_conference),
}
