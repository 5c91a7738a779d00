from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from media_library.models.pictures import Picture


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
        if self.lead_picture and not self.lead_picture.is_described(language):
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
