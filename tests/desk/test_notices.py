"""What people are told, in the admin and by e-mail."""

import smtplib
from datetime import timedelta

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from accounts.models import User
from desk.mails import send_waiting_mails
from desk.models import Notice, NoticeChoice
from desk.notices import notify, unread_count, who_may
from publishing import workflow
from tests.builders import make_article, make_category, make_staff, make_superuser, make_user, publish, write
from tests.jobs import run_due_jobs

pytestmark = pytest.mark.django_db

Kind = Notice.Kind


def told(kind):
    """User names of those who were told."""
    return set(Notice.objects.filter(kind=kind).values_list("user__username", flat=True))


def choose(user, kind, **ways):
    NoticeChoice.objects.create(user=user, kind=kind, **ways)


def submitted(article, by, language="en"):
    write(article, language, by=by)
    workflow.submit(article, language=language, by=by)
    return article


# --- Whom a step concerns -----------------------------------------------------------


def test_a_submitted_text_waits_for_everybody_who_may_approve_it_and_nobody_else():
    section = make_category()
    article = make_article(category=make_category(parent=section))
    make_staff("editor", username="everywhere")
    make_staff("publisher", username="section", category=section)
    make_staff("editor", username="turkish", language="tr")
    make_staff("editor", username="elsewhere", category=make_category())
    make_staff("editor", username="gone", is_active=False)
    make_staff("reporter", username="reporter")
    make_superuser(username="root")

    submitted(article, make_staff("editor", username="author"))

    assert told(Kind.WAITING) == {"everywhere", "section"}


def test_a_superuser_is_asked_only_when_nobody_else_may():
    make_superuser(username="root")

    submitted(make_article(), make_staff("reporter"))

    assert told(Kind.WAITING) == {"root"}


def test_a_superuser_is_asked_when_the_only_editor_wrote_it():
    make_superuser(username="root")
    article = make_article(category=make_category(needs_second_person=True))

    submitted(article, make_staff("editor"))

    assert told(Kind.WAITING) == {"root"}


def test_where_a_second_person_is_needed_its_authors_are_not_asked_to_approve():
    article = make_article(category=make_category(needs_second_person=True))
    write(article, "en", by=make_staff("editor", username="coauthor"))
    make_staff("editor", username="other")

    submitted(article, make_staff("reporter"))

    assert told(Kind.WAITING) == {"other"}


@pytest.mark.parametrize("action", ["view", "change", "approve", "publish"])
@pytest.mark.parametrize("language", ["en", "tr"])
def test_asking_the_database_gives_the_same_answer_as_asking_for_each_person(action, language):
    section = make_category()
    article = make_article(category=make_category(parent=section))
    make_staff("admin")
    for role in ("reporter", "translator", "editor", "publisher"):
        for facts in ({}, {"language": "tr"}, {"category": section}, {"category": make_category()}):
            make_staff(role, **facts)
    make_user()

    found = set(User.objects.filter(who_may(article, action, language)))

    assert found == {user for user in User.objects.all() if workflow.may(user, article, language, action)}


def test_a_text_that_is_sent_back_reaches_its_author_with_the_reason():
    author, assignee, submitter = make_staff("reporter"), make_staff("reporter"), make_staff("reporter")
    article = make_article()
    workflow.assign(article, language="en", by=None, assignee=assignee)
    write(article, "en", by=author)
    workflow.submit(article, language="en", by=submitter)

    workflow.send_back(article, language="en", by=make_staff("editor"), note="Who says so?")

    assert told(Kind.SENT_BACK) == {author.username, assignee.username, submitter.username}
    assert set(Notice.objects.filter(kind=Kind.SENT_BACK).values_list("text", flat=True)) == {"Who says so?"}


def test_whoever_is_given_a_text_is_told_and_whoever_takes_one_is_not():
    article, me = make_article(), make_staff("translator", language="tr")

    workflow.assign(article, language="tr", by=make_staff("editor"), assignee=me)
    workflow.assign(article, language="tr", by=me, assignee=me)

    assert Notice.objects.get(user=me).kind == Kind.ASSIGNMENT


def test_every_publisher_is_told_of_an_approval_without_a_second_person_and_at_once(
    django_capture_on_commit_callbacks,
):
    author = make_staff("publisher")
    article = make_article(category=make_category(needs_second_person=True))
    other = make_staff("publisher", username="other", email="other@example.org")
    submitted(article, author)
    mail.outbox.clear()

    with django_capture_on_commit_callbacks(execute=True):
        workflow.approve(article, language="en", by=author, override_reason="Nobody else is awake")
    run_due_jobs()

    assert told(Kind.EMERGENCY) == {"other"}
    assert Notice.objects.get(kind=Kind.EMERGENCY).text == "Nobody else is awake"
    assert [message.to for message in mail.outbox] == [[other.email]]


def test_a_translator_is_told_when_the_source_is_published_anew():
    translator = make_staff("translator", language="tr")
    article = make_article(source_language="en")
    write(article, "en")
    publish(article, "en")
    write(article, "tr", by=translator)
    assert told(Kind.SOURCE_CHANGED) == set()

    write(article, "en", body="<p>New.</p>")
    publish(article, "en")

    assert told(Kind.SOURCE_CHANGED) == {translator.username}


def test_a_corrected_source_says_so_once_to_whoever_has_the_translation():
    author, translator = make_staff("translator", language="tr"), make_staff("translator", language="tr")
    article = make_article(source_language="en")
    write(article, "en")
    publish(article, "en")
    write(article, "tr", by=author)
    publish(article, "tr")
    workflow.assign(article, language="tr", by=None, assignee=translator)

    write(article, "en", body="<p>Corrected.</p>")
    workflow.publish(article, language="en", by=None, change="correction", public_note="It was two.")

    assert Notice.objects.filter(kind=Kind.SOURCE_CHANGED).count() == 1
    assert told(Kind.SOURCE_CHANGED) == {translator.username}


def test_what_waits_and_is_unread_is_said_once():
    article, author, editor = make_article(), make_staff("reporter"), make_staff("editor")

    submitted(article, author)
    workflow.send_back(article, language="en", by=None, note="More")
    submitted(article, author)

    assert Notice.objects.filter(user=editor, kind=Kind.WAITING).count() == 1


def test_what_waits_again_after_i_read_it_is_said_again():
    article, author, editor = make_article(), make_staff("reporter"), make_staff("editor")
    submitted(article, author)
    Notice.objects.update(read_at=timezone.now() + timedelta(seconds=1), waits_for_mail=False)
    workflow.send_back(article, language="en", by=None, note="More")
    submitted(article, author)

    assert unread_count(editor) == 1
    assert Notice.objects.filter(user=editor).count() == 2


def test_a_step_that_fails_tells_nobody():
    article = make_article(title_en="")
    make_staff("editor")

    with pytest.raises(workflow.ValidationError):
        workflow.submit(article, language="en", by=make_staff("reporter"))

    assert not Notice.objects.exists()


def test_many_editors_cost_few_queries():
    def queries():
        article, author = make_article(), make_staff("reporter")
        write(article, "en", by=author)
        with CaptureQueriesContext(connection) as captured:
            workflow.submit(article, language="en", by=author)
        return len(captured)

    for _number in range(3):
        make_staff("editor")
    few = queries()
    for _number in range(27):
        make_staff("editor")
    assert queries() <= few


# --- Each person chooses ------------------------------------------------------------


@pytest.mark.parametrize(
    ("in_admin", "by_mail", "unread", "mails"), [(1, 1, 1, 1), (1, 0, 1, 0), (0, 1, 0, 1), (0, 0, 0, 0)]
)
def test_i_am_told_in_the_ways_that_i_chose(client, in_admin, by_mail, unread, mails):
    me = make_staff("editor")
    choose(me, Kind.MENTION, in_admin=bool(in_admin), by_mail=bool(by_mail))

    notify(me, Kind.MENTION, make_article(title_en="About water"), "en", by=make_staff("editor"), text="Look")
    send_waiting_mails.func()

    assert unread_count(me) == unread
    assert len(mail.outbox) == mails
    client.force_login(me)
    page = client.get(reverse("admin:desk_notices")).content.decode()
    assert ("About water" in page) == bool(unread)


def test_my_choices_are_kept_and_shown(client):
    me = make_staff("editor")
    client.force_login(me)
    url = reverse("admin:desk_notice_choices")
    page = client.get(url)
    boxes = list(page.context["form"].fields)
    assert len(boxes) == 2 * len(Kind)

    client.post(url, {boxes[1]: "on"})
    client.post(url, {boxes[1]: "on"})

    assert NoticeChoice.objects.filter(user=me).count() == len(Kind)
    assert NoticeChoice.objects.filter(user=me, by_mail=True).count() == 1
    assert not NoticeChoice.objects.filter(user=me, in_admin=True).exists()


def test_switching_everything_off_is_a_choice_too(client):
    me = make_staff("editor")
    client.force_login(me)

    client.post(reverse("admin:desk_notice_choices"), {})

    assert NoticeChoice.objects.filter(user=me, in_admin=False, by_mail=False).count() == len(Kind)


# --- In the admin -------------------------------------------------------------------


def test_opening_a_notice_marks_it_read_and_leads_to_the_text(client):
    me, article = make_staff("editor"), make_article()
    notify(me, Kind.SENT_BACK, article, "tr", text="More")
    client.force_login(me)

    response = client.get(reverse("admin:desk_open_notice", args=[Notice.objects.get().pk]))

    assert response.url == reverse("admin:articles_article_change", args=[article.pk]) + "#tr"
    assert unread_count(me) == 0


def test_a_mention_leads_to_the_comments(client):
    me, article = make_staff("editor"), make_article()
    notify(me, Kind.MENTION, article, "tr", text="Look")
    client.force_login(me)

    response = client.get(reverse("admin:desk_open_notice", args=[Notice.objects.get().pk]))

    assert response.url == reverse("admin:desk_comments", args=["articles.article", article.pk, "tr"])


def test_i_cannot_open_somebody_elses_notice(client):
    notify(make_staff("editor"), Kind.MENTION, make_article(), "en")
    client.force_login(make_staff("editor"))

    assert client.get(reverse("admin:desk_open_notice", args=[Notice.objects.get().pk])).status_code == 404
    assert Notice.objects.get().read_at is None


def test_unread_notices_come_first(client):
    me = make_staff("editor")
    notify(me, Kind.MENTION, make_article(title_en="Unread one"), "en")
    notify(me, Kind.MENTION, make_article(title_en="Read one"), "en")
    Notice.objects.order_by("pk").filter(pk=Notice.objects.order_by("pk").last().pk).update(
        read_at=timezone.now() + timedelta(seconds=1)
    )
    client.force_login(me)

    page = client.get(reverse("admin:desk_notices")).content.decode()

    assert page.index("Unread one") < page.index("Read one")


def test_what_i_may_not_see_any_more_does_not_show_its_title(client):
    me = make_staff("editor", category=make_category())
    notify(me, Kind.MENTION, make_article(title_en="Secret plan"), "en", text="Secret words")
    client.force_login(me)

    page = client.get(reverse("admin:desk_notices")).content.decode()
    send_waiting_mails.func()

    assert "Secret" not in page
    assert not mail.outbox


def test_a_notice_of_something_deleted_harms_nothing(client):
    me, article = make_staff("editor"), make_article()
    notify(me, Kind.MENTION, article, "en")
    Notice.objects.update(item_id=0)
    client.force_login(me)

    assert client.get(reverse("admin:desk_notices")).status_code == 200
    assert client.get(reverse("admin:desk_open_notice", args=[Notice.objects.get().pk])).status_code == 302
    send_waiting_mails.func()
    assert not mail.outbox


def test_thirty_notices_need_no_more_queries_than_three(client):
    me = make_staff("editor", category=make_category())
    client.force_login(me)
    section = me.role_assignments.get().category

    def queries():
        with CaptureQueriesContext(connection) as captured:
            client.get(reverse("admin:desk_notices"))
        return len(captured)

    def add(count):
        for _number in range(count):
            notify(me, Kind.MENTION, make_article(category=section), "en", by=make_staff("editor"))

    add(3)
    few = queries()
    add(27)
    assert queries() == few


# --- By e-mail ------------------------------------------------------------------------


def test_three_notices_make_one_mail():
    me, article = make_staff("editor"), make_article(title_en="Water", title_ar="ماء")
    for language in ("en", "ar", "tr"):
        notify(me, Kind.MENTION, article, language, by=make_staff("editor", display_name="Rima"), text="Look here")

    send_waiting_mails.func()

    (message,) = mail.outbox
    assert message.to == [me.email]
    assert "3" in message.subject
    assert "Water" in message.body
    assert "ماء" in message.body
    assert message.body.count("Look here") == 3
    assert message.body.count("Rima") == 3


def test_the_mail_is_written_in_its_receivers_language():
    me = make_staff("editor", interface_language="ar")
    notify(me, Kind.ASSIGNMENT, make_article(title_tr="Su"), "tr", by=make_staff("editor"))

    send_waiting_mails.func()

    (message,) = mail.outbox
    assert "\u2068Su\u2069" in message.body
    assert message.extra_headers.get("Content-Language") == "ar"


def test_links_in_mails_say_where_the_site_is(settings):
    settings.NEWSROOM_SITE_URL = "https://news.example.org"
    notify(make_staff("editor"), Kind.ASSIGNMENT, make_article(), "tr", by=make_staff("editor"))

    send_waiting_mails.func()

    address = reverse("admin:desk_open_notice", args=[Notice.objects.get().pk])
    assert f"https://news.example.org{address}" in mail.outbox[0].body


def test_running_twice_sends_once():
    notify(make_staff("editor"), Kind.MENTION, make_article(), "en", by=make_staff("editor"))

    send_waiting_mails.func()
    send_waiting_mails.func()

    assert len(mail.outbox) == 1


def test_notices_wait_some_minutes_for_one_another(django_capture_on_commit_callbacks):
    me, article = make_staff("editor"), make_article()
    with django_capture_on_commit_callbacks(execute=True):
        notify(me, Kind.MENTION, article, "en", by=make_staff("editor"))

    job = DBTaskResult.objects.get()
    assert timedelta(minutes=4) < job.run_after - timezone.now() <= timedelta(minutes=5)
    run_due_jobs()
    assert not mail.outbox


def test_when_nobody_wants_mail_no_job_is_asked_for(django_capture_on_commit_callbacks):
    me = make_staff("editor")
    choose(me, Kind.MENTION, by_mail=False)

    with django_capture_on_commit_callbacks(execute=True):
        notify(me, Kind.MENTION, make_article(), "en", by=make_staff("editor"))

    assert not DBTaskResult.objects.exists()


@pytest.mark.parametrize("error", [smtplib.SMTPServerDisconnected("gone"), ConnectionRefusedError()])
def test_a_mail_that_could_not_be_sent_is_tried_again_and_others_get_theirs(monkeypatch, error):
    unlucky, lucky = make_staff("editor"), make_staff("editor")
    for user in (unlucky, lucky):
        notify(user, Kind.MENTION, make_article(), "en", by=make_staff("editor"))
    send = EmailBackend.send_messages

    def refuse(backend, messages):
        if messages[0].to == [unlucky.email]:
            raise error
        return send(backend, messages)

    with monkeypatch.context() as patch:
        patch.setattr(EmailBackend, "send_messages", refuse)
        send_waiting_mails.func()
    assert [message.to for message in mail.outbox] == [[lucky.email]]
    assert DBTaskResult.objects.filter(run_after__gt=timezone.now()).exists()

    send_waiting_mails.func()

    assert [message.to for message in mail.outbox] == [[lucky.email], [unlucky.email]]


def test_what_could_not_be_sent_for_days_is_given_up():
    notify(make_staff("editor"), Kind.MENTION, make_article(), "en", by=make_staff("editor"))
    Notice.objects.update(created_at=timezone.now() - timedelta(days=3))

    send_waiting_mails.func()

    assert not mail.outbox
    assert not Notice.objects.filter(waits_for_mail=True).exists()


def test_a_line_break_in_a_title_or_name_forges_no_header():
    me, forger = make_staff("editor"), make_staff("editor", display_name="Rima\nBcc: all@example.org")
    article = make_article(title_en="Water\r\nBcc: all@example.org\u2069\u202e")

    notify(me, Kind.MENTION, article, "en", by=forger, text="x")
    send_waiting_mails.func()

    (message,) = mail.outbox
    assert "\n" not in message.subject
    assert "Bcc" not in message.message()
    assert message.recipients() == [me.email]
    assert "\u202e" not in message.subject


def test_whoever_left_gets_no_mail():
    me = make_staff("editor")
    notify(me, Kind.MENTION, make_article(), "en", by=make_staff("editor"))
    User.objects.filter(pk=me.pk).update(is_active=False)

    send_waiting_mails.func()

    assert not mail.outbox
