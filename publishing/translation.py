from modeltranslation.translator import TranslationOptions, register

from publishing.models import Tag


class PublishableTranslationOptions(TranslationOptions):
    """The translated fields that every publishable type has; types inherit and add their own."""

    fields = ("title", "standfirst", "body", "slug", "seo_title", "seo_description")


@register(Tag)
class TagTranslationOptions(TranslationOptions):
    fields = ("name", "description")
