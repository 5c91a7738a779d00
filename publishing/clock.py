"""The time that public pages are made for: now, unless a preview asks for another moment."""

from contextlib import contextmanager
from contextvars import ContextVar

from django.utils import timezone

_moment = ContextVar("moment", default=None)


def now():
    """The moment for which readers' pages are being made."""
    return _moment.get() or timezone.now()


@contextmanager
def at(moment):
    """Within it, public pages are made as they will be at `moment` (None: now)."""
    token = _moment.set(moment)
    try:
        yield
    finally:
        _moment.reset(token)
