"""Whose role counts in one language changes the words of that one; what languages share takes more than translating."""

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from media_library import workflow
from media_library.areas import Area
from media_library.models import AlbumPicture, Upload
from tests.builders import (
    make_album,
    make_document,
    make_infographic,
    make_picture,
    make_playlist,
    make_press_conference,
    make_recording,
    make_staff,
    make_tag,
    make_video,
    picture_file,
)
from tests.desk.forms import change_url, open_form, values_of
from tests.media_library import photos, samples

pytestmark = pytest.mark.django_db

DESCRIBE = reverse("admin:media_library_picture_describe")
SET = reverse("admin:media_library_picture_set")
CODES = ("en", "ar", "tr", "ku")


def signed_in(person):
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def turkish():
    """A translator into Turkish, at their browser."""
    return signed_in(make_staff("translator", language="tr", interface_language="en"))


def forged(client, row, **changes):
    """Sends the form of a row, closed fields as well; the row as it is afterwards."""
    url = change_url(row)
    response = client.post(url, open_form(client, url) | changes)
    assert response.status_code == 302, response.context["adminform"].form.errors
    row.refresh_from_db()
    return row


def test_a_translator_writes_in_their_language_and_nothing_else_of_a_picture(turkish):
    picture = make_picture(licence="own")
    before = {name: getattr(picture, name) for name in ("name", "alt_text_en", "licence", "focal_x", "rights_until")}
    forged(
        turkish,
        picture,
        alt_text_tr="Yeni",
        alt_text_en="Forged",
        name="Forged",
        licence="agency",
        focal_x="1",
        rights_until_0="2030-01-01",
        rights_until_1="12:00",
        is_decorative="on",
        tags=[make_tag().pk],
        new_file=photos.sent(picture_file().read()),
        **{f"areas-0-{name}": 10 for name in ("left", "top", "width", "height")},
        **{"areas-0-shape": "rectangle"},
    )
    assert picture.alt_text_tr == "Yeni"
    assert {name: getattr(picture, name) for name in before} == before
    assert not picture.is_decorative
    assert not picture.tags.exists()
    assert not picture.redactions.exists()
    assert not Upload.objects.exists()


def test_the_form_shows_what_is_closed_and_says_why(turkish):
    page = turkish.get(change_url(make_picture(alt_text_en="As it was"))).content.decode()
    assert "As it was" in page
    assert "You may change the words in Türkçe. For everything else ask a reporter or an editor." in page
    assert "data-tools" not in page


def test_what_is_hidden_stays_as_it_is_when_a_translator_saves(turkish):
    picture, area = make_picture(), Area("rectangle", 10, 10, 20, 20)
    workflow.redact(picture, [area], by=None)
    forged(turkish, picture, caption_tr="Yeni")
    assert [Area.of(one) for one in picture.redactions.all()] == [area]


def test_no_way_around_the_form_lets_a_translator_change_more_than_words():
    picture, person = make_picture(), make_staff("translator")
    with pytest.raises(PermissionDenied):
        workflow.set_focal_point(picture, 1, 1, by=person)
    with pytest.raises(PermissionDenied):
        workflow.redact(picture, [Area("rectangle", 10, 10, 20, 20)], by=person)
    with pytest.raises(PermissionDenied):
        workflow.replace_file(picture, picture_file(), by=person)


def test_a_translator_writes_captions_in_an_album_and_leaves_its_pictures(turkish):
    pictures = [make_picture() for _number in range(3)]
    album = make_album(pictures)
    first, second, third = album.entries.all()
    at = {form.instance.pk: form.prefix for form in _entries(turkish, album)}
    forged(
        turkish,
        album,
        title_tr="Yeni",
        title_en="Forged",
        cover=pictures[2].pk,
        **{
            f"{at[first.pk]}-caption_tr": "Birinci",
            f"{at[first.pk]}-caption_en": "Forged",
            f"{at[first.pk]}-position": 9,
            f"{at[second.pk]}-DELETE": "on",
        },
    )
    assert (album.title_tr, album.title_en or "", album.cover) == ("Yeni", "", None)
    entries = list(AlbumPicture.objects.filter(album=album))
    assert [entry.pk for entry in entries] == [first.pk, second.pk, third.pk]
    assert (entries[0].caption_tr, entries[0].caption_en or "") == ("Birinci", "")


def _entries(client, album):
    response = client.get(change_url(album))
    return response.context["inline_admin_formsets"][0].formset.forms


def test_a_translator_changes_no_address_and_no_captions_of_other_languages(turkish):
    video = make_video(title_en="As it was")
    address = video.url
    forged(turkish, video, title_tr="Yeni", title_en="Forged", url="https://vimeo.com/1", duration=9, name="Forged")
    assert (video.title_tr, video.title_en, video.url) == ("Yeni", "As it was", address)
    recording = make_recording()
    vtt = b"WEBVTT\n\n00:00.000 --> 00:01.000\nMerhaba\n"
    files = {f"captions_{code}": samples.sent(vtt, "captions.vtt", "text/vtt") for code in ("tr", "en")}
    forged(turkish, recording, **files, upload=samples.sent(samples.webm(), "film.webm", "video/webm"))
    assert [upload.language for upload in Upload.objects.filter(video=recording)] == ["tr"]


@pytest.mark.parametrize(
    ("make", "word", "fact"),
    [
        (make_document, "title", {"dated": "2020-02-02"}),
        (make_infographic, "alternative", {"name": "Forged"}),
        (lambda: make_press_conference(), "place", {"stream_url": "https://vimeo.com/2", "name": "Forged"}),
    ],
    ids=["document", "infographic", "press conference"],
)
def test_so_it_is_for_all_kinds(turkish, make, word, fact):
    row = make()
    before = {name: getattr(row, name) for name in (*fact, f"{word}_en")}
    forged(turkish, row, **{f"{word}_tr": "Yeni", f"{word}_en": "Forged"}, **fact)
    assert "Yeni" in getattr(row, f"{word}_tr")
    assert {name: getattr(row, name) for name in before} == before


def test_an_order_is_not_for_translators(turkish):
    videos = [make_video(), make_video()]
    playlist = make_playlist(*videos)
    page = turkish.get(change_url(playlist)).content.decode()
    assert "data-move" not in page
    assert "You may look at this, and not change it. Ask a reporter or an editor." in page
    forged(turkish, playlist, **{"entries-0-position": 5, "entries-0-DELETE": "on", "name": "Forged"})
    assert playlist.name != "Forged"
    assert [entry.video for entry in playlist.entries.order_by("position")] == videos


def test_a_reporter_of_one_language_changes_what_languages_share_and_their_own_words():
    client = signed_in(make_staff("reporter", language="tr"))
    picture = forged(client, make_picture(), licence="agency", caption_tr="Yeni", caption_en="Forged")
    assert (picture.licence, picture.caption_tr) == ("agency", "Yeni")
    assert picture.caption_en != "Forged"


@pytest.mark.parametrize("role", ["reporter", "editor", "admin"])
def test_who_is_not_limited_is_told_of_no_limit(role):
    client, picture = signed_in(make_staff(role)), make_picture()
    page = client.get(change_url(picture)).content.decode()
    assert "You may change the words in" not in page
    assert forged(client, picture, caption_en="Free").caption_en == "Free"


# --- Many at once ---------------------------------------------------------------------


def test_a_translator_describes_in_their_language_alone(turkish):
    picture = make_picture(name="As it was", alt_text_en="As it was")
    query = {"ids": picture.pk, "language": "en"}
    page = turkish.get(DESCRIBE, query).content.decode()
    assert f'name="{picture.pk}-alt_text_tr"' in page
    assert f'name="{picture.pk}-alt_text_en"' not in page
    assert 'name="_next" value="en"' not in page
    values = {
        f"{picture.pk}-alt_text_en": "Forged",
        f"{picture.pk}-alt_text_tr": "Yeni",
        f"{picture.pk}-name": "Forged",
    }
    turkish.post(DESCRIBE, values_of(page) | query | values)
    picture.refresh_from_db()
    assert (picture.name, picture.alt_text_en, picture.alt_text_tr) == ("As it was", "As it was", "Yeni")


def test_a_translator_sets_no_more_for_all_than_their_credit(turkish):
    picture = make_picture(licence="own")
    page = turkish.get(SET, {"ids": picture.pk}).content.decode()
    assert 'name="credit_tr"' in page
    assert not [name for name in ("licence", "collection", "credit_en", "rights_until_0") if f'name="{name}"' in page]
    values = {"ids": picture.pk, "licence": "agency", "credit_en": "Forged", "credit_tr": "Yeni"}
    turkish.post(SET, values | {"rights_until_0": "2030-01-01", "rights_until_1": "12:00"})
    picture.refresh_from_db()
    assert (picture.licence, picture.credit_tr, picture.rights_until) == ("own", "Yeni", None)
    assert picture.credit_en != "Forged"
