"""How the settings connect to the database, and to read-only copies of it."""

from pathlib import Path

import environ
import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured, MiddlewareNotUsed
from django.db import OperationalError, connection, connections

from delivery.replicas import ReplicaMiddleware
from newsroom.settings.databases import databases, limit_statements

PRIMARY, COPY = (
    "postgres://newsroom:secret@db.example.org/newsroom",
    "postgres://reader:secret@copy.example.org/newsroom",
)
FOLDER = Path("/srv/newsroom")


def found(**environment):
    env = environ.Env()
    env.ENVIRON = environment
    return databases(env, FOLDER)


def test_without_a_setting_it_is_sqlite_that_many_can_read_while_one_writes():
    (database,) = found().values()
    assert database["NAME"] == str(FOLDER / "newsroom.sqlite3")
    assert "journal_mode=WAL" in database["OPTIONS"]["init_command"]
    assert database["OPTIONS"]["transaction_mode"] == "IMMEDIATE"


def test_connections_to_postgresql_are_kept_and_tried_before_they_are_used_again():
    (database,) = found(DATABASE_URL=PRIMARY).values()
    assert (database["HOST"], database["CONN_MAX_AGE"], database["CONN_HEALTH_CHECKS"]) == ("db.example.org", 60, True)


def test_the_threads_of_a_process_may_share_a_pool():
    (database,) = found(DATABASE_URL=f"{PRIMARY}?sslmode=require", NEWSROOM_DB_POOL="6").values()
    assert database["CONN_MAX_AGE"] == 0
    assert database["OPTIONS"]["sslmode"] == "require"
    assert database["OPTIONS"]["pool"]["max_size"] == 6


def test_replicas_are_read_and_not_waited_for():
    both = found(DATABASE_URL=PRIMARY, NEWSROOM_REPLICA_URLS=f"{COPY},{COPY}2")
    assert list(both) == ["default", "replica1", "replica2"]
    assert both["replica1"]["HOST"] == "copy.example.org"
    assert both["replica2"]["NAME"] == "newsroom2"
    assert both["replica1"]["OPTIONS"]["connect_timeout"] == 2
    assert "default_transaction_read_only=on" in both["replica1"]["OPTIONS"]["options"]
    assert "options" not in both["default"].get("OPTIONS", {})


def test_without_replicas_nothing_stands_in_the_way_of_a_request():
    assert settings.DATABASE_ROUTERS == []
    with pytest.raises(MiddlewareNotUsed):
        ReplicaMiddleware(lambda request: None)


@pytest.mark.parametrize(
    ("environment", "advice"),
    [
        ({"NEWSROOM_REPLICA_URLS": COPY}, "set DATABASE_URL"),
        ({"NEWSROOM_DB_POOL": "4"}, "set DATABASE_URL"),
        ({"DATABASE_URL": PRIMARY, "NEWSROOM_REPLICA_URLS": "sqlite:////x"}, "PostgreSQL databases"),
        ({"DATABASE_URL": PRIMARY, "NEWSROOM_DB_POOL": "-1"}, "or 0"),
    ],
)
def test_what_cannot_be_stops_the_start(environment, advice):
    with pytest.raises(ImproperlyConfigured, match="NEWSROOM_") as caught:
        found(**environment)
    assert advice in str(caught.value)
    assert "secret" not in str(caught.value)


def test_statements_of_requests_are_limited_and_the_address_has_the_last_word():
    (database,) = found(DATABASE_URL=f"{PRIMARY}?options=-c%20statement_timeout%3D5s").values()
    limit_statements(database, 30)
    options = database["OPTIONS"]["options"]
    assert options.index("statement_timeout=30s") < options.index("statement_timeout=5s")
    (unlimited,) = found(DATABASE_URL=PRIMARY).values()
    before = dict(unlimited)
    limit_statements(unlimited, 0)
    assert unlimited == before


@pytest.fixture
def another():
    """A connection of its own to the test's database, with other options."""
    made = []

    def connect(**options):
        facts = connections["default"].settings_dict
        facts = facts | {"OPTIONS": facts.get("OPTIONS", {}) | options, "CONN_MAX_AGE": 0}
        made.append(type(connections["default"])(facts, "default"))
        return made[-1]

    yield connect
    for database in made:
        database.close()
        if "pool" in database.settings_dict["OPTIONS"]:
            database.close_pool()


def ask(database, statement):
    with database.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall()


@pytest.mark.django_db(transaction=True)
def test_postgresql_ends_what_takes_too_long(another):
    if connection.vendor != "postgresql":
        return
    facts = {"ENGINE": connection.settings_dict["ENGINE"], "OPTIONS": {}}
    limit_statements(facts, 1)
    database = another(**facts["OPTIONS"])
    assert ask(database, "SHOW statement_timeout") == [("1s",)]
    assert ask(database, "SHOW idle_in_transaction_session_timeout") == [("5min",)]
    with pytest.raises(OperationalError, match="statement timeout"):
        ask(database, "SELECT pg_sleep(3)")


@pytest.mark.django_db(transaction=True)
def test_a_pool_lends_connections(another):
    if connection.vendor != "postgresql":
        return
    database = another(pool={"min_size": 1, "max_size": 2, "timeout": 5})
    assert ask(database, "SELECT 1") == [(1,)]
    database.close()
    assert ask(database, "SELECT 1") == [(1,)]
    assert database.pool.get_stats()["pool_max"] == 2


def test_the_server_limits_statements_and_commands_do_not():
    assert settings.NEWSROOM_STATEMENT_SECONDS == 30
    # Not those of this process: whoever starts a server in it has limited them.
    assert "statement_timeout" not in str(found(DATABASE_URL=PRIMARY))
    assert "limit_statements(" in (Path(settings.BASE_DIR) / "newsroom" / "wsgi.py").read_text()
