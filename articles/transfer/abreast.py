"""Working on several batches at once, each in a process of its own."""

import signal
from collections import deque
from concurrent.futures import ProcessPoolExecutor
from contextlib import nullcontext
from multiprocessing import get_context

import django
from django.db import connection
from django.utils.module_loading import import_string

# What a process works with.
_worker = None


def side_by_side(make, facts, batches, *, workers):
    """
    Yields `make(one_lock, other_lock, **facts).take(batch)` for each batch, in their order; `workers` work at a time.

    `make` is the dotted path of a class: a process can import none before it
    has set up Django. `facts`, batches and results are sent to and fro. Each of
    the two locks is for something that only one may do at a time. Where None
    stands in the place of a batch, all is finished that was begun before. With
    one worker all happens here. Raises `BrokenProcessPool` when a process was
    ended from outside.
    """
    if workers == 1:
        yield from map(import_string(make)(nullcontext(), nullcontext(), **facts).take, filter(None, batches))
        return
    # Begun anew, since a copy of this process would share its connection.
    context = get_context("spawn")
    begin = (connection.settings_dict["NAME"], make, (context.Lock(), context.Lock()), facts)
    with ProcessPoolExecutor(workers, mp_context=context, initializer=_begin, initargs=begin) as pool:
        started = deque()
        try:
            for batch in batches:
                while started and (batch is None or len(started) > workers):
                    yield started.popleft().result()
                if batch is not None:
                    started.append(pool.submit(_take, batch))
            while started:
                yield started.popleft().result()
        finally:
            for one in started:
                one.cancel()


def _begin(database, make, locks, facts):
    global _worker
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # The keyboard speaks to whoever began it.
    django.setup()
    connection.settings_dict["NAME"] = database
    _worker = import_string(make)(*locks, **facts)


def _take(batch):
    return _worker.take(batch)
