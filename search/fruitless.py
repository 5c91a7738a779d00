"""What readers look for in vain, for editors: counted in memory, written later; nothing is kept of who asked."""

import re

from django.utils import timezone

from delivery.reads import is_robot
from delivery.tally import Tally, add_up
from search import analysis
from search.models import FruitlessSearch

# So many are kept in a language; the oldest go first.
MOST_KEPT = 500
# So many different ones are counted between two writings.
MOST_COUNTED = 200
_MOST_CHARACTERS = FruitlessSearch._meta.get_field("query").max_length
# What may be somebody's: addresses, telephone numbers, numbers of papers.
_PERSONAL = re.compile(r"@|://|\d{5}")


def note(request, text, language):
    """Counts a search that found nothing."""
    query = analysis.fold(" ".join(text.split()), language)
    if query and len(query) <= _MOST_CHARACTERS and not _PERSONAL.search(query) and _is_by_a_reader(request):
        tally.add((language, query))


def _is_by_a_reader(request):
    return request.method == "GET" and not is_robot(request.headers.get("User-Agent"))


def _write(counts):
    for language in sorted({language for language, _query in counts}):
        own = {query: count for (code, query), count in counts.items() if code == language}
        rows = FruitlessSearch.objects.filter(language=language)
        new = [FruitlessSearch(language=language, query=query) for query in sorted(own)]
        FruitlessSearch.objects.bulk_create(new, ignore_conflicts=True)
        add_up(rows, "times", own, by="query", last_at=timezone.now())
        oldest = rows.order_by("-last_at", "-pk").values_list("pk", flat=True)[MOST_KEPT:]
        FruitlessSearch.objects.filter(pk__in=list(oldest)).delete()


tally = Tally(_write, most=MOST_COUNTED)
