from modeltranslation.translator import TranslationOptions, register

from pages.models import BreakingLine, ContactTopic, MenuItem, Page, SiteSettings
from publishing.translation import PublishableTranslationOptions


@register(Page)
class PageTranslationOptions(PublishableTranslationOptions):
    pass


@register(MenuItem)
class MenuItemTranslationOptions(TranslationOptions):
    fields = ("label",)


@register(BreakingLine)
class BreakingLineTranslationOptions(TranslationOptions):
    fields = ("text",)


@register(SiteSettings)
class SiteSettingsTranslationOptions(TranslationOptions):
    fields = ("name", "department", "description", "about", "copyright")


@register(ContactTopic)
class ContactTopicTranslationOptions(TranslationOptions):
    fields = ("name",)
