"""
What a page is made from: keys that gather while it is made, so that whoever keeps it knows when it is out of date.

A key names a thing (`articles.article:12`) or a list (`section:3`, `latest`)
in one language, as the change log does (`publishing.changes`). Rows of models
that are `Noted` gather by themselves when they are loaded; lists, and rows
that are not loaded whole, are noted by whoever asks for them.
"""

from contextlib import contextmanager
from contextvars import ContextVar

from django.db import models

from publishing.clock import now
from publishing.languages import current_language, language_codes

# The key of what stands around every page, and of what can change anywhere: names, menus, sections, words.
SITE = "site"
# The list that everything new of a language enters.
LATEST = "latest"

_gathered = ContextVar("made_from", default=None)


class MadeFrom:
    """
    The keys that something was made from, as pairs (language, key).

    `own`: what it shows, and the lists that it is there to show. `beside`:
    lists at its side, of which a reader may see the former state a little
    longer. `until`: the moment from which it is another, whatever happens; or
    None. `began_at`: when it was begun. `is_for_all`: whether others may have it.
    """

    __slots__ = ("began_at", "beside", "is_for_all", "own", "until")

    def __init__(self):
        self.own, self.beside, self.until = set(), set(), None
        self.began_at, self.is_for_all = now(), True

    def add(self, other):
        """Takes over what a part of it was made from."""
        self.own |= other.own
        self.beside |= other.beside
        self.is_for_all &= other.is_for_all
        if other.until:
            self.end_at(other.until)

    def end_at(self, moment):
        self.until = min(self.until or moment, moment)


@contextmanager
def gathering():
    """Within it, the keys of what is being made gather in the `MadeFrom` that it yields; around it, they do as well."""
    made_from, around = MadeFrom(), _gathered.get()
    token = _gathered.set(made_from)
    try:
        yield made_from
    finally:
        _gathered.reset(token)
        if around is not None:
            around.add(made_from)


def is_gathering():
    return _gathered.get() is not None


def note(*keys, language=None):
    """Says that what is being made shows these things, or lists, of a language (default: the page's)."""
    made_from = _gathered.get()
    if made_from is not None:
        language = language or current_language()
        made_from.own.update((language, key) for key in keys)


def note_everywhere(key):
    """Says that it depends on a thing in whichever language: an article's page leads to the other ones."""
    made_from = _gathered.get()
    if made_from is not None:
        made_from.own.update((language, key) for language in language_codes())


def note_beside(*keys):
    """Says that it has these lists of the page's language at its side."""
    made_from = _gathered.get()
    if made_from is not None:
        made_from.beside.update((current_language(), key) for key in keys)


def note_made_from(part):
    """Says that it has a part in it that was made, and kept, from the keys in a `MadeFrom`."""
    made_from = _gathered.get()
    if made_from is not None:
        made_from.add(part)


def good_until(*moments):
    """Says that it is another from each of these moments on (None: none); what was over before is no matter."""
    made_from = _gathered.get()
    if made_from is not None:
        for moment in moments:
            if moment is not None and moment > made_from.began_at:
                made_from.end_at(moment)


def not_for_all():
    """Says that what is being made answers one request alone: it was asked for by something that nobody links to."""
    made_from = _gathered.get()
    if made_from is not None:
        made_from.is_for_all = False


def key_of(row):
    """The key of a thing."""
    return key_for(row, row.pk)


def key_for(model, number):
    """The key of the thing with a number, loaded or not."""
    return f"{model._meta.label_lower}:{number}"


class Noted(models.Model):
    """A row that readers see as it is, without editions: whoever loads it for a page notes it."""

    class Meta:
        abstract = True

    @classmethod
    def from_db(cls, db, field_names, values):
        row = super().from_db(db, field_names, values)
        if _gathered.get() is not None:
            note(key_of(row))
        return row
