from django.db import models


class Counter(models.Model):
    """How often something was tried within a while (`accounts.limits`). The key does not tell whom it is about."""

    key = models.CharField(max_length=64, primary_key=True)
    count = models.PositiveIntegerField(default=1)
    ends_at = models.DateTimeField(db_index=True)

    class Meta:
        default_permissions = ()

    def __str__(self):
        return self.key
