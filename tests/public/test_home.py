"""The home page: what editors chose, else the newest, nothing twice."""

from datetime import timedelta

import pytest
from django.utils import timezone

from pages.models import BreakingLine, HomeSlot
from tests.builders import make_article, make_category, publish, publish_at

pytestmark = pytest.mark.django_db


@pytest.fixture
def articles():
    """Five articles of one section on the home page, the first the oldest."""
    section = make_category(is_on_home=True)
    made = []
    for number in range(5):
        article = make_article(category=section, title_en=f"Story number {number}")
        publish_at(article, "en", timezone.now() - timedelta(hours=10 - number))
        made.append(article)
    return made


def lead(client):
    return client.get("/en/").content.decode().split("card lead", 1)[1].split("</h2>", 1)[0]


def test_the_newest_leads(client, articles):
    assert "Story number 4" in lead(client)


def test_what_an_editor_chose_leads(client, articles):
    HomeSlot.objects.create(language="en", position=1, article=articles[1])
    assert "Story number 1" in lead(client)


def test_a_choice_that_is_not_published_leaves_its_place_to_the_newest(client, articles):
    HomeSlot.objects.create(language="en", position=1, article=make_article(title_en="Draft"))
    assert "Story number 4" in lead(client)


def test_a_choice_for_one_language_changes_no_other(client, articles):
    publish(articles[0], "en")
    HomeSlot.objects.create(language="ar", position=1, article=articles[0])
    assert "Story number 4" in lead(client)


def test_no_article_stands_there_twice(client, articles):
    page = client.get("/en/").content.decode()
    for number in range(5):
        assert page.count(f">Story number {number}<") == 1


def test_an_empty_home_page_says_so_and_leads_on(client):
    page = client.get("/ku/").content.decode()
    assert page.count("<h1") == 1
    assert 'class="none"' in page


def test_breaking_news_ends_by_itself(client):
    line = BreakingLine.objects.create(text_en="Session has begun", ends_at=timezone.now() + timedelta(minutes=5))
    assert "Session has begun" in client.get("/en/").content.decode()
    assert "Session has begun" not in client.get("/ar/").content.decode()
    BreakingLine.objects.filter(pk=line.pk).update(ends_at=timezone.now())
    assert "Session has begun" not in client.get("/en/").content.decode()
