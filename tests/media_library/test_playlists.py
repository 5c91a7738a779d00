"""Playlists at the desk: videos in an order, each with a title in every language that it goes out in."""

import pytest
from django.urls import reverse

from desk.checks import run_checks
from media_library.models import Collection, Playlist
from tests.builders import make_article, make_playlist, make_staff, make_superuser, make_video

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(client):
    person = make_superuser()
    client.force_login(person)
    return person


def send(client, playlist, rows, **facts):
    """Sends the form of a playlist with `rows` of (entry or None, video, position, removed)."""
    stored = [row for row in rows if row[0]]
    data = {"name": playlist.name, "entries-TOTAL_FORMS": len(rows), "entries-INITIAL_FORMS": len(stored)} | facts
    for number, (entry, video, position, is_removed) in enumerate([*stored, *(row for row in rows if not row[0])]):
        data |= {f"entries-{number}-id": entry.pk if entry else "", f"entries-{number}-playlist": playlist.pk}
        data |= {f"entries-{number}-video": video.pk if video else "", f"entries-{number}-position": position}
        data |= {f"entries-{number}-DELETE": "on"} if is_removed else {}
    return client.post(reverse("admin:media_library_playlist_change", args=[playlist.pk]), data)


def names(playlist):
    return [(entry.position, entry.video.name) for entry in playlist.entries.select_related("video")]


def test_videos_are_put_into_an_order_and_new_ones_come_last(client, person):
    first, second, third = (make_video(name=name) for name in ("First", "Second", "Third"))
    playlist = make_playlist(first, second)
    one, two = playlist.entries.all()
    response = send(client, playlist, [(one, first, 2, False), (two, second, 1, False), (None, third, "", False),
                                       (None, None, "", False)])  # fmt: skip
    assert response.status_code == 302
    assert names(playlist) == [(1, "Second"), (2, "First"), (3, "Third")]


def test_a_video_is_taken_out(client, person):
    first, second = make_video(name="First"), make_video(name="Second")
    playlist = make_playlist(first, second)
    one, two = playlist.entries.all()
    send(client, playlist, [(one, first, 1, True), (two, second, 2, False)])
    assert names(playlist) == [(1, "Second")]


def test_a_video_is_in_a_playlist_once(client, person):
    video = make_video()
    playlist = make_playlist(video)
    response = send(client, playlist, [(playlist.entries.get(), video, 1, False), (None, video, "", False)])
    assert "This video is in the playlist already." in response.content.decode()
    assert playlist.entries.count() == 1


def test_a_new_playlist_is_stamped_with_who_added_it(client, person):
    video = make_video(name="First")
    data = {"name": "Harvest", "entries-TOTAL_FORMS": 1, "entries-INITIAL_FORMS": 0, "entries-0-video": video.pk}
    assert client.post(reverse("admin:media_library_playlist_add"), data).status_code == 302
    playlist = Playlist.objects.get()
    assert (playlist.created_by, names(playlist)) == (person, [(1, "First")])


def test_what_lies_in_a_closed_collection_is_neither_named_nor_added_nor_lost(client):
    closed = Collection.objects.create(name="Sealed", is_closed=True)
    hidden, other = make_video(name="Hidden", collection=closed), make_video(name="Also hidden", collection=closed)
    playlist = make_playlist(hidden)
    client.force_login(make_staff("editor"))
    page = client.get(reverse("admin:media_library_playlist_change", args=[playlist.pk])).content.decode()
    assert "Hidden" not in page
    assert "a video that is closed to you" in page
    entry = playlist.entries.get()
    assert send(client, playlist, [(entry, hidden, 1, False), (None, other, "", False)]).status_code == 200
    assert send(client, playlist, [(entry, hidden, 1, False)]).status_code == 302
    assert names(playlist) == [(1, "Hidden")]


def must(article, language="en"):
    return [one.message for one in run_checks(article, language) if one.grade.name == "MUST"]


def test_an_empty_playlist_cannot_be_published():
    article = make_article(format="playlist", playlist=make_playlist())
    assert must(article) == ["The playlist is empty. Add videos to it in the media library."]


def test_every_video_needs_a_title_in_the_language():
    nameless = make_video(name="Harvest day", title_ar="")
    article = make_article(format="playlist", playlist=make_playlist(make_video(), nameless))
    assert must(article) == []
    assert must(article, "ar") == [
        "Readers choose from a playlist by titles. Write those that are missing in this language: Harvest day."
    ]


def test_every_video_must_be_fit_to_be_played():
    article = make_article(format="playlist", playlist=make_playlist(make_video(name="Harvest day", url="")))
    assert "The video “Harvest day” has no file yet." in must(article)[0]
