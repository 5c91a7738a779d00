"""
One article from the first idea to four published languages, by reporter, editor, translators and publisher.

On its way: a piece that is sent back, a conflict, a translation that is overtaken by its
source, an earlier text that is restored, a correction that readers see, and a withdrawal.
"""

import re

import pytest

from articles.models import Article
from tests.builders import make_category, make_staff

SAVED = re.compile(r"/admin/articles/article/\d+/change/|/admin/articles/article/$")


class Desk:
    """A person at the desk, with a browser window of their own."""

    def __init__(self, open_page, sign_in, person, width):
        self.page = open_page(width=width)
        sign_in(self.page, person)

    def open(self, article, language):
        self.page.goto("about:blank")
        self.page.goto(f"/admin/articles/article/{article.pk}/change/#{language}")
        self.page.wait_for_selector(f"#text-{language}", state="visible")

    def write(self, language, *, title=None, standfirst=None, body=None):
        if title:
            self.page.fill(f"#id_title_{language}", title)
        if standfirst:
            self.page.fill(f"#id_standfirst_{language}", standfirst)
        if body:
            self.page.click(f"#text-{language} .ProseMirror[contenteditable]")
            self.page.keyboard.press("Control+a")
            self.page.keyboard.type(body)

    def save(self):
        with self.page.expect_navigation():
            self.page.click("[name=_continue]")

    def take(self, step, article, language, **answers):
        """Presses a step's button on the form, answers what is asked, and confirms."""
        self.open(article, language)
        with self.page.expect_navigation():
            self.page.click(f"#text-{language} .step-{step}")
        for name, value in answers.items():
            field = self.page.locator(f"[name={name}]")
            if field.first.get_attribute("type") == "radio":
                self.page.check(f"[name={name}][value={value}]")
            else:
                field.fill(value)
        with self.page.expect_navigation():
            self.page.click(".submit-row [type=submit]")
        self.page.wait_for_selector(".messagelist .success")


def read(open_page, article, language):
    page = open_page(expect_errors=True)
    page.goto(article.editions.get(language=language).get_absolute_url())
    return page


def state(article, language):
    return article.editions.get(language=language).state


@pytest.mark.parametrize(("interface", "width"), [("en", 1280), ("ar", 390)])
def test_one_article_from_idea_to_four_languages(open_page, sign_in, interface, width):
    section = make_category()

    def desk(role, **scope):
        return Desk(open_page, sign_in, make_staff(role, interface_language=interface, **scope), width)

    reporter, editor, publisher = desk("reporter", language=None), desk("editor"), desk("publisher")

    # The reporter writes in Arabic and submits.
    page = reporter.page
    page.goto("/admin/articles/article/add/#ar")
    page.select_option("#id_category", str(section.pk))
    reporter.write("ar", title="عودة المياه إلى عشرة أحياء", body="عادت المحطة إلى العمل.")
    reporter.save()
    article = Article.objects.get()
    reporter.take("submit", article, "ar")
    assert state(article, "ar") == "in_review"

    # The editor sends it back with a comment; the reporter adds what was missing.
    editor.take("send_back", article, "ar", note="أضف مقدمة من فضلك")
    reporter.page.goto("/admin/desk/notices/")
    assert "أضف مقدمة من فضلك" in reporter.page.content()
    reporter.open(article, "ar")
    reporter.write("ar", standfirst="عادت المياه صباح اليوم.")
    reporter.save()
    reporter.take("submit", article, "ar")
    editor.take("approve", article, "ar")
    publisher.take("publish", article, "ar")
    assert "عودة المياه إلى عشرة أحياء" in read(open_page, article, "ar").inner_text("h1")

    # Translators work side by side.
    for language, title in (
        ("tr", "On mahalleye su geri döndü"),
        ("ku", "Av vedigere deh taxan"),
        ("en", "Water is back"),
    ):
        translator = desk("translator", language=language)
        page = translator.page
        page.goto(f"/admin/desk/translate/articles.article/{article.pk}/{language}/")
        page.fill(f"[name=title_{language}]", title)
        with page.expect_navigation():
            page.click("[name=_do][value=submit]")
        assert state(article, language) == "in_review"
        editor.take("approve", article, language)
        publisher.take("publish", article, language)

    # Two editors change the Turkish text at once: the second is shown both texts.
    second = desk("editor")
    editor.open(article, "tr")
    second.open(article, "tr")
    editor.write("tr", title="On iki mahalleye su geri döndü")
    editor.save()
    second.write("tr", title="On mahalleye su yeniden geldi")
    with second.page.expect_navigation():
        second.page.click("[name=_continue]")
    assert "On iki mahalleye su geri döndü" in second.page.inner_text(".conflict")
    assert second.page.input_value("#id_title_tr") == "On mahalleye su yeniden geldi"
    article.refresh_from_db()
    assert article.title_tr == "On iki mahalleye su geri döndü"

    # The first text is restored from the history.
    first = article.editions.get(language="tr").versions.order_by("number").first().number
    page = editor.page
    page.goto(f"/admin/desk/restore/articles.article/{article.pk}/tr/{first}/")
    with page.expect_navigation():
        page.click("main [type=submit], #content [type=submit]")
    article.refresh_from_db()
    assert article.title_tr == "On mahalleye su geri döndü"

    # The source was wrong: a correction with a note; its translations say that they are being updated.
    reporter.open(article, "ar")
    reporter.write("ar", title="عودة المياه إلى اثني عشر حياً")
    reporter.save()
    reporter.take("submit", article, "ar")
    editor.take("approve", article, "ar")
    publisher.take("publish", article, "ar", change="correction", public_note="العدد اثنا عشر لا عشرة")
    assert "العدد اثنا عشر لا عشرة" in read(open_page, article, "ar").inner_text("article")
    assert read(open_page, article, "ku").locator(".notice").count() == 1

    # The translator sees what changed, word by word, brings the text up to date, and it goes out again.
    translator = desk("translator", language="ku")
    page = translator.page
    page.goto(f"/admin/desk/translate/articles.article/{article.pk}/ku/")
    assert "عشرة" in page.inner_text("del >> nth=0")
    page.fill("[name=title_ku]", "Av vedigere diwanzdeh taxan")
    with page.expect_navigation():
        page.click("[name=_do][value=updated]")
    translator.take("submit", article, "ku")
    editor.take("approve", article, "ku")
    publisher.take("publish", article, "ku", change="update")
    page = read(open_page, article, "ku")
    assert page.inner_text("h1") == "Av vedigere diwanzdeh taxan"
    assert page.locator(".notice").count() == 0

    # The English text goes offline, with a reason for its readers.
    publisher.take("withdraw", article, "en", note="Wrong district")
    page = read(open_page, article, "en")
    assert "Wrong district" in page.inner_text("main")
    assert article.editions.published_in_any_language().count() == 3
