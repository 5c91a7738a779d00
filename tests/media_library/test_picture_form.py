"""The page of a picture: words, rights, focal point, hidden parts, another file, the original, and deleting it."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection
from django.db.models import ProtectedError
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from media_library import workflow
from media_library.areas import Area, uncovers
from media_library.imaging import crop_box
from media_library.log import Step
from media_library.models import Collection, FormerFile, Picture, PictureUse, Rendition, Upload
from media_library.where_used import users_of
from publishing import workflow as publishing_workflow
from publishing.models import LogEntry, TaggedItem
from tests.builders import (
    make_album,
    make_article,
    make_byline,
    make_category,
    make_document,
    make_infographic,
    make_picture,
    make_playlist,
    make_press_conference,
    make_staff,
    make_superuser,
    make_tag,
    make_user,
    make_video,
    picture_file,
    publish,
    write,
)
from tests.desk.forms import change_url, open_form, send
from tests.jobs import run_due_jobs

pytestmark = pytest.mark.django_db

FACE = Area("ellipse", 10, 10, 20, 20)
PLATE = Area("rectangle", 60, 60, 10, 5)


def signed_in(person):
    client = Client()
    client.force_login(person)
    return client


def typed(number, area):
    """The fields of one hidden part, as the form has them."""
    return {f"areas-{number}-{name}": value for name, value in vars(area).items()}


def hidden(picture):
    return {Area.of(redaction) for redaction in picture.redactions.all()}


def steps_of(picture):
    return list(LogEntry.objects.filter(item_id=picture.pk, item_type__model="picture").values_list("step", flat=True))


def files_of(picture):
    return list(Rendition.objects.filter(picture=picture).values_list("path", flat=True))


# --- Words and rights ---------------------------------------------------------------


def test_words_rights_tags_and_collection_are_saved_and_found():
    picture, tag, person = make_picture(), make_tag(), make_staff("reporter")
    collection = Collection.objects.create(name="Field")
    client, url = signed_in(person), change_url(picture)

    send(
        client,
        url,
        open_form(client, url),
        title_ar="حقل زيتون",
        tags=[tag.pk],
        collection=collection.pk,
        licence="agency",
        usage_terms="Once",
        rights_until="2030-05-20T12:00",
    )

    picture.refresh_from_db()
    assert (picture.title_ar, picture.collection, picture.licence) == ("حقل زيتون", collection, "agency")
    assert timezone.localtime(picture.rights_until).strftime("%Y-%m-%d %H:%M") == "2030-05-20 12:00"
    assert list(picture.tags.all()) == [tag]
    assert picture.words.filter(word="زيتون").exists()


def test_two_people_who_write_in_two_languages_both_keep_their_words():
    picture = make_picture()
    client, url = signed_in(make_superuser()), change_url(picture)
    first, second = open_form(client, url), open_form(client, url)
    send(client, url, first, caption_tr="Zeytin hasadı")

    send(client, url, second, caption_ar="موسم القطاف")

    picture.refresh_from_db()
    assert (picture.caption_tr, picture.caption_ar) == ("Zeytin hasadı", "موسم القطاف")
    assert picture.words.filter(word="hasadi").exists()


def test_rights_cannot_end_before_the_embargo_is_over():
    picture = make_picture()
    client, url = signed_in(make_superuser()), change_url(picture)
    times = {"rights_from": "2030-05-20T12:00", "rights_until": "2030-05-20T12:00", "caption_en": "Kept"}
    page = send(client, url, open_form(client, url), **times).content.decode()
    assert "The rights end before the embargo is over" in page
    assert "Kept" in page


def test_a_new_end_of_the_rights_forgets_who_was_told_of_the_old_one():
    picture = make_picture(rights_until=timezone.now() + timedelta(days=3), expiry_told_at=timezone.now())
    client, url = signed_in(make_superuser()), change_url(picture)
    send(client, url, open_form(client, url), rights_until="2030-05-20T12:00")
    picture.refresh_from_db()
    assert picture.expiry_told_at is None


def test_a_picture_in_a_closed_collection_is_not_there_for_others():
    closed = Collection.objects.create(name="Confidential", is_closed=True)
    picture, client = make_picture(collection=closed), signed_in(make_staff("editor"))
    url = change_url(picture)
    assert client.get(url).status_code == 302
    assert client.get(f"/admin/media_library/picture/{picture.pk}/original/").status_code == 404
    assert closed.name not in client.get(change_url(make_picture())).content.decode()
    with pytest.raises(PermissionDenied):
        workflow.set_focal_point(picture, 1, 1, by=make_staff("editor"))


def test_who_may_only_look_sees_everything_and_changes_nothing():
    picture, person = make_picture(caption_en="As it was"), make_user()
    person.user_permissions.add(Permission.objects.get(codename="view_picture"))
    workflow.redact(picture, [FACE], by=None)
    client, url = signed_in(person), change_url(picture)
    page = client.get(url).content.decode()
    assert "As it was" in page
    assert 'name="caption_en"' not in page
    assert 'name="new_file"' not in page
    response = client.post(url, {"caption_en": "Forged"} | typed(0, PLATE))
    assert response.status_code == 403
    assert hidden(picture) == {FACE}


def test_the_page_asks_no_more_for_many_uses_than_for_few():
    few, many = make_picture(), make_picture()
    category, client = make_category(), signed_in(make_superuser())
    for picture in [few, *[many] * 12]:
        publish(make_article(lead_picture=picture, category=category), "ar", "en")

    def count(picture):
        with CaptureQueriesContext(connection) as queries:
            client.get(change_url(picture))
        return len(queries)

    count(few)
    assert count(few) == count(many)
    assert count(few) <= 35


# --- Focal point -----------------------------------------------------------------------


def test_a_new_focal_point_has_the_crops_made_anew(django_capture_on_commit_callbacks):
    picture = make_picture(with_renditions=True, file=picture_file(width=800, height=400))
    client, url = signed_in(make_staff("reporter")), change_url(picture)
    with django_capture_on_commit_callbacks(execute=True):
        send(client, url, open_form(client, url), focal_x=90, focal_y=10)

    picture.refresh_from_db()
    assert (picture.focal_x, picture.focal_y, picture.revision, picture.is_ready) == (90, 10, 2, False)
    assert files_of(picture)
    run_due_jobs()
    picture.refresh_from_db()
    assert picture.is_ready
    assert steps_of(picture) == [Step.FOCAL_POINT]


def test_the_previews_are_cropped_as_readers_get_it():
    picture = make_picture(with_renditions=True, file=picture_file(width=800, height=400), focal_x=90, focal_y=10)
    page = signed_in(make_superuser()).get(change_url(picture)).content.decode()
    for ratio in (3 / 2, 16 / 9, 4 / 5, 1, 2, 1200 / 630):
        left, top, right, bottom = crop_box(800, 400, ratio, 90, 10)
        assert f'viewBox="{left} {top} {right - left} {bottom - top}"' in page


# --- Hidden parts -----------------------------------------------------------------------


def test_what_is_hidden_leaves_every_public_file_at_once(django_capture_on_commit_callbacks):
    picture, reporter = make_picture(with_renditions=True), make_staff("reporter")
    client, url = signed_in(reporter), change_url(picture)
    former = files_of(picture)
    with django_capture_on_commit_callbacks(execute=True):
        response = send(client, url, open_form(client, url), **typed(0, FACE))

    assert response.status_code == 302
    assert not any(default_storage.exists(path) for path in former)
    picture.refresh_from_db()
    assert (hidden(picture), picture.revision, picture.is_ready) == ({FACE}, 2, False)
    assert picture.redactions.get().created_by == reporter
    assert steps_of(picture) == [Step.REDACT]
    page = client.get(url).content.decode()
    assert f"hidden by <bdi>{reporter}</bdi>" in page
    run_due_jobs()
    assert files_of(picture)


def test_hiding_more_needs_no_right_and_showing_again_does():
    picture, reporter, editor = make_picture(), make_staff("reporter"), make_staff("editor")
    workflow.redact(picture, [FACE], by=editor)
    larger = Area("rectangle", 5, 5, 30, 30)
    workflow.redact(picture, [larger, PLATE], by=reporter)
    for less in ([larger], [PLATE, Area("rectangle", 6, 5, 29, 30)], []):
        with pytest.raises(PermissionDenied, match="not show again what is hidden"):
            workflow.redact(picture, less, by=reporter)
    assert hidden(picture) == {larger, PLATE}

    workflow.redact(picture, [PLATE], by=editor)

    assert hidden(picture) == {PLATE}
    assert steps_of(picture)[0] == Step.UNCOVER


def test_who_may_not_show_it_again_is_told_so_and_loses_nothing():
    picture, editor = make_picture(), make_staff("editor")
    workflow.redact(picture, [FACE, PLATE], by=editor)
    client, url = signed_in(make_staff("reporter")), change_url(picture)
    form = open_form(client, url)
    assert "areas-0-DELETE" not in client.get(url).content.decode()

    page = send(client, url, form | {"areas-0-DELETE": "on"}, caption_en="Kept").content.decode()

    assert "not show again what is hidden" in page
    assert "Kept" in page
    assert hidden(picture) == {FACE, PLATE}


def test_what_stays_hidden_keeps_who_hid_it():
    picture, first, second = make_picture(), make_staff("editor"), make_staff("editor")
    workflow.redact(picture, [FACE], by=first)
    client, url = signed_in(second), change_url(picture)
    send(client, url, open_form(client, url), **typed(1, PLATE))
    assert {Area.of(one): one.created_by for one in picture.redactions.all()} == {FACE: first, PLATE: second}


def test_what_somebody_else_hid_meanwhile_stays_hidden():
    picture, editor = make_picture(), make_staff("editor")
    client, url = signed_in(editor), change_url(picture)
    form = open_form(client, url)
    workflow.redact(picture, [FACE], by=editor)
    send(client, url, form, **typed(0, PLATE))
    assert hidden(picture) == {FACE, PLATE}


def test_a_part_is_removed_beside_the_empty_row_that_browsers_send():
    picture = make_picture()
    workflow.redact(picture, [FACE, PLATE], by=None)
    client, url = signed_in(make_staff("editor")), change_url(picture)
    send(client, url, open_form(client, url) | {"areas-0-DELETE": "on", "areas-2-shape": "rectangle"})
    assert hidden(picture) == {PLATE}


def test_saving_other_things_leaves_the_files_alone():
    picture = make_picture()
    workflow.redact(picture, [Area("ellipse", 10.3, 20.7, 12.1, 33.3)], by=None)
    client, url = signed_in(make_staff("reporter")), change_url(picture)
    send(client, url, open_form(client, url), caption_en="Other words")
    picture.refresh_from_db()
    assert (picture.caption_en, picture.revision) == ("Other words", 2)


@pytest.mark.parametrize(
    ("area", "said"),
    [
        (Area("rectangle", 95, 10, 10, 10), "beyond the edge"),
        (Area("rectangle", 10, 10, 0.5, 10), "at least 1 %"),
        (Area("rectangle", "", 10, 10, 10), "This field is required"),
    ],
)
def test_a_part_that_cannot_be_hidden_is_refused(area, said):
    picture = make_picture()
    client, url = signed_in(make_superuser()), change_url(picture)
    page = send(client, url, open_form(client, url), **typed(0, area)).content.decode()
    assert said in page
    assert not hidden(picture)


@pytest.mark.parametrize(
    ("new", "is_seen_again"),
    [
        (Area("ellipse", 10, 10, 20, 20), False),
        (Area("rectangle", 10, 10, 20, 20), False),
        (Area("ellipse", 9, 9, 22, 22), False),
        (Area("ellipse", 10, 10, 20, 19), True),
        (Area("ellipse", 11, 10, 20, 20), True),
        (Area("rectangle", 11, 10, 20, 20), True),
    ],
)
def test_an_area_covers_another_only_as_a_whole(new, is_seen_again):
    assert uncovers([FACE], [new]) is is_seen_again


# --- Another file ------------------------------------------------------------------------


def test_another_file_takes_over_and_the_former_one_is_kept(django_capture_on_commit_callbacks):
    picture, editor = make_picture(with_renditions=True), make_staff("editor")
    client, url = signed_in(editor), change_url(picture)
    upload = picture_file(width=1000, height=800, color="#aa3311", name="better.jpg")
    with django_capture_on_commit_callbacks(execute=True):
        send(client, url, open_form(client, url), new_file=upload)
    assert "is being checked" in client.get(url).content.decode()

    with django_capture_on_commit_callbacks(execute=True):
        run_due_jobs()

    picture.refresh_from_db()
    assert (picture.width, picture.height) == (1000, 800)
    former = FormerFile.objects.get()
    assert (former.width, former.replaced_by) == (640, editor)
    page = client.get(url).content.decode()
    assert "is being checked" not in page.partition("desk-form")[0]
    assert f"/former/{former.pk}/" in page
    response = client.get(f"/admin/media_library/picture/{picture.pk}/former/{former.pk}/")
    assert response["Content-Disposition"].startswith("attachment")
    response.close()


@pytest.mark.parametrize(
    ("file", "reason"),
    [
        (b"", "The submitted file is empty"),
        (b"GIF89a no picture", "name ends in"),
        (b"nothing", "no file that can be used here"),
    ],
)
def test_another_file_that_cannot_be_used_is_refused_and_the_old_one_stays(file, reason):
    picture = make_picture()
    client, url = signed_in(make_staff("editor")), change_url(picture)
    new = SimpleUploadedFile("new.jpg", file, content_type="image/jpeg")
    response = client.post(url, open_form(client, url) | {"new_file": new}, follow=True)
    if response.redirect_chain:
        response = client.get(url)
    assert reason in response.content.decode()
    picture.refresh_from_db()
    assert picture.width == 640


# --- The original ---------------------------------------------------------------------------


def test_the_original_is_an_attachment_for_those_with_the_right_and_noted():
    picture, editor = make_picture(name="Harvest / ../x"), make_staff("editor")
    url = f"/admin/media_library/picture/{picture.pk}/original/"

    response = signed_in(editor).get(url)

    with picture.original.open() as file:
        assert b"".join(response.streaming_content) == file.read()
    assert response["Content-Disposition"] == f'attachment; filename="harvest-x-{picture.pk}.jpg"'
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert {"private", "no-store"} <= {part.strip() for part in response["Cache-Control"].split(",")}
    assert LogEntry.objects.get(step=Step.ORIGINAL).by == editor


@pytest.mark.parametrize("role", ["reporter", "translator"])
def test_nobody_else_gets_the_original(role):
    picture = make_picture()
    url = f"/admin/media_library/picture/{picture.pk}/original/"
    assert signed_in(make_staff(role)).get(url).status_code == 403
    assert "/original/" not in signed_in(make_staff(role)).get(change_url(picture)).content.decode()
    assert Client().get(url).status_code == 302
    assert signed_in(make_user(is_staff=False)).get(url).status_code == 302


def test_an_original_that_vanished_is_a_page_and_no_error(caplog):
    picture = make_picture()
    picture.original.storage.delete(picture.original.name)
    response = signed_in(make_staff("editor")).get(f"/admin/media_library/picture/{picture.pk}/original/")
    assert response.status_code == 404
    assert "not in its place on the server" in response.content.decode()
    assert not LogEntry.objects.filter(step=Step.ORIGINAL).exists()


# --- Deleting ------------------------------------------------------------------------------


def delete_url(row):
    return change_url(row).replace("/change/", "/delete/")


def test_a_picture_in_use_cannot_be_deleted_and_the_answer_says_where():
    picture, editor = make_picture(), make_staff("editor")
    article = make_article(lead_picture=picture, title_en="Water returns", title_ar="ماء")
    publish(article, "en")
    client = signed_in(editor)

    page = client.get(delete_url(picture)).content.decode()
    client.post(delete_url(picture), {"post": "yes"})

    assert Picture.objects.exists()
    assert f'href="/admin/articles/article/{article.pk}/change/"' in page
    assert "Water returns" in page
    assert "live – lead picture" in page
    assert 'type="submit" value="Yes' not in page


def test_what_somebody_may_not_see_is_counted_but_not_named():
    picture, mine, other = make_picture(), make_category(), make_category()
    make_article(lead_picture=picture, title_en="Mine", category=mine)
    make_article(lead_picture=picture, title_en="Secret", category=other)
    closed = Collection.objects.create(name="Closed", is_closed=True)
    album = make_album([picture])
    album.name, album.collection = "Hidden album", closed
    album.save()
    page = signed_in(make_staff("editor", category=mine)).get(change_url(picture)).content.decode()
    assert "Mine" in page
    assert "Secret" not in page
    assert "Hidden album" not in page
    assert page.count("something that you may not see") == 2


def test_how_it_is_used_is_said_by_language_and_state():
    picture = make_picture()
    text = f'<figure><img data-file="{picture.pk}" src="/media/x.jpg" alt="x"></figure>'
    article = make_article(title_ar="أول", body_ar=text, title_tr="Bir", body_tr=text, title_en="One", body_en=text)
    publish(article, "ar")
    write(article, "ar", body="")
    publishing_workflow.schedule(article, language="tr", by=None, at=timezone.now() + timedelta(days=1))
    write(article, "en", body="<p>Nothing</p>")

    lines = users_of(picture, None).shown[0].lines

    assert [(line.standing, line.codes, line.places) for line in lines] == [
        ("live", ["ar"], ["text"]),
        ("scheduled", ["tr"], ["text"]),
        ("working copy", ["tr"], ["text"]),
    ]


def test_an_album_is_called_by_one_word_wherever_something_shows_it():
    album = make_album([make_picture()])
    article = make_article(format="gallery", album=album)
    publish(article, "en")
    [user] = users_of(album, None).shown
    assert {place for line in user.lines for place in line.places} == {"album"}
    users = users_of(album.entries.get().picture, None).shown
    assert {place for user in users for line in user.lines for place in line.places} == {"album", "pictures"}


def test_an_unused_picture_goes_with_all_its_files(django_capture_on_commit_callbacks):
    picture, editor = make_picture(with_renditions=True), make_staff("editor")
    picture.tags.add(make_tag())
    client, url = signed_in(editor), change_url(picture)
    former = FormerFile(picture=picture, format="JPEG", size=1, width=1, height=1)
    former.original.save("picture/aa/former.jpg", picture_file(width=9, height=9))
    former.save()
    paths, originals = files_of(picture), [picture.original, former.original]
    assert "Nowhere, since" in client.get(url).content.decode()

    with django_capture_on_commit_callbacks(execute=True):
        client.post(delete_url(picture), {"post": "yes"})

    assert not Picture.objects.exists()
    assert not TaggedItem.objects.exists()
    assert not any(default_storage.exists(path) for path in paths)
    assert not any(original.storage.exists(original.name) for original in originals)
    entry = LogEntry.objects.get(step=Step.DELETE)
    assert (entry.by, entry.note) == (editor, picture.name)


def test_no_way_around_deletes_a_picture_in_use():
    picture, editor = make_picture(), make_staff("editor")
    make_article(body_ar=f'<img data-file="{picture.pk}" src="/media/x.jpg" alt="x">', title_ar="أول")
    with pytest.raises(ProtectedError):
        picture.delete()
    with pytest.raises(ProtectedError):
        Picture.objects.all().delete()
    with pytest.raises(Exception, match="أول"):
        workflow.delete_picture(picture, by=editor)
    signed_in(editor).post("/admin/media_library/picture/delete/", {"ids": [picture.pk]})
    assert PictureUse.objects.exists()
    assert Picture.objects.exists()


def test_reporters_delete_nothing():
    picture = make_picture()
    assert signed_in(make_staff("reporter")).post(delete_url(picture), {"post": "yes"}).status_code == 403
    with pytest.raises(PermissionDenied):
        workflow.delete_picture(picture, by=make_staff("reporter"))


def test_the_library_is_cleaned_of_what_was_long_unused(capsys, django_capture_on_commit_callbacks):
    old, fresh, used = make_picture(name="Old"), make_picture(name="Fresh"), make_picture(name="Used")
    make_article(lead_picture=used)
    long_ago = timezone.now() - timedelta(days=200)
    Picture.objects.filter(pk__in=[old.pk, used.pk]).update(unused_since=long_ago)

    call_command("clean_library", dry_run=True)
    assert f"{old.pk} Old" in capsys.readouterr().out
    assert Picture.objects.count() == 3
    call_command("clean_library", days=300)
    assert Picture.objects.count() == 3
    with django_capture_on_commit_callbacks(execute=True):
        call_command("clean_library")

    assert set(Picture.objects.all()) == {fresh, used}
    assert not old.original.storage.exists(old.original.name)


# --- Other kinds of the library -----------------------------------------------------------


def held_things():
    """(thing of the library, title of what holds it) for each kind."""
    album, video, infographic, document = make_album([]), make_video(), make_infographic(), make_document()
    in_list, of_conference = make_video(name="In the list"), make_document(name="Statement")
    playlist = make_playlist(in_list)
    conference = make_press_conference(documents=[of_conference])
    held = {"album": album, "video": video, "infographic": infographic, "document": document, "playlist": playlist}
    for name, thing in (held | {"press_conference": conference}).items():
        file_format = "gallery" if name == "album" else name
        make_article(format=file_format, **{name: thing}, title_en=f"With {name}")
    things = [(thing, f"With {name}") for name, thing in held.items()]
    return [*things, (in_list, str(playlist)), (of_conference, str(conference)), (conference, "With press_conference")]


def test_nothing_of_the_library_that_something_holds_can_be_deleted():
    client = signed_in(make_superuser())
    for thing, holder in held_things():
        page = client.get(delete_url(thing)).content.decode()
        client.post(delete_url(thing), {"post": "yes"})
        assert type(thing).objects.filter(pk=thing.pk).exists(), thing
        assert holder in page, thing
        assert "cannot be deleted" in page, thing


def test_many_at_once_are_refused_with_what_holds_them():
    album, free = make_album([]), make_album([])
    make_article(format="gallery", album=album, title_en="Holds it")
    client = signed_in(make_superuser())
    data = {"action": "delete_selected", "_selected_action": [album.pk, free.pk], "post": "yes"}
    page = client.post("/admin/media_library/album/", data).content.decode()
    assert "Holds it" in page
    assert type(album).objects.count() == 2


def test_a_medium_that_readers_still_see_is_held_by_its_article():
    video, other = make_video(), make_video()
    article = make_article(format="video", video=video, title_en="Still live")
    publish(article, "en")
    article.video = other
    article.save()
    page = signed_in(make_superuser()).get(delete_url(video)).content.decode()
    assert "Still live" in page
    assert "live – video" in page


def test_a_byline_keeps_its_portrait():
    picture = make_picture()
    byline = make_byline(portrait=picture)
    page = signed_in(make_superuser()).get(delete_url(picture)).content.decode()
    assert str(byline) in page
    assert not Upload.objects.exists()
