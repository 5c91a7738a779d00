"""A real Chromium against a real server, listening for whatever the content security policy refuses."""

import os
import shutil
import threading
import time

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import sync_playwright

# Playwright's own event loop runs in this thread; the database is used from it all the same.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]

LISTEN_FOR_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (event) => {
  console.error(`CSP refused ${event.violatedDirective}: ${event.blockedURI || event.sample}`);
});
"""


def pytest_collection_modifyitems(items):
    for item in items:
        if "tests/browser" in str(item.path):
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.django_db(transaction=True))


@pytest.fixture(autouse=True)
def answers_are_finished(transactional_db):
    """
    Lets the server finish what a closed page had asked for before the tables are emptied.

    Whatever it still writes would stand beside what emptying them puts back
    (the kinds of content, for one).
    """
    yield
    until = time.monotonic() + 10
    for thread in threading.enumerate():
        if "process_request_thread" in thread.name:
            thread.join(timeout=max(0, until - time.monotonic()))
            assert not thread.is_alive(), f"{thread.name} still answers"


@pytest.fixture(scope="session")
def chromium():
    if not CHROMIUM:
        if os.environ.get("CI"):
            pytest.fail("Chromium is not installed, and CI skips nothing.")
        pytest.skip("Chromium is not installed (set CHROMIUM to its path)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium, live_server):
    """
    Opens pages: `open_page(width=390, javascript=True)`.

    Nothing is kept for reading without a connection, or a page of one test
    would still be asked for in the next (`service_workers="allow"`).
    When the test is over, no page may have logged an error, asked another
    host for anything, or (unless it signed in) hold a cookie.
    """
    contexts, problems = [], []

    def opened(*, width=1280, height=900, javascript=True, expect_errors=False, **options):
        context = chromium.new_context(
            viewport={"width": width, "height": height},
            java_script_enabled=javascript,
            base_url=live_server.url,
            **{"service_workers": "block"} | options,
        )
        context.add_init_script(LISTEN_FOR_VIOLATIONS)
        contexts.append(context)
        page = context.new_page()
        context.on("page", lambda other: _listen(other, problems, live_server.url, expect_errors))
        _listen(page, problems, live_server.url, expect_errors)
        page.set_default_timeout(10_000)
        return page

    yield opened
    for context in contexts:
        cookies = {cookie["name"] for cookie in context.cookies()}
        if cookies and settings.SESSION_COOKIE_NAME not in cookies:
            problems.append(f"Cookies without signing in: {cookies}")
        context.close()
    assert not problems


def _listen(page, problems, own_host, expect_errors):
    def on_console(message):
        is_answer = "Failed to load resource" in message.text and expect_errors
        if message.type == "error" and not is_answer:
            problems.append(f"{page.url}: {message.text}")

    def on_request(request):
        if not request.url.startswith((own_host, "data:", "blob:")):
            problems.append(f"{page.url} asked {request.url}")

    page.on("console", on_console)
    page.on("pageerror", lambda error: problems.append(f"{page.url}: {error}"))
    page.on("request", on_request)


@pytest.fixture
def sign_in(live_server):
    """Signs a person in without the sign-in page, which has tests of its own, and opens the desk."""

    def signed_in(page, user):
        # One for each: Django ends the session of whoever was signed in before.
        client = Client()
        client.force_login(user)
        cookie = client.cookies[settings.SESSION_COOKIE_NAME]
        # Signing in gives a new token, so that forms of whoever was here before are refused.
        page.context.clear_cookies(name=settings.CSRF_COOKIE_NAME)
        page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
        page.goto("/admin/")

    return signed_in
