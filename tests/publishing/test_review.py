"""From draft to approved: who may do what, in which language and section, and what happens when somebody was faster."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from articles.models import ArticleEdition
from publishing import workflow
from publishing.models import LogEntry
from tests.builders import make_article, make_category, make_page, make_staff, make_superuser, publish, write

pytestmark = pytest.mark.django_db

ROLES = ("reporter", "translator", "editor", "publisher", "admin")

# Step → the roles that may take it, on a text that is ready for it.
ALLOWED = {
    "submit": ROLES,
    "approve": ("editor", "publisher", "admin"),
    "send_back": ("editor", "publisher", "admin"),
    "publish": ("publisher", "admin"),
    "schedule": ("publisher", "admin"),
    "reschedule": ("publisher", "admin"),
    "unschedule": ("publisher", "admin"),
    "withdraw": ("publisher", "admin"),
    "retract": ("publisher", "admin"),
    "discard": ROLES,
    "mark_current": ROLES,
    "assign": ROLES,
}


def in_an_hour():
    return timezone.now() + timedelta(hours=1)


def ready_for(step, category):
    """An article whose Turkish text is ready for a step."""
    article = make_article(category=category, title_tr="Su", title_ar="ماء", source_language="ar")
    write(article, "tr", title="Su geldi")
    if step in {"approve", "send_back"}:
        workflow.submit(article, language="tr", by=None)
    if step in {"unschedule", "reschedule"}:
        workflow.schedule(article, language="tr", by=None, at=in_an_hour())
    if step in {"withdraw", "retract", "discard"}:
        publish(article, "tr")
    if step == "discard":
        write(article, "tr", title="Su gitti")
    return article


def take(step, article, by):
    facts = {
        "send_back": {"note": "Which district?"},
        "schedule": {"at": in_an_hour()},
        "reschedule": {"at": in_an_hour()},
        "retract": {"note": "Wrong"},
        "assign": {"assignee": None},
    }.get(step, {})
    return getattr(workflow, step)(article, language="tr", by=by, **facts)


@pytest.mark.parametrize("step", ALLOWED)
@pytest.mark.parametrize("role", ROLES)
def test_every_step_for_every_role_in_every_scope(step, role):
    above = make_category()
    section = make_category(parent=above)
    places = {"everywhere": None, "its section": section, "the section above": above, "another": make_category()}
    article = ready_for(step, section)
    for language in (None, "tr", "en"):
        for place, category in places.items():
            if role == "admin" and (language or category):
                continue  # an admin is one everywhere
            person = make_staff(role, language=language, category=category)
            is_allowed = role in ALLOWED[step] and language in {None, "tr"} and place != "another"
            if is_allowed:
                take(step, ready_for(step, section), person)
                continue
            before = article.editions.get(language="tr").seal
            with pytest.raises(PermissionDenied):
                take(step, article, person)
            assert article.editions.get(language="tr").seal == before, (language, place)


def test_a_person_without_any_role_may_nothing():
    article = ready_for("submit", make_category())
    for step in ALLOWED:
        with pytest.raises(PermissionDenied):
            take(step, article, make_staff("publisher", language="ku"))


def test_a_role_limited_to_a_section_does_not_reach_pages():
    with pytest.raises(PermissionDenied):
        workflow.publish(make_page(), language="tr", by=make_staff("publisher", category=make_category()))


def test_a_deactivated_person_may_nothing():
    person = make_staff("publisher", is_active=False)
    with pytest.raises(PermissionDenied):
        workflow.publish(ready_for("publish", make_category()), language="tr", by=person)


# --- The way of a text ----------------------------------------------------------


def test_from_draft_to_public_with_each_step_in_the_log():
    reporter, editor, publisher = make_staff("reporter"), make_staff("editor"), make_staff("publisher")
    article = make_article(title_ar="ماء")
    states = [write(article, "ar", by=reporter, title="الماء يعود").state]
    states.append(workflow.submit(article, language="ar", by=reporter, note="please check the figures").state)
    states.append(workflow.send_back(article, language="ar", by=editor, note="Which districts?").state)
    write(article, "ar", by=reporter, standfirst="حي الزيتون")
    workflow.submit(article, language="ar", by=reporter)
    states.append(workflow.approve(article, language="ar", by=editor).state)
    states.append(workflow.publish(article, language="ar", by=publisher).state)

    assert states == ["draft", "in_review", "draft", "approved", "published"]
    log = [(entry.step, entry.state_from, entry.state_to, entry.by) for entry in LogEntry.objects.order_by("pk")]
    assert log == [
        ("submit", "draft", "in_review", reporter),
        ("send_back", "in_review", "draft", editor),
        ("submit", "draft", "in_review", reporter),
        ("approve", "in_review", "approved", editor),
        ("publish", "approved", "published", publisher),
    ]


def test_every_save_and_step_of_a_text_is_a_version_with_author_and_note():
    reporter = make_staff("reporter")
    article = make_article(title_ar="ماء")
    write(article, "ar", by=reporter, title="الماء")
    write(article, "ar", by=reporter, title="الماء يعود", note="new figures")
    workflow.submit(article, language="ar", by=reporter)

    versions = article.editions.get().versions.order_by("number")
    assert [(v.kind, v.title, v.note, v.created_by) for v in versions] == [
        ("save", "الماء", "", reporter),
        ("save", "الماء يعود", "new figures", reporter),
        ("submission", "الماء يعود", "", reporter),
    ]


def test_sending_back_needs_a_comment():
    article = ready_for("send_back", make_category())
    with pytest.raises(ValidationError, match="Say what should be changed"):
        workflow.send_back(article, language="tr", by=None, note="  ")


def test_changing_an_approved_text_sends_only_that_language_back():
    article = make_article(title_ar="ماء", title_tr="Su")
    for language in ("ar", "tr"):
        write(article, language)
        workflow.submit(article, language=language, by=None)
        workflow.approve(article, language=language, by=None)

    write(article, "tr", title="Su geldi")

    states = dict(article.editions.values_list("language", "state"))
    assert states == {"ar": "approved", "tr": "in_review"}


def test_who_may_not_approve_publishes_only_what_was_approved():
    from django.contrib.auth.models import Permission

    from tests.builders import make_user

    person = make_user()
    person.user_permissions.add(Permission.objects.get(codename="publish_article"))
    article = ready_for("approve", make_category())
    with pytest.raises(ValidationError, match="not approved yet"):
        workflow.publish(article, language="tr", by=person)
    workflow.approve(article, language="tr", by=None)
    assert workflow.publish(article, language="tr", by=person).is_public


@pytest.mark.parametrize(
    ("steps", "message"),
    [
        (["submit", "submit"], "in review already"),
        (["approve"], "Submit it first"),
        (["submit", "approve", "approve"], "approved already"),
        (["submit", "approve", "submit"], "approved already"),
        (["send_back"], "nothing to send back"),
        (["unschedule"], "Nothing is scheduled"),
        (["reschedule"], "Nothing is scheduled"),
        (["withdraw"], "nothing to withdraw"),
        (["retract"], "nothing to retract"),
        (["discard"], "no changes to discard"),
        (["publish", "withdraw", "withdraw"], "nothing to withdraw"),
    ],
)
def test_a_step_out_of_order_or_twice_is_refused_with_a_sentence(steps, message):
    article = make_article(title_tr="Su", source_language="ar")
    write(article, "tr")
    for step in steps[:-1]:
        take(step, article, None)
    entries = LogEntry.objects.count()

    with pytest.raises(ValidationError, match=message):
        take(steps[-1], article, None)

    assert LogEntry.objects.count() == entries


@pytest.mark.parametrize("step", ["submit", "publish", "schedule"])
def test_a_text_that_was_changed_meanwhile_is_not_moved_on(step):
    colleague = make_staff("reporter", display_name="Ayşe")
    article = make_article(title_tr="Su")
    seen = write(article, "tr").seal
    write(article, "tr", by=colleague, title="Su geldi")

    facts = {"at": in_an_hour()} if step == "schedule" else {}
    with pytest.raises(ValidationError, match="Ayşe changed this text"):
        getattr(workflow, step)(article, language="tr", by=None, expected=seen, **facts)


def test_a_step_that_a_colleague_took_first_is_refused_with_what_happened():
    editor = make_staff("editor", display_name="Rojda")
    article = ready_for("approve", make_category())
    seen = article.editions.get(language="tr").seal
    workflow.approve(article, language="tr", by=editor)

    with pytest.raises(ValidationError, match="Rojda was faster .*“approved”"):
        workflow.approve(article, language="tr", by=None, expected=seen)


# --- Two persons ---------------------------------------------------------------


@pytest.fixture
def sensitive():
    return make_category(parent=make_category(needs_second_person=True))


@pytest.mark.parametrize("wrote", ["last edited", "wrote earlier"])
def test_nobody_approves_their_own_text_in_a_section_that_needs_two(sensitive, wrote):
    author = make_superuser()
    article = make_article(category=sensitive, title_tr="Su")
    write(article, "tr", by=author)
    if wrote == "wrote earlier":
        write(article, "tr", by=make_staff("reporter"), title="Su geldi")
    workflow.submit(article, language="tr", by=author)

    for step in ("approve", "publish"):
        with pytest.raises(ValidationError, match="needs a second person"):
            getattr(workflow, step)(article, language="tr", by=author)
    assert workflow.approve(article, language="tr", by=make_staff("editor")).state == "approved"


def test_in_other_sections_one_person_is_enough():
    editor = make_staff("editor")
    article = make_article(title_tr="Su")
    write(article, "tr", by=editor)
    workflow.submit(article, language="tr", by=editor)
    assert workflow.approve(article, language="tr", by=editor).state == "approved"


def test_in_an_emergency_a_publisher_approves_alone_with_a_reason(sensitive):
    publisher = make_staff("publisher")
    article = make_article(category=sensitive, title_tr="Su")
    write(article, "tr", by=publisher)

    edition = workflow.publish(article, language="tr", by=publisher, override_reason="Shelling, nobody else awake")

    assert edition.is_public
    entry = LogEntry.objects.get(step="override")
    assert (entry.by, entry.note) == (publisher, "Shelling, nobody else awake")


def test_an_editor_cannot_override(sensitive):
    editor = make_staff("editor")
    article = make_article(category=sensitive, title_tr="Su")
    write(article, "tr", by=editor)
    workflow.submit(article, language="tr", by=editor)
    with pytest.raises(PermissionDenied):
        workflow.approve(article, language="tr", by=editor, override_reason="I am in a hurry")


# --- Trash -----------------------------------------------------------------------


def test_what_is_public_or_scheduled_cannot_be_deleted_before_it_is_withdrawn():
    article = publish(make_article(title_ar="ماء", title_tr="Su"), "ar", "tr")
    workflow.withdraw(article, language="tr", by=None)
    with pytest.raises(ValidationError, match="العربية"):
        workflow.trash(article, by=make_staff("editor"))
    workflow.withdraw(article, language="ar", by=None)
    assert workflow.trash(article, by=make_staff("editor")).trashed_at


def test_the_trash_is_emptied_after_thirty_days_and_not_before():
    article = make_article(tags=())
    write(article, "tr", title="Su")
    publish(article, "ar")
    workflow.withdraw(article, language="ar", by=None)
    workflow.trash(article, by=None)

    assert workflow.empty_trash(now=timezone.now() + timedelta(days=29)) == 0
    assert workflow.empty_trash(now=timezone.now() + timedelta(days=31)) == 1
    assert not ArticleEdition.objects.exists()


def test_what_is_in_the_trash_comes_back_as_it_was_and_rests_until_then():
    article = make_article(title_tr="Su")
    write(article, "tr")
    workflow.trash(article, by=None)
    with pytest.raises(ValidationError, match="in the trash"):
        workflow.publish(article, language="tr", by=None)
    workflow.take_from_trash(article, by=make_staff("editor"))
    assert workflow.publish(article, language="tr", by=None).is_public
