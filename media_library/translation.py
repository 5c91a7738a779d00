from modeltranslation.translator import TranslationOptions, register

from media_library.models import Album, AlbumPicture, Document, Infographic, Picture, Video


@register(Picture)
class PictureTranslationOptions(TranslationOptions):
    fields = ("title", "alt_text", "caption", "credit")


@register(Album)
class AlbumTranslationOptions(TranslationOptions):
    fields = ("title", "text")


@register(AlbumPicture)
class AlbumPictureTranslationOptions(TranslationOptions):
    fields = ("caption",)


@register(Video)
class VideoTranslationOptions(TranslationOptions):
    fields = ("title", "transcript")


@register(Infographic)
class InfographicTranslationOptions(TranslationOptions):
    fields = ("picture", "alternative", "data_table")


@register(Document)
class DocumentTranslationOptions(TranslationOptions):
    fields = ("title", "version")
