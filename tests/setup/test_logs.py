"""Production's log: a line is a line, and secrets and readers' addresses are in none."""

import io
import json
import logging
import logging.config
from datetime import UTC, datetime

import pytest
from django.db import IntegrityError
from django.test import Client
from django.urls import path

from newsroom import urls
from newsroom.logs import HIDDEN, JsonLines, without_secrets
from tests.production import like_production, production_settings

pytestmark = pytest.mark.one_database

READER = "203.0.113.77"
KEY = "1-cx8abc-0123456789abcdef0123456789abcdef"


def broken(request, **kwargs):
    raise IntegrityError(
        'duplicate key value violates unique constraint "accounts_user_email"\n'
        "DETAIL:  Key (email)=(source@example.org) already exists."
    )


urlpatterns = [
    path("broken/", broken),
    path("account/password/reset/key/<str:key>/", broken),
    *urls.urlpatterns,
]
handler404 = urls.handler404


def line_of(message, *arguments, **extra):
    record = logging.makeLogRecord(
        {"name": "newsroom.test", "levelname": "WARNING", "msg": message, "args": arguments} | extra
    )
    return JsonLines().format(record)


@pytest.fixture
def log(settings, monkeypatch):
    """What production's log has so far: a call returns its lines."""
    like_production(settings, monkeypatch)
    settings.ROOT_URLCONF = __name__
    configured = logging.config.DictConfigurator(production_settings(monkeypatch).LOGGING)
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(configured.configure_formatter(configured.config["formatters"]["line"]))
    logging.getLogger().addHandler(handler)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    logging.getLogger().removeHandler(handler)


@pytest.mark.parametrize(
    "forged",
    [
        "\n",
        "\r\n",
        "\r",
        "\x0b",
        "\x0c",
        "\x1c",
        "\x85",
        "\u2028",
        "\u2029",
        "\x1b[31m",
        "\x9b31m",
        "\x00",
        "\u202e",
        "\x7f",
    ],
)
def test_nothing_in_a_value_makes_a_second_line_or_moves_the_cursor(forged):
    value = f'a{forged}{{"level": "ERROR", "message": "forged"}}'
    line = line_of("user %s", value, name_of_user=value)
    assert line.splitlines() == [line]
    assert line.isascii()
    assert not [character for character in line if ord(character) < 32]
    said = json.loads(line)
    assert (said["level"], said["message"], said["name_of_user"]) == ("WARNING", f"user {value}", value)


def test_a_line_says_when_in_utc_where_and_what():
    said = json.loads(line_of("%s of %s", 3, "ten", created=1_800_000_000.25))
    assert list(said)[:4] == ["time", "level", "logger", "message"]
    assert datetime.fromisoformat(said["time"]) == datetime(2027, 1, 15, 8, 0, 0, 250_000, tzinfo=UTC)
    assert said["time"].endswith("+00:00")
    assert (said["logger"], said["message"]) == ("newsroom.test", "3 of ten")


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("GET /account/password/reset/key/" + KEY + "/", KEY),
        ("Not Found: /account/invitation/kq3Jd92kd-dk_kd93kdLLdk29dkfj39dkfjdk29Q/", "kq3Jd92kd-dk"),
        ("Not Found: /preview/Zk2v9s8d7fKJHkjh34kjhsdf87sdfkjh3/4/", "Zk2v9s8d"),
        ("Not Found: /en/search/?q=my+own+name&page=2", "own+name"),
        ("https://news.example.org/x?code=81245", "81245"),
        ("password=hunter2hunter2", "hunter2"),
        ("{'password1': 'hunter2', 'user': 'a'}", "hunter2"),
        ('{"token": "abc.def"}', "abc.def"),
        ("Authorization: Bearer abc def", "abc"),
        ("{'HTTP_COOKIE': '__Host-session=abc; __Host-csrf=def'}", "def"),
        ("Set-Cookie: __Host-session=abc; HttpOnly", "abc"),
        ("session_key=abcdef0123", "abcdef"),
        ("could not connect to postgres://newsroom:hunter2@db/newsroom", "hunter2"),
        ("duplicate key\nDETAIL:  Key (email)=(source@example.org) already exists.", "source@"),
    ],
)
def test_secrets_are_hidden(text, secret):
    assert secret not in without_secrets(text)
    assert HIDDEN in without_secrets(text)


@pytest.mark.parametrize(
    "text",
    [
        "Not Found: /en/news/1234-coalition-presents-a-plan-for-the-return-of-displaced-families/",
        'File "/srv/newsroom/.venv/lib/python3.11/site-packages/django/core/handlers/exception.py", line 55',
        "Forbidden (CSRF token from POST incorrect.): /account/login/",
        "Not Found: /ar/أخبار/12-خطة-للعودة-الآمنة-والطوعية-للعائلات-المهجرة/",
        "sandbox.ran function=media_library.decoding:prepare seconds=1.2 code=0",
        "Who asked? nobody",
    ],
)
def test_what_is_no_secret_stays(text):
    assert without_secrets(text) == text


@pytest.mark.parametrize("noise", ["/", "?", "://", "password", "a-", "a1", "cookie:", "DETAIL:", " ", "\n", "/aA1-"])
def test_no_text_keeps_the_log_busy(noise):
    begin = datetime.now(UTC)
    without_secrets(noise * 100_000)
    assert (datetime.now(UTC) - begin).total_seconds() < 1


def test_what_code_attaches_is_written_but_not_the_request():
    said = json.loads(line_of("x", request="GET /?q=secret", status_code=404, password="hunter2", people={"a": 1}))
    assert said["status_code"] == 404
    assert said["password"] == HIDDEN
    assert said["people"] == "{'a': 1}"
    assert "request" not in said


@pytest.mark.django_db
def test_a_mistake_of_ours_is_told_whole_and_without_what_people_typed(log):
    visitor = Client(raise_request_exception=False, REMOTE_ADDR=READER)
    visitor.post(
        f"/account/password/reset/key/{KEY}/?next=/admin/",
        {"password1": "river lantern copper"},
        headers={"Authorization": "Basic aGVsbG8=", "Cookie": "__Host-session=abcdef0123", "X-Forwarded-For": READER},
        secure=True,
    )
    (said,) = log()
    assert said["level"] == "ERROR"
    assert said["message"] == f"Internal Server Error: /account/password/reset/key/{HIDDEN}/"
    assert "in broken\n    raise IntegrityError" in said["traceback"]
    for secret in (KEY, READER, "river", "aGVsbG8", "abcdef0123", "source@example.org", "next="):
        assert secret not in json.dumps(said)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "headers", "status"),
    [
        ("/en/nothing%0a%1b[31m%e2%80%a8FORGED/?q=my+name", {}, 404),
        ("/en/", {"Host": "evil\u2028.example"}, 400),
        ("/en/", {"Host": "evil.example"}, 400),
    ],
)
def test_readers_who_go_wrong_leave_one_line_and_no_address(log, address, headers, status):
    visitor = Client(raise_request_exception=False, REMOTE_ADDR=READER)
    assert visitor.get(address, headers=headers | {"X-Forwarded-For": READER}, secure=True).status_code == status
    (said,) = log()
    assert READER not in json.dumps(said)
    assert "my+name" not in json.dumps(said)


@pytest.mark.django_db
def test_a_refused_form_leaves_no_address(log):
    visitor = Client(enforce_csrf_checks=True, REMOTE_ADDR=READER)
    visitor.post("/account/login/", {"login": "boss", "password": "river lantern"}, secure=True)
    (said,) = log()
    assert said["logger"] == "django.security.csrf"
    assert READER not in json.dumps(said)
    assert "river" not in json.dumps(said)


def test_a_developer_reads_sentences(settings):
    assert settings.LOGGING["formatters"]["line"] == {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}
