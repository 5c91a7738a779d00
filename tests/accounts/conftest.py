import pytest
from django.core.cache import cache

from tests.jobs import run_due_jobs


@pytest.fixture
def run_mails():
    """Has the worker's part done: what waits to be sent is sent."""
    return run_due_jobs


@pytest.fixture(autouse=True)
def _fresh_cache():
    """django-allauth remembers used codes in the cache, which no test's end takes back."""
    cache.clear()
