"""The page of a picture by keyboard alone, by pointer, without script, and for a screen reader, in two directions."""

import pytest

from media_library import workflow
from media_library.areas import Area
from tests.browser.looking import STAFF_WITH_IMPORTS, found_by_axe
from tests.builders import make_album, make_article, make_picture, make_staff, make_superuser, publish
from tests.desk.forms import change_url

POINT = "[data-point]"
NEWEST_AREA = "[data-handles] .area:last-child"


def hidden(picture):
    return [Area.of(redaction) for redaction in picture.redactions.all()]


def press(page, *keys):
    for key in keys:
        page.keyboard.press(key)


def save(page):
    """Saves by keyboard: the button is reached like any other."""
    page.focus("[name=_continue]")
    with page.expect_navigation():
        page.keyboard.press("Enter")


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_focal_point_follows_the_arrow_keys_where_they_point(open_page, sign_in, language):
    picture = make_picture(with_renditions=True)
    page = open_page()
    sign_in(page, make_superuser(interface_language=language))
    page.goto(change_url(picture))
    square = page.locator('[data-ratio="1"]')
    before = square.get_attribute("viewBox")
    page.focus(POINT)

    press(page, "Shift+ArrowRight", "Shift+ArrowRight", "ArrowLeft", "ArrowDown", "Shift+ArrowUp")

    assert (page.input_value("#id_focal_x"), page.input_value("#id_focal_y")) == ("69", "31")
    assert "69" in page.get_attribute(POINT, "aria-valuetext")
    assert square.get_attribute("viewBox") != before
    save(page)
    picture.refresh_from_db()
    assert (picture.focal_x, picture.focal_y) == (69, 31)
    # Its left edge would lie at 228 pixels, but the picture of 640 pixels ends before that square does.
    assert page.locator('[data-ratio="1"]').get_attribute("viewBox") == "213 0 427 427"


@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_part_is_hidden_and_shown_again_by_keyboard_alone(open_page, sign_in, language):
    picture = make_picture(with_renditions=True)
    page = open_page()
    sign_in(page, make_superuser(interface_language=language))
    page.goto(change_url(picture))

    page.focus("[name=stage-tool]:checked")
    press(page, "ArrowDown", "ArrowDown", "Tab", "Enter")
    press(page, "ArrowRight", "ArrowRight", "ArrowUp", "Shift+ArrowRight", "Shift+ArrowUp")
    save(page)
    assert hidden(picture) == [Area("ellipse", 42, 39, 21, 19)]

    page.focus(NEWEST_AREA)
    press(page, "Delete")
    assert page.evaluate("document.activeElement.matches('[data-point]')")
    save(page)
    assert hidden(picture) == []


def test_parts_are_drawn_moved_and_made_larger_with_the_pointer(open_page, sign_in):
    picture = make_picture(with_renditions=True)
    page = open_page(height=1200)
    sign_in(page, make_staff("reporter"))
    page.goto(change_url(picture))
    box = page.locator("[data-canvas]").bounding_box()

    def drag(*places):
        places = [(box["x"] + box["width"] * x / 100, box["y"] + box["height"] * y / 100) for x, y in places]
        page.mouse.move(*places[0])
        page.mouse.down()
        page.mouse.move(*places[1], steps=4)
        page.mouse.up()

    page.check("[value=rectangle]")
    drag((10, 10), (30, 40))
    drag((20, 20), (25, 30))  # moves it by 5 and 10
    drag((35, 50), (45, 60))  # its corner
    page.check("[value=point]")
    drag((80, 70), (80.4, 70.4))
    with page.expect_navigation():
        page.click("[name=_continue]")

    [area] = hidden(picture)
    assert (area.left, area.top, area.width, area.height) == pytest.approx((15, 20, 30, 40), abs=1)
    picture.refresh_from_db()
    assert (picture.focal_x, picture.focal_y) == (80, 70)
    # A reporter may hide more, but not show it again: nothing offers it.
    assert not page.is_visible(".area-form button")
    assert page.locator(".area-shape").count() == 1


@pytest.mark.parametrize("role", ["reporter", "editor"])
def test_a_part_that_was_drawn_and_not_saved_is_taken_back(open_page, sign_in, role):
    picture = make_picture(with_renditions=True)
    page = open_page()
    sign_in(page, make_staff(role))
    page.goto(change_url(picture))
    page.check("[value=rectangle]")
    # The first by key, the second and the third by button: the first stands in the row that the page came with.
    page.click("[data-add]")
    page.keyboard.press("Delete")
    assert page.locator(".area-shape").count() == 0
    page.click("[data-add]")
    page.click("[data-add]")
    assert page.locator(".area-shape").count() == 2
    for left in (1, 0):
        page.locator(".area-form:visible .area-remove button").first.click()
        assert page.locator(".area-shape").count() == left
    page.click("[data-add]")
    save(page)
    assert hidden(picture) == [Area("rectangle", 40, 40, 20, 20)]


def test_without_script_everything_is_done_by_numbers(open_page, sign_in):
    picture = make_picture(with_renditions=True)
    page = open_page(javascript=False)
    sign_in(page, make_superuser())
    page.goto(change_url(picture))
    page.fill("#id_focal_x", "10")
    for name, value in {"left": "5", "top": "6", "width": "7", "height": "8"}.items():
        page.fill(f"#id_areas-0-{name}", value)
    with page.expect_navigation():
        page.click("[name=_continue]")
    picture.refresh_from_db()
    assert picture.focal_x == 10
    assert hidden(picture) == [Area("rectangle", 5, 6, 7, 8)]
    page.check("#id_areas-0-DELETE")
    with page.expect_navigation():
        page.click("[name=_continue]")
    assert hidden(picture) == []


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_is_accessible_and_fits(open_page, sign_in, language, width, scheme):
    person = make_superuser(interface_language=language)
    picture = make_picture(with_renditions=True)
    publish(make_article(lead_picture=picture), "ar")
    make_album([picture])
    workflow.redact(picture, [Area("ellipse", 10, 10, 20, 20)], by=person)
    # axe adds style elements of its own to the page, which the policy would refuse.
    page = open_page(width=width, color_scheme=scheme, bypass_csp=True)
    sign_in(page, person)
    for address in (change_url(picture), change_url(picture).replace("/change/", "/delete/")):
        page.goto(address)
        page.wait_for_load_state("load")
        found = found_by_axe(page, options=STAFF_WITH_IMPORTS)
        assert not found, f"{address}\n{found}"
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
