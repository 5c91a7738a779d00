"""When a text goes out: schedule, embargo, release policies; and what readers are told when it changes."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from articles.models import ArticleEdition
from publishing import workflow
from publishing.models import LogEntry, Version
from tests.builders import make_article, make_staff, make_superuser, publish, write
from tests.jobs import run_due_jobs

pytestmark = pytest.mark.django_db


def hours(number):
    return timezone.now() + timedelta(hours=number)


def public_in(*, at=None):
    return set(ArticleEdition.objects.published_in_any_language(at=at).values_list("language", flat=True))


def shown(language="ar", *, at):
    return ArticleEdition.objects.published(language=language, at=at).with_shown("title", at=at).get().shown_title


def approved(article, *languages):
    for language in languages:
        write(article, language)
        workflow.submit(article, language=language, by=None)
        workflow.approve(article, language=language, by=None)
    return article


# --- The server was off, the copy was edited --------------------------------------


def test_the_approved_text_goes_out_even_if_the_copy_was_edited_after_scheduling():
    article = approved(make_article(title_ar="موافق عليه"), "ar")
    workflow.schedule(article, language="ar", by=None, at=hours(1))
    write(article, "ar", title="تعديل لاحق")

    assert shown(at=hours(2)) == "موافق عليه"


def test_what_was_scheduled_is_public_on_time_though_no_process_ran():
    article = approved(make_article(title_ar="خبر"), "ar")
    workflow.schedule(article, language="ar", by=None, at=hours(1), until=hours(3))

    assert public_in() == set()
    assert public_in(at=hours(2)) == {"ar"}
    assert public_in(at=hours(4)) == set()


def test_the_job_catches_up_with_what_happened_while_the_server_was_off():
    article = approved(make_article(title_ar="خبر", title_tr="Haber"), "ar", "tr")
    workflow.schedule(article, language="ar", by=None, at=hours(1))
    workflow.publish(article, language="tr", by=None)
    workflow.withdraw(article, language="tr", by=None, at=hours(1))
    ArticleEdition.objects.filter(language="ar").update(publish_at=hours(-1))
    ArticleEdition.objects.filter(language="tr").update(withdraw_at=hours(-1))

    workflow.settle()

    assert dict(article.editions.values_list("language", "state")) == {"ar": "published", "tr": "withdrawn"}
    workflow.settle()
    assert LogEntry.objects.filter(step="settle").count() == 2


def test_a_planned_withdrawal_is_public_until_its_time_and_can_be_cancelled():
    article = publish(make_article(title_ar="خبر"), "ar")
    edition = workflow.withdraw(article, language="ar", by=None, at=hours(1))
    assert edition.state == "published"
    assert public_in(at=hours(2)) == set()

    workflow.unschedule(article, language="ar", by=None)
    assert public_in(at=hours(2)) == {"ar"}


def test_moving_a_planned_publication_keeps_the_frozen_text():
    article = approved(make_article(title_ar="موافق عليه"), "ar")
    workflow.schedule(article, language="ar", by=None, at=hours(1))
    write(article, "ar", title="تعديل لاحق")
    workflow.reschedule(article, language="ar", by=None, at=hours(5))

    assert public_in(at=hours(2)) == set()
    assert shown(at=hours(6)) == "موافق عليه"


# --- Embargo ---------------------------------------------------------------------


@pytest.mark.parametrize("who", ["superuser", "publisher", "the system"])
def test_before_the_embargo_ends_nobody_publishes(who):
    person = {"superuser": make_superuser, "publisher": lambda: make_staff("publisher"), "the system": lambda: None}
    by = person[who]()
    article = approved(make_article(title_ar="خبر", embargo_until=hours(5)), "ar")

    with pytest.raises(ValidationError, match="under embargo until"):
        workflow.publish(article, language="ar", by=by)
    with pytest.raises(ValidationError, match="under embargo until"):
        workflow.schedule(article, language="ar", by=by, at=hours(4))
    assert public_in(at=hours(24)) == set()

    workflow.schedule(article, language="ar", by=by, at=article.embargo_until)
    assert public_in(at=hours(4)) == set()
    assert public_in(at=hours(6)) == {"ar"}


def test_an_embargo_holds_back_a_move_too():
    article = approved(make_article(title_ar="خبر", embargo_until=hours(5)), "ar")
    workflow.schedule(article, language="ar", by=None, at=hours(6))
    with pytest.raises(ValidationError, match="under embargo"):
        workflow.reschedule(article, language="ar", by=None, at=hours(2))


# --- Release policies ----------------------------------------------------------------


def test_each_language_goes_out_when_it_is_ready():
    article = approved(make_article(title_ar="خبر", title_tr="Haber"), "ar", "tr")
    workflow.publish(article, language="tr", by=None)
    assert public_in() == {"tr"}


def test_all_together_nothing_is_public_until_the_last_language_is_approved():
    article = make_article(title_ar="خبر", title_tr="Haber", title_ku="Nûçe", release_policy="together")
    approved(article, "ar", "tr")
    workflow.publish(article, language="ar", by=None)
    assert public_in() == set()
    write(article, "ku")
    workflow.submit(article, language="ku", by=None)
    assert public_in() == set()

    workflow.approve(article, language="ku", by=make_staff("editor"))

    assert public_in() == {"ar", "tr", "ku"}
    moments = set(article.editions.values_list("publish_at", flat=True))
    assert max(moments) - min(moments) < timedelta(seconds=5)


def test_all_together_is_all_or_nothing(monkeypatch):
    article = approved(make_article(title_ar="خبر", title_tr="Haber", release_policy="together"), "ar")
    write(article, "tr")
    workflow.submit(article, language="tr", by=None)
    article.category.path_ar = None
    article.category.save_base(update_fields=["path_ar"])

    with pytest.raises(ValidationError):
        workflow.approve(article, language="tr", by=None)

    assert public_in() == set()
    assert article.editions.get(language="tr").state == "in_review"


def test_all_together_counts_the_languages_that_it_is_wanted_in():
    article = make_article(
        title_ar="خبر", title_tr="Haber", release_policy="together", wanted_languages=["ar", "tr", "en"]
    )
    approved(article, "ar", "tr")
    assert public_in() == set()
    article.title_en = "News"
    approved(article, "en")
    assert public_in() == {"ar", "tr", "en"}


def test_all_together_under_embargo_goes_out_at_its_end():
    article = make_article(title_ar="خبر", title_tr="Haber", release_policy="together", embargo_until=hours(3))
    approved(article, "ar", "tr")
    assert public_in() == set()
    assert public_in(at=hours(4)) == {"ar", "tr"}


def test_all_together_a_changed_text_holds_the_others_back():
    article = make_article(title_ar="خبر", title_tr="Haber", release_policy="together")
    approved(article, "ar")
    write(article, "ar", title="خبر معدّل")
    approved(article, "tr")
    assert public_in() == set()


def test_source_first_a_translation_waits_and_follows_its_source():
    article = make_article(title_ar="خبر", title_tr="Haber", source_language="ar", release_policy="source_first")
    approved(article, "tr")
    edition = workflow.publish(article, language="tr", by=None)
    assert (edition.state, edition.waits_to_go_out) == ("approved", True)
    assert workflow.waits_for(article, edition) == ["ar"]
    assert public_in() == set()

    approved(article, "ar")
    workflow.publish(article, language="ar", by=None)
    assert public_in() == {"ar", "tr"}


def test_source_first_a_translation_nobody_asked_for_stays():
    article = make_article(title_ar="خبر", title_tr="Haber", source_language="ar", release_policy="source_first")
    approved(article, "ar", "tr")
    workflow.publish(article, language="ar", by=None)
    assert public_in() == {"ar"}


def test_source_first_a_translation_is_not_scheduled_before_its_source():
    article = make_article(title_ar="خبر", title_tr="Haber", source_language="ar", release_policy="source_first")
    approved(article, "ar", "tr")
    with pytest.raises(ValidationError, match="source language goes out first"):
        workflow.schedule(article, language="tr", by=None, at=hours(1))
    workflow.schedule(article, language="ar", by=None, at=hours(2))
    workflow.publish(article, language="tr", by=None)
    assert public_in(at=hours(1)) == set()
    assert public_in(at=hours(3)) == {"ar", "tr"}


# --- Changes to what is public ------------------------------------------------------


def test_editing_what_is_public_changes_nothing_until_it_is_published_again():
    article = publish(make_article(title_ar="أول"), "ar")
    edition = write(article, "ar", title="ثان")
    assert edition.has_unpublished_changes
    assert (edition.state, edition.review) == ("published", "draft")
    assert shown(at=timezone.now()) == "أول"

    workflow.publish(article, language="ar", by=None)
    assert shown(at=timezone.now()) == "ثان"


def test_discarded_changes_are_gone_from_the_copy_and_kept_in_the_history():
    article = publish(make_article(title_ar="أول"), "ar")
    write(article, "ar", title="ثان")

    edition = workflow.discard(article, language="ar", by=None)

    article.refresh_from_db()
    assert article.title_ar == "أول"
    assert not edition.has_unpublished_changes
    assert edition.versions.filter(title="ثان").exists()


def test_a_restored_text_is_a_new_version_and_nothing_is_lost():
    article = make_article(title_ar="أول")
    first = write(article, "ar").versions.get()
    write(article, "ar", title="ثان")

    edition = workflow.restore(article, language="ar", by=make_staff("reporter"), version=first)

    article.refresh_from_db()
    assert article.title_ar == "أول"
    assert list(edition.versions.order_by("number").values_list("title", flat=True)) == ["أول", "ثان", "أول"]


def test_a_silent_change_shows_no_new_time():
    article = publish(make_article(title_ar="أول"), "ar")
    write(article, "ar", title="أوّل")
    edition = workflow.publish(article, language="ar", by=None, change=workflow.SILENT)
    assert edition.updated_at is None
    assert edition.live.title == "أوّل"


def test_a_correction_needs_a_note_for_readers_and_is_kept_with_all_later_versions():
    article = publish(make_article(title_ar="عشرة"), "ar")
    write(article, "ar", title="اثنا عشر")
    with pytest.raises(ValidationError, match="what was wrong"):
        workflow.publish(article, language="ar", by=None, change=Version.Kind.CORRECTION)
    workflow.publish(article, language="ar", by=None, change=Version.Kind.CORRECTION, public_note="اثنا عشر لا عشرة")
    write(article, "ar", standfirst="تفاصيل")
    edition = workflow.publish(article, language="ar", by=None)

    assert [entry["note"] for entry in edition.live.corrections] == ["اثنا عشر لا عشرة"]


@pytest.mark.parametrize("step", ["correction", "withdraw", "retract"])
def test_when_the_source_is_corrected_or_taken_back_its_public_translations_are_marked(step):
    article = make_article(title_ar="عشرة", title_tr="On", title_ku="Deh", source_language="ar")
    for language in ("ar", "tr", "ku"):
        write(article, language)
    publish(article, "ar", "tr")
    if step == "correction":
        write(article, "ar", title="اثنا عشر")
        workflow.publish(article, language="ar", by=None, change=Version.Kind.CORRECTION, public_note="خطأ")
    else:
        getattr(workflow, step)(article, language="ar", by=None, note="خطأ")

    marked = article.editions.filter(being_updated_since__isnull=False).values_list("language", flat=True)
    assert list(marked) == ["tr"]


def test_the_mark_goes_when_the_translation_is_found_right_or_published_anew():
    article = make_article(title_ar="عشرة", title_tr="On", title_ku="Deh", source_language="ar")
    for language in ("ar", "tr", "ku"):
        write(article, language)
    publish(article, "ar", "tr", "ku")
    write(article, "ar", title="اثنا عشر")
    workflow.publish(article, language="ar", by=None, change=Version.Kind.CORRECTION, public_note="خطأ")
    assert article.editions.filter(being_updated_since__isnull=False).count() == 2

    workflow.mark_current(article, language="ku", by=None)
    write(article, "tr", title="On iki")
    workflow.mark_current(article, language="tr", by=None)
    assert article.editions.get(language="tr").being_updated_since
    workflow.publish(article, language="tr", by=None)

    assert not article.editions.filter(being_updated_since__isnull=False).exists()


def test_a_translation_is_outdated_when_a_newer_source_goes_live_and_not_before():
    article = make_article(title_ar="عشرة", title_tr="On", source_language="ar")
    write(article, "ar")
    publish(article, "ar")
    edition = write(article, "tr")

    def is_outdated():
        edition.refresh_from_db()
        return edition.source_revision < article.editions.get(language="ar").text_needed_revision

    assert not is_outdated()
    write(article, "ar", title="اثنا عشر")
    assert not is_outdated()
    publish(article, "ar")
    assert is_outdated()


def test_a_text_that_a_command_changed_counts_as_new_when_it_is_published():
    article = make_article(title_ar="عشرة", title_tr="On", source_language="ar")
    publish(article, "ar", "tr")
    article.title_ar = "اثنا عشر"
    article.save()
    publish(article, "ar")
    editions = {edition.language: edition for edition in article.editions.all()}
    assert editions["tr"].source_revision < editions["ar"].text_needed_revision


def test_a_retracted_text_keeps_its_address_and_nothing_of_its_words():
    article = publish(make_article(title_ar="خبر", body_ar="<p>كلام غير صحيح</p>"), "ar")
    with pytest.raises(ValidationError, match="Tell readers why"):
        workflow.retract(article, language="ar", by=None)

    edition = workflow.retract(article, language="ar", by=None, note="لم يصح الخبر")

    assert edition.state == "retracted"
    assert public_in() == set()
    assert ArticleEdition.objects.readable().get().live.body == ""
    assert edition.live.retraction_note == "لم يصح الخبر"


def test_a_scheduled_correction_marks_the_translations_when_its_time_comes():
    article = make_article(title_ar="عشرة", title_tr="On", source_language="ar")
    publish(article, "ar", "tr")
    write(article, "ar", title="اثنا عشر")
    workflow.schedule(article, language="ar", by=None, at=hours(1), change=Version.Kind.CORRECTION, public_note="خطأ")
    assert not article.editions.filter(being_updated_since__isnull=False).exists()
    ArticleEdition.objects.filter(language="ar").update(upcoming_at=hours(-1))
    workflow.settle()
    assert article.editions.get(language="tr").being_updated_since
    run_due_jobs()
