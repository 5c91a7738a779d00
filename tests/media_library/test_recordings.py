"""Videos and sound as files: written anew without what they say of their makers, with posters and captions."""

import io

import av
import pytest
from django.core.files.storage import default_storage
from django.urls import reverse
from PIL import Image

from desk.checks import run_checks
from media_library import uploads
from media_library.formats import Refused
from media_library.models import Captions, Picture, Upload, Video
from media_library.recordings_decoding import is_mp3_frame, rewrite, without_comments
from media_library.refusals import sentence
from media_library.storage import names_in
from tests.builders import make_article, make_picture, make_recording, make_staff, make_superuser, publish
from tests.jobs import run_due_jobs
from tests.media_library import samples
from tests.media_library.samples import sent

pytestmark = pytest.mark.django_db

CAPTIONS = "WEBVTT\n\n00:00.100 --> 00:00.900\nWater returns.\n"


@pytest.fixture
def upload(django_capture_on_commit_callbacks):
    """Sends a file for a video, and lets the worker look at it, and at the poster; returns the upload."""

    def uploaded(video, data, name, *, by=None, language=""):
        kinds = ("captions",) if language else ("video", "audio")
        with django_capture_on_commit_callbacks(execute=True):
            row = uploads.receive(sent(data, name), by=by, kinds=kinds, video=video, language=language)
        for _job in range(2):
            with django_capture_on_commit_callbacks(execute=True):
                run_due_jobs()
        row.refresh_from_db()
        video.refresh_from_db()
        return row

    return uploaded


def files_in(storage):
    """Path → bytes of every file of a storage."""
    found = {}
    for path in names_in(storage):
        with storage.open(path) as file:
            found[path] = file.read()
    return found


@pytest.fixture
def sealed():
    """The bytes of the private files that the test has added so far."""
    storage = Video._meta.get_field("original").storage  # Fields ask for theirs once, when the tests start.
    before = set(names_in(storage))
    return lambda: [content for path, content in files_in(storage).items() if path not in before]


def make_video_row(**facts):
    return Video.objects.create(**({"name": "Harvest"} | facts))


# --- What readers get ------------------------------------------------------------


SECRETS = [b"SECRET", b"+33.5", b"036.27", b"x264", b"APETAG", b"TAG"]


@pytest.mark.parametrize(
    ("data", "name", "medium", "mime_type"),
    [
        (lambda: samples.mp4(cover=True), "holiday in Homs.mp4", "video", "video/mp4"),
        (samples.phone_mp4, "IMG_1.mp4", "video", "video/mp4"),
        (lambda: samples.phone_mp4({"movflags": "use_metadata_tags"}), "IMG_2.mp4", "video", "video/mp4"),
        (lambda: samples.mp4(video="libsvtav1"), "av1.mp4", "video", "video/mp4"),
        (lambda: samples.recording("mp4", audio="aac"), "sound.mp4", "audio", "audio/mp4"),
        (samples.webm, "clip.webm", "video", "video/webm"),
        (lambda: samples.webm(video="libvpx-vp9", audio="vorbis"), "clip.webm", "video", "video/webm"),
        (lambda: samples.recording("webm", audio="libopus"), "talk.webm", "audio", "audio/webm"),
        (lambda: samples.recording("ipod", audio="aac"), "talk.m4a", "audio", "audio/mp4"),
        (lambda: samples.mp3(cover=True), "talk.mp3", "audio", "audio/mpeg"),
    ],
)
def test_what_a_recording_says_of_its_maker_is_in_no_public_byte(upload, sealed, data, name, medium, mime_type):
    data, video = data(), make_video_row()
    assert b"SECRET" in data
    row = upload(video, data, name, by=make_superuser())
    assert (row.state, row.reason) == ("taken", "")
    assert (video.medium, video.mime_type, video.duration) == (medium, mime_type, 1)
    for path, content in files_in(default_storage).items():
        found = [secret for secret in SECRETS if secret in content or secret.decode() in path]
        assert found == [], path
    with av.open(io.BytesIO(files_in(default_storage)[video.path])) as public:
        assert {stream.type for stream in public.streams} <= {"video", "audio"}
        assert sum(1 for _frame in public.decode(public.streams[0])) >= 9
    # Staff with the right can have it as it was sent.
    assert data in sealed()


def test_a_picture_of_a_video_becomes_its_poster(upload):
    video, person = make_video_row(name="Harvest"), make_superuser()
    upload(video, samples.mp4(), "a.mp4", by=person)
    assert (video.width, video.height) == (160, 90)
    assert (video.poster.name, video.poster.created_by, video.poster.is_decorative) == ("Harvest", person, True)
    assert video.poster.is_ready


def test_a_poster_that_somebody_chose_stays(upload):
    picture = make_picture()
    video = make_video_row(poster=picture)
    upload(video, samples.mp4(), "a.mp4")
    assert video.poster == picture
    assert Picture.objects.count() == 1


def test_a_video_that_was_filmed_upright_is_shown_upright(upload):
    data = samples.mp4()
    place = data.index(samples.UPRIGHT, data.index(b"tkhd"))  # of its first track, the pictures
    data = data[:place] + samples.TURNED + data[place + len(samples.TURNED) :]
    video = make_video_row()
    upload(video, data, "a.mp4")
    assert (video.width, video.height) == (90, 160)
    with video.poster.original.open() as file:
        red, green, _blue = Image.open(file).convert("RGB").getpixel((80, 10))
    assert red > 200 > 100 > green
    with av.open(io.BytesIO(files_in(default_storage)[video.path])) as public:
        assert next(public.decode(video=0)).rotation == -90


def test_a_new_file_takes_the_place_of_the_old_one(upload, sealed):
    video = make_video_row()
    upload(video, samples.mp4(), "a.mp4")
    former = video.path
    upload(video, samples.webm(seconds=2), "b.webm")
    assert (video.mime_type, video.duration) == ("video/webm", 2)
    assert not default_storage.exists(former)
    assert default_storage.exists(video.path)
    assert len([data for data in sealed() if b"ftyp" in data[:12] or b"webm" in data[:64]]) == 1


def test_looking_at_the_same_upload_twice_changes_nothing(upload):
    video = make_video_row()
    row = upload(video, samples.mp4(), "a.mp4")
    before = (video.path, sorted(files_in(default_storage)))
    uploads.take_in(row)
    video.refresh_from_db()
    assert (video.path, sorted(files_in(default_storage))) == before


# --- What is refused -------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        (lambda: samples.mp4(video="mpeg4"), "a.mp4", "The recording is in MPEG4, which browsers do not play"),
        (lambda: samples.mp4(options={"movflags": "faststart"})[:-5_000], "a.mp4", "damaged"),
        (lambda: samples.mp4()[:-5_000], "a.mp4", "damaged"),
        (lambda: samples.webm(seconds=6)[:30_000], "a.webm", "damaged"),
        (lambda: b"\x00\x00\x00\x18ftypisom" + bytes(5_000), "a.mp4", "damaged"),
        (lambda: b"ID3" + bytes(5_000), "a.mp3", "damaged"),
        (lambda: samples.mp4(), "a.webm", "its name ends in"),
        (lambda: b"", "a.mp4", "empty"),
    ],
)
def test_a_recording_that_cannot_be_used_is_refused_and_leaves_nothing(upload, sealed, data, name, words):
    video = make_video_row()
    row = upload(video, data(), name)
    assert row.state == Upload.State.REFUSED
    assert words in sentence(row.reason, row.reason_facts)
    assert (video.path, video.medium) == ("", "link")
    assert (files_in(default_storage), sealed()) == ({}, [])


def test_messages_between_the_pictures_are_taken_out(tmp_path):
    (tmp_path / "input").write_bytes(samples.mp4())
    assert b"x264" in (tmp_path / "input").read_bytes()  # its settings, in an SEI unit
    assert rewrite(tmp_path, format="MP4")["medium"] == "video"
    assert b"x264" not in (tmp_path / "output").read_bytes()


def test_the_comments_of_vorbis_are_emptied():
    def laced(comment):
        return bytes([2, 30, len(comment)]) + b"\x01vorbis".ljust(30, b"i") + comment + b"\x05vorbis setup"

    assert without_comments(laced(b"\x03vorbis SECRET")) == laced(b"\x03vorbis" + bytes(8) + b"\x01")
    with pytest.raises(Refused):
        without_comments(b"\x02\xff\xff")


def test_what_is_no_frame_of_an_mp3_is_left_out():
    frame = b"\xff\xfb\x90\x64".ljust(417, b"\0")  # 128 kbit/s at 44.1 kHz
    assert is_mp3_frame(frame)
    assert not is_mp3_frame(frame + b"SECRET")
    assert not is_mp3_frame(b"TAG".ljust(128, b"\0"))


# --- Captions --------------------------------------------------------------------


def test_captions_are_written_anew_with_nothing_but_their_cues(upload):
    video = make_recording()
    vtt = """WEBVTT - SECRET

NOTE SECRET

STYLE
::cue { color: red }

SECRET-ID
00:00:02.000 --> 00:00:03.000 align:start region:SECRET
<c.SECRET>Later</c> <b>words</b> & 5 < 6 <script>

00:01.000 --> 00:02.000
<v Rima Bustan>Water returns.
"""
    row = upload(video, vtt.encode(), "x.vtt", language="en")
    assert (row.state, row.reason) == ("taken", "")
    captions = video.captions.get()
    assert captions.path.startswith(f"recordings/{video.token}/en-")
    assert files_in(default_storage)[captions.path].decode() == (
        "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\n<v Rima Bustan>Water returns.\n\n"
        "00:00:02.000 --> 00:00:03.000 align:start\nLater <b>words</b> & 5 &lt; 6\n"
    )


def test_new_captions_take_the_place_of_the_old_ones(upload):
    video = make_recording()
    upload(video, CAPTIONS.encode(), "x.vtt", language="ar")
    former = video.captions.get().path
    upload(video, CAPTIONS.replace("Water", "Light").encode(), "y.vtt", language="ar")
    assert video.captions.get().path != former
    assert not default_storage.exists(former)
    upload(video, CAPTIONS.replace("Water", "Light").encode(), "z.vtt", language="ar")
    assert default_storage.exists(video.captions.get().path)


@pytest.mark.parametrize(
    ("vtt", "line"),
    [
        (b"WEBVTT\n\n00:01.000 -> 00:02.000\nx\n", 3),
        (b"WEBVTT\n\n00:01.000 --> 00:02.000\nx\n\n\n00:05.000 --> 00:04.000\ny\n", 7),
        (b"WEBVTT\n\n00:01.000 --> 00:02.000 sideways\nx\n", 3),
        (b"WEBVTT\n00:01.000 --> 00:02.000\nx\n", 1),
        (b"WEBVTT\n\n00:01.000 --> 00:02.000\n\xe9t\xe9\n", 4),
    ],
)
def test_broken_captions_are_refused_with_the_line(upload, vtt, line):
    video = make_recording()
    row = upload(video, vtt, "x.vtt", language="en")
    assert (row.reason, row.reason_facts) == ("captions_broken", {"line": line})
    assert f"at line {line}" in sentence(row.reason, row.reason_facts)
    assert not Captions.objects.exists()


def test_captions_without_a_cue_are_refused(upload):
    assert upload(make_recording(), b"WEBVTT\n\nNOTE nothing\n", "x.vtt", language="en").reason == "empty"


# --- The form ----------------------------------------------------------------------


def fill_in(client, video=None, **facts):
    """Sends the form of a video; returns the response."""
    url = reverse(f"admin:media_library_video_{'change' if video else 'add'}", args=[video.pk] if video else [])
    return client.post(url, {"name": "", "url": "", "duration": ""} | facts)


@pytest.fixture
def editor(client):
    person = make_superuser()
    client.force_login(person)
    return person


def errors_of(response):
    return {name: list(messages) for name, messages in response.context["adminform"].form.errors.items()}


def test_a_video_is_uploaded_on_its_form(client, editor, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        response = fill_in(
            client, upload=sent(samples.mp4(), "Harvest day.mp4"), captions_en=sent(CAPTIONS.encode(), "a.vtt")
        )
    assert response.status_code == 302
    for _job in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            run_due_jobs()
    video = Video.objects.get()
    assert (video.name, video.medium, video.created_by) == ("Harvest day", "video", editor)
    assert [one.language for one in video.captions.all()] == ["en"]
    page = client.get(reverse("admin:media_library_video_change", args=[video.pk])).content.decode()
    assert f'src="/media/{video.path}"' in page
    assert "Remove these captions" in page
    fill_in(client, video, name="Harvest", remove_captions_en="on")
    assert not video.captions.exists()


def test_a_video_is_a_link_or_a_file_and_one_of_them(client, editor):
    link = "https://youtu.be/aqz-KE-bpKQ"
    both = fill_in(client, url=link, upload=sent(samples.mp4(), "a.mp4"))
    assert errors_of(both) == {
        "upload": ["A video is a link or a file, not both. Empty the address, or choose no file."]
    }
    assert errors_of(fill_in(client, name="x")) == {"url": ["Write the address of the video, or choose a file below."]}
    elsewhere = fill_in(client, url="https://example.org/watch?v=aqz-KE-bpKQ")
    assert errors_of(elsewhere) == {
        "url": ["This address is no video on YouTube, Vimeo or Dailymotion. Copy it from the video's page."]
    }
    assert "already" in errors_of(fill_in(client, make_recording(), name="x", url=link))["url"][0]
    assert Video.objects.filter(path="").count() == 0


def test_an_unfit_file_is_refused_before_it_is_stored(client, editor, sealed):
    response = fill_in(client, name="x", upload=sent(b"%PDF-1.4", "a.pdf"))
    assert errors_of(response)["upload"] == [
        "A PDF cannot be used here. What can be used: videos (MP4, WebM), sound (MP3, M4A)."
    ]
    assert sealed() == []


def test_only_some_get_the_original(client):
    video = make_recording()
    video.original.save("x.mp4", sent(b"sealed", "x.mp4"))
    address = reverse("admin:media_library_video_original", args=[video.pk])
    for role, status in (("reporter", 403), ("editor", 200)):
        client.force_login(make_staff(role))
        response = client.get(address)
        assert response.status_code == status
    assert b"".join(response.streaming_content) == b"sealed"
    assert response["Content-Disposition"].startswith("attachment")
    assert "no-store" in response["Cache-Control"]


def test_a_video_that_is_deleted_takes_its_files_along(
    client, editor, upload, sealed, django_capture_on_commit_callbacks
):
    video = make_video_row()
    upload(video, samples.recording("mp3", audio="libmp3lame"), "a.mp3")
    upload(video, CAPTIONS.encode(), "x.vtt", language="en")
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("admin:media_library_video_delete", args=[video.pk]), {"post": "yes"})
    assert not Video.objects.exists()
    assert (files_in(default_storage), sealed()) == ({}, [])


# --- The public page ---------------------------------------------------------------


def page_of(client, language="en", **facts):
    article = publish(make_article(**facts))
    return client.get(article.editions.get(language=language).get_absolute_url()).content.decode()


def test_a_video_file_plays_in_the_browsers_own_player_with_captions(client):
    video = make_recording(poster=make_picture(with_renditions=True), duration=190)
    for language in ("ar", "en"):
        Captions.objects.create(video=video, language=language, path=f"recordings/x/{language}.vtt", size=9)
    page = page_of(client, "ar", format="video", video=video)
    assert '<video class="player" controls playsinline preload="none" poster="/media/pictures/' in page
    assert f'<source src="/media/{video.path}" type="video/mp4">' in page
    assert '<track kind="captions" srclang="ar" label="العربية" src="/media/recordings/x/ar.vtt" default>' in page
    assert '<track kind="captions" srclang="en" label="English" src="/media/recordings/x/en.vtt">' in page
    assert f'href="/media/{video.path}" download' in page
    assert "<iframe" not in page
    assert 'crossorigin="anonymous"' not in page


def test_captions_play_from_another_address_too(client, settings):
    settings.MEDIA_URL = "https://media.example.org/"
    video = make_recording()
    assert 'crossorigin="anonymous"' not in page_of(client, format="video", video=video)
    Captions.objects.create(video=video, language="en", path="recordings/x/en.vtt", size=9)
    assert 'crossorigin="anonymous"' in page_of(client, format="video", video=video)


def test_sound_plays_too(client):
    video = make_recording(medium="audio", mime_type="audio/mpeg", transcript_en="<p>Said.</p>", poster=None)
    page = page_of(client, format="video", video=video)
    assert '<audio class="sound" controls preload="none"' in page
    assert "<p>Said.</p>" in page


def test_readers_get_the_file_that_a_video_has_now(client, upload):
    video = make_recording()
    article = publish(make_article(format="video", video=video))
    upload(video, samples.webm(), "b.webm")
    page = client.get(article.editions.get(language="en").get_absolute_url()).content.decode()
    assert f'<source src="/media/{video.path}" type="video/webm">' in page


def test_the_policy_lets_our_own_recordings_play(client):
    address = publish(make_article()).editions.get(language="en").get_absolute_url()
    assert "media-src 'self'" in client.get(address)["Content-Security-Policy"]


def test_what_a_recording_lacks_should_be_looked_at():
    article = make_article(format="video", video=make_recording(name="Harvest", poster=None, transcript_en=""))
    said = [problem.message.translate({0x2068: None, 0x2069: None}) for problem in run_checks(article, "en")]
    assert [message for message in said if "Harvest" in message] == [
        "The video “Harvest” has no poster, which is seen until it plays.",
        "The video “Harvest” has no captions in this language.",
        "“Harvest” has no transcript in this language, for those who cannot hear or load it.",
    ]


def test_a_video_without_a_file_cannot_be_published():
    said = run_checks(make_article(format="video", video=make_video_row()), "en")
    assert [problem.grade.name for problem in said if "has no file yet" in problem.message] == ["MUST"]


def test_a_good_file_beside_one_that_is_refused_has_to_be_chosen_again_and_that_is_said(client, editor, sealed):
    files = {
        "upload": sent(samples.webm(), "film.webm", "video/webm"),
        "captions_en": sent(b"no captions", "words.vtt", "text/vtt"),
    }
    response = fill_in(client, **files)
    errors = errors_of(response)
    assert set(errors) == {"upload", "captions_en"}
    assert "“film.webm” was not stored" in str(errors["upload"])
    assert "Choose it again." in str(errors["upload"])
    assert not Upload.objects.exists()
