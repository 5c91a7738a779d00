"""The command that an operator runs once a day."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from articles.models import Article
from desk.models import Autosave
from publishing import workflow
from publishing.workflow import settle_due_editions
from tests.builders import make_article, make_staff

pytestmark = pytest.mark.django_db


def test_what_is_past_its_time_goes_and_the_rest_stays(capsys):
    long_ago = timezone.now() - timedelta(days=31)
    old, fresh = make_article(), make_article()
    for article in (old, fresh):
        workflow.trash(article, by=None)
    Article.objects.filter(pk=old.pk).update(trashed_at=long_ago)
    person = make_staff("reporter")
    for part, saved_at in (("ar", long_ago), ("tr", timezone.now())):
        Autosave.objects.create(user=person, item_type_id=1, part=part, saved_at=saved_at)

    call_command("tidy")

    assert "1 items deleted" in capsys.readouterr().out
    assert list(Article.objects.all()) == [fresh]
    assert Autosave.objects.get().part == "tr"


def test_jobs_that_are_long_done_go_with_what_they_were_given():
    jobs = [settle_due_editions.enqueue().id for _ in range(2)]
    for job, days in zip(jobs, (15, 1), strict=True):
        DBTaskResult.objects.filter(pk=job).update(
            status=TaskResultStatus.SUCCESSFUL, finished_at=timezone.now() - timedelta(days=days)
        )

    call_command("tidy")

    left = DBTaskResult.objects.filter(task_path=settle_due_editions.module_path)
    assert [str(pk) for pk in left.values_list("pk", flat=True)] == jobs[1:]
