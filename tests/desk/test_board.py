"""The translation board: what is missing, late or at odds, in every language."""

import random
import re
from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.db.models import Max
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from articles.models import Article, ArticleEdition, ArticleVersion
from desk import board as boards
from publishing import workflow
from publishing.languages import language_codes
from publishing.models import LogEntry
from tests.builders import (
    make_article,
    make_category,
    make_page,
    make_staff,
    make_superuser,
    make_user,
    publish,
    publish_at,
    write,
)

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


@pytest.fixture
def see(client):
    """Opens the board as somebody: a function that gives its HTML."""

    def opened(user, **query):
        client.force_login(user)
        response = client.get(reverse("admin:desk_board"), query)
        assert response.status_code == 200
        return response.content.decode()

    return opened


def cell(page, item, language):
    """The HTML of one cell of the table."""
    rows = re.findall(r'<tr role="row">.*?</tr>', page, re.DOTALL)
    row = next((row for row in rows if f"/{item.pk}/change/" in row), "")
    cells = re.findall(r"<td.*?</td>", row, re.DOTALL)
    return next((cell for cell in cells if f'value="{item.pk}:{language}"' in cell), "")


def odds(page):
    found = re.search(r'<section class="board-odds".*?</section>', page, re.DOTALL)
    return found.group() if found else ""


def table(page):
    found = re.search(r"<table.*?</table>", page, re.DOTALL)
    return found.group() if found else ""


def set_edition(item, language, **facts):
    item.editions.filter(language=language).update(**facts)


def english(**facts):
    """An article that was written first in English."""
    return make_article(**{"source_language": "en", "title_en": "Source"} | facts)


def outdate(item, language):
    """The public English source gets a newer public text."""
    publish(item, "en")
    write(item, "en", title="Source, changed")
    publish(item, "en")
    return item


# --- What a cell says -------------------------------------------------------------


def test_a_translator_sees_what_is_missing_and_what_is_the_source(see):
    article = english(title_ar="مصدر")
    write(article, "en")
    write(article, "ar")

    page = see(make_staff("translator", language="tr"))

    words = re.findall(r'class="board-status">([^<]+)<', table(page))
    assert sorted(words) == ["missing", "missing", "source", "up to date"]
    assert ">missing<" in cell(page, article, "tr")


def test_nothing_is_missing_while_there_is_nothing_to_translate(see):
    article = make_article(title_ar="", title_en="Translated first", source_language="ar")

    page = see(make_superuser())

    assert "no source text yet" in cell(page, article, "tr")
    assert ">source<" in cell(page, article, "ar")


def test_a_language_in_which_it_is_not_wanted_is_not_missing(see):
    article = english(wanted_languages=["en", "ar"])

    page = see(make_superuser())

    assert ">missing<" in cell(page, article, "ar")
    assert "not wanted" in cell(page, article, "tr")


def test_a_translation_of_an_older_text_is_outdated_until_somebody_says_it_is_right(see):
    article = english(title_tr="Çeviri")
    write(article, "en")
    write(article, "tr")
    editor = make_superuser()
    assert "up to date" in cell(see(editor), article, "tr")

    outdate(article, "tr")
    assert ">outdated<" in cell(see(editor), article, "tr")

    workflow.mark_current(article, language="tr", by=editor)
    assert "up to date" in cell(see(editor), article, "tr")


def test_a_cell_says_the_state_the_age_and_who_has_it_until_when(see):
    article = english(title_tr="Çeviri")
    translator = make_staff("translator", language="tr", display_name="Leyla")
    write(article, "tr")
    due_at = timezone.now() + 24 * HOUR
    workflow.assign(article, language="tr", by=None, assignee=translator, due_at=due_at)
    set_edition(article, "tr", saved_at=timezone.now() - 3 * HOUR - timedelta(minutes=1))

    turkish = cell(see(make_superuser()), article, "tr")

    assert "state-draft" in turkish
    assert "saved 3\xa0hours, 1\xa0minute ago" in turkish
    assert "with <bdi>Leyla</bdi>" in turkish
    assert "due on" in turkish


def test_overdue_is_said_in_words_and_only_while_there_is_something_to_do(see):
    article = english(title_tr="Çeviri")
    write(article, "en")
    write(article, "tr")
    late = timezone.now() - HOUR
    workflow.assign(article, language="tr", by=None, assignee=make_staff("translator"), due_at=late)
    assert "overdue since" in cell(see(make_superuser()), article, "tr")

    publish(article, "en", "tr")

    assert "overdue" not in cell(see(make_superuser()), article, "tr")


def test_delay_is_how_long_readers_wait_or_waited(see):
    article = english(title_tr="Çeviri", title_ar="ترجمة")
    write(article, "en")
    write(article, "tr")
    write(article, "ar")
    publish_at(article, "en", timezone.now() - 10 * HOUR - timedelta(minutes=59))
    publish_at(article, "tr", timezone.now() - 8 * HOUR)

    page = see(make_superuser())

    assert "out 2 hours after the source" in cell(page, article, "tr")
    assert "10 hours behind the source" in cell(page, article, "ar")
    assert "10 hours behind the source" in cell(page, article, "ku")
    assert "behind" not in cell(page, article, "en")


def test_an_outdated_translation_is_behind_since_the_last_public_change(see):
    article = english(title_tr="Çeviri")
    write(article, "en")
    write(article, "tr")
    publish(article, "tr")
    outdate(article, "tr")
    set_edition(article, "en", publish_at=timezone.now() - 50 * HOUR, updated_at=timezone.now() - 5 * HOUR)

    assert "5 hours behind the source" in cell(see(make_superuser()), article, "tr")


def test_a_translation_that_went_out_first_is_not_behind_and_a_draft_source_delays_nobody(see):
    early = english(title_tr="Erken")
    write(early, "en")
    write(early, "tr")
    publish_at(early, "en", timezone.now() - HOUR)
    publish_at(early, "tr", timezone.now() - 9 * HOUR)
    draft = english(title_tr="Taslak")

    page = see(make_superuser())

    assert "out 0 hours after the source" in cell(page, early, "tr")
    assert "behind" not in cell(page, draft, "tr")


def test_a_cell_leads_to_the_work_and_a_title_is_never_taken_for_html(see):
    article = english(title_en="<b>bold</b>", title_tr="<script>alert(1)</script>")

    page = see(make_superuser())

    assert f'href="/admin/articles/article/{article.pk}/change/#en"' in cell(page, article, "en")
    assert boards.text_screen(article, "tr") in cell(page, article, "tr")
    assert "<b>bold" not in page
    assert "<script>alert" not in page


# --- Which rows -------------------------------------------------------------------------


def test_the_newest_come_first_and_the_trash_is_left_out(see):
    english(title_en="Older")
    english(title_en="Newer")
    workflow.trash(english(title_en="Thrown away"), by=None)

    rows = table(see(make_superuser()))

    assert rows.index("Newer") < rows.index("Older")
    assert "Thrown away" not in rows


def test_a_person_with_one_section_sees_it_with_those_below_and_no_other(see):
    above = make_category()
    english(title_en="In mine", category=above)
    english(title_en="Below mine", category=make_category(parent=above))
    english(title_en="Elsewhere")

    page = see(make_staff("translator", category=above))

    assert "In mine" in page
    assert "Below mine" in page
    assert "Elsewhere" not in page


def test_pages_have_a_board_too(see):
    page = make_page(title_en="Mission", source_language="en")

    html = see(make_superuser(), type="pages.page")

    assert "Mission" in cell(html, page, "en")
    assert 'name="section"' not in html


def test_the_board_is_for_those_who_may_change_something(client):
    url = reverse("admin:desk_board")
    assert client.get(url).status_code == 302

    client.force_login(make_user())
    assert client.get(url).status_code == 403

    client.force_login(make_staff("reporter"))
    assert client.get(url).status_code == 200
    assert client.get(url, {"type": "pages.page"}).status_code == 403
    assert client.get(url, {"type": "accounts.user"}).status_code == 404


def test_somebody_may_choose_only_texts_that_they_may_change(see):
    article = english(title_tr="Çeviri")

    page = see(make_staff("translator", language="tr"))

    assert f'value="{article.pk}:tr"' in page
    assert f'value="{article.pk}:ar"' not in page


def test_thirty_rows_stand_on_a_page_and_the_next_keeps_the_filter(see):
    for number in range(31):
        english(title_en=f"Text {number}.")

    first = see(make_superuser(), what="missing", language="tr")

    assert "31 rows" in first
    assert "Text 1." in first
    assert "Text 0." not in first
    assert "what=missing" in re.search(r'href="([^"]+)" rel="next"', first)[1]
    assert "Text 0." in see(make_superuser(), what="missing", language="tr", page="2")
    assert "Text 0." in see(make_superuser(), page="99")


# --- Filters ------------------------------------------------------------------------------


@pytest.fixture
def four_kinds():
    """One article of each kind, seen from Turkish."""
    missing = english(title_en="Missing in Turkish")
    write(missing, "en")
    old = english(title_en="Outdated", title_tr="Eski")
    write(old, "en")
    write(old, "tr")
    write(old, "en", title="Outdated in Turkish")
    review = english(title_en="Reviewed in Turkish", title_tr="İncelemede")
    write(review, "en")
    write(review, "tr")
    workflow.submit(review, language="tr", by=None)
    late = english(title_en="Late in Turkish", title_tr="Geç")
    write(late, "en")
    write(late, "tr")
    return {"missing": missing, "outdated": old, "review": review, "overdue": late}


def shown(page):
    return set(re.findall(r'class="board-title"[^>]*><bdi>([^<]+)<', page))


@pytest.mark.parametrize(
    ("what", "title"),
    [
        ("missing", "Missing in Turkish"),
        ("outdated", "Outdated in Turkish"),
        ("review", "Reviewed in Turkish"),
        ("mine", "Late in Turkish"),
        ("overdue", "Late in Turkish"),
    ],
)
def test_a_filter_shows_what_it_says(see, four_kinds, what, title):
    me = make_staff("editor")
    past = timezone.now() - HOUR
    workflow.assign(four_kinds["overdue"], language="tr", by=None, assignee=me, due_at=past)

    assert shown(see(me, what=what, language="tr")) == {title}


def test_a_state_is_looked_for_in_the_chosen_language(see, four_kinds):
    publish(four_kinds["overdue"], "en")
    me = make_superuser()

    assert shown(see(me, state="published")) == {"Late in Turkish"}
    assert shown(see(me, state="published", language="en")) == {"Late in Turkish"}
    assert shown(see(me, state="published", language="tr")) == set()
    assert shown(see(me, state="in_review", language="tr")) == {"Reviewed in Turkish"}


def test_what_and_state_count_for_the_same_language(see):
    article = english(title_tr="Eski", title_ar="ترجمة")
    write(article, "en")
    write(article, "tr")
    write(article, "en", title="Newer")
    write(article, "ar")
    publish(article, "ar")
    me = make_superuser()

    assert shown(see(me, what="outdated", state="draft")) == {"Newer"}
    assert shown(see(me, what="outdated", state="published")) == set()
    assert shown(see(me, what="missing", state="published")) == set()


def test_a_language_alone_shows_what_is_wanted_or_written_there(see):
    english(title_en="For all")
    english(title_en="Not for Turkish", wanted_languages=["en", "ar"])
    english(title_en="Turkish all the same", title_tr="Türkçe", wanted_languages=["en"])

    page = see(make_superuser(), language="tr")

    assert shown(page) == {"For all", "Turkish all the same"}
    assert "data-label" in page
    assert set(re.findall(r'value="\d+:(\w+)"', page)) == {"tr"}


def test_a_section_counts_with_those_below_it(see):
    above = make_category()
    english(title_en="Above", category=above)
    english(title_en="Below", category=make_category(parent=above))
    english(title_en="Elsewhere")

    page = see(make_superuser(), section=str(above.pk))

    assert shown(page) == {"Above", "Below"}


def test_nonsense_in_the_address_filters_nothing(see):
    english(title_en="There")

    assert shown(see(make_superuser(), language="xx", what="?", section="1e9", state="'", page="x")) == {"There"}


def test_nothing_found_says_so_and_leads_back(see):
    page = see(make_superuser(), what="outdated")

    assert "Nothing is as you asked." in page
    assert "There is nothing here yet" in see(make_superuser())


# --- Numbers ----------------------------------------------------------------------------------


def random_articles(number, seed=7):
    """Articles in all sorts of conditions, made in bulk with as few columns as can be."""
    dice, now = random.Random(seed), timezone.now()  # noqa: S311 (the same dice in every run)
    me = make_staff("editor")
    sections = [make_category() for _number in range(3)]
    articles = Article.objects.bulk_create(
        [
            Article(
                category=dice.choice(sections),
                source_language=dice.choice(["ar", "en"]),
                wanted_languages=dice.choice([[], [], ["ar", "en", "tr"], ["ku"]]),
                **{f"title_{code}": dice.choice(["", None, "Words", "Words"]) for code in language_codes()},
            )
            for _number in range(number)
        ],
        batch_size=500,
    )
    editions = ArticleEdition.objects.bulk_create(
        [
            ArticleEdition(
                item=article,
                language=code,
                revision=dice.randint(1, 3),
                source_revision=dice.randint(0, 2),
                review=dice.choice(ArticleEdition.Review.values),
                assignee=dice.choice([None, None, me]),
                due_at=dice.choice([None, now - HOUR, now + HOUR]),
                saved_at=now,
            )
            for article in articles
            for code in language_codes()
            if dice.random() < 0.7
        ],
        batch_size=2000,
    )
    out = dice.sample(editions, len(editions) // 3)
    ArticleVersion.objects.bulk_create(
        [ArticleVersion(edition=edition, number=1, category_id=edition.item.category_id, title="W") for edition in out],
        batch_size=2000,
    )
    versions = dict(ArticleVersion.objects.values_list("edition_id", "pk"))
    for edition in out:
        edition.live_id = versions[edition.pk]
        edition.released_revision = dice.randint(1, edition.revision)
        edition.publish_at = now + dice.choice([-9, -8, -7, 5]) * HOUR
        edition.withdraw_at = dice.choice([None, None, None, now - HOUR, now + HOUR])
        edition.retracted_at = dice.choice([None] * 9 + [now - HOUR])
        edition.being_updated_since = dice.choice([None] * 4 + [now - HOUR])
    ArticleEdition.objects.bulk_update(
        out,
        ["live", "released_revision", "publish_at", "withdraw_at", "retracted_at", "being_updated_since"],
        batch_size=1000,
    )
    return me


def double(times):
    """
    Doubles all articles and editions, in SQL: making 20,000 of them one by one takes longer than all that is tested.

    The copies of what is public share its versions.
    """
    for _time in range(times):
        numbers = {model: model.objects.aggregate(last=Max("pk"))["last"] for model in (Article, ArticleEdition)}
        for model, added in ((Article, {"id": Article}), (ArticleEdition, {"id": ArticleEdition, "item_id": Article})):
            names = [field.column for field in model._meta.concrete_fields]
            values = [f"{name} + {numbers[added[name]]}" if name in added else f'"{name}"' for name in names]
            columns = ", ".join(f'"{name}"' for name in names)
            table_name = model._meta.db_table
            sql = f"INSERT INTO {table_name} ({columns}) SELECT {', '.join(values)} FROM {table_name}"  # noqa: S608
            with connection.cursor() as cursor:
                cursor.execute(sql)
    with connection.cursor() as cursor:
        # What a database does by itself after a while: until then PostgreSQL plans for the few rows that it last saw.
        cursor.execute("ANALYZE")


def everything():
    """All articles out of the trash with their editions by language, for a count by hand."""
    titles = [f"title_{code}" for code in language_codes()]
    names = [field.attname for field in ArticleEdition._meta.concrete_fields]
    articles = Article.objects.filter(trashed_at=None)
    items = {
        item.pk: (item, {})
        for item in articles.values_list("pk", "source_language", "wanted_languages", *titles, named=True)
    }
    for edition in ArticleEdition.objects.values_list(*names, named=True):
        if edition.item_id in items:
            items[edition.item_id][1][edition.language] = edition
    return list(items.values())


def counted_by_hand(me, now):
    """The counts, worked out anew from the definitions: nothing of the board's own code is asked."""
    counts = {code: {"missing": 0, "outdated": 0, "review": 0, "mine": 0} for code in language_codes()}
    overdue, odd = 0, 0
    for item, editions in everything():
        titles = {code: getattr(item, f"title_{code}") or "" for code in language_codes()}
        source = editions.get(item.source_language)
        needed = 0
        if source:
            needed = source.released_revision if source.live_id else source.revision
        is_overdue = False
        for code in language_codes():
            edition, count = editions.get(code), counts[code]
            is_wanted = not item.wanted_languages or code in item.wanted_languages
            is_translation = code != item.source_language
            count["missing"] += bool(is_wanted and is_translation and titles[item.source_language] and not titles[code])
            if edition is None:
                continue
            is_old = is_translation and edition.source_revision < needed
            is_unfinished = not edition.live_id or edition.revision > edition.released_revision
            is_open = not edition.retracted_at and (is_unfinished or is_old)
            count["outdated"] += bool(titles[code] and is_old)
            count["review"] += edition.review == "in_review" and is_unfinished
            count["mine"] += edition.assignee_id == me.pk and is_open
            is_overdue |= bool(edition.due_at and edition.due_at < now and is_open)
            odd += is_translation and is_public(edition, now) and is_at_odds(edition, source, now)
        overdue += is_overdue
    return counts, overdue, odd


def is_public(edition, now):
    is_out = edition.live_id and edition.publish_at <= now and not edition.retracted_at
    return bool(is_out and not (edition.withdraw_at and edition.withdraw_at <= now))


def is_at_odds(edition, source, now):
    is_gone = bool(
        source and source.live_id and (source.retracted_at or (source.withdraw_at and source.withdraw_at <= now))
    )
    return is_gone or edition.being_updated_since is not None


def test_counts_filters_and_cells_agree_with_a_count_by_hand(see):
    me = random_articles(400)
    Article.objects.filter(pk__in=Article.objects.values("pk")[:20]).update(trashed_at=timezone.now())
    counts, overdue, odd = counted_by_hand(me, timezone.now())

    shown_board = boards.Board(me, {})

    assert shown_board.counts == counts
    assert all(counts["tr"].values())
    assert shown_board.contradiction_count == odd > boards.CONTRADICTIONS
    assert len(shown_board.contradictions) == boards.CONTRADICTIONS
    for code in language_codes():
        for what, number in counts[code].items():
            filtered = boards.Board(me, {"what": what, "language": code})
            assert filtered.page.paginator.count == number, (what, code)
    assert boards.Board(me, {"what": "overdue"}).page.paginator.count == overdue
    assert f">missing <b>{counts['tr']['missing']}</b>" in see(me)


def test_the_same_counts_come_from_the_cells(see):
    me = random_articles(60)
    counts, _overdue, _odd = counted_by_hand(me, timezone.now())
    found = {code: {"missing": 0, "outdated": 0} for code in language_codes()}
    for page in ("1", "2"):
        for row in boards.Board(me, {"page": page}).rows:
            for one in row["cells"]:
                if one.status in found[one.language]:
                    found[one.language][one.status] += 1

    for code in language_codes():
        assert found[code] == {name: counts[code][name] for name in ("missing", "outdated")}


def test_states_are_filtered_as_the_clock_says(see):
    me = random_articles(80)
    for state in ArticleEdition.State.values:
        by_hand = {e.item_id for e in ArticleEdition.objects.filter(language="tr") if e.current_state == state}
        assert by_hand
        assert boards.Board(me, {"state": state, "language": "tr"}).page.paginator.count == len(by_hand)


def test_twenty_thousand_articles_are_counted_right_and_by_few_queries(client):
    me = random_articles(625)
    double(5)
    counts, _overdue, odd = counted_by_hand(me, timezone.now())
    client.force_login(me)
    client.get(reverse("admin:desk_board"))

    with CaptureQueriesContext(connection) as queries:
        response = client.get(reverse("admin:desk_board"))

    assert response.context["board"].counts == counts
    assert response.context["board"].contradiction_count == odd
    assert response.context["board"].page.paginator.count == 20_000
    assert len(queries) <= 15
    assert not any(f'"{name}_en"' in query["sql"] for query in queries for name in ("body", "standfirst"))


def test_thirty_rows_need_no_more_queries_than_three(client):
    section = make_category()
    me = make_staff("editor", category=section)
    client.force_login(me)
    url = reverse("admin:desk_board")

    def fill(number):
        for _number in range(number):
            article = english(title_tr="Çeviri", category=section)
            write(article, "en")
            write(article, "tr")
            publish(article, "en", "tr")
            workflow.assign(article, language="tr", by=None, assignee=make_staff("editor"), due_at=timezone.now())
            workflow.retract(article, language="en", by=None, note="Wrong.")

    fill(3)
    client.get(url)
    with CaptureQueriesContext(connection) as few:
        client.get(url)
    fill(27)
    with CaptureQueriesContext(connection) as many:
        page = client.get(url).content.decode()

    assert "30 rows" in page
    assert "(30)" in odds(page)
    assert len(many) == len(few)
    assert len(many) <= 16


# --- At odds ---------------------------------------------------------------------------------------


def public_pair():
    article = english(title_en="Source", title_tr="Çeviri")
    write(article, "en")
    write(article, "tr")
    return publish(article, "en", "tr")


def correct(article):
    write(article, "en", title="Corrected")
    workflow.publish(article, language="en", by=None, change="correction", public_note="A number was wrong.")


STEPS = {
    "withdrawn": lambda article: workflow.withdraw(article, language="en", by=None),
    "retracted": lambda article: workflow.retract(article, language="en", by=None, note="It was wrong."),
    "changed": correct,
}


@pytest.mark.parametrize("how", STEPS)
def test_a_public_translation_of_a_source_that_was_taken_back_or_corrected_stands_on_top(see, how):
    article = public_pair()
    STEPS[how](article)

    top = odds(see(make_superuser()))

    assert f"The source {'' if how == 'changed' else 'was '}{how}" in top
    assert "Çeviri" in top
    assert boards.text_screen(article, "tr") in top


def dismiss(client, item, language="tr", **data):
    url = reverse("admin:desk_board_dismiss", args=["articles.article", item.pk, language])
    return client.post(f"{url}?type=articles.article&what=outdated", data)


@pytest.mark.parametrize("how", STEPS)
def test_still_right_ends_it_until_the_next_time(see, client, how):
    article = public_pair()
    STEPS[how](article)
    translator = make_staff("translator", language="tr")
    assert "Dismiss" in odds(see(translator))

    response = dismiss(client, article)

    assert response.status_code == 302
    assert response["Location"] == "/admin/desk/board/?type=articles.article&what=outdated"
    assert odds(see(translator)) == ""
    assert LogEntry.objects.filter(step="mark_current", by=translator, language="tr").exists()

    set_edition(article, "en", withdraw_at=timezone.now())
    assert "withdrawn" in odds(see(translator))


def test_a_translation_that_went_out_after_its_source_was_withdrawn_is_at_odds_as_well(see):
    article = public_pair()
    workflow.withdraw(article, language="en", by=None)
    set_edition(article, "tr", being_updated_since=None)

    assert "The source was withdrawn" in odds(see(make_superuser()))


def test_what_readers_cannot_see_is_not_at_odds(see):
    article = public_pair()
    correct(article)
    workflow.withdraw(article, language="tr", by=None)

    assert odds(see(make_superuser())) == ""


def test_still_right_with_changes_that_are_not_public_says_so(client):
    article = public_pair()
    correct(article)
    write(article, "tr", title="Yeni")
    client.force_login(make_superuser())

    response = dismiss(client, article)

    assert "changes that are not public" in str(next(iter(get_messages(response.wsgi_request))))


def test_still_right_is_refused_when_somebody_changed_the_text_meanwhile(see, client):
    article = public_pair()
    correct(article)
    seal = re.search(r'name="expected" value="([^"]+)"', odds(see(make_superuser())))[1]
    write(article, "tr", by=make_user(display_name="Leyla"), title="Yeni")

    response = dismiss(client, article, expected=seal)

    assert "Leyla changed this text" in str(next(iter(get_messages(response.wsgi_request))))
    assert article.editions.get(language="tr").being_updated_since


def test_only_those_who_may_change_it_can_dismiss_it(see, client):
    article = public_pair()
    correct(article)

    top = odds(see(make_staff("translator", language="ar")))

    assert "The source changed" in top
    assert "Dismiss" not in top
    assert dismiss(client, article).status_code == 403
    assert (
        client.get(reverse("admin:desk_board_dismiss", args=["articles.article", article.pk, "tr"])).status_code == 405
    )


# --- Giving texts to people -----------------------------------------------------------------------


def give(client, texts, **data):
    texts = [f"{item.pk}:{language}" for item, language in texts]
    return client.post(f"{reverse('admin:desk_board_assign')}?type=articles.article", {"texts": texts, **data})


def test_an_editor_gives_texts_to_somebody_with_a_due_date(client):
    first, second = english(), english(title_tr="Çeviri")
    translator = make_staff("translator", language="tr")
    client.force_login(make_staff("editor"))

    response = give(client, [(first, "tr"), (second, "tr")], assignee=translator.pk, due_at="2031-05-20T15:10")

    assert response.status_code == 302
    for article in (first, second):
        edition = article.editions.get(language="tr")
        assert edition.assignee == translator
        assert timezone.localtime(edition.due_at).strftime("%Y-%m-%d %H:%M") == "2031-05-20 15:10"
    assert "Done for 2 texts." in str(next(iter(get_messages(response.wsgi_request))))


def test_what_is_refused_is_told_and_the_rest_is_done(client):
    article = english(title_tr="Çeviri")
    translator = make_staff("translator", language="tr", display_name="Leyla")
    client.force_login(make_staff("editor"))

    response = give(client, [(article, "tr"), (article, "ar")], assignee=translator.pk)

    told = [str(message) for message in get_messages(response.wsgi_request)]
    assert "Done for 1 text." in told
    assert any("Leyla may not write in العربية here" in message for message in told)
    assert article.editions.get(language="tr").assignee == translator
    assert not article.editions.filter(language="ar", assignee__isnull=False).exists()


def test_texts_are_taken_from_everybody(client):
    article = english(title_tr="Çeviri")
    workflow.assign(article, language="tr", by=None, assignee=make_staff("translator"), due_at=timezone.now())
    client.force_login(make_staff("editor"))

    give(client, [(article, "tr")], assignee="")

    edition = article.editions.get(language="tr")
    assert (edition.assignee, edition.due_at) == (None, None)


def test_nothing_typed_is_lost_when_the_date_makes_no_sense(client):
    article = english(title_tr="Çeviri")
    translator = make_staff("translator", language="tr")
    client.force_login(make_staff("editor"))

    response = give(client, [(article, "tr")], assignee=translator.pk, due_at="tomorrow")

    page = response.content.decode()
    assert "This is no date and time." in page
    assert re.search(rf'value="{article.pk}:tr"[^>]* checked', page)
    assert f'<option value="{translator.pk}" selected>' in page
    assert 'value="tomorrow"' in page
    assert not article.editions.exists()


def test_when_all_is_refused_the_choice_is_still_there(client):
    article = english(title_tr="Çeviri")
    translator = make_staff("translator", language="ar")
    client.force_login(make_staff("editor"))

    page = give(client, [(article, "tr")], assignee=translator.pk).content.decode()

    assert "may not write in Türkçe here" in page
    assert re.search(rf'value="{article.pk}:tr"[^>]* checked', page)


@pytest.mark.parametrize("texts", [[], ["1"], ["x:tr"], ["1:xx"], ["9" * 30 + ":tr"]])
def test_what_is_no_text_is_refused(client, texts):
    english()
    client.force_login(make_staff("editor"))

    response = client.post(reverse("admin:desk_board_assign"), {"texts": texts, "assignee": ""})

    assert response.status_code == 200
    assert "errorlist" in response.content.decode()


def test_nobody_gives_away_what_is_not_theirs(client):
    article = english(title_en="Secret", title_tr="Çeviri")
    translator = make_staff("translator")
    client.force_login(make_staff("editor", category=make_category()))

    page = give(client, [(article, "tr")], assignee=translator.pk).content.decode()

    assert "in none of your sections" in page
    assert "Secret" not in page
    assert not article.editions.exists()


def test_a_translator_gives_away_only_the_own_language(client):
    article = english(title_tr="Çeviri", title_ar="ترجمة")
    translator = make_staff("translator", language="tr")
    client.force_login(translator)

    response = give(client, [(article, "tr"), (article, "ar")], assignee="")

    told = " ".join(str(message) for message in get_messages(response.wsgi_request))
    assert "Done for 1 text." in told
    assert "You may not change this text." in told


def test_the_board_changes_nothing_by_being_looked_at(client):
    client.force_login(make_superuser())

    assert client.get(reverse("admin:desk_board_assign")).status_code == 405
    assert client.post(reverse("admin:desk_board")).status_code == 405


def test_forgetting_to_choose_a_person_takes_the_texts_oneself(see):
    english()
    me = make_staff("editor")

    assert f'<option value="{me.pk}" selected>' in see(me)
