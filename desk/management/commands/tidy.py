from django.core.management.base import BaseCommand

from desk.autosave import prune_kept_work
from desk.tidying import tidy_the_rest
from publishing.changes import prune
from publishing.workflow import empty_trash, settle


class Command(BaseCommand):
    """Once a day: empties the trash of what lay there 30 days, and drops what nobody can need any more."""

    help = "Deletes what was in the trash for 30 days, drafts nobody came back for, and old entries of the change log."

    def handle(self, *args, **options):
        settle()
        count = empty_trash()
        prune_kept_work.func()
        prune()
        tidy_the_rest()
        self.stdout.write(f"{count} items deleted for good.")
