"""Pictures that are known again: the same file, or one that looks like it."""

from django.db.models import Q

from media_library import imaging

# In so many of 64 bits two pictures that look alike may differ. Those in three or fewer share a part for certain.
ALIKE = 6
# Parts that say nothing: what is as bright on the left as on the right, such as a sky, gives them.
_EMPTY_PARTS = frozenset({"0000", "ffff"})


def parts_of(fingerprint):
    """{field of `Picture`: 16 of the fingerprint's bits}, by which pictures that look alike are found."""
    return {f"look_{number + 1}": fingerprint[4 * number : 4 * number + 4] for number in range(4)}


def set_fingerprint(picture, fingerprint):
    """Sets what a picture looks like. Does not save the row."""
    picture.fingerprint = fingerprint
    for name, part in parts_of(fingerprint).items():
        setattr(picture, name, part)


def same_file(pictures, sha256):
    """The newest of `pictures` whose original has this hash, or None."""
    return pictures.filter(sha256=sha256).order_by("-pk").first()


def most_alike(pictures, fingerprint):
    """The one of `pictures` that looks most like this, or None where none looks enough like it."""
    parts = {name: part for name, part in parts_of(fingerprint).items() if part not in _EMPTY_PARTS}
    if fingerprint in {"", imaging.PLAIN} or not parts:
        return None
    shares_a_part = Q()
    for name, part in parts.items():
        shares_a_part |= Q(**{name: part})
    found = pictures.filter(shares_a_part).exclude(fingerprint=imaging.PLAIN).values_list("fingerprint", "pk")
    nearest = min(((imaging.distance(other, fingerprint), -pk) for other, pk in found.iterator()), default=None)
    if nearest is None or nearest[0] > ALIKE:
        return None
    return pictures.filter(pk=-nearest[1]).first()
