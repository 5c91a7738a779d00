"""
The change log: which keys of which language changed in public, and when.

It is written in the transaction of the change, and those who listen are told
after the commit. What will change by the clock is in it beforehand, with the
moment at which it will.
"""

from datetime import timedelta
from functools import partial

from django.db import models, transaction
from django.utils import timezone

from publishing.keys import LATEST, SITE, key_of
from publishing.languages import language_codes
from publishing.models import Change

# Nothing that was kept is checked against older entries.
KEPT_FOR = timedelta(days=2)

_listeners = []


def listen(tell):
    """Has `tell(changes)` called with the stored rows of `Change` after each commit that wrote any."""
    if tell not in _listeners:
        _listeners.append(tell)


def announce(item, edition):
    """
    Writes down what a step changed, in the step's own transaction.

    The item itself is a hard key; the lists that it stands in (its
    `list_keys`), or stood in before, are soft. All of them change again at the
    moments at which the clock publishes or withdraws it. Returns the keys.
    """
    hard = [key_of(item)]
    soft = list(dict.fromkeys([LATEST, *edition.list_keys(), *edition.former_list_keys]))
    now = timezone.now()
    times = (edition.publish_at, edition.upcoming_at, edition.withdraw_at)
    moments = [now, *(moment for moment in times if moment and moment > now)]
    _write(
        Change(language=edition.language, key=key, is_hard=key in hard, at=moment)
        for moment in moments
        for key in [*hard, *soft]
    )
    return [*hard, *soft]


def announce_hard(keys):
    """Writes down that what these keys showed is wrong now. `keys` holds (language, key) pairs."""
    _write(Change(language=language, key=key, is_hard=True) for language, key in keys)


def announce_soft(keys):
    """Writes down that there is something newer in these lists. `keys` as above."""
    _write(Change(language=language, key=key, is_hard=False) for language, key in keys)


def announce_everywhere(*keys):
    """Writes down that what these keys showed is wrong now in every language."""
    announce_hard((code, key) for code in language_codes() for key in keys)


def announce_all(languages):
    """Writes down that everything may have changed in some languages: for changes to many things at once."""
    announce_hard((code, SITE) for code in languages)


def announce_saves_of(model, *, keys=lambda row: [key_of(row)]):
    """
    Has every save and deletion of a row of `model` written down, under its own key or what `keys(row)` gives.

    For what readers see without editions. Changes in bulk (`QuerySet.update`)
    announce themselves.
    """

    def write_down(instance, raw=False, **kwargs):
        if not raw:
            announce_everywhere(*keys(instance))

    # A bulk deletion sends the signal for each row, too.
    for signal in (models.signals.post_save, models.signals.post_delete):
        signal.connect(write_down, sender=model, weak=False, dispatch_uid=f"publishing.changes:{model._meta.label}")


def _write(changes):
    rows = Change.objects.bulk_create(changes, batch_size=500)
    if rows:
        transaction.on_commit(partial(_tell, rows))


def _tell(rows):
    for tell in _listeners:
        tell(rows)


def prune(*, now=None):
    """Deletes entries that no kept page can still be checked against."""
    Change.objects.filter(at__lt=(now or timezone.now()) - KEPT_FOR).delete()
