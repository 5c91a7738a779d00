"""What becomes of uploaded pictures: taken in, known already, or refused with a reason and without a trace."""

import errno
import logging
import tempfile
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.storage import FileSystemStorage, default_storage
from PIL import Image

from media_library import refusals, uploads
from media_library.intake import pictures as taker
from media_library.models import Collection, FormerFile, Picture, Upload
from media_library.storage import names_in
from publishing.models import LogEntry
from tests.builders import make_album, make_picture, make_staff, make_video
from tests.media_library import photos
from tests.media_library.photos import sent

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

MEGABYTE = 1024 * 1024


@pytest.fixture
def person():
    return make_staff("editor")


@pytest.fixture
def take(person, django_capture_on_commit_callbacks):
    """Uploads a file and takes it in, as a job would; what is enqueued then stays in the queue."""

    def taken(data, name="photo.jpg", by=person, **purpose):
        with django_capture_on_commit_callbacks(execute=True):
            upload = uploads.receive(sent(data, name), by=by, **purpose)
            uploads.take_in(upload)
        upload.refresh_from_db()
        return upload

    return taken


@pytest.fixture
def again(django_capture_on_commit_callbacks):
    """Does something with an upload, with what follows once it is stored."""

    def done(function, upload, **facts):
        with django_capture_on_commit_callbacks(execute=True):
            function(upload, **facts)
        upload.refresh_from_db()
        return upload

    return done


@pytest.fixture
def leftovers(tmp_path, monkeypatch):
    """The files that came since the test began: originals, public files, temporary ones."""
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    private = Upload._meta.get_field("file").storage

    def found():
        return {*names_in(private), *names_in(default_storage), *(path.name for path in temporary.rglob("*"))}

    before = found()
    return lambda: found() - before


# --- Taken in ------------------------------------------------------------------------


@pytest.mark.parametrize("extension", photos.MAKERS)
def test_every_format_becomes_a_picture_with_files_for_readers(extension, take, person):
    upload = take(photos.MAKERS[extension](), f"Harvest in May.{extension}")

    assert upload.state == Upload.State.TAKEN, upload.reason
    picture = upload.picture
    assert (picture.name, picture.created_by) == ("Harvest in May", person)
    assert (picture.width, picture.height, picture.orientation) == (900, 600, "landscape")
    assert picture.is_ready
    assert picture.renditions.filter(encoding="jpeg").count() == 10
    assert not upload.file
    assert picture.original.storage.exists(picture.original.name)


@pytest.mark.parametrize("extension", ["jpg", "png", "webp", "avif", "heic"])
def test_credit_copyright_source_and_day_are_read_and_the_author_is_not(extension, take):
    picture = take(photos.MAKERS[extension](), f"a.{extension}").picture

    assert {picture.credit_en, picture.credit_ar, picture.credit_tr, picture.credit_ku} == {photos.CREDIT}
    assert (picture.copyright_notice, picture.source) == (photos.COPYRIGHT, photos.SOURCE)
    assert picture.taken_on == date(2026, 5, 31)
    stored = str(Picture.objects.filter(pk=picture.pk).values().get())
    assert "Secret" not in stored


@pytest.mark.parametrize("extension", ["jpg", "png", "webp", "avif", "heic"])
def test_a_picture_stands_upright_whatever_its_format(extension, take):
    picture = take(photos.MAKERS[extension](orientation=6), f"a.{extension}").picture

    assert (picture.width, picture.height) == (600, 900)
    natural = picture.renditions.get(ratio="natural", encoding="jpeg")
    with default_storage.open(natural.path) as file:
        red, green, _blue = Image.open(file).convert("RGB").getpixel((natural.width - 20, 20))
    assert red > 200 > 60 > green, "what was at the upper left is at the upper right now"


def test_colours_are_those_that_the_profile_says(take):
    picture = take(photos.with_red_and_green_swapped(photos.drawing())).picture
    with default_storage.open(picture.renditions.filter(ratio="natural").first().path) as file:
        red, green, _blue = Image.open(file).convert("RGB").getpixel((20, 20))
    assert green > 200 > 100 > red


@pytest.mark.parametrize(
    ("mode", "kind"),
    [("RGBA", "PNG"), ("LA", "PNG"), ("P", "GIF"), ("RGBA", "WEBP"), ("RGBA", "AVIF"), ("I;16", "PNG")],
)
def test_what_is_transparent_becomes_white_and_other_modes_are_drawn(mode, kind, take):
    if mode == "I;16":
        image = Image.new(mode, (400, 300), 65535)
    elif mode == "P":
        image = Image.new("P", (400, 300), 0)
        image.putpalette([0, 0, 0] * 256)
        image.info["transparency"] = 0
    else:
        image = Image.new(mode, (400, 300))
    picture = take(photos.encoded(image, kind), f"a.{kind.lower()}").picture
    with default_storage.open(picture.renditions.filter(ratio="natural").first().path) as file:
        assert min(Image.open(file).convert("RGB").getpixel((200, 150))) > 250


def test_a_second_picture_behind_a_phones_jpeg_is_no_animation(take):
    upload = take(photos.as_phones_write_it())
    assert (upload.state, upload.picture.format) == (Upload.State.TAKEN, "JPEG")


def test_a_gif_of_one_picture_is_a_picture(take):
    assert take(photos.gif(), "a.gif").state == Upload.State.TAKEN


def test_pictures_for_an_album_follow_in_the_order_in_which_they_were_sent(person, django_capture_on_commit_callbacks):
    album = make_album([make_picture()])
    first, second = (
        uploads.receive(sent(photos.jpeg(photos.drawing(seed=seed)), f"{seed}.jpg"), by=person, album=album)
        for seed in (1, 2)
    )
    for upload in (second, first):  # Two workers finish when they finish.
        uploads.take_in(upload)

    assert [str(entry.picture) for entry in album.entries.all()][1:] == ["1", "2"]


def test_a_poster_is_given_to_its_video_also_when_the_picture_is_known(take):
    for _ in range(2):
        video = make_video(poster=None)
        assert take(photos.jpeg(), poster_of=video).state == Upload.State.TAKEN
        video.refresh_from_db()
        assert video.poster.name == "photo"
    assert Picture.objects.filter(name="photo").count() == 1


def test_taking_in_twice_makes_one_picture(take):
    upload = take(photos.jpeg())
    uploads.take_in(upload)
    stale = Upload.objects.get(pk=upload.pk)
    stale.state, stale.file = Upload.State.WAITING, upload.picture.original.name
    uploads.take_in(stale)  # As a second worker that began before the first had finished.
    assert Picture.objects.count() == 1
    assert upload.picture.renditions.count() == 10


# --- A new file for a picture --------------------------------------------------------


def test_a_new_file_takes_the_place_of_the_old_one_which_is_kept(take, person, django_capture_on_commit_callbacks):
    picture = make_picture(with_renditions=True, focal_x=80, credit_ar="قسم الإعلام")
    former, public = picture.original.name, picture.renditions.first().path

    upload = take(photos.jpeg(orientation=6), "new.jpg", replaces=picture)

    picture.refresh_from_db()
    assert (upload.state, upload.picture) == (Upload.State.TAKEN, picture)
    assert (picture.width, picture.height, picture.focal_x, picture.revision) == (600, 900, 80, 2)
    assert picture.credit_ar == "قسم الإعلام", "what staff wrote is left alone"
    kept = FormerFile.objects.get(picture=picture)
    assert (kept.original.name, kept.replaced_by) == (former, person)
    assert kept.original.storage.exists(former)
    assert picture.is_ready
    assert not default_storage.exists(public)
    assert LogEntry.objects.get(item_id=picture.pk, step="replace").note == "new.jpg"


def test_what_was_drawn_for_a_new_file_is_thrown_away_if_a_face_was_hidden_meanwhile(take, monkeypatch):
    picture = make_picture(with_renditions=True)
    prepare = taker.renditions.prepare

    def slowly(*args, **facts):
        found = prepare(*args, **facts)
        Picture.objects.filter(pk=picture.pk).update(revision=7)
        return found

    monkeypatch.setattr(taker.renditions, "prepare", slowly)
    before = set(names_in(default_storage))
    take(photos.jpeg(), replaces=picture)

    picture.refresh_from_db()
    assert (picture.revision, picture.is_ready, picture.width) == (8, False, 900)
    assert set(names_in(default_storage)) == before


# --- Known already -------------------------------------------------------------------


def test_the_same_file_waits_for_a_decision_and_the_existing_picture_can_be_used(take, again, person):
    album = make_album([])
    first = take(photos.jpeg(), "one.jpg").picture
    upload = take(photos.jpeg(), "two.jpg", album=album)

    assert (upload.state, upload.reason, upload.picture) == (Upload.State.KNOWN, "same_file", first)
    assert upload.file
    assert "library already" in refusals.sentence(upload.reason, upload.reason_facts)

    stored = upload.file.name
    again(uploads.use_existing, upload, by=person)
    assert (upload.state, upload.picture, bool(upload.file)) == (Upload.State.TAKEN, first, False)
    assert not first.original.storage.exists(stored)
    assert [entry.picture for entry in album.entries.all()] == [first]


def test_a_known_picture_can_be_added_anyway(take, again, person):
    take(photos.jpeg())
    upload = take(photos.jpeg())
    again(uploads.add_anyway, upload, by=person)
    assert upload.state == Upload.State.WAITING
    again(uploads.take_in, upload)
    assert upload.state == Upload.State.TAKEN
    assert Picture.objects.count() == 2


@pytest.mark.parametrize(
    "other",
    [
        lambda image: photos.encoded(image.resize((600, 400)), "JPEG", quality=60),
        lambda image: photos.encoded(image, "WEBP", quality=50),
        lambda image: photos.encoded(image.point(lambda value: int(value * 0.9)), "PNG"),
    ],
    ids=["smaller", "other format", "darker"],
)
def test_a_picture_that_looks_alike_is_found(other, take):
    first = take(photos.jpeg()).picture
    data = other(photos.drawing())
    name = {b"\xff\xd8": "a.jpg", b"RI": "a.webp", b"\x89P": "a.png"}[data[:2]]
    upload = take(data, name)
    assert (upload.state, upload.reason, upload.picture) == (Upload.State.KNOWN, "looks_alike", first)


def test_other_pictures_and_plain_ones_are_not_taken_for_the_same(take):
    for seed in range(4):
        assert take(photos.encoded(photos.drawing(seed=seed), "JPEG")).state == Upload.State.TAKEN
    for color in ("red", "white", "black"):
        image = Image.new("RGB", (400, 300), color)
        assert take(photos.encoded(image, "JPEG")).state == Upload.State.TAKEN


def test_what_lies_in_a_closed_collection_is_not_given_away(take, again, person):
    closed = Collection.objects.create(name="Sources", is_closed=True)
    first = take(photos.jpeg()).picture
    Picture.objects.filter(pk=first.pk).update(collection=closed)
    assert take(photos.jpeg()).state == Upload.State.TAKEN

    upload = take(photos.jpeg())
    Picture.objects.filter(pk=upload.picture_id).update(collection=closed)
    with pytest.raises(PermissionDenied):
        again(uploads.use_existing, upload, by=person)


# --- Refused -------------------------------------------------------------------------

BAD = {
    "truncated.jpg": (photos.jpeg()[:12000], "damaged"),
    "truncated.png": (photos.png()[:4000], "damaged"),
    "truncated.webp": (photos.webp()[:3000], "damaged"),
    "truncated.avif": (photos.avif()[:9000], "damaged"),
    "truncated.heic": (photos.heic()[:5000], "damaged"),
    "truncated.gif": (photos.gif()[:9000], "damaged"),
    "header.jpg": (photos.jpeg()[:20], "damaged"),
    "corrupt.png": (photos.encoded(photos.drawing(), "PNG")[:900] + b"\xff" * 2000, "damaged"),
    "corrupt.webp": (photos.webp()[:40] + b"\xff" * 200 + photos.webp()[240:], "damaged"),
    "pixels.png": (photos.huge_png(60000, 60000), "too_many_pixels"),
    "nothing.png": (photos.huge_png(0, 0), "damaged"),
    "bomb.webp": (photos.huge_webp(), "too_many_pixels"),
    "bomb.gif": (photos.huge_gif(), "too_many_pixels"),
    "bomb.avif": (photos.huge_avif(16000, 16000), "too_many_pixels"),
    "larger.avif": (photos.huge_avif(), "damaged"),
    "bomb.heic": (photos.huge_heic(), "too_many_pixels"),
    "moving.gif": (photos.moving("GIF"), "animated"),
    "moving.webp": (photos.moving("WEBP"), "animated"),
    "moving.avif": (photos.moving("AVIF"), "animated"),
    "moving.png": (photos.moving("PNG"), "animated"),
    "empty.jpg": (b"", "empty"),
    "page.jpg": (b"<!DOCTYPE html><script>alert(1)</script>", "unknown"),
    "drawing.png": (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "unknown"),
    "wrong.png": (photos.jpeg(), "mislabelled"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_pictures_are_refused_with_a_reason_and_leave_nothing_behind(name, take, leftovers, caplog):
    data, reason = BAD[name]
    with caplog.at_level(logging.INFO, "media_library.sandbox"):
        upload = take(data, name)

    assert (upload.state, upload.reason) == (Upload.State.REFUSED, reason)
    assert len(refusals.sentence(upload.reason, upload.reason_facts)) < 250
    assert not Picture.objects.exists()
    assert not upload.file
    assert leftovers() == set()
    assert all(used < 50 * MEGABYTE for used in memory_in(caplog)), (
        "nothing is decoded of what is refused by its header"
    )


def memory_in(caplog):
    """The bytes that each sandbox took above what it has when idle."""
    runs = [record.args for record in caplog.records if record.msg.startswith("sandbox.ran")]
    return [run[4] - run[3] for run in runs if run[4]]


@pytest.mark.parametrize(
    ("name", "mode", "size", "options"),
    [
        ("flat.png", "RGBA", (7000, 7000), {"compress_level": 1}),
        ("flat.webp", "RGBA", (5000, 5000), {"lossless": True, "method": 0, "quality": 0}),
    ],
)
def test_small_files_of_large_pictures_stay_below_300_megabytes(name, mode, size, options, take, caplog):
    kind = name.rpartition(".")[2].upper()
    data = photos.encoded(Image.new(mode, size, (9, 99, 200, 128)), kind, **options)
    with caplog.at_level(logging.INFO, "media_library.sandbox"):
        upload = take(data, name)
    assert upload.state == Upload.State.TAKEN
    assert 90 * MEGABYTE < memory_in(caplog)[0] < 300 * MEGABYTE


def test_a_picture_that_needs_more_memory_than_there_is_says_so(take, settings, leftovers):
    settings.NEWSROOM_DECODER_MAX_MEMORY = 60 * MEGABYTE
    data = photos.encoded(Image.new("RGBA", (5000, 4000), "red"), "PNG", compress_level=1)
    upload = take(data, "large.png")
    assert (upload.state, upload.reason) == (Upload.State.REFUSED, "too_heavy")
    assert leftovers() == set()


def test_a_progressive_jpeg_that_would_fill_the_memory_is_not_called_damaged(take, settings):
    settings.NEWSROOM_DECODER_MAX_MEMORY = 40 * MEGABYTE
    data = photos.encoded(Image.new("RGB", (4000, 3000)), "JPEG", progressive=True, subsampling=0)
    assert take(data).reason == "too_heavy"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("../../etc/cron.d/photo.jpg", "photo"),
        ("C:\\Users\\source\\photo.jpg", "photo"),
        ("عرض\u202egpj.jpg", "عرضgpj"),
        ("x" * 300 + ".jpg", "x" * 160),
        ("line\nbreak\0.jpg", "linebreak"),
    ],
)
def test_names_are_cleaned_and_never_reach_a_path(name, expected, take):
    picture = take(photos.encoded(photos.drawing(90, 60), "JPEG"), name).picture
    assert picture.name == expected
    paths = [picture.original.name, *picture.renditions.values_list("path", flat=True)]
    assert all(expected not in path and path.isascii() and ".." not in path for path in paths)


@pytest.mark.parametrize("extension", ["gif", "jpg", "png"])
def test_nothing_foreign_in_a_file_reaches_a_public_byte(extension, take):
    foreign = b"<script>alert('foreign')</script>"
    picture = photos.drawing()
    if extension == "gif":  # GIF and JavaScript: the screen's width reads "/*".
        data = photos.encoded(picture.resize((0x2A2F, 40)), "GIF") + b"*/=1;" + foreign
    elif extension == "jpg":  # JPEG and ZIP
        data = photos.encoded(picture, "JPEG", comment=foreign) + b"PK\3\4" + foreign + b"PK\5\6" + bytes(18)
    else:  # HTML within a PNG
        words = photos.PngImagePlugin.PngInfo()
        words.add_text("html", foreign.decode())
        data = photos.encoded(picture, "PNG", pnginfo=words)
    upload = take(data, f"a.{extension}")
    assert upload.state == Upload.State.TAKEN, upload.reason
    for name in names_in(default_storage):
        with default_storage.open(name) as file:
            content = file.read()
        assert content.startswith(b"\xff\xd8\xff")
        assert b"foreign" not in content
        assert b"PK\3\4" not in content


# --- What goes wrong on the server ---------------------------------------------------


def test_a_full_disk_says_so_and_leaves_no_half_file(person, monkeypatch, leftovers):
    def full(self, name, content):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(FileSystemStorage, "_save", full)
    upload = uploads.receive(sent(photos.jpeg()), by=person)
    assert (upload.state, upload.reason) == (Upload.State.REFUSED, "disk_full")
    assert leftovers() == set()


def test_a_disk_that_gets_full_while_files_for_readers_are_stored_leaves_none(
    person, monkeypatch, leftovers, django_capture_on_commit_callbacks
):
    upload = uploads.receive(sent(photos.jpeg()), by=person)
    save, room = FileSystemStorage._save, iter(range(3))

    def nearly_full(self, name, content):
        if next(room, None) is None:
            raise OSError(errno.ENOSPC, "No space left on device")
        return save(self, name, content)

    monkeypatch.setattr(FileSystemStorage, "_save", nearly_full)
    with django_capture_on_commit_callbacks(execute=True):
        uploads.take_in(upload)
    upload.refresh_from_db()
    assert (upload.state, upload.reason) == (Upload.State.REFUSED, "disk_full")
    assert leftovers() == set()


def test_a_file_that_vanished_is_asked_for_again(person):
    upload = uploads.receive(sent(photos.jpeg()), by=person)
    upload.file.storage.delete(upload.file.name)
    uploads.take_in(upload)
    assert (upload.state, upload.reason) == (Upload.State.REFUSED, "interrupted")


def test_a_mistake_of_ours_refuses_the_upload_and_is_logged(take, monkeypatch, leftovers, caplog):
    monkeypatch.setattr(taker.looks, "same_file", lambda *args: 1 / 0)
    upload = take(photos.jpeg())
    assert (upload.state, upload.reason) == (Upload.State.REFUSED, "damaged")
    assert "upload.failed" in caplog.text
    assert leftovers() == set()


def test_an_upload_that_was_deleted_meanwhile_leaves_nothing(person, monkeypatch, django_capture_on_commit_callbacks):
    upload = uploads.receive(sent(photos.jpeg()), by=person)
    Upload.objects.filter(pk=upload.pk).delete()
    uploads.take_in(upload)
    assert not Picture.objects.exists()
    assert list(names_in(default_storage)) == []
