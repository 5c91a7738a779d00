"""Jobs of the media library; each can run twice without harm."""

from django.db import transaction
from django.db.models import F
from django_tasks import task

from media_library import lookups, uploads, words
from media_library.models import Picture, Upload, Video
from media_library.renditions import make_renditions_of

INDEXED_AT_ONCE = 500


@task()
def take_in(upload_id):
    """Takes in one upload. One that was deleted meanwhile is no error."""
    upload = Upload.objects.filter(pk=upload_id).first()
    if upload:
        uploads.take_in(upload)


@task()
def make_renditions(picture_id):
    """Makes the public files of one picture as JPEG, then asks for AVIF. A picture deleted meanwhile is no error."""
    picture = Picture.objects.filter(pk=picture_id).exclude(jpeg_revision=F("revision")).first()
    if picture and make_renditions_of(picture, encodings=("jpeg",)):
        request_avif(picture)


# Lighter files of a picture that is out already can wait for everything else.
@task(priority=-10)
def make_avif(picture_id):
    """Makes the public files of one picture as AVIF. A picture deleted meanwhile is no error."""
    picture = Picture.objects.filter(pk=picture_id).exclude(avif_revision=F("revision")).first()
    if picture:
        make_renditions_of(picture, encodings=("avif",))


def request_renditions(picture):
    """Asks for a picture's renditions, once the picture is really stored: as JPEG soon, as AVIF when there is time."""
    transaction.on_commit(lambda: make_renditions.enqueue(picture.pk))


def request_avif(picture):
    """Asks for the lighter renditions of a picture of which there are JPEGs, once those are really stored."""
    transaction.on_commit(lambda: make_avif.enqueue(picture.pk))


@task()
def index_pictures(picture_ids):
    """Brings the words of some pictures up to date. Those deleted meanwhile are no error."""
    words.index(*Picture.objects.filter(pk__in=picture_ids))


def request_index(tag):
    """Asks for the pictures with a tag to be found by its new names; before it is deleted: not by it any more."""
    numbers = list(Picture.objects.tagged(tag.pk).values_list("pk", flat=True))
    for start in range(0, len(numbers), INDEXED_AT_ONCE):
        chunk = numbers[start : start + INDEXED_AT_ONCE]
        transaction.on_commit(lambda chunk=chunk: index_pictures.enqueue(chunk))


@task()
def look_up_video(video_id):
    """Asks the host of a video by link what it says of it. One that was deleted meanwhile is no error."""
    video = Video.objects.filter(pk=video_id).first()
    if video:
        lookups.look_up(video)


def request_look_up(video):
    """Asks for a video's look-up, once the video is really stored."""
    transaction.on_commit(lambda: look_up_video.enqueue(video.pk))
