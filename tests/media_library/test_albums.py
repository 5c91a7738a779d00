"""Albums: pictures in an order, saved together without losing anybody's, and on their way to an article."""

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles.models import Article
from media_library.models import Album, AlbumPicture, Collection, Picture, PictureUse
from tests.builders import make_album, make_article, make_picture, make_staff, make_superuser, picture_file, publish
from tests.desk.forms import change_url, open_form, send

pytestmark = pytest.mark.django_db

ADD = "/admin/media_library/album/add/"
LIST = "/admin/media_library/album/"


def signed_in(person=None):
    client = Client()
    client.force_login(person or make_superuser())
    return client


@pytest.fixture
def client():
    return signed_in()


@pytest.fixture
def pictures():
    return [make_picture(name=name) for name in ("Field", "Well", "Road")]


@pytest.fixture
def album(pictures):
    return make_album(pictures)


def names_in(album):
    return [entry.picture.name for entry in album.entries.select_related("picture")]


def with_picture(form, picture, *, position="", **facts):
    """The form after somebody put one more picture into the album."""
    index = int(form["entries-TOTAL_FORMS"])
    row = {"number": picture.pk, "position": position} | facts
    return form | {f"entries-{index}-{name}": value for name, value in row.items()} | {"entries-TOTAL_FORMS": index + 1}


def row_of(form, picture):
    """The prefix of a picture's row in the form."""
    return next(name.removesuffix("-number") for name, value in form.items()
                if name.endswith("-number") and str(value) == str(picture.pk))  # fmt: skip


def saved(response):
    assert response.status_code == 302, response.context["errors"]
    return response


# The form ---------------------------------------------------------------------------


def test_a_new_album_with_words_and_pictures_in_an_order(client, pictures):
    form = open_form(client, ADD) | {"name": "Harvest", "title_en": "The harvest", "text_ar": "موسم القطاف"}
    form = with_picture(form, pictures[0], position=2)
    form = with_picture(form, pictures[1], position=1, caption_en="At dawn")

    saved(client.post(ADD, form))

    album = Album.objects.get()
    assert names_in(album) == ["Well", "Field"]
    assert (album.title_en, album.text_ar) == ("The harvest", "موسم القطاف")
    assert album.created_by is not None
    assert [entry.position for entry in album.entries.all()] == [1, 2]
    assert PictureUse.objects.filter(picture=pictures[0]).exists()


def test_order_captions_and_removal_are_saved_together(client, album, pictures):
    field, well, road = pictures
    form = open_form(client, change_url(album))

    saved(send(client, change_url(album), form, **{
        f"{row_of(form, road)}-position": 1,
        f"{row_of(form, field)}-position": 2,
        f"{row_of(form, field)}-caption_tr": "Tarla",
        f"{row_of(form, well)}-DELETE": "on",
    }))  # fmt: skip

    assert names_in(album) == ["Road", "Field"]
    assert album.entries.get(picture=field).caption_tr == "Tarla"
    assert Picture.objects.filter(pk=well.pk).exists()
    assert not PictureUse.objects.filter(picture=well).exists()


def test_a_picture_that_is_chosen_twice_is_in_the_album_once(client, album, pictures):
    form = with_picture(open_form(client, change_url(album)), pictures[0], position=9)
    saved(client.post(change_url(album), form))
    assert names_in(album) == ["Well", "Road", "Field"]


def test_the_form_says_which_pictures_lack_an_alternative_text(client, album, pictures):
    Picture.objects.filter(pk=pictures[1].pk).update(alt_text_ar=None, alt_text_ku=None)
    page = client.get(change_url(album)).content.decode()
    assert page.count("No alternative text:") == 1
    assert f'<a href="/admin/media_library/picture/{pictures[1].pk}/change/"' in page


def test_a_picture_whose_rights_have_ended_is_not_taken(client, album):
    ended = make_picture(rights_until=timezone.now())
    response = client.post(change_url(album), with_picture(open_form(client, change_url(album)), ended))
    assert "The rights to this picture have ended. Remove it." in response.content.decode()
    assert len(names_in(album)) == 3


def test_a_number_that_is_no_picture_is_refused_and_nothing_typed_is_lost(client, album):
    form = open_form(client, change_url(album)) | {"title_en": "Typed"}
    number = type("Gone", (), {"pk": 987654})
    response = client.post(change_url(album), with_picture(form, number))
    page = response.content.decode()
    assert "This picture is not in the library any more, or closed to you. Remove it." in page
    assert 'value="Typed"' in page


def test_an_album_has_an_upper_limit(client, album, monkeypatch):
    monkeypatch.setattr("media_library.album_forms.MOST_PICTURES", 3)
    response = client.post(change_url(album), with_picture(open_form(client, change_url(album)), make_picture()))
    assert "An album holds up to 3 pictures." in response.content.decode()


@pytest.mark.parametrize("address", ["change", "list"])
def test_queries_do_not_grow_with_the_pictures(address):
    person = make_superuser()

    def asked(count):
        album = make_album([make_picture() for _ in range(count)])
        client = signed_in(person)
        url = change_url(album) if address == "change" else LIST
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        return len(queries)

    assert asked(3) == asked(30)


def test_saving_asks_as_often_for_three_pictures_as_for_thirty(client):
    def asked(count):
        album = make_album([make_picture() for _ in range(count)])
        form = open_form(client, change_url(album))
        rows = [name for name in form if name.endswith("-position") and form[name]]
        form |= {name: len(rows) - place for place, name in enumerate(rows)}
        with CaptureQueriesContext(connection) as queries:
            saved(client.post(change_url(album), form))
        assert names_in(album)[0] == AlbumPicture.objects.filter(album=album).order_by("-pk")[0].picture.name
        return len(queries)

    assert asked(3) == asked(30)


# Two people ------------------------------------------------------------------------------


def test_what_a_colleague_or_the_worker_added_meanwhile_stays(client, album):
    form = open_form(client, change_url(album))
    AlbumPicture.objects.create(album=album, picture=make_picture(name="New"), position=4)

    saved(send(client, change_url(album), form, title_en="Mine"))

    assert names_in(album) == ["Field", "Well", "Road", "New"]


def test_two_people_who_change_one_album_are_told_and_nothing_is_lost(album, pictures):
    field, well, road = pictures
    first = signed_in(make_superuser(display_name="Layla"))
    second = signed_in()
    theirs, mine = open_form(first, change_url(album)), open_form(second, change_url(album))
    saved(send(first, change_url(album), theirs, **{f"{row_of(theirs, well)}-DELETE": "on", "title_en": "Hers"}))

    mine |= {"title_en": "Mine", f"{row_of(mine, field)}-position": 3, f"{row_of(mine, well)}-position": 4}
    response = second.post(change_url(album), mine)

    page = response.content.decode()
    assert "Layla changed this album at" in page
    assert 'value="Mine"' in page
    assert names_in(album) == ["Field", "Road"]
    again = mine | {"seal": response.context["adminform"].form["seal"].value()}
    saved(second.post(change_url(album), again))
    assert names_in(album) == ["Road", "Field", "Well"]
    album.refresh_from_db()
    assert album.title_en == "Mine"


# Who may what -----------------------------------------------------------------------------


def test_a_translator_writes_captions_and_order_but_adds_and_removes_nothing(album, pictures):
    translator = signed_in(make_staff("translator"))
    form = open_form(translator, change_url(album))
    assert not any(name.endswith("-DELETE") for name in form)
    first = row_of(form, pictures[0])

    forged = with_picture(form, make_picture(name="Smuggled")) | {f"{row_of(form, pictures[1])}-DELETE": "on"}
    saved(send(translator, change_url(album), forged, **{f"{first}-caption_ku": "Zevî"}))

    assert names_in(album) == ["Field", "Well", "Road"]
    assert album.entries.get(picture=pictures[0]).caption_ku == "Zevî"


def test_a_reporter_takes_pictures_out_of_albums(album, pictures):
    reporter = signed_in(make_staff("reporter"))
    form = open_form(reporter, change_url(album))
    saved(send(reporter, change_url(album), form, **{f"{row_of(form, pictures[0])}-DELETE": "on"}))
    assert names_in(album) == ["Well", "Road"]


def test_closed_collections_stay_closed(album, pictures):
    closed = Collection.objects.create(name="Sources", is_closed=True)
    Picture.objects.filter(pk=pictures[0].pk).update(collection=closed, name="Secret meeting")
    secret = make_picture(name="Another secret", collection=closed)
    reporter = signed_in(make_staff("reporter"))

    page = reporter.get(change_url(album)).content.decode()
    assert "Secret meeting" not in page
    assert "A picture in a collection that is closed to you" in page
    response = reporter.post(change_url(album), with_picture(open_form(reporter, change_url(album)), secret))
    assert "closed to you. Remove it." in response.content.decode()
    assert "Another secret" not in response.content.decode()

    # What is in the album already may be kept and moved.
    saved(reporter.post(change_url(album), open_form(reporter, change_url(album))))
    assert len(names_in(album)) == 3

    Album.objects.filter(pk=album.pk).update(collection=closed)
    other = signed_in(make_staff("reporter"))
    assert change_url(album) not in other.get(LIST).content.decode()
    assert other.get(change_url(album)).status_code == 302


# The list ---------------------------------------------------------------------------------


def test_the_list_shows_cover_title_number_and_what_uses_it(client, album, pictures):
    make_article(title_en="Olives again", format="gallery", album=album)
    cover = make_picture(with_renditions=True, file=picture_file(width=480, height=320))
    Album.objects.filter(pk=album.pk).update(cover=cover, title_en="The harvest")

    page = client.get(LIST).content.decode()

    assert cover.thumbnail_url in page
    assert "The harvest" in page
    assert '<td class="field-pictures_column">3</td>' in page
    assert "Olives again" in page


def test_the_list_names_no_article_that_the_person_may_not_see(album):
    make_article(title_en="Olives again", format="gallery", album=album)
    person = make_staff("reporter", category=make_article().category)
    assert "Olives again" not in signed_in(person).get(LIST).content.decode()


# From an album to readers --------------------------------------------------------------------


def test_save_and_make_an_article_offers_the_words_of_the_album(client, album):
    form = open_form(client, change_url(album)) | {"title_ar": "موسم القطاف", "text_ar": "أيام في الحقل"}

    response = client.post(change_url(album), form | {"_make_article": "1"})

    assert response.url == f"/admin/articles/article/add/?format=gallery&album={album.pk}"
    article = open_form(client, response.url)
    assert (article["format"], article["album"]) == ("gallery", str(album.pk))
    assert (article["title_ar"], article["standfirst_ar"]) == ("موسم القطاف", "أيام في الحقل")
    assert article["title_en"] == ""


def test_an_article_begins_with_no_words_of_an_album_that_is_closed_to_its_author(album):
    Album.objects.filter(pk=album.pk).update(
        collection=Collection.objects.create(name="Sources", is_closed=True), title_en="Secret meeting"
    )
    reporter = signed_in(make_staff("reporter"))
    page = reporter.get(f"/admin/articles/article/add/?format=gallery&album={album.pk}").content.decode()
    assert "Secret meeting" not in page


def test_save_and_describe_leads_to_the_pictures_without_alternative_text(client, album, pictures):
    Picture.objects.filter(pk=pictures[1].pk).update(alt_text_en=None)
    response = client.post(change_url(album), open_form(client, change_url(album)) | {"_describe": "1"})
    assert response.url.startswith("/admin/media_library/picture/describe/?")
    assert f"ids={pictures[1].pk}&" in response.url
    assert LogEntry.objects.filter(object_id=str(album.pk)).exists()


def test_an_album_without_pictures_cannot_be_published(client):
    article = make_article(title_en="Empty", format="gallery", album=make_album([]))
    form = open_form(client, change_url(article))
    response = client.post(change_url(article), form | {"_step": "publish:en"})
    assert "The album has no pictures." in response.content.decode()
    assert Article.objects.get(pk=article.pk).editions.filter(live__isnull=False).count() == 0


def test_readers_see_the_caption_of_the_album_and_its_cover(client, pictures):
    shown = [make_picture(with_renditions=True, file=picture_file(width=480, height=320)) for _ in range(3)]
    album = make_album(shown[:2])
    album.entries.filter(picture=shown[0]).update(caption_en="Only in this album")
    Album.objects.filter(pk=album.pk).update(cover=shown[2])
    article = publish(make_article(format="gallery", album=Album.objects.get(pk=album.pk)), "en")
    edition = article.edition_in("en")

    page = Client().get(edition.get_absolute_url()).content.decode()

    assert "Only in this album" in page
    assert shown[0].caption_en not in page
    assert shown[1].caption_en in page
    assert edition.version.card_picture_id == shown[2].pk
    assert shown[2].renditions_of("3x2")["jpeg"][0].path not in page.partition("<main")[2].partition("</main>")[0]


def test_a_gallery_counts_only_what_it_shows(pictures):
    shown = [make_picture(with_renditions=True, file=picture_file(width=480, height=320)) for _ in range(3)]
    article = publish(make_article(format="gallery", album=make_album(shown)), "en")
    Picture.objects.filter(pk=shown[0].pk).update(rights_until=timezone.now())

    page = Client().get(article.edition_in("en").get_absolute_url()).content.decode()

    assert f"Open picture 1 of 2: {shown[1].alt_text_en}" in page
    assert f"Open picture 2 of 2: {shown[2].alt_text_en}" in page
    assert shown[0].alt_text_en not in page
    assert 'id="p2"' in page
    assert 'id="p3"' not in page


def test_a_picture_whose_files_are_missing_is_still_told_in_words():
    picture = make_picture(alt_text_en="An olive tree")
    article = publish(make_article(format="gallery", album=make_album([picture])), "en")
    page = Client().get(article.edition_in("en").get_absolute_url()).content.decode()
    assert "An olive tree</a>" in page
