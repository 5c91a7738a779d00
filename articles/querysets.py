from copy import copy
from functools import partial, reduce
from operator import or_

from django.db import models
from django.db.models import Q, Subquery, prefetch_related_objects
from django.db.models.query import ModelIterable
from tree_queries.query import TreeQuerySet

from articles import keys
from delivery.parts import kept_editions
from publishing.clock import now
from publishing.keys import key_for, note, note_beside, note_everywhere
from publishing.querysets import EditionQuerySet

# How many versions that carry a tag are looked at.
CARRIERS = 60


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
        return self.in_sections(category.with_descendants_ids())

    def in_sections(self, ids):
        """Of the sections with these numbers (see `articles.sections.SectionTree`)."""
        note(*map(keys.of_section, ids))
        return self.filter(category__in=ids)

    def of_format(self, *formats):
        note(*map(keys.of_format, formats))
        return self.filter(format__in=formats)

    def tagged(self, tag):
        """What carries a topic. Found from the topic: what its lists cost grows with it, not with the archive."""
        note_everywhere(keys.of_tag(tag.pk))
        return self._pointed_at("tags", tag=tag)

    def by_byline(self, byline):
        """What somebody wrote, of whom readers may know that they did."""
        note_everywhere(keys.of_byline(byline.pk))
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

    def like(self, tag):
        """
        What carries a tag, as far as it was written lately.

        The newest versions alone are looked at, so that a tag of half the
        archive costs no more than a rare one.
        """
        carriers = self.model.live.field.related_model.tags.through.objects
        newest = carriers.filter(tag=tag).order_by("-pk").values("pk")[:CARRIERS]
        # A list within a list: a limited one cannot be asked for directly.
        return self.filter(live__in=carriers.filter(pk__in=newest).values("articleversion"))

    def around(self, edition, *, also=()):
        """
        What stands before and after an edition in its section, and of the items with the numbers `also`.

        One query; each is found by its key.
        """
        note_beside(keys.of_section(edition.category_id))
        in_section = self.exclude(pk=edition.pk).filter(category=edition.category_id)
        found = Q(item__in=also) if also else Q()
        for neighbours in (in_section.newer_than(edition), in_section.older_than(edition)):
            found |= Q(pk=Subquery(neighbours.values("pk")[:1]))
        return self.filter(found)

    def for_cards(self):
        """With all that a list shows, which is no text; pictures come from `media_library.pictures.give_pictures`."""
        return self._with_sections().only(*_CARD)

    def cards(self, items):
        """
        Editions with all that a list shows (`for_cards`), as rows of their own that may be given pictures.

        `items`: key of an edition → that of its item, in the order of the rows.
        Those that are not in memory are loaded.
        """
        item_key = partial(key_for, self.model.item.field.related_model)
        keys = {pk: item_key(item) for pk, item in items.items()}
        # Of all that is public, whatever this queryset is narrowed to: others get what is found, too.
        public = self.model.objects.published
        known = kept_editions(keys, lambda pks: public().filter(pk__in=pks).for_cards().in_bulk())
        rows = [own_copy(known[pk]) for pk in keys if pk in known]
        _complete(rows)
        return rows

    def for_lines(self):
        """With what a line of headlines shows; a planned change may show already, whoever has settled it or not."""
        return self._with_sections().only(*_LINE)

    def for_pages(self):
        """With everything that readers see, the texts included."""
        return self._with_sections().defer(*_OF_THE_DESK)

    def for_addresses(self):
        return self.for_cards()

    def for_results(self):
        return self._with_sections().only(*_LINE, "live__standfirst", "live__body", "live__format", "live__summary")

    def _with_sections(self):
        editions = self.select_related("live")
        editions._is_completed = True
        return editions

    _is_completed = False

    def _clone(self):
        clone = super()._clone()
        clone._is_completed = self._is_completed
        return clone

    def _fetch_all(self):
        is_new = self._result_cache is None
        super()._fetch_all()
        if is_new and self._is_completed and self._iterable_class is ModelIterable:
            _complete(self._result_cache)


# What lists show of an edition and of its version.
_LINE = (
    "item_id", "language", "publish_at", "upcoming_id", "upcoming_at", "category_id", "format", "live__title",
    "live__slug", "live__category_id",
)  # fmt: skip
_CARD = (
    *_LINE, "state", "updated_at", "withdraw_at", "retracted_at", "being_updated_since", "live__standfirst",
    "live__format", "live__media", "live__reference", "live__lead_picture_id", "live__lead_text", "live__kind",
)  # fmt: skip
# What is the desk's own.
_OF_THE_DESK = (
    "review", "waits_to_go_out", "assignee", "due_at", "revision", "saved_at", "saved_by", "released_revision",
    "source_revision", "live__note", "live__revision", "live__created_by", "live__created_at",
)  # fmt: skip


def own_copy(edition):
    """A copy of an edition, its versions included, for one request: what is in memory belongs to all."""
    own = _twin(edition)
    own._state.fields_cache |= {
        name: _twin(version)
        for name in ("live", "upcoming")
        if (version := edition._state.fields_cache.get(name)) is not None
    }
    return own


def _twin(row):
    """A row with the same values. `copy.copy` makes one by way of pickling, which takes three times as long."""
    twin = type(row).__new__(type(row))
    twin.__dict__ = row.__dict__ | {"_state": copy(row._state)}
    twin._state.fields_cache = row._state.fields_cache.copy()
    return twin


def _complete(editions):
    """
    Gives editions what their versions need beside themselves: their sections, from the tree that is in memory.

    Of planned changes whose time has come, but which no job has settled yet, all come in one query.
    """
    if not editions:
        return
    due = [edition for edition in editions if edition.upcoming_at and edition.upcoming_at <= now()]
    if due:
        prefetch_related_objects(due, "upcoming")
    from articles.sections import section_tree  # it works with the models that have these querysets

    sections = section_tree().by_id
    for edition in editions:
        section = sections.get(edition.version.category_id)
        if section:
            edition.version.category = section
