"""What is looked at in the pictures of a text before it goes out; see `desk.checks`."""

import re
from datetime import timedelta
from html import unescape

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _

from desk.checks import Check, Grade, Problem, quoted, register
from desk.links import rich_texts
from desk.reach import clock
from desk.saving import SHARED
from media_library.models import Album, Illustrated, Infographic, Picture, Playlist, Video
from media_library.uses import pictures_shown, source_of
from publishing.clock import now
from publishing.html import pictures_in

# So long before the rights to a picture end, those who use it are told.
NOTICE = timedelta(days=7)


class LeadPictureIsDescribed(Check):
    """The lead picture has an alternative text in this language, or the item has other words for it."""

    grade = Grade.MUST

    def problems(self, item, language):
        picture = item.lead_picture
        if picture is None or item.frozen_lead_text(language)["alt"].strip() or picture.is_described(language):
            return
        # In the words of `Illustrated.check_lead_picture`, so that it is said once.
        message = _("The picture has no alternative text in this language. Write one in the media library.")
        yield Problem(message, "lead_picture", SHARED)


class PicturesInTextAreDescribed(Check):
    """Every picture in the text says what is seen on it, for those who do not see it, unless it is mere decoration."""

    grade = Grade.MUST

    def problems(self, item, language):
        for name, html in rich_texts(item, language):
            images = [image for image in re.findall(r"<img[^>]*>", html) if pictures_in(image)]
            silent = [number for number, image in enumerate(images) if not self._says_something(image)]
            decorative = self._decorative(images[number] for number in silent)
            for number in silent:
                if not decorative.issuperset(pictures_in(images[number])):
                    message = _("Picture no. %(number)s in the text has no alternative text.")
                    yield Problem(message % {"number": number + 1}, name)

    @staticmethod
    def _says_something(image):
        alt = re.search(r'\balt="([^"]*)"', image)
        return bool(alt and unescape(alt[1]).strip())

    @staticmethod
    def _decorative(images):
        numbers = {number for image in images for number in pictures_in(image)}
        if not numbers:
            return set()
        return set(Picture.objects.filter(pk__in=numbers, is_decorative=True).values_list("pk", flat=True))


class PictureCheck(Check):
    """A check that looks at each picture that an item shows in a language by itself."""

    def problems(self, item, language):
        for picture, field, part in self.pictures(item, language):
            if message := self.complaint(picture, item, language):
                facts = {"name": quoted(picture.name), "problem": picture.problem and _(picture.problem)}
                moments = {"from": picture.rights_from, "until": picture.rights_until}
                facts |= {name: moment and clock(moment) for name, moment in moments.items()}
                yield Problem(message % facts, field, part)

    def pictures(self, item, language):
        """[(picture, field, part of the form)]: the lead picture, and those in the text."""
        shown = pictures_shown(item) if source_of(type(item)) else []
        shown = [one for one in shown if one.language in {"", language}]
        pictures = Picture.objects.in_bulk({one.number for one in shown})
        return [
            (pictures[one.number], one.field.name.removesuffix(f"_{language}"), one.language or SHARED)
            for one in shown
            if one.number in pictures
        ]

    def complaint(self, picture, item, language):
        """What is wrong with a picture, or ""."""
        raise NotImplementedError


class PicturesCanBeShown(PictureCheck):
    """Every picture can be opened, and its rights allow that readers see it when the text goes out."""

    grade = Grade.MUST

    def complaint(self, picture, item, language):
        if picture.problem:
            return _("The picture “%(name)s” cannot be shown: %(problem)s")
        if picture.rights_until and picture.has_ended_rights(goes_out_at(item, language)):
            return _(
                "The rights to the picture “%(name)s” end, or ended, on %(until)s. "
                "Choose another picture, or extend the rights in the media library."
            )
        if picture.rights_from and picture.rights_from > goes_out_at(item, language):
            return _(
                "No reader may see the picture “%(name)s” before %(from)s. Choose another picture, or publish later."
            )
        return ""


class RightsToPicturesLast(PictureCheck):
    """The rights to every picture last longer than a week."""

    def complaint(self, picture, item, language):
        if picture.rights_until is None:
            return ""
        moment = goes_out_at(item, language)
        if not moment < picture.rights_until <= moment + NOTICE:
            return ""
        return _("The rights to the picture “%(name)s” end on %(until)s. From then on the text is shown without it.")


class LeadPictureIsPrepared(PictureCheck):
    """The lead picture is ready for readers in its newest state."""

    grade = Grade.MUST

    def pictures(self, item, language):
        return [(item.lead_picture, "lead_picture", SHARED)] if item.lead_picture else []

    def complaint(self, picture, item, language):
        if picture.is_ready or picture.problem:
            return ""
        return _("The picture “%(name)s” is still being prepared. Wait a minute, then open this page again.")


def register_checks():
    for check in (PicturesInTextAreDescribed, PicturesCanBeShown, RightsToPicturesLast):
        register(check)
    for check in (LeadPictureIsDescribed, LeadPictureIsPrepared):
        register(check, Illustrated)


def pictures_of(medium, language):
    """The pictures that a medium shows in `language`: of an album, a video, a playlist or an infographic."""
    if isinstance(medium, Album):
        # Several checks ask for the same.
        prefetch_related_objects([medium], "entries__picture")
        entries = [entry.picture for entry in medium.entries.all()]
        return [*entries, medium.cover] if medium.cover else entries
    if isinstance(medium, Video):
        return [medium.poster] if medium.poster else []
    if isinstance(medium, Infographic):
        picture = getattr(medium, f"picture_{language}")
        return [picture] if picture else []
    if isinstance(medium, Playlist):
        prefetch_related_objects([medium], "entries__video__poster")
        return [entry.video.poster for entry in medium.entries.all() if entry.video.poster]
    return []


def goes_out_at(item, language):
    """When what is being looked at will be seen by readers: at its planned moment, else now."""
    edition = item.edition_in(language)
    if edition is None:
        return now()
    if edition.upcoming_id:
        return max(now(), edition.upcoming_at)
    return edition.publish_at if edition.current_state == edition.State.SCHEDULED else now()


def lacking_in_recording(video, language):
    """Sentences on what a recording lacks for its readers in `language`; none has to be there."""
    name = {"name": quoted(video.name)}
    if video.poster_id is None and video.medium != Video.Medium.AUDIO:
        yield _("The video “%(name)s” has no poster, which is seen until it plays.") % name
    if video.medium == Video.Medium.VIDEO and not video.captions.filter(language=language).exists():
        yield _("The video “%(name)s” has no captions in this language.") % name
    if not getattr(video, f"transcript_{language}"):
        yield _("“%(name)s” has no transcript in this language, for those who cannot hear or load it.") % name
    if video.problem:
        yield _("“%(name)s”: %(problem)s") % (name | {"problem": _(video.problem)})
