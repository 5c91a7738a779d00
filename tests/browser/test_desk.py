"""The admin's form with keyboard and screen reader, in two directions."""

import pytest

from tests.browser.looking import STAFF, found_by_axe
from tests.builders import make_article, make_mandate, make_picture, make_superuser, publish
from tests.desk.forms import change_url


def test_language_tabs_follow_the_arrow_keys_by_reading_direction(open_page, sign_in):
    article = make_article()
    page = open_page()
    sign_in(page, make_superuser(interface_language="ar"))
    page.goto(change_url(article))
    page.focus("#tab-en")

    page.keyboard.press("ArrowLeft")

    assert page.get_attribute("#tab-ar", "aria-selected") == "true"
    assert page.is_visible("#id_title_ar")
    assert not page.is_visible("#id_title_en")
    assert page.get_attribute("#id_title_ar", "dir") == "rtl"
    assert page.get_attribute("#id_title_en", "lang") == "en"


def test_the_tab_with_an_error_opens(open_page, sign_in):
    article = make_article(title_ar="أول")
    page = open_page()
    sign_in(page, make_superuser())
    page.goto(change_url(article) + "#tr")
    page.fill("#id_standfirst_tr", "Başlıksız")

    page.click("#text-tr .step-publish")

    page.wait_for_selector("#text-tr .errorlist", state="visible")
    assert page.input_value("#id_standfirst_tr") == "Başlıksız"


def test_without_script_every_language_can_be_written(open_page, sign_in):
    article = make_article(title_ar="أول")
    page = open_page(javascript=False)
    sign_in(page, make_superuser())
    page.goto(change_url(article))

    page.fill("#id_title_tr", "Birinci")
    with page.expect_navigation():
        page.click("[name=_save]")

    article.refresh_from_db()
    assert article.title_tr == "Birinci"


def test_a_library_picture_goes_into_the_text_with_the_words_of_that_language(open_page, sign_in):
    picture = make_picture(with_renditions=True, alt_text_ar="حقل زيتون", caption_ar="موسم القطاف")
    article = make_article()
    page = open_page()
    sign_in(page, make_superuser())
    page.goto(change_url(article) + "#ar")
    page.click("#text-ar .ProseMirror[contenteditable]")
    page.click("#text-ar [title=figure]")
    with page.expect_popup() as popup:
        page.click("dialog .prose-editor-field-with-picker button")
    popup.value.click(".picker button")

    page.click("dialog [type=submit]")
    with page.expect_navigation():
        page.click("[name=_save]")

    article.refresh_from_db()
    assert f'data-file="{picture.pk}"' in article.body_ar
    assert 'alt="حقل زيتون"' in article.body_ar
    assert "موسم القطاف" in article.body_ar


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_list_form_and_steps_are_accessible(open_page, sign_in, language, width, scheme):
    article = publish(make_article(), "ar")
    # axe adds style elements of its own to the page, which the policy would refuse.
    page = open_page(width=width, color_scheme=scheme, bypass_csp=True)
    sign_in(page, make_superuser(interface_language=language))
    screens = ["/admin/articles/article/", change_url(article), f"/admin/articles/article/{article.pk}/ar/withdraw/"]
    for address in screens:
        page.goto(address)
        page.wait_for_load_state("networkidle")
        found = found_by_axe(page, options=STAFF)
        assert not found, f"{address}\n{found}"


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("width", [390, 1280])
def test_a_person_with_seats_fits_the_screen(open_page, sign_in, language, width):
    person = make_mandate(role_en="Chair of the committee").person
    page = open_page(width=width)
    sign_in(page, make_superuser(interface_language=language))
    page.goto(change_url(person))
    page.wait_for_load_state("networkidle")
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
