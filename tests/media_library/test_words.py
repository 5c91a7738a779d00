"""Finding pictures by words, in four languages and two scripts."""

import pytest
from django.core.management import call_command

from media_library import words
from media_library.models import Picture, PictureWord
from tests.builders import make_picture, make_tag

pytestmark = pytest.mark.django_db


def found(text):
    return set(words.search(Picture.objects.all(), text))


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("İstanbul ISPARTA ılık", ["istanbul", "isparta", "ilik"]),
        ("Çocuklar, Şam'da", ["cocuklar", "sam", "da"]),
        ("Azadî û Jiyan", ["azadi", "u", "jiyan"]),
        ("مُظَاهَرَة", ["مظاهره"]),
        ("أحمد إدلب آذار ٱلشام", ["احمد", "ادلب", "اذار", "الشام"]),
        ("مستشفى مسؤول شاطئ سماء", ["مستشفي", "مسوول", "شاطي", "سما"]),
        ("مـــاء", ["ما"]),
        ("عام ٢٠٢٤ ۱۲", ["عام", "2024", "12"]),
        ("Straße ﬁnal ２４", ["strasse", "final", "24"]),
        ("a_b-c/d", ["a", "b", "c", "d"]),
        ("x" * 50, ["x" * 40]),
        ("…!?", []),
    ],
)
def test_a_word_is_the_same_however_it_is_written(text, folded):
    assert words.fold(text) == folded


def test_a_picture_is_found_by_its_words_in_any_language():
    picture = make_picture(
        name="IMG_1234",
        title_en="Olive harvest",
        alt_text_ar="نساء يقطفن الزيتون",
        caption_tr="İdlib'de zeytin hasadı",
        credit_ku="Wêne: Şêrîn",
    )
    make_picture(title_en="Town hall")

    for text in ("olive", "HARV", "img", "نِسَاء", "idlib", "wene serin", "olive نساء zeytin"):
        assert found(text) == {picture}, text


def test_the_arabic_article_makes_no_difference():
    with_article, without = make_picture(caption_ar="موسم الزيتون"), make_picture(caption_ar="زيتون وماء")
    after_a_letter = make_picture(caption_ar="والزيتون هنا")

    assert found("زيتون") == found("الزيتون") == {with_article, without, after_a_letter}


def test_every_word_must_begin_a_word():
    both = make_picture(title_en="Olive trees")
    make_picture(title_en="Olive oil")

    assert found("tre oli") == {both}
    assert found("live") == set()


def test_a_picture_is_found_by_the_names_of_its_tags():
    picture = make_picture()
    picture.tags.add(make_tag(name_en="Water", name_ar="المياه"))
    words.index(picture)

    assert found("water") == found("مياه") == {picture}


def test_indexing_again_changes_only_what_changed():
    picture = make_picture(title_en="Olive harvest")
    kept = dict(PictureWord.objects.filter(picture=picture).values_list("word", "pk"))
    picture.title_en = "Olive trees"
    picture.save()

    words.index(picture)

    now = dict(PictureWord.objects.filter(picture=picture).values_list("word", "pk"))
    assert kept.keys() - now.keys() == {"harvest"}
    assert now.keys() - kept.keys() == {"trees"}
    assert all(now[word] == kept[word] for word in now.keys() & kept.keys())


@pytest.mark.parametrize("text", ["%", "_", "'; --", "\x00", "*", "ab\x00c", "\u202e", "\ud800", "🌊", "( OR", " "])
def test_odd_text_finds_nothing_and_breaks_nothing(text):
    make_picture(name="Water", **{f"alt_text_{code}": "" for code in ("en", "ar", "tr", "ku")})

    assert found(text) == set()


def test_very_long_text_is_cut():
    picture = make_picture(title_en=" ".join(f"word{number}" for number in range(15)))

    assert found("word " * 10_000) == {picture}
    assert len(words.terms_of(" ".join(map(str, range(100))))) == words.MAX_TERMS


def test_common_and_rare_words_give_the_same_answer(monkeypatch):
    olive, other = make_picture(title_en="Olive field"), make_picture(title_en="Olive oil")
    by_default = found("olive"), found("olive fie")

    monkeypatch.setattr(words, "MANY", 0)
    assert (found("olive"), found("olive fie")) == by_default == ({olive, other}, {olive})
    monkeypatch.setattr(words, "MANY", 1)
    assert found("olive fie") == {olive}


def test_the_command_indexes_what_has_no_words_and_can_go_on():
    pictures = [make_picture(title_en="Olive") for _number in range(3)]
    PictureWord.objects.filter(picture__in=pictures[1:]).delete()

    call_command("index_pictures", verbosity=0)
    assert found("olive") == set(pictures)

    pictures[0].title_en = "Lemon"
    pictures[0].save()
    call_command("index_pictures", all=True)
    assert found("lemon") == {pictures[0]}
    assert found("olive") == set(pictures[1:])
