import hashlib
from concurrent.futures import ThreadPoolExecutor
from enum import Enum
from typing import NamedTuple

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import storages
from django.core.management.base import BaseCommand, CommandError
from django.template.defaultfilters import filesizeformat
from django.utils.module_loading import import_string

from accounts.audit import record
from media_library.storage import names_in

# Both storages that the library knows; see `newsroom.settings.files`.
ALIASES = ("default", "originals")
WORKERS = 8
# After how many files of work a line says how far it is.
BATCH = 200


class Found(Enum):
    """What was found out about one file."""

    SAME = "the same on both sides"
    COPIED = "copied, and the same on both sides"
    MISSING = "not there"
    DIFFERS = "differs"
    UNREADABLE = "cannot be read"


class Command(BaseCommand):
    help = (
        "Copies every file of the library from the local folder to the S3 buckets, or back, and compares what arrived "
        "by SHA-256. Can be interrupted and run again: what is there and the same is not copied twice. "
        "Ends with an error while anything differs."
    )

    def add_arguments(self, parser):
        parser.add_argument("--to", required=True, choices=["s3", "local"], help="where the files are to be")
        parser.add_argument("--verify-only", action="store_true", help="copy nothing, only compare")
        parser.add_argument(
            "--prune",
            action="store_true",
            help="also delete what only the target has, such as pictures that were deleted since the first copy",
        )
        parser.add_argument(
            "--delete-source",
            action="store_true",
            help="at the end delete each file whose copy was found the same, once the site uses the target",
        )

    def handle(self, *, to, verify_only, prune, delete_source, **options):
        self._refuse_what_would_hurt(to, verify_only, prune, delete_source)
        source_name = "local" if to == "s3" else "s3"
        pairs = [(alias, _storage(source_name, alias), _storage(to, alias)) for alias in ALIASES]
        is_whole = True
        for alias, source, target in pairs:
            move = Move(source, target, is_copying=not verify_only, say=self._say_of(alias))
            move.run()
            if to != settings.NEWSROOM_STORAGE:
                move.look_for_leftovers(is_pruning=prune)
            if delete_source:
                move.delete_source()
            is_whole = is_whole and move.is_whole
        facts = {"to": to, "prune": prune, "delete_source": delete_source, "verify_only": verify_only}
        record("command.run", command="move_media", **facts)
        if not is_whole:
            raise CommandError("Not everything is the same on both sides; see above. Run it again.")
        self.stdout.write(self.style.SUCCESS("Every file is there and the same."))

    def _refuse_what_would_hurt(self, to, verify_only, prune, delete_source):
        if not settings.NEWSROOM_STORAGES["s3"]:
            raise CommandError("There are no buckets: set NEWSROOM_S3_PUBLIC_BUCKET and what belongs to it.")
        is_in_use = to == settings.NEWSROOM_STORAGE
        if is_in_use and not verify_only:
            raise CommandError(
                f"The site already uses “{to}”: what is missing there may have been deleted on purpose, and is not "
                "brought back. Add --verify-only to compare."
            )
        if is_in_use and prune:
            raise CommandError(f"The site already uses “{to}”: files that only it has are new ones. Leave --prune out.")
        if prune and verify_only:
            raise CommandError("--verify-only changes nothing: leave --prune out.")
        if delete_source and not is_in_use:
            raise CommandError(
                f"The site still reads what would be deleted. Set NEWSROOM_STORAGE={to}, restart, then run this again "
                "with --verify-only --delete-source."
            )

    def _say_of(self, alias):
        def say(words):
            self.stdout.write(f"{alias}: {words}")

        return say


class Move:
    """One storage's files on their way to another. `is_whole` tells, after `run`, whether both are the same."""

    def __init__(self, source, target, *, is_copying, say):
        self.source, self.target = source, target
        self.is_copying = is_copying
        self.say = say
        self.is_whole = True
        self.names = []
        self.same = []

    def run(self):
        """Copies (unless it only compares) and compares every file of the source; says how far it is."""
        self.names = sorted(names_in(self.source))
        already = set(names_in(self.target))
        done = size = copied = 0
        with ThreadPoolExecutor(WORKERS) as pool:
            for start in range(0, len(self.names), BATCH):
                batch = self.names[start : start + BATCH]
                for name, found, length in pool.map(lambda name: self._one(name, already), batch):
                    self._note(name, found)
                    size += length
                    copied += found is Found.COPIED
                done += len(batch)
                self.say(f"{done} of {len(self.names)} files, {filesizeformat(size)}, {copied} copied")

    def _note(self, name, found):
        if found in {Found.SAME, Found.COPIED}:
            self.same.append(name)
        else:
            self.is_whole = False
            self.say(f"{name}: {found.value}")

    def _one(self, name, already):
        """(its name, what was found, bytes) of one file."""
        try:
            wanted = _digest(self.source, name)
        except OSError:
            return name, Found.UNREADABLE, 0
        if name in already and self._arrived(name) == wanted:
            return name, Found.SAME, wanted.length
        if not self.is_copying:
            return name, Found.DIFFERS if name in already else Found.MISSING, wanted.length
        if name in already:  # half a file of an interrupted run, or one that rotted
            self.target.delete(name)
        with self.source.open(name) as file:
            stored = self.target.save(name, File(file, name=name))
        is_right = stored == name and self._arrived(name) == wanted
        return name, Found.COPIED if is_right else Found.DIFFERS, wanted.length

    def _arrived(self, name):
        try:
            return _digest(self.target, name)
        except OSError:
            return None

    def look_for_leftovers(self, *, is_pruning):
        """
        Files that only the target has were deleted from the source since they were copied.

        Readers must not find them once the site uses the target: they count as a difference.
        """
        leftovers = sorted(set(names_in(self.target)) - set(self.names))
        if is_pruning and leftovers and not self.names:
            raise CommandError("The source has no file at all: nothing is deleted from the target. Check the settings.")
        for name in leftovers:
            if is_pruning:
                self.target.delete(name)
            self.say(f"{name}: deleted from the target" if is_pruning else f"{name}: only in the target; see --prune")
        self.is_whole = self.is_whole and (is_pruning or not leftovers)

    def delete_source(self):
        """Deletes from the source what was found the same in the target, and nothing else."""
        for name in self.same:
            self.source.delete(name)
        self.say(f"{len(self.same)} files deleted from the source")


def _storage(name, alias):
    """One of the two storages of a place, whether the site uses it or not."""
    if name == settings.NEWSROOM_STORAGE:
        return storages[alias]
    made = settings.NEWSROOM_STORAGES[name][alias]
    return import_string(made["BACKEND"])(**made.get("OPTIONS", {}))


class Digest(NamedTuple):
    """What a file is known again by: its SHA-256, and its length in bytes."""

    sha256: str
    length: int


def _digest(storage, name):
    """The digest of a stored file, read to its end."""
    digest, length = hashlib.sha256(), 0
    with storage.open(name) as file:
        for chunk in file.chunks():
            digest.update(chunk)
            length += len(chunk)
    return Digest(digest.hexdigest(), length)
