"""What the desk itself keeps: unsaved work, who is writing, comments, notices, preview links."""

import secrets

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from publishing.languages import language_choices


def random_key():
    """A key that nobody guesses: 256 random bits, as it stands in an address."""
    return secrets.token_urlsafe(32)


class AboutText(models.Model):
    """About one language of one publishable item."""

    item_type = models.ForeignKey(ContentType, models.CASCADE, related_name="+")
    item_id = models.PositiveBigIntegerField()
    language = models.CharField(_("language"), max_length=8, choices=language_choices)
    item = GenericForeignKey("item_type", "item_id")

    class Meta:
        abstract = True


class Autosave(models.Model):
    """
    What somebody typed in one part of a form and has not saved: kept for that person alone, never published.

    `part` is a language, or "shared"; `item_id` is 0 for an item that does not
    exist yet. `values`: form field → what was typed. `seal`: what the person
    had been shown (`desk.saving.Seal`), so that a conflict is still noticed.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    item_type = models.ForeignKey(ContentType, models.CASCADE, related_name="+")
    item_id = models.PositiveBigIntegerField(default=0)
    part = models.CharField(max_length=8)
    values = models.JSONField(default=dict)
    seal = models.CharField(max_length=60, blank=True)
    saved_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "item_type", "item_id", "part"], name="autosave_one_per_part")
        ]
        indexes = [models.Index(fields=["saved_at"], name="autosave_by_age")]

    def __str__(self):
        return f"{self.user_id} {self.item_type_id}:{self.item_id} {self.part}"


class Presence(AboutText):
    """Somebody has one language of an item open; seen a moment ago, or not there any more."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    # Whether something was typed, or it is only being looked at.
    is_writing = models.BooleanField(default=False)
    seen_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item_type", "item_id", "language", "user"], name="presence_once")
        ]

    def __str__(self):
        return f"{self.user_id} {self.item_type_id}:{self.item_id} {self.language}"


class Comment(AboutText):
    """What colleagues say to one another about a text. Readers never see it. An answer belongs to its `thread`."""

    thread = models.ForeignKey("self", models.CASCADE, null=True, blank=True, related_name="answers")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    text = models.TextField(_("comment"), max_length=2000)
    mentions = models.ManyToManyField(settings.AUTH_USER_MODEL, blank=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["created_at", "pk"]
        indexes = [models.Index(fields=["item_type", "item_id", "created_at"], name="comment_by_item")]
        verbose_name = _("comment")
        verbose_name_plural = _("comments")

    def __str__(self):
        return self.text[:60]


class Notice(AboutText):
    """Something that somebody should know: shown in the admin, and sent by e-mail in batches to those who want it."""

    class Kind(models.TextChoices):
        MENTION = "mention", _("somebody mentions me")
        ASSIGNMENT = "assignment", _("a text is given to me")
        SENT_BACK = "sent_back", _("a text of mine is sent back")
        WAITING = "waiting", _("a text waits for my review")
        SOURCE_CHANGED = "source_changed", _("the source of a translation of mine changed")
        EMERGENCY = "emergency", _("something was approved without a second person")
        RIGHTS_END = "rights_end", _("the rights to a picture that I use end in a week")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    text = models.TextField(max_length=2000, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True, blank=True)
    # Wanted by e-mail and not sent yet.
    waits_for_mail = models.BooleanField(default=False, db_index=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["user", "-created_at"], name="notice_by_user")]
        verbose_name = _("notice")
        verbose_name_plural = _("notices")

    def __str__(self):
        return f"{self.kind} {self.item_type_id}:{self.item_id} {self.language}"


class NoticeChoice(models.Model):
    """What somebody wants to be told, and how. Where there is no row, both ways are on."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notice_choices")
    kind = models.CharField(max_length=16, choices=Notice.Kind.choices)
    in_admin = models.BooleanField(default=True)
    by_mail = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "kind"], name="noticechoice_once")]

    def __str__(self):
        return f"{self.user_id} {self.kind}"


class PreviewLink(models.Model):
    """
    An address that shows certain unpublished texts to whoever has it, until it expires or is revoked.

    It shows the working copies as they are when it is opened.
    """

    key = models.CharField(max_length=60, unique=True, default=random_key)
    label = models.CharField(_("for whom"), max_length=120, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(_("works until"))
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("preview link")
        verbose_name_plural = _("preview links")

    def __str__(self):
        return self.label or f"{self.pk}"


class PreviewedText(AboutText):
    """One language of one item that a preview link shows."""

    link = models.ForeignKey(PreviewLink, models.CASCADE, related_name="texts")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["link", "item_type", "item_id", "language"], name="previewedtext_once")
        ]
        indexes = [models.Index(fields=["item_type", "item_id"], name="previewedtext_by_item")]

    def __str__(self):
        return f"{self.link_id} {self.item_type_id}:{self.item_id} {self.language}"


class CalendarKey(models.Model):
    """The private key in the address of somebody's calendar feed."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="calendar_key")
    key = models.CharField(max_length=60, unique=True, default=random_key)

    def __str__(self):
        return f"{self.user_id}"


class LinkCheck(models.Model):
    """What an address outside this site answered when a job last asked. `status` 0: it did not answer."""

    url = models.CharField(max_length=1000, unique=True)
    status = models.PositiveSmallIntegerField(null=True)
    checked_at = models.DateTimeField(null=True)

    def __str__(self):
        return self.url
