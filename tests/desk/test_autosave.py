"""Nothing that was typed is lost: drafts kept per person and language, and who else is there."""

import json
from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse
from django.utils import timezone

from articles.models import Article
from desk import autosave
from desk.models import Autosave, Presence
from tests.builders import make_article, make_category, make_person, make_staff, make_superuser, make_tag
from tests.desk.forms import change_url, open_form, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def leyla():
    return make_superuser(display_name="Leyla")


@pytest.fixture
def baran():
    return make_superuser(display_name="Baran")


def address(item, screen="autosave"):
    model, pk = (item, 0) if isinstance(item, type) else (type(item), item.pk)
    return reverse(f"admin:desk_{screen}", args=[model._meta.label_lower, pk])


def order(client, user, item, screen="autosave", **what):
    client.force_login(user)
    return client.post(address(item, screen), json.dumps(what), content_type="application/json")


def keep(client, user, item, part, over=None, seal="1:abc", **values):
    facts = {"values": values, "seal": seal} | ({} if over is None else {"over": over})
    return order(client, user, item, parts={part: facts})


def kept(user, item):
    return {entry["part"]: entry["values"] for entry in autosave.kept_work(user, item)}


# --- Keeping ---------------------------------------------------------------------


def test_what_somebody_types_is_kept_for_each_language_and_the_article_stays_as_it_is(client, leyla):
    article = make_article(title_ar="أول", title_tr="Birinci")

    answer = keep(client, leyla, article, "ar", title_ar="ثان")
    keep(client, leyla, article, "tr", title_tr="İkinci")

    assert answer.status_code == 200
    assert "Saved as a draft at" in answer.json()["message"]
    assert kept(leyla, article) == {"ar": {"title_ar": "ثان"}, "tr": {"title_tr": "İkinci"}}
    article.refresh_from_db()
    assert article.title_ar == "أول"
    assert not article.editions.exists()


def test_typing_on_replaces_the_draft(client, leyla):
    article = make_article()
    keep(client, leyla, article, "ar", title_ar="ثان")
    keep(client, leyla, article, "ar", title_ar="ثالث")

    assert Autosave.objects.count() == 1
    assert kept(leyla, article) == {"ar": {"title_ar": "ثالث"}}


def test_nobody_else_ever_sees_a_draft(client, leyla, baran):
    article = make_article()
    keep(client, leyla, article, "ar", title_ar="سر ليلى")

    client.force_login(baran)

    assert "سر ليلى" not in client.get(address(article)).content.decode()
    assert client.get(address(article)).json()["kept"] == {}
    assert "سر ليلى" not in client.get(change_url(article)).content.decode()
    assert kept(baran, article) == {}


def test_a_draft_of_an_article_that_does_not_exist_yet_is_kept(client, leyla):
    keep(client, leyla, Article, "ar", title_ar="جديد")

    assert kept(leyla, Article) == {"ar": {"title_ar": "جديد"}}
    assert "جديد" in client.get(reverse("admin:articles_article_add")).content.decode()
    assert not Article.objects.exists()


def test_what_is_back_to_what_is_stored_is_not_kept(client, leyla):
    article = make_article(title_ar="أول", body_ar="<p>نص</p>", standfirst_ar="سطر\r\nآخر")
    keep(client, leyla, article, "ar", title_ar="ثان")

    keep(client, leyla, article, "ar", title_ar="أول", body_ar="<p>نص</p>", standfirst_ar="سطر\nآخر")

    assert not Autosave.objects.exists()


def test_facts_of_all_languages_are_kept_and_shown_in_words(client, leyla):
    article = make_article()
    section, tag = make_category(name_en="Culture"), make_tag(name_en="Water")

    keep(
        client, leyla, article, "shared", category=str(section.pk), tags=[str(tag.pk)], format="video",
        wanted_languages=["ar", "tr"], embargo_until_0="2031-02-03", embargo_until_1="04:05",
    )  # fmt: skip

    [entry] = autosave.kept_work(leyla, article)
    assert entry["labels"]["category"] == {str(section.pk): "Culture"}
    assert entry["labels"]["tags"] == {str(tag.pk): "Water"}
    texts = {text["label"]: text["text"] for text in entry["texts"]}
    assert "2031-02-03 04:05" in texts.values()
    assert "Culture" in texts.values()


def test_facts_that_are_as_stored_are_not_kept(client, leyla):
    tag = make_tag()
    article = make_article(tags=[tag])
    client.force_login(leyla)
    values = open_form(client, change_url(article))
    names = autosave._form(leyla, article).parts["shared"]
    shown = {name: value for name, value in values.items() if autosave._field_of(name) in names or name in names}

    keep(client, leyla, article, "shared", **shown)

    assert not Autosave.objects.exists()


@pytest.mark.parametrize("builder", [make_person, make_article])
def test_only_fields_of_that_part_are_kept(client, leyla, builder):
    item = builder()
    keep(client, leyla, item, "ar", title_ar="ثان", title_tr="x", password="x", created_by="1", seal_ar="0:")

    assert kept(leyla, item) == {"ar": {"title_ar": "ثان"}}


def test_bytes_that_no_database_keeps_are_left_out(client, leyla):
    article = make_article()
    keep(client, leyla, article, "ar", title_ar="a\0b\ud800c")

    assert kept(leyla, article) == {"ar": {"title_ar": "abc"}}


# --- Who may ---------------------------------------------------------------------


def test_a_translator_keeps_drafts_in_her_language_only(client):
    article = make_article()
    translator = make_staff("translator", language="tr")

    assert keep(client, translator, article, "tr", title_tr="İkinci").status_code == 200
    assert keep(client, translator, article, "ar", title_ar="ثان").status_code == 403
    assert keep(client, translator, article, "shared", format="video").status_code == 403
    assert list(Autosave.objects.values_list("part", flat=True)) == ["tr"]


def test_whoever_may_not_add_keeps_no_draft_of_something_new(client):
    assert keep(client, make_staff("translator"), Article, "ar", title_ar="x").status_code == 403


def test_somebody_of_another_section_keeps_nothing(client):
    reporter = make_staff("reporter", category=make_category())
    assert keep(client, reporter, make_article(), "ar", title_ar="x").status_code == 403


def test_whoever_is_not_signed_in_is_sent_to_sign_in(client):
    answer = client.post(address(make_article()), "{}", content_type="application/json")

    assert answer.status_code == 302
    assert "/login/" in answer["Location"]


def test_a_draft_needs_the_token_of_the_form(leyla):
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    assert keep(client, leyla, make_article(), "ar", title_ar="x").status_code == 403
    token = client.get(address(make_article())).json()["csrf"]
    answer = client.post(address(make_article()), "{}", content_type="application/json", headers={"X-CSRFToken": token})
    assert answer.status_code == 200


def test_what_is_too_large_is_refused_and_says_so(client, leyla):
    article = make_article()
    answers = [
        keep(client, leyla, article, "ar", body_ar="x" * size) for size in (autosave.PART_MAX_BYTES, 6 * 1024 * 1024)
    ]

    assert [answer.status_code for answer in answers] == [413, 413]
    assert "too large" in answers[0].json()["message"]
    assert not Autosave.objects.exists()


@pytest.mark.parametrize(
    "body", ["", "[]", "{", '{"parts": []}', '{"parts": {"ar": 1}}', '{"parts": {"ar": {"values": []}}}']
)
def test_nonsense_keeps_nothing_and_breaks_nothing(client, leyla, body):
    client.force_login(leyla)
    answer = client.post(address(make_article()), body, content_type="application/json")

    assert answer.status_code in {200, 400}
    assert not Autosave.objects.exists()


@pytest.mark.parametrize("part", ["xx", "", "created_by"])
def test_there_are_no_other_parts(client, leyla, part):
    assert keep(client, leyla, make_article(), part, title_ar="x").status_code == 403


def test_what_does_not_exist_is_not_found(client, leyla):
    client.force_login(leyla)
    assert client.get(reverse("admin:desk_autosave", args=["accounts.user", 1])).status_code == 404
    assert client.get(reverse("admin:desk_autosave", args=["articles.article", 999])).status_code == 404


# --- Two windows -----------------------------------------------------------------


def test_another_window_does_not_overwrite_a_draft_that_it_knows_nothing_of(client, leyla):
    article = make_article()
    stamp = keep(client, leyla, article, "ar", over="", title_ar="من النافذة الأولى").json()["kept"]["ar"]

    answer = keep(client, leyla, article, "ar", over="", title_ar="من الثانية").json()

    assert answer["held"]["ar"]["values"] == {"title_ar": "من النافذة الأولى"}
    assert answer["held"]["ar"]["stamp"] == stamp
    assert kept(leyla, article) == {"ar": {"title_ar": "من النافذة الأولى"}}
    assert keep(client, leyla, article, "ar", over=stamp, title_ar="من الثانية").json()["held"] == {}
    assert kept(leyla, article) == {"ar": {"title_ar": "من الثانية"}}


# --- Saving and discarding -------------------------------------------------------


def test_saving_takes_away_the_drafts_of_what_was_saved_and_no_others(client, leyla, baran):
    article = make_article(title_ar="أول", title_tr="Birinci")
    for user in (leyla, baran):
        keep(client, user, article, "ar", title_ar="ثان")
        keep(client, user, article, "tr", title_tr="İkinci")

    client.force_login(leyla)
    values = open_form(client, change_url(article))
    assert send(client, change_url(article), values, title_ar="ثالث").status_code == 302

    assert set(kept(leyla, article)) == {"tr"}
    assert set(kept(baran, article)) == {"ar", "tr"}


def test_forgetting_takes_only_those_parts_of_that_person_and_item(client, leyla, baran):
    article, other = make_article(), make_article()
    for user, item in [(leyla, article), (baran, article), (leyla, other)]:
        keep(client, user, item, "ar", title_ar="ثان")
        keep(client, user, item, "tr", title_tr="İkinci")
    keep(client, leyla, Article, "ar", title_ar="جديد")

    autosave.forget(leyla, article, ["ar", "shared"])
    autosave.forget(leyla, Article, ["ar"])

    assert set(kept(leyla, article)) == {"tr"}
    assert set(kept(baran, article)) == set(kept(leyla, other)) == {"ar", "tr"}
    assert kept(leyla, Article) == {}


def test_adding_an_article_takes_away_its_drafts(client, leyla):
    section = make_category()
    keep(client, leyla, Article, "ar", title_ar="جديد")
    values = open_form(client, reverse("admin:articles_article_add"))

    answer = send(client, reverse("admin:articles_article_add"), values, title_ar="جديد", category=section.pk)

    assert answer.status_code == 302
    assert not Autosave.objects.exists()


def test_a_draft_can_be_discarded_by_its_owner_alone(client, leyla, baran):
    article = make_article()
    keep(client, leyla, article, "ar", title_ar="ثان")
    keep(client, baran, article, "ar", title_ar="ثان")

    assert order(client, leyla, article, discard=["ar"]).json()["kept"] == {}

    assert kept(leyla, article) == {}
    assert kept(baran, article) == {"ar": {"title_ar": "ثان"}}


def test_a_draft_that_grew_meanwhile_is_not_discarded_unseen(client, leyla):
    article = make_article()
    stamp = keep(client, leyla, article, "ar", title_ar="ثان").json()["kept"]["ar"]
    keep(client, leyla, article, "ar", title_ar="ثان وأكثر")

    order(client, leyla, article, discard=["ar"], stamp=stamp)

    assert kept(leyla, article) == {"ar": {"title_ar": "ثان وأكثر"}}


# --- Recovery --------------------------------------------------------------------


def test_the_form_says_what_was_typed_and_not_saved(client, leyla):
    article = make_article()
    keep(client, leyla, article, "ar", title_ar="عنوان <b>جديد</b>", body_ar="<p>نص جديد</p>", standfirst_ar="")

    page = client.get(change_url(article)).content.decode()

    assert "and did not save it: العربية (Title, Text)." in page
    assert "عنوان &lt;b&gt;جديد&lt;/b&gt;" in page
    assert "عنوان <b>" not in page
    [entry] = autosave.kept_work(leyla, article)
    assert entry["seal"] == "1:abc"
    assert entry["language"] == "العربية"


def test_a_form_without_a_draft_says_nothing(client, leyla):
    client.force_login(leyla)
    assert "and did not save it" not in client.get(change_url(make_article())).content.decode().split("data-typed")[0]


def test_a_draft_that_somebody_else_saved_word_for_word_is_not_offered(client, leyla):
    article = make_article()
    keep(client, leyla, article, "ar", title_ar="ثان")
    Article.objects.filter(pk=article.pk).update(title_ar="ثان")
    article.refresh_from_db()

    assert kept(leyla, article) == {}


def test_a_draft_in_a_language_that_was_taken_from_its_author_is_not_offered(client):
    article = make_article()
    translator = make_staff("translator", language="tr")
    keep(client, translator, article, "tr", title_tr="İkinci")
    translator.role_assignments.update(language="ar")

    assert kept(get_user_model().objects.get(pk=translator.pk), article) == {}


def test_a_recovered_draft_still_meets_what_a_colleague_saved_meanwhile(client, leyla, baran):
    article = make_article(title_ar="أول")
    client.force_login(leyla)
    seal = open_form(client, change_url(article))["seal_ar"]
    keep(client, leyla, article, "ar", seal=seal, title_ar="نص ليلى")
    client.force_login(baran)
    send(client, change_url(article), open_form(client, change_url(article)), title_ar="نص باران")

    client.force_login(leyla)
    values = open_form(client, change_url(article))
    [entry] = autosave.kept_work(leyla, Article.objects.get(pk=article.pk))
    answer = send(client, change_url(article), values, seal_ar=entry["seal"], **entry["values"])

    page = answer.content.decode()
    assert "Baran saved the text in العربية" in page
    assert 'data-take-both="title_ar"' in page
    assert 'href="#id_title_ar"' in page
    article.refresh_from_db()
    assert article.title_ar == "نص باران"


def test_a_form_with_many_drafts_asks_no_more_than_one_with_few(client, leyla, django_assert_max_num_queries):
    article = make_article()
    client.force_login(leyla)
    with django_assert_max_num_queries(1):
        autosave.kept_work(leyla, article)
    for language in ("ar", "tr"):
        keep(client, leyla, article, language, **{f"title_{language}": "x"})
    article = Article.objects.prefetch_related("editions").get(pk=article.pk)
    with django_assert_max_num_queries(12):
        assert len(autosave.kept_work(leyla, article)) == 2


# --- Who is there ----------------------------------------------------------------


def alive(client, user, item, language="tr", **facts):
    return order(client, user, item, "presence", language=language, **facts).json()


def test_two_people_see_one_another_and_whether_the_other_writes(client, leyla, baran):
    article = make_article()
    assert alive(client, leyla, article, writing=True)["others"] == []

    [seen] = alive(client, baran, article)["others"]

    assert (seen["language"], seen["name"], seen["writing"]) == ("tr", "Leyla", True)
    assert seen["text"] == "Leyla is editing the text in Türkçe"
    [seen] = alive(client, leyla, article)["others"]
    assert seen["text"] == "Baran has the text in Türkçe open"
    assert autosave.others_here(leyla, article) == [seen]


def test_the_sentence_is_in_the_language_of_whoever_reads_it_and_never_about_another_article(client, leyla, baran):
    alive(client, leyla, make_article(), writing=True)
    assert alive(client, baran, make_article())["others"] == []


def test_whoever_leaves_or_falls_silent_is_not_there_any_more(client, leyla, baran):
    article = make_article()
    alive(client, leyla, article)
    order(client, leyla, article, "presence", left=["tr"])
    assert alive(client, baran, article)["others"] == []

    alive(client, leyla, article)
    Presence.objects.filter(user=leyla).update(seen_at=timezone.now() - timedelta(seconds=61))
    assert alive(client, baran, article)["others"] == []


def test_thirty_colleagues_cost_no_more_questions_than_three(client, leyla, django_assert_num_queries):
    article = make_article()
    for _number in range(30):
        autosave._note_presence(make_superuser(), article, {"language": "tr"})
    with django_assert_num_queries(1):
        assert len(autosave.others_here(leyla, article)) == 30


def test_a_page_learns_that_its_draft_is_gone(client, leyla):
    article = make_article()
    stamp = keep(client, leyla, article, "ar", title_ar="ثان").json()["kept"]["ar"]
    assert alive(client, leyla, article)["kept"] == {"ar": stamp}
    autosave.forget(leyla, article, ["ar"])
    assert alive(client, leyla, article)["kept"] == {}


def test_nobody_is_present_in_something_new_or_in_no_language(client, leyla):
    assert alive(client, leyla, Article)["others"] == []
    alive(client, leyla, make_article(), language="xx")
    assert not Presence.objects.exists()


def test_whoever_may_not_see_an_article_is_not_told_who_has_it(client):
    reporter = make_staff("reporter", category=make_category())
    assert order(client, reporter, make_article(), "presence", language="tr").status_code == 403


# --- Old ones --------------------------------------------------------------------


def test_what_nobody_came_back_for_goes_after_thirty_days(client, leyla):
    old, young = make_article(), make_article()
    for article, days in [(old, 31), (young, 29)]:
        keep(client, leyla, article, "ar", title_ar="ثان")
        Autosave.objects.filter(item_id=article.pk).update(saved_at=timezone.now() - timedelta(days=days))
        alive(client, leyla, article)
    Presence.objects.filter(item_id=old.pk).update(seen_at=timezone.now() - timedelta(days=2))

    autosave.prune_kept_work.call()

    assert Autosave.objects.get().item_id == Presence.objects.get().item_id == young.pk
