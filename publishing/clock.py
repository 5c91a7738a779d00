"""The time that public pages are made for: now, unless a preview asks for another moment."""

from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, time, timedelta

from django.utils import timezone

_moment = ContextVar("moment", default=None)


def now():
    """The moment for which readers' pages are being made."""
    return _moment.get() or timezone.now()


def midnight_after(moment):
    """When the day of a moment ends, by the newsroom's clock."""
    tomorrow = timezone.localdate(moment) + timedelta(days=1)
    return timezone.make_aware(datetime.combine(tomorrow, time.min))


def is_another_moment():
    """Whether pages are made for another moment than this one."""
    return _moment.get() is not None


@contextmanager
def at(moment):
    """Within it, public pages are made as they will be at `moment` (None: now)."""
    token = _moment.set(moment)
    try:
        yield
    finally:
        _moment.reset(token)
