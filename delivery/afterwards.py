"""What is looked after now and then by whichever process has just answered: afterwards, so that nobody waits for it."""

from django.core.signals import request_finished

_duties = []


def look_after(duty):
    """Has `duty()` called after each response. It says at once that there is nothing to do, and never raises."""
    if duty not in _duties:
        _duties.append(duty)


def do_what_is_due(**kwargs):
    """Called after each response."""
    for duty in _duties:
        duty()


request_finished.connect(do_what_is_due, dispatch_uid="delivery.afterwards")
