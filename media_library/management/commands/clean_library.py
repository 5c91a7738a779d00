from datetime import timedelta

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from media_library.models import Picture
from media_library.workflow import clean_out


class Command(BaseCommand):
    """Deletes pictures that nothing has used for a long time. Nothing runs it by itself."""

    help = "Deletes pictures, with all their files, that nothing has used for a number of days."

    def add_arguments(self, parser):
        days = settings.NEWSROOM_UNUSED_PICTURE_DAYS
        parser.add_argument("--days", type=int, default=days, help=f"unused for so many days ({days} unless told)")
        parser.add_argument("--dry-run", action="store_true", help="only say which they are")

    def handle(self, *, days, dry_run, **options):
        if days < 1:
            raise CommandError("The number of days must be at least 1.")
        moment = timezone.now() - timedelta(days=days)
        if dry_run:
            pictures = Picture.objects.filter(unused_since__lt=moment).order_by("pk").iterator(chunk_size=500)
        else:
            pictures = clean_out(unused_since=moment)
        count = 0
        for picture in pictures:
            count += 1
            self.stdout.write(f"{picture.pk} {picture.name}")
        words = "pictures would be deleted" if dry_run else "pictures deleted"
        self.stdout.write(f"{count} {words}: unused for {days} days or longer.")
