"""Working on several batches at once, each in a thread with a connection of its own."""

from collections import deque
from concurrent.futures import ThreadPoolExecutor

from django.db import connections


def side_by_side(work, batches, *, workers):
    """
    Calls `work(batch)` for each batch, up to `workers` at a time; yields after each that is done, in their order.

    No more batches are asked for than are worked on or wait for their turn.
    With one worker all happens here, one after the other.
    """
    if workers == 1:
        yield from map(work, batches)
        return

    def worked(batch):
        try:
            return work(batch)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(workers) as pool:
        started = deque()
        try:
            for batch in batches:
                started.append(pool.submit(worked, batch))
                if len(started) > workers:
                    yield started.popleft().result()
            while started:
                yield started.popleft().result()
        finally:
            for one in started:
                one.cancel()
