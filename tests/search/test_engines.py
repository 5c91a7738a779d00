"""
What every engine must do, whatever it is.

The engine of the database that the tests run on, OpenSearch against a server that speaks its language, and against a
real one if OPENSEARCH_URL is set.
"""

import os
from datetime import timedelta

import pytest
from django.utils import timezone

from search.engines import Row, TooSlow, local_engine, month_mark
from search.engines.opensearch import OpenSearchEngine
from search.models import number_at
from search.query import Query, Words

pytestmark = pytest.mark.django_db


ENGINES = ["of_the_database", "fake_opensearch"]
if "OPENSEARCH_URL" in os.environ:
    ENGINES.append("real_opensearch")


@pytest.fixture
def of_the_database():
    return local_engine()


@pytest.fixture
def fake_opensearch(opensearch):
    return OpenSearchEngine()


@pytest.fixture
def real_opensearch(use_opensearch):
    use_opensearch(os.environ["OPENSEARCH_URL"], prefix="newsroom-test")
    return OpenSearchEngine()


@pytest.fixture(params=ENGINES)
def engine(request):
    engine = request.getfixturevalue(request.param)
    engine.prepare()
    engine.clear("ar")
    engine.clear("en")
    engine.write(
        "en",
        [
            Row(10, "_year_2024 _ water return _ the water council of rojava"),
            Row(20, "_year_2025 _ council meet _ bread and water"),
            Row(30, "_year_2025 _ bread price _ wheat"),
            Row(-5, "_year_1963 _ old water"),
        ],
    )
    return engine


def words(*stems, prefix=False):
    return Words(stems, prefix)


def found(engine, *groups, unwanted=(), marks=(), **bounds):
    query = Query(tuple(tuple(group) for group in groups), tuple(unwanted), tuple(marks))
    return engine.find("en", query, **{"limit": 10} | bounds)


def test_the_newest_stand_first(engine):
    assert found(engine, [words("water")]) == [20, 10, -5]
    assert found(engine, [words("water")], limit=1) == [20]


def test_every_group_must_be_there(engine):
    assert found(engine, [words("water")], [words("council")]) == [20, 10]
    assert found(engine, [words("water")], [words("wheat")]) == []


def test_one_of_a_group_is_enough(engine):
    assert found(engine, [words("wheat"), words("return")]) == [30, 10]


def test_words_of_a_phrase_stand_together_and_in_one_text(engine):
    assert found(engine, [words("water", "council")]) == [10]
    assert found(engine, [words("return", "the")]) == []
    assert found(engine, [words("of", "rojava")]) == [10]


def test_a_prefix_is_enough_where_it_is_asked_for(engine):
    assert found(engine, [words("wh", prefix=True)]) == [30]
    assert found(engine, [words("wh")]) == []
    assert found(engine, [words("bread", "pri", prefix=True)]) == [30]


def test_what_is_not_wanted_is_left_out(engine):
    assert found(engine, [words("water")], unwanted=[words("bread")]) == [10, -5]
    assert found(engine, [words("water")], unwanted=[words("water", "council"), words("old")]) == [20]


def test_marks_narrow_it_and_are_no_words(engine):
    assert found(engine, [words("water")], marks=[("_year_2025",)]) == [20]
    assert found(engine, [words("water")], marks=[("_year_2025", "_year_1963")]) == [20, -5]
    assert found(engine, [words("year")]) == []
    assert found(engine, [words("2025")]) == []


def test_only_what_is_older_or_newer_than_something(engine):
    assert found(engine, [words("water")], below=20) == [10, -5]
    assert found(engine, [words("water")], above=-5) == [20, 10]


def test_what_is_written_again_takes_the_place_of_what_was_there(engine):
    engine.write("en", [Row(10, "_year_2024 _ electricity")])
    assert found(engine, [words("electricity")]) == [10]
    assert found(engine, [words("return")]) == []


def test_what_is_removed_is_not_found(engine):
    engine.remove("en", [10, 999])
    assert found(engine, [words("water")]) == [20, -5]
    engine.clear("en")
    assert found(engine, [words("water")]) == []


def test_languages_have_nothing_to_do_with_one_another(engine):
    assert engine.find("ar", Query(((words("water"),),)), limit=10) == []


def test_it_says_what_it_holds(engine):
    assert engine.numbers("en", above=-(2**63), upto=2**63 - 1, limit=10) == [-5, 10, 20, 30]
    assert engine.numbers("en", above=-5, upto=20, limit=10) == [10, 20]
    assert engine.numbers("en", above=-5, upto=20, limit=1) == [10]


@pytest.mark.parametrize("word", ["ماء", "ئاو", "кофе", "水", "ş", "0", "and", "or", "not", "near", "title"])
def test_words_of_any_script_are_words_and_no_operators(engine, word):
    engine.write("en", [Row(40, f"_ {word} x")])
    assert found(engine, [words(word)], [words("x")]) == [40]
    assert found(engine, [words("x")], unwanted=[words(word)]) == []


def test_long_texts_and_words_that_stand_everywhere_are_no_problem(engine):
    engine.write(
        "en", [Row(50, " ".join(["same"] * 20_000 + ["last"])), Row(51, " ".join(f"w{n}" for n in range(20_000)))]
    )
    assert found(engine, [words("same")]) == [50]
    assert found(engine, [words("w19999")]) == [51]


def test_what_takes_too_long_is_ended(engine):
    engine.write(
        "en", [Row(number, "_ " + " ".join(f"w{number}x{n}" for n in range(300))) for number in range(100, 400)]
    )
    with pytest.raises(TooSlow), engine.limited(0.0001):
        for _again in range(200):
            found(engine, [words("w", prefix=True)], [words("w1", prefix=True)], [words("w2", prefix=True)])
    assert found(engine, [words("water")]) == [20, 10, -5]


def test_of_a_common_word_the_newest_are_found_whatever_months_they_are_of(engine, monkeypatch):
    """PostgreSQL asks the newest months first."""
    monkeypatch.setattr("search.engines.postgres._SPANS", (2, 4))
    moments = [timezone.now() - timedelta(days=20 * number) for number in range(12)]
    numbers = [number_at(moment) for moment in moments]
    engine.clear("en")
    engine.write(
        "en",
        [
            Row(number, f"{month_mark(moment)} _ water {'rare' if place in (1, 11) else ''}".strip())
            for place, (number, moment) in enumerate(zip(numbers, moments, strict=True))
        ],
    )
    assert found(engine, [words("water")], limit=3) == numbers[:3]
    assert found(engine, [words("water")], limit=8) == numbers[:8]
    assert found(engine, [words("water")], limit=20) == numbers
    assert found(engine, [words("water")], limit=3, below=numbers[4]) == numbers[5:8]
    assert found(engine, [words("rare")], limit=2) == [numbers[1], numbers[11]]


def test_several_languages_are_asked_at_once_as_each_would_be_alone(of_the_database, monkeypatch):
    """PostgreSQL asks the newest months of all that have not enough yet, then more."""
    monkeypatch.setattr("search.engines.postgres._SPANS", (2, 4))
    moments = [timezone.now() - timedelta(days=20 * number) for number in range(12)]
    numbers = [number_at(moment) for moment in moments]
    of_the_database.prepare()
    for index, rare in (("en", range(12)), ("ar", (0, 3, 11)), ("tr", ()), ("ku", (5,))):
        of_the_database.clear(index)
        texts = [f"{month_mark(moment)} _ {'water' if place in rare else '_'}" for place, moment in enumerate(moments)]
        of_the_database.write(index, [Row(*row) for row in zip(numbers, texts, strict=True)])
    queries = {index: Query(((words("water"),),)) for index in ("en", "ar", "tr", "ku")}
    for limit in (1, 2, 3, 20):
        alone = {index: of_the_database.find(index, query, limit=limit) for index, query in queries.items()}
        assert dict(of_the_database.find_each(queries, limit=limit)) == alone
    assert alone == {"en": numbers, "ar": [numbers[0], numbers[3], numbers[11]], "tr": [], "ku": [numbers[5]]}
    assert dict(of_the_database.find_each({}, limit=1)) == {}
