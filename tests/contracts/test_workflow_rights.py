"""Who may take which step: each role, in its section and language and elsewhere, by the functions themselves."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from publishing import workflow
from tests.builders import in_minutes, make_article, make_category, make_staff, make_user, publish, write

pytestmark = pytest.mark.django_db

WRITERS = {"reporter", "translator", "editor", "publisher", "admin"}
EDITORS = {"editor", "publisher", "admin"}
PUBLISHERS = {"publisher", "admin"}

# Step → the roles that may take it where they are at home. Nobody may elsewhere.
STEPS = {
    "restore": WRITERS,
    "discard": WRITERS,
    "mark_current": WRITERS,
    "submit": WRITERS,
    "assign": WRITERS,
    "send_back": EDITORS,
    "approve": EDITORS,
    "publish": PUBLISHERS,
    "schedule": PUBLISHERS,
    "reschedule": PUBLISHERS,
    "unschedule": PUBLISHERS,
    "withdraw": PUBLISHERS,
    "retract": PUBLISHERS,
    "revert": PUBLISHERS,
    "trash": EDITORS,
    "take_from_trash": EDITORS,
}

# What a step needs besides the item, the language and who acts.
NEEDS = {
    "schedule": {"at": in_minutes},
    "reschedule": {"at": in_minutes},
    "assign": {"assignee": lambda _minutes: None},
}


def may_take(step, item, person):
    """Whether the step fails, if at all, for another reason than rights."""
    facts = {name: make(60) for name, make in NEEDS.get(step, {}).items()}
    if step in ("restore", "revert"):
        facts["version"] = item.edition_in("ar").versions.first()
    if step not in ("trash", "take_from_trash"):
        facts["language"] = "ar"
    try:
        getattr(workflow, step)(item, by=person, **facts)
    except PermissionDenied:
        return False
    except ValidationError:
        return True
    return True


@pytest.fixture
def article():
    article = make_article(category=make_category(), source_language="en")
    write(article, "ar")
    return publish(article, "ar")


@pytest.mark.parametrize("step", STEPS)
def test_each_step_is_for_those_roles_alone(article, step):
    roles = sorted(WRITERS)
    # The trash takes all languages of an item: for that, a role must hold in all of them.
    home = {"category": article.category} | ({} if "trash" in step else {"language": "ar"})
    at_home = {role: make_staff(role, **({} if role == "admin" else home)) for role in roles}

    assert {role for role, person in at_home.items() if may_take(step, article, person)} == STEPS[step]


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("limit", ["language", "category"])
def test_nobody_takes_a_step_elsewhere(article, step, limit):
    elsewhere = {"language": "tr"} if limit == "language" else {"category": make_category()}

    for role in sorted(WRITERS - {"admin"}):
        assert not may_take(step, article, make_staff(role, **elsewhere)), role


@pytest.mark.parametrize("step", STEPS)
def test_nobody_takes_a_step_without_a_role_or_after_being_shut_out(article, step):
    assert not may_take(step, article, make_user())
    assert not may_take(step, article, make_staff("admin", is_active=False))
    assert not may_take(step, article, make_user(is_superuser=True, is_active=False))


def test_every_step_of_the_workflow_has_a_row_here():
    steps = {
        name
        for name, function in vars(workflow).items()
        if callable(function)
        and getattr(function, "__module__", "") == workflow.__name__
        and not name.startswith("_")
        and "by" in getattr(function, "__wrapped__", function).__code__.co_varnames
    }
    # No steps of somebody's own: what the form counts, a question, and what a lock-down does to all texts.
    assert steps - {"record_save", "needs_another_person", "take_back_plans"} == set(STEPS)
