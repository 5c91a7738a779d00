"""The format of exported articles: its header, its lines, its words. docs/article-format.md describes it."""

import gzip
import hashlib
import json
import sys
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from articles.models import Article
from articles.transfer.schema import Mismatch, compiled
from publishing.languages import language_codes
from publishing.models import Edition

NAME, VERSION = "newsroom-articles", 1
SCHEMA = Path(__file__).with_name("article.schema.json")
# In bytes. A whole line is held in memory, in a few forms.
LONGEST_LINE = 16 * 1024 * 1024
STDIO = "-"

State = Edition.State
# States in which readers see it, or did, or will at a set time.
OUT = frozenset({State.SCHEDULED, State.PUBLISHED, State.WITHDRAWN, State.RETRACTED})

# Name in a line → field: texts that every language has.
TEXTS = {name: name for name in ("title", "standfirst", "slug", "seo_title", "seo_description", "source", "dateline")}
# Rich text, which names its pictures in another way (`articles.transfer.pictures`).
BODY = "body"
QUOTES = "share_quotes"
# Format of an article → the field of its medium; in a line it is `medium`.
MEDIUM_FIELDS = {str(name): field for name, field in Article.MEDIUM_FIELDS.items()}


class NotReadable(Exception):
    """A file is not of this format, or not of a version that is known here. Says what to do."""


@cache
def check_of_lines():
    """The function that raises `schema.Mismatch` unless a record is as the schema wants it."""
    return compiled(json.loads(SCHEMA.read_text(encoding="utf-8")))


# --- The header ---------------------------------------------------------------------


def header(count):
    return {"format": NAME, "version": VERSION, "languages": language_codes(), "counts": {"articles": count}}


def read_header(line):
    """How many articles follow, or None where the header does not say. Raises `NotReadable`."""
    try:
        facts = json.loads(line)
    except (ValueError, RecursionError):
        facts = None
    if not isinstance(facts, dict) or facts.get("format") != NAME:
        raise NotReadable(f"This is no file of articles: its first line must be a header with “format”: “{NAME}”.")
    if facts.get("version") != VERSION:
        raise NotReadable(f"The file has version {facts.get('version')} of the format; this program reads {VERSION}.")
    unknown = sorted(set(map(str, facts.get("languages") or [])) - set(language_codes()))
    if unknown:
        raise NotReadable(f"The file has languages that this site has not: {', '.join(unknown)}. Add them first.")
    counts = facts.get("counts")
    count = counts.get("articles") if isinstance(counts, dict) else None
    return count if isinstance(count, int) else None


# --- Lines --------------------------------------------------------------------------


def line_of(record):
    """A record as bytes: the same for the same record, and ended."""
    text = json.dumps(record, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return f"{text}\n".encode()


def record_of(line):
    """The record that stands in a line. Raises `Mismatch`, which says where it is not as the format wants it."""
    if len(line) > LONGEST_LINE:
        raise Mismatch("", f"the line has more than {LONGEST_LINE} bytes: it is too long to be one article")
    try:
        record = json.loads(line, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise Mismatch("", f"the line is no JSON ({error}). Each line is one whole object") from None
    check_of_lines()(record)
    return record


def _refuse_constant(name):
    raise ValueError(f"{name} is no number of JSON")


def lines_of(file):
    """The lines of an open file, one by one, without empty ones. Of one that is too long comes the beginning."""
    while line := file.readline(LONGEST_LINE + 1):
        rest = line
        while not rest.endswith(b"\n") and (rest := file.readline(LONGEST_LINE)):
            pass
        if line.strip():
            yield line


def digest_of(line, *words):
    """By what a line is known again; `words`: what else decides what becomes of it."""
    return hashlib.sha256(b" ".join([line.strip(), *(word.encode() for word in words)])).hexdigest()


# --- Moments ------------------------------------------------------------------------


def moment_text(moment):
    """A moment in UTC; None for None."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z") if moment else None


def moment_of(text, place):
    """A moment of a line; None for none. Raises `Mismatch` for one that no calendar has, or no newsroom."""
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
        if not 1900 <= moment.year <= 2200:
            raise ValueError
        return moment.astimezone(UTC)
    except ValueError:
        raise Mismatch(place, f"“{text}” is no moment. Write it as 2026-05-03T09:30:00Z") from None


# --- Files --------------------------------------------------------------------------


@contextmanager
def reading(path):
    """A file of lines, opened; `-` is what comes in."""
    if path == STDIO:
        yield sys.stdin.buffer
        return
    opened = gzip.open if path.endswith(".gz") else open
    with opened(path, "rb") as file:
        yield file


@contextmanager
def writing(path):
    """
    A file to write lines to; `-` is what goes out. It has its name only when the block has ended well.

    Nobody else may read it: there are drafts in it.
    """
    if path == STDIO:
        yield sys.stdout.buffer
        return
    unfinished = Path(f"{path}.part")
    unfinished.unlink(missing_ok=True)
    unfinished.touch(mode=0o600)
    try:
        with unfinished.open("wb") as raw:
            if path.endswith(".gz"):
                # Without name and time: the same articles give the same file.
                with gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0) as file:
                    yield file
            else:
                yield raw
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
