"""What stands on an article's page around its text: facts, what journalists need, sharing, neighbours."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles.beside import beside
from articles.models import ArticleEdition, SocialCard
from pages.models import SiteSettings
from publishing import workflow
from tests.builders import (
    BODIES,
    in_all_languages,
    make_article,
    make_category,
    make_document,
    make_press_conference,
    make_tag,
    publish,
    publish_at,
)
from tests.public.test_paging import write_many

pytestmark = pytest.mark.django_db

QUOTE = "The pumping station runs again."


@pytest.fixture
def press():
    return make_category(layout="press")


def page_of(client, article, language="en", query=""):
    response = client.get(article.editions.get(language=language).get_absolute_url() + query)
    assert response.status_code == 200
    return response.content.decode()


def box_of(page):
    found = re.search(r'<aside class="box" aria-labelledby="journalists">.*?</aside>', page, re.DOTALL)
    return found and found[0]


def meta(page):
    return dict(re.findall(r'<meta property="(og:\w+)" content="([^"]*)"', page))


def hours_ago(hours):
    return timezone.now() - timedelta(hours=hours)


# --- Facts -------------------------------------------------------------------------


def test_a_press_release_begins_with_its_number_and_place(client, press):
    page = page_of(client, publish(make_article(category=press, dateline_en="Istanbul"), "en"))
    assert re.search(r'<header class="hd"><p class="kick"><bdi>PR \d+/1</bdi> · <bdi>Istanbul</bdi></p><h1>', page)


def test_other_articles_say_number_and_place_among_their_facts(client):
    page = page_of(client, publish(make_article(reference="LET 7", dateline_en="Istanbul"), "en"))
    assert "<dt>Reference</dt><dd><bdi>LET 7</bdi></dd>" in page
    assert '<dt>Place</dt><dd dir="auto">Istanbul</dd>' in page
    assert "kick" not in page.partition("<h1>")[0]


@pytest.mark.parametrize(("language", "minutes"), [("en", 2), ("ar", 3)])
def test_reading_time_goes_by_the_language(client, language, minutes):
    article = publish(make_article(**in_all_languages("body", dict.fromkeys(BODIES, f"<p>{'word ' * 460}</p>")),
                                   **in_all_languages("title")))  # fmt: skip
    response = client.get(article.editions.get(language=language).get_absolute_url())
    assert response.context["reading_minutes"] == minutes


def test_reading_time_stands_among_the_facts(client):
    page = page_of(client, publish(make_article(title_en="A", body_en=f"<p>{'word ' * 228}</p>"), "en"))
    assert "<dt>Reading time</dt><dd>1 minute</dd>" in page


def test_a_few_lines_say_no_reading_time(client):
    assert "Reading time" not in page_of(client, publish(make_article(), "en"))


def test_the_short_address_stands_there_to_be_copied_and_leads_back(client):
    article = publish(make_article(), "en", "ar")
    page = page_of(client, article, "ar")
    assert f'<a href="/a/{article.pk}/"><bdi>testserver/a/{article.pk}/</bdi></a>' in page
    assert client.get(f"/a/{article.pk}/?in=ar").url == article.editions.get(language="ar").get_absolute_url()


def test_what_is_shared_keeps_its_language_as_long_as_it_is_public(client):
    article = publish(make_article(), "en", "tr")
    assert f"%2Fa%2F{article.pk}%2F%3Fin%3Dtr" in page_of(client, article, "tr")
    workflow.withdraw(article, language="tr", by=None)
    assert client.get(f"/a/{article.pk}/?in=tr").url.startswith("/en/")
    assert client.get(f"/a/{article.pk}/?in=xx\x00").url.startswith("/en/")


# --- Notices ------------------------------------------------------------------------


def test_a_translation_that_is_being_updated_says_since_when(client):
    article = publish(make_article(source_language="en"), "en", "ar")
    article.editions.filter(language="ar").update(being_updated_since=hours_ago(2))
    notice = re.search(r'<div class="notice" role="note">.*?</div>', page_of(client, article, "ar"), re.DOTALL)[0]
    assert "<time datetime=" in notice


def test_a_retracted_release_keeps_its_number_and_offers_no_words_to_reuse(client, press):
    article = publish(make_article(category=press, share_quotes_en=QUOTE), "en")
    workflow.retract(article, language="en", by=None, note="It was wrong.")
    page = page_of(client, article)
    assert re.search(r"<bdi>PR \d+/1</bdi>", page)
    assert box_of(page) is None
    assert QUOTE not in page


# --- For journalists ------------------------------------------------------------------


def test_journalists_find_document_contact_and_how_to_reuse_it(client):
    SiteSettings.objects.update_or_create(defaults={"press_email": "press@example.org"})
    box = box_of(page_of(client, publish(make_article(format="document", document=make_document()), "en")))
    assert "<bdi>PDF</bdi>" in box
    assert "1 page" in box
    assert 'href="mailto:press@example.org"' in box
    assert 'href="/en/contact/"' in box
    assert "may be reproduced with credit" in box


def test_only_what_journalists_work_with_has_the_box_by_itself(client, press):
    SiteSettings.objects.update(press_email="")
    conference = make_article(format="press_conference", press_conference=make_press_conference())
    for article in (make_article(category=press), conference, make_article(share_quotes_en=QUOTE)):
        assert box_of(page_of(client, publish(article, "en")))
    assert box_of(page_of(client, publish(make_article(), "en"))) is None


def test_each_quote_has_links_for_sharing_and_its_picture(client):
    article = publish(make_article(share_quotes_en=QUOTE, share_quotes_ar="عادت محطة الضخ إلى العمل."), "en", "ar")
    card = SocialCard.objects.create(
        version=article.editions.get(language="en").live, quote=1, path="cards/x.jpg", size=9
    )
    box = box_of(page_of(client, article))
    assert f"“{QUOTE}”" in box
    assert f"url=http%3A%2F%2Ftestserver%2Fa%2F{article.pk}%2F%3Fin%3Den%26quote%3D1" in box
    assert f'href="{card.url}"' in box
    assert "«عادت محطة الضخ إلى العمل.»" in box_of(page_of(client, article, "ar"))


# --- The address of a quote -------------------------------------------------------------


@pytest.fixture
def quoted():
    article = publish(make_article(title_en="The pumps", body_en=f"<p>{QUOTE}</p>", share_quotes_en=QUOTE), "en")
    for number in (0, 1):
        version = article.editions.get(language="en").live
        SocialCard.objects.create(version=version, quote=number, path=f"cards/{number}.jpg", size=9)
    return article


def test_the_address_of_a_quote_is_the_page_with_the_card_of_the_quote(client, quoted):
    page = page_of(client, quoted, query="?quote=1")
    assert meta(page)["og:title"] == f"“{QUOTE}”"
    assert meta(page)["og:description"] == "The pumps"
    assert meta(page)["og:image"].endswith("cards/1.jpg")
    assert meta(page)["og:url"].endswith("?quote=1")
    assert "<title>The pumps — " in page
    assert re.search(r'<link rel="canonical" href="[^"?]*">', page)


@pytest.mark.parametrize("query", ["", "?quote=0", "?quote=2", "?quote=x", "?quote=%00", "?quote=" + "9" * 50])
def test_any_other_number_is_the_plain_page(client, quoted, query):
    page = page_of(client, quoted, query=query)
    assert meta(page)["og:title"] == "The pumps"
    assert meta(page)["og:image"].endswith("cards/0.jpg")
    assert "?quote" not in meta(page)["og:url"]


def test_until_its_card_is_made_a_quote_has_the_card_of_the_article(client, quoted):
    SocialCard.objects.filter(quote=1).delete()
    assert meta(page_of(client, quoted, query="?quote=1"))["og:image"].endswith("cards/0.jpg")


def test_the_short_address_leads_to_the_quote(client, quoted):
    address = quoted.editions.get(language="en").get_absolute_url()
    assert client.get(f"/a/{quoted.pk}/?in=en&quote=1").url == address + "?quote=1"
    assert client.get(f"/a/{quoted.pk}/?in=en&quote=4").url == address


# --- What stands beside it ---------------------------------------------------------------


def links(page, rel):
    return re.findall(rf'<a rel="{rel}" href="[^"]*">([^<]*)</a>', page)


def test_before_and_after_an_article_stand_its_neighbours_in_the_section(client):
    section = make_category()
    articles = []
    for hours in (4, 3, 2, 1):
        articles.append(publish_at(make_article(category=section, title_en=f"{hours} h"), "en", hours_ago(hours)))
        publish_at(make_article(title_en="Elsewhere"), "en", hours_ago(hours - 0.5))
    page = page_of(client, articles[1])
    assert links(page, "prev") == ["2 h"]
    assert links(page, "next") == ["4 h"]
    assert links(page_of(client, articles[0]), "next") == []
    assert links(page_of(client, articles[3]), "prev") == []


def test_what_came_out_at_the_same_moment_has_an_order_all_the_same(client):
    section, at = make_category(), hours_ago(1)
    articles = [publish_at(make_article(category=section, title_en=f"No. {n}"), "en", at) for n in range(3)]
    page = page_of(client, articles[1])
    assert (links(page, "prev"), links(page, "next")) == (["No. 2"], ["No. 0"])


def test_neighbours_are_what_readers_may_see_in_this_language(client):
    section = make_category()
    article = publish_at(make_article(category=section), "en", hours_ago(2))
    publish_at(make_article(category=section), "ar", hours_ago(1))
    workflow.withdraw(publish(make_article(category=section), "en"), language="en", by=None)
    assert links(page_of(client, article), "prev") == []


def related_to(article, tags=()):
    edition = article.editions.get(language="en")
    return [one.item_id for one in beside(edition, tags).related]


def test_what_an_editor_chose_is_related_as_far_as_it_is_public_here():
    chosen, elsewhere, tag = publish(make_article(), "en"), publish(make_article(), "ar"), make_tag()
    publish(make_article(tags=[tag]), "en")
    article = make_article(tags=[tag])
    article.related.set([chosen, elsewhere])
    publish(article, "en")
    assert related_to(article, [tag]) == [chosen.pk]


def test_where_nothing_that_was_chosen_is_public_here_topics_decide():
    elsewhere, tag = publish(make_article(), "ar"), make_tag()
    like = publish(make_article(tags=[tag]), "en")
    article = make_article(tags=[tag])
    article.related.set([elsewhere])
    publish(article, "en")
    assert related_to(article, [tag]) == [like.pk]


def test_an_old_article_with_a_rare_topic_is_found_behind_any_number_of_others():
    rare, common = make_tag(), make_tag()
    old = publish_at(make_article(tags=[rare]), "en", hours_ago(9))
    for _ in range(3):
        publish(make_article(tags=[common]), "en")
    article = publish(make_article(tags=[rare]), "en")
    assert related_to(article, [rare])[0] == old.pk


@pytest.mark.usefixtures("committed")
def test_what_stands_beside_an_article_is_in_memory_after_the_first_and_shows_no_text():
    tags = [make_tag() for _ in range(7)]
    article = publish(make_article(tags=tags), "en")
    for _ in range(4):
        publish(make_article(tags=tags, category=article.category), "en")
    edition = article.editions.select_related("live").get(language="en")
    counts = []
    for _visit in range(2):
        with CaptureQueriesContext(connection) as queries:
            around = beside(edition, tags)
            assert len(around.latest) == 4
            assert len(around.related) == 3
            assert around.newer.version.title
        counts.append(len(queries))
        assert not [query for query in queries.captured_queries if '"body"' in query["sql"]]
    # Its neighbours, the newest of all, of its section, and of five of its topics; the sections, and what is planned.
    assert counts[0] <= 10
    assert counts[1] == 0


@pytest.mark.parametrize("side", ["newer_than", "older_than"])
def test_neighbours_are_found_along_an_index(side):
    article = publish(make_article(), "en")
    for category in (article.category, make_category()):
        write_many(1000, category=category)
    edition = article.editions.get(language="en")
    in_section = ArticleEdition.objects.published(language="en").filter(category=edition.category_id)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # What other tests left behind in the table makes it look as if reading all of it were cheaper.
            cursor.execute("SET LOCAL enable_seqscan = off")
    assert "articleedition_section" in getattr(in_section, side)(edition)[:1].explain()


def test_the_short_address_of_a_retracted_article_leads_to_its_notice(client):
    article = publish(make_article(), "en")
    workflow.retract(article, language="en", by=None, note="The figures were wrong.")
    response = client.get(f"/a/{article.pk}/", headers={"Accept-Language": "en"})
    assert response["Location"] == article.editions.get(language="en").get_absolute_url()
    assert "The figures were wrong." in client.get(response["Location"]).content.decode()
