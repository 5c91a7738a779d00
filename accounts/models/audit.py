from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class AuditQuerySet(models.QuerySet):
    """Entries are added and read. What would change or delete them raises `AuditEntry.Immutable`."""

    def update(self, **values):
        raise AuditEntry.Immutable("Entries of the audit log are never changed.")

    def delete(self):
        raise AuditEntry.Immutable("Entries of the audit log are never deleted.")

    delete.queryset_only = True


class AuditEntry(models.Model):
    """
    Who did what, when, to what: appended by `accounts.audit.record`, never changed.

    Names are kept beside numbers, so that an entry outlives what it is about.
    """

    class Immutable(TypeError):
        """Raised when code tries to change or delete an entry."""

    at = models.DateTimeField(_("time"), default=timezone.now, db_index=True)
    # None: the system itself (a command, a job), or somebody who is not signed in.
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("who")
    )
    actor_name = models.CharField(_("who"), max_length=160, blank=True)
    # A dotted name, such as "account.signed_in" or "article.publish": see `accounts.audit`.
    action = models.CharField(_("what"), max_length=60)
    # What it was done to: "articles.article", its number, and what it was called then.
    target_type = models.CharField(max_length=60, blank=True)
    target_id = models.CharField(max_length=40, blank=True)
    target_name = models.CharField(_("to what"), max_length=200, blank=True)
    language = models.CharField(_("language"), max_length=8, blank=True)
    details = models.JSONField(_("details"), default=dict, blank=True)
    address = models.GenericIPAddressField(_("network address"), null=True)

    objects = AuditQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        default_permissions = ("view", "export")
        indexes = [
            models.Index(fields=["actor", "-at"], name="audit_by_actor"),
            models.Index(fields=["action", "-at"], name="audit_by_action"),
            models.Index(fields=["target_type", "target_id", "-at"], name="audit_by_target"),
        ]
        verbose_name = _("entry of the audit log")
        verbose_name_plural = _("audit log")

    def __str__(self):
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor_name} {self.action}"

    def save(self, *args, **kwargs):
        if self.pk is not None:
            raise self.Immutable(f"Entry {self.pk} of the audit log was written and is never changed.")
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        raise self.Immutable(f"Entry {self.pk} of the audit log is never deleted.")
