from django.core.management import call_command
from django.core.management.base import BaseCommand

from desk.autosave import prune_kept_work
from desk.tidying import tidy_the_rest
from publishing.changes import prune
from publishing.workflow import empty_trash, settle


class Command(BaseCommand):
    """Once a day: empties the trash of what lay there 30 days, and drops what nobody can need any more."""

    help = "Deletes what was in the trash for 30 days, drafts nobody came back for, old jobs and changes of caches."

    def handle(self, *args, **options):
        settle()
        count = empty_trash()
        prune_kept_work.func()
        prune()
        tidy_the_rest()
        # What jobs were given (names, addresses) is not kept longer than anybody looks for a job that failed.
        call_command("prune_db_task_results", queue_name="*", min_age_days=14, verbosity=0)
        self.stdout.write(f"{count} items deleted for good.")
