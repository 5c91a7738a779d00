from django.db import models

from publishing.clock import now


class BreakingLineQuerySet(models.QuerySet):
    """Breaking-news lines."""

    def running(self, *, language, at=None):
        """Lines that have words in `language` and have not ended, newest first."""
        return (
            self.filter(ends_at__gt=at or now())
            .exclude(**{f"text_{language}": None})
            .exclude(**{f"text_{language}": ""})
            .order_by("-pk")
        )
