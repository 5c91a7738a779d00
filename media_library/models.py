import hashlib
import re
from urllib.parse import parse_qs, urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from media_library import imaging
from media_library.storage import original_path, originals, random_name
from publishing.fields import HtmlField
from publishing.slugs import slugify
from publishing.staging import is_staging


class LibraryItem(models.Model):
    """Something in the media library. Its `name` is for staff; readers see the text of what uses it."""

    name = models.CharField(
        _("name in the library"), max_length=160, help_text=_("For finding it again. Readers never see it.")
    )
    created_at = models.DateTimeField(_("added"), default=timezone.now, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("added by"),
    )

    class Meta:
        abstract = True
        ordering = ["-created_at", "-pk"]

    def __str__(self):
        return self.name


class Picture(LibraryItem):
    """
    A picture: a private original, and renditions of it that readers get.

    Width and height are those of the upright original, in pixels; the focal
    point is in percent of them.
    """

    original = models.FileField(_("file"), storage=originals, upload_to=original_path)
    alt_text = models.CharField(
        _("alternative text"),
        max_length=250,
        blank=True,
        help_text=_("Describes what is seen, for people who cannot see it and where pictures do not load."),
    )
    caption = models.CharField(
        _("caption"), max_length=400, blank=True, help_text=_("What the picture shows, when and where.")
    )
    credit = models.CharField(_("credit"), max_length=160, blank=True, help_text=_("Who made it, and its licence."))
    focal_x = models.PositiveSmallIntegerField(
        _("focal point, across (%)"), default=50, validators=[MinValueValidator(0), MaxValueValidator(100)]
    )
    focal_y = models.PositiveSmallIntegerField(
        _("focal point, down (%)"), default=40, validators=[MinValueValidator(0), MaxValueValidator(100)]
    )
    width = models.PositiveIntegerField(_("width"), editable=False)
    height = models.PositiveIntegerField(_("height"), editable=False)
    sha256 = models.CharField(max_length=64, editable=False, db_index=True)
    # The folder of its renditions: random, so that nothing is told and nothing can be guessed.
    token = models.CharField(max_length=20, default=random_name, editable=False, unique=True)
    problem = models.CharField(_("problem"), max_length=300, blank=True, editable=False)

    class Meta(LibraryItem.Meta):
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")

    def store_original(self, file):
        """
        Takes an uploaded or drawn file as this picture's original, with its facts.

        Raises `ValidationError` when it is no usable picture. Does not save the row.
        """
        facts = imaging.inspect(file)
        self.width, self.height = facts.width, facts.height
        self.sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        file.seek(0)
        extension = imaging.FORMATS[facts.format]
        self.original.save(f"original.{extension}", file, save=False)

    def text_in(self, name, language):
        """Its alternative text, caption or credit in one language ("" when nothing was typed)."""
        return getattr(self, f"{name}_{language}") or ""

    def frozen(self, language):
        """Its number and words, as a version keeps them."""
        return {
            "picture": self.pk,
            "alt": self.text_in("alt_text", language),
            "caption": self.text_in("caption", language),
            "credit": self.text_in("credit", language),
        }

    @property
    def focal_class(self):
        """One of nine class names for `object-position`, where the browser crops once more."""
        across = "start" if self.focal_x < 34 else "end" if self.focal_x > 66 else "mid"
        down = "top" if self.focal_y < 34 else "foot" if self.focal_y > 66 else "mid"
        return f"f-{down}-{across}"

    def renditions_of(self, ratio):
        """encoding → renditions of one ratio, narrowest first. Reads what was prefetched."""
        found = {}
        for rendition in sorted(self.renditions.all(), key=lambda rendition: rendition.width):
            if rendition.ratio == ratio:
                found.setdefault(rendition.encoding, []).append(rendition)
        return found

    @property
    def thumbnail_url(self):
        """The address of its smallest 3:2 JPEG, or "" while there is none."""
        jpegs = self.renditions_of("3x2").get("jpeg")
        return jpegs[0].url if jpegs else ""


class Rendition(models.Model):
    """A picture at one ratio, width and encoding: a public file without metadata."""

    picture = models.ForeignKey(Picture, models.CASCADE, related_name="renditions")
    ratio = models.CharField(max_length=8)
    encoding = models.CharField(max_length=4)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    path = models.CharField(max_length=120, unique=True)
    size = models.PositiveIntegerField(help_text="bytes")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["picture", "ratio", "encoding", "width"], name="rendition_unique")
        ]

    def __str__(self):
        return self.path

    @property
    def url(self):
        return settings.MEDIA_URL + self.path


class Album(LibraryItem):
    """Pictures in an order. An article of the format "gallery" shows it."""

    pictures = models.ManyToManyField(Picture, through="AlbumPicture", related_name="albums")

    class Meta(LibraryItem.Meta):
        verbose_name = _("album")
        verbose_name_plural = _("albums")

    def frozen(self, language):
        entries = self.entries.select_related("picture")
        return {"album": self.pk, "pictures": [entry.picture.frozen(language) for entry in entries]}


class AlbumPicture(models.Model):
    """A picture's place in an album."""

    album = models.ForeignKey(Album, models.CASCADE, related_name="entries")
    picture = models.ForeignKey(Picture, models.PROTECT, related_name="+", verbose_name=_("picture"))
    position = models.PositiveIntegerField(_("position"), default=0)

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")

    def __str__(self):
        return str(self.picture)


def _youtube_id(parts):
    if parts.hostname.removeprefix("www.") == "youtu.be":
        return parts.path.strip("/")
    return parse_qs(parts.query).get("v", [""])[0]


# Host → (name of the host, what finds the video's id in the address, the frame's address).
VIDEO_HOSTS = {
    "youtube.com": ("YouTube", _youtube_id, "https://www.youtube-nocookie.com/embed/%s?autoplay=1"),
    "youtu.be": ("YouTube", _youtube_id, "https://www.youtube-nocookie.com/embed/%s?autoplay=1"),
    "vimeo.com": ("Vimeo", lambda parts: parts.path.strip("/"), "https://player.vimeo.com/video/%s?dnt=1&autoplay=1"),
    "dailymotion.com": (
        "Dailymotion",
        lambda parts: parts.path.removeprefix("/video/").strip("/"),
        "https://www.dailymotion.com/embed/video/%s?autoplay=1",
    ),
}


def video_frame(url):
    """
    (host's name, address of the frame) for a video's address, or None if no allowed host has it.

    Only the id is taken from what was typed; the frame's address is ours.
    """
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").removeprefix("www.").removeprefix("m.")
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or host not in VIDEO_HOSTS:
        return None
    name, find_id, frame = VIDEO_HOSTS[host]
    video_id = find_id(parts)
    return (name, frame % video_id) if re.fullmatch(r"[\w-]{4,40}", video_id) else None


class Video(LibraryItem):
    """A video by link: nothing is loaded from its host before a reader asks. Duration is in seconds."""

    url = models.URLField(_("address"), help_text=_("The video's page on YouTube, Vimeo or Dailymotion."))
    poster = models.ForeignKey(
        Picture,
        models.PROTECT,
        related_name="+",
        verbose_name=_("poster"),
        help_text=_("What is seen until the reader presses play."),
    )
    duration = models.PositiveIntegerField(_("length in seconds"))
    transcript = HtmlField(
        _("transcript"), blank=True, help_text=_("What is said, for those who cannot hear or load it.")
    )

    class Meta(LibraryItem.Meta):
        verbose_name = _("video")
        verbose_name_plural = _("videos")

    def clean(self):
        super().clean()
        if self.url and video_frame(self.url) is None:
            raise ValidationError(
                {"url": _("This address is no video on YouTube, Vimeo or Dailymotion. Copy it from the video's page.")}
            )

    def frozen(self, language):
        host, frame = video_frame(self.url)
        return {
            "video": self.pk,
            "url": self.url,
            "host": host,
            "frame": frame,
            "duration": self.duration,
            "poster": self.poster.frozen(language),
            "transcript": getattr(self, f"transcript_{language}") or "",
        }


class Infographic(LibraryItem):
    """A large picture per language, with all that it says as text."""

    picture = models.ForeignKey(
        Picture,
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("picture"),
        help_text=_("The picture with its words in this language."),
    )
    alternative = HtmlField(
        _("text version"), blank=True, help_text=_("Everything that the picture says, every number included.")
    )

    class Meta(LibraryItem.Meta):
        verbose_name = _("infographic")
        verbose_name_plural = _("infographics")

    def check_complete(self, language):
        """Raises `ValidationError` unless it can be shown in `language`: it needs a picture and its text version."""
        if not getattr(self, f"picture_{language}_id"):
            raise ValidationError(_("The infographic has no picture in this language. Add one in the media library."))
        if not getattr(self, f"alternative_{language}"):
            raise ValidationError(
                _("The infographic has no text version in this language. Write one in the media library.")
            )

    def frozen(self, language):
        return {
            "infographic": self.pk,
            "picture": getattr(self, f"picture_{language}").frozen(language),
            "alternative": getattr(self, f"alternative_{language}"),
        }


class Document(LibraryItem):
    """A PDF per language, such as a statement or a report. Public only once an article with it is."""

    title = models.CharField(_("title"), max_length=160, blank=True)
    file = models.FileField(_("PDF file"), storage=originals, upload_to=original_path, blank=True)

    class Meta(LibraryItem.Meta):
        verbose_name = _("document")
        verbose_name_plural = _("documents")

    def check_complete(self, language):
        """Raises `ValidationError` unless there is a file in `language`."""
        if not getattr(self, f"file_{language}"):
            raise ValidationError(_("The document has no PDF in this language. Add one in the media library."))

    def frozen(self, language):
        """
        Copies the file to where readers can get it, under a name of ours, and says what it is.

        A preview says so, too, but copies nothing.
        """
        file = getattr(self, f"file_{language}")
        title = getattr(self, f"title_{language}") or ""
        with file.open("rb") as source:
            data = source.read()
        digest = hashlib.sha256(data).hexdigest()
        words = slugify(title, "en") or "document"
        path = f"documents/{digest[:16]}/{words}-{language}.pdf"
        if not is_staging() and not default_storage.exists(path):
            path = default_storage.save(path, ContentFile(data))
        return {"document": self.pk, "title": title, "path": path, "size": len(data)}


class Illustrated(models.Model):
    """A publishable thing with a lead picture."""

    lead_picture = models.ForeignKey(
        Picture, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("lead picture")
    )

    class Meta:
        abstract = True

    def frozen_lead_text(self, language):
        return self.lead_picture.frozen(language) if self.lead_picture else {}

    def check_lead_picture(self, language):
        """Raises `ValidationError` when the lead picture cannot be described to those who do not see it."""
        if self.lead_picture and not self.lead_picture.text_in("alt_text", language):
            raise ValidationError(
                {
                    "lead_picture": _(
                        "The picture has no alternative text in this language. Write one in the media library."
                    )
                }
            )


class IllustratedVersion(models.Model):
    """What a version keeps of the lead picture: which it is, and its words as they were."""

    lead_picture = models.ForeignKey(Picture, models.PROTECT, null=True, blank=True, related_name="+")
    lead_text = models.JSONField(default=dict, blank=True)

    class Meta:
        abstract = True

    @property
    def card_picture_id(self):
        """The number of the picture that stands for it in lists, or None."""
        return self.lead_picture_id
