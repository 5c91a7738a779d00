"""Lists of articles: sections in their three layouts, topics, authors."""

import re
from datetime import UTC, datetime

import pytest

from articles.models import Category
from tests.builders import (
    make_album,
    make_article,
    make_byline,
    make_category,
    make_document,
    make_picture,
    make_tag,
    make_video,
    publish,
    publish_at,
)

pytestmark = pytest.mark.django_db


def page_at(client, address, **query):
    response = client.get(address, query)
    assert response.status_code == 200
    return response.content.decode()


def test_a_section_shows_what_is_in_the_sections_below_it(client):
    section = make_category()
    below = make_category(parent=section)
    publish(make_article(category=below, title_en="From below"), "en")
    page = page_at(client, section.get_absolute_url("en"))
    assert "From below" in page
    assert below.get_absolute_url("en") in page


def test_a_section_shows_only_what_is_published_in_the_language(client):
    section = make_category()
    publish(make_article(category=section, title_ar="بالعربية", title_en="In English"), "ar")
    assert "In English" not in page_at(client, section.get_absolute_url("en"))
    assert "بالعربية" in page_at(client, section.get_absolute_url("ar"))


def test_a_section_without_a_name_in_a_language_has_no_page_and_no_alternate_there(client):
    section = make_category(name_ku="")
    page = page_at(client, section.get_absolute_url("en"))
    assert 'hreflang="tr" href="http' in page
    assert 'hreflang="ku" href="http' not in page


def test_an_empty_section_says_so_and_leads_on(client):
    page = page_at(client, make_category(name_en="Reports").get_absolute_url("en"))
    assert "Nothing has been published in “Reports”" in page


def test_press_releases_of_one_year(client):
    section = make_category(layout=Category.Layout.PRESS)
    for year in (2023, 2024):
        article = make_article(category=section, title_en=f"Statement of {year}")
        publish_at(article, "en", datetime(year, 5, 20, tzinfo=UTC))
    page = page_at(client, section.get_absolute_url("en"), year=2023)
    assert "Statement of 2023" in page
    assert "Statement of 2024" not in page
    assert '<option value="2024">' in page


def test_a_year_without_press_releases_names_the_nearest_that_has_some(client):
    section = make_category(layout=Category.Layout.PRESS)
    publish_at(make_article(category=section), "en", datetime(2023, 5, 20, tzinfo=UTC))
    page = page_at(client, section.get_absolute_url("en"), year=2019)
    assert 'href="?year=2023"' in page


def test_press_releases_of_one_type_are_those_of_a_subsection(client):
    section = make_category(layout=Category.Layout.PRESS)
    letters = make_category(parent=section, name_en="Open letters")
    for year in (2023, 2024):
        article = make_article(category=letters, title_en=f"Letter of {year}")
        publish_at(article, "en", datetime(year, 5, 20, tzinfo=UTC))
    publish(make_article(category=section, title_en="Statement"), "en")
    address = section.get_absolute_url("en")
    page = page_at(client, address, type=letters.pk)
    assert f'<option value="{letters.pk}" selected>Open letters</option>' in page
    assert "Letter of 2023" in page
    assert ">Statement<" not in page
    page = page_at(client, address, type=letters.pk, year=2024)
    assert "Letter of 2024" in page
    assert "Letter of 2023" not in page
    assert f'rel="canonical" href="http://testserver{address}?year=2024&amp;type={letters.pk}"' in page


def test_without_subsections_the_types_are_formats(client):
    section = make_category(layout=Category.Layout.PRESS)
    publish(make_article(category=section, format="document", document=make_document(), title_en="With a file"), "en")
    publish(make_article(category=section, title_en="Without"), "en")
    page = page_at(client, section.get_absolute_url("en"), type="document")
    assert ">With a file<" in page
    assert ">Without<" not in page


def test_a_year_without_any_of_a_type_names_the_nearest_that_has_some_of_it(client):
    section = make_category(layout=Category.Layout.PRESS)
    document = make_article(category=section, format="document", document=make_document())
    publish_at(document, "en", datetime(2021, 5, 20, tzinfo=UTC))
    publish_at(make_article(category=section), "en", datetime(2023, 5, 20, tzinfo=UTC))
    page = page_at(client, section.get_absolute_url("en"), year=2023, type="document")
    assert "Nothing of the type “Documents” was published here in <bdi>2023</bdi>." in page
    assert 'href="?year=2021&amp;type=document"' in page


def test_a_type_that_is_empty_leads_to_everything(client):
    section = make_category(layout=Category.Layout.PRESS)
    publish(make_article(category=section), "en")
    page = page_at(client, section.get_absolute_url("en"), type="video")
    assert f'<a href="{section.get_absolute_url("en")}">Show everything</a>' in page


@pytest.mark.parametrize("kind", ["poems", "999999", "\x00", "x" * 5000, "text'--"])
def test_a_type_that_is_none_is_ignored(client, kind):
    section = make_category(layout=Category.Layout.PRESS)
    publish(make_article(category=section, title_en="Statement"), "en")
    assert ">Statement<" in page_at(client, section.get_absolute_url("en"), type=kind)


def test_every_year_from_the_first_to_the_last_can_be_chosen(client):
    section = make_category(layout=Category.Layout.PRESS)
    for year in (2019, 2022):
        publish_at(make_article(category=section), "en", datetime(year, 5, 20, tzinfo=UTC))
    page = page_at(client, section.get_absolute_url("en"))
    assert re.findall(r'<option value="(\d+)">', page) == ["2022", "2021", "2020", "2019"]


def test_a_press_release_says_its_reference_number_in_the_list(client):
    section = make_category(layout=Category.Layout.PRESS)
    publish(make_article(category=section, reference="NC/2026/0117"), "en")
    assert "<bdi>NC/2026/0117</bdi>" in page_at(client, section.get_absolute_url("en"))


@pytest.mark.parametrize("year", ["abc", "", "20231", "٢٠٢٣", "0000", "9999", "\x00"])
def test_a_year_that_is_none_is_ignored(client, year):
    section = make_category(layout=Category.Layout.PRESS)
    publish(make_article(category=section, title_en="Statement"), "en")
    assert "Statement" in page_at(client, section.get_absolute_url("en"), year=year)


def test_a_filtered_page_has_an_address_of_its_own_and_no_alternates(client):
    section = make_category(layout=Category.Layout.PRESS)
    publish_at(make_article(category=section), "en", datetime(2023, 5, 20, tzinfo=UTC))
    page = page_at(client, section.get_absolute_url("en"), year=2023)
    assert f'rel="canonical" href="http://testserver{section.get_absolute_url("en")}?year=2023"' in page
    assert 'rel="alternate" hreflang' not in page


def test_a_press_release_with_a_document_offers_it_in_the_list(client):
    section = make_category(layout=Category.Layout.PRESS)
    publish(make_article(category=section, format="document", document=make_document()), "en")
    assert ".pdf" in page_at(client, section.get_absolute_url("en"))


def test_a_section_of_media_is_ordered_by_format(client):
    section = make_category(layout=Category.Layout.MEDIA)
    publish(make_article(category=section, format="gallery", album=make_album([make_picture()])), "en")
    publish(make_article(category=section, format="video", video=make_video()), "en")
    page = page_at(client, section.get_absolute_url("en"))
    assert page.index(">Videos<") < page.index(">Photo galleries<")


def test_the_page_of_an_author_lists_what_they_wrote(client):
    byline = make_byline(role_en="Reporter in the north")
    publish(make_article(bylines=[byline], title_en="By her"), "en")
    publish(make_article(title_en="By others"), "en")
    page = page_at(client, byline.get_absolute_url("en"))
    assert "Reporter in the north" in page
    assert page.count("By her") >= 1
    assert ">By others<" not in page


def test_other_words_around_a_topics_number_redirect(client):
    tag = make_tag(name_en="Clean water")
    publish(make_article(tags=[tag]), "en")
    response = client.get(f"/en/tags/{tag.pk}-other/")
    assert response.status_code == 301
    assert response["Location"] == f"/en/tags/{tag.pk}-clean-water/"


def test_a_number_larger_than_any_database_can_hold_answers_404(client):
    assert client.get(f"/en/tags/{10**30}-x/").status_code == 404
    assert client.get(f"/en/news/{10**30}-x/").status_code == 404
    assert client.get(f"/a/{10**30}/").status_code == 404
