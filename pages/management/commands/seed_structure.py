from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from pages.seed.content import OWN_CONTENT, Content, SeedError
from pages.seed.structure import seed_structure


class Command(BaseCommand):
    help = "Adds the sections, pages, bodies and menus that a new site begins with. Changes nothing that is there."

    def add_arguments(self, parser):
        parser.add_argument("--content", type=Path, default=OWN_CONTENT, help="the folder of the content files")

    def handle(self, *, content, **options):
        try:
            seed_structure(Content(content), self.stdout.write)
        except SeedError as error:
            raise CommandError(str(error)) from error
