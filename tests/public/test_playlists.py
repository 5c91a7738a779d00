"""Playlists as readers meet them: one video to be seen, the next one, and all of them."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.builders import (
    make_article,
    make_category,
    make_picture,
    make_playlist,
    make_recording,
    make_video,
    publish,
)

pytestmark = pytest.mark.django_db


def published(*videos, **facts):
    return publish(make_article(format="playlist", playlist=make_playlist(*videos), **facts))


def address_of(article, language="en"):
    return article.editions.get(language=language).get_absolute_url()


def three_videos():
    return [
        make_video(title_en=title, url=f"https://vimeo.com/100{number}", duration=65 * number)
        for number, title in enumerate(("Sowing", "Growing", "Harvest"), start=1)
    ]


def test_the_page_begins_with_the_first_video_and_leads_to_the_next(client):
    address = address_of(published(*three_videos()))
    page = client.get(address).content.decode()
    assert 'data-embed="https://player.vimeo.com/video/1001?dnt=1&amp;autoplay=1"' in page
    assert "Video 1 of 3" in page
    assert f'rel="next" href="{address}?video=2#video"' in page
    assert 'rel="prev"' not in page
    assert "Together <bdi>6:30</bdi>" in page
    assert "<iframe" not in page


def test_each_video_has_an_address_and_the_page_stays_the_canonical_one(client):
    address = address_of(published(*three_videos()))
    page = client.get(address, {"video": "3"}).content.decode()
    assert "Video 3 of 3" in page
    assert "/1003?" in page and "/1001?" not in page
    assert 'rel="next"' not in page
    assert f'rel="prev" href="{address}?video=2#video"' in page
    assert f'<a href="{address}?video=3#video" aria-current="true">Harvest</a>' in page
    assert f'<link rel="canonical" href="http://testserver{address}">' in page


@pytest.mark.parametrize("asked", ["0", "4", "-1", "x", "", "99999999999999999999", "１"])
def test_an_unknown_number_shows_the_first(client, asked):
    page = client.get(address_of(published(*three_videos())), {"video": asked}).content.decode()
    assert "Video 1 of 3" in page


def test_files_and_links_stand_side_by_side_with_their_transcripts(client):
    recording = make_recording(title_en="Growing", transcript_en="<p>What is said.</p>")
    address = address_of(published(make_video(transcript_en=""), recording))
    assert "What is said." not in client.get(address).content.decode()
    page = client.get(address, {"video": "2"}).content.decode()
    assert f'<source src="/media/{recording.path}" type="video/mp4">' in page
    assert "What is said." in page


def test_lengths_that_are_not_known_are_not_shown(client):
    address = address_of(published(make_video(duration=None), make_video(duration=60)))
    page = client.get(address).content.decode()
    assert "Together" not in page
    assert 'aria-label="Play video, loads from YouTube"' in page


def test_lists_say_how_many_videos_there_are_and_show_the_first_poster(client):
    section = make_category()
    published(make_video(poster=None), make_video(poster=make_picture(with_renditions=True)), category=section)
    publish(make_article(format="video", video=make_video(duration=None), category=section))
    page = client.get(section.get_absolute_url("en")).content.decode()
    assert '<p class="kick">Playlist, 2 videos</p>' in page
    assert '<p class="kick">Video</p>' in page
    assert "/media/pictures/" in page


def test_a_playlist_that_changes_shows_only_once_it_is_published_again(client):
    article = published(*three_videos())
    article.playlist.entries.all()[0].delete()
    assert "Video 1 of 3" in client.get(address_of(article)).content.decode()
    publish(article)
    assert "Video 1 of 2" in client.get(address_of(article)).content.decode()


def test_a_long_playlist_asks_the_database_no_more_than_a_short_one(client):
    def queries(*videos):
        address = address_of(published(*videos))
        with CaptureQueriesContext(connection) as found:
            client.get(address)
        return len(found)

    short = queries(make_recording(), make_video())
    assert queries(*(make_recording() for _number in range(6)), make_video()) <= short
