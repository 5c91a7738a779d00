"""
The calendar: what goes out, what went out, and what is due, by day of the newsroom's time zone.

Also as a feed (iCalendar, RFC 5545) for the calendar program of whoever has its private address.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format, get_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_POST, require_safe

from desk.forms_calendar import MoveForm, planned_for
from desk.items import form_url, item_for, render_screen, text_url
from desk.models import CalendarKey, random_key
from desk.reach import EDITION_COLUMNS, clock, editions_of, open_task, reach_of, stale, title_columns
from publishing import workflow
from publishing.icalendar import calendar_file, escape_text, utc
from publishing.languages import direction, language_choices, language_codes, own_name
from publishing.registry import public_types

ENTRIES_PER_DAY = 50
FEED_BEFORE, FEED_AHEAD = timedelta(days=30), timedelta(days=180)
# A feed of years of work would only choke the program that reads it; the latest entries count.
FEED_ENTRIES = 5000

# Years that the calendar can show; dates near the ends of what Python knows cannot be counted on from.
YEARS = range(1990, 2200)

KINDS = {
    "goes_out": pgettext_lazy("calendar", "goes out"),
    "change": pgettext_lazy("calendar", "changes go out"),
    "published": pgettext_lazy("calendar", "published"),
    "withdrawal": pgettext_lazy("calendar", "is withdrawn"),
    "embargo": pgettext_lazy("calendar", "embargo ends"),
    "due": pgettext_lazy("calendar", "due"),
}


# --- Entries ---------------------------------------------------------------------


@dataclass
class Entry:
    """Something that stands on one moment of the calendar. What an embargo holds back has no language."""

    kind: str
    at: datetime
    public_type: Any
    item_id: int
    language: str | None
    item: Any = None
    may_move: bool = False

    @property
    def day(self):
        return timezone.localdate(self.at)

    @property
    def kind_label(self):
        return KINDS[self.kind]

    @property
    def is_overdue(self):
        return self.kind == "due" and self.at < timezone.now()

    @property
    def language_name(self):
        return own_name(self.language) if self.language else ""

    @property
    def type_label(self):
        return capfirst(self.public_type.model._meta.verbose_name)

    @property
    def title(self):
        return self.item.working_title

    @property
    def url(self):
        return form_url(self.item, self.language)

    @property
    def move_url(self):
        return text_url("calendar_move", self.item, self.language)

    @property
    def uid(self):
        """The same for the same thing, whenever it is: a moved entry moves in people's calendars, too."""
        # What goes out is one event before and after.
        kind = "publication" if self.kind in {"goes_out", "published"} else self.kind
        return f"{self.public_type.label}.{self.item_id}.{self.language or 'all'}.{kind}"


def entries_between(user, start, end, *, language=None, per_day=None):
    """
    What `user` may see from `start` until before `end`, in order, and how many more there are: (entries, {day: count}).

    Of each day at most `per_day`. Four queries per type, whatever the span holds.
    """
    entries = [
        entry for public_type in public_types() for entry in _entries_of(user, public_type, start, end, language)
    ]
    entries.sort(key=lambda entry: (entry.at, entry.public_type.label, entry.item_id, entry.language or ""))
    entries, more = _cut(entries, per_day) if per_day else (entries, {})
    return _with_items(user, entries), more


def _entries_of(user, public_type, start, end, language):
    reach = reach_of(user, public_type.model, "view")
    if not reach:
        return []
    editions = editions_of(public_type).filter(reach.editions(in_any_language=True))
    if language:
        editions = editions.filter(language=language)
    span = (start, end)
    stand_there = Q()
    for name in ("publish_at", "upcoming_at", "withdraw_at", "due_at"):
        stand_there |= Q(**{f"{name}__gte": start, f"{name}__lt": end})
    found = editions.filter(stand_there).only("item", *EDITION_COLUMNS)
    open_ids = set(_due(public_type, editions, span))
    entries = [entry for edition in found for entry in _entries_on(edition, public_type, span, open_ids)]
    return entries + _embargoes(public_type, reach, span)


def _due(public_type, editions, span):
    return editions.filter(open_task(stale(public_type)), due_at__gte=span[0], due_at__lt=span[1]).values_list(
        "pk", flat=True
    )


def _entries_on(edition, public_type, span, open_ids):
    """What one edition has to show within a span."""
    now = timezone.now()
    plans = {}
    if edition.live_id and edition.current_state == edition.State.SCHEDULED:
        plans["goes_out"] = edition.publish_at
    if edition.is_public and not edition.retracted_at:
        plans["published"] = edition.publish_at
    if edition.upcoming_id and edition.upcoming_at > now:
        plans["change"] = edition.upcoming_at
    if edition.live_id and edition.withdraw_at and edition.withdraw_at > now:
        plans["withdrawal"] = edition.withdraw_at
    if edition.pk in open_ids:
        plans["due"] = edition.due_at
    return [
        Entry(kind, at, public_type, edition.item_id, edition.language)
        for kind, at in plans.items()
        if span[0] <= at < span[1]
    ]


def _embargoes(public_type, reach, span):
    """An embargo counts for all languages, so it is shown whichever of them is chosen."""
    ends = public_type.model.objects.filter(
        reach.items(), trashed_at=None, embargo_until__gte=span[0], embargo_until__lt=span[1]
    )
    return [
        Entry("embargo", at, public_type, item_id, None)
        for item_id, at in ends.order_by("pk").values_list("pk", "embargo_until")
    ]


def _cut(entries, per_day):
    by_day = _by_day(entries)
    more = {day: len(those) - per_day for day, those in by_day.items() if len(those) > per_day}
    return [entry for those in by_day.values() for entry in those[:per_day]], more


def _by_day(entries):
    days = defaultdict(list)
    for entry in entries:
        days[entry.day].append(entry)
    return days


def _with_items(user, entries):
    """Gives the entries their items' titles, and says which of them may be moved."""
    for public_type in public_types():
        own = [entry for entry in entries if entry.public_type == public_type]
        if own:
            _fill(own, public_type, reach_of(user, public_type.model, "publish"))
    return [entry for entry in entries if entry.item is not None]


def _fill(entries, public_type, reach):
    columns = ["source_language", *title_columns(), *(["category"] if reach.has_sections else [])]
    items = public_type.model.objects.only(*columns).in_bulk({entry.item_id for entry in entries})
    for entry in entries:
        entry.item = items.get(entry.item_id)
        entry.may_move = entry.kind in {"goes_out", "change"} and reach.covers(entry.item, entry.language)


# --- The screen ------------------------------------------------------------------


@dataclass
class Choice:
    """What somebody wants to look at: a week or a month, a day in it, one language or all (None)."""

    view: str
    day: date
    language: str | None

    @classmethod
    def of(cls, query):
        """From an address; whatever makes no sense there is left out."""
        view = query.get("view")
        language = query.get("language")
        return cls(
            view if view in {"week", "month"} else "week",
            _parsed_day(query.get("day")) or timezone.localdate(),
            language if language in language_codes() else None,
        )

    @property
    def first(self):
        """The first day shown."""
        start = self.day if self.view == "week" else self.day.replace(day=1)
        return start - timedelta(days=(start.isoweekday() - int(get_format("FIRST_DAY_OF_WEEK"))) % 7)

    @property
    def days(self):
        if self.view == "week":
            return [self.first + timedelta(days=number) for number in range(7)]
        weeks = -(-((self._next_month - self.first).days) // 7)
        return [self.first + timedelta(days=number) for number in range(7 * weeks)]

    @property
    def _next_month(self):
        return (self.day.replace(day=1) + timedelta(days=32)).replace(day=1)

    @property
    def previous(self):
        return self.day - timedelta(days=7) if self.view == "week" else (self.day.replace(day=1) - timedelta(days=1))

    @property
    def next(self):
        return self.day + timedelta(days=7) if self.view == "week" else self._next_month

    def url(self, **changes):
        """The address of the same view with something else chosen."""
        facts = {"view": self.view, "day": self.day.isoformat(), "language": self.language} | changes
        return f"{reverse('admin:desk_calendar')}?{urlencode({name: value for name, value in facts.items() if value})}"

    @property
    def heading(self):
        if self.view == "month":
            return date_format(self.day, "YEAR_MONTH_FORMAT")
        facts = {"first": date_format(self.days[0], "DATE_FORMAT"), "last": date_format(self.days[-1], "DATE_FORMAT")}
        return _("%(first)s to %(last)s") % facts

    def is_beside(self, day):
        """Whether a day is only shown to fill a week of the month."""
        return self.view == "month" and day.month != self.day.month


def _parsed_day(text):
    try:
        day = date.fromisoformat(text or "")
    except ValueError:
        return None
    return day if day.year in YEARS else None


def _midnight(day):
    return timezone.make_aware(datetime.combine(day, time.min))


@require_safe
def calendar(request):
    """A week or a month."""
    choice = Choice.of(request.GET)
    days = choice.days
    entries, more = entries_between(
        request.user,
        _midnight(days[0]),
        _midnight(days[-1] + timedelta(days=1)),
        language=choice.language,
        per_day=ENTRIES_PER_DAY,
    )
    by_day = _by_day(entries)
    context = {
        "choice": choice,
        "days": [_day(day, choice, by_day.get(day, []), more.get(day, 0)) for day in days],
        "is_empty": not entries,
        "views": [
            {"label": label, "url": choice.url(view=view), "is_chosen": choice.view == view}
            for view, label in (("week", _("Week")), ("month", _("Month")))
        ],
        "languages": _language_links(choice),
        "query": urlencode({"view": choice.view, "language": choice.language or ""}),
        "previous_url": choice.url(day=choice.previous.isoformat()),
        "today_url": choice.url(day=""),
        "next_url": choice.url(day=choice.next.isoformat()),
        "zone": timezone.get_current_timezone_name(),
        "feed_url": _feed_url(request),
    }
    return render_screen(request, "desk/calendar.html", context, title=_("Calendar"))


def _day(day, choice, entries, more):
    return {
        "date": day,
        "weekday": date_format(day, "l"),
        "label": date_format(day, "MONTH_DAY_FORMAT"),
        "entries": entries,
        "more": more,
        "week_url": choice.url(view="week", day=day.isoformat()),
        "is_today": day == timezone.localdate(),
        "is_beside": choice.is_beside(day),
    }


def _language_links(choice):
    everything = {"label": _("All languages"), "url": choice.url(language=None), "is_chosen": not choice.language}
    return [everything] + [
        {
            "label": name,
            "url": choice.url(language=code),
            "is_chosen": choice.language == code,
            "code": code,
            "dir": direction(code),
        }
        for code, name in language_choices()
    ]


# --- Moving ----------------------------------------------------------------------


def move(request, label, pk, language):
    """Asks for another time of a planned publication, and moves it: the same text goes out."""
    item = item_for(request.user, label, pk, language, action="publish")
    choice = Choice.of(request.GET)
    edition = item.edition_in(language)
    if request.method != "POST" and planned_for(edition) is None:
        messages.warning(request, _("Nothing is planned for “%(title)s” in this language any more.") % _names(item))
        return HttpResponseRedirect(choice.url())
    form = MoveForm(request.POST if request.method == "POST" else None, item=item, edition=edition, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            workflow.reschedule(item, language=language, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            form = _refused(form, error, item_for(request.user, label, pk, language, action="publish"))
        else:
            at = form.cleaned_data["at"]
            facts = _names(item) | {"language": own_name(language), "time": clock(at)}
            messages.success(request, _("“%(title)s” goes out in %(language)s on %(time)s.") % facts)
            return HttpResponseRedirect(choice.url(day=timezone.localdate(at).isoformat()))
    return _render_move(request, form, language, choice)


def _names(item):
    return {"title": item.working_title}


def _refused(form, error, item):
    """The form with what was wrong, and with what was typed."""
    if error_is(error, "changed_meanwhile"):
        # The page shows how it is now: sending it again is a decision, measured against that.
        edition = item.edition_in(form.edition.language)
        data = form.data.copy()
        data["expected"] = edition.seal
        form = MoveForm(data, item=item, edition=edition, user=form.user)
        form.full_clean()
    for name, problems in error.update_error_dict({}).items():
        form.add_error(name if name in form.fields else None, problems)
    return form


def error_is(error, code):
    """Whether a `ValidationError` was raised with this code."""
    return getattr(error, "code", None) == code


def _render_move(request, form, language, choice):
    item, planned = form.item, planned_for(form.edition)
    context = {
        "form": form,
        "language": language,
        "language_name": own_name(language),
        "dir": direction(language),
        "text_title": item.text_in("title", language) or item.working_title,
        "planned": planned and clock(planned),
        "embargo": item.is_under_embargo and clock(item.embargo_until),
        "form_url": form_url(item, language),
        "back_url": choice.url(day=timezone.localdate(planned).isoformat() if planned else ""),
    }
    title = _("Move in %(language)s") % {"language": own_name(language)}
    return render_screen(request, "desk/calendar_move.html", context, title=title)


# --- The feed --------------------------------------------------------------------


def _feed_url(request):
    key = CalendarKey.objects.filter(user=request.user).first()
    return request.build_absolute_uri(reverse("calendar_feed", args=[key.key])) if key else ""


@require_POST
def address(request):
    """Makes the address of somebody's feed, or a new one in place of the old, which then no longer works."""
    CalendarKey.objects.update_or_create(user=request.user, defaults={"key": random_key()})
    messages.success(request, _("Your calendar has a new address. Keep it to yourself: whoever has it can read it."))
    return HttpResponseRedirect(f"{reverse('admin:desk_calendar')}#feed")


@require_safe
def feed(request, key):
    """Somebody's calendar for their calendar program. The key in the address stands for signing in."""
    keys = CalendarKey.objects.select_related("user").filter(user__is_active=True, user__is_staff=True)
    user = get_object_or_404(keys, key=key).user
    now = timezone.now()
    with translation.override(user.interface_language):
        entries, _more = entries_between(user, now - FEED_BEFORE, now + FEED_AHEAD)
        events = [_event(entry, request, now) for entry in entries[-FEED_ENTRIES:]]
        content = calendar_file(events, product="Desk", name=_("Newsroom"))
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'inline; filename="newsroom.ics"'
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex"
    response["Referrer-Policy"] = "no-referrer"
    return response


def _event(entry, request, now):
    """The content lines of one entry."""
    return [
        f"UID:{entry.uid}@{request.get_host()}",
        f"DTSTAMP:{utc(now)}",
        f"DTSTART:{utc(entry.at)}",
        f"SUMMARY:{escape_text(_summary(entry))}",
        f"URL:{request.build_absolute_uri(entry.url)}",
        # It says when something happens, not that its reader is busy then.
        "TRANSP:TRANSPARENT",
    ]


def _summary(entry):
    facts = {"kind": entry.kind_label, "language": entry.language_name, "title": entry.title}
    if entry.language:
        return _("%(title)s (%(language)s, %(kind)s)") % facts
    return _("%(title)s (%(kind)s)") % facts


screens = [
    ("calendar/", calendar, "calendar"),
    ("calendar/address/", address, "calendar_address"),
    ("calendar/move/<str:label>/<int:pk>/<str:language>/", move, "calendar_move"),
]
