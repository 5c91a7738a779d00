"""What staff find in the admin's lists and choices: in any language, drafts included, and no more than they may see."""

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from articles.models import Article
from media_library.models import Album, Collection, Picture
from publishing import workflow
from search import rebuilding, staff
from search.engines import STAFF, local_engine
from search.models import StaffEntry
from tests.builders import (
    make_article,
    make_body,
    make_category,
    make_document,
    make_infographic,
    make_page,
    make_person,
    make_picture,
    make_playlist,
    make_press_conference,
    make_staff,
    make_tag,
    make_video,
)

pytestmark = pytest.mark.django_db


def signed_in(person):
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def editor():
    return signed_in(make_staff("editor"))


def listed(client, model, text, **filters):
    """What the list of a model shows for a search."""
    url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    return set(client.get(url, {"q": text} | filters).context["cl"].result_list)


def offered(client, field, text):
    """What a field that is chosen by typing ("articles.article.related") offers."""
    app, model, name = field.split(".")
    facts = {"app_label": app, "model_name": model, "field_name": name, "term": text}
    return {row["text"] for row in client.get(reverse("admin:autocomplete"), facts).json()["results"]}


def in_library(client, text, screen="changelist", **filters):
    response = client.get(reverse(f"admin:media_library_picture_{screen}"), {"q": text} | filters)
    return {tile.picture for tile in response.context["library"].tiles}


# --- However it is typed -------------------------------------------------------------


def test_a_draft_in_arabic_is_found_without_its_hamza(editor):
    draft = make_article(title_ar="الإدارة الذاتية تعلن أسماء اللجنة")
    make_article(title_ar="عودة المياه")
    assert listed(editor, Article, "الادارة اسماء") == {draft}


def test_a_draft_in_turkish_is_found_without_its_dots(editor):
    draft = make_article(title_tr="Diyarbakır'da yağış başladı")
    assert listed(editor, Article, "diyarbakir yagis") == {draft}


def test_a_draft_is_found_by_its_text_in_a_language_that_nobody_translated_yet(editor):
    draft = make_article(title_en="Statement", body_ku="<p>Xwendekarên gundan <strong>vegeriyan</strong>.</p>")
    assert listed(editor, Article, "xwendekar") == {draft}


def test_words_of_two_languages_find_the_one_text_that_has_both(editor):
    both = make_article(title_en="Olive harvest", title_ar="موسم الزيتون")
    make_article(title_en="Olive oil", title_ar="زيت")
    assert listed(editor, Article, "olive الزيتون") == {both}


def test_the_beginning_of_a_word_is_enough(editor):
    article = make_article(title_en="Parliament meets", title_ar="اجتماع البرلمان")
    assert listed(editor, Article, "parl") == {article}
    assert listed(editor, Article, "البرل") == {article}


def test_a_form_of_a_short_word_is_not_the_beginning_of_all_others(editor):
    water = make_article(title_tr="Su kesintisi")
    make_article(title_tr="Suriye'de seçim")
    assert listed(editor, Article, "suyu") <= {water}


def test_words_between_quotation_marks_stand_together(editor):
    together = make_article(body_en="<p>The water council met.</p>", title_en="One")
    make_article(body_en="<p>The council met about water.</p>", title_en="Two")
    assert listed(editor, Article, '"water council"') == {together}


def test_common_words_are_not_asked_for_where_others_are(editor):
    article = make_article(title_en="Water for Kobani")
    assert listed(editor, Article, "the water of Kobani") == {article}


def test_what_was_found_before_is_still_found(editor):
    article = make_article(title_en="Disagreement", reference="SDC/2024/017")
    assert listed(editor, Article, "agree") == {article}
    assert listed(editor, Article, "SDC/2024/017") == {article}
    assert listed(editor, Article, "c/2024/0") == {article}


# --- Everything that staff look for -----------------------------------------------------


def test_a_tag_is_found_by_a_form_of_its_name(editor):
    tag = make_tag(name_en="Elections", name_ar="الانتخابات")
    assert listed(editor, type(tag), "election") == {tag}
    assert listed(editor, type(tag), "انتخابات") == {tag}
    assert offered(editor, "articles.article.tags", "election") == {"Elections"}


def test_a_picture_is_found_by_a_word_of_its_caption_in_another_language(editor):
    picture = make_picture(caption_ar="الطلاب أمام المدرسة", caption_tr="Öğrenciler okulun önünde")
    make_picture()
    assert in_library(editor, "المدرسة للطلاب") == in_library(editor, "ogrenciler okulun") == {picture}
    assert in_library(editor, "والمدرسة", "pick") == {picture}
    assert in_library(editor, "المدرسة", use="used") == set()


@pytest.mark.parametrize(
    ("make", "facts", "text"),
    [
        (make_page, {"title_ar": "من نحن وأهدافنا"}, "اهداف"),
        (make_body, {"title_ar": "هيئة الإعلام"}, "الاعلام"),
        (make_person, {"title_tr": "İlham Şahin"}, "ilham sahin"),
        (make_video, {"title_ar": "مؤتمر الأحزاب"}, "احزاب"),
        (make_document, {"title_ku": "Daxuyaniya meclîsê"}, "meclis"),
        (make_infographic, {"alternative_ar": "<p>أرقام المدارس</p>"}, "ارقام"),
        (make_press_conference, {"place_ar": "مدينة الحسكة"}, "حسكة"),
        (make_playlist, {"name": "Öğretmen günü"}, "ogretmen"),
        (Album.objects.create, {"name": "Album", "title_ar": "صور النوروز"}, "نوروز"),
    ],
    ids=["page", "body", "person", "video", "document", "infographic", "press conference", "playlist", "album"],
)
def test_every_kind_is_found_by_its_words(editor, make, facts, text):
    row = make(**facts)
    assert listed(editor, type(row), text) == {row}


# --- Within the person's rights -----------------------------------------------------------


def test_somebody_with_one_section_finds_nothing_of_another():
    mine, other = make_category(), make_category()
    own = make_article(category=mine, title_ar="اجتماع الأحزاب")
    make_article(category=other, title_ar="اجتماع الأحزاب")
    reporter = signed_in(make_staff("reporter", category=mine))
    assert listed(reporter, Article, "احزاب") == {own}


def test_nobody_asks_word_by_word_what_a_text_says_that_they_may_not_read():
    page = make_page(title_en="Plan", body_en="<p>Nightingale</p>")
    elsewhere = signed_in(make_staff("editor", category=make_category()))
    assert listed(elsewhere, type(page), "nightingales") == set()
    assert listed(elsewhere, type(page), "Plan") == {page}
    assert listed(signed_in(make_staff("editor", language="tr")), type(page), "nightingales") == {page}


def test_a_closed_collection_stays_closed(editor):
    collection = Collection.objects.create(name="Sources", is_closed=True)
    make_picture(collection=collection, caption_ar="المدرسة")
    video = make_video(collection=collection, title_ar="المدرسة")
    assert in_library(editor, "مدرسة") == set()
    assert listed(editor, type(video), "مدرسة") == set()


def test_the_trash_is_found_by_those_who_ask_for_it(editor):
    article = make_article(title_ar="اجتماع الأحزاب")
    workflow.trash(article, by=None)
    assert listed(editor, Article, "احزاب") == set()
    assert listed(editor, Article, "احزاب", trash="in") == {article}
    assert offered(editor, "articles.article.related", "احزاب") == set()


def test_other_filters_go_on_counting(editor):
    article = make_article(title_ar="اجتماع الأحزاب", title_en="Meeting")
    workflow.record_save(article, language="ar", by=None)
    assert listed(editor, Article, "احزاب", state="ar:draft") == {article}
    assert listed(editor, Article, "احزاب", state="ar:published") == set()


# --- In step ------------------------------------------------------------------------------


def test_a_text_is_found_by_what_it_says_now(editor):
    article = make_article(body_en="<p>Nightingale</p>", title_en="Plan")
    article.body_en = "<p>Sparrow</p>"
    article.save(update_fields=["body_en"])
    assert listed(editor, Article, "nightingale") == set()
    assert listed(editor, Article, "sparrow") == {article}


def test_a_save_of_one_language_keeps_what_others_wrote_meanwhile(editor):
    article = make_article(body_en="<p>One</p>", title_en="Plan")
    Article.objects.get(pk=article.pk)
    other = Article.objects.get(pk=article.pk)
    other.body_tr = "<p>Bülbül</p>"
    other.save(update_fields=["body_tr"])
    article.body_en = "<p>Sparrow</p>"
    article.save(update_fields=["body_en"])
    assert listed(editor, Article, "bulbul") == listed(editor, Article, "sparrow") == {article}


def test_nothing_stays_of_what_is_deleted():
    tag = make_tag(name_en="Elections")
    entry = StaffEntry.objects.get(item_id=tag.pk, item_type__model="tag")
    tag.delete()
    assert not StaffEntry.objects.filter(pk=entry.pk).exists()
    assert entry.pk not in local_engine().numbers(STAFF, above=0, upto=entry.pk, limit=10)


def test_what_was_there_before_the_index_is_found_by_it_after_a_rebuilding(editor, capsys):
    article = make_article(title_ar="اجتماع الأحزاب")
    StaffEntry.objects.all().delete()
    local_engine().clear(STAFF)
    assert listed(editor, Article, "اجتماع") == {article}
    assert listed(editor, Article, "احزاب") == set()

    call_command("rebuild_search", language=STAFF)
    assert listed(editor, Article, "احزاب") == {article}
    call_command("check_search")
    assert "staff: 1 entries" in capsys.readouterr().out


@pytest.mark.parametrize("broken", ["lost words", "strange words", "old analysis", "strange entry"])
def test_what_is_not_in_step_is_counted_and_mended(editor, broken):
    article = make_article(title_ar="اجتماع الأحزاب")
    entry = StaffEntry.objects.get(item_id=article.pk, item_type__model="article")
    if broken == "lost words":
        local_engine().clear(STAFF)
    elif broken == "strange words":
        local_engine().write(STAFF, [staff.Row(entry.pk + 1000, "_ parties")])
    elif broken == "old analysis":
        StaffEntry.objects.update(analysis=0)
    else:
        entry.pk, entry.item_id = None, entry.item_id + 1000
        entry.save()

    with pytest.raises(Exception, match="not in step"):
        call_command("check_search")
    rebuilding.rebuild_staff()
    call_command("check_search")
    assert listed(editor, Article, "احزاب") == {article}


def test_tidying_up_indexes_what_an_older_analysis_indexed(editor):
    article = make_article(title_ar="اجتماع الأحزاب")
    StaffEntry.objects.update(analysis=0)
    rebuilding.refresh_some()
    assert listed(editor, Article, "احزاب") == {article}
    assert not staff.missing(Article).exists()


# --- Whatever is typed ----------------------------------------------------------------------


ODD = {
    "nothing": "",
    "a space": " ",
    "tatweel": "ـ",
    "signs": "…!?",
    "a quotation mark": '"',
    "two of them": '""',
    "of two kinds": "\"'",
    "an operator": "NEAR(",
    "a column": "title:",
    "a star": "*",
    "zero bytes": "\0",
    "a direction": "\u202e",
    "emoji": "👩‍👩‍👧",
    "one long word": "x" * 5000,
    "many words": "a " * 3000,
}


@pytest.mark.parametrize("text", ODD.values(), ids=ODD)
def test_odd_text_is_answered(text):
    make_article()
    assert staff.numbers_of(Article, text) in ([], [Article.objects.get().pk])


def test_a_search_costs_the_same_for_few_and_many(editor):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            listed(editor, Article, "احزاب")
        return len(captured)

    for number in range(2):
        make_article(title_ar=f"اجتماع الأحزاب {number}")
    few = queries()
    for number in range(15):
        make_article(title_ar=f"اجتماع الأحزاب {number}")
    assert queries() == few


def test_a_save_costs_four_queries_more():
    picture = make_picture()
    with CaptureQueriesContext(connection) as captured:
        staff.index(Picture, [picture.pk])
    assert len([one for one in captured if "SAVEPOINT" not in one["sql"]]) <= 4
