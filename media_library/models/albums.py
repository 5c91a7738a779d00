from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from media_library.models.base import LibraryItem
from media_library.models.pictures import Picture


class Album(LibraryItem):
    """Pictures in an order. An article of the format "gallery" shows it; title and text are offered to that article."""

    title = models.CharField(_("title"), max_length=160, blank=True)
    text = models.CharField(
        _("text"), max_length=500, blank=True, help_text=_("One or two sentences on what it shows.")
    )
    cover = models.ForeignKey(
        Picture,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("cover"),
        help_text=_("Stands for the album in lists. Empty: its first picture."),
    )
    pictures = models.ManyToManyField(Picture, through="AlbumPicture", related_name="albums")

    found_by = ("name", "title", "text")

    class Meta(LibraryItem.Meta):
        verbose_name = _("album")
        verbose_name_plural = _("albums")

    def check_complete(self, language):
        """Raises `ValidationError` while there is no picture in it."""
        if not self.entries.exists():
            raise ValidationError(_("The album has no pictures. Add some in the media library."))

    def frozen(self, language):
        """Its pictures in their order with their words, and its cover if it is not simply the first of them."""
        entries = self.entries.select_related("picture")
        frozen = {"album": self.pk, "pictures": [entry.frozen(language) for entry in entries]}
        return frozen | ({"cover": self.cover.frozen(language)} if self.cover else {})


class AlbumPicture(models.Model):
    """A picture's place in an album, and its caption there if it differs."""

    album = models.ForeignKey(Album, models.CASCADE, related_name="entries")
    picture = models.ForeignKey(Picture, models.PROTECT, related_name="+", verbose_name=_("picture"))
    position = models.PositiveIntegerField(_("position"), default=0)
    caption = models.CharField(
        _("caption in this album"), max_length=400, blank=True, help_text=_("Empty: the caption of the picture.")
    )

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")

    def __str__(self):
        return str(self.picture)

    def frozen(self, language):
        frozen = self.picture.frozen(language)
        own = getattr(self, f"caption_{language}")
        return frozen | ({"caption": own} if own else {})
