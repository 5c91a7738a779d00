"""
Which addresses readers ask for in vain: so that editors can lead them on.

Counted in memory and written later (`delivery.tally`). Nothing is kept of who
asked, and no query, which may hold anything.
"""

import re

from django.conf import settings
from django.db.models import Q
from django.urls import is_valid_path
from django.utils import timezone

from accounts.addresses import is_staff_address
from delivery.reads import is_fetched_ahead, is_robot
from delivery.tally import Tally, add_up
from pages.models import MissedAddress, Redirect
from pages.redirects import CONTROLS, captured, gets_a_slash, parts_of
from publishing.languages import language_codes
from publishing.paging import NoSuchPage

# So many addresses are kept; those that were asked for least, and of these the oldest, go first.
MOST_KEPT = 2000
# So many different ones are counted between two writings: a flood of them does not push the others out.
MOST_COUNTED = 500
MOST_CHARACTERS = MissedAddress._meta.get_field("path").max_length

# What no reader types and no page of ours ever led to: files of other systems, hidden files, what attackers try, and
# what browsers and machines look for by themselves.
_PROBES = re.compile(
    r"\.(?:php\d?|phtml|aspx?|jspx?|cgi|env|git|sql|bak|ini|ya?ml|conf|log|zip|rar|gz|tgz|tar|exe|sh|map)(?:/|$)|/\.|"
    r"/wp-(?!content/)|/xmlrpc|/cgi-bin|/vendor/|/phpmyadmin|/actuator|/owa/|/autodiscover|"
    r"/(?:favicon\.ico|apple-touch-icon|browserconfig|(?:app-)?ads\.txt)",
    re.IGNORECASE,
)
# Addresses of ours that hold a key: not even a mistyped one is written down.
_KEYED = ("/preview/", "/desk-calendar/")


def note(request, exception):
    """Counts an address that a reader was answered with 404."""
    if _is_worth_knowing(request, exception):
        tally.add(request.path_info)


def _is_worth_knowing(request, exception):
    path = request.path_info
    return (
        request.method == "GET"
        and not getattr(exception, "addresses", None)  # it can be read in other languages: nothing is wrong with it
        and not isinstance(exception, NoSuchPage)
        and is_kept(path)
        and not gets_a_slash(path)
        and not is_robot(request.headers.get("User-Agent"))
        and not is_fetched_ahead(request)
    )


def is_kept(path):
    """Whether an address may be written down: one of readers' pages, of a length and letters that addresses have."""
    if len(path) > MOST_CHARACTERS or CONTROLS.search(path) or "@" in path or _PROBES.search(path):
        return False
    if is_staff_address(path) or path.startswith((settings.STATIC_URL, settings.MEDIA_URL, *_KEYED)):
        return False
    language, words = parts_of(path)
    # Without a language, what the site itself answers at (a short address, a feed's file) is no reader's page.
    return bool(words) and (bool(language) or not is_valid_path(path))


def _write(counts):
    MissedAddress.objects.bulk_create([MissedAddress(path=path) for path in sorted(counts)], ignore_conflicts=True)
    add_up(MissedAddress.objects.all(), "hits", counts, by="path", last_at=timezone.now())
    least = MissedAddress.objects.order_by("-hits", "-last_at", "-pk")[MOST_KEPT:]
    MissedAddress.objects.filter(pk__in=list(least.values_list("pk", flat=True))).delete()


tally = Tally(_write, most=MOST_COUNTED)


def forget(redirect):
    """Drops the addresses that a redirect leads on from."""
    languages = [redirect.language] if redirect.language else ["", *language_codes()]
    if redirect.kind == Redirect.Kind.EXACT:
        paths = [f"/{code}/{redirect.source}".replace("//", "/") for code in languages]
        found = MissedAddress.objects.filter(Q(path__in=paths) | Q(path__in=[f"{path}/" for path in paths]))
    else:
        found = MissedAddress.objects.filter(pk__in=_matched_by(redirect, languages))
    found.delete()


def _matched_by(pattern, languages):
    split = ((pk, *parts_of(path)) for pk, path in MissedAddress.objects.values_list("pk", "path"))
    return [pk for pk, code, words in split if code in languages and captured(pattern.source, words) is not None]
