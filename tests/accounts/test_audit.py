"""The log of who did what: everything lands in it, nobody forges or changes it, and it can be taken away whole."""

import json
from datetime import timedelta

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry as DjangoLogEntry
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from accounts.admin import audit as screens
from accounts.audit import record
from accounts.models import AuditEntry
from desk.audit import AuditedAdmin
from media_library import workflow as media
from publishing import workflow
from publishing.models import Tag
from tests.builders import (
    make_article,
    make_document,
    make_picture,
    make_staff,
    make_superuser,
    make_tag,
    publish,
    write,
)
from tests.desk.forms import change_url, open_form, send

pytestmark = pytest.mark.django_db

LOG = "/admin/accounts/auditentry/"


def signed_in(person):
    client = Client()
    client.force_login(person)
    return client


def entries(action):
    return list(AuditEntry.objects.filter(action=action))


def exported(client, query="", kind="csv"):
    response = client.post(f"{LOG}export/?{query}", {"format": kind})
    return b"".join(response.streaming_content).decode()


# --- What lands in it ---------------------------------------------------------------


def test_every_step_with_a_text_is_logged_with_its_language_and_without_its_words():
    article, publisher = make_article(title_ar="ماء"), make_staff("publisher")
    write(article, "ar")
    workflow.publish(article, language="ar", by=publisher, note="quite confidential")
    entry = entries("step.publish")[0]
    assert (entry.actor, entry.language, entry.target_type) == (publisher, "ar", "articles.article")
    assert entry.target_id == str(article.pk)
    assert entry.details["note_length"] == len("quite confidential")
    assert "confidential" not in json.dumps(entry.details)


def test_the_trash_restoring_and_deleting_for_good_are_logged_too():
    article, editor = make_article(title_ar="ماء"), make_staff("editor")
    write(article, "ar", title="أول")
    write(article, "ar", title="ثان")
    edition = article.editions.get()
    workflow.restore(article, language="ar", by=editor, version=edition.versions.get(number=1))
    workflow.trash(article, by=editor)
    workflow.take_from_trash(article, by=editor)
    workflow.trash(article, by=editor)
    workflow.empty_trash(now=timezone.now() + timedelta(days=31))
    assert [entry.actor for entry in entries("step.restore")] == [editor]
    assert len(entries("step.trash")) == 2
    assert len(entries("step.take_from_trash")) == 1
    assert [entry.actor for entry in entries("step.delete")] == [None]


def test_what_is_rolled_back_was_not_done():
    article = make_article(title_ar="")
    with pytest.raises(Exception, match="title"):
        workflow.publish(article, language="ar", by=None)
    assert not AuditEntry.objects.filter(action__startswith="step.").exists()


def test_deleting_a_picture_and_downloading_an_original_are_logged():
    picture, admin_ = make_picture(), make_superuser()
    client = signed_in(admin_)
    response = client.get(f"/admin/media_library/picture/{picture.pk}/original/")
    b"".join(response.streaming_content)
    media.delete_picture(picture, by=admin_)
    assert entries("step.original")[0].actor == admin_
    assert entries("step.delete")[0].target_name == picture.name


def test_downloading_the_original_of_a_document_is_logged():
    document, person = make_document(), make_superuser()
    row = document.files.get(language="ar")
    response = signed_in(person).get(f"/admin/media_library/document/{document.pk}/files/{row.pk}/original/")
    if response.status_code == 200:
        b"".join(response.streaming_content)
        assert entries("export.original")[0].target_id == str(document.pk)
    else:
        assert not entries("export.original")


def test_adding_changing_and_deleting_in_the_admin_is_logged():
    person = make_superuser()
    client = signed_in(person)
    send(client, "/admin/publishing/tag/add/", open_form(client, "/admin/publishing/tag/add/"), name_en="Water")
    tag = Tag.objects.get()
    send(client, change_url(tag), open_form(client, change_url(tag)), name_en="Water and land")
    client.post(f"/admin/publishing/tag/{tag.pk}/delete/", {"post": "yes"})
    added, changed, deleted = (entries(f"record.{one}")[0] for one in ("added", "changed", "deleted"))
    assert {entry.actor for entry in (added, changed, deleted)} == {person}
    assert {entry.target_type for entry in (added, changed, deleted)} == {"publishing.tag"}
    assert "land" not in json.dumps(changed.details)
    assert changed.details["fields"] == ["name_en"]
    assert added.address == "127.0.0.1"


def test_deleting_many_from_a_list_logs_each():
    tags = [make_tag() for _number in range(3)]
    chosen = {"action": "delete_selected", "_selected_action": [tag.pk for tag in tags], "post": "yes"}
    signed_in(make_superuser()).post("/admin/publishing/tag/", chosen)
    assert {entry.target_id for entry in entries("record.deleted")} == {str(tag.pk) for tag in tags}


@pytest.mark.parametrize("model", sorted(admin.site._registry, key=lambda model: model._meta.label), ids=str)
def test_every_admin_that_is_registered_writes_to_the_log(model, rf, monkeypatch):
    monkeypatch.setattr(model, "__str__", lambda row: "a row")
    model_admin = admin.site._registry[model]
    assert isinstance(model_admin, AuditedAdmin)
    request = rf.get("/")
    request.user = make_superuser()
    row = model(pk=1)
    model_admin.log_addition(request, row, "")
    model_admin.log_change(request, row, [{"changed": {"fields": ["Name"]}}])
    model_admin.log_deletions(request, [row])
    done = AuditEntry.objects.filter(target_type=model._meta.label_lower).values_list("action", flat=True)
    assert {"record.added", "record.changed", "record.deleted"} <= set(done)


def test_saving_a_translation_beside_its_source_is_logged():
    article, translator = make_article(title_ar="ماء", title_tr="Su"), make_staff("translator", language="tr")
    write(article, "ar")
    client, url = signed_in(translator), f"/admin/desk/translate/articles.article/{article.pk}/tr/"
    send(client, url, open_form(client, url), title_tr="Su geldi")
    article.refresh_from_db()
    assert article.title_tr == "Su geldi"
    assert [(entry.actor, entry.language) for entry in entries("record.changed")] == [(translator, "tr")]


# --- Nobody forges or changes it -------------------------------------------------------


def test_no_value_forges_a_line_or_turns_one():
    entry = record(
        "record.changed",
        target_name="a\nb\u2028c\u202ed\x00",
        fields=["x\r\ny"],
    )
    entry.refresh_from_db()
    assert entry.target_name == "a\\u000ab\\u2028c\\u202ed\\u0000"
    assert entry.details["fields"] == ["x\\u000d\\u000ay"]


@pytest.mark.parametrize("kind", ["csv", "jsonl"])
def test_exports_hold_one_line_for_an_entry_whatever_it_says(kind):
    record("record.changed", target_name="first\nsecond\u2029third \u202e")
    lines = exported(signed_in(make_superuser()), kind=kind).splitlines()
    assert sum("first" in line for line in lines) == 1
    assert sum("third" in line for line in lines if "first" in line) == 1
    assert not any("\u202e" in line for line in lines)


def test_a_superuser_finds_no_way_to_add_change_or_delete_an_entry():
    entry, client = record("command.run"), signed_in(make_superuser())
    assert client.get(f"{LOG}add/").status_code == 403
    assert client.post(f"{LOG}add/", {"action": "x"}).status_code == 403
    assert client.post(f"{LOG}{entry.pk}/change/", {"action": "x"}).status_code == 405
    assert client.get(f"{LOG}{entry.pk}/delete/").status_code == 403
    assert client.post(f"{LOG}{entry.pk}/delete/", {"post": "yes"}).status_code == 403
    chosen = {"action": "delete_selected", "_selected_action": [entry.pk], "post": "yes"}
    assert client.post(LOG, chosen).status_code == 405
    entry.refresh_from_db()
    assert entry.action == "command.run"


def test_code_cannot_change_or_delete_an_entry_either():
    entry = record("command.run")
    for attempt in (entry.save, entry.delete, AuditEntry.objects.all().delete, lambda: AuditEntry.objects.update(id=9)):
        with pytest.raises(AuditEntry.Immutable):
            attempt()


def test_an_entry_outlives_the_account_that_it_is_about():
    person = make_staff("reporter", display_name="Leyla")
    entry = record("account.signed_in", by=person)
    AuditEntry.objects.exclude(pk=entry.pk)
    person.delete()
    entry.refresh_from_db()
    assert (entry.actor, entry.actor_name) == (None, "Leyla")


def test_tidying_up_keeps_the_log():
    entry = record("command.run")
    AuditEntry._base_manager.filter(pk=entry.pk).update(at=timezone.now() - timedelta(days=4000))
    call_command("tidy")
    assert AuditEntry.objects.filter(pk=entry.pk).exists()


# --- The screen -----------------------------------------------------------------------


def test_only_admins_read_it():
    entry = record("command.run")
    for role, status in {"reporter": 403, "editor": 403, "publisher": 403, "admin": 200}.items():
        client = signed_in(make_staff(role))
        assert client.get(LOG).status_code == status
        assert client.get(f"{LOG}{entry.pk}/change/").status_code == status
        assert client.post(f"{LOG}export/").status_code == status


def test_it_is_filtered_by_person_kind_period_language_target_and_words():
    leyla, article = make_staff("publisher", display_name="Leyla"), make_article(title_ar="ماء")
    publish(article, "ar", by=leyla)
    record("command.run", target_name="old thing")
    AuditEntry._base_manager.filter(action="command.run").update(at=timezone.now() - timedelta(days=60))
    client = signed_in(make_staff("admin", display_name="Zeyneb"))

    def found(query):
        return client.get(f"{LOG}?{query}").context["entries"]

    def actions(query):
        return {line["entry"].action for line in found(query)}

    assert actions(f"actor={leyla.pk}") == {"step.publish"}
    assert actions("group=step&language=ar") == {"step.publish"}
    assert actions("language=tr") == set()
    assert actions("kind=articles.article") == {"step.publish"}
    assert actions(f"kind=articles.article&number={article.pk + 1}") == set()
    assert "command.run" not in actions("")
    assert "command.run" in actions("days=0")
    assert actions(f"until={(timezone.now() - timedelta(days=59)):%Y-%m-%d}&days=7") == {"command.run"}
    assert actions("q=leyla+ماء") == {"step.publish"}


@pytest.mark.parametrize(
    "query",
    [
        "actor=x&days=y",
        "before=999999999999999999999",
        "before=x",
        "until=0000-00-00",
        "q=" + "a+" * 3000,
        "number=%00",
    ],
)
def test_an_address_that_makes_no_sense_shows_a_list_all_the_same(query):
    assert signed_in(make_staff("admin")).get(f"{LOG}?{query}").status_code == 200


def test_long_lists_have_pages_and_are_never_counted(monkeypatch, django_assert_max_num_queries):
    monkeypatch.setattr(screens, "PER_PAGE", 10)
    client = signed_in(make_staff("admin"))
    client.get(LOG)
    for number in range(25):
        record("command.run", target_name=f"no. {number}")
    with django_assert_max_num_queries(12) as captured:
        first = client.get(LOG)
    assert not any("COUNT(*)" in query["sql"] and "auditentry" in query["sql"] for query in captured)
    second = client.get(f"{LOG}{first.context['older']}")
    numbers = [line["entry"].pk for page in (first, second) for line in page.context["entries"]]
    assert len(numbers) == 20
    assert numbers == sorted(numbers, reverse=True)
    assert second.context["newest"] == "?"


def test_an_entry_tells_what_changed_in_the_language_of_its_reader():
    record("record.changed", target=make_tag(), fields=["name_ar"])
    entry = AuditEntry.objects.get()
    page = signed_in(make_staff("admin")).get(f"{LOG}{entry.pk}/change/").content.decode()
    assert "Fields" in page
    assert "Name [ar]" in page
    assert "record.changed" in page


# --- Exports -----------------------------------------------------------------------------


def test_the_table_opens_in_spreadsheets_and_calculates_nothing():
    for name in ("=1+1", "+1", "-1", "@SUM(A1)", " =1+1", "＝1", "ماء"):
        record("command.run", target_name=name)
    text = exported(signed_in(make_superuser()))
    assert text.startswith("\ufeff")
    assert "ماء" in text
    cells = [line.split(",")[7].strip('"') for line in text.splitlines()[1:]]
    assert not any(cell.lstrip().startswith(("=", "+", "-", "@", "＝")) for cell in cells)


def test_an_export_holds_what_is_listed_and_is_logged_itself():
    person = make_superuser()
    record("command.run", language="ar", target_name="here")
    record("command.run", language="tr", target_name="elsewhere")
    lines = [json.loads(line) for line in exported(signed_in(person), "language=ar&q=here", "jsonl").splitlines()]
    assert [line["target"] for line in lines] == ["here"]
    entry = entries("export.audit")[0]
    assert (entry.actor, entry.language, entry.details) == (person, "ar", {"format": "jsonl", "days": 30})


def test_too_large_an_export_is_refused_and_says_what_to_do(monkeypatch):
    monkeypatch.setattr(screens, "MOST_EXPORTED", 2)
    for _number in range(3):
        record("command.run")
    response = signed_in(make_superuser()).post(f"{LOG}export/", {"format": "csv"}, follow=True)
    assert "Export one shorter period after another" in response.content.decode()
    assert not entries("export.audit")


def test_exporting_is_never_done_by_following_a_link():
    assert signed_in(make_superuser()).get(f"{LOG}export/").status_code == 405


def test_reading_pages_writes_and_reads_nothing_of_the_log(django_assert_max_num_queries):
    article, client = publish(make_article(title_en="Water"), "en"), signed_in(make_staff("editor"))
    client.get(change_url(article))
    before = AuditEntry.objects.count()
    with django_assert_max_num_queries(100) as captured:
        client.get(change_url(article))
    assert AuditEntry.objects.count() == before
    assert not any("auditentry" in query["sql"] for query in captured)


def test_nobody_writes_djangos_own_log_past_ours():
    article, person = make_article(title_ar="ماء"), make_superuser()
    client = signed_in(person)
    send(client, change_url(article), open_form(client, change_url(article)), title_ar="نار")
    of_django = DjangoLogEntry.objects.filter(object_id=str(article.pk)).count()
    assert of_django == len(entries("record.changed")) == 1


def test_what_operators_do_to_accounts_is_logged_without_a_name(monkeypatch):
    facts = {"username": "root", "email": "root@example.org", "interactive": False}
    call_command("createsuperuser", **facts)
    monkeypatch.setattr("getpass.getpass", lambda prompt: "entirely new words here")
    call_command("changepassword", "root")
    made, changed = entries("account.created")[0], entries("account.password_changed")[0]
    assert (made.actor, made.target_name) == (None, "root")
    assert (changed.actor, changed.details) == (None, {"command": "changepassword"})
