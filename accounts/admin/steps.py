"""What admins do to an account besides changing it: each is asked once more, on a page that says what happens."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts import workflow


@dataclass(frozen=True)
class Step:
    """One button of somebody's page. `function(person, by=, request=)` does it."""

    title: Any
    # What happens, a sentence each.
    effects: tuple
    submit: Any
    done: Any
    function: Callable
    applies: Callable = lambda person: person.is_active
    is_grave: bool = False


STEPS = {
    "end-sessions": Step(
        _("End all sessions"),
        (
            _("They are signed out on all devices at once. Work that is not saved stays in their browser."),
            _("They can sign in again with their password."),
        ),
        _("End all sessions"),
        _("All sessions of %(person)s are over."),
        workflow.end_sessions,
    ),
    "send-reset-link": Step(
        _("Send a link to a new password"),
        (
            _("They get a mail with a link with which they choose a new password. It works once."),
            _("Their present password works until then, and they stay signed in."),
        ),
        _("Send the link"),
        _("The link for %(person)s is on its way."),
        workflow.send_reset_link,
    ),
    "reset-factors": Step(
        _("Remove the second factors"),
        (
            _("Do this only when you have talked to them: who asks by mail may be somebody else."),
            _("Their authenticator app, passkeys and recovery codes stop working, and they are signed out everywhere."),
            _("They are told by e-mail. At the next sign-in they set up a new one if their work needs it."),
        ),
        _("Remove the second factors"),
        _("The second factors of %(person)s are removed."),
        workflow.reset_factors,
        is_grave=True,
    ),
    "deactivate": Step(
        _("Deactivate the account"),
        (
            _("They are signed out on all devices at once and cannot sign in any more."),
            _("Invitations that they sent do not work any more."),
            _("Nothing of their work is lost, and their roles are kept: you can activate the account again."),
        ),
        _("Deactivate the account"),
        _("The account of %(person)s is deactivated."),
        workflow.deactivate,
        is_grave=True,
    ),
    "activate": Step(
        _("Activate the account again"),
        (
            _("They can sign in again, with the password and the roles that they had."),
            _("Sessions from before stay over."),
        ),
        _("Activate the account"),
        _("The account of %(person)s is active again."),
        workflow.reactivate,
        applies=lambda person: not person.is_active,
    ),
}
