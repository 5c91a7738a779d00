"""The command that an operator runs once a day."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from articles.models import Article
from desk.models import Autosave
from publishing import workflow
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
