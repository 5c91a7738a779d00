"""
The hosts whose videos can be shown: one table, which the look-ups and the content security policy follow, too.

Only a video's id is taken from what somebody typed; every address is ours.
No Django here but its settings: they read this module themselves.
"""

import re
from dataclasses import dataclass
from urllib.parse import parse_qs, quote, urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

# The parameters of an address that may say which video it is.
_TELLING = ("v", "h", "video")


@dataclass(frozen=True)
class VideoHost:
    """
    A host of videos.

    `address`: regular expression for a video's address, without scheme,
    "www." and what follows the path, except the parameters `_TELLING`; its
    groups `id` (and `key`, of unlisted videos) are what the other addresses
    are made of: the video's `page`; the `frame` that shows it; `oembed`,
    which the job asks (see oembed.com; the page's address is added to it);
    `length`, where a host tells "duration" in JSON if its oEmbed does not;
    `poster`, a better one than its oEmbed names, which not every video has.
    `poster_hosts` are the only ones that posters are fetched from; "*." stands
    for anything before a name. `frame_hosts`: hosts of frames that former
    versions of articles still show.
    """

    name: str
    address: str
    page: str
    frame: str
    oembed: str
    poster_hosts: tuple[str, ...] = ()
    length: str = ""
    poster: str = ""
    frame_hosts: tuple[str, ...] = ()

    def find(self, place):
        """The groups of `address` in a shortened address, or None."""
        match = re.fullmatch(self.address, place, re.ASCII)
        return match and {name: value or "" for name, value in match.groupdict().items()}

    def has_poster_on(self, host):
        """Whether posters may be fetched from a host of this name."""
        return any(
            host == allowed or (allowed.startswith("*.") and host.endswith(allowed[1:]))
            for allowed in self.poster_hosts
        )


_VIMEO = {
    "name": "Vimeo",
    "oembed": "https://vimeo.com/api/oembed.json?width=1280&url=",
    "poster_hosts": ("i.vimeocdn.com",),
}

HOSTS = (
    VideoHost(
        name="YouTube",
        address=(
            r"(?:youtu\.be/|(?:(?:music\.)?youtube|youtube-nocookie)\.com/(?:(?:shorts|live|embed|v)/|watch\?v=))"
            r"(?P<id>[\w-]{11})(?:\?.*)?"
        ),
        page="https://www.youtube.com/watch?v=%(id)s",
        frame="https://www.youtube-nocookie.com/embed/%(id)s?autoplay=1",
        oembed="https://www.youtube.com/oembed?format=json&url=",
        # The poster that its oEmbed names has black bars above and below.
        poster="https://i.ytimg.com/vi/%(id)s/maxresdefault.jpg",
        poster_hosts=("i.ytimg.com",),
    ),
    VideoHost(
        address=r"(?:player\.)?vimeo\.com/(?:channels/[\w-]+/|groups/[\w-]+/videos/|video/)?(?P<id>\d{4,14})",
        page="https://vimeo.com/%(id)s",
        frame="https://player.vimeo.com/video/%(id)s?dnt=1&autoplay=1",
        **_VIMEO,
    ),
    # Unlisted videos are shown to those who know their key.
    VideoHost(
        address=r"(?:player\.)?vimeo\.com/(?:video/)?(?P<id>\d{4,14})(?:/|\?h=)(?P<key>[0-9a-f]{4,32})",
        page="https://vimeo.com/%(id)s/%(key)s",
        frame="https://player.vimeo.com/video/%(id)s?h=%(key)s&dnt=1&autoplay=1",
        **_VIMEO,
    ),
    VideoHost(
        name="Dailymotion",
        address=(
            r"(?:dai\.ly/|dailymotion\.com/(?:embed/)?video/|geo\.dailymotion\.com/player(?:/\w+)?\.html\?video=)"
            r"(?P<id>[A-Za-z0-9]{4,20})(?:_[^/?]*)?"
        ),
        page="https://www.dailymotion.com/video/%(id)s",
        frame="https://geo.dailymotion.com/player.html?video=%(id)s&autoplay=1",
        frame_hosts=("www.dailymotion.com",),
        oembed="https://www.dailymotion.com/services/oembed?format=json&url=",
        length="https://api.dailymotion.com/video/%(id)s?fields=duration",
        poster_hosts=("www.dailymotion.com", "*.dmcdn.net"),
    ),
)


def peertube(host):
    """The PeerTube of that name. Raises `ImproperlyConfigured` for what is no host's name."""
    if not re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)+(:\d+)?", host):
        raise ImproperlyConfigured(f"NEWSROOM_PEERTUBE_HOSTS: “{host}” is no host. Write such as video.example.org.")
    return VideoHost(
        name=f"PeerTube ({host})",
        address=rf"{re.escape(host)}/(?:w|videos/watch|videos/embed)/(?P<id>[A-Za-z0-9]{{22}}|[0-9a-f-]{{36}})",
        page=f"https://{host}/w/%(id)s",
        frame=f"https://{host}/videos/embed/%(id)s?p2p=0&autoplay=1",
        oembed=f"https://{host}/services/oembed?format=json&url=",
        length=f"https://{host}/api/v1/videos/%(id)s",
        poster_hosts=(host.partition(":")[0],),
    )


def known_hosts(peertube_hosts, others):
    """All hosts: those above, PeerTubes by name, and `others` as dictionaries of the fields of `VideoHost`."""
    return (*HOSTS, *(peertube(host) for host in peertube_hosts), *(_from_settings(fields) for fields in others))


def _from_settings(fields):
    try:
        re.compile(fields.get("address", ""))
        return VideoHost(**{name: tuple(value) if isinstance(value, list) else value for name, value in fields.items()})
    except (TypeError, re.error) as error:
        raise ImproperlyConfigured(f"NEWSROOM_VIDEO_HOSTS: {error}") from error


def frame_sources(peertube_hosts, others):
    """What the content security policy allows frames from: "https://player.vimeo.com" …"""
    sources = []
    for host in known_hosts(peertube_hosts, others):
        sources += [f"https://{urlsplit(host.frame).netloc}", *(f"https://{name}" for name in host.frame_hosts)]
    return list(dict.fromkeys(sources))


@dataclass(frozen=True)
class HostedVideo:
    """A video on one of the hosts."""

    host: VideoHost
    parts: dict[str, str]

    @property
    def page(self):
        return self.host.page % self.parts

    @property
    def frame(self):
        return self.host.frame % self.parts

    @property
    def oembed(self):
        """The address that tells its title and its poster."""
        return self.host.oembed + quote(self.page, safe="")

    @property
    def length(self):
        """The address that tells its length, or ""."""
        return self.host.length % self.parts

    @property
    def poster(self):
        """The address of a better poster, which may not exist, or ""."""
        return self.host.poster % self.parts


def hosted_video(url):
    """The `HostedVideo` that an address leads to, or None if no allowed host has it."""
    place = _place(url)
    for host in known_hosts(settings.NEWSROOM_PEERTUBE_HOSTS, settings.NEWSROOM_VIDEO_HOSTS):
        parts = host.find(place)
        if parts is not None:
            return HostedVideo(host, parts)
    return None


def video_frame(url):
    """(host's name, address of the frame) for a video's address, or None if no allowed host has it."""
    video = hosted_video(url)
    return video and (video.host.name, video.frame)


def host_names():
    """The names of the hosts, for people: each once."""
    hosts = known_hosts(settings.NEWSROOM_PEERTUBE_HOSTS, settings.NEWSROOM_VIDEO_HOSTS)
    return list(dict.fromkeys(host.name for host in hosts))


def _place(url):
    """An address without what says nothing: "youtube.com/watch?v=…"; "" for none of the web."""
    try:
        parts = urlsplit(url.strip())
        host = re.sub(r"^(?:www|m)\.", "", parts.netloc.lower())
    except ValueError:
        return ""
    if parts.scheme not in {"http", "https"}:
        return ""
    telling = [f"{name}={value[0]}" for name, value in parse_qs(parts.query).items() if name in _TELLING]
    return f"{host}{parts.path.rstrip('/')}" + (f"?{telling[0]}" if telling else "")
