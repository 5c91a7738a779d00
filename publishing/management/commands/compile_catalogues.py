from pathlib import Path

import polib
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    help = "Compiles the message catalogues (.po to .mo), without GNU gettext. With --check only compares."

    def add_arguments(self, parser):
        parser.add_argument("--check", action="store_true", help="fail if a compiled catalogue is not in step")

    def handle(self, *, check, **options):
        stale = [path for path in catalogues() if compiled(path) != stored(path)]
        if check and stale:
            names = ", ".join(str(path) for path in stale)
            raise CommandError(f"Not compiled since their last change: {names}. Run: manage.py compile_catalogues")
        for path in stale:
            path.with_suffix(".mo").write_bytes(compiled(path))
            self.stdout.write(f"compiled {path}")


def catalogues():
    """The .po files of the project, in a fixed order."""
    return sorted(path for folder in settings.LOCALE_PATHS for path in Path(folder).rglob("*.po"))


def compiled(path):
    """The bytes of the .mo file for a .po file. Fuzzy messages are left out, as msgfmt does."""
    return polib.pofile(str(path)).to_binary()


def stored(path):
    mo = path.with_suffix(".mo")
    return mo.read_bytes() if mo.exists() else None
