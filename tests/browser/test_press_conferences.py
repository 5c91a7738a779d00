"""Press conferences as readers meet them, and the form in which they are announced."""

import pytest
from django.utils import translation

from tests.browser.looking import OVERFLOW, STAFF, found_by_axe
from tests.builders import (
    in_minutes,
    make_article,
    make_document,
    make_person,
    make_picture,
    make_press_conference,
    make_superuser,
    make_video,
    publish,
)
from tests.desk.forms import change_url

YOUTUBE = "https://www.youtube.com/watch?v=aqz-KE-bpKQ"


@pytest.fixture
def stories():
    """State → article: one that is announced, one that is live and one that is over."""
    speakers = [publish(make_person()), make_person(title_en="Sami Nasir")]
    shared = {"speakers": speakers, "documents": [make_document()], "stream_url": YOUTUBE}
    picture = make_picture(with_renditions=True)
    recording = make_video(poster=picture, transcript_en="<p>Words</p>", transcript_ar="<p>كلمات</p>")
    starts = {"announced": in_minutes(600), "live": in_minutes(-5), "over": in_minutes(-600)}
    conferences = {
        state: make_press_conference(starts_at=at, recording=recording, **shared) for state, at in starts.items()
    }
    return {
        state: publish(make_article(format="press_conference", press_conference=one, lead_picture=picture), "en", "ar")
        for state, one in conferences.items()
    }


def address(article, language):
    with translation.override(language):
        return article.editions.get(language=language).get_absolute_url()


@pytest.mark.parametrize("language", ["en", "ar"])
def test_without_script_it_is_followed_by_links_and_put_into_a_calendar(open_page, stories, language):
    page = open_page(width=390, javascript=False)
    page.goto(address(stories["announced"], language))
    assert page.locator("#conference").is_visible()
    link = page.locator('.box a[href$=".ics"]')
    with page.expect_download() as download:
        link.click()
    assert download.value.suggested_filename == f"press-conference-{stories['announced'].pk}.ics"
    for state, count in {"live": 1, "over": 1}.items():
        page.goto(address(stories[state], language))
        face = page.locator("a.face")
        assert face.count() == count
        assert face.get_attribute("href") == YOUTUBE
        assert page.evaluate(OVERFLOW) <= 0


@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (390, "dark"), (1280, "light"), (1280, "dark")])
def test_axe_finds_nothing_in_any_state(open_page, stories, width, scheme):
    page = open_page(width=width, color_scheme=scheme, bypass_csp=True)
    for language in ("en", "ar"):
        for state, article in stories.items():
            page.goto(address(article, language))
            found = found_by_axe(page)
            assert not found, f"{state} {language}\n{found}"


@pytest.mark.parametrize(("language", "width", "scheme"), [("en", 1280, "light"), ("ar", 390, "dark")])
def test_speakers_are_put_in_order_with_keys_and_axe_finds_nothing_in_the_form(
    open_page, sign_in, stories, language, width, scheme
):
    conference = stories["announced"].press_conference
    page = open_page(width=width, color_scheme=scheme, bypass_csp=True)
    sign_in(page, make_superuser(interface_language=language))
    page.goto(change_url(conference))
    found = found_by_axe(page, options=STAFF)
    assert not found, found
    assert page.evaluate(OVERFLOW) <= 0

    page.locator(".ordered-row").nth(1).locator("[data-move=earlier]").focus()
    page.keyboard.press("Alt+ArrowUp")
    page.click("[name=_continue]")
    page.wait_for_selector(".messagelist .success")

    assert [entry.person.title_en for entry in conference.speaker_entries.all()] == ["Sami Nasir", "Rima Bustan"]


@pytest.mark.parametrize(("language", "width", "scheme"), [("ar", 1280, "light"), ("en", 390, "dark")])
def test_axe_finds_nothing_in_the_form_and_the_list_of_documents(open_page, sign_in, language, width, scheme):
    document = make_document()
    page = open_page(width=width, color_scheme=scheme, bypass_csp=True)
    sign_in(page, make_superuser(interface_language=language))
    for url in (change_url(document), "/admin/media_library/document/", "/admin/media_library/infographic/"):
        page.goto(url)
        found = found_by_axe(page, options=STAFF)
        assert not found, f"{url}\n{found}"
