"""
Recordings as readers get them: their files, and their places in playlists.

What a version keeps of a recording names it by number (see `Video.frozen`):
readers get the file that it has now, whichever it had when the text went out.
"""

from dataclasses import dataclass

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Q

from media_library.models import Upload, Video
from media_library.storage import delete_after_commit
from publishing.keys import key_for, note
from publishing.languages import own_name


def give_files(media):
    """
    Sets `file` on every recording of our own in a frozen medium: its path, type, size, measures and captions; or {}.

    So a file that was replaced is replaced everywhere, as pictures are. One
    query, or none where all is by link.
    """
    recordings = [found for found in _videos_in(media) if found["medium"] != Video.Medium.LINK]
    if not recordings:
        return
    files = _files_of({recording["video"] for recording in recordings})
    for recording in recordings:
        recording["file"] = files.get(recording["video"], {})


def _videos_in(frozen):
    """Everything in a frozen medium that `Video.frozen` made, however deep."""
    if isinstance(frozen, dict):
        if "video" in frozen and "medium" in frozen:
            yield frozen
        for value in frozen.values():
            yield from _videos_in(value)
    elif isinstance(frozen, list):
        for value in frozen:
            yield from _videos_in(value)


def _files_of(ids):
    """Number of a video → facts of its file."""
    note(*(key_for(Video, number) for number in ids))
    names = ("pk", "path", "mime_type", "size", "width", "height", "captions__language", "captions__path")
    files = {}
    videos = Video.objects.filter(pk__in=ids).exclude(path="").order_by("pk", "captions__language")
    for pk, path, mime_type, size, width, height, language, captions_path in videos.values_list(*names):
        facts = {"path": path, "type": mime_type, "size": size, "width": width, "height": height, "captions": []}
        captions = files.setdefault(pk, facts)["captions"]
        if language:
            captions.append({"language": language, "name": own_name(language), "path": captions_path})
    return files


@dataclass(frozen=True)
class Entry:
    """A video's place in a playlist, from 1. `media` is the video as frozen."""

    number: int
    media: dict

    @property
    def title(self):
        return self.media["title"]

    @property
    def duration(self):
        return self.media["duration"]


@dataclass(frozen=True)
class PlaylistPage:
    """A playlist with one of its videos to be seen."""

    entries: list[Entry]
    current: Entry
    # In seconds; 0 where the length of a video is not known.
    duration: int

    @property
    def previous(self):
        return self.entries[self.current.number - 2] if self.current.number > 1 else None

    @property
    def next(self):
        return self.entries[self.current.number] if self.current.number < len(self.entries) else None


def playlist_page(media, asked):
    """The page of a frozen playlist at the video that was `asked` for ("2"); if there is no such one, the first."""
    entries = [Entry(number, video) for number, video in enumerate(media["videos"], start=1)]
    current = next((entry for entry in entries if str(entry.number) == asked), entries[0])
    return PlaylistPage(entries, current, media["duration"])


def clock_time(seconds):
    """A length as players show it: "3:05", "1:02:03"."""
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


@transaction.atomic
def delete_recording(video):
    """Deletes a video, and its files once that is stored."""
    waiting = [upload.file for upload in Upload.objects.filter(Q(video=video) | Q(poster_of=video))]
    private = [(file.storage, file.name) for file in [video.original, *waiting]]
    paths = [video.path, *video.captions.values_list("path", flat=True)]
    video.delete()
    delete_after_commit([*private, *((default_storage, path) for path in paths)])
