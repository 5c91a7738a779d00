"""What each role finds on the form, in lists and behind the buttons, within its languages and sections."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from publishing import workflow
from tests.builders import make_article, make_category, make_staff, make_tag, publish, write
from tests.desk.forms import change_url, open_form, send

pytestmark = pytest.mark.django_db


def signed_in(person):
    client = Client()
    client.force_login(person)
    return client


def step_url(article, language, step):
    return f"/admin/articles/article/{article.pk}/{language}/{step}/"


def buttons(page):
    return {value.split('"')[0] for value in page.split('name="_step" value="')[1:]}


# --- The form -----------------------------------------------------------------


def test_a_translator_writes_in_their_language_and_reads_the_others():
    translator = signed_in(make_staff("translator", language="tr"))
    article = make_article(title_ar="ماء", title_tr="Su", body_ar="<p>نص <strong>مهم</strong></p>")
    url = change_url(article)

    page = translator.get(url).content.decode()
    assert 'name="title_tr"' in page
    assert 'name="title_ar"' not in page
    assert 'name="category"' not in page
    assert "نص مهم" in page
    assert "&lt;strong" not in page

    form = open_form(translator, url)
    send(translator, url, form | {"title_ar": "forged", "category": make_category().pk}, title_tr="Su geldi")
    article.refresh_from_db()
    assert (article.title_ar, article.title_tr) == ("ماء", "Su geldi")
    assert article.category_id == article.category.pk


def test_buttons_are_those_that_make_sense_for_the_person_and_the_text():
    article = make_article(title_ar="ماء", title_tr="Su")
    write(article, "ar")
    workflow.submit(article, language="ar", by=None)

    def shown_to(role, **scope):
        return buttons(signed_in(make_staff(role, **scope)).get(change_url(article)).content.decode())

    assert shown_to("reporter") == {"submit:tr", "submit:en", "submit:ku"}
    assert shown_to("translator", language="tr") == {"submit:tr"}
    assert {"approve:ar", "send_back:ar"} <= shown_to("editor")
    assert not {"publish:ar", "submit:ar"} & shown_to("editor")
    assert {"approve:ar", "publish:ar", "schedule:tr"} <= shown_to("publisher")
    assert "publish:tr" not in shown_to("publisher", language="ar")


def test_lists_and_forms_hold_only_the_sections_that_somebody_has():
    mine, other = make_category(), make_category()
    below = make_category(parent=mine)
    make_article(title_ar="في قسمي", category=below)
    foreign = make_article(title_ar="في قسم آخر", category=other)
    reporter = signed_in(make_staff("reporter", category=mine))

    page = reporter.get("/admin/articles/article/").content.decode()
    assert "في قسمي" in page
    assert "في قسم آخر" not in page
    assert reporter.get(change_url(foreign)).status_code == 302
    assert reporter.post(step_url(foreign, "ar", "submit")).status_code == 302


def test_nobody_writes_into_a_section_that_is_not_theirs():
    mine, other = make_category(), make_category()
    reporter = signed_in(make_staff("reporter", category=mine))
    url = "/admin/articles/article/add/"

    response = send(reporter, url, open_form(reporter, url), title_ar="خبر", category=other.pk, source_language="ar")
    assert "You may not write in this section" in response.content.decode()
    assert "خبر" in response.content.decode()

    response = send(reporter, url, open_form(reporter, url), title_ar="خبر", category=mine.pk, source_language="ar")
    assert response.status_code == 302


def test_when_an_article_goes_out_is_for_publishers():
    article = make_article()
    assert 'name="release_policy"' not in signed_in(make_staff("editor")).get(change_url(article)).content.decode()
    assert 'name="release_policy"' in signed_in(make_staff("publisher")).get(change_url(article)).content.decode()


def test_an_embargo_later_than_a_planned_publication_is_refused():
    article = make_article()
    workflow.schedule(article, language="ar", by=None, at=timezone.now() + timedelta(hours=1))
    publisher, url = signed_in(make_staff("publisher")), change_url(article)
    later = timezone.localtime(timezone.now() + timedelta(hours=3))

    response = send(
        publisher,
        url,
        open_form(publisher, url),
        embargo_until_0=later.strftime("%Y-%m-%d"),
        embargo_until_1=later.strftime("%H:%M"),
    )

    assert "goes out earlier" in response.content.decode()


def test_the_form_says_that_changes_are_not_public_yet_and_leads_to_the_difference():
    article = publish(make_article(title_ar="أول"), "ar")
    write(article, "ar", title="ثان")
    page = signed_in(make_staff("publisher")).get(change_url(article)).content.decode()
    assert "published, with changes not yet public" in page
    assert f"/admin/desk/compare/articles.article/{article.pk}/ar/?before=live&amp;after=working" in page
    assert "Publish changes…" in page
    assert "discard:ar" in buttons(page)


def test_the_form_says_what_an_approved_language_waits_for():
    article = make_article(title_ar="أول", title_tr="Bir", release_policy="together")
    write(article, "ar")
    workflow.publish(article, language="ar", by=None)
    page = signed_in(make_staff("editor")).get(change_url(article)).content.decode()
    assert "waits for" in page
    assert "<bdi>Türkçe</bdi>" in page


# --- Steps by button ------------------------------------------------------------------


def test_a_step_on_a_text_that_changed_meanwhile_says_who_changed_it():
    article = make_article(title_ar="أول")
    write(article, "ar")
    editor = signed_in(make_staff("publisher"))
    shown = open_form(editor, step_url(article, "ar", "publish"))
    write(article, "ar", by=make_staff("reporter", display_name="Ayşe"), title="ثان")

    response = editor.post(step_url(article, "ar", "publish"), shown)

    assert "Ayşe changed this text" in response.content.decode()
    assert article.editions.get().live is None


def test_sending_a_step_twice_does_it_once():
    article = make_article(title_ar="أول")
    write(article, "ar")
    editor = signed_in(make_staff("editor"))
    shown = open_form(editor, step_url(article, "ar", "submit"))
    assert editor.post(step_url(article, "ar", "submit"), shown).status_code == 302
    response = editor.post(step_url(article, "ar", "submit"), shown)
    assert response.status_code == 200
    assert "was faster" in response.content.decode()


def test_publishing_a_change_asks_what_kind_of_change_it_is():
    article = publish(make_article(title_ar="عشرة"), "ar")
    write(article, "ar", title="اثنا عشر")
    publisher, url = signed_in(make_staff("publisher")), step_url(article, "ar", "publish")
    shown = open_form(publisher, url)

    assert "Choose how readers are told" in publisher.post(url, shown).content.decode()
    response = publisher.post(url, shown | {"change": "correction", "note": "typed"})
    assert "Tell readers what was wrong" in response.content.decode()
    assert 'value="typed"' in response.content.decode()
    publisher.post(url, shown | {"change": "correction", "public_note": "اثنا عشر لا عشرة"})
    assert article.editions.get().live.corrections[0]["note"] == "اثنا عشر لا عشرة"


def test_the_clock_hour_that_comes_twice_is_refused_with_what_to_do(settings):
    settings.TIME_ZONE = "Europe/Berlin"
    timezone.get_default_timezone.cache_clear()
    try:
        article = make_article(title_ar="أول")
        publisher, url = signed_in(make_staff("publisher")), step_url(article, "ar", "schedule")
        for at in ("2027-10-31T02:30", "2027-03-28T02:30"):
            response = publisher.post(url, {"at": at})
            assert "comes twice or not at all" in response.content.decode()
    finally:
        del settings.TIME_ZONE
        timezone.get_default_timezone.cache_clear()


def test_the_two_person_rule_offers_publishers_an_emergency_and_editors_none():
    section = make_category(needs_second_person=True)
    for role, is_offered in (("publisher", True), ("editor", False)):
        person = make_staff(role)
        article = make_article(category=section, title_ar="أول")
        write(article, "ar", by=person)
        workflow.submit(article, language="ar", by=person)
        client, url = signed_in(person), step_url(article, "ar", "approve")
        shown = open_form(client, url)
        assert ("override_reason" in shown) is is_offered
        assert "needs a second person" in client.post(url, shown).content.decode()


# --- Many at once -------------------------------------------------------------------------


def bulk(client, action, articles, **answers):
    data = {"action": action, "_selected_action": [article.pk for article in articles], "confirmed": "yes"}
    return client.post("/admin/articles/article/", data | answers, follow=True).content.decode()


def test_many_are_submitted_by_the_same_rules_and_refusals_are_told():
    ready, empty = make_article(title_ar="أول", title_tr="Bir"), make_article(title_tr="İki")
    for article in (ready, empty):
        write(article, "ar")
    page = bulk(signed_in(make_staff("reporter")), "bulk_submit", [ready, empty], languages=["ar"])

    assert "Done for 1 text." in page
    assert "Not done for “İki” (العربية): There is no title in this language yet" in page
    assert ready.editions.get().state == "in_review"


def test_many_are_published_only_by_those_who_may():
    articles = [make_article(title_ar="أول"), make_article(title_ar="ثان")]
    page = bulk(signed_in(make_staff("editor")), "bulk_publish", articles, languages=["ar"])
    assert page.count("You may not publish") == 2
    bulk(signed_in(make_staff("publisher")), "bulk_publish", articles, languages=["ar"])
    assert all(article.editions.get().is_public for article in articles)


def test_a_bulk_action_asks_first_and_changes_nothing_until_confirmed():
    article = make_article(title_ar="أول")
    client = signed_in(make_staff("publisher"))
    response = client.post(
        "/admin/articles/article/", {"action": "bulk_publish", "_selected_action": [article.pk]}, follow=True
    )
    assert "In which languages?" in response.content.decode()
    assert not article.editions.exists()


def test_many_are_given_to_somebody_who_may_write_there():
    article = make_article(title_ar="أول", title_tr="Bir")
    turkish = make_staff("translator", language="tr")
    client = signed_in(make_staff("editor"))
    page = bulk(
        client, "bulk_assign", [article], languages=["tr", "ku"], assignee=turkish.pk, due_at="2027-01-05T12:00"
    )
    assert article.editions.get(language="tr").assignee == turkish
    assert "may not write in Kurdî" in page


def test_many_get_a_tag_and_move_section_within_ones_own_sections():
    tag, mine, other = make_tag(), make_category(), make_category()
    article = make_article(title_ar="أول", category=mine)
    client = signed_in(make_staff("reporter", category=mine))
    bulk(client, "bulk_tag", [article], tags=[tag.pk])
    assert list(article.tags.all()) == [tag]
    page = bulk(client, "bulk_move", [article], category=other.pk)
    assert "You may not write in the section that you chose" in page
    article.refresh_from_db()
    assert article.category == mine


# --- Trash ------------------------------------------------------------------------------------


def test_deleting_moves_to_the_trash_and_back():
    article = make_article(title_ar="أول")
    editor = signed_in(make_staff("editor"))
    response = editor.post(f"/admin/articles/article/{article.pk}/trash/", follow=True)
    assert "It stays there for 30 days" in response.content.decode()

    assert "أول" not in editor.get("/admin/articles/article/").content.decode()
    assert "أول" in editor.get("/admin/articles/article/?trash=in").content.decode()
    assert editor.post(step_url(article, "ar", "publish")).status_code == 302

    editor.post(f"/admin/articles/article/{article.pk}/trash/")
    article.refresh_from_db()
    assert article.trashed_at is None


def test_what_readers_see_is_not_deleted_and_the_page_says_why():
    article = publish(make_article(title_ar="أول"), "ar")
    response = signed_in(make_staff("editor")).post(f"/admin/articles/article/{article.pk}/trash/")
    assert "It is public or scheduled in العربية" in response.content.decode()


def test_a_reporter_deletes_nothing():
    article = make_article(title_ar="أول")
    assert signed_in(make_staff("reporter")).post(f"/admin/articles/article/{article.pk}/trash/").status_code == 403
