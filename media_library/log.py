"""Who did what to a picture, and when: kept in the log of all steps, and shown on the picture's page."""

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.translation import gettext_lazy as _

from publishing.models import LogEntry


class Step(models.TextChoices):
    """What is logged of a picture."""

    FOCAL_POINT = "focal_point", _("focal point set")
    REDACT = "redact", _("parts hidden")
    UNCOVER = "uncover", _("hidden parts changed or shown again")
    REPLACE = "replace", _("file replaced")
    ORIGINAL = "original", _("original downloaded")
    DELETE = "delete", _("deleted")


def record(picture, step, *, by, note=""):
    """Adds an entry. It outlives the picture. `by` is None for the system itself."""
    LogEntry.append(picture, step, by=by, note=note[:1000])


def entries_of(picture, *, count=20):
    """The newest entries of a picture, each with its step in words (`what`)."""
    kind = ContentType.objects.get_for_model(picture)
    entries = list(LogEntry.objects.filter(item_type=kind, item_id=picture.pk).select_related("by")[:count])
    for entry in entries:
        entry.what = Step(entry.step).label
    return entries
