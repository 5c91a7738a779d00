"""The coalition's bodies, members and representatives."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from coalition.directory import fold
from coalition.models import Body, Representative
from tests.builders import make_article, make_body, make_mandate, make_person, make_tag, publish

pytestmark = pytest.mark.django_db


def page_at(client, address, **query):
    response = client.get(address, query)
    assert response.status_code == 200
    return response.content.decode()


def address_of(item, language="en"):
    return item.editions.get(language=language).get_absolute_url()


@pytest.fixture
def assembly():
    """An assembly of three, two of them in a component and one of these in a committee."""
    body = publish(make_body(kind=Body.Kind.ASSEMBLY, title_en="Assembly", sessions_held=72))
    component = publish(make_body(kind=Body.Kind.COMPONENT, title_en="The Bloc"))
    committee = publish(make_body(kind=Body.Kind.COMMITTEE, title_en="Health"))
    for name, bodies in (("Ilyas Örs", [component, committee]), ("Rima Bustan", [component]), ("Sami Nasser", [])):
        person = publish(make_person(title_en=name), "en")
        for one in (body, *bodies):
            make_mandate(person=person, body=one)
    return body, component, committee


def test_an_assembly_counts_its_members_components_committees_and_sessions(client, assembly):
    page = page_at(client, address_of(assembly[0]))
    figures = page.split('<dl class="stats">', 1)[1].split("</dl>", 1)[0]
    for number in (3, 1, 1, 72):
        assert f"<dd>{number}</dd>" in figures


def test_members_are_found_by_a_name_typed_without_its_special_letters(client, assembly):
    page = page_at(client, address_of(assembly[0]), q="ors")
    assert "Ilyas Örs" in page
    assert "Rima Bustan" not in page


def test_members_are_found_by_component_and_committee(client, assembly):
    body, component, committee = assembly
    of_component = page_at(client, address_of(body), component=component.pk)
    assert "Rima Bustan" in of_component
    assert "Sami Nasser" not in of_component
    of_both = page_at(client, address_of(body), component=component.pk, committee=committee.pk)
    assert "Ilyas Örs" in of_both
    assert "Rima Bustan" not in of_both


def test_a_filter_that_matches_nobody_says_so_and_leads_back(client, assembly):
    page = page_at(client, address_of(assembly[0]), q="nobody of this name")
    assert '<p class="none">' in page
    assert "Show all members" in page


@pytest.mark.parametrize("query", [{"component": "x"}, {"committee": "999999"}, {"by": "shoe-size"}])
def test_a_filter_that_means_nothing_is_ignored(client, assembly, query):
    assert "Sami Nasser" in page_at(client, address_of(assembly[0]), **query)


def test_members_without_a_group_stand_in_one_of_their_own(client, assembly):
    page = page_at(client, address_of(assembly[0]), by="committee")
    assert '<section class="group" id="m0"' in page


def test_only_mandates_of_today_make_a_member(client):
    body = publish(make_body(), "en")
    former = publish(make_person(title_en="Former Member"), "en")
    make_mandate(body=body, person=former, ended_on=timezone.localdate() - timedelta(days=1))
    assert "Former Member" not in page_at(client, address_of(body))


def test_a_person_who_is_not_published_in_the_language_is_not_named(client):
    body = publish(make_body())
    person = publish(make_person(title_en="Known In English", title_ar="بالعربية"), "ar")
    make_mandate(body=body, person=person)
    assert "Known In English" not in page_at(client, address_of(body))
    assert "بالعربية" in page_at(client, address_of(body, "ar"))


def test_the_leadership_stands_apart_from_the_members(client):
    body = publish(make_body(), "en")
    make_mandate(body=body, person=publish(make_person(title_en="The Chair"), "en"), position=1, role_en="President")
    make_mandate(body=body, person=publish(make_person(title_en="A Member"), "en"))
    page = page_at(client, address_of(body))
    assert page.index("Leadership") < page.index("The Chair") < page.index(">Members<") < page.index("A Member")


def test_a_directory_shows_the_bodies_below_it(client):
    directory = publish(make_body(kind=Body.Kind.DIRECTORY), "en")
    publish(make_body(parent=directory, title_en="Committee for Wells"), "en")
    make_body(parent=directory, title_en="Draft committee")
    page = page_at(client, address_of(directory))
    assert "Committee for Wells" in page
    assert "Draft committee" not in page


def test_a_persons_page_lists_offices_and_the_news_about_them(client):
    tag = make_tag()
    person = publish(make_person(tag=tag), "en")
    body = publish(make_body(title_en="The Council"), "en")
    make_mandate(person=person, body=body, role_en="Speaker", started_on=date(2024, 1, 5))
    publish(make_article(tags=[tag], title_en="About her"), "en")
    make_article(tags=[tag], title_en="A draft about her")
    page = page_at(client, address_of(person))
    assert "The Council" in page
    assert "Speaker" in page
    assert "5 January 2024" in page
    assert "About her" in page
    assert "A draft about her" not in page


def test_representatives_stand_in_the_alphabet_of_the_language(client):
    for country in ("Çekya", "Danimarka", "Cezayir"):
        person = publish(make_person(), "tr")
        Representative.objects.create(person=person, country_tr=country)
    page = page_at(client, "/tr/structure/representatives/")
    assert page.index("Cezayir") < page.index("Çekya") < page.index("Danimarka")


def test_a_country_without_a_name_in_the_language_is_left_out(client):
    Representative.objects.create(person=publish(make_person()), country_en="Sweden")
    assert "Sweden" in page_at(client, "/en/structure/representatives/")
    assert "No representative" not in page_at(client, "/en/structure/representatives/")
    assert "Sweden" not in page_at(client, "/ar/structure/representatives/")


@pytest.mark.parametrize(
    ("typed", "name"), [("احمد", "أحمد"), ("ليلي", "ليلى"), ("فاطمه", "فاطمة"), ("isik", "Işık"), ("ALI", "Alî")]
)
def test_names_are_compared_without_what_people_leave_out(typed, name):
    assert fold(typed) == fold(name)
