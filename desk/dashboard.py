"""
The first screen of the desk: what waits for whoever is signed in, and what happens around them.

It is made of blocks. Each asks one question of the editions of each public
type; the same question answers the block's own list ("see all").
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.contrib.admin.sites import site
from django.db.models import Case, Count, F, Q, Subquery, When, Window
from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from desk.badges import state_badge
from desk.board import at_odds, in_review
from desk.items import form_url, render_screen
from desk.reach import clock, editions_of, light, open_task, reach_of, source_of, stale
from publishing.languages import own_name
from publishing.models import Edition
from publishing.querysets import OUT, UNFINISHED
from publishing.registry import public_types

ROWS = 8
# "See all" shows no more than this of each type.
ALL_ROWS = 200

# --- The blocks ------------------------------------------------------------------


def _drafts(editions, user, public_type, moment):
    return editions.filter(UNFINISHED & (Q(saved_by=user) | Q(item__created_by=user)))


def _review(editions, user, public_type, moment):
    reach = reach_of(user, public_type.model, "approve")
    return editions.filter(in_review(), reach.editions())


def _tasks(editions, user, public_type, moment):
    return editions.filter(open_task(stale(public_type)), assignee=user)


def _scheduled(editions, user, public_type, moment):
    goes_out = Q(state=Edition.State.SCHEDULED, live__isnull=False, publish_at__gt=moment)
    return editions.filter(goes_out | Q(upcoming__isnull=False, upcoming_at__gt=moment))


def _published(editions, user, public_type, moment):
    return editions.published_in_any_language(at=moment).filter(OUT)


def _contradictions(editions, user, public_type, moment):
    return editions.filter(pk__in=at_odds(public_type, moment).values("pk"))


def _saved_note(edition, moment):
    return _("saved on %(time)s") % {"time": clock(edition.saved_at)} if edition.saved_at else ""


def _task_note(edition, moment):
    if edition.due_at is None:
        return _("no due date")
    facts = {"time": clock(edition.due_at)}
    return _("overdue since %(time)s") % facts if edition.due_at < moment else _("due on %(time)s") % facts


def _scheduled_note(edition, moment):
    if edition.upcoming_id:
        return _("changes go out on %(time)s") % {"time": clock(edition.upcoming_at)}
    return _("goes out on %(time)s") % {"time": clock(edition.publish_at)}


def _published_note(edition, moment):
    return _("published on %(time)s") % {"time": clock(edition.publish_at)}


def _contradiction_note(edition, moment):
    if edition.source_retracted_at:
        return _("The source was retracted, this translation is public.")
    if edition.source_withdrawn_at and edition.source_withdrawn_at <= moment:
        return _("The source was withdrawn, this translation is public.")
    return _("The source was corrected; readers see that this page is being updated.")


@dataclass(frozen=True)
class Block:
    """One block: which editions stand in it, in which order, and what is said of each."""

    name: str
    title: Any
    empty: Any
    choose: Callable
    moment: Any
    note: Callable
    newest_first: bool = False
    # Whether the moment of each is known.
    is_always_timed: bool = False
    # Without it, anybody may see it; with it, only those who may do this to something.
    action: str = ""
    # Counting what is public means going through all of it.
    has_count: bool = True
    # What to do when it is empty: the name of another block, "calendar", or "" for writing something new.
    next_step: str = ""
    facts: Callable = field(default=lambda public_type: {})


def _source_facts(public_type):
    source = source_of(public_type)
    return {
        "source_withdrawn_at": Subquery(source.values("withdraw_at")[:1]),
        "source_retracted_at": Subquery(source.values("retracted_at")[:1]),
    }


BLOCKS = (
    Block(
        "drafts",
        gettext_lazy("My drafts"),
        gettext_lazy("Nothing of yours is unfinished."),
        _drafts,
        lambda: F("saved_at"),
        _saved_note,
        newest_first=True,
    ),
    Block(
        "review",
        gettext_lazy("Waiting for my review"),
        gettext_lazy("Nothing waits for you."),
        _review,
        lambda: F("saved_at"),
        _saved_note,
        action="approve",
    ),
    Block(
        "tasks",
        gettext_lazy("My translations and tasks"),
        gettext_lazy("Nobody has given you anything that is still open."),
        _tasks,
        lambda: F("due_at"),
        _task_note,
        next_step="calendar",
    ),
    Block(
        "scheduled",
        gettext_lazy("Scheduled"),
        gettext_lazy("Nothing is scheduled."),
        _scheduled,
        lambda: Case(When(upcoming__isnull=False, then=F("upcoming_at")), default=F("publish_at")),
        _scheduled_note,
        next_step="drafts",
    ),
    Block(
        "published",
        gettext_lazy("Newly published"),
        gettext_lazy("Nothing is public yet."),
        _published,
        lambda: F("publish_at"),
        _published_note,
        newest_first=True,
        is_always_timed=True,
        has_count=False,
    ),
    Block(
        "contradictions",
        gettext_lazy("Translations at odds with their source"),
        gettext_lazy("No public translation contradicts its source."),
        _contradictions,
        lambda: Case(When(being_updated_since__isnull=False, then=F("being_updated_since")), default=F("publish_at")),
        _contradiction_note,
        newest_first=True,
        next_step="published",
        facts=_source_facts,
    ),
)


class FilledBlock:
    """A block as one person sees it now: at most `limit` rows."""

    def __init__(self, block, user, *, moment, limit=ROWS):
        self.block, self.user, self.moment, self.limit = block, user, moment, limit
        self.name, self.title, self.empty = block.name, block.title, block.empty

    @property
    def is_shown(self):
        """Whether it makes sense for this person at all."""
        action = self.block.action
        return not action or any(reach_of(self.user, kind.model, action) for kind in public_types())

    @cached_property
    def _found(self):
        """Editions of each type, cut to the limit."""
        return [list(self._of_type(public_type)) for public_type in public_types()]

    def _of_type(self, public_type):
        reach = reach_of(self.user, public_type.model, "view")
        if not reach:
            return []
        block = self.block
        # One query gives the first rows and how many there are in all.
        facts = block.facts(public_type) | ({"in_all": Window(Count("pk"))} if block.has_count else {})
        # Where the nulls go is said only where there are any: the index of what was published says nothing of it.
        nulls_last = None if block.is_always_timed else True
        moment = F("moment")
        order = moment.desc(nulls_last=nulls_last) if block.newest_first else moment.asc(nulls_last=nulls_last)
        editions = editions_of(public_type).filter(reach.editions(in_any_language=True))
        return (
            light(block.choose(editions, self.user, public_type, self.moment))
            .annotate(moment=block.moment(), **facts)
            .order_by(order, "-pk")[: self.limit]
        )

    @cached_property
    def rows(self):
        editions = [edition for editions in self._found for edition in editions]
        editions.sort(key=self._place)
        return [self._row(edition) for edition in editions[: self.limit]]

    def _place(self, edition):
        seconds = (edition.moment or datetime.fromtimestamp(0, UTC)).timestamp()
        return edition.moment is None, -seconds if self.block.newest_first else seconds

    def _row(self, edition):
        note = self.block.note(edition, self.moment)
        return {
            "title": edition.item.working_title,
            "url": form_url(edition.item, edition.language),
            "language": edition.language,
            "language_name": own_name(edition.language),
            "type": capfirst(edition.item._meta.verbose_name),
            "state": state_badge(edition),
            "note": note,
            "is_overdue": self.name == "tasks" and bool(edition.due_at and edition.due_at < self.moment),
        }

    @property
    def count(self):
        """How many there are in all; None where they are not counted."""
        if not self.block.has_count:
            return None
        return sum(editions[0].in_all for editions in self._found if editions)

    @property
    def all_url(self):
        return reverse("admin:desk_list", args=[self.name])


def quick_actions(user):
    """What somebody may begin: a link per type, what is used every day first."""
    actions = []
    for public_type in sorted(public_types(), key=lambda kind: site.app_order.index(kind.model._meta.app_label)):
        meta = public_type.model._meta
        if user.has_perm(f"{meta.app_label}.add_{meta.model_name}"):
            url = reverse(f"admin:{meta.app_label}_{meta.model_name}_add")
            actions.append({"label": _("New: %(type)s") % {"type": meta.verbose_name}, "url": url})
    return actions


def next_step(block, actions):
    """Where to go from an empty block: a label and an address, or None."""
    if block.next_step == "calendar":
        return {"label": _("See what is planned"), "url": reverse("admin:desk_calendar")}
    if block.next_step:
        other = next(other for other in BLOCKS if other.name == block.next_step)
        return {"label": other.title, "url": reverse("admin:desk_list", args=[other.name])}
    return actions[0] if actions else None


def dashboard_context(request):
    """What templates/desk/dashboard.html shows; the admin's index adds it to its own."""
    moment = timezone.now()
    actions = quick_actions(request.user)
    blocks = [FilledBlock(block, request.user, moment=moment) for block in BLOCKS]
    today = timezone.localtime(moment)
    return {
        "greeting": _("Hello, %(name)s. Today is %(weekday)s, %(date)s.")
        % {"name": request.user, "weekday": date_format(today, "l"), "date": date_format(today, "DATE_FORMAT")},
        "quick_actions": actions,
        "blocks": [
            {"filled": filled, "next_step": next_step(filled.block, actions)} for filled in blocks if filled.is_shown
        ],
    }


def block_list(request, name):
    """Everything that stands in one block."""
    block = next((block for block in BLOCKS if block.name == name), None)
    if block is None:
        raise Http404("no such block")
    filled = FilledBlock(block, request.user, moment=timezone.now(), limit=ALL_ROWS)
    is_cut = len(filled.rows) == ALL_ROWS
    return render_screen(
        request,
        "desk/dashboard_list.html",
        {"filled": filled, "next_step": next_step(block, quick_actions(request.user)), "is_cut": is_cut},
        title=block.title,
    )


screens = [("list/<str:name>/", block_list, "list")]
