from django.contrib.contenttypes.models import ContentType
from django.db import models

from publishing.languages import language_choices


class ReadCount(models.Model):
    """How often something public was read on one day in one language. Nothing is kept of who read it."""

    item_type = models.ForeignKey(ContentType, models.CASCADE, related_name="+")
    item_id = models.PositiveBigIntegerField()
    language = models.CharField(max_length=8, choices=language_choices)
    day = models.DateField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item_type", "item_id", "language", "day"], name="readcount_unique")
        ]
        indexes = [models.Index(fields=["item_type", "language", "day"], name="readcount_by_day")]

    def __str__(self):
        return f"{self.item_type_id}:{self.item_id} {self.language} {self.day}: {self.count}"


class MostRead(models.Model):
    """What was read most in one language over the last seven days, worked out from time to time."""

    item_type = models.ForeignKey(ContentType, models.CASCADE, related_name="+")
    item_id = models.PositiveBigIntegerField()
    language = models.CharField(max_length=8, choices=language_choices)
    count = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item_type", "item_id", "language"], name="mostread_unique")]
        indexes = [models.Index(fields=["item_type", "language", "-count"], name="mostread_first")]

    def __str__(self):
        return f"{self.item_type_id}:{self.item_id} {self.language}: {self.count}"
