from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class StaffSession(models.Model):
    """
    Where somebody is signed in: one row for each session in the store.

    Its row goes when the session ends; `accounts.sessions` keeps both in step.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="staff_sessions")
    session_key = models.CharField(max_length=40, unique=True, editable=False)
    started_at = models.DateTimeField(_("signed in"), default=timezone.now)
    # Kept to the minute: not every request writes.
    seen_at = models.DateTimeField(_("last seen"), default=timezone.now)
    address = models.GenericIPAddressField(_("network address"), null=True)
    # As the browser calls itself (RFC 9110, 10.1.5).
    browser = models.CharField(_("device"), max_length=300, blank=True)

    class Meta:
        ordering = ["-seen_at"]
        default_permissions = ()
        indexes = [models.Index(fields=["user", "-seen_at"], name="staffsession_by_user")]
        verbose_name = _("session")
        verbose_name_plural = _("sessions")

    def __str__(self):
        return f"{self.user_id} {self.address}"
