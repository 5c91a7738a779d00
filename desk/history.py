"""A text's history: every version and step, the difference between any two, and the way back to an earlier one."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accounts.models import User
from desk.badges import state_badge
from desk.diff import word_difference
from desk.items import form_url, item_for, label_of, render_screen, text_url
from desk.reach import clock
from publishing import workflow
from publishing.clock import now
from publishing.fields import is_html
from publishing.languages import direction, language_codes, own_name
from publishing.models import Edition, LogEntry, Version
from publishing.registry import public_type_of
from publishing.slugs import slugify

PER_PAGE = 30
LIVE, WORKING = "live", "working"


# --- The history ----------------------------------------------------------------


def history(request, label, pk, language):
    """Every version of one language, the newest first, with the steps between them."""
    item = item_for(request.user, label, pk, language)
    edition = item.edition_in(language)
    versions = _versions(item, language).defer(*item.texts(language)).select_related("created_by")
    page = Paginator(versions, PER_PAGE).get_page(request.GET.get("page"))
    context = _frame(item, language) | {
        "edition": edition,
        "badge": state_badge(edition),
        "page": page,
        "rows": _rows(item, language, page),
        "languages": [_tab(item, code, language) for code in language_codes()],
        "may_restore": workflow.may(request.user, item, language, "change"),
    }
    title = _("History: %(language)s") % {"language": own_name(language)}
    return render_screen(request, "desk/history.html", context, title=title)


def _tab(item, code, current):
    return {
        "code": code,
        "name": own_name(code),
        "dir": direction(code),
        "url": text_url("history", item, code),
        "is_current": code == current,
        "badge": state_badge(item.edition_in(code)),
    }


def _versions(item, language):
    model = public_type_of(type(item)).version_model
    return model.objects.filter(edition__item=item, edition__language=language).order_by("-number")


def _rows(item, language, page):
    """Versions and steps woven by time. A step that made a version stands in that version's row."""
    numbers = {version.number for version in page}
    of_version, alone = defaultdict(list), []
    for step in _steps(item, language, page):
        (of_version[step.version_number] if step.version_number in numbers else alone).append(step)
    edition = item.edition_in(language)
    rows = [_version_row(edition, version, of_version[version.number]) for version in page]
    for place, row in enumerate(rows[:2]):
        row["is_default"] = ("after", "before")[place]
    rows += [{"at": step.at, "order": (step.at, 1, step.pk), "step": _step_row(step)} for step in alone]
    return sorted(rows, key=lambda row: row["order"], reverse=True)


def _steps(item, language, page):
    """The steps that were taken while the versions of this page were the newest."""
    kind = ContentType.objects.get_for_model(item)
    # A restored text has a version of its own that says so.
    steps = LogEntry.objects.filter(item_type=kind, item_id=item.pk, language=language).exclude(step="restore")
    if page.has_next():
        steps = steps.filter(at__gte=page[-1].created_at)
    if page.has_previous():
        newer = page.paginator.object_list[page.start_index() - 2]
        steps = steps.filter(at__lt=newer.created_at)
    return steps.select_related("by")


def _version_row(edition, version, steps):
    return {
        "at": version.created_at,
        "order": (version.created_at, 0, version.number),
        "version": version,
        "is_released": version.kind in Version.RELEASED,
        "mark": _mark(edition, version),
        "public_note": _public_note(version),
        "steps": [_step_row(step) for step in steps],
        # 0: there is none before it.
        "previous": version.number - 1,
    }


def _step_row(step):
    states = dict(Edition.State.choices)
    changed = step.state_from != step.state_to
    return {
        "entry": step,
        "state_from": states.get(step.state_from, "") if changed else "",
        "state_to": states.get(step.state_to, "") if changed else "",
    }


def _mark(edition, version):
    """What this version is to readers now: kind and words, or None when it is nothing to them."""
    if edition.upcoming_id == version.pk and edition.upcoming_at > now():
        return "scheduled", _("goes out %(time)s") % {"time": clock(edition.upcoming_at)}
    if edition.current_state == Edition.State.SCHEDULED and edition.live_id == version.pk:
        return "scheduled", _("goes out %(time)s") % {"time": clock(edition.publish_at)}
    if edition.is_public and edition.version.pk == version.pk:
        return "published", _("readers see this now")
    return None


def _public_note(version):
    """What readers are told about it, if anything."""
    if version.kind == Version.Kind.CORRECTION and version.corrections:
        return version.corrections[0]["note"]
    return version.retraction_note


# --- The difference between two -------------------------------------------------


@dataclass(frozen=True)
class Side:
    """One of two texts that are compared: what it is, if it is more than a number, and its words by field."""

    name: str
    texts: dict
    at: datetime | None
    author: User | None
    version: Version | None = None


def compare(request, label, pk, language):
    """What differs between two texts of one language, word by word."""
    item = item_for(request.user, label, pk, language)
    before = _side(item, language, request.GET.get("before", LIVE))
    after = _side(item, language, request.GET.get("after", WORKING))
    may_restore = workflow.may(request.user, item, language, "change")
    context = _frame(item, language) | _difference(item, before, after) | {"may_restore": may_restore}
    title = _("Differences: %(language)s") % {"language": own_name(language)}
    return render_screen(request, "desk/compare.html", context, title=title)


def _side(item, language, which):
    """The text that an address names: a number, "live" or "working". Raises `Http404` for anything else."""
    edition = item.edition_in(language)
    if edition is None:
        raise Http404("nothing was saved in this language")
    if which == WORKING:
        name = _("What is written now")
        return Side(name, _working_texts(item, language), at=edition.saved_at, author=edition.saved_by)
    if which == LIVE:
        return _version_side(item, language, edition.version, _live_name(edition))
    number = int(which) if which.isdecimal() and len(which) < 10 else 0
    return _version_side(item, language, _versions(item, language).filter(number=number).first())


def _version_side(item, language, version, name=""):
    if version is None:
        raise Http404("no such version")
    texts = {field: getattr(version, field) for field in item.texts(language)}
    return Side(
        name,
        _with_slug(texts, language),
        at=version.created_at,
        author=version.created_by,
        version=version,
    )


def _live_name(edition):
    if edition.is_public:
        return _("What readers see now")
    if edition.current_state == Edition.State.SCHEDULED:
        return _("What readers will see")
    return _("What readers saw last")


def _working_texts(item, language):
    return _with_slug(item.texts(language), language)


def _with_slug(texts, language):
    # Released versions keep the address words that were made from the title; nobody typed those.
    return texts | {"slug": texts["slug"] or slugify(texts["title"], language)}


def _difference(item, before, after, without=()):
    """For the template: the fields that differ, and the names of those that do not."""
    changed, unchanged = [], []
    for name, text in after.texts.items():
        if name in without:
            continue
        label = str(capfirst(item._meta.get_field(name).verbose_name))
        if _is_same(before.texts[name], text):
            unchanged.append(label)
        else:
            rich = is_html(type(item), name)
            changed.append({"label": label, "html": word_difference(before.texts[name], text, rich=rich)})
    return {"before": before, "after": after, "sides": [before, after]} | {
        "changed": changed,
        "unchanged": _(", ").join(unchanged),
    }


def _is_same(before, after):
    return before.strip().splitlines() == after.strip().splitlines()


# --- The way back ---------------------------------------------------------------


def restore(request, label, pk, language, number):
    """Shows what restoring an earlier version would change, and does it: as a new save, so that nothing is lost."""
    item = item_for(request.user, label, pk, language, action="change")
    version = get_object_or_404(_versions(item, language).exclude(kind=Version.Kind.RETRACTION), number=number)
    problem = ""
    if request.method == "POST":
        try:
            _restore(item, language, version, by=request.user, expected=request.POST.get("expected"))
        except ValidationError as error:
            problem = " ".join(error.messages)
            item = item_for(request.user, label, pk, language, action="change")
        else:
            facts = {"number": version.number, "language": own_name(language)}
            messages.success(request, _("The text in %(language)s is again as it was in no. %(number)s.") % facts)
            return HttpResponseRedirect(form_url(item, language))
    return _ask_to_restore(request, item, language, version, problem)


@transaction.atomic
def _restore(item, language, version, *, by, expected):
    # The form locks the item before it saves, so nobody's save slips in after the comparison.
    item = type(item).objects.select_for_update().prefetch_related("editions").get(pk=item.pk)
    if item.edition_in(language).seal != expected:
        raise ValidationError(
            _("Somebody changed this text, or took a step with it, after you opened this page. Nothing was restored. "
              "The difference below is the new one: look at it again.")
        )  # fmt: skip
    workflow.restore(item, language=language, by=by, version=version)


def _ask_to_restore(request, item, language, version, problem):
    before, after = _side(item, language, WORKING), _version_side(item, language, version)
    # Restoring leaves the words in the address as they are.
    context = _frame(item, language) | _difference(item, before, after, without=["slug"])
    context |= {"version": version, "edition": item.edition_in(language), "problem": problem}
    facts = {"number": version.number, "language": own_name(language)}
    title = _("Restore no. %(number)s in %(language)s?") % facts
    return render_screen(request, "desk/restore.html", context, title=title)


def _frame(item, language):
    """What the three screens have in common."""
    return {
        "opts": item._meta,
        "item": item,
        "label": label_of(item),
        "language": language,
        "dir": direction(language),
        "back_url": form_url(item, language),
        "history_url": text_url("history", item, language),
    }


screens = [
    ("history/<str:label>/<int:pk>/<str:language>/", history, "history"),
    ("compare/<str:label>/<int:pk>/<str:language>/", compare, "compare"),
    ("restore/<str:label>/<int:pk>/<str:language>/<int:number>/", restore, "restore"),
]
