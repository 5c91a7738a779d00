"""What a page says about itself: title, description, addresses in all languages, the card that social networks show."""

import textwrap
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.urls import get_script_prefix, get_urlconf, reverse
from django.utils import translation

from publishing.languages import current_language, direction, language_codes, own_name

# So many letters of a description are shown by search engines, and with fewer than the least there is room for more.
DESCRIPTION_ROOM, DESCRIPTION_LEAST = 160, 110


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
    the one in `addresses` (a further page of a list); `shared_as` the path that
    social networks take it for, if that is another still. `picture` needs its
    renditions prefetched; `card` is the picture made for social networks, which
    goes before it. `section` and `tags` are the names of what an article belongs
    to. `feeds` holds a `Feed` for each that the page offers, `nodes` what
    machines are told (`publishing.structured_data`).
    """

    title: str
    description: str = ""
    addresses: dict[str, str] = field(default_factory=dict)
    fronts: dict[str, str] = field(default_factory=dict)
    address: str = ""
    shared_as: str = ""
    kind: str = "website"
    picture: Any = None
    picture_alt: str = ""
    published_at: datetime | None = None
    updated_at: datetime | None = None
    section: str = ""
    tags: tuple = ()
    is_error: bool = False
    card: Any = None
    feeds: tuple = ()
    nodes: tuple = ()

    @property
    def short_description(self):
        """The description as far as search engines show it, cut between words."""
        return shortened(self.description)

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
    def locale(self):
        return settings.NEWSROOM_LOCALES[current_language()]

    @property
    def other_locales(self):
        """The locales of the languages that it can be read in besides (`og:locale:alternate`)."""
        codes = [code for code, _url in self.alternates if code != current_language()]
        return [settings.NEWSROOM_LOCALES[code] for code in codes]

    @property
    def social_card(self):
        """The picture for social networks (with `url`, `width` and `height`), or None."""
        if self.card:
            return self.card
        cards = self.picture.renditions_of("social").get("jpeg") if self.picture else None
        return cards[0] if cards else None

    @property
    def card_alt(self):
        """What the picture for social networks shows: the one made for them shows the title."""
        return self.title if self.card else self.picture_alt

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


def shortened(text, room=DESCRIPTION_ROOM):
    """`text` on one line in so many letters, cut between words."""
    return textwrap.shorten(text, room, placeholder="…")


def metadata_of(edition, *, addresses, fronts=None, **facts):
    """The metadata of a page that shows one edition."""
    version = edition.version
    return PageMetadata(
        title=version.page_title,
        description=_description_of(version),
        addresses=addresses,
        fronts=fronts or {},
        **facts,
    )


def _description_of(version):
    """What somebody wrote for it, else the standfirst; where that is short, the text goes on."""
    said = version.seo_description or version.standfirst
    if version.seo_description or len(said) >= DESCRIPTION_LEAST:
        return said
    return version.summary if version.summary.startswith(said) else f"{said} {version.summary}".rstrip()


def site_address(request):
    """
    Scheme and host of the site, as the settings say if they do: subscribers, hubs and search engines know it by that.

    As long as nobody has set it, it is where the request came to.
    """
    is_set = settings.NEWSROOM_SITE_URL.startswith("https://")
    return settings.NEWSROOM_SITE_URL if is_set else request.build_absolute_uri("/")[:-1]


def in_languages(addresses):
    """Links to the same thing in other languages, as pages list them, for a mapping of language → path."""
    return [
        {"code": code, "name": own_name(code), "direction": direction(code), "url": url}
        for code, url in addresses.items()
    ]


def home_address(language):
    return address_in(language, "pages:home")


def address_in(language, name, **kwargs):
    """The address of a named page in one language. A page has dozens of addresses: they are remembered."""
    return _address(get_urlconf() or settings.ROOT_URLCONF, get_script_prefix(), language, name, tuple(kwargs.items()))


@lru_cache(maxsize=20_000)
def _address(urlconf, prefix, language, name, facts):
    with translation.override(language):
        return reverse(name, kwargs=dict(facts))


def address_everywhere(name, **kwargs):
    """language → address, for a page that every language has."""
    return {code: address_in(code, name, **kwargs) for code in language_codes()}
