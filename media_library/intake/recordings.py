"""Takes in videos and sound: the worker writes each file anew, and only that copy ever becomes public."""

import hashlib

from django.core.files import File
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from media_library import sandbox, uploads
from media_library.models import Upload, Video
from media_library.storage import delete_after_commit, store_once

# The longest that a recording may take, in seconds: it is read and written as a whole.
MAX_SECONDS = 600

# (Format, medium) → extension and type of the public file.
PUBLIC = {
    ("MP4", "video"): ("mp4", "video/mp4"),
    ("MP4", "audio"): ("m4a", "audio/mp4"),
    ("M4A", "audio"): ("m4a", "audio/mp4"),
    ("WEBM", "video"): ("webm", "video/webm"),
    ("WEBM", "audio"): ("webm", "audio/webm"),
    ("MP3", "audio"): ("mp3", "audio/mpeg"),
}


def take(upload):
    """
    Makes an uploaded recording the file of its video, and one of its pictures the poster if there is none.

    Raises `formats.Refused`.
    """
    with sandbox.workplace(upload.file) as folder:
        facts = sandbox.run(
            "media_library.recordings_decoding:rewrite", folder, seconds=MAX_SECONDS, format=upload.format
        )
        extension, mime_type = PUBLIC[upload.format, facts["medium"]]
        path = _store(upload.video, folder / "output", facts["medium"], extension)
        try:
            with uploads.claimed(upload) as row:
                video = Video.objects.select_for_update().get(pk=row.video_id)
                _take_over(video, row, facts, path, mime_type)
                _offer_poster(video, folder / "poster.jpg", by=row.created_by)
        finally:
            if not Video.objects.filter(path=path).exists():
                default_storage.delete(path)


def _store(video, made, medium, extension):
    """Stores the public copy; returns its path."""
    with made.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        file.seek(0)
        return store_once(f"recordings/{video.token}/{medium}-{digest[:16]}.{extension}", File(file))


def _take_over(video, row, facts, path, mime_type):
    """Gives the video its new files; the former ones are deleted once that is stored."""
    former = [
        (video.original.storage, video.original.name),
        (default_storage, video.path if video.path != path else ""),
    ]
    video.original, row.file = row.file.name, ""
    video.medium, video.path, video.mime_type = facts["medium"], path, mime_type
    video.size = default_storage.size(path)
    video.width, video.height, video.duration = facts["width"], facts["height"], facts["duration"]
    video.url, video.host_title, video.problem, video.looked_up_at = "", "", "", None
    video.save()
    row.state = Upload.State.TAKEN
    row.save()
    delete_after_commit(former)


def _offer_poster(video, made, *, by):
    if video.poster_id is None and made.exists():
        file = ContentFile(made.read_bytes(), name=f"{video.name.replace('/', '-')}.jpg")
        uploads.receive(file, by=by, poster_of=video, collection=video.collection)
