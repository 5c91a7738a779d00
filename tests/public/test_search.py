"""The search page as readers meet it: what is found, what is said where nothing is, and what nobody finds."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles.models import ArticleEdition
from publishing import clock, workflow
from publishing.languages import language_codes
from search import fruitless, index, results, views
from search.engines import local_engine
from search.models import FruitlessSearch
from tests.builders import make_article, make_category, make_page, make_person, publish, publish_at, write

pytestmark = pytest.mark.django_db

A_BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def ask(client, language="en", status=200, headers=None, **query):
    """The HTML of the search page for a query."""
    response = client.get(f"/{language}/search/", query, headers={"User-Agent": A_BROWSER} | (headers or {}))
    assert response.status_code == status, query
    return response.content.decode()


def suggested(client, words, language="en"):
    response = client.get(f"/{language}/search/suggest/", {"q": words})
    assert response.status_code == 200, words
    return response.content.decode()


def part(page, pattern):
    found = re.search(pattern, page, re.DOTALL)
    return found[1] if found else ""


def rows(page):
    return re.findall(r"<li>(.*?)</li>", part(page, r'<ol class="pr" id="results">(.*?)</ol>'), re.DOTALL)


def words_in(html):
    return " ".join(unescape(re.sub("<[^>]+>", "", html.replace("</p>", " </p>"))).split())


def titles(page):
    return [words_in(part(row, "<h2[^>]*>(.*?)</h2>")) for row in rows(page)]


def said(page):
    """What stands in the status region."""
    return words_in(part(page, r'<p role="status">(.*?)</p>'))


def marked(html):
    return [unescape(word) for word in re.findall("<mark>(.*?)</mark>", html)]


def options(page, name):
    select = part(page, rf'<select id="{name}"[^>]*>(.*?)</select>')
    return dict(re.findall(r'<option value="([^"]*)"[^>]*>(.*?)</option>', select))


def wrote(title, language="en", **facts):
    return publish(make_article(**{f"title_{language}": title}, **facts), language)


def wrote_on(*day, **facts):
    """An article that was published on a day, and is found under it."""
    article = publish_at(make_article(**facts), "en", datetime(*day, 9, tzinfo=UTC))
    index.follow([article.editions.get(language="en")])
    return article


def addresses(html):
    return [unescape(url) for url in re.findall(r'href="([^"]+)"', html)]


# --- The form ----------------------------------------------------------------------


def test_without_words_there_is_the_form_and_what_is_newest(client):
    wrote("Bread is cheaper")
    page = ask(client)
    form = part(page, r'(<form[^>]*role="search".*?</form>)')
    assert 'action="/en/search/"' in form and "method" not in form
    assert '<label for="q">' in form and 'type="search"' in form
    assert "Bread is cheaper" in page
    assert not rows(page) and not said(page)


def test_every_page_leads_to_the_search_and_a_missing_one_has_the_form(client):
    assert 'href="/ar/search/"' in client.get("/ar/").content.decode()
    missing = client.get("/tr/nothing-here/")
    assert missing.status_code == 404
    assert 'action="/tr/search/"' in part(missing.content.decode(), r'(<form[^>]*role="search".*?</form>)')


def test_the_words_stay_in_the_form_and_are_in_the_title(client):
    wrote("Water returns")
    page = ask(client, q="water “tap”")
    assert 'value="water “tap”"' in page
    assert "Search: \u2068water “tap”\u2069 — " in part(page, "<title>(.*?)</title>")


def test_what_was_searched_for_is_not_for_search_engines(client):
    assert client.get("/en/search/?q=water")["X-Robots-Tag"] == "noindex"
    assert "X-Robots-Tag" not in client.get("/en/search/")


# --- What is found -------------------------------------------------------------------


def test_a_row_says_what_was_found_where_it_stands_and_when(client):
    section = make_category(name_en="Field news")
    article = wrote_on(2025, 5, 20, title_en="Water returns", standfirst_en="The pumps run.", category=section)
    (row,) = rows(ask(client, q="pumps"))
    assert f'href="{article.editions.get(language="en").get_absolute_url()}"' in row
    assert "Field news" in row and "20 May 2025" in row
    assert marked(row) == ["pumps"]
    assert row.count('dir="auto"') == 2


def test_people_and_pages_are_found_by_what_they_are(client):
    publish(make_person(title_en="Rima Bustan"), "en")
    publish(make_page(title_en="Bustan street"), "en")
    found = " ".join(words_in(row) for row in rows(ask(client, q="bustan")))
    assert "People Rima Bustan" in found and "Pages Bustan street" in found


@pytest.mark.parametrize(
    ("language", "title", "asked", "found"),
    [
        ("ar", "وَالمُهَجَّرون يعودون إلى حلب", "مهجرون", ["وَالمُهَجَّرون"]),
        ("ar", "أُعيدَ فتحُ المدرسة", "المدرسه", ["المدرسة"]),
        ("tr", "İstanbul’da toplantı", "istanbul", ["İstanbul’da"]),
        ("ku", "Civîna Hevpeymaniyê", "civin", ["Civîna"]),
        ("en", "The refugees’ return", "refugee", ["refugees’"]),
    ],
)
def test_words_are_marked_as_they_were_written_with_all_that_is_attached(client, language, title, asked, found):
    wrote(title, language)
    (row,) = rows(ask(client, language, q=asked))
    assert [mark.rstrip("’") for mark in marked(row)] == [mark.rstrip("’") for mark in found]
    assert words_in(part(row, "<h2[^>]*>(.*?)</h2>")) == title


def test_how_much_was_found_is_said_in_the_right_number(client):
    wrote("Bread")
    assert said(ask(client, q="bread")) == "1 result for “bread”"
    wrote("Bread again")
    assert said(ask(client, q="bread")) == "2 results for “bread”"


@pytest.mark.parametrize("sort", ["", "newest"])
def test_more_than_is_counted_is_said_so_and_the_last_page_leads_to_what_is_older(client, monkeypatch, sort):
    monkeypatch.setattr(results, "MOST_COUNTED", 2)
    monkeypatch.setattr(views, "MOST_COUNTED", 2)
    monkeypatch.setattr(views, "PER_PAGE", 1)
    monkeypatch.setattr(type(local_engine()), "window", 2)
    for day in range(1, 6):
        wrote_on(2025, 5, day, title_en=f"Bread {day}")
    page, seen = ask(client, q="bread", sort=sort), []
    assert said(page) == "2+ results for “bread”"
    assert "Older results" not in page
    while True:
        seen += titles(page)
        further = re.search(r'<a class="btn" (?:rel="next" )?href="([^"]+)">(?:Older|Next|Older results)</a>', page)
        if not further:
            break
        page = client.get("/en/search/" + unescape(further[1])).content.decode()
    expected = [f"Bread {day}" for day in (5, 4, 3, 2, 1)]
    # By relevance, what is looked through goes on where the window ended: one more than is shown was in it.
    assert seen == expected if sort else set(seen) <= set(expected) and seen[:2] == expected[:2]
    assert "Back to the newest results" in page


def test_pages_keep_the_words_and_a_number_that_there_is_not_is_not_found(client):
    section = make_category()
    for number in range(21):
        wrote(f"Bread {number}", category=section)
    page = ask(client, q="bread", section=section.pk)
    assert f"?q=bread&section={section.pk}&page=2" in addresses(page)
    assert len(rows(page)) == 20
    assert len(rows(ask(client, q="bread", page=2))) == 1
    for number in ("3", "0", "-1", "x", "", "9" * 5000):
        assert "This list has no page of that number" in ask(client, status=404, q="bread", page=number)


def test_the_newest_come_first_if_somebody_wants_that(client):
    wrote_on(2025, 5, 1, title_en="Bread")
    wrote_on(2025, 5, 2, title_en="Salt", body_en="<p>With bread.</p>")
    assert titles(ask(client, q="bread"))[0] == "Bread"
    page = ask(client, q="bread", sort="newest")
    assert titles(page) == ["Salt", "Bread"]
    assert '<input type="hidden" name="sort" value="newest">' in page


# --- Filters -------------------------------------------------------------------------


@pytest.fixture
def sections():
    """News with local news below it, and press releases; bread is in all of them."""
    news, press = make_category(name_en="News"), make_category(name_en="Press")
    local = make_category(name_en="Local news", parent=news)
    for section, year in ((news, 2024), (local, 2025), (press, 2025)):
        wrote_on(year, 5, 20, title_en=f"Bread in {section.name_en}", category=section)
    publish(make_person(title_en="Sami Bread"), "en")
    return {"news": news.pk, "press": press.pk, "local": local.pk}


def test_a_section_has_what_stands_below_it(client, sections):
    page = ask(client, q="bread", section=sections["news"])
    assert sorted(titles(page)) == ["Bread in Local news", "Bread in News"]
    assert f'<option value="{sections["news"]}" selected>' in page


def test_kinds_and_years_narrow_it_too(client, sections):
    assert titles(ask(client, q="bread", format="person")) == ["Sami Bread"]
    assert titles(ask(client, q="bread", year="2024")) == ["Bread in News"]
    assert titles(ask(client, q="bread", year="2025", section=sections["press"], format="text")) == ["Bread in Press"]


def test_filters_say_how_much_they_lead_to_and_offer_nothing_empty(client, sections):
    make_category(name_en="Sport")
    page = ask(client, q="bread", section=sections["press"])
    assert options(page, "section") == {
        "": "All sections",
        str(sections["news"]): "News (2)",
        str(sections["local"]): "Local news (1)",
        str(sections["press"]): "Press (1)",
    }
    assert options(page, "format") == {"": "All kinds", "person": "People (1)", "text": "Articles (3)"}
    assert list(options(page, "year"))[-2:] == ["2025", "2024"]


def test_what_is_no_filter_is_ignored(client, sections):
    page = ask(client, q="bread", section="999999", format="x", year="20250", sort="x", before="x")
    assert len(rows(page)) == 4


def test_with_filters_and_nothing_found_there_is_a_way_to_everything(client, sections):
    page = ask(client, q="bread", year="2024", format="person")
    assert said(page) == "Nothing was found for “bread”."
    assert "?q=bread" in addresses(part(page, r'(<div class="prose" id="results">.*?</div>)'))


# --- Other languages -----------------------------------------------------------------


def test_other_languages_that_have_it_are_named_with_how_much(client):
    wrote("Aleppo", "tr")
    wrote("Aleppo", "tr")
    page = ask(client, q="Aleppo")
    assert said(page).startswith("Nothing")
    assert '<a href="/tr/search/?q=Aleppo" lang="tr" hreflang="tr" dir="ltr">Türkçe (2)</a>' in page
    assert len(rows(ask(client, "tr", q="Aleppo"))) == 2
    assert "Also found in" not in ask(client, "tr", q="Aleppo")


def test_the_language_switch_asks_the_same_of_each_language(client):
    page = ask(client, q="Aleppo")
    for code in language_codes():
        assert f'href="/{code}/search/?q=Aleppo"' in page


# --- Where nothing was found -----------------------------------------------------------


def test_words_that_exist_are_suggested_and_what_is_newest(client):
    wrote("Ceasefire in the north")
    page = ask(client, q="ceasfire")
    assert said(page) == "Nothing was found for “ceasfire”."
    found = part(page, r'(<div class="prose" id="results">.*?</div>)')
    assert "?q=Ceasefire" in addresses(found) and "Did you mean" in found
    assert "Ceasefire in the north" in part(page, r'(<section class="block" aria-labelledby="newest">.*?</section>)')


def test_texts_with_some_of_the_words_are_shown_with_a_note(client):
    wrote("Bread is cheaper")
    page = ask(client, q="bread elephants")
    assert "No text has all of these words." in page
    assert titles(page) == ["Bread is cheaper"]


def test_what_is_too_much_is_cut_with_a_note(client):
    wrote("Bread is cheaper")
    for words in ("bread " * 3000, "b" * 50_000, "bread " + "x" * 300):
        page = ask(client, q=words)
        assert "the first 12 words or 200 characters were taken" in page
        assert len(part(page, 'name="q"[^>]*value="(.*?)"')) <= 200


def test_a_search_that_takes_too_long_says_what_it_left_out(client, slow_search):
    wrote("Bread is cheaper")
    with slow_search():
        page = ask(client, q="bread")
    assert "only the newest texts were looked through" in page
    assert titles(page) == ["Bread is cheaper"]


def kept_searches():
    fruitless.tally.flush()
    return list(FruitlessSearch.objects.values_list("language", "query", "times"))


def test_what_is_looked_for_in_vain_is_kept_for_editors(client):
    wrote("Bread is cheaper")
    for query in ({"q": "Elephants"}, {"q": "elephants"}, {"q": "bread"}, {"q": "zebra", "format": "text"}, {"q": "…"}):
        ask(client, **query)
    assert kept_searches() == [("en", "elephants", 2)]


# --- While somebody types --------------------------------------------------------------


def test_from_two_letters_on_there_are_suggestions(client):
    article = wrote("Ceasefire in the north")
    assert suggested(client, "c").strip() == suggested(client, " “c” ").strip() == ""
    html = suggested(client, "cea")
    assert f'href="{article.editions.get(language="en").get_absolute_url()}"' in html
    assert marked(html) == ["Ceasefire"]
    assert "1 result for “cea”" in words_in(html)
    assert 'href="/en/search/?q=cea">View all results' in html
    assert "<html" not in html


def test_suggestions_are_few_and_say_how_many_there_are(client):
    for number in range(8):
        wrote(f"Bread {number}")
    html = suggested(client, "bre")
    assert html.count("<li>") == 6
    assert "8 results" in html


def test_suggestions_that_find_nothing_say_so(client):
    html = suggested(client, "zz")
    assert "Nothing was found" in html and "<li>" not in html and "View all" not in html


def test_suggestions_may_be_kept_for_a_minute_and_set_nothing(client):
    response = client.get("/ar/search/suggest/?q=ab")
    assert response["Cache-Control"] == "public, max-age=60"
    assert not response.cookies and not response.wsgi_request.session.accessed
    assert response["Content-Language"] == "ar"
    assert response["X-Robots-Tag"] == "noindex"


def test_only_looking_is_allowed(client):
    assert client.post("/en/search/").status_code == client.post("/en/search/suggest/").status_code == 405


# --- Bad input -------------------------------------------------------------------------

HOSTILE = {
    "nul": "bread\x00",
    "quotes": 'bread "bread',
    "curly": "“bread",
    "guillemets": "«»«bread",
    "near": "NEAR(bread, 5)",
    "column": "text:bread title:bread",
    "star": "bread* * ^bread",
    "operators": "bread AND OR NOT (",
    "tsquery": "bread & | ! <-> :* '",
    "backslash": "bread \\ \\' %_",
    "minus": "- -- -bread",
    "emoji": "👩\u200d👩\u200d👧 🇸🇾",
    "override": "\u202ebread\u202c \u2066",
    "tatweel": "ـ",
    "marks": "\u064b\u064c",
    "surrogate": "\ud800",
    "script": "<script>alert(1)</script>\"'><mark>",
    "template": "{{ 7|add:7 }} {% now %}",
    "long": "x" * 50_000,
    "words": "bread " * 3_000,
    "space": " \u00a0\t\n",
    "noncharacters": "\ufffe\uffff\U0001ffff",
    "own mark": "_year_2025 _",
}


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("language", ["en", "ar", "ku"])
def test_nothing_that_is_typed_breaks_the_page(client, language, name):
    wrote("Bread is cheaper", language)
    words = HOSTILE[name].encode("utf-8", "surrogatepass")
    for address in ("search/", "search/suggest/"):
        for more in ({}, {"section": words, "format": words, "year": words, "sort": words, "before": words}):
            response = client.get(f"/{language}/{address}", {"q": words} | more)
            assert response.status_code == 200
            html = response.content.decode()
            assert "<script>alert" not in html and '><mark>"' not in html and "\x00" not in html
            assert not re.search("[\u202a-\u202e\u2066]", re.sub("<title>.*?</title>|<meta[^>]*>", "", html))


@pytest.mark.parametrize("number", ["9" * 400, "-" + "9" * 19, "1e9", "٣", "0x1", "\x00", "99999999999999999999"])
@pytest.mark.parametrize("name", ["before", "year", "section"])
def test_numbers_that_are_none_are_ignored(client, name, number):
    wrote("Bread is cheaper")
    assert titles(ask(client, q="bread", **{name: number})) == ["Bread is cheaper"]


@pytest.mark.parametrize("number", [str(2**63 - 1), str(-(2**63) + 1), "0"])
def test_the_largest_numbers_that_an_entry_can_have_are_taken(client, number):
    wrote("Bread is cheaper")
    assert ask(client, q="bread", before=number)


# --- What nobody finds -------------------------------------------------------------------


def everything_said(client, words):
    """All that search says in any language, in results and while somebody types."""
    assert "Nothing was found" in ask(client, q=words)
    found = []
    for language in language_codes():
        found += [ask(client, language, q=words), ask(client, language, q=words, sort="newest")]
        found.append(suggested(client, words, language))
    return found


def assert_found_by_nobody(client, words):
    """Neither in results and suggestions nor beside them, nor as a word that is like another."""
    for html in everything_said(client, words):
        assert '<ol class="pr"' not in html and '<ul class="seats"' not in html
        assert not rows(html) and "<mark>" not in html and "Also found in" not in html and "<select" not in html
    for language in language_codes():
        assert words not in ask(client, language, q=words[:-1])


@pytest.fixture
def secret():
    return make_article(**{f"title_{code}": "Zanzibar" for code in language_codes()})


def test_a_draft_is_found_by_nobody(client, secret):
    write(secret, "en")
    assert_found_by_nobody(client, "Zanzibar")


def test_a_scheduled_text_is_found_from_its_time_on(client, secret):
    workflow.schedule(secret, language="en", by=None, at=timezone.now() + timedelta(hours=1))
    assert_found_by_nobody(client, "Zanzibar")
    ArticleEdition.objects.update(publish_at=timezone.now() - timedelta(minutes=1))
    workflow.settle()
    assert titles(ask(client, q="Zanzibar")) == ["Zanzibar"]


def test_a_withdrawn_text_is_found_by_nobody(client, secret):
    publish(secret)
    assert rows(ask(client, q="Zanzibar"))
    for code in language_codes():
        workflow.withdraw(secret, language=code, by=None)
    assert_found_by_nobody(client, "Zanzibar")


def test_a_text_that_ends_by_the_clock_is_found_by_nobody_whether_or_not_a_job_was_there(client, secret):
    publish(secret)
    for code in language_codes():
        workflow.withdraw(secret, language=code, by=None, at=timezone.now() + timedelta(hours=1))
    with clock.at(timezone.now() + timedelta(hours=2)):
        assert_found_by_nobody(client, "Zanzibar")


def test_a_retracted_text_is_found_by_nobody(client, secret):
    publish(secret)
    for code in language_codes():
        workflow.retract(secret, language=code, by=None, note="It was wrong.")
    assert_found_by_nobody(client, "Zanzibar")


def test_facets_count_nothing_that_is_not_public(client, secret):
    wrote("Zanzibar and bread")
    publish(secret, "en")
    workflow.withdraw(secret, language="en", by=None)
    page = ask(client, q="Zanzibar", format="text")
    assert options(page, "format") == {"": "All kinds", "text": "Articles (1)"}


# --- What it costs -----------------------------------------------------------------------


def test_thirty_hits_cost_no_more_queries_than_three(client):
    counts = []
    for more in (3, 27):
        for number in range(more):
            wrote(f"Bread {number}", category=make_category())
        publish(make_person(title_en="Sami Bread"))
        for address in ("/en/search/?q=bread", "/en/search/suggest/?q=bre"):
            client.get(address)
            with CaptureQueriesContext(connection) as queries:
                client.get(address)
            asked = [query["sql"] for query in queries if query["sql"].startswith(("SELECT", "("))]
            # How long it may take is set, not asked.
            counts.append(sum("set_config" not in sql for sql in asked))
    assert counts[2] <= counts[0] <= 24
    assert counts[3] <= counts[1] <= 10
