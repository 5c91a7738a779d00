"""
Takes articles in from a file of docs/article-format.md: line by line, in batches, each of which is one transaction.

What was taken in is known again by its id and the digest of its line. So a
file can be imported twice, or again after an interruption, and nothing is
doubled.
"""

from collections import Counter, deque
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import sleep

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
from articles.transfer.relating import Lonely, Waiting
from articles.transfer.schema import Mismatch
from articles.transfer.storing import Incoming, store
from publishing.changes import announce_all
from publishing.followers import in_bulk
from publishing.languages import language_codes
from publishing.workflow import require_open_gates

# So many articles are one transaction, or fewer with so many bytes.
BATCH = 100
BATCH_BYTES = 8 * 1024 * 1024
# So many processes work on batches at once.
WORKERS = 2

# In seconds: whoever waits for SQLite's lock looks every tenth of one whether it is free. Staff save meanwhile.
_OTHERS_TURN = 0.12

_NOT_STORED = "could not be stored (%s). Import the file again"

_INTAKE = f"{__name__}.Intake"

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


@dataclass
class Outcome:
    """What came of a batch: how many of each kind, (line, sentence) for whoever looks on, and who misses others."""

    counts: Counter = field(default_factory=Counter)
    told: list[tuple[int, str]] = field(default_factory=list)
    lonely: list[Lonely] = field(default_factory=list)

    def add(self, other):
        self.counts += other.counts
        self.told += other.told
        self.lonely += other.lonely

    def refuse(self, number, problem):
        self.counts[REFUSED] += 1
        self.told.append((number, str(problem)))


class Import:
    """
    One import. `media`: the folder of the files, as a `Path`. `tell(line number, sentence)` hears of every problem.

    `as_drafts`: nothing goes out. `overwrite`: also what was changed here since it came in.
    """

    def __init__(self, *, media, tell, as_drafts=False, overwrite=False):
        self.facts = {"media": media, "as_drafts": as_drafts, "overwrite": overwrite}
        self.tell, self.as_drafts = tell, as_drafts
        self.counts = Counter()

    def take(self, file, *, progress=None):
        """
        Takes in all lines of an open file. Returns how many the header announced, or None.

        `progress(count)` is called after each batch. Raises `NotReadable` for
        another kind of file, and `ValidationError` while nothing may go out.
        """
        lines = lines_of(file)
        announced = read_header(next(lines, b""))
        waiting = Waiting()
        with in_bulk():
            for outcome in side_by_side(_INTAKE, self.facts, self._batches(lines), workers=_workers()):
                waiting.add(outcome.lonely)
                self._conclude(outcome)
                if progress:
                    progress(self.counts.total())
            waiting.relate()
        return announced

    def _batches(self, lines):
        """
        Lines that can be read, in batches in which no article comes twice.

        None before a batch that has an article of one that may still be worked on.
        """
        batch, seen, size = [], set(), 0
        recent = deque(maxlen=WORKERS + 1)
        for number, line in enumerate(lines, start=2):
            try:
                record = record_of(line)
            except Mismatch as mismatch:
                unread = Outcome()
                unread.refuse(number, mismatch)
                self._conclude(unread)
                continue
            if batch and (len(batch) == BATCH or size + len(line) > BATCH_BYTES or record["id"] in seen):
                yield from _in_order(batch, seen, recent)
                batch, seen, size = [], set(), 0
            # What came in as a draft comes in again when it is to be more.
            batch.append(Line(number, digest_of(line, *["drafts"] * self.as_drafts), record))
            seen.add(record["id"])
            size += len(line)
        if batch:
            yield from _in_order(batch, seen, recent)

    def _conclude(self, outcome):
        self.counts += outcome.counts
        for number, sentence in outcome.told:
            self.tell(number, sentence)


class Intake:
    """
    What takes in batches, one after the other. `composing`, `storing`: locks; others may be at work beside it.

    Composing writes as well, a byline or a picture at a time: on SQLite it waits for whoever stores.
    """

    def __init__(self, composing, storing, *, media, as_drafts, overwrite):
        self.composing, self.storing = composing, storing
        self.as_drafts, self.overwrite = as_drafts, overwrite
        self.belongings, self.library = Belongings(), Library(media)

    def take(self, batch, *, is_again=False):
        """
        Takes in a batch of lines; returns its `Outcome`.

        What cannot be stored together is tried again line by line, so that one does not hold up the others.
        """
        now, outcome = timezone.now(), Outcome()
        known = updating.known(batch)
        lines = [line for line in batch if not (line.key in known and known[line.key].is_from(line))]
        outcome.counts[UNCHANGED] += len(batch) - len(lines)
        # The columns that belong to no language repeat this one.
        with translation.override(settings.MODELTRANSLATION_DEFAULT_LANGUAGE):
            with self.composing:
                incoming = self._composed(lines, known, now, outcome)
            try:
                with self._transaction():
                    outcome.lonely = self._store(incoming, known, now)
            except DatabaseError as error:
                for one in incoming:
                    if is_again:
                        outcome.refuse(one.line.number, _NOT_STORED % error)
                    else:
                        outcome.add(self.take([one.line], is_again=True))
                return outcome
        outcome.counts[NEW] += sum(one.key not in known for one in incoming)
        outcome.counts[UPDATED] += sum(one.key in known for one in incoming)
        return outcome

    @contextmanager
    def _transaction(self):
        if connection.vendor != "sqlite":
            with transaction.atomic():
                yield
            return
        # It has one writer: who waits for a lock of ours does not find the database busy.
        with self.storing:
            with transaction.atomic():
                yield
            sleep(_OTHERS_TURN)

    def _composed(self, lines, known, now, outcome):
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
                outcome.refuse(line.number, mismatch)
            except DatabaseError as error:
                outcome.refuse(line.number, _NOT_STORED % error)
            else:
                outcome.told += [(line.number, notice) for notice in composed.notices]
                found.append(Incoming(line, composed))
        return found

    def _store(self, incoming, known, now):
        """Returns those that miss related articles."""
        if not incoming:
            return []
        if any(language.live for one in incoming for language in one.composed.languages):
            require_open_gates()
        lonely = store([one for one in incoming if one.key not in known], now=now)
        for one in incoming:
            if one.key in known:
                lonely += updating.update(one, known[one.key].number, now=now)
        note_references(one.article.reference for one in incoming)
        announce_all(language_codes())
        return lonely


def _in_order(batch, ids, recent):
    """A batch; before it None, where one of the recent ones had one of its ids."""
    if not ids.isdisjoint(set().union(*recent)):
        yield None
    recent.append(ids)
    yield batch


def _workers():
    """How many batches are worked on at once: one, where the database is in memory or a transaction is open."""
    is_shared = connection.vendor != "sqlite" or not connection.is_in_memory_db()
    return WORKERS if is_shared and not connection.in_atomic_block else 1


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
