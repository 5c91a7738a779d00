"""
Where readers are led who ask for an address that nothing has any more.

Nobody asks here before everything else has said that there is nothing: a
redirect never hides a page. What was withdrawn answers 410, unless staff made
a redirect from its address: then they know where readers should go instead.

An address is compared without its language, its query and the slashes at its
ends: `/en/old/page/?x=1` is "old/page" in English. A redirect that the site
made itself, because a section moved, holds for what lies below it, too, such
as its feeds.
"""

import re
from urllib.parse import quote, unquote

from django.db.models import Q
from django.http import HttpResponsePermanentRedirect
from django.urls import is_valid_path, reverse
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers

from accounts.addresses import is_staff_address
from delivery.middleware import preferred_language
from delivery.tally import Tally, add_up
from pages.models import Redirect
from publishing.languages import language_codes
from publishing.paging import NoSuchPage
from publishing.public import Gone

Kind = Redirect.Kind

# So many patterns at most: each is compared with every address that is missed.
MOST_PATTERNS = 200
# No longer address is looked for, and none with more parts.
MOST_CHARACTERS = Redirect._meta.get_field("source").max_length
MOST_PARTS = 12
# No longer address is sent to a reader: a query that would make it longer stays behind.
LONGEST_URL = 1500
# How many redirects are counted between two writings.
MOST_COUNTED = 2000

_ELSEWHERE = re.compile(r"https://", re.IGNORECASE)
# No address of ours has them, and neither a database nor a header takes them all.
CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


# --- Answering --------------------------------------------------------------------------


def answer(request, exception):
    """
    The response that leads a reader on who asked for something that is not there; None if no redirect does.

    A list that has no page of some number is there.
    """
    path = request.path_info
    is_there = isinstance(exception, NoSuchPage) or gets_a_slash(path)
    if request.method not in {"GET", "HEAD"} or is_there or is_staff_address(path):
        return None
    language, words = parts_of(path)
    preferred = language or preferred_language(request)
    redirect = Rules().find(language, words, preferred=preferred)
    url = redirect and _url_for(request, redirect, redirect.language or preferred, words)
    if not url:
        return None
    tally.add(redirect.pk)
    response = HttpResponsePermanentRedirect(url)
    if not language:
        patch_vary_headers(response, ["Accept-Language"])
    return response


def gets_a_slash(path):
    """Whether Django's CommonMiddleware will send an address that was not found on to the same with a slash."""
    return not path.endswith("/") and is_valid_path(f"{path}/")


def _url_for(request, redirect, language, words):
    """Where this request is led, or "" if that is where it is."""
    target = target_for(redirect, words)
    url = address_of(target, language, request.META.get("QUERY_STRING", ""))
    if len(url) > LONGEST_URL:
        url = address_of(target, language)
    is_here = unquote(re.split("[?#]", url, maxsplit=1)[0]).rstrip("/") == request.path_info.rstrip("/")
    return "" if is_here else url


class RedirectGoneMiddleware:
    """Leads readers on from what was withdrawn, where staff said so; asked before the middleware that answers 410."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, exception):
        return answer(request, exception) if isinstance(exception, Gone) else None


def _write(counts):
    add_up(Redirect.objects.all(), "hits", counts, by="pk", last_hit_at=timezone.now())


tally = Tally(_write, most=MOST_COUNTED)


# --- Addresses --------------------------------------------------------------------------


def parts_of(path):
    """(language, or ""; the rest without slashes at its ends) of a path that is not encoded."""
    words = path.strip("/")
    first, _slash, rest = words.partition("/")
    return (first, rest.strip("/")) if first in language_codes() else ("", words)


def is_elsewhere(target):
    """Whether a target is a whole address, not a place on this site in the reader's language."""
    return bool(_ELSEWHERE.match(target))


def captured(pattern, words):
    """What each `*` of a pattern stands for in `words`, or None if they do not match. Looks at each letter once."""
    first, *literals = pattern.split("*")
    last = literals.pop()
    if len(words) < len(first) + len(last) or not (words.startswith(first) and words.endswith(last)):
        return None
    found, rest = [], words[len(first) : len(words) - len(last)]
    for literal in literals:
        before, hit, rest = rest.partition(literal)
        if not hit:
            return None
        found.append(before)
    return [*found, rest]


def target_for(redirect, words):
    """The target of a redirect for an address that it matches: the same words for each `*`, the same below it."""
    target = redirect.target
    if redirect.kind == Kind.EXACT:
        return target + words[len(redirect.source) :]
    pieces = target.split("*")
    fillings = captured(redirect.source, words)[: len(pieces) - 1]
    if is_elsewhere(target):
        fillings = [quote(filling) for filling in fillings]
    return "".join(piece + filling for piece, filling in zip(pieces, [*fillings, ""], strict=True))


def address_of(target, language, query=""):
    """The address of a target in a language, with the query that a reader came with."""
    target, _hash, fragment = target.partition("#")
    target, _mark, own_query = target.partition("?")
    if not is_elsewhere(target):
        words = target.strip("/")
        with translation.override(language):
            target = reverse("pages:at-path", kwargs={"path": words}) if words else reverse("pages:home")
    queries = "&".join(filter(None, [own_query, query]))
    return target + (f"?{queries}" if queries else "") + (f"#{fragment}" if fragment else "")


# --- Finding ----------------------------------------------------------------------------


class Rules:
    """The redirects in the database, or with one of them as it is about to be saved."""

    def __init__(self, changed=None):
        self._changed = changed

    def find(self, language, words, *, preferred=""):
        """
        The redirect from an address, or None: an exact one before a pattern, the language's own before one for all.

        An address without a language (`language` is "") is one of an older
        site: those of every language count then, and of `preferred` first. One
        query for exact ones, another for patterns if there is none.
        """
        if not words or len(words) > MOST_CHARACTERS or CONTROLS.search(words):
            return None
        near = language or preferred
        exact = self._exact(language, words)
        if exact:
            return max(exact, key=lambda row: (len(row.source), *_nearness(row, near)))
        patterns = self._patterns(language, words)
        return max(patterns, key=lambda row: (*_nearness(row, near), _literal_length(row)), default=None)

    def _exact(self, language, words):
        """By the index of source and language: it does not matter how many there are."""
        parts = words.split("/")[:MOST_PARTS]
        sources = [words, *("/".join(parts[:count]) for count in range(1, len(parts)))]
        rows = self._rows(Redirect.objects.filter(kind=Kind.EXACT, source__in=sources), language)
        return [row for row in rows if row.kind == Kind.EXACT and _is_from(row, words)]

    def _patterns(self, language, words):
        rows = self._rows(Redirect.objects.filter(kind=Kind.PATTERN), language)
        return [row for row in rows if row.kind == Kind.PATTERN and captured(row.source, words) is not None]

    def _rows(self, rows, language):
        if language:
            rows = rows.filter(Q(language=language) | Q(language=""))
        found = [row for row in rows[:MOST_PATTERNS] if self._changed is None or row.pk != self._changed.pk]
        if self._changed is not None and (not language or self._changed.language in {language, ""}):
            found.append(self._changed)
        return found


def _is_from(redirect, words):
    """
    Whether an exact redirect leads on from an address, or from what an address lies below if the site made it.

    What lies at or below where the site's own leads has arrived: nobody goes round for ever.
    """
    is_at_or_below = f"{words}/".startswith
    return words == redirect.source or (
        redirect.is_automatic and is_at_or_below(f"{redirect.source}/") and not is_at_or_below(f"{redirect.target}/")
    )


def _nearness(redirect, language):
    """Sorts the language's own redirects after those for all, and these after those of other languages."""
    return redirect.language == language, not redirect.language


def _literal_length(redirect):
    return len(redirect.source.replace("*", ""))
