"""What the sandbox is told to run in tests."""

import os
import sys
import time

from media_library.formats import Refused


def look_around(folder, **facts):
    return {
        "files": [path.name for path in folder.iterdir()],
        "facts": facts,
        "names": sorted(os.environ),
        "django": "django" in sys.modules,
    }


def eat_memory(folder, *, size):
    return len(bytearray(size))


def think_for_ever(folder):
    while True:
        pass


def sleep_for_ever(folder):
    time.sleep(600)


def crash(folder):
    print("the end", file=sys.stderr)  # noqa: T201
    os.abort()


def stumble(folder):
    raise ValueError("unexpected marker")


def refuse(folder):
    raise Refused("animated", frames=2)
