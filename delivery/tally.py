"""Counting in this process' memory what is written to the database later, all at once: no request waits for it."""

import logging
from collections import Counter, defaultdict
from multiprocessing.util import Finalize
from threading import Lock
from time import monotonic

from django.conf import settings
from django.db import transaction
from django.db.models import F

from delivery.afterwards import look_after

logger = logging.getLogger(__name__)

_tallies = []


class Tally:
    """
    How often each of some keys was seen, handed to `write({key: count})` in one transaction.

    That happens at most once in `NEWSROOM_TALLY_SECONDS` per process, after a
    response was sent, and when the process ends. Until then at most `most`
    different keys are kept: what does not fit is not counted, so that no flood
    of addresses takes the memory or keeps the database busy.
    """

    def __init__(self, write, *, most):
        self._write, self._most = write, most
        self._counts, self._lock, self._since = Counter(), Lock(), None
        _tallies.append(self)

    def add(self, key, count=1):
        """Counts `key`, any value that can be hashed and sorted among its like."""
        with self._lock:
            if key in self._counts or len(self._counts) < self._most:
                self._counts[key] += count
                self._since = self._since or monotonic()

    @property
    def is_due(self):
        return self._since is not None and monotonic() - self._since >= settings.NEWSROOM_TALLY_SECONDS

    def flush(self):
        """Writes what was counted. What cannot be written now, whatever the reason, is tried again the next time."""
        counts = self.clear()
        if not counts:
            return
        try:
            with transaction.atomic():
                self._write(counts)
        except Exception:  # the response was sent: nobody else would hear of it
            logger.warning("What was counted could not be written; it is kept.", exc_info=True)
            for key, count in counts.items():
                self.add(key, count)

    def clear(self):
        """Forgets what was counted, and returns it."""
        with self._lock:
            counts, self._counts, self._since = self._counts, Counter(), None
        return counts


def flush_due():
    """Writes what has waited long enough; returns whether there was anything."""
    due = [tally for tally in _tallies if tally.is_due]
    for tally in due:
        tally.flush()
    return bool(due)


def flush_all():
    """Writes everything that was counted."""
    for tally in _tallies:
        tally.flush()


def clear_all():
    """Forgets everything that was counted: what one test did is not another's."""
    for tally in _tallies:
        tally.clear()


def start():
    """Has tallies written after responses and when the process ends. Called once, when Django is ready."""
    look_after(flush_due)
    # Not atexit: the server's workers are children of multiprocessing, which end without it, but not without this.
    Finalize(None, flush_all, exitpriority=100)


def add_up(rows, column, counts, *, by, **facts):
    """
    Adds to a column of counts: `counts` is value of the column `by` → how much more. `facts` are set besides.

    One statement for all rows that grow by the same; rows that do not exist
    are passed over.
    """
    # Two processes that write at once lock the rows in the same order, so that neither waits for the other for ever.
    list(rows.select_for_update().filter(**{f"{by}__in": counts}).order_by(by).values_list("pk"))
    alike = defaultdict(list)
    for value, count in counts.items():
        alike[count].append(value)
    for count, values in alike.items():
        rows.filter(**{f"{by}__in": values}).update(**{column: F(column) + count}, **facts)
