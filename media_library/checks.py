"""What is looked at in the pictures of a text before it goes out; see `desk.checks`."""

from django.utils.translation import gettext as _

from desk.checks import Check, Grade, Problem, register
from desk.saving import SHARED
from media_library.models import Album, Illustrated, Infographic, Video


class LeadPictureIsDescribed(Check):
    """The lead picture has an alternative text in this language, or the item has other words for it."""

    grade = Grade.MUST

    def problems(self, item, language):
        picture = item.lead_picture
        if picture is None or item.frozen_lead_text(language)["alt"].strip() or is_described(picture, language):
            return
        # In the words of `Illustrated.check_lead_picture`, so that it is said once.
        message = _("The picture has no alternative text in this language. Write one in the media library.")
        yield Problem(message, "lead_picture", SHARED)


def register_checks():
    register(LeadPictureIsDescribed, Illustrated)


def is_described(picture, language):
    return bool(picture.text_in("alt_text", language).strip())


def pictures_of(medium, language):
    """The pictures that a medium shows in `language`: those of an album, a video's poster, an infographic's own."""
    if isinstance(medium, Album):
        return [entry.picture for entry in medium.entries.select_related("picture")]
    if isinstance(medium, Video):
        return [medium.poster]
    if isinstance(medium, Infographic):
        picture = getattr(medium, f"picture_{language}")
        return [picture] if picture else []
    return []
