"""
Reads HTML of any kind once, from left to right, and writes it anew: known elements alone, closed in order.

What comes out is read in the same way by every parser, so nothing is left to
guess for whoever looks at it next. The time that it takes grows with the
length of the text, whatever the text is.
"""

import re
from typing import NamedTuple

_SPACE = r"\t\n\f\r "
_MARKUP = re.compile(r"<(?=[A-Za-z/!?])")
_TAG = re.compile(rf"<(/?)([A-Za-z][^{_SPACE}/>]*+)")
# One attribute, or the end of the tag (HTML Standard, 13.2.5.32 to 13.2.5.39). A quote that never ends takes the rest.
_ATTRIBUTE = re.compile(
    rf"""[{_SPACE}/]*+(?:(?P<end>>)|(?P<name>=?[^{_SPACE}/>=]*+)"""
    rf"""(?:[{_SPACE}]*+=[{_SPACE}]*+(?:"(?P<double>[^"]*+)(?:"|\Z)|'(?P<single>[^']*+)(?:'|\Z)|(?P<bare>[^{_SPACE}>]*+)))?+)"""
)
# Comments, and what browsers take for one: `<!doctype …>`, `<?xml …>`, `</ …>`.
_COMMENT = re.compile(r"<!--(?:-?>|.*?(?:--!?>|\Z))|<[!?/][^>]*+>?", re.DOTALL)
# Elements whose contents are no words.
_HIDDEN = {
    "script": re.compile(rf"</script(?=[{_SPACE}/>])", re.IGNORECASE),
    "style": re.compile(rf"</style(?=[{_SPACE}/>])", re.IGNORECASE),
}

_VOID = {"br", "hr", "img"}
_INLINE = {"strong", "em", "a"}
_TABLE_PARTS = {"table", "thead", "tbody", "tr", "th", "td"}
_BARRIERS = {"table", "th", "td"}
_NO_PARAGRAPH_AROUND = {"p", "h2", "h3", "ul", "ol", "li", "blockquote", "hr", "table", "figure", "figcaption"}
# What ends before an element begins, when nothing but it is open there: the end tags that people leave out.
_ENDS = {
    "li": {"li"},
    "td": {"td", "th"},
    "th": {"td", "th"},
    "tr": {"tr", "td", "th"},
    "tbody": {"thead", "tbody", "tr", "td", "th"},
    "thead": {"thead", "tbody", "tr", "td", "th"},
    "h2": {"h2", "h3"},
    "h3": {"h2", "h3"},
}
_EMPTY_FIGURE = re.compile(
    r"<figure>\s*+(?:<figcaption>(?:(?!</?figcaption>).)*+</figcaption>\s*+)?+</figure>", re.DOTALL
)


class TooDeep(Exception):
    """Elements are nested deeper than is allowed."""


class Token(NamedTuple):
    """`kind`: "text", "start" or "end"; `name`: the element, or the text itself; `facts`: its attributes as written."""

    kind: str
    name: str
    facts: dict = {}


def tokens(html):
    """
    The texts and tags of `html`, as browsers see them (HTML Standard, 13.2.5), without comments, scripts and styles.

    A tag that never ends hides whatever comes after it, there as here.
    """
    position = 0
    while found := _MARKUP.search(html, position):
        start = found.start()
        yield Token("text", html[position:start])
        if tag := _TAG.match(html, start):
            facts, position = _facts(html, tag.end())
            if facts is None:
                return
            name = tag[2].lower()
            yield Token("end" if tag[1] else "start", name, facts)
            if name in _HIDDEN and not tag[1]:
                end = _HIDDEN[name].search(html, position)
                position = end.start() if end else len(html)
        else:
            position = _COMMENT.match(html, start).end()
    yield Token("text", html[position:])


def _facts(html, position):
    """The attributes of a tag, and where it ends; None for the attributes of one that never does."""
    facts = {}
    while position < len(html):
        found = _ATTRIBUTE.match(html, position)
        position = found.end()
        if found["end"]:
            return facts, position
        value = next((found[kind] for kind in ("double", "single", "bare") if found[kind] is not None), "")
        facts.setdefault(found["name"].lower(), value)
    return None, position


def tidied(html, *, elements, is_picture, max_depth):
    """
    `html` with `elements` alone (name → attributes that may stay), closed in order.

    `is_picture(facts)` says of an `<img>` whether it stays; a figure without
    any goes with its caption. Values are not judged here. Raises `TooDeep`.
    """
    writer = _Writer(elements, is_picture, max_depth)
    for token in tokens(html):
        getattr(writer, token.kind)(token.name, token.facts)
    return writer.finished()


class _Open(NamedTuple):
    name: str
    tag: str
    place: int


class _Writer:
    def __init__(self, elements, is_picture, max_depth):
        self.elements, self.is_picture, self.max_depth = elements, is_picture, max_depth
        self.pieces, self.open = [], []

    def text(self, words, _facts):
        self.pieces.append(words.replace("<", "&lt;"))

    def start(self, name, facts):
        if name not in self.elements or (name == "img" and not self.is_picture(facts)):
            return
        self._end_what_ends_before(name)
        tag = self._tag(name, facts)
        if name in _VOID:
            self.pieces.append(tag)
        else:
            self._begin(name, tag)

    def end(self, name, _facts):
        if self._is_open(name):
            self._close(name, reopen=_INLINE | {"p"} if name in _INLINE else ())

    def finished(self):
        while self.open:
            self._pop()
        return "".join(self.pieces)

    def _tag(self, name, facts):
        kept = {key: value.replace('"', "&quot;") for key, value in facts.items() if key in self.elements[name]}
        return f"<{name}" + "".join(f' {key}="{value}"' for key, value in kept.items()) + ">"

    def _end_what_ends_before(self, name):
        if name in _NO_PARAGRAPH_AROUND and self._is_open("p"):
            self._close("p", reopen=_INLINE)
        if name == "a" and self._is_open("a"):
            self._close("a", reopen=_INLINE)
        while self.open and self.open[-1].name in _ENDS.get(name, ()):
            self._pop()

    def _is_open(self, name):
        for element in reversed(self.open):
            if element.name == name:
                return True
            if element.name in _BARRIERS and name not in _TABLE_PARTS:
                return False
        return False

    def _begin(self, name, tag):
        self.open.append(_Open(name, tag, len(self.pieces)))
        if len(self.open) > self.max_depth:
            raise TooDeep
        self.pieces.append(tag)

    def _close(self, name, *, reopen):
        above = []
        while (element := self._pop()).name != name:
            above.append(element)
        for element in reversed(above):
            if element.name in reopen:
                self._begin(element.name, element.tag)

    def _pop(self):
        element = self.open.pop()
        self.pieces.append(f"</{element.name}>")
        if element.name == "figure" and _EMPTY_FIGURE.fullmatch("".join(self.pieces[element.place :])):
            del self.pieces[element.place :]
        return element
