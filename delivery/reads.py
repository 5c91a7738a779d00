"""
How often something public is read: counted on the server, without anything that tells readers apart.

A reading is a page of a public item that was sent to a reader: a GET that was
answered with 200, or with 304, which sends somebody who comes back to the copy
that they have (RFC 9110, 15.4.5). A HEAD reads nothing. Left out are robots,
pages that a browser fetches before anybody asked for them, and staff who are
signed in. Of a reader nothing is kept, counted or set, here or in the browser.
"""

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.db import transaction
from django.db.models import Q, Sum
from django.urls import Resolver404, resolve
from django.utils import timezone, translation

from delivery.cookies import has_session
from delivery.models import MostRead, ReadCount
from delivery.tally import Tally, add_up
from publishing.changes import announce_soft
from publishing.languages import language_codes
from publishing.registry import public_types

# What programs call themselves that read for nobody. Robots name themselves (RFC 9309, 2.2.1), nearly all with "bot",
# "crawler", "spider" or the address of those who run them; then come services that preview, watch or archive pages,
# and the libraries that scripts are written with. "Cubot" makes phones. deploy/nginx/newsroom.conf has the same words.
ROBOTS = (
    r"(?<!cu)bot|crawl|spider|slurp|http|archive|preview|externalhit|mediapartners|whatsapp|feed|fetch|scan|monitor|"
    r"pingdom|uptime|statuscake|lighthouse|headless|phantom|valid|curl|wget|libwww|python|perl|ruby|php|java/"
)
_ROBOT = re.compile(ROBOTS, re.IGNORECASE)

# How browsers mark what they fetch ahead: the Fetch Standard's header, and older ones of Chromium, Firefox and Safari.
# A page that was fetched ahead and is then looked at is not counted: the server does not hear of it.
AHEAD_HEADERS = ("HTTP_SEC_PURPOSE", "HTTP_PURPOSE", "HTTP_X_MOZ", "HTTP_X_PURPOSE")
AHEAD = ("prefetch", "prerender", "preview")

# How many items in how many languages are kept in memory until they are written.
MOST_KEPT = 10_000

# What "most read" means, how many of each language and type are kept, and how often that is worked out, in seconds.
RECENT = timedelta(days=7)
MONTH = timedelta(days=30)
MOST_READ = 20
# The key of the list, for whoever shows it.
MOST_READ_KEY = "most-read"
WORKED_OUT_EVERY = 600

# For so long each day is kept by itself; then it is added to all that was before, which stands under FIRST_DAY.
KEPT_BY_DAY = timedelta(days=400)
FIRST_DAY = date(2000, 1, 1)

BATCH = 500


# --- What is a reading --------------------------------------------------------------


@lru_cache(maxsize=2_000)
def is_robot(agent):
    """Whether a `User-Agent` is a program's, not a reader's browser. Every browser sends one."""
    return not agent or bool(_ROBOT.search(agent))


def is_fetched_ahead(request):
    """Whether a browser asks for a page that nobody has asked for yet."""
    if request.META.keys().isdisjoint(AHEAD_HEADERS):
        return False
    marks = " ".join(request.META.get(name, "") for name in AHEAD_HEADERS).lower()
    return any(mark in marks for mark in AHEAD)


def is_reading(request, response):
    """Whether a response is something that a reader reads, wherever it may lie."""
    return (
        request.method == "GET"
        and response.status_code in {200, 304}
        and not has_session(request)
        and not is_robot(request.META.get("HTTP_USER_AGENT"))
        and not is_fetched_ahead(request)
    )


@lru_cache(maxsize=10_000)
def item_at(path):
    """
    What is read at a path: (label of its type, its number, language), or None where that is no public item.

    It asks neither a view nor the database, so that it holds for pages that a cache or a front server sent.
    """
    language = translation.get_language_from_path(path)
    if not language:
        return None
    with translation.override(language):
        try:
            match = resolve(path)
        except Resolver404:
            return None
    label = next((kind.label for kind in public_types() if kind.view_name and kind.view_name == match.view_name), None)
    return (label, match.kwargs["pk"], language) if label else None


def count(path):
    """Counts a reading at a path, if it is the page of a public item."""
    item = item_at(path)
    if item:
        tally.add((*item, timezone.localdate()))


# --- In the database ----------------------------------------------------------------


def write(counts):
    """Adds readings to those in the database: `counts` is (label, number, language, day) → how many."""
    by_day = defaultdict(dict)
    for (label, number, language, day), how_many in sorted(counts.items()):
        by_day[label, language, day][number] = how_many
    # One order for every process, of groups as of rows: see `delivery.tally.add_up`.
    for (label, language, day), numbers in sorted(by_day.items()):
        about = {"item_type": _type_of(label), "language": language, "day": day}
        for some in _in_batches(numbers):
            ReadCount.objects.bulk_create([ReadCount(item_id=one, **about) for one in some], ignore_conflicts=True)
            add_up(ReadCount.objects.filter(**about), "count", some, by="item_id")


def _write_and_rank(counts):
    write(counts)
    # What goes wrong there takes no counts with it: they are stored by then.
    transaction.on_commit(_rank_in_turn, robust=True)


def _rank_in_turn():
    """Of all processes that share a cache one does it."""
    if cache.add("delivery.most-read", True, WORKED_OUT_EVERY):
        update_most_read()


tally = Tally(_write_and_rank, most=MOST_KEPT)


def _type_of(label):
    return ContentType.objects.get_by_natural_key(*label.split("."))


def _in_batches(numbers):
    items = list(numbers.items())
    return [dict(items[start : start + BATCH]) for start in range(0, len(items), BATCH)]


@transaction.atomic
def update_most_read():
    """Works out what was read most in each language over the last seven days."""
    for kind in public_types():
        for language in language_codes() if kind.view_name else []:
            _rank(_type_of(kind.label), language)


def _rank(item_type, language):
    rows = MostRead.objects.filter(item_type=item_type, language=language)
    list(rows.select_for_update().order_by("pk").values_list("pk"))  # see `delivery.tally.add_up`
    first = dict(most_read_since(item_type, language, RECENT)[:MOST_READ])
    if list(first) != list(rows.order_by("-count", "-item_id").values_list("item_id", flat=True)):
        announce_soft([(language, MOST_READ_KEY)])
    rows.exclude(item_id__in=first).delete()
    MostRead.objects.bulk_create(
        [
            MostRead(item_type=item_type, language=language, item_id=number, count=first[number])
            for number in sorted(first)
        ],
        update_conflicts=True,
        update_fields=["count"],
        unique_fields=["item_type", "item_id", "language"],
    )


def most_read_since(item_type, language, span):
    """(number, how often it was read) of a type's items in the days of `span`, today among them, the first first."""
    return (
        ReadCount.objects.filter(item_type=item_type, language=language, day__gt=timezone.localdate() - span)
        .values_list("item_id")
        .annotate(total=Sum("count"))
        .order_by("-total", "-item_id")
    )


@dataclass(frozen=True)
class Figures:
    """How often one item was read in one language."""

    week: int = 0
    month: int = 0
    in_all: int = 0


def figures_of(item):
    """Language → `Figures` of an item, for the languages in which it was read."""
    today = timezone.localdate()
    rows = (
        ReadCount.objects.filter(item_type=_type_of(item._meta.label_lower), item_id=item.pk)
        .values_list("language")
        .annotate(
            week=Sum("count", default=0, filter=Q(day__gt=today - RECENT)),
            month=Sum("count", default=0, filter=Q(day__gt=today - MONTH)),
            in_all=Sum("count"),
        )
    )
    return {language: Figures(*numbers) for language, *numbers in rows}


def tidy():
    """Adds up the days that nobody asks for one by one any more, and works out what was read most."""
    _add_up_old_days()
    update_most_read()


@transaction.atomic
def _add_up_old_days():
    old = ReadCount.objects.filter(day__gt=FIRST_DAY, day__lt=timezone.localdate() - KEPT_BY_DAY)
    totals = Counter()
    facts = ("item_type__app_label", "item_type__model", "item_id", "language", "count")
    for app, model, number, language, how_many in old.values_list(*facts).iterator():
        totals[f"{app}.{model}", number, language, FIRST_DAY] += how_many
    write(totals)
    old.delete()
