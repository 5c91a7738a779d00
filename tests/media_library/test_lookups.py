"""What hosts say of videos by link: asked by a job, of allowed addresses alone."""

import io
import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.urls import reverse
from PIL import Image

from desk.checks import run_checks
from media_library import lookups
from media_library.lookups import NO_ANSWER, UNKNOWN_THERE, Unanswered, fetch, look_up
from media_library.models import Picture, Upload, Video
from media_library.video_hosts import HOSTS, frame_sources, hosted_video
from tests.builders import make_article, make_picture, make_superuser
from tests.jobs import run_due_jobs

pytestmark = pytest.mark.django_db

YOUTUBE = "https://www.youtube.com/watch?v=aqz-KE-bpKQ"
YOUTUBE_OEMBED = (
    "https://www.youtube.com/oembed?format=json&url=https%3A%2F%2Fwww.youtube.com%2Fwatch%3Fv%3Daqz-KE-bpKQ"
)
YOUTUBE_POSTER = "https://i.ytimg.com/vi/aqz-KE-bpKQ/maxresdefault.jpg"


def jpeg(color="#3a6b52"):
    buffer = io.BytesIO()
    Image.effect_noise((640, 360), 60).convert("RGB").save(buffer, "JPEG", comment=b"SECRET")
    return buffer.getvalue()


class Web:
    """The web, as far as the test wrote it down: address → its content, or the status without one."""

    def __init__(self, **answers):
        self.answers, self.asked = answers, []

    def __call__(self, url, *, most_bytes, may_ask):
        self.asked.append(url)
        answer = self.answers.get(url, 404)
        if isinstance(answer, int):
            raise Unanswered("no success", answer)
        assert len(answer) <= most_bytes
        return answer


def web(answers):
    return Web(**{url: json.dumps(said).encode() if isinstance(said, dict) else said for url, said in answers.items()})


def make_link(url=YOUTUBE, **facts):
    return Video.objects.create(**({"name": url, "url": url} | facts))


@pytest.fixture
def looked_up(django_capture_on_commit_callbacks):
    """Looks a video up in a `web`, and lets the worker take in its poster."""

    def look(video, fetch):
        with django_capture_on_commit_callbacks(execute=True):
            look_up(video, fetch=fetch)
        with django_capture_on_commit_callbacks(execute=True):
            run_due_jobs()
        video.refresh_from_db()
        return video

    return look


# --- Which addresses are videos ----------------------------------------------------


@pytest.mark.parametrize(
    ("url", "page", "frame"),
    [
        (YOUTUBE + "&t=3s", YOUTUBE, "https://www.youtube-nocookie.com/embed/aqz-KE-bpKQ?autoplay=1"),
        (
            "https://youtu.be/aqz-KE-bpKQ?si=who",
            YOUTUBE,
            "https://www.youtube-nocookie.com/embed/aqz-KE-bpKQ?autoplay=1",
        ),
        ("https://m.youtube.com/shorts/aqz-KE-bpKQ", YOUTUBE, None),
        ("https://www.youtube.com/live/aqz-KE-bpKQ?feature=share", YOUTUBE, None),
        ("https://www.youtube-nocookie.com/embed/aqz-KE-bpKQ", YOUTUBE, None),
        (
            "https://vimeo.com/1084537",
            "https://vimeo.com/1084537",
            "https://player.vimeo.com/video/1084537?dnt=1&autoplay=1",
        ),
        (
            "https://vimeo.com/1084537/8272103f6e?share=copy",
            "https://vimeo.com/1084537/8272103f6e",
            "https://player.vimeo.com/video/1084537?h=8272103f6e&dnt=1&autoplay=1",
        ),
        ("https://player.vimeo.com/video/1084537?h=8272103f6e", "https://vimeo.com/1084537/8272103f6e", None),
        ("https://dai.ly/x8abcde", "https://www.dailymotion.com/video/x8abcde", None),
        (
            "https://www.dailymotion.com/video/x8abcde_a-title",
            "https://www.dailymotion.com/video/x8abcde",
            "https://geo.dailymotion.com/player.html?video=x8abcde&autoplay=1",
        ),
        (
            "https://video.example.org/videos/watch/9c9de5e8-0a1e-484a-b099-e80766180a6d",
            "https://video.example.org/w/9c9de5e8-0a1e-484a-b099-e80766180a6d",
            "https://video.example.org/videos/embed/9c9de5e8-0a1e-484a-b099-e80766180a6d?p2p=0&autoplay=1",
        ),
        (
            "https://video.example.org/w/2y84q2MQUMWPbiEcxNXMgC",
            "https://video.example.org/w/2y84q2MQUMWPbiEcxNXMgC",
            None,
        ),
    ],
)
def test_a_video_is_known_by_its_id_alone(settings, url, page, frame):
    settings.NEWSROOM_PEERTUBE_HOSTS = ["video.example.org"]
    video = hosted_video(url)
    assert video.page == page
    assert frame in {None, video.frame}


@pytest.mark.parametrize(
    "url",
    [
        "https://youtube.com@example.org/watch?v=aqz-KE-bpKQ",
        "https://example.org/https://youtu.be/aqz-KE-bpKQ",
        "https://www.youtube.com/watch?v=<script>",
        "https://www.youtube.com.example.org/watch?v=aqz-KE-bpKQ",
        "https://video.example.org/w/2y84q2MQUMWPbiEcxNXMgC",
        "ftp://youtu.be/aqz-KE-bpKQ",
        "javascript:alert(1)",
        "https://[",
        "",
    ],
)
def test_nothing_else_is_a_video(url):
    assert hosted_video(url) is None


def test_an_operator_adds_hosts_by_settings(settings):
    settings.NEWSROOM_VIDEO_HOSTS = [
        {
            "name": "Example",
            "address": r"tube\.example\.net/see/(?P<id>\d+)",
            "page": "https://tube.example.net/see/%(id)s",
            "frame": "https://play.example.net/%(id)s",
            "oembed": "https://tube.example.net/oembed?url=",
            "poster_hosts": ["img.example.net"],
        }
    ]
    video = hosted_video("https://tube.example.net/see/7")
    assert (video.host.name, video.frame) == ("Example", "https://play.example.net/7")
    sources = frame_sources(["video.example.org"], settings.NEWSROOM_VIDEO_HOSTS)
    assert sources[-2:] == ["https://video.example.org", "https://play.example.net"]
    assert "https://www.youtube-nocookie.com" in sources


@pytest.mark.parametrize(
    ("peertubes", "others"), [(["https://video.example.org/"], []), ([], [{"name": "x"}]), ([], [{"address": "("}])]
)
def test_a_host_that_is_set_wrong_stops_the_site_at_its_start(peertubes, others):
    with pytest.raises(ImproperlyConfigured):
        frame_sources(peertubes, others)


def test_posters_come_from_hosts_that_are_named():
    host = next(one for one in HOSTS if one.name == "Dailymotion")
    assert host.has_poster_on("s2.dmcdn.net")
    assert not host.has_poster_on("dmcdn.net.example.org")
    assert not host.has_poster_on("evildmcdn.net")


# --- Looking up ----------------------------------------------------------------------


def test_title_and_poster_of_a_link_are_taken_over(looked_up, django_capture_on_commit_callbacks):
    person = make_superuser()
    facts = {"title": "  Wheat\n harvest / 2026 ", "thumbnail_url": "https://i.ytimg.com/vi/aqz-KE-bpKQ/hqdefault.jpg"}
    pages = web({YOUTUBE_OEMBED: facts, YOUTUBE_POSTER: jpeg()})
    video = looked_up(make_link(created_by=person), pages)
    assert (video.host_title, video.name) == ("Wheat harvest / 2026", "Wheat harvest / 2026")
    assert (video.duration, video.problem) == (None, "")  # YouTube's oEmbed tells no length.
    assert (video.poster.created_by, video.poster.is_ready, video.poster.is_decorative) == (person, True, True)
    assert pages.asked == [YOUTUBE_OEMBED, YOUTUBE_POSTER]
    # Again: nothing more is made of it, and the poster is not even asked for.
    looked_up(video, pages)
    assert Picture.objects.count() == 1
    assert pages.asked[2:] == [YOUTUBE_OEMBED]


def test_what_staff_typed_stays(looked_up):
    poster = make_picture()
    video = make_link("https://vimeo.com/1084537", name="Harvest", duration=60, poster=poster)
    oembed = "https://vimeo.com/api/oembed.json?width=1280&url=https%3A%2F%2Fvimeo.com%2F1084537"
    looked_up(video, web({oembed: {"title": "Other", "duration": 99, "thumbnail_url": "https://i.vimeocdn.com/1"}}))
    assert (video.name, video.host_title, video.duration, video.poster) == ("Harvest", "Other", 60, poster)


@pytest.mark.parametrize(
    ("url", "answers"),
    [
        (
            "https://vimeo.com/1084537",
            {"https://vimeo.com/api/oembed.json?width=1280&url=https%3A%2F%2Fvimeo.com%2F1084537": {"duration": 62}},
        ),
        (
            "https://dai.ly/x8abcde",
            {
                "https://www.dailymotion.com/services/oembed?format=json&url="
                "https%3A%2F%2Fwww.dailymotion.com%2Fvideo%2Fx8abcde": {"title": "x"},
                "https://api.dailymotion.com/video/x8abcde?fields=duration": {"duration": 62},
            },
        ),
        (
            "https://video.example.org/w/2y84q2MQUMWPbiEcxNXMgC",
            {
                "https://video.example.org/services/oembed?format=json&url="
                "https%3A%2F%2Fvideo.example.org%2Fw%2F2y84q2MQUMWPbiEcxNXMgC": {"title": "x"},
                "https://video.example.org/api/v1/videos/2y84q2MQUMWPbiEcxNXMgC": {"name": "x", "duration": 62},
            },
        ),
    ],
)
def test_the_length_is_asked_where_the_host_tells_it(settings, looked_up, url, answers):
    settings.NEWSROOM_PEERTUBE_HOSTS = ["video.example.org"]
    assert looked_up(make_link(url), web(answers)).duration == 62


@pytest.mark.parametrize(
    ("answers", "problem"),
    [
        ({}, UNKNOWN_THERE),
        ({YOUTUBE_OEMBED: 401}, UNKNOWN_THERE),
        ({YOUTUBE_OEMBED: 500}, NO_ANSWER),
        ({YOUTUBE_OEMBED: b"<html>"}, NO_ANSWER),
        ({YOUTUBE_OEMBED: b"[1]"}, NO_ANSWER),
    ],
)
def test_a_look_up_that_fails_says_so_and_breaks_nothing(looked_up, answers, problem):
    video = looked_up(make_link(name="Harvest", duration=60), web(answers))
    assert (video.problem, video.name, video.duration) == (problem, "Harvest", 60)
    said = [one.message for one in run_checks(make_article(format="video", video=video), "en")]
    assert any(problem in message for message in said)
    looked_up(video, web({YOUTUBE_OEMBED: {"title": "Harvest"}}))
    assert video.problem == ""


@pytest.mark.parametrize(
    "facts",
    [
        {"title": ["x"], "duration": "long", "thumbnail_url": 7},
        {"title": None, "duration": -5, "thumbnail_url": "http://127.0.0.1/x.jpg"},
        {"title": "\x00\ud800\u202e", "duration": 1e300},
        {"duration": True},
    ],
)
def test_odd_answers_are_left_out(looked_up, facts):
    video = looked_up(make_link("https://vimeo.com/1084537"), web({
        "https://vimeo.com/api/oembed.json?width=1280&url=https%3A%2F%2Fvimeo.com%2F1084537": facts
    }))  # fmt: skip
    assert (video.host_title, video.name, video.duration) == ("", "https://vimeo.com/1084537", None)
    assert not Upload.objects.exists()


def test_a_poster_that_is_no_picture_is_left_out(looked_up):
    pages = web({YOUTUBE_OEMBED: {"title": "Harvest"}, YOUTUBE_POSTER: b"<html>"})
    assert looked_up(make_link(), pages).poster is None
    assert not Upload.objects.exists()


def test_a_video_that_was_changed_meanwhile_is_left_alone():
    video = make_link()

    def slow(url, **limits):
        Video.objects.filter(pk=video.pk).update(url="https://vimeo.com/1084537")
        return json.dumps({"title": "Of the former address"}).encode()

    look_up(video, fetch=slow)
    video.refresh_from_db()
    assert (video.host_title, video.looked_up_at) == ("", None)


# --- The door to other servers ---------------------------------------------------------


def anybody(host):
    return True


@pytest.mark.parametrize("url", ["http://www.youtube.com/oembed", "file:///etc/passwd", "https:///x", "gopher://x/"])
def test_only_https_is_asked(url):
    with pytest.raises(Unanswered, match="not asked"):
        fetch(url, most_bytes=10, may_ask=anybody)


def test_only_allowed_hosts_are_asked():
    with pytest.raises(Unanswered, match="not asked"):
        fetch("https://example.org/x", most_bytes=10, may_ask=lambda host: host == "www.youtube.com")


class Server:
    """A server on this machine that counts who connects."""

    def __enter__(self):
        self.asked = asked = []

        class Handler(BaseHTTPRequestHandler):
            def setup(self):
                asked.append(1)
                super().setup()

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02})
        self.thread.start()
        return self

    def __exit__(self, *error):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_the_job_is_not_led_into_its_own_network(host):
    with Server() as server, pytest.raises(Unanswered, match="not a public address"):
        fetch(f"https://{host}:{server.server.server_port}/x", most_bytes=10, may_ask=anybody)
    assert server.asked == []


def test_a_peertube_within_the_network_is_not_asked(settings):
    settings.NEWSROOM_PEERTUBE_HOSTS = ["127.0.0.1"]
    video = make_link("https://127.0.0.1/w/2y84q2MQUMWPbiEcxNXMgC")
    look_up(video)
    video.refresh_from_db()
    assert video.problem == NO_ANSWER


class Answers:
    """Stands in for `desk.connections.asked`: what servers answer, one after the other."""

    def __init__(self, *answers):
        self.answers, self.urls = list(answers), []

    def __call__(self, method, url, **facts):
        self.urls.append(url)
        return self

    def __enter__(self):
        self.status, self.location, self.content = self.answers.pop(0)
        return self

    def __exit__(self, *error):
        return False

    def getheader(self, name):
        return self.location

    def read1(self, size):
        chunk, self.content = self.content[:size], self.content[size:]
        return chunk


def test_redirects_are_followed_to_allowed_hosts_alone(monkeypatch):
    def of_youtube(host):
        return host == "www.youtube.com"

    answers = Answers((301, "/new", b""), (200, None, b"here"))
    monkeypatch.setattr(lookups, "asked", answers)
    assert fetch("https://www.youtube.com/old", most_bytes=10, may_ask=of_youtube) == b"here"
    assert answers.urls[1] == "https://www.youtube.com/new"
    for location in ("https://example.org/", "http://www.youtube.com/", "//10.0.0.1/"):
        monkeypatch.setattr(lookups, "asked", Answers((302, location, b"")))
        with pytest.raises(Unanswered, match="not asked"):
            fetch("https://www.youtube.com/old", most_bytes=10, may_ask=of_youtube)
    monkeypatch.setattr(lookups, "asked", Answers(*[(302, "/ring", b"")] * 10))
    with pytest.raises(Unanswered, match="too many"):
        fetch("https://www.youtube.com/ring", most_bytes=10, may_ask=of_youtube)


def test_long_and_slow_answers_are_given_up(monkeypatch):
    monkeypatch.setattr(lookups, "asked", Answers((200, None, bytes(11))))
    with pytest.raises(Unanswered, match="too much"):
        fetch("https://www.youtube.com/x", most_bytes=10, may_ask=anybody)
    monkeypatch.setattr(lookups, "MAX_SECONDS", -1)
    monkeypatch.setattr(lookups, "asked", Answers((200, None, b"drop")))
    with pytest.raises(Unanswered, match="too slow"):
        fetch("https://www.youtube.com/x", most_bytes=10, may_ask=anybody)


# --- On the form ------------------------------------------------------------------------


def test_a_link_is_looked_up_by_a_job_and_again_by_a_button(client, monkeypatch, django_capture_on_commit_callbacks):
    client.force_login(make_superuser())
    monkeypatch.setattr("media_library.lookups.look_up.__kwdefaults__", {"fetch": web({YOUTUBE_OEMBED: 401})})
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("admin:media_library_video_add"), {"url": "https://youtu.be/aqz-KE-bpKQ"})
    video = Video.objects.get()
    assert (video.name, video.host_title) == (YOUTUBE, "")  # Nobody waited for the host.
    run_due_jobs()
    address = reverse("admin:media_library_video_change", args=[video.pk])
    assert "does not show it to everybody" in client.get(address).content.decode()
    monkeypatch.setattr(
        "media_library.lookups.look_up.__kwdefaults__", {"fetch": web({YOUTUBE_OEMBED: {"title": "Harvest"}})}
    )
    with django_capture_on_commit_callbacks(execute=True):
        facts = {"name": video.name, "url": video.url, "duration": "", "_look_up": "1"}
        assert client.post(address, facts).url == address
    run_due_jobs()
    video.refresh_from_db()
    assert (video.name, video.problem) == ("Harvest", "")


def test_a_new_address_forgets_what_the_former_one_told(client, django_capture_on_commit_callbacks):
    client.force_login(make_superuser())
    video = make_link(name="Harvest", host_title="Old", duration=60, problem=NO_ANSWER)
    facts = {"name": "Harvest", "url": "https://vimeo.com/1084537", "duration": "60"}
    client.post(reverse("admin:media_library_video_change", args=[video.pk]), facts)
    video.refresh_from_db()
    assert (video.url, video.host_title, video.duration, video.problem) == ("https://vimeo.com/1084537", "", None, "")


def test_a_link_to_a_host_that_is_no_longer_allowed_cannot_be_published():
    video = make_link("https://video.example.org/w/2y84q2MQUMWPbiEcxNXMgC", name="Harvest")
    said = [one for one in run_checks(make_article(format="video", video=video), "en") if one.grade.name == "MUST"]
    assert "is on no host that is allowed here" in said[0].message


def test_every_host_of_the_table_makes_addresses():
    for host in HOSTS:
        parts = {"id": "1084537", "key": "8272103f6e"}
        for template in (host.page, host.frame, host.length, host.poster):
            assert (template % parts).startswith("https://") or not template
