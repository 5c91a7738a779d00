"""What migrations of several apps do alike."""

from django.db.models import F

from publishing.html import summary


def give_versions_their_summary(app_label, name):
    """
    For versions from before they had a summary of their own.

    `name` is the item's model, such as "Article". Returns a function for `RunPython`.
    """

    def forwards(apps, schema_editor):
        versions = apps.get_model(app_label, f"{name}Version")._base_manager
        for version in versions.exclude(body="").only("body").order_by("pk").iterator(chunk_size=500):
            versions.filter(pk=version.pk).update(summary=summary(version.body))

    return forwards


def give_editions_their_review(app_label, name):
    """
    For editions from before there was a review: what is out was approved, and every translation fits its source.

    `name` is the item's model, such as "Article". Returns a function for `RunPython`.
    """

    def forwards(apps, schema_editor):
        edition_model = apps.get_model(app_label, f"{name}Edition")
        version_model = apps.get_model(app_label, f"{name}Version")
        editions = edition_model._default_manager
        editions.filter(live__isnull=False, revision=F("released_revision")).update(review="approved")
        for edition in editions.filter(live__isnull=False).iterator():
            version_model._base_manager.filter(pk__in=[edition.live_id, edition.upcoming_id]).update(
                revision=edition.released_revision
            )
        for source in editions.filter(language=F("item__source_language")).iterator():
            revision = source.released_revision if source.live_id else source.revision
            editions.filter(item=source.item_id).exclude(pk=source.pk).update(source_revision=revision)

    return forwards
