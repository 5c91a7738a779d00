"""
The translation board: every article (or page, …) in every language, and what is missing, late or at odds there.

What the words mean is said once, below: as conditions for the database, which
filter and count, and as functions about one item in hand, which fill a cell.
Both give the same answer.
"""

import operator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property, reduce
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.admin.sites import site
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    FilteredRelation,
    OuterRef,
    Prefetch,
    Q,
    Subquery,
    TextField,
    When,
    Window,
)
from django.db.models.functions import Cast, Coalesce
from django.http import HttpResponseRedirect
from django.urls import NoReverseMatch, reverse
from django.utils.text import capfirst
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext
from django.views.decorators.http import require_POST, require_safe

from desk.badges import state_badge
from desk.bulk import BulkReport
from desk.forms_board import WHAT, AssignForm, FilterForm
from desk.items import form_url, item_for, label_of, public_type_named, render_screen
from desk.reach import (
    EDITION_COLUMNS,
    clock,
    editions_of,
    open_task,
    reach_of,
    stale,
    title_columns,
)
from publishing import workflow
from publishing.clock import now
from publishing.languages import direction, language_codes, own_name
from publishing.models import Edition, LogEntry
from publishing.querysets import TAKEN_BACK, UNFINISHED
from publishing.registry import public_types

ROWS = 30
CONTRADICTIONS = 20

# What is counted above the table, language by language.
COUNTED = ("missing", "outdated", "review", "mine")


# --- What the words mean: conditions for the database --------------------------------


def any_of(conditions):
    """The condition that holds where one of these does."""
    return reduce(operator.or_, conditions, Q(pk__in=[]))


def has_title(language, *, path=""):
    """Items with a title in `language`."""
    return Q(**{f"{path}title_{language}__gt": ""})


def with_wanted(items):
    """Items, ready for `wanted_in`: SQLite cannot look into a JSON list, so it is read as text."""
    return items.alias(wanted=Cast("wanted_languages", TextField()))


def wanted_in(language):
    """Items that are wanted in `language`; those that name no language are wanted in all."""
    return Q(wanted="[]") | Q(wanted__contains=f'"{language}"')


def missing_in(language):
    """Items that are wanted in `language`, have no title there, and have one in their source language."""
    has_source = any_of(Q(source_language=code) & has_title(code) for code in language_codes())
    return wanted_in(language) & has_source & ~Q(source_language=language) & ~has_title(language)


def with_source(editions):
    """Editions joined with their item's edition in the source language (one row each), for `stale_beside_source`."""
    is_source = Q(item__editions__language=F("item__source_language"))
    return editions.annotate(source=FilteredRelation("item__editions", condition=is_source))


def stale_beside_source():
    """
    `desk.dashboard.stale` for editions joined with their source.

    PostgreSQL counts thousands by this join several times faster than by a
    subquery; to find a few, the subquery never goes wrong.
    """
    is_newer = Q(source__live__isnull=False, source__released_revision__gt=F("source_revision")) | Q(
        source__live=None, source__revision__gt=F("source_revision")
    )
    return is_newer & ~Q(language=F("item__source_language"))


# Below, `is_stale` is one of the two.


def outdated(is_stale):
    """Translations with a title, made from an older text than the source has now."""
    return any_of(Q(language=code) & has_title(code, path="item__") for code in language_codes()) & is_stale


def in_review():
    """Editions whose text, or changes to it, wait for somebody's approval."""
    return Q(review=Edition.Review.IN_REVIEW) & UNFINISHED


def condition(what, is_stale, *, user, moment):
    """The condition for editions of one of the kinds that the board filters by and counts, except "missing"."""
    conditions = {
        "outdated": outdated(is_stale),
        "review": in_review(),
        "mine": Q(assignee=user) & open_task(is_stale),
        "overdue": Q(due_at__lt=moment) & open_task(is_stale),
    }
    return conditions[what]


def in_state(state, moment):
    """Editions in a state by the clock, as `Edition.current_state` works it out."""
    states = Edition.State
    withdrawn = Q(withdraw_at__isnull=False, withdraw_at__lte=moment)
    standing = Q(live__isnull=False) & (Q(withdraw_at=None) | Q(withdraw_at__gt=moment))
    conditions = {
        states.WITHDRAWN: Q(live__isnull=False) & withdrawn,
        states.RETRACTED: standing & Q(retracted_at__isnull=False),
        states.SCHEDULED: standing & Q(retracted_at=None, publish_at__gt=moment),
        states.PUBLISHED: standing & Q(retracted_at=None, publish_at__lte=moment),
    }
    return conditions.get(state, Q(live=None, review=state))


def contradictions(public_type, moment):
    """What is `at_odds`, the newest first; annotates `in_all`, how many there are."""
    newest = Coalesce("being_updated_since", "source_gone_at").desc()
    return at_odds(public_type, moment).annotate(in_all=Window(Count("pk"))).order_by(newest, "-pk")


def at_odds(public_type, moment):
    """
    Public translations at odds with their source: it was corrected, withdrawn or retracted since.

    Whoever says that a translation is still right ends that, until the next time.
    Annotates when the source was taken back (`source_gone_at`) and how.
    """
    editions = public_type.edition_model.objects
    is_gone = Q(live__isnull=False) & (Q(withdraw_at__lte=moment) | Q(retracted_at__isnull=False))
    # Few sources are gone: the database finds them once, not for each translation.
    gone = editions.filter(TAKEN_BACK, is_gone, language=F("item__source_language"))
    source = editions.filter(is_gone, item=OuterRef("item"), language=OuterRef("item__source_language"))
    gone_at = Case(When(withdraw_at__lte=moment, then=F("withdraw_at")), default=F("retracted_at"))
    found_right = LogEntry.objects.filter(
        item_type=ContentType.objects.get_for_model(public_type.model),
        item_id=OuterRef("item_id"),
        language=OuterRef("language"),
        step="mark_current",
        at__gte=OuterRef("source_gone_at"),
    )
    return (
        editions_of(public_type)
        .published_in_any_language(at=moment)
        .exclude(language=F("item__source_language"))
        .annotate(
            source_gone_at=Subquery(source.annotate(gone_at=gone_at).values("gone_at")[:1]),
            source_withdrawn_at=Subquery(source.filter(withdraw_at__lte=moment).values("withdraw_at")[:1]),
        )
        .filter(
            Q(being_updated_since__isnull=False) | (Q(item__in=gone.order_by().values("item")) & ~Exists(found_right)),
            # Nothing else is looked at: these are few, and have an index of their own.
            item__in=editions.filter(TAKEN_BACK).values("item"),
        )
    )


# --- The same about one item in hand, with its editions prefetched ------------------


def is_wanted(item, language):
    """See `wanted_in`."""
    return language in (item.wanted_languages or language_codes())


def is_missing(item, language):
    """See `missing_in`."""
    return bool(
        language != item.source_language
        and is_wanted(item, language)
        and item.text_in("title", item.source_language)
        and not item.text_in("title", language)
    )


def is_stale(item, language):
    """Whether a translation, even one without a title yet, was made from an older text than the source has now."""
    edition, source = item.edition_in(language), item.edition_in(item.source_language)
    if edition is None or source is None or language == item.source_language:
        return False
    return edition.source_revision < source.text_needed_revision


def is_outdated(item, language):
    """See `outdated`."""
    return bool(item.text_in("title", language)) and is_stale(item, language)


def is_open(item, language):
    """Whether something is left to do for whoever has it; see `desk.reach.open_task`."""
    edition = item.edition_in(language)
    if edition is None or edition.retracted_at:
        return False
    return edition.has_news or is_stale(item, language)


def is_shown(edition):
    """Whether readers can read this edition now; a retracted one they cannot."""
    return bool(edition and edition.is_public and not edition.retracted_at)


def delay(item, language, moment):
    """
    How far a translation is behind its public source: a timedelta, or None where there is nothing to compare.

    Not public yet: since the source went out. Outdated: since the source's last public change.
    Up to date: how long after the source it went out, never below nothing.
    """
    edition, source = item.edition_in(language), item.edition_in(item.source_language)
    is_expected = is_missing(item, language) or item.text_in("title", language)
    if language == item.source_language or not is_shown(source) or not is_expected:
        return None
    if is_missing(item, language) or not is_shown(edition):
        return moment - source.publish_at
    if is_outdated(item, language):
        return moment - (source.updated_at or source.publish_at)
    return max(edition.publish_at - source.publish_at, timedelta())


def delay_in_hours(item, language, moment):
    """`delay` in whole hours, rounded down."""
    behind = delay(item, language, moment)
    return None if behind is None else int(behind.total_seconds() // 3600)


def status_of(item, language):
    """One word for a cell: "source", "missing", "outdated", "current", "later" (no source yet) or "unwanted"."""
    if language == item.source_language:
        return "source"
    if is_missing(item, language):
        return "missing"
    if item.text_in("title", language):
        return "outdated" if is_outdated(item, language) else "current"
    return "later" if is_wanted(item, language) else "unwanted"


STATUSES = {
    "source": gettext_lazy("source"),
    "missing": gettext_lazy("missing"),
    "outdated": gettext_lazy("outdated"),
    "current": gettext_lazy("up to date"),
    "later": gettext_lazy("no source text yet"),
    "unwanted": gettext_lazy("not wanted"),
}


# --- Rows and cells ---------------------------------------------------------------------


@dataclass
class Cell:
    """One language of one item, as the table shows it."""

    item: Any
    language: str
    moment: datetime
    may_change: bool

    @cached_property
    def edition(self):
        return self.item.edition_in(self.language)

    @property
    def name(self):
        return own_name(self.language)

    @property
    def value(self):
        """How the checkbox names it."""
        return f"{self.item.pk}:{self.language}"

    @cached_property
    def status(self):
        return status_of(self.item, self.language)

    @property
    def status_label(self):
        return STATUSES[self.status]

    @property
    def badge(self):
        return state_badge(self.edition)

    @property
    def age(self):
        if self.edition is None or self.edition.saved_at is None:
            return ""
        return _("saved %(age)s ago") % {"age": timesince(self.edition.saved_at, self.moment)}

    @property
    def delay(self):
        hours = delay_in_hours(self.item, self.language, self.moment)
        if hours is None:
            return ""
        if self.status == "current" and is_shown(self.edition):
            words = ngettext("out %(count)s hour after the source", "out %(count)s hours after the source", hours)
        else:
            words = ngettext("%(count)s hour behind the source", "%(count)s hours behind the source", hours)
        return words % {"count": hours}

    @property
    def assignee(self):
        return self.edition and self.edition.assignee

    @property
    def is_overdue(self):
        due_at = self.edition and self.edition.due_at
        return bool(due_at and due_at < self.moment and is_open(self.item, self.language))

    @property
    def due(self):
        if self.edition is None or self.edition.due_at is None:
            return ""
        words = _("overdue since %(time)s") if self.is_overdue else _("due on %(time)s")
        return words % {"time": clock(self.edition.due_at)}

    @property
    def url(self):
        """Where somebody works on it: a translation beside its source, anything else in the form."""
        return text_screen(self.item, self.language) if self.may_change else form_url(self.item, self.language)

    @property
    def link_label(self):
        if not self.may_change:
            return pgettext("verb", "Read")
        labels = {"missing": _("Translate"), "outdated": _("Bring up to date")}
        return labels.get(self.status) or pgettext("verb", "Open")


def text_screen(item, language):
    """The translation screen of a text; the form for a source."""
    if language == item.source_language:
        return form_url(item, language)
    try:
        return reverse("admin:desk_translate", args=[label_of(item), item.pk, language])
    except NoReverseMatch:
        return form_url(item, language)


class Contradiction:
    """A public translation at odds with its source, and what happened."""

    def __init__(self, edition, reach):
        self.edition, self.item, self.language = edition, edition.item, edition.language
        self.may_change = reach.covers(self.item, self.language)

    @property
    def name(self):
        return own_name(self.language)

    @property
    def dir(self):
        return direction(self.language)

    @property
    def translated_title(self):
        return self.item.text_in("title", self.language)

    @property
    def what_happened(self):
        edition = self.edition
        if edition.source_withdrawn_at:
            return _("The source was withdrawn on %(time)s; readers still see this translation.") % {
                "time": clock(edition.source_withdrawn_at)
            }
        if edition.source_gone_at:
            return _("The source was retracted on %(time)s; readers still see this translation.") % {
                "time": clock(edition.source_gone_at)
            }
        return _("The source changed; since %(time)s readers are told that this translation is being updated.") % {
            "time": clock(edition.being_updated_since)
        }

    @property
    def url(self):
        return text_screen(self.item, self.language) if self.may_change else form_url(self.item, self.language)

    @property
    def dismiss_url(self):
        return reverse("admin:desk_board_dismiss", args=[label_of(self.item), self.item.pk, self.language])


# --- The board ----------------------------------------------------------------------------


class Board:
    """What one person sees of one type, with what they chose to see."""

    def __init__(self, user, query):
        """`query`: the address's. Raises `Http404` for no type, `PermissionDenied` for one that is not theirs."""
        self.user, self.moment = user, now()
        self.types = types_of(user)
        self.public_type = public_type_named(query["type"]) if query.get("type") else next(iter(self.types), None)
        if self.public_type not in self.types:
            raise PermissionDenied
        self.reach = reach_of(user, self.public_type.model, "change")
        self.filter_form = FilterForm(query, sections=self._section_choices() if self.reach.has_sections else None)
        self.chosen = self.filter_form.chosen
        self.page_number = query.get("page")

    # What can be chosen

    @cached_property
    def sections(self):
        """Number → section, as they lie below one another; none for a type that knows no sections."""
        if not self.reach.has_sections:
            return {}
        rows = self.public_type.model._meta.get_field("category").related_model.objects.all()
        rows = rows.with_tree_fields() if hasattr(rows, "with_tree_fields") else rows
        return {section.pk: section for section in rows}

    def _section_choices(self):
        depths = {number: getattr(section, "tree_depth", 0) for number, section in self.sections.items()}
        return [(str(number), f"{'– ' * depths[number]}{section}") for number, section in self.sections.items()]

    @property
    def languages(self):
        """The table's columns."""
        language = self.chosen.get("language")
        return [language] if language else language_codes()

    def url(self, **changes):
        """The address of the board with something else chosen; None takes a choice away."""
        facts = {"type": self.public_type.label} | self.chosen | changes
        return f"{reverse('admin:desk_board')}?{urlencode({name: value for name, value in facts.items() if value})}"

    # Rows

    def items(self):
        """All items that this person has, out of the trash, as far as lists need them: never a body."""
        sections = ["category"] if self.reach.has_sections else []
        items = self.public_type.model.objects.filter(self.reach.items(), trashed_at=None)
        return items.only("source_language", "wanted_languages", *title_columns(), *sections)

    def in_section(self, rows, path=""):
        """Rows of the chosen section and of those below it."""
        return rows if self._section_numbers is None else rows.filter(**{f"{path}category__in": self._section_numbers})

    @cached_property
    def _section_numbers(self):
        section = self.sections.get(int(self.chosen.get("section", 0)))
        if section is None:
            return None
        below = section.descendants(include_self=True) if hasattr(section, "descendants") else [section]
        return [row.pk for row in below]

    @cached_property
    def page(self):
        rows = with_wanted(self.in_section(self.items())).filter(self._matches()).order_by("-pk")
        page = Paginator(rows, ROWS).get_page(self.page_number)
        editions = self.public_type.edition_model.objects.select_related("assignee")
        names = (*EDITION_COLUMNS, "item", "updated_at", "assignee__username", "assignee__display_name")
        page.object_list = page.object_list.prefetch_related(Prefetch("editions", editions.only(*names)))
        return page

    def _matches(self):
        """The condition for items of which some language is as the filters ask."""
        what, state, language = (self.chosen.get(name) for name in ("what", "state", "language"))
        if what == "missing":
            return any_of(missing_in(code) & self._has_edition_in(state, code) for code in self.languages)
        if what or state:
            return Q(self._some_edition(self._is(what), self._is_in(state), language__in=self.languages))
        return wanted_in(language) | has_title(language) if language else Q()

    def _is(self, what):
        is_stale = stale(self.public_type)
        return condition(what, is_stale, user=self.user, moment=self.moment) if what else Q()

    def _is_in(self, state):
        return in_state(state, self.moment) if state else Q()

    def _has_edition_in(self, state, language):
        return Q(self._some_edition(self._is_in(state), language=language)) if state else Q()

    def _some_edition(self, *conditions, **facts):
        editions = self.public_type.edition_model.objects
        return Exists(editions.filter(*conditions, item=OuterRef("pk"), **facts))

    @cached_property
    def rows(self):
        return [self._row(item) for item in self.page]

    def _row(self, item):
        return {
            "item": item,
            "url": form_url(item, item.source_language),
            "source_name": own_name(item.source_language),
            "section": self.sections.get(item.category_id) if self.reach.has_sections else None,
            "cells": [
                Cell(item, language, self.moment, self.reach.covers(item, language)) for language in self.languages
            ],
        }

    # Counts

    @cached_property
    def counts(self):
        """Language → {"missing": …, "outdated": …, "review": …, "mine": …}, of the chosen section. Two queries."""
        missing = with_wanted(self.in_section(self.items())).aggregate(
            **{f"missing_{code}": Count("pk", filter=missing_in(code)) for code in language_codes()}
        )
        counts = {
            code: dict.fromkeys(COUNTED, 0) | {"missing": missing[f"missing_{code}"]} for code in language_codes()
        }
        names = [name for name in COUNTED if name != "missing"]
        editions = with_source(editions_of(self.public_type)).filter(self.reach.editions(in_any_language=True))
        editions = self.in_section(editions.filter(language__in=language_codes()), "item__")
        found = editions.values("language").order_by()
        is_stale = stale_beside_source()
        conditions = {name: condition(name, is_stale, user=self.user, moment=self.moment) for name in names}
        for row in found.annotate(**{name: Count("pk", filter=conditions[name]) for name in names}):
            counts[row["language"]] |= {name: row[name] for name in names}
        return counts

    @property
    def count_links(self):
        """The counts as links to the rows behind them, language by language."""
        labels = dict(WHAT)
        return [
            {
                "code": code,
                "name": own_name(code),
                "dir": direction(code),
                "links": [
                    {
                        "label": labels[name],
                        "count": self.counts[code][name],
                        "url": self.url(language=code, what=name, state=None),
                        "is_chosen": (self.chosen.get("language"), self.chosen.get("what")) == (code, name),
                    }
                    for name in COUNTED
                ],
            }
            for code in language_codes()
        ]

    # Contradictions

    @cached_property
    def contradictions(self):
        columns = (*EDITION_COLUMNS, "item", "item__source_language", *(f"item__{name}" for name in title_columns()))
        section = ["item__category"] if self.reach.has_sections else []
        found = contradictions(self.public_type, self.moment).filter(self.reach.editions(in_any_language=True))
        found = found.select_related(None).select_related("item").only(*columns, *section)
        return [Contradiction(edition, self.reach) for edition in found[:CONTRADICTIONS]]

    @property
    def contradiction_count(self):
        return self.contradictions[0].edition.in_all if self.contradictions else 0

    # Giving texts to people

    def assign(self, texts, facts):
        """Gives each of the texts, (number, language), to somebody by `workflow.assign`; returns the report."""
        report = BulkReport()
        items = self.items().in_bulk({number for number, _language in texts})
        for number, language in texts:
            if number in items:
                report.try_to(workflow.assign, items[number], language, self.user, facts)
            else:
                report.refusals.append(
                    (f"{number}", language, _("It is not there any more, or in none of your sections."))
                )
        return report


def types_of(user):
    """The public types of which somebody may change something, what is used every day first."""
    kinds = sorted(public_types(), key=lambda kind: site.app_order.index(kind.model._meta.app_label))
    return [kind for kind in kinds if reach_of(user, kind.model, "change")]


# --- Screens ---------------------------------------------------------------------------------


@require_safe
def board(request):
    """The table."""
    return _render(request, Board(request.user, request.GET), AssignForm(user=request.user))


@require_POST
def assign(request):
    """Gives the chosen texts to somebody. What cannot be done is told, and the rest is done."""
    shown = Board(request.user, request.GET)
    form = AssignForm(request.POST, user=request.user)
    if not form.is_valid():
        return _render(request, shown, form)
    report = shown.assign(form.cleaned_data["texts"], form.facts())
    report.tell(request)
    if not report.done:
        return _render(request, shown, form)
    return HttpResponseRedirect(_back(request))


@require_POST
def dismiss(request, label, pk, language):
    """Says that a translation is still right for its source."""
    item = item_for(request.user, label, pk, language, action="change")
    expected = request.POST.get("expected") or None
    try:
        edition = workflow.mark_current(item, language=language, by=request.user, expected=expected)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return HttpResponseRedirect(_back(request))
    facts = {"title": item.working_title, "language": own_name(language)}
    if edition.being_updated_since:
        words = _("“%(title)s” (%(language)s) has changes that are not public. Readers see the hint until they are.")
        messages.warning(request, words % facts)
    else:
        messages.success(request, _("“%(title)s” (%(language)s) counts as right for its source.") % facts)
    return HttpResponseRedirect(_back(request))


def _back(request):
    """The board as it was when the form was sent: its choices stand in the address."""
    return f"{reverse('admin:desk_board')}?{request.GET.urlencode()}"


def _render(request, shown, form):
    meta = shown.public_type.model._meta
    context = {
        "board": shown,
        "form": form,
        "chosen_texts": form["texts"].value() or [] if form.is_bound else [],
        "languages": [{"code": code, "name": own_name(code), "dir": direction(code)} for code in shown.languages],
        "types": [
            {
                "label": capfirst(kind.model._meta.verbose_name_plural),
                "url": f"{reverse('admin:desk_board')}?{urlencode({'type': kind.label})}",
                "is_chosen": kind == shown.public_type,
            }
            for kind in shown.types
        ],
        "type_name": capfirst(meta.verbose_name),
        "clear_url": f"{reverse('admin:desk_board')}?{urlencode({'type': shown.public_type.label})}",
        "query": shown.url(page=shown.page_number).partition("?")[2],
        "previous_url": shown.url(page=shown.page.number - 1) if shown.page.has_previous() else "",
        "next_url": shown.url(page=shown.page.number + 1) if shown.page.has_next() else "",
    }
    return render_screen(request, "desk/board.html", context, title=_("Translation board"))


screens = [
    ("board/", board, "board"),
    ("board/assign/", assign, "board_assign"),
    ("<str:label>/<int:pk>/<str:language>/still-right/", dismiss, "board_dismiss"),
]
