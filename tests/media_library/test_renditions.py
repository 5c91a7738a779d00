"""The files that readers get: light, in the listed widths, covered where a picture was redacted, and never stale."""

import io
import os
import time
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django_tasks_db.models import DBTaskResult
from PIL import Image, ImageChops, ImageDraw

from media_library import imaging, looks, renditions, uploads
from media_library.models import Picture, Rendition, Upload
from media_library.renditions import make_renditions_of
from media_library.storage import names_in
from media_library.tasks import make_avif, make_renditions, request_renditions
from tests.builders import make_document, make_picture, make_staff
from tests.jobs import run_due_jobs
from tests.media_library import photos

pytestmark = pytest.mark.django_db


def noise(width, height):
    return Image.effect_noise((width, height), 120).convert("RGB")


def file_of(image, **options):
    return ContentFile(photos.encoded(image, "JPEG", **({"quality": 95} | options)), name="a.jpg")


def opened(rendition):
    with default_storage.open(rendition.path) as file:
        return Image.open(io.BytesIO(file.read())).convert("RGB")


def print_of(picture):
    return {path: default_storage.get_modified_time(path) for path in picture.renditions.values_list("path", flat=True)}


# --- Weight and size -----------------------------------------------------------------


@pytest.mark.parametrize("encoding", imaging.ENCODINGS)
@pytest.mark.parametrize("width", [160, 320, 480])
def test_no_file_is_heavier_than_its_ceiling_whatever_it_shows(encoding, width):
    image = noise(width, width * 2)
    assert len(imaging.encode(image, encoding)) <= imaging.ceiling_of(width)


@pytest.mark.parametrize("encoding", imaging.ENCODINGS)
def test_quality_is_lowered_no_more_than_needed(encoding):
    image = Image.blend(photos.drawing(640, 427), noise(640, 427), 0.25)
    assert len(imaging.encode(image, encoding)) > 0.8 * imaging.ceiling_of(640)


def test_a_very_tall_picture_is_offered_in_narrow_widths():
    tall = Image.new("RGB", (1000, 20000))
    assert imaging.widths_for("natural", tall) == [256]
    assert imaging.widths_for("natural", Image.new("RGB", (1280, 4000))) == [480, 640, 960, 1280]


@pytest.mark.parametrize(
    ("width", "height"), [(4032, 3024), (3024, 4032), (12000, 2000), (700, 30000), (50, 40), (1, 1)]
)
def test_a_picture_is_made_no_smaller_than_its_widest_file_needs(width, height):
    factor = imaging.needed_factor(width, height)
    for ratio, widths in imaging.RATIOS.values():
        part = width if ratio is None else min(width, height * ratio)
        assert part / factor >= min(part, max(widths))


# --- Redactions ----------------------------------------------------------------------


def plate(words):
    """A street with a number plate, at 40 to 60 % from the left and 45 to 55 % from the top."""
    image = photos.drawing(1000, 600)
    draw = ImageDraw.Draw(image)
    draw.rectangle((400, 270, 600, 330), "white")
    draw.text((410, 272), words, "black", font_size=48)
    return image


PLATE = {"left": 40, "top": 45, "width": 20, "height": 10}


@pytest.mark.parametrize("shape", ["rectangle", "ellipse"])
def test_a_redacted_part_is_gone_from_every_public_copy(shape, django_capture_on_commit_callbacks):
    picture = make_picture(file=file_of(plate("AB 1234")))
    picture.redactions.create(shape=shape, **PLATE)
    make_renditions_of(picture)

    assert {row.encoding for row in picture.renditions.all()} == {"jpeg", "avif"}
    for row in picture.renditions.filter(ratio="natural"):
        image = opened(row)
        width, height = image.size
        middle = image.crop((int(width * 0.44), int(height * 0.47), int(width * 0.56), int(height * 0.53)))
        # White with black letters it was: now neither is left.
        assert all(high - low < 110 for low, high in middle.convert("RGB").getextrema()), row


def test_two_plates_cannot_be_told_apart_after_they_are_covered():
    first, second = plate("AB 1234"), plate("KL 7890")
    for image in (first, second):
        imaging.cover(image, [{"shape": "rectangle", **PLATE}])
    difference = ImageChops.difference(first, second).crop((400, 270, 600, 330))
    assert max(high for _low, high in difference.getextrema()) <= 32, "one step of one colour at most"


def test_what_covers_is_no_more_than_a_few_blocks_of_few_colours():
    image = noise(800, 600)
    imaging.cover(image, [{"shape": "rectangle", "left": 25, "top": 25, "width": 50, "height": 50}])
    assert len(image.crop((200, 150, 600, 450)).getcolors()) <= 64


def test_the_rest_of_the_picture_stays_as_it_is_and_the_rim_is_covered_too():
    image = photos.drawing(800, 600, seed=3)
    before = image.copy()
    imaging.cover(image, [{"shape": "ellipse", "left": 25, "top": 25, "width": 50, "height": 50}])
    changed = ImageChops.difference(before, image).getbbox()
    left, top, right, bottom = changed
    assert left >= 200 - 17
    assert top >= 150 - 17
    assert right <= 600 + 17
    assert bottom <= 450 + 17
    corner = (185, 135, 200, 150)
    assert image.crop(corner).tobytes() == before.crop(corner).tobytes(), "an ellipse has no corners"


@pytest.mark.parametrize("area", [(0, 0, 100, 100), (99, 99, 1, 1), (0, 50, 0.1, 0.1)])
def test_parts_at_the_edge_are_covered_too(area):
    image = noise(300, 200)
    imaging.cover(image, [{"shape": "rectangle", **dict(zip(PLATE, area, strict=True))}], factor=4)
    assert image.size == (300, 200)


def test_readers_lose_every_file_at_once_when_something_is_hidden(django_capture_on_commit_callbacks):
    picture = make_picture(with_renditions=True)
    with django_capture_on_commit_callbacks(execute=True):
        renditions.drop_public_files(picture)
    assert list(names_in(default_storage)) == []
    assert not Rendition.objects.exists()
    assert not Picture.objects.get().is_ready


# --- Never stale ---------------------------------------------------------------------


def test_what_was_made_of_an_earlier_state_is_thrown_away():
    picture = make_picture(with_renditions=True, file=file_of(photos.drawing()))
    before = print_of(picture)

    def slowly(function, folder, **facts):
        facts.pop("damaged")
        found = renditions.sandbox.run(function, folder, **(facts | {"focal_x": 0}))
        Picture.objects.filter(pk=picture.pk).update(revision=5)
        return found

    assert not make_renditions_of(picture, encodings=("jpeg",), run=slowly)
    assert print_of(picture) == before
    assert set(names_in(default_storage)) == set(before)


def test_half_a_file_of_a_machine_that_stopped_is_written_anew():
    picture = make_picture(with_renditions=True)
    path = picture.renditions.first().path
    with default_storage.open(path, "wb") as file:
        file.write(b"half")
    make_renditions_of(picture)
    assert default_storage.size(path) == Rendition.objects.get(path=path).size


def test_jpegs_of_all_pictures_come_before_the_lighter_files_of_any(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        pictures = [make_picture() for _ in range(2)]
        for picture in pictures:
            request_renditions(picture)
    with django_capture_on_commit_callbacks(execute=True):
        first = DBTaskResult.objects.ready().first()
        first.task.func(*first.args_kwargs["args"])
        first.delete()
    assert [row.task.func for row in DBTaskResult.objects.ready()] == [make_renditions.func, make_avif.func]

    with django_capture_on_commit_callbacks(execute=True):
        run_due_jobs()
    run_due_jobs()
    assert Picture.objects.lacking_renditions().count() == 0
    assert {picture.is_ready for picture in Picture.objects.all()} == {True}


def test_a_job_for_what_is_there_already_does_nothing(monkeypatch):
    picture = make_picture(with_renditions=True)
    monkeypatch.setattr(renditions.sandbox, "workplace", None)
    make_renditions.func(picture.pk)
    make_avif.func(picture.pk)


def test_a_picture_whose_original_is_missing_says_so():
    picture = make_picture()
    picture.original.storage.delete(picture.original.name)
    assert not make_renditions_of(picture)
    assert "missing on the server" in Picture.objects.get().problem


# --- What a picture looks like -------------------------------------------------------


def test_a_picture_that_is_decoded_learns_what_it_looks_like():
    picture = make_picture(file=file_of(photos.drawing()), with_renditions=True)
    assert len(picture.fingerprint) == 16
    assert picture.fingerprint == picture.look_1 + picture.look_2 + picture.look_3 + picture.look_4
    assert picture.fingerprint != imaging.PLAIN


def test_pictures_with_the_same_sky_are_told_apart(django_assert_max_num_queries):
    for seed in range(5):
        image = Image.new("RGB", (600, 400), (120, 170, 240))
        image.paste(photos.drawing(600, 200, seed=seed), (0, 200))
        picture = make_picture()
        looks.set_fingerprint(picture, imaging.fingerprint(image))
        picture.save()
    with django_assert_max_num_queries(2):
        found = looks.most_alike(Picture.objects.exclude(pk=picture.pk), picture.fingerprint)
    assert found is None or imaging.distance(found.fingerprint, picture.fingerprint) > 0


# --- Commands ------------------------------------------------------------------------


def test_make_renditions_goes_on_after_a_broken_picture_and_makes_only_what_lacks(capsys, caplog):
    done = make_picture(with_renditions=True)
    broken, lacking = make_picture(name="Broken"), make_picture(name="Lacking")
    with broken.original.storage.open(broken.original.name, "wb") as file:
        file.write(b"rotten")
    before = print_of(done)

    call_command("make_renditions")

    said = capsys.readouterr().out
    assert "1/2 Broken: This picture is damaged" in said
    assert "2/2 Lacking\n" in said
    assert "1 could not be done" in said
    assert Picture.objects.get(pk=lacking.pk).is_ready
    assert print_of(done) == before

    call_command("make_renditions")
    assert "0 pictures done" in capsys.readouterr().out, "what is done or broken is not tried again"


def test_make_renditions_takes_in_uploads_whose_job_was_lost(monkeypatch):
    person = make_staff("reporter")
    fresh, lost = (uploads.receive(photos.sent(photos.jpeg()), by=person) for _ in range(2))
    Upload.objects.filter(pk=lost.pk).update(created_at=lost.created_at - timedelta(hours=2))
    call_command("make_renditions", verbosity=0)
    states = dict(Upload.objects.values_list("pk", "state"))
    assert states == {fresh.pk: "waiting", lost.pk: "taken"}


def test_check_media_is_content_with_files_that_are_there(capsys):
    make_picture(with_renditions=True)
    make_document()
    call_command("check_media", hashes=True)
    assert "belongs to something" in capsys.readouterr().out


def test_check_media_names_what_is_missing_changed_or_left_over(capsys):
    vanished, rotten, bare = (make_picture(with_renditions=True) for _ in range(3))
    storage = vanished.original.storage
    storage.delete(vanished.original.name)
    with storage.open(rotten.original.name, "ab") as file:
        file.write(b"!")
    gone = bare.renditions.first().path
    default_storage.delete(gone)
    orphans = [
        storage.save("upload/zz/left.jpg", ContentFile(b"x")),
        default_storage.save("left.jpg", ContentFile(b"x")),
    ]
    young = default_storage.save("young.jpg", ContentFile(b"x"))
    yesterday = time.time() - 25 * 60 * 60
    for place, name in zip([storage, default_storage], orphans, strict=True):
        os.utime(place.path(name), (yesterday, yesterday))

    with pytest.raises(CommandError, match="5 files"):
        call_command("check_media", hashes=True)
    said = capsys.readouterr().out
    for name in (vanished.original.name, rotten.original.name, gone, *orphans):
        assert name in said
    assert young not in said

    with pytest.raises(CommandError, match="2 files"):
        call_command("check_media", delete_orphans=True)
    assert not storage.exists(orphans[0])
    assert not default_storage.exists(orphans[1])
    assert default_storage.exists(young)


def test_check_media_asks_little_however_many_pictures_there_are(django_assert_max_num_queries):
    for _ in range(12):
        make_picture()
    with django_assert_max_num_queries(30):
        call_command("check_media")
