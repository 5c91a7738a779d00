"""The library's screen and the picker: what is found, in which order, by whom, and what is done to many at once."""

import json
import re
import time
from datetime import timedelta
from html import unescape
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.contrib.admin.models import CHANGE
from django.contrib.admin.models import LogEntry as AdminEntry
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from articles.models import Article
from media_library.library import PAGE
from media_library.models import Collection, Picture, PictureWord
from tests.builders import (
    make_album,
    make_article,
    make_picture,
    make_staff,
    make_superuser,
    make_tag,
    make_user,
    make_video,
    picture_file,
)
from tests.contracts.test_pages import LIMITS
from tests.desk.forms import change_url, open_form, send, values_of
from tests.jobs import run_due_jobs

pytestmark = pytest.mark.django_db

LIBRARY = reverse("admin:media_library_picture_changelist")
PICKER = reverse("admin:media_library_picture_pick")
DESCRIBE = reverse("admin:media_library_picture_describe")
SET = reverse("admin:media_library_picture_set")
DELETE = reverse("admin:media_library_picture_delete")

DAY = timedelta(days=1)


@pytest.fixture
def see(client):
    """Opens the library as somebody: a function that gives its HTML."""

    def opened(user=None, path=LIBRARY, **query):
        client.force_login(user or make_superuser())
        response = client.get(path, query)
        assert response.status_code == 200
        return response.content.decode()

    return opened


def names(page):
    """The names of the pictures that a page shows, in order."""
    return [unescape(name) for name in re.findall(r'class="tile-name"><bdi>(.*?)</bdi>', page)]


def tile(page, picture):
    """The HTML of one picture, without its tags."""
    found = re.search(rf'<li class="tile" data-id="{picture.pk}">(.*?)\n</li>', page, re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", found.group(1))) if found else ""


def links(page):
    """Text → address of the links on a page."""
    found = re.findall(r'<a[^>]*? href="([^"]*)"[^>]*>(.*?)</a>', page, re.DOTALL)
    return {re.sub(r"<[^>]+>", "", text).strip(): unescape(address) for address, text in found}


def change(picture, **facts):
    Picture.objects.filter(pk=picture.pk).update(**facts)


def many(count, **facts):
    """Rows without files or words, the first added last."""
    now = timezone.now()
    rows = [
        Picture(
            name=f"Row {number:05}", created_at=now - timedelta(minutes=number), last_used_at=now, format="JPEG",
            width=1600, height=1067, orientation="landscape", size=number, **facts,
        )
        for number in range(count)
    ]  # fmt: skip
    return Picture.objects.bulk_create(rows, batch_size=2000)


# --- What is shown -----------------------------------------------------------------


def test_a_tile_says_what_is_to_be_known(see):
    person = make_staff("reporter", display_name="Layla Haddad")
    picture = make_picture(name="Harvest", created_by=person, alt_text_ar="", alt_text_tr="")

    words = tile(see(), picture)

    for part in ("Harvest", "640 × 427", "JPG", "Added by", "Layla Haddad", "Being prepared", "Unused"):
        assert part in words
    assert "No alternative text: العربية , Türkçe" in words


def test_a_ready_picture_that_is_used_and_described_has_nothing_to_say(see):
    picture = make_picture(with_renditions=True)
    change(picture, unused_since=None)

    page = see()

    assert "tile-states" in page
    assert not re.search(r'<li class="is-', page)
    assert picture.thumbnail_url in page


def test_rights_are_told(see):
    now = timezone.now()
    ended, ending = make_picture(rights_until=now - DAY), make_picture(rights_until=now + 5 * DAY)
    later, longer = make_picture(rights_from=now + DAY), make_picture(rights_until=now + 50 * DAY)

    page = see()

    assert "Rights ended on" in tile(page, ended)
    assert "Rights end on" in tile(page, ending)
    assert "Embargo until" in tile(page, later)
    assert "Rights" not in tile(page, longer)


def test_all_kinds_are_one_library(see):
    assert {"Pictures", "Albums", "Videos and sound", "Press conferences", "Collections"} <= links(see()).keys()
    assert LIBRARY in links(see(path=reverse("admin:media_library_album_changelist"))).values()


def test_an_empty_library_says_what_to_do_next(see):
    assert "Upload the first ones" in see(make_staff("reporter"))
    assert "Ask a reporter" in see(make_staff("translator"))
    make_picture()
    assert "Try fewer words" in see(q="nowhere")


# --- Searching, filtering, sorting ----------------------------------------------------


def test_words_and_filters_together(see):
    tag, person, now = make_tag(name_en="Water"), make_staff("reporter"), timezone.now()
    folder = Collection.objects.create(name="Field")
    below = Collection.objects.create(name="North", parent=folder)
    harvest = make_picture(name="harvest", title_en="Olive trees", collection=below, created_by=person)
    harvest.tags.add(tag)
    change(harvest, unused_since=None, created_at=now - 10 * DAY)
    tall = make_picture(
        name="tall", file=picture_file(width=300, height=400, kind="PNG", name="a.png"), rights_until=now - DAY
    )
    bare = make_picture(name="bare", alt_text_ar="", rights_until=now + 20 * DAY)
    spare = make_picture(name="spare", alt_text_ar="", is_decorative=True, rights_from=now + DAY)

    day = (now - 5 * DAY).date().isoformat()
    for query, expected in [
        ({"q": "oliv"}, {harvest}),
        ({"tag": tag.pk}, {harvest}),
        ({"by": person.pk}, {harvest}),
        ({"collection": folder.pk}, {harvest}),
        ({"collection": below.pk}, {harvest}),
        ({"collection": "none"}, {tall, bare, spare}),
        ({"use": "used"}, {harvest}),
        ({"use": "unused"}, {tall, bare, spare}),
        ({"added_until": day}, {harvest}),
        ({"added_from": day}, {tall, bare, spare}),
        ({"type": "PNG"}, {tall}),
        ({"orientation": "portrait"}, {tall}),
        ({"lacks": "ar"}, {bare}),
        ({"lacks": "en"}, set()),
        ({"rights": "ended"}, {tall}),
        ({"rights": "30"}, {bare}),
        ({"rights": "7"}, set()),
        ({"rights": "embargo"}, {spare}),
        ({"ids": f"{bare.pk},{spare.pk}"}, {bare, spare}),
        ({"use": "unused", "orientation": "landscape", "q": "picture"}, {bare, spare}),
    ]:
        assert set(names(see(**query))) == {picture.name for picture in expected}, query


@pytest.mark.parametrize(
    "query",
    [
        {"by": "x"}, {"tag": "99999999999999999999"}, {"collection": "-1"}, {"lacks": "xx"}, {"use": "maybe"},
        {"added_from": "yesterday"}, {"added_until": "9999-12-31"}, {"sort": "x", "view": "x"}, {"rights": "1000"},
        {"after": "x", "before": "\x00"}, {"ids": "987654,x,99999999999999999999"}, {"type": "EXE"},
    ],
)  # fmt: skip
def test_what_makes_no_sense_in_the_address_is_left_out(see, query):
    make_picture(name="harvest")

    expected = [] if "ids" in query else ["harvest"]
    assert names(see(**query)) == expected


def test_chosen_filters_can_be_taken_away_one_by_one(see):
    tag = make_tag(name_en="Water")
    make_picture().tags.add(tag)

    page = see(tag=tag.pk, use="unused", sort="name", view="list")

    found = links(page)
    assert found["Tag: Water×"] == f"{LIBRARY}?use=unused&sort=name&view=list"
    assert found["Use: unused×"] == f"{LIBRARY}?tag={tag.pk}&sort=name&view=list"
    assert found["Clear all"] == f"{LIBRARY}?sort=name&view=list"
    assert "as-list" in page


def test_sorted_as_asked(see):
    now = timezone.now()
    for name, age, used, size in [("b", 1, 9, 5), ("a", 2, 1, 7), ("c", 3, 2, 6)]:
        change(make_picture(name=name), created_at=now - age * DAY, last_used_at=now - used * DAY, size=size)

    orders = {"newest": "bac", "oldest": "cab", "name": "abc", "recent": "acb", "largest": "acb"}
    for sort, order in orders.items():
        assert names(see(sort=sort)) == list(order), sort
    assert names(see()) == list("bac")
    assert names(see(path=PICKER)) == list("acb")


# --- Pages ----------------------------------------------------------------------------


def test_pages_lead_on_and_back_and_stay_while_pictures_are_added(see, client):
    rows = many(2 * PAGE + 5)
    user = make_superuser()

    first = see(user)
    second = client.get(links(first)["Older"]).content.decode()
    make_picture(name="Newcomer")
    third = client.get(links(second)["Older"]).content.decode()
    back = client.get(links(third)["Newer"]).content.decode()
    front = client.get(links(back)["Newer"]).content.decode()

    expected = [row.name for row in rows]
    assert names(first) == expected[:PAGE]
    assert names(second) == names(back) == expected[PAGE : 2 * PAGE]
    assert names(third) == expected[2 * PAGE :]
    assert "Older" not in links(third)
    assert names(front) == expected[:PAGE]
    assert names(client.get(links(front)["Newer"]).content.decode())[0] == "Newcomer"
    assert "125 pictures" in second


@pytest.mark.parametrize("sort", ["newest", "oldest", "name", "recent", "largest"])
def test_every_picture_is_on_one_page_whatever_is_equal(see, client, sort):
    many(PAGE + 7)
    Picture.objects.update(created_at=timezone.now(), name="Same", size=1)
    page, seen = see(sort=sort), []
    while True:
        seen += re.findall(r'class="tile" data-id="(\d+)"', page)
        onward = re.search(r'href="([^"]*)" rel="next"', page)
        if not onward:
            break
        page = client.get(unescape(onward.group(1))).content.decode()
    assert len(seen) == len(set(seen)) == PAGE + 7


def test_counting_stops_at_a_thousand(see):
    many(1001)
    assert "1,000+ pictures" in see()


def test_a_page_costs_the_same_with_3_and_30_pictures(client):
    client.force_login(make_staff("editor"))
    folder, person, tag = Collection.objects.create(name="Field"), make_staff("reporter"), make_tag()

    def queries(**query):
        client.get(LIBRARY, query)
        with CaptureQueriesContext(connection) as caught:
            client.get(query.pop("path", LIBRARY), query)
        # Without what tells PostgreSQL how long a search may take: no questions.
        return sum(not one["sql"].startswith(LIMITS) for one in caught)

    def fill(count):
        for _number in range(count):
            make_picture(with_renditions=False, collection=folder, created_by=person, title_en="Olive").tags.add(tag)

    asked = [{}, {"view": "list"}, {"q": "olive pict", "collection": folder.pk, "tag": tag.pk}, {"path": PICKER}]
    fill(3)
    few = [queries(**dict(query)) for query in asked]
    fill(27)
    assert [queries(**dict(query)) for query in asked] == few
    assert max(few) <= 18


# --- Closed collections ------------------------------------------------------------------


def test_a_closed_collection_and_what_lies_below_is_not_there_for_others(see, client):
    closed = Collection.objects.create(name="Sources", is_closed=True)
    below = Collection.objects.create(name="Below", parent=closed)
    secret, open_ = make_picture(name="secret", collection=below), make_picture(name="open")
    member, other = make_staff("editor"), make_staff("editor")
    closed.members.add(member)

    for path in (LIBRARY, PICKER):
        assert names(see(other, path)) == names(see(other, path, collection=below.pk)) == ["open"]
        assert names(see(other, path, q="secret")) == names(see(other, path, ids=secret.pk)) == []
        assert set(names(see(member, path))) == {"secret", "open"}
    assert "Sources" not in see(other)
    assert "Sources" in see(member)

    client.force_login(other)
    assert client.get(change_url(secret)).status_code == 302
    for path in (DESCRIBE, SET, DELETE):
        assert client.get(path, {"ids": secret.pk}).status_code == 302
        assert "secret" not in client.get(path, {"ids": f"{secret.pk},{open_.pk}"}).content.decode()


def test_other_kinds_in_a_closed_collection_are_not_there_either(see):
    closed = Collection.objects.create(name="Sources", is_closed=True)
    album, video = make_album([]), make_video(name="Witness", collection=closed)
    album.collection = closed
    album.save()
    editor = make_staff("editor")

    assert "Harvest" not in see(editor, reverse("admin:media_library_album_changelist"))
    assert "Witness" not in see(editor, reverse("admin:media_library_video_changelist"))
    closed.members.add(editor)
    assert "Witness" in see(editor, reverse("admin:media_library_video_changelist"))
    assert change_url(video) in see(editor, reverse("admin:media_library_video_changelist"))


def test_the_number_of_a_hidden_picture_is_refused_as_if_there_were_none(client):
    closed = Collection.objects.create(name="Sources", is_closed=True)
    secret, article = make_picture(name="secret", collection=closed), make_article()
    client.force_login(make_staff("editor"))
    values = open_form(client, change_url(article))

    hidden = send(client, change_url(article), values, lead_picture=secret.pk).content.decode()
    missing = send(client, change_url(article), values, lead_picture=987654).content.decode()

    def said(page):
        return re.findall(r'<ul class="errorlist"[^>]*>(.*?)</ul>', page, re.DOTALL)

    assert said(hidden) == said(missing) != []
    assert "secret" not in hidden


def test_a_hidden_picture_that_is_chosen_already_stays_and_is_not_shown(client):
    closed = Collection.objects.create(name="Sources", is_closed=True)
    secret = make_picture(name="secret", collection=closed)
    article = make_article(lead_picture=secret)
    client.force_login(make_staff("editor"))

    values = open_form(client, change_url(article))
    page = client.get(change_url(article)).content.decode()
    send(client, change_url(article), values, title_en="Changed")

    article.refresh_from_db()
    assert (article.title_en, article.lead_picture) == ("Changed", secret)
    assert "A picture in a collection that is closed to you" in page
    assert ">secret<" not in page


def test_a_picture_whose_rights_have_ended_is_refused_unless_it_is_chosen_already(client):
    ended = make_picture(rights_until=timezone.now() - DAY)
    article, using = make_article(), make_article(lead_picture=ended)
    client.force_login(make_superuser())

    values = open_form(client, change_url(article))
    response = send(client, change_url(article), values, lead_picture=ended.pk)
    assert "The rights to this picture have ended" in response.content.decode()

    values = open_form(client, change_url(using))
    assert send(client, change_url(using), values, title_en="Changed").status_code == 302
    assert Article.objects.get(pk=using.pk).title_en == "Changed"


# --- The picker -----------------------------------------------------------------------------


def test_the_picker_gives_what_the_form_needs(see):
    picture = make_picture(with_renditions=True, alt_text_ar="حقل", caption_en="Field")

    page = see(path=PICKER, choice="choice-1")

    answer = json.loads(unescape(re.search(r'data-picked="([^"]*)"', page).group(1)))
    assert answer["id"] == picture.pk
    assert (answer["alt"]["ar"], answer["caption"]["en"]) == ("حقل", "Field")
    assert answer["thumbnail"] == picture.thumbnail_url
    assert 'name="choice" value="choice-1"' in page
    assert "choice=choice-1" in links(page)["Newest"]
    assert "data-upload-box" in page


def test_in_the_picker_a_picture_without_rights_says_so_and_cannot_be_chosen(see):
    ended, fine = make_picture(rights_until=timezone.now() - DAY), make_picture()

    page = see(make_staff("translator"), PICKER)

    assert "It cannot be chosen any more" in tile(page, ended)
    assert page.count('aria-disabled="true"') == 1
    assert "cannot be chosen" not in tile(page, fine)
    assert "data-upload-box" not in page


# --- Many at once: words -----------------------------------------------------------------------


def test_words_of_many_pictures_are_saved_together_and_found(client):
    olive, bare = make_picture(name="olive"), make_picture(name="bare", alt_text_ar="")
    user = make_superuser(interface_language="ar")
    client.force_login(user)
    url = f"{DESCRIBE}?ids={bare.pk},{olive.pk}&back=sort%3Dname"
    values = open_form(client, url)
    assert f"{bare.pk}-alt_text_ar" in values

    changes = {f"{bare.pk}-alt_text_ar": "حقل زيتون", f"{olive.pk}-name": "Olive", f"{olive.pk}-is_decorative": "on"}
    response = client.post(url, values | changes)

    assert response["Location"] == f"{LIBRARY}?sort=name"
    olive.refresh_from_db()
    bare.refresh_from_db()
    assert (bare.alt_text_ar, olive.name, olive.is_decorative) == ("حقل زيتون", "Olive", True)
    assert PictureWord.objects.filter(picture=bare, word="زيتون").exists()


def test_the_history_of_a_picture_says_what_was_changed_in_passing(client):
    picture, tag = make_picture(), make_tag()
    client.force_login(make_superuser())
    url = f"{DESCRIBE}?ids={picture.pk}&language=ar"
    client.post(url, open_form(client, url) | {f"{picture.pk}-caption_ar": "حقل", f"{picture.pk}-name": "Olive"})
    client.post(SET, {"ids": picture.pk, "licence": "agency", "credit_en": "Desk", "add_tags": tag.pk})
    page = client.get(reverse("admin:media_library_picture_history", args=[picture.pk])).content.decode()
    assert "Changed name in the library and caption." in page
    assert "Changed licence, credit and tags." in page


def test_entries_that_named_nothing_are_mended(client):
    user, picture = make_superuser(), make_picture()
    AdminEntry.objects.log_actions(user.pk, [picture], CHANGE, [{"changed": {}}])
    import_module("media_library.migrations.0005_whole_log_entries").mend(apps, SimpleNamespace(connection=connection))
    client.force_login(user)
    page = client.get(reverse("admin:media_library_picture_history", args=[picture.pk])).content.decode()
    assert "Changed picture." in page


def test_another_language_saves_first(client):
    picture = make_picture()
    client.force_login(make_superuser())
    url = f"{DESCRIBE}?ids={picture.pk}"
    values = open_form(client, url)

    response = client.post(url, values | {f"{picture.pk}-title_en": "Harvest", "_next": "tr"}, follow=True)

    assert Picture.objects.get(pk=picture.pk).title_en == "Harvest"
    assert f"{picture.pk}-title_tr" in response.content.decode()


def test_errors_stand_at_each_picture_and_nothing_is_lost(client):
    first, second = make_picture(name="first"), make_picture(name="second")
    client.force_login(make_superuser())
    url = f"{DESCRIBE}?ids={first.pk},{second.pk}"
    values = open_form(client, url)

    page = client.post(
        url, values | {f"{first.pk}-title_en": "Kept as typed", f"{second.pk}-name": ""}
    ).content.decode()

    assert "Kept as typed" in page
    assert page.count('class="errorlist"') == 1
    assert "Nothing is saved yet" in page
    assert Picture.objects.get(pk=first.pk).title_en is None


def test_what_a_colleague_wrote_meanwhile_is_not_overwritten_unseen(client):
    picture = make_picture(title_en="Old", caption_en="Old caption")
    client.force_login(make_superuser())
    url = f"{DESCRIBE}?ids={picture.pk}"
    values = open_form(client, url)
    change(picture, title_en="Colleague's", credit_en="Colleague")

    mine = values | {f"{picture.pk}-title_en": "Mine", f"{picture.pk}-caption_en": "My caption"}
    page = client.post(url, mine).content.decode()

    assert "Colleague&#x27;s" in page and "Mine" in page
    assert Picture.objects.get(pk=picture.pk).title_en == "Colleague's"

    client.post(url, values_of(page))
    picture.refresh_from_db()
    assert (picture.title_en, picture.caption_en, picture.credit_en) == ("Mine", "My caption", "Colleague")


# --- Many at once: the same for all, deleting -----------------------------------------------------


def test_only_what_is_filled_in_is_set(client):
    old, new = make_tag(name_en="Old"), make_tag(name_en="New")
    folder = Collection.objects.create(name="Field")
    first, second = make_picture(source="Ours"), make_picture(credit_ar="لي", collection=folder)
    first.tags.add(old)
    second.tags.add(old, new)
    client.force_login(make_superuser())
    url = f"{SET}?ids={first.pk}&ids={second.pk}"

    response = client.post(
        url,
        {
            "ids": [first.pk, second.pk], "collection": folder.pk, "credit_ar": "ليلى", "licence": "own",
            "rights_until": "2030-01-01T10:00", "add_tags": [new.pk], "remove_tags": [old.pk],
        },
        follow=True,
    )  # fmt: skip

    assert "2 pictures were changed" in response.content.decode()
    for picture in Picture.objects.all():
        assert (picture.collection, picture.credit_ar, picture.licence) == (folder, "ليلى", "own")
        assert picture.rights_until.year == 2030
        assert set(picture.tags.all()) == {new}
    assert Picture.objects.get(pk=first.pk).source == "Ours"
    assert PictureWord.objects.filter(word="new").count() == 2
    assert not PictureWord.objects.filter(word="old").exists()


def test_setting_nothing_or_an_end_before_the_beginning_is_refused(client):
    picture = make_picture(rights_from=timezone.now() + 50 * DAY)
    client.force_login(make_superuser())

    assert "Nothing is filled in" in client.post(SET, {"ids": picture.pk}).content.decode()
    soon = (timezone.now() + DAY).strftime("%Y-%m-%dT%H:%M")
    page = client.post(SET, {"ids": picture.pk, "rights_until": soon, "source": "Kept as typed"}).content.decode()
    assert "would end before its embargo does" in page
    assert "Kept as typed" in page


def test_nobody_moves_a_picture_into_a_collection_closed_to_them(client):
    closed = Collection.objects.create(name="Sources", is_closed=True)
    picture = make_picture()
    client.force_login(make_staff("editor"))

    response = client.post(SET, {"ids": picture.pk, "collection": closed.pk})

    assert response.status_code == 200
    assert "Sources" not in response.content.decode()
    assert Picture.objects.get(pk=picture.pk).collection is None


def test_what_is_used_is_not_deleted_and_says_where(client, django_capture_on_commit_callbacks):
    spare, used = make_picture(name="spare"), make_picture(name="used")
    make_article(title_en="Harvest time", lead_picture=used)
    client.force_login(make_superuser())
    assert "Something uses it" in client.get(DELETE, {"ids": f"{spare.pk},{used.pk}"}).content.decode()

    with django_capture_on_commit_callbacks(execute=True):
        page = client.post(DELETE, {"ids": [spare.pk, used.pk]}).content.decode()

    assert list(Picture.objects.all()) == [used]
    assert "Harvest time" in page
    assert "1 picture was deleted" in page


def test_choosing_none_or_too_many_is_said(client):
    client.force_login(make_superuser())
    assert "Choose at least one picture first" in client.get(DESCRIBE, follow=True).content.decode()
    gone = client.get(DESCRIBE, {"ids": "123456"}, follow=True).content.decode()
    assert "None of these pictures is in the library any more" in gone
    rows = many(PAGE + 1)
    page = client.get(SET, {"ids": ",".join(str(row.pk) for row in rows)}).content.decode()
    assert "The first 60 are here" in page


# A translator describes, a reporter too; only editors delete; who has no role sees nothing.
@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        ("translator", {LIBRARY, PICKER, DESCRIBE, SET}),
        ("reporter", {LIBRARY, PICKER, DESCRIBE, SET}),
        ("editor", {LIBRARY, PICKER, DESCRIBE, SET, DELETE}),
        (None, set()),
    ],
)
def test_who_may_open_which_screen(client, role, allowed):
    picture = make_picture()
    client.force_login(make_staff(role) if role else make_user())
    for path in (LIBRARY, PICKER, DESCRIBE, SET, DELETE):
        status = client.get(path, {"ids": picture.pk}).status_code
        assert status == (200 if path in allowed else 403), path
    page = client.get(LIBRARY).content.decode() if role else ""
    assert (DELETE in page) == (DELETE in allowed)


# --- Tags ---------------------------------------------------------------------------------------------


def test_renaming_or_deleting_a_tag_changes_what_finds_its_pictures(see, client, django_capture_on_commit_callbacks):
    tag, picture = make_tag(name_en="Water"), make_picture(name="harvest")
    picture.tags.add(tag)
    client.force_login(make_superuser())
    values = open_form(client, change_url(tag))

    with django_capture_on_commit_callbacks(execute=True):
        send(client, change_url(tag), values, name_en="Rivers")
    run_due_jobs()
    assert names(see(q="rivers")) == ["harvest"]
    assert names(see(q="water")) == []

    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("admin:publishing_tag_delete", args=[tag.pk]), {"post": "yes"})
    run_due_jobs()
    assert names(see(q="rivers")) == []


# --- Fifty thousand ------------------------------------------------------------------------------------

FEW, MANY = 500, 50_000


def multiply(times):
    """As many rows again as there are pictures, so many times: copies in the database, which takes a second or two."""
    columns = [column.column for column in Picture._meta.concrete_fields if column.column != "id"]
    values = ["substr(token, 1, 14) || i" if column == "token" else column for column in columns]
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {times}) "  # noqa: S608
            f"INSERT INTO media_library_picture ({', '.join(columns)}) "
            f"SELECT {', '.join(values)} FROM media_library_picture CROSS JOIN n"
        )


def give_words():
    """Words that a search meets: one that all pictures have, one that a fifth has, and one that seventy have."""
    words = {"'everywhere'": "", "'often' || (id % 5)": "", "'seldom'": "ORDER BY id LIMIT 70"}
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM media_library_pictureword")
        for word, which in words.items():
            cursor.execute(
                f"INSERT INTO media_library_pictureword (picture_id, word) "  # noqa: S608
                f"SELECT id, {word} FROM media_library_picture {which}"
            )
        if connection.vendor == "postgresql":  # it does so by itself, a little later; SQLite goes by its own guesses
            cursor.execute("ANALYZE")


def test_fifty_thousand_pictures_are_as_fast_as_five_hundred(client):
    """
    The same queries, and at most twice the time, measured in one run.

    The fastest of several rounds counts, since whatever else the machine does
    makes a round slower: as many as are needed to see that it is fast enough.
    """
    client.force_login(make_staff("editor"))
    asked = {
        "list": (LIBRARY, {}),
        "by name": (LIBRARY, {"sort": "name"}),
        "picker": (PICKER, {"choice": "x"}),
        "common word": (LIBRARY, {"q": "every"}),
        "two words": (LIBRARY, {"q": "everywhere often3"}),
        "rare word": (PICKER, {"q": "seldom"}),
        "nothing": (LIBRARY, {"q": "everywhere nowhere"}),
    }

    def fastest(path, query, *, rounds, enough=0):
        best = None
        for number in range(rounds):
            with CaptureQueriesContext(connection) as caught:
                start = time.perf_counter()
                assert client.get(path, query).status_code == 200
                took = time.perf_counter() - start
            best = took if best is None else min(best, took)
            if number >= 4 and best < enough:
                break
        return len(caught), best

    many(FEW, alt_text_en="Seen")
    give_words()
    few = {name: fastest(*one, rounds=7) for name, one in asked.items()}
    multiply(MANY // FEW - 1)
    give_words()

    assert Picture.objects.count() == MANY
    for name, one in asked.items():
        queries, limit = few[name][0], 2 * few[name][1]
        count, took = fastest(*one, rounds=50, enough=limit)
        assert count == queries, name
        assert took < limit, f"{name}: {1000 * took:.0f} ms, with {FEW} pictures {500 * limit:.0f} ms"
