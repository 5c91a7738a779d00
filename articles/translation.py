from modeltranslation.translator import TranslationOptions, register

from articles.models import Article, Byline, Category, TopicPage
from publishing.translation import PublishableTranslationOptions


@register(Category)
class CategoryTranslationOptions(TranslationOptions):
    fields = ("name", "slug", "description", "path")


@register(Byline)
class BylineTranslationOptions(TranslationOptions):
    fields = ("name", "role", "about")


@register(Article)
class ArticleTranslationOptions(PublishableTranslationOptions):
    fields = ("source", "dateline", "share_quotes")


@register(TopicPage)
class TopicPageTranslationOptions(TranslationOptions):
    fields = ("introduction",)
