"""Feeds: the newest of each list for feed readers, with the whole text, in each language's own feed."""

import json
from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.http import http_date
from lxml import html

from articles import workflow as articles_workflow
from articles.feeds.words import plain
from pages.models import SiteSettings
from publishing import clock, workflow
from publishing.languages import language_codes
from tests.builders import (
    in_all_languages,
    in_minutes,
    make_album,
    make_article,
    make_byline,
    make_category,
    make_document,
    make_infographic,
    make_picture,
    make_playlist,
    make_press_conference,
    make_recording,
    make_superuser,
    make_tag,
    make_video,
    publish,
    publish_at,
    write,
)
from tests.public.feed_rules import (
    ATOM,
    CONTENT,
    broken_rules_of_atom,
    broken_rules_of_html,
    broken_rules_of_json,
    broken_rules_of_rss,
    parsed,
)

pytestmark = pytest.mark.django_db

DC_CREATOR = "{http://purl.org/dc/elements/1.1/}creator"
MEDIA_TYPES = {
    "rss": "application/rss+xml; charset=utf-8",
    "atom": "application/atom+xml; charset=utf-8",
    "json": "application/feed+json; charset=utf-8",
}
RULES = {"rss": broken_rules_of_rss, "atom": broken_rules_of_atom, "json": broken_rules_of_json}
BODY = """
<h2>What is new</h2><p>Read <a href="/en/news/">more</a>, <a href="#end">the end</a> or
<a href="mailto:press@example.org">write</a>.</p>
<figure><img data-file="{picture}" src="/media/x.jpg" alt="A harvest"><figcaption>In May</figcaption></figure>
<p><a href="https://www.youtube.com/watch?v=aqz-KE-bpKQ">The speech</a></p>
<table><thead><tr><th>Year</th></tr></thead><tbody><tr><td>2026</td></tr></tbody></table>
"""


@pytest.fixture(autouse=True)
def _site():
    SiteSettings.objects.update_or_create(
        pk=1, defaults=in_all_languages("name", dict.fromkeys(language_codes(), "Coalition"))
    )


def address_of(item, language="en"):
    return item.editions.get(language=language).get_absolute_url()


def items(client, address="/en/feed/"):
    response = client.get(address)
    assert response.status_code == 200, address
    return parsed(response.content).findall("channel/item")


def titles(client, address="/en/feed/"):
    return [item.findtext("title") for item in items(client, address)]


def text_of(client, address="/en/feed/"):
    return items(client, address)[0].findtext(CONTENT)


def make_everything():
    """A section with an article of each format, all with a tag, a byline and a picture."""
    picture, section = make_picture(with_renditions=True), make_category()
    shared = {"category": section, "tags": [make_tag()], "bylines": [make_byline()], "lead_picture": picture}
    recording = make_recording(poster=picture)
    held = timezone.now() - timedelta(hours=3)
    conference = make_press_conference(starts_at=held, recording=recording, documents=[make_document()])
    body = BODY.format(picture=picture.pk)
    graphic = make_infographic(**{f"picture_{code}": picture for code in language_codes()})
    facts = [
        in_all_languages("body", dict.fromkeys(language_codes(), body)) | {"dateline": "Istanbul"},
        {"format": "video", "video": make_video(poster=picture)},
        {"format": "video", "video": recording},
        {"format": "playlist", "playlist": make_playlist(recording, make_video(poster=picture))},
        {"format": "gallery", "album": make_album([picture] * 3)},
        {"format": "infographic", "infographic": graphic},
        {"format": "document", "document": make_document()},
        {"format": "press_conference", "press_conference": conference},
    ]
    texts = in_all_languages("title") | in_all_languages("standfirst")
    articles = [publish(make_article(**(shared | texts | {"dateline": ""} | own))) for own in facts]
    return articles, section


# --- Where they are ----------------------------------------------------------------


@pytest.mark.parametrize("language", language_codes())
def test_every_list_has_feeds_below_its_address_and_pages_say_so(client, language):
    section, tag, byline = make_category(), make_tag(), make_byline()
    article = publish(make_article(category=section, tags=[tag], bylines=[byline]))
    with translation.override(language):
        lists = [reverse("pages:home"), *(one.get_absolute_url() for one in (section, tag, byline))]
    for page in lists:
        offered = client.get(page).content.decode()
        for kind, ending in (("rss", "feed/"), ("atom", "feed/atom/")):
            response = client.get(page + ending)
            assert (response.status_code, response["Content-Type"]) == (200, MEDIA_TYPES[kind])
            assert response["Content-Language"] == language
            assert f'<link rel="alternate" type="{MEDIA_TYPES[kind].partition(";")[0]}"' in offered
            assert f'href="http://testserver{page + ending}"' in offered
            assert article.text_in("title", language) in response.content.decode()
    assert client.get(f"/{language}/feed/json/")["Content-Type"] == MEDIA_TYPES["json"]
    offered = client.get(address_of(article, language)).content.decode()
    assert f"{section.get_absolute_url(language)}feed/" in offered and f"/{language}/feed/" in offered


def test_a_section_s_feed_holds_what_is_below_it(client):
    section = make_category()
    publish(make_article(title_en="Below", category=make_category(parent=section)), "en")
    publish(make_article(title_en="Elsewhere"), "en")
    assert titles(client, section.get_absolute_url("en") + "feed/") == ["Below"]


def test_an_empty_section_has_an_empty_feed_and_an_empty_topic_has_none(client):
    section, tag = make_category(), make_tag()
    for kind, ending in (("rss", "feed/"), ("atom", "feed/atom/")):
        address = section.get_absolute_url("en") + ending
        content = client.get(address).content
        assert RULES[kind](content, address=f"http://testserver{address}", language="en") == []
        assert client.get(address).content == content
        assert client.get(tag.get_absolute_url("en") + ending).status_code == 404


def test_a_topic_without_a_name_in_the_language_has_no_feed_there(client):
    tag = make_tag(name_ku="")
    publish(make_article(tags=[tag]))
    assert client.get(tag.get_absolute_url("ku") + "feed/").status_code == 404
    assert client.get(tag.get_absolute_url("tr") + "feed/").status_code == 200


def test_other_words_lead_to_the_right_address(client):
    tag = make_tag(name_en="Water")
    publish(make_article(tags=[tag]))
    response = client.get(f"/en/tags/{tag.pk}-rivers/feed/atom/")
    assert (response.status_code, response["Location"]) == (301, f"/en/tags/{tag.pk}-water/feed/atom/")


@pytest.mark.parametrize(
    "address",
    ["/en/no-section/feed/", "/en/%00/feed/", "/en/tags/999-x/feed/", "/en/bylines/999-x/feed/", "/en/feed/x/",
     "/de/feed/", "/en/tags/999999999999999999999-x/feed/"],
)  # fmt: skip
def test_there_is_no_feed_of_nothing(client, address):
    assert client.get(address).status_code == 404


def test_the_page_about_feeds_names_them_all(client):
    section = make_category(name_en="News")
    make_category(name_en="Local", parent=section)
    page = client.get("/en/feed/about/").content.decode()
    for address in ("/en/feed/", "/en/feed/atom/", "/en/feed/json/", "/en/news/feed/", "/en/news/local/feed/atom/"):
        assert f'href="{address}"' in page
    assert "/en/feed/podcast/" not in page
    publish(make_article(format="video", video=make_recording()), "en")
    assert 'href="/en/feed/podcast/"' in client.get("/en/feed/about/").content.decode()


# --- Whether they are valid -----------------------------------------------------------


@pytest.mark.parametrize("language", language_codes())
@pytest.mark.parametrize(("kind", "ending"), [("rss", "feed/"), ("atom", "feed/atom/"), ("json", "feed/json/")])
def test_a_feed_with_everything_in_it_is_valid(client, kind, ending, language):
    articles, _section = make_everything()
    address = f"/{language}/{ending}"
    content = client.get(address).content
    assert RULES[kind](content, address=f"http://testserver{address}", language=language) == []
    assert content.count(b"/a/") >= len(articles)


def test_an_article_that_is_a_title_alone_is_valid_too(client):
    publish(make_article(title_en="Closed today"), "en")
    for kind, ending in (("rss", "feed/"), ("atom", "feed/atom/"), ("json", "feed/json/")):
        content = client.get(f"/en/{ending}").content
        assert RULES[kind](content, address=f"http://testserver/en/{ending}", language="en") == []


def test_characters_that_xml_cannot_hold_break_nothing(client):
    section = make_category(name_en="Ne\x0bws")
    byline, tag = make_byline(name_en="La\x01yla"), make_tag(name_en="Wa\x02ter")
    body = "<p>One\x0c two \x1f three \ufffe &amp; four &lt;five&gt;</p>"
    article = make_article(
        title_en="A\x0bB & <C> ]]>", standfirst_en="1 < 2\x08", body_en=body, category=section, tags=[tag],
        bylines=[byline],
    )  # fmt: skip
    publish(article, "en")
    for address, kind in (("/en/feed/", "rss"), ("/en/feed/atom/", "atom"), ("/en/feed/json/", "json")):
        content = client.get(address).content
        assert RULES[kind](content, address=f"http://testserver{address}", language="en") == []
    assert b"<title>AB &#x26; &#x3C;C&gt; ]]&gt;</title>" in client.get("/en/feed/").content
    item = items(client)[0]
    assert item.findtext("title") == "AB & <C> ]]>"
    assert item.findtext("description") == "1 &lt; 2"
    assert item.findtext(DC_CREATOR) == "Layla"
    assert "&amp; four &lt;five&gt;" in item.findtext(CONTENT)


def test_a_feed_tells_its_language_and_the_site(client):
    publish(make_article())
    channel = parsed(client.get("/ku/feed/").content).find("channel")
    assert (channel.findtext("title"), channel.findtext("language")) == ("Coalition", "ku")
    feed = parsed(client.get("/ku/feed/atom/").content)
    assert feed.findtext(f"{ATOM}author/{ATOM}name") == "Coalition"
    facts = json.loads(client.get("/ku/feed/json/").content)
    assert (facts["language"], facts["items"][0]["language"]) == ("ku", "ku")
    assert facts["home_page_url"] == "http://testserver/ku/"


# --- What is in them -------------------------------------------------------------------


def test_the_newest_thirty_stand_in_it(client):
    section = make_category()
    for number in range(32):
        publish_at(make_article(title_en=f"No. {number}", category=section), "en", in_minutes(number - 100))
    assert titles(client) == [f"No. {number}" for number in range(31, 1, -1)]


def test_the_whole_text_with_whole_addresses(client):
    picture = make_picture(with_renditions=True)
    article = publish(make_article(title_en="Harvest", body_en=BODY.format(picture=picture.pk)), "en")
    text, page = text_of(client), f"http://testserver{address_of(article)}"
    root = html.fragment_fromstring(text, create_parent=True)
    links = {link.text: link.get("href") for link in root.iter("a")}
    assert links["more"] == "http://testserver/en/news/"
    assert links["the end"] == f"{page}#end"
    assert links["write"] == "mailto:press@example.org"
    image = root.find(".//figure/img")
    assert image.get("src").startswith("http://testserver/media/pictures/") and image.get("src").endswith(".jpg")
    assert image.get("alt") == "A harvest"
    assert root.findtext(".//figcaption") == "In May"
    assert root.find(".//table") is not None
    assert (root.find("div").get("lang"), root.find("div").get("dir")) == ("en", "ltr")
    # What loads from elsewhere is played where readers are told so.
    assert links["The speech"] == page
    assert "youtube" not in text


def test_arabic_text_goes_from_right_to_left(client):
    publish(make_article())
    assert text_of(client, "/ar/feed/").startswith('<div lang="ar" dir="rtl">')


def test_every_format_comes_with_what_is_its_own(client):
    articles, section = make_everything()
    found = items(client, section.get_absolute_url("en") + "feed/")
    texts = {item.findtext("link").partition("testserver")[2]: item.findtext(CONTENT) for item in found}
    text, video, _recording, playlist, gallery, infographic, document, conference = (
        texts[address_of(article)] for article in articles
    )
    assert "Istanbul" in text
    assert "Watch on the site" in video and "Pompa" not in video
    assert "?video=2#video" in playlist
    assert gallery.count("<img") == 3
    assert "The infographic as text" in infographic
    assert ".pdf" in document and "Read the document" in document
    assert "Speakers" in conference and "Transcript" in conference


def test_a_long_gallery_leads_to_the_others(client):
    picture = make_picture(with_renditions=True)
    publish(make_article(format="gallery", album=make_album([picture] * 20)), "en")
    text = text_of(client)
    assert text.count("<img") == 12
    assert "All 20 pictures" in text


def test_authors_are_bylines_and_never_accounts(client):
    account = make_superuser(username="secret-account")
    article = make_article(bylines=[make_byline(name_en="Layla Haddad"), make_byline(name_en="")])
    write(article, "en", by=account)
    publish(article, "en", by=account)
    for address in ("/en/feed/", "/en/feed/atom/", "/en/feed/json/"):
        content = client.get(address).content.decode()
        assert "Layla Haddad" in content
        assert "secret" not in content.lower()
    assert [creator.text for creator in items(client)[0].findall(DC_CREATOR)] == ["Layla Haddad"]


def test_a_withdrawn_byline_is_in_no_feed_and_has_none(client):
    byline = make_byline(name_en="Layla Haddad")
    publish(make_article(bylines=[byline]), "en")
    address = byline.get_absolute_url("en") + "feed/"
    assert client.get(address).status_code == 200
    articles_workflow.withdraw_byline(byline, by=None)
    assert client.get(address).status_code == 404
    assert "Layla" not in client.get("/en/feed/").content.decode()


def test_sections_and_topics_are_categories(client):
    section, tag = make_category(name_en="News"), make_tag(name_en="Water")
    publish(make_article(category=section, tags=[tag, make_tag(name_en="")]), "en")
    assert [one.text for one in items(client)[0].findall("category")] == ["News", "Water"]
    assert json.loads(client.get("/en/feed/json/").content)["items"][0]["tags"] == ["News", "Water"]


@pytest.mark.parametrize(
    ("text", "language", "shown"),
    [
        ("بيان حول القرار", "ar", "بيان حول القرار"),
        ("UNHCR تعلن خطة", "ar", "⁨UNHCR⁩ تعلن خطة"),
        ("البيان NC-2026/14 عن World Food Programme، اليوم", "ar", "البيان ⁨NC-2026/14⁩ عن ⁨World Food Programme⁩، اليوم"),
        ("تقرير UNHCR 25 آذار", "ar", "تقرير ⁨UNHCR⁩ 25 آذار"),
        ("شبكات 4G في @press_office", "ar", "شبكات ⁨4G⁩ في ⁨@press_office⁩"),
        ("The word الحرية اليوم in the streets", "en", "The word ⁨الحرية اليوم⁩ in the streets"),
        ("UNHCR ilan etti", "tr", "UNHCR ilan etti"),
        ("Two\nlines \u202eturned\u202c  around", "en", "Two lines turned around"),
    ],
    ids=["plain", "first", "two", "number", "digits", "arabic", "same", "controls"],
)
def test_words_of_the_other_direction_are_isolated(text, language, shown):
    assert plain(text, language) == shown


def test_titles_are_isolated_where_directions_mix(client):
    publish(make_article(title_ar="البيان NC-14", category=make_category(name_ar="أخبار UN")), "ar")
    item = items(client, "/ar/feed/")[0]
    assert item.findtext("title") == "البيان ⁨NC-14⁩"
    assert item.findtext("category") == "أخبار ⁨UN⁩"


def test_the_identity_stays_when_the_address_changes(client):
    article = publish(make_article())
    before = items(client)[0]
    write(article, "en", slug="quite-other-words")
    publish(article, "en")
    after = items(client)[0]
    assert before.findtext("link") != after.findtext("link")
    assert before.findtext("guid") == after.findtext("guid") == f"http://testserver/a/{article.pk}/?in=en"
    assert items(client, "/ar/feed/")[0].findtext("guid") != after.findtext("guid")


def test_a_correction_stands_on_top_and_moves_the_time_of_the_feed(client):
    article = make_article(title_en="Figures")
    publish_at(article, "en", in_minutes(-60))
    publish_at(make_article(title_en="Newer"), "en", in_minutes(-30))
    assert titles(client) == ["Newer", "Figures"]
    write(article, "en", body="<p>Eight.</p>")
    edition = workflow.publish(article, language="en", by=None, change="correction", public_note="Eight, not nine.")
    item = items(client)[1]
    text = item.findtext(CONTENT)
    assert text.index("Eight, not nine.") < text.index("<p>Eight.</p>")
    updated = edition.updated_at.isoformat()
    assert item.findtext(f"{ATOM}updated") == updated
    feed = parsed(client.get("/en/feed/atom/").content)
    assert feed.findtext(f"{ATOM}updated") == updated
    assert feed.findall(f"{ATOM}entry")[1].findtext(f"{ATOM}updated") == updated
    assert feed.findall(f"{ATOM}entry")[1].findtext(f"{ATOM}published") < updated


def test_a_planned_change_shows_at_its_time_though_no_job_ran(client):
    article = publish(make_article(title_en="Before"), "en")
    write(article, "en", title="Afterwards")
    workflow.schedule(article, language="en", by=None, at=in_minutes(30))
    assert titles(client) == ["Before"]
    with clock.at(in_minutes(31)):
        item = items(client)[0]
    assert item.findtext("title") == "Afterwards"
    assert item.findtext(f"{ATOM}updated") > (in_minutes(29)).isoformat()


def test_what_is_not_public_is_in_no_feed(client):
    section, tag = make_category(), make_tag()
    facts = {"category": section, "tags": [tag]}
    publish(make_article(title_en="Public", **facts), "en")
    make_article(title_en="Draft", **facts)
    workflow.schedule(make_article(title_en="Planned", **facts), language="en", by=None, at=in_minutes(5))
    withdrawn, retracted = (
        publish(make_article(title_en=title, **facts), "en") for title in ("Withdrawn", "Retracted")
    )
    workflow.withdraw(withdrawn, language="en", by=None)
    workflow.retract(retracted, language="en", by=None, note="It was wrong.")
    publish(make_article(title_ar="عربي", **facts), "ar")
    for page in ("/en/", section.get_absolute_url("en"), tag.get_absolute_url("en")):
        assert titles(client, page + "feed/") == ["Public"]


# --- Pictures and files ------------------------------------------------------------------


def test_the_picture_comes_along_with_its_true_length(client):
    picture = make_picture(with_renditions=True)
    publish(make_article(lead_picture=picture), "en")
    enclosure = items(client)[0].find("enclosure")
    path = enclosure.get("url").removeprefix("http://testserver/media/")
    assert enclosure.get("type") == "image/jpeg"
    assert int(enclosure.get("length")) == default_storage.size(path) > 0
    assert json.loads(client.get("/en/feed/json/").content)["items"][0]["image"] == enclosure.get("url")


def test_documents_and_recordings_come_along_beside_it(client):
    picture = make_picture(with_renditions=True)
    publish(make_article(format="document", document=make_document(), lead_picture=picture), "en")
    publish(make_article(format="video", video=make_recording(poster=picture)), "en")
    items_of_json = json.loads(client.get("/en/feed/json/").content)["items"]
    recording, document = (item["attachments"][0] for item in items_of_json)
    assert (recording["mime_type"], recording["size_in_bytes"], recording["duration_in_seconds"]) == (
        "video/mp4",
        9,
        600,
    )
    path = document["url"].removeprefix("http://testserver/media/")
    assert (document["mime_type"], document["size_in_bytes"]) == ("application/pdf", default_storage.size(path))
    entry = parsed(client.get("/en/feed/atom/").content).find(f"{ATOM}entry")
    files = [link for link in entry.findall(f"{ATOM}link") if link.get("rel") == "enclosure"]
    assert [file.get("type") for file in files] == ["image/jpeg", "video/mp4"]
    assert len(items(client)[0].findall("enclosure")) == 1


def test_files_on_another_host_keep_their_address(client, settings):
    settings.MEDIA_URL = "https://media.example.org/"
    publish(make_article(lead_picture=make_picture(with_renditions=True)), "en")
    assert items(client)[0].find("enclosure").get("url").startswith("https://media.example.org/pictures/")
    assert 'src="https://media.example.org/pictures/' in text_of(client)


def test_a_picture_whose_rights_ended_is_not_in_it(client):
    picture = make_picture(with_renditions=True)
    body = BODY.format(picture=picture.pk)
    publish(make_article(title_en="Harvest", body_en=body, lead_picture=picture), "en")
    assert text_of(client).count("<img") == 2
    picture.rights_until = in_minutes(-1)
    picture.save()
    item = items(client)[0]
    assert item.find("enclosure") is None
    assert "<img" not in item.findtext(CONTENT) and picture.token not in item.findtext(CONTENT)
    assert list(broken_rules_of_html(item.findtext(CONTENT))) == []


def test_readers_who_save_data_get_the_same_feed(client):
    publish(make_article(lead_picture=make_picture(with_renditions=True)), "en")
    plain_answer = client.get("/en/feed/")
    saving = client.get("/en/feed/", headers={"save-data": "on"})
    assert saving.content == plain_answer.content
    assert plain_answer["Vary"] == "Accept-Encoding" and not plain_answer.cookies


# --- How they are asked for ------------------------------------------------------------


@pytest.mark.parametrize("ending", ["feed/", "feed/atom/", "feed/json/"])
def test_what_has_not_changed_is_not_sent_again(client, ending):
    article = publish(make_article(title_en="Same"), "en")
    address = f"/en/{ending}"
    first = client.get(address)
    assert client.get(address, headers={"if-none-match": first["ETag"]}).status_code == 304
    assert client.head(address).status_code == 200

    workflow.withdraw(article, language="en", by=None)
    changed = client.get(address, headers={"if-none-match": first["ETag"]})
    assert changed.status_code == 200 and "Same" not in changed.content.decode()


def test_no_date_keeps_alive_what_was_withdrawn(client):
    """Workers that share no memory would not agree since when a feed has read as it does: its content alone counts."""
    publish(make_article(), "en")
    address, tomorrow = "/en/feed/", http_date((timezone.now() + timedelta(days=1)).timestamp())
    assert "Last-Modified" not in client.get(address)
    assert client.get(address, headers={"if-modified-since": tomorrow}).status_code == 200


def test_only_looking_is_allowed(client):
    assert client.post("/en/feed/").status_code == 405


def test_thirty_articles_ask_the_database_no_more_than_three(client):
    picture, section = make_picture(with_renditions=True), make_category()
    shared = {"category": section, "tags": [make_tag()], "bylines": [make_byline()], "lead_picture": picture}
    addresses = ["/en/feed/", "/en/feed/json/", "/en/feed/podcast/"]
    addresses += [one.get_absolute_url("en") + "feed/" for one in (section, shared["tags"][0], shared["bylines"][0])]

    def add(count):
        for _number in range(count):
            publish(make_article(**shared), "en")
            publish(make_article(format="video", video=make_recording(poster=picture), **shared), "en")
            planned = publish(make_article(**shared), "en")
            write(planned, "en", title="Changed")
            edition = workflow.schedule(planned, language="en", by=None, at=in_minutes(5))
            type(edition).objects.filter(pk=edition.pk).update(upcoming_at=in_minutes(-1))

    def queries():
        found = {}
        for address in addresses:
            with CaptureQueriesContext(connection) as asked:
                assert client.get(address).status_code == 200
            found[address] = len(asked)
        return found

    add(1)
    few = queries()
    add(10)
    assert queries() == few
    assert max(few.values()) <= 8, few


# --- Hubs ---------------------------------------------------------------------------------


def test_a_feed_names_its_hub_where_there_is_one(client, settings):
    publish(make_article(), "en")
    assert "hub" not in client.get("/en/feed/").content.decode()
    assert "Link" not in client.get("/en/feed/")
    settings.NEWSROOM_WEBSUB_HUB = "https://hub.example.org/"
    settings.NEWSROOM_SITE_URL = "https://news.example.org"

    response = client.get("/en/feed/")
    own = "https://news.example.org/en/feed/"
    assert response["Link"] == f'<https://hub.example.org/>; rel="hub", <{own}>; rel="self"'
    links = {link.get("rel"): link.get("href") for link in parsed(response.content).findall(f"channel/{ATOM}link")}
    assert links == {"self": own, "hub": "https://hub.example.org/"}
    feed = parsed(client.get("/en/feed/atom/").content)
    links = {link.get("rel"): link.get("href") for link in feed.findall(f"{ATOM}link")}
    assert links["hub"] == "https://hub.example.org/" and links["self"] == "https://news.example.org/en/feed/atom/"
    facts = json.loads(client.get("/en/feed/json/").content)
    assert facts["hubs"] == [{"type": "WebSub", "url": "https://hub.example.org/"}]
