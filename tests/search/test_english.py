"""English words, folded: which forms meet in one stem, and which words stay apart."""

import pytest

from search.analysis.english import STOP_WORDS, stem

pytestmark = pytest.mark.one_database

MEET = [
    "election elections elected electing",
    "council councils",
    "city cities",
    "autonomous autonomously",
    "administration administrations administrative",
    "displaced displacement displacing",
    "attack attacks attacked attacking",
    # irregular ones
    "woman women",
    "man men",
    "child children",
    "life lives",
    "say says said saying",
    "hold holds held holding",
    "die dies died dying",
    "flee flees fled fleeing",
    # British and American
    "organisation organization organisations organized organise",
    "neighbour neighbor neighbours neighboring",
    "centre center centres",
    "labour labor",
]

APART = [
    ("news", "new"),
    ("women", "men"),
    ("party", "part"),
    ("army", "arm"),
    ("university", "universe"),
    ("general", "generation"),
    ("international", "internal"),
    ("kurdish", "kurdistan"),
    ("state", "status"),
    ("left", "leaf"),
    ("hour", "hor"),
    ("crisis", "cry"),
]

SHORT_AND_STRANGE = ["a", "s", "ing", "2024", "b52", "yyyy", "people", "z" * 41, "ing" * 20_000]


@pytest.mark.parametrize("forms", MEET, ids=lambda forms: forms.split()[0])
def test_the_forms_of_a_word_meet(forms):
    assert {stem(form) for form in forms.split()} == {stem(forms.split()[0])}


@pytest.mark.parametrize(("one", "other"), APART)
def test_different_words_stay_apart(one, other):
    assert stem(one) != stem(other)


@pytest.mark.parametrize("word", SHORT_AND_STRANGE, ids=lambda word: word[:12])
def test_any_word_has_a_stem(word):
    assert stem(word)


def test_stop_words_are_folded():
    assert all(word.isascii() and word.islower() for word in STOP_WORDS)
