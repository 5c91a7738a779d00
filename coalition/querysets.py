from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from publishing.clock import now
from publishing.querysets import EditionQuerySet


class BodyEditionQuerySet(EditionQuerySet):
    """Editions of bodies."""

    def in_place(self):
        """In their order, with what the working row knows of their place: `kind`, `parent_id`, `position`."""
        return self.annotate(
            kind=F("item__kind"), parent_id=F("item__parent_id"), position=F("item__position")
        ).order_by("position", "item_id")


class MandateQuerySet(models.QuerySet):
    """Who sits where, and when."""

    def current(self, *, on=None):
        """Mandates that are held on the day `on` (default: today in the newsroom's time zone)."""
        day = on or timezone.localdate(now())
        return self.filter(
            Q(started_on__isnull=True) | Q(started_on__lte=day), Q(ended_on__isnull=True) | Q(ended_on__gte=day)
        )

    def in_order(self):
        """Leadership first (position), then as they were entered."""
        return self.order_by("position", "pk")
