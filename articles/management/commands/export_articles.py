from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from articles.transfer.exporting import articles_to_export, batches
from articles.transfer.format import STDIO, header, line_of, writing
from articles.transfer.shelf import copied

# How many articles are written between two lines about it.
_TOLD_EVERY = 10_000


class Command(BaseCommand):
    help = (
        "Writes all articles, with all languages and what belongs to them, to a file of JSON lines, and the files of "
        "their pictures and media to a folder beside it. Drafts and originals are among them: keep both as safe as the "
        "database. docs/article-format.md describes the format."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "path", metavar="PATH", help="the file, compressed if it ends in .gz; - for standard output"
        )
        parser.add_argument(
            "--media", type=Path, metavar="FOLDER", help="where the files go (default: “media” beside PATH; none for -)"
        )
        parser.add_argument("--overwrite", action="store_true", help="replace PATH if it is there")

    def handle(self, *, path, media, overwrite, **options):
        if path != STDIO and Path(path).exists() and not overwrite:
            raise CommandError(f"{path} is there already. Write to another file, or give --overwrite.")
        self.media = media if media or path == STDIO else Path(path).parent / "media"
        self.missing = 0
        try:
            if self.media:
                self.media.mkdir(mode=0o700, parents=True, exist_ok=True)
            with writing(path) as file:
                count = self._write(file)
        except OSError as error:
            raise CommandError(f"{error.filename or path} cannot be written: {error.strerror or error}.") from error
        self.stderr.write(f"{count} articles written.")
        if self.missing:
            raise CommandError(f"Files are missing ({self.missing}): they are named above. All else is complete.")

    def _write(self, file):
        file.write(line_of(header(articles_to_export().count())))
        count = 0
        for records, files in batches():
            for record in records:
                file.write(line_of(record))
            if self.media:
                self._copy(files)
            before, count = count, count + len(records)
            if count // _TOLD_EVERY > before // _TOLD_EVERY:
                self.stderr.write(f"{count} so far")
        return count

    def _copy(self, files):
        for sha256, stored in sorted(files.items()):
            if not copied(stored, sha256, self.media):
                self.missing += 1
                self.stderr.write(f"media/{sha256}: {stored.name} is gone, or not what it was. See check_media.")
