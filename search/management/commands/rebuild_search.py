from datetime import datetime, time

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.dateparse import parse_date

from search.engines import STAFF, indexes
from search.rebuilding import rebuild, rebuild_staff

# How many are indexed between two lines about it.
_TOLD_EVERY = 10_000


class Command(BaseCommand):
    """For upgrades and after a restored backup: has everything found that is public, and nothing else."""

    help = (
        "Brings the search index into step with what is public. Readers go on searching meanwhile. A rebuilding that "
        "was broken off goes on where it was when the command is given again (without --all)."
    )

    def add_arguments(self, parser):
        parser.add_argument("--language", choices=indexes(), help="only this language; staff: what staff find")
        parser.add_argument(
            "--since", type=_moment, metavar="YYYY-MM-DD", help="only what was published or changed since"
        )
        parser.add_argument("--all", action="store_true", help="index everything again, also what is in step")

    def handle(self, *args, language, since, **options):
        for code in [language] if language else indexes():
            facts = {"every": options["all"], "progress": self._progress(code)}
            count = rebuild_staff(**facts) if code == STAFF else rebuild(code, since=since, **facts)
            self.stdout.write(f"{code}: {count} indexed.")

    def _progress(self, language):
        said = 0

        def say(count):
            nonlocal said
            if count - said >= _TOLD_EVERY:
                said = count
                self.stdout.write(f"{language}: {count} so far")

        return say


def _moment(text):
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    if day is None:
        raise CommandError(f"“{text}” is no day. Write it as 2026-05-31.")
    return timezone.make_aware(datetime.combine(day, time.min))
