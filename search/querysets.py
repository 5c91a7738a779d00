import json

from django.contrib.contenttypes.models import ContentType
from django.db import connection, models
from django.db.models import Q

from publishing.clock import now
from search import analysis


class SearchEntryQuerySet(models.QuerySet):
    """Entries of the index of what readers can find."""

    def current(self):
        """Those that readers may see at this moment: some end by the clock, before a job has been there."""
        return self.filter(Q(gone_at=None) | Q(gone_at__gt=now()))

    def gone(self):
        """The others: few, and only until a job has been there."""
        return self.filter(gone_at__lte=now())

    def numbered(self, numbers):
        """Those with these numbers: thousands of them given to the database as one value."""
        if connection.vendor == "sqlite":
            return self.extra(where=["id IN (SELECT value FROM json_each(%s))"], params=[json.dumps(numbers)])
        return self.extra(where=["id = ANY(%s::bigint[])"], params=[f"{{{','.join(map(str, numbers))}}}"])

    def stale(self):
        """Those that an older version of the analysis made."""
        return self.filter(analysis__lt=analysis.VERSION)

    def of(self, edition):
        """The entry of one edition, if it has one."""
        kind = ContentType.objects.get_for_model(edition._meta.get_field("item").related_model)
        return self.filter(item_type=kind, item_id=edition.item_id, language=edition.language)
