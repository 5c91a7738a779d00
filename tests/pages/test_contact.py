"""The contact form: what readers send arrives, once, and nobody else reads it."""

import re
from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry as AdminLogEntry
from django.core import mail
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import AuditEntry, Counter
from pages import spam
from pages.models import ContactMessage, ContactTopic, SiteSettings
from tests.attacks import OWN, judge_page
from tests.builders import make_staff, make_superuser
from tests.jobs import run_due_jobs

pytestmark = pytest.mark.django_db

PATH = "/en/contact/"
WRITTEN = {
    "name": "Ayşe Yılmaz",
    "email": "ayse@example.org",
    "organisation": "The Daily",
    "text": "May I talk to the president?\n\nUntil Friday, please.",
}


@pytest.fixture(autouse=True)
def _site():
    SiteSettings.objects.update_or_create(pk=1, defaults={"name_en": "Coalition", "press_email": "press@example.org"})


@pytest.fixture
def receiver():
    return make_staff("reporter", username="berfin", interface_language="tr")


@pytest.fixture
def topic(receiver):
    topic = ContactTopic.objects.create(name_en="Interviews", name_ar="مقابلات", name_tr="Röportajlar")
    topic.receivers.add(receiver)
    return topic


@pytest.fixture
def _no_hurry(monkeypatch):
    monkeypatch.setattr(spam, "LEAST_AGE", timedelta(seconds=-1))


def token_in(response):
    return re.search(r'name="token" value="([^"]+)"', response.content.decode())[1]


def fill_in(client, topic, /, path=PATH, **changes):
    """Everything that a browser would send with a page of the form."""
    return WRITTEN | {"topic": topic.pk, "token": token_in(client.get(path)), spam.TRAP: ""} | changes


def write(client, topic, /, path=PATH, **changes):
    return client.post(path, fill_in(client, topic, path, **changes))


def assert_kept(response, written=WRITTEN):
    """Nothing that was typed is lost: it stands in the form that is shown again."""
    form = response.context["form"]
    for name, typed in written.items():
        assert form[name].value() == typed
    assert written["email"] in response.content.decode()


# --- A message arrives ----------------------------------------------------------------


@pytest.mark.usefixtures("_no_hurry")
def test_a_message_is_kept_and_the_reader_is_thanked_on_a_page_of_its_own(client, topic):
    response = write(client, topic)

    assert response.status_code == 302
    assert response["Location"] == "/en/contact/sent/"
    message = ContactMessage.objects.get()
    assert (message.topic, message.language, message.name) == (topic, "en", "Ayşe Yılmaz")
    assert message.text == WRITTEN["text"]
    thanks = client.get(response["Location"])
    assert "Your message has arrived" in thanks.content.decode()
    assert not thanks.cookies


@pytest.mark.usefixtures("_no_hurry")
def test_the_press_office_gets_it_by_mail_and_answers_to_the_reader(client, topic, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        write(client, topic)
    run_due_jobs()

    to_office = next(one for one in mail.outbox if one.to == ["press@example.org"])
    assert to_office.reply_to == ["ayse@example.org"]
    assert "Interviews" in to_office.subject
    assert "Until Friday, please." in to_office.body


@pytest.mark.usefixtures("_no_hurry")
def test_a_topic_may_have_an_address_of_its_own(client, topic, django_capture_on_commit_callbacks):
    ContactTopic.objects.update(email="interviews@example.org")
    with django_capture_on_commit_callbacks(execute=True):
        write(client, topic)
    run_due_jobs()

    assert ["interviews@example.org"] in [one.to for one in mail.outbox]
    assert ["press@example.org"] not in [one.to for one in mail.outbox]


@pytest.mark.usefixtures("_no_hurry")
def test_receivers_are_told_in_their_language_and_nothing_of_what_was_written(
    client, topic, receiver, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        write(client, topic)
    run_due_jobs()

    notice = next(one for one in mail.outbox if one.to == [receiver.email])
    assert notice.extra_headers["Content-Language"] == "tr"
    assert "Röportajlar" in notice.subject
    assert f"/admin/pages/contactmessage/{ContactMessage.objects.get().pk}/change/" in notice.body
    whole = notice.subject + notice.body
    assert not [word for word in ("Ayşe", "ayse@", "The Daily", "president") if word in whole]


@pytest.mark.usefixtures("_no_hurry")
def test_somebody_who_left_is_not_told(client, topic, receiver, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        write(client, topic)
    type(receiver).objects.update(is_active=False)
    run_due_jobs()

    assert [one.to for one in mail.outbox] == [["press@example.org"]]


@pytest.mark.usefixtures("_no_hurry")
@pytest.mark.parametrize("name", ["Eve\r\nBcc: all@example.org", "Eve\nSubject: x", "Eve\u2028Bcc: x"])
def test_a_name_adds_no_line_to_a_mails_head(client, topic, name, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        write(client, topic, name=name)
    run_due_jobs()

    for one in mail.outbox:
        head = one.message().as_string().partition("\n\n")[0]
        assert not re.search(r"(?m)^Bcc:", head)
        assert head.count("Subject:") == 1


@pytest.mark.parametrize(
    "address", ["a@example.org\r\nBcc: b@example.org", "a@example.org, b@example.org", "a", '"\x01"@example.org']
)
@pytest.mark.usefixtures("_no_hurry")
def test_an_address_is_one_address(client, topic, address):
    response = write(client, topic, email=address)

    assert response.status_code == 422
    assert "not a whole e-mail address" in response.content.decode()
    assert not ContactMessage.objects.exists()


@pytest.mark.usefixtures("_no_hurry")
def test_invisible_signs_around_an_address_do_no_harm(client, topic):
    write(client, topic, email=" \u200fayse@example.org\u200e ")
    assert ContactMessage.objects.get().email == "ayse@example.org"


# --- The form -------------------------------------------------------------------------


def test_a_topic_can_be_chosen_by_the_address(client, topic):
    ContactTopic.objects.create(name_en="Corrections")
    page = client.get(PATH, {"topic": topic.pk}).content.decode()
    assert f'<option value="{topic.pk}" selected>Interviews</option>' in page


@pytest.mark.parametrize("typed", ["x", "99999999999999999999", "\x00", "-1", ""])
def test_an_address_that_chooses_nothing_does_no_harm(client, topic, typed):
    assert client.get(PATH, {"topic": typed}).status_code == 200


def test_each_language_has_the_topics_that_have_a_name_there(client, topic):
    ContactTopic.objects.create(name_en="Corrections")
    assert "Corrections" in client.get("/en/contact/").content.decode()
    page = client.get("/ar/contact/").content.decode()
    assert "مقابلات" in page
    assert "Corrections" not in page


def test_a_language_without_topics_says_how_else_to_write(client, topic):
    page = client.get("/ku/contact/").content.decode()
    assert "<form" not in page
    assert 'href="mailto:press@example.org"' in page
    assert 'href="/ar/contact/"' in page
    assert client.post("/ku/contact/", WRITTEN).status_code == 200


def test_a_topic_that_nobody_reads_is_not_offered(client, topic, receiver):
    SiteSettings.objects.update(press_email="")
    assert "Interviews" in client.get(PATH).content.decode()
    receiver.is_active = False
    receiver.save()
    assert "Interviews" not in client.get(PATH).content.decode()


@pytest.mark.usefixtures("_no_hurry")
def test_what_is_missing_is_said_at_the_field_and_above_the_form(client, topic):
    response = write(client, topic, name="", text="", topic="")
    page = response.content.decode()

    assert response.status_code == 422
    assert "<title>Error: " in page
    for name, words in {"topic": "Choose what", "name": "Write your name.", "text": "Write your message."}.items():
        assert re.search(rf'<a href="#id_{name}">{words}', page), name
        assert re.search(rf'id="id_{name}_error">{words}', page), name
        assert re.search(rf'<(?:input|select|textarea)[^>]*aria-describedby="[^"]*id_{name}_error', page), name
    assert 'id="id_email_error"' not in page


def test_each_field_has_a_label_and_says_what_browsers_may_fill_in(client, topic):
    page = client.get(PATH).content.decode()
    for name in ("topic", "name", "email", "organisation", "text"):
        assert f'for="id_{name}"' in page
    assert 'autocomplete="email" dir="ltr"' in page
    assert 'autocomplete="organization"' in page
    assert "maxlength" not in page


@pytest.mark.usefixtures("_no_hurry")
@pytest.mark.parametrize(
    ("field", "typed"),
    [("text", "x" * 5001), ("name", "x" * 101), ("organisation", "x" * 121), ("email", f"{'x' * 260}@example.org")],
)
def test_what_is_too_long_is_said_and_kept(client, topic, field, typed):
    response = write(client, topic, **{field: typed})
    assert response.status_code == 422
    assert "at most" in response.content.decode()
    assert_kept(response, WRITTEN | {field: typed})


@pytest.mark.usefixtures("_no_hurry")
def test_a_text_of_the_full_length_arrives_whatever_ends_its_lines(client, topic):
    write(client, topic, text="x\r\n" * 2500)
    assert ContactMessage.objects.get().text == ("x\n" * 2500).strip()


@pytest.mark.usefixtures("_no_hurry")
def test_zeros_and_controls_are_no_error(client, topic):
    write(client, topic, name="A\x00b", text="one\x00two\x1b[0m", organisation="\x07")
    message = ContactMessage.objects.get()
    assert (message.name, message.text, message.organisation) == ("A b", "one two [0m", "")


@pytest.mark.parametrize("typed", ["x", "99999999999999999999", "\x00", "0"])
@pytest.mark.usefixtures("_no_hurry")
def test_a_topic_that_there_is_not_is_refused_with_everything_kept(client, topic, typed):
    response = write(client, topic, topic=typed)
    assert response.status_code == 422
    assert_kept(response)


def test_the_page_sets_no_cookie_and_is_nobodys_to_keep(client, topic):
    response = client.get(PATH)
    assert not response.cookies
    assert response["Cache-Control"] == "private, no-cache"
    assert "no-store" not in response["Cache-Control"]
    assert not client.post(PATH, WRITTEN).cookies


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_it_can_be_read_and_written_to_and_nothing_else(client, method):
    assert getattr(client, method)(PATH).status_code == 405


def test_the_page_asks_the_database_little(client, topic, django_assert_max_num_queries):
    with django_assert_max_num_queries(5):
        client.get(PATH)


# --- What programs do, and what people do who look like them ---------------------------


@pytest.mark.usefixtures("_no_hurry")
def test_a_field_that_nobody_sees_is_filled_in_by_programs(client, topic):
    response = write(client, topic, **{spam.TRAP: "https://spam.example"})
    assert response.status_code == 422
    assert_kept(response)
    # Somebody whose browser filled it in only sends it once more.
    again = client.post(PATH, WRITTEN | {"topic": topic.pk, "token": token_in(response), spam.TRAP: ""})
    assert again.status_code == 302
    assert ContactMessage.objects.count() == 1


def test_the_field_that_nobody_sees_is_hidden_from_everybody(client, topic):
    page = client.get(PATH).content.decode()
    assert re.search(rf'<div hidden aria-hidden="true">.*name="{spam.TRAP}" tabindex="-1" autocomplete="off"', page)


def test_nobody_writes_a_message_in_a_second(client, topic):
    response = write(client, topic)
    assert response.status_code == 422
    assert "wait a few seconds" in response.content.decode()
    assert_kept(response)


def test_waiting_helps(client, topic, monkeypatch):
    first = write(client, topic)
    monkeypatch.setattr(spam, "LEAST_AGE", timedelta(seconds=-1))
    again = client.post(PATH, WRITTEN | {"topic": topic.pk, "token": token_in(first)})
    assert again.status_code == 302


@pytest.mark.usefixtures("_no_hurry")
def test_a_page_that_was_open_for_days_is_sent_once_more(client, topic, monkeypatch):
    sent = fill_in(client, topic)
    monkeypatch.setattr(spam, "MOST_AGE", timedelta(seconds=-1))
    response = client.post(PATH, sent)
    assert "more than a day" in response.content.decode()
    assert_kept(response)
    monkeypatch.setattr(spam, "MOST_AGE", timedelta(days=1))
    assert client.post(PATH, sent | {"token": token_in(response)}).status_code == 302


@pytest.mark.parametrize("token", ["", "x", "a:b:c", "x" * 100_000, "\x00", "ü:1:ü"])
@pytest.mark.usefixtures("_no_hurry")
def test_nothing_is_taken_without_the_pages_own_token(client, topic, token):
    response = write(client, topic, token=token)
    assert response.status_code == 422
    assert_kept(response)
    assert not ContactMessage.objects.exists()


@pytest.mark.usefixtures("_no_hurry")
def test_a_token_counts_in_the_language_of_its_page(client, topic):
    elsewhere = token_in(client.get("/ar/contact/"))
    assert write(client, topic, token=elsewhere).status_code == 422


@pytest.mark.usefixtures("_no_hurry")
def test_a_page_sends_one_message(client, topic):
    sent = fill_in(client, topic)
    client.post(PATH, sent)
    response = client.post(PATH, sent | {"text": "Another one."})

    assert response.status_code == 422
    assert_kept(response, WRITTEN | {"text": "Another one."})
    assert ContactMessage.objects.count() == 1
    again = client.post(PATH, sent | {"text": "Another one.", "token": token_in(response)})
    assert again.status_code == 302
    assert ContactMessage.objects.count() == 2


@pytest.mark.usefixtures("_no_hurry")
def test_whoever_clicks_twice_is_thanked_and_has_written_once(client, topic):
    sent = fill_in(client, topic)
    assert client.post(PATH, sent).status_code == 302
    assert client.post(PATH, sent).status_code == 302
    assert write(client, topic).status_code == 302
    assert ContactMessage.objects.count() == 1


@pytest.mark.usefixtures("_no_hurry")
def test_many_messages_from_one_network_wait(client, topic, monkeypatch):
    monkeypatch.setattr(spam, "PER_NETWORK", spam.Limit("contact-network", 2, timedelta(minutes=10)))
    for number in range(2):
        assert write(client, topic, text=f"Message {number}").status_code == 302
    response = write(client, topic)

    assert response.status_code == 429
    assert "wait ten minutes" in response.content.decode()
    assert_kept(response)
    elsewhere = client.post(PATH, fill_in(client, topic), REMOTE_ADDR="198.51.100.7")
    assert elsewhere.status_code == 302


@pytest.mark.usefixtures("_no_hurry")
def test_many_messages_in_all_wait(client, topic, monkeypatch):
    monkeypatch.setattr(spam, "IN_ALL", spam.Limit("contact", 1, timedelta(minutes=10)))
    write(client, topic)
    response = client.post(PATH, fill_in(client, topic, text="Another one."), REMOTE_ADDR="198.51.100.7")
    assert response.status_code == 429


@pytest.mark.usefixtures("_no_hurry")
def test_no_address_is_stored(client, topic):
    client.post(PATH, fill_in(client, topic), REMOTE_ADDR="198.51.100.7")
    assert not [counter for counter in Counter.objects.all() if "198.51" in counter.key]
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize(
    ("headers", "is_taken"),
    [
        ({"Origin": "http://testserver"}, True),
        ({"Origin": "https://evil.example"}, False),
        ({"Origin": "https://testserver.evil.example"}, False),
        ({"Origin": "null", "Sec-Fetch-Site": "cross-site"}, False),
        ({"Origin": "null"}, False),
        ({"Origin": "http://testserver", "Sec-Fetch-Site": "cross-site"}, False),
        ({"Sec-Fetch-Site": "same-site"}, False),
        ({"Sec-Fetch-Site": "same-origin"}, True),
        ({"Origin": "http://["}, False),
        ({}, True),
    ],
)
@pytest.mark.usefixtures("_no_hurry")
def test_a_form_on_another_site_sends_nothing(client, topic, headers, is_taken):
    response = client.post(PATH, fill_in(client, topic), headers=headers)
    assert (response.status_code == 302) is is_taken
    if not is_taken:
        assert_kept(response)


def test_no_token_of_django_is_needed(topic, monkeypatch):
    monkeypatch.setattr(spam, "LEAST_AGE", timedelta(seconds=-1))
    strict = Client(enforce_csrf_checks=True)
    assert write(strict, topic).status_code == 302


@pytest.mark.usefixtures("_no_hurry")
def test_a_message_full_of_links_is_asked_to_hold_fewer(client, topic):
    text = "https://example.org " * 6
    response = write(client, topic, text=text)
    assert response.status_code == 422
    assert "Leave out some links" in response.content.decode()
    assert write(client, topic, text="https://example.org " * 5).status_code == 302


@pytest.mark.usefixtures("_no_hurry")
def test_nothing_of_a_message_is_logged_or_stands_in_an_address(client, topic, caplog):
    caplog.set_level("DEBUG")
    response = write(client, topic)
    write(client, topic, email="no address")
    said = caplog.text + response["Location"] + str(ContactMessage.objects.get()) + repr(ContactMessage.objects.get())
    assert not [word for word in ("Ayşe", "ayse", "president", "Daily") if word in said]


@pytest.mark.usefixtures("_no_hurry")
def test_whatever_is_typed_stands_there_as_words(client, topic, receiver):
    for attack in OWN:
        typed = {"name": attack[:100], "organisation": attack[:120], "text": attack}
        judge_page(write(client, topic, **typed, email="x").content.decode())
        facts = {name: words.replace("\x00", "") for name, words in typed.items()}
        ContactMessage.objects.create(topic=topic, language="ar", email='"<b>"@example.org', **facts)
    client.force_login(receiver)
    for address in (LIST, *(f"{LIST}{pk}/change/" for pk in ContactMessage.objects.values_list("pk", flat=True))):
        judge_page(client.get(address).content.decode())


# --- Who reads it ---------------------------------------------------------------------

LIST = "/admin/pages/contactmessage/"
SECRET = "the minister resigns"


@pytest.fixture
def message(topic):
    facts = {"name": "Ayşe Yılmaz", "email": "ayse@example.org", "text": f"I hear that {SECRET}."}
    return ContactMessage.objects.create(topic=topic, language="en", **facts)


def address_of(message, step="change/"):
    return f"{LIST}{message.pk}/{step}"


def test_a_receiver_reads_finds_and_answers_it(client, message, receiver):
    client.force_login(receiver)
    assert "Ayşe Yılmaz" in client.get(LIST).content.decode()
    assert "Ayşe Yılmaz" in client.get(LIST, {"q": "minister"}).content.decode()
    assert SECRET in client.get(address_of(message)).content.decode()

    response = client.post(address_of(message, "answered/"), follow=True)
    assert "Bu mesaj yanıtlandı olarak işaretlendi." in response.content.decode()
    message.refresh_from_db()
    assert message.answered_by == receiver
    assert "Ayşe" not in client.get(LIST, {"answered": "no"}).content.decode()
    client.post(address_of(message, "answered/"))
    message.refresh_from_db()
    assert message.answered_at is None
    assert list(AuditEntry.objects.filter(action__startswith="message.").values_list("action", flat=True)) == [
        "message.opened",
        "message.answered",
    ]


def test_a_receiver_deletes_it_and_the_log_says_nothing_of_what_it_said(client, message, receiver):
    client.force_login(receiver)
    assert client.get(address_of(message, "delete/")).status_code == 200
    client.post(address_of(message, "delete/"), {"post": "yes"})

    assert not ContactMessage.objects.exists()
    assert_logs_are_silent()


def assert_logs_are_silent():
    said = [f"{vars(entry)}" for entry in (*AuditEntry.objects.all(), *AdminLogEntry.objects.all())]
    assert said
    assert not [word for word in ("Ayşe", "ayse", SECRET) for entry in said if word in entry]


def test_several_are_deleted_at_once_and_none_of_others(client, message, receiver):
    other = ContactTopic.objects.create(name_en="Corrections")
    theirs = ContactMessage.objects.create(topic=other, language="en", name="x", email="x@example.org", text="x")
    client.force_login(receiver)
    chosen = [message.pk, theirs.pk]
    client.post(LIST, {"action": "delete_selected", "_selected_action": chosen, "post": "yes"})

    assert list(ContactMessage.objects.all()) == [theirs]
    assert_logs_are_silent()


@pytest.mark.parametrize(
    "who", ["reporter", "translator", "editor", "publisher", "admin", "superuser", "other receiver"]
)
def test_nobody_else_sees_anything_of_it(client, message, who):
    person = make_superuser() if who == "superuser" else make_staff("editor" if who == "other receiver" else who)
    if who == "other receiver":
        ContactTopic.objects.create(name_en="Corrections").receivers.add(person)
    client.force_login(person)
    sees = [
        client.get("/admin/"),
        client.get(LIST),
        client.get(LIST, {"q": "minister"}),
        client.get(LIST, {"text__contains": "minister"}),
        client.get(LIST, {"topic": message.topic_id}),
        *(client.get(address_of(message, step)) for step in ("change/", "delete/", "history/", "")),
        client.post(address_of(message, "answered/")),
        client.post(address_of(message, "delete/"), {"post": "yes"}),
        client.post(LIST, {"action": "delete_selected", "_selected_action": [message.pk], "post": "yes"}),
        client.get("/admin/accounts/auditentry/"),
        client.get(f"/admin/pages/contacttopic/{message.topic_id}/change/"),
        client.get(f"/admin/pages/contacttopic/{message.topic_id}/delete/"),
    ]

    for response in sees:
        said = response.content.decode()
        assert not [word for word in ("Ayşe", "ayse@", SECRET) if word in said], response.request["PATH_INFO"]
    message.refresh_from_db()
    assert message.answered_at is None


def test_nothing_can_be_guessed_by_asking_for_other_columns(client, message, receiver):
    client.force_login(receiver)
    for lookup in ("topic__receivers__password__startswith", "answered_by__email__startswith", "topic__email"):
        response = client.get(LIST, {lookup: "x"})
        assert response.status_code == 400, lookup


def test_a_receiver_who_is_none_any_more_sees_nothing(client, message, receiver):
    message.topic.receivers.clear()
    client.force_login(receiver)
    assert client.get(LIST).status_code == 403
    assert SECRET not in client.get(address_of(message), follow=True).content.decode()


def test_an_admin_makes_somebody_a_receiver_and_the_log_says_who_did(client, topic, receiver):
    admin, other = make_staff("admin"), make_staff("editor", display_name="Leyla Kaya")
    client.force_login(admin)
    sent = {"name_en": "Interviews", "position": 0, "email": "", "receivers": [other.pk]}
    response = client.post(f"/admin/pages/contacttopic/{topic.pk}/change/", sent)

    assert response.status_code == 302, response.context["errors"]
    entry = AuditEntry.objects.get(action="topic.receivers")
    assert entry.actor == admin
    assert entry.details == {"added": ["Leyla Kaya"], "removed": ["berfin"]}


def test_a_topic_must_reach_somebody(client):
    SiteSettings.objects.update(press_email="")
    client.force_login(make_staff("admin"))
    response = client.post("/admin/pages/contacttopic/add/", {"name_en": "Interviews", "position": 0, "email": ""})
    assert "otherwise nobody gets the messages" in response.content.decode()


@pytest.mark.parametrize("role", ["reporter", "translator", "editor", "publisher"])
def test_topics_are_for_admins(client, topic, role):
    client.force_login(make_staff(role))
    assert client.get("/admin/pages/contacttopic/").status_code == 403
    assert client.post(f"/admin/pages/contacttopic/{topic.pk}/change/", {}).status_code == 403


def test_a_list_of_messages_asks_the_database_the_same_for_one_and_for_thirty(client, message, receiver):
    client.force_login(receiver)
    client.get(LIST)
    with CaptureQueriesContext(connection) as few:
        client.get(LIST)
    for number in range(30):
        facts = {"name": f"N{number}", "email": "n@example.org", "text": "x", "answered_by": receiver}
        ContactMessage.objects.create(topic=message.topic, language="ar", answered_at=timezone.now(), **facts)
    with CaptureQueriesContext(connection) as many:
        client.get(LIST)
    assert len(many) <= len(few)


def test_a_message_is_deleted_a_year_after_it_was_answered(message, topic, settings):
    message.answered_at = timezone.now() - timedelta(days=366)
    message.save()
    facts = {"topic": topic, "language": "en", "name": "x", "email": "x@example.org", "text": "x"}
    waits = ContactMessage.objects.create(sent_at=timezone.now() - timedelta(days=900), **facts)
    recent = ContactMessage.objects.create(answered_at=timezone.now() - timedelta(days=300), **facts)

    call_command("tidy", verbosity=0)
    assert set(ContactMessage.objects.all()) == {waits, recent}

    settings.NEWSROOM_MESSAGE_DAYS = 30
    call_command("tidy", verbosity=0)
    assert set(ContactMessage.objects.all()) == {waits}
