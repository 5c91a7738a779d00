"""Whatever is typed into a search, it is answered, with a statement that stays small."""

import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from desk.searching import MOST_CHARACTERS, MOST_WORDS, bounded
from tests.builders import make_article, make_contact_topic, make_superuser

pytestmark = pytest.mark.django_db

SEARCHES = {
    "3,000 words": " ".join(f"word{number}" for number in range(3000)),
    "100 kB": "a" * 100_000,
    "quotes": '"' * 5000,
    "half quotes": "\"a 'b " * 1000,
    "zero bytes": "wa\0ter\0",
    "controls": "\x1b[31m\r\nwater\x85",
    "half characters": "\ud800water\udfff",
    "emoji": "👩‍👩‍👧‍👦" * 2000,
    "signs of LIKE": "%_\\%" * 100,
    "percent signs": "%s %(x)s {0} {{ x }}",
    "directions": "\u202eretaw\u202c \u2067ماء\u2069",
}
LONGEST_STATEMENT = 40_000
MOST_STATEMENTS = 60


@pytest.fixture
def signed_in(client):
    person = make_superuser()
    # Messages are for their receivers alone.
    make_contact_topic().receivers.add(person)
    client.force_login(person)
    return client


def answer(client, url, data):
    with CaptureQueriesContext(connection) as captured:
        response = client.get(url, data)
    assert len(captured) <= MOST_STATEMENTS, len(captured)
    longest = max((len(query["sql"]) for query in captured), default=0)
    assert longest <= LONGEST_STATEMENT, longest
    return response


def lists():
    return [
        reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        for model, model_admin in admin.site._registry.items()
    ]


def choices():
    """(app, model, field) of every field that is chosen by typing."""
    for model_admin in list(admin.site._registry.values()):
        inlines = [inline(model_admin.model, admin.site) for inline in model_admin.inlines]
        for one in [model_admin, *inlines]:
            for name in one.autocomplete_fields:
                yield one.model._meta.app_label, one.model._meta.model_name, name


# Pages take longer than choices do, and search in the same way.
@pytest.mark.parametrize("name", ["3,000 words", "zero bytes", "half quotes"])
def test_every_list_answers_every_search(signed_in, name):
    for url in lists():
        response = answer(signed_in, url, {"q": SEARCHES[name].encode()})
        assert response.status_code in {200, 302}, url


@pytest.mark.parametrize("typed", SEARCHES.values(), ids=SEARCHES)
def test_every_choice_answers_every_search(signed_in, typed):
    asked, sent = sorted(set(choices())), typed.encode(errors="surrogatepass")
    assert len(asked) > 8
    for app, model, field in asked:
        data = {"app_label": app, "model_name": model, "field_name": field, "term": sent}
        assert answer(signed_in, reverse("admin:autocomplete"), data).status_code == 200, (app, model, field)


@pytest.mark.parametrize("typed", SEARCHES.values(), ids=SEARCHES)
@pytest.mark.parametrize("screen", ["admin:media_library_picture_pick", "admin:desk_board", "admin:desk_calendar"])
def test_every_screen_answers_whatever_its_address_says(signed_in, screen, typed):
    names = ("q", "language", "what", "section", "state", "type", "day", "view", "tag", "by", "collection", "sort")
    data = dict.fromkeys(names, typed.encode(errors="surrogatepass"))
    assert answer(signed_in, reverse(screen), data).status_code in {200, 404}


def test_a_search_that_is_cut_says_so_and_keeps_what_was_typed(signed_in):
    typed = " ".join(f"word{number}" for number in range(30))
    for url in (reverse("admin:articles_article_changelist"), reverse("admin:media_library_picture_changelist")):
        page = signed_in.get(url, {"q": typed}).content.decode()
        assert f"only its first {MOST_WORDS} words were looked for" in page, url
        assert f'value="{typed}"' in page, url


def test_a_search_of_usual_length_says_nothing(signed_in):
    make_article(title_en="Water returns")
    page = signed_in.get(reverse("admin:articles_article_changelist"), {"q": "water"}).content.decode()
    assert "Water returns" in page
    assert "were looked for" not in page


def test_a_choice_leaves_no_message_behind(signed_in):
    data = {"app_label": "pages", "model_name": "homeslot", "field_name": "article", "term": "word " * 50}
    signed_in.get(reverse("admin:autocomplete"), data)
    assert "were looked for" not in signed_in.get(reverse("admin:index")).content.decode()


@pytest.mark.parametrize(
    ("typed", "searched", "is_cut"),
    [
        ("water  returns", "water returns", False),
        ('"water returns" now', '"water returns" now', False),
        ("می‌خواهم \u2067ماء\u2069", "می‌خواهم \u2067ماء\u2069", False),
        ("wa\0ter", "wa ter", False),
        ("\ud800", "", False),
        (" " * 500 + "water", "", True),
        ("x" * (MOST_CHARACTERS + 1), "x" * MOST_CHARACTERS, True),
        ("a " * (MOST_WORDS + 1), " ".join("a" * MOST_WORDS), True),
    ],
)
def test_words_are_kept_and_controls_are_not(typed, searched, is_cut):
    assert bounded(typed) == (searched, is_cut)


HOSTILE_LISTS = {
    "order": {"o": ".".join(["1"] * 5000)},
    "order of nothing": {"o": "999.x.-.--1"},
    "page": {"p": "9" * 400},
    "state": {"state": "ar:" + "x" * 5000},
    "unknown": {"x__y__z": "1"},
    "deep": {"__".join(["category"] * 500): "1"},
    "zero": {"state": "ar:\0", "id__exact": "\0"},
}


@pytest.mark.parametrize("data", HOSTILE_LISTS.values(), ids=HOSTILE_LISTS)
def test_no_list_breaks_of_what_its_address_says(signed_in, data):
    for url in lists():
        assert answer(signed_in, url, data).status_code in {200, 302, 400}, url
