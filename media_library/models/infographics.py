from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from media_library.models.base import LibraryItem
from media_library.models.pictures import Picture
from publishing.fields import HtmlField
from publishing.html import is_empty
from publishing.languages import language_codes


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
    data_table = HtmlField(
        _("the figures as a table"), blank=True, help_text=_("For those who want to go on working with them.")
    )

    found_by = ("name", "alternative", "data_table")

    class Meta(LibraryItem.Meta):
        verbose_name = _("infographic")
        verbose_name_plural = _("infographics")

    def clean(self):
        super().clean()
        problem = _("One table belongs here, and nothing else. Write other words into the text version.")
        tables = {f"data_table_{code}": getattr(self, f"data_table_{code}") for code in language_codes()}
        if errors := {name: problem for name, html in tables.items() if html and not _is_one_table(html)}:
            raise ValidationError(errors)

    def missing_parts(self, language):
        """What it lacks to be shown in `language`, in words."""
        missing = []
        if not getattr(self, f"picture_{language}_id"):
            missing.append(gettext("no picture"))
        if not getattr(self, f"alternative_{language}"):
            missing.append(gettext("no text version"))
        return missing

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
            "data_table": getattr(self, f"data_table_{language}") or "",
        }


def _is_one_table(html):
    before, _start, table = html.partition("<table>")
    _words, end, after = table.partition("</table>")
    return bool(end) and "<table>" not in after and is_empty(before + after)
