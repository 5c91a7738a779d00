import pytest
from django.core.cache import cache
from django.core.files.storage import storages
from django.db import transaction
from django.utils import translation

from delivery import changelog, page_cache, parts, tally
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


@pytest.fixture(autouse=True)
def _own_counts():
    """What was counted in one test is not written in another, and what was kept is not found there."""
    yield
    tally.clear_all()
    cache.clear()
    parts.forget_all()
    page_cache.store.cache_clear()
    changelog.changelog.cache_clear()
