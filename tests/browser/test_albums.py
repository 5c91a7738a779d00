"""Albums in a real browser: from the camera to the readers, sorted with keys alone, by mouse, and without script."""

import random
import time

import pytest
from PIL import Image

from articles.models import Article
from media_library.models import Album, AlbumPicture
from tests.browser.looking import STAFF, found_by_axe
from tests.builders import make_album, make_article, make_category, make_picture, make_superuser, picture_file
from tests.desk.forms import change_url
from tests.jobs import run_due_jobs

UPLOAD = "/admin/media_library/picture/upload/"


@pytest.fixture
def album():
    return make_album([make_picture(name=name) for name in ("Field", "Well", "Road", "Market")])


@pytest.fixture
def photos(tmp_path):
    """Three photos that do not look alike, as a camera names them."""
    paths = []
    for number in range(3):
        noise = Image.frombytes("RGB", (9, 8), random.Random(number).randbytes(9 * 8 * 3))  # noqa: S311
        paths.append(tmp_path / f"IMG_20260520_1134{number:02}.jpg")
        noise.resize((450, 300), Image.Resampling.NEAREST).save(paths[-1], quality=90)
    return paths


class Hand:
    """Counts the clicks of somebody at a page. Typing, and moving on with the Tab key, are none."""

    def __init__(self, page):
        self.page, self.clicks = page, 0

    def click(self, selector):
        self.clicks += 1
        self.page.click(selector)

    def choose_files(self, selector, paths):
        with self.page.expect_file_chooser() as chooser:
            self.click(selector)
        self.clicks += 1  # "Open" in the system's own window
        chooser.value.set_files(paths)

    def select(self, selector, value):
        self.clicks += 2  # to open the list, and to choose from it
        self.page.select_option(selector, value)


def order_on(page):
    """The names of the pictures by the numbers that would be sent."""
    tiles = page.locator(".album-tile:not([data-removed])").all()
    return [name for _place, name in sorted(
        (int(tile.locator("[data-position]").input_value()), tile.get_attribute("data-name")) for tile in tiles
    )]  # fmt: skip


def names_in(album):
    return [entry.picture.name for entry in AlbumPicture.objects.filter(album=album).select_related("picture")]


def save(page):
    with page.expect_navigation():
        page.click("[name=_continue]")


def work_until(page, condition, seconds=60):
    """Runs the jobs as the worker does, until the page says what it should."""
    deadline = time.monotonic() + seconds
    while not page.evaluate(condition):
        assert time.monotonic() < deadline, condition
        run_due_jobs()
        page.wait_for_timeout(300)


def test_from_upload_to_a_published_gallery_in_under_ten_clicks(open_page, sign_in, photos):
    section = make_category()
    page = open_page()
    sign_in(page, make_superuser())
    page.goto(UPLOAD)
    hand = Hand(page)

    hand.choose_files("[data-choose]", photos)
    work_until(page, "document.querySelectorAll('[data-upload][data-state=taken]').length === 3")
    hand.click("text=Make an album of these")
    page.wait_for_url("**/album/*/change/**")
    page.fill("#id_title_en", "The olive harvest")
    page.fill("#id_text_en", "Three days in the fields.")
    hand.click("[name=_describe]")
    page.wait_for_url("**/describe/**")
    for number, field in enumerate(page.locator("[name$=-alt_text_en]:visible").all()):
        field.fill(f"Farmers under tree {number}")
    hand.click("[name=_make_article]")
    page.wait_for_url("**/article/add/**")
    hand.select("#id_category", str(section.pk))
    hand.click("#text-en .step-publish")
    page.wait_for_url("**/en/publish/**")
    hand.click(".step-form .submit-row [type=submit]")
    page.wait_for_url("**/article/*/change/**")

    assert hand.clicks < 10
    run_due_jobs()
    article = Article.objects.get()
    reader = open_page()
    reader.goto(article.edition_in("en").get_absolute_url())
    assert reader.inner_text("h1") == "The olive harvest"
    assert "Three days in the fields." in reader.inner_text("main")
    assert reader.get_attribute(".shots li:nth-child(3) a", "aria-label") == "Open picture 3 of 3: Farmers under tree 2"
    assert reader.locator(".shots img").count() == 3


@pytest.mark.parametrize(
    ("language", "onwards", "back"), [("en", "ArrowRight", "ArrowLeft"), ("ar", "ArrowLeft", "ArrowRight")]
)
def test_pictures_are_sorted_with_the_keyboard_alone(open_page, sign_in, album, language, onwards, back):
    page = open_page()
    sign_in(page, make_superuser(interface_language=language))
    page.goto(change_url(album))
    page.focus(".album-tile:nth-child(1) [data-move=later]")

    page.keyboard.press("Enter")
    assert order_on(page) == ["Well", "Field", "Road", "Market"]
    page.keyboard.press(f"Alt+{onwards}")
    assert order_on(page) == ["Well", "Road", "Field", "Market"]
    said = page.inner_text(".album-pictures [aria-live]")
    assert "Field" in said
    assert "3" in said
    page.keyboard.press("Alt+Home")
    page.keyboard.press(f"Alt+{back}")  # there is nothing before the first
    assert order_on(page) == ["Field", "Well", "Road", "Market"]
    page.keyboard.press("Alt+End")
    # The focus went along with the picture.
    assert page.evaluate("document.activeElement.closest('.album-tile').dataset.name") == "Field"
    page.focus(".album-tile:nth-child(2) [data-remove]")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")  # takes it back: the focus is on "Undo"
    page.focus(".album-tile:nth-child(1) [data-remove]")
    page.keyboard.press("Enter")
    assert order_on(page) == ["Road", "Market", "Field"]
    save(page)

    assert names_in(album) == ["Road", "Market", "Field"]


def test_dragging_and_pictures_that_arrive_keep_what_was_typed(open_page, sign_in, album):
    other = make_picture(name="Dawn", with_renditions=True, file=picture_file(width=480, height=320))
    page = open_page()
    sign_in(page, make_superuser())
    page.goto(change_url(album))
    page.fill("#id_title_en", "Typed before")

    # By mouse, and back with Escape; by finger with the handle alone.
    first, last = (page.locator(f".album-tile:nth-child({number}) .album-image").bounding_box() for number in (1, 4))
    page.locator(".album-tile:nth-child(4)").scroll_into_view_if_needed()
    page.mouse.move(last["x"] + 40, last["y"] + 40)
    page.mouse.down()
    page.mouse.move(first["x"] + 40, first["y"] + 40, steps=6)
    assert order_on(page) == ["Market", "Field", "Well", "Road"]
    page.keyboard.press("Escape")
    page.mouse.up()
    assert order_on(page) == ["Field", "Well", "Road", "Market"]
    page.mouse.move(last["x"] + 40, last["y"] + 40)
    page.mouse.down()
    page.mouse.move(first["x"] + 40, first["y"] + 40, steps=6)
    page.mouse.up()
    assert order_on(page) == ["Market", "Field", "Well", "Road"]

    # From the library's window, as many as one likes.
    with page.expect_popup() as popup:
        page.click("[data-choose-several]")
    picker = popup.value
    picker.wait_for_load_state()
    picker.click(f"[data-id='{other.pk}'] [data-tile]")
    picker.click(f"[data-id='{album.entries.first().picture_id}'] [data-tile]")
    with picker.expect_event("close"):
        picker.click("[data-done]")
    assert order_on(page) == ["Market", "Field", "Well", "Road", "Dawn"]
    assert page.get_attribute(".album-tile:nth-child(5) img", "src") == other.thumbnail_url

    # From the upload box of the form: the worker puts it into the album, the page learns of it.
    page.click(".album-upload summary")
    page.set_input_files("[data-files]", {"name": "new.jpg", "mimeType": "image/jpeg", "buffer": picture_file().read()})
    work_until(page, "document.querySelectorAll('.album-tile').length === 6")
    assert page.input_value("#id_title_en") == "Typed before"
    save(page)

    assert names_in(album) == ["Market", "Field", "Well", "Road", "Dawn", "new"]
    album.refresh_from_db()
    assert album.title_en == "Typed before"


def test_a_finger_drags_by_the_handle_and_scrolls_elsewhere(open_page, sign_in, album):
    page = open_page(width=390, has_touch=True)
    sign_in(page, make_superuser())
    page.goto(change_url(album))
    assert page.eval_on_selector(".sort-handle", "handle => getComputedStyle(handle).touchAction") == "none"
    assert page.eval_on_selector(".album-image", "image => getComputedStyle(image).touchAction") == "auto"
    handle, target = page.locator(".album-tile:nth-child(1) .sort-handle"), page.locator(".album-tile:nth-child(2)")
    handle.scroll_into_view_if_needed()
    finger = page.context.new_cdp_session(page)

    def touch(kind, box=None):
        points = [{"x": box["x"] + 20, "y": box["y"] + 20}] if box else []
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", handle.bounding_box())
    touch("touchMove", target.bounding_box() | {"y": target.bounding_box()["y"] + 10})
    touch("touchMove", target.bounding_box())
    touch("touchEnd")

    assert order_on(page) == ["Well", "Field", "Road", "Market"]


def test_without_script_places_are_numbers(open_page, sign_in, album):
    other = make_picture(name="Dawn")
    page = open_page(javascript=False)
    sign_in(page, make_superuser())
    page.goto(change_url(album))

    page.fill(".album-tile:nth-child(1) [data-position]", "9")
    page.check(".album-tile:nth-child(2) [name$=-DELETE]")
    page.fill("noscript [name$=-number]", str(other.pk))
    save(page)

    assert names_in(album) == ["Road", "Market", "Field", "Dawn"]


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_form_and_list_are_accessible(open_page, sign_in, album, language, width, scheme):
    make_article(format="gallery", album=album)
    cover = make_picture(with_renditions=True, file=picture_file(width=480, height=320))
    Album.objects.filter(pk=album.pk).update(title_en="The harvest", title_ar="موسم القطاف", cover=cover)
    AlbumPicture.objects.create(album=album, picture=cover, position=9)
    make_album([])
    picture = album.entries.first().picture
    type(picture).objects.filter(pk=picture.pk).update(alt_text_tr=None)
    # axe adds style elements of its own to the page, which the policy would refuse.
    page = open_page(width=width, color_scheme=scheme, bypass_csp=True)
    sign_in(page, make_superuser(interface_language=language))
    for address in ("/admin/media_library/album/", change_url(album)):
        page.goto(address)
        page.wait_for_load_state("networkidle")
        if address == change_url(album):
            page.click(".album-tile:nth-child(2) summary")
            page.click(".album-tile:nth-child(3) [data-remove]")
            page.click(".album-upload summary")
        found = found_by_axe(page, options=STAFF)
        assert not found, f"{address}\n{found}"
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
