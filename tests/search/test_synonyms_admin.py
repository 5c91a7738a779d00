"""What editors do for readers who search: synonyms, and the list of what was looked for in vain."""

from datetime import timedelta
from importlib import import_module
from types import SimpleNamespace
from urllib.parse import quote

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from search.forms import SynonymForm
from search.models import FruitlessSearch, Synonym, SynonymSpelling
from search.query import parse
from search.results import Search, Wanted
from search.seed_synonyms import SYNONYMS
from tests.builders import make_article, make_category, make_staff, publish

pytestmark = pytest.mark.django_db

LIST = "/admin/search/synonym/"
ADD = "/admin/search/synonym/add/"
FRUITLESS = "/admin/search/fruitlesssearch/"


def signed_in(person):
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def editor():
    return signed_in(make_staff("editor"))


def send(client, url=ADD, **facts):
    """Sends the form; returns its errors by field, or None if it was saved."""
    response = client.post(url, {"language": "en", "term": "Kobani", "equivalents": "Ayn al-Arab"} | facts)
    return None if response.status_code == 302 else dict(response.context["adminform"].form.errors)


def written():
    return {(row.language, row.term): row.equivalents for row in Synonym.objects.all()}


def rows(client, url, **query):
    return list(client.get(url, query).context["cl"].result_list)


# --- Synonyms ------------------------------------------------------------------------


def test_readers_find_by_a_synonym_as_soon_as_it_is_saved(editor):
    Synonym.objects.all().delete()
    article = publish(make_article(title_en="Ayn al-Arab rebuilds"), "en")
    assert Search(Wanted("Kobani"), "en").count == 0
    assert send(editor) is None
    assert [hit.edition.item for hit in Search(Wanted("Kobani"), "en").hits(1)] == [article]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Ayn al-Arab\r\n\r\n  Kobanê   city \n", ["Ayn al-Arab", "Kobanê city"]),
        ("Ain al Arab, Kobanî; Kobane", ["Ain al Arab", "Kobane"]),
        ("KOBANI\nAyn\nAYN\nayn", ["Ayn"]),
    ],
    ids=["lines", "commas", "twice"],
)
def test_words_are_cleaned_and_each_is_kept_once(editor, typed, kept):
    Synonym.objects.all().delete()
    assert send(editor, equivalents=typed) is None
    assert written() == {("en", "Kobani"): kept}


def test_arabic_commas_part_words_and_alef_with_hamza_is_the_same_word(editor):
    Synonym.objects.all().delete()
    assert send(editor, language="ar", term="آذار", equivalents="مارس، اذار، مارس") is None
    assert written() == {("ar", "آذار"): ["مارس"]}


REFUSED = {
    "nothing": ({"equivalents": ""}, "equivalents", "required"),
    "commas": ({"equivalents": " , ,"}, "equivalents", "at least one word"),
    "the same word": ({"equivalents": "kobanî"}, "equivalents", "at least one word"),
    "tatweel": ({"equivalents": "ـ\nAyn"}, "equivalents", "no letter or digit"),
    "zero bytes": ({"equivalents": "Ayn\0"}, "equivalents", "Null characters"),
    "five words": ({"equivalents": "a b c d e"}, "equivalents", "too many words"),
    "61 letters": ({"equivalents": "x" * 61}, "equivalents", "no more than 60 characters"),
    "21 words": ({"equivalents": ",".join(f"word{n}" for n in range(21))}, "equivalents", "No more than 20"),
    "15 kB": ({"equivalents": "x, " * 5000}, "equivalents", "at most 2000 characters"),
    "a sign": ({"term": "…"}, "term", "no letter or digit"),
    "a sentence": ({"term": "the city of the Arabs"}, "term", "too many words"),
    "a strange language": ({"language": "xx"}, "language", "valid choice"),
}


@pytest.mark.parametrize(("facts", "field", "said"), REFUSED.values(), ids=REFUSED)
def test_what_makes_no_sense_is_refused_in_words(editor, facts, field, said):
    assert said in str(send(editor, **facts)[field])


def test_twenty_are_not_too_many(editor):
    assert send(editor, term="Hall", equivalents="\n".join(f"word{number}" for number in range(20))) is None


def test_a_word_has_one_row_in_a_language(editor):
    assert send(editor, term="Hall") is None
    assert "already exists" in str(send(editor, term="Hall"))
    assert send(editor, term="Hall", language="tr") is None


def test_the_form_shows_a_word_on_each_line_and_saves_what_was_changed(editor):
    row = Synonym.objects.create(language="ar", term="كوبانى", equivalents=["عين العرب", "كوباني سيتي"])
    url = reverse("admin:search_synonym_change", args=[row.pk])
    form = editor.get(url).context["adminform"].form
    assert form["equivalents"].value() == "عين العرب\nكوباني سيتي"

    sent = {"language": "ar", "term": row.term}
    assert send(editor, url, **sent, equivalents="عين العرب\r\nكوباني سيتي") is None
    assert send(editor, url, **sent, equivalents="عين العرب") is None
    row.refresh_from_db()
    assert row.equivalents == ["عين العرب"]
    assert row.spellings.count() == 2


def test_the_list_is_searched_by_any_word_in_any_form_and_filtered_by_language(editor):
    Synonym.objects.all().delete()
    arabic = Synonym.objects.create(language="ar", term="أيلول", equivalents=["سبتمبر"])
    english = Synonym.objects.create(language="en", term="USA", equivalents=["United States"])
    assert rows(editor, LIST, q="ايلول") == rows(editor, LIST, q="وسبتمبر") == [arabic]
    assert rows(editor, LIST, q="united state") == rows(editor, LIST, q="us") == [english]
    assert rows(editor, LIST, q="…") == []
    assert rows(editor, LIST, language__exact="ar") == [arabic]


def test_whoever_edits_in_one_language_writes_its_synonyms_alone():
    turkish = Synonym.objects.create(language="tr", term="Kobanix", equivalents=["Ayn"])
    arabic = Synonym.objects.create(language="ar", term="كوبانيكس", equivalents=["عين"])
    editor = signed_in(make_staff("editor", language="tr"))
    choices = editor.get(ADD).context["adminform"].form.fields["language"].choices
    assert [code for code, _name in choices if code] == ["tr"]
    assert send(editor, language="tr", term="Yeni") is None
    assert "language" in send(editor, language="ar", term="جديد")
    sent = {"language": "tr", "term": "Kobanix", "equivalents": "Arap"}
    assert editor.post(reverse("admin:search_synonym_change", args=[turkish.pk]), sent).status_code == 302
    assert editor.post(reverse("admin:search_synonym_change", args=[arabic.pk]), sent).status_code == 403


@pytest.mark.parametrize("role", ["reporter", "translator"])
def test_others_do_not_see_them(role):
    client = signed_in(make_staff(role))
    for url in (LIST, ADD, FRUITLESS):
        assert client.get(url).status_code == 403


def test_a_role_in_one_section_is_none_for_the_whole_site():
    editor = signed_in(make_staff("editor", category=make_category()))
    assert editor.get(ADD).status_code == 403


def test_the_admin_leads_to_both_lists(editor):
    page = editor.get("/admin/").content.decode()
    assert LIST in page
    assert FRUITLESS in page


def test_what_an_editor_changes_holds_for_the_next_search(committed):
    def alike():
        return {words.stems for group in parse("fjord", "en").wanted for words in group}

    assert alike() == {("fjord",)}
    synonym = Synonym.objects.create(language="en", term="fjord", equivalents=["inlet"])
    assert alike() == {("fjord",), ("inlet",)}
    synonym.equivalents = ["sound"]
    synonym.save()
    assert alike() == {("fjord",), ("sound",)}
    Synonym.objects.filter(pk=synonym.pk).delete()
    assert alike() == {("fjord",)}


# --- What a new site begins with --------------------------------------------------------


def test_a_new_site_has_names_in_several_spellings_and_keeps_what_editors_wrote():
    seed = import_module("search.migrations.0002_seed_synonyms").seed
    Synonym.objects.all().delete()
    language, term, _equivalents = SYNONYMS[0]
    Synonym.objects.create(language=language, term=term, equivalents=["own"])
    for _time in range(2):
        seed(apps, SimpleNamespace(connection=connection))
    assert Synonym.objects.count() == len({(language, term) for language, term, _words in SYNONYMS})
    assert written()[language, term] == ["own"]
    kept = set(SynonymSpelling.objects.values_list("synonym", "stems"))
    for synonym in Synonym.objects.all():
        synonym.learn_spellings()
    assert set(SynonymSpelling.objects.values_list("synonym", "stems")) == kept


def test_all_that_a_new_site_begins_with_can_be_edited():
    Synonym.objects.all().delete()
    for language, term, equivalents in SYNONYMS:
        form = SynonymForm({"language": language, "term": term, "equivalents": "\n".join(equivalents)})
        assert form.is_valid(), (term, form.errors)
        assert set(form.cleaned_data["equivalents"]) <= set(equivalents)


# --- What was looked for in vain -----------------------------------------------------------


def test_the_latest_search_without_result_stands_first(editor):
    now = timezone.now()
    old = FruitlessSearch.objects.create(language="en", query="nightingale", times=9, last_at=now - timedelta(days=9))
    new = FruitlessSearch.objects.create(language="ar", query="بلبل", times=1, last_at=now)
    assert rows(editor, FRUITLESS) == [new, old]
    assert rows(editor, FRUITLESS, language__exact="en") == rows(editor, FRUITLESS, q="night") == [old]


def test_one_click_searches_again_and_one_makes_a_synonym(editor):
    FruitlessSearch.objects.create(language="ar", query='بلبل & "<b>"', times=1)
    page = editor.get(FRUITLESS).content.decode()
    assert f'href="/ar/search/?q={quote("بلبل")}+%26+%22%3Cb%3E%22"' in page
    assert "<b>" not in page
    url = page.split(f'href="{ADD}?')[1].split('"')[0].replace("&amp;", "&")
    form = editor.get(f"{ADD}?{url}").context["adminform"].form
    assert (form["language"].value(), form["term"].value()) == ("ar", 'بلبل & "<b>"')


def test_what_was_dealt_with_is_taken_off_the_list_and_nothing_is_added(editor):
    found = [FruitlessSearch.objects.create(language="en", query=word, times=1) for word in ("one", "two")]
    sent = {"action": "delete_selected", "_selected_action": [found[0].pk], "post": "yes"}
    editor.post(FRUITLESS, sent)
    assert list(FruitlessSearch.objects.all()) == found[1:]
    assert editor.get(f"{FRUITLESS}add/").status_code == 403
    assert editor.post(f"{FRUITLESS}{found[1].pk}/change/", {"query": "x"}).status_code == 403
