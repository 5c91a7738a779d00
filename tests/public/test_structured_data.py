"""What pages tell machines: JSON-LD in the words of schema.org, descriptions, and what social networks show."""

import json
import re
from datetime import timedelta
from html import unescape
from types import SimpleNamespace

import pytest
from django.utils import timezone

from coalition.models import Body
from pages.models import SiteSettings
from publishing import structured_data, workflow
from publishing.languages import language_codes
from publishing.metadata import PageMetadata
from publishing.models import Version
from tests.builders import (
    in_all_languages,
    make_album,
    make_article,
    make_body,
    make_byline,
    make_category,
    make_infographic,
    make_mandate,
    make_page,
    make_person,
    make_picture,
    make_press_conference,
    make_recording,
    make_tag,
    make_video,
    publish,
    publish_at,
    write,
)
from tests.contracts.site import Site
from tests.public.vocabulary import faults

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

HOST = "http://testserver"
_DATA = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)


def page_of(client, item, language="en"):
    return client.get(item.editions.get(language=language).get_absolute_url()).content.decode()


def graph_in(page):
    """The nodes of a page; it has one block of data at most."""
    blocks = _DATA.findall(page)
    assert len(blocks) <= 1
    if not blocks:
        return []
    data = json.loads(blocks[0])
    assert data.keys() == {"@context", "@graph"}
    assert data["@context"] == "https://schema.org"
    return data["@graph"]


def node(page, kind):
    """The one node of a type, or None."""
    found = [one for one in graph_in(page) if one["@type"] == kind]
    assert len(found) <= 1
    return found[0] if found else None


def meta(page, name):
    """What the page says of itself under one name: a list."""
    return [unescape(value) for value in re.findall(rf'<meta (?:name|property)="{name}" content="([^"]*)">', page)]


# All page types ------------------------------------------------------------------


@pytest.mark.parametrize("language", language_codes())
def test_all_that_is_told_keeps_to_the_vocabulary(client, language):
    site = Site(size=1, members=1)
    kinds = set()
    for name, address in site.addresses(language).items():
        graph = graph_in(client.get(address).content.decode())
        assert list(faults(graph)) == [], name
        kinds |= {one["@type"] for one in graph}
    assert kinds == {
        "NewsMediaOrganization", "WebSite", "NewsArticle", "BreadcrumbList", "ImageGallery", "ImageObject",
        "VideoObject", "Person", "Organization", "Event",
    }  # fmt: skip


@pytest.mark.parametrize("language", language_codes())
def test_descriptions_and_social_cards_are_complete(client, language):
    site = Site(size=1, members=1)
    for name, address in site.addresses(language).items():
        page = client.get(address).content.decode()
        (description,) = meta(page, "description")
        assert 0 < len(description) <= 160, name
        assert meta(page, "og:description") == [description], name
        assert meta(page, "og:url") == [HOST + address], name
        assert len(meta(page, "og:locale")) == 1 and len(meta(page, "og:locale:alternate")) == 3, name
        assert len(meta(page, "twitter:card")) == 1, name
        if meta(page, "og:image"):
            assert [len(meta(page, f"og:image:{fact}")) for fact in ("width", "height", "type")] == [1, 1, 1], name


def test_the_visible_way_down_is_the_one_that_is_told(client):
    site = Site(size=1, members=1)
    for name, address in site.addresses("en").items():
        page = client.get(address).content.decode()
        visible = re.search(r'<ol class="crumb">(.*?)</ol>', page)
        steps = re.findall(r'<a href="([^"]+)">([^<]+)</a>', visible[1]) if visible else []
        told = node(page, "BreadcrumbList")
        if len(steps) < 2:
            assert told is None, name
        else:
            assert [(one["item"], one["name"]) for one in told["itemListElement"]] == [
                (HOST + url, unescape(words)) for url, words in steps
            ], name
            assert [one["position"] for one in told["itemListElement"]] == list(range(1, len(steps) + 1)), name


def test_an_error_tells_nothing_and_is_not_for_search_engines(client):
    page = client.get("/en/nothing-here/").content.decode()
    assert graph_in(page) == []
    assert meta(page, "robots") == ["noindex"]
    assert not meta(page, "description")


def test_words_cannot_end_the_block_of_data(client):
    title = '</script><script>alert(1)</script> & "quotes"'
    page = page_of(client, publish(make_article(title_en=title), "en"))
    (block,) = _DATA.findall(page)
    assert not set("<>&") & set(block)
    assert node(page, "NewsArticle")["headline"] == title
    assert "<script>alert(1)" not in page


# The site ------------------------------------------------------------------------


def test_the_home_page_says_who_publishes(client):
    names = in_all_languages("name", {"en": "Coalition", "ar": "الائتلاف", "tr": "Koalisyon", "ku": "Hevpeymanî"})
    accounts = "https://t.me/coalition\nhttps://x.com/coalition"
    SiteSettings.objects.update_or_create(pk=1, defaults=names | {"social_accounts": accounts})
    page = client.get("/ar/").content.decode()
    publisher = node(page, "NewsMediaOrganization")
    assert publisher["name"] == "الائتلاف"
    assert publisher["url"] == f"{HOST}/ar/"
    assert publisher["sameAs"] == accounts.split()
    assert publisher["logo"].startswith(f"{HOST}/static/")
    assert node(page, "WebSite")["publisher"] == {"@id": publisher["@id"]}
    action = node(page, "WebSite")["potentialAction"]
    assert action["@type"] == "SearchAction"
    assert action["target"]["urlTemplate"] == f"{HOST}/ar/search/?q={{words}}"
    assert action["query-input"] == "required name=words"
    assert client.get("/ar/search/?q=words").status_code == 200


# Articles ------------------------------------------------------------------------


def test_an_article_tells_what_search_engines_show_of_it(client):
    picture = make_picture(with_renditions=True)
    section, tag, byline = make_category(), make_tag(), make_byline(role_en="Reporter")
    yesterday = timezone.now() - timedelta(days=1)
    facts = {"category": section, "lead_picture": picture, "tags": [tag], "bylines": [byline]}
    article = publish_at(make_article(standfirst_en="What is new.", **facts), "en", yesterday)
    page = page_of(client, article)
    told = node(page, "NewsArticle")
    assert told["headline"] == article.title_en
    assert told["description"] == "What is new."
    assert told["inLanguage"] == "en"
    assert told["mainEntityOfPage"] == HOST + article.editions.get().get_absolute_url()
    assert told["datePublished"] == told["dateModified"]
    assert told["datePublished"][:16] == timezone.localtime(yesterday).isoformat()[:16]
    assert told["datePublished"].endswith("+03:00")
    assert told["articleSection"] == section.name_en
    assert told["keywords"] == [tag.name_en]
    assert told["author"] == [
        {"@type": "Person", "name": byline.name_en, "url": HOST + byline.get_absolute_url(), "jobTitle": "Reporter"}
    ]
    assert told["publisher"] == {"@id": node(page, "NewsMediaOrganization")["@id"]}
    assert told["isAccessibleForFree"] is True
    assert all(address.startswith(f"{HOST}/media/") for address in told["image"])
    assert meta(page, "article:section") == [section.name_en]
    assert meta(page, "article:tag") == [tag.name_en]


def test_without_a_byline_the_publisher_is_the_author(client):
    article = publish(make_article(bylines=[make_byline(withdrawn_at=timezone.now())]), "en")
    told = node(page_of(client, article), "NewsArticle")
    assert told["author"] == told["publisher"]


def test_a_long_headline_is_cut_between_words(client):
    article = publish(make_article(title_en="Water " * 26), "en")
    headline = node(page_of(client, article), "NewsArticle")["headline"]
    assert headline == "Water " * 17 + "Water…"
    assert len(headline) <= 110


def test_a_correction_is_told(client):
    article = publish(make_article(), "en")
    write(article, "en", standfirst="Twelve, not ten.")
    change = {"change": Version.Kind.CORRECTION, "public_note": "The number was wrong."}
    edition = workflow.publish(article, language="en", by=None, **change)
    told = node(page_of(client, article), "NewsArticle")
    (correction,) = told["correction"]
    assert correction["text"] == "The number was wrong."
    assert told["dateModified"][:16] == timezone.localtime(edition.updated_at).isoformat()[:16]


def test_a_retracted_article_is_no_news(client):
    article = publish(make_article(tags=[make_tag()]), "en")
    workflow.retract(article, language="en", by=None, note="It was wrong.")
    page = page_of(client, article)
    assert [one["@type"] for one in graph_in(page)] == ["BreadcrumbList"]


def test_a_picture_whose_rights_ended_is_told_to_nobody(client):
    picture = make_picture(with_renditions=True, rights_until=timezone.now() + timedelta(days=1))
    articles = [
        publish(make_article(lead_picture=picture), "en"),
        publish(make_article(format="gallery", album=make_album([picture])), "en"),
        publish(make_article(format="video", video=make_video(poster=picture)), "en"),
        publish(make_article(format="infographic", infographic=make_infographic(picture_en=picture)), "en"),
    ]
    assert all("/media/pictures/" in json.dumps(graph_in(page_of(client, one))) for one in articles)
    picture.rights_until = timezone.now()
    picture.save()
    assert not any("/media/pictures/" in json.dumps(graph_in(page_of(client, one))) for one in articles)


def test_a_gallery_names_its_first_pictures(client):
    picture = make_picture(with_renditions=True, caption_en="Harvest", credit_en="Media Department")
    page = page_of(client, publish(make_article(format="gallery", album=make_album([picture] * 15)), "en"))
    images = node(page, "ImageGallery")["image"]
    assert len(images) == structured_data.MOST_PICTURES
    facts = {"caption": "Harvest", "creditText": "Media Department", "width": 640, "height": 427}
    assert images[0].items() >= facts.items()


def test_a_video_by_link_names_its_player(client):
    picture = make_picture(with_renditions=True)
    video = make_video(poster=picture, duration=3725, url="https://vimeo.com/1001")
    told = node(page_of(client, publish(make_article(format="video", video=video), "en")), "VideoObject")
    assert told["duration"] == "PT1H2M5S"
    assert told["embedUrl"].startswith("https://player.vimeo.com/video/1001")
    assert told["thumbnailUrl"].startswith(f"{HOST}/media/pictures/")
    assert "contentUrl" not in told


def test_a_recording_of_our_own_names_its_file(client):
    recording = make_recording()
    told = node(page_of(client, publish(make_article(format="video", video=recording), "en")), "VideoObject")
    assert told["contentUrl"] == f"{HOST}/media/{recording.path}"
    assert "embedUrl" not in told


def test_what_is_only_heard_is_no_video(client):
    sound = make_recording(medium="audio", mime_type="audio/mp4", width=0, height=0)
    page = page_of(client, publish(make_article(format="video", video=sound), "en"))
    assert node(page, "VideoObject") is None
    assert node(page, "AudioObject")["contentUrl"] == f"{HOST}/media/{sound.path}"
    assert list(faults(graph_in(page))) == []


@pytest.mark.parametrize(("seconds", "text"), [(0, "PT0S"), (59, "PT59S"), (60, "PT1M"), (3600, "PT1H")])
def test_lengths_are_written_as_iso_8601_has_them(seconds, text):
    assert structured_data.duration(seconds) == text


# Press conferences ----------------------------------------------------------------


def conference_page(client, **facts):
    conference = make_press_conference(**facts)
    return page_of(client, publish(make_article(format="press_conference", press_conference=conference), "en"))


def test_a_press_conference_is_an_event_at_its_place(client):
    speaker = publish(make_person())
    start = timezone.now() + timedelta(days=1)
    event = node(conference_page(client, starts_at=start, place_en="Press hall", speakers=[speaker]), "Event")
    assert event["startDate"] == timezone.localtime(start).isoformat(timespec="seconds")
    assert event["endDate"] == timezone.localtime(start + timedelta(hours=1)).isoformat(timespec="seconds")
    assert event["location"] == [{"@type": "Place", "name": "Press hall", "address": "Press hall"}]
    assert event["eventAttendanceMode"] == "https://schema.org/OfflineEventAttendanceMode"
    assert event["eventStatus"] == "https://schema.org/EventScheduled"
    (performer,) = event["performer"]
    assert performer["url"] == HOST + speaker.editions.get(language="en").get_absolute_url()


def test_one_with_a_stream_is_held_online(client):
    stream = "https://www.youtube.com/watch?v=aqz-KE-bpKQ"
    event = node(conference_page(client, stream_url=stream, place_en=""), "Event")
    assert event["location"] == [{"@type": "VirtualLocation", "url": stream}]
    assert event["eventAttendanceMode"] == "https://schema.org/OnlineEventAttendanceMode"


def test_one_that_was_cancelled_says_so(client):
    event = node(conference_page(client, set_state="cancelled"), "Event")
    assert event["eventStatus"] == "https://schema.org/EventCancelled"


def test_its_recording_is_a_video(client):
    page = conference_page(
        client, starts_at=timezone.now() - timedelta(days=1), recording=make_recording(poster=make_picture())
    )
    assert node(page, "VideoObject")["contentUrl"].startswith(f"{HOST}/media/recordings/")


# Structure ------------------------------------------------------------------------


def test_a_member_has_a_name_an_office_and_bodies(client):
    person = publish(make_person(lead_picture=make_picture(with_renditions=True)))
    body, former = publish(make_body()), publish(make_body())
    make_mandate(person=person, body=body, role_en="President", position=1)
    make_mandate(person=person, body=former, role_en="Secretary", ended_on=timezone.localdate() - timedelta(days=1))
    told = node(page_of(client, person), "Person")
    assert told["name"] == "Rima Bustan"
    assert told["jobTitle"] == "President"
    assert [one["name"] for one in told["memberOf"]] == [body.title_en]
    assert told["image"].startswith(f"{HOST}/media/pictures/")


def test_a_body_belongs_to_the_one_above_it_or_to_the_publisher(client):
    directory = publish(make_body(kind=Body.Kind.DIRECTORY))
    committee = publish(make_body(kind=Body.Kind.COMMITTEE, parent=directory))
    page = page_of(client, directory)
    assert node(page, "Organization")["parentOrganization"] == {"@id": node(page, "NewsMediaOrganization")["@id"]}
    assert node(page_of(client, committee), "Organization")["parentOrganization"]["name"] == directory.title_en


# Descriptions and social cards ----------------------------------------------------------


SENTENCE = {"en": "The pumping station runs again. ", "ar": "عادت محطة الضخ إلى العمل من جديد. "}


@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_short_standfirst_goes_on_with_the_text(client, language):
    texts = {
        f"standfirst_{language}": "1. " + SENTENCE[language],
        f"body_{language}": f"<p>{SENTENCE[language] * 9}</p>",
    }
    (description,) = meta(
        page_of(client, publish(make_article(**in_all_languages("title"), **texts)), language), "description"
    )
    assert description.startswith("1. " + SENTENCE[language] + SENTENCE[language].split()[0])
    assert 110 <= len(description) <= 160
    assert description.endswith("…")
    assert description.removesuffix("…").split()[-1] in SENTENCE[language].split()


def test_a_text_that_begins_with_its_standfirst_says_it_once(client):
    article = publish(
        make_article(title_en="T", standfirst_en="Water is back.", body_en="<p>Water is back. More.</p>"), "en"
    )
    assert meta(page_of(client, article), "description") == ["Water is back. More."]


def test_what_was_written_for_search_engines_goes_first(client):
    article = publish(make_article(title_en="T", standfirst_en="S" * 120, seo_description_en="Written for them."), "en")
    assert meta(page_of(client, article), "description") == ["Written for them."]


def test_a_page_without_any_text_is_described_by_its_title(client):
    page = publish(make_page(title_en="Mission", body_en=""), "en")
    assert meta(page_of(client, page), "description") == ["Mission"]


def test_locales_name_the_languages_that_there_are(client):
    page = page_of(client, publish(make_article(), "ar", "ku"), "ku")
    assert meta(page, "og:locale") == ["ku_TR"]
    assert meta(page, "og:locale:alternate") == ["ar_AR"]


def test_the_card_that_was_made_for_social_networks_goes_before_the_picture():
    card = SimpleNamespace(url="https://media.example.org/cards/1.jpg", width=1200, height=630)
    page = PageMetadata("Headline", card=card, picture=object(), picture_alt="A field")
    assert page.social_card is card
    assert page.card_alt == "Headline"


def test_media_on_another_host_keep_their_address(client, settings):
    article = publish(make_article(lead_picture=make_picture(with_renditions=True)), "en")
    settings.MEDIA_URL = "https://media.example.org/"
    page = page_of(client, article)
    addresses = [*meta(page, "og:image"), *node(page, "NewsArticle")["image"]]
    assert addresses and all(one.startswith("https://media.example.org/") for one in addresses)


def test_without_a_picture_the_card_is_a_small_one(client):
    page = page_of(client, publish(make_article(), "en"))
    assert meta(page, "twitter:card") == ["summary_large_image" if meta(page, "og:image") else "summary"]


def test_search_engines_may_show_large_pictures(client):
    assert meta(page_of(client, publish(make_article(), "en")), "robots") == ["max-image-preview:large"]


def test_further_pages_of_a_list_have_titles_and_descriptions_of_their_own(client):
    section = make_category(
        description_en="News of all kinds, told at such length that it fills the room: " + "x " * 60
    )
    for _ in range(21):
        publish(make_article(category=section), "en")
    first, second = (client.get(f"/en/{section.path_en}/{query}").content.decode() for query in ("", "?page=2"))
    titles = [re.search("<title>(.*?)</title>", page)[1] for page in (first, second)]
    assert titles[0] != titles[1]
    assert meta(first, "description") != meta(second, "description")
    assert meta(second, "robots") == meta(first, "robots")
