"""What a process keeps of finished things: as many bytes as it may, those that were wanted last."""

from collections import OrderedDict
from threading import Lock


class Memory:
    """
    Things by key, until they take more than `room` bytes: then those go that nobody has asked for longest.

    What it keeps has a `size`, in bytes.
    """

    def __init__(self, room):
        self._room, self._taken = room, 0
        self._kept, self._lock = OrderedDict(), Lock()

    def get(self, key):
        """What is kept under a key, or None."""
        with self._lock:
            kept = self._kept.get(key)
            if kept is not None:
                self._kept.move_to_end(key)
                return kept[0]
        return None

    def put(self, key, thing):
        """Keeps it; or not, where it alone would take a quarter of the room."""
        size = thing.size
        with self._lock:
            self._drop(key)
            if size > self._room / 4:
                return
            self._kept[key] = (thing, size)
            self._taken += size
            while self._taken > self._room:
                self._drop(next(iter(self._kept)))

    def drop(self, key):
        with self._lock:
            self._drop(key)

    def clear(self):
        with self._lock:
            self._kept.clear()
            self._taken = 0

    def __len__(self):
        return len(self._kept)

    def _drop(self, key):
        _thing, size = self._kept.pop(key, (None, 0))
        self._taken -= size
