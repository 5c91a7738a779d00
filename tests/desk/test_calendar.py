"""The calendar, moving what is planned, and the feed."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from articles.models import ArticleEdition
from desk import calendar
from desk.models import CalendarKey
from publishing import icalendar, workflow
from tests.builders import in_minutes, make_article, make_category, make_staff, make_superuser, publish, write
from tests.desk.forms import open_form

pytestmark = pytest.mark.django_db

SCREEN = "/admin/desk/calendar/"


def local(day, clock="10:00"):
    """A moment by the newsroom's clock: ("2031-03-05", "00:30")."""
    return timezone.make_aware(datetime.fromisoformat(f"{day} {clock}"))


def planned(day="2031-03-05", clock="10:00", *, language="en", **facts):
    """An article that goes out at that time."""
    article = make_article(**({"title_en": "Planned"} | facts))
    workflow.schedule(article, language=language, by=None, at=local(day, clock))
    return article


def page_of(client, user, **query):
    client.force_login(user)
    response = client.get(SCREEN, query)
    assert response.status_code == 200
    return response.content.decode()


def on_day(page, day):
    """What stands on one day of the page."""
    days = re.split(r'(?=<li class="calendar-day)', page)
    return next((part for part in days if f'<time datetime="{day}">' in part), "")


def move_url(article, language="en"):
    return reverse("admin:desk_calendar_move", args=["articles.article", article.pk, language])


def edition_of(article, language="en"):
    return ArticleEdition.objects.get(item=article, language=language)


# --- The screen ------------------------------------------------------------------


def test_a_scheduled_article_stands_on_its_day_in_the_newsrooms_time_zone(client):
    planned("2031-03-05", "00:30")  # in UTC it is still the 4th

    page = page_of(client, make_superuser(), view="week", day="2031-03-05")

    assert "Planned" in on_day(page, "2031-03-05")
    assert "00:30" in on_day(page, "2031-03-05")
    assert "Planned" not in on_day(page, "2031-03-04")
    assert "Europe/Istanbul" in page


def test_an_entry_says_its_language_and_what_happens_and_leads_to_the_text(client):
    article = planned("2031-03-05")

    entry = on_day(page_of(client, make_superuser(), day="2031-03-05"), "2031-03-05")

    assert "goes out" in entry
    assert 'title="English"' in entry
    assert f'href="/admin/articles/article/{article.pk}/change/#en"' in entry


def test_published_withdrawn_embargoed_and_due_texts_stand_there_too(client):
    now = timezone.localtime()
    public = publish(make_article(title_en="Out since now"), "en")
    ArticleEdition.objects.filter(item=public).update(withdraw_at=now + timedelta(seconds=30))
    make_article(title_en="Held back", embargo_until=now)
    task = make_article(title_en="To translate", title_tr="Çeviri")
    write(task, "tr")
    ArticleEdition.objects.filter(item=task, language="tr").update(due_at=now - timedelta(seconds=1))

    page = page_of(client, make_superuser(), view="week")

    assert "published" in page
    assert "is withdrawn" in page
    assert "embargo ends" in page
    assert "due · overdue" in page
    assert "Held back" in page
    assert "To translate" in page


def test_a_change_that_is_planned_for_something_public_stands_there(client):
    article = publish(make_article(title_en="Public"), "en")
    write(article, "en", title="Changed")
    workflow.schedule(article, language="en", by=None, at=local("2031-03-05"))

    assert "changes go out" in on_day(page_of(client, make_superuser(), day="2031-03-05"), "2031-03-05")


def test_a_task_that_is_done_is_not_due_any_more(client):
    article = make_article(title_en="Done")
    write(article, "en")
    publish(article, "en")
    ArticleEdition.objects.filter(item=article).update(due_at=local("2031-03-05"))

    assert "Done" not in page_of(client, make_superuser(), day="2031-03-05")


def test_one_language_can_be_looked_at_alone(client):
    planned(title_en="In English")
    planned(language="tr", title_en="Named in English", title_tr="Türkçe")

    page = page_of(client, make_superuser(), day="2031-03-05", language="tr")

    assert "Named in English" in page
    assert "In English" not in page


def test_a_month_shows_whole_weeks_and_a_week_seven_days(client):
    user = make_superuser()

    month = page_of(client, user, view="month", day="2031-03-05")
    week = page_of(client, user, view="week", day="2031-03-05")

    days = re.findall(r'<time datetime="(\d{4}-\d\d-\d\d)">', month)
    assert (days[0], days[-1], len(days)) == ("2031-02-24", "2031-04-06", 42)
    assert re.findall(r'<time datetime="(\d{4}-\d\d-\d\d)">', week)[0] == "2031-03-03"  # a Monday


def test_the_week_begins_on_saturday_where_it_does(client):
    page = page_of(client, make_superuser(interface_language="ar"), day="2031-03-05")

    assert re.findall(r'<time datetime="(\d{4}-\d\d-\d\d)">', page)[0] == "2031-03-01"


@pytest.mark.parametrize("day", ["", "tomorrow", "2031-02-30", "0001-01-01", "9999-12-31", "2031-03-05T10:00"])
@pytest.mark.parametrize("view", ["week", "month", "century"])
def test_an_address_that_makes_no_sense_shows_today(client, day, view):
    page = page_of(client, make_superuser(), view=view, day=day, language="xx")

    assert timezone.localdate().isoformat() in page


def test_a_person_with_one_section_sees_only_what_is_planned_there(client):
    mine = make_category()
    planned(title_en="In my section", category=mine)
    planned(title_en="In another section")
    make_article(title_en="Embargo elsewhere", embargo_until=local("2031-03-05"))

    page = page_of(client, make_staff("publisher", category=mine), day="2031-03-05")

    assert "In my section" in page
    assert "In another section" not in page
    assert "Embargo elsewhere" not in page


def test_what_is_in_the_trash_is_not_planned(client):
    article = planned()
    type(article).objects.filter(pk=article.pk).update(trashed_at=timezone.now())

    assert "Planned" not in page_of(client, make_superuser(), day="2031-03-05")


def test_a_full_day_says_how_many_more_there_are(client, monkeypatch):
    monkeypatch.setattr(calendar, "ENTRIES_PER_DAY", 2)
    for _number in range(5):
        planned()

    day = on_day(page_of(client, make_superuser(), day="2031-03-05"), "2031-03-05")

    assert day.count("calendar-entry") == 2
    assert "and 3 more" in day


def test_thirty_entries_need_no_more_queries_than_three(client):
    client.force_login(make_staff("publisher", language="en"))
    url = f"{SCREEN}?day=2031-03-05"
    for _number in range(3):
        planned()
    client.get(url)
    with CaptureQueriesContext(connection) as few:
        client.get(url)

    for _number in range(27):
        planned()
    with CaptureQueriesContext(connection) as many:
        page = client.get(url).content.decode()

    assert page.count("Move…") == 30
    assert len(many) == len(few)
    assert len(many) <= 30
    assert not any('"body_en"' in query["sql"] for query in many.captured_queries)


# --- Moving ----------------------------------------------------------------------


def test_a_person_without_the_right_has_no_move_link_and_cannot_move(client):
    article = planned()

    assert "Move…" not in page_of(client, make_staff("editor"), day="2031-03-05")
    assert "Move…" not in page_of(client, make_staff("publisher", language="tr"), day="2031-03-05")
    assert client.get(move_url(article)).status_code == 403
    assert client.post(move_url(article), {"at": "2031-03-06T12:00"}).status_code == 403
    assert edition_of(article).publish_at == local("2031-03-05")


def test_only_what_is_still_to_come_can_be_moved(client):
    publish(make_article(title_en="Out"), "en")

    assert "Move…" not in page_of(client, make_superuser())


def test_moving_keeps_the_frozen_text(client):
    article = planned(title_en="As it was scheduled")
    write(article, "en", title="As it was edited since")
    client.force_login(make_staff("publisher"))

    response = client.post(move_url(article), open_form(client, move_url(article)) | {"at": "2031-03-06T12:15"})

    edition = edition_of(article)
    assert response.status_code == 302
    assert "day=2031-03-06" in response.url
    assert edition.publish_at == local("2031-03-06", "12:15")
    assert edition.live.title == "As it was scheduled"


def test_a_planned_change_is_moved_and_readers_keep_what_they_have(client):
    article = publish(make_article(title_en="Public"), "en")
    write(article, "en", title="Changed")
    workflow.schedule(article, language="en", by=None, at=local("2031-03-05"))
    since = edition_of(article).publish_at
    client.force_login(make_superuser())

    client.post(move_url(article), open_form(client, move_url(article)) | {"at": "2031-03-06T12:15"})

    edition = edition_of(article)
    assert edition.upcoming_at == local("2031-03-06", "12:15")
    assert edition.upcoming.title == "Changed"
    assert edition.publish_at == since
    assert edition.version.title == "Public"


def test_the_form_shows_the_time_that_is_planned(client):
    client.force_login(make_superuser())

    assert open_form(client, move_url(planned("2031-03-05", "10:20")))["at"] == "2031-03-05T10:20"


def test_going_back_to_the_same_view_is_remembered(client):
    article = planned()
    client.force_login(make_superuser())

    response = client.post(f"{move_url(article)}?view=month&language=en", {"at": "2031-03-06T12:00"})

    assert response.url == "/admin/desk/calendar/?view=month&day=2031-03-06&language=en"


def test_a_time_before_the_end_of_the_embargo_is_refused_and_kept(client):
    article = planned("2031-03-05", embargo_until=local("2031-03-04"))
    client.force_login(make_superuser())

    response = client.post(move_url(article), {"at": "2031-03-03T12:00", "note": "earlier, please"})

    page = response.content.decode()
    assert "under embargo until" in page
    assert 'value="2031-03-03T12:00"' in page
    assert 'value="earlier, please"' in page
    assert edition_of(article).publish_at == local("2031-03-05")


@pytest.mark.parametrize(
    ("typed", "answer"), [("2020-01-01T10:00", "This moment has passed"), ("soon", "no date"), ("", "Choose the day")]
)
def test_a_time_that_cannot_be_is_refused_and_kept(client, typed, answer):
    article = planned()
    client.force_login(make_superuser())

    page = client.post(move_url(article), {"at": typed}).content.decode()

    assert answer in page
    assert not typed or f'value="{typed}"' in page
    assert edition_of(article).publish_at == local("2031-03-05")


def test_somebody_who_looked_at_an_older_state_is_told_and_may_decide_again(client):
    article = planned()
    client.force_login(make_superuser())
    values = open_form(client, move_url(article)) | {"at": "2031-03-06T12:00"}
    write(article, "en", by=make_superuser(display_name="Rima"), title="Edited meanwhile")

    response = client.post(move_url(article), values)

    assert "Rima changed this text" in response.content.decode()
    assert edition_of(article).publish_at == local("2031-03-05")
    again = re.search(r'name="expected" value="([^"]*)"', response.content.decode()).group(1)
    assert client.post(move_url(article), values | {"expected": again}).status_code == 302


def test_there_is_nothing_to_move_where_nothing_is_planned(client):
    article = publish(make_article(title_en="Out"), "en")
    client.force_login(make_superuser())

    response = client.get(move_url(article), follow=True)
    refused = client.post(move_url(article), {"at": "2031-03-06T12:00"})

    assert "Nothing is planned" in response.content.decode()
    assert "Nothing is scheduled" in refused.content.decode()


def test_moving_needs_the_forms_token():
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    client.force_login(make_superuser())
    article = planned()

    assert client.post(move_url(article), {"at": "2031-03-06T12:00"}).status_code == 403


# --- The feed --------------------------------------------------------------------


def feed_of(client, user):
    """The feed's response, by the address that the calendar shows."""
    client.force_login(user)
    client.post(reverse("admin:desk_calendar_address"))
    shown = re.search(r'id="feed-address"[^>]*value="([^"]*)"', client.get(SCREEN).content.decode()).group(1)
    client.logout()
    return client.get(shown)


def unfolded(response):
    return response.content.decode().replace("\r\n ", "").split("\r\n")


def soon(**facts):
    article = make_article(**facts)
    workflow.schedule(article, language="en", by=None, at=in_minutes(60))
    return article


def test_there_is_no_address_until_somebody_asks_for_it(client):
    user = make_staff("reporter")

    page = page_of(client, user)

    assert "Make an address" in page
    assert not CalendarKey.objects.exists()
    assert client.get(reverse("admin:desk_calendar_address")).status_code == 405


def test_the_feed_is_read_without_signing_in_and_kept_by_nobody(client):
    response = feed_of(client, make_staff("reporter"))

    assert response.status_code == 200
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert "no-store" in response["Cache-Control"]
    assert "private" in response["Cache-Control"]
    assert "public" not in response["Cache-Control"]
    assert response["X-Robots-Tag"] == "noindex"
    assert response["Referrer-Policy"] == "no-referrer"
    assert not response.cookies


def test_the_feed_holds_an_event_with_a_time_in_utc_and_the_texts_address(client):
    article = soon(title_en="Planned")

    lines = unfolded(feed_of(client, make_superuser()))

    at = edition_of(article).publish_at.astimezone(UTC)
    assert f"DTSTART:{at:%Y%m%dT%H%M%SZ}" in lines
    assert "SUMMARY:Planned (English\\, goes out)" in lines
    assert f"UID:articles.article.{article.pk}.en.publication@testserver" in lines
    assert f"URL:http://testserver/admin/articles/article/{article.pk}/change/#en" in lines
    assert any(re.fullmatch(r"DTSTAMP:\d{8}T\d{6}Z", line) for line in lines)
    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines[-2:] == ["END:VCALENDAR", ""]
    assert lines.count("BEGIN:VEVENT") == lines.count("END:VEVENT") == 1


def test_an_event_keeps_its_uid_when_it_is_moved(client):
    article, user = soon(title_en="Planned"), make_superuser()
    before = [line for line in unfolded(feed_of(client, user)) if line.startswith("UID:")]

    workflow.reschedule(article, language="en", by=None, at=in_minutes(600))

    assert [line for line in unfolded(feed_of(client, user)) if line.startswith("UID:")] == before


def test_no_line_of_the_feed_is_longer_than_75_octets_and_no_letter_is_split(client):
    soon(title_en="عودة المياه إلى الأحياء الشرقية " * 4)

    content = feed_of(client, make_superuser()).content

    lines = content.split(b"\r\n")
    assert b"\n" not in b"".join(lines)
    assert max(len(line) for line in lines) <= 75
    assert all(line.decode() or True for line in lines)
    assert ("عودة المياه إلى الأحياء الشرقية " * 4).strip() in content.decode().replace("\r\n ", "")


def test_signs_with_a_meaning_are_escaped_and_nothing_can_be_added_to_the_feed(client):
    soon(title_en="One, two; three \\ four\r\nEND:VEVENT\x07")

    lines = unfolded(feed_of(client, make_superuser()))

    assert "SUMMARY:One\\, two\\; three \\\\ four\\nEND:VEVENT (English\\, goes out)" in lines
    assert lines.count("END:VEVENT") == 1


def test_the_feed_speaks_its_owners_language(client):
    soon(title_en="Planned", title_tr="Planlanan")

    content = "\n".join(unfolded(feed_of(client, make_superuser(interface_language="tr"))))

    assert "SUMMARY:Planlanan" in content


def test_the_feed_shows_only_what_its_owner_may_see(client):
    mine = make_category()
    soon(title_en="In my section", category=mine)
    soon(title_en="In another section")

    content = feed_of(client, make_staff("reporter", category=mine)).content.decode()

    assert "In my section" in content
    assert "In another section" not in content


def test_the_old_address_stops_working_when_a_new_one_is_made(client):
    user = make_staff("reporter")
    feed_of(client, user)
    old = CalendarKey.objects.get(user=user).key

    assert feed_of(client, user).status_code == 200
    assert client.get(reverse("calendar_feed", args=[old])).status_code == 404
    assert CalendarKey.objects.count() == 1


@pytest.mark.parametrize("fact", ["is_active", "is_staff"])
def test_the_feed_of_somebody_who_left_is_gone(client, fact):
    user = make_staff("reporter")
    feed_of(client, user)
    setattr(user, fact, False)
    user.save()

    assert client.get(reverse("calendar_feed", args=[user.calendar_key.key])).status_code == 404


def test_an_invented_key_opens_nothing(client):
    assert client.get(reverse("calendar_feed", args=["invented"])).status_code == 404


def test_the_feed_needs_no_more_queries_for_thirty_entries_than_for_three(client):
    user = make_superuser()
    for _number in range(3):
        soon()
    feed_of(client, user)
    url = reverse("calendar_feed", args=[CalendarKey.objects.get(user=user).key])
    with CaptureQueriesContext(connection) as few:
        client.get(url)

    for _number in range(27):
        soon()
    with CaptureQueriesContext(connection) as many:
        assert client.get(url).content.count(b"BEGIN:VEVENT") == 30

    assert len(many) == len(few)


@pytest.mark.parametrize("length", [74, 75, 76, 149, 150, 300])
def test_a_line_is_folded_where_it_must_be(length):
    line = "x" * length

    folded = icalendar.fold(line)

    assert folded.endswith(b"\r\n")
    assert max(len(part) for part in folded.split(b"\r\n")) <= 75
    assert folded.decode().replace("\r\n ", "") == f"{line}\r\n"
