"""Reading without a connection, in a real browser: what is kept, what is not, and how it is switched off."""

import pytest

from publishing import workflow
from publishing.languages import language_codes
from tests.builders import make_article, make_category, make_superuser, publish

KEPT = """async () => {
  const found = [];
  for (const name of await caches.keys())
    for (const request of await (await caches.open(name)).keys()) found.push(new URL(request.url).pathname);
  return found;
}"""
IS_RUNNING = "async () => (await navigator.serviceWorker.getRegistration())?.active?.state == 'activated'"
IS_GONE = "async () => !(await navigator.serviceWorker.getRegistration()) && !(await caches.keys()).length"
KEEPS = f"async path => (await ({KEPT})()).includes(path)"


def wait_until(page, condition, argument=None):
    """Waits for what is worked out asynchronously; `wait_for_function` takes a promise for true before it is kept."""
    page.evaluate(
        f"""async argument => {{
          for (const end = Date.now() + 15000; Date.now() < end; await new Promise(go => setTimeout(go, 50)))
            if (await ({condition})(argument)) return;
          throw new Error("This never came true: " + argument);
        }}""",
        argument,
    )


@pytest.fixture
def reader(open_page):
    """A page in a browser that may keep what it reads."""
    return open_page(width=390, service_workers="allow", expect_errors=True)


@pytest.fixture
def articles():
    section = make_category()
    return [publish(make_article(category=section)) for _number in range(3)]


def address(article, language):
    return article.editions.get(language=language).get_absolute_url()


def title(article, language):
    return article.editions.get(language=language).version.title


def visit(page, url):
    """Opens a page and waits until the browser has kept what it keeps."""
    page.goto(url, wait_until="load")
    wait_until(page, IS_RUNNING)
    wait_until(page, KEEPS, url)


@pytest.mark.parametrize("language", ["en", "ar"])
def test_an_article_that_was_read_opens_without_a_connection(reader, articles, language):
    url = address(articles[0], language)
    visit(reader, url)
    reader.context.set_offline(True)
    reader.reload()
    assert reader.inner_text("h1") == title(articles[0], language)
    assert reader.evaluate("getComputedStyle(document.body).margin") == "0px", "it has its style"


@pytest.mark.parametrize("language", language_codes())
def test_a_page_that_was_not_read_gives_way_to_the_headlines_of_its_language(reader, articles, language):
    read, unread = articles[:2]
    visit(reader, address(read, language))
    reader.context.set_offline(True)
    reader.goto(address(unread, language))
    assert reader.get_attribute("html", "lang") == language
    assert reader.get_attribute("html", "dir") == ("rtl" if language == "ar" else "ltr")
    assert reader.locator("#latest").is_visible()
    # All headlines, and on top what can be read now.
    assert reader.locator("section:has(#latest) li").count() == 3
    assert reader.locator("[aria-labelledby=kept] a").all_inner_texts() == [title(read, language)]
    reader.click("[aria-labelledby=kept] a")
    assert reader.inner_text("h1") == title(read, language)


def test_it_keeps_articles_the_style_and_the_headlines_and_nothing_else(reader, articles):
    visit(reader, address(articles[0], "en"))
    for other in ("/en/", articles[0].category.get_absolute_url(), "/en/display/", "/en/nothing-here/"):
        reader.goto(other)
    visit(reader, address(articles[1], "en"))
    assert sorted(reader.evaluate(KEPT)) == sorted(
        [address(articles[0], "en"), address(articles[1], "en"), "/en/offline/", "/static/css/site.css"]
    )


def test_it_keeps_the_last_ten(reader):
    section = make_category()
    urls = [address(publish(make_article(category=section)), "en") for _number in range(12)]
    for url in [*urls[:10], urls[0], *urls[10:]]:
        visit(reader, url)
    kept = {path for path in reader.evaluate(KEPT) if path in urls}
    assert kept == {urls[0], *urls[3:]}


def test_it_never_stands_before_the_admin(reader, articles, sign_in):
    visit(reader, address(articles[0], "en"))
    before = reader.evaluate(KEPT)
    sign_in(reader, make_superuser())
    reader.goto(f"/admin/articles/article/{articles[0].pk}/change/")
    assert reader.evaluate("navigator.serviceWorker.controller") is None
    assert not any(path.startswith(("/admin", "/account")) for path in reader.evaluate(KEPT))
    assert sorted(reader.evaluate(KEPT)) == sorted(before)


def test_what_was_withdrawn_is_forgotten(reader, articles):
    url = address(articles[0], "en")
    visit(reader, url)
    workflow.withdraw(articles[0], language="en", by=make_superuser())
    reader.goto(url)
    wait_until(reader, f"async path => !(await ({KEPT})()).includes(path)", url)


def test_it_is_switched_off_from_the_server(reader, articles, settings):
    visit(reader, address(articles[0], "en"))
    settings.NEWSROOM_SERVICE_WORKER = False
    # The browser looks for a new worker whenever a page is opened.
    reader.goto("/en/")
    wait_until(reader, IS_GONE)
    reader.goto("/en/")
    assert reader.evaluate(IS_GONE)


def test_low_data_pages_start_nothing_and_load_nothing(open_page, articles):
    page = open_page(service_workers="allow", extra_http_headers={"Save-Data": "on"})
    asked = []
    page.context.on("request", lambda request: asked.append(request.url.partition("8")[2].partition("/")[2]))
    page.goto(address(articles[0], "ar"), wait_until="networkidle")
    assert page.evaluate("async () => (await navigator.serviceWorker.getRegistrations()).length") == 0
    assert len(asked) <= 3
    assert not [one for one in asked if one.endswith((".js", ".woff2", ".jpg", ".avif"))]


def test_the_display_settings_work_without_script(open_page, articles):
    page = open_page(width=390, javascript=False, color_scheme="light")
    url = address(articles[0], "en")
    page.goto(url)
    page.click("footer >> text=Display settings")
    page.check("text=Dark")
    page.check("text=Largest")
    page.click("text=Use these settings")
    assert page.url.endswith(url)
    html = page.locator("html")
    assert html.get_attribute("data-theme") == "dark"
    assert html.get_attribute("data-size") == "150"
    page.click("footer >> text=Display settings")
    page.click("[name=forget]")
    assert html.get_attribute("data-theme") is None
    assert page.context.cookies() == []
