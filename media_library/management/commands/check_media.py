import hashlib
from datetime import timedelta
from itertools import islice

from django.apps import apps
from django.core.files.storage import default_storage
from django.core.management.base import BaseCommand, CommandError
from django.db.models import FileField
from django.utils import timezone

from media_library.models import Captions, DocumentFile, FormerFile, Picture, Rendition, Video
from media_library.storage import models_with_files, names_in

# Younger files may belong to something that is being stored.
SETTLED_AFTER = timedelta(days=1)
CHUNK = 500
# Whose rows know the hash of which file.
HASHED = {(Picture, "original"), (FormerFile, "original"), (DocumentFile, "clean")}
# Published PDFs: whichever text went out with one names it, also after the document got a newer file.
KEPT_FOLDER = "documents/"


class Command(BaseCommand):
    """Compares rows and files. Changes nothing unless it is told to."""

    help = (
        "Lists originals and public files that are not there any more, and files of which no row knows. "
        "Ends with an error if there are any."
    )

    def add_arguments(self, parser):
        parser.add_argument("--hashes", action="store_true", help="also read every original, and compare its hash")
        parser.add_argument(
            "--delete-orphans", action="store_true", help="delete files of which no row knows, older than a day"
        )

    def handle(self, *, hashes, delete_orphans, **options):
        self.wrong = 0
        self._look_for_private(hashes)
        self._look_for_renditions()
        self._look_for_files_of(Video, Captions, *models_with_files)
        self._look_for_orphans(_private_storage(), _known_privately, is_deleting=delete_orphans)
        self._look_for_orphans(default_storage, _known_publicly, is_deleting=delete_orphans)
        if self.wrong:
            raise CommandError(f"{self.wrong} files are missing, changed, or belong to nothing; see above.")
        self.stdout.write(self.style.SUCCESS("Every file is there, and belongs to something."))

    def _complain(self, words):
        self.wrong += 1
        self.stdout.write(words)

    def _look_for_private(self, is_reading):
        for model, name in _private_fields():
            has_hash = is_reading and (model, name) in HASHED
            rows = model.objects.exclude(**{name: ""}).only("pk", name, *(["sha256"] if has_hash else []))
            for row in rows.order_by("pk").iterator(chunk_size=CHUNK):
                file = getattr(row, name)
                if not file.storage.exists(file.name):
                    self._complain(f"missing: {file.name} ({model._meta.verbose_name} {row.pk})")
                elif has_hash and row.sha256 and _hash_of(file) != row.sha256:
                    self._complain(f"changed: {file.name} ({model._meta.verbose_name} {row.pk})")

    def _look_for_renditions(self):
        pictures = Picture.objects.order_by("pk").prefetch_related("renditions").only("pk", "token")
        for picture in pictures.iterator(chunk_size=CHUNK):
            paths = {rendition.path for rendition in picture.renditions.all()}
            for path in sorted(paths - _names_beside(paths)):
                self._complain(f"missing: {path} (picture {picture.pk}; make_renditions --all makes it anew)")

    def _look_for_files_of(self, *models):
        for model in models:
            for pk, path in model.objects.exclude(path="").order_by("pk").values_list("pk", "path").iterator():
                if not default_storage.exists(path):
                    self._complain(f"missing: {path} ({model._meta.verbose_name} {pk})")

    def _look_for_orphans(self, storage, known, *, is_deleting):
        names = names_in(storage)
        while chunk := list(islice(names, CHUNK)):
            for name in sorted(set(chunk) - known(chunk)):
                if name.startswith(KEPT_FOLDER) or not _is_settled(storage, name):
                    continue
                if is_deleting:
                    storage.delete(name)
                    self.stdout.write(f"deleted: {name}")
                else:
                    self._complain(f"belongs to nothing: {name}")


def _private_storage():
    return Picture._meta.get_field("original").storage


def _private_fields():
    """(model, name) of every field whose files lie in the private storage."""
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, FileField) and field.storage == _private_storage():
                yield model, field.name


def _is_settled(storage, name):
    """Whether a file is there for so long that it cannot be part of something that is being stored."""
    try:
        return storage.get_modified_time(name) < timezone.now() - SETTLED_AFTER
    except FileNotFoundError:  # It was deleted meanwhile.
        return False


def _known_privately(names):
    known = set()
    for model, field in _private_fields():
        known.update(model.objects.filter(**{f"{field}__in": names}).values_list(field, flat=True))
    return known


def _known_publicly(names):
    known = set()
    for model in (Rendition, Video, Captions, *models_with_files):
        known.update(model.objects.filter(path__in=names).values_list("path", flat=True))
    return known


def _names_beside(paths):
    """The files in the folders of these paths."""
    found = set()
    for folder in {path.rpartition("/")[0] for path in paths}:
        try:
            _folders, names = default_storage.listdir(folder)
        except FileNotFoundError:
            continue
        found.update(f"{folder}/{name}" for name in names)
    return found


def _hash_of(file):
    """The SHA-256 of a stored file, read a piece at a time; "" where it cannot be read."""
    digest = hashlib.sha256()
    try:
        with file.storage.open(file.name) as stored:
            for chunk in stored.chunks():
                digest.update(chunk)
    except OSError:
        return ""
    return digest.hexdigest()
