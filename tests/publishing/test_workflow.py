"""What readers see, and when, after each step of the workflow."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError
from django.utils import timezone

from articles.models import ArticleEdition, ArticleVersion
from publishing import workflow
from publishing.models import Change, Edition, LogEntry
from publishing.signals import edition_changed
from tests.builders import make_article, make_picture, make_tag, make_user, publish
from tests.jobs import run_due_jobs

pytestmark = pytest.mark.django_db


def shown(language="ar", at=None):
    edition = ArticleEdition.objects.published(language=language, at=at).first()
    return edition and edition.version.title


def test_a_published_text_is_read_in_its_language_only():
    publish(make_article(title_ar="أول", title_tr="Birinci"), "ar")

    assert shown("ar") == "أول"
    assert shown("tr") is None


def test_editing_a_published_article_changes_nothing_until_it_is_published_again():
    article = publish(make_article(title_ar="أول"), "ar")

    article.title_ar = "ثان"
    article.save()
    assert shown() == "أول"

    publish(article, "ar")
    assert shown() == "ثان"


def test_a_scheduled_text_appears_at_its_time_without_any_job():
    article = make_article(title_ar="أول")
    at = timezone.now() + timedelta(hours=1)

    workflow.schedule(article, language="ar", by=None, at=at)

    assert shown() is None
    assert shown(at=at) == "أول"
    assert article.editions.get().current_state == Edition.State.SCHEDULED


def test_what_was_scheduled_goes_out_even_if_the_text_is_edited_afterwards():
    article = make_article(title_ar="أول")
    at = timezone.now() + timedelta(hours=1)
    workflow.schedule(article, language="ar", by=None, at=at)

    article.title_ar = "ثان"
    article.save()

    assert shown(at=at) == "أول"


def test_a_scheduled_change_leaves_the_public_text_until_its_time():
    article = publish(make_article(title_ar="أول"), "ar")
    article.title_ar = "ثان"
    article.save()
    workflow.schedule(article, language="ar", by=None, at=timezone.now() + timedelta(hours=1))
    assert shown() == "أول"

    ArticleEdition.objects.update(upcoming_at=timezone.now() - timedelta(seconds=1))
    assert shown() == "ثان"


def test_the_job_brings_the_stored_state_up_to_the_clock_and_may_run_twice():
    article = make_article(title_ar="أول")
    workflow.schedule(article, language="ar", by=None, at=timezone.now() + timedelta(hours=1))
    ArticleEdition.objects.update(publish_at=timezone.now() - timedelta(seconds=1))

    workflow.settle()
    workflow.settle()

    assert article.editions.get().state == Edition.State.PUBLISHED
    assert LogEntry.objects.filter(step="settle").count() == 1


def test_a_job_waits_for_the_time_of_a_scheduled_text():
    from django_tasks_db.models import DBTaskResult

    at = timezone.now() + timedelta(hours=1)
    workflow.schedule(make_article(), language="ar", by=None, at=at)

    job = DBTaskResult.objects.get()
    assert abs((job.run_after - at).total_seconds()) < 1
    DBTaskResult.objects.update(run_after=timezone.now() - timedelta(seconds=1))
    run_due_jobs()


def test_a_cancelled_schedule_lets_nothing_out():
    article = make_article()
    at = timezone.now() + timedelta(hours=1)
    workflow.schedule(article, language="ar", by=None, at=at)

    workflow.unschedule(article, language="ar", by=None)

    assert shown(at=at) is None
    assert article.editions.get().state == Edition.State.APPROVED


def test_a_time_that_has_passed_cannot_be_scheduled():
    with pytest.raises(ValidationError, match="has passed"):
        workflow.schedule(make_article(), language="ar", by=None, at=timezone.now() - timedelta(minutes=1))


def test_a_withdrawn_text_is_gone_and_can_be_published_again():
    article = publish(make_article(title_ar="أول"), "ar")

    workflow.withdraw(article, language="ar", by=None, note="أرقام خاطئة")
    assert shown() is None
    assert ArticleEdition.objects.withdrawn(language="ar").get().withdraw_reason == "أرقام خاطئة"

    publish(article, "ar")
    assert shown() == "أول"


def test_what_is_not_public_cannot_be_withdrawn():
    with pytest.raises(ValidationError, match="nothing to withdraw"):
        workflow.withdraw(make_article(), language="ar", by=None)


def test_without_a_title_nothing_is_published():
    with pytest.raises(ValidationError) as refusal:
        publish(make_article(title_ar="أول"), "en")
    assert "title_en" in refusal.value.error_dict


def test_a_section_without_a_name_in_the_language_refuses_its_articles():
    from tests.builders import make_category

    article = make_article(title_tr="Birinci", category=make_category(name_tr=""))
    with pytest.raises(ValidationError) as refusal:
        publish(article, "tr")
    assert "category" in refusal.value.error_dict


def test_a_lead_picture_without_alternative_text_refuses():
    article = make_article(lead_picture=make_picture(alt_text_ar=""))
    with pytest.raises(ValidationError) as refusal:
        publish(article, "ar")
    assert "lead_picture" in refusal.value.error_dict


def test_a_video_article_needs_its_video():
    with pytest.raises(ValidationError) as refusal:
        publish(make_article(format="video"), "ar")
    assert "video" in refusal.value.error_dict


def test_only_who_may_publish_publishes():
    article, reporter = make_article(), make_user()
    with pytest.raises(PermissionDenied):
        workflow.publish(article, language="ar", by=reporter)

    reporter.user_permissions.add(*Permission.objects.filter(codename__in=["approve_article", "publish_article"]))
    reporter = type(reporter).objects.get(pk=reporter.pk)
    workflow.publish(article, language="ar", by=reporter)
    assert article.editions.get().live.created_by == reporter


def test_a_version_is_written_once():
    version = publish(make_article(), "ar").editions.get().live
    for attempt in (
        version.save,
        version.delete,
        lambda: ArticleVersion.objects.update(title="x"),
        ArticleVersion.objects.all().delete,
    ):
        with pytest.raises(ArticleVersion.Immutable):
            attempt()


def test_an_article_that_was_published_cannot_be_deleted():
    article = publish(make_article(), "ar")
    with pytest.raises((IntegrityError, ArticleVersion.Immutable)):
        article.delete()


def test_a_version_keeps_section_tags_and_picture_words_as_they_were():
    tag, picture = make_tag(), make_picture(caption_ar="كما كان")
    article = publish(make_article(tags=[tag], lead_picture=picture), "ar")

    article.tags.clear()
    picture.caption_ar = "تغير"
    picture.save()

    version = article.editions.get().live
    assert list(version.tags.all()) == [tag]
    assert version.lead_text["caption"] == "كما كان"


def test_each_step_is_in_the_log_with_who_and_what():
    person = make_user(is_superuser=True)
    article = make_article()
    workflow.publish(article, language="ar", by=person, note="first")

    entry = LogEntry.objects.get()
    assert (entry.step, entry.by, entry.language, entry.state_from, entry.state_to, entry.note) == (
        "publish", person, "ar", "draft", "published", "first",
    )  # fmt: skip


def test_each_step_announces_what_it_changed_and_sends_the_signal():
    heard = []

    def listen(**facts):
        heard.append((facts["step"], facts["language"], facts["keys"]))

    edition_changed.connect(listen)
    try:
        article = publish(make_article(), "ar")
    finally:
        edition_changed.disconnect(listen)

    key = f"articles.article:{article.pk}"
    assert heard[0][:2] == ("publish", "ar")
    assert Change.objects.get(key=key, language="ar").is_hard
    assert not Change.objects.get(key="latest", language="ar").is_hard


def test_an_edition_says_when_changes_wait():
    article = publish(make_article(), "ar")
    edition = article.editions.get()
    assert not edition.has_unpublished_changes

    edition.revision += 1
    assert edition.has_unpublished_changes
