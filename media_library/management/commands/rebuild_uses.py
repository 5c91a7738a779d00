from django.core.management.base import BaseCommand

from media_library.uses import rebuild_all


class Command(BaseCommand):
    """Reads anew which row shows which picture: after data was loaded in bulk, or put right by hand."""

    help = "Finds out again where every picture is used. Can be stopped and run again at any time."

    def handle(self, *args, **options):
        for model, done in rebuild_all():
            self.stdout.write(f"{model._meta.label}: {done} rows")
        self.stdout.write("Done.")
