"""Word-by-word differences between two texts, for people: paragraphs first, then words within those that changed."""

import re
from collections import Counter
from difflib import SequenceMatcher
from itertools import zip_longest

from django.utils.html import format_html, format_html_join
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from desk.blocks import BLOCKS, Block, blocks_of, is_rich, lines_of
from publishing.languages import direction

# Things that are not words: (what it is, whether it was added) → how that is said.
CHANGES = {
    ("link", True): gettext_lazy("link added: %(name)s"),
    ("link", False): gettext_lazy("link removed: %(name)s"),
    ("img", True): gettext_lazy("picture no. %(name)s added"),
    ("img", False): gettext_lazy("picture no. %(name)s removed"),
    ("hr", True): gettext_lazy("dividing line added"),
    ("hr", False): gettext_lazy("dividing line removed"),
}
# difflib takes quadratic time: beyond this many pairs it leaves out words that are everywhere.
MANY_PAIRS = 100_000
# How far below a changed paragraph is looked for what became of it.
REACH = 10
# Paragraphs that share fewer of their words are two paragraphs, not one that was changed.
ALIKE = 0.25


def word_difference(before, after, *, rich=None):
    """
    `after` as safe HTML, with `<ins>` around words that `before` lacks and `<del>` around those that are gone.

    `rich`: whether both are HTML of the editor; None looks for its elements.
    Rich text keeps its paragraphs; changed pictures, links and kinds of paragraph are named.
    One line of plain text comes without an element around it.
    """
    before, after = before or "", after or ""
    rich = is_rich(before + after) if rich is None else rich
    read = blocks_of if rich else lines_of
    old, new = read(before), read(after)
    pairs = [(ours, _show(theirs or Block(), ours or Block()), theirs) for theirs, ours in _pairs(old, new)]
    if not rich and len(old) < 2 and len(new) < 2:
        return format_html_join(" ", "{}", ((html,) for _ours, html, _theirs in pairs))
    shown = format_html_join(
        "", '<p class="difference-{}">{}</p>', (((ours or theirs).kind, html) for ours, html, theirs in pairs)
    )
    if before.split() != after.split() and not re.search("<(ins|del|small)", shown):
        return format_html("{}<p>{}</p>", shown, _note(_("Only the formatting differs.")))
    return shown


def _opcodes(old, new):
    if old == new:
        return [("equal", 0, len(old), 0, len(new))]
    return SequenceMatcher(None, old, new, autojunk=len(old) * len(new) > MANY_PAIRS).get_opcodes()


def _pairs(old, new):
    """Old block and what became of it, in order; None where there was or is none."""
    for operation, old_start, old_end, new_start, new_end in _opcodes(old, new):
        if operation == "replace":
            yield from _align(old[old_start:old_end], new[new_start:new_end])
        else:
            yield from zip_longest(old[old_start:old_end], new[new_start:new_end])


def _align(old, new):
    """The same for blocks of which none is as it was: those that are alike stand together."""
    start = 0
    for block in old:
        near = range(start, min(start + REACH, len(new)))
        match = max(near, key=lambda place: _likeness(block, new[place]), default=None)
        if match is None or _likeness(block, new[match]) < ALIKE:
            yield block, None
            continue
        yield from ((None, added) for added in new[start:match])
        yield block, new[match]
        start = match + 1
    yield from ((None, added) for added in new[start:])


def _likeness(old, new):
    """Between 0 and 1: how much of two blocks is the same."""
    ours, theirs = {*old.words, *old.things}, {*new.words, *new.things}
    return 2 * len(ours & theirs) / (len(ours) + len(theirs))


def _show(old, new):
    pieces = [*_show_words(old.words, new.words), *_show_things(old.things, new.things)]
    if old == new and new.kind == "img":
        pieces.insert(0, _("picture no. %(name)s") % {"name": new.things[0][1]})
    if Block() not in (old, new) and old.kind != new.kind:
        kinds = {"before": BLOCKS[old.kind], "after": BLOCKS[new.kind]}
        pieces.append(_note(_("changed from “%(before)s” to “%(after)s”") % kinds))
    return format_html_join(" ", "{}", ((piece,) for piece in pieces))


def _show_words(old, new):
    for operation, old_start, old_end, new_start, new_end in _opcodes(old, new):
        if operation == "equal":
            yield " ".join(new[new_start:new_end])
            continue
        if old_end > old_start:
            yield _marked("del", _("removed:"), old[old_start:old_end])
        if new_end > new_start:
            yield _marked("ins", _("added:"), new[new_start:new_end])


def _marked(element, said, words):
    said = format_html('<span class="visually-hidden" lang="{}">{} </span>', get_language(), said)
    return format_html("<{0}>{1}{2}</{0}>", element, said, " ".join(words))


def _show_things(old, new):
    before, after = Counter(old), Counter(new)
    for things, is_added in [(before - after, False), (after - before, True)]:
        for kind, name in things.elements():
            # Isolated, so that an address reads from left to right within Arabic.
            yield _note(CHANGES[kind, is_added] % {"name": f"\u2066{name}\u2069"})


def _note(text):
    """What is said about the text is in the language of the page, not in the text's."""
    facts = get_language(), direction(get_language()), text
    return format_html('<small class="difference-note" lang="{}" dir="{}">{}</small>', *facts)
