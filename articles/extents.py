"""How many articles lists have, and what stands on their pages: kept until there is something newer."""

from dataclasses import replace

from articles.models import ArticleEdition
from delivery.parts import is_up_to_date, kept
from publishing.paging import PER_PAGE, extent_of, page_of

# In memory an extent takes the room of so many cards, once some of its pages were asked for.
_SIZE = 25


def page_of_kept(name, editions, number, *, per_page=PER_PAGE):
    """
    One page of a list of articles (`publishing.paging.page_of`) whose extent is kept under a name.

    `editions()` gives the queryset, a new one each time, so that what is kept knows which lists it is of.
    """
    extent = kept_extent(name, lambda: extent_of(editions(), per_page))
    return page_of(ArticleEdition, editions, number, per_page=per_page, extent=extent)


def kept_extent(name, make):
    """
    The `Extent` that `make()` gives, from memory; it asks for its list by itself, so that what is kept knows it.

    A request that began before something newer gets a copy to itself: what it
    reads may be older than what the others have.
    """
    extent = kept(name, make, size=_SIZE)
    return extent if is_up_to_date() else replace(extent, starts=dict(extent.starts), pages=dict(extent.pages))
