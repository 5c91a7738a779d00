from django.core.management.base import BaseCommand

from media_library.models import Picture
from media_library.renditions import make_renditions_of, pictures_without_renditions


class Command(BaseCommand):
    help = "Makes the public files of pictures that have none (or of all pictures with --all)."

    def add_arguments(self, parser):
        parser.add_argument("--all", action="store_true", help="remake every picture, not only those that lack files")

    def handle(self, *, all, **options):
        pictures = Picture.objects.all() if all else pictures_without_renditions()
        total = pictures.count()
        for done, picture in enumerate(pictures.order_by("pk").iterator(), start=1):
            make_renditions_of(picture)
            self.stdout.write(f"{done}/{total} {picture.name}")
        self.stdout.write(self.style.SUCCESS(f"{total} pictures done."))
