"""
The inside of the sandbox: a process that runs one function on a folder, under limits, and answers in JSON.

Started by `media_library.sandbox` as `python -m media_library.confined`. It
imports no Django, and nothing else before it is told what to run.
"""

import errno
import importlib
import json
import math
import os
import resource
import signal
import sys
import traceback
from pathlib import Path

from media_library.formats import Refused

# The largest file that may be written: larger than anything that we take or make.
MAX_FILE = 1024 * 1024 * 1024
# How the libraries that decode say that they got no memory.
_NO_MEMORY = ("memory", "alloc")


def main():
    """Reads the order from the standard input, obeys it, and writes the answer to the standard output."""
    # When the machine's services are stopped, this file is not to be blamed for it: the parent decides.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    answer = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # Whatever libraries print must not get into the answer.
    order = json.load(sys.stdin)
    module, _colon, name = order["function"].partition(":")
    function = getattr(importlib.import_module(module), name)
    _limit(order["memory"], order["seconds"])
    idle = _memory()
    said = _run(function, Path(order["folder"]), order["facts"])
    json.dump(said | {"idle": idle.get("VmRSS", 0), "peak": _memory().get("VmHWM", 0)}, answer)
    answer.flush()


def _run(function, folder, facts):
    try:
        return {"result": function(folder, **facts)}
    except Refused as refused:
        return {"refused": refused.code, "facts": refused.facts}
    except MemoryError:
        return {"refused": "too_heavy", "facts": {}}
    except Exception as error:
        traceback.print_exc()
        return {"refused": _meaning(error), "facts": {}}


def _meaning(error):
    """The refusal for an error of a decoder; None where it says no more than that the file is damaged."""
    number = getattr(error, "errno", None)
    if number in {errno.ENOSPC, errno.EDQUOT}:
        return "disk_full"
    if number in {errno.ENOMEM, errno.EFBIG} or any(word in str(error).lower() for word in _NO_MEMORY):
        return "too_heavy"
    return None


def _limit(memory, seconds):
    """Limits this process: `memory` bytes above what it uses now, `seconds` of its own time, no core dump."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (MAX_FILE, MAX_FILE))
    used = _memory().get("VmSize")
    if used:  # Only Linux says so, and only there the limit is kept.
        resource.setrlimit(resource.RLIMIT_AS, (used + memory, used + memory))


def room():
    """How many bytes of memory this process may still take; infinite without a limit."""
    limit, _hard = resource.getrlimit(resource.RLIMIT_AS)
    return math.inf if limit == resource.RLIM_INFINITY else limit - _memory()["VmSize"]


def _memory():
    """Name → bytes of what the kernel says of this process' memory; {} where it does not say (proc(5))."""
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
    except FileNotFoundError:
        return {}
    pairs = (line.split(":", 1) for line in lines if line.startswith("Vm"))
    return {name: int(value.split()[0]) * 1024 for name, value in pairs}


if __name__ == "__main__":
    main()
