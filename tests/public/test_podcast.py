"""The podcast: recordings of our own, for programs that play them."""

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone
from PIL import Image

from pages.models import SiteSettings
from publishing import workflow
from publishing.languages import language_codes
from tests.builders import (
    make_article,
    make_picture,
    make_press_conference,
    make_recording,
    make_video,
    publish,
)
from tests.public.feed_rules import ATOM, broken_rules_of_rss, parsed

pytestmark = pytest.mark.django_db

ITUNES = "{http://www.itunes.com/dtds/podcast-1.0.dtd}"
PODCAST = "{https://podcastindex.org/namespace/1.0}"


def channel(client, language="en"):
    response = client.get(f"/{language}/feed/podcast/")
    assert response.status_code == 200
    assert response["Content-Type"] == "application/rss+xml; charset=utf-8"
    return parsed(response.content).find("channel")


def titles(client):
    return [item.findtext("title") for item in channel(client).iter("item")]


def make_sound(**facts):
    content = b"ID3 a sound of 23 bytes"
    path = default_storage.save("recordings/sample/sound.mp3", ContentFile(content))
    return make_recording(medium="audio", path=path, mime_type="audio/mpeg", size=len(content), **facts)


def publish_conference(recording, hours_ago=3, **facts):
    conference = make_press_conference(starts_at=timezone.now() - timedelta(hours=hours_ago), recording=recording)
    return publish(make_article(format="press_conference", press_conference=conference, **facts), "en")


def test_sound_video_and_press_conferences_of_our_own_are_its_episodes(client):
    publish(make_article(title_en="Sound", format="video", video=make_sound()), "en")
    publish(make_article(title_en="Video", format="video", video=make_recording()), "en")
    publish_conference(make_recording(), title_en="Conference")
    publish(make_article(title_en="By link", format="video", video=make_video()), "en")
    publish_conference(make_video(), title_en="Conference by link")
    publish_conference(make_recording(), hours_ago=-3, title_en="To come")
    publish(make_article(title_en="Text"), "en")
    assert titles(client) == ["Conference", "Video", "Sound"]


@pytest.mark.parametrize("language", language_codes())
def test_it_is_valid_and_has_what_directories_ask_for(client, language):
    SiteSettings.objects.update_or_create(pk=1, defaults={"press_email": "press@example.org"})
    publish(make_article(format="video", video=make_sound(), lead_picture=make_picture(with_renditions=True)))
    address = f"/{language}/feed/podcast/"
    content = client.get(address).content
    assert broken_rules_of_rss(content, address=f"http://testserver{address}", language=language) == []

    podcast = channel(client, language)
    assert podcast.findtext(f"{ITUNES}author")
    assert podcast.findtext(f"{ITUNES}owner/{ITUNES}email") == "press@example.org"
    assert podcast.findtext(f"{ITUNES}explicit") == "false"
    assert podcast.find(f"{ITUNES}category").get("text") == "News"
    assert podcast.findtext(f"{PODCAST}guid") == podcast.findtext(f"{PODCAST}guid").lower() != ""
    assert podcast.find(f"{ITUNES}image").get("href") == "http://testserver/static/img/podcast.png"


def test_its_picture_is_as_large_as_directories_want(settings):
    with Image.open(settings.BASE_DIR / "static" / "img" / "podcast.png") as picture:
        assert picture.size == (1400, 1400)
        assert picture.mode in {"RGB", "P"}


def test_an_episode_is_the_file_with_its_true_length_type_and_duration(client):
    sound = make_sound(duration=3725)
    sound.captions.create(language="en", path="recordings/sample/captions.vtt", size=10)
    publish(make_article(format="video", video=sound, lead_picture=make_picture(with_renditions=True)), "en")
    item = channel(client).find("item")
    (enclosure,) = item.findall("enclosure")
    assert enclosure.get("url") == f"http://testserver/media/{sound.path}"
    assert enclosure.get("type") == "audio/mpeg"
    assert int(enclosure.get("length")) == default_storage.size(sound.path) == 23
    assert item.findtext(f"{ITUNES}duration") == "1:02:05"
    transcript = item.find(f"{PODCAST}transcript")
    assert transcript.get("url") == "http://testserver/media/recordings/sample/captions.vtt"
    assert (transcript.get("type"), transcript.get("language")) == ("text/vtt", "en")


def test_an_unknown_duration_is_not_told(client):
    publish(make_article(format="video", video=make_sound(duration=None)), "en")
    assert channel(client).find(f"item/{ITUNES}duration") is None


def test_it_is_there_only_where_there_is_something_to_play(client):
    assert client.get("/en/feed/podcast/").status_code == 404
    story = publish(make_article(format="video", video=make_sound()), "en")
    assert client.get("/tr/feed/podcast/").status_code == 404
    assert channel(client).find(f"{ATOM}link").get("href") == "http://testserver/en/feed/podcast/"
    workflow.withdraw(story, language="en", by=None)
    assert client.get("/en/feed/podcast/").status_code == 404


def test_a_file_that_was_taken_away_is_no_episode(client):
    sound = make_sound()
    publish(make_article(format="video", video=sound), "en")
    type(sound).objects.filter(pk=sound.pk).update(path="")
    assert client.get("/en/feed/podcast/").status_code == 404
