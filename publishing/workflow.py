"""
The steps that change what readers see.

Each is one function: permission, change, log entry, then what must wait for
the commit. Buttons, bulk actions, commands and jobs all call these. `by` is
the account that acts; None is the system itself (a command or a job).
"""

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _
from django_tasks import task

from publishing.changes import announce, prune
from publishing.models import Edition, LogEntry, Version
from publishing.registry import public_types
from publishing.signals import edition_changed

State = Edition.State


@transaction.atomic
def publish(item, *, language, by, note=""):
    """
    Freezes the working copy in `language` and makes it what readers see, now.

    Raises `PermissionDenied`, or `ValidationError` by field when something
    that readers need is missing. Returns the edition.
    """
    edition = _locked_edition(item, language, by)
    version = _write_version(item, edition, by=by, note=note)
    now = timezone.now()
    is_first = not edition.is_public
    if edition.publish_at is None or edition.publish_at > now:
        edition.publish_at = now
    if edition.live_id and not is_first:
        edition.updated_at = now
    _go_live(edition, version)
    edition.withdraw_at, edition.withdraw_reason = None, ""
    return _finish(item, edition, "publish", State.PUBLISHED, by=by, note=note, version=version)


@transaction.atomic
def schedule(item, *, language, by, at, note=""):
    """
    Freezes the working copy in `language` now and shows it to readers from the moment `at`.

    What was frozen is what goes out, whatever happens to the working copy until
    then. Something already public stays as it is until `at`.
    Raises `ValidationError` when `at` is not in the future, and as `publish` does.
    """
    if at <= timezone.now():
        raise ValidationError({"at": _("This moment has passed. Choose a later one, or publish now.")})
    edition = _locked_edition(item, language, by)
    version = _write_version(item, edition, by=by, note=note)
    if edition.is_public:
        edition.upcoming, edition.upcoming_at = version, at
        state = State.PUBLISHED
    else:
        _go_live(edition, version)
        edition.publish_at, edition.updated_at = at, None
        edition.withdraw_at, edition.withdraw_reason = None, ""
        state = State.SCHEDULED
    settle_due_editions.using(run_after=at).enqueue()
    return _finish(item, edition, "schedule", state, by=by, note=note, version=version)


@transaction.atomic
def unschedule(item, *, language, by, note=""):
    """
    Takes back a planned publication: nothing goes out, the working copy stays.

    Raises `ValidationError` when nothing is planned.
    """
    edition = _locked_edition(item, language, by)
    if edition.upcoming_id:
        edition.upcoming, edition.upcoming_at = None, None
        state = State.PUBLISHED
    elif edition.current_state == State.SCHEDULED:
        edition.live, edition.publish_at = None, None
        state = State.DRAFT
    else:
        raise ValidationError(_("Nothing is scheduled in this language."))
    return _finish(item, edition, "unschedule", state, by=by, note=note)


@transaction.atomic
def withdraw(item, *, language, by, note=""):
    """
    Takes a published text offline: its address answers 410 and shows `note` as the reason.

    Raises `ValidationError` unless readers can see it now.
    """
    edition = _locked_edition(item, language, by)
    if not edition.is_public:
        raise ValidationError(_("It is not public in this language, so there is nothing to withdraw."))
    edition.withdraw_at, edition.withdraw_reason = timezone.now(), note
    edition.upcoming, edition.upcoming_at = None, None
    return _finish(item, edition, "withdraw", State.WITHDRAWN, by=by, note=note)


def settle(*, at=None):
    """
    Brings stored states up to the clock: what was scheduled for a time that has passed.

    Readers do not wait for it (`EditionQuerySet.published` compares times
    itself); caches and search do. Can run any number of times.
    """
    for public_type in public_types():
        for edition in public_type.edition_model.objects.due(at=at).select_related("item"):
            _settle_edition(edition.item, edition.pk)


@task()
def settle_due_editions():
    """The job that runs at the time of a scheduled publication."""
    settle()
    prune()


@transaction.atomic
def _settle_edition(item, pk):
    edition = item.editions.select_for_update().get(pk=pk)
    if edition.upcoming_id and edition.upcoming_at <= timezone.now():
        edition.updated_at = edition.upcoming_at
        _go_live(edition, edition.upcoming)
    _finish(item, edition, "settle", State.PUBLISHED, by=None)


def _locked_edition(item, language, by):
    _require_permission(item, language, by)
    edition, _created = item.editions.select_for_update().get_or_create(item=item, language=language)
    return edition


def _require_permission(item, language, by):
    if by is None:
        return
    meta = item._meta
    if not by.has_perm(f"{meta.app_label}.publish_{meta.model_name}", (item, language)):
        raise PermissionDenied(_("You may not publish or withdraw this. Ask somebody who may."))


def _write_version(item, edition, *, by, note):
    item.check_publishable(edition.language)
    number = (edition.versions.aggregate(last=Max("number"))["last"] or 0) + 1
    version = edition.versions.model(
        edition=edition,
        number=number,
        kind=Version.Kind.UPDATE if edition.is_public else Version.Kind.PUBLICATION,
        note=note,
        created_by=by,
        **item.frozen_values(edition.language),
    )
    version.full_clean(exclude=["edition", "created_by"], validate_unique=False)
    version.save()
    for name, rows in item.frozen_relations(edition.language).items():
        getattr(version, name).set(rows)
    edition.released_revision = edition.revision
    return version


def _go_live(edition, version):
    edition.live = version
    edition.upcoming, edition.upcoming_at = None, None
    for name in edition.mirrored_fields:
        setattr(edition, name, getattr(version, name))


def _finish(item, edition, step, state, *, by, note="", version=None):
    state_from, edition.state = edition.state, state
    edition.save()
    # The item may hold editions that were loaded before this step.
    getattr(item, "_prefetched_objects_cache", {}).pop("editions", None)
    LogEntry.objects.create(
        item_type=ContentType.objects.get_for_model(item),
        item_id=item.pk,
        language=edition.language,
        step=step,
        state_from=state_from,
        state_to=state,
        version_number=version and version.number,
        note=note,
        by=by,
    )
    keys = announce(item, edition)
    edition_changed.send(sender=type(item), item=item, language=edition.language, step=step, keys=keys)
    return edition
