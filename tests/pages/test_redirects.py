"""Where readers are led who ask for an address that nothing has any more, and how staff say so."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from delivery import tally
from pages.models import Redirect
from pages.redirect_rules import move, straighten
from publishing import workflow
from tests.builders import make_article, make_category, make_page, make_staff, publish
from tests.desk.forms import open_form, send

pytestmark = pytest.mark.django_db

ADD = "/admin/pages/redirect/add/"
FIREFOX = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}


def lead(source, target, language="en", **facts):
    kind = Redirect.Kind.PATTERN if "*" in source else Redirect.Kind.EXACT
    return Redirect.objects.create(source=source, target=target, language=language, kind=kind, **facts)


def led_to(client, path, **facts):
    """Where a path leads, or the status of the answer where it leads nowhere."""
    response = client.get(path, **facts)
    return response["Location"] if response.status_code == 301 else response.status_code


# --- What readers meet ------------------------------------------------------------------


def test_an_address_that_nothing_has_leads_where_staff_said(client):
    lead("old/page", "new/page")
    assert led_to(client, "/en/old/page/") == "/en/new/page/"


def test_the_query_goes_along(client):
    lead("old", "new")
    lead("older", "search?q=water#results")
    lead("oldest", "https://archive.example.org/x?id=7")
    assert led_to(client, "/en/old/?page=2&x=%D8%A7") == "/en/new/?page=2&x=%D8%A7"
    assert led_to(client, "/en/older/?utm=1") == "/en/search/?q=water&utm=1#results"
    assert led_to(client, "/en/oldest/?utm=1") == "https://archive.example.org/x?id=7&utm=1"


def test_words_of_every_script_are_compared_and_written_rightly(client):
    lead("قديم/صفحة", "جديد", "ar")
    assert led_to(client, "/ar/قديم/صفحة/") == "/ar/%D8%AC%D8%AF%D9%8A%D8%AF/"


def test_a_redirect_of_the_language_goes_before_one_for_all(client):
    lead("old", "for-all", "")
    lead("old", "for-arabic", "ar")
    assert led_to(client, "/ar/old/") == "/ar/for-arabic/"
    assert led_to(client, "/tr/old/") == "/tr/for-all/"


def test_a_redirect_of_another_language_is_not_used(client):
    lead("old", "new", "ar")
    assert led_to(client, "/en/old/") == 404


def test_an_exact_redirect_goes_before_patterns_and_a_longer_pattern_before_a_shorter(client):
    lead("old/*", "short/*")
    lead("old/reports/*", "long/*")
    lead("old/reports/one", "exact")
    assert led_to(client, "/en/old/x/y/") == "/en/short/x/y/"
    assert led_to(client, "/en/old/reports/two/") == "/en/long/two/"
    assert led_to(client, "/en/old/reports/one/") == "/en/exact/"
    assert led_to(client, "/en/old/") == 404


def test_each_star_stands_for_the_same_words(client):
    lead("20*/posts/*.html", "archive/20*/*")
    lead("docs/*", "https://docs.example.org/en/*")
    assert led_to(client, "/en/2019/posts/a-b.html/") == "/en/archive/2019/a-b/"
    assert led_to(client, "/en/docs/a b/") == "https://docs.example.org/en/a%20b"


def test_a_page_that_is_there_is_never_hidden(client):
    section = make_category(name_en="Old", needs_second_person=False)
    article = publish(make_article(category=section), "en")
    page = publish(make_page(title_en="Mission"), "en")
    lead("*o*", "elsewhere")
    for path in ("old", "mission", "structure"):
        lead(path, "elsewhere")
    addresses = [
        "/en/old/",
        "/en/mission/",
        "/en/structure/",
        *(one.edition_in("en").get_absolute_url() for one in (article, page)),
    ]
    assert {client.get(address).status_code for address in addresses} == {200}
    assert led_to(client, "/en/old") == "/en/old/"
    assert led_to(client, "/en/old/?page=99") == 404


def test_something_withdrawn_says_so_unless_staff_lead_on_from_it(client):
    article = publish(make_article(), "en")
    address = article.edition_in("en").get_absolute_url()
    workflow.withdraw(article, language="en", by=None)
    assert led_to(client, address) == 410
    lead(address.removeprefix("/en/").strip("/"), "news")
    assert led_to(client, address) == "/en/news/"


def test_an_address_without_a_language_is_of_an_older_site(client):
    lead("2019/05/story", "archive/story", "ar")
    assert led_to(client, "/2019/05/story/") == "/ar/archive/story/"
    assert led_to(client, "/2019/05/story") == "/ar/archive/story/"
    lead("2019/05/story", "archive/story", "")
    response = client.get("/2019/05/story/", headers={"Accept-Language": "tr"})
    assert response["Location"] == "/tr/archive/story/"
    assert "Accept-Language" in response["Vary"]


def test_nobody_is_led_to_where_they_are(client):
    lead("old*", "old/new")
    assert led_to(client, "/en/older/") == "/en/old/new/"
    assert led_to(client, "/en/old/new/") == 404


def test_redirects_are_for_readers_who_ask_for_pages(client):
    lead("old", "new", "")
    lead("admin/nothing", "new", "")
    assert client.post("/en/old/").status_code == 405
    assert "/new/" not in client.get("/admin/nothing/").headers.get("Location", "")


@pytest.mark.parametrize(
    "path", ["/en/%00/", "/en/a%0Ab/", "/en/" + "x" * 3000 + "/", "/en/%ED%A0%80/", "/%0d%0aSet-Cookie:x/"]
)
def test_no_address_breaks_it(client, path):
    lead("*a*", "new/*/*")
    lead("*x*", "https://example.org/*")
    assert client.get(path).status_code in {301, 404}


def test_a_query_that_is_too_long_is_left_behind(client):
    lead("old", "new")
    assert led_to(client, "/en/old/?" + "x" * 3000) == "/en/new/"


def test_an_exact_one_is_found_by_one_query_of_an_index(client):
    Redirect.objects.bulk_create(
        Redirect(source=f"2019/story-{number}", target="new", language="en") for number in range(2000)
    )
    with CaptureQueriesContext(connection) as queries:
        assert led_to(client, "/en/2019/story-7/") == "/en/new/"
    [query] = [query["sql"] for query in queries if "pages_redirect" in query["sql"]]
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {'QUERY PLAN ' if connection.vendor == 'sqlite' else ''}{query}")
        plan = " ".join(str(row) for row in cursor.fetchall())
    assert "redirect_unique" in plan or "INDEX" in plan.upper()


def test_uses_are_counted_without_a_write_for_each(client):
    redirect = lead("old", "new")
    for _ in range(3):
        with CaptureQueriesContext(connection) as queries:
            client.get("/en/old/")
        assert not [query for query in queries if query["sql"].startswith("UPDATE")]
    tally.flush_all()
    redirect.refresh_from_db()
    assert redirect.hits == 3
    assert redirect.last_hit_at


# --- What moves ---------------------------------------------------------------------------


@pytest.fixture
def section():
    return make_category(name_en="Old", name_ar="قديم", name_tr="", name_ku="")


def rename(section, **names):
    for name, value in names.items():
        setattr(section, name, value)
    section.save()


def test_a_section_that_moves_leads_readers_from_its_old_address(client, section):
    rename(section, name_en="New")
    assert led_to(client, "/en/old/") == "/en/new/"
    assert client.get("/en/new/").status_code == 200
    assert client.get(section.get_absolute_url("ar")).status_code == 200
    assert Redirect.objects.get().is_automatic


def test_so_do_its_subsections_and_its_feeds(client, section):
    make_category(name_en="Sub", parent=section)
    rename(section, name_en="New")
    assert led_to(client, "/en/old/sub/") == "/en/new/sub/"
    assert led_to(client, "/en/old/feed/") == "/en/new/feed/"
    assert led_to(client, "/en/old/sub/feed/atom/") == "/en/new/sub/feed/atom/"


def test_a_section_that_goes_below_another_leads_there(client, section):
    rename(section, parent=make_category(name_en="Parent"))
    assert led_to(client, "/en/old/") == "/en/parent/old/"


def test_who_moves_twice_leads_there_at_once(client, section):
    lead("elsewhere", "old")
    rename(section, name_en="Middle")
    rename(section, name_en="New")
    for path in ("old", "middle", "elsewhere"):
        assert led_to(client, f"/en/{path}/") == "/en/new/", path


def test_an_address_that_is_used_again_needs_no_redirect(client, section):
    rename(section, name_en="New")
    rename(section, name_en="Old")
    assert led_to(client, "/en/new/") == "/en/old/"
    assert client.get("/en/old/").status_code == 200
    assert [(row.source, row.target) for row in Redirect.objects.all()] == [("new", "old")]


def test_a_page_or_section_that_takes_an_address_ends_the_redirect_from_it(client, section):
    rename(section, name_en="Newer")
    rename(section, name_en="Newest")
    make_category(name_en="Old")
    publish(make_page(title_en="Newer"), "en")
    assert not Redirect.objects.filter(source__in=["old", "newer"]).exists()


def test_what_staff_made_stays_as_it_is(client, section):
    made = lead("old", "chosen")
    rename(section, name_en="New")
    made.refresh_from_db()
    assert (made.target, made.is_automatic) == ("chosen", False)


def test_moving_never_makes_a_circle(client, section):
    lead("new", "old")
    rename(section, name_en="New")
    assert [(row.source, row.target) for row in Redirect.objects.all()] == [("old", "new")]
    move("en", "new", "old")
    assert [(row.source, row.target) for row in Redirect.objects.all()] == [("new", "old")]


def test_what_leads_below_its_own_address_leads_nobody_round_for_ever(client):
    made = lead("old", "news", is_automatic=True)
    straighten(lead("news", "old/archive"))
    made.refresh_from_db()
    assert made.target == "old/archive"
    assert led_to(client, "/en/old/") == "/en/old/archive/"
    assert led_to(client, "/en/old/feed/") == "/en/old/archive/feed/"
    assert led_to(client, "/en/old/archive/") == 404
    assert led_to(client, "/en/old/archive/feed/") == 404


def test_a_section_without_a_name_in_a_language_leads_nowhere(client, section):
    rename(section, name_en="")
    assert led_to(client, "/en/old/") == 404
    assert not Redirect.objects.exists()


def test_pages_and_bodies_lead_from_every_address_they_had(client):
    page = publish(make_page(title_en="Mission"), "en")
    page.title_en = "Aims"
    page.save()
    publish(page, "en")
    assert led_to(client, "/en/mission/?x=1") == "/en/aims/"


# --- The form -----------------------------------------------------------------------------


@pytest.fixture
def editor(client):
    person = make_staff("editor")
    client.force_login(person)
    return person


def save(client, source, target, language="en", kind=None, url=ADD):
    kind = kind or ("pattern" if "*" in source else "exact")
    return client.post(url, {"source": source, "target": target, "language": language, "kind": kind})


def problems(response):
    assert response.status_code == 200, "it was saved"
    return " ".join(str(one) for errors in response.context["adminform"].errors.values() for one in errors)


def saved():
    return [(row.language, row.source, row.target) for row in Redirect.objects.order_by("pk")]


def test_editors_make_redirects_that_work_at_once(client, editor):
    assert save(client, "old", "new").status_code == 302
    assert led_to(Client(), "/en/old/") == "/en/new/"


@pytest.mark.parametrize(
    ("source", "target", "language", "kept"),
    [
        ("/en/old/page/", "/en/new/", "en", ("en", "old/page", "new")),
        ("http://127.0.0.1:8000/en/old/", "http://127.0.0.1:8000/en/new/", "en", ("en", "old", "new")),
        ("/en/old/", "new", "", ("en", "old", "new")),
        ("/ar/%D9%82%D8%AF%D9%8A%D9%85/", "/ar/%D8%AC%D8%AF%D9%8A%D8%AF/", "ar", ("ar", "قديم", "جديد")),
        ("old", "/", "en", ("en", "old", "/")),
        ("old", "search/?q=water#results", "en", ("en", "old", "search?q=water#results")),
        ("old", "https://example.org/a/?b=%20c", "en", ("en", "old", "https://example.org/a/?b=%20c")),
        ("  old  ", "new", "", ("", "old", "new")),
    ],
    ids=lambda value: None,
)  # fmt: skip
def test_addresses_are_taken_as_people_copy_them(client, editor, source, target, language, kept):
    response = save(client, source, target, language)
    assert response.status_code == 302, problems(response)
    assert saved() == [kept]


@pytest.mark.parametrize(
    ("source", "target", "problem"),
    [
        ("old", "//evil.example.org", "begins with https://"),
        ("old", "/\\evil.example.org", "begins with https://"),
        ("old", "\\\\evil.example.org", "begins with https://"),
        ("old", "http://example.org/", "begins with https://"),
        ("old", "javascript:alert(1)", "begins with https://"),
        ("old", "https://", "no whole address"),
        ("old", "https://user:pass@example.org/", "no whole address"),
        ("old*", "https://example.org*", "no whole address"),
        ("old*", "https://*.example.org/", "no whole address"),
        ("old", "https://[::1/", "no whole address"),
        ("old", "new\x1b", "no address can have"),
        ("ol\x7fd", "new", "no address can have"),
        ("o%0Ald", "new", "no address can have"),
        ("https://example.org/old", "new", "another site"),
        ("//example.org/old", "new", "another site"),
        ("old?x=1", "new", "Leave out"),
        ("/ar/old/", "new", "This address is in"),
        ("old", "/ar/new/", "names a language"),
        ("/en/", "new", "Home pages"),
        ("old", "old", "lead nowhere"),
        ("old", "/en/old/", "lead nowhere"),
        ("old*", "new/*/*", "more *"),
        ("*", "new", "nearly every address"),
        ("/*/*", "new", "nearly every address"),
        ("a**b", "new", "nearly every address"),
    ],
)
def test_what_would_lead_readers_astray_is_refused_and_nothing_typed_is_lost(client, editor, source, target, problem):
    response = save(client, source, target)
    assert problem in problems(response)
    assert response.context["adminform"].form["target"].value() == target
    assert not Redirect.objects.exists()


def test_a_star_makes_a_pattern_and_only_that(client, editor):
    assert "choose the pattern" in problems(save(client, "old/*", "new", kind="exact"))
    assert "needs a *" in problems(save(client, "old", "new", kind="pattern"))


def test_a_circle_is_refused_and_the_other_redirect_named(client, editor):
    lead("b", "c")
    lead("c", "d")
    assert "“c” leads to “d”" in problems(save(client, "d", "b"))
    assert save(client, "d", "b", "tr").status_code == 302


def test_a_circle_through_a_redirect_for_all_languages_is_found(client, editor):
    lead("new", "old", "")
    assert "“new” leads to “old”" in problems(save(client, "old", "new", "ku"))


def test_a_circle_through_patterns_is_found_whichever_comes_last(client, editor):
    lead("new/*", "old/*")
    assert "“new/*” leads to “old/*”" in problems(save(client, "old/*", "new/*"))
    assert "“new/*” leads to “old/*”" in problems(save(client, "old/5", "new/5"))
    Redirect.objects.all().delete()
    lead("old/5", "new/5")
    assert "“old/5” leads to “new/5”" in problems(save(client, "new/*", "old/*"))


def test_a_pattern_that_leads_into_itself_for_ever_is_refused(client, editor):
    assert "in a circle" in problems(save(client, "aa/*", "aa/b/*"))


def test_a_circle_by_way_of_whole_addresses_of_this_site_is_found(client, editor, settings):
    settings.NEWSROOM_SITE_URL = "https://news.example.org"
    lead("new", "https://news.example.org/en/old/", "tr")
    assert "“new” leads to" in problems(save(client, "old", "https://news.example.org/tr/new/"))


def test_chains_end_at_once(client, editor):
    lead("a", "b")
    lead("c", "d")
    response = client.post(ADD, {"source": "b", "target": "c", "language": "en", "kind": "exact"}, follow=True)
    assert saved() == [("en", "a", "d"), ("en", "c", "d"), ("en", "b", "d")]
    assert "leads on to “d”" in response.content.decode()


def test_what_an_editor_changes_is_no_longer_the_sites_own(client, editor):
    made = lead("old", "new", is_automatic=True)
    url = reverse("admin:pages_redirect_change", args=[made.pk])
    assert send(client, url, open_form(client, url), target="newer").status_code == 302
    made.refresh_from_db()
    assert (made.target, made.is_automatic) == ("newer", False)


def test_there_is_an_end_to_patterns(client, editor):
    Redirect.objects.bulk_create(
        Redirect(source=f"old-{number}/*", target="new", kind="pattern") for number in range(200)
    )
    assert "no more" in problems(save(client, "older/*", "new"))
    assert save(client, "older", "new").status_code == 302


def test_there_is_one_redirect_from_an_address(client, editor):
    lead("old", "new")
    assert "There is a redirect from this address already" in problems(save(client, "old", "newer"))


def test_a_redirect_can_be_tried_from_its_form(client, editor):
    exact, pattern = lead("old page", "new", ""), lead("old/*", "new/*")
    page = client.get(reverse("admin:pages_redirect_change", args=[exact.pk])).content.decode()
    assert 'href="/tr/old%20page/"' in page
    page = client.get(reverse("admin:pages_redirect_change", args=[pattern.pk])).content.decode()
    assert 'href="/en/old/example/"' in page
    assert "new/example" in page


def test_the_list_is_searched_and_filtered(client, editor):
    lead("old", "new", is_automatic=True)
    lead("other", "place", "")
    page = client.get("/admin/pages/redirect/?by=staff").content.decode()
    assert "other" in page
    assert ">old<" not in page
    page = client.get("/admin/pages/redirect/?q=old").content.decode()
    assert ">old<" in page


def test_editors_of_one_language_make_redirects_in_it_alone(client):
    english, for_all = lead("old", "new"), lead("older", "new", "")
    client.force_login(make_staff("editor", language="tr"))
    assert save(client, "eski", "yeni", "tr").status_code == 302
    assert save(client, "eskiler", "yeni", "en").status_code == 200
    assert save(client, "eskiler", "yeni", "").status_code == 200
    for row in (english, for_all):
        url = reverse("admin:pages_redirect_change", args=[row.pk])
        assert save(client, "x", "y", "tr", url=url).status_code == 403


def test_reporters_have_no_business_with_redirects(client):
    client.force_login(make_staff("reporter"))
    assert client.get("/admin/pages/redirect/").status_code == 403
    assert client.get("/admin/pages/missedaddress/").status_code == 403
