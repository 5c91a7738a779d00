"""
What a host says of a video by link: its title, its length, its poster. Asked by a job, never while somebody waits.

Only addresses of `media_library.video_hosts` are asked, by https, at public
addresses (see `desk.connections`), and answers are read up to a limit.
"""

import json
import time
from dataclasses import dataclass
from http.client import HTTPException
from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from desk.connections import asked, is_public_address, location_of
from media_library import formats, uploads
from media_library.models import Upload, Video
from media_library.video_hosts import hosted_video

USER_AGENT = "Newsroom video look-up"
MAX_ANSWER = 256 * 1024  # bytes
MAX_SECONDS = 10  # for the content of an answer
MAX_REDIRECTS = 3

UNKNOWN_THERE = gettext_noop(
    "Its host does not know this video, or does not show it to everybody. Check the address and look it up again."
)
NO_ANSWER = gettext_noop("Its host did not answer as it should. Look it up again later.")


class Unanswered(Exception):
    """A host gave no usable answer. `status`: the HTTP status if it gave one, else 0."""

    def __init__(self, message, status=0):
        super().__init__(message)
        self.status = status


@dataclass(frozen=True)
class Answer:
    """What a host says of a video: title ("" if it says none), length in seconds or None, the poster's file or None."""

    title: str
    duration: int | None
    poster: bytes | None


def fetch(url, *, most_bytes, may_ask):
    """
    The content of an https address. `may_ask(host)`: whether a host may be asked; redirects are followed to such alone.

    Raises `Unanswered`.
    """
    try:
        for _step in range(MAX_REDIRECTS + 1):
            parts = urlsplit(url)
            if parts.scheme != "https" or not may_ask(parts.hostname or ""):
                raise Unanswered(f"not asked: {url}")
            with asked("GET", url, is_public=is_public_address, user_agent=USER_AGENT) as response:
                location = location_of(response)
                if not location:
                    return _content(response, most_bytes)
            url = urljoin(url, location)
    except (OSError, HTTPException, ValueError) as error:
        raise Unanswered(str(error)) from error
    raise Unanswered("too many redirects")


def _content(response, most_bytes):
    if response.status != 200:
        raise Unanswered("no success", response.status)
    content, end = bytearray(), time.monotonic() + MAX_SECONDS
    while chunk := response.read1(64 * 1024):
        content += chunk
        if len(content) > most_bytes or time.monotonic() > end:
            raise Unanswered("too much, or too slow")
    return bytes(content)


def look_up(video, *, fetch=fetch):
    """
    Asks the host of a video by link, and fills in what nobody typed: name, length, poster.

    What goes wrong is kept in `video.problem`. Can run twice without harm.
    """
    hosted = hosted_video(video.url)
    if hosted is None:
        return
    try:
        answer, problem = _ask(hosted, fetch, wants_poster=_lacks_poster(video)), ""
    except Unanswered as error:
        answer, problem = None, UNKNOWN_THERE if error.status in {400, 401, 403, 404, 410} else NO_ANSWER
    with transaction.atomic():
        # Somebody may have changed or deleted it while its host was asked.
        video = Video.objects.select_for_update().filter(pk=video.pk, url=video.url).first()
        if video is None:
            return
        video.problem, video.looked_up_at = problem, timezone.now()
        if answer:
            _take_over(video, answer, hosted)
        video.save()


def _lacks_poster(video):
    """Whether there is no poster, and none is on its way."""
    waiting = Upload.objects.filter(poster_of=video, state=Upload.State.WAITING)
    return video.poster_id is None and not waiting.exists()


def _take_over(video, answer, hosted):
    if answer.title:
        video.host_title = answer.title
    if answer.title and video.name in {"", hosted.page}:
        video.name = answer.title[:160]
    if video.duration is None:
        video.duration = answer.duration
    if answer.poster and _lacks_poster(video):
        format = formats.recognised(answer.poster[: formats.HEAD])
        name = f"{video.name.replace('/', '-')}.{format.extension}"
        file = ContentFile(answer.poster, name=name)
        uploads.receive(file, by=video.created_by, poster_of=video, collection=video.collection)


def _ask(hosted, fetch, *, wants_poster):
    facts = _json(hosted.oembed, fetch)
    duration = _seconds(facts.get("duration"))
    if duration is None and hosted.length:
        duration = _seconds(_json(hosted.length, fetch, is_needed=False).get("duration"))
    poster = _poster(hosted, facts.get("thumbnail_url"), fetch) if wants_poster else None
    return Answer(_line(facts.get("title")), duration, poster)


def _json(url, fetch, *, is_needed=True):
    """What an address answers, as a dictionary. Raises `Unanswered`; {} instead where it is not needed."""
    host = urlsplit(url).hostname
    try:
        answer = json.loads(fetch(url, most_bytes=MAX_ANSWER, may_ask=lambda other: other == host))
        if isinstance(answer, dict):
            return answer
        raise Unanswered("no object")
    except (Unanswered, ValueError, RecursionError) as error:
        if not is_needed:
            return {}
        raise error if isinstance(error, Unanswered) else Unanswered("no JSON") from error


def _line(value):
    """A title that a host tells, on one line; "" for what is no title."""
    words = value.split() if isinstance(value, str) else []
    return "".join(character for character in " ".join(words) if character.isprintable())[:300]


def _seconds(value):
    """A length that a host tells, in whole seconds; None for what is no length."""
    is_length = isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < 10_000_000
    return round(value) or None if is_length else None


def _poster(hosted, named, fetch):
    """The file of the best poster that there is, or None. Without one the video is shown all the same."""
    most_bytes = settings.NEWSROOM_PICTURE_MAX_BYTES
    for url in (hosted.poster, named):
        if not isinstance(url, str) or not url:
            continue
        try:
            content = fetch(url, most_bytes=most_bytes, may_ask=hosted.host.has_poster_on)
        except Unanswered:
            continue
        format = formats.recognised(content[: formats.HEAD])
        if format and format.kind == "picture":
            return content
    return None
