"""A lock-down in the midst of other people's work: there is one, and nothing slips out beside it."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from accounts.models import LockDown
from articles.models import ArticleEdition
from desk import lockdown
from publishing import workflow
from tests.builders import in_minutes, make_article, make_category

pytestmark = pytest.mark.django_db(transaction=True)


def all_at_once(*functions):
    """What each returned, or the refusal that it raised."""
    barrier = Barrier(len(functions))

    def run(function):
        try:
            barrier.wait(timeout=30)
            return function()
        except ValidationError as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(functions)) as pool:
        return list(pool.map(run, functions))


def test_two_lock_downs_at_once_are_one():
    outcomes = all_at_once(*[lambda: lockdown.start(by=None, reason="x")] * 2)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["LockDown", "ValidationError"]
    assert LockDown.objects.count() == 1


def test_what_is_scheduled_in_the_same_moment_is_refused_or_taken_back():
    section, at = make_category(), in_minutes(30)
    articles = [make_article(category=section, title_ar=f"{number} خبر") for number in range(6)]
    schedules = [
        lambda article=article: workflow.schedule(article, language="ar", by=None, at=at) for article in articles
    ]
    outcomes = all_at_once(*schedules, lambda: lockdown.start(by=None, reason="x"))
    assert isinstance(outcomes[-1], LockDown)
    assert not ArticleEdition.objects.planned().exists()
    taken_back = len(lockdown.plans_taken_back(outcomes[-1]))
    assert taken_back == sum(not isinstance(outcome, ValidationError) for outcome in outcomes[:-1])
