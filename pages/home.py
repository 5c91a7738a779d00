"""What stands on the home page, and in which order. No article stands there twice, but for what is most read."""

from dataclasses import dataclass
from functools import partial
from itertools import islice

from articles.models import Article, ArticleEdition, Category
from articles.most_read import most_read
from articles.querysets import own_copy
from articles.sections import section_tree
from delivery.parts import kept
from delivery.reads import MOST_READ_KEY as MOST_READ
from media_library.pictures import give_pictures
from pages.models import HomeSlot
from publishing.keys import LATEST, key_for, note, note_beside
from publishing.languages import current_language

LEADS, LINES, BLOCKS = 3, 7, 4
# The key of the places that editors fill.
SLOTS = "home"
MEDIA_FORMATS = (Article.Format.VIDEO, Article.Format.GALLERY, Article.Format.INFOGRAPHIC)
# Layout → how many articles its block shows.
IN_BLOCK = {Category.Layout.PRESS: 4, Category.Layout.NEWS: 3, Category.Layout.MEDIA: len(MEDIA_FORMATS)}
# How many articles of its section may stand above a block.
MOST_ABOVE = LEADS + LINES + (BLOCKS - 1) * max(IN_BLOCK.values())


@dataclass
class Block:
    """One section on the home page."""

    category: Category
    editions: list

    @property
    def template(self):
        return f"pages/_home_{self.category.layout}.html"

    def of_format(self, value):
        return next((edition for edition in self.editions if edition.format == value), None)

    @property
    def video(self):
        return self.of_format(Article.Format.VIDEO)

    @property
    def others(self):
        """What stands beside the video."""
        return [edition for edition in self.editions if edition is not self.video]


class Home:
    """The home page of the page's language."""

    def __init__(self):
        self.leads, self.latest = _top()
        self.blocks = [block for block in self._blocks() if block.editions]
        # A list of its own kind: what stands above may stand here again.
        self.most_read = kept("home.most-read", _most_read)
        give_pictures([*self.leads, *(edition for block in self.blocks for edition in block.editions)])

    @property
    def lead(self):
        return self.leads[0] if self.leads else None

    @property
    def secondary(self):
        return self.leads[1:]

    def _blocks(self):
        """The sections that have a block, each with its newest that does not stand above it."""
        tree = section_tree()
        categories = [category for category in tree.by_id.values() if category.is_on_home and category.path][:BLOCKS]
        shown = {edition.pk for edition in [*self.leads, *self.latest]}
        for category in categories:
            ids = tree.ids_below(category)
            found = kept(("home.block", category.pk), partial(_newest_of, category, ids))
            block = Block(category, _first_of(category, [one for one in found if one.pk not in shown]))
            shown |= {edition.pk for edition in block.editions}
            yield block


# Each list is kept by itself: after a publication those are loaded that have something newer. Whoever shows their
# editions gives them pictures, hence the copies.


def _top():
    """
    (the leads, the latest).

    Leads are what editors chose and is published here, in its places, and the
    newest in the places that are left; what is newest then comes below.
    """
    slots = kept("home.slots", _slots)
    chosen = {slots[one.item_id]: one for one in kept(("home.chosen", *sorted(slots)), partial(_of_items, slots))}
    rest = (own_copy(one) for one in kept("home.newest", _newest) if one.item_id not in slots)
    places = [own_copy(chosen[place]) if place in chosen else next(rest, None) for place in range(1, LEADS + 1)]
    return [edition for edition in places if edition], list(islice(rest, LINES))


def _slots():
    note(SLOTS)
    return dict(HomeSlot.objects.filter(language=current_language()).values_list("article_id", "position"))


def _of_items(numbers):
    note(*(key_for(Article, number) for number in numbers))
    return list(ArticleEdition.objects.published().filter(item__in=numbers).for_cards()) if numbers else []


def _newest():
    note(LATEST)
    return list(ArticleEdition.objects.published().for_cards().newest_first()[: 2 * LEADS + LINES])


def _newest_of(category, ids):
    """What a section's block may show, and as much again as may stand above it."""
    in_section = ArticleEdition.objects.published().in_sections(ids).for_cards().newest_first()
    if category.layout != Category.Layout.MEDIA:
        return list(in_section[: IN_BLOCK[category.layout] + MOST_ABOVE])
    return [one for value in MEDIA_FORMATS for one in in_section.filter(format=value)[: 1 + MOST_ABOVE]]


def _first_of(category, editions):
    """What a block shows of its section's newest: of media one of each format."""
    if category.layout != Category.Layout.MEDIA:
        return [own_copy(one) for one in editions[: IN_BLOCK[category.layout]]]
    by_format = {one.format: one for one in reversed(editions)}
    return [own_copy(by_format[value]) for value in MEDIA_FORMATS if value in by_format]


def _most_read():
    note_beside(MOST_READ)
    return most_read(current_language())
