"""
The links in a text, and whether they lead anywhere.

Links within the site are followed at once, by asking the view that answers
their address. Links to other sites are asked for by a job, which keeps the
answers as `LinkCheck`s.

People type these addresses and our server asks for them: see `desk.connections`.
"""

import re
from datetime import timedelta
from html import unescape
from http.client import HTTPException
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

from django.conf import settings
from django.db import transaction
from django.http import Http404, HttpRequest, QueryDict
from django.http.request import split_domain_port, validate_host
from django.urls import resolve
from django.utils import timezone, translation
from django_tasks import task

from desk.connections import asked, is_public_address, location_of
from desk.models import LinkCheck
from publishing.fields import HtmlField
from publishing.languages import language_codes
from publishing.public import Gone

KEPT_FOR = timedelta(days=1)
MAX_REDIRECTS = 5
USER_AGENT = "Newsroom link check"
# Answers to HEAD that many servers give for pages that GET finds.
HEAD_REFUSED = frozenset({403, 404, 405, 501})

_HREF = re.compile(r'<a\s[^<>]*?\bhref="([^"]*)"')


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


def _ask(method, url, is_public):
    """(status, where it redirects to or None) of one request. The answer's content is not read."""
    with asked(method, url, is_public=is_public, user_agent=USER_AGENT) as response:
        return response.status, location_of(response)
