"""
Connections to servers elsewhere, whose addresses people typed or other servers named.

Every connection is made to an address that was looked up and found public: a
job cannot be talked into the network that the server stands in.
"""

import socket
import ssl
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPSConnection
from ipaddress import IPv6Network, ip_address
from urllib.parse import urlsplit

from django.utils.encoding import iri_to_uri

TIMEOUT = 10  # seconds, for each step of a connection

_NAT64 = IPv6Network("64:ff9b::/96")


def is_public_address(address):
    """Whether an IP address is one of the open internet: not private, not this machine, not one hidden in another."""
    ip = ip_address(address)
    embedded = [getattr(ip, name, None) for name in ("ipv4_mapped", "sixtofour")]
    embedded += getattr(ip, "teredo", None) or ()
    if ip.version == 6 and ip in _NAT64:
        embedded.append(ip_address(int(ip) & 0xFFFFFFFF))
    return all(one.is_global and not one.is_multicast for one in [ip, *embedded] if one is not None)


@contextmanager
def asked(method, url, *, is_public, user_agent):
    """
    The answer of one request, open for reading. Redirects are not followed; see `location_of`.

    `is_public(address)` says of each IP address whether it may be asked at all.
    Raises `ValueError` for what is no address of a web page, and `OSError` or
    `HTTPException` when there is no answer.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError(f"not asked: {url}")
    host = parts.hostname if parts.hostname.isascii() else parts.hostname.encode("idna").decode()
    is_secure = parts.scheme == "https"
    connection = (HTTPSConnection if is_secure else HTTPConnection)(host, parts.port, timeout=TIMEOUT)
    try:
        connection.sock = _connect(host, connection.port, is_public)
        if is_secure:
            connection.sock = ssl.create_default_context().wrap_socket(connection.sock, server_hostname=host)
        target = iri_to_uri(parts.path or "/") + (f"?{iri_to_uri(parts.query)}" if parts.query else "")
        connection.request(method, target, headers={"User-Agent": user_agent, "Accept": "*/*"})
        with connection.getresponse() as response:
            yield response
    finally:
        connection.close()


def location_of(response):
    """Where an answer redirects to, or None."""
    location = response.getheader("Location") if 300 <= response.status < 400 else None
    # Headers are read as Latin-1, but what is not ASCII in an address is UTF-8.
    return location and location.encode("latin-1").decode("utf-8", "replace")


def _connect(host, port, is_public):
    """A connection to the very address that was found public: a second look-up could give another."""
    found = [entry[4][0] for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    if not all(is_public(address) for address in found):
        raise OSError(f"not a public address: {host}")
    return _first_that_connects(found, port)


def _first_that_connects(addresses, port):
    problem = OSError("no address")
    for address in dict.fromkeys(addresses):
        try:
            return socket.create_connection((address, port), timeout=TIMEOUT)
        except OSError as error:
            problem = error
    raise problem
