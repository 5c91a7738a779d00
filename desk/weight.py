"""
What a page costs its readers, told before it goes out.

The page is the preview's (`desk.previews`), so it is what would be public. It
is weighed as a phone gets it on the first visit: HTML, styles, scripts and
fonts compressed, and of each picture the file that a screen 390 CSS pixels
wide with two dots to the pixel takes. Recordings are not counted: they load
when somebody plays them.

How large files are, and how a low-data page is made, is known to apps of a
higher rank, which register it in `AppConfig.ready`:

    register(sizes_of=…, pages_for=…)
"""

import gzip
import logging
import re
from contextlib import nullcontext
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.exceptions import SuspiciousFileOperation, ValidationError

logger = logging.getLogger(__name__)

# The phone: CSS pixels, and dots to each of them.
PHONE_WIDTH, PHONE_DENSITY = 390, 2
# What the pictures of a page may weigh, in bytes: of a gallery, those before scrolling (design of the public pages, 9).
BUDGET, GALLERY_BUDGET = 120 * 1024, 250 * 1024

_sizes_of = None
_pages_for = None


def register(*, sizes_of, pages_for):
    """
    Says how media are weighed.

    sizes_of: paths of public files → {path: bytes} of those that it knows.
    pages_for: with `is_lite`, gives the context in which pages are made for
    readers who save data, else for those who do not.
    """
    global _sizes_of, _pages_for
    _sizes_of, _pages_for = sizes_of, pages_for


# --- The answer -------------------------------------------------------------------


@dataclass(frozen=True)
class Shot:
    """A picture on the page: its words ("" where it only repeats the text), bytes, and whether it waits to be seen."""

    words: str
    size: int
    is_lazy: bool


@dataclass(frozen=True)
class Weight:
    """What a page costs, in bytes. `text` is its HTML, `frame` what all pages share: styles, scripts and fonts."""

    text: int
    frame: int
    pictures: tuple = ()
    is_gallery: bool = False
    lite: int = 0

    @property
    def total(self):
        """What somebody loads who reads to the end."""
        return self.text + self.frame + sum(picture.size for picture in self.pictures)

    @property
    def at_first(self):
        """What loads before anybody scrolls."""
        return self.text + self.frame + sum(picture.size for picture in self.pictures if not picture.is_lazy)

    @property
    def of_pictures(self):
        return sum(picture.size for picture in self.pictures)

    @property
    def budget(self):
        return GALLERY_BUDGET if self.is_gallery else BUDGET

    @property
    def is_heavy(self):
        """Whether its pictures weigh more than they should."""
        counted = [picture for picture in self.pictures if not (self.is_gallery and picture.is_lazy)]
        return sum(picture.size for picture in counted) > self.budget

    @property
    def heaviest(self):
        """The picture that weighs most, or None."""
        return max(self.pictures, key=lambda picture: picture.size, default=None)


def weight_of(stage):
    """
    The `Weight` of a page; None where it cannot be shown yet, or weighed: nobody is kept from publishing by that.

    `stage`: a context that gives a function which makes the page as readers will
    get it, or raises `ValidationError`, as `desk.previews.text_on_stage` does.
    """
    try:
        return _weighed(*map(Page, _made_on(stage)))
    except ValidationError:
        return None
    except Exception:
        logger.exception("weight.failed")
        return None


def _made_on(stage):
    """The HTML of the page, and in low-data mode."""
    with stage as make_page:
        return [_made(make_page, is_lite=is_lite) for is_lite in (False, True)]


def _made(make_page, *, is_lite):
    with _pages_for(is_lite=is_lite) if _pages_for else nullcontext():
        return make_page().content


def _weighed(page, lite):
    return Weight(
        text=compressed(page.html),
        frame=sum(_size_of_static(address) for address in page.static),
        pictures=tuple(_shots(page)),
        # A gallery shows thumbnails of what its lightbox holds.
        is_gallery=page.has_dialogs,
        lite=compressed(lite.html) + sum(_size_of_static(address) for address in lite.static),
    )


def compressed(data):
    """How many bytes of `data` go over the line."""
    return len(gzip.compress(data, 6))


def _shots(page):
    """The pictures of a page, each file once: what a browser has, it does not load again."""
    paths = {image.address: _media_path(image.address) for image in page.images}
    sizes = _sizes_of([path for path in paths.values() if path]) if _sizes_of else {}
    seen = set()
    for image in page.images:
        size = sizes.get(paths[image.address], 0)
        if size and image.address not in seen:
            seen.add(image.address)
            yield Shot(image.words, size, image.is_lazy)


def _media_path(address):
    """The path of a public file in its storage; "" for what is none."""
    return unquote(address.removeprefix(settings.MEDIA_URL)) if address.startswith(settings.MEDIA_URL) else ""


def _size_of_static(address):
    """Bytes over the line of a static file of ours; 0 for what is none. Fonts are compressed already."""
    if not address.startswith(settings.STATIC_URL):
        return 0
    name = unquote(urlsplit(address).path.removeprefix(urlsplit(settings.STATIC_URL).path))
    try:
        with _opened(name) as file:
            data = file.read()
    except (OSError, SuspiciousFileOperation, TypeError):
        return 0
    return min(len(data), compressed(data))


def _opened(name):
    """A static file, opened: as it was collected, or on a developer's machine where it was written."""
    if staticfiles_storage.exists(name):
        return staticfiles_storage.open(name)
    return open(finders.find(name), "rb")  # noqa: PTH123 (None where there is none raises TypeError)


# --- Reading the page -------------------------------------------------------------


@dataclass(frozen=True)
class Image:
    """The file that the phone takes for one picture of a page."""

    address: str
    words: str
    is_lazy: bool


class Page(HTMLParser):
    """
    What a page has loaded: its static files (`static`), and its pictures (`images`).

    What stands in a dialogue loads when that is opened, and is not counted.
    """

    STATIC_LINKS = frozenset({"stylesheet", "preload", "icon", "manifest"})

    def __init__(self, html):
        super().__init__()
        self.html = html
        self.static, self.images = [], []
        self.has_dialogs = False
        self._source = None
        self._open, self._dialog = [], None
        self.feed(html.decode())

    def handle_starttag(self, tag, attrs):
        facts = {name: value or "" for name, value in attrs}
        if tag == "section":
            self._open_section(facts)
        elif tag == "link" and self.STATIC_LINKS & set(facts.get("rel", "").split()):
            self._add_static(facts.get("href", ""))
        elif tag == "script" and "src" in facts:
            self._add_static(facts["src"])
        elif self._dialog is None:
            self._read_picture(tag, facts)

    def handle_endtag(self, tag):
        if tag == "picture":
            self._source = None
        elif tag == "section" and self._open:
            self._open.pop()
            if self._dialog == len(self._open):
                self._dialog = None

    def _open_section(self, facts):
        if facts.get("role") == "dialog":
            self.has_dialogs = True
            self._dialog = len(self._open) if self._dialog is None else self._dialog
        self._open.append(facts)

    def _add_static(self, address):
        if address not in self.static:
            self.static.append(address)

    def _read_picture(self, tag, facts):
        if tag == "source" and "srcset" in facts and self._source is None and matches(facts.get("media", "")):
            self._source = facts
        elif tag == "img":
            address = chosen_from(self._source or facts) or facts.get("src", "")
            self.images.append(Image(address, facts.get("alt", ""), facts.get("loading") == "lazy"))
        elif tag == "video" and facts.get("poster"):
            self.images.append(Image(facts["poster"], facts.get("aria-label", ""), is_lazy=False))


_CONDITION = re.compile(r"\(\s{0,9}(min|max)-width\s{0,9}:\s{0,9}(\d{1,5}(?:\.\d{1,5})?)(px|em|rem)\s{0,9}\)")
_LENGTH = re.compile(r"(\d{1,5}(?:\.\d{1,5})?)(px|em|rem|vw)")
_PIXELS = {"px": 1, "em": 16, "rem": 16, "vw": PHONE_WIDTH / 100}


def chosen_from(facts):
    """The address that the phone takes from `srcset` and `sizes`; "" where there is nothing to choose from."""
    pairs = [candidate.split() for candidate in facts.get("srcset", "").split(",")]
    candidates = sorted((int(pair[1][:-1]), pair[0]) for pair in pairs if len(pair) == 2 and pair[1][:-1].isdecimal())
    needed = slot(facts.get("sizes", "")) * PHONE_DENSITY
    wide_enough = [address for width, address in candidates if width >= needed]
    return next(iter(wide_enough or [address for _width, address in candidates[-1:]]), "")


def slot(sizes):
    """How wide the phone shows a picture, in CSS pixels, by its `sizes`: the first that holds, else the whole width."""
    for one in sizes.split(","):
        conditions, _space, length = one.strip().rpartition(" ")
        found = _LENGTH.fullmatch(length)
        if found and matches(conditions):
            return float(found[1]) * _PIXELS[found[2]]
    return PHONE_WIDTH


def matches(media):
    """Whether a media query about widths holds on the phone."""
    limits = [(side, float(number) * _PIXELS[unit]) for side, number, unit in _CONDITION.findall(media)]
    return all(limit <= PHONE_WIDTH if side == "min" else limit >= PHONE_WIDTH for side, limit in limits)
