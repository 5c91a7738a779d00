"""
Pictures in rich text: by number as they are stored, by hash as they stand in files.

A number means another picture in another installation. So no number of a file
is believed: what is not named by its hash is left out.
"""

import re
from html import escape

from django.conf import settings

from publishing.html import ATTRIBUTES, TAGS, clean_html, pictures_in
from publishing.markup import TooDeep, tidied

_STORED = re.compile(r'<img((?:\s+[\w-]+="[^"]*")*)\s*/?>')
_FACT = re.compile(r'(?<![\w-])([\w-]+)="([^"]*)"')
_NAMED = re.compile(r"media/([0-9a-f]{64})\Z")
_ELEMENTS = {tag: ATTRIBUTES.get(tag, frozenset()) for tag in TAGS} | {"img": {"src", "alt"}}

__all__ = ["hashes_in", "inward", "outward", "pictures_in"]


def outward(html, hashes):
    """Cleaned HTML as it stands in a file. `hashes`: number → SHA-256; pictures that are not in it are left out."""

    def named(match):
        facts = dict(_FACT.findall(match[1]))
        sha256 = hashes.get(int(facts.get("data-file", 0)))
        return f'<img src="media/{sha256}" alt="{facts.get("alt", "")}">' if sha256 else ""

    return _STORED.sub(named, html) if "<img" in html else html


def hashes_in(html):
    """The SHA-256 of each picture that HTML of a file names, in any form of writing; and perhaps of some more."""
    return set(re.findall(r"media/([0-9a-f]{64})(?![0-9a-f])", html))


def inward(html, pictures):
    """
    HTML of a file, cleaned and with numbers. `pictures`: SHA-256 → (number, address for the editor).

    Raises `ValidationError` as `clean_html` does.
    """
    if "<img" not in html.lower():
        return clean_html(html)
    try:
        html = tidied(html, elements=_ELEMENTS, is_picture=_is_named, max_depth=settings.NEWSROOM_HTML_MAX_DEPTH)
    except TooDeep:
        return clean_html(html)  # which says so

    def numbered(match):
        facts = dict(_FACT.findall(match[1]))
        number, address = pictures.get(_NAMED.match(facts["src"])[1], (None, ""))
        if number is None:
            return ""
        return f'<img src="{escape(address)}" alt="{facts.get("alt", "")}" data-file="{number}">'

    return clean_html(_STORED.sub(numbered, html))


def _is_named(facts):
    return bool(_NAMED.match(facts.get("src", "")))
