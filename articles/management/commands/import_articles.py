from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from articles.transfer.format import STDIO, NotReadable, reading
from articles.transfer.importing import NEW, REFUSED, UNCHANGED, UPDATED, Import

# How many articles are taken in between two lines about it.
_TOLD_EVERY = 1_000


class Command(BaseCommand):
    help = (
        "Takes in articles from a file that export_articles wrote, or others of its format (docs/article-format.md). "
        "What is published there is published here, with its times. It can be given again: what is here already stays "
        "as it is, and what was broken off goes on. A line with something wrong is named and passed over."
    )

    def add_arguments(self, parser):
        parser.add_argument("path", metavar="PATH", help="the file; - for standard input")
        parser.add_argument(
            "--media", type=Path, metavar="FOLDER", help="where the files lie (default: “media” beside PATH)"
        )
        parser.add_argument("--as-drafts", action="store_true", help="publish nothing: all texts come in as drafts")
        parser.add_argument(
            "--overwrite", action="store_true", help="also replace what was written or changed here; its history stays"
        )

    def handle(self, *, path, media, as_drafts, overwrite, **options):
        folder = media or (Path() if path == STDIO else Path(path).parent) / "media"
        self.said = 0
        self.importing = Import(media=folder, tell=self._tell, as_drafts=as_drafts, overwrite=overwrite)
        try:
            with reading(path) as file:
                announced = self.importing.take(file, progress=self._progress)
        except (NotReadable, ValidationError) as error:
            raise CommandError(" ".join(getattr(error, "messages", [str(error)]))) from error
        except BrokenProcessPool as error:
            raise CommandError("A process was ended from outside (too little memory?). Import it again.") from error
        except (OSError, EOFError) as error:
            raise CommandError(f"{path} cannot be read: {error}. What came before is taken in.") from error
        self._conclude(announced)

    def _tell(self, number, sentence):
        self.stderr.write(f"line {number}: {sentence}")

    def _progress(self, count):
        if count - self.said >= _TOLD_EVERY:
            self.said = count
            self.stdout.write(f"{count} so far")

    def _conclude(self, announced):
        counts = self.importing.counts
        kinds = {NEW: "new", UPDATED: "updated", UNCHANGED: "as they were", REFUSED: "passed over"}
        self.stdout.write(", ".join(f"{counts[kind]} {words}" for kind, words in kinds.items()) + ".")
        if counts[NEW] + counts[UPDATED]:
            self.stdout.write("The worker makes the files of new pictures; make_social_cards makes what networks show.")
        if announced is not None and counts.total() < announced:
            raise CommandError(f"The file says that it has {announced} articles. It was cut off: copy it again.")
        if counts[REFUSED]:
            raise CommandError(f"Not everything came in ({counts[REFUSED]} passed over): see the lines named above.")
