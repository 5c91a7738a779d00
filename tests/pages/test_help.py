"""The accessibility statement and the page about keys: whole in each language, and honest about whom to tell."""

import re

import pytest

from pages.models import SiteSettings
from publishing.languages import direction, language_codes

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

PATHS = ("accessibility", "keyboard")


@pytest.fixture(autouse=True)
def _site():
    facts = {"name_en": "Coalition", "press_email": "press@example.org"}
    SiteSettings.objects.update_or_create(pk=1, defaults=facts)


@pytest.mark.parametrize("language", language_codes())
@pytest.mark.parametrize("path", PATHS)
def test_the_page_is_there_in_each_language(client, path, language, django_assert_max_num_queries):
    with django_assert_max_num_queries(5):
        response = client.get(f"/{language}/{path}/")
    page = response.content.decode()
    assert response.status_code == 200
    assert f'<html lang="{language}" dir="{direction(language)}">' in page
    assert all(f"/{code}/{path}/" in page for code in language_codes())
    assert page.count("<h1") == 1
    assert not response.cookies


def test_barriers_are_told_to_the_address_for_them_or_to_the_press_office(client):
    def main():
        page = client.get("/en/accessibility/").content.decode()
        return page[page.index("<main") : page.index("</main")]

    assert "mailto:press@example.org" in main()
    SiteSettings.objects.update(accessibility_contact="a11y@example.org")
    assert "mailto:a11y@example.org" in main()
    SiteSettings.objects.update(accessibility_contact="", press_email="")
    assert "mailto:" not in main()
    assert 'href="/en/contact/"' in main()


def test_the_statement_names_the_standard_and_when_it_was_compared_with_the_site(client):
    page = client.get("/en/accessibility/").content.decode()
    assert "WCAG" in page
    assert re.search(r'compared with the site on <time datetime="\d{4}-\d\d-\d\d">', page)


@pytest.mark.parametrize(("language", "arrow"), [("en", "→"), ("ar", "←")])
def test_the_arrow_to_the_next_picture_points_where_the_language_reads(client, language, arrow):
    page = client.get(f"/{language}/keyboard/").content.decode()
    assert re.findall(r"<kbd>([←→])</kbd>", page)[0] == arrow


def test_the_names_of_keys_keep_their_direction_in_arabic(client):
    page = client.get("/ar/keyboard/").content.decode()
    assert "<bdi><kbd>Tab</kbd></bdi>" in page
    assert not re.findall(r'<th scope="row"><kbd>[A-Za-z]', page)


@pytest.mark.parametrize("path", PATHS)
def test_nothing_can_be_written_there(client, path):
    assert client.post(f"/en/{path}/").status_code == 405
