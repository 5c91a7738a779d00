"""A week before the rights to a picture end, everybody who uses it is told, once."""

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from desk.models import Notice
from desk.notices import notify
from desk.reach import clock
from media_library.checks import NOTICE
from media_library.models import Picture
from media_library.where_used import editions_using
from publishing.models import LogEntry

# The steps by which somebody gave a text to readers.
RELEASES = ("publish", "schedule")


def tell_of_ends():
    """
    Tells of all pictures whose rights end within a week and of which nobody was told yet.

    Unused ones concern nobody. A new end of the rights is told anew.
    """
    pictures = Picture.objects.with_rights_ending(days=NOTICE.days).filter(unused_since=None)
    untold = Q(expiry_told_at=None) | Q(expiry_told_at__lt=F("rights_until") - NOTICE)
    for picture in pictures.filter(untold).select_related("created_by").order_by("rights_until", "pk"):
        _tell_of(picture)


@transaction.atomic
def _tell_of(picture):
    editions = editions_using(picture)
    if not editions:
        return
    for person, theirs in _people(picture, editions).items():
        first = max(theirs, key=lambda edition: (edition.is_public, edition.publish_at or edition.item.created_at))
        with translation.override(person.interface_language):
            text = _text(picture, len({(type(edition), edition.item_id) for edition in theirs}))
        notify(person, Notice.Kind.RIGHTS_END, first.item, first.language, text=text)
    Picture.objects.filter(pk=picture.pk).update(expiry_told_at=timezone.now())


def _people(picture, editions):
    """Person → the editions that concern them: the uploader all, the others those that they saved or published last."""
    people = {}
    for edition in editions:
        for person in {picture.created_by, edition.saved_by, _publisher_of(edition)} - {None}:
            people.setdefault(person, []).append(edition)
    return people


def _publisher_of(edition):
    steps = LogEntry.objects.filter(
        item_type=ContentType.objects.get_for_model(edition.item),
        item_id=edition.item_id,
        language=edition.language,
        step__in=RELEASES,
    )
    newest = steps.select_related("by").first()
    return newest and newest.by


def _text(picture, count):
    facts = {
        "picture": f"\u2068{picture.name}\u2069",
        "moment": clock(picture.rights_until),
        "count": count,
    }
    sentences = [
        _("From %(moment)s on no reader sees the picture “%(picture)s”."),
        ngettext("You use it in %(count)s text.", "You use it in %(count)s texts.", count),
        _("Choose another picture, or extend the rights in the media library."),
    ]
    return " ".join(sentences) % facts
