"""What is looked after now and then by whichever process has just answered: afterwards, so that nobody waits for it."""

from django.core.signals import request_finished
from django.db import close_old_connections, connection

_duties = []


def look_after(duty):
    """Has `duty()` called after each response. It returns whether it did something, mostly not, and never raises."""
    if duty not in _duties:
        _duties.append(duty)


def do_what_is_due(**kwargs):
    """Called after each response."""
    # Nobody closes after it: a thread that rests would keep the connection that another waits for.
    if any([duty() for duty in _duties]) and not connection.in_atomic_block:  # noqa: C419 (none is passed over)
        close_old_connections()


request_finished.connect(do_what_is_due, dispatch_uid="delivery.afterwards")
