from modeltranslation.translator import TranslationOptions, register

from articles.models import Article, Byline, Category
from publishing.translation import PublishableTranslationOptions


@register(Category)
class CategoryTranslationOptions(TranslationOptions):
    fields = ("name", "slug", "description", "path")


@register(Byline)
class BylineTranslationOptions(TranslationOptions):
    fields = ("name", "role", "about")


@register(Article)
class ArticleTranslationOptions(PublishableTranslationOptions):
    fields = ("source",)
