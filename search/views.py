"""The search page, and what is found while somebody types."""

from django.core.paginator import InvalidPage, Paginator
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from publishing.languages import current_language
from publishing.metadata import PageMetadata, address_everywhere, address_in, in_languages
from publishing.paging import NoSuchPage
from search import fruitless
from search.filters import SearchFilter
from search.models import SearchEntry
from search.near import near_queries
from search.results import MOST_COUNTED, MOST_COUNTED_ELSEWHERE, PER_PAGE, Search

# How many of the newest are shown where nothing was found.
NEWEST = 7
# While somebody types: from how many letters on something is looked for, how much is shown, for how many seconds
# browsers and caches keep it.
LEAST_LETTERS, SUGGESTIONS, KEPT = 2, 6, 60


@require_safe
def results(request):
    """What was found, or what to try instead; without words the form and the newest."""
    asked = SearchFilter(request.GET)
    search = Search(asked.wanted)
    rows = _page_of(search, request.GET.get("page"))
    if search.asked and not search.numbers and not asked.is_narrowed:
        fruitless.note(request, asked.text, current_language())
    context = {
        "asked": asked,
        "search": search,
        "most": MOST_COUNTED,
        "rows": rows,
        "hits": _labelled(search.show(rows.object_list), asked),
        "selects": asked.selects(search.facets) if search.numbers or asked.is_narrowed else [],
        "elsewhere": _elsewhere(search, asked),
        "older": _older(search, asked) if search.is_more and not rows.has_next() else "",
        "page": _metadata(asked, rows),
    }
    if not search.numbers:
        context["near"] = near_queries(asked.text) if search.asked else []
        context["newest"] = _newest(search)
    response = render(request, "search/results.html", context)
    if asked.text:
        response["X-Robots-Tag"] = "noindex"
    return response


@require_safe
def suggestions(request):
    """A piece of a page: the best of what is found, for somebody who is still typing."""
    asked = SearchFilter(request.GET)
    context = {"asked": asked}
    if sum(sign.isalnum() for sign in asked.text) >= LEAST_LETTERS:
        search = Search(asked.wanted, is_typing=True)
        hits = _labelled(search.show(search.numbers[:SUGGESTIONS]), asked)
        context |= {"search": search, "hits": hits, "most": MOST_COUNTED}
    response = render(request, "search/_suggestions.html", context)
    response["X-Robots-Tag"] = "noindex"
    patch_cache_control(response, public=True, max_age=KEPT)
    return response


def _page_of(search, number):
    """A page of the numbers that were found. Raises `NoSuchPage` for what is not the number of one."""
    paginator = Paginator(search.numbers[: search.count], PER_PAGE)
    try:
        return paginator.page(1 if number is None else number)
    except InvalidPage as error:
        raise NoSuchPage(paginator.num_pages) from error


def _labelled(hits, asked):
    return [(hit, asked.label_of(hit.edition)) for hit in hits]


def _older(search, asked):
    """What asks for everything older than what was looked through for these pages."""
    numbers = search.numbers if asked.is_by_relevance else search.numbers[:MOST_COUNTED]
    return asked.query_before(min(numbers))


def _elsewhere(search, asked):
    """Links to the same search in the languages that have something, with how much it is."""
    counts = search.elsewhere if search.asked else {}
    addresses = {code: f"{address_in(code, 'search:results')}?{asked.query_of_words}" for code in counts}
    return [link | {"count": _capped(counts[link["code"]])} for link in in_languages(addresses)]


def _capped(count):
    return f"{MOST_COUNTED_ELSEWHERE}+" if count > MOST_COUNTED_ELSEWHERE else str(count)


def _newest(search):
    """The newest of the language that stands in a section."""
    entries = SearchEntry.objects.current().filter(language=search.language, section_id__gt=0).order_by("-id")
    return [hit.edition for hit in search.show(list(entries.values_list("id", flat=True)[:NEWEST]))]


def _metadata(asked, rows):
    """The same words lead to what other languages have; what they are narrowed to has an address of its own."""
    words = {"words": f"\u2068{asked.text}\u2069"}
    title = _("Search: %(words)s") % words if asked.text else pgettext("page", "Search")
    if rows.number > 1:
        title = _("%(title)s, page %(number)s") % {"title": title, "number": rows.number}
    ending = f"?{asked.query_of_words}" if asked.text else ""
    addresses = {code: url + ending for code, url in address_everywhere("search:results").items()}
    parts = [part for part in (asked.query, f"page={rows.number}" if rows.number > 1 else "") if part]
    own = f"{address_in(current_language(), 'search:results')}?{'&'.join(parts)}" if parts else ""
    return PageMetadata(
        title=title,
        description=_("Search everything that was published, as you would write it."),
        addresses=addresses,
        address=own,
    )
