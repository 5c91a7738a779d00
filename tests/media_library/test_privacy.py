"""What a photograph gives away of who took it, where and with what, never reaches a reader."""

import re

import pytest
from django.core.files.storage import default_storage
from PIL import Image

from media_library import uploads
from media_library.models import Picture
from media_library.storage import names_in
from tests.builders import make_album, make_article, make_staff, publish
from tests.jobs import run_due_jobs
from tests.media_library import photos

# Beside the words: the place in any notation, and the containers in which facts are kept.
PRIVATE = [
    *photos.SECRETS,
    *(b"33.51", b"36.27", b"33,30", b"36,16", b"GPS", b"2026:05:31", b"Desert Archive", b"source-of-the-photo"),
    *(
        b"Exif\0\0",
        b"EXIF",
        b"eXIf",
        b"http://ns.adobe",
        b"x:xmpmeta",
        b"XML:com",
        b"8BIM",
        b"Photoshop",
        b"ICC_PROFILE",
    ),
]


@pytest.fixture
def pictures(django_capture_on_commit_callbacks):
    """One of every format, uploaded by one person and taken in, with all files for readers."""
    person = make_staff("editor", username="secret-uploader")
    with django_capture_on_commit_callbacks(execute=True):
        for number, (extension, make) in enumerate(photos.MAKERS.items()):
            file = photos.sent(make(photos.drawing(seed=number)), f"source-of-the-photo.{extension}")
            uploads.receive(file, by=person)
    for _ in range(2):  # JPEG, then AVIF
        with django_capture_on_commit_callbacks(execute=True):
            run_due_jobs()
    return list(Picture.objects.order_by("pk"))


@pytest.mark.django_db
def test_nothing_private_is_in_any_public_byte(pictures, client):
    assert sorted(picture.format for picture in pictures) == ["AVIF", "GIF", "HEIF", "JPEG", "PNG", "WEBP"]
    assert Picture.objects.lacking_renditions().count() == 0

    names = list(names_in(default_storage))
    assert len(names) == sum(picture.renditions.count() for picture in pictures) > 100
    for name in names:
        assert re.fullmatch(r"[a-z0-9/.-]+", name)
        with default_storage.open(name) as file:
            data = file.read()
            image = Image.open(file)
            assert not image.getexif()
            assert set(image.info) <= {
                "jfif",
                "jfif_version",
                "jfif_unit",
                "jfif_density",
                "progressive",
                "progression",
            }
        assert private_in(data) == [], name

    for url in pages_with(pictures):
        response = client.get(url)
        assert response.status_code == 200
        assert b"/media/pictures/" in response.content
        assert private_in(response.content) == [], url
        assert b"secret-uploader" not in response.content
        assert all(picture.original.name.encode() not in response.content for picture in pictures)


def private_in(data):
    return [word for word in PRIVATE if word in data]


def pages_with(pictures):
    """The addresses of pages that show all of them: as the lead, in the text, in a gallery, in a list."""
    for picture in pictures:
        picture.alt_text_en = "A field"
        picture.save()
    text = "".join(f'<figure><img data-file="{picture.pk}" src="x" alt="A field"></figure>' for picture in pictures)
    article = make_article(title_en="Harvest", body_en=f"<p>Text</p>{text}", lead_picture=pictures[0])
    gallery = make_article(title_en="Gallery", format="gallery", album=make_album(pictures), lead_picture=pictures[1])
    for one in (article, gallery):
        publish(one, "en")
    return [one.editions.get(language="en").get_absolute_url() for one in (article, gallery)] + ["/en/"]
