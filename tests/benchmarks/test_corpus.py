"""The made-up articles that performance is measured with."""

import json
from collections import Counter

import pytest

from articles.models import Article
from articles.transfer.format import check_of_lines, read_header
from benchmarks import corpus as corpora
from benchmarks.corpus import LANGUAGES, Corpus, records
from publishing.html import clean_html

pytestmark = pytest.mark.one_database

FIRST = 60


@pytest.fixture(scope="module")
def corpus():
    return Corpus(seed=1)


def test_an_article_depends_on_its_number_and_not_on_what_came_before(corpus):
    assert list(corpus.articles(3, start=40)) == [corpus.article(number) for number in (40, 41, 42)]


def test_an_article_is_the_same_in_a_corpus_of_fewer_languages(corpus):
    alone = Corpus(seed=1, languages=["ku"]).article(7)
    assert alone.texts == {"ku": corpus.article(7).texts["ku"]}
    assert (alone.moment, alone.tags) == (corpus.article(7).moment, corpus.article(7).tags)


def test_another_seed_makes_other_articles(corpus):
    other = Corpus(seed=2, languages=["en"]).article(7)
    assert other.texts["en"] != corpus.article(7).texts["en"]
    assert other.moment != corpus.article(7).moment


def test_articles_are_spread_over_the_years_however_few_they_are(corpus):
    years = Counter(article.moment.year for article in corpus.articles(FIRST))
    assert min(years.values()) >= 2
    assert len(years) >= 15


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_are_as_common_as_words_are(corpus, language):
    bodies = " ".join(article.texts[language].body for article in corpus.articles(FIRST))
    ordered = [times for _word, times in Counter(bodies.split()).most_common()]
    assert 5 < ordered[0] / ordered[9] < 20
    # Half of all different words stand there once, as in any text.
    assert 0.4 < sum(times == 1 for times in ordered) / len(ordered) < 0.8


def test_texts_are_what_the_editor_would_store(corpus):
    for article in corpus.articles(FIRST):
        for text in article.texts.values():
            assert clean_html(text.body) == text.body
            for name in ("title", "standfirst", "dateline"):
                assert 0 < len(getattr(text, name)) <= Article._meta.get_field(name).max_length


def test_turkish_sentences_begin_with_a_dotted_capital(corpus):
    assert corpora.capital("ile", "tr") == "İle"
    assert corpora.capital("in", "en") == "In"


def test_a_file_of_articles_is_one_that_can_be_imported(corpus):
    header, *lines = [json.loads(json.dumps(record)) for record in records(FIRST, corpus)]
    assert read_header(json.dumps(header)) == FIRST == len(lines)
    for line in lines:
        check_of_lines()(line)
