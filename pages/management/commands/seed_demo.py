from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from pages.seed.content import OWN_CONTENT, Content, SeedError
from pages.seed.demo import has_articles, seed_demo


class Command(BaseCommand):
    help = "Fills the site with invented content in four languages, to look around in. Adds only what is missing."

    def add_arguments(self, parser):
        parser.add_argument("--content", type=Path, default=OWN_CONTENT, help="the folder of the content files")
        parser.add_argument(
            "--only-if-empty",
            action="store_true",
            help="do nothing where there are articles: what staff deleted does not come back",
        )

    def handle(self, *, content, only_if_empty, **options):
        if only_if_empty and has_articles():
            self.stdout.write("There are articles already: no demo content was added.")
            return
        try:
            seed_demo(Content(content), self.stdout.write)
        except SeedError as error:
            raise CommandError(str(error)) from error
        self.stdout.write("The pictures' files are made by `manage.py db_worker --batch`.")
