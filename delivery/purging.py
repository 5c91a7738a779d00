"""
Has caches in front of the site drop what changed, as soon as it is stored.

They keep pages under short names of what those were made from
(`delivery.surrogates`), and are told the names; a job does that
(`delivery.tasks`), so that nobody waits for it. What the clock changes is told
when the workflow brings stored states up to it.
"""

import logging
from contextlib import contextmanager
from contextvars import ContextVar

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.db import DatabaseError
from django.utils import timezone

from delivery.surrogates import name_of
from delivery.tasks import purge
from publishing import changes
from publishing.keys import SITE

logger = logging.getLogger(__name__)

# Of more names than that, all pages of the languages that changed are dropped instead.
MOST_NAMES = 2000

_together = ContextVar("to_purge", default=None)


class PurgeTogetherMiddleware:
    """Has all that one request changes purged by one job."""

    def __init__(self, get_response):
        if not settings.NEWSROOM_PURGE:
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request):
        with together():
            return self.get_response(request)


@contextmanager
def together():
    """Within it, what changes is gathered; at its end one job is asked for, if anything did."""
    rows = []
    token = _together.set(rows)
    try:
        yield
    finally:
        _together.reset(token)
        if rows:
            _request(rows)


def listen(rows):
    """Takes in stored rows of `Change`."""
    waiting = _together.get()
    if waiting is None:
        _request(rows)
    else:
        waiting += rows


def _request(rows):
    names = names_of(rows) if settings.NEWSROOM_PURGE else []
    if not names:
        return
    try:
        purge.enqueue(names)
    except DatabaseError:  # the change is stored and public: whoever made it must not see an error
        logger.warning("purge.lost names=%s", len(names), exc_info=True)


def names_of(rows):
    """
    The names by which pages are dropped that show what rows of `Change` speak of, sorted.

    Of the lists at a page's side that is only what is wrong; a page that has
    something new at its side is asked for again within ten minutes.
    """
    now = timezone.now()
    due = [row for row in rows if row.at <= now]
    names = {name_of((row.language, row.key)) for row in due}
    names |= {name_of((row.language, row.key), is_beside=True) for row in due if row.is_hard}
    if len(names) > MOST_NAMES:
        names = {name_of((language, SITE)) for language in {row.language for row in due}}
    return sorted(names)


def start():
    """Has changes told to the cache that the settings name, if any. Called once, when Django is ready."""
    changes.listen(listen)
