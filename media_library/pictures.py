"""Brings the pictures of a page: two queries, however many there are."""

from media_library.models import Picture


def load_pictures(ids):
    """Number → picture with its renditions. Empty entries in `ids` are ignored."""
    wanted = {number for number in ids if number}
    if not wanted:
        return {}
    return Picture.objects.prefetch_related("renditions").in_bulk(wanted)


def give_pictures(editions, *, also=()):
    """
    Sets `edition.picture` on each edition: what its card shows, or None.

    Returns number → picture for those and for the numbers in `also`.
    """
    pictures = load_pictures([*(edition.version.card_picture_id for edition in editions), *also])
    for edition in editions:
        edition.picture = pictures.get(edition.version.card_picture_id)
    return pictures
