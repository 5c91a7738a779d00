"""Nothing that was typed is lost: closed windows, lost connections, ended sessions, and two people in one text."""

import pytest
from django.contrib.sessions.models import Session

from articles.models import Article
from desk.items import text_url
from desk.models import Autosave, Presence
from tests.browser.looking import STAFF, found_by_axe
from tests.builders import make_article, make_superuser, write
from tests.desk.forms import change_url

SAVED = "Saved as a draft at"


@pytest.fixture
def leyla():
    return make_superuser(display_name="Leyla")


def open_form(page, article, language="ar"):
    page.goto(f"{change_url(article)}#{language}")
    page.wait_for_selector(f"#text-{language} .ProseMirror[contenteditable]")


def wait_for_status(page, words):
    page.wait_for_function("words => document.querySelector('.autosave-status').textContent.includes(words)", arg=words)


def write_body(page, language, text):
    page.click(f"#text-{language} .ProseMirror[contenteditable]")
    page.keyboard.press("Control+A")
    page.keyboard.type(text)


def hide(page):
    """What a browser says when somebody turns to another window."""
    page.evaluate("""() => {
        Object.defineProperty(document, "visibilityState", { value: "hidden", configurable: true });
        document.dispatchEvent(new Event("visibilitychange"));
        delete document.visibilityState;
    }""")


def save(page):
    with page.expect_navigation():
        page.click("[name=_continue]")


def test_what_was_typed_is_there_again_after_the_window_was_closed(open_page, sign_in, leyla):
    article = make_article()
    page = open_page()
    sign_in(page, leyla)
    open_form(page, article)
    page.fill("#id_title_ar", "عنوان لم يُحفظ")
    write_body(page, "ar", "نص لم يُحفظ")
    wait_for_status(page, SAVED)
    hide(page)
    page.wait_for_timeout(300)

    again = page.context.new_page()
    page.close()
    open_form(again, article)

    assert again.is_visible("text=and did not save it: العربية (Title, Text).")
    assert again.input_value("#id_title_ar") != "عنوان لم يُحفظ"
    again.click("[data-put]")
    assert again.input_value("#id_title_ar") == "عنوان لم يُحفظ"
    assert again.inner_text("#text-ar .ProseMirror[contenteditable]") == "نص لم يُحفظ"
    assert not again.query_selector(".kept-work")
    save(again)

    article.refresh_from_db()
    assert (article.title_ar, article.body_ar) == ("عنوان لم يُحفظ", "<p>نص لم يُحفظ</p>")
    assert not article.editions.get(language="ar").is_out
    assert not Autosave.objects.exists()
    again.wait_for_timeout(2500)
    assert not Autosave.objects.exists()
    assert not again.query_selector(".kept-work")


def test_the_last_words_before_the_window_closes_are_kept(open_page, sign_in, leyla):
    article = make_article()
    page = open_page()
    sign_in(page, leyla)
    open_form(page, article)
    page.fill("#id_title_ar", "في آخر لحظة")
    page.goto("/admin/")

    open_form(page, article)

    page.click(".kept-work [data-put]")
    assert page.input_value("#id_title_ar") == "في آخر لحظة"
    assert page.locator(".kept-work").count() == 0


def test_what_is_discarded_is_asked_about_once_more_and_gone(open_page, sign_in, leyla):
    article = make_article()
    Autosave.objects.create(user=leyla, **key(article), part="ar", values={"title_ar": "مسودة"})
    page = open_page()
    sign_in(page, leyla)
    open_form(page, article)

    page.click("[data-discard]")
    assert Autosave.objects.exists()
    page.click("text=Discard it for good")
    page.wait_for_selector(".kept-work", state="detached")

    assert not Autosave.objects.exists()
    page.reload()
    assert not page.query_selector(".kept-work")


def test_typing_on_beside_an_older_draft_loses_neither(open_page, sign_in, leyla):
    article = make_article()
    Autosave.objects.create(user=leyla, **key(article), part="ar", values={"title_ar": "قديم"}, seal="0:")
    page = open_page()
    sign_in(page, leyla)
    open_form(page, article)
    page.fill("#id_title_ar", "جديد")
    wait_for_status(page, "You typed something else here earlier")
    assert Autosave.objects.get().values == {"title_ar": "قديم"}

    page.reload()
    page.wait_for_selector(".kept-work >> nth=1")
    assert sorted(page.locator(".kept-work .kept-text").all_text_contents()) == ["جديد", "قديم"]

    page.fill("#id_title_ar", "ثالث")
    page.click(".kept-work:has-text('قديم') [data-put]")
    assert page.input_value("#id_title_ar") == "قديم"
    # What stood in the field is offered in its turn.
    assert sorted(page.locator(".kept-work .kept-text").all_text_contents()) == ["ثالث", "جديد"]


def test_facts_that_all_languages_share_come_back_too(open_page, sign_in, leyla):
    article = make_article()
    page = open_page()
    sign_in(page, leyla)
    open_form(page, article)
    page.select_option("#id_format", "video")
    page.check("[name=wanted_languages][value=tr]")
    page.fill("#id_embargo_until_0", "2031-02-03")
    page.fill("#id_embargo_until_1", "04:05")
    wait_for_status(page, SAVED)

    page.reload()
    page.click(".kept-work [data-put]")

    assert page.input_value("#id_format") == "video"
    assert page.is_checked("[name=wanted_languages][value=tr]")
    assert page.input_value("#id_embargo_until_1") == "04:05"


def test_a_new_article_is_kept_before_it_exists(open_page, sign_in, leyla):
    page = open_page()
    sign_in(page, leyla)
    page.goto("/admin/articles/article/add/#ar")
    page.fill("#id_title_ar", "جديد")
    wait_for_status(page, SAVED)

    page.reload()
    page.click(".kept-work [data-put]")

    assert page.input_value("#id_title_ar") == "جديد"
    assert not Article.objects.exists()


def test_without_a_connection_the_text_stays_in_this_browser_and_goes_up_later(open_page, sign_in, leyla):
    article = make_article()
    page = open_page(expect_errors=True)
    sign_in(page, leyla)
    open_form(page, article)
    page.context.set_offline(True)
    page.fill("#id_title_ar", "بلا اتصال")
    wait_for_status(page, "No connection. Your text is kept in this browser.")
    page.click("[name=_save]")
    assert page.input_value("#id_title_ar") == "بلا اتصال"

    page.context.set_offline(False)
    wait_for_status(page, SAVED)

    assert Autosave.objects.get().values["title_ar"] == "بلا اتصال"
    assert page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('desk-kept')).length") == 0


def test_a_window_that_is_closed_without_a_connection_loses_nothing(open_page, sign_in, leyla):
    article = make_article()
    page = open_page(expect_errors=True)
    sign_in(page, leyla)
    open_form(page, article)
    page.context.set_offline(True)
    page.fill("#id_title_ar", "بلا اتصال")
    wait_for_status(page, "No connection")
    again = page.context.new_page()
    page.close()
    again.context.set_offline(False)

    open_form(again, article)

    assert "and did not save it: العربية (Title)." in again.inner_text(".kept-work")
    again.click(".kept-work [data-put]")
    wait_for_status(again, SAVED)
    assert Autosave.objects.get().values["title_ar"] == "بلا اتصال"


def test_whoever_was_signed_out_signs_in_elsewhere_and_saves(open_page, sign_in, leyla):
    article = make_article()
    page = open_page()
    sign_in(page, leyla)
    open_form(page, article)
    Session.objects.all().delete()
    page.fill("#id_title_ar", "بعد انتهاء الجلسة")
    wait_for_status(page, "You are signed out. Sign in in another tab")
    page.click("[name=_continue]")
    page.wait_for_timeout(300)
    assert page.input_value("#id_title_ar") == "بعد انتهاء الجلسة"
    sign_in(page.context.new_page(), leyla)

    save(page)

    article.refresh_from_db()
    assert article.title_ar == "بعد انتهاء الجلسة"
    assert not page.query_selector(".kept-work")


def test_nobody_elses_session_gets_the_text(open_page, sign_in, leyla):
    article = make_article()
    page = open_page(expect_errors=True)
    sign_in(page, leyla)
    open_form(page, article)
    Session.objects.all().delete()
    other = page.context.new_page()
    sign_in(other, make_superuser(display_name="Baran"))
    page.fill("#id_title_ar", "نص ليلى")
    wait_for_status(page, "You are signed out")
    open_form(other, article)

    assert not Autosave.objects.exists()
    assert not other.query_selector(".kept-work")


def test_a_form_that_comes_back_with_errors_is_kept_as_well(open_page, sign_in, leyla):
    article = make_article(title_ar="أول")
    page = open_page()
    sign_in(page, leyla)
    open_form(page, article, "tr")
    page.fill("#id_standfirst_tr", "Başlıksız")
    page.click("#text-tr .step-publish")
    page.wait_for_selector("#text-tr .errorlist", state="visible")
    wait_for_status(page, SAVED)

    assert {row.part: row.values["standfirst_tr"] for row in Autosave.objects.all()} == {"tr": "Başlıksız"}
    assert not page.query_selector(".kept-work")


def test_two_people_in_one_text_see_each_other(open_page, sign_in, leyla):
    article = make_article()
    first, second = open_page(), open_page()
    sign_in(first, make_superuser(display_name="Ayşe"))
    sign_in(second, leyla)
    open_form(first, article, "tr")
    first.fill("#id_title_tr", "Yeni")
    first.click("#tab-en")
    first.click("#tab-tr")
    first.wait_for_timeout(500)

    open_form(second, article, "tr")

    second.wait_for_selector("#text-tr .presence:has-text('Ayşe is editing the text in Türkçe')")
    with first.expect_navigation():
        first.click("#site-name a")
    first.wait_for_timeout(500)
    assert not Presence.objects.filter(user__display_name="Ayşe").exists()


def test_both_texts_of_a_conflict_are_put_together_in_the_field(open_page, sign_in, leyla):
    article = make_article()
    page = open_page()
    sign_in(page, leyla)
    open_form(page, article)
    page.fill("#id_title_ar", "نص ليلى")
    write_body(page, "ar", "نص ليلى")
    write(article, "ar", title="نص باران", body="<p>نص باران</p>", by=make_superuser(display_name="Baran"))
    save(page)

    page.click("[data-take-both=body_ar]")
    page.click("[data-take-both=title_ar]")
    page.click("[data-to-field=body_ar]")

    assert page.input_value("#id_title_ar") == "نص ليلى / نص باران"
    assert page.inner_text("#text-ar .ProseMirror[contenteditable]").split("\n\n") == ["نص ليلى", "نص باران"]
    assert page.evaluate("document.activeElement.closest('.ProseMirror') !== null")
    save(page)
    article.refresh_from_db()
    assert article.body_ar == "<p>نص ليلى</p><p>نص باران</p>"


def test_a_translation_side_by_side_is_kept_too(open_page, sign_in, leyla):
    article = write(make_article(), "ar", title="أول").item
    page = open_page()
    sign_in(page, leyla)
    page.goto(text_url("translate", article, "tr"))
    page.fill("#id_title_tr", "Kaydedilmemiş")
    wait_for_status(page, SAVED)

    page.reload()

    assert "Türkçe (Title)" in page.inner_text(".kept-message")
    page.click(".kept-work [data-put]")
    assert page.input_value("#id_title_tr") == "Kaydedilmemiş"


def test_without_script_the_draft_can_be_read_and_copied(open_page, sign_in, leyla):
    article = make_article()
    Autosave.objects.create(user=leyla, **key(article), part="ar", values={"title_ar": "مسودة"})
    page = open_page(javascript=False)
    sign_in(page, leyla)
    page.goto(change_url(article))

    page.click(".kept-work summary")

    assert page.is_visible("text=مسودة")
    assert not page.is_visible("[data-put]")


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("width", [390, 1280])
def test_drafts_and_presence_are_accessible_and_fit(open_page, sign_in, language, width):
    article, user = make_article(), make_superuser(interface_language=language)
    Autosave.objects.create(user=user, **key(article), part="ar", values={"title_ar": "x" * 150, "body_ar": "x" * 300})
    Presence.objects.create(user=make_superuser(), **key(article), language="ar")
    page = open_page(width=width, bypass_csp=True)
    sign_in(page, user)
    open_form(page, article)
    page.wait_for_selector("#text-ar .presence")
    page.click(".kept-work summary")

    own = {"include": [[".kept-work"], [".presence"], [".submit-row"]]}
    found = found_by_axe(page, context=own, options=STAFF)

    assert not found, found
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0


def key(article):
    from django.contrib.contenttypes.models import ContentType

    return {"item_type": ContentType.objects.get_for_model(article), "item_id": article.pk}
