"""Recordings of our own in articles: what the podcast is made of."""

from django.db.models import Q

from articles.models import Article
from media_library.models import Video

# So many of the newest articles that could have one are looked through: the query does not grow with the archive.
LOOKED_THROUGH = 500

_OWN = [Video.Medium.VIDEO.value, Video.Medium.AUDIO.value]


def recording_of(media):
    """The recording in what a version keeps of its medium, if its file is our own; else {}."""
    recording = media.get("recording") or media
    return recording if recording.get("medium") in _OWN else {}


def with_recordings(editions):
    """Of some editions those with a recording of our own: videos and sound, and press conferences."""
    formats = (Article.Format.VIDEO, Article.Format.PRESS_CONFERENCE)
    newest = editions.of_format(*formats).newest_first().values("pk")[:LOOKED_THROUGH]
    is_own = Q(live__media__medium__in=_OWN) | Q(live__media__recording__medium__in=_OWN)
    return editions.filter(is_own, pk__in=newest)
