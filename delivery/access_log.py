"""
Readings from a front server's access log, for sites where that server answers for pages by itself.

A log is known by its first line, whatever it is called today, and of each it
is remembered how far it was counted: counting a log again, when it has grown,
was rotated or comes out of an archive, counts what is new and nothing twice.
"""

import fcntl
import hashlib
import json
import os
import re
from collections import Counter
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from urllib.parse import unquote

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from delivery import reads

# How many logs are remembered; those that were counted last stay.
LOGS_REMEMBERED = 200

# nginx's and Apache's "combined": address, two names, [time], "request", status, bytes, "referrer", "agent".
_COMBINED = re.compile(
    r'\S+ \S+ \S+ \[(?P<time>[^\]]+)\] "(?P<method>[A-Z]+) (?P<path>\S+) [^"]*" (?P<status>\d{3}) \S+ '
    r'"[^"]*" "(?P<agent>(?:[^"\\]|\\.)*)"'
)
_COMBINED_TIME = "%d/%b/%Y:%H:%M:%S %z"


class Unreadable(ValueError):
    """A line is of no known form, or does not tell readers from robots."""


def reading_in(line):
    """
    The reading that a line of a log tells of, as (label, number, language, day), or None.

    A line is JSON as in deploy/nginx/newsroom.conf, where the server itself
    says whether it was a `reader`, or "combined", which has the browser's name.
    Raises `Unreadable`.
    """
    facts = _facts_of_json(line) if line.startswith("{") else _facts_of_combined(line)
    if not facts["is_reader"] or facts["method"] != "GET" or facts["status"] not in {200, 304}:
        return None
    item = reads.item_at(unquote(facts["path"].partition("?")[0]))
    return (*item, timezone.localdate(facts["time"])) if item else None


def _facts_of_json(line):
    try:
        entry = json.loads(line)
        return {
            "time": datetime.fromisoformat(entry["time"]),
            "method": str(entry["method"]),
            "path": str(entry["path"]),
            "status": int(entry["status"]),
            "is_reader": entry["reader"] in (True, 1),
        }
    except (ValueError, KeyError, TypeError) as error:
        raise Unreadable(line) from error


def _facts_of_combined(line):
    match = _COMBINED.match(line)
    if match is None:
        raise Unreadable(line)
    try:
        moment = datetime.strptime(match["time"], _COMBINED_TIME)
    except ValueError as error:
        raise Unreadable(line) from error
    agent = "" if match["agent"] == "-" else match["agent"]
    return {
        "time": moment,
        "method": match["method"],
        "path": match["path"],
        "status": int(match["status"]),
        "is_reader": not reads.is_robot(agent),
    }


def count_log(stream):
    """
    Counts the readings of a log that were not counted before.

    `stream` gives bytes. A last line without its end is left for the next
    time. Returns (readings, lines that could not be read).
    """
    first = stream.readline()
    if not first.endswith(b"\n"):
        return 0, 0
    name = hashlib.sha256(first).hexdigest()
    with _positions() as (positions, keep):
        done, position, counts, unreadable = positions.pop(name, 0), 0, Counter(), 0
        for line in _whole_lines(first, stream):
            position += len(line)
            if position <= done:
                continue
            try:
                counts[reading_in(line.decode("utf-8", "replace"))] += 1
            except Unreadable:
                unreadable += 1
        del counts[None]
        with transaction.atomic():
            reads.write(counts)
            # Before the commit: if the machine stops in between, readings are lost, and none is counted twice.
            keep(positions | {name: max(position, done)})
    return counts.total(), unreadable


def _whole_lines(first, stream):
    yield first
    yield from (line for line in stream if line.endswith(b"\n"))


@contextmanager
def _positions():
    """
    (name of each log → how many of its bytes were counted, a function that keeps such a mapping).

    One process at a time has it; the others wait.
    """
    settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
    kept = settings.DATA_DIR / "counted-logs.json"
    # The file itself is replaced: a lock on it would be a lock on what is no longer there.
    with kept.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield json.loads(kept.read_text()) if kept.exists() else {}, partial(_keep, kept)


def _keep(kept, positions):
    """Replaces what was kept, all at once: whenever the machine stops, one of the two is there whole."""
    new = kept.with_suffix(".new")
    with new.open("w") as file:
        json.dump(dict(list(positions.items())[-LOGS_REMEMBERED:]), file)
        file.flush()
        os.fsync(file.fileno())
    new.replace(kept)
