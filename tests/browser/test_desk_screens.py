"""Every screen of the desk for a screen reader and on small screens, in two directions, light and dark."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from publishing import workflow
from tests.builders import make_article, make_staff, make_superuser, publish, write
from tests.desk.forms import change_url


def busy_newsroom(person):
    """An article with something to see on every screen; returns it."""
    article = make_article(source_language="ar")
    for language in ("ar", "tr", "en", "ku"):
        write(article, language, by=person)
    publish(article, "ar", "tr")
    write(article, "ar", by=person, title="عنوان جديد للخبر", body="<h2>تفاصيل</h2><p>نص آخر.</p>")
    publish(article, "ar")
    write(article, "ar", by=person, title="عنوان أحدث")
    workflow.submit(article, language="en", by=make_staff("reporter"))
    workflow.assign(article, language="tr", by=None, assignee=person)
    workflow.withdraw(make_withdrawn(person), language="ar", by=None, note="خطأ")
    return article


def make_withdrawn(person):
    article = make_article(source_language="ar")
    return publish(article, "ar", "tr")


def screens(article):
    text = f"articles.article/{article.pk}"
    return [
        "/admin/",
        "/admin/desk/board/",
        "/admin/desk/calendar/",
        "/admin/desk/calendar/?view=month",
        f"/admin/desk/translate/{text}/tr/",
        f"/admin/desk/history/{text}/ar/",
        f"/admin/desk/compare/{text}/ar/?before=live&after=working",
        f"/admin/desk/comments/{text}/tr/",
        f"/admin/desk/previews/{text}/tr/",
        f"/admin/desk/share/{text}/tr/",
        "/admin/desk/notices/",
        "/admin/desk/notices/choices/",
        change_url(article),
        f"/admin/articles/article/{article.pk}/ar/publish/",
        f"/admin/articles/article/{article.pk}/ar/schedule/",
        f"/admin/articles/article/{article.pk}/trash/",
    ]


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_screen_of_the_desk_is_accessible_and_fits(open_page, sign_in, language, width, scheme):
    person = make_superuser(interface_language=language)
    article = busy_newsroom(person)
    # axe adds style elements of its own to the page, which the policy would refuse.
    page = open_page(width=width, color_scheme=scheme, bypass_csp=True)
    sign_in(page, person)
    problems = []
    for address in screens(article):
        page.goto(address)
        page.wait_for_load_state("load")
        # Without its own loading of style sheets: it asks for their imports at addresses that do not exist.
        results = Axe().run(page, options={"rules": {"region": {"enabled": False}}, "preload": False})
        if results.violations_count:
            problems.append(f"{address}\n{results.generate_report()}")
        overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if overflow > 0:
            problems.append(f"{address} is {overflow} px too wide")
    assert not problems, "\n".join(problems)
