"""
The links in a text, and whether they lead anywhere.

Links within the site are followed at once, by asking the view that answers
their address. Links to other sites are asked for by a job, which keeps the
answers as `LinkCheck`s.

People type these addresses and our server asks for them, so every connection
is made to an address that was looked up and found public: the job cannot be
talked into the network that the server stands in.
"""

import re
import socket
import ssl
from datetime import timedelta
from html import unescape
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from ipaddress import IPv6Network, ip_address
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

from django.conf import settings
from django.db import transaction
from django.http import Http404, HttpRequest, QueryDict
from django.http.request import split_domain_port, validate_host
from django.urls import resolve
from django.utils import timezone, translation
from django.utils.encoding import iri_to_uri
from django_tasks import task

from desk.models import LinkCheck
from publishing.fields import HtmlField
from publishing.languages import language_codes
from publishing.public import Gone

KEPT_FOR = timedelta(days=1)
TIMEOUT = 10
MAX_REDIRECTS = 5
USER_AGENT = "Newsroom link check"
# Answers to HEAD that many servers give for pages that GET finds.
HEAD_REFUSED = frozenset({403, 404, 405, 501})

_HREF = re.compile(r'<a\s[^>]*?\bhref="([^"]*)"')
_NAT64 = IPv6Network("64:ff9b::/96")


# --- Finding ------------------------------------------------------------------


def rich_texts(item, language):
    """(field, HTML) of an item's rich texts in one language."""
    texts = item.texts(language).items()
    return [(name, html) for name, html in texts if html and isinstance(item._meta.get_field(name), HtmlField)]


def links_in(html):
    """The addresses that cleaned HTML links to, each once."""
    return list(dict.fromkeys(unescape(href).strip() for href in _HREF.findall(html)))


def links_of(item, language):
    """(field, address) of every link in an item's texts in one language."""
    return [(name, url) for name, html in rich_texts(item, language) for url in links_in(html)]


def path_on_site(url):
    """The path (and query) of an address on this site that leads to a page of some language; None for all others."""
    parts = _split(url)
    if parts is None or parts.scheme not in {"", "http", "https"}:
        return None
    if parts.netloc and not _is_our_host(parts.netloc):
        return None
    first = parts.path.strip("/").partition("/")[0]
    if not parts.path.startswith("/") or first not in {*language_codes(), "a"}:
        return None
    path = parts.path if parts.path.endswith("/") else f"{parts.path}/"
    return f"{path}?{parts.query}" if parts.query else path


def address_elsewhere(url):
    """The address of a page on another site, as its answer is kept; None for all others."""
    parts = _split(url)
    if parts is None or parts.scheme not in {"http", "https"} or not parts.netloc or _is_our_host(parts.netloc):
        return None
    address = urldefrag(url).url
    return address if len(address) <= LinkCheck._meta.get_field("url").max_length else None


def _split(url):
    try:
        return urlsplit(url)
    except ValueError:
        return None


def _is_our_host(netloc):
    host, _port = split_domain_port(netloc.lower())
    return validate_host(host, [allowed for allowed in settings.ALLOWED_HOSTS if allowed != "*"])


# --- Links within the site ----------------------------------------------------


def leads_nowhere(path):
    """Whether a reader who follows `path` (see `path_on_site`) finds no page: it never was, or is not public."""
    path, _mark, query = path.partition("?")
    path = unquote(path)
    with translation.override(translation.get_language_from_path(path) or settings.LANGUAGE_CODE):
        try:
            match = resolve(path)
            response = match.func(_as_reader(path, query, match), *match.args, **match.kwargs)
        except (Http404, Gone):
            return True
    return response.status_code >= 400


def _as_reader(path, query, match):
    """A request as somebody sends it who is not signed in."""
    request = HttpRequest()
    request.method = "GET"
    request.path = request.path_info = path
    request.GET = QueryDict(query)
    request.META = {"HTTP_HOST": _own_host(), "QUERY_STRING": query}
    request.resolver_match = match
    request.LANGUAGE_CODE = translation.get_language()
    return request


def _own_host():
    hosts = [host.lstrip(".") for host in settings.ALLOWED_HOSTS if host != "*"]
    return hosts[0] if hosts else "localhost"


# --- Links to other sites -----------------------------------------------------


def request_link_checks(item, language):
    """Asks for the answers of the addresses elsewhere in a text that are unknown or older than a day."""
    urls = dict.fromkeys(address_elsewhere(url) for _name, url in links_of(item, language))
    due = _due([url for url in urls if url])
    if due:
        transaction.on_commit(lambda: check_links.enqueue(due))


@task()
def check_links(urls):
    """Asks each address and keeps the answer. What another job asked meanwhile is not asked again."""
    record_answers(urls)


def record_answers(urls, *, is_public=None):
    for url in _due(urls):
        status = answer_of(url, is_public=is_public or is_public_address)
        LinkCheck.objects.update_or_create(url=url, defaults={"status": status, "checked_at": timezone.now()})


def _due(urls):
    known = LinkCheck.objects.filter(url__in=urls, status__isnull=False, checked_at__gt=timezone.now() - KEPT_FOR)
    fresh = set(known.values_list("url", flat=True))
    return [url for url in urls if url not in fresh]


def answer_of(url, *, is_public):
    """
    The HTTP status that `url` answers with after its redirects; 0 when it does not answer.

    `is_public(address)` says of each IP address whether it may be asked at all.
    """
    try:
        for _step in range(MAX_REDIRECTS + 1):
            status, location = _ask("HEAD", url, is_public)
            if status in HEAD_REFUSED:
                status, location = _ask("GET", url, is_public)
            if not location:
                return status
            url = urljoin(url, location)
    except (OSError, HTTPException, ValueError):
        return 0
    return 0


def is_public_address(address):
    """Whether an IP address is one of the open internet: not private, not this machine, not one hidden in another."""
    ip = ip_address(address)
    embedded = [getattr(ip, name, None) for name in ("ipv4_mapped", "sixtofour")]
    embedded += getattr(ip, "teredo", None) or ()
    if ip.version == 6 and ip in _NAT64:
        embedded.append(ip_address(int(ip) & 0xFFFFFFFF))
    return all(one.is_global and not one.is_multicast for one in [ip, *embedded] if one is not None)


def _ask(method, url, is_public):
    """(status, where it redirects to or None) of one request. The answer's content is not read."""
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
        connection.request(method, target, headers={"User-Agent": USER_AGENT, "Accept": "*/*"})
        with connection.getresponse() as response:
            return response.status, _location(response)
    finally:
        connection.close()


def _location(response):
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
