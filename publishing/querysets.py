from django.db import models
from django.db.models import Case, F, Q, When

from publishing.clock import now
from publishing.languages import current_language

# The conditions for editions with a text that readers have not got, and for those that something was said of after they
# were published, or will be. Few of all are: indexes of articles hold them alone, and questions name them as those do.
UNFINISHED = Q(live=None) | Q(revision__gt=F("released_revision"))
TAKEN_BACK = Q(being_updated_since__isnull=False) | Q(withdraw_at__isnull=False) | Q(retracted_at__isnull=False)
# What readers see, or will at a set time, as far as the stored state says: a job may be late to bring that up to date.
OUT = Q(state="scheduled") | Q(state="published")


class EditionQuerySet(models.QuerySet):
    """Editions of one type. `published()` is the only door to what readers may see."""

    def published(self, *, language=None, at=None):
        """
        What a reader may see in `language` (default: the page's) at the moment `at` (default: now).

        The time is compared when the query runs: a scheduled text appears, and
        a limited one disappears, whether or not any process was awake.
        """
        at = at or now()
        return self.filter(
            Q(withdraw_at__isnull=True) | Q(withdraw_at__gt=at),
            language=language or current_language(),
            live__isnull=False,
            publish_at__lte=at,
            retracted_at__isnull=True,
        ).select_related("live")

    def published_in_any_language(self, *, at=None):
        """The same for all languages at once: for language switches and address changes."""
        return self.readable(at=at).filter(retracted_at__isnull=True)

    def readable(self, *, at=None):
        """
        What has a page, in all languages: what is published, and what was retracted.

        A retracted text stands in no list; its address is kept, with a note in place of the text.
        """
        at = at or now()
        return self.filter(
            Q(withdraw_at__isnull=True) | Q(withdraw_at__gt=at), live__isnull=False, publish_at__lte=at
        ).select_related("live")

    def withdrawn(self, *, language=None, at=None):
        """What readers saw once and no longer do: its address answers 410."""
        at = at or now()
        return self.filter(
            language=language or current_language(), live__isnull=False, withdraw_at__lte=at
        ).select_related("live")

    def newest_first(self):
        return self.order_by("-publish_at", "-pk")

    def from_place(self, publish_at, pk):
        """What stands in such a list from an edition on, given when it was published and its key; itself included."""
        return self.filter(Q(publish_at__lt=publish_at) | Q(pk__lte=pk), publish_at__lte=publish_at)

    def with_shown(self, *names, at=None):
        """
        Annotates `shown_<name>`: fields of the version that readers see, without loading it.

        It is the version that `Edition.version` gives, a scheduled change included.
        """
        is_due = Q(upcoming_at__lte=at or now())
        shown = {
            f"shown_{name}": Case(When(is_due, then=f"upcoming__{name}"), default=f"live__{name}") for name in names
        }
        return self.annotate(**shown)

    def for_addresses(self):
        """With what their addresses need, and which picture stands for each; without their texts."""
        texts = [f"{version}__{text}" for version in ("live", "upcoming") for text in ("body", "standfirst", "summary")]
        return self.select_related("upcoming").defer(*texts)

    def for_results(self):
        """With what results of a search show: also passages of their texts."""
        return self.for_addresses().defer(None)

    def planned(self):
        """What will be public at a set time, or as soon as its release policy allows."""
        return self.filter(
            Q(live__isnull=False, publish_at__gt=now()) | Q(upcoming_at__gt=now()) | Q(waits_to_go_out=True)
        )

    def due(self, *, at=None):
        """Editions whose stored state has fallen behind the clock; `workflow.settle` brings it up to date."""
        at = at or now()
        state = self.model.State
        return self.filter(
            Q(state=state.SCHEDULED, publish_at__lte=at)
            | Q(upcoming__isnull=False, upcoming_at__lte=at)
            | Q(withdraw_at__lte=at, state__in=[state.SCHEDULED, state.PUBLISHED, state.RETRACTED])
        )


class VersionQuerySet(models.QuerySet):
    """Versions are written once: nothing here changes or deletes them in bulk."""

    def released(self):
        """Those that readers got, or will: addresses and public history know no others."""
        return self.filter(kind__in=self.model.RELEASED)

    def update(self, **kwargs):
        raise self.model.Immutable(f"{self.model.__name__} rows are never changed.")

    def delete(self):
        raise self.model.Immutable(f"{self.model.__name__} rows are never deleted.")
