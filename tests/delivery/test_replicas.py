"""Read-only copies of the database make readers' pages, and nothing else, and are not asked just after a change."""

import pytest
from django.db import DatabaseError, connection, connections, router, transaction
from django.test import Client

from articles.models import Article, ArticleEdition
from delivery import page_cache, parts, replicas
from publishing import workflow
from publishing.changes import announce_soft
from tests.builders import make_article, make_category, make_superuser, publish, write

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "replica1"])


@pytest.fixture(scope="module", autouse=True)
def _replica_of_the_test(django_db_setup):
    """A second connection to the tests' own database, as a replica that does not lag."""
    facts = connections.settings["default"]
    connections.settings["replica1"] = facts | {
        "NAME": connection.settings_dict["NAME"],
        "TEST": facts["TEST"] | {"MIRROR": "default"},
    }
    yield
    connections["replica1"].close()
    del connections["replica1"]
    del connections.settings["replica1"]


@pytest.fixture
def replica(settings):
    settings.DATABASE_ROUTERS = ["delivery.replicas.ReplicaRouter"]
    settings.NEWSROOM_REPLICA_LAG = 10


@pytest.fixture
def clock(monkeypatch):
    """Seconds that pass when the test says so."""

    class Clock:
        now = 1000.0

    monkeypatch.setattr(replicas, "monotonic", lambda: Clock.now)
    return Clock


@pytest.fixture
def article():
    return publish(make_article(category=make_category(), title_en="First title"), "en")


@pytest.fixture
def reader(replica, clock, article):
    """Somebody who reads after nothing has changed for long."""
    client = Client()
    client.get("/en/keyboard/")
    clock.now += 60
    return client


def address_of(item, language="en"):
    return item.editions.get(language=language).get_absolute_url()


def forget_what_is_kept():
    page_cache.store().clear()
    parts.forget_all()


def asked(do):
    """(how much the primary was asked, and the replica, and what came of it)."""
    counts = {"default": 0, "replica1": 0}

    def count(execute, sql, parameters, many, context):
        counts[context["connection"].alias] += 1
        return execute(sql, parameters, many, context)

    with connection.execute_wrapper(count), connections["replica1"].execute_wrapper(count):
        result = do()
    return counts["default"], counts["replica1"], result


def test_a_readers_page_is_made_from_a_replica(reader, article):
    address = address_of(article)
    primary, copy, response = asked(lambda: reader.get(address))
    assert primary == 0
    assert copy > 0
    assert "First title" in response.content.decode()


def test_a_kept_page_asks_nobody(reader, article):
    address = address_of(article)
    reader.get(address)
    assert asked(lambda: reader.get(address))[:2] == (0, 0)


def test_after_any_change_pages_are_made_from_the_primary_for_as_long_as_replicas_may_lag(reader, article, clock):
    address = address_of(article)
    reader.get(address)
    write(article, "en", title="Second title", slug="first-title")
    workflow.publish(article, language="en", by=None)
    for seconds, is_old in ((0, False), (9, False), (11, True)):
        clock.now += seconds
        forget_what_is_kept()
        _primary, copy, response = asked(lambda: reader.get(address))
        assert (copy > 0) is is_old
        assert "Second title" in response.content.decode()
        if seconds == 9:
            clock.now -= 9


def test_a_process_that_begins_waits_as_long(replica, clock, article):
    client, address = Client(), address_of(article)
    assert asked(lambda: client.get(address))[1] == 0
    forget_what_is_kept()
    clock.now += 11
    assert asked(lambda: client.get(address))[1] > 0


def test_while_nobody_can_say_what_changed_the_primary_is_asked(reader, article, monkeypatch):
    monkeypatch.setattr("delivery.changelog.ChangeLog.generation", lambda self: None)
    assert asked(lambda: reader.get(address_of(article)))[1] == 0


@pytest.mark.parametrize("path", ["/en/search/?q=water", "/en/contact/", "/admin/login/", "/readyz"])
def test_what_is_no_kept_page_asks_the_primary(reader, path):
    assert asked(lambda: reader.get(path))[1] == 0


def test_staff_read_what_they_wrote(reader, article):
    staff = Client()
    staff.force_login(make_superuser())
    for path in ("/en/", address_of(article), "/admin/articles/article/"):
        assert asked(lambda path=path: staff.get(path))[1] == 0


def test_nothing_is_left_of_it_after_a_request(reader, article):
    reader.get(address_of(article))
    assert router.db_for_read(Article) == "default"


def test_writes_go_to_the_primary_whatever_a_row_was_read_from(replica):
    token = replicas._in_use.set("replica1")
    try:
        row = make_category()
        assert router.db_for_read(Article) == "replica1"
        assert router.db_for_write(Article, instance=row) == "default"
        edition = ArticleEdition(pk=1)
        edition._state.db = "replica1"
        assert router.db_for_write(ArticleEdition, instance=edition) == "default"
        assert router.allow_relation(row, edition)
        with transaction.atomic():
            assert router.db_for_read(Article) == "default"
    finally:
        replicas._in_use.reset(token)
    assert not router.allow_migrate("replica1", "articles")
    assert router.allow_migrate("default", "articles")


def test_while_a_replica_is_away_the_primary_makes_pages_and_it_is_tried_again(reader, article, clock, monkeypatch):
    tries = []

    def fail():
        tries.append(clock.now)
        raise DatabaseError("no route to host")

    address = address_of(article)
    monkeypatch.setattr(connections["replica1"], "ensure_connection", fail)
    for _visit in range(3):
        forget_what_is_kept()
        _primary, copy, response = asked(lambda: reader.get(address))
        assert (copy, response.status_code) == (0, 200)
    assert len(tries) == 1
    clock.now += replicas.PAUSE + 1
    forget_what_is_kept()
    reader.get(address)
    assert len(tries) == 2


def test_other_peoples_changes_count_too(reader, article):
    announce_soft([("tr", "latest")])
    forget_what_is_kept()
    assert asked(lambda: reader.get(address_of(article)))[1] == 0
