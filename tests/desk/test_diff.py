"""What changed between two texts, word by word."""

import re

from django.utils import translation
from django.utils.html import strip_tags

from desk.diff import word_difference


def changes(html):
    """The difference without what only screen readers are told and without marks of direction."""
    return re.sub('<span class="visually-hidden"[^>]*>[^<]*</span>|[\u2066\u2069]', "", html)


def notes(html):
    return re.findall(r"<small[^>]*>([^<]*)</small>", changes(html))


def test_words_that_came_and_went_are_marked_in_their_place():
    shown = changes(word_difference("Water returns to the east", "Water returns today to the west"))

    assert shown == "Water returns <ins>today</ins> to the <del>east</del> <ins>west</ins>"


def test_one_line_of_plain_text_stands_without_an_element_and_lines_stand_apart():
    assert changes(word_difference("Old", "New")) == "<del>Old</del> <ins>New</ins>"
    assert word_difference("Same", "Same") == "Same"
    assert word_difference("", "") == ""
    assert word_difference(None, None) == ""
    assert changes(word_difference("One\n\nTwo", "One\r\n\r\nThree")) == (
        '<p class="difference-p">One</p><p class="difference-p"><del>Two</del></p>'
        '<p class="difference-p"><ins>Three</ins></p>'
    )


def test_what_was_typed_is_escaped_and_a_bracket_in_a_title_is_no_element():
    assert changes(word_difference("a < b", "a < c & <d>")) == ("a &lt; <del>b</del> <ins>c &amp; &lt;d&gt;</ins>")
    shown = word_difference("<p>a</p>", "<p>a &lt;script&gt;alert(1)&lt;/script&gt;</p>")
    assert "<script>" not in shown
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown


def test_arabic_words_keep_their_letters_marks_and_punctuation():
    before = "<p>عادتِ المياهُ، أمسِ، إلى الحيّ؟</p>"
    after = "<p>عادتِ المياهُ، اليومَ، إلى الحيِّ؟</p>"

    shown = changes(word_difference(before, after))

    assert shown == (
        '<p class="difference-p">عادتِ المياهُ، <del>أمسِ،</del> <ins>اليومَ،</ins> إلى'
        " <del>الحيّ؟</del> <ins>الحيِّ؟</ins></p>"
    )


def test_a_screen_reader_says_what_was_added_and_removed_in_the_language_of_the_page():
    with translation.override("tr"):
        shown = word_difference("أول", "ثان")

    assert '<del><span class="visually-hidden" lang="tr">' in shown
    assert '<ins><span class="visually-hidden" lang="tr">' in shown
    assert "removed: أول" in strip_tags(word_difference("أول", "ثان"))


def test_paragraphs_headings_and_list_entries_stay_apart():
    before = "<h2>Water</h2><p>It runs.</p><ul><li><p>one</p></li><li><p>two</p></li></ul>"
    after = "<h2>Water</h2><p>It runs again.</p><ul><li><p>one</p></li></ul>"

    assert changes(word_difference(before, after)) == (
        '<p class="difference-h2">Water</p><p class="difference-p">It <del>runs.</del> <ins>runs again.</ins></p>'
        '<p class="difference-li">one</p><p class="difference-li"><del>two</del></p>'
    )


def test_a_new_paragraph_before_a_changed_one_does_not_mix_the_two():
    before = "<p>The pumping station in the east runs again since Monday.</p>"
    after = "<p>Schools open.</p><p>The pumping station in the east runs again since Tuesday.</p>"

    assert changes(word_difference(before, after)) == (
        '<p class="difference-p"><ins>Schools open.</ins></p>'
        '<p class="difference-p">The pumping station in the east runs again since'
        " <del>Monday.</del> <ins>Tuesday.</ins></p>"
    )


def test_a_heading_that_became_a_paragraph_is_named():
    shown = word_difference("<h2>Water returns</h2>", "<p>Water returns</p>")

    assert notes(shown) == ["changed from “heading” to “paragraph”"]
    assert "<ins>" not in shown


def test_pictures_that_came_and_went_are_named_by_number_and_others_are_shown():
    picture = '<figure><img src="/m/%d.jpg" alt="A well" data-file="%d"></figure>'
    before = "<p>Text</p>" + picture % (12, 12) + picture % (7, 7)
    after = "<p>Text</p>" + picture % (7, 7) + picture % (8, 8)

    shown = word_difference(before, after)

    assert notes(shown) == ["picture no. 12 removed", "picture no. 8 added"]
    assert '<p class="difference-img">picture no. 7 A well</p>' in shown


def test_a_link_that_leads_elsewhere_is_a_change():
    before = '<p>See <a href="https://old.example/">the report</a>.</p>'
    after = '<p>See <a href="https://new.example/?a=1&amp;b=2">the report</a>.</p>'

    shown = word_difference(before, after)

    assert notes(shown) == ["link removed: https://old.example/", "link added: https://new.example/?a=1&amp;b=2"]
    assert "See the report." in shown


def test_a_word_that_is_half_bold_is_one_word_and_bold_alone_is_said():
    shown = word_difference("<p>Waterworks</p>", "<p>Water<strong>works</strong></p>")

    assert "Waterworks" in shown
    assert notes(shown) == ["Only the formatting differs."]
    assert notes(word_difference("<p>Waterworks</p>", "<p>Waterworks</p>")) == []


def test_an_emptied_text_is_all_gone():
    assert changes(word_difference("<p>One</p><hr><p>Two</p>", "")).count("<del>") == 2
    assert notes(word_difference("<p>One</p><hr>", "")) == ["dividing line removed"]


def test_a_text_of_twenty_thousand_words_is_compared_whether_in_many_paragraphs_or_in_one():
    words = [f"word{number * 7919 % 900}" for number in range(20_000)]
    changed = [*words[:9_000], "here", *words[9_000:15_000], *words[15_001:]]

    for length in (50, 1_000, 20_000):
        before, after = (
            "".join(f"<p>{' '.join(text[start : start + length])}</p>" for start in range(0, len(text), length))
            for text in (words, changed)
        )
        assert "<ins>here" in changes(word_difference(before, after))
