"""
What search engines are told of the site's addresses: sitemaps (sitemaps.org, protocol 0.9).

An index names files, and each file holds a span of items by their number: it
never changes which items it is about, and costs the same wherever in the
archive they are. Apps tell of what is no edition in classes of their own that
have `name`, `files()` and `listed(number)` as those below.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby
from xml.sax.saxutils import escape, quoteattr

from django.db.models import Case, F, Max, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from publishing.clock import now
from publishing.languages import language_codes
from publishing.metadata import address_everywhere
from publishing.xml import printable

# So many items a file is about: in four languages up to 2000 addresses and three megabytes, so that no file keeps
# the server for long. An index may name so many files (sitemaps.org).
ITEMS_PER_FILE, MOST_FILES = 500, 50_000

# Google's rules for news: no older than two days, and so many at most.
NEWS_AGE, MOST_NEWS = timedelta(days=2), 1000

_PROTOCOL = "http://www.sitemaps.org/schemas/sitemap/0.9"
_NAMESPACES = {
    "image": "http://www.google.com/schemas/sitemap-image/1.1",
    "news": "http://www.google.com/schemas/sitemap-news/0.9",
    "xhtml": "http://www.w3.org/1999/xhtml",
}


@dataclass
class Listed:
    """
    One thing. By language: its paths, when it changed last, the address of a picture that stands for it.

    `priority` is among the pages of this site, between 0 and 1; None says nothing.
    """

    addresses: dict[str, str]
    priority: float | None = None
    changed_at: dict[str, datetime] = field(default_factory=dict)
    pictures: dict[str, str] = field(default_factory=dict)


def file_of(pk):
    """The number of the file that is about the item with this number, from 1."""
    return (pk - 1) // ITEMS_PER_FILE + 1


def items_in(number):
    """The first and the last number of the items that a file is about."""
    return (number - 1) * ITEMS_PER_FILE + 1, number * ITEMS_PER_FILE


class Places:
    """Pages that every language has: [(name of the address, what it needs)]."""

    name = "places"

    def __init__(self, pages):
        self._pages = pages

    def files(self):
        """Number of each file → when something in it changed last, or None."""
        return {1: None}

    def listed(self, number):
        """What a file lists; nothing for a number that no file has."""
        return [Listed(address_everywhere(name, **facts)) for name, facts in self._pages] if number == 1 else []


class Editions:
    """
    Everything public of one type.

    `addresses_of_pictures` gives for numbers of pictures the addresses of
    those that may be shown: number → address.
    """

    def __init__(self, public_type, *, addresses_of_pictures):
        self.name = public_type.model._meta.model_name
        self._type = public_type
        self._addresses_of_pictures = addresses_of_pictures

    def _public(self):
        at = now()
        is_due = When(upcoming_at__lte=at, then="upcoming_at")
        changed_at = Case(is_due, default=Coalesce("updated_at", "publish_at"))
        return self._type.edition_model.objects.published_in_any_language(at=at).annotate(changed_at=changed_at)

    def files(self):
        numbers = self._public().order_by().values(number=(F("item_id") - 1) / ITEMS_PER_FILE + 1)
        return dict(numbers.annotate(Max("changed_at")).order_by("number").values_list("number", "changed_at__max"))

    def listed(self, number):
        first, last = items_in(number)
        editions = self._public().filter(item__gte=first, item__lte=last).for_addresses().order_by("item_id")
        pictures = self._addresses_of_pictures(edition.version.card_picture_id for edition in editions)
        return [self._item(those, pictures) for _pk, those in groupby(editions, key=lambda edition: edition.item_id)]

    def _item(self, editions, pictures):
        item = Listed({}, self._type.sitemap_priority)
        for edition in editions:
            code = edition.language
            item.addresses[code] = edition.get_absolute_url()
            item.changed_at[code] = edition.changed_at
            if address := pictures.get(edition.version.card_picture_id):
                item.pictures[code] = address
        return item


def news_of(editions):
    """What sitemaps of news list of some public editions."""
    return editions.filter(publish_at__gt=now() - NEWS_AGE)


# The files ------------------------------------------------------------------


def index_entries(files):
    """What an index has in it for [(path, when it changed or None)]."""
    entries = (_text("loc", path) + _lastmod(changed_at) for path, changed_at in files)
    return "\n".join(_element("sitemap", entry) for entry in entries)


def index_file(*entries, base):
    """The index of what `index_entries` wrote. `base`: scheme and host, which all paths get."""
    complete = (some.replace("<loc>", f"<loc>{escape(base)}") for some in entries if some)
    return _document("sitemapindex", complete)


def sitemap_file(listed, *, base):
    """A file for some `Listed`."""
    return _document("urlset", (url for one in listed for url in _urls(one, base)), "image", "xhtml")


def _urls(one, base):
    links = [(code, _absolute(one.addresses[code], base)) for code in language_codes() if code in one.addresses]
    # Each language names all, itself included, or search engines believe none of them.
    alternates = "".join(_alternate(code, address) for code, address in [*links, ("x-default", links[0][1])])
    priority = _text("priority", str(one.priority)) if one.priority is not None else ""
    for code, address in links:
        lastmod, image = _lastmod(one.changed_at.get(code)), _image(one.pictures.get(code), base)
        yield _element("url", _text("loc", address) + lastmod + priority + alternates + image)


def _alternate(language, address):
    return f'<xhtml:link rel="alternate" hreflang="{language}" href={quoteattr(address)}/>'


def _image(address, base):
    return _element("image:image", _text("image:loc", _absolute(address, base))) if address else ""


def news_file(editions, *, base, publication):
    """The file of news among `editions` of one language. `publication`: what the site calls itself in it."""
    found = news_of(editions).for_addresses().newest_first()[:MOST_NEWS]
    return _document("urlset", (_news(edition, base, publication) for edition in found), "news")


def _news(edition, base, publication):
    source = _text("news:name", publication) + _text("news:language", edition.language)
    news = (
        _element("news:publication", source)
        + _text("news:publication_date", _moment(edition.publish_at))
        + _text("news:title", edition.version.title)
    )
    return _element("url", _text("loc", _absolute(edition.get_absolute_url(), base)) + _element("news:news", news))


def _document(root, entries, *prefixes):
    """The bytes of a file. `prefixes`: those of the namespaces that its entries use besides the protocol's own."""
    declared = "".join(f' xmlns:{prefix}="{_NAMESPACES[prefix]}"' for prefix in prefixes)
    opened = f'<?xml version="1.0" encoding="utf-8"?>\n<{root} xmlns="{_PROTOCOL}"{declared}>'
    return "\n".join([opened, *entries, f"</{root}>\n"]).encode()


def _element(name, content):
    """An element around what is XML already."""
    return f"<{name}>{content}</{name}>"


def _text(name, words):
    """An element around words."""
    return _element(name, escape(printable(words)))


def _lastmod(changed_at):
    return _text("lastmod", _moment(changed_at)) if changed_at else ""


def _moment(value):
    return timezone.localtime(value).isoformat(timespec="seconds")


def _absolute(path, base):
    """An address of this site with scheme and host; media may have both already."""
    return path if "//" in path else base + path
