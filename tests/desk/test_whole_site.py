"""What is no single text's: names of tags and bylines by language; the home page and its like for the whole site."""

import pytest

from articles.models import Article
from pages.models import HomeSlot, SiteSettings
from tests.builders import make_article, make_byline, make_category, make_staff, make_tag, publish
from tests.desk.forms import open_form, send

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("make", "address"), [(make_tag, "publishing/tag"), (make_byline, "articles/byline")])
def test_somebody_limited_to_a_language_changes_the_names_in_it_alone(client, make, address):
    row = make()
    english = row.name_en
    client.force_login(make_staff("reporter", language="tr"))
    url = f"/admin/{address}/{row.pk}/change/"

    assert send(client, url, open_form(client, url), name_tr="Yeni ad", name_en="forged").status_code == 302

    row.refresh_from_db()
    assert (row.name_tr, row.name_en) == ("Yeni ad", english)


def test_the_form_says_what_of_it_is_open(client):
    client.force_login(make_staff("reporter", language="tr"))
    page = client.get(f"/admin/publishing/tag/{make_tag().pk}/change/").content.decode()
    assert "You may change the words in Türkçe" in page


def test_an_admin_changes_all_settings_of_the_site(client):
    settings = SiteSettings.load()
    client.force_login(make_staff("admin"))
    url = f"/admin/pages/sitesettings/{settings.pk}/change/"

    sent = {"press_email": "press@example.org", "name_en": "Coalition", "name_ar": "الائتلاف"}
    assert send(client, url, open_form(client, url), **sent).status_code == 302

    settings.refresh_from_db()
    assert (settings.press_email, settings.name_ar) == ("press@example.org", "الائتلاف")


def test_the_home_page_of_a_language_is_chosen_by_those_who_edit_in_it(client):
    article = publish(make_article())
    client.force_login(make_staff("editor", language="tr"))
    arabic = HomeSlot.objects.create(language="ar", position=1, article=article)
    url = "/admin/pages/homeslot/add/"

    assert client.post(url, {"language": "tr", "position": 1, "article": article.pk}).status_code == 302
    assert client.post(url, {"language": "ar", "position": 2, "article": article.pk}).status_code == 200
    assert client.post(f"/admin/pages/homeslot/{arabic.pk}/delete/", {"post": "yes"}).status_code == 403
    moved = {"language": "tr", "position": 2, "article": article.pk}
    assert client.post(f"/admin/pages/homeslot/{arabic.pk}/change/", moved).status_code == 403

    assert sorted(HomeSlot.objects.values_list("language", flat=True)) == ["ar", "tr"]


@pytest.mark.parametrize(
    "address",
    [
        "pages/homeslot",
        "pages/breakingline",
        "pages/page",
        "coalition/body",
        "coalition/person",
        "coalition/representative",
    ],
)
def test_what_stands_for_the_whole_site_is_not_for_somebody_with_one_section(client, address):
    client.force_login(make_staff("editor", category=make_category()))
    assert client.get(f"/admin/{address}/add/").status_code == 403
    client.force_login(make_staff("editor", language="tr"))
    assert client.get(f"/admin/{address}/add/").status_code == 200


def test_deleting_in_bulk_leaves_the_home_pages_of_other_languages_alone(client):
    article = publish(make_article())
    slots = [HomeSlot.objects.create(language=code, position=1, article=article) for code in ("ar", "tr")]
    client.force_login(make_staff("editor", language="tr"))

    client.post(
        "/admin/pages/homeslot/",
        {"action": "delete_selected", "_selected_action": [slot.pk for slot in slots], "post": "yes"},
    )

    assert HomeSlot.objects.filter(language="ar").exists()
    assert Article.objects.exists()
