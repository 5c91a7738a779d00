"""
Runs what decodes files of others in processes of their own, with little memory, little time and few at once.

    with sandbox.workplace(upload.file) as folder:
        facts = sandbox.run("media_library.decoding:prepare", folder, damaged="damaged", format=upload.format)

A decoder that eats all memory, runs for ever or crashes takes nothing down
with it: its file is refused.
"""

import fcntl
import json
import logging
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from media_library.refusals import Refused, refusing_full_disk

logger = logging.getLogger(__name__)

# As much of an answer, or of what a crashed decoder said, as is read.
_MAX_ANSWER = 1024 * 1024
_MAX_COMPLAINT = 4000
# How a process ends that used up its time, or that the kernel ended for want of memory.
_TOO_HEAVY = {-signal.SIGXCPU, -signal.SIGKILL}
_WAIT = 0.1  # seconds between two looks for a free slot


def run(function, folder, *, seconds=None, damaged="damaged_file", **facts):
    """
    What `function` ("module:name") returns for `function(folder, **facts)`, run in a process of its own.

    The module must import no Django; facts and result are what JSON can hold.
    `seconds`: the longest that it may take; without it, as the settings say.
    Raises what the function refuses, `Refused("too_heavy")` where it ran out
    of memory or time, and `Refused(damaged)` where it crashed.
    """
    seconds = seconds or settings.NEWSROOM_DECODER_MAX_SECONDS
    order = {
        "function": function,
        "folder": str(folder),
        "facts": facts,
        "memory": settings.NEWSROOM_DECODER_MAX_MEMORY,
        "seconds": seconds,
    }
    with _slot():
        begin = time.monotonic()
        answer, complaint, code = _ask(order, folder, seconds)
    logger.info(
        "sandbox.ran function=%s seconds=%.1f code=%s idle=%s peak=%s",
        function,
        time.monotonic() - begin,
        code,
        answer.get("idle"),
        answer.get("peak"),
    )
    if "result" in answer:
        return answer["result"]
    if complaint:
        logger.warning("sandbox.failed function=%s code=%s said=%s", function, code, complaint)
    raise Refused(answer.get("refused") or _meaning(code, complaint) or damaged, **answer.get("facts", {}))


def _ask(order, folder, seconds):
    """The answer of a process to an order, {} where it gave none; what it complained of; how it ended."""
    with tempfile.TemporaryFile() as said, tempfile.TemporaryFile() as complained:
        process = subprocess.Popen(  # noqa: S603
            [sys.executable, "-P", "-m", "media_library.confined"],
            cwd=folder,
            env=_environment(folder),
            stdin=subprocess.PIPE,
            stdout=said,
            stderr=complained,
            # What the keyboard sends to the worker is not for it.
            start_new_session=True,
        )
        try:
            process.communicate(json.dumps(order).encode(), timeout=seconds)
        except subprocess.TimeoutExpired:
            pass
        finally:
            process.kill()
            process.wait()
        said.seek(0)
        complained.seek(max(0, complained.seek(0, 2) - _MAX_COMPLAINT))
        return _read(said), complained.read().decode(errors="replace"), process.returncode


def _environment(folder):
    return {
        "PYTHONPATH": str(settings.BASE_DIR),
        "LANG": "C.UTF-8",
        "TMPDIR": str(folder),
        # One heap and one thread, so that memory is what is used and not what is reserved.
        "MALLOC_ARENA_MAX": "1",
        "OMP_NUM_THREADS": "1",
    }


def _read(said):
    try:
        return json.loads(said.read(_MAX_ANSWER))
    except ValueError:
        return {}


def _meaning(code, complaint):
    """The refusal for the way in which a process ended; None where it was the file's own fault."""
    return "too_heavy" if code in _TOO_HEAVY or "bad_alloc" in complaint else None


@contextmanager
def _slot():
    """One of the few places for decoders on this machine; waits until one is free."""
    folder = settings.DATA_DIR / "locks"
    folder.mkdir(parents=True, exist_ok=True)
    while True:
        for number in range(settings.NEWSROOM_DECODERS):
            with (folder / f"decoder-{number}.lock").open("w") as file:
                if _is_locked(file):
                    yield  # The lock ends with the file, also when this process dies.
                    return
        time.sleep(_WAIT)


def _is_locked(file):
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def workplace(stored):
    """
    A folder of its own with a copy of a stored file, as `input`; it is gone afterwards, whatever happens.

    `stored`: the value of a `FileField`, of any storage. Raises
    `FileNotFoundError` where there is no such file, `Refused("disk_full")`
    where there is no room for the copy.
    """
    with tempfile.TemporaryDirectory(prefix="newsroom-") as name:
        folder = Path(name)
        with (
            refusing_full_disk(),
            stored.storage.open(stored.name, "rb") as source,
            (folder / "input").open("wb") as copy,
        ):
            shutil.copyfileobj(source, copy, 1024 * 1024)
        yield folder
