"""The commands that bring the index into step, and that say whether it is."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from publishing import workflow
from search import analysis
from search.engines import Row, local_engine
from search.models import SearchEntry
from search.rebuilding import rebuild, refresh_some
from tests.builders import make_article, make_page, make_tag, publish
from tests.search.test_index import found

pytestmark = pytest.mark.django_db


def say(command, *arguments):
    out = StringIO()
    call_command(command, *arguments, stdout=out)
    return out.getvalue()


def lose_everything():
    """As after a backup of another version, in which there was no search."""
    SearchEntry.objects.all().delete()
    local_engine().clear("en")


def test_everything_public_is_found_again_and_nothing_else():
    article, page = publish(make_article(title_en="Lark"), "en"), publish(make_page(title_en="A lark"), "en")
    gone = publish(make_article(title_en="Lark that left"), "en")
    make_article(title_en="Lark in a draft")
    lose_everything()
    workflow.withdraw(gone, language="en", by=None)
    assert found("lark") == []
    assert "en: 2 indexed." in say("rebuild_search")
    assert {*found("lark")} == {article, page}
    assert "en: 0 indexed." in say("rebuild_search")


def test_only_one_language_or_what_is_new():
    publish(make_article())
    SearchEntry.objects.update(analysis=0)
    assert say("rebuild_search", "--language", "tr").startswith("tr: 1 indexed.")
    tomorrow = (timezone.localtime() + timedelta(days=1)).date().isoformat()
    assert "ar: 0 indexed." in say("rebuild_search", "--language", "ar", "--since", tomorrow)
    assert "ar: 1 indexed." in say("rebuild_search", "--language", "ar", "--since", "2020-01-01")
    with pytest.raises(CommandError, match="no day"):
        say("rebuild_search", "--since", "yesterday")


def test_a_rebuilding_that_was_broken_off_goes_on_where_it_was(monkeypatch):
    monkeypatch.setattr("search.rebuilding._BATCH", 2)
    for _number in range(5):
        publish(make_article(title_en="Lark"), "en")

    class BrokenOff(Exception):
        pass

    def break_off(count):
        if count == 4:
            raise BrokenOff

    with pytest.raises(BrokenOff):
        rebuild("en", every=True, progress=break_off)
    assert len(found("lark")) == 5
    assert rebuild("en") == 1


def test_what_an_older_analysis_made_is_indexed_again_when_somebody_tidies_up():
    publish(make_article(), "en")
    SearchEntry.objects.update(analysis=analysis.VERSION - 1)
    refresh_some()
    assert SearchEntry.objects.get().analysis == analysis.VERSION


def test_an_index_that_is_in_step_is_found_so():
    publish(make_article())
    make_tag()
    assert "en: 1 entries" in say("check_search")


def _lose_an_entry(entry):
    entry.delete()


def _lose_words(entry):
    local_engine().remove(entry.language, [entry.id])


def _keep_words_of_nothing(entry):
    local_engine().write("en", [Row(7, "_ lark")])


def _keep_what_is_not_public(entry):
    SearchEntry.objects.filter(pk=entry.pk).update(item_id=entry.item_id + 1000)


def _keep_an_old_version(entry):
    SearchEntry.objects.filter(pk=entry.pk).update(version_id=entry.version_id + 1000)


@pytest.mark.parametrize(
    "harm", [_lose_an_entry, _lose_words, _keep_words_of_nothing, _keep_what_is_not_public, _keep_an_old_version]
)
def test_what_is_not_in_step_is_said_and_mended(harm):
    article = publish(make_article(title_en="Lark"), "en")
    harm(SearchEntry.objects.get())
    with pytest.raises(CommandError, match="rebuild_search"):
        say("check_search")
    say("rebuild_search")
    assert "en: 1 entries" in say("check_search")
    assert found("lark") == [article]


def test_a_table_that_is_gone_is_made_again():
    article = publish(make_article(title_en="Lark"), "en")
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE search_words_en")
    say("rebuild_search")
    assert found("lark") == [article]
