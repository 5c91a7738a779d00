"""Where a picture is used: kept up to date by itself, said in words, and in the way of whoever wants to delete it."""

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from articles.models import Article, ArticleEdition, Byline
from media_library.models import Album, AlbumPicture, Infographic, Picture, PictureUse, Video
from media_library.uses import rebuild_all
from publishing import workflow
from tests.builders import (
    make_album,
    make_article,
    make_byline,
    make_infographic,
    make_page,
    make_person,
    make_picture,
    make_video,
    publish,
    write,
)

pytestmark = pytest.mark.django_db


def uses_of(picture):
    """{(model, number, language)} of a picture's uses."""
    return {
        (use.user_type.model_class(), use.user_id, use.language) for use in picture.uses.select_related("user_type")
    }


def in_text(picture):
    return f'<figure><img data-file="{picture.pk}" src="/media/x.jpg" alt="x"></figure>'


# --- Kept up to date ------------------------------------------------------------


def test_whatever_shows_a_picture_counts_as_a_use():
    picture = make_picture()
    article = make_article(lead_picture=picture, body_ar=in_text(picture), title_ar="أول")
    page, person, byline = (
        make_page(lead_picture=picture),
        make_person(lead_picture=picture),
        make_byline(portrait=picture),
    )
    album, video = make_album([picture]), make_video(poster=picture)
    infographic = make_infographic(picture_ar=picture, alternative_tr=in_text(picture))

    assert uses_of(picture) == {
        (Article, article.pk, ""),
        (Article, article.pk, "ar"),
        (type(page), page.pk, ""),
        (type(person), person.pk, ""),
        (Byline, byline.pk, ""),
        (Album, album.pk, ""),
        (Video, video.pk, ""),
        (Infographic, infographic.pk, "ar"),
        (Infographic, infographic.pk, "tr"),
    }


def test_an_edition_uses_what_any_of_its_versions_shows():
    album = make_album([make_picture()])
    inside, lead, text = album.pictures.get(), make_picture(), make_picture()
    article = make_article(format="gallery", album=album, lead_picture=lead, body_ar=in_text(text), title_ar="أول")
    publish(article, "ar")
    write(article, "ar", body="")

    edition = (ArticleEdition, article.editions.get().pk, "")
    assert all(edition in uses_of(picture) for picture in (inside, lead, text))
    assert (Article, article.pk, "ar") not in uses_of(text)


def test_a_picture_that_is_taken_out_everywhere_is_unused_again():
    picture = make_picture()
    assert picture.unused_since
    article, album = make_article(lead_picture=picture), make_album([picture])
    picture.refresh_from_db()
    assert picture.unused_since is None

    article.lead_picture = None
    article.save()
    picture.refresh_from_db()
    assert picture.unused_since is None
    album.entries.get().delete()

    picture.refresh_from_db()
    assert picture.unused_since
    assert uses_of(picture) == set()


def test_what_is_deleted_uses_nothing():
    picture = make_picture()
    make_album([picture]).delete()
    article = make_article(lead_picture=picture, title_ar="أول")
    write(article, "ar", body=in_text(picture))
    workflow.trash(article, by=None)
    Article.objects.update(trashed_at="2020-01-01T00:00Z")
    workflow.empty_trash()

    assert uses_of(picture) == set()
    picture.refresh_from_db()
    assert picture.unused_since


def test_another_picture_in_an_albums_place_takes_over():
    first, second = make_picture(), make_picture()
    entry = make_album([first]).entries.get()
    entry.picture = second
    entry.save()
    assert uses_of(first) == set()
    assert uses_of(second) == {(Album, entry.album_id, "")}


def test_the_picker_knows_what_was_put_somewhere_last_but_not_what_was_merely_saved():
    picture = make_picture()
    article = make_article(body_ar=in_text(picture), title_ar="أول")
    picture.refresh_from_db()
    used_at = picture.last_used_at
    assert used_at > picture.created_at

    write(article, "ar", title="ثان")

    picture.refresh_from_db()
    assert picture.last_used_at == used_at


def test_a_save_that_changes_no_picture_costs_nothing(django_assert_num_queries):
    article = make_article(title_ar="أول")
    with django_assert_num_queries(1):
        article.save(update_fields=["shared_revision"])


def test_rebuilding_finds_what_bulk_writes_did(capsys):
    used, unused = make_picture(), make_picture()
    album = make_album([])
    AlbumPicture.objects.bulk_create([AlbumPicture(album=album, picture=used)])
    kind = ContentType.objects.get_for_model(Album)
    PictureUse.objects.create(picture=unused, user_type=kind, user_id=album.pk)
    PictureUse.objects.create(picture=unused, user_type=kind, user_id=999)
    Picture.objects.filter(pk=unused.pk).update(unused_since=None)

    call_command("rebuild_uses")

    assert uses_of(used) == {(Album, album.pk, "")}
    assert uses_of(unused) == set()
    used.refresh_from_db()
    unused.refresh_from_db()
    assert used.unused_since is None
    assert unused.unused_since


def test_the_migration_reads_rows_as_they_were_then():
    picture = make_picture()
    article = make_article(lead_picture=picture, body_ar=in_text(picture), title_ar="أول")
    publish(article, "ar")
    make_album([picture])
    found = uses_of(picture)
    PictureUse.objects.all().delete()

    for _model, _done in rebuild_all(MigrationLoader(connection).project_state().apps):
        pass

    assert uses_of(picture) == found


def test_numbers_of_pictures_that_there_are_none_of_are_ignored():
    make_article(title_ar="أول", body_ar='<p>x</p><img data-file="987654" src="/media/x.jpg" alt="x">')
    assert not PictureUse.objects.exists()
