"""Made-up articles in the database: what is written past the workflow must be what the workflow would have written."""

import pytest
from django.urls import reverse

from articles.models import Article, ArticleEdition, ArticleVersion
from benchmarks import fill, pages
from benchmarks.corpus import MEDIA, SECTIONS, Corpus
from delivery.models import MostRead
from publishing.html import summary
from tests.builders import make_article, make_body, make_category, publish

pytestmark = pytest.mark.django_db

COUNT, LANGUAGES = 60, ["en", "ar"]


@pytest.fixture(scope="module")
def corpus():
    return Corpus(seed=1, languages=LANGUAGES)


@pytest.fixture
def filled(corpus):
    for key in [*SECTIONS, *(section for section, _share in MEDIA.values())]:
        make_category(slug_en=key)
    articles = fill.Articles(corpus, fill.make_scenery())
    for name, rows in articles.rows(1, range(COUNT)).items():
        articles.tables[name].write(rows)
    fill.restart_numbers()
    return corpus


def test_readers_get_what_publishing_would_have_given_them(filled):
    for edition in ArticleEdition.objects.select_related("item", "live"):
        version = edition.live
        frozen = edition.item.frozen_values(edition.language)
        assert {name: getattr(version, name) for name in frozen} == frozen
        for name, rows in edition.item.frozen_relations(edition.language).items():
            assert set(getattr(version, name).all()) == set(rows)
        assert version.summary == summary(version.body)
        assert (edition.category, edition.format) == (version.category, version.format)
        assert (edition.state, edition.has_unpublished_changes) == (edition.current_state, False)


def test_articles_are_published_in_their_languages_with_their_dates(filled):
    assert ArticleEdition.objects.published_in_any_language().count() == COUNT * len(LANGUAGES)
    moments = ArticleEdition.objects.published(language="ar").order_by("item_id").values_list("publish_at", flat=True)
    assert list(moments) == [article.moment for article in filled.articles(COUNT)]


def test_what_is_written_afterwards_gets_numbers_of_its_own(filled):
    later = publish(make_article(), "en")
    assert later.pk > COUNT
    assert ArticleVersion.objects.latest("pk").edition.item == later


def test_a_database_that_holds_something_is_refused():
    make_article()
    with pytest.raises(SystemExit, match="DATABASE_URL"):
        fill.require_empty()


def test_what_is_read_most_is_there(filled):
    fill.count_readings(LANGUAGES)
    newest = ArticleEdition.objects.published(language="en").newest_first()[0]
    assert MostRead.objects.filter(language="en").order_by("-count")[0].item_id == newest.item_id


def test_every_type_of_page_is_found_and_answers(filled):
    publish(make_body(kind="assembly"))
    found = pages.addresses(tail=30)
    assert [page for page, addresses in found.items() if not addresses] == ["search"]
    assert 10 < len(found["long-tail"]) <= 30
    assert found["home"] == [reverse("pages:home")]
    assert pages.queries_of(found["section-500"])["queries"] > 0
    assert Article.objects.count() == COUNT


def test_a_page_that_does_not_answer_cannot_be_measured():
    with pytest.raises(SystemExit, match="/en/nothing/ answered 404"):
        pages.count_queries("/en/nothing/")
