"""
Pages of a list by address (`?page=7`): the first holds the newest, and the five-hundredth costs as much as the first.

Which editions a page holds is read from the table of editions alone: its rows
are narrow, and there is an index for each list. What they show is loaded for
those that are not in memory (`cards()` of their queryset), and for no other.
"""

from dataclasses import dataclass, field

from django.core.paginator import InvalidPage, Paginator
from django.http import Http404
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from publishing.languages import current_language
from publishing.metadata import DESCRIPTION_ROOM, PageMetadata, shortened

PER_PAGE = 20
# Where every list ends, so that counting it ends, too. What is older is found by its date, in the archive.
LAST_PAGE = 1000
# Of so many pages of a list it is remembered what stands on them.
MOST_PAGES = 10


class NoSuchPage(Http404):
    """A list has no page of this number, or has it no more. `last`: the number of its last one."""

    def __init__(self, last):
        super().__init__("no such page")
        self.last = last


@dataclass
class Extent:
    """
    How many editions a list has, and what stands where: what need not be found out again while it stays the same.

    `starts`: page → publication time and key of its first edition, of pages that somebody asked for. `pages`: page →
    (publication time, key, item) of each of its editions, of the last such pages. They grow while the rest of what is
    kept stays as it is: each entry is as true as the count, and ends with it.
    """

    count: int
    starts: dict = field(default_factory=dict)
    pages: dict = field(default_factory=dict)

    def remember(self, number, places):
        """Keeps what stands on a page, and where it begins."""
        if len(self.pages) >= MOST_PAGES:
            self.pages.clear()
        self.pages[number] = places
        if places and number > 1:
            self.starts[number] = places[0][:2]


class EditionPaginator(Paginator):
    """
    The pages of a list of editions, the newest first.

    `editions()` gives the queryset, and is called only if there is something
    to ask the database. `extent`: of the same list, if it is known.
    """

    def __init__(self, model, editions, per_page, *, extent=None):
        super().__init__((), per_page)
        self.most = LAST_PAGE * per_page
        self._model, self._make, self._known = model, editions, extent

    @cached_property
    def _editions(self):
        return self._make().newest_first()

    @cached_property
    def extent(self):
        return self._known or extent_of(self._editions, self.per_page)

    @property
    def count(self):
        return min(self.extent.count, self.most)

    @property
    def is_cut(self):
        """Whether there may be more than the pages hold."""
        return self.count == self.most

    def page(self, number):
        number = self.validate_number(number)
        places = self.extent.pages.get(number)
        if places is None:
            places = list(self._from_nearest_start(number).values_list("publish_at", "pk", "item_id"))
            self.extent.remember(number, places)
        rows = self._model.objects.cards({pk: item for _at, pk, item in places})
        return self._get_page(rows, number, self)

    def _from_nearest_start(self, number):
        """The editions of a page, counted from where the nearest page before it begins, or itself."""
        starts = self.extent.starts
        # A list of its own: other requests may add to what is in memory.
        nearest = max((known for known in list(starts) if known <= number), default=1)
        editions = self._editions.from_place(*starts[nearest]) if nearest > 1 else self._editions
        skipped = (number - nearest) * self.per_page
        return editions[skipped : skipped + self.per_page]


def extent_of(editions, per_page=PER_PAGE):
    """The `Extent` of a list of editions: no more are counted than `LAST_PAGE` pages hold."""
    return Extent(editions.order_by()[: LAST_PAGE * per_page].count())


def page_of(model, editions, number, *, per_page=PER_PAGE, extent=None):
    """
    One page of a list of editions of a model, as its cards need them.

    `editions` and `extent`: see `EditionPaginator`. `number` is what stands in the address
    (None: the first page). Raises `NoSuchPage` for anything that is not the number of an existing page.
    """
    paginator = EditionPaginator(model, editions, per_page, extent=extent)
    try:
        return paginator.page(1 if number is None else number)
    except InvalidPage as error:
        raise NoSuchPage(paginator.num_pages) from error


def metadata_of_list(rows, *, title, description, addresses, query="", **facts):
    """
    The `PageMetadata` of a list at the page `rows`: each has an address, a title and a description of its own.

    `query`: what stands for a filter in the address ("" without one).
    """
    where = ""
    if rows.number > 1:
        where = _("Page %(number)s of %(count)s") % {"number": rows.number, "count": rows.paginator.num_pages}
    parts = [part for part in (query, f"page={rows.number}" if where else "") if part]
    return PageMetadata(
        title=_("%(title)s, page %(number)s") % {"title": title, "number": rows.number} if where else title,
        # Which page it is must not be what is cut away.
        description=f"{shortened(description, DESCRIPTION_ROOM - len(where) - 1)} {where}".strip(),
        addresses=addresses,
        address=f"{addresses[current_language()]}?{'&'.join(parts)}" if parts else "",
        **facts,
    )
