"""Kept pages and transactions: what is not stored, or not yet, is nobody's; and many readers at once."""

import time
from threading import Barrier, Event, Thread

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import get_resolver

from pages import views
from publishing import workflow
from publishing.staging import staged
from tests.builders import make_article, make_category, publish, write
from tests.delivery.test_page_cache import address_of, is_kept, keep, text_at

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def article():
    return publish(make_article(category=make_category(name_en="World"), title_en="First title"), "en")


def test_a_preview_leaves_nothing_behind(article):
    address = address_of(article)
    keep(address, "/en/")
    write(article, "en", title="A secret", slug="first-title")
    with staged([(article, "en")]):
        assert "A secret" in text_at(address)
        assert "A secret" in text_at("/en/")
    assert "A secret" not in text_at(address)
    assert "A secret" not in text_at("/en/")


def test_a_change_that_is_taken_back_ends_no_page(article):
    keep(address_of(article))
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        workflow.withdraw(article, language="en", by=None, note="Why")
        raise ZeroDivisionError
    assert is_kept(address_of(article))


def in_threads(count, do):
    """What `do()` gave in each of some threads that began together."""
    found, barrier = [], Barrier(count)

    def run():
        barrier.wait()
        try:
            found.append(do())
        finally:
            connection.close()

    threads = [Thread(target=run) for _number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


@pytest.fixture
def made(monkeypatch):
    """How often the home page was made; `made.gate` lets it be finished."""

    class Made:
        count, gate = 0, Event()

    view = views.home

    def slow(request):
        Made.count += 1
        response = view(request)
        Made.gate.wait(5)
        return response

    slow.kept_parameters = view.kept_parameters
    for pattern in get_resolver().url_patterns:
        _replace(pattern, view, slow, monkeypatch)
    return Made


def _replace(pattern, view, other, monkeypatch):
    for inner in getattr(pattern, "url_patterns", []):
        _replace(inner, view, other, monkeypatch)
    if getattr(pattern, "callback", None) is view:
        monkeypatch.setattr(pattern, "callback", other)


def test_of_a_crowd_one_makes_the_page_and_the_others_wait_for_it(article, made):
    made.gate.clear()
    opener = Thread(target=lambda: (time.sleep(0.3), made.gate.set()))
    opener.start()
    pages = in_threads(6, lambda: Client().get("/en/").content)
    opener.join()
    assert made.count == 1
    assert len(set(pages)) == 1
