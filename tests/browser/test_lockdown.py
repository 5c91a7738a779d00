"""Locking the newsroom down, and opening it again by two admins, each in their own browser."""

import pytest
from django.conf import settings
from django.test import Client

from accounts.models import LockDown, User
from desk import lockdown
from publishing import workflow
from tests.browser.looking import STAFF_WITH_IMPORTS, found_by_axe
from tests.builders import in_minutes, make_article, make_byline, make_staff, publish, write

PASSWORD = "correct horse battery"


def sign_in_with(page, user, live_server):
    """As the fixture `sign_in`, but for several people at once: each has a session of their own."""
    client = Client()
    client.force_login(User.objects.get(pk=user.pk))
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
    page.goto("/admin/")


def give_password(page):
    page.locator('input[type="password"]').fill(PASSWORD)
    page.locator("form.account-form button").click()
    page.wait_for_url("**/admin/desk/lockdown/")


def press(page, action):
    page.locator(f'form:has(input[name="action"][value="{action}"]) input[type="submit"]').click()


@pytest.mark.parametrize("language", ["en", "ar"])
def test_two_admins_in_two_browsers(open_page, live_server, language):
    one, other = (make_staff("admin", interface_language=language) for _number in range(2))
    article = make_article(source_language="ar")
    workflow.schedule(article, language="ar", by=None, at=in_minutes(60))
    first, second = open_page(), open_page(width=390)
    sign_in_with(first, one, live_server)
    sign_in_with(second, other, live_server)

    first.goto("/admin/desk/lockdown/")
    first.locator("textarea[name=reason]").fill("حساب مخترق")
    press(first, "start")
    give_password(first)
    assert first.locator(".lock-down-reason").inner_text() == "حساب مخترق"
    assert article.title_ar in first.locator("main").inner_text()
    second.goto("/admin/")
    assert "/account/login/" in second.url

    first.locator("textarea[name=note]").fill("انتهى")
    press(first, "ask")
    assert first.locator('input[name="action"][value="confirm"]').count() == 0

    sign_in_with(second, other, live_server)
    second.goto("/admin/desk/lockdown/")
    assert second.locator(".safety-quote").inner_text() == "انتهى"
    press(second, "confirm")
    give_password(second)
    assert second.locator(".lock-down-banner").count() == 0
    assert LockDown.now() is None


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_screen_of_safety_is_accessible_and_fits(open_page, sign_in, language, width, scheme):
    admin, thief = make_staff("admin", interface_language=language), make_staff("publisher", display_name="Leyla")
    byline = make_byline()
    article = publish(make_article(source_language="ar", bylines=[byline]), "ar")
    write(article, "ar", by=thief, title="عنوان مشوه")
    workflow.publish(article, language="ar", by=thief)
    workflow.schedule(make_article(source_language="ar"), language="ar", by=thief, at=in_minutes(60))
    lockdown.start(by=admin, reason="An account was taken over.\nحساب مخترق")
    lockdown.ask_release(by=make_staff("admin"), note="over")
    admin.refresh_from_db()
    # axe adds style elements of its own to the page, which the policy would refuse.
    page = open_page(width=width, color_scheme=scheme, bypass_csp=True)
    sign_in(page, admin)
    page.goto("/admin/accounts/auditentry/")
    entry = page.locator(".audit-entry a").first.get_attribute("href")
    for address in (
        "/admin/accounts/auditentry/",
        entry,
        "/admin/desk/lockdown/",
        f"/admin/desk/undo/{thief.pk}/",
        f"/admin/articles/byline/{byline.pk}/withdraw/",
        f"/admin/articles/byline/{byline.pk}/change/",
    ):
        page.goto(address)
        found = found_by_axe(page, options=STAFF_WITH_IMPORTS)
        assert not found, f"{address}\n{found}"
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
