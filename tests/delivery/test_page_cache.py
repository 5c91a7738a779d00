"""Finished pages in memory: served without a question to the database, and never an old one."""

import gzip
from contextlib import contextmanager
from datetime import timedelta

import brotli
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.autoreload import file_changed

from articles.extents import kept_extent
from articles.models import ArticleEdition
from delivery import changelog, page_cache, parts
from delivery.bells import FileBell
from delivery.changelog import ChangeLog
from delivery.memory import Memory
from pages.models import BreakingLine, SiteSettings
from publishing import workflow
from publishing.changes import announce_all
from publishing.models import Change
from publishing.paging import Extent
from tests.builders import (
    make_article,
    make_body,
    make_byline,
    make_category,
    make_mandate,
    make_person,
    make_picture,
    make_staff,
    make_tag,
    publish,
    write,
)

# What is announced reaches kept pages after a commit.
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("committed", "it_is_noon")]


@pytest.fixture
def section():
    return make_category(name_en="World", name_tr="Dünya")


@pytest.fixture
def article(section):
    return publish(make_article(category=section, title_en="First title", title_tr="İlk başlık"), "en")


def address_of(item, language="en"):
    return item.editions.get(language=language).get_absolute_url()


def asked(address, *, client=None, **headers):
    """(the response to a reader, how many questions the database was asked for it)."""
    with CaptureQueriesContext(connection) as queries:
        response = (client or Client()).get(address, headers=headers)
    return response, len(queries.captured_queries)


def text_at(address):
    return Client().get(address).content.decode()


@contextmanager
def without_parts():
    """Within it no part of a page is in memory."""
    shelves, rows = parts._shelves, parts._rows
    parts._shelves = {shelf: Memory(most) for shelf, most in parts.MOST_PARTS.items()}
    parts._rows = Memory(parts.MOST_ROWS)
    try:
        yield
    finally:
        parts._shelves, parts._rows = shelves, rows


def is_kept(address, **headers):
    """Whether a reader gets it without a question to the database, and without the parts that it was made of."""
    with without_parts():
        return asked(address, **headers)[1] == 0


def keep(*addresses):
    for address in addresses:
        assert Client().get(address).status_code == 200
        assert is_kept(address), address


# --- From memory ------------------------------------------------------------------


def test_the_second_reader_gets_the_same_and_the_database_is_asked_nothing(article):
    first, made = asked(address_of(article))
    second, again = asked(address_of(article))
    assert made > 0
    assert again == 0
    assert first.content == second.content
    assert dict(first.items()) == dict(second.items())
    assert not second.cookies


def test_every_type_of_page_is_kept(article, section):
    tag, byline, body = make_tag(), make_byline(), publish(make_body(), "en")
    person = publish(make_person(), "en")
    make_mandate(person=person, body=body)
    publish(make_article(tags=[tag], bylines=[byline], category=section), "en")
    keep(
        "/en/", section.get_absolute_url("en"), address_of(article), tag.get_absolute_url("en"),
        byline.get_absolute_url("en"), "/en/archive/", f"/en/archive/{timezone.localdate().year}/", "/en/formats/",
        "/en/formats/videos/", "/en/structure/", "/en/structure/representatives/", address_of(body),
        address_of(person), "/en/accessibility/", "/en/keyboard/", "/en/feed/", "/en/feed/atom/", "/en/feed/about/",
        f"{section.get_absolute_url('en')}feed/", "/en/manifest.webmanifest",
    )  # fmt: skip


@pytest.mark.parametrize("encoding", ["gzip", "br", "", "gzip;q=0, br", "deflate", "*;q=0"])
def test_a_page_comes_in_the_encoding_that_a_reader_accepts(article, encoding):
    plain = Client().get(address_of(article))
    for _visit in range(2):
        response = Client().get(address_of(article), headers={"Accept-Encoding": encoding})
        used = response.headers.get("Content-Encoding", "")
        assert used == {"gzip": "gzip", "br": "br", "gzip;q=0, br": "br"}.get(encoding, "")
        unpack = {"gzip": gzip.decompress, "br": brotli.decompress, "": bytes}[used]
        assert unpack(response.content) == plain.content
        assert int(response["Content-Length"]) == len(response.content)
        assert "Accept-Encoding" in response["Vary"]


def test_who_has_the_page_already_is_told_so_with_the_same_headers_of_caching(article):
    for encoding in ("", "gzip", "br"):
        first = Client().get(address_of(article), headers={"Accept-Encoding": encoding})
        assert first["ETag"].startswith('"')
        for condition in (first["ETag"], f"W/{first['ETag']}", f'"other", {first["ETag"]}', "*"):
            again, questions = asked(address_of(article), **{"If-None-Match": condition, "Accept-Encoding": encoding})
            assert (again.status_code, questions, again.content) == (304, 0, b"")
            for name in ("ETag", "Cache-Control", "Vary", "Content-Security-Policy"):
                assert again[name] == first[name]
    assert Client().get(address_of(article), headers={"If-None-Match": '"other"'}).status_code == 200


def test_each_encoding_has_an_etag_of_its_own(article):
    etags = {Client().get(address_of(article), headers={"Accept-Encoding": one})["ETag"] for one in ("", "gzip", "br")}
    assert len(etags) == 3


def test_head_says_what_get_does(article):
    for _visit in range(2):
        head = Client().head(address_of(article))
        assert head.content == b""
        got = Client().get(address_of(article))
        assert dict(head.items()) == dict(got.items())


def test_readers_who_want_pages_to_look_otherwise_have_their_own(article):
    address = address_of(article)
    plain = text_at(address)
    dark = Client()
    dark.cookies["display"] = "dark.100.lite"
    for _visit in range(2):
        page = dark.get(address).content.decode()
        assert 'data-theme="dark"' in page
        assert "data-lite" in page
    assert text_at(address) == plain
    assert "data-lite" in Client().get(address, headers={"Save-Data": "on"}).content.decode()


def test_what_a_view_does_not_look_at_makes_no_new_page(article, section):
    plain = text_at(address_of(article))
    for query in ("?utm_source=x", "?fbclid=1&page=7", "?%00=%ff&a=b"):
        response, questions = asked(address_of(article) + query)
        assert questions == 0
        assert response.content.decode() == plain
    assert len(page_cache.store()._memory) == 1
    lite = Client().get(f"{address_of(article)}?utm_source=hostile", headers={"Save-Data": "on"})
    assert "hostile" not in lite.content.decode()


def test_what_a_view_looks_at_makes_one(section):
    for number in range(25):
        publish(make_article(category=section, title_en=f"Story {number}"), "en")
    address = section.get_absolute_url("en")
    keep(f"{address}?page=2", address)
    assert text_at(f"{address}?page=2&utm_source=x") == text_at(f"{address}?page=2") != text_at(address)


# --- Nobody's page is another's ------------------------------------------------------


def test_who_is_signed_in_gets_no_kept_page_and_leaves_none(article, settings):
    address = address_of(article)
    staff = Client()
    staff.force_login(make_staff("publisher"))
    for _visit in range(2):
        with without_parts():
            response, questions = asked(address, client=staff)
        assert questions > 0
        assert response["Cache-Control"] == "max-age=0, no-cache, no-store, must-revalidate, private"
    assert len(page_cache.store()._memory) == 0
    reader = Client().get(address)
    assert "no-store" not in reader["Cache-Control"]
    asked(address, client=staff)
    assert Client().get(address).content == reader.content


@pytest.mark.parametrize("address", ["/en/contact/", "/en/display/", "/en/search/?q=a", "/admin/", "/healthz", "/"])
def test_what_belongs_to_one_reader_or_to_nobody_is_not_kept(article, address):
    for _visit in range(2):
        Client().get(address)
    assert len(page_cache.store()._memory) == 0


def test_errors_are_not_kept(article):
    workflow.withdraw(article, language="en", by=None, note="Why")
    for address in ("/en/nothing/", "/en/?page=2", address_of(article)):
        Client().get(address)
    kept = page_cache.store()._memory
    assert [key[1] for key in kept._kept] == ["http:///en/"]


def test_hosts_do_not_share_pages(article, settings):
    settings.ALLOWED_HOSTS = ["one.example", "two.example"]
    address = address_of(article)
    for host in ("one.example", "two.example"):
        for _visit in range(2):
            page = Client(HTTP_HOST=host).get(address).content.decode()
            assert f'href="http://{host}{address}"' in page
    assert Client(HTTP_HOST="evil.example").get(address).status_code == 400


def test_pages_are_made_for_each_request_where_the_operator_wants_it(article, settings):
    settings.NEWSROOM_PAGE_CACHE = False
    for _visit in range(2):
        with without_parts():
            assert asked(address_of(article))[1] > 0


def test_a_developer_sees_a_template_as_soon_as_it_is_saved(article, tmp_path):
    keep(address_of(article))
    file_changed.send(sender="test", file_path=tmp_path / "article_detail.html")
    memories = [*parts._shelves.values(), parts._rows, page_cache.store()._memory]
    assert not any(map(len, memories))


# --- Never an old text ------------------------------------------------------------


def test_a_correction_is_seen_at_once_wherever_the_title_stands(article, section):
    other = publish(make_article(category=section, title_en="Another"), "en")
    places = ["/en/", section.get_absolute_url("en"), address_of(article), address_of(other), "/en/feed/"]
    keep(*places)
    write(article, "en", title="Second title", slug="first-title")
    assert "First title" in text_at("/en/")
    workflow.publish(article, language="en", by=None)
    for address in places:
        page = text_at(address)
        assert "Second title" in page, address
        assert "First title" not in page, address


@pytest.mark.parametrize("step", [workflow.withdraw, workflow.retract])
def test_what_is_taken_back_is_gone_from_every_page_that_listed_it(article, section, step):
    other = publish(make_article(category=section, title_en="Another"), "en")
    places = ["/en/", section.get_absolute_url("en"), address_of(other), "/en/feed/", "/en/archive/"]
    keep(*places, address_of(article))
    step(article, language="en", by=None, note="It was wrong.")
    for address in places:
        assert "First title" not in text_at(address), address
    assert "It was wrong." in text_at(address_of(article))


def test_a_new_article_is_on_every_list_at_once_and_leaves_other_pages_alone(article, section):
    tag, byline = make_tag(), make_byline()
    elsewhere = make_category(name_en="Sport")
    publish(make_article(category=elsewhere, tags=[tag], bylines=[byline], title_en="Old"), "en")
    own = ["/en/", section.get_absolute_url("en"), "/en/feed/", f"/en/archive/{timezone.localdate().year}/"]
    carried = [tag.get_absolute_url("en"), byline.get_absolute_url("en")]
    alone = [elsewhere.get_absolute_url("en"), "/en/structure/", "/en/accessibility/", "/tr/", "/ar/"]
    keep(*own, *carried, *alone)
    publish(make_article(category=section, tags=[tag], bylines=[byline], title_en="Brand new"), "en")
    assert all(is_kept(address) for address in alone)
    for address in own + carried:
        assert "Brand new" in text_at(address), address


def test_what_moves_to_another_section_leaves_the_list_of_the_former_one(article, section):
    target = make_category(name_en="Sport")
    keep(section.get_absolute_url("en"), target.get_absolute_url("en"))
    article.category = target
    article.save()
    write(article, "en", title="First title")
    workflow.publish(article, language="en", by=None)
    assert "First title" not in text_at(section.get_absolute_url("en"))
    assert "First title" in text_at(target.get_absolute_url("en"))


def test_a_page_leads_to_another_language_as_soon_as_there_is_one(article):
    keep(address_of(article))
    assert "İlk başlık" not in text_at(address_of(article))
    publish(article, "tr")
    assert f'hreflang="tr" href="http://testserver{address_of(article, "tr")}"' in text_at(address_of(article))


def test_a_planned_text_appears_and_goes_by_the_clock_alone(article, section, later):
    planned = make_article(category=section, title_en="Planned")
    at = timezone.now() + timedelta(hours=1)
    workflow.schedule(planned, language="en", by=None, at=at)
    workflow.withdraw(article, language="en", by=None, at=timezone.now() + timedelta(minutes=40))
    places = ["/en/", section.get_absolute_url("en"), "/en/feed/"]
    keep(*places, address_of(article))
    for address in places:
        assert "Planned" not in text_at(address)
    later(minutes=41)
    for address in places:
        assert "First title" not in text_at(address), address
    assert Client().get(address_of(article)).status_code == 410
    keep(*places)
    later(minutes=20)
    for address in places:
        assert "Planned" in text_at(address), address


def test_a_planned_change_is_seen_by_the_clock_alone_also_where_the_rest_is_in_memory(article, section, later):
    write(article, "en", title="Second title", slug="first-title")
    workflow.schedule(article, language="en", by=None, at=timezone.now() + timedelta(minutes=30))
    places = ["/en/", section.get_absolute_url("en"), address_of(article)]
    keep(*places)
    later(minutes=31)
    for address in places:
        assert "Second title" in text_at(address), address
        assert "First title" not in text_at(address), address


def test_of_a_list_only_what_changed_is_loaded_anew(article, section):
    others = [publish(make_article(category=section, title_en=f"Story {n}"), "en") for n in range(5)]
    keep(section.get_absolute_url("en"))
    write(others[0], "en", title="Told anew", slug="story-0")
    workflow.publish(others[0], language="en", by=None)
    with CaptureQueriesContext(connection) as queries:
        assert "Told anew" in text_at(section.get_absolute_url("en"))
    loaded = [query["sql"] for query in queries.captured_queries if '"live_id" = ' in query["sql"]]
    assert len(loaded) == 1
    assert f"IN ({others[0].editions.get(language='en').pk})" in loaded[0]


def test_changes_in_bulk_are_seen_in_lists_at_once_where_rows_are_in_memory(article, section):
    address = section.get_absolute_url("en")
    keep(address)
    write(article, "en", title="Second title", slug="first-title")
    edition = article.editions.get(language="en")
    ArticleEdition.objects.filter(pk=edition.pk).update(live=edition.versions.order_by("-number").first())
    announce_all(["en"])
    assert "Second title" in text_at(address)
    assert "First title" not in text_at(address)


def test_what_was_read_before_a_change_is_not_remembered_of_a_list():
    def extent():
        return kept_extent("tests", lambda: Extent(3))

    assert extent() is extent()
    with changelog.beginning(changelog.changelog().generation()):
        announce_all(["en"])
        former = extent()
        former.remember(2, [])
        assert former is not extent()
    assert not extent().pages


def test_a_text_is_not_made_anew_for_what_changed_beside_it(article, section):
    address = address_of(article)
    keep(address)
    publish(make_article(category=section, title_en="Brand new"), "en")
    with CaptureQueriesContext(connection) as queries:
        assert "Brand new" in text_at(address)
    assert not [query["sql"] for query in queries.captured_queries if '."body"' in query["sql"]]


def test_low_data_pages_share_no_part_with_others(section):
    picture = make_picture(with_renditions=True, alt_text_en="A bridge")
    address = address_of(publish(make_article(category=section, title_en="Shown", lead_picture=picture), "en"))
    for page_address in (address, section.get_absolute_url("en")):
        for _visit in range(2):
            assert picture.token in text_at(page_address)
            lite = Client().get(page_address, headers={"Save-Data": "on"}).content.decode()
            assert "<source" not in lite
            assert "data-lite" in lite


def test_the_clocks_changes_are_known_to_a_process_that_begins_after_they_were_planned(article, section, later):
    workflow.withdraw(article, language="en", by=None, at=timezone.now() + timedelta(minutes=5))
    changelog.changelog.cache_clear()
    page_cache.store.cache_clear()
    keep("/en/")
    later(minutes=6)
    assert "First title" not in text_at("/en/")


def test_a_breaking_line_stands_on_every_page_and_goes_when_its_time_is_over(article, later):
    SiteSettings.load()
    keep("/en/", address_of(article))
    BreakingLine.objects.create(text_en="Water is back", ends_at=timezone.now() + timedelta(minutes=10))
    for address in ("/en/", address_of(article)):
        assert "Water is back" in text_at(address)
        keep(address)
    later(minutes=11)
    for address in ("/en/", address_of(article)):
        assert "Water is back" not in text_at(address)


def test_what_stands_around_pages_changes_on_all_of_them(article, section):
    keep("/en/", address_of(article), "/en/keyboard/")
    row = SiteSettings.load()
    row.name_en = "The Morning Post"
    row.save()
    for address in ("/en/", address_of(article), "/en/keyboard/"):
        assert "The Morning Post" in text_at(address)
    section.name_en = "Globe"
    section.save()
    assert "Globe" in text_at(address_of(article))


def test_names_of_topics_and_bylines_change_wherever_they_stand(section):
    tag, byline = make_tag(name_en="Water"), make_byline(name_en="Rima Bustan")
    carrying = publish(make_article(category=section, tags=[tag], bylines=[byline], title_en="Carrying"), "en")
    address = address_of(carrying)
    keep(address)
    tag.name_en, byline.name_en = "Rivers", "Rima B."
    tag.save()
    byline.save()
    assert "Rivers" in text_at(address)
    assert "Rima B." in text_at(address)


def test_a_picture_whose_rights_end_is_gone_at_that_moment(section, later):
    picture = make_picture(
        with_renditions=True, alt_text_en="A bridge", rights_until=timezone.now() + timedelta(minutes=5)
    )
    shown = publish(make_article(category=section, title_en="Shown", lead_picture=picture), "en")
    places = [address_of(shown), "/en/", section.get_absolute_url("en")]
    keep(*places)
    assert all(picture.token in text_at(address) for address in places)
    later(minutes=6)
    assert not any(picture.token in text_at(address) for address in places)


def test_nothing_is_kept_longer_than_an_hour(article, later):
    keep(address_of(article))
    later(minutes=61)
    assert not is_kept(address_of(article))


# --- Several processes ------------------------------------------------------------


@pytest.fixture
def other_process(settings):
    """The change log of another process of the same machine."""
    return ChangeLog(FileBell(settings.NEWSROOM_CHANGES_FILE))


def test_what_another_process_published_is_seen_at_once(article, other_process):
    keep(address_of(article))
    rows = Change.objects.bulk_create([Change(language="en", key=f"articles.article:{article.pk}", is_hard=True)])
    assert is_kept(address_of(article))
    other_process.tell(rows)
    assert not is_kept(address_of(article))


def test_what_nobody_told_is_found_in_the_database(article, settings):
    changelog.changelog().check()
    keep(address_of(article))
    moment = timezone.now() - timedelta(seconds=5)
    Change.objects.create(language="en", key=f"articles.article:{article.pk}", is_hard=True, at=moment)
    assert is_kept(address_of(article))
    settings.NEWSROOM_CHANGES_CHECKED_EVERY = 0
    Client().get("/healthz")
    settings.NEWSROOM_CHANGES_CHECKED_EVERY = 1000
    assert not is_kept(address_of(article))


def test_a_file_that_was_begun_anew_or_deleted_ends_everything(article, settings, other_process, monkeypatch):
    workflow.publish(article, language="tr", by=None)
    keep(address_of(article))
    monkeypatch.setattr("delivery.bells.MOST_BYTES", 10)
    rows = Change.objects.bulk_create([Change(language="en", key="somewhere else", is_hard=True)])
    other_process.tell(rows)
    assert not is_kept(address_of(article))
    keep(address_of(article))
    settings.NEWSROOM_CHANGES_FILE.unlink()
    assert not is_kept(address_of(article))


# --- What may be a little old ---------------------------------------------------------


def test_while_one_makes_a_page_anew_for_something_beside_it_others_get_the_former_one(article, section):
    other = publish(make_article(category=section, title_en="Another"), "en")
    address = address_of(other)
    keep(address)
    publish(make_article(category=section, title_en="Brand new"), "en")
    page = next(iter(page_cache.store()._memory._kept.values()))[0]
    assert changelog.changelog().generation()
    assert not changelog.changelog().is_over(page)
    assert page.stale_since
    assert "Brand new" in text_at(address)
    assert is_kept(address)


def test_what_is_stale_serves_ten_minutes_at_most(article, section, later):
    keep(address_of(article))
    publish(make_article(category=section, title_en="Brand new"), "en")
    page = next(iter(page_cache.store()._memory._kept.values()))[0]
    changelog.changelog().generation()
    assert not changelog.changelog().is_over(page)
    assert page.stale_since
    later(minutes=11)
    assert changelog.changelog().is_over(page)


def test_memory_has_a_bound_and_keeps_what_was_wanted_last(section, settings):
    settings.NEWSROOM_PAGE_CACHE_MB = 0.1
    articles = [publish(make_article(category=section, title_en=f"Story {n}"), "en") for n in range(12)]
    for one in articles:
        Client().get(address_of(one))
        Client().get("/en/keyboard/")
    memory = page_cache.store()._memory
    assert memory._taken <= 0.1 * 1024 * 1024
    assert 0 < len(memory) < 13
    assert is_kept("/en/keyboard/")
    assert not is_kept(address_of(articles[0]))
