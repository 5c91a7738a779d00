from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.core.files.storage import storages
from django.db import transaction
from django.utils import timezone, translation

from delivery import changelog, page_cache, parts, surrogates, tally
from search.engines import TooSlow, local_engine
from search.results import Search
from tests.storages import follow_settings


@pytest.fixture(autouse=True)
def _english():
    """Each test begins in English, whatever language the one before it ended in."""
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def _own_files(settings, tmp_path, monkeypatch):
    """Each test has folders of its own for originals and public files."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.STORAGES = settings.STORAGES | {
        "originals": {
            "BACKEND": "media_library.storage.PrivateFileSystemStorage",
            "OPTIONS": {"location": tmp_path / "originals"},
        }
    }
    storages._storages.clear()
    storages.__dict__.pop("backends", None)
    follow_settings(monkeypatch)


@pytest.fixture
def committed(monkeypatch):
    """Everything that the test writes counts as committed at once: what waits for a commit happens, pages are kept."""
    monkeypatch.setattr(transaction, "on_commit", lambda do, using=None, robust=False: do())
    monkeypatch.setattr(changelog.ChangeLog, "_is_in_transaction", staticmethod(lambda: False))


@pytest.fixture
def later(monkeypatch):
    """Lets time pass, for everybody who asks what time it is."""

    def pass_time(**span):
        moment = timezone.now() + timedelta(**span)
        monkeypatch.setattr(timezone, "now", lambda: moment)
        for module in (changelog, page_cache, parts, surrogates):
            monkeypatch.setattr(module, "time", moment.timestamp)

    return pass_time


@pytest.fixture
def slow_search(monkeypatch):
    """Within it, whoever searches finds in time only what is asked for among the newest."""
    find = local_engine().find

    def find_among_few(index, query, *, above=None, **bounds):
        if above is None:
            raise TooSlow
        return find(index, query, above=above, **bounds)

    @contextmanager
    def slow():
        with monkeypatch.context() as patched:
            patched.setattr(local_engine(), "find", find_among_few)
            patched.setattr(Search, "_newest_from", -(2**62))
            yield

    return slow


@pytest.fixture(autouse=True)
def _own_counts():
    """What was counted in one test is not written in another, and what was kept is not found there."""
    yield
    tally.clear_all()
    cache.clear()
    parts.forget_all()
    page_cache.store.cache_clear()
    changelog.changelog.cache_clear()
