"""Kurmanji words, folded: which forms meet in one stem, and which words stay apart."""

import pytest

from search.analysis.kurmanji import STOP_WORDS, stem

pytestmark = pytest.mark.one_database

# One noun a row: bare, izafe, oblique, plural, indefinite.
MEET = [
    "jin jine jina jinen jinan jinek jineke",
    "civin civina civine civinen civinan civinek",
    "bajar bajare bajaren bajaran bajareki bajari bajer",
    "welat welate welati welaten welatiyan",
    "hilbijartin hilbijartina hilbijartine hilbijartinen hilbijartinan",
    "gel gele gelen gelan",
    "maf mafe mafen mafan",
    "mirov mirovi mirovan miroven mirovek",
    "xwendekar xwendekaren xwendekaran",
    "biryar biryara biryare biryaren biryaran",
    "herem herema hereme heremen hereman",
    "heval hevalen hevalan hevalno",
    # -an, -en and -ek that belong to the word
    "dibistan dibistana dibistane dibistanen dibistanan",
    "ziman zimane zimanen zimanan zimen",
    "rojnamevan rojnamevanen rojnamevanan",
    "destek desteka desteke",
    # nouns that end in a vowel
    "rojname rojnameya rojnameyen rojnameyan rojnameyek",
    "mamoste mamosteye mamosteyen mamosteyan",
    "nexwesxane nexwesxaneya nexwesxaneye nexwesxaneyen",
    "saredari saredariya saredariye saredariyen saredariyan",
    "azadi azadiya azadiye azadiyen",
    "parti partiya partiye partiyen partiyan",
    "ode oda odeye odeyen",
    # places
    "kurdistan kurdistane kurdistana",
    "suriye suriyeye suriya suriyaye",
    "tirkiye tirkiyeye tirkiyeya",
    "kobane kobani kobaniye",
    "heseke hesekeye",
    "serekani serekaniye",
    "qamislo qamisloye qamisloya",
    "rojava rojavaye rojavaya",
    # more, most
    "mezin mezintir mezintirin mestir",
]

APART = [
    ("gel", "gelek"),
    ("azad", "azadi"),
    ("saredar", "saredari"),
    ("reveber", "reveberi"),
    ("kurd", "kurdi"),
    ("kurd", "kurdistan"),
    ("dest", "destek"),
    ("jin", "jiyan"),
    ("gul", "gulan"),
    ("bar", "baran"),
    ("ser", "sereke"),
    ("ser", "serekani"),
    ("hes", "heseke"),
    ("sur", "suriye"),
    ("roj", "rojname"),
    ("roj", "rojava"),
    ("welat", "welatparez"),
    ("xwede", "xwedi"),
    ("deri", "derman"),
    ("cil", "cile"),
]

SHORT_AND_STRANGE = ["a", "e", "an", "ek", "yek", "2024", "aaaa", "istan", "yeye", "z" * 41, "yan" * 20_000]


@pytest.mark.parametrize("forms", MEET, ids=lambda forms: forms.split()[0])
def test_the_forms_of_a_noun_meet(forms):
    assert {stem(form) for form in forms.split()} == {stem(forms.split()[0])}


@pytest.mark.parametrize(("one", "other"), APART)
def test_different_words_stay_apart(one, other):
    assert stem(one) != stem(other)


@pytest.mark.parametrize("word", ["jin", "civin", "bajar", "hilbijartin", "gel", "mirov", "kurdistan", "ziman"])
def test_a_bare_word_stays_as_it_is(word):
    assert stem(word) == word


@pytest.mark.parametrize("word", SHORT_AND_STRANGE, ids=lambda word: word[:12])
def test_any_word_has_a_stem(word):
    assert stem(word)


def test_a_stem_is_its_own_stem():
    stems = {stem(form) for forms in MEET for form in forms.split()}
    assert {stem(one) for one in stems} == stems


def test_stop_words_are_folded():
    assert all(word.isascii() and word.islower() for word in STOP_WORDS)
