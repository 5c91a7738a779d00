"""The media library with the keyboard alone, in two directions; the picker; and without script."""

from contextlib import suppress
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Error

from articles.models import Article
from media_library.models import Collection, Picture
from tests.browser.looking import STAFF, found_by_axe
from tests.builders import make_article, make_picture, make_staff, make_superuser, make_tag
from tests.desk.forms import change_url

LIBRARY = reverse("admin:media_library_picture_changelist")
PICKER = reverse("admin:media_library_picture_pick")
IDS = "?ids={}"


def tab_to(page, selector):
    """Presses Tab until the element has the focus."""
    for _press in range(80):
        if page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab never came to {selector}")


def press(page, *keys):
    for key in keys:
        page.keyboard.press(key)


def press_and_wait(page, key):
    with page.expect_navigation():
        page.keyboard.press(key)


def focused(page):
    """The name of the picture that has the focus."""
    return page.evaluate("document.activeElement.querySelector('.tile-name')?.textContent")


def shown(page):
    return page.locator(".tile-name").all_text_contents()


def make_pictures(*names, **facts):
    """Pictures in this order, the first one the newest."""
    now = timezone.now()
    return [
        make_picture(name=name, created_at=now - number * timedelta(hours=1), **facts)
        for number, name in enumerate(names)
    ]


# The key that leads on, and the one that leads back.
@pytest.mark.parametrize(
    ("language", "on", "back"), [("en", "ArrowRight", "ArrowLeft"), ("ar", "ArrowLeft", "ArrowRight")]
)
def test_searching_moving_and_opening_with_the_keyboard(open_page, sign_in, language, on, back):
    make_pictures(*(f"olive {number:02}" for number in range(12)))
    make_picture(name="harbour")
    page = open_page()
    sign_in(page, make_superuser(interface_language=language))
    page.goto(LIBRARY)

    press(page, "/")
    page.keyboard.type("oliv")
    press_and_wait(page, "Enter")
    press(page, "/", "ArrowDown")

    assert len(shown(page)) == 12
    assert focused(page) == "olive 00"
    press(page, on, on)
    assert focused(page) == "olive 02"
    press(page, back)
    assert focused(page) == "olive 01"
    press(page, "ArrowDown")
    below = focused(page)
    columns = int(below.split()[1]) - 1
    assert columns > 1
    press(page, "ArrowUp", "ArrowUp")
    assert focused(page) == "olive 01"
    press(page, "End")
    assert focused(page) == "olive 11"
    press(page, "Home")
    press_and_wait(page, "Enter")
    assert "/change/" in page.url


@pytest.mark.parametrize("language", ["en", "ar"])
def test_filtering_with_the_keyboard(open_page, sign_in, language):
    water = make_tag(name_en="Water", name_ar="مياه")
    make_picture(name="pipes").tags.add(water)
    make_picture(name="hall").tags.add(make_tag(name_en="Hall", name_ar="قاعة"))
    page = open_page()
    sign_in(page, make_superuser(interface_language=language))
    page.goto(LIBRARY)

    tab_to(page, "#id_tag")
    while page.input_value("#id_tag") != str(water.pk):
        press(page, "ArrowDown")
    tab_to(page, ".library-fields button")
    press_and_wait(page, "Enter")

    assert shown(page) == ["pipes"]
    assert page.url.endswith(f"?tag={water.pk}")
    tab_to(page, ".library-chips a")
    press_and_wait(page, "Enter")
    assert len(shown(page)) == 2


@pytest.mark.parametrize(("language", "on"), [("en", "ArrowRight"), ("ar", "ArrowLeft")])
def test_choosing_for_an_article_with_the_keyboard(open_page, sign_in, language, on):
    first, second = make_pictures("olive one", "olive two", with_renditions=True, alt_text_tr="")
    for picture, days in [(first, 1), (second, 2)]:
        Picture.objects.filter(pk=picture.pk).update(last_used_at=timezone.now() - timedelta(days=days))
    make_picture(name="harbour")
    article = make_article()
    page = open_page()
    sign_in(page, make_superuser(interface_language=language))
    page.goto(change_url(article) + "#tr")
    page.focus(".shared [data-choose]")

    with page.expect_popup() as popup:
        press(page, "Enter")
    picker = popup.value
    picker.wait_for_load_state()
    press(picker, "/")
    picker.keyboard.type("olive")
    press_and_wait(picker, "Enter")
    # The one that was used last comes first, and both lack words in the language that is being written.
    assert shown(picker) == ["olive one", "olive two"]
    assert picker.locator(".is-here").count() == 2
    press(picker, "/", "ArrowDown", on)
    assert focused(picker) == "olive two"
    # The window is gone before the key is up.
    with picker.expect_event("close"), suppress(Error):
        press(picker, "Enter")

    assert page.input_value("[name=lead_picture]") == str(second.pk)
    assert page.is_visible("text=olive two")
    with page.expect_navigation():
        page.click("[name=_save]")
    assert Article.objects.get(pk=article.pk).lead_picture == second


@pytest.mark.parametrize(("language", "on"), [("en", "ArrowRight"), ("ar", "ArrowLeft")])
def test_describing_several_with_the_keyboard(open_page, sign_in, language, on):
    first, second, third = make_pictures("one", "two", "three")
    page = open_page()
    sign_in(page, make_superuser(interface_language=language))
    page.goto(LIBRARY)

    tab_to(page, "[data-tile]")
    press(page, "Space", on, on, "Shift+Space", "Space")
    assert page.locator("[data-pick]:checked").count() == 2
    tab_to(page, "[formaction*=describe]")
    press_and_wait(page, "Enter")
    for number, picture in enumerate((first, second)):
        tab_to(page, f"[name='{picture.pk}-alt_text_{language}']")
        press(page, "Control+a")
        page.keyboard.type(f"New words {number}")
    tab_to(page, "[type=submit].default")
    press_and_wait(page, "Enter")

    texts = Picture.objects.order_by("-created_at").values_list(f"alt_text_{language}", flat=True)
    assert list(texts)[:2] == ["New words 0", "New words 1"]
    assert list(texts)[2] == third.text_in("alt_text", language)
    assert page.url.endswith(LIBRARY)


def test_a_range_is_selected_with_the_mouse(open_page, sign_in):
    make_pictures("one", "two", "three", "four")
    page = open_page()
    sign_in(page, make_superuser())
    page.goto(LIBRARY)
    boxes = page.locator("[data-pick]")

    assert not page.is_visible("[formaction*=describe]")
    boxes.nth(0).click()
    boxes.nth(2).click(modifiers=["Shift"])

    assert [boxes.nth(number).is_checked() for number in range(4)] == [True, True, True, False]
    assert page.inner_text("[data-count]") == "3"
    page.click("[data-none]")
    assert page.locator("[data-pick]:checked").count() == 0


def test_a_picture_whose_rights_have_ended_is_not_chosen(open_page, sign_in):
    make_picture(name="ended", rights_until=timezone.now() - timedelta(days=1))
    article = make_article()
    page = open_page()
    sign_in(page, make_superuser())
    page.goto(change_url(article))

    with page.expect_popup() as popup:
        page.click(".shared [data-choose]")
    popup.value.wait_for_load_state()
    popup.value.click(".picker .tile-open", force=True)

    assert not popup.value.is_closed()
    assert page.input_value("[name=lead_picture]") == ""


def test_what_is_uploaded_in_the_picker_comes_first_and_can_be_chosen(open_page, sign_in):
    make_pictures("one", "two")
    page = open_page()
    sign_in(page, make_superuser())
    page.goto(PICKER + "?choice=choice-1")
    new = make_picture(name="new")

    page.evaluate(
        "(id) => document.dispatchEvent(new CustomEvent('library:taken', { detail: { id: String(id) } }))", new.pk
    )

    page.wait_for_selector(f"[data-tiles] [data-id='{new.pk}']")
    assert shown(page)[0] == "new"
    assert page.get_attribute("[data-tiles] [data-tile]", "tabindex") == "0"


def test_without_script_everything_is_links_and_buttons(open_page, sign_in):
    first, _second = make_pictures("olive", "harbour")
    page = open_page(javascript=False, width=390)
    sign_in(page, make_superuser())
    page.goto(LIBRARY)

    page.fill("#id_q", "oliv")
    with page.expect_navigation():
        page.click(".library-search button")
    assert shown(page) == ["olive"]
    page.check("[data-pick]")
    with page.expect_navigation():
        page.click("[formaction*=describe]")
    page.fill(f"[name='{first.pk}-title_en']", "Olive trees")
    with page.expect_navigation():
        page.click("[type=submit].default")

    first.refresh_from_db()
    assert first.title_en == "Olive trees"


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_screens_are_accessible_and_fit(open_page, sign_in, language, width, scheme):
    person = make_staff("editor", display_name="Layla Haddad-Özgürlük")
    folder = Collection.objects.create(name="Field")
    facts = {"created_by": person, "collection": folder, "alt_text_ar": "", "alt_text_ku": ""}
    pictures = make_pictures("a_very_long_file_name_without_any_space_in_it_2026-05-20_0001", "two", **facts)
    pictures.append(make_picture(name="three", rights_until=timezone.now(), with_renditions=True))
    pictures[0].tags.add(make_tag())
    ids = IDS.format(",".join(str(picture.pk) for picture in pictures))
    # axe adds style elements of its own to the page, which the policy would refuse.
    page = open_page(width=width, color_scheme=scheme, bypass_csp=True)
    sign_in(page, make_superuser(interface_language=language))
    screens = [
        LIBRARY,
        f"{LIBRARY}?view=list&use=unused&collection={folder.pk}",
        f"{LIBRARY}?q=nowhere",
        f"{PICKER}?choice=choice-1&language=ar",
        *(reverse(f"admin:media_library_picture_{name}") + ids for name in ("describe", "set", "delete")),
        reverse("admin:media_library_collection_changelist"),
        change_url(folder),
    ]
    for address in screens:
        page.goto(address)
        page.wait_for_load_state("networkidle")
        if page.locator("[data-pick]").count():
            page.locator("[data-pick]").first.check(force=True)
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0, (
            address
        )
        found = found_by_axe(page, options=STAFF)
        assert not found, f"{address}\n{found}"
