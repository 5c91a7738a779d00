from modeltranslation.translator import TranslationOptions, register

from media_library.models import Document, Infographic, Picture, Video


@register(Picture)
class PictureTranslationOptions(TranslationOptions):
    fields = ("alt_text", "caption", "credit")


@register(Video)
class VideoTranslationOptions(TranslationOptions):
    fields = ("transcript",)


@register(Infographic)
class InfographicTranslationOptions(TranslationOptions):
    fields = ("picture", "alternative")


@register(Document)
class DocumentTranslationOptions(TranslationOptions):
    fields = ("title", "file")
