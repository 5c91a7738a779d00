"""What stands on the home page, and in which order. No article stands there twice, but for what is most read."""

from dataclasses import dataclass

from django.db.models import Q

from articles.models import Article, ArticleEdition, Category
from articles.most_read import most_read
from articles.sections import SectionTree
from media_library.pictures import give_pictures
from pages.models import HomeSlot
from publishing.languages import current_language

LEADS, LATEST, BLOCKS = 3, 7, 4
MEDIA_FORMATS = (Article.Format.VIDEO, Article.Format.GALLERY, Article.Format.INFOGRAPHIC)
# Layout → how many articles its block shows.
IN_BLOCK = {Category.Layout.PRESS: 4, Category.Layout.NEWS: 3}


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
        self._shown = set()
        self.leads = self._take(self._leads())
        self.latest = self._take(self._public().for_lines().exclude(pk__in=self._shown).newest_first()[:LATEST])
        self.blocks = [block for block in self._blocks() if block.editions]
        # A list of its own kind: what stands above may stand here again.
        self.most_read = most_read(current_language())
        give_pictures([*self.leads, *(edition for block in self.blocks for edition in block.editions)])

    @property
    def lead(self):
        return self.leads[0] if self.leads else None

    @property
    def secondary(self):
        return self.leads[1:]

    @staticmethod
    def _public():
        return ArticleEdition.objects.published()

    def _take(self, editions):
        editions = list(editions)
        self._shown.update(edition.pk for edition in editions)
        return editions

    def _leads(self):
        """What editors chose and is published here, in its places; the newest in the places that are left."""
        slots = dict(HomeSlot.objects.filter(language=current_language()).values_list("article_id", "position"))
        newest = self._public().newest_first()[:LEADS]
        found = self._public().for_cards().filter(Q(item__in=slots) | Q(pk__in=newest.values("pk"))).newest_first()
        found = list(found)
        chosen = {slots[edition.item_id]: edition for edition in found if edition.item_id in slots}
        rest = (edition for edition in found if edition.item_id not in slots)
        places = [chosen.get(position) or next(rest, None) for position in range(1, LEADS + 1)]
        return [edition for edition in places if edition]

    def _blocks(self):
        tree = SectionTree()
        categories = [category for category in tree.by_id.values() if category.is_on_home and category.path]
        for category in categories[:BLOCKS]:
            editions = self._public().for_cards().in_sections(tree.ids_below(category)).exclude(pk__in=self._shown)
            if category.layout == Category.Layout.MEDIA:
                yield Block(category, self._take(self._newest_media(editions)))
            else:
                yield Block(category, self._take(editions.newest_first()[: IN_BLOCK[category.layout]]))

    @staticmethod
    def _newest_media(editions):
        """The newest of each format, in one query."""
        newest = [Q(pk__in=editions.of_format(value).newest_first()[:1].values("pk")) for value in MEDIA_FORMATS]
        found = {edition.format: edition for edition in editions.filter(newest[0] | newest[1] | newest[2])}
        return [found[value] for value in MEDIA_FORMATS if value in found]
