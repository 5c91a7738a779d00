"""Pictures: refused when they are none, and safe to publish when they are."""

import io

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image

from media_library import imaging
from media_library.models import Picture, Rendition, video_frame
from media_library.renditions import make_renditions_of
from media_library.tasks import make_renditions
from tests.builders import make_picture, picture_file


def noisy_picture(width=1600, height=1067):
    buffer = io.BytesIO()
    Image.effect_noise((width, height), 80).convert("RGB").save(buffer, "JPEG", quality=95)
    return ContentFile(buffer.getvalue(), name="noise.jpg")


def picture_with_private_facts():
    exif = Image.Exif()
    exif[0x010F] = "SecretCameraMaker"
    exif[0x013B] = "SecretAuthor"
    exif[0x0112] = 6  # turned by a quarter
    exif.get_ifd(0x8825)[1] = "N"
    return picture_file(width=900, height=600, exif=exif.tobytes(), comment=b"SecretComment")


@pytest.mark.django_db
def test_renditions_are_made_in_the_listed_widths_and_encodings():
    picture = make_picture(file=picture_file(), with_renditions=True)

    made = set(Rendition.objects.filter(picture=picture).values_list("ratio", "encoding", "width"))

    assert {("3x2", encoding, width) for encoding in ("jpeg", "avif") for width in (320, 480, 640, 960, 1280)} <= made
    assert ("social", "jpeg", 1200) in made
    assert ("social", "avif", 1200) not in made


@pytest.mark.django_db
def test_no_rendition_is_heavier_than_its_ceiling():
    picture = make_picture(file=noisy_picture(660, 440), with_renditions=True)
    for rendition in picture.renditions.all():
        assert rendition.size <= imaging.ceiling_of(rendition.width), rendition


@pytest.mark.django_db
def test_nothing_private_is_in_any_public_byte_and_the_picture_stands_upright():
    picture = make_picture(file=picture_with_private_facts(), with_renditions=True)

    assert (picture.width, picture.height) == (600, 900)
    for rendition in picture.renditions.all():
        with default_storage.open(rendition.path) as file:
            data = file.read()
        assert b"Secret" not in data
        assert not Image.open(io.BytesIO(data)).getexif()
    natural = picture.renditions.filter(ratio="natural").first()
    assert natural.height > natural.width


@pytest.mark.django_db
def test_the_original_is_nowhere_below_the_public_folder(settings):
    picture = make_picture(with_renditions=True)
    assert not default_storage.exists(picture.original.name)
    with pytest.raises(ValueError, match="not accessible via a URL"):
        _ = picture.original.url


@pytest.mark.django_db
def test_a_crop_keeps_the_focal_point_in_sight():
    image = Image.new("RGB", (1000, 500), "white")
    image.paste("red", (900, 0, 1000, 500))
    assert imaging.crop(image, 1, 95, 50).getpixel((480, 10)) == (255, 0, 0)
    assert imaging.crop(image, 1, 5, 50).getpixel((480, 10)) == (255, 255, 255)


@pytest.mark.django_db
def test_a_new_focal_point_replaces_the_files(django_capture_on_commit_callbacks):
    picture = make_picture(file=noisy_picture(820, 410), with_renditions=True)
    former = picture.renditions.get(ratio="4x5", encoding="jpeg", width=320).path
    picture.focal_x = 90
    picture.save()

    with django_capture_on_commit_callbacks(execute=True):
        make_renditions_of(picture)

    assert not default_storage.exists(former)
    assert all(default_storage.exists(rendition.path) for rendition in picture.renditions.all())


@pytest.mark.django_db
def test_a_picture_that_rotted_gets_a_problem_and_breaks_nothing(caplog):
    picture = make_picture()
    with picture.original.storage.open(picture.original.name, "wb") as file:
        file.write(b"rotten")

    make_renditions.func(picture.pk)

    assert "damaged" in Picture.objects.get(pk=picture.pk).problem


@pytest.mark.django_db
def test_the_job_of_a_picture_that_was_deleted_is_no_error():
    make_renditions.func(999)


@pytest.mark.parametrize(
    ("url", "frame"),
    [
        (
            "https://www.youtube.com/watch?v=aqz-KE-bpKQ&t=3",
            "https://www.youtube-nocookie.com/embed/aqz-KE-bpKQ?autoplay=1",
        ),
        ("https://youtu.be/aqz-KE-bpKQ", "https://www.youtube-nocookie.com/embed/aqz-KE-bpKQ?autoplay=1"),
        ("https://vimeo.com/1084537", "https://player.vimeo.com/video/1084537?dnt=1&autoplay=1"),
        ("https://evil.example/watch?v=aqz-KE-bpKQ", None),
        ("https://www.youtube.com/watch?v=<script>", None),
        ("javascript:alert(1)", None),
        ("https://[", None),
    ],
)
def test_only_videos_of_allowed_hosts_get_a_frame(url, frame):
    found = video_frame(url)
    assert (found and found[1]) == frame
