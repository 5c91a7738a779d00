"""Searching with and without script, in Arabic and Kurmanji, by eye, by ear and by keyboard."""

import pytest

from tests.browser.looking import look_at, problems_of, too_wide
from tests.builders import make_article, make_category, publish

# Language → what somebody types, the title that is meant, and how the word stands in it.
SEARCHES = {
    "ar": ("مهجرون", "وَالمُهَجَّرون يعودون إلى حلب", "وَالمُهَجَّرون"),
    "ku": ("civin", "Civîna Hevpeymaniyê li Qamişloyê", "Civîna"),
}


@pytest.fixture
def articles():
    """One that is meant in each language, and others beside it."""
    category = make_category()
    titles = {f"title_{language}": title for language, (_asked, title, _word) in SEARCHES.items()}
    publish(make_article(category=category, **titles), *SEARCHES)
    for _ in range(8):
        publish(make_article(category=category))


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no script"])
@pytest.mark.parametrize("language", SEARCHES)
def test_a_text_is_found_from_the_link_on_every_page(open_page, articles, language, javascript):
    asked, title, word = SEARCHES[language]
    page = open_page(width=390, javascript=javascript)
    page.goto(f"/{language}/")
    page.click(f".mast a[href='/{language}/search/']")
    page.fill("#q", asked)
    page.keyboard.press("Enter")
    page.wait_for_selector("#results")
    assert page.locator("#results h2").all_inner_texts() == [title]
    assert page.locator("#results mark").all_inner_texts() == [word]
    assert page.input_value("#q") == asked
    page.click("#results h2 a")
    assert page.inner_text("h1") == title


@pytest.mark.parametrize("language", SEARCHES)
def test_without_script_filters_and_order_work(open_page, articles, language):
    page = open_page(javascript=False)
    page.goto(f"/{language}/search/?q={'المياه' if language == 'ar' else 'av'}")
    assert page.locator("#results li").count() == 8
    page.click(".sec .by a:not([aria-current])")
    assert "sort=newest" in page.url
    page.click(".find button")
    assert "sort=newest" in page.url
    assert page.locator("#results li").count() == 8


def open_form(page, language="en"):
    """Opens the search page. The field gets the focus after the page is drawn, a moment after it was loaded."""
    page.goto(f"/{language}/search/")
    page.wait_for_selector("#q:focus")


@pytest.mark.parametrize("language", SEARCHES)
def test_what_is_found_is_shown_and_said_while_somebody_types(open_page, articles, language):
    asked, title, _word = SEARCHES[language]
    page = open_page(width=390)
    open_form(page, language)
    page.keyboard.type(asked[:-1])
    page.wait_for_selector("#hints li")
    assert page.inner_text("#hints li a") == title
    assert asked[:-1] in page.text_content("#told")
    assert page.evaluate("document.activeElement.id") == "q"
    # Tab goes to what was found, Escape back to the field.
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == title
    page.keyboard.press("Escape")
    assert page.locator("#hints").is_hidden()
    assert page.evaluate("document.activeElement.id") == "q"
    assert page.input_value("#q") == asked[:-1]
    assert page.text_content("#told") == ""


def test_the_server_is_asked_when_the_typing_pauses_and_not_for_one_letter(open_page, articles):
    page, requests = open_page(), []
    page.on("request", lambda request: requests.append(request.url) if "/suggest/" in request.url else None)
    open_form(page)
    page.keyboard.type("w")
    page.wait_for_timeout(600)
    assert requests == []
    page.keyboard.type("ater", delay=20)
    page.wait_for_selector("#hints li")
    assert [url.partition("?")[2] for url in requests] == ["q=water"]
    page.click("#hints .by a")
    page.wait_for_selector("#results")
    assert page.url.endswith("/en/search/?q=water")


def test_words_that_a_keyboard_is_still_putting_together_are_looked_for_too(open_page, articles):
    page = open_page()
    open_form(page)
    keyboard = page.context.new_cdp_session(page)
    keyboard.send("Input.imeSetComposition", {"text": "wat", "selectionStart": 3, "selectionEnd": 3})
    page.wait_for_selector("#hints li")
    keyboard.send("Input.insertText", {"text": "water"})
    page.wait_for_selector("#hints a[href='/en/search/?q=water']")
    assert page.input_value("#q") == "water"


def test_a_click_elsewhere_closes_what_is_suggested(open_page, articles):
    page = open_page()
    open_form(page)
    page.keyboard.type("water")
    page.wait_for_selector("#hints li")
    page.click("h1")
    assert page.locator("#hints").is_hidden()


def test_when_the_server_does_not_answer_the_form_is_still_there(open_page, articles):
    page = open_page(expect_errors=True)
    open_form(page)
    page.context.route("**/suggest/**", lambda route: route.abort())
    with page.expect_event("requestfailed"):
        page.keyboard.type("water")
    assert page.locator("#hints").is_hidden()
    page.keyboard.press("Enter")
    page.wait_for_selector("#results li")


@pytest.mark.parametrize("language", ["en", *SEARCHES])
def test_axe_finds_nothing_in_results_in_none_and_in_suggestions(open_page, articles, language):
    words = SEARCHES.get(language, ("water",))[0]
    page = open_page(bypass_csp=True, expect_errors=True)
    problems = look_at(page, f"/{language}/search/?q={words}", widths=(320,))
    problems += look_at(page, f"/{language}/search/?q=zzzz&year=2020", widths=(320,))
    problems += look_at(page, f"/{language}/nothing-here/", widths=(320,)) if language == "en" else []
    open_form(page, language)
    page.keyboard.type(words)
    page.wait_for_selector("#hints li")
    problems += problems_of(page, f"suggestions in {language}", widths=(320,))
    page.set_viewport_size({"width": 390, "height": 900})
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    problems += too_wide(page, "suggestions with large text")
    assert not problems, "\n".join(problems)
