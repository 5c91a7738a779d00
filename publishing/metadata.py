"""What a page says about itself: title, description, addresses in all languages, the card that social networks show."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from publishing.languages import current_language, direction, language_codes, own_name


@dataclass(frozen=True)
class Feed:
    """A feed that a page offers: its title, its path and its media type."""

    title: str
    url: str
    media_type: str


@dataclass(frozen=True)
class PageMetadata:
    """
    One public page.

    `addresses`: language → path, for every language in which the same thing can
    be read (this one included). `fronts`: language → path of what the language
    switch offers where it cannot. `address`: this page's own path if it is not
    the one in `addresses` (a further page of a list). `picture` needs its
    renditions prefetched; `card` is the picture made for social networks, which
    goes before it. `feeds` holds a `Feed` for each that the page offers, `nodes`
    what machines are told (`publishing.structured_data`).
    """

    title: str
    description: str = ""
    addresses: dict[str, str] = field(default_factory=dict)
    fronts: dict[str, str] = field(default_factory=dict)
    address: str = ""
    kind: str = "website"
    picture: Any = None
    picture_alt: str = ""
    published_at: datetime | None = None
    updated_at: datetime | None = None
    is_error: bool = False
    card: Any = None
    feeds: tuple = ()
    nodes: tuple = ()

    @property
    def canonical(self):
        return self.address or self.addresses.get(current_language(), "")

    @property
    def alternates(self):
        """(language, path) for hreflang; none on pages that exist in this language alone, such as page 2 of a list."""
        if self.is_error or (self.address and self.address != self.addresses.get(current_language())):
            return []
        return [(code, self.addresses[code]) for code in language_codes() if code in self.addresses]

    @property
    def default_alternate(self):
        """Where readers of any other language are led: the first of the site's languages that has it."""
        return self.alternates[0][1] if self.alternates else ""

    @property
    def locale(self):
        return settings.NEWSROOM_LOCALES[current_language()]

    @property
    def social_card(self):
        """The picture for social networks (with `url`, `width` and `height`), or None."""
        if self.card:
            return self.card
        cards = self.picture.renditions_of("social").get("jpeg") if self.picture else None
        return cards[0] if cards else None

    @property
    def language_links(self):
        return [self._language_link(code) for code in language_codes()]

    def _language_link(self, code):
        is_missing = code not in self.addresses
        return {
            "code": code,
            "name": own_name(code),
            "direction": direction(code),
            "url": self.addresses.get(code) or self.fronts.get(code) or home_address(code),
            "is_current": code == current_language(),
            "is_missing": is_missing and code != current_language(),
        }


def metadata_of(edition, *, addresses, fronts=None, **facts):
    """The metadata of a page that shows one edition."""
    version = edition.version
    return PageMetadata(
        title=version.page_title,
        description=version.page_description or version.summary,
        addresses=addresses,
        fronts=fronts or {},
        **facts,
    )


def home_address(language):
    return address_in(language, "pages:home")


def address_in(language, name, **kwargs):
    """The address of a named page in one language."""
    with translation.override(language):
        return reverse(name, kwargs=kwargs)


def address_everywhere(name, **kwargs):
    """language → address, for a page that every language has."""
    return {code: address_in(code, name, **kwargs) for code in language_codes()}
