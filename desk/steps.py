"""
The steps of the workflow as the desk shows them: names, questions, and which of them make sense for a text now.

What a step does and who may take it is in `publishing.workflow`; this is what
people see of it.
"""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.backends import may_in_some_section
from desk.step_forms import (
    ApproveForm,
    PublishForm,
    RetractForm,
    ScheduleForm,
    SendBackForm,
    StepForm,
    WithdrawForm,
)
from publishing.models import Edition
from publishing.workflow import may

State = Edition.State
Review = Edition.Review


@dataclass(frozen=True)
class Step:
    """One step: the right that it needs, the form that asks, and its words."""

    name: str
    action: str
    form: Any
    button: Any
    title: Any
    submit: Any
    done: Any
    explanation: Any


STEPS = {
    step.name: step
    for step in (
        Step(
            "submit",
            "change",
            StepForm,
            _("Submit for review…"),
            _("Submit in %(language)s?"),
            _("Submit for review"),
            _("“%(title)s” is in review in %(language)s."),
            _("Those who may approve it are told. You can still edit it."),
        ),
        Step(
            "send_back",
            "approve",
            SendBackForm,
            _("Send back…"),
            _("Send back in %(language)s"),
            _("Send back"),
            _("“%(title)s” went back to its author in %(language)s."),
            _("It is a draft again, and its author is told what you write here."),
        ),
        Step(
            "approve",
            "approve",
            ApproveForm,
            _("Approve…"),
            _("Approve in %(language)s?"),
            _("Approve"),
            _("“%(title)s” is approved in %(language)s."),
            _("The text as it is now may be published. If somebody changes it, it comes back to review."),
        ),
        Step(
            "publish",
            "publish",
            PublishForm,
            _("Publish…"),
            _("Publish in %(language)s?"),
            _("Publish now"),
            _("“%(title)s” is public in %(language)s."),
            _("Readers will see this text at once. Other languages stay as they are."),
        ),
        Step(
            "schedule",
            "publish",
            ScheduleForm,
            _("Schedule…"),
            _("Schedule in %(language)s"),
            _("Schedule"),
            _("“%(title)s” will go out in %(language)s as scheduled."),
            _(
                "This text, as it is now, goes out at the time that you choose. "
                "What is changed afterwards waits for the next publication."
            ),
        ),
        Step(
            "unschedule",
            "publish",
            StepForm,
            _("Cancel schedule…"),
            _("Cancel what is scheduled in %(language)s?"),
            _("Cancel schedule"),
            _("Nothing is scheduled for “%(title)s” in %(language)s any more."),
            _("Nothing happens by itself any more. The text stays as it is."),
        ),
        Step(
            "discard",
            "change",
            StepForm,
            _("Discard changes…"),
            _("Discard the changes in %(language)s?"),
            _("Discard changes"),
            _("The changes to “%(title)s” in %(language)s are discarded. They are kept in the history."),
            _("The text will be again what readers see. What you discard stays in the history and can be restored."),
        ),
        Step(
            "withdraw",
            "publish",
            WithdrawForm,
            _("Withdraw…"),
            _("Withdraw in %(language)s?"),
            _("Withdraw"),
            _("“%(title)s” was withdrawn in %(language)s."),
            _(
                "Readers will no longer find it: its address says that it was withdrawn. "
                "The text is kept, and can be published again."
            ),
        ),
        Step(
            "retract",
            "publish",
            RetractForm,
            _("Retract…"),
            _("Retract in %(language)s?"),
            _("Retract now"),
            _("“%(title)s” was retracted in %(language)s."),
            _("The address stays. In place of the text readers see that it was retracted, and why."),
        ),
    )
}


def possible_steps(user, item, language):
    """The steps that make sense for one language of an item as it is, and that `user` may take, in their order."""
    edition = item.edition_in(language) or item.editions.model(language=language)
    return [
        step
        for step in STEPS.values()
        if _makes_sense(step.name, edition, user, item) and may(user, item, language, step.action)
    ]


def first_steps(user, model, language):
    """What can be done with an item that is only being written, once it is saved."""
    app, name = model._meta.app_label, model._meta.model_name
    needed = {"submit": ["add"], "publish": ["approve", "publish"], "schedule": ["approve", "publish"]}
    return [
        STEPS[step]
        for step, actions in needed.items()
        if all(may_in_some_section(user, f"{app}.{action}_{name}", language) for action in actions)
    ]


def _makes_sense(name, edition, user, item):
    return {
        "submit": edition.review == Review.DRAFT and edition.has_news,
        "send_back": edition.review != Review.DRAFT and edition.has_news,
        "approve": edition.review == Review.IN_REVIEW,
        "publish": _can_go_out(edition, user, item),
        "schedule": _can_go_out(edition, user, item),
        "unschedule": bool(
            edition.upcoming_id
            or edition.current_state == State.SCHEDULED
            or edition.plans_withdrawal
            or edition.waits_to_go_out
        ),
        "discard": edition.has_unpublished_changes,
        "withdraw": edition.is_public and not edition.retracted_at,
        "retract": edition.is_public and not edition.retracted_at,
    }[name]


def _can_go_out(edition, user, item):
    """What is not approved can be published only by somebody who may approve it as well."""
    return edition.review == Review.APPROVED or may(user, item, edition.language, "approve")
