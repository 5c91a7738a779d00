"""Stored HTML as readers get it."""

import pytest

from media_library.pictures import load_pictures
from media_library.templatetags.media_library_tags import prose, prose_index
from publishing.html import clean_html
from tests.builders import make_picture

IMAGE = '<img data-file="{pk}" src="/media/x.jpg" alt="A &lt;b&gt; well">'
FIGURE = f"<figure>{IMAGE}<figcaption>The well</figcaption></figure>"


def dressed(html, pictures=None):
    return prose(clean_html(html), pictures or {})


@pytest.mark.django_db
def test_a_picture_in_the_text_gets_all_its_files_and_keeps_its_words():
    picture = make_picture(with_renditions=True)
    html = dressed(FIGURE.format(pk=picture.pk), load_pictures([picture.pk]))
    assert '<source type="image/avif"' in html
    assert 'alt="A &lt;b&gt; well"' in html
    assert "<figcaption>The well</figcaption>" in html
    assert "data-file" not in html


@pytest.mark.django_db
def test_a_picture_without_files_leaves_its_words_and_no_broken_image():
    picture = make_picture()
    html = dressed(FIGURE.format(pk=picture.pk), load_pictures([picture.pk]))
    assert html == "<figure><figcaption>The well</figcaption></figure>"
    assert (
        dressed(f"<figure>{IMAGE.format(pk=7)}</figure>")
        == "<figure><figcaption>A &lt;b&gt; well</figcaption></figure>"
    )


def test_a_paragraph_that_is_only_a_video_link_becomes_a_face_that_loads_nothing():
    html = dressed('<p><a href="https://youtu.be/aqz-KE-bpKQ">The speech &amp; the answers</a></p>')
    assert 'data-embed="https://www.youtube-nocookie.com/embed/aqz-KE-bpKQ?autoplay=1"' in html
    assert 'href="https://youtu.be/aqz-KE-bpKQ"' in html
    assert 'data-title="The speech &amp; the answers"' in html
    assert "<iframe" not in html


@pytest.mark.parametrize(
    "html",
    [
        '<p>See <a href="https://youtu.be/aqz-KE-bpKQ">the speech</a></p>',
        '<p><a href="https://example.org/aqz-KE-bpKQ">The speech</a></p>',
    ],
)
def test_other_links_stay_links(html):
    assert dressed(html) == html


def test_a_table_scrolls_in_a_region_of_its_own_and_each_region_has_its_own_name():
    table = "<table><tbody><tr><td>1</td></tr></tbody></table>"
    html = dressed(table + table)
    assert '<div class="scroll" role="region" tabindex="0" aria-label="Table 1"><table>' in html
    assert 'aria-label="Table 2"' in html


def test_headings_never_skip_a_level():
    assert dressed("<h3>First</h3><h2>Second</h2><h3>Third</h3>") == "<h2>First</h2><h2>Second</h2><h3>Third</h3>"


def test_only_a_long_text_has_an_index():
    assert prose_index("<h2>One</h2>" * 5) == []
    long_text = "<h2>Water &amp; bread</h2>" * 6
    assert prose_index(long_text)[0] == ("h1", "Water & bread")
    assert '<h2 id="h6">' in dressed(long_text)


def test_what_was_taken_away_on_the_way_in_does_not_come_back():
    html = dressed('<p onclick="x()">Text<script>alert(1)</script></p><img src="https://elsewhere.example/x.png">')
    assert html == "<p>Text</p>"
