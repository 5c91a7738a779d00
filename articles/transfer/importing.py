"""
Takes articles in from a file of docs/article-format.md: line by line, in batches, each of which is one transaction.

What was taken in is known again by its id and the digest of its line. So a
file can be imported twice, or again after an interruption, and nothing is
doubled.
"""

from collections import Counter
from dataclasses import dataclass
from threading import Lock

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.utils import timezone, translation

from articles.models import Article
from articles.references import note_references
from articles.transfer import updating
from articles.transfer.abreast import side_by_side
from articles.transfer.belongings import Belongings
from articles.transfer.composing import Composer
from articles.transfer.format import digest_of, lines_of, read_header, record_of
from articles.transfer.library import Library
from articles.transfer.prose import hashes_in
from articles.transfer.relating import Waiting
from articles.transfer.schema import Mismatch
from articles.transfer.storing import Incoming, store
from publishing.changes import announce_all
from publishing.followers import in_bulk
from publishing.languages import language_codes
from publishing.workflow import require_open_gates

# So many articles are one transaction, or fewer with so many bytes.
BATCH = 100
BATCH_BYTES = 8 * 1024 * 1024

_NOT_STORED = "could not be stored (%s). Import the file again"

NEW, UPDATED, UNCHANGED, REFUSED = "new", "updated", "unchanged", "refused"


@dataclass(frozen=True)
class Line:
    """A line of a file: where it stands (the header is 1), the digest that it is known by, and its record."""

    number: int
    digest: str
    record: dict

    @property
    def key(self):
        return self.record["id"]


class Import:
    """
    One import. `media`: the folder of the files, as a `Path`. `tell(line number, sentence)` hears of every problem.

    `as_drafts`: nothing goes out. `overwrite`: also what was changed here since it came in.
    """

    def __init__(self, *, media, tell, as_drafts=False, overwrite=False):
        self.tell, self.as_drafts, self.overwrite = tell, as_drafts, overwrite
        self.belongings, self.library = Belongings(), Library(media)
        self.waiting = Waiting()
        self.counts = Counter()
        # Of what the batches share that are worked on beside one another.
        self.lock, self.composing = Lock(), Lock()

    def take(self, file, *, progress=None):
        """
        Takes in all lines of an open file. Returns how many the header announced, or None.

        `progress(count)` is called after each batch. Raises `NotReadable` for
        another kind of file, and `ValidationError` while nothing may go out.
        """
        lines = lines_of(file)
        announced = read_header(next(lines, b""))
        with in_bulk():
            for _done in side_by_side(self._take, self._batches(lines), workers=_workers()):
                if progress:
                    progress(self.counts.total())
            self.waiting.relate()
        return announced

    def _batches(self, lines):
        """Lines that can be read, in batches in which no article comes twice."""
        batch, seen, size = [], set(), 0
        for number, line in enumerate(lines, start=2):
            try:
                record = record_of(line)
            except Mismatch as mismatch:
                self._refuse(number, mismatch)
                continue
            if batch and (len(batch) == BATCH or size + len(line) > BATCH_BYTES or record["id"] in seen):
                yield batch
                batch, seen, size = [], set(), 0
            # What came in as a draft comes in again when it is to be more.
            batch.append(Line(number, digest_of(line, *["drafts"] * self.as_drafts), record))
            seen.add(record["id"])
            size += len(line)
        if batch:
            yield batch

    def _refuse(self, number, problem):
        self._count(REFUSED, 1)
        self.tell(number, str(problem))

    def _count(self, kind, number):
        with self.lock:
            self.counts[kind] += number

    # --- A batch ----------------------------------------------------------------------

    def _take(self, batch, *, is_again=False):
        now = timezone.now()
        known = updating.known(batch)
        lines = [line for line in batch if not (line.key in known and known[line.key].is_from(line))]
        self._count(UNCHANGED, len(batch) - len(lines))
        # The columns that belong to no language repeat this one.
        with translation.override(settings.MODELTRANSLATION_DEFAULT_LANGUAGE):
            with self.composing:
                incoming = self._composed(lines, known, now)
            try:
                with transaction.atomic():
                    self._store(incoming, known, now)
            except DatabaseError as error:
                self._take_one_by_one([one.line for one in incoming], error, is_again)
                return
        self._count(NEW, sum(one.key not in known for one in incoming))
        self._count(UPDATED, sum(one.key in known for one in incoming))

    def _take_one_by_one(self, lines, error, is_again):
        """What could not be stored together is tried again, so that one line does not hold up the others."""
        for line in lines:
            if is_again:
                self._refuse(line.number, _NOT_STORED % error)
            else:
                self._take([line], is_again=True)

    def _composed(self, lines, known, now):
        """`Incoming` for all lines of which articles can be made."""
        self.library.load_pictures(set().union(*(_hashes_of(line.record) for line in lines)))
        composer = Composer(self.belongings, self.library, now=now, as_drafts=self.as_drafts)
        touched = set() if self.overwrite else updating.touched(known.values())
        taken = _taken_references(lines, known)
        found = []
        for line in lines:
            try:
                if line.key in known and known[line.key].is_trashed:
                    raise Mismatch("", "is in the trash here. Take it out first")
                if line.key in touched:
                    raise Mismatch("", "was changed here after it came in. With --overwrite the line takes its place")
                if line.key in taken:
                    raise Mismatch("reference", "is that of another article. Write another one, or leave it out")
                composed = composer.compose(line.record)
            except Mismatch as mismatch:
                self._refuse(line.number, mismatch)
            except DatabaseError as error:
                self._refuse(line.number, _NOT_STORED % error)
            else:
                for notice in composed.notices:
                    self.tell(line.number, notice)
                found.append(Incoming(line, composed))
        return found

    def _store(self, incoming, known, now):
        if not incoming:
            return
        if any(language.live for one in incoming for language in one.composed.languages):
            require_open_gates()
        self.waiting.add(store([one for one in incoming if one.key not in known], now=now))
        for one in incoming:
            if one.key in known:
                self.waiting.add(updating.update(one, known[one.key].number, now=now))
        note_references(one.article.reference for one in incoming)
        announce_all(language_codes())


def _workers():
    """
    How many batches are worked on at once: while PostgreSQL stores one, another can be composed.

    SQLite has one writer, and within somebody's transaction there is one connection.
    """
    return 2 if connection.vendor == "postgresql" and not connection.in_atomic_block else 1


def _hashes_of(record):
    """The SHA-256 of the pictures that a record names, or may name."""
    texts = [
        part["body"]
        for language in record["languages"].values()
        for part in (language, language.get("public") or {}, language.get("upcoming") or {})
        if "<img" in (part.get("body") or "").lower()
    ]
    return set(record.get("pictures") or ()).union(
        [sha256] if (sha256 := record.get("lead_picture")) else [], *map(hashes_in, texts)
    )


def _taken_references(lines, known):
    """The ids of the lines whose reference number is that of another article, here or further up."""
    first, taken = {}, set()
    for line in lines:
        reference = line.record.get("reference")
        if reference and first.setdefault(reference, line.key) != line.key:
            taken.add(line.key)
    for reference, number in Article.objects.filter(reference__in=first).values_list("reference", "pk"):
        key = first[reference]
        if key not in known or known[key].number != number:
            taken.add(key)
    return taken
