"""
Reference numbers: what a press release is quoted by, for ever and in all languages.

“PR 2026/41” is the forty-first of 2026. Staff may type a number of their own
before the first publication; afterwards nobody changes it.
"""

import re

from django.utils import timezone

from articles.models import Article, ArticleVersion, Category, ReferenceSeries

_GIVEN = re.compile(r"PR ([0-9]{4})/([1-9][0-9]{0,6})\Z")


def give_reference(article, *, at):
    """
    Gives an article its number if it is a press release that goes out for the first time, at the moment `at`.

    Call it inside the transaction of the step, with the article locked: if the
    step is refused, no number is used up.
    """
    # As it is stored: an object that was held since before another step, or a refused one, knows nothing of it.
    article.reference = Article.objects.values_list("reference", flat=True).get(pk=article.pk)
    if article.reference or article.category.layout != Category.Layout.PRESS or _was_out(article):
        return
    article.reference = _next_of_year(timezone.localtime(at).year)
    article.save(update_fields=["reference"])


def note_references(references):
    """Has the numbers of each year go on behind some that came in with articles of another installation."""
    last = {}
    for reference in references:
        if match := _GIVEN.match(reference):
            year, number = int(match[1]), int(match[2])
            last[year] = max(number, last.get(year, 0))
    for year, number in sorted(last.items()):
        series, _created = ReferenceSeries.objects.select_for_update().get_or_create(year=year)
        if series.last < number:
            series.last = number
            series.save(update_fields=["last"])


def is_settled(article):
    """Whether readers were given, or will be, a text with the article's number: then it stays."""
    released = ArticleVersion.objects.released().filter(edition__item=article)
    return bool(article.reference) and released.filter(reference=article.reference).exists()


def _was_out(article):
    return article.editions.filter(live__isnull=False).exists()


def _next_of_year(year):
    """The next free number of a year. Whoever else wants one waits for the end of this transaction."""
    series, _created = ReferenceSeries.objects.select_for_update().get_or_create(year=year)
    while True:
        series.last += 1
        reference = f"PR {year}/{series.last}"
        if not Article.objects.filter(reference=reference).exists():
            break
    series.save(update_fields=["last"])
    return reference
