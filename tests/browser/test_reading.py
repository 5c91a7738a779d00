"""The public pages as readers meet them: small screens, keyboards, screen readers, no script."""

import pytest

from publishing.languages import language_codes
from tests.browser.looking import look_at, too_wide
from tests.contracts.site import Site

# Text at twice its size, as a reader sets it in the browser.
LARGE_TEXT = "document.documentElement.style.fontSize = '200%'"


@pytest.mark.parametrize("language", language_codes())
def test_every_page_type_is_accessible_and_fits_in_every_look(open_page, language):
    page = open_page(bypass_csp=True)
    problems = []
    for address in Site().addresses(language).values():
        problems += look_at(page, address, widths=(320, 640, 834))
        page.set_viewport_size({"width": 390, "height": 900})
        page.evaluate(LARGE_TEXT)
        problems += too_wide(page, f"{address} with large text")
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize("opened", ["#menu", "#p2"])
def test_axe_finds_nothing_in_the_open_menu_and_lightbox(open_page, opened):
    page = open_page(bypass_csp=True)
    problems = look_at(page, Site().addresses("en")["gallery"] + opened)
    assert not problems, "\n".join(problems)


def test_without_script_the_menu_opens_and_closes(open_page):
    page = open_page(width=390, javascript=False)
    page.goto(Site().addresses("en")["home"])
    page.click("text=Menu")
    assert page.locator("#menu .shut").is_visible()
    page.click("#menu .shut")
    assert not page.locator("#menu .shut").is_visible()


def test_without_script_three_photos_are_seen_one_after_another(open_page):
    page = open_page(javascript=False)
    page.goto(Site().addresses("en")["gallery"])
    page.click("#g1")
    for number in (1, 2, 3):
        assert page.locator(f"#p{number} img").is_visible()
        assert not page.locator("main h1").is_visible()
        page.click(f"#p{number} [rel=next]")
    page.click("#p4 .shut")
    assert page.locator("main h1").is_visible()


def test_in_the_lightbox_keys_follow_the_reading_direction(open_page):
    page = open_page()
    page.goto(Site().addresses("ar")["gallery"] + "#p1")
    page.keyboard.press("ArrowLeft")
    page.wait_for_url("**#p2")
    page.keyboard.press("ArrowRight")
    page.wait_for_url("**#p1")
    page.keyboard.press("Escape")
    page.wait_for_url("**#g1")
    assert page.evaluate("document.activeElement.id") == "g1"


def test_a_video_loads_only_when_the_reader_asks(open_page):
    page = open_page()
    # The host is not there: what matters is that it is not asked before the click.
    page.context.route("https://www.youtube-nocookie.com/**", lambda route: route.fulfill(body="<p>player</p>"))
    page.goto(Site().addresses("en")["video"])
    assert page.locator("iframe").count() == 0
    assert "youtube.com" in page.get_attribute("a[data-embed]", "href")


def test_members_are_found_with_and_without_script(open_page):
    site = Site()
    address = site.addresses("ar")["assembly"]
    for javascript in (True, False):
        page = open_page(javascript=javascript)
        page.goto(address)
        page.fill("[name=q]", "لا أحد بهذا الاسم")
        page.keyboard.press("Enter")
        page.wait_for_selector(".none", state="visible")
        assert page.locator(".group li:visible").count() == 0
        # With a vowel sign that the name does not have.
        page.fill("[name=q]", "ريمَا")
        page.keyboard.press("Enter")
        page.wait_for_selector(".group li", state="visible")


def test_the_skip_link_comes_first(open_page):
    page = open_page()
    page.goto(Site().addresses("en")["article"])
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


@pytest.mark.parametrize("by", ["component", "committee"])
def test_with_script_members_are_filtered_by_component_and_counted_once(open_page, by):
    site = Site()
    page = open_page()
    page.goto(f"{site.addresses('en')['assembly']}?by={by}")
    page.select_option("[name=component]", index=1)
    assert page.locator(".group li:visible").count() == 3
    assert page.inner_text("#count") == "Members shown: 3"


def test_in_the_open_lightbox_tab_visits_its_own_links_alone(open_page):
    page = open_page()
    page.goto(Site().addresses("en")["gallery"] + "#p2")
    visited = set()
    for _press in range(8):
        page.keyboard.press("Tab")
        visited.add(page.evaluate("document.activeElement.closest('.lb')?.id || document.activeElement.tagName"))
    assert visited <= {"p2", "BODY"}


def test_with_script_the_short_address_is_copied(open_page):
    page = open_page(permissions=["clipboard-read", "clipboard-write"])
    site = Site()
    page.goto(site.addresses("en")["article"])
    # Where the device has a sheet for sharing, that one opens.
    page.evaluate("navigator.share = undefined")
    page.click("[data-share]")
    page.wait_for_selector("#said:not(:empty)")
    assert page.inner_text("#said") == "Address copied"
    assert f"/a/{site.article.pk}/" in page.get_attribute("[data-share]", "data-share")
