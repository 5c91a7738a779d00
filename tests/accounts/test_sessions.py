"""A session that was ended is over: in the store, at once, and for good."""

import io

import pytest
from django.conf import settings
from django.contrib.auth.management.commands import changepassword
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.test import Client

from accounts import sessions, workflow
from accounts.models import StaffSession, User
from tests.builders import make_article, make_staff, make_superuser, publish

pytestmark = pytest.mark.django_db


def signed_in(person):
    client = Client()
    client.force_login(person)
    assert client.get("/admin/").status_code == 200
    return client


def cookie_of(client):
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def is_in(client, cookie):
    """Whether a cookie that was kept elsewhere still opens the admin."""
    thief = Client()
    thief.cookies[settings.SESSION_COOKIE_NAME] = cookie
    return thief.get("/admin/").status_code == 200


ENDINGS = {
    "deactivated": lambda person, by: workflow.deactivate(person, by=by),
    "roles changed": lambda person, by: workflow.set_roles(person, [("editor", "tr", None)], by=by),
    "made a superuser": lambda person, by: workflow.set_powers(
        person, is_superuser=True, is_staff=True, groups=[], user_permissions=[], by=by
    ),
    "second factor removed": lambda person, by: workflow.reset_factors(person, by=by),
    "all sessions ended": lambda person, by: workflow.end_sessions(person, by=by),
}


@pytest.mark.parametrize("has_row", [True, False], ids=["known", "unknown to the list of sessions"])
@pytest.mark.parametrize("ending", ENDINGS)
def test_all_sessions_of_a_person_end_at_once_and_those_of_others_stay(ending, has_row):
    by, person, other = make_superuser(), make_staff("reporter"), make_staff("reporter")
    first, second, elsewhere = signed_in(person), signed_in(person), signed_in(other)
    if not has_row:
        StaffSession.objects.all().delete()
    cookies = [cookie_of(first), cookie_of(second)]
    ENDINGS[ending](person, by)

    assert not any(is_in(client, cookie) for client, cookie in zip((first, second), cookies, strict=True))
    assert is_in(elsewhere, cookie_of(elsewhere))
    if has_row:
        assert not Session.objects.filter(session_key__in=cookies).exists()
    assert not StaffSession.objects.filter(user=person).exists()


@pytest.mark.parametrize("has_row", [True, False], ids=["known", "unknown to the list of sessions"])
def test_an_old_cookie_does_not_work_after_the_account_is_active_again(has_row):
    by, person = make_superuser(), make_staff("reporter")
    client = signed_in(person)
    cookie = cookie_of(client)
    if not has_row:
        StaffSession.objects.all().delete()
    workflow.deactivate(person, by=by)
    workflow.reactivate(person, by=by)
    assert not is_in(client, cookie)
    assert signed_in(User.objects.get(pk=person.pk))


@pytest.mark.parametrize("way", ["command", "shell"])
def test_a_new_password_ends_sessions_however_it_was_set(way, monkeypatch):
    person = make_staff("reporter", username="karim")
    cookie = cookie_of(signed_in(person))
    if way == "command":
        monkeypatch.setattr(changepassword.getpass, "getpass", lambda prompt: "teapot gravel nineteen umbrella")
        call_command("changepassword", "karim", stdout=io.StringIO())
    else:
        person.set_password("teapot gravel nineteen umbrella")
        person.save()
    assert not is_in(None, cookie)


def test_deactivating_by_the_shell_shuts_out_at_once():
    person = make_staff("reporter")
    cookie = cookie_of(signed_in(person))
    User.objects.filter(pk=person.pk).update(is_active=False)
    assert not is_in(None, cookie)


def test_somebody_who_signs_out_everywhere_may_stay_where_they_are(rf):
    person = make_staff("reporter")
    here, elsewhere = signed_in(person), signed_in(person)
    request = rf.get("/")
    request.session, request.user = here.session, User.objects.get(pk=person.pk)
    sessions.end_sessions(person, but=request)
    request.session.save()
    assert not is_in(None, cookie_of(elsewhere))
    assert is_in(None, request.session.session_key)


def test_readers_with_an_old_cookie_read_on():
    person = make_staff("reporter")
    client = signed_in(person)
    article = publish(make_article(), "en")
    workflow.deactivate(person, by=make_superuser())
    response = client.get(article.editions.get(language="en").get_absolute_url())
    assert response.status_code == 200
    # A session, and be it over, is never anybody's page to keep.
    assert "private" in response["Cache-Control"]
    assert not response.cookies
