"""Playlists and recordings in a browser: with and without script, and put into order by keyboard alone."""

import pytest

from tests.builders import make_article, make_playlist, make_recording, make_superuser, make_video, publish


def playlist_of(*titles):
    videos = [
        make_video(name=title, title_en=title, title_ar=title, url=f"https://vimeo.com/100{number}")
        for number, title in enumerate(titles, start=1)
    ]
    return make_playlist(*videos)


def address_of(article, language="en"):
    return article.editions.get(language=language).get_absolute_url()


def test_without_script_a_playlist_is_gone_through_link_by_link(open_page):
    page = open_page(width=390, javascript=False)
    page.goto(
        address_of(publish(make_article(format="playlist", playlist=playlist_of("Sowing", "Growing", "Harvest"))))
    )
    for number in (2, 3):
        page.click("a[rel=next]")
        assert page.locator(f"text=Video {number} of 3").is_visible()
    assert page.locator("a[rel=next]").count() == 0
    page.click("text=Sowing")
    assert page.locator("text=Video 1 of 3").is_visible()
    assert page.get_attribute("a.face", "href") == "https://vimeo.com/1001"


def test_a_frame_is_loaded_when_the_reader_asks_and_has_the_focus(chromium, live_server):
    address = address_of(publish(make_article(format="playlist", playlist=playlist_of("Sowing", "Growing"))))
    context = chromium.new_context(base_url=live_server.url)
    asked = []
    context.route(
        "https://player.vimeo.com/**", lambda route: (asked.append(route.request.url), route.fulfill(body=""))
    )
    page = context.new_page()
    page.goto(address)
    page.wait_for_load_state("networkidle")
    assert asked == []
    page.click("a.face")
    page.wait_for_selector("iframe")
    assert page.get_attribute("iframe", "title") == "Sowing"
    assert page.evaluate("document.activeElement.tagName") == "IFRAME"
    page.wait_for_timeout(200)
    assert asked == ["https://player.vimeo.com/video/1001?dnt=1&autoplay=1"]
    context.close()


@pytest.mark.parametrize(("medium", "mime_type"), [("video", "video/mp4"), ("audio", "audio/mpeg")])
def test_nothing_of_a_recording_is_loaded_before_the_reader_asks(open_page, medium, mime_type):
    recording = make_recording(medium=medium, mime_type=mime_type)
    page = open_page()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address_of(publish(make_article(format="video", video=recording))))
    page.wait_for_load_state("networkidle")
    assert page.locator(medium).is_visible()
    assert not [url for url in asked if recording.path in url]


@pytest.mark.parametrize("language", ["en", "ar"])
def test_videos_are_put_into_order_by_keyboard_alone(open_page, sign_in, language):
    playlist = playlist_of("Sowing", "Growing", "Harvest")
    page = open_page(locale=language, expect_errors=True)
    sign_in(page, make_superuser())
    page.goto(f"/admin/media_library/playlist/{playlist.pk}/change/")
    page.locator("[data-name=Harvest] [data-move=earlier]").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.locator("[data-name=Sowing] [data-move=later]").focus()
    page.keyboard.press("Alt+End")
    page.locator("[name=_save]").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/admin/media_library/playlist/")
    names = playlist.entries.values_list("video__name", flat=True)
    assert list(names) == ["Harvest", "Growing", "Sowing"]


def test_a_video_without_a_picture_shows_its_button_beside_its_words(open_page):
    link = "https://vimeo.com/1001"
    body = f'<p>Before.</p><p><a href="{link}">{link}</a></p>'
    article = publish(make_article(title_en="Harvest", body_en=body), "en")
    page = open_page(width=390)
    page.goto(address_of(article))
    button, words = page.locator(".face svg").bounding_box(), page.locator(".face span").bounding_box()
    assert words["x"] >= button["x"] + button["width"]
    assert page.locator(".face").bounding_box()["height"] >= 44
