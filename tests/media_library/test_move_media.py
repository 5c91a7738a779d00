"""`move_media` copies the library between the folder and the buckets, and believes nothing that it has not read."""

import hashlib
import io

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.management import CommandError, call_command
from django.utils.module_loading import import_string

from media_library.storage import names_in, originals
from tests.builders import make_document, make_picture

pytestmark = pytest.mark.django_db


@pytest.fixture
def buckets(both_storages):
    """Both storages as buckets, whatever the site uses."""
    return {alias: import_string(made["BACKEND"])(**made["OPTIONS"]) for alias, made in both_storages["s3"].items()}


@pytest.fixture
def library(both_storages):
    """A picture with its public files, and a document."""
    originals().save("picture/aa/original.jpg", ContentFile(b"as it was uploaded"))
    for number in range(5):
        storages["default"].save(f"pictures/aa/3x2-{number}.jpg", ContentFile(b"rendition %d" % number))
    storages["default"].save("documents/ab/report-en.pdf", ContentFile(b"%PDF-1.7" + bytes(100_000)))


def move(**options):
    out = io.StringIO()
    call_command("move_media", stdout=out, **options)
    return out.getvalue()


def content_of(storage):
    """name → hash of all files in a storage."""
    found = {}
    for name in names_in(storage):
        with storage.open(name) as file:
            found[name] = hashlib.sha256(file.read()).hexdigest()
    return found


def both(storage_of):
    return {alias: content_of(storage_of[alias]) for alias in ("default", "originals")}


def test_the_library_moves_to_the_buckets_and_back(library, buckets, use_storage, settings, tmp_path):
    before = both(storages)

    move(to="s3")
    assert both(buckets) == before
    use_storage("s3")
    storages["default"].save("pictures/bb/new.jpg", ContentFile(b"made after the switch"))
    settings.MEDIA_ROOT = tmp_path / "elsewhere"
    move(to="local")

    use_storage("local")
    assert both(storages) == before | {
        "default": before["default"] | {"pictures/bb/new.jpg": hashlib.sha256(b"made after the switch").hexdigest()}
    }


def test_what_is_there_and_the_same_is_not_copied_twice(library, buckets):
    first, again = move(to="s3"), move(to="s3")
    assert "default: 6 of 6 files" in first
    assert ", 6 copied" in first
    assert ", 6 copied" not in again


def test_a_corrupted_copy_is_found_and_mended(library, buckets):
    move(to="s3")
    buckets["default"].bucket.Object("pictures/aa/3x2-1.jpg").put(Body=b"rendition X")

    with pytest.raises(CommandError, match="Not everything is the same"):
        move(to="s3", verify_only=True)
    assert content_of(buckets["default"]) != content_of(storages["default"])

    move(to="s3")
    assert content_of(buckets["default"]) == content_of(storages["default"])


def test_a_missing_copy_is_found(library, buckets, capsys):
    move(to="s3")
    buckets["originals"].delete("picture/aa/original.jpg")
    with pytest.raises(CommandError):
        call_command("move_media", to="s3", verify_only=True)
    assert "picture/aa/original.jpg: not there" in capsys.readouterr().out


def test_what_was_deleted_since_the_first_copy_does_not_come_back(library, buckets):
    move(to="s3")
    storages["default"].delete("pictures/aa/3x2-0.jpg")  # a face was made unrecognisable, say

    with pytest.raises(CommandError):
        move(to="s3")
    move(to="s3", prune=True)
    assert "pictures/aa/3x2-0.jpg" not in content_of(buckets["default"])


def test_an_empty_source_prunes_nothing(library, buckets, settings, tmp_path):
    move(to="s3")
    settings.MEDIA_ROOT = tmp_path / "mistyped"
    with pytest.raises(CommandError, match="no file at all"):
        move(to="s3", prune=True)
    assert len(content_of(buckets["default"])) == 6


def test_the_source_is_deleted_only_when_asked_and_only_what_was_found_the_same(library, buckets, use_storage):
    move(to="s3")
    folder = storages["default"]
    use_storage("s3")
    buckets["default"].bucket.Object("pictures/aa/3x2-1.jpg").put(Body=b"rendition X")

    with pytest.raises(CommandError, match="Not everything is the same"):
        move(to="s3", verify_only=True, delete_source=True)

    assert set(content_of(folder)) == {"pictures/aa/3x2-1.jpg"}


def test_the_source_stays_while_the_site_uses_it(library, buckets):
    with pytest.raises(CommandError, match="The site still reads"):
        move(to="s3", delete_source=True)
    assert content_of(storages["default"])


def test_nothing_is_copied_into_the_storage_that_the_site_uses(library, buckets, use_storage):
    use_storage("s3")
    with pytest.raises(CommandError, match="deleted on purpose"):
        move(to="s3")
    assert content_of(storages["default"]) == {}


def test_without_buckets_it_says_what_to_set(settings):
    settings.NEWSROOM_STORAGES = settings.NEWSROOM_STORAGES | {"s3": {}}
    with pytest.raises(CommandError, match="NEWSROOM_S3_PUBLIC_BUCKET"):
        move(to="s3")


def test_a_real_picture_and_a_document_arrive_with_all_their_files(both_storages, buckets, use_storage):
    use_storage("local")
    picture = make_picture(with_renditions=True)
    document = make_document()
    move(to="s3")
    use_storage("s3")

    with picture.original.open("rb") as file:
        assert hashlib.sha256(file.read()).hexdigest() == picture.sha256
    assert all(storages["default"].exists(one.path) for one in picture.renditions.all())
    with document.file_in("en").clean.open("rb") as file:
        assert file.read(5) == b"%PDF-"
