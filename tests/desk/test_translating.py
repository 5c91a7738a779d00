"""The translation screen: the source beside the translation, and what changed in the source since."""

from html.parser import HTMLParser

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import strip_tags

from desk.models import Autosave
from desk.translating import PLACEHOLDER, structure_of
from publishing import workflow
from publishing.html import clean_html
from tests.builders import make_article, make_page, make_staff, publish, write
from tests.desk.forms import change_url, open_form

pytestmark = pytest.mark.django_db

SOURCE = "<h2>Why it failed</h2><p>The old pump broke in May.</p>"


@pytest.fixture
def deniz(client):
    """A translator into Turkish, signed in."""
    user = make_staff("translator", language="tr", display_name="Deniz")
    client.force_login(user)
    return user


def url(item, language="tr"):
    return reverse("admin:desk_translate", args=[item._meta.label_lower, item.pk, language])


def page(response):
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def words(response):
    return " ".join(strip_tags(page(response)).split())


def said(response):
    return [str(message) for message in response.context["messages"]]


def press(client, item, order="save", language="tr", **typed):
    """Opens the screen, types into fields (`title_tr="…"`), presses a button, and follows to the next page."""
    return send(client, item, order, open_form(client, url(item, language)), language, **typed)


def send(client, item, order, values, language="tr", **typed):
    return client.post(url(item, language), values | typed | {"_do": order}, follow=True)


def tr(item):
    return item.editions.get(language="tr")


def translated_article(*, title="Water returns", **facts):
    """A text in English, and a Turkish translation that was made from it."""
    article = make_article(title_en=title, source_language="en", **facts)
    write(article, "en", title=title, body="<p>The water is back today.</p>")
    write(article, "tr", title="Su geri döndü", body="<p>Su bugün geri döndü.</p>")
    return article


def outdated_article():
    article = translated_article()
    write(article, "en", body="<p>The water is back tomorrow.</p>")
    return article


# --- What it shows ----------------------------------------------------------------


def test_a_translator_sees_the_source_beside_the_fields_each_in_its_own_language(client, deniz):
    article = make_article(title_ar="عودة المياه", body_ar="<p>عادت المحطة.</p>", source_language="ar")

    html = page(client.get(url(article)))

    assert '<div class="source-words" lang="ar" dir="rtl"><p>عودة المياه</p></div>' in html
    assert '<div class="source-words" lang="ar" dir="rtl"><p>عادت المحطة.</p></div>' in html
    assert 'name="title_tr"' in html
    assert 'lang="tr" dir="ltr"' in html
    assert 'name="title_ar"' not in html
    assert 'name="title_en"' not in html
    assert "There is no translation yet" in html


def test_fields_stand_in_the_order_in_which_they_are_translated(client, deniz):
    html = page(client.get(url(translated_article())))

    names = ["title", "standfirst", "body", "source", "slug", "seo_title", "seo_description"]
    places = [html.index(f'name="{name}_tr"') for name in names]
    assert places == sorted(places)


def test_the_source_keeps_its_structure_but_nothing_that_could_run(client, deniz):
    article = translated_article()
    body = (
        '<h2>Why</h2><ul><li>One &amp; two</li></ul><p>See <a href="https://example.org/?a=1&amp;b=2">this</a>.</p>'
        '<figure><img src="/media/x.jpg" alt="A &quot;pump&quot;" data-file="12">'
        "<figcaption>At work</figcaption></figure>"
    )
    write(article, "en", title="<script>alert(1)</script>", body=body)

    html = page(client.get(url(article)))

    assert "<h3>Why</h3><ul><li>One &amp; two</li></ul>" in html
    assert '<a href="https://example.org/?a=1&amp;b=2" target="_blank" rel="noopener noreferrer">this</a>' in html
    assert "Picture no. 12" in html
    assert "A &quot;pump&quot;" in html
    assert '<img src="/media/x.jpg"' not in html
    assert "<script>alert" not in html


def test_the_translation_is_made_from_what_readers_have_not_from_changes_in_hand(client, deniz):
    article = publish(translated_article(), "en")
    write(article, "en", title="A sentence in the making", body="<p>Not yet.</p>")

    response = client.get(url(article))

    assert "The water is back today." in page(response)
    assert '<div class="source-words" lang="en" dir="ltr"><p>Not yet.' not in page(response)
    assert "It is being changed" in words(response)


def test_a_retracted_source_is_still_there_to_be_compared(client, deniz):
    article = publish(translated_article(), "en")
    workflow.retract(article, language="en", by=None, note="It was wrong.")

    assert "<p>The water is back today.</p>" in page(client.get(url(article)))


def test_it_says_who_has_it_until_when_what_it_waits_for_and_leads_to_the_form(client, deniz):
    article = translated_article(release_policy="source_first")
    workflow.assign(article, language="tr", by=None, assignee=deniz)

    response = client.get(url(article))

    assert "with Deniz" in words(response)
    assert "it will wait for English" in words(response)
    assert "draft" in words(response)
    assert f'href="{change_url(article)}#tr"' in page(response)


def test_it_leads_to_the_other_translations_that_the_person_may_write(client):
    client.force_login(make_staff("editor"))
    article = translated_article()

    html = page(client.get(url(article)))

    assert f'href="{url(article, "ku")}"' in html
    assert f'href="{url(article, "ar")}"' in html
    assert f'href="{url(article, "en")}"' not in html


def test_a_translator_of_one_language_is_not_led_to_others(client, deniz):
    article = translated_article()

    assert f'href="{url(article, "ku")}"' not in page(client.get(url(article)))


def test_the_preview_is_loaded_only_when_it_is_opened(client, deniz):
    article = translated_article()

    html = page(client.get(url(article)))

    preview = reverse("admin:desk_preview", args=["articles.article", article.pk, "tr"])
    assert f'<iframe src="{preview}" loading="lazy" title="Preview">' in html


def test_the_keys_are_listed_and_marked(client, deniz):
    html = page(client.get(url(outdated_article())))

    assert "Keyboard" in html
    assert 'aria-keyshortcuts="Control+S Meta+S"' in html
    assert 'aria-keyshortcuts="Control+Enter Meta+Enter"' in html
    assert 'aria-keyshortcuts="Alt+ArrowDown Alt+ArrowUp"' in html


def test_enter_in_a_field_saves_and_presses_no_other_button(client, deniz):
    html = page(client.get(url(make_article(title_en="One", body_en=SOURCE, source_language="en"))))

    form = html[html.index('id="translation"') :]
    assert form.index('value="save"') < form.index('value="structure"')


# --- What changed in the source ---------------------------------------------------


def test_an_outdated_translation_shows_what_changed_word_by_word(client, deniz):
    html = page(client.get(url(outdated_article())))

    before, after = html.index("<del"), html.index("<ins")
    assert "today" in html[before : before + 200]
    assert "tomorrow" in html[after : after + 200]
    assert "The source changed since" in html


def test_a_translation_that_follows_its_source_says_so(client, deniz):
    response = client.get(url(translated_article()))

    assert "the translation was made from the source as it is now" in words(response)
    assert "<ins" not in page(response)
    assert 'value="valid"' not in page(response)


def test_changes_of_a_public_source_count_only_when_they_are_public(client, deniz):
    article = publish(translated_article(), "en")
    write(article, "tr", title="Su geri döndü")
    workflow.mark_current(article, language="tr", by=None)
    write(article, "en", title="Water returns slowly")
    assert "as it is now" in words(client.get(url(article)))

    publish(article, "en")

    response = client.get(url(article))
    assert response.context["is_outdated"]
    assert "slowly" in str(response.context["changed"][0]["html"])


def test_the_difference_is_to_the_version_that_the_translation_was_made_from_not_to_the_one_before(client, deniz):
    article = translated_article()
    write(article, "en", body="<p>Second.</p>")
    workflow.mark_current(article, language="tr", by=None)
    write(article, "en", body="<p>Third.</p>")
    write(article, "en", body="<p>Fourth.</p>")

    [body] = client.get(url(article)).context["changed"]

    assert "Second." in body["html"]
    assert "Fourth." in body["html"]
    assert "today" not in body["html"]
    assert "Third" not in body["html"]


def test_a_source_that_was_saved_again_without_a_change_says_the_same(client, deniz):
    article = translated_article()
    write(article, "en", note="only looked at")

    assert "says the same as before" in words(client.get(url(article)))


# --- Saving -----------------------------------------------------------------------


def test_saving_saves_this_language_alone(client, deniz):
    article = outdated_article()

    response = press(client, article, title_tr="Su yarın geliyor")

    article.refresh_from_db()
    assert article.title_tr == "Su yarın geliyor"
    assert (tr(article).revision, article.editions.get(language="en").revision) == (2, 2)
    assert tr(article).saved_by == deniz
    assert tr(article).source_revision == 1, "saving alone does not say that the translation is right"
    assert said(response) == ["The text in Türkçe was saved."]
    assert article.shared_revision == 0


def test_the_first_save_starts_a_translation_from_the_source_as_it_is(client, deniz):
    article = make_article(title_en="One", source_language="en")
    write(article, "en", title="Two")

    press(client, article, title_tr="İki")

    assert tr(article).source_revision == 1
    assert "as it is now" in words(client.get(url(article)))


def test_saving_without_a_change_counts_as_no_save(client, deniz):
    article = translated_article()

    response = press(client, article)

    assert tr(article).revision == 1
    assert said(response) == ["Nothing was changed, so nothing was saved."]


def test_updated_saves_and_says_that_the_translation_follows_its_source_again(client, deniz):
    article = outdated_article()

    response = press(client, article, "updated", body_tr="<p>Su yarın geri dönüyor.</p>")

    article.refresh_from_db()
    assert "yarın" in article.body_tr
    assert tr(article).source_revision == 2
    assert any("up to date" in message for message in said(response))
    assert "as it is now" in words(response)


def test_still_valid_needs_no_change_of_the_text(client, deniz):
    article = outdated_article()

    response = press(client, article, "valid")

    assert (tr(article).source_revision, tr(article).revision) == (2, 1)
    assert any("still valid" in message for message in said(response))


def test_still_valid_saves_what_was_typed_all_the_same(client, deniz):
    article = outdated_article()

    press(client, article, "valid", title_tr="Su yine var")

    article.refresh_from_db()
    assert article.title_tr == "Su yine var"
    assert tr(article).source_revision == 2


def test_nobody_finds_a_translation_right_for_a_source_they_have_not_seen(client, deniz):
    article = outdated_article()
    values = open_form(client, url(article))
    write(article, "en", title="Water is gone again")

    response = send(client, article, "valid", values, title_tr="Su yine var")

    article.refresh_from_db()
    assert tr(article).source_revision == 1
    assert article.title_tr == "Su yine var", "what was typed is saved"
    assert any("The source changed after you opened this page" in message for message in said(response))


def test_readers_who_are_told_of_a_corrected_source_are_told_until_somebody_saw_to_it(client, deniz):
    article = publish(translated_article(), "en", "tr")
    write(article, "en", title="Water returns late")
    workflow.publish(article, language="en", by=None, change="correction", public_note="It came late.")
    assert tr(article).being_updated_since

    press(client, article, "valid")

    assert tr(article).being_updated_since is None


def test_save_and_submit_hands_the_translation_to_review(client, deniz):
    article = translated_article()

    response = press(client, article, "submit", title_tr="Su geldi")

    assert tr(article).review == "in_review"
    assert "The translation in Türkçe was submitted for review." in said(response)
    assert 'value="submit"' not in page(response)


def test_a_text_without_a_title_is_not_submitted_but_not_lost(client, deniz):
    article = make_article(title_en="One", source_language="en")

    response = press(client, article, "submit", body_tr="<p>Su geldi.</p>")

    assert any("There is no title in this language yet" in message for message in said(response))
    assert "Su geldi." in page(response)
    assert tr(article).review == "draft"


def test_an_approved_translation_that_is_changed_and_submitted_is_in_review_again(client, deniz):
    article = translated_article()
    workflow.submit(article, language="tr", by=None)
    workflow.approve(article, language="tr", by=None)

    response = press(client, article, "submit", title_tr="Su geldi")

    assert tr(article).review == "in_review"
    assert "The translation in Türkçe was submitted for review." in said(response)


def test_what_a_field_refuses_is_shown_with_what_was_typed(client, deniz):
    article = translated_article()

    response = press(client, article, title_tr="x" * 200)

    assert "x" * 200 in page(response)
    assert "Nothing was saved yet" in words(response)
    assert tr(article).revision == 1


def test_two_translators_at_once_are_shown_both_texts(client, deniz):
    article = translated_article()
    values = open_form(client, url(article))
    write(article, "tr", title="Su akıyor", by=make_staff("translator", display_name="Ayşe"))

    response = send(client, article, "updated", values, title_tr="Su geldi")

    html = page(response)
    assert "Ayşe" in html
    assert "Su akıyor" in html
    assert 'value="Su geldi"' in html
    article.refresh_from_db()
    assert article.title_tr == "Su akıyor"


def test_after_both_texts_were_shown_saving_again_is_a_decision(client, deniz):
    article = translated_article()
    values = open_form(client, url(article))
    write(article, "tr", title="Su akıyor")
    shown = send(client, article, "save", values, title_tr="Su geldi")

    again = values | {"seal_tr": shown.context["form"]["seal_tr"].value()}
    send(client, article, "save", again, title_tr="Su geldi")

    article.refresh_from_db()
    assert article.title_tr == "Su geldi"


def test_what_was_typed_and_not_saved_is_offered_and_forgotten_when_it_is_saved(client, deniz):
    article = translated_article()
    values = open_form(client, url(article))
    kept = {"parts": {"tr": {"values": {"title_tr": "Yarım kalan"}, "seal": values["seal_tr"]}}}
    autosave = reverse("admin:desk_autosave", args=["articles.article", article.pk])
    client.post(autosave, kept, content_type="application/json")
    assert "Yarım kalan" in page(client.get(url(article)))

    press(client, article, title_tr="Su geldi")

    assert not Autosave.objects.exists()


def test_the_big_form_and_this_screen_notice_one_another(client, deniz):
    """Both seal the same fields, so that a draft of the one is no conflict in the other."""
    article = translated_article()

    assert open_form(client, url(article))["seal_tr"] == open_form(client, change_url(article))["seal_tr"]


def test_pages_are_translated_the_same_way(client, deniz):
    about = make_page(source_language="en")
    write(about, "en", body="<p>Who we are.</p>")
    write(about, "tr", title="Biz")
    write(about, "en", body="<p>What we are.</p>")

    response = client.get(url(about))
    assert "<ins" in page(response)

    press(client, about, "updated", title_tr="Biz kimiz")

    about.refresh_from_db()
    assert about.title_tr == "Biz kimiz"
    assert tr(about).source_revision == 2


# --- Starting from the structure --------------------------------------------------


def test_copying_the_structure_fills_an_empty_text_and_keeps_what_was_typed(client, deniz):
    article = make_article(title_en="One", body_en=SOURCE, source_language="en")
    assert "Copy the structure" in page(client.get(url(article)))

    response = press(client, article, "structure", title_tr="Bir", body_tr="<p></p>")

    form = response.context["form"]
    assert form["body_tr"].value() == f"<h2>{PLACEHOLDER}</h2><p>{PLACEHOLDER}</p>"
    assert f"&lt;h2&gt;{PLACEHOLDER}&lt;/h2&gt;" in page(response)
    assert form["title_tr"].value() == "Bir"
    assert "Nothing is saved yet" in words(response)
    article.refresh_from_db()
    assert not article.body_tr
    assert not article.editions.exists()


def test_a_text_that_was_started_is_not_replaced_by_a_structure(client, deniz):
    article = translated_article()
    assert "Copy the structure" not in page(client.get(url(article)))

    response = press(client, article, "structure", body_tr="<p>Elle yazıldı.</p>")

    assert response.context["form"]["body_tr"].value() == "<p>Elle yazıldı.</p>"
    assert any("There is a text already" in message for message in said(response))


EVERYTHING = (
    "<h2>Secret heading</h2><p>Secret <strong>bold</strong> and <em>more</em> <a href='https://example.org/'>link</a>"
    "<br>next</p><h3>Secret</h3><ul><li>One<ul><li>Inner</li></ul></li><li><p>Two</p></li></ul><ol start='3'>"
    "<li>Three</li></ol><blockquote><p>Quoted</p></blockquote><hr><figure>"
    "<img src='/media/a.jpg' alt='Secret alt' data-file='7'><figcaption>Secret caption</figcaption></figure><table>"
    "<tbody><tr><th scope='row' colspan='2'>Head</th><td>5 &lt; 6</td><td></td></tr></tbody></table>"
)


class Outline(HTMLParser):
    """The elements and the words of HTML, each by itself."""

    def __init__(self, html):
        super().__init__()
        self.elements, self.words = [], []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        if tag not in {"strong", "em", "a", "br"}:
            self.elements.append(tag)

    def handle_data(self, data):
        self.words.append(data)


def test_the_structure_has_every_block_and_picture_of_the_source_and_none_of_its_words():
    source = clean_html(EVERYTHING)
    structure = structure_of(source)

    assert Outline(structure).elements == Outline(source).elements
    assert set(Outline(structure).words) == {PLACEHOLDER}
    assert "ecret" not in structure
    assert "example.org" not in structure
    assert '<img src="/media/a.jpg" alt="" data-file="7">' in structure
    assert '<ol start="3">' in structure
    assert '<th colspan="2" scope="row">' in structure
    assert "<td></td>" in structure


def test_the_structure_is_html_that_may_be_stored():
    structure = structure_of(clean_html(EVERYTHING))

    assert Outline(clean_html(structure)).elements == Outline(structure).elements
    assert structure_of(structure) == structure


@pytest.mark.parametrize(
    ("html", "structure"),
    [
        ("", ""),
        ("loose words", "<p>[…]</p>"),
        ("loose <em>words</em> again", "<p>[…]</p>"),
        ("<p>a <strong>b</strong> c</p>", "<p>[…]</p>"),
        ("<p>one</p><p>two</p>", "<p>[…]</p><p>[…]</p>"),
        ("<p>one", "<p>[…]</p>"),
        ("<p>&lt;h2&gt; is no heading</p>", "<p>[…]</p>"),
        ("<script>alert(1)</script><p>x</p>", "<p>[…]</p>"),
    ],
)
def test_a_paragraph_has_one_placeholder_whatever_is_in_it(html, structure):
    assert structure_of(html) == structure


# --- Who may ----------------------------------------------------------------------


def test_nobody_translates_into_a_language_that_is_not_theirs(client, deniz):
    article = translated_article()

    assert client.get(url(article, "ku")).status_code == 403
    assert client.post(url(article, "ku"), {"title_ku": "x", "_do": "save"}).status_code == 403
    article.refresh_from_db()
    assert not article.title_ku


def test_other_languages_sent_along_are_not_written(client, deniz):
    article = translated_article()

    press(client, article, title_tr="Su geldi", title_en="Taken over", title_ku="Girtin", release_policy="together")

    article.refresh_from_db()
    assert (article.title_en, article.title_ku or "", article.release_policy) == ("Water returns", "", "each")


def test_the_source_language_itself_leads_to_the_form(client, deniz):
    article = translated_article()

    assert client.get(url(article, "en"))["Location"] == f"{change_url(article)}#en"


def test_what_is_in_the_trash_and_what_does_not_exist_is_not_found(client, deniz):
    article = translated_article()
    assert client.get(url(article, "xx")).status_code == 404
    workflow.trash(article, by=None)
    assert client.get(url(article)).status_code == 404


def test_the_screen_is_for_staff(client):
    assert client.get(url(translated_article()))["Location"].startswith("/admin/login/")


# --- How much it asks for ---------------------------------------------------------


def test_a_long_history_costs_no_more_queries_than_a_short_one(client, deniz):
    def queries(saves):
        article = translated_article()
        for number in range(saves):
            write(article, "en", body=f"<p>{number}</p>" * saves)
        client.get(url(article))
        with CaptureQueriesContext(
            connection,
        ) as captured:
            page(client.get(url(article)))
        return len(captured)

    few, many = queries(3), queries(30)

    assert few == many
    assert many <= 30
