"""Looking back: every save is kept, any two can be compared, and the way back loses nothing."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags

from publishing import workflow
from publishing.models import LogEntry
from tests.builders import make_article, make_page, make_staff, make_user, publish, write

pytestmark = pytest.mark.django_db


@pytest.fixture
def layla(client):
    """An editor, signed in."""
    user = make_staff("editor", display_name="Layla")
    client.force_login(user)
    return user


def url(name, item, language, *more):
    return reverse(f"admin:desk_{name}", args=[item._meta.label_lower, item.pk, language, *more])


def page(response):
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def words(response):
    return " ".join(strip_tags(page(response)).replace("\u2066", "").replace("\u2069", "").split())


def three_texts(by):
    article = make_article(title_en="One")
    write(article, "en", title="One", body="<p>The water is back.</p>", by=by, note="first draft")
    write(article, "en", title="Two", body="<p>The water is back today.</p>", by=by)
    write(article, "en", title="Three", body="<p>The water is gone.</p>", by=by, note="sadly")
    return article


def versions_of(article, language="en"):
    return article.editions.get(language=language).versions.order_by("number")


# --- The history ----------------------------------------------------------------


def test_every_save_is_a_version_with_its_author_and_note_the_newest_first(client, layla):
    article = three_texts(layla)

    shown = words(client.get(url("history", article, "en")))

    assert shown.index("No. 3") < shown.index("No. 2") < shown.index("No. 1")
    assert "first draft" in shown
    assert "sadly" in shown
    assert shown.count("Layla ·") == 3


def test_the_newest_two_are_marked_for_comparing_and_every_row_leads_to_its_change(client, layla):
    article = three_texts(layla)

    html = page(client.get(url("history", article, "en")))

    assert 'name="after" value="3" aria-describedby="version-3" checked' in html
    assert 'name="before" value="2" aria-describedby="version-2" checked' in html
    assert html.count(" checked") == 2
    assert f"{url('compare', article, 'en')}?before=2&amp;after=3" in html
    assert "?before=0" not in html


def test_what_readers_see_and_what_they_will_see_is_marked(client, layla):
    article = three_texts(layla)
    publish(article, "en")
    write(article, "en", title="Four", by=layla)
    workflow.schedule(article, language="en", by=None, at=timezone.now() + timedelta(days=1))

    response = client.get(url("history", article, "en"))
    marks = {row["version"].kind: row["mark"][0] for row in response.context["rows"] if row.get("mark")}

    assert marks == {"publication": "published", "update": "scheduled"}
    assert "readers see this now" in words(response)
    assert "goes out" in words(response)


def test_a_scheduled_first_publication_is_not_called_live(client, layla):
    article = make_article()
    workflow.schedule(article, language="en", by=None, at=timezone.now() + timedelta(days=1))

    shown = words(client.get(url("history", article, "en")))

    assert "goes out" in shown
    assert "readers see this now" not in shown


def test_steps_stand_where_they_happened_with_who_did_them_and_why(client, layla):
    article = three_texts(layla)
    workflow.submit(article, language="en", by=layla, note="please look")
    workflow.send_back(article, language="en", by=make_staff("editor", display_name="Omar"), note="too short")
    write(article, "en", title="Four", by=layla)

    shown = words(client.get(url("history", article, "en")))

    assert shown.index("No. 5") < shown.index("too short") < shown.index("No. 4") < shown.index("please look")
    assert "Omar" in shown
    assert shown.count("please look") == 1


def test_a_correction_shows_what_readers_are_told(client, layla):
    article = publish(make_article(), "en")
    write(article, "en", title="Right")
    workflow.publish(article, language="en", by=None, change="correction", public_note="It was Tuesday.")

    shown = words(client.get(url("history", article, "en")))

    assert "What readers are told: It was Tuesday." in shown


def test_live_against_written_is_one_click_away_only_when_they_differ(client, layla):
    article = publish(make_article(), "en")
    address = f"{url('compare', article, 'en')}?before=live&amp;after=working"
    assert address not in page(client.get(url("history", article, "en")))

    write(article, "en", title="Water returns to the western districts")

    assert address in page(client.get(url("history", article, "en")))
    shown = words(client.get(url("compare", article, "en")))
    assert "removed: eastern added: western" in shown
    assert "What readers see now No. 1 publication by itself" in shown
    assert "What is written now" in shown


def test_each_language_has_a_history_of_its_own_one_tab_away(client, layla):
    article = three_texts(layla)
    write(article, "ar", title="أول", note="بالعربية")

    english, arabic = client.get(url("history", article, "en")), client.get(url("history", article, "ar"))

    assert url("history", article, "ar") in page(english)
    assert "بالعربية" not in words(english)
    assert "بالعربية" in words(arabic)
    assert "Nothing was saved in this language yet" in words(client.get(url("history", article, "ku")))


def test_a_long_history_comes_in_pages_that_lose_no_version_and_no_step(client, layla):
    article = make_article(title_en="One")
    for number in range(1, 36):
        write(article, "en", title=f"Title {number}", by=layla)
        if number == 2:
            workflow.assign(article, language="en", by=layla, assignee=layla, note="given early")

    first, second = (client.get(url("history", article, "en"), {"page": number}) for number in (1, 2))

    numbers = [
        row["version"].number for answer in (first, second) for row in answer.context["rows"] if "version" in row
    ]
    assert numbers == list(range(35, 0, -1))
    assert "given early" not in words(first)
    assert "given early" in words(second)


def test_thirty_versions_take_no_more_queries_than_three(client, layla):
    few, many = make_article(title_en="Few"), make_article(title_en="Many")
    for article, count in ((few, 3), (many, 29)):
        for number in range(count):
            write(article, "en", title=f"Title {number}", by=make_user())
        publish(article, "en", by=None)

    counts = []
    for article in (few, few, many):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(url("history", article, "en"))
        counts.append(len(queries))
    assert counts[1] == counts[2], counts


def test_somebody_without_any_role_does_not_see_it(client):
    client.force_login(make_user())

    assert client.get(url("history", make_article(), "en")).status_code == 403
    assert client.get(url("compare", publish(make_article(), "en"), "en")).status_code == 403


def test_what_does_not_exist_is_not_found(client, layla):
    article = three_texts(layla)

    for query in ("before=1&after=9", "before=x&after=1", "before=live&after=working", "before=-1&after=²"):
        assert client.get(f"{url('compare', article, 'en')}?{query}").status_code == 404
    assert client.get(f"{url('compare', article, 'ku')}?before=working").status_code == 404
    assert client.get(url("restore", article, "en", 9)).status_code == 404
    assert client.get("/admin/desk/history/articles.article/1/xx/").status_code == 404


# --- Any two --------------------------------------------------------------------


def test_any_two_can_be_compared_either_way_round(client, layla):
    article = three_texts(layla)

    forth = words(client.get(url("compare", article, "en"), {"before": 1, "after": 3}))
    back = words(client.get(url("compare", article, "en"), {"before": 3, "after": 1}))

    assert "The water is removed: back. added: gone." in forth
    assert "removed: One added: Three" in forth
    assert "The water is removed: gone. added: back." in back


def test_a_comparison_says_which_texts_they_are_and_what_did_not_change(client, layla):
    article = three_texts(layla)

    shown = words(client.get(url("compare", article, "en"), {"before": 1, "after": 3}))

    assert "No. 1 saved Layla" in shown
    assert "No. 3 saved Layla" in shown
    assert "first draft" in shown
    assert "Unchanged: Standfirst, " in shown


def test_an_arabic_difference_is_set_in_its_language_and_direction(client, layla):
    article = make_article(title_ar="عادت المياه، أخيرًا")
    for title in ("عادت المياه، أخيرًا", "عادت المياه، اليوم"):
        write(article, "ar", title=title)

    html = page(client.get(url("compare", article, "ar"), {"before": 1, "after": 2}))

    assert '<div class="difference" lang="ar" dir="rtl">عادت المياه، <del>' in html
    assert "أخيرًا</del>" in html
    assert "اليوم</ins>" in html


def test_address_words_made_from_the_title_are_no_change_that_somebody_made(client, layla):
    article = publish(make_article(), "en")

    shown = words(client.get(url("compare", article, "en"), {"before": "live", "after": "working"}))

    assert "The two texts are the same." in shown


def test_pages_have_a_history_too(client, layla):
    site_page = make_page()
    write(site_page, "en", title="Other", by=layla)

    assert "No. 1" in words(client.get(url("history", site_page, "en")))
    assert client.get(url("compare", site_page, "en"), {"before": 1}).status_code == 200


# --- The way back ---------------------------------------------------------------


def seal_on(client, address):
    return client.get(address).context["edition"].seal


def test_restoring_shows_first_what_it_would_change(client, layla):
    article = three_texts(layla)

    shown = words(client.get(url("restore", article, "en", 1)))

    assert "removed: Three added: One" in shown
    assert "Restore no. 1 in English?" in shown
    assert versions_of(article).count() == 3


def test_restoring_is_a_new_version_and_loses_nothing(client, layla):
    article = three_texts(layla)
    address = url("restore", article, "en", 1)

    response = client.post(address, {"expected": seal_on(client, address)}, follow=True)

    article.refresh_from_db()
    assert article.title_en == "One"
    assert article.body_en == "<p>The water is back.</p>"
    assert [version.title for version in versions_of(article)] == ["One", "Two", "Three", "One"]
    assert versions_of(article).last().kind == "restore"
    assert versions_of(article).last().created_by == layla
    assert response.request["PATH_INFO"] == f"/admin/articles/article/{article.pk}/change/"
    assert "again as it was in no. 1" in words(response)


def test_restoring_changes_nothing_for_readers_or_in_other_languages(client, layla):
    article = three_texts(layla)
    write(article, "ar", title="أول")
    publish(article, "en")
    address = url("restore", article, "en", 1)
    assert "Readers see none of it until it is published." in words(client.get(address))

    client.post(address, {"expected": seal_on(client, address)})

    assert article.editions.get(language="en").version.title == "Three"
    assert versions_of(article, "ar").count() == 1


def test_nothing_is_restored_after_somebody_changed_the_text_meanwhile(client, layla):
    article = three_texts(layla)
    address = url("restore", article, "en", 1)
    seal = seal_on(client, address)
    write(article, "en", title="Meanwhile")

    response = client.post(address, {"expected": seal})

    shown = words(response)
    assert "Nothing was restored" in shown
    assert "removed: Meanwhile added: One" in shown
    article.refresh_from_db()
    assert article.title_en == "Meanwhile"
    assert versions_of(article).count() == 4
    assert not LogEntry.objects.filter(step="restore").exists()

    client.post(address, {"expected": response.context["edition"].seal})
    article.refresh_from_db()
    assert article.title_en == "One"


def test_a_request_that_carries_no_seal_restores_nothing(client, layla):
    article = three_texts(layla)

    assert "Nothing was restored" in words(client.post(url("restore", article, "en", 1)))


def test_a_translator_of_another_language_may_look_but_not_restore(client):
    article = three_texts(make_user())
    client.force_login(make_staff("translator", language="tr"))
    address = url("restore", article, "en", 1)

    assert client.get(address).status_code == 403
    assert client.post(address, {"expected": article.editions.get(language="en").seal}).status_code == 403
    assert "Restore…" not in words(client.get(url("history", article, "en")))
    article.refresh_from_db()
    assert article.title_en == "Three"


def test_a_retraction_is_no_text_to_go_back_to(client, layla):
    article = publish(make_article(), "en")
    workflow.retract(article, language="en", by=None, note="It was wrong.")
    number = versions_of(article).last().number

    assert client.get(url("restore", article, "en", number)).status_code == 404
    assert "What readers are told: It was wrong." in words(client.get(url("history", article, "en")))
