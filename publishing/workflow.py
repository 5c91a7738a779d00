"""
The steps in the life of a text, from the first save to the trash.

Each is one function: permission, change, log entry, then what must wait for
the commit. Buttons, bulk actions, commands and jobs all call these. `by` is
the account that acts; None is the system itself (a command or a job).

`expected` is what the person was looking at (`Edition.seal`): a step on a text
that somebody changed or moved on meanwhile is refused and says so.
"""

from datetime import timedelta

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django_tasks import task

from publishing.changes import announce, prune
from publishing.followers import tell_followers
from publishing.languages import own_name
from publishing.models import Edition, LogEntry, ReleasePolicy, Version
from publishing.past import showings
from publishing.registry import public_types
from publishing.signals import edition_changed

State = Edition.State
Review = Edition.Review
Kind = Version.Kind

# How a change to a public text is told to readers: not at all, as an update with its time, or with a note.
SILENT = "silent"
CHANGE_KINDS = (SILENT, Kind.UPDATE, Kind.CORRECTION)

# How long something stays in the trash.
KEPT_IN_TRASH = timedelta(days=30)


# --- When nothing may go out ----------------------------------------------------

_gates = []


def add_gate(gate):
    """
    Has `gate()` asked before anything goes out, is planned to, or is retracted; it raises `ValidationError` to stop it.

    It is asked before the step locks anything of its own, so a gate may wait for a lock.
    """
    if gate not in _gates:
        _gates.append(gate)


def require_open_gates():
    """Raises `ValidationError` while a gate is shut: what readers see may only become less, or what it was before."""
    for gate in _gates:
        gate()


def _are_gates_open():
    try:
        require_open_gates()
    except ValidationError:
        return False
    return True


# --- Writing ------------------------------------------------------------------


@transaction.atomic
def record_save(item, *, language, by, note="", kind=Kind.SAVE):
    """
    Counts a save of one language's text, which the caller has just written, and keeps a version of it.

    An approved text that is changed goes back to review, in this language only.
    Returns the edition.
    """
    edition, _created = item.editions.select_for_update().get_or_create(item=item, language=language)
    was = edition.working_state
    edition.revision += 1
    edition.saved_at, edition.saved_by = timezone.now(), by
    if edition.revision == 1 and language != item.source_language:
        edition.source_revision = _needed_source_revision(item)
    if edition.review == Review.APPROVED:
        is_news = edition.is_out and edition.revision - 1 == edition.released_revision
        edition.review = Review.DRAFT if is_news else Review.IN_REVIEW
    edition.waits_to_go_out = False
    version = _write_text(item, edition, kind=kind, by=by, note=note)
    _store(item, edition)
    if was == Review.APPROVED and edition.working_state == Review.IN_REVIEW:
        _log(item, edition, "changed_after_approval", was, by=by, version=version)
        _tell(item, edition, "changed_after_approval", by=by)
    return edition


@transaction.atomic
def restore(item, *, language, by, version, note=""):
    """
    Puts the text of an earlier version into the working copy, as a new save: nothing is lost.

    Raises `PermissionDenied`, or `ValidationError` when the version belongs to another text.
    """
    _require(item, language, by, "change")
    if version.edition.item_id != item.pk or version.edition.language != language:
        raise ValidationError(_("This version belongs to another text."))
    _take_over(item, version, language)
    note = note or _("as it was in no. %(number)s") % {"number": version.number}
    edition = record_save(item, language=language, by=by, note=note, kind=Kind.RESTORE)
    _log(item, edition, "restore", edition.working_state, by=by, note=note)
    return edition


@transaction.atomic
def discard(item, *, language, by, note="", expected=None):
    """
    Gives up the changes that are not public: the working copy is again what readers see.

    The text that is given up stays in the history.
    Raises `ValidationError` when there are none.
    """
    _lock_item(item)
    edition = _locked_edition(item, language, by, "change", expected)
    if not edition.has_unpublished_changes:
        raise ValidationError(_("There are no changes to discard: the text is what readers see."))
    version = edition.upcoming or edition.live
    was = edition.working_state
    _take_over(item, version, language)
    edition.revision += 1
    edition.saved_at, edition.saved_by = timezone.now(), by
    written = _write_text(item, edition, kind=Kind.RESTORE, by=by, note=note)
    edition.released_revision, edition.review = edition.revision, Review.APPROVED
    return _finish(item, edition, "discard", by=by, note=note, version=written, was=was)


@transaction.atomic
def mark_current(item, *, language, by, note="", expected=None):
    """
    Says that a translation is right for its source as it is now: "still valid", or after it was brought up to date.

    Readers are no longer told that the page is being updated.
    Raises `ValidationError` for the source language itself.
    """
    edition = _locked_edition(item, language, by, "change", expected)
    if language == item.source_language:
        raise ValidationError(_("This is the source. Only translations can be compared with it."))
    edition.source_revision = _needed_source_revision(item)
    if not edition.has_unpublished_changes:
        edition.being_updated_since = None
    return _finish(item, edition, "mark_current", by=by, note=note)


# --- Review -------------------------------------------------------------------


@transaction.atomic
def submit(item, *, language, by, note="", expected=None):
    """
    Hands a text to review.

    Raises `ValidationError` when it has no title, is in review already, or holds nothing new.
    """
    edition = _locked_edition(item, language, by, "change", expected)
    if edition.review == Review.IN_REVIEW:
        raise ValidationError(_("It is in review already."))
    if edition.review == Review.APPROVED:
        raise ValidationError(_("It is approved already. Change the text first if it should be reviewed again."))
    _require_title(item, language)
    was = edition.working_state
    version = _write_text(item, edition, kind=Kind.SUBMISSION, by=by, note=note)
    edition.review = Review.IN_REVIEW
    return _finish(item, edition, "submit", by=by, note=note, version=version, was=was)


@transaction.atomic
def send_back(item, *, language, by, note="", expected=None):
    """
    Gives a text back to its author, with a comment that says what is missing.

    Raises `ValidationError` without a comment, or when the text is not in review or approved.
    """
    edition = _locked_edition(item, language, by, "approve", expected)
    if not note.strip():
        raise ValidationError({"note": _("Say what should be changed: the author sees only this.")})
    if edition.review == Review.DRAFT or not edition.has_news:
        raise ValidationError(_("It is not in review, so there is nothing to send back."))
    was = edition.working_state
    edition.review, edition.waits_to_go_out = Review.DRAFT, False
    return _finish(item, edition, "send_back", by=by, note=note, was=was)


@transaction.atomic
def approve(item, *, language, by, note="", override_reason="", expected=None):
    """
    Approves a text that is in review. If its release policy waited for just this, it goes out, unless a gate is shut.

    In sections that need a second person, the one who wrote or last edited it
    cannot; `override_reason` does it all the same, and every publisher is told.
    Raises `ValidationError` when it is not in review, something that readers
    need is missing, or a second person is needed.
    """
    may_go_out = _are_gates_open()
    _lock_item(item)
    edition = _locked_edition(item, language, by, "approve", expected)
    if edition.review == Review.APPROVED:
        raise ValidationError(_("It is approved already."))
    if edition.review != Review.IN_REVIEW:
        raise ValidationError(_("It is not in review. Submit it first."))
    is_override = _check_second_person(item, edition, by, override_reason)
    item.check_publishable(edition.language)
    was = edition.working_state
    version = _write_text(item, edition, kind=Kind.APPROVAL, by=by, note=override_reason or note)
    edition.review = Review.APPROVED
    step = "override" if is_override else "approve"
    _finish(item, edition, step, by=by, note=override_reason or note, version=version, was=was)
    if may_go_out:
        _release_what_is_ready(item, by=by)
    return item.editions.get(pk=edition.pk)


def authors_of(edition):
    """The numbers of the accounts that wrote what is new in an edition: every save since the last publication."""
    saves = edition.versions.filter(kind__in=[Kind.SAVE, Kind.RESTORE], revision__gt=edition.released_revision)
    return {*saves.values_list("created_by", flat=True), edition.saved_by_id} - {None}


def needs_another_person(item, edition, by):
    """Whether the two-person rule keeps `by` from approving this text."""
    return bool(by is not None and item.needs_second_person and by.pk in authors_of(edition))


def _check_second_person(item, edition, by, override_reason):
    """Returns whether the rule was overridden."""
    if not needs_another_person(item, edition, by):
        return False
    if not override_reason.strip():
        raise ValidationError(
            _("You wrote or edited this text, and its section needs a second person. Ask a colleague to approve it."),
            code="second_person",
        )
    _require(item, edition.language, by, "publish")
    return True


# --- Publishing ---------------------------------------------------------------


@transaction.atomic
def publish(item, *, language, by, note="", change=Kind.UPDATE, public_note="", override_reason="", expected=None):
    """
    Makes the approved text in `language` what readers see, now or as soon as the release policy allows.

    Somebody who may approve, too, approves with the same step. `change` says how
    readers are told about a change to something that is public: `SILENT`,
    `Kind.UPDATE` or `Kind.CORRECTION`, the last with `public_note`.
    Raises `PermissionDenied`, or `ValidationError` by field when an embargo
    forbids it or something that readers need is missing. Returns the edition,
    which is not public yet if it waits for other languages.
    """
    require_open_gates()
    _lock_item(item)
    edition = _locked_edition(item, language, by, "publish", expected)
    _check_embargo(item, timezone.now())
    _ensure_approved(item, edition, by=by, override_reason=override_reason)
    if _must_wait(item, edition):
        return _wait(item, edition, by=by, note=note)
    edition = _publish_now(item, edition, by=by, note=note, change=change, public_note=public_note)
    _release_what_is_ready(item, by=by)
    return item.editions.get(pk=edition.pk)


@transaction.atomic
def schedule(
    item,
    *,
    language,
    by,
    at,
    until=None,
    note="",
    change=Kind.UPDATE,
    public_note="",
    override_reason="",
    expected=None,
):
    """
    Freezes the approved text in `language` now and shows it to readers from the moment `at`, perhaps only `until`.

    What was frozen is what goes out, whatever happens to the working copy until
    then. Something already public stays as it is until `at`.
    Raises `ValidationError` when `at` is not in the future or before the end of
    an embargo, and as `publish` does.
    """
    require_open_gates()
    _lock_item(item)
    edition = _locked_edition(item, language, by, "publish", expected)
    _check_times(at, until)
    _check_embargo(item, at)
    _ensure_approved(item, edition, by=by, override_reason=override_reason)
    _check_order(item, edition, at)
    edition = _schedule(item, edition, by=by, at=at, until=until, note=note, change=change, public_note=public_note)
    _release_what_is_ready(item, by=by)
    return item.editions.get(pk=edition.pk)


@transaction.atomic
def reschedule(item, *, language, by, at, note="", expected=None):
    """
    Moves a planned publication to another time: the same frozen text goes out, `at` another moment.

    Raises `ValidationError` when nothing is planned, and as `schedule` does.
    """
    require_open_gates()
    edition = _locked_edition(item, language, by, "publish", expected)
    _check_times(at, None)
    if edition.withdraw_at and edition.withdraw_at > timezone.now() and edition.withdraw_at <= at:
        raise ValidationError({"at": _("It is to be withdrawn before this moment. Choose an earlier one.")})
    _check_embargo(item, at)
    _check_source_goes_first(item, edition, at)
    if edition.upcoming_id:
        edition.upcoming_at = at
    elif edition.current_state == State.SCHEDULED:
        edition.publish_at = at
    else:
        raise ValidationError(_("Nothing is scheduled in this language."))
    settle_due_editions.using(run_after=at).enqueue()
    return _finish(item, edition, "reschedule", by=by, note=note)


@transaction.atomic
def unschedule(item, *, language, by, note="", expected=None):
    """
    Takes back what is planned: a publication, or else a withdrawal. The working copy stays.

    Raises `ValidationError` when nothing is planned.
    """
    edition = _locked_edition(item, language, by, "publish", expected)
    if edition.plans_withdrawal and not edition.upcoming_id:
        edition.withdraw_at, edition.withdraw_reason = None, ""
    elif not _take_back_plan(edition):
        raise ValidationError(_("Nothing is scheduled in this language."))
    return _finish(item, edition, "unschedule", by=by, note=note)


def _take_back_plan(edition):
    """Makes an edition as if its publication had not been planned; returns what was: (kind, from, until), or None."""
    if edition.upcoming_id:
        plan = ("change", edition.upcoming_at, None)
        edition.upcoming, edition.upcoming_at = None, None
        edition.released_revision = edition.live.revision
    elif edition.current_state == State.SCHEDULED:
        plan = ("publication", edition.publish_at, edition.withdraw_at)
        edition.live, edition.publish_at, edition.withdraw_at = None, None, None
        edition.released_revision = 0
    elif edition.waits_to_go_out:
        plan = ("waiting", None, None)
        edition.waits_to_go_out = False
    else:
        return None
    return plan


@transaction.atomic
def take_back_plans(*, by, note):
    """
    Takes back everything that is planned to go out, or waits to, whoever may publish what: for a lock-down.

    Planned withdrawals stay. Returns a list of (edition, kind, from, until);
    kind is "publication", "change" or "waiting".
    """
    taken = []
    for public_type in public_types():
        editions = public_type.edition_model.objects
        for pk in list(editions.planned().order_by("pk").values_list("pk", flat=True)):
            edition = editions.select_for_update(of=("self",)).select_related("item").get(pk=pk)
            if plan := _take_back_plan(edition):
                _finish(edition.item, edition, "unschedule", by=by, note=note)
                taken.append((edition, *plan))
    return taken


@transaction.atomic
def withdraw(item, *, language, by, note="", at=None, expected=None):
    """
    Takes a published text offline, now or `at` a later time: its address answers 410 and shows `note` as the reason.

    Raises `ValidationError` unless readers can see it now, or when `at` has passed.
    """
    edition = _locked_edition(item, language, by, "publish", expected)
    if not edition.is_public:
        raise ValidationError(_("It is not public in this language, so there is nothing to withdraw."))
    if at is not None and at <= timezone.now():
        raise ValidationError({"at": _("This moment has passed. Choose a later one, or withdraw now.")})
    edition.withdraw_reason = note
    edition.withdraw_at = at or timezone.now()
    if at is not None:
        settle_due_editions.using(run_after=at).enqueue()
        return _finish(item, edition, "plan_withdrawal", by=by, note=note)
    edition.upcoming, edition.upcoming_at = None, None
    edition = _finish(item, edition, "withdraw", by=by, note=note)
    _tell_translations(item, edition)
    return edition


@transaction.atomic
def retract(item, *, language, by, note="", expected=None):
    """
    Takes back what was said but keeps its address, where `note` stands in place of the text.

    Raises `ValidationError` without a note, or when it is not public.
    """
    require_open_gates()
    edition = _locked_edition(item, language, by, "publish", expected)
    if not note.strip():
        raise ValidationError({"note": _("Tell readers why it is retracted: they see this in place of the text.")})
    if not edition.is_public:
        raise ValidationError(_("It is not public in this language, so there is nothing to retract."))
    kept = {name: getattr(edition.version, name) for name in ("title", "slug", *edition.mirrored_fields)}
    version = _write(
        edition,
        item.required_facts() | kept | _address_facts(edition.version),
        kind=Kind.RETRACTION,
        by=by,
        retraction_note=note,
    )
    _go_live(edition, version)
    edition.retracted_at = timezone.now()
    edition.updated_at = edition.retracted_at
    edition = _finish(item, edition, "retract", by=by, note=note, version=version)
    _tell_translations(item, edition)
    return edition


@transaction.atomic
def revert(item, *, language, by, version, note="", expected=None):
    """
    Shows readers an earlier public version again, as a new version: what they saw meanwhile stays in the history.

    It brings back what was withdrawn or retracted, too. No gate stops it, since
    nothing can come of it that was not public before (`desk.undo` needs it in a
    lock-down). The working copy stays; what differs in it waits to be published.
    Raises `PermissionDenied`, or `ValidationError` when the version was never
    given to readers, belongs to another text, or was a retraction.
    """
    _lock_item(item)
    edition = _locked_edition(item, language, by, "publish", expected)
    past = [showing for showing in showings(item, language) if showing.number is not None]
    if version.edition_id != edition.pk or version.is_retraction or version.number not in {one.number for one in past}:
        raise ValidationError(_("Only a text that readers saw in this language can be shown to them again."))
    if edition.publish_at is None or edition.publish_at > timezone.now():
        edition.publish_at = past[0].since
    copy = _write(edition, _frozen_facts(version), kind=Kind.UPDATE, by=by, note=note, corrections=version.corrections)
    for field in version._meta.many_to_many:
        getattr(copy, field.name).set(getattr(version, field.name).all())
    _go_live(edition, copy)
    _end_withdrawal(edition)
    edition.updated_at = timezone.now()
    is_same = all(getattr(copy, name) == text for name, text in item.texts(language).items() if name != "slug")
    edition.released_revision = edition.revision if is_same else min(version.revision, edition.revision - 1)
    edition.review = Review.APPROVED if is_same else Review.DRAFT
    return _finish(item, edition, "revert", by=by, note=note, version=copy)


def _frozen_facts(version):
    return {name: getattr(version, name) for name in version.frozen_field_names()}


def _address_facts(version):
    """What a version keeps of its address besides its words."""
    return {"path": version.path} if hasattr(version, "path") else {}


def _ensure_approved(item, edition, *, by, override_reason):
    """Somebody who may approve does it by publishing; for everybody else the text must be approved."""
    _count_unrecorded_change(item, edition)
    if edition.review == Review.APPROVED:
        item.check_publishable(edition.language)
        return
    if by is not None and not may(by, item, edition.language, "approve"):
        raise ValidationError(_("It is not approved yet. Submit it, and ask somebody who may approve it."))
    is_override = _check_second_person(item, edition, by, override_reason)
    item.check_publishable(edition.language)
    was, edition.review = edition.working_state, Review.APPROVED
    if is_override:
        _finish(item, edition, "override", by=by, note=override_reason, was=was)


def _count_unrecorded_change(item, edition):
    """Commands and imports may write the working copy themselves: a changed text is a new text all the same."""
    newest = edition.upcoming or edition.live
    if newest is None or edition.revision != edition.released_revision or newest.is_retraction:
        return
    if any(getattr(newest, name) != value for name, value in item.texts(edition.language).items() if name != "slug"):
        edition.revision += 1
        edition.review = Review.DRAFT


def _publish_now(item, edition, *, by, note="", change=Kind.UPDATE, public_note=""):
    now = timezone.now()
    is_first = not edition.is_public
    kind = _kind_of(edition, change, public_note)
    version = _write_release(item, edition, kind=kind, by=by, note=note, public_note=public_note, at=now)
    if edition.publish_at is None or edition.publish_at > now:
        edition.publish_at = now
    if edition.live_id and not is_first and change != SILENT:
        edition.updated_at = now
    _go_live(edition, version)
    _end_withdrawal(edition)
    edition = _finish(item, edition, "publish", by=by, note=note, version=version)
    if kind == Kind.CORRECTION:
        _tell_translations(item, edition)
    return edition


def _schedule(item, edition, *, by, at, until=None, note="", change=Kind.UPDATE, public_note=""):
    kind = _kind_of(edition, change, public_note)
    version = _write_release(item, edition, kind=kind, by=by, note=note, public_note=public_note, at=at)
    if edition.is_public:
        edition.upcoming, edition.upcoming_at = version, at
    else:
        _go_live(edition, version)
        edition.publish_at, edition.updated_at = at, None
        _end_withdrawal(edition)
    if until is not None:
        edition.withdraw_at, edition.withdraw_reason = until, ""
        settle_due_editions.using(run_after=until).enqueue()
    settle_due_editions.using(run_after=at).enqueue()
    return _finish(item, edition, "schedule", by=by, note=note, version=version)


def _kind_of(edition, change, public_note):
    if not edition.is_public:
        return Kind.PUBLICATION
    if change not in CHANGE_KINDS:
        raise ValidationError({"change": _("Choose how readers are told about the change.")})
    if change == Kind.CORRECTION and not public_note.strip():
        raise ValidationError({"public_note": _("Tell readers what was wrong and what is right.")})
    return Kind.CORRECTION if change == Kind.CORRECTION else Kind.UPDATE


def _end_withdrawal(edition):
    """Published again: what took it offline is over. A withdrawal that is still planned stays planned."""
    if edition.withdraw_at and edition.withdraw_at <= timezone.now():
        edition.withdraw_at, edition.withdraw_reason = None, ""
    edition.retracted_at = None


# --- Embargo and release policy ---------------------------------------------


def _check_embargo(item, at):
    if item.embargo_until and at < item.embargo_until:
        raise ValidationError(
            _("It is under embargo until %(time)s. Nobody can publish it before; schedule it for then.")
            % {"time": _clock(item.embargo_until)},
            code="embargo",
        )


def _check_times(at, until):
    if at <= timezone.now():
        raise ValidationError({"at": _("This moment has passed. Choose a later one, or publish now.")})
    if until is not None and until <= at:
        raise ValidationError({"until": _("It would be withdrawn before it goes out. Choose a later moment.")})


def _check_order(item, edition, at):
    """Under “source first”, no translation goes out before its source; under “together”, all go at once."""
    if edition.is_out:
        return
    if item.release_policy == ReleasePolicy.TOGETHER and len(item.release_languages()) > 1:
        raise ValidationError(
            _("All languages of this go out together. Set the embargo to the moment that you want, and publish.")
        )
    _check_source_goes_first(item, edition, at)


def _check_source_goes_first(item, edition, at):
    if item.release_policy == ReleasePolicy.SOURCE_FIRST and edition.language != item.source_language:
        source = item.editions.filter(language=item.source_language).first()
        if source is None or not source.is_out or source.publish_at > at:
            raise ValidationError(
                {"at": _("The source language goes out first, and it is not planned for before this moment.")}
            )


def waits_for(item, edition):
    """
    The languages that must be ready, or out, before this one can go out under the item's release policy.

    Empty when nothing holds it back.
    """
    if edition.is_out:
        return []
    if item.release_policy == ReleasePolicy.SOURCE_FIRST and edition.language != item.source_language:
        source = item.edition_in(item.source_language)
        return [] if source and source.is_public else [item.source_language]
    if item.release_policy == ReleasePolicy.TOGETHER:
        return [code for code in item.release_languages() if code != edition.language and not _is_ready(item, code)]
    return []


def _is_ready(item, language):
    edition = item.edition_in(language)
    return bool(edition and (edition.is_out or edition.review == Review.APPROVED))


def _must_wait(item, edition):
    _forget_loaded_editions(item)
    return bool(waits_for(item, edition))


def _wait(item, edition, *, by, note):
    source = item.edition_in(item.source_language)
    if item.release_policy == ReleasePolicy.SOURCE_FIRST and source and source.is_out:
        return _schedule(item, edition, by=by, at=source.publish_at, note=note)
    edition.waits_to_go_out = True
    return _finish(item, edition, "wait", by=by, note=note)


def _release_what_is_ready(item, *, by):
    """Lets out what waited for the step that was just done. Part of that step: all or nothing."""
    _forget_loaded_editions(item)
    if item.release_policy == ReleasePolicy.TOGETHER:
        _release_together(item, by=by)
    if item.release_policy == ReleasePolicy.SOURCE_FIRST:
        _release_followers(item, by=by)


def _release_together(item, *, by):
    languages = item.release_languages()
    if not languages or not all(_is_ready(item, code) for code in languages):
        return
    at = item.embargo_until if item.is_under_embargo else None
    for edition in item.editions.select_for_update().filter(language__in=languages, live__isnull=True):
        item.check_publishable(edition.language)
        _let_out(item, edition, by=by, at=at)


def _release_followers(item, *, by):
    source = item.edition_in(item.source_language)
    if source is None or not source.is_out:
        return
    waiting = item.editions.select_for_update().filter(waits_to_go_out=True, live__isnull=True, review=Review.APPROVED)
    at = source.publish_at if source.publish_at > timezone.now() else None
    for edition in waiting:
        _let_out(item, edition, by=by, at=at)


def _let_out(item, edition, *, by, at):
    if at is None:
        _publish_now(item, edition, by=by)
    else:
        _schedule(item, edition, by=by, at=at)


# --- The clock ------------------------------------------------------------------


def settle(*, at=None):
    """
    Brings stored states up to the clock: what was planned for a time that has passed.

    Readers do not wait for it (`EditionQuerySet.published` compares times
    itself); caches and search do. Can run any number of times.
    """
    for public_type in public_types():
        for edition in public_type.edition_model.objects.due(at=at).select_related("item"):
            _settle_edition(edition.item, edition.pk)


@task()
def settle_due_editions():
    """The job that runs at the time of a planned publication or withdrawal."""
    settle()
    empty_trash()
    prune()


@transaction.atomic
def _settle_edition(item, pk):
    now = timezone.now()
    edition = item.editions.select_for_update().get(pk=pk)
    was = edition.working_state
    if edition.upcoming_id and edition.upcoming_at <= now:
        is_correction = edition.upcoming.kind == Kind.CORRECTION
        edition.updated_at = edition.upcoming_at
        _go_live(edition, edition.upcoming)
        if is_correction:
            _tell_translations(item, edition)
    if edition.withdraw_at and edition.withdraw_at <= now:
        edition.upcoming, edition.upcoming_at = None, None
        edition = _finish(item, edition, "settle", by=None, was=was)
        _tell_translations(item, edition)
        return
    _finish(item, edition, "settle", by=None, was=was)


# --- Who has it -------------------------------------------------------------------


@transaction.atomic
def assign(item, *, language, by, assignee, due_at=None, note=""):
    """
    Gives one language of an item to somebody, perhaps with a time by which it is due; None takes it from everybody.

    Raises `ValidationError` when that person may not write in this language and section.
    """
    edition = _locked_edition(item, language, by, "change")
    if assignee is not None and not may(assignee, item, language, "change"):
        raise ValidationError(
            {
                "assignee": _("%(person)s may not write in %(language)s here. Choose somebody else.")
                % {"person": assignee, "language": own_name(language)}
            }
        )
    edition.assignee, edition.due_at = assignee, due_at
    return _finish(item, edition, "assign", by=by, note=note or str(assignee or ""))


# --- The trash --------------------------------------------------------------------


@transaction.atomic
def trash(item, *, by):
    """
    Moves an item to the trash, where it stays for 30 days.

    Raises `PermissionDenied`, or `ValidationError` while readers can see it or will at a set time.
    """
    _require(item, None, by, "delete")
    held = [own_name(edition.language) for edition in item.editions.select_for_update() if _holds(edition)]
    if held:
        raise ValidationError(
            _("It is public or scheduled in %(languages)s. Withdraw it there first.")
            % {"languages": _(", ").join(held)}
        )
    item.trashed_at, item.trashed_by = timezone.now(), by
    item.save(update_fields=["trashed_at", "trashed_by"])
    _log_item(item, "trash", by=by)
    return item


def _holds(edition):
    return edition.is_public or edition.current_state == State.SCHEDULED


@transaction.atomic
def take_from_trash(item, *, by):
    """Brings an item back from the trash, as it was."""
    _require(item, None, by, "delete")
    item.trashed_at, item.trashed_by = None, None
    item.save(update_fields=["trashed_at", "trashed_by"])
    _log_item(item, "take_from_trash", by=by)
    return item


def empty_trash(*, now=None):
    """Deletes for good what was moved to the trash over 30 days ago. Returns how many items."""
    before = (now or timezone.now()) - KEPT_IN_TRASH
    count = 0
    for public_type in public_types():
        for item in public_type.model.objects.filter(trashed_at__lt=before):
            _delete_for_good(item, public_type)
            count += 1
    return count


@transaction.atomic
def _delete_for_good(item, public_type):
    versions = public_type.version_model.objects.filter(edition__item=item)
    item.editions.update(live=None, upcoming=None)
    for relation in public_type.version_model._meta.many_to_many:
        relation.remote_field.through.objects.filter(
            **{f"{public_type.version_model._meta.model_name}__in": versions}
        ).delete()
    # A version is never deleted by itself; with its item it goes past that guard.
    versions._raw_delete(versions.db)
    _log_item(item, "delete", by=None)
    item.delete()


# --- What the steps are made of ---------------------------------------------------


def may(user, item, language, action):
    """Whether `user` may do `action` ("change", "approve", "publish", "delete") to one language of an item."""
    meta = item._meta
    return user.has_perm(f"{meta.app_label}.{action}_{meta.model_name}", (item, language))


def _require(item, language, by, action):
    if by is None or may(by, item, language, action):
        return
    refusals = {
        "change": _("You may not change this text. Ask an editor to give you this language or section."),
        "approve": _("You may not approve or send back this text. Ask an editor who may."),
        "publish": _("You may not publish or withdraw this. Ask somebody who may."),
        "delete": _("You may not delete this. Ask an editor who may."),
    }
    raise PermissionDenied(refusals[action])


def _lock_item(item):
    """Whoever writes the working copy takes its lock first, then the edition's, as the form does: no deadlock."""
    type(item).objects.select_for_update(of=("self",)).filter(pk=item.pk).values_list("pk").first()


def _locked_edition(item, language, by, action, expected=None):
    _require(item, language, by, action)
    if item.trashed_at is not None:
        raise ValidationError(_("It is in the trash. Take it out first."))
    edition, _created = item.editions.select_for_update().get_or_create(item=item, language=language)
    if expected is not None and expected != edition.seal:
        raise ValidationError(_what_happened(item, edition), code="changed_meanwhile")
    return edition


def _what_happened(item, edition):
    """A sentence on what somebody did to a text while another person looked at it."""
    newest = LogEntry.objects.filter(
        item_type=ContentType.objects.get_for_model(item), item_id=item.pk, language=edition.language
    ).first()
    if edition.saved_at and (newest is None or edition.saved_at > newest.at):
        facts = {"person": edition.saved_by or _("Somebody"), "time": _clock(edition.saved_at)}
        return _("%(person)s changed this text (%(time)s) after you opened the page. Read it again first.") % facts
    facts = {
        "person": newest and newest.by or _("Somebody"),
        "time": _clock(newest.at) if newest else "–",
        "state": edition.current_state.label,
    }
    return _("%(person)s was faster (%(time)s): the state is now “%(state)s”. Nothing was done twice.") % facts


def _clock(moment):
    return date_format(timezone.localtime(moment), "DATETIME_FORMAT")


def _require_title(item, language):
    if not item.text_in("title", language).strip():
        raise ValidationError(
            {f"title_{language}": _("There is no title in this language yet. Write one, then submit it.")}
        )


def _needed_source_revision(item):
    source = item.editions.filter(language=item.source_language).first()
    return source.text_needed_revision if source else 0


def _take_over(item, version, language):
    """Puts a version's text into the working copy, and saves these columns."""
    names = [name for name in item.texts(language) if name != "slug"]
    for name in names:
        setattr(item, f"{name}_{language}", getattr(version, name))
    item.save(update_fields=[f"{name}_{language}" for name in names])


def _write_text(item, edition, *, kind, by, note=""):
    """A version for the desk's own record: the text alone, which readers never get from it."""
    return _write(edition, item.required_facts() | item.texts(edition.language), kind=kind, by=by, note=note)


def _write_release(item, edition, *, kind, by, note, public_note, at):
    """A version for readers: everything that they see, as it is now."""
    item.check_publishable(edition.language)
    item.prepare_release(edition.language, at=at)
    corrections = list(edition.live.corrections) if edition.live else []
    if kind == Kind.CORRECTION:
        corrections.insert(0, {"at": at.isoformat(timespec="seconds"), "note": public_note})
    version = _write(
        edition, item.frozen_values(edition.language), kind=kind, by=by, note=note, corrections=corrections
    )
    for name, rows in item.frozen_relations(edition.language).items():
        _attach(version, name, rows)
    edition.released_revision, edition.review, edition.waits_to_go_out = edition.revision, Review.APPROVED, False
    if edition.source_revision >= _needed_source_revision(item) or edition.language == item.source_language:
        edition.being_updated_since = None
    return version


def _attach(version, name, rows):
    """Gives a version that was just written its rows of a many-to-many field: it cannot have any yet."""
    field = version._meta.get_field(name)
    own, other = field.m2m_field_name(), field.m2m_reverse_field_name()
    through = field.remote_field.through
    through.objects.bulk_create(through(**{own: version, other: row}) for row in rows)


def _write(edition, values, *, kind, by, note="", **facts):
    number = (edition.versions.aggregate(last=Max("number"))["last"] or 0) + 1
    version = edition.versions.model(
        edition=edition,
        number=number,
        kind=kind,
        revision=edition.revision,
        note=note,
        created_by=by,
        **facts,
        **values,
    )
    if kind in Version.RELEASED:
        version.full_clean(exclude=["edition", "created_by"], validate_unique=False)
    version.save()
    return version


def _go_live(edition, version):
    edition.former_list_keys = edition.list_keys() if edition.live_id else ()
    edition.live = version
    edition.upcoming, edition.upcoming_at = None, None
    for name in edition.mirrored_fields:
        setattr(edition, name, getattr(version, name))


def _tell_translations(item, edition):
    """A source was corrected or taken back: its public translations are marked until somebody has seen to them."""
    if edition.language != item.source_language:
        return
    others = item.editions.published_in_any_language().exclude(language=edition.language)
    for other in others.filter(being_updated_since__isnull=True):
        other.being_updated_since = timezone.now()
        _finish(item, other, "source_changed", by=None)


def _finish(item, edition, step, *, by, note="", version=None, was=None):
    before = was or edition.state
    _store(item, edition)
    _log(item, edition, step, before, by=by, note=note, version=version)
    _tell(item, edition, step, by=by, note=note)
    return edition


def _store(item, edition):
    edition.state = edition.current_state
    edition.save()
    _forget_loaded_editions(item)


def _forget_loaded_editions(item):
    # The item may hold editions that were loaded before this step.
    getattr(item, "_prefetched_objects_cache", {}).pop("editions", None)


def _log(item, edition, step, before, *, by, note="", version=None):
    LogEntry.append(
        item,
        step,
        by=by,
        language=edition.language,
        state_from=before,
        state_to=edition.working_state,
        version_number=version and version.number,
        note=note,
    )


def _log_item(item, step, *, by):
    """What happens to an item as a whole is logged under its source language."""
    LogEntry.append(item, step, by=by, language=item.source_language)


# Steps that change nothing in public: they announce nothing to caches.
DESK_STEPS = frozenset(
    {"submit", "send_back", "approve", "override", "assign", "wait", "discard", "changed_after_approval"}
)


def _tell(item, edition, step, *, by, note=""):
    keys = []
    if step not in DESK_STEPS:
        keys = announce(item, edition)
        tell_followers([edition])
    edition_changed.send(
        sender=type(item), item=item, language=edition.language, step=step, keys=keys, edition=edition, by=by, note=note
    )
