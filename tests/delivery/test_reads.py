"""How often something is read: counted without knowing who reads."""

import gzip
import json
import re
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings as project
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles.models import Article
from delivery import reads, tally
from delivery.middleware import ReadCountMiddleware
from delivery.models import MostRead, ReadCount
from delivery.tally import Tally
from tests.builders import make_article, make_page, make_staff, publish

pytestmark = pytest.mark.django_db

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
OPERA_MINI = "Opera/9.80 (J2ME/MIDP; Opera Mini/9.80 (S60; SymbOS; U; en) Presto/2.5.25 Version/10.54"
CUBOT = "Mozilla/5.0 (Linux; Android 9; CUBOT_X19) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/92.0.4515.131"
IN_FACEBOOK = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 [FBAN/FBIOS;FBDV/iPhone14,5]"


@pytest.fixture(autouse=True)
def _nothing_is_ranked_yet():
    cache.delete("delivery.most-read")


@pytest.fixture
def reader():
    return Client(headers={"User-Agent": FIREFOX})


@pytest.fixture
def article():
    return publish(make_article())


def address(item, language="en"):
    return item.editions.get(language=language).get_absolute_url()


def counted():
    """What stands in the database after everything was written: (number, language) → how often."""
    tally.flush_all()
    return {(row.item_id, row.language): row.count for row in ReadCount.objects.all()}


def write_reads(item, count, *, language="en", days_ago=0):
    day = timezone.localdate() - timedelta(days=days_ago)
    reads.write({(item._meta.label_lower, item.pk, language, day): count})


# --- What is a reading ----------------------------------------------------------------


def test_a_page_that_a_reader_opens_is_counted_in_its_language(reader, article):
    for language in ("en", "ar", "ar"):
        assert reader.get(address(article, language)).status_code == 200
    assert counted() == {(article.pk, "en"): 1, (article.pk, "ar"): 2}
    assert {row.day for row in ReadCount.objects.all()} == {timezone.localdate()}


def test_what_is_counted_later_is_added(reader, article):
    reader.get(address(article))
    assert counted() == {(article.pk, "en"): 1}
    for _ in range(2):
        reader.get(address(article))
    assert counted() == {(article.pk, "en"): 3}


def test_whoever_comes_back_to_an_unchanged_page_reads_it_again(reader, article):
    tag = reader.get(address(article))["ETag"]
    assert reader.get(address(article), headers={"If-None-Match": tag}).status_code == 304
    assert counted() == {(article.pk, "en"): 2}


def test_it_goes_by_the_path_even_if_no_view_was_asked(article, django_assert_num_queries):
    """A cache of finished pages answers before anything knows the language or the view."""
    middleware = ReadCountMiddleware(lambda request: HttpResponse("kept"))
    request = RequestFactory().get(address(article, "ar"), headers={"User-Agent": FIREFOX})
    with django_assert_num_queries(0):
        response = middleware(request)
    assert not response.cookies
    assert counted() == {(article.pk, "ar"): 1}


def test_nothing_is_set_at_the_reader_or_kept_of_them(reader, article):
    assert not reader.get(address(article)).cookies
    assert {field.name for field in ReadCount._meta.fields} == {
        "id", "item_type", "item_id", "language", "day", "count",
    }  # fmt: skip


@pytest.mark.parametrize(
    "agent",
    [
        "",
        "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
        "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko; compatible; bingbot/2.0) Chrome/100.0",
        "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
        "WhatsApp/2.23.20.0",
        "TelegramBot (like TwitterBot)",
        "Mozilla/5.0 (compatible; archive.org_bot +http://archive.org/details/archive.org_bot)",
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/120.0 Safari/537.36",
        "python-requests/2.31.0",
        "curl/8.5.0",
        "Go-http-client/2.0",
        "Feedfetcher-Google; (+http://www.google.com/feedfetcher.html)",
    ],
    ids=lambda agent: agent[:24] or "none",
)
def test_robots_are_left_out(article, agent):
    Client(headers={"User-Agent": agent}).get(address(article))
    assert counted() == {}


@pytest.mark.parametrize("agent", [FIREFOX, OPERA_MINI, CUBOT, IN_FACEBOOK], ids=["firefox", "opera", "cubot", "app"])
def test_browsers_are_counted_on_whatever_phone(article, agent):
    Client(headers={"User-Agent": agent}).get(address(article))
    assert counted() == {(article.pk, "en"): 1}


@pytest.mark.parametrize(
    "header",
    [
        {"Sec-Purpose": "prefetch"},
        {"Sec-Purpose": "prefetch;prerender"},
        {"Purpose": "prefetch"},
        {"X-Moz": "prefetch"},
        {"X-Purpose": "preview"},
    ],
    ids=lambda header: " ".join(*header.items()),
)
def test_what_a_browser_fetches_ahead_is_left_out(reader, article, header):
    reader.get(address(article), headers=header)
    assert counted() == {}


def test_staff_who_are_signed_in_are_left_out(reader, article):
    reader.force_login(make_staff("reporter"))
    assert reader.get(address(article)).status_code == 200
    assert counted() == {}


def test_only_pages_of_public_items_are_counted(reader, article):
    page = publish(make_page())
    short, wrong_words = f"/a/{article.pk}/", address(article).replace("water", "fire")
    for path in ("/", "/en/", "/healthz", "/en/nothing/", address(page), short, wrong_words, "/en/x/999-y/"):
        reader.get(path)
    reader.head(address(article))
    reader.post(address(article))
    assert counted() == {}


@pytest.mark.parametrize("setting", ["log", "off"])
def test_where_the_site_does_not_count_it_does_not(reader, article, settings, setting):
    settings.NEWSROOM_COUNT_READS = setting
    reader.get(address(article))
    assert counted() == {}


# --- The memory in between ----------------------------------------------------------------


def test_nothing_is_written_before_its_time_and_everything_after(reader, article, settings):
    reader.get(address(article))
    assert not ReadCount.objects.exists()
    settings.NEWSROOM_TALLY_SECONDS = 0
    reader.get("/healthz")
    assert ReadCount.objects.get().count == 1


def test_a_flood_of_different_keys_takes_no_more_memory_than_it_may():
    written = []
    small = Tally(written.append, most=3)
    for key in ("a", "b", "c", "d", "a", "e"):
        small.add(key)
    small.flush()
    assert written == [{"a": 2, "b": 1, "c": 1}]


def test_what_the_database_does_not_take_is_kept_for_the_next_time():
    written = []

    def write(counts):
        if not written:
            written.append("refused")
            raise DatabaseError("away")
        written.append(dict(counts))

    stubborn = Tally(write, most=3)
    stubborn.add("a")
    stubborn.flush()
    stubborn.add("a")
    stubborn.flush()
    stubborn.flush()
    assert written == ["refused", {"a": 2}]


@pytest.mark.parametrize("error", [ConnectionError("no cache"), KeyError("a mistake of ours")], ids=["cache", "code"])
def test_whatever_goes_wrong_counts_are_kept_and_no_response_fails(error, caplog):
    written = []

    def write(counts):
        if not caplog.records:
            raise error
        written.append(dict(counts))

    stubborn = Tally(write, most=3)
    stubborn.add("a")
    stubborn.flush()
    stubborn.flush()
    assert "it is kept" in caplog.text
    assert written == [{"a": 1}]


def test_counts_are_stored_even_if_the_cache_is_away(
    reader, article, monkeypatch, caplog, django_capture_on_commit_callbacks
):
    def away(*_arguments):
        raise ConnectionError("no cache")

    reader.get(address(article))
    monkeypatch.setattr(reads.cache, "add", away)
    with django_capture_on_commit_callbacks(execute=True):
        assert counted() == {(article.pk, "en"): 1}
    assert "no cache" in caplog.text
    assert counted() == {(article.pk, "en"): 1}


def test_many_items_are_written_with_few_statements(django_assert_max_num_queries):
    today = timezone.localdate()
    counts = {("articles.article", number, "en", today): 1 + number % 2 for number in range(1, 401)}
    reads.write(counts)
    with django_assert_max_num_queries(10):
        reads.write(counts)
    assert set(ReadCount.objects.values_list("count", flat=True)) == {2, 4}


def test_processes_that_write_at_once_lock_rows_in_the_same_order():
    """Or each waits for what the other has locked, and PostgreSQL ends one of them."""

    def order_of_locks(*keys):
        counts = {("articles.article", number, language, timezone.localdate()): 1 for number, language in keys}
        reads.write(counts)
        with CaptureQueriesContext(connection) as queries:
            reads.write(counts)
        rows = [re.search(r"\"language\" = '(\w+)'", query["sql"]) for query in queries]
        return list(dict.fromkeys(match[1] for match in rows if match))

    assert order_of_locks((1, "tr"), (2, "en")) == order_of_locks((1, "en"), (2, "tr")) == ["en", "tr"]


def test_rows_are_locked_in_the_order_of_their_items(article):
    others = range(article.pk + 5, article.pk, -1)
    for number in others:
        write_reads(SimpleNamespace(_meta=Article._meta, pk=number), 1)
    with CaptureQueriesContext(connection) as queries:
        reads.write({("articles.article", number, "en", timezone.localdate()): 1 for number in others})
    [lock] = [query["sql"] for query in queries if "ORDER BY" in query["sql"]]
    assert "item_id" in lock.partition("ORDER BY")[2]


# --- Most read, and figures -----------------------------------------------------------------


def test_most_read_are_the_twenty_of_the_last_seven_days_in_each_language():
    items = [SimpleNamespace(_meta=Article._meta, pk=number) for number in range(1, 31)]
    for item in items:
        write_reads(item, item.pk, days_ago=item.pk % 7)
    write_reads(items[0], 1000, days_ago=7)
    write_reads(items[0], 7, language="ar")

    reads.update_most_read()

    english = MostRead.objects.filter(language="en").order_by("-count").values_list("item_id", "count")
    assert list(english) == [(number, number) for number in range(30, 10, -1)]
    assert list(MostRead.objects.filter(language="ar").values_list("item_id", "count")) == [(1, 7)]


def test_what_is_read_no_more_leaves_the_list(article):
    write_reads(article, 5)
    reads.update_most_read()
    ReadCount.objects.update(day=timezone.localdate() - timedelta(days=7))
    reads.update_most_read()
    assert not MostRead.objects.exists()


def test_the_list_is_worked_out_when_counts_are_written_but_not_each_time(
    reader, article, django_capture_on_commit_callbacks
):
    def read():
        reader.get(address(article))
        with django_capture_on_commit_callbacks(execute=True):
            counted()

    read()
    read()
    assert MostRead.objects.get().count == 1
    cache.delete("delivery.most-read")
    read()
    assert MostRead.objects.get().count == 3


def test_figures_are_of_seven_days_of_thirty_and_of_all(article, django_assert_num_queries):
    for days_ago, count in ((0, 1), (6, 10), (7, 100), (29, 1000), (30, 10_000)):
        write_reads(article, count, days_ago=days_ago)
    write_reads(article, 5, language="ku")
    ContentType.objects.get_for_model(Article)
    with django_assert_num_queries(1):
        figures = reads.figures_of(article)
    assert figures == {"en": reads.Figures(11, 1111, 11_111), "ku": reads.Figures(5, 5, 5)}


def test_old_days_are_added_up_and_not_lost(article):
    for days_ago, count in ((400, 1), (401, 10), (500, 100), (900, 1000)):
        write_reads(article, count, days_ago=days_ago)
    call_command("tidy")
    assert ReadCount.objects.count() == 2
    assert reads.figures_of(article)["en"].in_all == 1111
    call_command("tidy")
    assert reads.figures_of(article)["en"].in_all == 1111


# --- From a front server's log --------------------------------------------------------------


@pytest.fixture
def from_log(settings, tmp_path):
    """Counts a log by `manage.py count_reads`; gives back what is in the database then."""
    settings.NEWSROOM_COUNT_READS = "log"
    settings.DATA_DIR = tmp_path

    def count(content, name="newsroom.log"):
        path = tmp_path / name
        path.write_bytes(gzip.compress(content.encode()) if name.endswith(".gz") else content.encode())
        call_command("count_reads", str(path))
        return {(row.item_id, row.language): row.count for row in ReadCount.objects.all()}

    return count


def json_line(path, *, reader=True, status=200, method="GET", second=0):
    moment = timezone.now().replace(second=second).isoformat()
    entry = {"time": moment, "method": method, "path": path, "status": status, "bytes": 9, "seconds": 0.01}
    return json.dumps(entry | {"reader": reader}) + "\n"


def combined_line(path, *, agent=FIREFOX, status=200, method="GET"):
    moment = timezone.now().strftime("%d/%b/%Y:%H:%M:%S +0000")
    return f'192.0.2.1 - - [{moment}] "{method} {path} HTTP/2.0" {status} 5120 "-" "{agent}"\n'


def test_readings_are_counted_from_the_log_of_our_nginx(from_log, article):
    lines = [
        json_line(address(article, "ar")),  # encoded, as nginx writes it
        json_line(address(article, "en"), status=304),
        json_line(address(article, "en"), reader=False),
        json_line(address(article, "en"), method="HEAD"),
        json_line(address(article, "en"), status=301),
        json_line("/en/"),
    ]
    assert from_log("".join(lines)) == {(article.pk, "ar"): 1, (article.pk, "en"): 1}


def test_readings_are_counted_from_a_combined_log(from_log, article):
    lines = [
        combined_line(f"{address(article)}?utm_source=x"),
        combined_line(address(article), agent="Googlebot/2.1 (+http://www.google.com/bot.html)"),
        combined_line(address(article), agent="-"),
        combined_line(address(article), status=404),
        combined_line(address(article), method="POST"),
        combined_line(address(article), agent=r"Mozilla/5.0 \"quoted\" name"),
    ]
    assert from_log("".join(lines)) == {(article.pk, "en"): 2}


def test_a_log_that_grew_was_rotated_or_archived_is_not_counted_twice(from_log, article):
    one, two = json_line(address(article), second=1), json_line(address(article), second=2)
    assert from_log(one) == {(article.pk, "en"): 1}
    assert from_log(one) == {(article.pk, "en"): 1}
    assert from_log(one + two) == {(article.pk, "en"): 2}
    assert from_log(one + two + two, name="newsroom.log.1") == {(article.pk, "en"): 3}
    assert from_log(one + two + two, name="newsroom.log.2.gz") == {(article.pk, "en"): 3}
    assert from_log(json_line(address(article), second=3)) == {(article.pk, "en"): 4}


def test_what_was_counted_is_still_known_if_the_machine_stops_while_it_is_written(from_log, article, monkeypatch):
    one, two = json_line(address(article), second=1), json_line(address(article), second=2)
    from_log(one)

    def stop(*_arguments, **_facts):
        raise KeyboardInterrupt

    with monkeypatch.context() as patches:
        patches.setattr("delivery.access_log.json.dump", stop)
        with pytest.raises(KeyboardInterrupt):
            from_log(one + two)
    assert from_log(one + two) == {(article.pk, "en"): 2}


def test_a_line_that_is_still_being_written_waits_for_the_next_time(from_log, article):
    one, two = json_line(address(article), second=1), json_line(address(article), second=2)
    assert from_log(one + two[:40]) == {(article.pk, "en"): 1}
    assert from_log(one + two) == {(article.pk, "en"): 2}


def test_what_comes_by_the_input_is_counted_alike(from_log, article, monkeypatch):
    line = json_line(address(article)).encode()
    for _ in range(2):
        monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=BytesIO(line)))
        call_command("count_reads", "-")
    assert ReadCount.objects.get().count == 1


def test_lines_that_say_nothing_are_named_and_left_out(from_log, article, capsys):
    without_reader = json.dumps({"time": "2026-01-01T00:00:00+00:00", "method": "GET", "path": "/", "status": 200})
    odd = [
        "",
        "nonsense",
        without_reader,
        "{",
        '{"time": 1}',
        "\x00\xff",
        combined_line("/").replace('"GET', "GET").strip(),
    ]
    assert from_log("\n".join(odd) + "\n" + json_line(address(article))) == {(article.pk, "en"): 1}
    assert "7 lines were left out" in capsys.readouterr().err


def test_the_log_is_not_counted_where_the_site_counts_itself(tmp_path):
    with pytest.raises(CommandError, match="Set it to “log” first"):
        call_command("count_reads", str(tmp_path / "x.log"))


def test_a_log_that_is_not_there_is_named(from_log, tmp_path):
    with pytest.raises(CommandError, match="No such file"):
        call_command("count_reads", str(tmp_path / "x.log"))


def test_nginx_leaves_out_the_same_robots():
    configuration = (Path(project.BASE_DIR) / "deploy" / "nginx" / "newsroom.conf").read_text()
    [words] = re.findall(r'"~\*(\(\?<!cu\).*)" 0;', configuration)
    assert words == reads.ROBOTS
