"""Files in a folder or in buckets, as the settings say; the buckets are a real server's, reached over HTTP."""

import hashlib
import io
from urllib.error import HTTPError

import boto3
import pytest
from csp.constants import SELF
from django.core.exceptions import ImproperlyConfigured
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage, storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from media_library import tasks, uploads
from media_library.renditions import make_renditions_of
from media_library.storage import names_in, originals
from newsroom.settings.files import media_sources, media_url, s3_storages, storage_in_use
from tests.builders import (
    make_album,
    make_article,
    make_document,
    make_picture,
    make_superuser,
    picture_file,
    publish,
)
from tests.media_library.conftest import Environment, ask

pytestmark = pytest.mark.django_db

YEAR = "public, max-age=31536000, immutable"


@pytest.fixture
def in_buckets(use_storage):
    use_storage("s3")


def stored_names(alias):
    return set(names_in(storages[alias]))


# What the environment says ---------------------------------------------------------


def test_without_a_word_of_buckets_files_lie_in_the_local_folder():
    assert storage_in_use(Environment()) == "local"
    assert s3_storages(Environment()) == {}
    assert media_url(Environment()) == "/media/"


@pytest.mark.parametrize(
    "name",
    [
        "NEWSROOM_S3_PUBLIC_BUCKET",
        "NEWSROOM_S3_PRIVATE_BUCKET",
        "NEWSROOM_S3_ACCESS_KEY",
        "NEWSROOM_S3_SECRET_KEY",
    ],
)
def test_half_a_configuration_is_refused_and_names_what_is_missing(s3_environment, name):
    del s3_environment[name]
    with pytest.raises(ImproperlyConfigured, match=name):
        s3_storages(s3_environment)


def test_buckets_need_an_address_for_readers(s3_environment):
    del s3_environment["NEWSROOM_MEDIA_URL"]
    with pytest.raises(ImproperlyConfigured, match="NEWSROOM_MEDIA_URL"):
        media_url(s3_environment)


def test_one_bucket_for_both_is_refused(s3_environment):
    s3_environment["NEWSROOM_S3_PRIVATE_BUCKET"] = s3_environment["NEWSROOM_S3_PUBLIC_BUCKET"]
    with pytest.raises(ImproperlyConfigured, match="everybody could read originals"):
        s3_storages(s3_environment)


@pytest.mark.parametrize("url", ["media.example.org", "https://a.example/;script-src *", "//a.example/", "/"])
def test_an_address_that_could_not_stand_in_a_page_is_refused(url):
    with pytest.raises(ImproperlyConfigured, match="NEWSROOM_MEDIA_URL"):
        media_url(Environment(NEWSROOM_MEDIA_URL=url))


def test_pages_may_load_pictures_from_the_media_address_and_nowhere_else():
    url = media_url(Environment(NEWSROOM_MEDIA_URL="https://media.example.org"))
    assert url == "https://media.example.org/"
    assert media_sources(url) == [SELF, "https://media.example.org/"]
    assert media_sources("/media/") == [SELF]


# Files in buckets ---------------------------------------------------------------------


def test_a_published_gallery_shows_its_pictures_from_the_public_bucket(in_buckets, settings, client):
    policy = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"] | {"img-src": media_sources(settings.MEDIA_URL)}
    settings.CONTENT_SECURITY_POLICY = {"DIRECTIVES": policy}
    pictures = [make_picture(with_renditions=True) for _ in range(2)]
    article = publish(make_article(format="gallery", album=make_album(pictures)), "en")

    page = client.get(article.edition_in("en").get_absolute_url())

    img = next(part for part in page["Content-Security-Policy"].split("; ") if part.startswith("img-src"))
    assert img == f"img-src 'self' {settings.MEDIA_URL}"
    for picture in pictures:
        shown = picture.renditions_of("3x2")["jpeg"][-1].url
        assert shown.startswith(settings.MEDIA_URL)
        assert f'src="{shown}"' in page.content.decode()
        with ask(shown) as answer:
            assert answer.headers["Content-Type"] == "image/jpeg"
            assert answer.headers["Cache-Control"] == YEAR
            assert answer.read(3) == b"\xff\xd8\xff"
    with ask(pictures[0].renditions_of("3x2")["avif"][0].url) as answer:
        assert answer.headers["Content-Type"] == "image/avif"


def test_a_document_goes_to_the_public_bucket_when_its_article_does(in_buckets, settings):
    document = make_document()
    assert stored_names("default") == set()

    article = publish(make_article(format="document", document=document), "en")

    path = article.edition_in("en").live.media["path"]
    with ask(settings.MEDIA_URL + path) as answer:
        assert answer.headers["Content-Type"] == "application/pdf"


def test_an_original_has_no_address_and_nobody_was_given_the_private_bucket(in_buckets, s3_environment, s3_server):
    picture = make_picture()
    bucket, name = s3_environment["NEWSROOM_S3_PRIVATE_BUCKET"], picture.original.name

    with pytest.raises(ValueError, match="private"):
        _ = picture.original.url
    with pytest.raises(HTTPError, match="403"):
        ask(f"{s3_server}/{bucket}/{name}")
    assert name not in stored_names("default")
    # The server of this test lists buckets for anybody, so what counts is that nothing grants it.
    client = boto3.client("s3", endpoint_url=s3_server, aws_access_key_id="key", aws_secret_access_key="secret")
    grants = [
        *client.get_bucket_acl(Bucket=bucket)["Grants"],
        *client.get_object_acl(Bucket=bucket, Key=name)["Grants"],
    ]
    assert not [grant for grant in grants if "URI" in grant["Grantee"]]
    with pytest.raises(client.exceptions.ClientError, match="NoSuchBucketPolicy"):
        client.get_bucket_policy(Bucket=bucket)
    assert client.head_object(Bucket=bucket, Key=name)["CacheControl"] == "private, no-store"


@pytest.mark.parametrize("alias", ["default", "originals"])
def test_a_taken_name_gets_another_as_in_the_folder(in_buckets, alias):
    storage = storages[alias]
    first = storage.save("a/b.pdf", ContentFile(b"first"))
    second = storage.save("a/b.pdf", ContentFile(b"second"))

    assert first == "a/b.pdf"
    assert second != first
    with storage.open(first) as file:
        assert file.read() == b"first"


def test_a_stored_file_stays_open_and_a_large_one_is_read_from_the_disk(in_buckets):
    data = ContentFile(b"12345678" * (3 * 1024 * 1024), name="large.mp4")
    name = originals().save("video/large.mp4", data)

    data.seek(0)
    assert data.read(8) == b"12345678"
    with originals().open(name) as file:
        assert file.size == data.size
        file.seek(0)
        assert isinstance(file.file._file, io.IOBase)
        assert not isinstance(file.file._file, io.BytesIO)


def test_what_a_bucket_cannot_do_is_an_error_of_the_file_system(in_buckets):
    storage = storages["originals"]
    with pytest.raises(FileNotFoundError):
        storage.open("gone.jpg")
    with pytest.raises(FileNotFoundError):
        storage.get_modified_time("gone.jpg")
    storage.bucket_name = "nobody-made-this-bucket"
    with pytest.raises(OSError, match="nobody-made-this-bucket"):
        storage.save("a.jpg", ContentFile(b"x"))


def test_an_upload_is_taken_in_from_the_bucket_and_downloaded_by_staff(in_buckets, client):
    person = make_superuser()
    upload = uploads.receive(SimpleUploadedFile("photo.jpg", picture_file().read(), "image/jpeg"), by=person)
    tasks.take_in.func(upload.pk)
    upload.refresh_from_db()

    assert upload.state == upload.State.TAKEN
    assert stored_names("originals") == {upload.picture.original.name}
    client.force_login(person)
    url = reverse("admin:media_library_picture_original", args=[upload.picture.pk])
    answer = client.get(url)
    assert answer.status_code == 200
    assert hashlib.sha256(answer.getvalue()).hexdigest() == upload.picture.sha256


def test_renditions_of_an_earlier_focal_point_leave_the_bucket(in_buckets, django_capture_on_commit_callbacks):
    picture = make_picture(with_renditions=True)
    former = set(picture.renditions.values_list("path", flat=True))
    picture.focal_x = 0
    with django_capture_on_commit_callbacks(execute=True):
        make_renditions_of(picture)

    now = set(picture.renditions.values_list("path", flat=True))
    assert stored_names("default") == now
    assert all(default_storage.exists(path) for path in former & now)
