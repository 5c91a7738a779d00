"""Caches in front of the site are told what changed: by a job, which tries again, and never by a secret in the log."""

import logging
from datetime import timedelta

import environ
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from delivery import purging, tasks
from delivery.surrogates import name_of
from newsroom.settings import front
from publishing import workflow
from publishing.changes import announce_hard, announce_soft
from publishing.models import Change
from tests.builders import make_article, make_category, publish, write
from tests.delivery.fake_cdn import SERVICE, TOKEN, ZONE, running
from tests.jobs import run_due_jobs

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("committed")]


@pytest.fixture
def cdn():
    with running() as (fake, address):
        fake.address = address
        yield fake


@pytest.fixture(params=["http", "varnish", "fastly", "cloudflare"])
def purger(request, cdn, settings):
    """A cache of each kind, as the settings name it."""
    path = "/purge" if request.param in {"http", "varnish"} else ""
    settings.NEWSROOM_PURGE, settings.NEWSROOM_PURGE_URL = request.param, cdn.address + path
    settings.NEWSROOM_PURGE_TOKEN = TOKEN
    settings.NEWSROOM_CLOUDFLARE_ZONE, settings.NEWSROOM_FASTLY_SERVICE = ZONE, SERVICE
    return cdn


@pytest.fixture
def fastly(cdn, settings):
    settings.NEWSROOM_PURGE, settings.NEWSROOM_PURGE_URL = "fastly", cdn.address
    settings.NEWSROOM_PURGE_TOKEN, settings.NEWSROOM_FASTLY_SERVICE = TOKEN, SERVICE
    return cdn


@pytest.fixture
def article():
    return make_article(category=make_category(), title_en="First title")


def jobs():
    return [row for row in DBTaskResult.objects.all() if row.task_path == tasks.purge.module_path]


def address_of(item, language="en"):
    return item.editions.get(language=language).get_absolute_url()


# --- What is purged -----------------------------------------------------------------------


def test_publishing_has_every_page_dropped_that_shows_it(purger, article, settings):
    publish(article, "en")
    header = "Cache-Tag" if settings.NEWSROOM_PURGE == "cloudflare" else "Surrogate-Key"
    carried = [Client().get(address)[header] for address in (address_of(article), "/en/", "/en/feed/")]
    other = Client().get("/en/keyboard/")[header]
    DBTaskResult.objects.all().delete()
    write(article, "en", title="Second title", slug="first-title")
    workflow.publish(article, language="en", by=None)
    assert purger.calls == []
    run_due_jobs()
    for names in carried:
        assert purger.dropped & set(names.replace(",", " ").split())
    assert not purger.dropped & set(other.replace(",", " ").split())
    assert purger.others == []


def test_many_names_are_told_in_as_many_calls_as_the_cache_takes(purger, settings):
    announce_hard(("en", f"articles.article:{number}") for number in range(300))
    run_due_jobs()
    most = 30 if settings.NEWSROOM_PURGE == "cloudflare" else 256
    assert len(purger.dropped) == 600
    assert len(purger.calls) == -(-600 // most)
    assert max(map(len, purger.calls)) <= most


def test_a_cache_of_another_kind_is_told_by_the_method_that_it_wants(cdn, settings):
    settings.NEWSROOM_PURGE, settings.NEWSROOM_PURGE_URL = "http", f"{cdn.address}/purge"
    settings.NEWSROOM_PURGE_TOKEN, settings.NEWSROOM_PURGE_METHOD = TOKEN, "POST"
    announce_soft([("en", "latest")])
    run_due_jobs()
    assert cdn.calls == [[name_of(("en", "latest"))]]


def test_something_new_drops_the_lists_that_are_there_to_show_it_and_no_page_beside_it():
    def row(key, *, is_hard):
        return Change(language="en", key=key, is_hard=is_hard, at=timezone.now())

    soft = purging.names_of([row("latest", is_hard=False)])
    assert soft == [name_of(("en", "latest"))]
    hard = purging.names_of([row("latest", is_hard=True)])
    assert set(hard) == {name_of(("en", "latest")), name_of(("en", "latest"), is_beside=True)}


def test_of_very_many_changes_all_pages_of_their_languages_are_dropped():
    rows = [Change(language="ar", key=f"tag:{number}", is_hard=True, at=timezone.now()) for number in range(3000)]
    assert purging.names_of(rows) == [name_of(("ar", "site"))]


def test_nothing_is_asked_for_where_nobody_is_to_be_told(article):
    publish(article, "en")
    assert jobs() == []


# --- By one job ---------------------------------------------------------------------------


def test_publishing_asks_for_one_job_by_one_query(fastly, article):
    DBTaskResult.objects.all().delete()
    with CaptureQueriesContext(connection) as queries:
        publish(article, "en")
    asked = [query["sql"] for query in queries if tasks.purge.module_path in query["sql"]]
    assert len(asked) == len(jobs()) == 1
    assert asked[0].startswith("INSERT")


def test_all_that_one_request_changes_is_one_job(fastly):
    article = make_article()
    DBTaskResult.objects.all().delete()

    def publish_all(request):
        for language in ("en", "ar", "tr"):
            publish(article, language)
        assert jobs() == []

    purging.PurgeTogetherMiddleware(publish_all)(None)
    (job,) = jobs()
    languages = {name_of((language, f"articles.article:{article.pk}")) for language in ("en", "ar", "tr")}
    assert languages <= set(job.args_kwargs["args"][0])


def test_a_request_that_changes_nothing_asks_for_no_job(fastly, article):
    publish(article, "en")
    DBTaskResult.objects.all().delete()
    Client().get(address_of(article))
    assert jobs() == []


def test_who_publishes_sees_no_error_when_the_job_cannot_be_asked_for(fastly, article, monkeypatch, caplog):
    def fail(*_arguments, **_facts):
        raise DatabaseError("the table is locked")

    monkeypatch.setattr(purging.purge.__class__, "enqueue", fail)
    announce_hard([("en", "tag:1")])
    assert "purge.lost" in caplog.text


# --- At the right moment -------------------------------------------------------------------


def test_what_the_clock_changes_is_purged_at_its_moment(fastly, article, later):
    name = name_of(("en", f"articles.article:{article.pk}"))
    workflow.schedule(article, language="en", by=None, at=timezone.now() + timedelta(hours=1))
    run_due_jobs()
    fastly.calls.clear()
    later(minutes=59)
    run_due_jobs()
    fastly.calls.clear()
    run_due_jobs()
    assert name not in fastly.dropped
    later(minutes=2)
    run_due_jobs()  # the workflow's own, which asks for ours
    run_due_jobs()
    assert name in fastly.dropped
    assert name_of(("en", "latest")) in fastly.dropped


def test_it_is_purged_twice_for_what_was_on_its_way(fastly, later):
    announce_soft([("en", "latest")])
    for seconds in (0, 30, 20, 3600):
        later(seconds=seconds)
        run_due_jobs()
    assert fastly.calls == [[name_of(("en", "latest"))]] * 2
    assert jobs() == []


# --- When it fails ---------------------------------------------------------------------------


@pytest.mark.parametrize("trouble", [{"is_down": True}, {"status": 500}, {"status": 401}, {"status": 302}])
def test_a_cache_that_does_not_take_it_is_told_again_after_growing_pauses(purger, later, trouble):
    for name, value in trouble.items():
        setattr(purger, name, value)
    began = timezone.now()
    announce_soft([("en", "latest")])
    run_due_jobs()
    pauses = []
    for _try in range(3):
        (job,) = jobs()
        pauses.append(job.run_after - timezone.now())
        later(seconds=pauses[-1].total_seconds() + 1)
        run_due_jobs()
    assert pauses == sorted(pauses)
    assert pauses[0] < timedelta(seconds=6)
    purger.is_down, purger.status = False, 200
    later(minutes=5)
    run_due_jobs()
    assert purger.calls == [[name_of(("en", "latest"))]]
    assert "/elsewhere" not in purger.others
    assert timezone.now() - began < timedelta(hours=1)


def test_it_is_given_up_after_an_hour_with_a_line_in_the_log(fastly, later, caplog):
    fastly.status = 503
    announce_soft([("en", "latest")])
    for _try in range(12):
        run_due_jobs()
        later(hours=1)
    assert jobs() == []
    assert len(fastly.others) == 1 + len(tasks.PAUSES)
    assert [record.levelno for record in caplog.records if "given_up" in record.message] == [logging.ERROR]
    assert front.LONGEST <= sum(tasks.PAUSES) <= front.LONGEST * 1.1


def test_only_what_was_not_taken_is_told_again(fastly, later):
    fastly.refuses_after = 1
    announce_hard(("en", f"tag:{number}") for number in range(300))
    run_due_jobs()
    assert len(fastly.dropped) == 256
    fastly.refuses_after = None
    later(seconds=6)
    run_due_jobs()
    assert [len(names) for names in fastly.calls] == [256, 256, 88]
    assert len(fastly.dropped) == 600


@pytest.mark.parametrize("says", [b'{"success": false}', b"not JSON", b"[]", b""])
def test_cloudflare_is_believed_only_when_it_says_success(cdn, settings, says):
    settings.NEWSROOM_PURGE, settings.NEWSROOM_PURGE_URL = "cloudflare", cdn.address
    settings.NEWSROOM_PURGE_TOKEN, settings.NEWSROOM_CLOUDFLARE_ZONE = TOKEN, ZONE
    cdn.says = says
    announce_soft([("en", "latest")])
    run_due_jobs()
    (job,) = jobs()
    assert job.args_kwargs["kwargs"] == {"tries": 1, "is_again": False}


def test_no_secret_is_in_the_log_or_in_a_job(purger, settings, caplog):
    caplog.set_level(logging.DEBUG)
    for trouble in ({"is_down": True}, {"is_down": False, "status": 403}):
        for name, value in trouble.items():
            setattr(purger, name, value)
        announce_soft([("en", "latest")])
        run_due_jobs()
    settings.NEWSROOM_PURGE_URL = "http://127.0.0.1:9/purge"
    run_due_jobs()
    announce_soft([("en", "latest")])
    run_due_jobs()
    assert "purge.failed" in caplog.text
    assert TOKEN not in caplog.text
    assert not any(TOKEN in str(job.args_kwargs) for job in jobs())


def test_jobs_that_wait_do_nothing_once_nobody_is_to_be_told(fastly, settings):
    announce_soft([("en", "latest")])
    settings.NEWSROOM_PURGE = ""
    run_due_jobs()
    assert fastly.calls == []
    assert jobs() == []


# --- Settings --------------------------------------------------------------------------------


def front_settings(**environment):
    env = environ.Env()
    env.ENVIRON = environment
    return front.front(env)


RIGHT = {
    "http": {"NEWSROOM_PURGE_URL": "https://cache.example.org/"},
    "varnish": {"NEWSROOM_PURGE_URL": "http://127.0.0.1:6081/"},
    "cloudflare": {"NEWSROOM_PURGE_TOKEN": TOKEN, "NEWSROOM_CLOUDFLARE_ZONE": ZONE},
    "fastly": {"NEWSROOM_PURGE_TOKEN": TOKEN, "NEWSROOM_FASTLY_SERVICE": SERVICE},
}


@pytest.mark.parametrize("name", RIGHT)
def test_each_kind_needs_little(name):
    found = front_settings(NEWSROOM_PURGE=name, **RIGHT[name])
    assert found["NEWSROOM_PURGE"] == name
    assert found["NEWSROOM_PURGE_URL"].startswith("http")


def test_without_settings_nobody_is_told():
    found = front_settings()
    assert found["NEWSROOM_PURGE"] == ""
    assert found["NEWSROOM_SHARED_SECONDS"] == 10
    assert found["NEWSROOM_CDN_SECONDS"] == 3600


@pytest.mark.parametrize(
    ("environment", "advice"),
    [
        ({"NEWSROOM_PURGE": "akamai"}, "“http”, “varnish”, “cloudflare”, “fastly”"),
        ({"NEWSROOM_PURGE": "varnish"}, "set NEWSROOM_PURGE_URL"),
        ({"NEWSROOM_PURGE": "http", "NEWSROOM_PURGE_URL": "http://cache.example.org/"}, "must begin with https://"),
        ({"NEWSROOM_PURGE": "http", "NEWSROOM_PURGE_URL": "https://me:pass@example.org/"}, "NEWSROOM_PURGE_TOKEN"),
        ({"NEWSROOM_PURGE": "http", "NEWSROOM_PURGE_URL": "https://cache.example.org:x/"}, "must begin with"),
        ({"NEWSROOM_PURGE": "http", "NEWSROOM_PURGE_URL": "https://cache.example.org/a b"}, "must begin with"),
        ({"NEWSROOM_PURGE": "http", **RIGHT["http"], "NEWSROOM_PURGE_METHOD": "DELETE"}, "“PURGE” or “POST”"),
        ({"NEWSROOM_PURGE": "cloudflare", "NEWSROOM_CLOUDFLARE_ZONE": ZONE}, "set NEWSROOM_PURGE_TOKEN"),
        ({**RIGHT["cloudflare"], "NEWSROOM_PURGE": "cloudflare", "NEWSROOM_CLOUDFLARE_ZONE": "../x"}, "32 digits"),
        ({**RIGHT["fastly"], "NEWSROOM_PURGE": "fastly", "NEWSROOM_FASTLY_SERVICE": "a/b"}, "the service's ID"),
        ({**RIGHT["fastly"], "NEWSROOM_PURGE": "fastly", "NEWSROOM_PURGE_TOKEN": "two\r\nlines"}, "Copy it again"),
        ({"NEWSROOM_SHARED_SECONDS": "3600"}, "from 0 to 60"),
        ({"NEWSROOM_CDN_SECONDS": "86400"}, "from 0 to 3600"),
    ],
)  # fmt: skip
def test_what_is_wrong_stops_the_start_with_what_to_do_and_shows_no_secret(environment, advice):
    with pytest.raises(ImproperlyConfigured) as caught:
        front_settings(**environment)
    assert advice in str(caught.value)
    assert "pass" not in str(caught.value)
    assert "lines" not in str(caught.value)
