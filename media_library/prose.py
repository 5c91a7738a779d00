"""
Dresses stored HTML for the page: pictures, videos, tables, headings.

Works on what `publishing.html.clean_html` let through: elements closed in
order, attributes in double quotes with `<`, `>` and `"` escaped.
"""

import itertools
import re
from html import escape, unescape

from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from media_library.video_hosts import video_frame
from publishing.html import plain_text

# Above this many headings a text gets an index.
MANY_HEADINGS = 5

_FIGURE = re.compile(r"<figure>.*?</figure>", re.DOTALL)
_IMAGE = re.compile(r"<img\s[^>]*>")
_VIDEO_LINK = re.compile(r'<p>\s*<a href="([^"]+)">([^<]*)</a>\s*</p>')
_TABLE = re.compile(r"<table>.*?</table>", re.DOTALL)
_HEADING_CELL = re.compile(r"<th[^>]*>(.*?)</th>", re.DOTALL)
_HEADING = re.compile(r"<h([23])>(.*?)</h\1>", re.DOTALL)


def dress(html, pictures):
    """
    `html` as readers get it. `pictures`: number → picture with its renditions.

    In a long text, headings of the second level get the ids that `index_of` names.
    """
    html = _without_skipped_levels(html)
    if index_of(html):
        html = _with_ids(html)
    html = _FIGURE.sub(lambda match: _figure(match[0], pictures), html)
    html = _IMAGE.sub(lambda match: _picture(match[0], pictures), html)
    html = _VIDEO_LINK.sub(_video, html)
    numbers = itertools.count(1)
    return _TABLE.sub(lambda match: _table(match[0], next(numbers)), html)


def index_of(html):
    """[(id, words)] of the headings of the second level; nothing for a text with few of them."""
    headings = [words for level, words in _HEADING.findall(_without_skipped_levels(html)) if level == "2"]
    if len(headings) <= MANY_HEADINGS:
        return []
    return [(f"h{number}", plain_text(words)) for number, words in enumerate(headings, 1)]


def _without_skipped_levels(html):
    """Headings of the third level that come before any of the second are raised to it."""
    seen_second = False

    def raised(match):
        nonlocal seen_second
        seen_second = seen_second or match[1] == "2"
        return match[0] if seen_second else f"<h2>{match[2]}</h2>"

    return _HEADING.sub(raised, html)


def _with_ids(html):
    number = 0

    def numbered(match):
        nonlocal number
        if match[1] != "2":
            return match[0]
        number += 1
        return f'<h2 id="h{number}">{match[2]}</h2>'

    return _HEADING.sub(numbered, html)


def _figure(html, pictures):
    """One `<figure>`, or its words alone where the picture cannot be shown."""
    image = _IMAGE.search(html)
    caption = re.search(r"<figcaption>(.*?)</figcaption>", html, re.DOTALL)
    caption = caption[1] if caption else ""
    if image is None:
        return f"<figure>{_TABLE.search(html)[0]}</figure>" if _TABLE.search(html) else ""
    picture = _picture(image[0], pictures)
    # Markup, or else its words, which are escaped.
    shown = picture if picture.startswith("<") else ""
    words = caption or ("" if shown else picture)
    return f"<figure>{shown}<figcaption>{words}</figcaption></figure>" if words else f"<figure>{shown}</figure>"


def _picture(image, pictures):
    """`<picture>` for one `<img data-file>`; its alternative text, escaped, if nothing was made of it yet."""
    facts = dict(re.findall(r'([\w-]+)="([^"]*)"', image))
    if facts.get("data-file") is None:
        return image  # made by this module a moment ago
    picture = pictures.get(int(facts["data-file"]))
    alt = facts.get("alt", "")
    markup = ""
    if picture:
        markup = render_to_string("media_library/_prose_picture.html", {"picture": picture, "alt": unescape(alt)})
    return markup.strip() or alt


def _table(html, number):
    """A table in a region of its own: it scrolls there, and by keyboard too."""
    label = _("Table %(number)s") % {"number": number}
    if words := _first_words(html):
        # A page has several texts, and each counts its own tables.
        label = _("Table %(number)s: %(words)s") % {"number": number, "words": words}
    label = escape(label)
    return f'<div class="scroll" role="region" tabindex="0" aria-label="{label}">{html}</div>'


def _first_words(table):
    cell = _HEADING_CELL.search(table)
    return plain_text(cell[1]) if cell else ""


def _video(match):
    url = unescape(match[1])
    frame = video_frame(url)
    if frame is None:
        return match[0]
    words = unescape(match[2])
    context = {"url": url, "host": frame[0], "frame": frame[1], "title": "" if words.startswith("http") else words}
    return render_to_string("media_library/_prose_video.html", context)
