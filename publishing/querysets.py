from django.db import models
from django.db.models import Case, Q, When
from django.utils import timezone

from publishing.languages import current_language


class EditionQuerySet(models.QuerySet):
    """Editions of one type. `published()` is the only door to what readers may see."""

    def published(self, *, language=None, at=None):
        """
        What a reader may see in `language` (default: the page's) at the moment `at` (default: now).

        The time is compared when the query runs: a scheduled text appears, and
        a limited one disappears, whether or not any process was awake.
        """
        at = at or timezone.now()
        return self.filter(
            Q(withdraw_at__isnull=True) | Q(withdraw_at__gt=at),
            language=language or current_language(),
            live__isnull=False,
            publish_at__lte=at,
        ).select_related("live")

    def published_in_any_language(self, *, at=None):
        """The same for all languages at once: for language switches and address changes."""
        at = at or timezone.now()
        return self.filter(
            Q(withdraw_at__isnull=True) | Q(withdraw_at__gt=at), live__isnull=False, publish_at__lte=at
        ).select_related("live")

    def withdrawn(self, *, language=None, at=None):
        """What readers saw once and no longer do: its address answers 410."""
        at = at or timezone.now()
        return self.filter(
            language=language or current_language(), live__isnull=False, withdraw_at__lte=at
        ).select_related("live")

    def newest_first(self):
        return self.order_by("-publish_at", "-pk")

    def with_shown(self, *names, at=None):
        """
        Annotates `shown_<name>`: fields of the version that readers see, without loading it.

        It is the version that `Edition.version` gives, a scheduled change included.
        """
        is_due = Q(upcoming_at__lte=at or timezone.now())
        shown = {
            f"shown_{name}": Case(When(is_due, then=f"upcoming__{name}"), default=f"live__{name}") for name in names
        }
        return self.annotate(**shown)

    def due(self, *, at=None):
        """Editions whose stored state has fallen behind the clock; `workflow.settle` brings it up to date."""
        at = at or timezone.now()
        return self.filter(
            Q(state=self.model.State.SCHEDULED, publish_at__lte=at) | Q(upcoming__isnull=False, upcoming_at__lte=at)
        )


class VersionQuerySet(models.QuerySet):
    """Versions are written once: nothing here changes or deletes them in bulk."""

    def update(self, **kwargs):
        raise self.model.Immutable(f"{self.model.__name__} rows are never changed.")

    def delete(self):
        raise self.model.Immutable(f"{self.model.__name__} rows are never deleted.")
