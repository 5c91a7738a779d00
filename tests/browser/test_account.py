"""Signing in and one's own account, in a real browser: apps, passkeys, recovery codes, links by mail."""

import re

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.core.cache import cache

from accounts.models import User
from tests.accounts.signing import PASSWORD, add_app, add_recovery_codes, code_now, wrong_code
from tests.browser.looking import STAFF_WITH_IMPORTS, problems_of
from tests.builders import make_staff, make_user
from tests.jobs import run_due_jobs

NEW = "stapler-harbour-violet-ninety"


@pytest.fixture(autouse=True)
def _second_factor(settings):
    settings.NEWSROOM_SECOND_FACTOR = "privileged"
    cache.clear()


def type_in(page, name, password=PASSWORD):
    page.goto("/account/login/")
    page.fill("[name=login]", name)
    page.fill("[name=password]", password)
    page.click("main button.default")


def type_password_again(page):
    page.wait_for_url("**/account/password/again/**")
    page.fill("[name=password]", PASSWORD)
    page.click("main button.default")


def log_out(page):
    page.click("#logout-form button")
    page.wait_for_url("**/account/login/**")


def virtual_authenticator(page):
    """Gives a page a device that always says yes, as a finger on a sensor does."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    number = devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]
    return devtools, number


def test_an_authenticator_app_from_the_first_sign_in_to_the_second(open_page):
    user = make_staff("publisher")
    page = open_page()
    type_in(page, user.email)
    page.wait_for_url("**/account/second-factor/needed/")
    assert page.locator("#user-tools").count() == 0
    page.click("text=Set up an app")
    type_password_again(page)
    picture = page.locator("img.account-code")
    assert picture.evaluate("image => image.complete && image.naturalWidth > 0")
    page.click("summary")
    secret = page.inner_text("code")
    page.fill("[name=code]", code_now(secret))
    page.click("main button.default")
    page.wait_for_url("**/recovery-codes/")
    codes = page.locator(".recovery-codes code").all_inner_texts()
    assert len(codes) == 10
    with page.expect_download() as download:
        page.click("a[download]")
    assert download.value.path().read_text("utf-8").split()[-10:] == codes
    assert page.is_visible("[data-print]")
    page.click("text=I have kept them")
    page.wait_for_url("**/admin/")

    log_out(page)
    type_in(page, user.username)
    page.wait_for_url("**/second-factor/code/")
    page.fill("[name=code]", wrong_code(secret))
    page.keyboard.press("Enter")
    page.wait_for_selector(".errorlist")
    assert "wrong or too old" in page.inner_text("main")
    page.fill("[name=code]", code_now(secret, step=1))
    page.keyboard.press("Enter")
    page.wait_for_url("**/admin/")


def test_a_passkey_is_set_up_signs_in_alone_and_as_second_factor_and_goes(open_page):
    user = make_staff("publisher", display_name="ليلى")
    page = open_page()
    virtual_authenticator(page)
    type_in(page, user.username)
    page.wait_for_url("**/account/second-factor/needed/")
    page.click("text=Add a passkey")
    type_password_again(page)
    assert page.input_value("[name=name]") == "Chrome on Linux"
    page.fill("[name=name]", "هاتفي")
    page.click("form[data-passkey] button")
    page.wait_for_url("**/recovery-codes/")
    page.goto("/admin/")
    assert page.url.endswith("/admin/")

    # Alone, without name and password.
    log_out(page)
    page.goto("/account/login/?next=/account/devices/")
    page.click("form[data-passkey] button")
    page.wait_for_selector(".account-list")
    assert page.url.endswith("/account/devices/")
    page.goto("/admin/")
    assert page.url.endswith("/admin/")

    # After the password.
    log_out(page)
    type_in(page, user.username)
    page.wait_for_url("**/second-factor/code/")
    page.click("form[data-passkey] button")
    page.wait_for_url("**/admin/")

    # The same device twice.
    page.goto("/account/passkeys/add/")
    type_password_again(page)
    page.click("form[data-passkey] button")
    page.wait_for_selector("[data-passkey-error]:visible")
    assert "has a passkey for your account already" in page.inner_text("[data-passkey-error]")

    # Another name, and gone once there is another factor.
    page.goto("/account/second-factor/")
    page.click("text=Rename")
    page.fill("[name=name]", "Old phone")
    page.click("main button.default")
    page.wait_for_url("**/account/second-factor/")
    assert page.inner_text(".account-keys bdi") == "Old phone"
    add_app(user)
    page.click(".account-keys >> text=Remove")
    page.click("main button.default")
    page.wait_for_url("**/account/second-factor/")
    assert page.locator(".account-keys").count() == 0
    assert not Authenticator.objects.filter(type="webauthn").exists()


def test_a_passkey_of_somebody_who_was_deactivated_opens_nothing(open_page):
    user = make_user()
    page = open_page()
    virtual_authenticator(page)
    type_in(page, user.username)
    page.wait_for_url("**/admin/")
    page.goto("/account/passkeys/add/")
    type_password_again(page)
    page.click("form[data-passkey] button")
    page.wait_for_url("**/recovery-codes/")
    User.objects.filter(pk=user.pk).update(is_active=False)
    page.goto("/account/login/")
    page.click("form[data-passkey] button")
    page.wait_for_selector(".messagelist")
    assert "This passkey could not be used" in page.inner_text(".messagelist")
    page.goto("/admin/")
    assert "/account/login/" in page.url


def test_a_passkey_that_does_not_know_its_owner_is_refused(open_page):
    """Without a finger or a PIN there is one factor only: whoever found the device."""
    user = make_user()
    page = open_page()
    devtools, number = virtual_authenticator(page)
    type_in(page, user.username)
    page.wait_for_url("**/admin/")
    page.goto("/account/passkeys/add/")
    type_password_again(page)
    devtools.send("WebAuthn.setUserVerified", {"authenticatorId": number, "isUserVerified": False})
    page.click("form[data-passkey] button")
    page.wait_for_selector("[data-passkey-error]:visible")
    assert not Authenticator.objects.exists()


def test_a_recovery_code_stands_in_for_a_lost_phone(open_page):
    user = make_staff("publisher")
    add_app(user)
    codes = add_recovery_codes(user)
    page = open_page(javascript=False)
    for code in codes[:2]:
        type_in(page, user.username)
        page.fill("[name=code]", code)
        page.click("main button.default >> nth=0")
        page.wait_for_url("**/admin/")
        log_out(page)
    type_in(page, user.username)
    page.fill("[name=code]", codes[0])
    page.click("main button.default >> nth=0")
    assert "wrong or too old" in page.inner_text("main")


def test_a_forgotten_password_in_arabic_on_a_phone(open_page):
    user = make_user(username="leyla", interface_language="ar")
    page = open_page(width=390, locale="ar")
    page.goto("/account/login/")
    assert page.get_attribute("html", "dir") == "rtl"
    page.click("a[href*=forgotten]")
    page.fill("[name=login]", "leyla")
    page.click("main button.default")
    page.wait_for_url("**/forgotten/sent/**")
    run_due_jobs()
    link = re.search(r"https?://[^/]+(/\S+)", mail.outbox[-1].body)[1]
    page.goto(link)
    assert "set-password" in page.url
    assert page.get_attribute("html", "dir") == "rtl"
    assert page.get_attribute("[name=new_password1]", "dir") == "ltr"
    for field in ("new_password1", "new_password2"):
        page.fill(f"[name={field}]", NEW)
    page.click("main button.default")
    page.wait_for_url("**/account/login/**")
    assert page.get_attribute("html", "lang") == "ar"
    page.fill("[name=login]", "leyla")
    page.fill("[name=password]", NEW)
    page.keyboard.press("Enter")
    page.wait_for_url("**/admin/")
    user.refresh_from_db()
    assert user.check_password(NEW)


def test_after_too_many_attempts_a_stranger_waits_and_the_owner_does_not(open_page):
    user = make_user(username="leyla")
    owner = open_page()
    type_in(owner, "leyla")
    owner.wait_for_url("**/admin/")
    log_out(owner)

    stranger = open_page()
    for _number in range(10):
        type_in(stranger, "leyla", "wrong horse battery")
        assert "Check both and try again" in stranger.inner_text("main")
    type_in(stranger, "leyla")
    assert "Too many attempts" in stranger.inner_text("main")
    assert stranger.title().startswith("Error:")
    stranger.context.clear_cookies()

    type_in(owner, user.username)
    owner.wait_for_url("**/admin/")


def test_everything_goes_by_keyboard_alone(open_page):
    user = make_staff("publisher")
    add_app(user)
    page = open_page()
    page.goto("/account/login/?next=/account/")
    for _number in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == "login":
            break
    page.keyboard.type(user.username)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/second-factor/code/")
    # The only field of the page has the focus.
    page.keyboard.type(code_now())
    page.keyboard.press("Enter")
    page.wait_for_selector(".account-rows")
    for _number in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.getAttribute('href')") == "/account/devices/":
            break
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"
    page.keyboard.press("Enter")
    page.wait_for_url("**/account/devices/")


def test_people_see_their_devices_and_sign_out_on_another(open_page):
    user = make_user()
    agent = "Mozilla/5.0 (Android 14; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0"
    phone, desktop = open_page(width=390, user_agent=agent), open_page()
    for page in (phone, desktop):
        type_in(page, user.username)
        page.wait_for_url("**/admin/")
    desktop.click("text=My account")
    desktop.click("text=See where, and sign out")
    assert desktop.locator(".account-list h2 bdi").all_inner_texts() == ["Chrome on Linux", "Firefox on Android"]
    desktop.click("[aria-label='Sign out on Firefox on Android']")
    desktop.wait_for_selector(".messagelist")
    assert desktop.locator(".account-list li").count() == 1
    phone.goto("/admin/articles/article/")
    assert "/account/login/" in phone.url
    phone.context.clear_cookies()


def screens():
    return [
        "/account/",
        "/account/password/",
        "/account/email/",
        "/account/devices/",
        "/account/second-factor/",
        "/account/second-factor/app/remove/",
        "/account/second-factor/recovery-codes/new/",
        "/account/second-factor/recovery-codes/",
        "/account/second-factor/recovery-codes/",
        "/account/passkeys/add/",
        "/account/logout/",
    ]


@pytest.mark.parametrize("language", ["en", "ar"])
def test_every_page_is_accessible_and_fits(open_page, language):
    user = make_staff("publisher", username="leyla", interface_language=language)
    page = open_page(bypass_csp=True, locale=language)
    problems = []

    def look(name):
        page.wait_for_load_state("load")
        problems.extend(problems_of(page, name, options=STAFF_WITH_IMPORTS))

    page.goto("/account/password/new/MQ/a-b/")
    look("a link that is no link")
    page.goto("/account/password/forgotten/")
    look("forgotten")
    page.goto("/account/password/forgotten/sent/")
    look("sent")
    type_in(page, "leyla", "wrong horse battery")
    look("sign-in with an error")
    type_in(page, "leyla")
    page.wait_for_url("**/needed/")
    look("second factor needed")
    page.goto("/account/second-factor/app/")
    look("password again")
    page.fill("[name=password]", PASSWORD)
    page.click("main button.default")
    page.wait_for_url("**/app/")
    look("setting an app up")
    page.click("summary")
    page.fill("[name=code]", code_now(page.inner_text("code")))
    page.click("main button.default")
    page.wait_for_url("**/recovery-codes/")
    Authenticator.objects.create(user=user, type="webauthn", data={"name": "Phone", "credential": {}})
    for address in screens()[:-3]:
        page.goto(address)
        look(address)
    Authenticator.objects.filter(type="webauthn").delete()
    for address in screens()[-3:]:
        page.goto(address)
        look(address)
    page.click("main button.default")
    page.wait_for_url("**/login/**")
    type_in(page, "leyla")
    page.wait_for_url("**/code/")
    look("code")
    assert not problems, "\n".join(problems)
