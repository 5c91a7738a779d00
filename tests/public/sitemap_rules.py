"""
What the schemas of sitemaps demand, as checks.

Those of sitemaps.org (sitemap.xsd and siteindex.xsd, 0.9) and Google's for
pictures (sitemap-image.xsd, 1.1) and news (sitemap-news.xsd, 0.9); links to
other languages are Google's rule.
"""

import re
from datetime import datetime
from urllib.parse import urlsplit

from lxml import etree

MOST_BYTES, MOST_ADDRESSES = 50 * 1024 * 1024, 10_000

NAMES = {
    "": "http://www.sitemaps.org/schemas/sitemap/0.9",
    "image": "http://www.google.com/schemas/sitemap-image/1.1",
    "news": "http://www.google.com/schemas/sitemap-news/0.9",
    "xhtml": "http://www.w3.org/1999/xhtml",
}
_PREFIXES = {uri: prefix for prefix, uri in NAMES.items()}

# Element → its children in their order, as a regular expression; None: it holds words alone.
CHILDREN = {
    "sitemapindex": r"(sitemap )+",
    "sitemap": r"loc (lastmod )?",
    "urlset": r"(url )*",
    "url": r"loc (lastmod )?(changefreq )?(priority )?(xhtml:link )*(image:image )*(news:news )?",
    "xhtml:link": r"",
    "image:image": r"image:loc ",
    "news:news": r"news:publication news:publication_date news:title ",
    "news:publication": r"news:name news:language ",
}
WORDS = {
    "loc": lambda words: 12 <= len(words) <= 2048 and is_address(words),
    "image:loc": lambda words: is_address(words),
    "lastmod": lambda words: is_moment(words),
    "news:publication_date": lambda words: is_moment(words),
    "priority": lambda words: re.fullmatch(r"0\.\d|1\.0", words),
    "news:name": lambda words: words.strip(),
    "news:language": lambda words: re.fullmatch(r"zh-cn|zh-tw|[a-z]{2,3}", words),
    "news:title": lambda words: words.strip(),
}


def is_address(words):
    parts = urlsplit(words)
    return parts.scheme in {"http", "https"} and parts.netloc and words.isascii() and " " not in words


def is_moment(words):
    return datetime.fromisoformat(words).utcoffset() is not None


def checked(response, root):
    """The root element of a file; fails unless the file is valid and not too large."""
    assert response.status_code == 200
    assert response["Content-Type"] == "application/xml"
    assert len(response.content) <= MOST_BYTES
    tree = etree.fromstring(response.content)
    assert name_of(tree) == root
    assert len(tree) <= MOST_ADDRESSES
    for element in tree.iter():
        _check(element)
    found = addresses(tree)
    assert len(found) == len(set(found)), "an address stands there twice"
    return tree


def _check(element):
    name, text = name_of(element), element.text or ""
    if name in WORDS:
        assert WORDS[name](text) and not len(element), (name, text)
        return
    children = "".join(f"{name_of(child)} " for child in element)
    assert re.fullmatch(CHILDREN[name], children) and not text.strip(), (name, children)
    if name == "xhtml:link":
        assert element.get("rel") == "alternate" and is_address(element.get("href"))
        assert re.fullmatch(r"[a-z]{2}|x-default", element.get("hreflang"))


def name_of(element):
    qualified = etree.QName(element)
    prefix = _PREFIXES[qualified.namespace]
    return f"{prefix}:{qualified.localname}" if prefix else qualified.localname


def addresses(tree):
    """The addresses that a file lists, in its order."""
    return [element.text for element in tree.iterfind("{*}*/{*}loc") if name_of(element) == "loc"]


def entry(tree, address):
    """The entry of one address, or None."""
    return next((one for one in tree if one.findtext("{*}loc") == address), None)


def links(url):
    """Language → address, of an entry."""
    return {link.get("hreflang"): link.get("href") for link in url.iterfind("xhtml:link", NAMES)}


def pictures(url):
    return [element.text for element in url.iterfind("image:image/image:loc", NAMES)]
