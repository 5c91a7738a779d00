"""Pings: a hub and search engines are told that something changed in public, if the settings name them."""

import json
import logging
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qsl, unquote

import pytest
from django.core.exceptions import ImproperlyConfigured
from django_tasks_db.models import DBTaskResult

from newsroom.settings.pings import indexnow_key, secure_address
from publishing import workflow
from publishing.models import Edition
from tests.builders import (
    in_minutes,
    make_article,
    make_byline,
    make_category,
    make_page,
    make_recording,
    make_tag,
    publish,
    write,
)
from tests.jobs import run_due_jobs

pytestmark = pytest.mark.django_db

SITE = "https://news.example.org"
KEY = "0123456789abcdef"


class Server:
    """A server on this machine that writes down what it is sent. `status`: what it answers."""

    def __init__(self):
        self.status, self.received = 204, []
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                server.received.append((self.path, self.headers["Content-Type"], body))
                self.send_response(server.status)
                if server.status == 302:
                    self.send_header("Location", "/elsewhere")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def do_GET(self):
                self.do_POST()

            def log_message(self, *_arguments):
                pass

        self.http = HTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.http.server_port}/"
        threading.Thread(target=self.http.serve_forever, daemon=True).start()

    def stop(self):
        self.http.shutdown()
        self.http.server_close()

    @property
    def topics(self):
        forms = [dict(parse_qsl(body)) for _path, _kind, body in self.received]
        assert all(form["hub.mode"] == "publish" for form in forms)
        return [unquote(form["hub.url"].removeprefix(SITE)) for form in forms]

    @property
    def told(self):
        return [
            unquote(url.removeprefix(SITE))
            for _path, _kind, body in self.received
            for url in json.loads(body)["urlList"]
        ]


@pytest.fixture
def server():
    server = Server()
    yield server
    server.stop()


@pytest.fixture
def hub(server, settings):
    settings.NEWSROOM_WEBSUB_HUB, settings.NEWSROOM_SITE_URL = server.address, SITE
    return server


@pytest.fixture
def engines(server, settings):
    settings.NEWSROOM_INDEXNOW_KEY, settings.NEWSROOM_SITE_URL = KEY, SITE
    settings.NEWSROOM_INDEXNOW_ENDPOINT = server.address + "indexnow"
    return server


@pytest.fixture
def jobs_of(django_capture_on_commit_callbacks):
    """Takes a step, stores it, and runs the jobs that it asked for; returns what the step returned."""

    def take(step, *arguments, **facts):
        with django_capture_on_commit_callbacks(execute=True):
            result = step(*arguments, **facts)
        run_due_jobs()
        run_due_jobs()
        return result

    return take


# --- The hub -----------------------------------------------------------------------------


def test_the_hub_is_told_of_every_feed_that_the_article_stands_in(hub, jobs_of):
    above = make_category(name_en="News")
    section = make_category(name_en="Local", parent=above)
    tag, byline = make_tag(name_en="Water"), make_byline(name_en="Layla")
    article = make_article(category=section, tags=[tag, make_tag(name_en="")], bylines=[byline])
    jobs_of(publish, article, "en")
    subjects = ["/en/news/local/", "/en/news/", f"/en/tags/{tag.pk}-water/", f"/en/bylines/{byline.pk}-layla/"]
    expected = ["/en/feed/", "/en/feed/atom/", "/en/feed/json/"]
    expected += [address + ending for address in subjects for ending in ("feed/", "feed/atom/")]
    assert sorted(hub.topics) == sorted(expected)
    assert {kind for _path, kind, _body in hub.received} == {"application/x-www-form-urlencoded"}


def test_each_topic_is_the_address_that_the_feed_has(hub, jobs_of, client):
    jobs_of(publish, make_article(tags=[make_tag()], bylines=[make_byline()], format="video", video=make_recording()))
    assert "/ar/feed/podcast/" in hub.topics
    assert len(hub.topics) == len(set(hub.topics)) == 4 * (4 + 3 * 2)
    for topic in hub.topics:
        response = client.get(topic)
        assert response.status_code == 200, topic
        address = unquote(response["Link"].partition(", <")[2])
        assert address == f'{SITE}{topic}>; rel="self"'


@pytest.mark.parametrize(
    "step",
    [
        lambda article: workflow.withdraw(article, language="en", by=None),
        lambda article: workflow.retract(article, language="en", by=None, note="Wrong."),
        lambda article: workflow.publish(article, language="en", by=None, change="correction", public_note="Eight."),
    ],
    ids=["withdraw", "retract", "correction"],
)
def test_the_hub_is_told_when_it_changes_or_goes(hub, jobs_of, step):
    article = publish(make_article(tags=[make_tag(name_en="Water")]), "en")
    write(article, "en", body="<p>Eight.</p>")
    jobs_of(step, article)
    assert {"/en/feed/", "/en/feed/atom/", "/en/feed/json/"} < set(hub.topics)
    assert any("water/feed/" in topic for topic in hub.topics)


def test_a_section_that_it_left_is_told_too(hub, jobs_of):
    old, new = make_category(name_en="Old"), make_category(name_en="New")
    article = publish(make_article(category=old), "en")
    article.category = new
    write(article, "en", title="Moved")
    jobs_of(publish, article, "en")
    assert {"/en/old/feed/", "/en/new/feed/"} < set(hub.topics)


def test_drafts_and_plans_are_told_to_nobody(hub, engines, jobs_of):
    article = make_article()
    jobs_of(write, article, "en", title="Draft")
    jobs_of(workflow.submit, article, language="en", by=None)
    jobs_of(workflow.schedule, article, language="en", by=None, at=in_minutes(5))
    jobs_of(workflow.unschedule, article, language="en", by=None)
    assert hub.received == []


def test_what_was_planned_is_told_when_the_clock_lets_it_out(hub, jobs_of):
    article = make_article()
    jobs_of(workflow.schedule, article, language="en", by=None, at=in_minutes(5))
    edition = article.editions.get(language="en")
    type(edition).objects.filter(pk=edition.pk).update(publish_at=in_minutes(-1))
    jobs_of(workflow.settle)
    assert article.editions.get(language="en").state == Edition.State.PUBLISHED
    assert "/en/feed/" in hub.topics


def test_a_hub_that_does_not_take_it_is_asked_again_later(hub, jobs_of, caplog):
    caplog.set_level(logging.WARNING)
    hub.status = 503
    jobs_of(publish, make_article(), "en")
    assert len(hub.received) == 1
    assert "ping.refused" in caplog.text
    hub.received.clear()
    hub.status = 204
    DBTaskResult.objects.update(run_after=in_minutes(-1))
    run_due_jobs()
    assert len(hub.topics) == 5
    assert not DBTaskResult.objects.exists()


def test_nobody_waits_for_a_hub_that_is_not_there(server, settings, jobs_of, caplog):
    caplog.set_level(logging.WARNING)
    settings.NEWSROOM_WEBSUB_HUB, settings.NEWSROOM_SITE_URL = server.address, SITE
    server.stop()
    article = make_article()
    jobs_of(publish, article, "en")
    assert article.editions.get(language="en").is_public
    assert "ping.failed" in caplog.text
    assert DBTaskResult.objects.get().run_after > in_minutes(10)
    server.stop = lambda: None


def test_at_last_it_gives_up(hub, jobs_of):
    hub.status = 500
    jobs_of(publish, make_article(), "en")
    row = DBTaskResult.objects.get()
    row.args_kwargs["args"][-1] = in_minutes(-1).isoformat()
    row.run_after = in_minutes(-1)
    row.save()
    run_due_jobs()
    assert not DBTaskResult.objects.exists()


def test_nothing_is_sent_where_the_settings_do_not_say(hub, jobs_of):
    hub.status = 302
    jobs_of(publish, make_article(), "en")
    assert {path for path, _kind, _body in hub.received} == {"/"}


# --- Search engines ------------------------------------------------------------------------


def test_search_engines_are_told_the_address(engines, jobs_of):
    article = make_article()
    jobs_of(publish, article, "en", "ar")
    addresses = [unquote(article.editions.get(language=code).get_absolute_url()) for code in ("en", "ar")]
    assert engines.told == addresses
    path, kind, body = engines.received[0]
    assert (path, kind) == ("/indexnow", "application/json; charset=utf-8")
    facts = json.loads(body)
    assert (facts["host"], facts["key"]) == ("news.example.org", KEY)
    assert facts["keyLocation"] == f"{SITE}/{KEY}.txt"


def test_they_are_told_of_pages_too_and_of_the_former_address(engines, jobs_of):
    page = publish(make_page(slug_en="goals"), "en")
    write(page, "en", slug="mission")
    jobs_of(publish, page, "en")
    assert engines.told == ["/en/mission/", "/en/goals/"]
    jobs_of(workflow.withdraw, page, language="en", by=None)
    assert engines.told[2] == "/en/mission/"


def test_nobody_is_told_words_of_a_plan_that_was_given_up(engines, hub, jobs_of):
    secret = make_tag(name_en="Secret talks")
    article = make_article(title_en="Minister resigns secretly", tags=[secret])
    jobs_of(workflow.schedule, article, language="en", by=None, at=in_minutes(5))
    jobs_of(workflow.unschedule, article, language="en", by=None)
    article.tags.clear()
    write(article, "en", title="Harmless title")
    jobs_of(publish, article, "en")
    told = " ".join(body for _path, _kind, body in engines.received)
    assert "harmless-title" in told
    assert "secret" not in told


def test_nobody_is_told_of_a_plan_by_a_job_that_comes_late(engines, django_capture_on_commit_callbacks):
    article = make_article(title_en="Harmless title")
    with django_capture_on_commit_callbacks(execute=True):
        publish(article, "en")
        workflow.withdraw(article, language="en", by=None)
        write(article, "en", title="Minister resigns secretly")
        workflow.schedule(article, language="en", by=None, at=in_minutes(5))
    run_due_jobs()
    run_due_jobs()
    assert len(engines.told) == 2
    assert all("harmless-title" in address for address in engines.told)


def test_a_refused_ping_is_sent_again(engines, jobs_of):
    engines.status = 429
    jobs_of(publish, make_article(), "en")
    engines.status = 200
    DBTaskResult.objects.update(run_after=in_minutes(-1))
    run_due_jobs()
    assert len(engines.received) == 2 and engines.told[0] == engines.told[1]
    assert not DBTaskResult.objects.exists()


def test_the_file_with_the_key_is_there_if_there_is_a_key(client, settings):
    assert client.get(f"/{KEY}.txt").status_code == 404
    settings.NEWSROOM_INDEXNOW_KEY = KEY
    response = client.get(f"/{KEY}.txt")
    assert (response.content.decode(), response["Content-Type"]) == (KEY, "text/plain; charset=utf-8")
    assert client.get("/fedcba9876543210.txt").status_code == 404
    assert client.post(f"/{KEY}.txt").status_code == 405


# --- Settings --------------------------------------------------------------------------------


def test_both_are_off_by_default(settings, jobs_of):
    assert (settings.NEWSROOM_WEBSUB_HUB, settings.NEWSROOM_INDEXNOW_KEY) == ("", "")
    jobs_of(publish, make_article(), "en")
    assert not DBTaskResult.objects.exists()


@pytest.mark.parametrize("key", ["short", "x" * 129, "with space", "ünïcode-key", "key/../../x", "12345678\n"])
def test_a_key_that_search_engines_refuse_is_refused_at_the_start(key):
    with pytest.raises(ImproperlyConfigured, match="8 to 128"):
        indexnow_key(key)


@pytest.mark.parametrize(
    "address", ["http://hub.example.org/", "hub.example.org", "https://", "ftp://hub.example.org/"]
)
def test_an_address_without_tls_is_refused_at_the_start(address):
    with pytest.raises(ImproperlyConfigured, match="NEWSROOM_WEBSUB_HUB"):
        secure_address(address, name="NEWSROOM_WEBSUB_HUB")


def test_good_settings_are_taken():
    assert indexnow_key("") == secure_address("", name="X") == ""
    assert indexnow_key(KEY) == KEY
    assert secure_address("https://hub.example.org/", name="X") == "https://hub.example.org/"
