"""
The one gate for HTML that people typed or pasted.

Everything that is stored passes `clean_html` (through `HtmlField`, on every
write path), and only what passed it is ever marked safe (in
`media_library.templatetags.media_library_tags.prose`).
"""

import re
from html.parser import HTMLParser

import nh3
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.html import strip_tags
from django.utils.translation import gettext as _

TAGS = {
    "p", "h2", "h3", "ul", "ol", "li", "blockquote", "strong", "em", "a", "br", "hr",
    "table", "thead", "tbody", "tr", "th", "td", "figure", "img", "figcaption",
}  # fmt: skip
ATTRIBUTES = {
    "a": {"href"},
    "img": {"src", "alt", "data-file"},
    "th": {"colspan", "rowspan", "scope"},
    "td": {"colspan", "rowspan"},
    "ol": {"start"},
}
URL_SCHEMES = {"http", "https", "mailto", "tel"}

_VOID = {"br", "hr", "img"}
_SAFE_LINK = re.compile(r"(?:https?://|mailto:|tel:|/(?![/\\])|#)", re.IGNORECASE)
_NUMBER = re.compile(r"[1-9]\d{0,9}\Z")


def clean_html(html):
    """
    Returns `html` with nothing left but the elements and attributes of the editor.

    Links may lead to http(s), mailto, tel, an address on this site or a place
    on the page; pictures come only from the library (`data-file` is the
    picture's number, `src` an address on this site).

    Raises `ValidationError` when the text is longer or nested deeper than the
    settings allow. That is looked at first, because nh3 takes quadratic time
    on deeply nested elements.
    """
    if not html:
        return ""
    _check_size(html)
    cleaned = nh3.clean(
        html,
        tags=TAGS,
        attributes=ATTRIBUTES,
        attribute_filter=_filter_attribute,
        url_schemes=URL_SCHEMES,
        link_rel=None,
    )
    cleaned = _drop_foreign_pictures(cleaned)
    return "" if is_empty(cleaned) else cleaned


def plain_text(html):
    """The words of cleaned HTML, without elements, for counting and for summaries."""
    spaced = re.sub(r"</(?:p|h2|h3|li|td|th|blockquote|figcaption)>|<br>", " \\g<0>", html or "")
    return " ".join(strip_tags(spaced).split())


def block_text(html):
    """The words of cleaned HTML with a line for each paragraph, heading and list item."""
    lines = re.sub(r"</(?:p|h2|h3|li|tr|blockquote|figcaption)>|<br>", "\n", html or "").split("\n")
    words = [" ".join(strip_tags(line).split()) for line in lines]
    return "\n".join(line for line in words if line)


def is_empty(html):
    """Whether nothing of it would be seen: an editor that was opened and left stores `<p></p>`."""
    return "<img" not in html and "<hr" not in html and not plain_text(html.replace("&nbsp;", " "))


def pictures_in(html):
    """The numbers of the library's pictures that cleaned HTML shows."""
    return [int(number) for number in re.findall(r"<img[^>]*\bdata-file=\"(\d+)\"", html or "")]


def forbidden_links(html):
    """The addresses in `html` that `clean_html` would take away, so that a form can name them."""
    hrefs = re.findall(r"<a\s[^>]*?href\s*=\s*[\"']?([^\"'>\s]+)", html or "", re.IGNORECASE)
    return [href for href in hrefs if not _SAFE_LINK.match(href)]


def _filter_attribute(tag, attribute, value):
    if attribute == "href":
        return value.strip() if _SAFE_LINK.match(value.strip()) else None
    if attribute == "src":
        return value if re.match(r"/(?![/\\])", value) else None
    if attribute in {"data-file", "start", "colspan", "rowspan"}:
        return value if _NUMBER.match(value) else None
    if attribute == "scope":
        return value if value in {"row", "col"} else None
    return value


def _drop_foreign_pictures(html):
    html = re.sub(r"<img(?![^>]*\bdata-file=)[^>]*>", "", html)
    return re.sub(r"<figure>\s*(?:<figcaption>.*?</figcaption>\s*)?</figure>", "", html, flags=re.DOTALL)


def _check_size(html):
    if len(html) > settings.NEWSROOM_HTML_MAX_LENGTH:
        raise ValidationError(
            _("This text is too long: %(length)s characters with its formatting, %(limit)s are allowed. "
              "Split it into two articles or attach it as a document."),
            code="too_long",
            params={"length": len(html), "limit": settings.NEWSROOM_HTML_MAX_LENGTH},
        )  # fmt: skip
    if _depth(html) > settings.NEWSROOM_HTML_MAX_DEPTH:
        raise ValidationError(
            _("The formatting of this text is nested too deeply (lists within lists, quotes within quotes). "
              "Paste it without formatting and format it here."),
            code="too_deep",
        )  # fmt: skip


class _DepthMeter(HTMLParser):
    """Counts how deep elements nest, without building a tree."""

    def __init__(self):
        super().__init__()
        self.depth = self.deepest = 0

    def handle_starttag(self, tag, attrs):
        if tag not in _VOID:
            self.depth += 1
            self.deepest = max(self.deepest, self.depth)

    def handle_endtag(self, tag):
        self.depth = max(0, self.depth - 1)


def _depth(html):
    # Cheap first: a text with few opening brackets cannot be deep.
    if html.count("<") <= settings.NEWSROOM_HTML_MAX_DEPTH:
        return 0
    meter = _DepthMeter()
    meter.feed(html)
    return meter.deepest
