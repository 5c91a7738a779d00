"""Strings that others collected to break out of text and HTML, and what a page may hold whatever was typed."""

import json
import os
import re
from pathlib import Path

import html5lib
import pytest

from publishing.html import ATTRIBUTES, TAGS

# Beside the project on the machines that have them; their licences do not let them into it.
COLLECTED = Path(__file__).resolve().parents[2] / "shared" / "fixtures" / "security" / "xss_payloads.json"

OWN = [
    "<script>steal()</script>",
    "<ScRiPt src=//evil.example></sCrIpT>",
    '<p onerror="steal()">a</p>',
    "<p><a href=' java\tscript:steal()'>a</a></p>",
    '<svg><script href="data:,steal()"/></svg>',
    "<iframe srcdoc='<script>steal()</script>'></iframe>",
    "<style>@import '//evil.example';</style>",
    '<form action="//evil.example"><object data="x"></object></form>',
    '<p><a href="/\t/evil.example">a</a><a href="/\n\\evil.example">b</a></p>',
    '<p><a href="&#106avascript&colon;steal()">a</a><a href="\x01javascript:steal()">b</a></p>',
    '<p><a href="https:\\\\evil.example">a</a><a href="\\/evil.example">b</a></p>',
    '<img src="/\t/evil.example/x.gif" data-file="1"><img src="/m/x.gif" alt="data-file=1">',
    '</title><script>alert(1)</script>" onfocus="alert(1)" autofocus="',
    "{{ 7|add:7 }} {% debug %} ${alert(1)} <%= 1 %>",
    "]]></script><script>alert(1)//--></textarea></template></noscript>",
    "\u202ealert(1)\u202c\u2067<b>\u2069\x00\x1b[31m\x7f",
]

LINKS = ("href", "src", "action", "formaction", "poster", "data", "cite", "background", "xlink:href", "srcset")
SAFE_LINK = re.compile(r"(?:https?://|mailto:|tel:|/(?!/)|[#?]|\Z|(?:\.\./)*[\w.-]+/?(?:[?#]|\Z))", re.IGNORECASE)
NEVER = {"object", "embed", "applet", "base", "frame", "frameset", "math", "foreignobject", "marquee"}


def collected():
    """All strings, the project's own included. Skips the test where nobody put the others; CI skips nothing."""
    if COLLECTED.exists():
        return [*OWN, *json.loads(COLLECTED.read_text())]
    if os.environ.get("CI"):
        pytest.fail(f"{COLLECTED} is missing, and CI skips nothing.")
    pytest.skip("The collected attack strings are not on this machine.")


def without_zeros(text):
    """What a database can store of it: PostgreSQL takes no zero bytes, and forms refuse them."""
    return text.replace("\0", "")


def judge_fragment(html):
    """Fails if cleaned HTML, as a browser reads it, holds anything but what the editor makes."""
    for element in html5lib.parseFragment(html, namespaceHTMLElements=False).iter():
        if element.tag == "DOCUMENT_FRAGMENT":
            continue
        assert element.tag in TAGS, html
        assert set(element.attrib) <= ATTRIBUTES.get(element.tag, set()), html
        _judge_links(element, html)


def judge_page(page, *, may=()):
    """Fails if a whole page, as a browser reads it, holds anything that could run. `may`: elements of our own on it."""
    for element in html5lib.parse(page, namespaceHTMLElements=False).iter():
        if not isinstance(element.tag, str):
            continue
        name = element.tag.rpartition("}")[2].lower()
        assert name not in NEVER - set(may), name
        names = {key.rpartition("}")[2].lower() if isinstance(key, str) else key[1] for key in element.attrib}
        assert not [key for key in names if key.startswith("on") or key in {"style", "srcdoc"}], (
            name,
            element.attrib,
        )
        if name == "script" and element.get("type") == "application/ld+json":
            # What machines are told: data, which no browser runs.
            assert set(element.attrib) == {"type"}, element.attrib
            json.loads(element.text)
        elif name == "script":
            own = ("/static/", "/admin/jsi18n/")
            assert element.get("src", "").startswith(own) or element.get("nonce"), element.attrib
        if name == "style":
            assert element.get("nonce"), element.text
        if name == "meta":
            assert not element.get("http-equiv"), element.attrib
        if name == "iframe":
            assert element.get("src", "").startswith(("/", "https://www.youtube-nocookie.com/")), element.attrib
        _judge_links(element, name)


def _judge_links(element, where):
    for key in LINKS:
        value = element.get(key)
        if value is None:
            continue
        # As browsers read it (URL Standard, 4.4).
        address = re.sub(r"[\t\n\r]", "", value).strip("".join(map(chr, range(33))))
        assert SAFE_LINK.match(address) and "\\" not in address.partition("?")[0], (key, value, where)
