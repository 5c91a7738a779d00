"""
The rules of RSS 2.0, Atom (RFC 4287) and JSON Feed 1.1 that feed validators go by. Each check returns what is broken.

For RSS see https://www.rssboard.org/rss-specification and the board's profile.
"""

import json
import re
from datetime import datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from lxml import etree, html

ATOM = "{http://www.w3.org/2005/Atom}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
MEDIA_TYPE = re.compile(r"(application|audio|image|text|video)/[a-z0-9.+-]+")
ALLOWED = {
    "a", "b", "blockquote", "br", "dd", "div", "dl", "dt", "em", "figcaption", "figure", "h2", "h3", "hr", "img", "li",
    "ol", "p", "section", "strong", "table", "tbody", "td", "th", "thead", "time", "tr", "ul",
}  # fmt: skip


def parsed(content):
    """The root of a feed; a feed that is not well-formed fails."""
    return etree.fromstring(content, etree.XMLParser(resolve_entities=False))


def broken_rules_of_rss(content, *, address, language):
    root = parsed(content)
    channel = root.find("channel")
    broken = [] if (root.tag, root.get("version")) == ("rss", "2.0") else ["root"]
    broken += [name for name in ("title", "link", "description") if not channel.findtext(name)]
    broken += ["language"] * (channel.findtext("language") != language or root.get(XML_LANG) != language)
    own = [link.get("href") for link in channel.findall(f"{ATOM}link") if link.get("rel") == "self"]
    broken += ["self"] * (own != [address])
    broken += ["build date"] * (not _is_rfc_822(channel.findtext("lastBuildDate")))
    guids = [item.findtext("guid") for item in channel.iter("item")]
    broken += ["guids are not unique"] * (len(set(guids)) != len(guids))
    for item in channel.iter("item"):
        broken += _broken_in_item(item, language)
    return broken


def _broken_in_item(item, language):
    yield from (name for name in ("title", "description", "guid") if not item.findtext(name))
    if not is_absolute(item.findtext("link")):
        yield "link"
    if item.find("guid").get("isPermaLink") != "false":
        yield "guid is no permanent link"
    if not _is_rfc_822(item.findtext("pubDate")):
        yield "pubDate"
    if item.findtext("{http://purl.org/dc/elements/1.1/}language") != language:
        yield "dc:language"
    if len(item.findall("enclosure")) > 1:
        yield "enclosures"
    for enclosure in item.findall("enclosure"):
        yield from _broken_in_file(enclosure.get("url"), enclosure.get("type"), enclosure.get("length"))
    yield from broken_rules_of_html(item.findtext(CONTENT))


def broken_rules_of_atom(content, *, address, language):
    feed = parsed(content)
    broken = [] if feed.tag == f"{ATOM}feed" and feed.get(XML_LANG) == language else ["root"]
    broken += _broken_in_atom_element(feed)
    links = {link.get("rel"): link.get("href") for link in feed.findall(f"{ATOM}link")}
    broken += ["self"] * (links.get("self") != address) + ["alternate"] * (not is_absolute(links.get("alternate")))
    broken += ["author"] * (not feed.findtext(f"{ATOM}author/{ATOM}name"))
    ids = [entry.findtext(f"{ATOM}id") for entry in feed.iter(f"{ATOM}entry")]
    broken += ["ids are not unique"] * (len(set(ids)) != len(ids))
    for entry in feed.iter(f"{ATOM}entry"):
        broken += _broken_in_atom_element(entry)
        alternates = [link for link in entry.findall(f"{ATOM}link") if link.get("rel") == "alternate"]
        broken += ["alternate"] * (len(alternates) != 1 or not is_absolute(alternates[0].get("href")))
        broken += ["published"] * (not _is_rfc_3339(entry.findtext(f"{ATOM}published")))
        broken += ["summary"] * (entry.findtext(f"{ATOM}summary") == "")
        broken += ["content"] * (entry.find(f"{ATOM}content").get("type") != "html")
        broken += broken_rules_of_html(entry.findtext(f"{ATOM}content"))
        for link in entry.findall(f"{ATOM}link"):
            if link.get("rel") == "enclosure":
                broken += _broken_in_file(link.get("href"), link.get("type"), link.get("length"))
    return broken


def _broken_in_atom_element(element):
    yield from (name for name in ("id", "title", "updated") if len(element.findall(f"{ATOM}{name}")) != 1)
    if not is_absolute(element.findtext(f"{ATOM}id")):
        yield "id is no IRI"
    if not _is_rfc_3339(element.findtext(f"{ATOM}updated")):
        yield "updated"


def broken_rules_of_json(content, *, address, language):
    feed = json.loads(content)
    broken = [] if feed["version"] == "https://jsonfeed.org/version/1.1" else ["version"]
    broken += ["title"] * (not feed["title"]) + ["feed_url"] * (feed["feed_url"] != address)
    broken += ["home_page_url"] * (not is_absolute(feed["home_page_url"])) + ["language"] * (
        feed["language"] != language
    )
    ids = [item["id"] for item in feed["items"]]
    broken += ["ids are not unique"] * (len(set(ids)) != len(ids))
    for item in feed["items"]:
        broken += ["url"] * (not is_absolute(item["url"]))
        broken += ["dates"] * (not _is_rfc_3339(item["date_published"]) or not _is_rfc_3339(item["date_modified"]))
        broken += [name for name in ("id", "title", "content_html") if not item[name]]
        broken += broken_rules_of_html(item["content_html"])
        for file in item.get("attachments", []):
            broken += _broken_in_file(file["url"], file["mime_type"], str(file["size_in_bytes"]))
    return broken


def _broken_in_file(url, media_type, length):
    if not is_absolute(url):
        yield "file's address"
    if not MEDIA_TYPE.fullmatch(media_type or ""):
        yield "file's type"
    if not (length or "").isdigit() or int(length) == 0:
        yield "file's length"


def broken_rules_of_html(text):
    """What feed readers would take away, or could not follow."""
    for element in html.fragment_fromstring(text, create_parent=True).iterdescendants():
        if element.tag not in ALLOWED:
            yield f"<{element.tag}>"
        for name, value in element.attrib.items():
            if name in {"href", "src"} and not is_absolute(value):
                yield f"{name}={value}"
            if name.startswith("on") or name in {"style", "class", "id", "srcset", "data-embed"}:
                yield f"{name} in <{element.tag}>"
        if element.tag == "img" and not {"src", "alt", "width", "height"} <= set(element.attrib):
            yield "facts of a picture"


def is_absolute(address):
    parts = urlsplit(address or "")
    return bool(parts.scheme in {"http", "https"} and parts.netloc) or parts.scheme in {"mailto", "tel"}


def _is_rfc_822(text):
    return bool(text) and parsedate_to_datetime(text).tzinfo is not None


def _is_rfc_3339(text):
    return bool(text) and datetime.fromisoformat(text).tzinfo is not None
