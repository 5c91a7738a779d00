"""
Read-only copies of the database (`NEWSROOM_REPLICA_URLS`) for pages that readers get; everything else asks the primary.

A copy lags behind. What was announced must not be read from one that does not
have it yet, or the former text would be rendered and kept: for
`NEWSROOM_REPLICA_LAG` seconds after any change all pages are made from the
primary. That is also so while nobody can say what changed.
"""

import logging
from contextvars import ContextVar
from random import sample
from time import monotonic

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.db import DEFAULT_DB_ALIAS, Error, connections

from delivery.changelog import changelog
from delivery.cookies import has_session

logger = logging.getLogger(__name__)

# A replica that could not be reached is left alone for so many seconds.
PAUSE = 30

_in_use = ContextVar("replica", default=None)


class ReplicaRouter:
    """Has reads go to the replica that the page being made was given."""

    def db_for_read(self, model, **hints):
        replica = _in_use.get()
        is_writing = replica is None or connections[DEFAULT_DB_ALIAS].in_atomic_block
        return DEFAULT_DB_ALIAS if is_writing else replica

    def db_for_write(self, model, **hints):
        return DEFAULT_DB_ALIAS

    def allow_relation(self, first, second, **hints):
        return True

    def allow_migrate(self, db, app_label, **hints):
        return db == DEFAULT_DB_ALIAS


class ReplicaMiddleware:
    """Gives readers' pages a replica: those that may be kept (`delivery.page_cache.kept`), for who has no session."""

    def __init__(self, get_response):
        self.aliases = [alias for alias in connections if alias != DEFAULT_DB_ALIAS]
        if not self.aliases:
            raise MiddlewareNotUsed
        self.get_response, self._away_until, self._quiet = get_response, {}, Quiet()

    def __call__(self, request):
        token = _in_use.set(None)
        try:
            return self.get_response(request)
        finally:
            _in_use.reset(token)

    def process_view(self, request, view, _arguments, _facts):
        is_readers = hasattr(view, "kept_parameters") and request.method in {"GET", "HEAD"} and not has_session(request)
        if is_readers and self._quiet.seconds() >= settings.NEWSROOM_REPLICA_LAG:
            _in_use.set(self._reachable())

    def _reachable(self):
        """A replica that takes a connection, or None."""
        for alias in sample(self.aliases, len(self.aliases)):
            if self._away_until.get(alias, 0) > monotonic():
                continue
            try:
                connections[alias].close_if_health_check_failed()
                connections[alias].ensure_connection()
            except Error:
                logger.warning("%s could not be reached; pages are made from the others.", alias, exc_info=True)
                self._away_until[alias] = monotonic() + PAUSE
            else:
                return alias
        return None


class Quiet:
    """For how long nothing changed in public, as far as this process was told."""

    def __init__(self):
        self._last = None, monotonic()

    def seconds(self):
        """In seconds; 0 while nobody can say."""
        generation = changelog().generation()
        last, since = self._last
        if generation is None or generation != last:
            since = monotonic()
            self._last = generation, since
        return monotonic() - since
