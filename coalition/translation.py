from modeltranslation.translator import TranslationOptions, register

from coalition.models import Body, Mandate, Person, PressConference, Representative
from publishing.translation import PublishableTranslationOptions


@register(Body)
class BodyTranslationOptions(PublishableTranslationOptions):
    pass


@register(Person)
class PersonTranslationOptions(PublishableTranslationOptions):
    pass


@register(Mandate)
class MandateTranslationOptions(TranslationOptions):
    fields = ("role",)


@register(Representative)
class RepresentativeTranslationOptions(TranslationOptions):
    fields = ("country", "role", "office")


@register(PressConference)
class PressConferenceTranslationOptions(TranslationOptions):
    fields = ("place", "other_speakers", "transcript")
