import gzip
import sys
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from delivery import reads
from delivery.access_log import count_log


class Command(BaseCommand):
    """For sites where a server in front answers for pages by itself: counts what its log says was read."""

    help = (
        "Counts what readers read from a front server's access log (JSON as in deploy/nginx/newsroom.conf, or "
        "“combined”). A log may be given again when it has grown or was rotated: nothing is counted twice."
    )

    def add_arguments(self, parser):
        parser.add_argument("logs", nargs="+", metavar="LOG", help="a file, also one that ends in .gz; - is the input")

    def handle(self, *args, logs, **options):
        if settings.NEWSROOM_COUNT_READS != "log":
            raise CommandError(
                f"NEWSROOM_COUNT_READS is “{settings.NEWSROOM_COUNT_READS}”. Set it to “log” first, or readings "
                "would be counted by the site itself and again from the log."
            )
        for name in logs:
            self._count(name)
        reads.update_most_read()

    def _count(self, name):
        try:
            with _opened(name) as stream:
                counted, unreadable = count_log(stream)
        except OSError as error:
            raise CommandError(f"{name}: {error.strerror or error}") from error
        self.stdout.write(f"{name}: {counted} readings counted.")
        if unreadable:
            self.stderr.write(
                f"{name}: {unreadable} lines were left out: they are of no known form, or do not say whether a "
                "reader asked. See “What is read” in docs/operations.md."
            )


def _opened(name):
    if name == "-":
        return sys.stdin.buffer
    path = Path(name)
    return gzip.open(path) if path.suffix == ".gz" else path.open("rb")
