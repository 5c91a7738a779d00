"""
Whom the site believes about where a request came from.

Anybody can send `X-Forwarded-For` and `X-Forwarded-Proto`. They are believed
only from the proxies that `NEWSROOM_TRUSTED_PROXIES` names; afterwards
`REMOTE_ADDR` alone says who asked. Settings read this module, so it imports no
models.
"""

import ipaddress
import re
from functools import lru_cache

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

# Stands for whoever may open the socket that the site listens on: a connection through it has no address.
SOCKET = "unix"

# No chain of proxies is longer. What stands further left is not looked at.
MAX_HOPS = 16

ABOUT_THE_CLIENT = ("HTTP_FORWARDED", "HTTP_X_FORWARDED_FOR", "HTTP_X_REAL_IP")
ABOUT_THE_SITE = ("HTTP_X_FORWARDED_HOST", "HTTP_X_FORWARDED_PORT", "HTTP_X_FORWARDED_PROTO")

# "192.0.2.1:8080", "[2001:db8::1]", "[2001:db8::1]:8080": addresses as proxies write them, with or without a port.
_WITH_PORT = re.compile(r"\[([0-9a-fA-F:.]+)\](?::\d{1,5})?|([0-9.]+):\d{1,5}")


def trusted_proxies(names):
    """The networks that `names` mean, and `SOCKET`. Raises `ImproperlyConfigured` for what is no address or network."""
    # It keeps its hash, by which `_is_among` remembers.
    return frozenset(name if name == SOCKET else _network(name) for name in names)


def _network(name):
    try:
        network = ipaddress.ip_network(name)
    except ValueError as error:
        raise ImproperlyConfigured(
            f"NEWSROOM_TRUSTED_PROXIES: “{name}” is no address and no network ({error}). "
            "Write such as 127.0.0.1, 10.0.0.0/24 or 2001:db8::/64, or “unix” for a socket, with commas between them."
        ) from error
    if network.prefixlen == 0:
        raise ImproperlyConfigured(
            f"NEWSROOM_TRUSTED_PROXIES: “{name}” is everybody, so that anybody could pretend to be anybody. "
            "Name the addresses of your proxies."
        )
    return network


class TrustedProxiesMiddleware:
    """
    Makes `REMOTE_ADDR` the address of whoever asked, and forgets what others claim.

    It is the right-most address of `X-Forwarded-For` that is no trusted
    proxy's own: each proxy adds the address that it was asked from, and only
    what trusted ones added is true.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        meta = request.META
        peer = meta.get("REMOTE_ADDR", "")
        if is_trusted(peer):
            forwarded = meta.get("HTTP_X_FORWARDED_FOR")
            meta["REMOTE_ADDR"] = _client(peer, forwarded) if forwarded else peer
            untrue = () if meta.get("HTTP_X_FORWARDED_PROTO") in {"http", "https"} else ("HTTP_X_FORWARDED_PROTO",)
        else:
            untrue = ABOUT_THE_SITE
        for name in (*ABOUT_THE_CLIENT, *untrue):
            meta.pop(name, None)
        return self.get_response(request)


def is_trusted(peer):
    """Whether the other end of a connection is one of our proxies; "" is the other end of a socket."""
    return _is_among(peer, settings.NEWSROOM_TRUSTED_PROXIES)


# Few are remembered: behind a proxy they are the proxy's, and elsewhere they are readers'.
@lru_cache(maxsize=8)
def _is_among(peer, trusted):
    if not peer:
        return SOCKET in trusted
    address = parse_address(peer)
    return address is not None and any(address in network for network in trusted if network != SOCKET)


def parse_address(text):
    """The address in "192.0.2.1", "192.0.2.1:8080", "[2001:db8::1]:8080" …; None for anything else."""
    text = text.strip()
    with_port = _WITH_PORT.fullmatch(text)
    try:
        address = ipaddress.ip_address((with_port[1] or with_port[2]) if with_port else text)
    except ValueError:
        return None
    if getattr(address, "scope_id", None):
        return None  # Means something on one machine only, and may be any text.
    return getattr(address, "ipv4_mapped", None) or address


def _client(peer, forwarded):
    client = peer
    for hop in reversed(forwarded.rsplit(",", MAX_HOPS)[-MAX_HOPS:]):
        address = parse_address(hop)
        if address is None:
            break  # Whoever wrote what stands left of it is not known.
        client = str(address)
        if not any(address in network for network in _networks()):
            break
    return client


def _networks():
    return (network for network in settings.NEWSROOM_TRUSTED_PROXIES if network != SOCKET)
