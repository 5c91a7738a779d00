"""How many articles lists have, and what stands on their pages: kept until there is something newer."""

from dataclasses import replace

from delivery.parts import is_up_to_date, kept

# In memory an extent takes the room of so many cards, once some of its pages were asked for.
_SIZE = 25


def kept_extent(name, make):
    """
    The `Extent` that `make()` gives, from memory; it asks for its list by itself, so that what is kept knows it.

    A request that began before something newer gets a copy to itself: what it
    reads may be older than what the others have.
    """
    extent = kept(name, make, size=_SIZE)
    return extent if is_up_to_date() else replace(extent, starts=dict(extent.starts), pages=dict(extent.pages))
