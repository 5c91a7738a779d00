"""What a reader searched for is marked in titles and passages as it was written there."""

import pytest

from search import highlight
from search.highlight import LENGTH, Found
from search.query import parse

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


def marked(text, typed, language="en"):
    pieces = Found(parse(typed, language), language).pieces(text)
    return "".join(f"[{piece}]" if found else piece for piece, found in pieces)


@pytest.mark.parametrize(
    ("language", "typed", "text", "expected"),
    [
        ("en", "pump", "The pump, the “Pumps”; no pumpkin.", "The [pump], the “[Pumps]”; no pumpkin."),
        ("en", "pump", "pump", "[pump]"),
        ("en", "pump", "re-pump pump/pump (pump)", "re-[pump] [pump]/[pump] ([pump])"),
        ("en", "water", "_water_ and fire_water", "_[water]_ and fire_[water]"),
        ("en", "minister", "The minister’s and ministers' words", "The [minister’s] and [ministers]' words"),
        ("en", "water pump", "A pump for water.", "A [pump] for [water]."),
        ("en", "the", "The then, the", "[The] then, [the]"),
        ("en", '"water pump"', "Water; a water pump, pump", "Water; a [water] [pump], pump"),
        ("en", '"water pump" repaired', "Repaired: the water\npump.", "[Repaired]: the [water]\n[pump]."),
        ("tr", "İstanbul", "İstanbul’da; İstanbul'un", "[İstanbul’da]; [İstanbul'un]"),
        ("ar", "المدرسة", "في المدرسةِ والمدرسة.", "في [المدرسةِ] [والمدرسة]."),
    ],
)
def test_words_are_marked_with_what_is_attached_to_them(language, typed, text, expected):
    assert marked(text, typed, language) == expected


def test_nothing_is_marked_where_nothing_was_found():
    assert marked("The bridge is open.", "pump") == "The bridge is open."


def test_a_passage_begins_shortly_before_what_was_found_and_ends_with_its_paragraph():
    text = f"{'far away ' * 40}\nBefore it. The pump works.\nNext {'and on ' * 40}"
    passage = Found(parse("pump", "en"), "en").passage(text)
    assert passage == [("… ", False), ("Before it. The ", False), ("pump", True), (" works.", False), (" …", False)]


def test_a_passage_is_where_most_of_the_words_stand():
    text = f"One pump. {'far away ' * 60} water for the pump"
    passage = Found(parse("water pump", "en"), "en").passage(text)
    assert [piece for piece, found in passage if found] == ["water", "pump"]
    assert len("".join(piece for piece, _found in passage)) <= LENGTH + 4


@pytest.mark.parametrize("text", ["", " ", "x" * 60_000, "pump" * 20_000, "a_" * 20_000, "pump-" * 20_000])
def test_texts_that_are_no_sentences_are_looked_through_all_the_same(text):
    for typed in ("pump", "a", '"pump pump"'):
        Found(parse(typed, "en"), "en").passage(text)


def test_many_words_with_the_same_piece_are_marked_in_one_look_through_the_text(monkeypatch):
    text = " ".join(f"2026-{number:05}" for number in range(3000))
    looked_through = []
    words = highlight._WORD

    class Words:
        def finditer(self, text):
            looked_through.append(len(text))
            return words.finditer(text)

    monkeypatch.setattr(highlight, "_WORD", Words())
    assert marked(text, "2026").count("[2026]-") == 3000
    assert looked_through == [len(text)]
