"""An editor who works in Arabic, from sign-in to withdrawal, as the readers see it."""

import pytest
from PIL import Image

from articles.models import Article
from media_library.models import Picture
from tests.builders import make_category, make_staff
from tests.jobs import run_due_jobs

FORM = "/admin/articles/article/{pk}/change/"


@pytest.fixture
def photo(tmp_path):
    path = tmp_path / "IMG_20260520.jpg"
    Image.effect_noise((1300, 900), 40).convert("RGB").save(path)
    return path


def write(page, language, title, text):
    page.click(f"#tab-{language}")
    page.fill(f"#id_title_{language}", title)
    page.click(f"#text-{language} .ProseMirror[contenteditable]")
    page.keyboard.type(text)


def upload_lead_picture(page, photo, alt_text):
    with page.expect_popup() as popup:
        page.click(".field-lead_picture [data-choose]")
    picker = popup.value
    picker.wait_for_load_state()
    picker.click(".library-upload summary")
    picker.set_input_files("[data-files]", photo)
    picker.wait_for_selector("[data-rows] [data-state=waiting]")
    run_due_jobs()
    picker.wait_for_selector("[data-picked]")
    Picture.objects.update(alt_text_ar=alt_text)
    with picker.expect_event("close"):
        picker.click("[data-picked]")


def confirm(page):
    page.click(".step-form .submit-row [type=submit]")
    page.wait_for_url("**/change/**")


def test_an_arabic_article_from_writing_to_withdrawal(open_page, sign_in, photo):
    section = make_category(name_ar="أخبار محلية", is_on_home=True)
    editor = make_staff("publisher", interface_language="ar", display_name="ليلى")
    desk = open_page()
    sign_in(desk, editor)
    assert desk.get_attribute("html", "dir") == "rtl"

    desk.goto("/admin/articles/article/add/")
    write(desk, "ar", "عودة المياه إلى الحي", "عادت المياه اليوم.")
    desk.select_option("#id_category", str(section.pk))
    upload_lead_picture(desk, photo, "محطة الضخ من الخارج")
    desk.click("#text-ar .step-publish")
    desk.wait_for_url("**/ar/publish/**")
    confirm(desk)
    run_due_jobs()
    article = Article.objects.get()

    reader = open_page(expect_errors=True)
    reader.goto("/ar/")
    reader.click("text=عودة المياه إلى الحي")
    assert f"/{article.pk}-" in reader.url
    assert reader.inner_text("h1") == "عودة المياه إلى الحي"
    assert "عادت المياه اليوم." in reader.inner_text("main")
    assert reader.get_attribute(".hero img", "alt") == "محطة الضخ من الخارج"
    address = reader.url

    # Turkish knows nothing of it.
    words = address.split("/ar/", 1)[1]
    assert reader.goto(f"/tr/{words}").status == 404
    for elsewhere in ("/tr/", f"/tr/{section.path_tr}/"):
        reader.goto(elsewhere)
        assert f"/{article.pk}-" not in reader.content()
        assert "عودة المياه" not in reader.content()
    reader.goto(address)
    assert reader.locator(".langs a[hreflang=tr]").get_attribute("href") == section.get_absolute_url("tr")
    assert reader.locator("link[rel=alternate][hreflang=tr]").count() == 0

    # An edit changes nothing in public until it is published.
    desk.goto(FORM.format(pk=article.pk))
    desk.fill("#id_title_ar", "عودة المياه إلى حيّين")
    with desk.expect_navigation():
        desk.click("[name=_continue]")
    reader.reload()
    assert reader.inner_text("h1") == "عودة المياه إلى الحي"
    desk.click("#text-ar .step-publish")
    desk.wait_for_url("**/ar/publish/**")
    desk.check("[name=change][value=update]")
    confirm(desk)
    reader.reload()
    assert reader.inner_text("h1") == "عودة المياه إلى حيّين"

    # Withdrawn, its address says so.
    desk.click("#text-ar .step-withdraw")
    desk.wait_for_url("**/ar/withdraw/**")
    desk.fill("[name=note]", "أرقام غير دقيقة")
    confirm(desk)
    assert reader.goto(address).status == 410
    assert "أرقام غير دقيقة" in reader.inner_text("main")
