"""What search engines are told: every public address once, in all its languages, and nothing else."""

import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles.models import ArticleEdition
from pages.models import SiteSettings
from publishing import clock, sitemaps, workflow
from publishing.languages import language_codes
from tests.builders import (
    in_all_languages,
    in_minutes,
    make_album,
    make_article,
    make_byline,
    make_category,
    make_page,
    make_picture,
    make_tag,
    publish,
    publish_at,
    write,
)
from tests.contracts.site import Site
from tests.public.sitemap_rules import addresses, checked, entry, links, pictures

pytestmark = pytest.mark.django_db

HOST = "http://testserver"


def index(client):
    cache.clear()
    return checked(client.get("/sitemap.xml"), "sitemapindex")


def files(client, kind=r"[a-z]+-\d+"):
    """Path → tree of the files that the index names."""
    paths = [urlsplit(address).path for address in addresses(index(client))]
    return {path: checked(client.get(path), "urlset") for path in paths if re.fullmatch(rf"/sitemap-{kind}\.xml", path)}


def listed(client, kind=r"[a-z]+-\d+"):
    """All addresses that are listed."""
    return [address for tree in files(client, kind).values() for address in addresses(tree)]


def address_of(item, language="en"):
    return HOST + item.editions.get(language=language).get_absolute_url()


def entry_of(client, item, language="en"):
    found = [entry(tree, address_of(item, language)) for tree in files(client).values()]
    return next(one for one in found if one is not None)


def test_addresses_are_those_that_the_site_names_itself_by_whatever_host_was_asked(client, settings):
    publish(make_article(), "en")
    settings.NEWSROOM_SITE_URL = "https://news.example.org"
    found = addresses(index(client)) + listed(client) + listed(client, "news-[a-z]+")
    assert {urlsplit(address).netloc for address in found} == {"news.example.org"}


# Settings and what a search finds are nobody's answer, and the archive's lists hold what is listed by itself.
UNLISTED = {"display", "search", "archive_year", "archive_month", "archive_day"}


def test_every_page_type_is_listed_in_every_language(client):
    site = Site(size=1, members=1)
    everything = set(listed(client))
    for language in language_codes():
        missing = {name for name, url in site.addresses(language).items() if HOST + url not in everything}
        assert missing == UNLISTED


def test_every_address_that_is_listed_is_that_of_a_page_which_names_the_same_languages(client):
    Site(size=1, members=1)
    for tree in files(client).values():
        for url in tree:
            address = url.findtext("{*}loc")
            response = client.get(urlsplit(address).path)
            assert response.status_code == 200, address
            page = response.content.decode()
            assert f'<link rel="canonical" href="{address}">' in page, address
            assert links(url) == dict(re.findall(r'<link rel="alternate" hreflang="([\w-]+)" href="([^"]+)">', page))


def test_a_language_that_is_not_published_is_not_named(client):
    article = publish(make_article(), "ar", "tr")
    assert links(entry_of(client, article, "tr")) == {
        "ar": address_of(article, "ar"),
        "tr": address_of(article, "tr"),
        "x-default": address_of(article, "ar"),
    }


def test_what_readers_cannot_read_is_not_listed(client):
    shown = publish(make_article())
    draft = make_article()
    withdrawn, retracted, scheduled = (publish(make_article(), "en") for _ in range(3))
    workflow.withdraw(withdrawn, language="en", by=None)
    workflow.retract(retracted, language="en", by=None, note="It was wrong.")
    ArticleEdition.objects.filter(item=scheduled).update(publish_at=timezone.now() + timedelta(hours=1))

    assert sorted(listed(client, r"article-\d+")) == sorted(address_of(shown, code) for code in language_codes())
    assert f"/{draft.pk}-" not in "".join(listed(client))


def test_a_scheduled_text_is_listed_from_its_hour_on(client):
    article = publish_at(make_article(), "en", timezone.now() + timedelta(hours=1))
    assert not files(client, r"article-\d+")
    with clock.at(timezone.now() + timedelta(hours=2)):
        assert listed(client, r"article-\d+") == [address_of(article)]


def test_an_entry_says_when_its_page_changed_last(client):
    article = publish_at(make_article(), "en", timezone.now() - timedelta(days=30))
    before = entry_of(client, article).findtext("{*}lastmod")
    assert before[:10] == (timezone.localdate() - timedelta(days=30)).isoformat()

    publish(article, "en")
    assert entry_of(client, article).findtext("{*}lastmod") > before
    file = f"{HOST}/sitemap-article-{sitemaps.file_of(article.pk)}.xml"
    assert entry(index(client), file).findtext("{*}lastmod")[:10] == timezone.localdate().isoformat()


def test_a_picture_is_named_only_while_it_may_be_shown(client):
    picture = make_picture(with_renditions=True)
    story = publish(make_article(lead_picture=picture))
    gallery = publish(make_article(format="gallery", album=make_album([picture])))
    for item in (story, gallery):
        (address,) = pictures(entry_of(client, item))
        assert address.startswith(f"{HOST}/media/") and "/natural-" in address

    picture.rights_until = timezone.now()
    picture.save()
    assert not pictures(entry_of(client, story)) and not pictures(entry_of(client, gallery))


def test_pictures_may_lie_on_another_host(client, settings):
    article = publish(make_article(lead_picture=make_picture(with_renditions=True)))
    settings.MEDIA_URL = "https://media.example.org/"
    (address,) = pictures(entry_of(client, article))
    assert address.startswith("https://media.example.org/pictures/")


def test_a_topic_is_listed_in_the_languages_in_which_something_carries_it(client):
    tag, idle = make_tag(), make_tag()
    byline, withdrawn = make_byline(), make_byline(withdrawn_at=timezone.now())
    publish(make_article(tags=[tag], bylines=[byline, withdrawn]), "en", "ku")
    make_article(tags=[idle])
    assert listed(client, r"topics-\d+") == [HOST + tag.get_absolute_url(code) for code in ("en", "ku")]
    assert listed(client, r"bylines-\d+") == [HOST + byline.get_absolute_url(code) for code in ("en", "ku")]


def test_a_section_is_listed_in_the_languages_in_which_it_has_a_name(client):
    section = make_category(name_ar="", name_ku=None)
    assert listed(client, r"sections-\d+") == [HOST + section.get_absolute_url(code) for code in ("en", "tr")]


def test_a_file_is_about_a_span_of_items_wherever_it_lies(client, monkeypatch):
    monkeypatch.setattr(sitemaps, "ITEMS_PER_FILE", 2)
    articles = [publish(make_article()) for _ in range(5)]
    found = files(client, r"article-\d+")
    assert 3 <= len(found) <= 4
    assert all(len(tree) <= 2 * len(language_codes()) for tree in found.values())
    everything = [address for tree in found.values() for address in addresses(tree)]
    assert sorted(everything) == sorted(address_of(one, code) for one in articles for code in language_codes())


def test_no_file_asks_the_database_more_with_thirty_items_than_with_three(client):
    def counts():
        found = {}
        for path in ["/sitemap.xml", "/sitemap-news-ar.xml", *files(client)]:
            with CaptureQueriesContext(connection) as queries:
                client.get(path)
            found[re.sub(r"\d", "", path)] = len(queries)
        return found

    Site(size=1, members=1)
    few = counts()
    Site(size=10, members=10)
    assert counts() == few
    assert max(few.values()) <= 10


def test_who_has_a_file_is_not_sent_it_again(client):
    article = publish(make_article())
    for path in ("/sitemap.xml", "/sitemap-news-en.xml", *files(client)):
        tag = client.get(path)["ETag"]
        assert client.get(path, headers={"If-None-Match": tag}).status_code == 304, path
    (path,) = files(client, r"article-\d+")
    tag = client.get(path)["ETag"]
    workflow.withdraw(article, language="ku", by=None)
    assert client.get(path, headers={"If-None-Match": tag}).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/sitemap-article-0.xml",
        "/sitemap-article-7777.xml",
        "/sitemap-article-999999999999999999.xml",
        "/sitemap-nothing-1.xml",
        "/sitemap-places-2.xml",
        "/sitemap-sections-2.xml",
        "/sitemap-topics-1.xml",
        "/sitemap-news-xx.xml",
        "/sitemap-news-1.xml",
    ],
)
def test_what_there_is_not_answers_404(client, path):
    assert client.get(path).status_code == 404


# News ---------------------------------------------------------------------------


def news(client, language="en"):
    return checked(client.get(f"/sitemap-news-{language}.xml"), "urlset")


@pytest.mark.parametrize("language", language_codes())
def test_news_are_listed_for_two_days_in_their_language(client, language):
    SiteSettings.objects.update_or_create(pk=1, defaults=in_all_languages("name"))
    fresh = publish_at(make_article(), language, timezone.now() - timedelta(hours=47))
    publish_at(make_article(), language, timezone.now() - timedelta(hours=49))
    tree = news(client, language)
    assert addresses(tree) == [address_of(fresh, language)]
    name = getattr(SiteSettings.load(), f"name_{language}")
    assert tree.findtext(".//{*}name") == name
    assert tree.findtext(".//{*}language") == language
    assert tree.findtext(".//{*}title") == getattr(fresh, f"title_{language}")
    others = set(language_codes()) - {language}
    assert not any(len(news(client, other)) for other in others)


def test_pages_that_are_no_news_are_not_among_them(client):
    publish(make_page())
    assert len(news(client)) == 0


def test_without_news_the_index_does_not_name_them(client):
    publish_at(make_article(), "en", timezone.now() - timedelta(days=3))
    assert not any("news" in address for address in addresses(index(client)))
    publish(make_article(), "ar")
    assert f"{HOST}/sitemap-news-ar.xml" in addresses(index(client))


def test_a_title_may_hold_anything(client):
    publish(make_article(title_en="A & B <i>\x0b “C”"), "en")
    assert news(client).findtext(".//{*}title") == "A & B <i> “C”"


def test_no_more_news_are_listed_than_may_be(client, monkeypatch):
    monkeypatch.setattr(sitemaps, "MOST_NEWS", 2)
    articles = [publish(make_article(), "en") for _ in range(3)]
    assert addresses(news(client)) == [address_of(one) for one in reversed(articles[1:])]


def test_the_index_is_worked_out_once_in_ten_minutes(client):
    publish(make_article())
    client.get("/sitemap.xml")
    with CaptureQueriesContext(connection) as queries:
        client.get("/sitemap.xml")
    assert len(queries) <= 1


def test_changes_that_came_by_the_clock_cost_no_query_each(client):
    def planned_and_due(count):
        for _number in range(count):
            article = publish(make_article(), "en")
            write(article, "en", title="Changed")
            workflow.schedule(article, language="en", by=None, at=in_minutes(1))

    planned_and_due(2)
    with clock.at(in_minutes(5)), CaptureQueriesContext(connection) as few:
        assert "changed" in client.get("/sitemap-article-1.xml").content.decode()
    planned_and_due(6)
    with clock.at(in_minutes(5)), CaptureQueriesContext(connection) as many:
        client.get("/sitemap-article-1.xml")
        client.get("/en/archive/")
    assert len(many) <= len(few) + 8
