from django.core.exceptions import ValidationError
from django.db import models
from django.utils.text import get_text_list
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from media_library.models.base import LibraryItem
from media_library.models.pictures import Picture
from media_library.storage import original_path, originals, random_name
from media_library.video_hosts import host_names, hosted_video
from publishing.fields import HtmlField
from publishing.languages import language_choices


class Video(LibraryItem):
    """
    A video or a sound recording: by link, or as a file of our own.

    By link nothing is loaded from its host before a reader asks; what the host
    says of it (title, length, poster) is looked up by a job. A file is written
    anew by the worker, without what it says of its maker, and readers get that
    copy. Duration is in seconds.
    """

    class Medium(models.TextChoices):
        LINK = "link", _("link to a host")
        VIDEO = "video", _("video file")
        AUDIO = "audio", _("sound file")

    title = models.CharField(
        _("title"), max_length=160, blank=True, help_text=_("As readers find it in a playlist in this language.")
    )
    medium = models.CharField(_("kind"), max_length=5, choices=Medium.choices, default=Medium.LINK, editable=False)
    url = models.URLField(_("address"), blank=True)
    poster = models.ForeignKey(
        Picture,
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("poster"),
        help_text=_("What is seen until the reader presses play."),
    )
    duration = models.PositiveIntegerField(_("length in seconds"), null=True, blank=True)
    transcript = HtmlField(
        _("transcript"), blank=True, help_text=_("What is said, for those who cannot hear or load it.")
    )

    # What the host told us.
    host_title = models.CharField(_("title on its host"), max_length=300, blank=True, editable=False)
    looked_up_at = models.DateTimeField(null=True, editable=False)

    # A file of our own: as it was sent, and what readers get of it.
    original = models.FileField(storage=originals, upload_to=original_path, blank=True, editable=False)
    token = models.CharField(max_length=20, default=random_name, editable=False, unique=True)
    path = models.CharField(max_length=120, blank=True, editable=False)
    mime_type = models.CharField(max_length=20, blank=True, editable=False)
    size = models.PositiveBigIntegerField(default=0, editable=False)
    width = models.PositiveIntegerField(default=0, editable=False)
    height = models.PositiveIntegerField(default=0, editable=False)
    problem = models.CharField(max_length=300, blank=True, editable=False)

    found_by = ("name", "title", "host_title", "url", "transcript")

    class Meta(LibraryItem.Meta):
        verbose_name = _("video or sound")
        verbose_name_plural = _("videos and sound")

    @property
    def is_link(self):
        """Whether it is shown by its host, not by us."""
        return self.medium == self.Medium.LINK

    @property
    def recordings(self):
        """The videos that it shows: as other media have it."""
        return [self]

    def clean(self):
        super().clean()
        if self.url and self.path:
            raise ValidationError(
                {"url": _("This is a file already. Add another video for the link, or leave the address empty.")}
            )
        if self.url and hosted_video(self.url) is None:
            message = gettext("This address is no video on %(hosts)s. Copy it from the video's page.")
            raise ValidationError({"url": message % {"hosts": get_text_list(host_names(), gettext("or"))}})

    def check_complete(self, language):
        """Raises `ValidationError` unless there is something to play: a link to an allowed host, or a file."""
        if self.is_link and not self.url:
            raise ValidationError(
                _("The video “%(name)s” has no file yet. Wait until it is checked, or upload another one.")
                % {"name": self.name}
            )
        if self.is_link and hosted_video(self.url) is None:
            raise ValidationError(
                _("The address of the video “%(name)s” is on no host that is allowed here. Change it.")
                % {"name": self.name}
            )

    def frozen(self, language):
        """
        Its words and, by link, its addresses. Which file of our own readers get is asked for each page.

        See `media_library.recordings.give_files`.
        """
        frozen = {
            "video": self.pk,
            "medium": self.medium,
            "title": getattr(self, f"title_{language}") or "",
            "duration": self.duration or 0,
            "poster": self.poster.frozen(language) if self.poster else {},
            "transcript": getattr(self, f"transcript_{language}") or "",
        }
        hosted = hosted_video(self.url)
        if hosted:
            frozen |= {"url": hosted.page, "host": hosted.host.name, "frame": hosted.frame}
        return frozen


class Captions(models.Model):
    """What is said in a video file, as timed text in one language: a WebVTT file that readers get."""

    video = models.ForeignKey(Video, models.CASCADE, related_name="captions")
    language = models.CharField(_("language"), max_length=8, choices=language_choices)
    path = models.CharField(max_length=120)
    size = models.PositiveIntegerField(help_text="bytes")

    class Meta:
        ordering = ["language"]
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["video", "language"], name="captions_unique")]

    def __str__(self):
        return f"{self.video_id} {self.language}"


class Playlist(LibraryItem):
    """Videos in an order. An article of the format "playlist" shows it."""

    videos = models.ManyToManyField(Video, through="PlaylistVideo", related_name="playlists")

    class Meta(LibraryItem.Meta):
        verbose_name = _("playlist")
        verbose_name_plural = _("playlists")

    @property
    def recordings(self):
        """Its videos, in order."""
        return [entry.video for entry in self.entries.select_related("video__poster")]

    def check_complete(self, language):
        """Raises `ValidationError` unless it has videos, each with a title in `language` and fit to be played."""
        videos = self.recordings
        if not videos:
            raise ValidationError(_("The playlist is empty. Add videos to it in the media library."))
        nameless = [video.name for video in videos if not getattr(video, f"title_{language}")]
        if nameless:
            raise ValidationError(
                _("Readers choose from a playlist by titles. Write those that are missing in this language: %(names)s.")
                % {"names": gettext(", ").join(nameless)}
            )
        for video in videos:
            video.check_complete(language)

    def frozen(self, language):
        videos = [video.frozen(language) for video in self.recordings]
        lengths = [video["duration"] for video in videos]
        return {"playlist": self.pk, "videos": videos, "duration": sum(lengths) if all(lengths) else 0}


class PlaylistVideo(models.Model):
    """A video's place in a playlist."""

    playlist = models.ForeignKey(Playlist, models.CASCADE, related_name="entries")
    video = models.ForeignKey(Video, models.PROTECT, related_name="+", verbose_name=_("video"))
    position = models.PositiveIntegerField(_("position"), default=0)

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("video")
        verbose_name_plural = _("videos")

    def __str__(self):
        return str(self.video)
