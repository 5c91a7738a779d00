"""
How a feed is written down: RSS 2.0, Atom (RFC 4287), JSON Feed 1.1, and RSS for programs that play podcasts.

Each is one of Django's feed generators with what it leaves out: the text
itself, the language, the hub, several authors, files that RSS has no place for.
"""

import json
import re
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from io import StringIO

from django.utils.feedgenerator import Atom1Feed, Enclosure, Rss201rev2Feed, SyndicationFeed, rfc3339_date
from django.utils.html import escape

from articles.feeds.addresses import ATOM, JSON, PODCAST, RSS
from media_library.recordings import clock_time

CONTENT = "http://purl.org/rss/1.0/modules/content/"
DUBLIN_CORE = "http://purl.org/dc/elements/1.1/"
# https://podcasters.apple.com/support/823-podcast-requirements
ITUNES = "http://www.itunes.com/dtds/podcast-1.0.dtd"
# https://podcasting2.org/docs/podcast-namespace
PODCASTING = "https://podcastindex.org/namespace/1.0"
_TITLE = re.compile("<title>[^<]*</title>")
_PODCAST_IDS = uuid.UUID("ead4c236-bf58-58c6-a2c6-a6b28d128cb6")


@dataclass(frozen=True)
class Channel:
    """
    A feed as a whole. `address` is its own, `page` that of the list that it holds, both whole ones.

    `publisher` is what the site calls itself, `email` its public address or "",
    `hub` the WebSub hub or "", `artwork` the picture of a podcast.
    """

    title: str
    description: str
    language: str
    page: str
    address: str
    publisher: str
    email: str = ""
    hub: str = ""
    artwork: str = ""


def feed_of(kind, channel, entries):
    """A feed of `kind` (see `articles.feeds.addresses`), ready to be written."""
    feed = _FORMATS[kind](
        channel.title,
        channel.page,
        channel.description,
        language=channel.language,
        subtitle=channel.description,
        author_name=channel.publisher,
        feed_url=channel.address,
        feed_guid=channel.address,
        channel=channel,
    )
    for entry in entries:
        feed.add(entry)
    return feed


class _Feed(SyndicationFeed):
    @property
    def channel(self):
        return self.feed["channel"]

    def add(self, entry):
        files = [Enclosure(file.url, str(file.size), file.media_type) for file in self.files_of(entry)]
        self.add_item(
            title=entry.title,
            link=entry.url,
            description=None,
            pubdate=entry.published_at.astimezone(UTC),
            updateddate=entry.updated_at.astimezone(UTC),
            unique_id=entry.id,
            unique_id_is_permalink=False,
            categories=entry.categories,
            enclosures=files,
            entry=entry,
        )

    def files_of(self, entry):
        return entry.files

    def latest_post_date(self):
        if self.items:
            return super().latest_post_date()
        # Of nothing, nobody knows; this stays the same for a day.
        return datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def _with_numbers(title):
    """A title that all programs show alike, whether they take it for HTML or not (RSS profile, "Character Data")."""
    return title[0].replace("&amp;", "&#x26;").replace("&lt;", "&#x3C;")


class Rss(_Feed, Rss201rev2Feed):
    """RSS 2.0, with the text in `content:encoded`."""

    def write(self, outfile, encoding):
        whole = StringIO()
        super().write(whole, encoding)
        outfile.write(_TITLE.sub(_with_numbers, whole.getvalue()).encode(encoding))

    def rss_attributes(self):
        names = {"xmlns:content": CONTENT, "xmlns:dc": DUBLIN_CORE, "xml:lang": self.channel.language}
        return super().rss_attributes() | names

    def files_of(self, entry):
        # There is room for one (https://www.rssboard.org/rss-profile#element-channel-item-enclosure).
        return entry.files[:1]

    def add_root_elements(self, handler):
        super().add_root_elements(handler)
        if self.channel.hub:
            handler.addQuickElement("atom:link", None, {"rel": "hub", "href": self.channel.hub})

    def add_item_elements(self, handler, item):
        entry = item["entry"]
        super().add_item_elements(handler, item)
        # Programs read it as HTML.
        handler.addQuickElement("description", escape(entry.summary or entry.title))
        for name, _url in entry.authors:
            handler.addQuickElement("dc:creator", name)
        handler.addQuickElement("dc:language", entry.language)
        handler.addQuickElement("atom:updated", rfc3339_date(item["updateddate"]))
        handler.addQuickElement("content:encoded", entry.html)


class Podcast(Rss):
    """RSS with the recordings, and with what directories of podcasts ask for."""

    def rss_attributes(self):
        return super().rss_attributes() | {"xmlns:itunes": ITUNES, "xmlns:podcast": PODCASTING}

    def files_of(self, entry):
        return [entry.recording]

    def add_root_elements(self, handler):
        super().add_root_elements(handler)
        handler.addQuickElement("itunes:author", self.channel.publisher)
        if self.channel.email:
            handler.startElement("itunes:owner", {})
            handler.addQuickElement("itunes:name", self.channel.publisher)
            handler.addQuickElement("itunes:email", self.channel.email)
            handler.endElement("itunes:owner")
        handler.addQuickElement("itunes:image", None, {"href": self.channel.artwork})
        handler.addQuickElement("itunes:explicit", "false")
        handler.startElement("itunes:category", {"text": "News"})
        handler.addQuickElement("itunes:category", None, {"text": "Politics"})
        handler.endElement("itunes:category")
        # The number is made of the address without its scheme.
        place = self.channel.address.partition("://")[2].rstrip("/")
        handler.addQuickElement("podcast:guid", str(uuid.uuid5(_PODCAST_IDS, place)))
        handler.addQuickElement("podcast:medium", "podcast")

    def add_item_elements(self, handler, item):
        super().add_item_elements(handler, item)
        entry = item["entry"]
        handler.addQuickElement("itunes:explicit", "false")
        if entry.recording.duration:
            handler.addQuickElement("itunes:duration", clock_time(entry.recording.duration))
        for language, url in entry.captions:
            facts = {"url": url, "type": "text/vtt", "language": language, "rel": "captions"}
            handler.addQuickElement("podcast:transcript", None, facts)


class Atom(_Feed, Atom1Feed):
    """Atom, with the text as HTML."""

    def add_root_elements(self, handler):
        super().add_root_elements(handler)
        if self.channel.hub:
            handler.addQuickElement("link", None, {"rel": "hub", "href": self.channel.hub})

    def add_item_elements(self, handler, item):
        super().add_item_elements(handler, item)
        entry = item["entry"]
        for name, url in entry.authors:
            handler.startElement("author", {})
            handler.addQuickElement("name", name)
            handler.addQuickElement("uri", url)
            handler.endElement("author")
        if entry.summary:
            handler.addQuickElement("summary", entry.summary)
        handler.addQuickElement("content", entry.html, {"type": "html"})


class JsonFeed(_Feed):
    """JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/)."""

    content_type = "application/feed+json; charset=utf-8"

    def write(self, outfile, encoding):
        channel = self.channel
        facts = {
            "version": "https://jsonfeed.org/version/1.1",
            "title": channel.title,
            "home_page_url": channel.page,
            "feed_url": channel.address,
            "description": channel.description,
            "language": channel.language,
            "authors": [{"name": channel.publisher}],
        }
        if channel.hub:
            facts["hubs"] = [{"type": "WebSub", "url": channel.hub}]
        facts["items"] = [self._item(item["entry"]) for item in self.items]
        outfile.write(json.dumps(facts, ensure_ascii=False).encode(encoding))

    @staticmethod
    def _item(entry):
        facts = {
            "id": entry.id,
            "url": entry.url,
            "title": entry.title,
            "summary": entry.summary,
            "content_html": entry.html,
            "image": entry.picture and entry.picture.url,
            "date_published": rfc3339_date(entry.published_at.astimezone(UTC)),
            "date_modified": rfc3339_date(entry.updated_at.astimezone(UTC)),
            "language": entry.language,
            "authors": [{"name": name, "url": url} for name, url in entry.authors],
            "tags": entry.categories,
            "attachments": [_attachment(file) for file in entry.files if file != entry.picture],
        }
        return {name: value for name, value in facts.items() if value}


def _attachment(file):
    facts = {"url": file.url, "mime_type": file.media_type, "size_in_bytes": file.size}
    return facts | ({"duration_in_seconds": file.duration} if file.duration else {})


_FORMATS = {RSS: Rss, ATOM: Atom, JSON: JsonFeed, PODCAST: Podcast}
