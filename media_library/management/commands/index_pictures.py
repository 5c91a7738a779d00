from django.core.management.base import BaseCommand
from django.db import transaction
from django.db.models import Exists, OuterRef

from media_library import words
from media_library.models import Picture, PictureWord

BATCH = 500


class Command(BaseCommand):
    help = (
        "Makes the words by which pictures are found, for those that have none (or for all with --all). "
        "Can be stopped and started again."
    )

    def add_arguments(self, parser):
        parser.add_argument("--all", action="store_true", help="look at every picture, not only those without words")

    def handle(self, *, all, **options):
        pictures = Picture.objects.order_by("pk")
        if not all:
            pictures = pictures.filter(~Exists(PictureWord.objects.filter(picture=OuterRef("pk"))))
        done, last = 0, 0
        total = pictures.count()
        while batch := list(pictures.filter(pk__gt=last)[:BATCH]):
            with transaction.atomic():
                words.index(*batch)
            done, last = done + len(batch), batch[-1].pk
            self.stdout.write(f"{done}/{total}")
        self.stdout.write(self.style.SUCCESS(f"{done} pictures done."))
