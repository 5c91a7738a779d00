"""Sections: their addresses, and what would break them."""

import pytest
from django.core.exceptions import ValidationError

from articles.models import Category
from tests.builders import make_article, make_category, publish

pytestmark = pytest.mark.django_db


def test_an_address_holds_the_words_of_all_sections_above():
    news = make_category(name_en="News", name_ku="Nûçe")
    local = make_category(name_en="Local news", name_ku="Nûçeyên herêmî", parent=news)
    assert (local.path_en, local.path_ku) == ("news/local-news", "nuce/nuceyen-heremi")


def test_renaming_a_section_moves_the_sections_below_it():
    news = make_category(name_en="News")
    local = make_category(name_en="Local", parent=news)
    news.name_en = "Reports"
    news.save()
    assert Category.objects.get(pk=local.pk).path_en == "reports/local"


def test_a_section_without_a_name_has_no_page_in_that_language(client):
    section = make_category(name_tr="")
    assert section.get_absolute_url("tr") is None


def test_two_sections_never_share_an_address():
    make_category(name_en="News")
    with pytest.raises(ValidationError) as refusal:
        Category(name_en="News").full_clean()
    assert "slug_en" in refusal.value.error_dict


def test_a_section_takes_no_word_of_the_site_itself():
    with pytest.raises(ValidationError) as refusal:
        Category(name_en="People").full_clean()
    assert "slug_en" in refusal.value.error_dict


def test_no_section_takes_the_address_of_a_feed():
    with pytest.raises(ValidationError) as refusal:
        Category(name_en="Feed", parent=make_category(name_en="News")).full_clean()
    assert refusal.value.message_dict["slug_en"] == [
        "The address “news/feed” belongs to the site itself. Write other words."
    ]


def test_a_section_keeps_its_name_while_a_section_below_it_has_public_articles():
    news = make_category()
    publish(make_article(category=make_category(parent=news)), "ar")
    news.name_ar = ""
    with pytest.raises(ValidationError) as refusal:
        news.full_clean()
    assert "name_ar" in refusal.value.error_dict


def test_a_section_with_public_articles_keeps_its_name():
    article = publish(make_article(), "ar")
    article.category.name_ar = ""
    with pytest.raises(ValidationError) as refusal:
        article.category.full_clean()
    assert "name_ar" in refusal.value.error_dict
