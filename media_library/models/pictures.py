import hashlib

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from taggit.managers import TaggableManager

from media_library import formats, imaging
from media_library.models.base import LibraryItem
from media_library.querysets import PictureQuerySet
from media_library.storage import original_path, originals, random_name
from publishing.clock import now
from publishing.keys import Noted
from publishing.languages import language_codes
from publishing.models import TaggedItem

PERCENT = [MinValueValidator(0), MaxValueValidator(100)]


class Picture(Noted, LibraryItem):
    """
    A picture: a private original, and renditions of it that readers get.

    Width and height are those of the upright original, in pixels; the focal
    point is in percent of them. `revision` counts what changes the public
    files (the file, the focal point, what is redacted); an encoding is up to
    date while its own revision is the same and `recipe` is that of
    `imaging.RECIPE`.
    """

    class Orientation(models.TextChoices):
        LANDSCAPE = "landscape", _("landscape")
        PORTRAIT = "portrait", pgettext_lazy("orientation", "portrait")
        SQUARE = "square", _("square")

    class Licence(models.TextChoices):
        OWN = "own", _("our own picture")
        PERMISSION = "permission", _("used with permission")
        AGENCY = "agency", _("bought from an agency")
        CC0 = "cc0", _("public domain (CC0)")
        CC_BY = "cc-by", "CC BY"
        CC_BY_SA = "cc-by-sa", "CC BY-SA"
        OTHER = "other", _("other, see the terms")

    original = models.FileField(_("file"), storage=originals, upload_to=original_path)
    title = models.CharField(_("title"), max_length=160, blank=True, help_text=_("What it is of, in a few words."))
    alt_text = models.CharField(
        _("alternative text"),
        max_length=250,
        blank=True,
        help_text=_("Describes what is seen, for people who cannot see it and where pictures do not load."),
    )
    caption = models.CharField(
        _("caption"), max_length=400, blank=True, help_text=_("What the picture shows, when and where.")
    )
    credit = models.CharField(
        _("credit"), max_length=160, blank=True, help_text=_("Who made it, and its licence, as readers see it.")
    )
    is_decorative = models.BooleanField(
        _("decorative"),
        default=False,
        help_text=_("It says nothing that the text does not say: it needs no alternative text."),
    )
    tags = TaggableManager(through=TaggedItem, blank=True, verbose_name=_("tags"), help_text="")

    # Rights: for staff alone. What readers see of them is the credit.
    source = models.CharField(_("source"), max_length=160, blank=True, help_text=_("Where we have it from."))
    copyright_notice = models.CharField(_("copyright notice"), max_length=300, blank=True)
    licence = models.CharField(_("licence"), max_length=12, choices=Licence.choices, blank=True)
    usage_terms = models.TextField(
        _("terms of use"), max_length=1000, blank=True, help_text=_("What was agreed: where, how long, how often.")
    )
    rights_from = models.DateTimeField(
        _("embargo until"),
        null=True,
        blank=True,
        help_text=_("Before this moment no reader sees it, wherever it is used."),
    )
    rights_until = models.DateTimeField(
        _("rights end"),
        null=True,
        blank=True,
        help_text=_("From this moment on no reader sees it. Those who use it are told a week before."),
    )
    expiry_told_at = models.DateTimeField(null=True, editable=False)

    focal_x = models.PositiveSmallIntegerField(_("focal point, across (%)"), default=50, validators=PERCENT)
    focal_y = models.PositiveSmallIntegerField(_("focal point, down (%)"), default=40, validators=PERCENT)

    # Facts about the file.
    format = models.CharField(_("type"), max_length=8, editable=False)
    size = models.PositiveIntegerField(_("bytes"), default=0, editable=False)
    width = models.PositiveIntegerField(_("width"), editable=False)
    height = models.PositiveIntegerField(_("height"), editable=False)
    orientation = models.CharField(_("orientation"), max_length=9, choices=Orientation.choices, editable=False)
    taken_on = models.DateField(_("taken on"), null=True, editable=False)
    sha256 = models.CharField(max_length=64, editable=False, db_index=True)
    # What it looks like, in 64 bits (see `imaging.fingerprint`); "" until it was decoded. Pictures that look alike
    # share at least one of four parts of 16 bits, by which they are found.
    fingerprint = models.CharField(max_length=16, blank=True, editable=False)
    look_1 = models.CharField(max_length=4, blank=True, editable=False, db_index=True)
    look_2 = models.CharField(max_length=4, blank=True, editable=False, db_index=True)
    look_3 = models.CharField(max_length=4, blank=True, editable=False, db_index=True)
    look_4 = models.CharField(max_length=4, blank=True, editable=False, db_index=True)

    # The folder of its renditions: random, so that nothing is told and nothing can be guessed.
    token = models.CharField(max_length=20, default=random_name, editable=False, unique=True)
    revision = models.PositiveIntegerField(default=1, editable=False)
    jpeg_revision = models.PositiveIntegerField(default=0, editable=False)
    avif_revision = models.PositiveIntegerField(default=0, editable=False)
    recipe = models.PositiveSmallIntegerField(default=0, editable=False)
    problem = models.CharField(max_length=300, blank=True, editable=False)

    # Since when nothing uses it; null while something does. See `media_library.uses`.
    unused_since = models.DateTimeField(null=True, default=timezone.now, editable=False)
    # When it was last put somewhere, at first when it was added: what the picker shows first.
    last_used_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = PictureQuerySet.as_manager()

    found_by = ("name", "title", "alt_text", "caption", "credit", "source")

    class Meta(LibraryItem.Meta):
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        permissions = [("original_picture", "Can get originals of pictures and undo redactions")]
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="picture_newest"),
            models.Index(fields=["-last_used_at", "-id"], name="picture_recent"),
            models.Index(fields=["name", "id"], name="picture_name"),
            models.Index(fields=["-size", "-id"], name="picture_largest"),
            models.Index(fields=["collection", "-created_at", "-id"], name="picture_collection"),
            models.Index(fields=["created_by", "-created_at", "-id"], name="picture_uploader"),
            models.Index(fields=["format", "-created_at", "-id"], name="picture_format"),
            models.Index(fields=["orientation", "-created_at", "-id"], name="picture_orientation"),
            models.Index(fields=["unused_since"], name="picture_unused", condition=Q(unused_since__isnull=False)),
            models.Index(fields=["rights_until"], name="picture_rights", condition=Q(rights_until__isnull=False)),
            models.Index(fields=["rights_from"], name="picture_embargo", condition=Q(rights_from__isnull=False)),
            # What lacks an alternative text; `Picture.save` keeps a missing one NULL.
            *(
                models.Index(
                    fields=["-created_at", "-id"],
                    name=f"picture_no_alt_{code}",
                    condition=Q(**{f"alt_text_{code}__isnull": True, "is_decorative": False}),
                )
                for code in language_codes()
            ),
        ]

    def save(self, *args, **kwargs):
        self._forget_empty_alt_texts()
        super().save(*args, **kwargs)

    def _forget_empty_alt_texts(self):
        # A missing text is NULL, never "": one index per language then finds what lacks it.
        for code in language_codes():
            if getattr(self, f"alt_text_{code}") == "":
                setattr(self, f"alt_text_{code}", None)

    def store_original(self, file):
        """
        Takes a picture file as this picture's original, with the facts of its header. Does not save the row.

        For files that we made ourselves or that the worker has decoded; what
        people send goes through `media_library.uploads`. Raises `formats.Refused`.
        """
        self.take_facts(imaging.facts_of(file))
        self.size = file.size
        file.seek(0)
        self.sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        file.seek(0)
        self.original.save(f"original.{formats.extension_of(self.format)}", file, save=False)

    def take_facts(self, facts):
        """Sets what a header says: `imaging.PictureFacts`."""
        self.format, self.width, self.height = facts.format, facts.width, facts.height
        self.orientation = self._orientation()

    def _orientation(self):
        if self.width == self.height:
            return self.Orientation.SQUARE
        return self.Orientation.LANDSCAPE if self.width > self.height else self.Orientation.PORTRAIT

    def has_ended_rights(self, at=None):
        """Whether nobody may use it any more, now or `at` a moment."""
        return bool(self.rights_until and self.rights_until <= (at or timezone.now()))

    @property
    def is_usable(self):
        """Whether its rights allow that readers see it, at the moment that pages are made for."""
        at = now()
        return not (self.has_ended_rights(at) or (self.rights_from and self.rights_from > at))

    @property
    def is_ready(self):
        """Whether readers can get its newest state, at least as JPEG."""
        return self.jpeg_revision == self.revision

    def text_in(self, name, language):
        """Its title, alternative text, caption or credit in one language ("" when nothing was typed)."""
        return getattr(self, f"{name}_{language}") or ""

    def is_described(self, language):
        """Whether those who do not see it miss nothing: it has an alternative text, or needs none."""
        return self.is_decorative or bool(self.text_in("alt_text", language).strip())

    def frozen(self, language):
        """Its number and words, as a version keeps them."""
        return {
            "picture": self.pk,
            "alt": "" if self.is_decorative else self.text_in("alt_text", language),
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
        return self._by_ratio.get(ratio, {})

    @cached_property
    def _by_ratio(self):
        found = {}
        for rendition in sorted(self.renditions.all(), key=lambda rendition: rendition.width):
            found.setdefault(rendition.ratio, {}).setdefault(rendition.encoding, []).append(rendition)
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


class FormerFile(models.Model):
    """An original that was replaced. Kept, and as private as the new one."""

    picture = models.ForeignKey(Picture, models.CASCADE, related_name="former_files")
    original = models.FileField(storage=originals)
    format = models.CharField(max_length=8)
    size = models.PositiveIntegerField(help_text="bytes")
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    replaced_at = models.DateTimeField(default=timezone.now)
    replaced_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["-replaced_at", "-pk"]
        default_permissions = ()

    def __str__(self):
        return f"{self.picture_id} {self.sha256[:8]}"


class Redaction(models.Model):
    """
    An area of a picture that no reader may see, such as a face or a plate.

    In percent of the upright original's width and height, from its left and
    upper edge.
    """

    class Shape(models.TextChoices):
        RECTANGLE = "rectangle", _("rectangle")
        ELLIPSE = "ellipse", _("ellipse")

    picture = models.ForeignKey(Picture, models.CASCADE, related_name="redactions")
    shape = models.CharField(_("shape"), max_length=9, choices=Shape.choices, default=Shape.RECTANGLE)
    left = models.FloatField(_("left (%)"), validators=PERCENT)
    top = models.FloatField(_("top (%)"), validators=PERCENT)
    width = models.FloatField(_("width (%)"), validators=PERCENT)
    height = models.FloatField(_("height (%)"), validators=PERCENT)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+"
    )

    class Meta:
        ordering = ["pk"]
        default_permissions = ()

    def __str__(self):
        return f"{self.shape} {self.left:.1f} {self.top:.1f} {self.width:.1f} {self.height:.1f}"


class PictureWord(models.Model):
    """A word, folded, under which a picture is found; see `media_library.words`."""

    picture = models.ForeignKey(Picture, models.CASCADE, related_name="words")
    word = models.CharField(max_length=40, db_index=True)

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["picture", "word"], name="pictureword_unique")]

    def __str__(self):
        return self.word


class PictureUse(models.Model):
    """
    That a row (an article, an edition, an album, a person …) shows a picture; see `media_library.uses`.

    An edition stands for all its versions, an album for its entries. `language`
    is "" where all languages of the row show it. What is used cannot be
    deleted, whoever tries.
    """

    picture = models.ForeignKey(Picture, models.PROTECT, related_name="uses")
    user_type = models.ForeignKey(ContentType, models.CASCADE, related_name="+")
    user_id = models.PositiveBigIntegerField()
    user = GenericForeignKey("user_type", "user_id")
    language = models.CharField(max_length=8, blank=True)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["picture", "user_type", "user_id", "language"], name="pictureuse_unique")
        ]
        indexes = [models.Index(fields=["user_type", "user_id"], name="pictureuse_by_user")]

    def __str__(self):
        return f"{self.picture_id} in {self.user_type_id}:{self.user_id}"
