"""Collections: folders within folders, and closed ones, which are not there for those who may not see them."""

import re

import pytest
from django.urls import reverse

from media_library.models import Collection, Picture
from tests.builders import make_album, make_picture, make_staff, make_superuser
from tests.desk.forms import change_url, open_form, send

pytestmark = pytest.mark.django_db

LIST = reverse("admin:media_library_collection_changelist")
ADD = reverse("admin:media_library_collection_add")


def make_collection(name, parent=None, *, members=None):
    """A collection; a closed one if `members` are given."""
    collection = Collection.objects.create(name=name, parent=parent, is_closed=members is not None)
    collection.members.set(members or [])
    return collection


def see(client, user, path=LIST):
    client.force_login(user)
    response = client.get(path, follow=True)
    assert response.status_code == 200
    return response.content.decode()


def names(page):
    return re.findall(r'<th class="field-indented_name"><a[^>]*>(.*?)</a>', page)


def test_what_is_below_a_closed_collection_is_closed_with_it():
    member, other = make_staff("editor"), make_staff("editor")
    closed = make_collection("Closed", members=[member])
    below = make_collection("Below", closed)
    inner = make_collection("Inner", below, members=[other])
    open_ = make_collection("Open")

    assert Collection.objects.closed_to(other) == {closed.pk, below.pk, inner.pk}
    assert Collection.objects.closed_to(member) == {inner.pk}
    assert Collection.objects.closed_to(make_superuser()) == set()
    assert set(Collection.objects.visible_to(other)) == {open_}


def test_it_takes_one_query_to_know_what_is_closed(django_assert_num_queries):
    user = make_staff("editor")
    for number in range(10):
        make_collection("Below", make_collection(f"Folder {number}", members=[]))

    with django_assert_num_queries(1):
        assert len(Collection.objects.closed_to(user)) == 20


def test_the_list_shows_what_lies_within_what_and_who_may_see_it(client):
    member = make_staff("editor", display_name="Layla Haddad")
    field = make_collection("Field")
    make_collection("Area", make_collection("North", field))
    make_collection("Archive")
    make_collection("Sources", members=[member])

    page = see(client, member)
    assert names(page) == ["Archive", "Field", "– North", "– – Area", "Sources"]
    assert "Layla Haddad" in page
    assert "Sources" not in see(client, make_staff("editor"))


def test_whoever_closes_a_collection_still_sees_it(client):
    editor, colleague = make_staff("editor"), make_staff("reporter")
    client.force_login(editor)

    client.post(ADD, {"name": "Sources", "is_closed": "on", "members": [colleague.pk]})

    assert set(Collection.objects.get().members.all()) == {editor, colleague}


def test_nobody_opens_or_changes_a_collection_that_is_closed_to_them(client):
    closed = make_collection("Sources", members=[])
    client.force_login(make_staff("editor"))

    response = client.post(change_url(closed), {"name": "Taken over"}, follow=True)

    assert "Sources" not in response.content.decode()
    assert Collection.objects.get().name == "Sources"
    assert client.post(ADD, {"name": "Mine", "parent": closed.pk}).status_code == 200
    assert Collection.objects.count() == 1


def test_nobody_moves_anything_into_a_collection_closed_to_them(client):
    closed, open_ = make_collection("Sources", members=[]), make_collection("Field")
    picture, album = make_picture(), make_album([])
    client.force_login(make_staff("editor"))

    for thing in (picture, album):
        values = open_form(client, change_url(thing))
        assert "Sources" not in client.get(change_url(thing)).content.decode()
        assert send(client, change_url(thing), values, collection=closed.pk).status_code == 200
        assert send(client, change_url(thing), values, collection=open_.pk).status_code == 302
        thing.refresh_from_db()
        assert thing.collection == open_


def test_a_reporter_may_look_at_a_collection_and_not_change_it(client):
    field = make_collection("Field")
    reporter = make_staff("reporter")

    assert "Field" in see(client, reporter, change_url(field))
    assert client.post(change_url(field), {"name": "Mine"}).status_code == 403


def test_two_in_the_same_place_have_different_names(client):
    field = make_collection("Field")
    make_collection("North", field)
    client.force_login(make_superuser())

    for facts in ({"name": "Field"}, {"name": "North", "parent": field.pk}):
        assert "There is a collection of this name in the same place" in client.post(ADD, facts).content.decode()
    client.post(ADD, {"name": "Field", "parent": field.pk})
    assert Collection.objects.count() == 3


def test_a_collection_does_not_go_into_itself(client):
    field = make_collection("Field")
    north = make_collection("North", field)
    client.force_login(make_superuser())

    response = client.post(change_url(field), {"name": "Field", "parent": north.pk})

    assert response.status_code == 200
    assert Collection.objects.get(name="Field").parent is None


def test_only_an_empty_collection_is_deleted(client):
    field = make_collection("Field")
    make_collection("North", field)
    make_picture(collection=field)
    make_picture(collection=field)
    url = reverse("admin:media_library_collection_delete", args=[field.pk])
    client.force_login(make_superuser())

    for response in (client.get(url, follow=True), client.post(url, {"post": "yes"}, follow=True)):
        page = response.content.decode()
        assert "“Field” is not empty. Move or delete what is in it first: Pictures: 2, Collections: 1." in page
    assert Collection.objects.count() == 2

    Picture.objects.update(collection=None)
    Collection.objects.get(name="North").delete()
    client.post(url, {"post": "yes"})
    assert not Collection.objects.exists()
