"""Two servers with several processes each: what one publishes, the readers of the other see at once, and never less."""

import os
import shutil
import socket
import subprocess
import sys
import time
from contextlib import ExitStack, closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from threading import Event, Thread

import pytest
from django.conf import settings as project
from django.core.cache import caches
from django.db import connection

from delivery import changelog, page_cache
from publishing import workflow
from tests.builders import make_article, make_category, publish, write

pytestmark = pytest.mark.django_db(transaction=True)

READERS = 8
ROOT = Path(__file__).resolve().parents[2]


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def wait_for(port):
    for _try in range(300):
        with socket.socket() as asked:
            if asked.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise AssertionError(f"nothing answers at port {port}")


@contextmanager
def running(*command, port, **environment):
    process = subprocess.Popen(
        command, cwd=ROOT, env=os.environ | environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        wait_for(port)
        yield process
    finally:
        process.terminate()
        process.wait(20)


def database_url():
    facts = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{facts['NAME']}"
    return f"postgres://{facts['USER']}@/{facts['HOST']}/{facts['NAME']}"


def server(**environment):
    """A server with two processes, for the database of the test: a context, and its port."""
    port = free_port()
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--workers", "2", "--blocking-threads", "4",
               "--port", str(port), "--no-ws", "newsroom.wsgi:application"]  # fmt: skip
    environment = {
        "DATABASE_URL": database_url(),
        "DJANGO_SETTINGS_MODULE": "tests.delivery.served",
        "NEWSROOM_CHANGES_FILE": str(project.NEWSROOM_CHANGES_FILE),
    } | environment
    return running(*command, port=port, **environment), port


def read(port, address):
    with closing(HTTPConnection("127.0.0.1", port, timeout=60)) as http:
        http.request("GET", address, headers={"Host": "localhost"})
        response = http.getresponse()
        return response.status, response.read().decode()


class Reader(Thread):
    """Reads a page again and again; `seen` is (when it was asked for, its status, its text) of each time."""

    def __init__(self, port, address, is_over):
        super().__init__(daemon=True)
        self._port, self._address, self._is_over = port, address, is_over
        self.seen = []

    def run(self):
        while not self._is_over.is_set():
            asked_at = time.monotonic()
            self.seen.append((asked_at, *read(self._port, self._address)))


@contextmanager
def readers_of(ports, addresses):
    is_over = Event()
    readers = [
        Reader(ports[number % len(ports)], addresses[number % len(addresses)], is_over) for number in range(READERS)
    ]
    for reader in readers:
        reader.start()
    try:
        yield readers
    finally:
        is_over.set()
        for reader in readers:
            reader.join()


def seen_after(readers, moment):
    """What each reader saw the next few times after a moment: pairs (status, text)."""
    deadline = time.monotonic() + 120
    while True:
        seen = [[one[1:] for one in list(reader.seen) if one[0] > moment] for reader in readers]
        if min(map(len, seen)) >= 3:
            return [one for reader in seen for one in reader]
        assert time.monotonic() < deadline, "a reader gets no answer"
        time.sleep(0.05)


def publish_and_withdraw_before_readers(ports):
    section = make_category(name_en="World")
    article = publish(make_article(category=section, title_en="The old title", slug_en="a"), "en")
    addresses = [article.editions.get(language="en").get_absolute_url(), "/en/", section.get_absolute_url("en")]
    with readers_of(ports, addresses) as readers:
        before = seen_after(readers, 0)
        write(article, "en", title="The new title")
        workflow.publish(article, language="en", by=None)
        published = seen_after(readers, time.monotonic())
        workflow.withdraw(article, language="en", by=None, note="It was wrong.")
        withdrawn = seen_after(readers, time.monotonic())
    assert all(status == 200 and "The old title" in text for status, text in before)
    assert all(status == 200 and "The new title" in text and "The old title" not in text for status, text in published)
    assert {status for status, _text in withdrawn} == {200, 410}
    assert not [text for status, text in withdrawn if status == 200 and "The new title" in text]


def test_processes_of_one_server_tell_one_another_by_a_file():
    serving, port = server()
    with serving:
        publish_and_withdraw_before_readers([port])


@pytest.fixture
def redis(settings):
    """A Redis of the test's own; this process uses it as the servers do."""
    if shutil.which("redis-server") is None:
        if os.environ.get("CI"):
            pytest.fail("redis-server is not installed")
        pytest.skip("redis-server is not installed")
    port = free_port()
    url = f"redis://127.0.0.1:{port}/0"
    facts = {"LOCATION": url, "OPTIONS": {"socket_timeout": 1, "socket_connect_timeout": 1}}
    with running("redis-server", "--port", str(port), "--save", "", "--appendonly", "no", port=port) as process:
        settings.CACHES = {
            "default": facts | {"BACKEND": "delivery.caches.ForgivingRedisCache"},
            "shared": facts | {"BACKEND": "django.core.cache.backends.redis.RedisCache"},
        }
        changelog.changelog.cache_clear()
        page_cache.store.cache_clear()
        yield url, process
    changelog.changelog.cache_clear()
    page_cache.store.cache_clear()


def test_servers_that_share_a_cache_tell_one_another_by_it(redis, tmp_path):
    url, _process = redis
    with ExitStack() as stack:
        ports = []
        for number in range(2):
            # As on machines of their own: no file is shared.
            serving, port = server(CACHE_URL=url, NEWSROOM_CHANGES_FILE=str(tmp_path / str(number)))
            stack.enter_context(serving)
            ports.append(port)
        publish_and_withdraw_before_readers(ports)


def test_a_page_that_one_process_made_serves_the_others(redis, client):
    article = publish(make_article(), "en")
    page = article.editions.get(language="en").get_absolute_url()
    first = client.get(page)
    page_cache.store.cache_clear()
    changelog.changelog.cache_clear()
    caught = []
    with connection.execute_wrapper(lambda execute, *asked: (caught.append(asked), execute(*asked))[1]):
        again = client.get(page)
    assert not caught
    assert again.content == first.content
    assert dict(again.items()) == dict(first.items())


def test_pages_are_made_while_the_shared_cache_is_gone(redis, client):
    _url, process = redis
    article = publish(make_article(title_en="Before"), "en")
    page = article.editions.get(language="en").get_absolute_url()
    assert "Before" in client.get(page).content.decode()
    process.kill()
    process.wait()
    write(article, "en", title="While it was gone", slug=article.editions.get(language="en").version.slug)
    workflow.publish(article, language="en", by=None)
    for _visit in range(3):
        assert "While it was gone" in client.get(page).content.decode()
    assert caches["default"].get("anything") is None
