"""
Builders: each makes one thing with sensible facts, and a test spells out only what matters to it.

    article = make_article(title_ar="عنوان")
    publish(article, "ar")
"""

import hashlib
import io
import itertools
from copy import deepcopy

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone
from PIL import Image

from accounts.models import RoleAssignment, User
from articles.models import Article, Byline, Category
from coalition.models import Body, Mandate, Person, PressConference
from media_library import decoding
from media_library.models import Album, AlbumPicture, Document, Infographic, Picture, Playlist, Video
from media_library.renditions import make_renditions_of
from media_library.words import index as index_words
from pages.models import ContactTopic, Page
from publishing import workflow
from publishing.languages import language_codes
from publishing.models import Tag

_numbers = itertools.count(1)
# (original, how it is drawn) → what is known of it, and its files.
_drawn = {}

TITLES = {
    "en": "Water returns to the eastern districts",
    "ar": "عودة المياه إلى الأحياء الشرقية",
    "tr": "Doğu mahallelerine su geri döndü",
    "ku": "Av vedigere taxên rojhilat",
}
BODIES = {
    "en": "<p>The pumping station runs again.</p>",
    "ar": "<p>عادت محطة الضخ إلى العمل.</p>",
    "tr": "<p>Pompa istasyonu yeniden çalışıyor.</p>",
    "ku": "<p>Îstasyona pompekirinê dîsa dixebite.</p>",
}


def in_all_languages(name, values=None):
    """{"title_en": …, "title_ar": …}: the same field in every language."""
    return {f"{name}_{code}": (values or TITLES)[code] for code in language_codes()}


def make_user(**facts):
    number = next(_numbers)
    facts = {"username": f"person{number}", "email": f"person{number}@example.org", "is_staff": True} | facts
    password = facts.pop("password", "correct horse battery")
    user = User(**facts)
    user.set_password(password)
    user.save()
    return user


def make_superuser(**facts):
    return make_user(is_superuser=True, **facts)


def make_staff(role, *, language=None, category=None, **facts):
    """Somebody with one role: "reporter", "translator", "editor", "publisher" or "admin"."""
    user = make_user(**facts)
    RoleAssignment.objects.create(user=user, role=role, language=language, category=category)
    return user


def write(item, language, *, by=None, note="", **texts):
    """Changes an item's text in one language (`title="…"`) and saves it as the desk does; returns the edition."""
    for name, value in texts.items():
        setattr(item, f"{name}_{language}", value)
    item.save()
    return workflow.record_save(item, language=language, by=by, note=note)


def make_category(**facts):
    number = next(_numbers)
    names = {f"name_{code}": f"{name} {number}" for code, name in
             {"en": "News", "ar": "أخبار", "tr": "Haberler", "ku": "Nûçe"}.items()}  # fmt: skip
    return Category.objects.create(**(names | facts))


def make_article(*, tags=(), bylines=(), **facts):
    """An article with texts in all four languages, unless titles are given: then only in those."""
    if not any(name.startswith("title_") for name in facts):
        facts |= in_all_languages("title") | in_all_languages("body", BODIES)
    if "category" not in facts:
        facts["category"] = make_category()
    article = Article.objects.create(**facts)
    article.tags.set(tags)
    article.bylines.set(bylines)
    return article


def make_tag(**facts):
    number = next(_numbers)
    names = {f"name_{code}": f"Topic {code} {number}" for code in language_codes()}
    return Tag.objects.create(**(names | facts), slug=f"topic-{number}")


def make_byline(**facts):
    return Byline.objects.create(**({f"name_{code}": f"Layla Haddad {code}" for code in language_codes()} | facts))


def make_page(**facts):
    number = next(_numbers)
    titles = {f"title_{code}": f"{title} {number}" for code, title in TITLES.items()}
    return Page.objects.create(**(titles | in_all_languages("body", BODIES) | facts))


def make_body(**facts):
    number = next(_numbers)
    titles = {f"title_{code}": f"{title} {number}" for code, title in TITLES.items()}
    return Body.objects.create(**(titles | in_all_languages("body", BODIES) | facts))


def make_person(**facts):
    names = {"title_en": "Rima Bustan", "title_ar": "ريما بستان", "title_tr": "Rima Bustan", "title_ku": "Rîma Bustan"}
    return Person.objects.create(**(names | facts))


def make_mandate(**facts):
    facts = {"person": facts.get("person") or make_person(), "body": facts.get("body") or make_body()} | facts
    return Mandate.objects.create(**facts)


def picture_file(*, width=1600, height=1067, color="#3a6b52", kind="JPEG", name="photo.jpg", **save_options):
    """A real picture file in memory."""
    buffer = io.BytesIO()
    Image.new("RGB", (width, height), color).save(buffer, kind, **save_options)
    return ContentFile(buffer.getvalue(), name=name)


def make_picture(*, with_renditions=False, file=None, **facts):
    number = next(_numbers)
    words = {f"alt_text_{code}": f"Picture {number} {code}" for code in language_codes()}
    words |= {f"caption_{code}": f"Caption {number} {code}" for code in language_codes()}
    words |= {f"credit_{code}": "Media Department" for code in language_codes()}
    picture = Picture(**({"name": f"Picture {number}"} | words | facts))
    # Those that are drawn are all alike, so that drawing one is enough.
    color = "#2a6b52" if with_renditions else f"#{number % 256:02x}6b52"
    picture.store_original(file or picture_file(width=640, height=427, color=color))
    picture.save()
    index_words(picture)
    if with_renditions:
        make_renditions_of(picture, run=_draw)
    return picture


def _draw(function, folder, *, damaged, **facts):
    """What the sandbox would do, without one: these files are our own. What was drawn once is kept for other tests."""
    key = hashlib.sha256((folder / "input").read_bytes()).digest(), repr(facts)
    if key not in _drawn:
        known = decoding.prepare(folder, **facts)
        _drawn[key] = known, {one["file"]: (folder / one["file"]).read_bytes() for one in known["renditions"]}
    known, files = _drawn[key]
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return deepcopy(known)


def make_album(pictures):
    album = Album.objects.create(name="Harvest")
    for position, picture in enumerate(pictures):
        AlbumPicture.objects.create(album=album, picture=picture, position=position)
    return album


def make_video(**facts):
    facts = {"name": "Video", "url": "https://www.youtube.com/watch?v=aqz-KE-bpKQ", "duration": 600} | facts
    facts = in_all_languages("title") | in_all_languages("transcript", BODIES) | facts
    if "poster" not in facts:
        facts["poster"] = make_picture()
    return Video.objects.create(**facts)


def make_recording(**facts):
    """A video file of our own, as the worker leaves it; what is in the file is no video."""
    path = default_storage.save("recordings/sample/video-1.mp4", ContentFile(b"recording"))
    facts = {"medium": "video", "path": path, "mime_type": "video/mp4", "size": 9, "width": 640, "height": 360} | facts
    return make_video(**({"url": ""} | facts))


def make_playlist(*videos, **facts):
    playlist = Playlist.objects.create(**({"name": "Playlist"} | facts))
    for position, video in enumerate(videos, start=1):
        playlist.entries.create(video=video, position=position)
    return playlist


def make_infographic(**facts):
    facts = {"name": "Infographic"} | in_all_languages("alternative", BODIES) | facts
    for code in language_codes():
        facts.setdefault(f"picture_{code}", None)
        facts[f"picture_{code}"] = facts[f"picture_{code}"] or make_picture()
    return Infographic.objects.create(**facts)


def make_document(**facts):
    document = Document.objects.create(**({"name": "Document"} | in_all_languages("title") | facts))
    for code in language_codes():
        document.store_file(code, b"%PDF-1.4\n%%EOF\n", pages=1)
    return document


def make_contact_topic(**facts):
    """A topic that readers write about, in all languages; nobody receives what they write."""
    return ContactTopic.objects.create(**(in_all_languages("name") | facts))


def make_press_conference(*, speakers=(), documents=(), **facts):
    """Tomorrow, for an hour, in a hall; somebody from outside speaks, and then `speakers`."""
    start = facts.pop("starts_at", timezone.now() + timezone.timedelta(days=1))
    facts = {"name": "Press conference", "starts_at": start, "ends_at": start + timezone.timedelta(hours=1)} | facts
    facts = in_all_languages("place") | in_all_languages("other_speakers") | facts
    press_conference = PressConference.objects.create(**facts)
    for position, person in enumerate(speakers, start=1):
        press_conference.speaker_entries.create(person=person, position=position)
    press_conference.documents.set(documents)
    return press_conference


def publish(item, *languages, by=None):
    """Publishes in the given languages, or in all four; returns the item."""
    for language in languages or language_codes():
        workflow.publish(item, language=language, by=by)
    return item


def publish_at(item, language, moment):
    """Publishes as if it had been done at `moment`."""
    edition = workflow.publish(item, language=language, by=None)
    type(edition).objects.filter(pk=edition.pk).update(publish_at=moment, updated_at=None)
    return item


def in_minutes(minutes):
    return timezone.now() + timezone.timedelta(minutes=minutes)
