"""Jobs of the media library; each can run twice without harm."""

from django.db import transaction
from django_tasks import task

from media_library.models import Picture
from media_library.renditions import make_renditions_of


@task()
def make_renditions(picture_id):
    """Makes the public files of one picture. A picture deleted meanwhile is no error."""
    picture = Picture.objects.filter(pk=picture_id).first()
    if picture:
        make_renditions_of(picture)


def request_renditions(picture):
    """Asks for a picture's renditions, once the picture is really stored."""
    transaction.on_commit(lambda: make_renditions.enqueue(picture.pk))
