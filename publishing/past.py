"""What readers saw when, by the log of steps."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.contenttypes.models import ContentType

from publishing.models import Edition, LogEntry

# Steps after which readers see the version that the step made.
_SHOWING = frozenset({"publish", "retract", "revert"})
_STEPS = _SHOWING | {"schedule", "unschedule", "settle", "withdraw"}


@dataclass(frozen=True)
class Showing:
    """From a moment on, readers saw the version with this number; None: nothing."""

    since: datetime
    number: int | None


def showings(item, language):
    """Every `Showing` of one language of an item, the oldest first."""
    entries = LogEntry.objects.filter(
        item_type=ContentType.objects.get_for_model(item), item_id=item.pk, language=language, step__in=_STEPS
    )
    shown, planned, found = None, None, []
    for entry in entries.order_by("at", "pk"):
        before = shown
        shown, planned = _after(entry, shown, planned)
        if shown != before:
            found.append(Showing(entry.at, shown))
    return found


def shown_before(item, language, moment):
    """The number of the version that readers saw just before a moment, or None."""
    earlier = [showing for showing in showings(item, language) if showing.since < moment]
    return earlier[-1].number if earlier else None


def _after(entry, shown, planned):
    """(number that readers see, number that is planned to go out) after a step."""
    if entry.step in _SHOWING:
        return entry.version_number, None
    if entry.step == "withdraw":
        return None, None
    if entry.step == "schedule":
        return shown, entry.version_number
    if entry.step == "unschedule":
        return shown, None
    # The clock: what was planned went out. Where nothing was, or where it is over by now, a withdrawal was due.
    return (None if entry.state_to == Edition.State.WITHDRAWN else planned), None
