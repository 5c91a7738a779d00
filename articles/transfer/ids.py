"""
What articles, and what belongs to them, are called in files: an id that stays theirs wherever they go.

What was written here is `<origin>:<number>`; what came from a file keeps the
id that it had there (`KnownAs`).
"""

import re

from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, OuterRef

from articles.models import KnownAs, Origin

_NUMBER = re.compile(r":([1-9][0-9]{0,9})\Z")


def origin():
    """What this installation is called."""
    row = Origin.objects.order_by("pk").first() or Origin.objects.create()
    return row.name


def ids_of(model, numbers):
    """Number → id, for some rows of a model. Two queries at most."""
    known = rows_of(model).filter(item_id__in=numbers).order_by("-pk").values_list("item_id", "key")
    here = origin()
    return {number: f"{here}:{number}" for number in numbers} | dict(known)


def numbers_of(model, ids):
    """Id → number, for those that are here."""
    known = dict(rows_of(model).filter(key__in=ids).values_list("key", "item_id"))
    prefix = f"{origin()}:"
    own = {key: number_in(key) for key in ids if key.startswith(prefix) and key not in known}
    # What came from a file may have a number that was another's here.
    taken = set(rows_of(model).filter(item_id__in=own.values()).values_list("item_id", flat=True))
    found = known | {key: number for key, number in own.items() if number not in taken}
    here = set(model._base_manager.filter(pk__in=found.values()).values_list("pk", flat=True))
    return {key: number for key, number in found.items() if number in here}


def number_in(key):
    """The number that an id ends in, or None."""
    match = _NUMBER.search(key)
    return int(match[1]) if match else None


def note(model, key, number, **facts):
    """Keeps the id of a row; of one that came in again, the newer facts."""
    kind = ContentType.objects.get_for_model(model)
    KnownAs.objects.bulk_create(
        [KnownAs(item_type=kind, key=key, item_id=number, **facts)],
        update_conflicts=True,
        unique_fields=["item_type", "key"],
        update_fields=["item_id", "digest", "taken_at"],
    )


def note_new(model, entries):
    """
    Keeps the ids of rows that are being stored: `entries` are (id, number, more facts).

    Raises `IntegrityError` where another transaction has taken in the same one.
    """
    kind = ContentType.objects.get_for_model(model)
    KnownAs.objects.bulk_create(
        KnownAs(item_type=kind, key=key, item_id=number, **facts) for key, number, facts in entries
    )


def forget_gone(model, keys):
    """Forgets ids of rows that are here no more. To be called before those come in again, perhaps with the number."""
    there = model._base_manager.filter(pk=OuterRef("item_id"))
    rows_of(model).filter(~Exists(there), key__in=keys).delete()


def rows_of(model):
    """The kept ids of a model's rows."""
    return KnownAs.objects.filter(item_type=ContentType.objects.get_for_model(model))
