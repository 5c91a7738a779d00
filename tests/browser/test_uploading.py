"""Many pictures at once, in a real browser: mixed ones, by keyboard alone, and over a line that breaks."""

import io
import random
import time
from pathlib import Path

import pytest
from PIL import Image

from media_library import uploads
from media_library.models import Album, Picture, Upload
from tests.browser.looking import STAFF_WITH_IMPORTS, found_by_axe
from tests.builders import make_album, make_picture, make_superuser
from tests.jobs import run_due_jobs

UPLOAD = "/admin/media_library/picture/upload/"


def look(seed):
    """A small picture that looks like no other."""
    picture = Image.frombytes("RGB", (9, 8), random.Random(seed).randbytes(9 * 8 * 3))  # noqa: S311
    return picture.resize((72, 64), Image.Resampling.NEAREST)


def encoded(picture, kind, **options):
    buffer = io.BytesIO()
    picture.save(buffer, kind, **options)
    return buffer.getvalue()


def file(name, data, kind="image/jpeg"):
    return {"name": name, "mimeType": kind, "buffer": data}


def good_files(count):
    return [file(f"photo {number:03}.jpg", encoded(look(number), "JPEG", quality=90)) for number in range(count)]


def bad_files(count):
    jpeg = encoded(look(1000), "JPEG", quality=95)
    gif = encoded(look(1), "GIF", save_all=True, append_images=[look(2), look(3)])
    kinds = [
        ("torn.jpg", jpeg[: len(jpeg) // 3], "image/jpeg"),
        ("mislabelled.jpg", encoded(look(1001), "PNG"), "image/jpeg"),
        ("empty.jpg", b"", "image/jpeg"),
        ("drawing.svg", b'<svg xmlns="http://www.w3.org/2000/svg"/>', "image/svg+xml"),
        ("moving.gif", gif, "image/gif"),
        ("note.txt", b"The pumping station runs again.", "text/plain"),
        ("noise.jpg", b"\xff\xd8\xff" + random.Random(0).randbytes(4000), "image/jpeg"),  # noqa: S311
        ("report.pdf", b"%PDF-1.4\n%%EOF\n", "application/pdf"),
    ]
    return [file(f"{number} {name}", data, kind) for number, (name, data, kind) in
            zip(range(count), kinds * count, strict=False)]  # fmt: skip


def files_in(storage):
    return {path for path in Path(storage.location).rglob("*") if path.is_file()}


def work_until(page, condition, seconds=90):
    """Runs the jobs as the worker does, until the page says what it should."""
    deadline = time.monotonic() + seconds
    while not page.evaluate(condition):
        assert time.monotonic() < deadline, page.inner_text(".upload-box")
        run_due_jobs()
        page.wait_for_timeout(100)


SAID = "document.querySelector('[data-announce]').textContent"


def rows(state):
    return f"document.querySelectorAll('.upload-row[data-state={state}]').length"


def test_of_200_mixed_files_150_become_pictures_and_50_say_why_not(open_page, sign_in, settings, tmp_path):
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path
    originals, public = Upload._meta.get_field("file").storage, Path(settings.MEDIA_ROOT)
    before = files_in(originals)
    page = open_page()
    sign_in(page, make_superuser())
    page.goto(UPLOAD)
    mixed = [*good_files(150), *bad_files(50)]
    random.Random(4).shuffle(mixed)  # noqa: S311

    page.set_input_files("[data-files]", mixed)

    work_until(page, f"{rows('taken')} + {rows('refused')} === 200 && !document.querySelector('[data-awaits]')")
    work_until(page, f"{SAID} === 'In the library: 150 · Refused: 50'")
    assert page.inner_text("[data-summary]") == "In the library: 150 · Refused: 50"
    assert Picture.objects.count() == 150
    reasons = [row.inner_text() for row in page.locator("[data-state=refused] .upload-state").all()]
    assert len(reasons) == 50
    assert all(reason.startswith("Refused: ") and len(reason) > 20 for reason in reasons)
    assert len(set(reasons)) >= 6
    assert page.locator("[data-state=taken] .upload-thumb img").count() == 150
    # Every file belongs to a picture.
    assert files_in(originals) - before == {Path(picture.original.path) for picture in Picture.objects.all()}
    renditions = {public / path for path in Picture.objects.values_list("renditions__path", flat=True)}
    assert {path for path in public.rglob("*") if path.is_file()} == renditions
    # What came of it goes on in the order in which it was chosen.
    with page.expect_navigation():
        page.click("[name=do][value=album]")
    names = [entry.picture.name for entry in Album.objects.get().entries.select_related("picture")]
    assert names == [one["name"].removesuffix(".jpg") for one in mixed if one["name"].startswith("photo")]


def test_an_album_gets_its_pictures_in_the_order_in_which_they_were_chosen(open_page, sign_in):
    album = make_album([])
    page = open_page()
    sign_in(page, make_superuser())
    page.goto(f"{UPLOAD}?album={album.pk}")
    large = file("first.jpg", encoded(look(5).resize((3000, 2600)), "JPEG", quality=95))

    page.set_input_files("[data-files]", [large, *good_files(3)])

    work_until(page, f"{rows('taken')} === 4")
    names = [entry.picture.name for entry in album.entries.select_related("picture")]
    assert names == ["first", "photo 000", "photo 001", "photo 002"]


@pytest.mark.parametrize(("language", "width"), [("ar", 390), ("en", 1280)])
def test_by_keyboard_a_duplicate_is_seen_and_the_existing_one_used(open_page, sign_in, language, width):
    person = make_superuser(interface_language=language, display_name="ليلى")
    data = encoded(look(7), "JPEG", quality=90)
    uploads.receive(_received("حصاد.jpg", data), by=person)
    run_due_jobs()
    existing = Picture.objects.get()
    page = open_page(width=width)
    # Listened for from the start: told only as the key is pressed, the browser may hear of it too late.
    page.on("filechooser", lambda chooser: chooser.set_files([file("مرة أخرى.jpg", data)]))
    sign_in(page, person)
    page.goto(UPLOAD)
    _tab_to(page, "[data-choose]")

    page.keyboard.press("Enter")

    work_until(page, rows("known"))
    twin = page.inner_text("[data-state=known] .upload-twin")
    assert existing.name in twin
    assert "ليلى" in twin
    _tab_to(page, "[data-state=known] [value^=existing]")
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-state=taken]")
    assert page.evaluate("document.activeElement.closest('[data-state=taken]') !== null")
    assert Picture.objects.get() == existing


@pytest.mark.parametrize("language", ["en", "ar", "tr", "ku"])
def test_a_size_is_written_alike_while_a_file_is_sent_and_afterwards(open_page, sign_in, language):
    held = []
    page = open_page()
    sign_in(page, make_superuser(interface_language=language))
    page.goto(UPLOAD)
    page.route(f"**{UPLOAD}", lambda route: held.append(route))

    page.set_input_files("[data-files]", file("olive.jpg", encoded(look(3), "JPEG", quality=90)))
    page.wait_for_selector("[data-state=sending]")
    while_sending = page.inner_text(".upload-size")
    held[0].continue_()
    page.wait_for_selector("[data-upload]")

    assert page.inner_text(".upload-size") == while_sending


def test_after_the_connection_broke_a_file_is_sent_again(open_page, sign_in):
    page = open_page(expect_errors=True)
    sign_in(page, make_superuser())
    page.goto(UPLOAD)
    page.route(f"**{UPLOAD}", lambda route: route.abort(), times=1)

    page.set_input_files("[data-files]", good_files(2))

    page.wait_for_selector("[data-state=failed]")
    assert "connection" in page.inner_text("[data-state=failed]")
    page.wait_for_selector("[data-state=waiting]")  # the other went on
    page.click("[data-state=failed] [data-again]")
    work_until(page, f"{rows('taken')} === 2")
    # Reloading shows the same list.
    work_until(page, "location.search.includes(',')")
    page.reload()
    assert page.locator("[data-state=taken]").count() == 2


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_screen_is_accessible_and_fits(open_page, sign_in, language, width, scheme):
    person = make_superuser(interface_language=language)
    picture = make_picture(with_renditions=True, created_by=person)
    facts = {"created_by": person, "size": 2_400_000, "format": "JPEG"}
    shown = [
        Upload.objects.create(name="a_very_long_name_" * 8 + ".jpg", state="taken", picture=picture, **facts),
        Upload.objects.create(name="صورة.jpg", state="known", reason="looks_alike", picture=picture, **facts),
        Upload.objects.create(name="c.jpg", **facts),
        Upload.objects.create(name="d.jpg", state="refused", reason="disk_full", **facts),
    ]
    # axe adds style elements of its own to the page, which the policy would refuse.
    page = open_page(width=width, color_scheme=scheme, bypass_csp=True, expect_errors=True)
    sign_in(page, person)
    page.goto(f"{UPLOAD}?ids={','.join(str(upload.pk) for upload in shown)}")
    page.route(f"**{UPLOAD}", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    page.set_input_files("[data-files]", good_files(1))
    page.wait_for_selector("[data-state=failed]")

    found = found_by_axe(page, options=STAFF_WITH_IMPORTS)

    assert not found, found
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0


def _received(name, data):
    from django.core.files.uploadedfile import SimpleUploadedFile

    return SimpleUploadedFile(name, data, "image/jpeg")


def _tab_to(page, selector):
    """Presses the Tab key until the element has the focus."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    pytest.fail(f"{selector} cannot be reached by keyboard")
