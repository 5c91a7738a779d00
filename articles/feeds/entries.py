"""What feeds hold of articles: the whole text, as readers get it at that moment."""

from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from urllib.parse import urljoin

from django.conf import settings
from django.db.models import prefetch_related_objects
from django.template.loader import render_to_string
from django.urls import reverse

from articles.feeds.recordings import recording_of
from articles.feeds.words import feed_html, plain, with_links_for_videos
from articles.models import Article
from coalition.press_conferences import Shown
from delivery.display import Display, shown_as
from media_library.pictures import give_pictures
from media_library.recordings import give_files
from publishing.languages import direction
from publishing.xml import printable

SHOWN = 30
# Of a gallery so many pictures come along; the others are on its page.
SHOWN_PHOTOS = 12
# In pixels: wide enough for any reader's column.
PICTURE_WIDTH = 960


@dataclass(frozen=True)
class File:
    """A file that belongs to an entry: its whole address, its type, its size in bytes and its length in seconds."""

    url: str
    media_type: str
    size: int
    duration: int = 0


@dataclass(frozen=True)
class Entry:
    """
    One article in a feed. All addresses are whole ones.

    `id` never changes, whatever the address says. `authors`: [(name, address)].
    `captions`: [(language, address)] of the recording's captions.
    """

    id: str
    url: str
    language: str
    title: str
    summary: str
    html: str
    published_at: datetime
    updated_at: datetime
    authors: list = field(default_factory=list)
    categories: list = field(default_factory=list)
    picture: File | None = None
    document: File | None = None
    recording: File | None = None
    captions: list = field(default_factory=list)

    @property
    def files(self):
        """Everything to be downloaded, the picture first."""
        return [file for file in (self.picture, self.recording, self.document) if file]


def entries_of(editions, base):
    """
    The newest of some editions as entries. `base`: scheme and host of the site.

    Six queries, however many they are.
    """
    editions = list(editions.select_related("live__category", "upcoming__category").newest_first()[:SHOWN])
    versions = [edition.version for edition in editions]
    prefetch_related_objects(versions, "tags", "bylines")
    pictures = give_pictures(editions, also=chain.from_iterable(_picture_ids(version) for version in versions))
    give_files([version.media for version in versions])
    with shown_as(Display()):  # A feed is the same for everybody.
        return [_entry(edition, pictures, base) for edition in editions]


def _picture_ids(version):
    """The pictures that its entry shows."""
    left_out = [photo["picture"] for photo in version.media.get("pictures", [])[SHOWN_PHOTOS:]]
    return {*version.picture_ids} - {*left_out} - {None}


def _entry(edition, pictures, base):
    version, language = edition.version, edition.language
    url = base + edition.get_absolute_url()
    conference = _conference_in(version)
    recording = _recording_in(version, conference)
    file = recording.get("file") or {}
    return Entry(
        id=f"{base}{reverse('articles:short', args=[edition.item_id])}?in={language}",
        url=url,
        language=language,
        title=plain(version.title, language),
        summary=plain(version.standfirst or version.summary, language),
        html=_html(edition, url, pictures, conference),
        published_at=edition.publish_at,
        updated_at=_changed_at(edition),
        authors=[(printable(one.name), base + one.get_absolute_url(language)) for one in version.shown_bylines],
        categories=[plain(one.name, language) for one in (version.category, *version.tags.all()) if one.name],
        picture=_picture_file(edition.picture, base),
        document=_document_file(version, base),
        recording=_file(base, file, recording["duration"]) if file else None,
        captions=[(one["language"], _media_url(base, one["path"])) for one in file.get("captions", [])],
    )


def _changed_at(edition):
    """When anything of what readers see of it changed last."""
    corrections = [at for at, _note in edition.version.public_corrections]
    scheduled = edition.upcoming_at if edition.version.pk == edition.upcoming_id else None
    moments = [edition.publish_at, edition.updated_at, scheduled, edition.being_updated_since, *corrections]
    return max(moment for moment in moments if moment)


def _conference_in(version):
    is_one = version.format == Article.Format.PRESS_CONFERENCE and version.media
    return Shown(version.media) if is_one else None


def _recording_in(version, conference):
    """The recording of our own that readers get with it, or {}: of a press conference once it is over."""
    return recording_of(version.media) if conference is None or conference.recording else {}


def _html(edition, url, pictures, conference):
    version = edition.version
    media = version.media
    texts = [version.body, media.get("alternative"), media.get("data_table"), media.get("transcript")]
    body, alternative, table, transcript = (with_links_for_videos(html, url) for html in texts)
    context = {
        "edition": edition,
        "version": version,
        "direction": direction(edition.language),
        "address": url,
        "pictures": pictures,
        "conference": conference,
        "photos": version.photos[:SHOWN_PHOTOS],
        "body": body,
        "alternative": alternative,
        "table": table,
        "transcript": transcript,
    }
    return feed_html(render_to_string("articles/feed_entry.html", context), url)


def _picture_file(picture, base):
    """The JPEG of a picture that programs show beside the title, or None."""
    jpegs = picture.renditions_of("natural").get("jpeg", []) if picture else []
    fitting = [jpeg for jpeg in jpegs if jpeg.width <= PICTURE_WIDTH] or jpegs[:1]
    return File(urljoin(base, fitting[-1].url), "image/jpeg", fitting[-1].size) if fitting else None


def _document_file(version, base):
    is_one = version.format == Article.Format.DOCUMENT and version.media
    return _file(base, version.media | {"type": "application/pdf"}) if is_one else None


def _file(base, facts, duration=0):
    return File(_media_url(base, facts["path"]), facts["type"], facts["size"], duration)


def _media_url(base, path):
    return urljoin(base, settings.MEDIA_URL + path)
