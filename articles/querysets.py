from functools import reduce
from operator import or_

from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery
from tree_queries.query import TreeQuerySet

from publishing.querysets import EditionQuerySet

# How many stand beside an article.
LATEST, RELATED = 4, 3
# How many of its tags are followed, and how many versions that carry one.
TAGS, CARRIERS = 5, 60


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
        """What carries a topic. Found from the topic: what its lists cost grows with it, not with the archive."""
        return self._pointed_at("tags", tag=tag)

    def by_byline(self, byline):
        """What somebody wrote, of whom readers may know that they did."""
        return self._pointed_at("bylines", byline=byline, byline__withdrawn_at=None)

    def _pointed_at(self, relation, **facts):
        # By the numbers of the live versions, and not through a join: the versions themselves are not read.
        through = getattr(self.model._meta.get_field("live").related_model, relation).through
        return self.filter(live__in=through.objects.filter(**facts).values("articleversion"))

    def first_of(self, *lists, count=1):
        """
        The first `count` rows of each of some sorted querysets, all in one query, in no order.

        Each row is found by its key, so that no list is read further than that.
        """
        keys = [one.values("pk")[number : number + 1] for one in lists for number in range(count)]
        return self.filter(reduce(or_, (Q(pk=Subquery(key)) for key in keys)))

    def newer_than(self, edition):
        """What stands before an edition in a list with the newest first; the nearest comes first."""
        is_newer = Q(publish_at__gt=edition.publish_at) | Q(pk__gt=edition.pk)
        return self.filter(is_newer, publish_at__gte=edition.publish_at).order_by("publish_at", "pk")

    def older_than(self, edition):
        """What follows after it in such a list; the nearest comes first."""
        is_older = Q(publish_at__lt=edition.publish_at) | Q(pk__lt=edition.pk)
        return self.filter(is_older, publish_at__lte=edition.publish_at).newest_first()

    def like(self, tags):
        """
        What shares one of `tags`, as far as it was written lately.

        Of each tag the newest versions alone are looked at, so that a tag of
        half the archive costs no more than a rare one.
        """
        if not tags:
            return self.none()
        carriers = self.model.live.field.related_model.tags.through.objects
        newest = [carriers.filter(tag=tag).order_by("-pk").values("pk")[:CARRIERS] for tag in tags[:TAGS]]
        return self.filter(live__in=_union(carriers, newest, "articleversion"))

    def beside(self, edition, tags):
        """
        What stands beside an article of which `tags` are shown: `Beside`.

        One query: short lists are cut by the database, each along an index, and
        told apart here.
        """
        others = self.exclude(pk=edition.pk)
        in_section = others.filter(category=edition.category_id)
        chosen = edition.version.related[:RELATED]
        lists = [
            others.newest_first()[:LATEST],
            others.like(tags).newest_first()[:RELATED],
            in_section.newest_first()[:RELATED],
            in_section.newer_than(edition)[:1],
            in_section.older_than(edition)[:1],
            others.filter(item__in=chosen),
        ]
        shares_topic = Exists(self.model.objects.filter(pk=OuterRef("pk"), live__tags__in=tags))
        parts = [part.values("pk") for part in lists]
        found = self.filter(pk__in=_union(self.model.objects, parts, "pk")).annotate(shares_topic=shares_topic)
        return Beside(edition, list(found.for_cards().newest_first()))

    def for_cards(self):
        """With all that a list shows, which is no text; pictures come from `media_library.pictures.give_pictures`."""
        long_texts = (f"{version}__{text}" for version in ("live", "upcoming") for text in ("body", "share_quotes"))
        return self.for_lines().defer(*long_texts)

    def for_lines(self):
        """With what a line of headlines shows; a planned change may show already, whoever has settled it or not."""
        return self.select_related("live__category", "upcoming__category")

    def for_addresses(self):
        return super().for_addresses().for_cards()


class Beside:
    """What stands beside an article, told apart: the newest, what is related, and its neighbours in its section."""

    def __init__(self, edition, found):
        self.latest = found[:LATEST]
        in_section = [one for one in found if one.category_id == edition.category_id]
        self.newer = next((one for one in reversed(in_section) if _place(one) > _place(edition)), None)
        self.older = next((one for one in in_section if _place(one) < _place(edition)), None)
        self.related = _related(edition, found, in_section)[:RELATED]


def _place(edition):
    """Where it stands in a list by time."""
    return edition.publish_at, edition.pk


def _related(edition, found, in_section):
    """What was chosen by hand; else what shares a topic, and then what shares the section."""
    chosen = [one for one in found if one.item_id in edition.version.related[:RELATED]]
    like = [one for one in found if one.shares_topic]
    return chosen or [*like, *(one for one in in_section if not one.shares_topic)]


def _union(objects, parts, name):
    """
    The column `name` of the rows whose numbers one of `parts` holds.

    A union, not an "or": PostgreSQL looks up each part along its index. SQLite
    cuts no part of a union by itself, hence the inner lists.
    """
    rows = [objects.filter(pk__in=part).order_by().values(name) for part in parts]
    return rows[0].union(*rows[1:])
