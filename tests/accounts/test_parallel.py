"""Two people at the same moment: somebody can always let others in, and a link makes one account."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection

from accounts import invitations, workflow
from accounts.models import Invitation, User
from accounts.standing import active_admins
from tests.builders import make_staff

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*actions):
    """Does all of these in threads of their own, at the same moment; returns how many were not refused."""
    start = Barrier(len(actions))

    def act(action):
        start.wait()
        try:
            action()
        except (PermissionDenied, ValidationError):
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(len(actions)) as threads:
        return sum(threads.map(act, actions))


@pytest.mark.parametrize("step", ["deactivate", "demote"])
def test_two_admins_who_remove_one_another_leave_one(step):
    for _round in range(5):
        User.objects.all().delete()
        one, other = make_staff("admin"), make_staff("admin")
        do = {
            "deactivate": workflow.deactivate,
            "demote": lambda person, by: workflow.set_roles(person, [("editor", None, None)], by=by),
        }[step]
        done = at_once(lambda: do(one, by=other), lambda: do(other, by=one))  # noqa: B023
        assert done == 1
        assert active_admins().count() == 1


def test_a_link_that_is_used_twice_at_once_makes_one_account():
    invitation = workflow.invite(
        email="nujin@example.org", role="reporter", interface_language="en", by=make_staff("admin")
    )
    Invitation.objects.update(token_hash=invitations.hash_of("token"))

    def accept(username):
        workflow.accept_invitation(
            invitations.hash_of("token"),
            username=username,
            display_name=username,
            interface_language="en",
            password="teapot gravel nineteen umbrella",
        )

    assert at_once(lambda: accept("one"), lambda: accept("two")) == 1
    assert User.objects.filter(email="nujin@example.org").count() == 1
    assert Invitation.objects.get(pk=invitation.pk).account is not None


def test_two_admins_who_invite_the_same_person_at_once_send_one_invitation():
    one, other = make_staff("admin"), make_staff("admin")

    def invite(by):
        workflow.invite(email="nujin@example.org", role="reporter", interface_language="en", by=by)

    assert at_once(lambda: invite(one), lambda: invite(other)) == 1
    assert Invitation.objects.count() == 1
