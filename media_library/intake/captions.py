"""Takes in captions: the worker writes them anew, cue by cue, and only that copy ever becomes public."""

import hashlib

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from media_library import sandbox, uploads
from media_library.models import Captions, Upload, Video
from media_library.storage import delete_after_commit


def take(upload):
    """Makes uploaded captions those of their video in their language. Raises `formats.Refused`."""
    with sandbox.workplace(upload.file) as folder:
        sandbox.run("media_library.captions_decoding:rewrite", folder)
        data = (folder / "output").read_bytes()
    with uploads.claimed(upload) as row:
        video = Video.objects.select_for_update().get(pk=row.video_id)
        remove(video, row.language)
        path = f"recordings/{video.token}/{row.language}-{hashlib.sha256(data).hexdigest()[:16]}.vtt"
        path = default_storage.save(path, ContentFile(data))
        Captions.objects.create(video=video, language=row.language, path=path, size=len(data))
        row.state = Upload.State.TAKEN
        uploads.delete_file(row)
        row.save()


def remove(video, language):
    """Deletes a video's captions in one language, and their file once that is stored."""
    for captions in video.captions.filter(language=language):
        captions.delete()
        delete_after_commit([(default_storage, captions.path)])
