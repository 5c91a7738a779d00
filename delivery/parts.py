"""What pages are made of and rarely changes, such as menus, sections and pictures: kept in memory until it does."""

from time import time

from django.conf import settings

from delivery.changelog import began_in, changelog
from delivery.memory import Memory
from publishing.clock import is_another_moment
from publishing.keys import SITE, gathering, key_for, note, note_made_from
from publishing.languages import current_language

# In seconds.
LONGEST_LIFE = 60 * 60
# How many rows are kept: an edition in a list has 5 KB, a picture with its files 20 KB.
MOST_ROWS = 2000
# Where parts are kept, and how many: most are cards in lists, of 2 KB. What anybody can have made by typing something
# stands by itself, so that nothing else makes room for it.
PARTS, SEARCHES = "parts", "searches"
MOST_PARTS = {PARTS: 10_000, SEARCHES: 4000}

_shelves = {shelf: Memory(most) for shelf, most in MOST_PARTS.items()}
_rows = Memory(MOST_ROWS)


class _Part:
    """A part as it was made, and what from."""

    __slots__ = ("beside", "checked", "generation", "made_from", "own", "size", "stale_since", "thing", "until")

    def __init__(self, thing, made_from, generation, size):
        self.thing, self.made_from, self.generation, self.size = thing, made_from, generation, size
        self.checked = 0
        # What is made of the lists at its side is as old as they are: nobody would make the part anew for them.
        self.own, self.beside, self.stale_since = made_from.own | made_from.beside, frozenset(), None
        limits = (time() + LONGEST_LIFE, made_from.until and made_from.until.timestamp())
        self.until = changelog().end_of(self.own, made_from.began_at.timestamp(), *limits)


def kept(name, make, *, size=1, shelf=PARTS):
    """
    What `make()` gives in the page's language, made once in each process until what it was made from changes.

    `size`: how many cards it takes the room of. `shelf`: one of `MOST_PARTS`.

    Whoever gets it must not change it: other requests have the same one. While
    a transaction is open it is made for this request alone, because it may hold
    what is never stored; and for a preview of another moment.
    """
    generation = None if is_another_moment() else changelog().generation()
    if generation is None:
        return make()
    place = (name, current_language())
    part = _shelves[shelf].get(place)
    if part is None or changelog().is_over(part):
        with gathering() as made_from:
            note(SITE)
            thing = make()
        part = _Part(thing, made_from, began_in() or generation, size)
        _shelves[shelf].put(place, part)
    else:
        note_made_from(part.made_from)
    return part.thing


class _Row:
    """A row, or None where there is none, as it was when it was loaded."""

    __slots__ = ("beside", "checked", "generation", "own", "row", "size", "stale_since", "until")

    def __init__(self, key, row, generation, began_at):
        self.row, self.generation, self.size, self.stale_since, self.checked = row, generation, 1, None, 0
        # Changes in bulk announce the site as a whole.
        self.own, self.beside = frozenset({key, (key[0], SITE)}), ()
        self.until = changelog().end_of(self.own, began_at, began_at + LONGEST_LIFE)


def kept_rows(model, numbers, load):
    """
    Number → row of some model of which every change is announced, kept until one is; those that there are.

    `load(numbers)` gives number → row for those that are not in memory: at
    most one call. As with `kept`, nobody may change what they get.
    """
    # What is announced of a row is announced in every language (`publishing.changes.announce_saves_of`).
    return _kept_by({number: key_for(model, number) for number in numbers}, settings.LANGUAGE_CODE, load)


def kept_editions(keys, load):
    """
    The same for editions in the page's language, with what lists show of them.

    `keys`: number of an edition → the key of its item, under which its steps are announced.
    """
    return _kept_by(keys, current_language(), load)


def _kept_by(keys, language, load):
    generation = None if is_another_moment() else changelog().generation()
    if generation is None:
        return load(list(keys)) if keys else {}
    note(*keys.values())
    known = {number: _rows.get((language, key)) for number, key in keys.items()}
    missing = [number for number, kept_row in known.items() if not kept_row or changelog().is_over(kept_row)]
    if missing:
        began_at, found = time(), load(missing)
        for number in missing:
            place = (language, keys[number])
            known[number] = _Row(place, found.get(number), began_in() or generation, began_at)
            _rows.put(place, known[number])
    return {number: kept_row.row for number, kept_row in known.items() if kept_row.row is not None}


def is_up_to_date():
    """Whether nothing was announced, as far as this process was told, since the request began."""
    return began_in() in (None, changelog().generation())


def forget(shelf):
    """Has the parts of a shelf made anew."""
    _shelves[shelf].clear()


def forget_all():
    """Has every part made anew, and every row loaded."""
    for shelf in MOST_PARTS:
        forget(shelf)
    _rows.clear()
