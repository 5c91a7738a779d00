"""What sitemaps list of articles besides themselves: sections, topics, bylines; see `publishing.sitemaps`."""

from functools import reduce
from operator import or_

from django.db.models import Exists, OuterRef, Q

from articles.models import ArticleEdition, Byline
from articles.sections import addresses_of_section, section_tree
from publishing.languages import language_codes
from publishing.models import Tag
from publishing.sitemaps import Listed, file_of, items_in


class Sections:
    """All sections, in the languages in which they have a name. They are few."""

    name = "sections"

    def files(self):
        return {1: None} if self._listed() else {}

    def listed(self, number):
        return self._listed() if number == 1 else []

    @staticmethod
    def _listed():
        found = [addresses_of_section(category) for category in section_tree().by_id.values()]
        return [Listed(addresses) for addresses in found if addresses]


class _Carried:
    """What articles carry. It has a page in the languages in which it has a name and something public carries it."""

    def __init__(self, name, rows, relation):
        self.name = name
        self._rows = rows
        self._relation = relation

    def files(self):
        is_shown = reduce(or_, (self._is_shown_in(code) for code in language_codes()))
        ids = self._rows.filter(is_shown).order_by("pk").values_list("pk", flat=True)
        return dict.fromkeys(file_of(pk) for pk in ids)

    def listed(self, number):
        shown = {f"in_{code}": self._is_shown_in(code) for code in language_codes()}
        rows = self._rows.filter(pk__range=items_in(number)).annotate(**shown).order_by("pk")
        found = [
            {code: row.get_absolute_url(code) for code in language_codes() if getattr(row, f"in_{code}")}
            for row in rows
        ]
        return [Listed(addresses) for addresses in found if addresses]

    def _is_shown_in(self, code):
        carrying = ArticleEdition.objects.published(language=code).filter(**{self._relation: OuterRef("pk")})
        return Q(**{f"name_{code}__gt": ""}) & Exists(carrying)


def topics():
    return _Carried("topics", Tag.objects.all(), "live__tags")


def bylines():
    return _Carried("bylines", Byline.objects.shown(), "live__bylines")
