"""Press conferences in the desk: their state, what they need, and their form."""

import re
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from coalition.models import PressConference
from media_library.models import Collection
from publishing import clock
from tests.builders import (
    in_minutes,
    make_document,
    make_person,
    make_press_conference,
    make_staff,
    make_superuser,
    make_video,
)
from tests.desk.forms import change_url, open_form, send

pytestmark = pytest.mark.django_db

State = PressConference.State


# --- Its state -------------------------------------------------------------------


def test_the_state_follows_the_clock():
    start = timezone.now() + timedelta(days=3)
    conference = make_press_conference(starts_at=start, ends_at=start + timedelta(hours=1))
    moments = {-1: State.ANNOUNCED, 0: State.LIVE, 59: State.LIVE, 60: State.RECORDED, 100_000: State.RECORDED}
    for minutes, state in moments.items():
        with clock.at(start + timedelta(minutes=minutes)):
            assert conference.state == state, minutes


@pytest.mark.parametrize("state", [State.LIVE, State.RECORDED, State.CANCELLED])
def test_a_state_that_staff_set_counts_whatever_the_clock_says(state):
    for start in (in_minutes(-600), in_minutes(-5), in_minutes(600)):
        assert make_press_conference(starts_at=start, set_state=state).state == state


# --- What it needs ---------------------------------------------------------------


def problems_of(conference, language="en"):
    try:
        conference.check_complete(language)
    except ValidationError as error:
        return error.messages
    return []


def test_a_place_or_a_stream_is_needed():
    assert problems_of(make_press_conference()) == []
    assert problems_of(make_press_conference(place_en="", stream_url="https://stream.example/1")) == []
    assert "no place in this language and no stream" in problems_of(make_press_conference(place_en=""))[0]


def test_somebody_must_speak_and_have_a_name_in_that_language():
    nobody = make_press_conference(other_speakers_en="")
    assert "no speakers in this language" in problems_of(nobody)[0]
    assert problems_of(make_press_conference(other_speakers_en="", speakers=[make_person()])) == []
    nameless = make_press_conference(speakers=[make_person(title_en="")])
    assert "“ريما بستان” has no name in this language" in problems_of(nameless)[0]
    assert problems_of(nameless, "ar") == []


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"stream_url": "http://stream.example/1"}, "stream_url"),
        ({"ends_at": timezone.now() - timedelta(days=9)}, "ends_at"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(facts, field):
    conference = make_press_conference()
    for name, value in facts.items():
        setattr(conference, name, value)
    with pytest.raises(ValidationError) as refused:
        conference.full_clean()
    assert set(refused.value.message_dict) == {field}


# --- The form and the list ----------------------------------------------------------


@pytest.fixture
def desk(client):
    client.force_login(make_superuser(username="nour"))
    return client


def test_a_press_conference_is_announced_with_its_form(desk):
    first, second = make_person(), make_person(title_en="Sami Nasir")
    document = make_document()
    url = reverse("admin:coalition_pressconference_add")
    facts = {
        "name": "Services plan", "starts_at_0": "2031-05-20", "starts_at_1": "14:00", "ends_at_0": "2031-05-20",
        "ends_at_1": "15:00", "place_en": "Press hall", "stream_url": "stream.example/1", "documents": [document.pk],
        "speaker_entries-TOTAL_FORMS": "2",
        "speaker_entries-0-person": first.pk, "speaker_entries-0-position": "2",
        "speaker_entries-1-person": second.pk, "speaker_entries-1-position": "1",
    }  # fmt: skip

    response = send(desk, url, open_form(desk, url), **facts)

    assert response.status_code == 302, response.content.decode()
    conference = PressConference.objects.get()
    assert [entry.person for entry in conference.speaker_entries.all()] == [second, first]
    assert conference.stream_url == "https://stream.example/1"
    assert conference.created_by.username == "nour"
    assert f"{timezone.localtime(conference.starts_at):%Y-%m-%d %H:%M}" == "2031-05-20 14:00"
    assert "Time zone: Europe/Istanbul" in desk.get(change_url(conference)).content.decode()


def test_speakers_are_put_into_another_order_and_taken_off(desk):
    people = [make_person(title_en=name) for name in ("Rima", "Sami", "Layla")]
    conference = make_press_conference(speakers=people)
    url = change_url(conference)
    values = open_form(desk, url)
    assert [values[f"speaker_entries-{number}-position"] for number in range(3)] == ["1", "2", "3"]

    values |= {"speaker_entries-0-position": "9", "speaker_entries-1-DELETE": "on"}
    assert send(desk, url, values).status_code == 302

    entries = conference.speaker_entries.all()
    assert [(entry.person, entry.position) for entry in entries] == [(people[2], 1), (people[0], 2)]


def test_nobody_speaks_twice(desk):
    person = make_person()
    conference = make_press_conference(speakers=[person])
    url = change_url(conference)
    values = open_form(desk, url) | {"speaker_entries-1-person": person.pk}
    assert send(desk, url, values).status_code == 200
    assert conference.speaker_entries.count() == 1


def test_what_lies_in_a_closed_collection_is_not_put_on_it_by_those_who_may_not_look(client):
    closed = Collection.objects.create(name="Secret", is_closed=True)
    hidden, before = make_document(collection=closed), make_document(collection=closed)
    conference = make_press_conference(documents=[before])
    client.force_login(make_staff("reporter"))
    url = change_url(conference)
    values = open_form(client, url)

    assert send(client, url, values | {"documents": [hidden.pk]}).status_code == 200
    assert send(client, url, values).status_code == 302
    assert list(conference.documents.all()) == [before]


def test_nothing_typed_is_lost_when_it_would_end_before_it_begins(desk):
    conference = make_press_conference()
    url = change_url(conference)
    values = open_form(desk, url) | {"place_ar": "قاعة الصحافة", "ends_at_0": "2001-01-01"}

    page = send(desk, url, values).content.decode()

    assert page.count("ends before it begins") == 1
    assert "قاعة الصحافة" in page


def test_the_list_says_the_state_now_and_tells_what_is_to_come_from_what_is_past(desk):
    make_press_conference(name="Past", starts_at=in_minutes(-600))
    make_press_conference(name="Live", starts_at=in_minutes(-5))
    make_press_conference(name="Upcoming", starts_at=in_minutes(600), recording=make_video())
    url = reverse("admin:coalition_pressconference_changelist")

    def rows(query=""):
        page = desk.get(url + query).content.decode()
        names = re.findall(r'field-name"><a [^>]*>(\w+)</a>', page)
        states = re.findall(r'field-state_now"><span class="[^"]*">([^<]+)<', page)
        return dict(zip(names, states, strict=True))

    assert rows() == {"Upcoming": "announced", "Live": "live", "Past": "over"}
    assert set(rows("?when=upcoming")) == {"Upcoming", "Live"}
    assert set(rows("?when=past")) == {"Past"}
