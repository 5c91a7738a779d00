import logging
from datetime import timedelta

from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.translation import gettext as _

from media_library import uploads
from media_library.intake import documents
from media_library.models import Picture, Upload
from media_library.refusals import Refused, sentence
from media_library.renditions import make_renditions_of

logger = logging.getLogger(__name__)

# A job that was lost with its worker, and not one that waits its turn.
LOST_AFTER = timedelta(hours=1)


class Command(BaseCommand):
    """Does what jobs do that were lost, and what an upgrade asks for. Can be stopped and run again: it goes on."""

    help = (
        "Makes the public files that pictures lack (or those of all pictures with --all), the clean copies that PDFs "
        "lack, and takes in uploads that have waited for an hour. Goes on after what is broken, and names it."
    )

    def add_arguments(self, parser):
        parser.add_argument("--all", action="store_true", help="remake every picture, not only those that lack files")

    def handle(self, *, all, **options):
        self.broken = 0
        lost = Upload.objects.filter(state=Upload.State.WAITING, created_at__lt=timezone.now() - LOST_AFTER)
        self._each(lost, uploads.take_in, "uploads")
        pictures = Picture.objects.all() if all else Picture.objects.lacking_renditions()
        self._each(pictures, _make, "pictures")
        self._each(documents.files_to_clean(), documents.clean_file, "documents")
        if self.broken:
            self.stdout.write(self.style.WARNING(f"{self.broken} could not be done; they are named above."))

    def _each(self, queryset, do, what):
        """Does something to each row; one that fails is named, and stops nothing."""
        total = done = queryset.count()
        for done, pk in enumerate(queryset.order_by("pk").values_list("pk", flat=True).iterator(), start=1):
            row = queryset.model.objects.filter(pk=pk).first()
            if row:
                self.stdout.write(f"{done}/{max(done, total)} {row}{self._tried(do, row)}")
        self.stdout.write(self.style.SUCCESS(f"{done} {what} done."))

    def _tried(self, do, row):
        try:
            do(row)
            problem = getattr(row, "problem", "")
        except Refused as refused:
            problem = sentence(refused.code, refused.facts)
        except Exception as error:
            logger.exception("make_renditions.failed row=%r", row)
            problem = f"{type(error).__name__}: {error}"
        self.broken += bool(problem)
        return f": {_(problem)}" if problem else ""


def _make(picture):
    make_renditions_of(picture)
