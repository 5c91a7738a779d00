"""The archive: everything by the day on which it was published, by the newsroom's clock."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.core.cache import cache
from django.db.models import Count
from django.db.models.functions import ExtractDay, ExtractMonth, TruncMonth
from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from articles import keys
from articles.models import ArticleEdition
from articles.templatetags.articles_tags import archive_steps
from delivery.page_cache import NUMBER, kept
from media_library.pictures import give_pictures
from publishing.clock import now
from publishing.keys import LATEST, note, note_beside
from publishing.languages import current_language, language_codes
from publishing.metadata import PageMetadata, address_everywhere, address_in
from publishing.paging import Extent, metadata_of_list, page_of
from publishing.structured_data import breadcrumb

# For so many seconds the figures of years that are over are not counted again.
COUNTS_KEPT = 60 * 60
# Nothing can have been published before.
FIRST_YEAR = 1900


@dataclass(frozen=True)
class Period:
    """A year, a month (`day` is 0) or a day. Raises `ValueError` for one that no calendar has."""

    year: int
    month: int = 0
    day: int = 0

    def __post_init__(self):
        date(self.year, self.month or 1, self.day or 1)

    @classmethod
    def at(cls, moment, like):
        """The period around a moment that is as long as the period `like`."""
        local = timezone.localtime(moment)
        return cls(local.year, local.month if like.month else 0, local.day if like.day else 0)

    @property
    def _first_day(self):
        return date(self.year, self.month or 1, self.day or 1)

    @property
    def _day_after(self):
        if self.day:
            return self._first_day + timedelta(days=1)
        if self.month:
            return (self._first_day + timedelta(days=31)).replace(day=1)
        return date(self.year + 1, 1, 1)

    @property
    def begins_at(self):
        return _midnight(self._first_day)

    @property
    def ends_at(self):
        """The first moment after it."""
        return _midnight(self._day_after)

    @property
    def words(self):
        """What it is called in the page's language: "2026", "November 2026", "28 November 2026"."""
        if not self.month:
            return str(self.year)
        return date_format(self._first_day, "DATE_FORMAT" if self.day else "YEAR_MONTH_FORMAT")

    @property
    def short_words(self):
        """What it is called below the name of the period around it: "November", "28"."""
        return str(self.day) if self.day else date_format(self._first_day, "F")

    def get_absolute_url(self, language=None):
        kind = "day" if self.day else "month" if self.month else "year"
        parts = {name: getattr(self, name) for name in ("year", "month", "day") if getattr(self, name)}
        return address_in(language or current_language(), f"articles:archive-{kind}", **parts)

    @property
    def around(self):
        """The longer periods that it lies in, the longest first."""
        longer = [Period(self.year), Period(self.year, self.month)]
        return longer[: bool(self.month) + bool(self.day)]

    def part(self, number):
        """A month of this year, or a day of this month."""
        return Period(self.year, self.month, number) if self.month else Period(self.year, number)

    def within(self, editions):
        """Of some editions those that were published in it."""
        return editions.filter(publish_at__gte=self.begins_at, publish_at__lt=self.ends_at)


def _midnight(day):
    return timezone.make_aware(datetime.combine(day, time.min))


@kept()
@require_safe
def years(request):
    """All years and months in which something was published, with how much."""
    note(LATEST)
    page = PageMetadata(
        title=_("Archive"),
        description=_("Everything that was published, by year, month and day."),
        addresses=address_everywhere("articles:archive"),
    )
    return render(request, "articles/archive.html", {"years": _counted_years(), "page": page})


@kept(page=NUMBER)
@require_safe
def period(request, year, month=0, day=0):
    """What was published in a year, a month or on a day."""
    asked = _period(year, month, day)
    public = ArticleEdition.objects.published()
    note(keys.of_year(asked.begins_at))
    note_beside(LATEST)
    parts = _parts_of(asked, public)
    extent = None if asked.day else Extent(sum(number for _part, number in parts))
    rows = page_of(ArticleEdition, lambda: asked.within(public), request.GET.get("page"), extent=extent)
    give_pictures(rows.object_list)
    older, newer = _neighbours(asked, public)
    number = rows.paginator.count
    page = metadata_of_list(
        rows,
        title=_("Archive: %(period)s") % {"period": asked.words},
        description=ngettext(
            "%(number)s article was published in this period: %(period)s.",
            "%(number)s articles were published in this period: %(period)s.",
            number,
        ) % {"number": number, "period": asked.words},
        addresses={code: asked.get_absolute_url(code) for code in language_codes()},
        nodes=(breadcrumb(archive_steps(asked)),),
    )  # fmt: skip
    context = {"period": asked, "parts": parts, "rows": rows, "older": older, "newer": newer, "page": page}
    return render(request, "articles/archive_period.html", context)


def _period(year, month, day):
    """Raises `Http404` for what is no date, and for what has not begun yet."""
    try:
        asked = Period(year, month, day)
        is_past = year >= FIRST_YEAR and asked.begins_at <= now()
    except (ValueError, OverflowError) as error:
        raise Http404("no such date") from error
    if not is_past:
        raise Http404("nothing can have been published then")
    return asked


def _parts_of(asked, public):
    """[(month or day, how much was published in it)] of a year or a month: read by the index of that time alone."""
    if asked.day:
        return []
    part = ExtractDay("publish_at") if asked.month else ExtractMonth("publish_at")
    counts = asked.within(public).annotate(part=part).values_list("part").annotate(Count("pk")).order_by("part")
    return [(asked.part(number), count) for number, count in counts]


def _neighbours(asked, public):
    """(the period before it in which there is something, the one after it); None where there is none."""
    older = public.filter(publish_at__lt=asked.begins_at).newest_first()
    newer = public.filter(publish_at__gte=asked.ends_at).order_by("publish_at", "pk")
    found = ArticleEdition.objects.first_of(older, newer).values_list("publish_at", flat=True)
    periods = {moment < asked.begins_at: Period.at(moment, asked) for moment in found}
    return periods.get(True), periods.get(False)


def _counted_years():
    """
    [(year, how much, [(month, how much)])], the newest first.

    Years that are over are counted once in `COUNTS_KEPT` seconds: what a page
    view costs is the year that is running, however far back the archive goes.
    """
    months = _counts_of_months(ArticleEdition.objects.published())
    found = [
        (Period(year), sum(counts.values()), [(Period(year, month), counts[month]) for month in sorted(counts)])
        for year, counts in sorted(months.items(), reverse=True)
    ]
    return [(year, count, those) for year, count, those in found if count]


def _counts_of_months(public):
    """Year → {month: how much was published in it}, from the first year in which there is something."""
    oldest = public.order_by("publish_at", "pk").values_list("publish_at", flat=True).first()
    if oldest is None:
        return {}
    wanted = range(timezone.localtime(oldest).year, timezone.localtime(now()).year + 1)
    kept = cache.get_many([_cache_key(year) for year in wanted])
    known = {year: kept[_cache_key(year)] for year in wanted if _cache_key(year) in kept}
    missing = [year for year in wanted if year not in known]
    counted = {year: {} for year in missing}
    later = public.filter(publish_at__gte=Period(missing[0]).begins_at) if missing else public.none()
    by_month = later.annotate(month=TruncMonth("publish_at")).values_list("month").annotate(Count("pk"))
    for month, count in by_month.order_by():
        if month.year in counted:
            counted[month.year][month.month] = count
    # A preview may stand in a later year; what is over by the calendar alone is over for everybody.
    over = {_cache_key(year): counted[year] for year in missing if year < timezone.localdate().year}
    cache.set_many(over, COUNTS_KEPT)
    return known | counted


def _cache_key(year):
    return f"archive:{current_language()}:{year}"
