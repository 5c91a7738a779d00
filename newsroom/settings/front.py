"""Caches in front of the site, as the environment says: how long they keep pages, and which is told of changes."""

import re
from ipaddress import ip_address
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

# Who can be told, and the address at which each provider is.
PURGERS = {
    "": "",
    "http": "",
    "varnish": "",
    "cloudflare": "https://api.cloudflare.com",
    "fastly": "https://api.fastly.com",
}
# No page is kept longer by the site itself (`delivery.page_cache.LONGEST_LIFE`), so that nobody else should.
LONGEST = 60 * 60

_ZONE = re.compile(r"[0-9a-f]{32}")
_SERVICE = re.compile(r"[A-Za-z0-9]{1,64}")
_TOKEN = re.compile(r"[!-~]*")


def front(env):
    """
    The settings of the caches in front, by name.

    Raises `ImproperlyConfigured` for what is no number of seconds, and for a
    purger that is not known or lacks something.
    """
    purger = env("NEWSROOM_PURGE", default="")
    if purger not in PURGERS:
        known = ", ".join(f"“{name}”" for name in PURGERS if name)
        raise ImproperlyConfigured(f"NEWSROOM_PURGE is “{purger}”: it can be {known}, or empty for none.")
    found = {
        "NEWSROOM_SHARED_SECONDS": env.int("NEWSROOM_SHARED_SECONDS", default=10),
        "NEWSROOM_CDN_SECONDS": env.int("NEWSROOM_CDN_SECONDS", default=LONGEST),
        "NEWSROOM_PURGE": purger,
        "NEWSROOM_PURGE_URL": _address(env("NEWSROOM_PURGE_URL", default=PURGERS[purger])),
        "NEWSROOM_PURGE_METHOD": env("NEWSROOM_PURGE_METHOD", default="PURGE"),
        "NEWSROOM_PURGE_TOKEN": env("NEWSROOM_PURGE_TOKEN", default=""),
        "NEWSROOM_CLOUDFLARE_ZONE": env("NEWSROOM_CLOUDFLARE_ZONE", default=""),
        "NEWSROOM_FASTLY_SERVICE": env("NEWSROOM_FASTLY_SERVICE", default=""),
    }
    _check(**found)
    return found


def _check(**found):
    for name, most in (("NEWSROOM_SHARED_SECONDS", 60), ("NEWSROOM_CDN_SECONDS", LONGEST)):
        if not 0 <= found[name] <= most:
            raise ImproperlyConfigured(f"{name} is {found[name]}: it can be from 0 to {most} seconds.")
    if found["NEWSROOM_PURGE_METHOD"] not in ("PURGE", "POST"):
        raise ImproperlyConfigured("NEWSROOM_PURGE_METHOD can be “PURGE” or “POST”.")
    if not _TOKEN.fullmatch(found["NEWSROOM_PURGE_TOKEN"]):
        raise ImproperlyConfigured("NEWSROOM_PURGE_TOKEN has spaces or letters in it that no token has. Copy it again.")
    purger = found["NEWSROOM_PURGE"]
    if purger and not found["NEWSROOM_PURGE_URL"]:
        raise ImproperlyConfigured(f"NEWSROOM_PURGE is “{purger}”: set NEWSROOM_PURGE_URL to the address to tell.")
    if purger in ("cloudflare", "fastly") and not found["NEWSROOM_PURGE_TOKEN"]:
        raise ImproperlyConfigured(
            f"NEWSROOM_PURGE is “{purger}”: set NEWSROOM_PURGE_TOKEN to a token that may purge, and nothing else."
        )
    if purger == "cloudflare" and not _ZONE.fullmatch(found["NEWSROOM_CLOUDFLARE_ZONE"]):
        raise ImproperlyConfigured("Set NEWSROOM_CLOUDFLARE_ZONE to the zone's ID: 32 digits and letters from a to f.")
    if purger == "fastly" and not _SERVICE.fullmatch(found["NEWSROOM_FASTLY_SERVICE"]):
        raise ImproperlyConfigured("Set NEWSROOM_FASTLY_SERVICE to the service's ID: digits and letters from A to Z.")


def _address(address):
    """
    The address to tell, or "". It is https: whoever listens on the way would have the token.

    Without TLS it may be one of this very machine, on which Varnish listens.
    """
    try:
        parts = urlsplit(address)
        is_right = not address or (
            bool(parts.hostname)
            and (parts.scheme == "https" or (parts.scheme == "http" and _is_this_machine(parts.hostname)))
            and not parts.username
            and not re.search(r"[^!-~]", address)
            and parts.port != 0
        )
    except ValueError:
        is_right = False
    if not is_right:
        # It is not shown: it may hold what nobody is to see.
        raise ImproperlyConfigured(
            "NEWSROOM_PURGE_URL must begin with https:// (or with http://127.0.0.1, for a server on this machine) and "
            "name no user: put what it wants to know you by into NEWSROOM_PURGE_TOKEN."
        )
    return address


def _is_this_machine(host):
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
