"""The first screen: what waits for whoever is signed in."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import RoleAssignment
from articles.models import ArticleEdition
from publishing import workflow
from tests.builders import (
    in_minutes,
    make_article,
    make_body,
    make_category,
    make_page,
    make_person,
    make_staff,
    make_superuser,
    make_user,
    publish,
    write,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def home(client):
    """Opens the first screen as somebody: a function that gives its HTML."""

    def opened(user):
        client.force_login(user)
        response = client.get(reverse("admin:index"))
        assert response.status_code == 200
        return response.content.decode()

    return opened


def block(page, name):
    """The HTML of one block."""
    found = re.search(rf'<section[^>]*aria-labelledby="block-{name}".*?</section>', page, re.DOTALL)
    return found.group() if found else ""


def submitted(language, *, by=None, **facts):
    article = make_article(**facts)
    write(article, language, by=by)
    workflow.submit(article, language=language, by=None)
    return article


def set_edition(article, language, **facts):
    ArticleEdition.objects.filter(item=article, language=language).update(**facts)


def test_i_am_greeted_with_todays_date_and_what_i_may_begin(home):
    page = home(make_staff("reporter", display_name="Rima"))

    assert "Hello, Rima. Today is" in page
    assert timezone.localdate().strftime("%A") in page
    assert "New: article" in page
    assert "New: page" not in page


def test_my_drafts_are_what_i_saved_or_began_and_nobody_elses(home):
    me = make_staff("reporter")
    write(make_article(title_en="Saved by me"), "en", by=me)
    write(make_article(title_en="Begun by me", created_by=me), "en")
    write(make_article(title_en="Not mine"), "en", by=make_staff("reporter"))

    drafts = block(home(me), "drafts")

    assert "Saved by me" in drafts
    assert "Begun by me" in drafts
    assert "Not mine" not in drafts
    assert "(2)" in drafts


def test_what_is_public_is_a_draft_of_mine_again_once_i_change_it(home):
    me = make_staff("publisher")
    article = make_article(title_en="As it was")
    write(article, "en", by=me)
    publish(article, "en")
    assert "As it was" not in block(home(me), "drafts")

    write(article, "en", by=me, title="As it will be")

    assert "As it will be" in block(home(me), "drafts")


def test_a_draft_leads_to_its_language_in_the_form(home):
    me = make_staff("reporter")
    article = make_article(title_tr="Taslak")
    write(article, "tr", by=me)

    assert f'href="/admin/articles/article/{article.pk}/change/#tr"' in block(home(me), "drafts")


def test_an_editor_of_one_language_sees_what_waits_in_that_language(home):
    submitted("tr", title_tr="Türkçe metin")
    submitted("ar", title_ar="نص عربي")

    waiting = block(home(make_staff("editor", language="tr")), "review")

    assert "Türkçe metin" in waiting
    assert "نص عربي" not in waiting
    assert "(1)" in waiting


def test_an_editor_of_a_section_sees_what_waits_there_and_below_it_only(home):
    above = make_category()
    below = make_category(parent=above)
    submitted("en", title_en="In the section", category=above)
    submitted("en", title_en="Below the section", category=below)
    submitted("en", title_en="Elsewhere")

    waiting = block(home(make_staff("editor", category=above)), "review")

    assert "In the section" in waiting
    assert "Below the section" in waiting
    assert "Elsewhere" not in waiting


def test_an_editor_with_two_limited_roles_sees_both_and_not_their_mixture(home):
    first, second = make_category(), make_category()
    editor = make_staff("editor", language="tr", category=first)
    RoleAssignment.objects.create(user=editor, role="editor", language="ar", category=second)
    submitted("tr", title_tr="Turkish in the first", category=first)
    submitted("ar", title_ar="Arabic in the second", category=second)
    submitted("ar", title_ar="Arabic in the first", category=first)

    waiting = block(home(editor), "review")

    assert "Turkish in the first" in waiting
    assert "Arabic in the second" in waiting
    assert "Arabic in the first" not in waiting


def test_an_editor_of_a_section_is_not_asked_about_pages_which_have_none(home):
    page = make_page(title_en="A page in review")
    write(page, "en")
    workflow.submit(page, language="en", by=None)

    assert "A page in review" not in home(make_staff("editor", category=make_category()))
    assert "A page in review" in block(home(make_staff("editor")), "review")


def test_somebody_who_may_not_approve_has_no_block_about_it(home):
    assert block(home(make_staff("reporter")), "review") == ""


def test_nothing_that_is_in_the_trash_waits_for_anybody(home):
    workflow.trash(submitted("en", title_en="Thrown away"), by=None)

    assert "Thrown away" not in home(make_superuser())


def test_a_translator_sees_in_words_what_is_overdue_and_what_is_due(home):
    translator = make_staff("translator", language="tr")
    late, soon = make_article(title_en="Late", title_tr="Geç"), make_article(title_en="Soon", title_tr="Yakında")
    for article, days in ((late, -2), (soon, 2)):
        write(article, "tr")
        due_at = timezone.now() + timedelta(days=days)
        workflow.assign(article, language="tr", by=None, assignee=translator, due_at=due_at)

    tasks = block(home(translator), "tasks")

    assert "overdue since" in tasks
    assert "due on" in tasks
    assert tasks.index("Late") < tasks.index("Soon")


def test_a_translation_that_is_done_is_no_task_until_its_source_changes(home):
    translator = make_staff("translator", language="tr")
    article = make_article(title_en="Source", title_tr="Çeviri")
    write(article, "en")
    write(article, "tr", by=translator)
    workflow.assign(article, language="tr", by=None, assignee=translator)
    publish(article, "en", "tr")
    assert "Source" not in block(home(translator), "tasks")

    ArticleEdition.objects.filter(item=article).update(source_revision=1)
    article.source_language = "en"
    write(article, "en", title="Source, corrected")
    publish(article, "en")

    assert "Source, corrected" in block(home(translator), "tasks")


def test_what_goes_out_next_stands_first(home):
    later, sooner = make_article(title_en="Later"), make_article(title_en="Sooner")
    workflow.schedule(later, language="en", by=None, at=in_minutes(600))
    workflow.schedule(sooner, language="en", by=None, at=in_minutes(60))

    scheduled = block(home(make_superuser()), "scheduled")

    assert scheduled.index("Sooner") < scheduled.index("Later")
    assert "goes out on" in scheduled


def test_a_planned_change_of_something_public_is_scheduled_as_well(home):
    article = make_article(title_en="Public")
    write(article, "en")
    publish(article, "en")
    write(article, "en", title="Changed")
    workflow.schedule(article, language="en", by=None, at=in_minutes(60))

    assert "changes go out on" in block(home(make_superuser()), "scheduled")


def test_the_newest_eight_publications_are_shown(home):
    for number in range(9):
        article = publish(make_article(title_en=f"Published {number}"), "en")
        set_edition(article, "en", publish_at=timezone.now() - timedelta(hours=10 - number))

    published = block(home(make_superuser()), "published")

    assert "Published 8" in published
    assert "Published 1" in published
    assert "Published 0" not in published


def test_a_public_translation_of_a_withdrawn_source_is_a_contradiction(home):
    article = publish(make_article(title_en="At odds", title_tr="Çelişki", source_language="en"), "en", "tr")
    workflow.withdraw(article, language="en", by=None)
    set_edition(article, "tr", being_updated_since=None)

    at_odds = block(home(make_superuser()), "contradictions")

    assert "At odds" in at_odds
    assert "The source was withdrawn" in at_odds


def test_a_translation_whose_source_was_retracted_is_a_contradiction(home):
    article = publish(make_article(title_en="At odds", title_tr="Çelişki", source_language="en"), "en", "tr")
    workflow.retract(article, language="en", by=None, note="It was wrong.")

    assert "The source was retracted" in block(home(make_superuser()), "contradictions")


def test_a_translation_that_readers_are_told_is_being_updated_is_a_contradiction(home):
    article = publish(make_article(title_en="At odds", title_tr="Çelişki"), "en", "tr")
    set_edition(article, "tr", being_updated_since=timezone.now())

    assert "being updated" in block(home(make_superuser()), "contradictions")


def test_a_person_with_one_section_sees_nothing_of_the_others(home):
    mine = make_category()
    publish(make_article(title_en="In my section", category=mine), "en")
    publish(make_article(title_en="In another section"), "en")

    page = home(make_staff("reporter", category=mine))

    assert "In my section" in page
    assert "In another section" not in page


def test_somebody_without_any_right_sees_no_texts(home):
    publish(make_article(title_en="Public"), "en")

    assert "Public" not in home(make_user())


def test_empty_blocks_say_what_to_do_next(home):
    page = home(make_superuser())

    review = block(page, "review")
    assert "Nothing waits for you." in review
    assert "/admin/articles/article/add/" in review
    assert "Nothing is scheduled." in block(page, "scheduled")
    assert "See all" not in review


def test_everything_else_is_still_there(home):
    page = home(make_superuser())

    assert "Everything else" in page
    assert "/admin/media_library/picture/" in page


def test_a_title_is_never_taken_for_html(home):
    write(make_article(title_en="<script>alert(1)</script>"), "en", by=(me := make_superuser()))

    page = home(me)

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_see_all_shows_the_rest(client):
    me = make_staff("reporter")
    for number in range(10):
        write(make_article(title_en=f"Draft {number}"), "en", by=me)
    client.force_login(me)

    first = block(client.get(reverse("admin:index")).content.decode(), "drafts")
    everything = client.get(reverse("admin:desk_list", args=["drafts"])).content.decode()

    assert "(10)" in first
    assert "Draft 9" in first
    assert "Draft 1<" not in first
    assert "10 texts" in everything
    assert "Draft 0" in everything


def test_there_is_no_list_of_that_name(client):
    client.force_login(make_superuser())

    assert client.get(reverse("admin:desk_list", args=["nonsense"])).status_code == 404


def fill_every_block(me, count):
    for make in (make_article, make_page, make_body, make_person):
        for number in range(count):
            item = make(**({"title_en": f"Text {number}", "title_tr": "Metin"} if make is not make_person else {}))
            write(item, "en", by=me)
            workflow.submit(item, language="en", by=None)
            workflow.assign(item, language="en", by=None, assignee=me)
            write(item, "tr")
            item.editions.filter(language="tr").update(being_updated_since=timezone.now())


def test_thirty_rows_need_no_more_queries_than_three(client):
    me = make_staff("editor")
    client.force_login(me)
    url = reverse("admin:index")
    fill_every_block(me, 3)
    client.get(url)
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get(url)

    fill_every_block(me, 27)
    client.get(url)  # where filling took long, this one writes down that the session was seen
    with CaptureQueriesContext(connection) as many:
        page = client.get(url).content.decode()

    assert "(120)" in block(page, "review")
    assert len(many) == len(few)
    assert len(many) <= 40
    assert not any('"body_en"' in query["sql"] for query in many.captured_queries)
