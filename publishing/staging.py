"""
Trying out what readers will see: drafts are made public inside a transaction that is always rolled back.

Within it the public views run as they are, so a preview cannot differ from the
page that it announces, and cannot publish anything either. None of the rules,
log entries and signals of `publishing.workflow` have a part in it.
"""

from contextlib import contextmanager
from contextvars import ContextVar

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import translation
from django.utils.translation import gettext

from publishing import clock
from publishing.models import Version

# What readers would not miss: without its words a picture is shown all the same.
SHOWN_ALL_THE_SAME = {"lead_picture"}

_is_staging = ContextVar("is_staging", default=False)


def is_staging():
    """Whether all that is being written now will be rolled back: then no file may be made public either."""
    return _is_staging.get()


@contextmanager
def staged(texts, *, at=None):
    """
    Within it, the (item, language) pairs of `texts` are public as they are in the working copy.

    Yields their editions. With `at`, pages are made as of that moment: what is
    scheduled until then shows by itself. Raises `ValidationError`, which says
    what is missing, for a text that cannot be shown.
    """
    token = _is_staging.set(True)
    try:
        with clock.at(at), transaction.atomic():
            yield [_put_on_stage(item, language) for item, language in texts]
            transaction.set_rollback(True)
    finally:
        _is_staging.reset(token)


def _put_on_stage(item, language):
    # As it is stored, and an object of our own: what is filled in here shows nowhere else.
    item = type(item).objects.get(pk=item.pk)
    _fill_in_title(item, language)
    _check_showable(item, language)
    edition, _created = item.editions.select_for_update().get_or_create(item=item, language=language)
    _set_times(item, edition)
    _show(edition, _write_version(item, edition))
    edition.save()
    return edition


def _fill_in_title(item, language):
    if not item.text_in("title", language).strip():
        with translation.override(language):
            setattr(item, f"title_{language}", gettext("Untitled"))


def _check_showable(item, language):
    """As `check_publishable`, but lets pass what is no obstacle to showing it."""
    overlooked = {}
    try:
        while error := _error_of(item, language):
            names = _names_in(error)
            if not names or names - SHOWN_ALL_THE_SAME or names & overlooked.keys():
                raise error
            for name in names:
                overlooked[name] = getattr(item, name)
                setattr(item, name, None)
    finally:
        for name, value in overlooked.items():
            setattr(item, name, value)


def _error_of(item, language):
    try:
        item.check_publishable(language)
    except ValidationError as error:
        return error
    return None


def _names_in(error):
    return set(error.error_dict) if hasattr(error, "error_dict") else set()


def _write_version(item, edition):
    last = edition.versions.aggregate(last=Max("number"))["last"] or 0
    version = edition.versions.model(
        edition=edition,
        number=last + 1,
        kind=Version.Kind.PUBLICATION,
        revision=edition.revision,
        corrections=edition.live.corrections if edition.live else [],
        **item.frozen_values(edition.language),
    )
    version.full_clean(exclude=["edition", "created_by"], validate_unique=False)
    version.save()
    for name, rows in item.frozen_relations(edition.language).items():
        getattr(version, name).set(rows)
    return version


def _set_times(item, edition):
    """As publishing would set them, a change to something public being an update."""
    now = clock.now()
    if edition.is_public and not edition.retracted_at and edition.has_unpublished_changes:
        edition.updated_at = now
    if edition.publish_at is None or edition.publish_at > now:
        edition.publish_at, edition.updated_at = now, None
    if _is_up_to_date(item, edition):
        edition.being_updated_since = None
    edition.withdraw_at, edition.withdraw_reason, edition.retracted_at = None, "", None


def _is_up_to_date(item, edition):
    source = item.editions.filter(language=item.source_language).first()
    return source is None or source == edition or edition.source_revision >= source.text_needed_revision


def _show(edition, version):
    edition.live, edition.upcoming, edition.upcoming_at = version, None, None
    for name in edition.mirrored_fields:
        setattr(edition, name, getattr(version, name))
