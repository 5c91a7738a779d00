from functools import reduce
from operator import or_

from django.db import models
from django.db.models import Exists, OuterRef, Q
from tree_queries.query import TreeQuerySet

from publishing.querysets import EditionQuerySet


class CategoryQuerySet(TreeQuerySet):
    """Sections."""

    def named_in(self, language):
        """Sections that have a name, and so an address, in `language`."""
        return self.exclude(**{f"path_{language}": None}).exclude(**{f"path_{language}": ""})


class BylineQuerySet(models.QuerySet):
    """Bylines."""

    def shown(self):
        """Those that readers may see."""
        return self.filter(withdrawn_at=None)


class ArticleEditionQuerySet(EditionQuerySet):
    """Editions of articles."""

    def in_section(self, category):
        """Of a section and all sections below it."""
        return self.filter(category__in=category.with_descendants_ids())

    def in_sections(self, ids):
        """Of the sections with these numbers (see `articles.sections.SectionTree`)."""
        return self.filter(category__in=ids)

    def of_format(self, *formats):
        return self.filter(format__in=formats)

    def tagged(self, tag):
        return self.filter(live__tags=tag)

    def by_byline(self, byline):
        """What somebody wrote, of whom readers may know that they did."""
        return self.filter(live__bylines=byline, live__bylines__withdrawn_at=None)

    def beside(self, edition, tags, *, newest=4, related=3):
        """
        What stands beside an article: ([the newest of all], [the newest that share a topic with it]).

        If too few share one, others of its section follow. One query: short
        lists are cut by the database and told apart here.
        """
        others = self.exclude(pk=edition.pk).newest_first()
        lists = [
            others[:newest],
            others.filter(live__tags__in=tags).distinct()[:related],
            others.filter(category=edition.category_id)[:related],
        ]
        found = (
            self.filter(reduce(or_, (Q(pk__in=one.values("pk")) for one in lists)))
            .annotate(shares_topic=Exists(self.model.objects.filter(pk=OuterRef("pk"), live__tags__in=tags)))
            .for_cards()
            .newest_first()
        )
        near = [one for one in found if one.shares_topic or one.category_id == edition.category_id]
        near.sort(key=lambda one: not one.shares_topic)  # stable: the newest first among both
        return list(found[:newest]), near[:related]

    def for_cards(self):
        """With all that a list shows; pictures come from `media_library.pictures.give_pictures`."""
        return self.select_related("live__category")

    def for_lines(self):
        """With what a line of headlines shows."""
        return self.select_related("live__category")
