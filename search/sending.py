"""
Brings what waits in the outbox to OpenSearch: in a job after each commit that put something there.

One process sends at a time, the oldest change first, so that nothing older
ever takes the place of something newer. What is not sent waits, however long.
"""

import fcntl
import logging
from collections import Counter
from contextlib import contextmanager
from datetime import timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django_tasks import TaskResultStatus, task
from django_tasks_db.models import DBTaskResult

from search.engines import Unavailable
from search.engines.opensearch import OpenSearchEngine
from search.models import OutboxEntry

logger = logging.getLogger(__name__)

# When OpenSearch is asked again after it could not be reached, or did not take something.
RETRY = timedelta(minutes=1)
# How often that is done for what it does not take; then it is left to the next change, or to tidying up.
MOST_TRIES = 3
# How many rows are sent at once: of the longest texts, 15 megabytes.
_BATCH = 100
# The number of our lock in PostgreSQL.
_LOCK = 7_311_001


def request():
    """Asks for a job that sends what waits, unless one is asked for already. Called after the commit."""
    if not _is_requested():
        send_changes.enqueue()


@task()
def send_changes(tries=1):
    """Sends what waits; what could not be sent is tried again after a while. `tries`: the how manieth time this is."""
    try:
        refused = send()
    except Unavailable as error:
        logger.warning("search.unsent error=%s: it will be tried again", error)
        _request_again(tries)
    else:
        if refused and tries < MOST_TRIES:
            _request_again(tries + 1)


def send_the_rest():
    """Sends what jobs left, if they were broken off. Called when somebody tidies up; see `desk.tidying`."""
    if OutboxEntry.objects.exists():
        request()


def send():
    """
    Sends all that waits, and forgets what was taken. Returns how much was not.

    Raises `Unavailable` if OpenSearch does not answer. Can run any number of times.
    """
    refused, last = 0, 0
    if settings.OPENSEARCH_URL and OutboxEntry.objects.exists():
        OpenSearchEngine().prepare()
        while last is not None:
            with _alone():
                count, last = _send_batch(last)
            refused += count
    return refused


def _send_batch(above):
    """(how many rows were not taken, the last row that was looked at: None if there was none)."""
    rows = list(_newest().filter(id__gt=above).order_by("id")[:_BATCH])
    if not rows:
        return 0, None
    errors = OpenSearchEngine().send([(row.index, row.entry_id, row.text) for row in rows])
    _forget([row.id for row in rows if (row.index, row.entry_id) not in errors])
    if errors:
        kinds = ", ".join(f"{kind}: {count}" for kind, count in sorted(Counter(errors.values()).items()))
        logger.warning("search.refused rows=%s %s", " ".join(f"{index}:{number}" for index, number in errors), kinds)
    return len(errors), rows[-1].id


def _newest():
    """Of each entry the newest row: what came before it need not be told any more."""
    newer = OutboxEntry.objects.filter(index=OuterRef("index"), entry_id=OuterRef("entry_id"), id__gt=OuterRef("id"))
    return OutboxEntry.objects.exclude(Exists(newer))


def _forget(sent):
    """Deletes rows, and the older ones of the same entries: sent later, they would bring back what was there before."""
    newer = OutboxEntry.objects.filter(
        id__in=sent, index=OuterRef("index"), entry_id=OuterRef("entry_id"), id__gte=OuterRef("id")
    )
    if sent:
        OutboxEntry.objects.filter(Exists(newer), id__lte=max(sent)).delete()


@contextmanager
def _alone():
    """
    A block that one process at a time is in; the others wait. It is over with the process, whatever ends it.

    PostgreSQL has a lock for that. On SQLite, where all processes share a
    machine, it is a file: a lock in the database would keep staff from saving.
    """
    if connection.vendor == "postgresql":
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
            yield
    else:
        settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
        with (settings.DATA_DIR / "search-sending.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _is_requested():
    waiting = DBTaskResult.objects.filter(status=TaskResultStatus.READY, task_path=send_changes.module_path)
    return waiting.exists()


def _request_again(tries):
    if not _is_requested():
        send_changes.using(run_after=timezone.now() + RETRY).enqueue(tries)
