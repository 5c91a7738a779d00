"""
How the processes of a site tell one another at once what changed: by a file, or by the cache that they share.

The change log in the database is the truth (`publishing.changes`). A bell only
spares every request the question: what it costs to ask a bell whether it rang
is a millionth of a second for the file, and one short message for the cache.
"""

import json
import os
from contextlib import contextmanager, suppress
from fcntl import LOCK_EX, flock
from pathlib import Path
from time import sleep, time

# A file of more bytes is begun anew; whoever reads it then forgets what was kept.
MOST_BYTES = 4 * 1024 * 1024
# So many announcements are looked up one by one; whoever has slept longer forgets what was kept.
MOST_MISSED = 1000
# How often an announcement is waited for that was counted and is not there yet, and for how many seconds each time.
TRIES, PAUSE = 10, 0.002


class FileBell:
    """
    For the processes of one machine: each announcement is a line at the end of a file that all can write.

    A position is the file and how far it was read.
    """

    is_shared_between_machines = False

    def __init__(self, path):
        self._path = Path(path)

    def position(self):
        """What differs after it rang."""
        try:
            facts = os.stat(self._path)  # noqa: PTH116 (asked with every request)
        except FileNotFoundError:
            return (0, 0)
        return facts.st_ino, facts.st_size

    def since(self, position):
        """(announcements after a position, the position behind them); None for them where they are not known."""
        number, start = position
        try:
            file = self._path.open("rb")
        except FileNotFoundError:
            return (None if number else []), (0, 0)
        with file:
            facts = os.fstat(file.fileno())
            if number and number != facts.st_ino or facts.st_size < start:
                return None, (facts.st_ino, facts.st_size)
            file.seek(start)
            lines = file.read()
        # What somebody is writing just now has no end yet.
        whole = lines[: lines.rfind(b"\n") + 1]
        return [json.loads(line) for line in whole.splitlines()], (facts.st_ino, start + len(whole))

    def ring(self, announcement):
        """Tells everybody; `announcement` can be written as JSON."""
        line = json.dumps(announcement, separators=(",", ":")).encode() + b"\n"
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._locked() as descriptor:
            if os.fstat(descriptor).st_size + len(line) <= MOST_BYTES:
                os.write(descriptor, line)
                return
            fresh = self._path.with_suffix(".new")
            fresh.write_bytes(line)
            fresh.replace(self._path)

    @contextmanager
    def _locked(self):
        """The file, for us alone: not one that somebody has begun anew in the meantime."""
        while True:
            descriptor = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o640)
            try:
                flock(descriptor, LOCK_EX)
                if os.fstat(descriptor).st_ino == self.position()[0]:
                    yield descriptor
                    return
            finally:
                os.close(descriptor)

    def history(self):
        """What is known of earlier announcements: (none, and nothing needs them: what is kept is each process' own)."""
        return [], self.position()


class CacheBell:
    """
    For processes that share a cache, on one machine or on many: a count of announcements, and each under its number.

    The count begins at the time in milliseconds, so that it is never lower
    than before when the cache lost it.
    """

    is_shared_between_machines = True
    COUNT, ONE = "changes", "change:%d"
    # In seconds: as long as a page is kept, and more.
    KEPT_FOR = 2 * 60 * 60

    def __init__(self, cache):
        self._cache = cache

    def position(self):
        """The number of the last announcement. Raises what the cache raises when it cannot be asked."""
        count = self._cache.get(self.COUNT)
        if count is None:
            self._cache.add(self.COUNT, int(time() * 1000), None)
            count = self._cache.get(self.COUNT)
        return count

    def since(self, position):
        """As `FileBell.since`."""
        now = self.position()
        if now < position:
            # The cache came back as it was some time ago: no number may be given twice.
            now = max(int(time() * 1000), position + 1)
            self._cache.set(self.COUNT, now, None)
        if not 0 <= now - position <= MOST_MISSED:
            return None, now
        numbers = range(position + 1, now + 1)
        for _try in range(TRIES):
            found = self._cache.get_many([self.ONE % number for number in numbers])
            if len(found) == len(numbers):
                return [found[self.ONE % number] for number in numbers], now
            sleep(PAUSE)
        return None, now

    def ring(self, announcement):
        """As `FileBell.ring`."""
        self.position()
        number = self._cache.incr(self.COUNT)
        self._cache.set(self.ONE % number, announcement, self.KEPT_FOR)

    def history(self):
        """(the announcements of the last hours, as many as are known without a gap; the position behind them)."""
        now = self.position()
        numbers = range(now, now - MOST_MISSED, -1)
        found = self._cache.get_many([self.ONE % number for number in numbers])
        known = []
        for number in numbers:
            with suppress(KeyError):
                known.insert(0, found[self.ONE % number])
                continue
            break
        return known, now
