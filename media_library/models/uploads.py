from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from media_library import refusals
from media_library.models.albums import Album
from media_library.models.base import Collection
from media_library.models.documents import Document
from media_library.models.pictures import Picture
from media_library.models.recordings import Video
from media_library.storage import original_path, originals
from publishing.languages import language_choices


class Upload(models.Model):
    """
    A file that somebody sent, until the worker has looked at it, and what came of it.

    The file lies in the private storage while it waits; afterwards it belongs
    to what was made of it, or is deleted. `reason` is a code of
    `media_library.refusals`, with what its sentence names in `reason_facts`.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("being checked")
        TAKEN = "taken", _("in the library")
        KNOWN = "known", _("in the library already")
        REFUSED = "refused", _("refused")

    # What it is for: unless one of these says otherwise, a new picture.
    album = models.ForeignKey(Album, models.SET_NULL, null=True, related_name="+")
    collection = models.ForeignKey(Collection, models.SET_NULL, null=True, related_name="+")
    replaces = models.ForeignKey(Picture, models.CASCADE, null=True, related_name="+")
    document = models.ForeignKey(Document, models.CASCADE, null=True, related_name="+")
    video = models.ForeignKey(Video, models.CASCADE, null=True, related_name="+")
    poster_of = models.ForeignKey(Video, models.CASCADE, null=True, related_name="+")
    # The language of a document's file, or of a video's captions.
    language = models.CharField(max_length=8, choices=language_choices, blank=True)

    name = models.CharField(_("file"), max_length=160)
    format = models.CharField(max_length=8)
    size = models.PositiveBigIntegerField(help_text="bytes")
    file = models.FileField(storage=originals, upload_to=original_path, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.WAITING)
    reason = models.CharField(max_length=40, blank=True)
    reason_facts = models.JSONField(default=dict, blank=True)
    # The picture that was made of it, or the one that it looks like.
    picture = models.ForeignKey(Picture, models.SET_NULL, null=True, related_name="+")
    # Somebody saw the picture that it looks like, and wants it all the same.
    wanted_anyway = models.BooleanField(default=False)
    created_at = models.DateTimeField(_("uploaded"), default=timezone.now)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["-created_at", "-pk"]
        default_permissions = ()
        indexes = [models.Index(fields=["state", "created_at"], name="upload_waiting")]
        verbose_name = _("upload")
        verbose_name_plural = _("uploads")

    def __str__(self):
        return self.name

    @property
    def reason_in_words(self):
        """Why it was refused, or waits for a decision, in the active language; "" for the others."""
        return refusals.sentence(self.reason, self.reason_facts) if self.reason else ""
