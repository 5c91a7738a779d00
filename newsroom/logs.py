"""
The log of production: one JSON object a line, in UTC, without secrets.

Whatever is logged is encoded as ASCII by JSON, so that no line break, terminal
code or invisible sign in an address or a name can make a line look like two
or like another. Granian's own log uses the same formatter
(`deploy/granian-log.json`), so this module needs no settings.
"""

import re
from datetime import UTC, datetime

from pythonjsonlogger.core import RESERVED_ATTRS
from pythonjsonlogger.json import JsonFormatter

# As many characters of one value as are kept.
MAX_LENGTH = 20_000

HIDDEN = "[hidden]"

# What code may attach to a line and would tell too much: a request shows its query and its sender.
_LEFT_OUT = ("request", "server_time")

_KEPT_QUIET = r"passw(?:or)?d\d?|passphrase|secret|token|api_?key|access_?key|session_?(?:key|id)|recovery_?codes?"
_SECRET_NAME = re.compile(f"(?i)(?:{_KEPT_QUIET}|authorization|cookie)")

# Each pattern reads a text once from left to right, however long and strange it is.
_RULES = (
    # Whole headers: Authorization, Cookie, Set-Cookie, also as WSGI names them.
    (re.compile(r"""(?i)(authorization|cookie)(["']?[ \t]{0,9}[:=][ \t]{0,9}["']?)[^\r\n"']+"""), r"\1\2" + HIDDEN),
    # password=…, "token": "…"
    (
        re.compile(rf"""(?i)({_KEPT_QUIET})(["']?[ \t]{{0,9}}[:=][ \t]{{0,9}}["']?)[^\s"',;&]+"""),
        r"\1\2" + HIDDEN,
    ),
    # postgres://newsroom:…@host
    (re.compile(r"(://[^\s/:@]{0,200}):[^\s/@]+@"), rf"\1:{HIDDEN}@"),
    # What stands behind an address: the keys of links, what readers searched for.
    (re.compile(r"(?<!\s)\?[^\s\"'<>]+"), f"?{HIDDEN}"),
    # PostgreSQL repeats the values of a row that it refuses.
    (re.compile(r"(?m)^(\s{0,9}DETAIL:).*$"), rf"\1 {HIDDEN}"),
)

# One part of an address, long enough to be the key of a link.
_LONG_PART = re.compile(r"(?<=/)[A-Za-z0-9_.:=~-]{20,}")
# Words joined by hyphens, as in the addresses of articles and in the names of modules and packages.
_WORDS = re.compile(r"\d{0,10}-?[a-z]{1,30}(?:[-_.][a-z]{1,30}|[-_.]?\d{1,4})*")


def without_secrets(text):
    """`text` without passwords, keys, cookies, the queries of addresses and the keys of links; cut to `MAX_LENGTH`."""
    text = text[:MAX_LENGTH]
    for pattern, replacement in _RULES:
        text = pattern.sub(replacement, text)
    return _LONG_PART.sub(_hide_key, text)


def _hide_key(match):
    return match[0] if _WORDS.fullmatch(match[0]) else HIDDEN


class JsonLines(JsonFormatter):
    """Writes a record as one line: time, level, logger, message, what else the code attached, the traceback."""

    def __init__(self):
        super().__init__(
            ["levelname", "name", "message"],
            timestamp="time",
            rename_fields={"levelname": "level", "name": "logger", "exc_info": "traceback"},
            reserved_attrs=[*RESERVED_ATTRS, *_LEFT_OUT],
        )

    def process_log_record(self, log_data):
        time_first = sorted(log_data, key=lambda name: name != "time")
        return {name: self._plain(name, log_data[name]) for name in time_first}

    @staticmethod
    def _plain(name, value):
        if isinstance(value, datetime):
            return value.astimezone(UTC).isoformat(timespec="milliseconds")
        if value is None or isinstance(value, bool | int | float):
            return value
        return HIDDEN if _SECRET_NAME.search(name) else without_secrets(str(value))
