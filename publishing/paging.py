"""
Pages of a list by address (`?page=7`): the first holds the newest, and the five-hundredth costs as much as the first.

Which editions a page holds is read from the table of editions alone: its rows
are narrow, and there is an index for each list. Versions, with all that they
hold, are loaded for the rows of the page and for no other.
"""

from django.core.paginator import InvalidPage, Paginator
from django.http import Http404
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from publishing.languages import current_language
from publishing.metadata import DESCRIPTION_ROOM, PageMetadata, shortened

PER_PAGE = 20
# Where every list ends, so that counting it ends, too. What is older is found by its date, in the archive.
LAST_PAGE = 1000


class NoSuchPage(Http404):
    """A list has no page of this number, or has it no more. `last`: the number of its last one."""

    def __init__(self, last):
        super().__init__("no such page")
        self.last = last


class EditionPaginator(Paginator):
    """The pages of a queryset of editions, the newest first. `count`: how many they are, if that is known."""

    def __init__(self, editions, per_page, *, count=None):
        super().__init__(editions.newest_first(), per_page)
        self.most = LAST_PAGE * per_page
        self.known_count = count

    @cached_property
    def count(self):
        if self.known_count is not None:
            return min(self.known_count, self.most)
        return count_of(self.object_list, self.per_page)

    @property
    def is_cut(self):
        """Whether there may be more than the pages hold."""
        return self.count == self.most

    def page(self, number):
        number = self.validate_number(number)
        start = (number - 1) * self.per_page
        keys = self.object_list.values("pk")[start : start + self.per_page]
        rows = self.object_list.model.objects.filter(pk__in=keys).for_cards().newest_first()
        return self._get_page(list(rows), number, self)


def count_of(editions, per_page=PER_PAGE):
    """How many editions the pages of a list hold: no more than `LAST_PAGE` pages do."""
    return editions.order_by()[: LAST_PAGE * per_page].count()


def page_of(editions, number, *, per_page=PER_PAGE, count=None):
    """
    One page of a list of editions, as its cards need them.

    `number` is what stands in the address (None: the first page). Raises
    `NoSuchPage` for anything that is not the number of an existing page.
    """
    paginator = EditionPaginator(editions, per_page, count=count)
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
