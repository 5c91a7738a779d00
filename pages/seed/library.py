"""Demo media: scenes and portraits, albums, videos, infographics and documents. All are drawn or invented."""

import io
from datetime import timedelta
from functools import cached_property
from html.parser import HTMLParser

from django.core.files.base import ContentFile

from coalition.models import Person, PressConference
from media_library import words
from media_library.models import (
    Album,
    AlbumPicture,
    Document,
    Infographic,
    Picture,
    Playlist,
    PlaylistVideo,
    Video,
)
from media_library.tasks import request_renditions
from pages.seed import drawing
from pages.seed.publication import days_ago
from publishing.languages import language_codes

SCENE_SIZE = (1600, 1067)
PORTRAIT_SIZE = (480, 600)
CHART_SIZE = (1280, 1600)


class Shelf:
    """The demo's pictures by key, and what is made of them. A scene is known again by its name in the library."""

    def __init__(self, content):
        self._words = content.read("pictures.toml")
        self._scenes = {}

    def fill(self):
        """Draws the scenes that the library lacks; returns how many those were."""
        keys = [key for key in self._words if key != "credit"]
        self._scenes = {picture.name: picture for picture in Picture.objects.filter(name__in=keys)}
        missing = [key for key in keys if key not in self._scenes]
        for key in missing:
            words = self._words[key]
            alts = {f"alt_text_{code}": words["alt"][code] for code in language_codes()}
            image = drawing.draw_scene(key, SCENE_SIZE)
            self._scenes[key] = self.store(image, key, **alts, **words.in_all_languages("caption"))
        return len(missing)

    def scene(self, key, asked_by):
        """The scene `key`. `asked_by` is the table that names it, for the message when there is none."""
        if key not in self._scenes:
            raise asked_by.error(f"there is no picture “{key}” in pictures.toml.")
        return self._scenes[key]

    def portrait(self, key, gender, name):
        return self.store(drawing.draw_portrait(key, gender, PORTRAIT_SIZE), name, focal_y=30)

    def store(self, image, name, **facts):
        """Adds a drawn image to the library as a picture, and asks for its renditions."""
        buffer = io.BytesIO()
        image.convert("RGB").save(buffer, "JPEG", quality=90)
        picture = Picture(name=name, **(self._credit | facts))
        picture.store_original(ContentFile(buffer.getvalue(), name=f"{name}.jpg"))
        picture.save()
        words.index(picture)
        request_renditions(picture)
        return picture

    @cached_property
    def _credit(self):
        return self._words.in_all_languages("credit")

    # What an article of each format shows ----------------------------------

    def medium_for(self, story, name, languages):
        """{the article's field: its new medium}; {} for a text. The medium is named like the story's file."""
        if story["format"] == "text":
            return {}
        field, make = {
            "video": ("video", self._video),
            "playlist": ("playlist", self._playlist),
            "press_conference": ("press_conference", self._press_conference),
            "gallery": ("album", self._album),
            "infographic": ("infographic", self._infographic),
            "document": ("document", self._document),
        }[story["format"]]
        return {field: make(story, name, languages)}

    def _video(self, story, name, languages):
        facts = story["video"]
        video = Video(
            name=name,
            url=facts["url"],
            duration=facts["duration"],
            poster=self.scene(facts["poster"], facts),
            **{f"transcript_{code}": story[code].get("transcript", "") for code in languages},
        )
        video.full_clean()
        video.save()
        return video

    def _playlist(self, story, name, languages):
        playlist = Playlist.objects.create(name=name)
        for position, entry in enumerate(story["playlist"]["videos"], start=1):
            video = Video.objects.filter(name=entry["video"]).first()
            if video is None:
                raise entry.error(f"there is no video “{entry['video']}” yet.")
            for code in languages:
                setattr(video, f"title_{code}", entry["title"][code])
            video.save()
            PlaylistVideo.objects.create(playlist=playlist, video=video, position=position)
        return playlist

    def _press_conference(self, story, name, languages):
        facts = story["press_conference"]
        start = days_ago(story["days_ago"], facts["time"])
        conference = PressConference.objects.create(
            name=name,
            starts_at=start,
            ends_at=start + timedelta(minutes=facts["minutes"]),
            recording=self._video(story, name, languages),
            **facts.in_all_languages("place"),
        )
        for position, key in enumerate(facts["speakers"], start=1):
            person = Person.objects.filter(slug_en=key).first()
            if person is None:
                raise facts.error(f"there is no person “{key}”.")
            conference.speaker_entries.create(person=person, position=position)
        return conference

    def _album(self, story, name, languages):
        album = Album.objects.create(name=name)
        for position, key in enumerate(story["album"]["pictures"], start=1):
            AlbumPicture.objects.create(album=album, picture=self.scene(key, story["album"]), position=position)
        return album

    def _infographic(self, story, name, languages):
        infographic = Infographic(name=name)
        for code in languages:
            chart, title = story["infographic"], story[code]["title"]
            rows = [(row["label"][code], row["value"]) for row in chart["rows"]]
            image = drawing.draw_bars(title, chart["unit"][code], rows, code, CHART_SIZE)
            picture = self.store(image, f"{name} ({code})", **{f"alt_text_{code}": title})
            setattr(infographic, f"picture_{code}", picture)
            setattr(infographic, f"alternative_{code}", story[code]["alternative"])
        infographic.save()
        return infographic

    def _document(self, story, name, languages):
        document = Document.objects.create(name=name)
        for code in languages:
            title = story[code]["document_title"]
            data = drawing.draw_document(title, paragraphs_of(story[code]["body"]), code, story["document"]["pages"])
            setattr(document, f"title_{code}", title)
            document.store_file(code, data, pages=story["document"]["pages"])
        document.save()
        return document


class _Paragraphs(HTMLParser):
    BLOCKS = frozenset({"p", "h2", "h3", "li", "td", "th"})

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.found = []

    def handle_starttag(self, tag, attrs):
        if tag in self.BLOCKS:
            self.found.append("")

    def handle_data(self, data):
        if self.found:
            self.found[-1] += data


def paragraphs_of(html):
    """The text of each paragraph, heading and list entry of an article's HTML."""
    parser = _Paragraphs()
    parser.feed(html)
    parser.close()
    return [" ".join(text.split()) for text in parser.found if text.strip()]
