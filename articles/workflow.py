"""Changes to the facts of articles that lists make in bulk. What readers see changes only with the next publication."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from articles.models import Article
from desk.saving import SHARED, record_saves


def _locked(article, by):
    """The article as it is now, for somebody who may change its facts. Raises `PermissionDenied`."""
    if not by.has_perm("articles.add_article", article):
        raise PermissionDenied(_("You may not change the facts of this article."))
    return Article.objects.select_for_update(of=("self",)).get(pk=article.pk)


@transaction.atomic
def add_tags(article, *, language, by, tags):
    """Adds tags to an article; those that it has stay."""
    article = _locked(article, by)
    article.tags.add(*tags)
    record_saves(article, [SHARED], by)


@transaction.atomic
def move_to_section(article, *, language, by, category):
    """
    Puts an article into another section.

    Raises `ValidationError` when it is there already, and `PermissionDenied`
    unless the person may write in both.
    """
    article = _locked(article, by)
    if article.category_id == category.pk:
        raise ValidationError(_("It is in this section already."))
    article.category = category
    if not by.has_perm("articles.add_article", article):
        raise PermissionDenied(_("You may not write in the section that you chose."))
    article.save(update_fields=["category"])
    record_saves(article, [SHARED], by)
