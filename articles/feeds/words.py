"""Words and HTML as feeds can hold them: readers' programs lay them out, and take much of the markup away."""

import re
from functools import partial
from html import escape, unescape
from urllib.parse import urljoin

import nh3

from accounts.mails import DIRECTION_MARKS, END, ISOLATE, isolated
from media_library.video_hosts import video_frame
from publishing.html import ATTRIBUTES, TAGS, URL_SCHEMES
from publishing.languages import direction
from publishing.xml import printable

_LETTERS = {"ltr": "A-Za-z\u00c0-\u024f", "rtl": "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc"}
_ADDRESSES = {"href", "src"}
_ELEMENTS = TAGS | {"b", "dd", "div", "dl", "dt", "section", "time"}
_FACTS = ATTRIBUTES | {"*": {"dir", "lang"}, "img": {"alt", "height", "src", "width"}, "time": {"datetime"}}
_VIDEO_LINK = re.compile(r'<p>\s*<a href="([^"]+)">([^<]*)</a>\s*</p>')


def _words_in(letters):
    """Words in a script: "NC-2026/14", "4G", "@name", "World Food Programme"."""
    word = rf"(?:[@#0-9][@#0-9.,:/_-]*+)?+[{letters}](?:[{letters}0-9.,:/_@&'’+%#-]*[{letters}0-9%+])?"
    return re.compile(rf"{word}(?:\s+{word})*")


_OF_OTHER_DIRECTION = {"rtl": _words_in(_LETTERS["ltr"]), "ltr": _words_in(_LETTERS["rtl"])}


def plain(text, language):
    """
    What somebody wrote, for a place that has no markup: on one line, with words of the other direction isolated.

    So they disturb nothing around them, and a title that begins with one is
    still laid out as its language wants it (Unicode UAX #9, rule P2 looks past isolates).
    """
    line = " ".join(DIRECTION_MARKS.sub("", printable(text)).split())
    return _OF_OTHER_DIRECTION[direction(language)].sub(lambda match: isolated(match[0]), line)


def with_links_for_videos(html, address):
    """Stored HTML in which the videos by link lead to the article, where readers decide what is loaded."""

    def linked(match):
        is_video = video_frame(unescape(match[1])) is not None
        return f'<p><a href="{escape(address)}">{match[2]}</a></p>' if is_video else match[0]

    return _VIDEO_LINK.sub(linked, html or "")


def feed_html(html, address):
    """
    The HTML of a page at `address`, as feeds can hold it: plain elements, whole addresses, nothing that runs.

    Programs take `<bdi>` away with all that they do not know; the characters that mean the same stay.
    """
    html = printable(html).replace("<bdi>", ISOLATE).replace("</bdi>", END)
    cleaned = nh3.clean(
        html,
        tags=_ELEMENTS,
        attributes=_FACTS,
        attribute_filter=partial(_whole_address, address),
        url_schemes=URL_SCHEMES,
        link_rel=None,
    )
    return "\n".join(line for line in cleaned.splitlines() if line.strip())


def _whole_address(page, _element, name, value):
    return urljoin(page, value) if name in _ADDRESSES and value.startswith(("/", "#")) else value
