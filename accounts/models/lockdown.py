from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class LockDown(models.Model):
    """
    The house is shut: nothing is published and no account is changed until two admins open it again.

    At most one is in force; the others are history.
    """

    is_in_force = models.BooleanField(default=True, editable=False)
    reason = models.TextField(_("reason"), max_length=1000, help_text=_("All staff see it."))
    started_at = models.DateTimeField(_("begun"), default=timezone.now)
    # None: an operator, by a command.
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    # The first of the two who open it again.
    release_asked_at = models.DateTimeField(null=True)
    release_note = models.CharField(max_length=300, blank=True)
    release_asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    ended_at = models.DateTimeField(_("ended"), null=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["-started_at"]
        default_permissions = ("add", "change", "view")
        constraints = [
            models.UniqueConstraint(
                fields=["is_in_force"], condition=Q(is_in_force=True), name="lockdown_one_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(is_in_force=True) ^ Q(ended_at__isnull=False), name="lockdown_ends_once"
            ),
        ]
        verbose_name = _("lock-down")
        verbose_name_plural = _("lock-downs")

    def __str__(self):
        return f"{self.started_at:%Y-%m-%d %H:%M}"

    @classmethod
    def now(cls):
        """The lock-down that is in force, or None."""
        return cls.objects.filter(is_in_force=True).first()
