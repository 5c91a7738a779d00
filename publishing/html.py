"""
The one gate for HTML that people typed or pasted.

Everything that is stored passes `clean_html` (through `HtmlField`, on every
write path), and only what passed it is ever marked safe (in
`media_library.templatetags.media_library_tags.prose`).
"""

import re
from functools import lru_cache
from html import unescape

import nh3
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from publishing.markup import TooDeep, tidied, tokens

ATTRIBUTES = {
    "a": {"href"},
    "img": {"src", "alt", "data-file"},
    "th": {"colspan", "rowspan", "scope"},
    "td": {"colspan", "rowspan"},
    "ol": {"start"},
}
TAGS = {
    "p", "h2", "h3", "ul", "ol", "li", "blockquote", "strong", "em", "a", "br", "hr",
    "table", "thead", "tbody", "tr", "th", "td", "figure", "img", "figcaption",
}  # fmt: skip
URL_SCHEMES = {"http", "https", "mailto", "tel"}

_ELEMENTS = {tag: ATTRIBUTES.get(tag, frozenset()) for tag in TAGS}
_LINK = re.compile(r"(?:https?://[^/?#]|mailto:|tel:|/(?!/)|#)", re.IGNORECASE)
# Browsers take these out of addresses (URL Standard, 4.4), so that they can hide what an address is.
_LINE_BREAKS = re.compile(r"[\t\n\r]")
# Controls, the backslash (a slash to browsers), and what turns the direction of an address around.
_MISLEADING = re.compile("[\x00-\x1f\x7f-\x9f\\\\\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufffd]")
# What browsers move (words between two cells of a table, say) is looked at again where it has come to rest.
_MOST_PASSES = 5
_NUMBER = re.compile(r"[1-9][0-9]{0,9}\Z")
_ELEMENT = re.compile(r"<[^<>]*>")
_WORD_ENDS = re.compile(r"</(?:p|h2|h3|li|td|th|blockquote|figcaption)>|<br>")
# Of so many characters of HTML, up to the next tag, a summary is made, if that is enough.
_BEGINNING = 1000
_LINE_ENDS = re.compile(r"</(?:p|h2|h3|li|tr|blockquote|figcaption)>|<br>")


class Clean(str):
    """HTML that came out of `clean_html`, which need not look at it again. Whatever is made of it is a text as any."""

    __slots__ = ()


def clean_html(html):
    """
    Returns `html` with nothing left but the elements and attributes of the editor.

    Links may lead to http(s), mailto, tel, an address on this site or a place
    on the page; pictures come only from the library (`data-file` is the
    picture's number, `src` an address on this site or of its public files).

    Raises `ValidationError` when the text is longer or nested deeper than the
    settings allow. That is looked at first, because nh3 takes quadratic time
    on deeply nested elements.
    """
    if not html:
        return ""
    if isinstance(html, Clean):
        return html
    _check_length(html)
    try:
        cleaned = _cleaned(html, settings.NEWSROOM_HTML_MAX_DEPTH)
    except TooDeep:
        raise ValidationError(
            _("The formatting of this text is nested too deeply (lists within lists, quotes within quotes). "
              "Paste it without formatting and format it here."),
            code="too_deep",
        ) from None  # fmt: skip
    _check_length(cleaned)
    return Clean(cleaned)


def plain_text(html):
    """The words of cleaned HTML as text, on one line, for counting and for summaries."""
    return " ".join(_words(_WORD_ENDS.sub(" \\g<0>", html or "")).split())


def block_text(html):
    """The words of cleaned HTML as text, with a line for each paragraph, heading and list item."""
    lines = _LINE_ENDS.sub("\n", html or "").split("\n")
    words = [" ".join(_words(line).split()) for line in lines]
    return "\n".join(line for line in words if line)


def summary(html):
    """The beginning of cleaned HTML as text (160 letters, marks not counted), where nobody wrote a description."""
    html = html or ""
    text = plain_text(html[: html.find("<", _BEGINNING) if len(html) > 2 * _BEGINNING else None])
    # Marks count for nothing: where there are many of them, the beginning may be too little.
    return Truncator(text if len(text) > _BEGINNING // 2 else plain_text(html)).chars(160)


def is_empty(html):
    """Whether nothing of it would be seen: an editor that was opened and left stores `<p></p>`."""
    return "<img" not in html and "<hr" not in html and not plain_text(html)


def pictures_in(html):
    """The numbers of the library's pictures that cleaned HTML shows."""
    return [int(number) for number in re.findall(r"<img[^<>]*\bdata-file=\"(\d+)\"", html or "")]


def forbidden_links(html):
    """
    The addresses in `html` that `clean_html` would take away, so that a form can name them.

    Raises `ValidationError` when the text is too long to be looked at.
    """
    _check_length(html or "")
    links = [token.facts["href"] for token in tokens(html or "") if token.name == "a" and "href" in token.facts]
    return [link for link in links if _link(unescape(link)) is None]


def _words(html):
    # Without a tree and without Django's `strip_tags`, which refuses some texts: a page never breaks of stored text.
    return unescape(_ELEMENT.sub("", html))


@lru_cache(maxsize=32)
def _cleaned(html, max_depth):
    """Kept for a while: one save asks for the same text several times."""
    # Half characters cannot be stored.
    cleaned = html.encode(errors="ignore").decode()
    for _again in range(_MOST_PASSES):
        tidy = tidied(cleaned, elements=_ELEMENTS, is_picture=_is_picture, max_depth=max_depth)
        cleaned = nh3.clean(
            tidy,
            tags=TAGS,
            attributes=ATTRIBUTES,
            attribute_filter=_filter_attribute,
            url_schemes=URL_SCHEMES,
            link_rel=None,
        )
        if cleaned == tidy:
            break
    return "" if is_empty(cleaned) else cleaned


def _is_picture(facts):
    return bool(_NUMBER.match(facts.get("data-file", "")))


def _filter_attribute(tag, attribute, value):
    if attribute == "href":
        return _link(value)
    if attribute == "src":
        return value if _is_own_address(value) else None
    if attribute in {"data-file", "start", "colspan", "rowspan"}:
        return value if _NUMBER.match(value) else None
    if attribute == "scope":
        return value if value in {"row", "col"} else None
    return value


def _link(value):
    """An address as browsers understand it, if a link may lead there; else None."""
    address = _LINE_BREAKS.sub("", value).strip()
    return address if _LINK.match(address) and not _MISLEADING.search(address) else None


def _is_own_address(value):
    is_own = value.startswith("/") and not value.startswith("//")
    return (is_own or value.startswith(settings.MEDIA_URL)) and not _MISLEADING.search(value)


def _check_length(html):
    if len(html) > settings.NEWSROOM_HTML_MAX_LENGTH:
        raise ValidationError(
            _("This text is too long: %(length)s characters with its formatting, %(limit)s are allowed. "
              "Split it into two articles or attach it as a document."),
            code="too_long",
            params={"length": len(html), "limit": settings.NEWSROOM_HTML_MAX_LENGTH},
        )  # fmt: skip
