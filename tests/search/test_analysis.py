"""Folding and words: what is the same however it is written, and where it stands."""

import random

import pytest

from search import analysis
from search.analysis import LONGEST_WORD, Token, analyse, fold, stem

pytestmark = pytest.mark.one_database

LANGUAGES = ["en", "ar", "tr", "ku"]


def words(text, language):
    return [token.word for token in analyse(text, language)]


@pytest.mark.parametrize(
    ("language", "text", "folded"),
    [
        ("ar", "أحمد إدلب آذار ٱلشام", "احمد ادلب اذار الشام"),
        ("ar", "مُظَاهَرَة مســـاء", "مظاهره مسا"),
        ("ar", "مستشفى مسؤول شاطئ", "مستشفي مسوول شاطي"),
        ("ar", "شيء قراءة ماء جاء", "شي قراه ماء جاء"),
        ("ar", "کوباني كوبانی", "كوباني كوباني"),
        ("ar", "روژآفا پاريس ڤيينا چيا", "روجافا باريس فيينا جيا"),
        ("ar", "عام ٢٠٢٤ ۱۲", "عام 2024 12"),
        ("ar", "ﷲ ﻻ", "الله لا"),
        ("ar", "كوفيد\u200c-١٩\u200f", "كوفيد-19"),
        ("ku", "ڕۆژ گوڵ شێر ھەڵە هه\u200cڵه", "روژ گول شير ههله ههله"),
        ("ku", "ئازادی ژیان چیا پەیام گەل", "ازادي ژيان چيا پهيام گهل"),
        ("ku", "Şêrîn û Çiya, Kobanê", "serin u ciya, kobane"),
        ("tr", "İSTANBUL Isparta ılık ÇĞÜŞÖ", "istanbul isparta ilik cguso"),
        ("en", "İSTANBUL Isparta ılık", "istanbul isparta ilik"),
        ("en", "Straße Æsir Øre Đakovo Łódź café", "strasse aesir ore dakovo lodz cafe"),
        ("en", "ﬁnal ２４ m²", "final 24 m2"),
        ("en", "Raʾs al-ʿAyn", "ras al-ayn"),
        ("en", "Türkiye’nin Türkiyeʼnin Türkiye`nin Türkiye´nin", "turkiye'nin turkiye'nin turkiye'nin turkiye'nin"),
        ("en", "e\u0301te\u0301 co\u00adoperate", "ete cooperate"),
        ("en", "Йошкар ПЁТР", "йошкар пётр"),
    ],
)
def test_folding_makes_one_of_what_people_write_one_for_another(language, text, folded):
    assert fold(text, language) == folded


@pytest.mark.parametrize("language", LANGUAGES)
def test_folding_twice_changes_nothing_more(language):
    letters = [
        chr(code) for code in (*range(0x250), *range(0x300, 0x370), *range(0x600, 0x700), *range(0x1100, 0x1200))
    ]
    chance = random.Random(7)  # noqa: S311
    for text in [*map(chr, range(0x3000)), *("".join(chance.choices(letters, k=5)) for _number in range(5000))]:
        folded = fold(text, language)
        assert fold(folded, language) == folded, ascii(text)


@pytest.mark.parametrize(
    ("language", "text", "found"),
    [
        ("tr", "Türkiye'nin 2011’de Kur'an O'Neill'in", ["turkiye", "2011", "kuran", "oneill"]),
        ("ku", "Amed'ê, DYA’yê Qur'an", ["amed", "dya", "quran"]),
        ("en", "government's O’Neill, d'Hondt don't Sana'a", ["government", "oneill", "dhondt", "dont", "sanaa"]),
        ("en", "the 'quoted' James'", ["the", "quoted", "james"]),
        ("ar", "باب'نا Amed'ê", ["باب", "نا", "amed", "e"]),
        ("en", "a_b-c/d e.g. #tag @name", ["a", "b", "c", "d", "e", "g", "tag", "name"]),
        ("ar", "ـ ً ــ", []),
        ("en", "… ?! \u200b\u200f '", []),
        ("ar", "ﷺ", ["صلي", "الله", "عليه", "وسلم"]),
    ],
)
def test_words_are_letters_and_digits(language, text, found):
    assert words(text, language) == found


def test_a_token_says_where_it_stands_in_the_text_as_it_was_given():
    text = "\u202bSu\u0308leyman,\u202c  Türkiye'nin\u200f"

    first, second = analyse(text, "tr")

    assert text[first.start : first.end] == "Su\u0308leyman"
    assert text[second.start :].startswith("Türkiye'nin")
    assert (first.word, second.word) == ("suleyman", "turkiye")


def test_what_one_sign_stands_for_stands_in_one_place():
    assert [(token.start, token.end) for token in analyse("ب ﷺ", "ar")] == [(0, 1), *[(2, 3)] * 4]


def test_a_long_word_is_cut():
    (token,) = analyse("x" * 500, "en")

    assert (token.start, token.end, token.word) == (0, 500, "x" * LONGEST_WORD)


@pytest.mark.parametrize(
    ("language", "word", "expected"),
    [
        ("ar", "القرارات", "قرار"),
        ("en", "القرارات", "قرار"),
        ("tr", "القرارات", "قرار"),
        ("ku", "شارهكان", "شار"),
        ("ar", "governments", "governments"),
        ("en", "governments", stem("government", "en")),
        ("en", "2011", "2011"),
        ("tr", "городами", "городами"),
    ],
)
def test_script_and_language_choose_the_stemmer(language, word, expected):
    assert stem(word, language) == expected


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "piece",
    [
        "ـ", "\u0316\u0301", "a\u0316\u0301", "\u0e38\u0e48", "😀", "a\u200d", "\u200d", "\ud800", "\0", "\u202e", "a'",
        "'", "ﷺ", "ء", "_", "و", "ال", "هم", "NEAR(", '"', "*", "ï", "ات", "ler", "ên",
    ],
    ids=range(25),
)  # fmt: skip
def test_whatever_is_typed_is_read(piece, language):
    text = piece * (50_000 // len(piece))

    tokens = analyse(text, language)
    for token in tokens:
        assert isinstance(token, Token)
        assert 0 <= token.start < token.end <= len(text)
        assert 0 < len(token.word) <= LONGEST_WORD
        assert token.word.isalnum()
        assert token.stem.isalnum()
    assert analysis.stems(text, language) == [token.stem for token in tokens]
    assert [word for _run, word, _is_stop in analysis.words(text, language)] == [token.word for token in tokens]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_query_meets_the_text_that_it_was_copied_from(language):
    text = "Şoreşa Rojava’yê — İstanbul'da 12 kişi; the Governments’ plan: «وبالقراراتِ» ڕۆژنامەکان"

    for token in analyse(text, language):
        assert token.stem in [again.stem for again in analyse(text[token.start : token.end], language)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_alone_and_stems_alone_are_those_of_the_tokens(language):
    text = "Rojava’yê — İstanbul'da\t12 kişi;\u00a0x_y Governments’ «وبالقراراتِ» می\u200cخواهم ڕۆژنامەکان ﷺ"

    tokens, plain = analyse(text, language), text.replace("_", " ")
    assert analysis.stems(text, language) == [token.stem for token in tokens]
    assert analysis.words(text, language) == [(plain[one.start : one.end], one.word, one.is_stop) for one in tokens]
