from django.db.models import Exists, OuterRef, Q
from tree_queries.query import TreeQuerySet

from publishing.querysets import EditionQuerySet


class CategoryQuerySet(TreeQuerySet):
    """Sections."""

    def named_in(self, language):
        """Sections that have a name, and so an address, in `language`."""
        return self.exclude(**{f"path_{language}": None}).exclude(**{f"path_{language}": ""})


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
        return self.filter(live__bylines=byline)

    def related_to(self, edition, tags, *, count=3):
        """
        The newest that share a topic with `edition`; if there are too few, others of its section.

        Returns a list. One query: two short lists are cut by the database and joined here.
        """
        others = self.exclude(pk=edition.pk).newest_first()
        by_topic = others.filter(live__tags__in=tags).distinct()[:count]
        in_section = others.filter(category=edition.category_id)[:count]
        found = (
            self.filter(Q(pk__in=by_topic.values("pk")) | Q(pk__in=in_section.values("pk")))
            .annotate(shares_topic=Exists(self.model.objects.filter(pk=OuterRef("pk"), live__tags__in=tags)))
            .for_cards()
            .order_by("-shares_topic", "-publish_at", "-pk")
        )
        return list(found[:count])

    def for_cards(self):
        """With all that a list shows; pictures come from `media_library.pictures.give_pictures`."""
        return self.select_related("live__category")

    def for_lines(self):
        """With what a line of headlines shows."""
        return self.select_related("live__category")
