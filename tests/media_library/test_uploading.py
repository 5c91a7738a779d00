"""Uploading many pictures: who may, what comes of each file, and that nothing is left of what came to nothing."""

import errno
import json
import re
import socket
import tempfile
import time
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest
from django.core.files.uploadedfile import InMemoryUploadedFile, SimpleUploadedFile
from django.core.management import call_command
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils import timezone, translation

from media_library import uploads
from media_library.models import Album, Collection, Picture, PictureUse, Upload
from tests.builders import make_album, make_picture, make_staff, make_superuser, picture_file
from tests.media_library import photos

pytestmark = pytest.mark.django_db

UPLOAD = "/admin/media_library/picture/upload/"
FROM_SCRIPT = {"X-Requested-With": "XMLHttpRequest"}


@pytest.fixture
def reporter(client):
    person = make_staff("reporter")
    client.force_login(person)
    return person


@pytest.fixture
def files(settings, tmp_path):
    """What lies in the folders in which an upload could leave a file, and did not lie there before the test."""
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path
    folders = [tmp_path, Upload._meta.get_field("file").storage.location]

    def found():
        return {path for folder in folders for path in Path(folder).rglob("*") if path.is_file()}

    before = found()
    return lambda: found() - before


@pytest.fixture
def on_disk(settings):
    """Every file takes the way over the disk, as large ones do."""
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 0


def jpeg(name="photo.jpg", **facts):
    return SimpleUploadedFile(name, picture_file(width=60, height=40, **facts).read(), "image/jpeg")


def send(client, *sent, script=True, **fields):
    return client.post(UPLOAD, {"file": list(sent), **fields}, headers=FROM_SCRIPT if script else {})


def known(person, **facts):
    """An upload that looks like a picture of the library."""
    upload = uploads.receive(jpeg(), by=person)
    upload.state, upload.reason, upload.picture = Upload.State.KNOWN, "looks_alike", make_picture(**facts)
    upload.save()
    return upload


# --- Who may ------------------------------------------------------------------


@pytest.mark.parametrize(("role", "status"), [("reporter", 200), ("editor", 200), ("translator", 403)])
def test_only_those_who_may_add_pictures_get_in(client, role, status):
    client.force_login(make_staff(role))
    assert client.get(UPLOAD).status_code == status
    assert client.get(f"{UPLOAD}status/").status_code == status
    assert send(client, jpeg()).status_code == status
    assert client.post(f"{UPLOAD}next/", {"do": "album", "picture": 0}).status_code in {status, 400}
    assert Upload.objects.count() == (status == 200)


def test_adding_a_picture_leads_to_the_upload(client, reporter):
    assert client.get("/admin/media_library/picture/add/").url == UPLOAD


def test_nobody_sees_or_decides_about_the_uploads_of_another(client, reporter):
    other = known(make_staff("reporter"), name="Harvest")
    assert "photo.jpg" not in client.get(f"{UPLOAD}?ids={other.pk}").text
    assert client.get(f"{UPLOAD}status/?answer={other.pk}").text.strip() == ""
    for answer in ("existing", "anyway", "forget"):
        assert client.post(f"{UPLOAD}answer/", {"answer": f"{answer}:{other.pk}"}).status_code == 404
    other.refresh_from_db()
    assert other.state == "known"


def test_a_forged_request_is_refused(reporter, files):
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    strict.force_login(reporter)
    assert strict.post(UPLOAD, {"file": jpeg()}).status_code == 403
    assert not Upload.objects.exists()
    assert files() == set()


# --- What comes of a file --------------------------------------------------------


def test_the_script_gets_the_row_of_each_file(client, reporter):
    answer = send(client, jpeg("حصاد.jpg"))
    upload = Upload.objects.get()
    assert upload.created_by == reporter
    assert f'data-upload="{upload.pk}"' in answer.text
    assert 'data-awaits="answer"' in answer.text
    assert "حصاد.jpg" in answer.text


def test_without_script_one_form_sends_them_all_and_the_answer_lists_them_in_their_order(client, reporter):
    answer = send(client, jpeg("one.jpg"), SimpleUploadedFile("two.jpg", b""), jpeg("three.jpg"), script=False)
    page = client.get(answer.url).text
    assert page.index("one.jpg") < page.index("two.jpg") < page.index("three.jpg")
    assert "The file is empty." in page
    assert f'{answer.url}"' in page  # the link that looks again


@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_reason_is_told_in_the_persons_language(client, language):
    client.force_login(make_superuser(interface_language=language))
    answer = send(client, SimpleUploadedFile("note.jpg", b"just text", "image/jpeg"))
    with translation.override(language):
        from media_library.refusals import sentence

        assert sentence("unknown", {"kinds": ["picture"]}) in answer.text


def test_a_name_is_shown_without_what_misleads(client, reporter):
    answer = send(client, jpeg("..\\..\\etc\\\u202egpj.exe" + "a" * 300 + ".jpg"))
    name = Upload.objects.get().name
    assert name.startswith("gpj.exe")
    assert len(name) <= 160
    assert "\u202e" not in answer.text


def test_the_status_names_only_what_changed(client, reporter, django_assert_max_num_queries):
    waiting, gone, taken = (uploads.receive(jpeg(f"{name}.jpg"), by=reporter) for name in ("a", "b", "c"))
    uploads.refuse(gone, uploads.Refused("damaged"))
    Upload.objects.filter(pk=taken.pk).update(state="taken", picture=make_picture())
    numbers = f"{waiting.pk},{gone.pk},{taken.pk},x,99999999999999999999"
    with django_assert_max_num_queries(12):
        answer = client.get(f"{UPLOAD}status/?answer={numbers}").text
    assert "a.jpg" not in answer
    assert "damaged" in answer
    assert 'data-awaits="thumbnail"' in answer
    assert client.get(f"{UPLOAD}status/?thumbnail={taken.pk}").text.strip() == ""


def test_what_waits_for_a_decision_is_listed_until_it_is_made(client, reporter):
    upload = known(reporter, name="Harvest of 2024", created_by=make_staff("editor", display_name="Layla"))
    page = client.get(UPLOAD).text
    assert "Harvest of 2024" in page
    assert "Added by Layla" in page

    client.post(f"{UPLOAD}answer/", {"answer": f"forget:{upload.pk}"})

    assert not Upload.objects.exists()


def test_a_picture_that_is_closed_to_the_person_is_not_shown_as_the_existing_one(client, reporter):
    upload = known(reporter, name="Secret", collection=Collection.objects.create(name="Closed", is_closed=True))
    page = client.get(UPLOAD).text
    assert "Secret" not in page
    assert "closed to you" in page
    assert client.post(f"{UPLOAD}answer/", {"answer": f"existing:{upload.pk}"}).status_code == 403


# --- Where it goes ------------------------------------------------------------------


def test_only_collections_and_albums_that_the_person_may_use_are_offered(client, reporter):
    Collection.objects.create(name="Closed to them", is_closed=True)
    theirs = Collection.objects.create(name="Field work")
    album = make_album([])
    page = client.get(f"{UPLOAD}?album={album.pk}").text
    assert "Field work" in page
    assert "Closed to them" not in page
    assert f'<option value="{album.pk}" selected>' in page

    send(client, jpeg(), collection=theirs.pk, album=album.pk)

    upload = Upload.objects.get()
    assert (upload.collection, upload.album) == (theirs, album)


def test_a_collection_that_was_closed_meanwhile_takes_nothing(client, reporter, files):
    closed = Collection.objects.create(name="Closed", is_closed=True)
    answer = send(client, jpeg(), collection=closed.pk)
    assert answer.status_code == 400
    assert "Choose another" in answer.text
    assert files() == set()


def test_an_album_is_made_of_them_in_the_order_in_which_they_were_chosen(client, reporter):
    first, second, third = (make_picture() for _ in range(3))
    answer = client.post(f"{UPLOAD}next/", {"do": "album", "picture": [third.pk, first.pk, third.pk, second.pk]})
    album = Album.objects.get()
    assert answer.url == reverse("admin:media_library_album_change", args=[album.pk])
    assert [entry.picture for entry in album.entries.all()] == [third, first, second]
    assert album.created_by == reporter
    assert PictureUse.objects.count() == 3


def test_they_are_described_in_the_order_in_which_they_were_chosen(client, reporter):
    first, second = make_picture(), make_picture()
    answer = client.post(f"{UPLOAD}next/", {"do": "describe", "picture": [second.pk, first.pk]})
    assert answer.url == f"/admin/media_library/picture/describe/?ids={second.pk},{first.pk}"


# --- Bad requests --------------------------------------------------------------------


def test_a_file_beyond_every_limit_is_not_kept_and_the_rest_of_the_form_arrives(
    client, reporter, settings, files, on_disk
):
    for name in uploads.LIMITS.values():
        setattr(settings, name, 100_000)
    answer = send(client, SimpleUploadedFile("big.jpg", b"\xff\xd8\xff" + bytes(300_000), "image/jpeg"), jpeg())
    big, small = Upload.objects.order_by("pk")
    assert (big.state, big.reason, big.size) == ("refused", "too_large", 300_003)
    assert small.state == "waiting"
    assert "293.0" in answer.text
    assert len(files()) == 1


class FullDisk:
    """Files of which no more than the first bytes find room."""

    def __init__(self, room=0, error=errno.ENOSPC):
        self.room, self.error = room, error

    def __call__(self, **facts):
        file = self.real(**facts)
        write = file.write

        def full(data):
            if file.tell() + len(data) > self.room:
                raise OSError(self.error, "No space left on device")
            return write(data)

        file.write = full
        return file

    def install(self, monkeypatch):
        self.real = tempfile.TemporaryFile
        monkeypatch.setattr("media_library.upload_handlers.tempfile.TemporaryFile", self)


@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_says_so_and_leaves_no_half_file(client, reporter, files, on_disk, monkeypatch, error):
    FullDisk(room=70_000, error=error).install(monkeypatch)
    large = SimpleUploadedFile("large.jpg", b"\xff\xd8\xff" + bytes(200_000), "image/jpeg")
    answer = send(client, large, jpeg())
    first, second = Upload.objects.order_by("pk")
    assert (first.state, first.reason) == ("refused", "disk_full")
    assert second.state == "waiting"
    assert "data-again" in answer.text
    assert len(files()) == 1


def test_a_disk_that_is_full_when_the_file_is_stored_keeps_no_half_of_it(client, reporter, files, monkeypatch):
    def torn(file, chunk_size=None):
        yield b"\xff\xd8\xff"
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(InMemoryUploadedFile, "chunks", torn)
    send(client, jpeg())
    assert Upload.objects.get().reason == "disk_full"
    assert files() == set()


@pytest.mark.parametrize("content_type", ["multipart/form-data", "multipart/form-data; boundary=é"])
def test_a_request_that_cannot_be_read_is_answered_with_a_sentence(client, reporter, content_type):
    answer = client.generic("POST", UPLOAD, b"--x\r\n", content_type=content_type)
    assert answer.status_code == 400
    assert "Send it again" in answer.text


def test_more_files_than_one_request_may_have_are_answered_with_a_sentence(client, reporter, settings, files):
    settings.DATA_UPLOAD_MAX_NUMBER_FILES = 2
    answer = send(client, jpeg(), jpeg(), jpeg(), script=False)
    assert answer.status_code == 400
    assert "Up to 2 files" in answer.text
    assert files() == set()


def test_a_form_without_files_says_so(client, reporter):
    answer = client.post(UPLOAD, {}, headers=FROM_SCRIPT)
    assert (answer.status_code, "Choose files" in answer.text) == (400, True)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("in_memory", [True, False])
def test_a_lost_connection_leaves_nothing_behind(client, reporter, live_server, settings, files, in_memory):
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 10_000_000 if in_memory else 0
    head = (
        f"POST {UPLOAD} HTTP/1.1\r\nHost: {live_server.thread.host}\r\n"
        f"Cookie: {settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}\r\n"
        "Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 5000000\r\n\r\n"
        '--x\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\nContent-Type: image/jpeg\r\n\r\n'
    )
    with socket.create_connection((live_server.thread.host, live_server.thread.port)) as connection:
        connection.sendall(head.encode() + b"\xff\xd8\xff" + bytes(1_000_000))
        time.sleep(0.3)
        connection.shutdown(socket.SHUT_WR)
        # The server noticed when it has answered, or closed.
        answer = connection.makefile("rb").read()
    assert b" 400 " in answer.splitlines()[0]
    assert files() == set()
    assert not Upload.objects.exists()


# --- Tidying up -------------------------------------------------------------------------


def test_tidying_forgets_what_is_over_and_what_nobody_decided_on(reporter, files, django_capture_on_commit_callbacks):
    old, fresh = known(reporter), known(reporter)
    taken = uploads.receive(jpeg(), by=reporter)
    picture = make_picture()
    Upload.objects.filter(pk=taken.pk).update(state="taken", picture=picture, file=picture.original.name)
    Upload.objects.exclude(pk=fresh.pk).update(created_at=timezone.now() - timedelta(days=8))

    with django_capture_on_commit_callbacks(execute=True):
        call_command("tidy")

    assert Upload.objects.get() == fresh
    assert not old.file.storage.exists(old.file.name)
    assert fresh.file.storage.exists(fresh.file.name)
    assert Picture.objects.get(pk=picture.pk).original.storage.exists(picture.original.name)


def test_a_picture_that_was_deleted_meanwhile_is_not_in_the_library_any_more(client, reporter):
    gone = Upload.objects.create(name="gone.jpg", size=1, state="taken", created_by=reporter)
    there = Upload.objects.create(name="here.jpg", size=1, state="taken", picture=make_picture(), created_by=reporter)
    page = client.get(UPLOAD, {"ids": f"{gone.pk},{there.pk}"}).content.decode()
    states = dict(re.findall(r'data-upload="(\d+)" data-state="(\w+)"', page))
    assert states == {str(gone.pk): "deleted", str(there.pk): "taken"}
    assert page.count("This picture was deleted meanwhile.") == 1


@pytest.mark.parametrize(
    ("kinds", "said"),
    [
        (["picture"], "pictures (JPEG, PNG, WebP, AVIF, GIF, HEIC)."),
        (["document"], "documents (PDF)."),
        (["video", "audio"], "videos (MP4, WebM), sound (MP3, M4A)."),
        (["captions"], "captions (VTT)."),
    ],
)
def test_a_reason_names_what_this_place_takes_and_nothing_else(reporter, kinds, said):
    for data in (b"no known file", b"%PDF-1.4" if "document" not in kinds else photos.jpeg()):
        name = "file.pdf" if data.startswith(b"%PDF") else "file.jpg"
        upload = uploads.receive(photos.sent(data, name), by=reporter, kinds=kinds)
        assert upload.reason_in_words.endswith(f"What can be used: {said}")


def test_a_reason_that_was_stored_long_ago_is_still_told():
    old = Upload(reason="unknown", reason_facts={})
    assert "documents (PDF)" in old.reason_in_words


@pytest.mark.parametrize("language", ["en", "ar", "tr", "ku"])
def test_the_script_is_told_how_the_server_writes_sizes(client, language):
    client.force_login(make_staff("reporter", interface_language=language))
    page = client.get(UPLOAD).content.decode()
    patterns = json.loads(unescape(re.search(r'data-sizes="([^"]*)"', page).group(1)))
    with translation.override(language):
        assert patterns == [filesizeformat(size) for size in (100, 1024, 1024**2, 1024**3)]
