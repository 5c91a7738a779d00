"""Infographics: a picture, a text version and perhaps a table, in each language."""

import re

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from media_library.models import Infographic
from publishing import workflow
from publishing.languages import language_codes
from tests.builders import make_article, make_infographic, make_picture, make_superuser, publish
from tests.desk.forms import change_url, open_form, send

pytestmark = pytest.mark.django_db

TABLE = "<table><tbody><tr><th>District</th><th>Wells</th></tr><tr><td>North</td><td>40</td></tr></tbody></table>"


@pytest.fixture
def desk(client):
    client.force_login(make_superuser())
    return client


def read(client, article, language="en"):
    return client.get(article.editions.get(language=language).get_absolute_url()).content.decode()


def test_the_figures_stand_as_a_table_below_the_text_version(client):
    picture = make_picture(with_renditions=True)
    graphic = make_infographic(
        alternative_en=f"<p>Forty wells</p>{TABLE}", data_table_en=TABLE.replace("Wells", "Wells in 2025"),
        picture_en=picture,
    )  # fmt: skip
    page = read(client, publish(make_article(format="infographic", infographic=graphic), "en"))

    text, heading, table = (page.index(words) for words in ("Forty wells", "The figures as a table", "Wells in 2025"))
    assert text < heading < table
    assert page.count('role="region"') == 2


def test_without_figures_there_is_no_heading_for_them(client):
    page = read(client, publish(make_article(format="infographic", infographic=make_infographic()), "en"))
    assert "The figures as a table" not in page


@pytest.mark.parametrize("lacking", ["picture_tr", "alternative_tr"])
def test_an_infographic_without_picture_or_text_version_cannot_be_published_in_that_language(lacking):
    graphic = make_infographic()
    setattr(graphic, lacking, None)
    graphic.save()
    article = make_article(format="infographic", infographic=graphic)

    with pytest.raises(ValidationError):
        workflow.publish(article, language="tr", by=None)
    assert workflow.publish(article, language="en", by=None).is_public


def test_several_languages_may_share_a_picture(client):
    picture = make_picture(with_renditions=True)
    graphic = make_infographic(**{f"picture_{code}": picture for code in language_codes()})
    article = publish(make_article(format="infographic", infographic=graphic))
    for language in ("en", "ku"):
        assert picture.renditions.first().path.rpartition("/")[0] in read(client, article, language)


@pytest.mark.parametrize("words", ["<p>No table at all</p>", f"<p>Before</p>{TABLE}", TABLE + TABLE])
def test_the_field_for_figures_holds_one_table_and_nothing_else(desk, words):
    graphic = make_infographic()
    url = change_url(graphic)

    response = send(desk, url, open_form(desk, url), data_table_en=words)

    assert response.status_code == 200
    assert "One table belongs here, and nothing else." in response.content.decode()


def test_a_table_is_taken_although_the_editor_leaves_an_empty_line_behind_it(desk):
    graphic = make_infographic()
    url = change_url(graphic)
    assert send(desk, url, open_form(desk, url), data_table_en=f"{TABLE}<p></p>").status_code == 302
    graphic.refresh_from_db()
    assert "District" in graphic.data_table_en


def test_the_form_and_the_list_say_what_is_missing_in_which_language(desk):
    partial = make_infographic(name="Partial", alternative_tr="")
    Infographic.objects.filter(pk=partial.pk).update(picture_ku=None)
    make_infographic(name="Whole")

    form = desk.get(change_url(partial)).content.decode()
    assert '<b lang="ku" dir="auto">Kurdî</b>: no picture' in form
    assert '<b lang="tr" dir="auto">Türkçe</b>: no text version' in form
    url = reverse("admin:media_library_infographic_changelist")
    assert "no text version" in desk.get(url).content.decode()
    for language, found in {"en": set(), "tr": {"Partial"}, "ku": {"Partial"}}.items():
        page = desk.get(f"{url}?missing={language}").content.decode()
        assert set(re.findall(r'field-name"><a [^>]*>(\w+)</a>', page)) == found
