"""What roles contain, in words and in a table: all of it, nothing else, and true."""

import pytest
from django.contrib.auth.models import Permission

from accounts.models import RoleAssignment
from accounts.rights import ACTIONS, OWN_WORDS, PARTS, scopes_of, table_of_roles
from accounts.roles import PERMISSIONS
from tests.builders import make_article, make_category, make_page, make_staff, make_superuser, make_user

pytestmark = pytest.mark.django_db

Role = RoleAssignment.Role


def cells():
    """(thing, action) → names of the roles that have it."""
    return {
        (thing.name, words): {label for label, may in row if may}
        for thing in table_of_roles()
        for words, row in thing.actions
    }


def words_for(person, place, thing):
    """What the screen says of one thing in one place."""
    found = [entry for name, things in places_of(person) if name == place for entry in things]
    return next((entry.actions for entry in found if thing in entry.name.casefold()), [])


def places_of(person):
    """What `scopes_of` says, without the marks that keep each name's direction."""
    return [(name.replace("\u2068", "").replace("\u2069", ""), things) for name, things in scopes_of(person)]


def test_the_table_holds_every_permission_of_every_role_once():
    told = sum(len(roles) * len(thing.split(", ")) for (thing, _words), roles in cells().items())
    held = [name for role in Role for name in PERMISSIONS[role] if model_of(name) not in PARTS]
    assert told == len(held)


def model_of(permission):
    app, _dot, codename = permission.partition(".")
    return f"{app}.{codename.partition('_')[2]}"


def test_the_table_says_who_publishes_and_who_does_not():
    publish = cells()["Articles", "publish, schedule and withdraw them"]
    assert publish == {"publisher", "admin"}
    assert cells()["Articles", "see them"] == {"reporter", "translator", "editor", "publisher", "admin"}


def test_every_permission_has_words():
    known = {*ACTIONS, *(action for _model, action in OWN_WORDS)}
    actions = {name.partition(".")[2].partition("_")[0] for role in Role for name in PERMISSIONS[role]}
    assert actions <= known


def test_the_table_is_one_for_screen_readers(client):
    client.force_login(make_staff("admin"))
    page = client.get("/admin/accounts/user/roles/").content.decode()
    assert page.count('scope="col"') == 1 + len(Role)
    assert 'scope="rowgroup"' in page
    assert '<span class="visually-hidden">yes</span>' in page


def test_a_role_in_one_language_is_told_for_that_language():
    person = make_staff("publisher", language="ar")
    said = words_for(person, "العربية", "articles")
    assert "publish, schedule and withdraw them" in said
    assert words_for(person, "Everywhere", "articles") == []


def test_what_several_roles_allow_in_one_place_is_told_together():
    section = make_category(name_en="Culture")
    person = make_staff("reporter", language="ar")
    person.role_assignments.create(role="publisher", language="ar", category=section)
    assert "approve them" not in words_for(person, "العربية", "articles")
    assert "approve them" in words_for(person, f"العربية · {section.name_en}", "articles")


PUBLISHED = {"articles": ("article", make_article), "pages": ("page", make_page)}


@pytest.mark.parametrize("thing", PUBLISHED)
@pytest.mark.parametrize(
    ("role", "limit"),
    [("admin", "none")]
    + [(role, limit) for role in Role if role != Role.ADMIN for limit in ("none", "language", "section", "both")],
)
def test_what_the_screen_says_is_what_holds(thing, role, limit):
    section = make_category(name_en="Culture")
    limits = {"language": "ar" if limit in {"language", "both"} else None}
    limits["category"] = section if limit in {"section", "both"} else None
    person = make_staff(role, **limits)
    model, make = PUBLISHED[thing]
    item = make(category=section) if thing == "articles" else make()
    place = places_of(person)[0][0]
    said = words_for(person, place, thing)
    for action in ("view", "add", "change", "approve", "publish", "delete"):
        asked = (item, None if action == "delete" else limits["language"])
        holds = person.has_perm(f"{thing}.{action}_{model}", asked)
        assert (str(ACTIONS[action]) in said) is holds, action


def test_what_a_group_or_a_permission_gives_is_told_too():
    person = make_user()
    person.user_permissions.add(Permission.objects.get(codename="publish_article"))
    assert words_for(person, "Everywhere", "articles") == ["publish, schedule and withdraw them"]


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (make_superuser, "may do everything"),
        (make_user, "has no role"),
        (lambda: make_staff("editor", is_active=False), "This account is deactivated"),
    ],
)
def test_the_screen_says_it_of_superusers_newcomers_and_those_who_left(client, make, words):
    person = make()
    client.force_login(make_superuser())
    assert words in client.get(f"/admin/accounts/user/{person.pk}/rights/").content.decode()
