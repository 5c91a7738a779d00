"""
Brings the pictures of a page: two queries, however many there are.

The one door for public pages: a picture whose rights do not allow that readers
see it at the moment that the page is made for does not come through.
"""

from django.conf import settings
from django.db.models import Q

from delivery.parts import kept_rows
from media_library.models import Picture, Rendition
from publishing.clock import now
from publishing.keys import good_until, key_for, note


def load_pictures(ids):
    """Number → picture with its renditions, for those that may be shown. Empty entries in `ids` are ignored."""
    return _load(ids)[0]


def addresses_of_pictures(ids):
    """
    Number → address of the largest JPEG of the whole picture, for those that may be shown.

    For machines, which are told of thousands at once: one query, and no rows.
    """
    files = Rendition.objects.filter(picture__in={number for number in ids if number}, ratio="natural", encoding="jpeg")
    shown = files.exclude(picture__in=Picture.objects.filter(_is_barred(now())))
    return {number: settings.MEDIA_URL + path for number, path in
            shown.order_by("width").values_list("picture_id", "path")}  # fmt: skip


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
    rows = dict(kept_rows(Picture, wanted, _with_renditions))
    if others := set(galleries) - wanted:
        note(*(key_for(Picture, number) for number in others))
        limited = Q(rights_from__isnull=False) | Q(rights_until__isnull=False)
        rows |= Picture.objects.filter(limited, pk__in=others).in_bulk()
    for picture in rows.values():
        good_until(picture.rights_from, picture.rights_until)
    hidden = frozenset(number for number, picture in rows.items() if not picture.is_usable)
    return {number: picture for number, picture in rows.items() if number not in hidden}, hidden


def _with_renditions(numbers):
    return Picture.objects.prefetch_related("renditions").in_bulk(numbers)


def _is_barred(at):
    """Of pictures whose rights do not allow that readers see them at a moment; see `Picture.is_usable`."""
    return Q(rights_from__gt=at) | Q(rights_until__lte=at)


def _photos_in(version):
    return getattr(version, "media", {}).get("pictures", [])
