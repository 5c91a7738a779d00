"""
Changes to articles that are no step of one text.

Facts that lists change in bulk show to readers with the next publication. A
byline is withdrawn everywhere at once, though the versions of articles keep it.
"""

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.audit import record
from articles.models import Article, ArticleEdition, ArticleVersion, Byline
from desk.audit import note_facts
from desk.saving import SHARED, record_saves
from media_library import renditions
from media_library.models import PictureUse
from media_library.tasks import request_renditions
from publishing.changes import announce_hard
from publishing.followers import tell_followers
from publishing.keys import LATEST, key_for, key_of
from publishing.languages import language_codes
from publishing.workflow import require_open_gates


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
    note_facts(article, ["tags"], by=by)


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
    note_facts(article, ["category"], by=by)


# --- Bylines -----------------------------------------------------------------------


@transaction.atomic
def withdraw_byline(byline, *, by, request=None):
    """
    Takes a name out of every public page at once, its own page and portrait included. It can be shown again.

    It works in a lock-down, too: it may protect somebody. Raises
    `PermissionDenied`, or `ValidationError` when it was done already.
    """
    row = _locked_byline(byline, by)
    if row.withdrawn_at:
        raise ValidationError(_("This byline is withdrawn already."))
    row.withdrawn_at = timezone.now()
    row.save(update_fields=["withdrawn_at"])
    if row.portrait and not _is_portrait_used_elsewhere(row):
        renditions.drop_public_files(row.portrait)
    _finish_byline(row, "byline.withdrawn", by=by, request=request)
    return row


@transaction.atomic
def show_byline_again(byline, *, by, request=None):
    """Shows a withdrawn name where it stood. Raises `ValidationError` when it is not withdrawn, and in a lock-down."""
    require_open_gates()
    row = _locked_byline(byline, by)
    if row.withdrawn_at is None:
        raise ValidationError(_("This byline is not withdrawn."))
    row.withdrawn_at = None
    row.save(update_fields=["withdrawn_at"])
    if row.portrait:
        request_renditions(row.portrait)
    _finish_byline(row, "byline.shown_again", by=by, request=request)
    return row


def may_withdraw_bylines(user):
    """Whether somebody may withdraw bylines: whoever publishes articles, anywhere at all."""
    return user.has_perm("articles.publish_article")


def _locked_byline(byline, by):
    if by is not None and not may_withdraw_bylines(by):
        raise PermissionDenied(_("You may not withdraw bylines. Ask somebody who publishes articles."))
    return Byline.objects.select_for_update(of=("self",)).select_related("portrait").get(pk=byline.pk)


def _is_portrait_used_elsewhere(byline):
    kind = ContentType.objects.get_for_model(Byline)
    return PictureUse.objects.filter(picture=byline.portrait).exclude(user_type=kind, user_id=byline.pk).exists()


def _finish_byline(byline, action, *, by, request):
    """Ends every kept page that shows the name, has it found or not, and says in the log who did it."""
    versions = ArticleVersion.bylines.through.objects.filter(byline=byline).values("articleversion")
    editions = ArticleEdition.objects.filter(Q(live__in=versions) | Q(upcoming__in=versions))
    keys = {(language, key_for(Article, item)) for language, item in editions.values_list("language", "item")}
    # Searches find something else now, too.
    own = {(code, key) for code in language_codes() for key in (LATEST, key_of(byline))}
    announce_hard(sorted(keys | own))
    tell_followers(editions.select_related("item", "live", "upcoming").iterator(chunk_size=200))
    record(action, by=by, target=byline, request=request, articles=len({key for _language, key in keys}))
