"""Press conferences as readers find them: before, while and after they happen, and in their calendars."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar
import pytest
from django.urls import reverse
from django.utils import timezone, translation

from delivery import page_cache
from publishing import workflow
from tests.builders import (
    in_minutes,
    make_article,
    make_category,
    make_document,
    make_person,
    make_picture,
    make_press_conference,
    make_superuser,
    make_video,
    publish,
)

pytestmark = pytest.mark.django_db

YOUTUBE = "https://www.youtube.com/watch?v=aqz-KE-bpKQ"


def make_story(conference=None, **facts):
    conference = conference or make_press_conference()
    return make_article(format="press_conference", press_conference=conference, **facts)


def read(client, article, language="en"):
    response = client.get(article.editions.get(language=language).get_absolute_url())
    assert response.status_code == 200
    return response.content.decode()


def calendar_address(article, language="en"):
    with translation.override(language):
        return reverse("articles:press-conference-calendar", args=[article.pk])


# --- The page --------------------------------------------------------------------


def test_an_announced_one_says_when_where_and_who(client):
    start = datetime(2031, 5, 20, 14, tzinfo=ZoneInfo("Europe/Istanbul"))
    conference = make_press_conference(
        starts_at=start, place_en="Press hall", other_speakers_en="A guest", stream_url="https://stream.example/1"
    )
    page = read(client, publish(make_story(conference), "en"))

    assert '<h2 id="conference">Announced</h2>' in page
    assert '<time datetime="2031-05-20T14:00+03:00">20 May 2031, 14:00</time> to ' in page
    assert '<time datetime="2031-05-20T15:00+03:00">15:00</time>' in page
    assert "<bdi>Europe/Istanbul</bdi>" in page
    for words in ("Press hall", "A guest", "Where the live stream will be", "Add to calendar"):
        assert words in page, words


def test_a_speaker_is_a_link_only_where_their_page_is_public_in_that_language(client):
    public, draft = make_person(title_en="Rima Bustan"), make_person(title_en="Sami Nasir")
    publish(public, "en")
    article = publish(make_story(make_press_conference(speakers=[draft, public])), "en", "ar")
    address = public.editions.get(language="en").get_absolute_url()

    page = read(client, article)
    assert f'<a href="{address}" dir="auto">Rima Bustan</a>' in page
    assert '<span dir="auto">Sami Nasir</span>' in page
    assert page.index("Sami Nasir") < page.index("Rima Bustan")
    assert "/people/" not in read(client, article, "ar")
    draft.title_en = "Renamed since"
    draft.save()
    assert "Renamed since" not in read(client, article)


def test_while_it_is_live_its_stream_loads_when_the_reader_asks(client):
    conference = make_press_conference(starts_at=in_minutes(-5), stream_url=YOUTUBE, recording=make_video())
    page = read(client, publish(make_story(conference, lead_picture=make_picture(with_renditions=True)), "en"))

    assert '<h2 id="conference" class="now">Live now</h2>' in page
    assert page.count("data-embed=") == 1
    assert "Play the live stream, loads from YouTube" in page
    assert "<iframe" not in page
    assert page.count('fetchpriority="high"') == 1


def test_a_stream_of_another_host_is_a_plain_link(client):
    conference = make_press_conference(starts_at=in_minutes(-5), stream_url="https://stream.example/1")
    page = read(client, publish(make_story(conference), "en"))
    assert (
        '<a class="btn on" href="https://stream.example/1" rel="noopener noreferrer">Watch the live stream</a>' in page
    )
    assert "data-embed" not in page


def test_when_it_is_over_its_recording_transcript_and_documents_remain(client):
    conference = make_press_conference(
        starts_at=in_minutes(-600),
        stream_url="https://stream.example/1",
        recording=make_video(transcript_en="<p>Said on the recording</p>"),
        documents=[make_document(title_en="The plan")],
    )
    page = read(client, publish(make_story(conference), "en"))

    assert '<h2 id="conference">Over</h2>' in page
    assert page.count("data-embed=") == 1
    assert "Said on the recording" in page
    assert ">The plan</a> (<bdi>PDF</bdi>" in page
    assert "stream.example" not in page
    assert "Add to calendar" not in page


def test_its_own_transcript_goes_before_that_of_the_recording(client):
    conference = make_press_conference(
        starts_at=in_minutes(-600), transcript_en="<p>As spoken</p>", recording=make_video(transcript_en="<p>Other</p>")
    )
    page = read(client, publish(make_story(conference), "en"))
    assert "As spoken" in page
    assert "Other" not in page


def test_a_document_without_a_file_in_a_language_is_left_out_there(client):
    document = make_document(title_en="The plan")
    document.files.filter(language="ar").delete()
    article = publish(make_story(make_press_conference(documents=[document])), "en", "ar")
    assert "<bdi>PDF</bdi>" in read(client, article)
    assert "<bdi>PDF</bdi>" not in read(client, article, "ar")


def test_a_cancelled_one_says_so_and_offers_nothing_to_follow(client):
    conference = make_press_conference(set_state="cancelled", stream_url=YOUTUBE)
    page = read(client, publish(make_story(conference), "en"))
    assert '<h2 id="conference">Cancelled</h2>' in page
    assert YOUTUBE not in page
    assert "Add to calendar" not in page


def test_what_staff_change_is_seen_when_it_is_published_again(client):
    article = publish(make_story(), "en")
    article.press_conference.place_en = "Moved elsewhere"
    article.press_conference.save()
    assert "Moved elsewhere" not in read(client, article)
    workflow.publish(article, language="en", by=None)
    assert "Moved elsewhere" in read(client, article)


def test_a_retracted_one_shows_nothing_of_it(client):
    article = publish(make_story(make_press_conference(place_en="Press hall")), "en")
    workflow.retract(article, language="en", by=None, note="It never was planned.")
    page = read(client, article)
    assert "Press hall" not in page
    assert client.get(calendar_address(article)).status_code == 404


@pytest.mark.parametrize("kind", ["video", "infographic", "gallery"])
def test_other_retracted_formats_have_a_page_too(client, kind):
    from tests.builders import make_album, make_infographic

    made = {
        "video": {"video": make_video()},
        "infographic": {"infographic": make_infographic()},
        "gallery": {"album": make_album([make_picture()])},
    }[kind]
    article = publish(make_article(format=kind, **made), "en")
    workflow.retract(article, language="en", by=None, note="It was wrong.")
    assert "It was wrong." in read(client, article)


def test_a_preview_of_another_moment_shows_the_state_of_that_moment(client):
    client.force_login(make_superuser())
    article = make_story(make_press_conference(starts_at=in_minutes(60), ends_at=in_minutes(120)))
    url = reverse("admin:desk_preview", args=["articles.article", article.pk, "en"])

    def heading(minutes=None):
        at = timezone.localtime(in_minutes(minutes)) if minutes else None
        query = {"at_0": f"{at:%Y-%m-%d}", "at_1": f"{at:%H:%M}", "at": f"{at:%Y-%m-%dT%H:%M}"} if at else {}
        page = client.get(url, query).content.decode()
        return page.partition('<h2 id="conference"')[2].partition(">")[2].partition("<")[0]

    assert heading() == "Announced"
    assert heading(90) == "Live now"
    assert heading(180) == "Over"


def test_lists_say_its_state_and_when_it_is(client):
    section = make_category()
    start = datetime(2031, 5, 20, 14, tzinfo=ZoneInfo("Europe/Istanbul"))
    for facts in ({"starts_at": start}, {"starts_at": in_minutes(-5)}, {"set_state": "cancelled"}):
        publish(make_story(make_press_conference(**facts), category=section), "en")
    page = client.get(section.get_absolute_url("en")).content.decode()
    assert "Press conference, 20 May 2031, 14:00" in page
    assert 'Press conference <span class="now">Live now</span>' in page
    assert "Press conference, cancelled" in page


def test_in_a_media_section_they_have_a_group_of_their_own(client):
    section = make_category(layout="media")
    publish(make_story(category=section), "en")
    publish(make_article(category=section), "en")
    assert ">Press conferences</h2>" in client.get(section.get_absolute_url("en")).content.decode()


def test_words_typed_by_staff_are_escaped(client):
    sharp = '<b onclick="x">"&'
    conference = make_press_conference(place_en=sharp, other_speakers_en=sharp, speakers=[make_person(title_en=sharp)])
    assert "<b onclick" not in read(client, publish(make_story(conference), "en"))


@pytest.mark.usefixtures("committed")
@pytest.mark.parametrize("minutes", [-600, -5, 600])
def test_a_page_asks_no_more_with_many_speakers_and_documents(client, django_assert_max_num_queries, minutes):
    conference = make_press_conference(
        starts_at=in_minutes(minutes), stream_url=YOUTUBE, recording=make_video(),
        speakers=[publish(make_person(), "en") for _number in range(8)],
        documents=[make_document() for _number in range(4)],
    )  # fmt: skip
    article = publish(make_story(conference, lead_picture=make_picture(with_renditions=True)), "en")
    address = article.editions.get(language="en").get_absolute_url()
    client.get(address)
    page_cache.store().clear()
    with django_assert_max_num_queries(5):
        client.get(address)


# --- Calendars -------------------------------------------------------------------


def event_of(client, article, language="en"):
    response = client.get(calendar_address(article, language))
    assert response.status_code == 200
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert response["Content-Disposition"] == f'attachment; filename="press-conference-{article.pk}.ics"'
    return icalendar.Calendar.from_ical(response.content).walk("VEVENT")[0]


def test_a_calendar_gets_the_published_facts(client):
    start = datetime(2031, 5, 20, 14, tzinfo=ZoneInfo("Europe/Istanbul"))
    conference = make_press_conference(
        starts_at=start, place_ar="قاعة الصحافة؛ الطابق الثاني، على اليمين", stream_url="https://stream.example/1"
    )
    article = publish(make_story(conference, title_ar="خطة المياه", standfirst_ar="سطر أول\nسطر ثانٍ"), "ar")
    article.title_ar = "Edited since"
    article.save()

    event = event_of(client, article, "ar")

    assert event["SUMMARY"] == "خطة المياه"
    assert event["LOCATION"] == "قاعة الصحافة؛ الطابق الثاني، على اليمين"
    address = f"http://testserver{article.editions.get().get_absolute_url()}"
    assert event["URL"] == address
    assert event["DESCRIPTION"] == f"سطر أول\nسطر ثانٍ\nhttps://stream.example/1\n{address}"
    assert event.decoded("DTSTART") == start
    assert event.decoded("DTEND") == start + timedelta(hours=1)
    assert event["STATUS"] == "CONFIRMED"


def test_a_calendar_knows_the_event_again_and_hears_that_it_was_cancelled(client):
    article = publish(make_story(), "en", "tr")
    before = event_of(client, article)
    assert event_of(client, article, "tr")["UID"] == before["UID"]
    article.press_conference.set_state = "cancelled"
    article.press_conference.save()
    workflow.publish(article, language="en", by=None)

    after = event_of(client, article)

    assert (after["UID"], after["STATUS"]) == (before["UID"], "CANCELLED")
    assert after["SEQUENCE"] > before["SEQUENCE"]
    assert after.decoded("DTSTAMP") >= before.decoded("DTSTAMP")


def test_there_is_no_calendar_entry_for_what_is_not_public_in_that_language(client):
    draft, public, text = make_story(), publish(make_story(), "en"), publish(make_article(), "en")
    withdrawn = publish(make_story(), "en")
    workflow.withdraw(withdrawn, language="en", by=None)
    planned = make_story()
    workflow.schedule(planned, language="en", by=None, at=in_minutes(60))
    for article, language in ((draft, "en"), (public, "ar"), (text, "en"), (withdrawn, "en"), (planned, "en")):
        assert client.get(calendar_address(article, language)).status_code == 404
    assert client.get("/en/press-conferences/999999.ics").status_code == 404
    assert client.get(calendar_address(public)).status_code == 200
