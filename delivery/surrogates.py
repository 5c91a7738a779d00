"""
What a finished page says to caches in front of the site: for how long they may keep it, and what it was made from.

Whoever can be told what changed (`delivery.purging`) keeps pages long, by
short names of their keys; everybody else for some seconds. Browsers ask again
always. No page is kept beyond the moment at which it becomes another.
"""

from base64 import b32encode
from functools import lru_cache
from hashlib import blake2b
from time import time
from typing import NamedTuple

from django.conf import settings

from delivery.changelog import STALE_FOR

# For how long, in seconds, caches may show what they kept while the site fails (RFC 5861, 4).
WHILE_IT_FAILS = 600
# More names are not sent. They have nine bytes each; front servers take 16 kB of headers, nginx 8 kB without asking.
MOST_NAMES = 700


class Dialect(NamedTuple):
    """How a kind of front server is spoken to: the headers of names and of its own lifetime, and what parts names."""

    names: str
    lifetime: str
    separator: str = " "


# By NEWSROOM_PURGE.
DIALECTS = {
    "http": Dialect("Surrogate-Key", "Surrogate-Control"),
    "varnish": Dialect("Surrogate-Key", "Surrogate-Control"),
    "fastly": Dialect("Surrogate-Key", "Surrogate-Control"),
    "cloudflare": Dialect("Cache-Tag", "Cloudflare-CDN-Cache-Control", ","),
}


@lru_cache(maxsize=50_000)
def name_of(pair, is_beside=False):
    """
    The name of a key (language, key), the same on each machine and for ever; it says nothing to others.

    A list at a page's side has another name than one that the page is there to
    show: something new in it is no reason to have the page gone.
    """
    digest = blake2b(f"{'beside ' if is_beside else ''}{pair[0]}:{pair[1]}".encode(), digest_size=5).digest()
    return b32encode(digest).decode().lower()


def describe(response, page):
    """Names the keys of a page that is being kept, if somebody purges by them, and if there are not too many."""
    dialect = DIALECTS.get(settings.NEWSROOM_PURGE)
    if dialect is None or len(page.own) + len(page.beside) > MOST_NAMES:
        return
    names = {*map(name_of, page.own), *(name_of(pair, is_beside=True) for pair in page.beside)}
    response.headers[dialect.names] = dialect.separator.join(sorted(names))


def limits(page):
    """
    (name, value) of the headers that say for how long a kept page may lie in front of the site from now on.

    What is stale already, or becomes another within a second, is to be asked
    for each time, as the site says of everything that it does not keep itself.
    """
    if page.stale_since:
        return ()
    left = int(page.until - time())
    fresh = min(settings.NEWSROOM_SHARED_SECONDS, left)
    # RFC 5861, 3: within this time the next request has it made anew, and gets what there is.
    meanwhile, failing = min(fresh // 2, left - fresh), min(WHILE_IT_FAILS, left - fresh)
    found = (_short_lifetime(fresh, meanwhile, failing),) if fresh > 0 else ()
    dialect = DIALECTS.get(settings.NEWSROOM_PURGE)
    if dialect and any(name == dialect.names for name, _value in page.headers):
        seconds = _long_lifetime(page, left)
        if seconds > fresh:
            found = (*found, (dialect.lifetime, f"max-age={seconds}"))
    return found


@lru_cache(maxsize=100)
def _short_lifetime(fresh, meanwhile, failing):
    lifetime = f"max-age=0, s-maxage={fresh}, stale-while-revalidate={meanwhile}, stale-if-error={failing}"
    return "Cache-Control", f"public, {lifetime}"


def _long_lifetime(page, left):
    """In seconds. A server in between may have kept the page, with these words on it, for the short time."""
    most = min(settings.NEWSROOM_CDN_SECONDS, left - 2 * settings.NEWSROOM_SHARED_SECONDS)
    return min(most, STALE_FOR) if page.beside else most
