"""What is looked at in an article before it goes out; see `desk.checks`."""

from django.utils.translation import gettext as _

from articles import quotes
from articles.models import Article
from desk.checks import Check, Grade, Problem, quoted, register
from desk.saving import SHARED
from media_library.checks import (
    PicturesCanBeShown,
    RightsToPicturesLast,
    lacking_in_recording,
    pictures_of,
)

LONGEST_HEADLINE = 110


class HeadlineIsShort(Check):
    """Search engines and cards cut longer headlines."""

    def problems(self, item, language):
        length = len(item.text_in("title", language).strip())
        if length > LONGEST_HEADLINE:
            facts = {"length": length, "limit": LONGEST_HEADLINE}
            message = _("The headline has %(length)s characters. Above %(limit)s it is cut in lists and searches.")
            yield Problem(message % facts, "title")


class HasLeadPicture(Check):
    """Lists and social networks show the lead picture; other formats have their medium for that."""

    def problems(self, item, language):
        if item.format == Article.Format.TEXT and not item.lead_picture_id:
            message = _("There is no lead picture. Lists and social networks show it.")
            yield Problem(message, "lead_picture", SHARED)


class PicturesOfMediumAreDescribed(Check):
    """Every picture of the album, the video's poster and the infographic have an alternative text in this language."""

    grade = Grade.MUST

    def problems(self, item, language):
        for picture, field, part in pictures_of_medium(item, language):
            if not picture.is_described(language):
                message = _("The picture “%(name)s” has no alternative text in this language.")
                yield Problem(message % {"name": quoted(picture.name)}, field, part)


class RecordingsAreComplete(Check):
    """What videos and sound lack: a poster, captions, a transcript, or an answer of their host."""

    def problems(self, item, language):
        for video in getattr(item.medium, "recordings", ()):
            for message in lacking_in_recording(video, language):
                yield Problem(message, Article.MEDIUM_FIELDS[item.format], SHARED)


class TagsHaveNames(Check):
    """A tag without a name in this language is not shown in it."""

    def problems(self, item, language):
        for tag in item.tags.all():
            if not getattr(tag, f"name_{language}"):
                message = _("The tag “%(name)s” has no name in this language, so readers do not see it.")
                yield Problem(message % {"name": quoted(str(tag))}, "tags", SHARED)


class QuotesStandInText(Check):
    """What is shared as a quote stands in the text word for word, and fits on its picture."""

    grade = Grade.MUST

    def problems(self, item, language):
        texts = (item.text_in(name, language) for name in quotes.TEXTS)
        for message in quotes.complaints(item.text_in("share_quotes", language), *texts):
            yield Problem(message, "share_quotes")


def pictures_of_medium(article, language):
    """[(picture, field, part of the form)] of what an article's medium, or a press conference's recording, shows."""
    medium = getattr(article.medium, "recording", article.medium)
    field = Article.MEDIUM_FIELDS.get(article.format, "")
    return [(picture, field, SHARED) for picture in pictures_of(medium, language)]


class MediumCanBeShown(PicturesCanBeShown):
    """The same for the pictures that the medium shows."""

    def pictures(self, item, language):
        return pictures_of_medium(item, language)


class RightsToMediumLast(RightsToPicturesLast):
    """The same for the pictures that the medium shows."""

    def pictures(self, item, language):
        return pictures_of_medium(item, language)


def register_checks():
    for check in (
        HeadlineIsShort,
        HasLeadPicture,
        PicturesOfMediumAreDescribed,
        RecordingsAreComplete,
        MediumCanBeShown,
        RightsToMediumLast,
        TagsHaveNames,
        QuotesStandInText,
    ):
        register(check, Article)
