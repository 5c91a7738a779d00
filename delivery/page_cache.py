"""
Finished pages in memory: for readers, who have no session, and for views that say that they may be kept.

A kept page is served while nothing that it was made from was announced since
(`publishing.keys`, `delivery.changelog`): never an old text. Where only a list
at its side has something newer, one request makes it anew while others get the
former one. Answering from memory asks no database.
"""

import gzip
import hashlib
import logging
import re
from contextlib import contextmanager
from functools import lru_cache
from threading import Event, Lock
from time import monotonic, time
from urllib.parse import urlencode

import brotli
from django.conf import settings
from django.core.cache import caches
from django.http import HttpResponse
from django.http.response import ResponseHeaders
from django.urls import Resolver404, resolve
from django.utils import translation
from django.utils.cache import patch_vary_headers

from delivery import surrogates
from delivery.afterwards import do_what_is_due
from delivery.build import build_id
from delivery.changelog import beginning, changelog, has_shared_cache
from delivery.cookies import has_session
from delivery.display import display_of
from delivery.memory import Memory
from publishing.keys import SITE, gathering, note
from publishing.languages import language_codes

logger = logging.getLogger(__name__)

# No page is kept longer, in seconds, whatever it was made from.
LONGEST_LIFE = 60 * 60
# For how many seconds a request waits for another that makes the same page, before it makes it, too.
PATIENCE = 5
# How often, in seconds, it looks whether a process elsewhere has finished, and how long that one may take.
LOOKS_EVERY, LOCK_LIFE = 0.02, 30
# What a page takes in memory besides its bytes.
OVERHEAD = 3000
# What longer addresses ask for is made, and not kept.
LONGEST_ADDRESS = 1000
# What stands further behind in `Accept-Encoding` is not read.
LONGEST_ACCEPTED = 200
# Smaller answers are not worth the work (a network packet carries 1,400 bytes).
LEAST_TO_COMPRESS = 200

_COMPRESSORS = {
    # Quality 5 takes the time of gzip 6 and leaves a tenth less.
    "br": lambda body: brotli.compress(body, mode=brotli.MODE_TEXT, quality=5),
    # Without the time, so that the same page has the same bytes.
    "gzip": lambda body: gzip.compress(body, compresslevel=6, mtime=0),
}
# Headers of the response that belong to one way of sending it.
_OF_THE_BODY = ("Content-Length", "Content-Encoding", "Content-Type")
_CONDITIONS = ("HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_RANGE")
_OWN_HEADERS = frozenset({"content-length", "content-encoding", "etag", "date"})


# How the number of a page of a list is written. Any other is answered, mostly by 404, and not kept.
PAGE, NUMBER = "page", r"[1-9]\d{0,3}"


def kept(**parameters):
    """
    Marks a view whose pages may be kept. `parameters`: names in a query that it looks at, and what values look like.

    The view never sees other names, nor values that look otherwise: it would
    ignore them. With a name whose pattern is None nothing is kept. All that
    such a page shows must be noted (`publishing.keys`), and must be the same
    for every reader of its address but for their display settings.
    """

    def mark(view):
        view.kept_parameters = {name: pattern and re.compile(pattern) for name, pattern in parameters.items()}
        return view

    return mark


class Page:
    """A finished page: its headers, and its bytes in each encoding that somebody asked for."""

    __slots__ = (
        "_sent", "beside", "bodies", "checked", "digest", "generation", "headers", "own", "stale_since", "until",
    )  # fmt: skip

    def __init__(self, response, made_from, generation):
        self.generation, self.stale_since, self.checked, self._sent = generation, None, 0, {}
        self.own, self.beside = frozenset(made_from.own), frozenset(made_from.beside - made_from.own)
        limits = (time() + LONGEST_LIFE, made_from.until and made_from.until.timestamp())
        self.until = changelog().end_of(self.own | self.beside, made_from.began_at.timestamp(), *limits)
        patch_vary_headers(response, ["Accept-Encoding"])
        surrogates.describe(response, self)
        self.headers = tuple(pair for pair in response.items() if pair[0].lower() not in _OWN_HEADERS)
        self.bodies = {"": response.content}
        self.digest = hashlib.blake2b(response.content, digest_size=12).hexdigest()

    def __getstate__(self):
        return {name: getattr(self, name) for name in self.__slots__ if name not in {"_sent", "checked"}}

    def __setstate__(self, state):
        for name, value in (state | {"_sent": {}, "checked": 0}).items():
            setattr(self, name, value)

    @property
    def size(self):
        """In bytes, about."""
        return OVERHEAD + sum(map(len, self.bodies.values()))

    def body(self, encoding):
        """(its bytes, whether they were made just now)."""
        if encoding in self.bodies:
            return self.bodies[encoding], False
        body = _COMPRESSORS[encoding](self.bodies[""])
        # Another thread may do the same; what one of them forgets is made again.
        self.bodies = self.bodies | {encoding: body}
        return body, True

    def etag(self, encoding):
        """A strong one (RFC 9110, 8.8.1): each encoding has its own."""
        return f'"{self.digest}-{encoding}"' if encoding else f'"{self.digest}"'

    def headers_of(self, encoding, length):
        """The headers of the whole page in an encoding, of so many bytes: new ones, which may be changed."""
        limits = surrogates.limits(self)
        limited, sent = self._sent.get(encoding, (None, None))
        if limited != limits:
            sent = ResponseHeaders(dict([*self.headers, *limits]))
            sent["Content-Length"] = str(length)
            sent["ETag"] = self.etag(encoding)
            if encoding:
                sent["Content-Encoding"] = encoding
            self._sent = self._sent | {encoding: (limits, sent)}
        # Each header is checked as it is set, which takes as long as all the rest of an answer.
        found = ResponseHeaders({})
        found._store.update(sent._store)
        return found

    def is_meant_by(self, etags):
        """Whether a reader has it already: the header `If-None-Match` names it, in whichever encoding."""
        return etags == "*" or any(
            tag.strip().removeprefix("W/").strip('"').partition("-")[0] == self.digest for tag in etags.split(",")
        )


def encoding_for(accepted):
    """The best encoding that `Accept-Encoding` accepts (RFC 9110, 12.5.3): "br", "gzip", or "" for none."""
    return _encoding_for(accepted[:LONGEST_ACCEPTED])


@lru_cache(maxsize=1000)
def _encoding_for(accepted):
    weights = {}
    for part in accepted.lower().split(","):
        name, _semicolon, weight = part.partition(";")
        weights[name.strip()] = weight.replace(" ", "")
    refused = {"q=0", "q=0.0", "q=0.00", "q=0.000"}
    for name in _COMPRESSORS:
        if weights.get(name, weights.get("*", "q=0")) not in refused:
            return name
    return ""


class Flights:
    """The pages that are being made in this process: who else wants one of them waits for it."""

    def __init__(self):
        self._events, self._lock = {}, Lock()

    def begin(self, key):
        """None for whoever makes it; for others what to wait for."""
        with self._lock:
            event = self._events.get(key)
            if event is None:
                self._events[key] = Event()
            return event

    def end(self, key):
        with self._lock:
            event = self._events.pop(key, None)
        if event:
            event.set()


class PageStore:
    """Where pages are kept: in this process' memory, and in the cache that processes share, if there is one."""

    def __init__(self):
        self.flights = Flights()
        self._memory = Memory(settings.NEWSROOM_PAGE_CACHE_MB * 1024 * 1024)
        self._cache = caches["shared"] if has_shared_cache() else None

    def get(self, key):
        """A page that may be shown, or None."""
        page = self._memory.get(key)
        if page is not None and changelog().is_over(page):
            page = None
        if self._cache is None or (page is not None and not page.stale_since):
            return page
        shared = self._ask("get", self._name(key))
        if shared is None or changelog().is_over(shared) or (page is not None and shared.stale_since):
            return page
        self._memory.put(key, shared)
        return shared

    def put(self, key, page):
        self._memory.put(key, page)
        if self._cache is not None:
            self._ask("set", self._name(key), page, max(1, page.until - time()))

    def grew(self, key, page):
        """There is an encoding more of it."""
        self._memory.put(key, page)

    def take_turn(self, key):
        """Whether this process is the one that makes a page, of all that share the cache."""
        return self._cache is None or self._ask("add", f"{self._name(key)}:made", 1, LOCK_LIFE) is not False

    def end_turn(self, key):
        if self._cache is not None:
            self._ask("delete", f"{self._name(key)}:made")

    def clear(self):
        self._memory.clear()

    def _ask(self, method, *arguments):
        try:
            return getattr(self._cache, method)(*arguments)
        except Exception:  # whatever stands behind the cache: pages are made without it
            logger.warning("The shared cache could not be asked.", exc_info=True)
            return None

    @staticmethod
    def _name(key):
        return f"page:{build_id()}:{hashlib.blake2b(repr(key).encode(), digest_size=20).hexdigest()}"


@lru_cache(maxsize=1)
def store():
    """The pages that this process keeps."""
    return PageStore()


class PageCacheMiddleware:
    """
    Answers readers from memory where that is possible.

    It stands outside of all that makes a response, headers of safety included:
    what is kept is what was sent. Who has a session, or asks for an address
    without a language, is let through.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        generation = changelog().generation()
        may_be_kept = generation is not None and is_askable(request)
        if may_be_kept and not request.META.get("QUERY_STRING"):
            key = key_of(request, ())
            page = store().get(key)
            if page is not None and not page.stale_since:
                return answer(request, key, page)
        with beginning(generation):
            return self._find_or_make(request) if may_be_kept else self.get_response(request)

    def _find_or_make(self, request):
        parameters = known_parameters(request)
        if parameters is None:
            return self.get_response(request)
        key = key_of(request, parameters)
        former = store().get(key)
        if former is not None and not former.stale_since:
            return answer(request, key, former)
        flight = store().flights.begin(key)
        if flight is None:
            try:
                return self._make_in_turn(request, key, parameters, former)
            finally:
                store().flights.end(key)
        if former is not None:
            return answer(request, key, former)
        flight.wait(PATIENCE)
        page = store().get(key)
        if page is not None:
            return answer(request, key, page)
        # Whoever made it may have found that there is no such page.
        with beginning(changelog().generation(anew=True)):
            return self.get_response(request)

    def _make_in_turn(self, request, key, parameters, former):
        """Makes a page, if no other process that shares the cache is about to; else gives the former one, or waits."""
        pause, patience = Event(), monotonic() + PATIENCE
        while not (is_ours := store().take_turn(key)):
            if former is not None:
                return answer(request, key, former)
            pause.wait(LOOKS_EVERY)
            page = store().get(key)
            if page is not None and not page.stale_since:
                return answer(request, key, page)
            if monotonic() >= patience:
                break
        try:
            return self._make(request, key, parameters)
        finally:
            if is_ours:
                store().end_turn(key)

    def _make(self, request, key, parameters):
        # Now, not when the request began: it may have waited for others since.
        generation = changelog().generation(anew=True)
        with beginning(generation), whole_page_asked(request, parameters), gathering() as made_from:
            response = self.get_response(request)
            note(SITE, language=translation.get_language_from_path(request.path_info))
        if generation is None or not made_from.is_for_all or not is_keepable(request, response):
            return response
        page = Page(response, made_from, generation)
        store().put(key, page)
        return answer(request, key, page)


def is_askable(request):
    """Whether a request may be answered from memory: a reader's, for a page that has a language."""
    return (
        request.method in {"GET", "HEAD"}
        and settings.NEWSROOM_PAGE_CACHE
        and request.path_info[1:].partition("/")[0] in language_codes()
        and not has_session(request)
        and len(request.path_info) <= LONGEST_ADDRESS
        and has_own_port(request)
    )


def has_own_port(request):
    """Whether the host that was asked for has no port, or that of the server: any other is as good to Django."""
    _host, _colon, port = request.META.get("HTTP_HOST", "").partition(":")
    return not port or port == request.META.get("SERVER_PORT")


def known_parameters(request):
    """[(name, value)] of what the view looks at in the query, sorted; None for a view whose pages are not kept."""
    patterns = _parameters_of(request.path_info)
    if patterns is None:
        return None
    found = values_in(request.GET, patterns)
    others = (patterns.keys() & request.GET.keys()) - found.keys()
    return None if any(patterns[name] is None or name == PAGE for name in others) else sorted(found.items())


def values_in(query, patterns):
    """Name → value of what a query asks for by some names, as far as it is written as the pattern of its name says."""
    asked = {name: query[name] for name, pattern in patterns.items() if pattern is not None and name in query}
    return {name: value for name, value in asked.items() if patterns[name].fullmatch(value)}


@lru_cache(maxsize=10_000)
def _parameters_of(path):
    with translation.override(translation.get_language_from_path(path)):
        try:
            return getattr(resolve(path).func, "kept_parameters", None)
        except Resolver404:
            return None


@contextmanager
def whole_page_asked(request, parameters):
    """
    Within it the request asks for the page as it is kept: with GET, whole, whatever the reader has of it already.

    What the view does not look at in the query is not there for it, so that no address on the page can hold it.
    """
    method, headers = request.method, {name: request.META.pop(name, None) for name in _CONDITIONS}
    if request.META.get("QUERY_STRING"):
        request.META["QUERY_STRING"] = urlencode(parameters)
        del request.GET
    request.method, request.is_made_to_keep = "GET", True
    try:
        yield
    finally:
        request.method = method
        request.META |= {name: value for name, value in headers.items() if value is not None}


def key_of(request, parameters):
    """What a page differs by: its address, and how the reader wants it to look."""
    address = f"{request.scheme}://{request.META.get('HTTP_HOST', '').lower()}{request.path}"
    return display_of(request), address + (f"?{urlencode(parameters)}" if parameters else "")


def is_keepable(request, response):
    """Whether a response is a page for everybody, of a view that says that its pages may be kept."""
    match = request.resolver_match
    return (
        response.status_code == 200
        and match is not None
        and hasattr(match.func, "kept_parameters")
        and not response.streaming
        and not response.cookies
        and not response.has_header("Content-Encoding")
        and not any(word in response.get("Cache-Control", "") for word in ("private", "no-store"))
    )


def answer(request, key, page):
    """The response for one reader: the page in an encoding that they accept, or that they have it already."""
    encoding = ""
    if len(page.bodies[""]) >= LEAST_TO_COMPRESS:
        encoding = encoding_for(request.META.get("HTTP_ACCEPT_ENCODING", ""))
    body, is_new = page.body(encoding)
    if is_new:
        store().grew(key, page)
    headers = page.headers_of(encoding, len(body))
    etags = request.META.get("HTTP_IF_NONE_MATCH")
    if etags and page.is_meant_by(etags):
        for name in _OF_THE_BODY:
            headers.pop(name, None)
        return KeptResponse(b"", headers, 304)
    return KeptResponse(body if request.method == "GET" else b"", headers, 200)


class KeptResponse(HttpResponse):
    """
    A page from memory. `headers`: all of them.

    Nothing was opened for it that would have to be closed, which takes as long as the rest of the answer: its end is
    not that of a request that was worked at.
    """

    def __init__(self, content, headers, status):
        super().__init__(content, status=status)
        self.headers = headers

    def close(self):
        self.closed = True
        do_what_is_due()
