"""From the invitation to the first publication, and out of the door again, in a real browser."""

import re

import pytest
from django.core import mail
from django.core.cache import cache

from accounts import workflow
from accounts.models import Invitation, RoleAssignment, User
from articles.models import Article
from tests.accounts.signing import add_app, code_now
from tests.browser.looking import STAFF_WITH_IMPORTS, found_by_axe
from tests.builders import make_category, make_staff, make_superuser
from tests.jobs import run_due_jobs

PASSWORD = "teapot gravel nineteen umbrella"


def sent_link():
    """The path of the link in the last mail."""
    run_due_jobs()
    return re.search(r"/account/invitation/\S+", mail.outbox[-1].body)[0]


def axe_problems(page):
    found = found_by_axe(page, options=STAFF_WITH_IMPORTS)
    return f"{page.url}\n{found}" if found else ""


def test_an_arabic_publisher_from_the_invitation_to_the_first_publication(open_page, sign_in, settings):
    section = make_category(name_ar="أخبار محلية", is_on_home=True)
    admin = make_staff("admin", display_name="Leyla Demir")
    desk = open_page()
    sign_in(desk, admin)
    desk.click(".desk-everything summary")
    desk.click("a[href='/admin/accounts/user/']")
    desk.click("text=Invite somebody")
    desk.fill("[name=email]", "karim@example.org")
    desk.fill("[name=display_name]", "كريم")
    desk.check("[name=role][value=publisher]")
    desk.check("[name=languages][value=ar]")
    desk.select_option("[name=interface_language]", "ar")
    desk.click(".submit-row [type=submit]")
    desk.wait_for_url("**/change/")
    assert "not sent yet" in desk.inner_text(".person-facts")
    link = sent_link()
    desk.reload()
    assert "sent on" in desk.inner_text(".person-facts")

    # From here on as in production: publishers need a second factor.
    settings.NEWSROOM_SECOND_FACTOR = "privileged"
    cache.clear()
    page = open_page()
    page.goto(link)
    assert page.url.endswith("/account/invitation/")
    assert page.get_attribute("html", "dir") == "rtl"
    assert page.input_value("[name=display_name]") == "كريم"
    page.fill("[name=username]", "karim")
    page.fill("[name=password]", PASSWORD)
    page.fill("[name=password_again]", PASSWORD)
    page.click("main button.default")
    page.wait_for_url("**/account/login/**")
    page.fill("[name=login]", "karim")
    page.fill("[name=password]", PASSWORD)
    page.click("main button.default")
    page.wait_for_url("**/account/second-factor/needed/")
    page.click("a[href$='/second-factor/app/']")
    page.wait_for_url("**/account/password/again/**")
    page.fill("[name=password]", PASSWORD)
    page.click("main button.default")
    page.click("details.account-key summary")
    page.fill("[name=code]", code_now(page.inner_text("code")))
    page.click("main button.default")
    page.wait_for_url("**/recovery-codes/")

    page.goto("/admin/articles/article/add/")
    page.click("#tab-ar")
    page.fill("#id_title_ar", "عودة المياه إلى الحي")
    page.click("#text-ar .ProseMirror[contenteditable]")
    page.keyboard.type("عادت المياه اليوم.")
    page.select_option("#id_category", str(section.pk))
    page.click("#text-ar .step-publish")
    page.wait_for_url("**/ar/publish/**")
    page.click(".step-form .submit-row [type=submit]")
    page.wait_for_url("**/change/**")
    article = Article.objects.get()
    assert article.editions.get(language="ar").is_public
    # The role counts in Arabic only.
    assert page.locator("#text-tr .step-publish").count() == 0

    reader = open_page()
    reader.goto("/ar/")
    assert "عودة المياه إلى الحي" in reader.inner_text("main")


def test_deactivation_ends_an_open_session_at_once_and_for_good(open_page, sign_in):
    person = make_staff("reporter", display_name="Karim")
    theirs, desk = open_page(), open_page()
    sign_in(theirs, person)
    assert theirs.locator("#user-tools").is_visible()

    sign_in(desk, make_staff("admin"))
    desk.goto(f"/admin/accounts/user/{person.pk}/change/")
    desk.click("text=Deactivate the account")
    desk.click(".submit-row [type=submit]")
    desk.wait_for_url("**/change/")
    assert "deactivated" in desk.inner_text(".person-facts")

    theirs.goto("/admin/articles/article/")
    assert "/account/login/" in theirs.url
    desk.click("text=Activate the account again")
    desk.click(".submit-row [type=submit]")
    desk.wait_for_url("**/change/")
    theirs.goto("/admin/articles/article/")
    assert "/account/login/" in theirs.url
    theirs.fill("[name=login]", person.username)
    theirs.fill("[name=password]", "correct horse battery")
    theirs.click("main button.default")
    theirs.wait_for_url("**/admin/articles/article/")


def test_roles_are_given_in_a_row_that_the_page_adds(open_page, sign_in):
    person = make_staff("reporter")
    page = open_page()
    sign_in(page, make_staff("admin"))
    page.goto(f"/admin/accounts/user/{person.pk}/change/")
    page.select_option("[name=roles-1-role]", "translator")
    page.select_option("[name=roles-1-language]", "tr")
    page.click("[data-add]")
    page.select_option("[name=roles-2-role]", "translator")
    page.select_option("[name=roles-2-language]", "ku")
    page.check("[name=roles-0-DELETE]")
    with page.expect_navigation():
        page.click("[aria-labelledby=roles-title] [type=submit]")
    roles = set(RoleAssignment.objects.filter(user=person).values_list("role", "language"))
    assert roles == {("translator", "tr"), ("translator", "ku")}


def test_roles_are_given_without_script(open_page, sign_in):
    person = make_staff("reporter")
    page = open_page(javascript=False)
    sign_in(page, make_staff("admin"))
    page.goto(f"/admin/accounts/user/{person.pk}/change/")
    assert page.locator("[data-add]").is_hidden()
    page.select_option("[name=roles-1-role]", "editor")
    with page.expect_navigation():
        page.click("[aria-labelledby=roles-title] [type=submit]")
    assert set(person.role_assignments.values_list("role", flat=True)) == {"reporter", "editor"}


@pytest.mark.parametrize(("language", "width", "scheme"), [("en", 1280, "light"), ("ar", 390, "dark")])
def test_every_screen_about_people_is_accessible_and_fits(open_page, sign_in, language, width, scheme):
    by = make_superuser(interface_language=language)
    person = make_staff("publisher", language="ar", category=make_category(), display_name="كريم")
    add_app(person)
    invitation = workflow.invite(
        email="nujin@example.org", role="editor", languages=["ar"], interface_language=language, by=by
    )
    page = open_page(width=width, color_scheme=scheme, bypass_csp=True)
    sign_in(page, by)
    people, invitations = "/admin/accounts/user/", "/admin/accounts/invitation/"
    addresses = [
        people,
        f"{people}{person.pk}/change/",
        f"{people}{by.pk}/change/",
        f"{people}{person.pk}/rights/",
        f"{people}{person.pk}/deactivate/do/",
        f"{people}roles/",
        invitations,
        f"{invitations}add/",
        f"{invitations}{invitation.pk}/change/",
        "/admin/auth/group/",
    ]
    problems = []
    for address in addresses:
        page.goto(address)
        page.wait_for_load_state("load")
        problems.append(axe_problems(page))
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            problems.append(f"{address} is wider than the screen")
    assert not "\n".join(filter(None, problems))


@pytest.mark.parametrize(("language", "width", "scheme"), [("en", 1280, "dark"), ("ar", 390, "light")])
def test_the_page_of_an_invitation_is_accessible_and_fits(open_page, language, width, scheme):
    workflow.invite(
        email="nujin@example.org",
        role="editor",
        sections=[make_category()],
        interface_language=language,
        by=make_staff("admin"),
    )
    link = sent_link()
    page = open_page(width=width, color_scheme=scheme, bypass_csp=True, expect_errors=True)
    page.goto(link)
    page.click("main button.default")
    problems = [axe_problems(page)]
    page.fill("[name=username]", "no spaces please")
    page.fill("[name=display_name]", "نوجين")
    page.fill("[name=password]", "short")
    page.fill("[name=password_again]", "short")
    page.click("main button.default")
    page.locator(".errorlist").nth(1).wait_for()
    problems.append(axe_problems(page))
    Invitation.objects.all().delete()
    page.reload()
    problems.append(axe_problems(page))
    assert not "\n".join(filter(None, problems))
    assert not page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    assert not User.objects.filter(email="nujin@example.org").exists()
