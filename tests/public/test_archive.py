"""The archive by date: years, months and days, by the newsroom's clock and in the words of each language."""

import re
from datetime import UTC, datetime

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from publishing import clock, workflow
from tests.builders import make_article, publish_at

pytestmark = pytest.mark.django_db

LEVANTINE = (
    "كانون الثاني", "شباط", "آذار", "نيسان", "أيار", "حزيران", "تموز", "آب", "أيلول", "تشرين الأول", "تشرين الثاني",
    "كانون الأول",
)  # fmt: skip


@pytest.fixture(autouse=True)
def _nothing_counted_yet():
    cache.clear()


def page_at(client, address, **query):
    response = client.get(address, query)
    assert response.status_code == 200, address
    return response.content.decode()


def heading(page):
    return re.search(r"<h1[^>]*>(.*?)</h1>", page)[1]


def wrote(*moment, title="Story", language="en"):
    article = make_article(**{f"title_{language}": title})
    return publish_at(article, language, datetime(*moment, tzinfo=UTC))


def test_the_archive_lists_years_and_months_with_how_much_there_is(client):
    for moment in [(2023, 5, 20, 9), (2023, 5, 21, 9), (2024, 2, 1, 9)]:
        wrote(*moment)
    page = page_at(client, "/en/archive/")
    assert page.index('href="/en/archive/2024/"') < page.index('href="/en/archive/2023/"')
    assert "2 articles" in page
    assert 'href="/en/archive/2023/05/">May' in page
    assert "/en/archive/2023/06/" not in page


def test_the_archive_of_a_language_counts_that_language_alone(client):
    wrote(2023, 5, 20, 9, title="قصة", language="ar")
    assert "/archive/2023/" not in page_at(client, "/en/archive/")
    assert "/ar/archive/2023/05/" in page_at(client, "/ar/archive/")


def test_an_empty_archive_says_so_and_leads_on(client):
    page = page_at(client, "/en/archive/")
    assert "Nothing has been published in this language yet." in page
    assert 'href="/en/"' in page


def test_years_that_are_over_are_counted_once_and_the_running_one_each_time(client):
    wrote(2023, 5, 20, 9)
    page_at(client, "/en/archive/")
    now = timezone.localtime()
    wrote(now.year, 1, 1)
    with CaptureQueriesContext(connection) as queries:
        page = page_at(client, "/en/archive/")
    assert f'href="/en/archive/{now.year}/"' in page
    (counting,) = [query["sql"] for query in queries if "COUNT(" in query["sql"]]
    # Where the running year begins: SQLite says it in UTC.
    assert f"{now.year - 1}-12-31" in counting or f"{now.year}-01-01" in counting


def test_a_look_at_a_later_day_leaves_no_figures_behind(client):
    later = timezone.now().replace(year=timezone.now().year + 2)
    wrote(later.year - 1, 3, 3, 9)
    with clock.at(later):
        assert f"/en/archive/{later.year - 1}/" in page_at(client, "/en/archive/")
    assert f"/en/archive/{later.year - 1}/" not in page_at(client, "/en/archive/")


def test_a_year_a_month_and_a_day_show_what_was_published_in_them(client):
    wrote(2023, 5, 20, 9, title="Story of May")
    wrote(2023, 8, 1, 9, title="Story of August")
    year, month, day = (page_at(client, f"/en/archive/2023/{rest}") for rest in ("", "05/", "05/20/"))
    assert [heading(page) for page in (year, month, day)] == ["2023", "May 2023", "20 May 2023"]
    assert "Story of August" in year
    for page in (year, month, day):
        assert "Story of May" in page
    for page in (month, day):
        assert "Story of August" not in page
    assert 'href="/en/archive/2023/08/">August' in year
    assert 'href="/en/archive/2023/05/20/">20<' in month


@pytest.mark.parametrize("month", range(1, 13))
def test_months_have_their_levantine_names_in_arabic(client, month):
    page = page_at(client, f"/ar/archive/2023/{month:02d}/")
    assert heading(page) == f"{LEVANTINE[month - 1]} 2023"


def test_days_and_months_are_called_as_each_language_calls_them(client):
    assert heading(page_at(client, "/ku/archive/2023/05/")) == "Gulana 2023an"
    assert heading(page_at(client, "/ku/archive/2023/05/20/")) == "20ê Gulana 2023an"
    assert heading(page_at(client, "/tr/archive/2023/05/20/")) == "20 Mayıs 2023"


def test_a_day_is_one_of_the_newsrooms_clock(client):
    wrote(2023, 5, 20, 22, 30, title="After midnight in Istanbul")
    assert "After midnight" in page_at(client, "/en/archive/2023/05/21/")
    assert "After midnight" not in page_at(client, "/en/archive/2023/05/20/")


def test_earlier_and_later_skip_what_is_empty(client):
    for moment in [(2019, 3, 3, 9), (2023, 5, 20, 9), (2023, 8, 1, 9)]:
        wrote(*moment)
    year, month, day = (page_at(client, f"/en/archive/2023/{rest}") for rest in ("", "05/", "05/20/"))
    assert 'rel="prev" href="/en/archive/2019/"' in year
    assert 'rel="next"' not in year
    assert 'rel="prev" href="/en/archive/2019/03/"' in month
    assert 'rel="next" href="/en/archive/2023/08/"' in month
    assert 'rel="prev" href="/en/archive/2019/03/03/"' in day
    assert 'rel="next" href="/en/archive/2023/08/01/"' in day


def test_an_empty_period_says_so_and_names_the_nearest(client):
    wrote(2023, 5, 20, 9)
    page = page_at(client, "/en/archive/2022/11/")
    assert "Nothing was published in this period: November 2022." in page
    assert 'href="/en/archive/2023/05/"' in page


@pytest.mark.parametrize(
    "address",
    ["0000/", "1899/", "9999/", "2023/00/", "2023/13/", "2023/02/30/", "2023/02/29/", "2023/1/", "2023/01/1/", "23/",
     "20230/", "2023/05/20/1/", "\u0662\u0660\u0662\u0663/"],
)  # fmt: skip
def test_what_is_no_date_answers_404(client, address):
    assert client.get(f"/en/archive/{address}").status_code == 404


def test_a_day_that_has_not_begun_answers_404(client):
    tomorrow = timezone.localdate() + timezone.timedelta(days=1)
    assert client.get(f"/en/archive/{tomorrow:%Y/%m/%d}/").status_code == 404
    assert client.get(f"/en/archive/{timezone.localdate():%Y/%m/%d}/").status_code == 200


def test_the_breadcrumb_leads_from_a_day_to_its_month_year_and_the_archive(client):
    page = page_at(client, "/en/archive/2023/05/20/")
    trail = page[page.index('class="crumb"') : page.index("</nav>", page.index('class="crumb"'))]
    assert re.findall(r'href="([^"]+)"', trail) == ["/en/", "/en/archive/", "/en/archive/2023/", "/en/archive/2023/05/"]


def test_a_period_has_a_title_a_description_and_addresses_in_all_languages(client):
    wrote(2023, 5, 20, 9)
    page = page_at(client, "/en/archive/2023/05/")
    assert "<title>Archive: May 2023 — " in page
    assert '<meta name="description" content="1 article was published in this period: May 2023.">' in page
    assert '<link rel="canonical" href="http://testserver/en/archive/2023/05/">' in page
    assert 'hreflang="ar" href="http://testserver/ar/archive/2023/05/"' in page


def test_what_was_withdrawn_is_in_no_period(client):
    article = wrote(2023, 5, 20, 9, title="Taken back")
    workflow.withdraw(article, language="en", by=None)
    assert "Taken back" not in page_at(client, "/en/archive/2023/05/")
    assert "/archive/2023/" not in page_at(client, "/en/archive/")
