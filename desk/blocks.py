"""Texts taken apart into paragraphs, for comparing them."""

import re
from html import unescape
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from publishing.html import TAGS
from publishing.markup import tokens

# Elements that are a block of their own, and what people call them.
BLOCKS = {
    "p": _("paragraph"),
    "h2": _("heading"),
    "h3": _("subheading"),
    "li": _("list entry"),
    "blockquote": _("quotation"),
    "th": _("table heading"),
    "td": _("table cell"),
    "figcaption": _("caption"),
    "img": _("picture"),
    "hr": _("dividing line"),
}


class Block(NamedTuple):
    """An element of `BLOCKS`, its words, and its things: ("link", "https://…"), ("img", "12"), ("hr", "")."""

    kind: str = "p"
    words: tuple = ()
    things: tuple = ()


def is_rich(text):
    """Whether it is HTML of the editor; a mere "<" in a title does not make it that."""
    return re.search(rf"</?(?:{'|'.join(TAGS)})\b[^<>]*>", text) is not None


def lines_of(text):
    """Plain text: each line is a block."""
    return [Block(words=tuple(line.split())) for line in text.splitlines() if line.strip()]


def blocks_of(html):
    """Rich text. A word that is half bold stays one word."""
    reader = _Reader()
    for token in tokens(html):
        getattr(reader, token.kind)(token.name, token.facts)
    reader.end_block()
    return reader.blocks


class _Reader:
    def __init__(self):
        self.blocks, self._open, self._text, self._things = [], [], "", []

    def start(self, tag, facts):
        if tag in {"img", "hr"}:
            self.end_block()
            words = unescape(facts.get("alt", "")).split()
            self.blocks.append(Block(tag, tuple(words), ((tag, facts.get("data-file", "")),)))
        elif tag in BLOCKS:
            self.end_block()
            self._open.append(tag)
        elif tag == "a" and facts.get("href"):
            self._things.append(("link", unescape(facts["href"])))
        elif tag == "br":
            self._text += " "

    def end(self, tag, _facts):
        if tag in self._open:
            self.end_block()
            while self._open.pop() != tag:
                pass

    def text(self, words, _facts):
        self._text += unescape(words)

    def end_block(self):
        # The paragraph within a list entry or a quotation is that entry or quotation.
        kind = next((tag for tag in reversed(self._open) if tag != "p"), "p")
        words, things = tuple(self._text.split()), tuple(self._things)
        if words or things:
            self.blocks.append(Block(kind, words, things))
        self._text, self._things = "", []
