"""What a reader may ask of a list, made from the query string; what it does not know is ignored."""

from django.utils import timezone
from django.utils.functional import cached_property

from articles.hubs import GROUPS
from articles.models import Article, ArticleEdition
from publishing.clock import now
from publishing.keys import not_for_all

# What press offices send out, where a section tells its kinds apart by no sections of its own.
PRESS_FORMATS = (
    Article.Format.TEXT,
    Article.Format.DOCUMENT,
    Article.Format.PRESS_CONFERENCE,
    Article.Format.VIDEO,
)


class PressFilter:
    """
    Press releases of one year, of one type, or both.

    The types are the subsections; where there are none, the formats. `types`:
    [(what stands for it in the address, its name)]. `years`: from the newest
    to the oldest. `rows`: the editions asked for. `query`: what stands for the
    filter in an address.
    """

    def __init__(self, query, editions, tree, category):
        self._sections = {str(child.pk): child for child in tree.children(category)}
        self.types = [(value, child.name) for value, child in self._sections.items()]
        self.types = self.types or [(str(value), GROUPS[value].name) for value in PRESS_FORMATS]
        self.type = next((value for value, _name in self.types if value == query.get("type")), "")
        self._of_type = self._narrowed(editions, tree) if self.type else editions
        self.year = _year(query.get("year", ""))
        if query.get("type") and not self.type:
            not_for_all()
        self.rows = self._of_type.filter(publish_at__year=self.year) if self.year else self._of_type
        self.years = sorted({*_years_of(editions), *([self.year] if self.year else [])}, reverse=True)
        asked = {"year": self.year, "type": self.type}
        self.query = "&".join(f"{name}={value}" for name, value in asked.items() if value)

    def _narrowed(self, editions, tree):
        if self.type in self._sections:
            return editions.in_sections(tree.ids_below(self._sections[self.type]))
        return editions.of_format(self.type)

    @property
    def type_name(self):
        return dict(self.types).get(self.type, "")

    @cached_property
    def nearest_year(self):
        """The year to try when there is nothing in the one that was asked for: the nearest that has some, or None."""
        if not self.year:
            return None
        older = self._of_type.filter(publish_at__year__lt=self.year).newest_first()
        newer = self._of_type.filter(publish_at__year__gt=self.year).order_by("publish_at", "pk")
        years = _years(ArticleEdition.objects.first_of(older, newer))
        return min(years, key=lambda year: abs(year - self.year), default=None)

    @property
    def nearest_query(self):
        """The address of that year, for the same type."""
        return f"year={self.nearest_year}" + (f"&type={self.type}" if self.type else "")


def _years_of(editions):
    """All years from the first edition to the last: found at the two ends of an index, whatever lies between."""
    ends = _years(ArticleEdition.objects.first_of(editions.newest_first(), editions.order_by("publish_at", "pk")))
    return range(min(ends), max(ends) + 1) if ends else []


def _years(editions):
    return [timezone.localtime(moment).year for moment in editions.values_list("publish_at", flat=True)]


def _year(text):
    """The year that was typed, if anything can have been published in it."""
    is_one = text.isascii() and text.isdigit() and len(text) == 4
    return int(text) if is_one and 1900 < int(text) <= timezone.localtime(now()).year else None
