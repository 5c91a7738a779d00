"""OpenSearch is told what steps changed once it is stored; readers neither wait for it nor see what they must not."""

import logging
from threading import Thread
from time import sleep

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django_tasks_db.models import DBTaskResult

from publishing import workflow
from search import outbox, sending
from search.engines import opensearch as engine_module
from search.engines.opensearch import OpenSearchEngine
from search.models import OutboxEntry, SearchEntry
from search.results import Search, Wanted
from tests.builders import make_article, publish

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _filled(opensearch, monkeypatch):
    """The indexes are there. Readers' searches try again at once what did not answer."""
    OpenSearchEngine().prepare()
    monkeypatch.setattr(engine_module, "_REST", 0)


@pytest.fixture
def committed(django_capture_on_commit_callbacks):
    """Does something as requests do: what waits for the commit is done after it."""

    def do(function, *args, **facts):
        with django_capture_on_commit_callbacks(execute=True):
            return function(*args, **facts)

    return do


def jobs():
    return DBTaskResult.objects.filter(task_path=sending.send_changes.module_path)


def work():
    """The worker does what is asked of it now; returns how many jobs it had."""
    waiting = list(jobs().ready())
    for job in waiting:
        job.delete()
        job.task.func(*job.args_kwargs["args"], **job.args_kwargs["kwargs"])
    return len(waiting)


def found(text):
    return [hit.edition.item for hit in Search(Wanted(text), "en").hits(1)]


def sent(opensearch):
    """What bulk requests brought, in their order."""
    return [body for _method, path, body in opensearch.requests if path == "/_bulk"]


def in_opensearch():
    return OpenSearchEngine().numbers("en", above=-(2**63), upto=2**63 - 1, limit=100)


def test_what_is_published_is_found_through_opensearch_once_the_worker_was_there(committed):
    article = make_article(title_en="Nightingale")
    committed(publish, article, "en")
    assert found("nightingale") == []
    assert work() == 1
    assert found("nightingale") == [article]
    assert not OutboxEntry.objects.exists()


def test_what_is_withdrawn_is_not_seen_from_that_moment_whether_or_not_opensearch_knows(committed):
    article = committed(publish, make_article(title_en="Nightingale"), "en")
    work()
    committed(workflow.withdraw, article, language="en", by=None)
    assert len(in_opensearch()) == 1
    assert found("nightingale") == []
    work()
    assert in_opensearch() == []
    assert found("nightingale") == []


@pytest.mark.parametrize("fault", ["is_down", "is_broken"])
def test_while_opensearch_is_away_the_database_answers_and_afterwards_it_catches_up(committed, opensearch, fault):
    setattr(opensearch, fault, True)
    article = committed(publish, make_article(title_en="Nightingale"), "en")
    assert found("nightingale") == [article]
    work()
    assert found("nightingale") == [article]
    assert OutboxEntry.objects.count() == 1

    setattr(opensearch, fault, False)
    assert in_opensearch() == []
    jobs().update(run_after=jobs().get().enqueued_at)
    assert work() == 1
    assert found("nightingale") == [article]
    assert not OutboxEntry.objects.exists()
    assert not jobs().exists()


def test_a_server_that_was_away_is_not_asked_by_every_reader(opensearch, monkeypatch, committed):
    monkeypatch.setattr(engine_module, "_REST", 60)
    committed(publish, make_article(title_en="Nightingale"), "en")
    opensearch.is_down = True
    assert len(found("nightingale")) == 1
    opensearch.is_down = False
    opensearch.requests.clear()
    assert len(found("nightingale")) == 1
    assert opensearch.requests == []
    # The worker is not a reader.
    assert work() == 1
    assert not OutboxEntry.objects.exists()


def test_many_changes_ask_for_one_job(committed):
    committed(lambda: [publish(make_article(title_en=title), "en") for title in ("Lark", "Wren", "Rook")])
    committed(publish, make_article(title_en="Nightingale"), "en")
    assert jobs().count() == 1
    work()
    assert len(in_opensearch()) == 4


def test_a_step_that_was_taken_back_tells_nothing(committed):
    def fail():
        with transaction.atomic():
            publish(make_article(title_en="Nightingale"), "en")
            transaction.set_rollback(True)

    committed(fail)
    assert not OutboxEntry.objects.exists()
    assert not jobs().exists()


def test_of_several_changes_of_an_entry_the_last_one_counts(opensearch):
    outbox.tell_written("en", 1, "_ lark")
    outbox.tell_written("en", 2, "_ wren")
    outbox.tell_removed("en", 1)
    outbox.tell_written("ar", 1, "_ rook")
    outbox.tell_written("en", 2, "_ owl")
    assert sending.send() == 0
    (body,) = sent(opensearch)
    assert [line for line in body.split("\n") if "delete" in line or "text" in line] == [
        '{"delete":{"_index":"newsroom-en","_id":"1"}}',
        '{"number":1,"text":"_ rook"}',
        '{"number":2,"text":"_ owl"}',
    ]
    assert in_opensearch() == [2]
    assert not OutboxEntry.objects.exists()


def test_batches_go_in_the_order_of_the_changes(opensearch, monkeypatch):
    monkeypatch.setattr(sending, "_BATCH", 2)
    for number in (5, 3, 4, 1, 2):
        outbox.tell_written("en", number, f"_ word{number}")
    assert sending.send() == 0
    words = [[word for word in body.split('"') if word.startswith("_ word")] for body in sent(opensearch)]
    assert words == [["_ word5", "_ word3"], ["_ word4", "_ word1"], ["_ word2"]]
    assert in_opensearch() == [1, 2, 3, 4, 5]


def test_sending_twice_does_no_harm(opensearch):
    outbox.tell_written("en", 1, "_ lark")
    outbox.tell_removed("en", 2)
    row = OutboxEntry.objects.first()
    sending.send()
    row.save(force_insert=True)
    sending.send()
    sending.send()
    assert in_opensearch() == [1]
    assert len(sent(opensearch)) == 2


def test_what_is_not_taken_waits_and_does_not_stop_the_others(opensearch, monkeypatch):
    monkeypatch.setattr(sending, "_BATCH", 2)
    opensearch.refused = {1}
    for number in (1, 2, 3):
        outbox.tell_written("en", number, "_ lark")
    assert sending.send() == 1
    assert in_opensearch() == [2, 3]
    assert list(OutboxEntry.objects.values_list("entry_id", flat=True)) == [1]
    opensearch.refused = set()
    assert sending.send() == 0
    assert in_opensearch() == [1, 2, 3]


def test_what_was_not_taken_never_takes_the_place_of_something_newer(opensearch):
    opensearch.refused = {1}
    outbox.tell_written("en", 1, "_ lark")
    sending.send()
    opensearch.refused = set()
    outbox.tell_removed("en", 1)
    sending.send()
    assert in_opensearch() == []
    assert not OutboxEntry.objects.exists()


def test_what_is_not_taken_is_tried_three_times_and_then_left_to_the_next_change(opensearch, committed):
    opensearch.refused = {1}
    committed(outbox.tell_written, "en", 1, "_ lark")
    tries = 0
    while jobs().exists():
        jobs().update(run_after=jobs().get().enqueued_at)
        tries += work()
    assert tries == sending.MOST_TRIES
    opensearch.refused = set()
    committed(outbox.tell_written, "en", 2, "_ wren")
    work()
    assert in_opensearch() == [1, 2]


@pytest.mark.django_db(transaction=True)
def test_one_sends_at_a_time_and_the_others_wait():
    seen = []

    def send():
        with sending._alone():
            seen.append("begins")
            sleep(0.02)
            seen.append("ends")
        connection.close()

    threads = [Thread(target=send) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == ["begins", "ends"] * 3


def test_tidying_up_sends_what_a_worker_left(committed):
    committed(publish, make_article(title_en="Nightingale"), "en")
    jobs().delete()
    call_command("tidy", verbosity=0)
    assert work() == 1
    assert len(in_opensearch()) == 1


def test_nothing_waits_where_there_is_no_opensearch(settings, committed):
    settings.OPENSEARCH_URL = settings.NEWSROOM_SEARCH_ENGINE = ""
    article = committed(publish, make_article(title_en="Nightingale"), "en")
    assert found("nightingale") == [article]
    assert not OutboxEntry.objects.exists()
    assert not jobs().exists()


def test_no_text_no_query_and_no_password_is_in_the_log(committed, opensearch, caplog, settings):
    caplog.set_level(logging.DEBUG)
    opensearch.login = "site:s3cr3t-w0rd"
    settings.OPENSEARCH_URL = settings.OPENSEARCH_URL.replace("//", "//site:s3cr3t-w0rd@")
    committed(publish, make_article(title_en="Nightingale"), "en")
    opensearch.refused = {SearchEntry.objects.get().id}
    work()
    assert "search.refused" in caplog.text
    for fault in ("is_broken", "is_down"):
        setattr(opensearch, fault, True)
        jobs().update(run_after=jobs().get().enqueued_at)
        work()
        found("nightingale")
    assert "search.unsent" in caplog.text
    engine_module._server(settings.OPENSEARCH_URL).client.close()
    assert [word for word in ("nightingal", "Nightingal", "s3cr3t") if word in caplog.text] == []


def test_rebuilding_fills_an_opensearch_that_is_empty(committed, settings):
    url, settings.OPENSEARCH_URL = settings.OPENSEARCH_URL, ""
    for title in ("Lark", "Wren"):
        committed(publish, make_article(title_en=title), "en")
    settings.OPENSEARCH_URL = url
    with pytest.raises(CommandError):
        call_command("check_search", verbosity=0)
    committed(call_command, "rebuild_search", language="en", verbosity=0)
    work()
    assert len(in_opensearch()) == 2
    call_command("check_search", verbosity=0)


def test_rebuilding_everything_sends_everything_again(committed, opensearch):
    committed(publish, make_article(title_en="Nightingale"), "en")
    work()
    opensearch.requests.clear()
    committed(call_command, "rebuild_search", language="en", all=True, verbosity=0)
    work()
    assert len(sent(opensearch)) == 1


def test_rebuilding_removes_from_opensearch_what_nothing_stands_for(committed, capsys):
    OpenSearchEngine().send([("en", 7, "_ lark")])
    with pytest.raises(CommandError):
        call_command("check_search")
    assert "en: 1 in OpenSearch, but not in the index" in capsys.readouterr().out
    committed(call_command, "rebuild_search", language="en", verbosity=0)
    work()
    assert in_opensearch() == []


def test_what_waits_to_be_sent_is_no_fault_but_a_server_that_is_away_is(committed, opensearch, capsys):
    committed(publish, make_article(title_en="Nightingale"), "en")
    call_command("check_search")
    assert "1 changes wait to be sent to OpenSearch." in capsys.readouterr().out
    opensearch.is_down = True
    with pytest.raises(CommandError):
        call_command("check_search")
    assert "OpenSearch does not answer as it should: ConnectionError." in capsys.readouterr().out
    committed(call_command, "rebuild_search", all=True, verbosity=0)
    assert OutboxEntry.objects.count() == 2
