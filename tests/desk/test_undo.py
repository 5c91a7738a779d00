"""Undoing what an account did: listed first, taken back part by part, and nobody else's work is touched."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.utils import timezone

from accounts.audit import name_of, record
from accounts.models import AuditEntry, Invitation
from articles.models import ArticleEdition, ArticleVersion
from desk import lockdown
from desk.undo import deeds_of
from publishing import workflow
from publishing.models import LogEntry
from tests.builders import (
    in_minutes,
    make_article,
    make_byline,
    make_page,
    make_staff,
    make_superuser,
    make_tag,
    publish,
    write,
)

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


@pytest.fixture
def thief():
    return make_staff("publisher", display_name="Taken over")


@pytest.fixture
def admin():
    return make_staff("admin")


@pytest.fixture
def client(admin):
    client = Client()
    client.force_login(admin)
    return client


def address(person, hours=24):
    return f"/admin/desk/undo/{person.pk}/?hours={hours}"


def listed(client, person, hours=24):
    return {deed.key: deed for deed in client.get(address(person, hours)).context["deeds"].all()}


def undo(client, person, *keys, hours=24):
    """Undoes what is listed, or only some of it, as the page's button does; returns key → why not ("" if done)."""
    context = client.get(address(person, hours)).context
    chosen = keys or [deed.key for deed in context["deeds"].all() if not deed.obstacle]
    response = client.post(address(person), {"since": context["since"].isoformat(), "undo": chosen})
    return {deed.key: reason for deed, reason in response.context["results"]}


def public_titles(language="ar"):
    return {edition.version.title for edition in ArticleEdition.objects.published(language=language)}


def long_ago(article):
    """As if all that was done with it so far had been done two days ago."""
    past = timezone.now() - timedelta(days=2)
    LogEntry.objects.filter(item_id=article.pk).update(at=past)
    ArticleVersion._base_manager.filter(edition__item=article).update(created_at=past)
    return article


def key(kind, item, language="ar"):
    return f"{kind}:{item._meta.label_lower}:{item.pk}:{language}"


# --- What readers see ----------------------------------------------------------------


def test_a_defaced_article_shows_again_what_readers_saw_before(client, thief):
    article = long_ago(publish(make_article(title_ar="صحيح", tags=[make_tag()], bylines=[make_byline()]), "ar"))
    before = article.editions.get().live
    write(article, "ar", by=thief, title="مشوه")
    workflow.publish(article, language="ar", by=thief)
    assert public_titles() == {"مشوه"}

    results = undo(client, thief)

    assert set(results.values()) == {""}
    assert public_titles() == {"صحيح"}
    edition = article.editions.get()
    assert edition.live.number > before.number
    assert list(edition.live.tags.all()) == list(before.tags.all())
    assert list(edition.live.bylines.all()) == list(before.bylines.all())
    assert edition.versions.filter(title="مشوه").exists()
    article.refresh_from_db()
    assert article.title_ar == "صحيح"
    assert not edition.has_unpublished_changes


def test_what_was_never_public_before_is_withdrawn(client, thief):
    article = make_article(title_ar="مشوه")
    workflow.publish(article, language="ar", by=thief)
    assert undo(client, thief) == {key("public", article): ""}
    assert public_titles() == set()


def test_what_the_account_withdrew_or_retracted_is_public_again(client, thief):
    withdrawn, retracted = (long_ago(publish(make_article(title_ar=title), "ar")) for title in ("أول", "ثان"))
    published_at = withdrawn.editions.get().publish_at
    workflow.withdraw(withdrawn, language="ar", by=thief, note="x")
    workflow.retract(retracted, language="ar", by=thief, note="x")
    undo(client, thief)
    assert public_titles() == {"أول", "ثان"}
    assert withdrawn.editions.get().publish_at == published_at


def test_what_it_scheduled_does_not_go_out(client, thief):
    new, changed = make_article(title_ar="جديد"), long_ago(publish(make_article(title_ar="أول"), "ar"))
    workflow.schedule(new, language="ar", by=thief, at=in_minutes(30))
    write(changed, "ar", by=thief, title="مشوه")
    workflow.schedule(changed, language="ar", by=thief, at=in_minutes(30))
    workflow.withdraw(changed, language="ar", by=thief, at=in_minutes(40))
    undo(client, thief)
    later = ArticleEdition.objects.published(language="ar", at=in_minutes(60))
    assert [edition.live.title for edition in later] == ["أول"]


def test_a_withdrawn_article_that_it_scheduled_anew_comes_back_at_once(client, thief):
    article = long_ago(publish(make_article(title_ar="أول"), "ar"))
    workflow.withdraw(article, language="ar", by=thief)
    workflow.schedule(article, language="ar", by=thief, at=in_minutes(30))
    undo(client, thief)
    assert public_titles() == {"أول"}


def test_what_somebody_else_published_afterwards_stays_and_the_page_says_so(client, thief):
    article = long_ago(publish(make_article(title_ar="أول"), "ar"))
    write(article, "ar", by=thief, title="مشوه")
    workflow.publish(article, language="ar", by=thief)
    colleague = make_staff("publisher", display_name="Ayşe")
    write(article, "ar", by=colleague, title="مصحح")
    workflow.publish(article, language="ar", by=colleague)
    deeds = listed(client, thief)
    assert {deed.obstacle for deed in deeds.values()} == {"Ayşe changed it afterwards. Look at it by hand."}
    assert set(undo(client, thief, *deeds).values()) == {"Ayşe changed it afterwards. Look at it by hand."}
    assert public_titles() == {"مصحح"}


def test_other_languages_and_older_deeds_stay_as_they_are(client, thief):
    article = make_article(title_ar="أول", title_tr="Bir")
    workflow.publish(article, language="tr", by=thief)
    long_ago(article)
    workflow.publish(article, language="ar", by=thief)
    undo(client, thief)
    assert public_titles("ar") == set()
    assert public_titles("tr") == {"Bir"}


def test_every_public_type_is_looked_at(client, thief):
    page = make_page()
    workflow.publish(page, language="en", by=thief)
    assert undo(client, thief) == {key("public", page, "en"): ""}
    assert not page.editions.published_in_any_language().exists()


# --- Working copies, trash, invitations ----------------------------------------------------


def test_texts_are_as_they_were_before_the_account_saved_them(client, thief):
    article, colleague = make_article(title_ar="أول"), make_staff("reporter")
    write(article, "ar", by=colleague, title="نص الزميل")
    write(article, "ar", by=thief, title="مشوه")
    write(article, "ar", by=thief, title="مشوه جداً")
    assert undo(client, thief) == {key("text", article): ""}
    article.refresh_from_db()
    assert article.title_ar == "نص الزميل"


def test_the_accounts_own_work_from_before_is_kept(client, thief):
    article = make_article(title_ar="أول")
    write(article, "ar", by=thief, title="عمل الأمس")
    long_ago(article)
    write(article, "ar", by=thief, title="مشوه")
    undo(client, thief)
    article.refresh_from_db()
    assert article.title_ar == "عمل الأمس"


def test_an_approval_by_somebody_else_does_not_save_a_forged_text(client, thief):
    article = make_article(title_ar="أول")
    write(article, "ar", by=make_staff("reporter"), title="صحيح")
    write(article, "ar", by=thief, title="مشوه")
    workflow.submit(article, language="ar", by=thief)
    workflow.approve(article, language="ar", by=make_staff("editor"))
    undo(client, thief)
    article.refresh_from_db()
    assert article.title_ar == "صحيح"


def test_a_text_that_somebody_else_saved_afterwards_is_left_alone(client, thief):
    article = make_article(title_ar="أول")
    write(article, "ar", by=thief, title="مشوه")
    write(article, "ar", by=make_staff("reporter", display_name="Ayşe"), title="نص الزميل")
    assert "Ayşe changed it afterwards" in listed(client, thief)[key("text", article)].obstacle


def test_what_it_moved_to_the_trash_comes_back_with_its_text(client, thief):
    article = make_article(title_ar="أول")
    write(article, "ar", by=make_staff("reporter"), title="صحيح")
    write(article, "ar", by=thief, title="مشوه")
    workflow.trash(article, by=thief)
    assert set(undo(client, thief).values()) == {""}
    article.refresh_from_db()
    assert (article.trashed_at, article.title_ar) == (None, "صحيح")


def test_invitations_that_it_sent_are_taken_back(client, thief):
    facts = {"role": "reporter", "expires_at": in_minutes(60), "invited_by": thief}
    recent = Invitation.objects.create(email="a@example.org", token_hash="a", **facts)
    old = Invitation.objects.create(
        email="b@example.org", token_hash="b", created_at=timezone.now() - timedelta(days=3), **facts
    )
    undo(client, thief)
    assert not Invitation.objects.get(pk=recent.pk).is_open
    assert Invitation.objects.get(pk=old.pk).is_open


def test_what_cannot_be_undone_here_is_listed_with_links(client, thief):
    other, tag, article = make_staff("reporter"), make_tag(), make_article(title_ar="أول")
    record("account.roles_changed", by=thief, target=other)
    record("account.factor_added", by=thief, target=thief)
    record("record.changed", by=thief, target=tag, fields=["name_en"])
    record("record.changed", by=thief, target=article, fields=["title_ar"])
    record("record.changed", by=thief, target=article, fields=["category"])
    record("account.signed_in", by=thief, target=thief)
    rows = client.get(address(thief)).context["deeds"].by_hand
    assert [(row["what"], row["url"]) for row in rows] == [
        (name_of("record.changed"), f"/admin/articles/article/{article.pk}/change/"),
        (name_of("record.changed"), f"/admin/publishing/tag/{tag.pk}/change/"),
        (name_of("account.factor_added"), f"/admin/accounts/user/{thief.pk}/change/"),
        (name_of("account.roles_changed"), f"/admin/accounts/user/{other.pk}/change/"),
    ]


# --- How it is done ---------------------------------------------------------------------------


def test_only_what_is_ticked_is_undone(client, thief):
    one, other = make_article(title_ar="أول"), make_article(title_ar="ثان")
    for article in (one, other):
        workflow.publish(article, language="ar", by=thief)
    undo(client, thief, key("public", one))
    assert public_titles() == {"ثان"}


def test_one_that_fails_stops_none_of_the_others(client, thief, monkeypatch):
    one, other = make_article(title_ar="أول"), make_article(title_ar="ثان")
    for article in (one, other):
        workflow.publish(article, language="ar", by=thief)
    withdraw = workflow.withdraw

    def refuses_one(item, **facts):
        if item.pk == one.pk:
            withdraw(item, **facts)
            raise ValidationError("not today")
        return withdraw(item, **facts)

    monkeypatch.setattr(workflow, "withdraw", refuses_one)
    assert undo(client, thief) == {key("public", one): "not today", key("public", other): ""}
    assert public_titles() == {"أول"}
    entry = AuditEntry.objects.get(action="account.undone")
    assert (entry.target_id, entry.details["done"], entry.details["refused"]) == (str(thief.pk), 1, 1)


def test_undoing_twice_does_nothing_twice(client, thief):
    article = long_ago(publish(make_article(title_ar="صحيح"), "ar"))
    write(article, "ar", by=thief, title="مشوه")
    workflow.publish(article, language="ar", by=thief)
    undo(client, thief)
    count = article.editions.get().versions.count()
    assert all(deed.obstacle for deed in listed(client, thief).values())
    undo(client, thief, key("public", article), key("text", article))
    assert article.editions.get().versions.count() == count


def test_it_works_in_a_lock_down_also_for_what_the_lock_down_took_back(admin, thief):
    article, planned = long_ago(publish(make_article(title_ar="صحيح"), "ar")), make_article(title_ar="مخطط")
    write(article, "ar", by=thief, title="مشوه")
    workflow.publish(article, language="ar", by=thief)
    workflow.schedule(planned, language="ar", by=thief, at=in_minutes(30))
    lockdown.start(by=admin, reason="x")
    admin.refresh_from_db()
    client = Client()
    client.force_login(admin)
    assert listed(client, thief)[key("public", planned)].obstacle.startswith("Nothing is left")
    assert set(undo(client, thief).values()) == {""}
    assert public_titles() == {"صحيح"}


def test_the_period_is_one_of_five_and_whatever_else_is_asked_for_is_a_day(client, thief):
    for hours in ("1", "6", "24", "72", "168", "9999", "x", "-1", "²"):
        assert client.get(f"/admin/desk/undo/{thief.pk}/?hours={hours}").status_code == 200
    for since in ("", "x", "0001-01-01", "9999-99-99T00:00", "2020-01-01T00:00:00+00:00"):
        assert client.post(address(thief), {"since": since}).status_code == 200


@pytest.mark.parametrize("role", ["reporter", "editor", "publisher"])
def test_only_admins_undo(role, thief):
    client = Client()
    client.force_login(make_staff(role))
    assert client.get(address(thief)).status_code == 403
    assert client.post(address(thief), {}).status_code == 403


def test_nobody_undoes_what_somebody_above_them_did(client):
    above = make_superuser()
    assert client.get(address(above)).status_code == 403
    assert client.post(address(above), {}).status_code == 403


def test_the_list_says_that_it_is_cut(client, thief, monkeypatch):
    monkeypatch.setattr("desk.undo.MOST", 2)
    for number in range(3):
        workflow.publish(make_article(title_ar=f"{number} خبر"), language="ar", by=thief)
    assert deeds_of(thief, timezone.now() - HOUR).is_cut
    assert "Only the newest 2 entries" in client.get(address(thief)).content.decode()


# --- Reverting ------------------------------------------------------------------------------------


def test_only_a_version_that_readers_saw_can_be_shown_to_them_again():
    article = publish(make_article(title_ar="أول"), "ar")
    write(article, "ar", title="مسودة")
    edition = article.editions.get()
    draft = edition.versions.latest("number")
    with pytest.raises(ValidationError):
        workflow.revert(article, language="ar", by=None, version=draft)
    workflow.schedule(article, language="ar", by=None, at=in_minutes(5))
    frozen = article.editions.get().upcoming
    workflow.unschedule(article, language="ar", by=None)
    with pytest.raises(ValidationError):
        workflow.revert(article, language="ar", by=None, version=frozen)
    other = publish(make_article(title_ar="آخر"), "ar").editions.get().live
    with pytest.raises(ValidationError):
        workflow.revert(article, language="ar", by=None, version=other)


def test_reverting_keeps_what_is_being_written_and_needs_the_right_to_publish():
    article = publish(make_article(title_ar="أول"), "ar")
    first = article.editions.get().live
    write(article, "ar", title="ثان")
    publish_again = {"language": "ar", "by": None, "change": "update"}
    workflow.publish(article, **publish_again)
    write(article, "ar", title="ثالث")
    with pytest.raises(PermissionDenied):
        workflow.revert(article, language="ar", by=make_staff("editor"), version=first)
    workflow.revert(article, language="ar", by=make_staff("publisher"), version=first)
    edition = article.editions.get()
    article.refresh_from_db()
    assert (edition.live.title, article.title_ar) == ("أول", "ثالث")
    assert edition.has_unpublished_changes
    assert edition.live.kind == "update"
