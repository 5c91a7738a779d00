from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.languages import interface_language_choices
from accounts.models.people import RoleAssignment


class Invitation(models.Model):
    """
    Somebody was asked by e-mail to work here, and what they will be when they accept.

    The link in the mail is used once; only its hash is kept. `languages` holds
    codes; none means all, as with `sections`.
    """

    class State(models.TextChoices):
        OPEN = "open", _("waits for an answer")
        ACCEPTED = "accepted", _("accepted")
        EXPIRED = "expired", _("expired")
        REVOKED = "revoked", _("taken back")

    email = models.EmailField(_("e-mail address"))
    display_name = models.CharField(_("name"), max_length=100, blank=True)
    role = models.CharField(_("role"), max_length=12, choices=RoleAssignment.Role.choices)
    languages = models.JSONField(_("languages"), default=list, blank=True)
    sections = models.ManyToManyField("articles.Category", blank=True, related_name="+", verbose_name=_("sections"))
    # Not the same as having no sections: one that is deleted later must not open all the others.
    is_in_all_sections = models.BooleanField(default=True, editable=False)
    # The language of the mail, and at first of the account's interface.
    interface_language = models.CharField(
        _("language of the mail"), max_length=8, choices=interface_language_choices, default="en"
    )
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("invited by")
    )
    created_at = models.DateTimeField(_("invited"), default=timezone.now, editable=False)
    # None: the mail waits for its job.
    sent_at = models.DateTimeField(_("sent"), null=True, editable=False)
    expires_at = models.DateTimeField(_("valid until"))
    accepted_at = models.DateTimeField(_("accepted"), null=True, editable=False)
    account = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="invitation"
    )
    revoked_at = models.DateTimeField(_("taken back"), null=True, editable=False)

    class Meta:
        ordering = ["-created_at"]
        default_permissions = ("add", "change", "view")
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")

    def __str__(self):
        return self.display_name or self.email

    @property
    def state(self):
        """What became of it, by the clock."""
        if self.accepted_at:
            return self.State.ACCEPTED
        if self.revoked_at:
            return self.State.REVOKED
        return self.State.OPEN if self.expires_at > timezone.now() else self.State.EXPIRED

    @property
    def is_open(self):
        return self.state == self.State.OPEN
