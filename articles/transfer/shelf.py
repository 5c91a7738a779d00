"""The pictures and media that some articles show, as they stand in their lines, and the files of those."""

import hashlib
from collections import defaultdict
from dataclasses import dataclass

from django.core.files.storage import default_storage

from articles.transfer import ids
from articles.transfer.belongings import by_language, without_nothing
from articles.transfer.format import moment_text
from articles.transfer.library import PICTURE_FACTS, PICTURE_TEXTS
from articles.transfer.prose import outward
from coalition.models import Person, PressConference
from media_library.models import Album, Document, Infographic, Picture, Playlist, Video
from media_library.storage import originals
from publishing.languages import language_codes

# Field of an article → the model of its medium, and what its record is made from besides.
MEDIA = {
    "video": (Video, ["captions"]),
    "playlist": (Playlist, ["entries__video__captions"]),
    "album": (Album, ["entries"]),
    "infographic": (Infographic, []),
    "document": (Document, ["files"]),
    "press_conference": (
        PressConference,
        ["speaker_entries__person", "documents__files", "recording__captions"],
    ),
}


@dataclass(frozen=True)
class StoredFile:
    """A file of this installation: in which storage, under which name."""

    storage: object
    name: str

    def sha256(self):
        """Its hash, or None where it is gone."""
        try:
            with self.storage.open(self.name, "rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest()
        except FileNotFoundError:
            return None


def copied(stored, sha256, folder):
    """Copies a file into a folder, under its hash, unless it is there. Returns whether it is what it should be."""
    path = folder / sha256
    if path.exists():
        return True
    unfinished = folder / f"{sha256}.part"
    digest = hashlib.sha256()
    try:
        with stored.storage.open(stored.name, "rb") as source, unfinished.open("wb") as copy:
            while data := source.read(1024 * 1024):
                digest.update(data)
                copy.write(data)
        if digest.hexdigest() != sha256:
            return False
        unfinished.replace(path)
    except FileNotFoundError:
        return False
    finally:
        unfinished.unlink(missing_ok=True)
    return True


class Shelf:
    """
    What some articles show.

    `media`: field of an article → numbers of its media; `pictures`: numbers.
    `files` is what was named: SHA-256 → `StoredFile`.
    """

    def __init__(self, media, pictures):
        self.files = {}
        self._media = {
            field: model.objects.prefetch_related(*related).in_bulk(media[field])
            for field, (model, related) in MEDIA.items()
            if media.get(field)
        }
        self._ids = self._ids_of_media()
        self._pictures = self._loaded(set(pictures) | {number for number in self._pictures_of_media() if number})

    # --- Pictures ---------------------------------------------------------------------

    def hash_of(self, number):
        """The SHA-256 of a picture, or None where there is none of this number."""
        picture = self._pictures.get(number)
        return picture.sha256 if picture else None

    def hashes(self):
        """Number → SHA-256."""
        return {number: picture.sha256 for number, picture in self._pictures.items()}

    def picture(self, number):
        return self._pictures.get(number)

    def picture_records(self, hashes):
        """SHA-256 → record, for the pictures that a line names."""
        wanted = {picture.sha256: picture for picture in self._pictures.values() if picture.sha256 in hashes}
        for sha256, picture in wanted.items():
            self.files[sha256] = StoredFile(originals(), picture.original.name)
        return {sha256: _picture_record(picture) for sha256, picture in wanted.items()}

    def _loaded(self, numbers):
        pictures = Picture.objects.select_related("collection").prefetch_related("redactions").in_bulk(numbers)
        found = {}
        # Of several with the same file the first stands for all: files know pictures by their hashes alone.
        for number, picture in sorted(pictures.items()):
            picture.sha256 = picture.sha256 or StoredFile(originals(), picture.original.name).sha256() or ""
            if picture.sha256:
                found[number] = picture
        return found

    # --- Media ------------------------------------------------------------------------

    def medium(self, field, number):
        """The record of a medium, or None where there is none of this number."""
        row = self._media.get(field, {}).get(number)
        return getattr(self, f"_{field}")(row) if row else None

    def _all(self):
        """Every row of media, with those within others: pairs (model, row)."""
        for field, rows in self._media.items():
            for row in rows.values():
                yield MEDIA[field][0], row
                yield from _within(field, row)

    def _ids_of_media(self):
        numbers = defaultdict(set)
        for model, row in self._all():
            numbers[model].add(row.pk)
        return {
            (model, number): key for model, one in numbers.items() for number, key in ids.ids_of(model, one).items()
        }

    def _pictures_of_media(self):
        for model, row in self._all():
            if model is Video:
                yield row.poster_id
            elif model is Album:
                yield from [row.cover_id, *(entry.picture_id for entry in row.entries.all())]
            elif model is Infographic:
                yield from [getattr(row, f"picture_{code}_id") for code in language_codes()]

    def _file(self, storage, name):
        """The SHA-256 of a file, which is noted, or None where there is no file."""
        if not name:
            return None
        file = StoredFile(storage, name)
        sha256 = file.sha256()
        if sha256:
            self.files[sha256] = file
        return sha256

    def _common(self, row, **facts):
        return without_nothing({"id": self._ids[type(row), row.pk], "name": row.name} | facts)

    def _video(self, video):
        return self._common(
            video,
            url=video.url,
            file=self._file(originals(), video.original.name),
            title=by_language(video, "title"),
            transcript=_html(video, "transcript"),
            poster=self.hash_of(video.poster_id),
            duration=video.duration,
            host_title=video.host_title,
            captions=without_nothing(
                {one.language: self._file(default_storage, one.path) for one in video.captions.all()}
            ),
        )

    def _playlist(self, playlist):
        return self._common(playlist, videos=[self._video(entry.video) for entry in playlist.entries.all()])

    def _album(self, album):
        entries = [
            without_nothing({"picture": self.hash_of(entry.picture_id), "caption": by_language(entry, "caption")})
            for entry in album.entries.all()
        ]
        return self._common(
            album,
            title=by_language(album, "title"),
            text=by_language(album, "text"),
            cover=self.hash_of(album.cover_id),
            pictures=[entry for entry in entries if "picture" in entry],
        )

    def _infographic(self, infographic):
        pictures = {code: self.hash_of(getattr(infographic, f"picture_{code}_id")) for code in language_codes()}
        return self._common(
            infographic,
            picture=without_nothing(pictures),
            alternative=_html(infographic, "alternative"),
            data_table=_html(infographic, "data_table"),
        )

    def _document(self, document):
        files = {code: document.file_in(code) for code in language_codes()}
        return self._common(
            document,
            title=by_language(document, "title"),
            version=by_language(document, "version"),
            dated=document.dated.isoformat() if document.dated else None,
            files=without_nothing(
                {code: self._file(originals(), file.original.name) for code, file in files.items() if file}
            ),
        )

    def _press_conference(self, one):
        return self._common(
            one,
            starts_at=moment_text(one.starts_at),
            ends_at=moment_text(one.ends_at),
            set_state=one.set_state,
            stream_url=one.stream_url,
            place=by_language(one, "place"),
            other_speakers=by_language(one, "other_speakers"),
            transcript=_html(one, "transcript"),
            speakers=[
                {"id": self._ids[Person, entry.person_id], "name": by_language(entry.person, "title")}
                for entry in one.speaker_entries.all()
            ],
            recording=self._video(one.recording) if one.recording else None,
            documents=[self._document(document) for document in one.documents.all()],
        )


def _within(field, row):
    if field == "playlist":
        yield from ((Video, entry.video) for entry in row.entries.all())
    elif field == "press_conference":
        yield from ((Person, entry.person) for entry in row.speaker_entries.all())
        yield from ((Document, document) for document in row.documents.all())
        if row.recording:
            yield Video, row.recording


def _html(row, name):
    """Rich text of a medium in every language, without pictures."""
    return {code: outward(html, {}) for code, html in by_language(row, name).items()}


def _picture_record(picture):
    focal_point = [picture.focal_x, picture.focal_y]
    areas = ("shape", "left", "top", "width", "height")
    redactions = [{name: getattr(one, name) for name in areas} for one in picture.redactions.all()]
    return without_nothing(
        {name: by_language(picture, column) for column, name in PICTURE_TEXTS.items()}
        | {name: getattr(picture, name) for name in PICTURE_FACTS}
        | {
            "decorative": picture.is_decorative,
            "focal_point": focal_point if focal_point != [50, 40] else None,
            "redactions": redactions,
            "rights_from": moment_text(picture.rights_from),
            "rights_until": moment_text(picture.rights_until),
            "collection": _collection_record(picture.collection) if picture.collection else None,
        }
    )


def _collection_record(collection):
    """Its names from the top down. It is closed if one of them is."""
    line = list(collection.ancestors(include_self=True))
    return without_nothing({"path": [one.name for one in line], "closed": any(one.is_closed for one in line)})
