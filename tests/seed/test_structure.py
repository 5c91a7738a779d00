import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from articles.models import Category
from coalition.models import Body, BodyEdition
from pages.models import MenuItem, Page, PageEdition, SiteSettings
from pages.seed.structure import seed_structure
from publishing import workflow
from publishing.languages import language_codes
from tests.seed.rows import all_rows

pytestmark = pytest.mark.django_db


@pytest.fixture
def reported():
    return []


@pytest.fixture
def seed(content, reported):
    return lambda: seed_structure(content, reported.append)


def section(key):
    return Category.objects.get(slug_en=key)


def test_seed_structure_makes_what_the_file_says(seed):
    seed()
    assert SiteSettings.load().name_ku == "Hevpeymanî"
    assert section("local-news").parent == section("news")
    assert section("local-news").path_ar == "أخبار/أخبار-محلية"
    assert section("press-releases").layout == "press"
    assert Body.objects.get(slug_en="finance").parent.slug_en == "committees"
    assert list(MenuItem.objects.filter(parent=None, menu="main").values_list("category__slug_en", "place")) == [
        ("news", ""),
        (None, "structure"),
    ]
    assert MenuItem.objects.get(label_en="Money").parent.label_en == "About us"


def test_sections_of_the_home_page_are_marked(seed):
    seed()
    assert set(Category.objects.filter(is_on_home=True).values_list("slug_en", flat=True)) == {"press-releases", "news"}


@pytest.mark.parametrize(("edition_model", "count"), [(PageEdition, 2), (BodyEdition, 4)])
def test_pages_and_bodies_are_published_in_every_language(seed, edition_model, count):
    seed()
    for code in language_codes():
        assert edition_model.objects.published(language=code, at=timezone.now()).count() == count


def test_published_page_has_no_changes_that_wait(seed):
    seed()
    assert not any(edition.has_unpublished_changes for edition in PageEdition.objects.all())


def test_seed_structure_again_changes_nothing(seed):
    seed()
    before = all_rows()
    seed()
    assert all_rows() == before


def test_seed_structure_again_keeps_what_staff_changed(seed):
    seed()
    news = section("local-news")
    news.name_en, news.name_ar, news.parent = "Around us", "حولنا", None
    news.save()
    page = Page.objects.get(slug_en="goals")
    page.title_en, page.slug_en = "Our aims", "our-aims"
    page.save()
    workflow.publish(page, language="en", by=None)
    MenuItem.objects.filter(parent__isnull=False).delete()
    SiteSettings.objects.update(name_en="Another name")
    before = all_rows()
    seed()
    assert all_rows() == before


def test_section_whose_address_is_taken_is_left_out_and_told(seed, reported):
    Category.objects.create(name_ar="أخبار")
    seed()
    assert not Category.objects.filter(slug_en="news").exists()
    assert any("left out “news”" in line for line in reported)
    assert any("left out “local-news”: there is no section “news” any more" in line for line in reported)


def test_page_whose_address_is_taken_is_left_out_whole(seed, reported):
    Category.objects.create(name_tr="Hakkımızda")
    seed()
    assert not Page.objects.exists()
    assert any("left out “about”" in line for line in reported)


def test_seed_structure_uses_the_real_content_without_leaving_anything_out(capsys):
    call_command("seed_structure")
    output = capsys.readouterr().out
    assert "settings new; 13 sections, 9 pages, 33 bodies, 36 menu entries and 4 topics of messages new" in output
    assert "left out" not in output


def test_seed_structure_command_names_the_file_that_is_wrong(tmp_path):
    with pytest.raises(CommandError, match="structure.toml"):
        call_command("seed_structure", content=tmp_path)
