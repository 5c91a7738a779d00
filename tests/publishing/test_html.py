"""Only what the editor makes is ever stored."""

import json
from pathlib import Path

import html5lib
import pytest
from django.core.exceptions import ValidationError

from articles.models import Article
from publishing.html import ATTRIBUTES, TAGS, clean_html, forbidden_links, plain_text
from tests.builders import make_article

# Collected by others, beside the project on some machines; the project's own strings are tried everywhere.
COLLECTED_ATTACKS = Path(__file__).resolve().parents[3] / "shared" / "fixtures" / "security" / "xss_payloads.json"
OWN_ATTACKS = [
    "<script>steal()</script>",
    "<ScRiPt src=//evil.example></sCrIpT>",
    '<p onerror="steal()">a</p>',
    "<p><a href=' java\tscript:steal()'>a</a></p>",
    '<svg><script href="data:,steal()"/></svg>',
    "<iframe srcdoc='<script>steal()</script>'></iframe>",
    "<style>@import '//evil.example';</style>",
    '<form action="//evil.example"><object data="x"></object></form>',
]


@pytest.mark.parametrize(
    "html",
    [
        "<p>Text with <strong>weight</strong> and <em>stress</em>.</p>",
        '<h2>Two</h2><ul><li><p>One</p></li></ul><ol start="3"><li>Three</li></ol>',
        '<p><a href="https://example.org/a?b=c">out</a> <a href="/en/about/">in</a> <a href="#p2">down</a></p>',
        '<table><tbody><tr><th colspan="2" scope="col">x</th><td>y</td></tr></tbody></table>',
        '<figure><img src="/media/x.jpg" alt="A field" data-file="12"><figcaption>Caption</figcaption></figure>',
        "<p>می‌خواهم \u2067عربي\u2069 ئازادی İstanbul ılık Kurdî êîûçş</p>",
    ],
)
def test_what_the_editor_makes_comes_out_unharmed(html):
    assert clean_html(html) == html


@pytest.mark.parametrize(
    ("html", "cleaned"),
    [
        ('<p onclick="x()">a</p>', "<p>a</p>"),
        ("<script>alert(1)</script><p>a</p>", "<p>a</p>"),
        ('<p><a href="javascript:alert(1)">a</a></p>', "<p><a>a</a></p>"),
        ('<p><a href="//evil.example">a</a></p>', "<p><a>a</a></p>"),
        ('<p><a href="/\\evil.example">a</a></p>', "<p><a>a</a></p>"),
        ('<img src="https://evil.example/x.gif" data-file="1">', '<img data-file="1">'),
        ('<p>a</p><img src="/media/x.jpg">', "<p>a</p>"),
        ('<p style="color:red" class="x" id="y">a</p>', "<p>a</p>"),
        ("<h1>a</h1><svg><p>b</p></svg>", "a<p>b</p>"),
        ("<p></p>", ""),
        ("<p>&nbsp;</p>", ""),
    ],
)
def test_what_the_editor_does_not_make_is_taken_away(html, cleaned):
    assert clean_html(html) == cleaned


def test_cleaning_twice_changes_nothing_more():
    once = clean_html('<p onclick="x">a &amp; b<br><a href="https://x.org/?a=1&amp;b=2">c</a></p>')
    assert clean_html(once) == once


def test_of_the_attack_strings_nothing_stays_but_what_the_editor_makes():
    collected = json.loads(COLLECTED_ATTACKS.read_text()) if COLLECTED_ATTACKS.exists() else []
    for attack in [*OWN_ATTACKS, *collected]:
        try:
            cleaned = clean_html(attack)
        except ValidationError:
            continue
        for element in html5lib.parseFragment(cleaned, namespaceHTMLElements=False).iter():
            assert element.tag == "DOCUMENT_FRAGMENT" or element.tag in TAGS, (attack, cleaned)
            assert set(element.attrib) <= ATTRIBUTES.get(element.tag, set()), (attack, cleaned)
            assert not forbidden_links(cleaned), (attack, cleaned)
            assert element.get("src", "/").startswith("/"), (attack, cleaned)


@pytest.mark.django_db
def test_every_way_into_the_database_is_cleaned():
    article = make_article(title_en="x", body_en='<p onclick="x()">a</p>')
    assert Article.objects.get(pk=article.pk).body_en == "<p>a</p>"


def test_too_long_and_too_deep_are_refused_before_cleaning(settings):
    settings.NEWSROOM_HTML_MAX_LENGTH = 100
    with pytest.raises(ValidationError, match="too long"):
        clean_html("<p>" + "a" * 100)
    settings.NEWSROOM_HTML_MAX_LENGTH = 10_000_000
    with pytest.raises(ValidationError, match="nested too deeply"):
        clean_html("<ul><li>" * 50_000)


def test_forbidden_links_are_named():
    assert forbidden_links('<a href="ftp://x">a</a><a href="https://x">b</a>') == ["ftp://x"]


def test_plain_text_keeps_words_apart():
    assert plain_text("<p>One</p><p>two<br>three</p>") == "One two three"
