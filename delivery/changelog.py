"""
The change log as this process knows it: by it, what is kept in memory is found to be good, stale or over.

Nothing here asks the database while a reader waits. The bell tells of every
announcement (`delivery.bells`); now and then, after a response, the log itself
is asked for what no bell told of.
"""

import logging
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta
from functools import cache
from threading import RLock
from time import monotonic, time

from django.conf import settings
from django.core.cache import caches
from django.db import DEFAULT_DB_ALIAS, connection

from delivery.afterwards import look_after
from delivery.bells import CacheBell, FileBell
from publishing import changes
from publishing.models import Change

logger = logging.getLogger(__name__)

# How many keys are remembered, before all is forgotten.
MOST_KEYS = 100_000
# How far back the database is asked, and how long numbers of its rows are remembered, in seconds.
LOOKS_BACK, REMEMBERS = 120, 300
# At the beginning, where others keep pages for this process: as long as they may be kept.
LOOKS_BACK_AT_FIRST = 60 * 60
# What was written down so many seconds ago may be told of at this very moment.
GRACE = 2
# After the bell could not be asked, it is left alone for so many seconds.
PAUSE = 2
# For how long something stale may serve on, in seconds.
STALE_FOR = 600
# How much clocks of several machines may differ, in seconds.
CLOCKS_DIFFER = 60


class ChangeLog:
    """
    What changed, by key. A *generation* is a number that grows with every announcement.

    What is kept has `generation` (from before it was made), `own` and `beside`
    (keys), `until` (a time in seconds) and `stale_since` (since when, in
    seconds, there is something newer beside it, or None); `checked` is the
    generation in which it was found good, at first 0.
    """

    def __init__(self, bell):
        self._bell, self._lock = bell, RLock()
        self._position, self._silent_until = None, 0
        self._checked_at = monotonic()
        # Numbers of rows that were heard of → their times.
        self._heard, self._is_first_check = {}, True
        self._generation = 0
        self._begin(1)

    def _begin(self, generation):
        """Knows of nothing before this generation: what was kept then is over."""
        self._known_since = self._generation = generation
        # Key → the generation in which it was announced last, at all and as a hard one.
        self._last, self._last_hard = {}, {}
        # Key → times at which the clock will change it; None until the database was asked.
        self._timetable = None

    # --- Listening ----------------------------------------------------------------

    def generation(self, *, anew=False):
        """
        The generation now; None when nothing that is kept may be used, and nothing kept.

        So it is while the bell cannot be asked, because nobody can say what is
        good; and inside a transaction, because what is made there may hold
        what is never stored. It costs no query. Within a request (`beginning`)
        the bell is asked once, unless `anew`: what was good when it began is
        good for it, as long as it has changed nothing itself.
        """
        if self._is_in_transaction() or self._silent_until > monotonic():
            return None
        if _has_asked.get() and not anew and self._position is not None:
            return self._generation
        try:
            if self._position is None or self._bell.position() != self._position:
                self._catch_up()
        except Exception:  # whatever stands behind the cache: pages are made without it
            logger.warning("It cannot be known what changed; pages are made for each request.", exc_info=True)
            with self._lock:
                self._position, self._silent_until = None, monotonic() + PAUSE
            return None
        return self._generation

    @staticmethod
    def _is_in_transaction():
        return connection.in_atomic_block

    def _catch_up(self):
        with self._lock:
            if self._position is None:
                told, position = self._bell.history()
                self._begin(self._generation_at(position) - len(told))
            else:
                told, position = self._bell.since(self._position)
                if told is None:
                    told = []
                    self._begin(self._generation_at(position))
            for announcement in told:
                # The number comes last: what was found good under it has seen all of it.
                number = self._generation + 1
                self._take_in(announcement, number)
                self._generation = number
            # Last: whoever does not wait for the lock goes by it.
            self._position = position

    def _generation_at(self, position):
        """The bell's own number where it is everybody's; else one that nothing kept has."""
        return position if self._bell.is_shared_between_machines else self._generation + 1

    def _take_in(self, announcement, generation):
        now = time()
        for number, language, key, is_hard, at in announcement:
            self._heard[number] = at
            pair = (language, key)
            if at > now and self._timetable is not None:
                self._timetable.setdefault(pair, set()).add(at)
            # What is in the future by the clock of this machine alone has happened already.
            if at > now + CLOCKS_DIFFER:
                continue
            self._last[pair] = generation
            if is_hard:
                self._last_hard[pair] = generation
        if len(self._last) > MOST_KEYS:
            self._begin(generation)

    # --- What is kept ---------------------------------------------------------------

    def is_over(self, kept):
        """Whether something kept must not be shown any more."""
        now, generation = time(), self._generation
        if now >= kept.until or (kept.stale_since and now > kept.stale_since + STALE_FOR):
            return True
        # What was good in this generation is good until the next.
        if kept.checked != generation:
            if kept.generation < self._known_since or self._is_announced(kept):
                return True
            if kept.stale_since is None and self._has_newer_beside(kept):
                kept.stale_since = now
            kept.checked = generation
        return False

    def _is_announced(self, kept):
        since, last, hard = kept.generation, self._last, self._last_hard
        return any(last.get(key, 0) > since for key in kept.own) or any(hard.get(key, 0) > since for key in kept.beside)

    def _has_newer_beside(self, kept):
        return any(self._last.get(key, 0) > kept.generation for key in kept.beside)

    def next_moment(self, keys, since):
        """The first time after `since`, in seconds, at which the clock changes one of these keys; or None."""
        with self._lock:
            if self._timetable is None:
                self._timetable = _timetable()
            moments = [at for key in keys & self._timetable.keys() for at in self._timetable[key] if at > since]
        return min(moments, default=None)

    def end_of(self, keys, since, *limits):
        """When something kept ends by the clock: the next moment of its keys, or the first of some limits but None."""
        ends = [self.next_moment(keys, since), *limits]
        return min(end for end in ends if end is not None)

    # --- Telling --------------------------------------------------------------------

    def tell(self, rows):
        """Rings the bell for stored rows of `Change`. What cannot be told now is found by `check`."""
        _has_asked.set(False)
        announcement = [[row.pk, row.language, row.key, row.is_hard, row.at.timestamp()] for row in rows]
        try:
            self._bell.ring(announcement)
        except Exception:  # the change is stored and public: whoever made it must not see an error
            logger.warning("The other processes could not be told what changed; they will find it.", exc_info=True)

    def check(self):
        """Tells of what is in the database's log and was not heard of: a process ended before it rang."""
        self._checked_at = monotonic()
        now = datetime.now(UTC)
        looks_back = LOOKS_BACK_AT_FIRST if self._is_first_check else LOOKS_BACK
        since, until = now - timedelta(seconds=looks_back), now - timedelta(seconds=GRACE)
        found = list(Change.objects.using(DEFAULT_DB_ALIAS).filter(at__gt=since, at__lte=until))
        if self.generation() is None:
            return
        with self._lock:
            if self._is_first_check and not self._bell.is_shared_between_machines:
                # What is kept is this process' own, and younger.
                self._heard |= {row.pk: row.at.timestamp() for row in found}
            self._is_first_check = False
            missed = [row for row in found if row.pk not in self._heard]
            oldest = now.timestamp() - REMEMBERS
            self._heard = {number: at for number, at in self._heard.items() if at > oldest}
        if missed:
            self.tell(missed)

    def check_if_due(self):
        """Does so at most once in `NEWSROOM_CHANGES_CHECKED_EVERY` seconds; returns whether it did."""
        if monotonic() - self._checked_at < settings.NEWSROOM_CHANGES_CHECKED_EVERY:
            return False
        try:
            self.check()
        except Exception:  # the response was sent: nobody else would hear of it
            logger.warning("The change log could not be asked.", exc_info=True)
        return True


def _timetable():
    # A replica may lag behind; and what is about to be kept was begun some seconds ago.
    future = Change.objects.using(DEFAULT_DB_ALIAS).filter(at__gt=datetime.now(UTC) - timedelta(minutes=1))
    found = {}
    for language, key, at in future.values_list("language", "key", "at").iterator():
        found.setdefault((language, key), set()).add(at.timestamp())
    return found


def has_shared_cache():
    """Whether the cache is one that all processes and machines share."""
    return "shared" in settings.CACHES


# What a request has loaded is as old as the request: parts that are made of it are no younger.
_began_in = ContextVar("began in generation", default=None)
# Whether the bell was asked since it began, and nothing was told by it since.
_has_asked = ContextVar("has asked the bell", default=False)


@contextmanager
def beginning(generation):
    """Within it, everything is made as of this generation, which was asked for just now, or of a later one."""
    began_in, has_asked = _began_in.set(generation), _has_asked.set(generation is not None)
    try:
        yield
    finally:
        _began_in.reset(began_in)
        _has_asked.reset(has_asked)


def began_in():
    """The generation in which the request began; None outside of requests."""
    return _began_in.get()


@cache
def changelog():
    """The change log of this process."""
    return ChangeLog(CacheBell(caches["shared"]) if has_shared_cache() else FileBell(settings.NEWSROOM_CHANGES_FILE))


def _tell(rows):
    changelog().tell(rows)


def _check_if_due():
    return changelog().check_if_due()


def start():
    """Has changes told to other processes, and what was not told found. Called once, when Django is ready."""
    changes.listen(_tell)
    look_after(_check_if_due)
