"""What is read most: the list for readers, and the figures for staff."""

from django.contrib.contenttypes.models import ContentType
from django.db.models import OuterRef, Subquery

from articles.models import Article, ArticleEdition
from delivery.models import MostRead
from delivery.reads import MONTH, RECENT, most_read_since
from desk.reach import EDITION_COLUMNS, editions_of, title_columns
from publishing.registry import public_type_of

# Days → the span that staff may ask for.
SPANS = {span.days: span for span in (RECENT, MONTH)}
ROWS = 50

ITEM_COLUMNS = ("item__source_language", *(f"item__{name}" for name in title_columns()))


def most_read(language, count=5):
    """
    The `count` public articles that were read most in `language` in the last seven days, the first first.

    None at all where there are fewer. One query; what is public is said where it always is, by `published()`.
    """
    rows = MostRead.objects.filter(
        item_type__app_label=Article._meta.app_label, item_type__model=Article._meta.model_name, language=language
    )
    reads = rows.filter(item_id=OuterRef("item_id")).values("count")
    editions = (
        ArticleEdition.objects.published(language=language)
        .filter(item__in=rows.values("item_id"))
        .annotate(reads=Subquery(reads[:1]))
        .order_by("-reads", "-publish_at", "-pk")
    )
    found = list(editions.for_lines()[:count])
    return found if len(found) == count else []


def read_most(language, *, span, sections=None):
    """
    [(edition, how often)] of the articles that were read most in `language` within `span`, public today or not.

    `sections`: the numbers of the sections that somebody may see, None for all. Two queries.
    """
    counts = most_read_since(ContentType.objects.get_for_model(Article), language, span)
    if sections is not None:
        counts = counts.filter(item_id__in=Article.objects.filter(category__in=sections).values("pk"))
    counts = dict(counts[:ROWS])
    editions = (
        editions_of(public_type_of(Article))
        .select_related("item", "live__category")
        .only(*EDITION_COLUMNS, *ITEM_COLUMNS, "live__slug", f"live__category__path_{language}")
        .filter(language=language, item__in=counts)
    )
    by_number = {edition.item_id: edition for edition in editions}
    return [(by_number[number], count) for number, count in counts.items() if number in by_number]
