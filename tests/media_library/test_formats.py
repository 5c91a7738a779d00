"""Which files are taken: content, name and declared type must agree."""

import pytest
from django.utils import translation

from media_library import formats, refusals
from media_library.formats import Refused
from tests.media_library import photos

pytestmark = pytest.mark.one_database

HEADS = {
    "PDF": (b"%PDF-1.7\n", "pdf", "application/pdf"),
    "MP4": (b"\0\0\0\x20ftypisom\0\0\2\0isomiso2avc1mp41", "mp4", "video/mp4"),
    "WEBM": (b"\x1aE\xdf\xa3\x9fB\x86\x81\1B\xf7\x81\1B\xf2\x81\4B\xf3\x81\x08B\x82\x84webm", "webm", "video/webm"),
    "M4A": (b"\0\0\0\x1cftypM4A \0\0\0\0M4A mp42isom", "m4a", "audio/x-m4a"),
    "MP3": (b"ID3\4\0\0\0\0\0\0", "mp3", "audio/mpeg"),
    "VTT": (b"\xef\xbb\xbfWEBVTT\n\n", "vtt", "text/vtt"),
}


@pytest.mark.parametrize("extension", photos.MAKERS)
def test_pictures_are_known_by_their_first_bytes(extension):
    head = photos.MAKERS[extension]()[: formats.HEAD]
    found = formats.agreed(f"photo.{extension.upper()}", "", head)
    assert (found.kind, found.extension) == ("picture", extension)


@pytest.mark.parametrize("name", HEADS)
def test_other_files_are_known_by_their_first_bytes(name):
    head, extension, declared = HEADS[name]
    assert formats.agreed(f"file.{extension}", declared, head).name == name


@pytest.mark.parametrize(
    ("name", "declared", "code"),
    [
        ("photo.png", "image/png", "mislabelled"),
        ("photo.jpg", "text/html", "mislabelled"),
        ("photo", "image/jpeg", "mislabelled"),
        ("photo.jpg.exe", "", "mislabelled"),
    ],
)
def test_a_name_or_type_that_says_something_else_is_refused(name, declared, code):
    with pytest.raises(Refused) as caught:
        formats.agreed(name, declared, photos.encoded(photos.drawing(60, 40), "JPEG")[: formats.HEAD])
    assert caught.value.code == code
    assert "JPG" in refusals.sentence(code, caught.value.facts)


@pytest.mark.parametrize(
    "content", [b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"MZ\x90\0", b"<!DOCTYPE html>", b"x"]
)
def test_other_content_is_unknown_whatever_its_name_is(content):
    with pytest.raises(Refused) as caught:
        formats.agreed("photo.jpg", "image/jpeg", content)
    assert caught.value.code == "unknown"


@pytest.mark.parametrize("code", refusals._SENTENCES)
def test_every_refusal_is_one_clear_paragraph(code):
    facts = {"found": "JPEG", "extension": "png", "size": 9, "limit_size": 9, "pixels": 60, "limit": 50, "line": 3}
    with translation.override("en"):
        sentence = refusals.sentence(code, facts)
    assert sentence.endswith(".")
    assert "%(" not in sentence
