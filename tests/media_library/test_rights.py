"""The rights to a picture: outside of their time no reader sees it, and those who use it are told before they end."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles.models import Article, SocialCard
from desk.checks import run_checks
from desk.mails import send_waiting_mails
from desk.models import Notice
from media_library.models import Picture
from media_library.pictures import load_pictures
from publishing import workflow
from publishing.clock import at
from tests.builders import (
    make_album,
    make_article,
    make_byline,
    make_category,
    make_picture,
    make_staff,
    make_video,
    publish,
    write,
)
from tests.contracts.crawl import crawl
from tests.contracts.site import Site

pytestmark = pytest.mark.django_db


def in_days(days):
    return timezone.now() + timedelta(days=days)


def set_rights(picture, **times):
    Picture.objects.filter(pk=picture.pk).update(**times)


# --- What readers see -------------------------------------------------------------


@pytest.mark.parametrize(
    "times", [{"rights_until": in_days(-1)}, {"rights_from": in_days(1)}], ids=["after its end", "before its beginning"]
)
def test_no_public_page_names_a_file_of_a_picture_that_may_not_be_shown(client, times):
    site = Site(size=1)
    folder = site.picture.token
    addresses = list(site.addresses("ar").values())
    shown_before = [address for address in addresses if folder in client.get(address).content.decode()]
    assert len(shown_before) > 10

    set_rights(site.picture, **times)

    pages = crawl(client, "/ar/") | {address: client.get(address) for address in addresses}
    assert not [address for address, response in pages.items() if folder in response.content.decode()]
    # The short address leads on.
    assert {response.status_code for response in pages.values()} == {200, 302}


def test_hiding_pictures_costs_no_query(client):
    site = Site(size=1)

    def count(address):
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        return len(queries)

    before = {name: count(address) for name, address in site.addresses("ar").items()}
    set_rights(site.picture, rights_until=in_days(-1))
    after = {name: count(address) for name, address in site.addresses("ar").items()}
    assert {name: (before[name], after[name]) for name in before if after[name] > before[name]} == {}


def test_a_gallery_leaves_it_out_and_counts_without_it(client):
    pictures = [make_picture(with_renditions=True) for _ in range(3)]
    article = make_article(
        format="gallery", album=make_album(pictures), category=make_category(is_on_home=True, layout="media")
    )
    publish(article, "en")
    set_rights(pictures[1], rights_until=in_days(-1))

    page = client.get(article.editions.get().get_absolute_url()).content.decode()

    assert "Open picture 2 of 2" in page
    assert page.count('class="lb"') == 2
    assert 'id="p3"' not in page
    assert "Photo gallery, 2 photos" in client.get("/en/").content.decode()


def test_a_card_without_its_picture_is_a_card_of_text(client):
    picture = make_picture(with_renditions=True)
    article = publish(make_article(lead_picture=picture), "en")
    set_rights(picture, rights_until=in_days(-1))
    page = client.get(article.editions.get().get_absolute_url()).content.decode()
    assert '<figure class="hero"' not in page
    assert "og:image" not in page
    assert "<picture" not in client.get("/en/").content.decode()


def test_from_that_second_social_networks_are_not_shown_the_card_with_it_but_those_of_quotes(client):
    picture = make_picture(with_renditions=True)
    article = publish(make_article(title_en="Water", lead_picture=picture, share_quotes_en="We stay."), "en")
    edition = article.editions.get(language="en")
    for number in (0, 1):
        SocialCard.objects.create(version=edition.live, quote=number, path=f"cards/{number}.jpg", size=9)
    address = edition.get_absolute_url()
    assert client.get(address).content.decode().count("cards/0.jpg") > 1

    set_rights(picture, rights_until=in_days(-1))

    pages = [client.get(address + query).content.decode() for query in ("", "?quote=1")]
    assert not [page for page in pages if "cards/0.jpg" in page]
    assert re.search(r'property="og:image" content="[^"]*cards/1\.jpg"', pages[1])


def test_an_article_that_never_had_a_picture_keeps_its_card(client):
    article = publish(make_article(), "en")
    edition = article.editions.get(language="en")
    SocialCard.objects.create(version=edition.live, path="cards/0.jpg", size=9)
    assert "cards/0.jpg" in client.get(edition.get_absolute_url()).content.decode()


def test_an_infographic_keeps_its_text_version(client):
    site = Site(size=1)
    set_rights(site.picture, rights_until=in_days(-1))
    page = client.get(site.addresses("en")["infographic"]).content.decode()
    assert "The infographic as text" in page
    assert "<figure" not in page


def test_a_preview_of_a_later_day_shows_what_may_be_shown_on_that_day():
    picture = make_picture(rights_from=in_days(1), rights_until=in_days(3))
    byline = make_byline(portrait=picture)
    for moment, is_shown in [(in_days(0), False), (in_days(2), True), (in_days(4), False)]:
        with at(moment):
            assert (byline.portrait_id in load_pictures([picture.pk])) is is_shown


# --- Before it goes out -------------------------------------------------------------


def found(article, language="en"):
    """[(grade, field, the first words)] of what the checks say of pictures."""
    words = [
        (one.grade.name, one.field, one.message) for one in run_checks(article, language) if "icture" in one.message
    ]
    return [(grade, field, message.partition("“")[0].strip()) for grade, field, message in words]


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"rights_until": in_days(-1)}, ("MUST", "The rights to the picture")),
        ({"rights_from": in_days(1)}, ("MUST", "No reader may see the picture")),
        ({"rights_until": in_days(6)}, ("SHOULD", "The rights to the picture")),
        ({"rights_until": in_days(8)}, None),
        ({"problem": "This picture is damaged."}, ("MUST", "The picture")),
        ({"jpeg_revision": 0}, ("MUST", "The picture")),
    ],
)
def test_a_picture_that_cannot_be_shown_must_be_put_right(facts, said):
    article = make_article(lead_picture=make_picture(**({"jpeg_revision": 1} | facts)))
    assert found(article) == ([(said[0], "lead_picture", said[1])] if said else [])


def test_the_rights_are_compared_with_the_moment_at_which_it_goes_out():
    article = make_article(lead_picture=make_picture(jpeg_revision=1, rights_from=in_days(2), rights_until=in_days(30)))
    assert found(article)
    workflow.schedule(article, language="en", by=None, at=in_days(3))
    assert found(Article.objects.get()) == []


def test_pictures_in_the_text_and_in_the_album_are_looked_at_too():
    ended = make_picture(rights_until=in_days(-1))
    text = f'<figure><img data-file="{ended.pk}" src="/media/x.jpg" alt="x"></figure>'
    article = make_article(format="gallery", album=make_album([ended]), body_en=text, title_en="One")
    assert [(grade, field) for grade, field, _words in found(article)] == [("MUST", "body"), ("MUST", "album")]


def test_a_decorative_picture_needs_no_alternative_text():
    picture = make_picture(is_decorative=True, alt_text_en="", jpeg_revision=1)
    text = f'<figure><img data-file="{picture.pk}" src="/media/x.jpg" alt=""></figure>'
    assert found(make_article(lead_picture=picture, body_en=text, title_en="One")) == []


# --- Who is told ---------------------------------------------------------------------


def told():
    return sorted((notice.user.username, notice.item, notice.language) for notice in Notice.objects.all())


def test_everybody_who_uses_it_is_told_once_a_week_before():
    names = ("uploader", "writer", "publisher", "bystander")
    uploader, writer, publisher, bystander = (make_staff("publisher", username=name) for name in names)
    picture = make_picture(created_by=uploader, rights_until=in_days(6))
    article = make_article(lead_picture=picture, title_ar="أول")
    write(article, "ar", by=writer)
    publish(article, "ar", by=publisher)
    write(make_article(title_ar="ثان"), "ar", by=bystander)

    call_command("tidy")
    call_command("tidy")

    assert told() == [(name, article, "ar") for name in ("publisher", "uploader", "writer")]
    assert picture.name in Notice.objects.first().text


def test_those_who_use_it_through_an_album_a_video_or_a_byline_are_told():
    picture = make_picture(rights_until=in_days(6))
    shown_by = {
        "album": {"format": "gallery", "album": make_album([picture])},
        "video": {"format": "video", "video": make_video(poster=picture)},
        "byline": {"bylines": [make_byline(portrait=picture)]},
    }
    for name, facts in shown_by.items():
        write(make_article(title_ar=name, **facts), "ar", by=make_staff("publisher", username=name))

    call_command("tidy")

    assert [name for name, _item, _language in told()] == ["album", "byline", "video"]


def test_of_a_picture_that_nothing_uses_any_more_nobody_is_told():
    person = make_staff("publisher")
    make_picture(created_by=person, rights_until=in_days(6))
    replaced = make_picture(created_by=person, rights_until=in_days(6))
    article = make_article(lead_picture=replaced, title_ar="أول")
    publish(article, "ar")
    article.lead_picture = None
    article.save()
    publish(article, "ar")

    call_command("tidy")

    assert told() == []


def test_a_new_end_is_told_anew():
    picture = make_picture(created_by=make_staff("publisher"), rights_until=in_days(6))
    publish(make_article(lead_picture=picture, title_ar="أول"), "ar")
    call_command("tidy")
    set_rights(picture, rights_until=in_days(20), expiry_told_at=in_days(-1))
    call_command("tidy")
    assert len(told()) == 1
    set_rights(picture, rights_until=in_days(6.9), expiry_told_at=in_days(-8))
    call_command("tidy")
    assert len(told()) == 2


def test_the_notice_says_what_will_happen_in_the_words_of_its_reader(client):
    person = make_staff("publisher", interface_language="ar")
    picture = make_picture(name="Harvest", created_by=person, rights_until=in_days(6))
    publish(make_article(lead_picture=picture, title_ar="موسم القطاف"), "ar")
    call_command("tidy")
    client.force_login(person)
    page = client.get("/admin/desk/notices/").content.decode()
    assert "Harvest" in page
    assert "موسم القطاف" in page
    send_waiting_mails.func()
    assert "Harvest" in mail.outbox[0].body
