"""
Brings the pictures of a page: two queries, however many there are.

The one door for public pages: a picture whose rights do not allow that readers
see it at the moment that the page is made for does not come through.
"""

from django.db.models import Q

from media_library.models import Picture
from publishing.clock import now


def load_pictures(ids):
    """Number → picture with its renditions, for those that may be shown. Empty entries in `ids` are ignored."""
    return _load(ids)[0]


def give_pictures(editions, *, also=()):
    """
    Sets `edition.picture` on each edition: what its card shows, or None.

    Its version learns which pictures of its gallery may not be shown
    (`hidden_pictures`). Returns number → picture for the cards and for the
    numbers in `also`.
    """
    versions = [edition.version for edition in editions]
    galleries = [photo["picture"] for version in versions for photo in _photos_in(version)]
    pictures, hidden = _load([*(version.card_picture_id for version in versions), *also], galleries)
    for edition, version in zip(editions, versions, strict=True):
        edition.picture = pictures.get(version.card_picture_id)
        version.hidden_pictures = hidden
    return pictures


def _load(ids, galleries=()):
    """(number → picture, numbers of those that may not be shown); of `galleries` only the latter are asked for."""
    wanted = {number for number in ids if number}
    if not wanted and not galleries:
        return {}, frozenset()
    at = now()
    is_barred = Q(rights_from__gt=at) | Q(rights_until__lte=at)
    rows = Picture.objects.filter(Q(pk__in=wanted) | is_barred & Q(pk__in=set(galleries) - wanted))
    rows = rows.prefetch_related("renditions").in_bulk()
    hidden = frozenset(number for number, picture in rows.items() if not picture.is_usable)
    return {number: picture for number, picture in rows.items() if number not in hidden}, hidden


def _photos_in(version):
    return getattr(version, "media", {}).get("pictures", [])
