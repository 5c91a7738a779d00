"""What is read most: five headlines on the home page, and the figures for staff."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles.most_read import most_read
from delivery import reads
from publishing import workflow
from tests.builders import make_article, make_category, make_staff, publish

pytestmark = pytest.mark.django_db

SCREEN = "/admin/articles/article/reads/"


def was_read(article, count, language="en", days_ago=0):
    day = timezone.localdate() - timedelta(days=days_ago)
    reads.write({("articles.article", article.pk, language, day): count})


@pytest.fixture
def articles():
    """Six public articles, the first read most, the last read least."""
    section = make_category()
    made = [publish(make_article(category=section, title_en=f"Story number {n}"), "en") for n in range(1, 7)]
    for place, article in enumerate(made):
        was_read(article, 100 - place)
    reads.update_most_read()
    return made


def listed(client, language="en"):
    """The headlines of the block on the home page; none where there is no block."""
    page = client.get(f"/{language}/").content.decode()
    block = re.search(r'<section[^>]*aria-labelledby="most-read">.*?</section>', page, re.DOTALL)
    return re.findall(r"<a[^>]*>(.*?)</a>", block[0]) if block else []


def test_the_five_that_were_read_most_stand_on_the_home_page_in_their_order(client, articles):
    assert listed(client) == [f"Story number {number}" for number in range(1, 6)]


def test_the_list_is_of_one_language(client, articles):
    assert listed(client, "ar") == []


def test_what_is_withdrawn_leaves_the_list_at_once(client, articles):
    workflow.withdraw(articles[0], language="en", by=None)
    assert listed(client) == [f"Story number {number}" for number in range(2, 7)]


def test_with_fewer_than_five_there_is_no_list(client, articles):
    for article in articles[:2]:
        workflow.withdraw(article, language="en", by=None)
    assert listed(client) == []
    assert len(most_read("en", count=4)) == 4


def test_a_draft_that_somebody_counted_is_not_shown(client, articles):
    draft = make_article(title_en="Secret")
    was_read(draft, 1000)
    reads.update_most_read()
    assert "Secret" not in listed(client)


@pytest.mark.usefixtures("committed")
def test_it_is_one_query_and_the_home_page_keeps_to_its_own(client, articles, settings, django_assert_num_queries):
    settings.NEWSROOM_PAGE_CACHE = False
    client.get("/en/")
    with django_assert_num_queries(1):
        assert [edition.get_absolute_url() for edition in most_read("en")]
    with CaptureQueriesContext(connection) as queries:
        client.get("/en/")
    assert len(queries) <= 5


# --- For staff ----------------------------------------------------------------------


def test_the_form_of_an_article_shows_how_often_it_was_read(client, articles):
    was_read(articles[0], 7, language="ar", days_ago=20)
    client.force_login(make_staff("reporter"))
    page = client.get(f"/admin/articles/article/{articles[0].pk}/change/").content.decode()
    table = re.search(r'<section class="module reads".*?</section>', page, re.DOTALL)[0]
    assert re.findall(r"<td>(\d+)</td>", table) == ["100", "100", "100", "0", "7", "7", *["0"] * 6]


def test_the_screen_lists_what_was_read_in_a_language_and_a_span(client, articles):
    was_read(articles[5], 1000, days_ago=20)
    was_read(publish(make_article(), "ar"), 3, language="ar")
    client.force_login(make_staff("reporter"))
    week, month = (client.get(SCREEN, {"language": "en", "days": days}).content.decode() for days in (7, 30))
    assert re.findall(r"<bdi>Story number (\d)</bdi>", week)[0] == "1"
    assert re.findall(r"<bdi>Story number (\d)</bdi>", month)[0] == "6"
    assert "read 1095 times" in month
    assert "read 3 times" in client.get(SCREEN, {"language": "ar"}).content.decode()


def test_what_was_read_is_one_click_from_the_desk(client):
    client.force_login(make_staff("translator"))
    assert SCREEN in client.get("/admin/").content.decode()


def test_whoever_sees_one_section_sees_what_was_read_in_it(client, articles):
    other = publish(make_article(title_en="Elsewhere"), "en")
    was_read(other, 5)
    client.force_login(make_staff("editor", category=other.category))
    page = client.get(SCREEN, {"language": "en"}).content.decode()
    assert "Elsewhere" in page
    assert "Story number" not in page


@pytest.mark.parametrize(
    "query", ["language=xx&days=8", "days=99999999999999999999", "language=%00&days=%00", "days=a"]
)
def test_whatever_the_address_says_the_screen_opens(client, query):
    client.force_login(make_staff("reporter"))
    assert client.get(f"{SCREEN}?{query}").status_code == 200


def test_the_screen_asks_no_more_for_many_than_for_few(client, articles, django_assert_num_queries):
    client.force_login(make_staff("reporter"))
    client.get(SCREEN)
    with CaptureQueriesContext(connection) as few:
        client.get(SCREEN)
    for number in range(20):
        was_read(publish(make_article(title_en=f"More {number}"), "en"), number + 1)
    with django_assert_num_queries(len(few)):
        client.get(SCREEN)
