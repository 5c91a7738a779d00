"""
One entry per public type.

Whatever treats all public types alike (tag pages, sitemaps, search, the
contract tests) goes through `public_types()`, so a new type is covered on the
day it registers.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Model


@dataclass(frozen=True)
class SectionChoice:
    """A section that readers may narrow a search to: its number, its name, and the numbers of it and all below it."""

    pk: int
    name: str
    ids: tuple[int, ...]


@dataclass(frozen=True)
class PublicType:
    """
    A kind of thing that readers can see.

    `card_template` shows one edition in a list; `view_name` is the name of the
    address at which one of its editions is read, with the item's number as `pk`
    ("" where the address says no number); `sitemap_priority` is between 0 and 1;
    `has_tags` says whether its versions carry tags. `formats()` gives what its
    `Edition.search_format` can be and what readers call that; `sections()` gives
    the sections (`SectionChoice`) in which editions of the type stand, in the page's language.
    """

    model: type[Model]
    card_template: str
    view_name: str = ""
    sitemap_priority: float = 0.5
    has_tags: bool = False
    formats: Callable[[], dict] = dict
    sections: Callable[[], list] = list

    @property
    def edition_model(self):
        return self.model._meta.get_field("editions").related_model

    @property
    def version_model(self):
        return self.edition_model._meta.get_field("versions").related_model

    @property
    def label(self):
        """`articles.article`: how log and change entries name the type."""
        return self.model._meta.label_lower


_types = {}


def register(public_type):
    """Adds a type. Called once per type, from its app's `AppConfig.ready`."""
    _types[public_type.model] = public_type


def public_types():
    """All registered types, in the order in which they registered."""
    return list(_types.values())


def public_type_of(model):
    """The entry of one model. Raises `KeyError` for a model that is not public."""
    return _types[model]
