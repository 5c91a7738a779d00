"""Word-by-word differences between two texts, for people."""

import difflib

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from publishing.html import plain_text


def word_difference(before, after):
    """
    `after` as safe HTML, with `<ins>` around words that `before` lacks and `<del>` around those that are gone.

    Both are taken as text: elements of rich text are dropped.
    """
    old, new = plain_text(before).split(), plain_text(after).split()
    pieces = [
        piece
        for operation, old_start, old_end, new_start, new_end in difflib.SequenceMatcher(
            None, old, new, autojunk=False
        ).get_opcodes()
        for piece in _pieces(operation, old[old_start:old_end], new[new_start:new_end])
    ]
    return format_html_join(" ", "{}", ((piece,) for piece in pieces)) if pieces else SafeString("")


def _pieces(operation, old, new):
    if operation == "equal":
        return [" ".join(new)]
    pieces = []
    if old:
        pieces.append(format_html("<del>{}</del>", " ".join(old)))
    if new:
        pieces.append(format_html("<ins>{}</ins>", " ".join(new)))
    return pieces
