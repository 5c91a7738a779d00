"""Every screen of the desk for a screen reader and on small screens, in two directions, light and dark."""

import pytest

from publishing import workflow
from tests.browser.looking import STAFF_WITH_IMPORTS, look_at
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
def test_every_screen_of_the_desk_is_accessible_and_fits(open_page, sign_in, language):
    person = make_superuser(interface_language=language)
    article = busy_newsroom(person)
    page = open_page(bypass_csp=True)
    sign_in(page, person)
    problems = [problem for one in screens(article) for problem in look_at(page, one, options=STAFF_WITH_IMPORTS)]
    assert not problems, "\n".join(problems)
