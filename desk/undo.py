"""
Undoing what an account did in the last hours: listed first, then taken back part by part.

For the day on which an account was taken over. Each part is undone by the
function of the workflow that anybody would use, in a transaction of its own:
one that cannot be undone says why and stops none of the others. What somebody
else changed afterwards is left alone. It works in a lock-down, too: see
`publishing.workflow.revert`.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts import audit
from accounts.models import AuditEntry, Invitation, User
from accounts.standing import is_above
from accounts.workflow import revoke_invitation
from desk.items import form_url, label_of, render_screen
from desk.templatetags.desk_tags import step_name
from publishing import workflow
from publishing.languages import language_codes, own_name
from publishing.models import LogEntry, Version
from publishing.past import shown_before
from publishing.registry import public_types

HOURS = (1, 6, 24, 72, 168)
# How many entries of each log are looked at, at most.
MOST = 300

# Steps that change what readers see, now or later. Whoever cancels a plan only makes it less.
_MOVES = frozenset({"publish", "schedule", "reschedule", "withdraw", "plan_withdrawal", "retract", "revert", "wait"})
_PUBLIC_STEPS = _MOVES | {"unschedule"}
_PLANS = frozenset({"schedule", "reschedule", "plan_withdrawal", "wait"})
_TEXT_KINDS = (Version.Kind.SAVE, Version.Kind.RESTORE)
# What an account does to come in and go, and what is listed by itself.
_NOT_BY_HAND = (
    "account.signed_in", "account.signed_out", "account.sign_in_failed", "account.sign_in_throttled",
    "account.sessions_ended", "account.undone", "invitation.sent", "invitation.resent", "invitation.revoked",
)  # fmt: skip


@dataclass
class Deed:
    """Something that an account did and that can be undone; with an `obstacle` it is only told of."""

    key: str
    title: str
    url: str
    language: str
    at: datetime
    what: str
    proposal: str = ""
    obstacle: str = ""
    undo: Callable[[Any], None] | None = None

    @property
    def language_name(self):
        return own_name(self.language) if self.language else ""


@dataclass
class Deeds:
    """All that an account did since a moment: what can be undone here, and what to look at by hand."""

    groups: list = field(default_factory=list)
    by_hand: list = field(default_factory=list)
    is_cut: bool = False

    def all(self):
        """In the order in which they are undone: out of the trash first, then texts, then what is public."""
        return [deed for _name, deeds in self.groups for deed in deeds]

    @property
    def can_undo(self):
        return any(not deed.obstacle for deed in self.all())


# --- What an account did ----------------------------------------------------------


def deeds_of(person, since):
    """What `person` did since a moment (`Deeds`)."""
    steps = list(LogEntry.objects.filter(by=person, at__gte=since).order_by("-at", "-pk")[: MOST + 1])
    texts = _of_kind(steps)
    by_hand = _by_hand(person, since)
    groups = [
        (_("Moved to the trash"), _trashed(person, texts)),
        (_("Texts that were changed"), _written(person, since)),
        (_("What readers see, or would have seen"), _public(person, texts)),
        (_("Invitations"), _invited(person, since)),
    ]
    found = [(name, list(deeds)) for name, deeds in groups]
    found = [(name, deeds) for name, deeds in found if deeds]
    return Deeds(found, by_hand[:MOST], is_cut=len(steps) > MOST or len(by_hand) > MOST)


def _of_kind(steps):
    """Public type → number of the item → its steps, the oldest first."""
    types = {ContentType.objects.get_for_model(one.model).pk: one for one in public_types()}
    found = defaultdict(lambda: defaultdict(list))
    for step in reversed(steps[:MOST]):
        if step.item_type_id in types:
            found[types[step.item_type_id]][step.item_id].append(step)
    return {
        public_type: (public_type.model.objects.prefetch_related("editions").in_bulk(items), items)
        for public_type, items in found.items()
    }


def _trashed(person, texts):
    for items, steps_of in texts.values():
        for pk, steps in steps_of.items():
            item, trashed = items.get(pk), [step for step in steps if step.step == "trash"]
            if item and trashed and item.trashed_at and item.trashed_by_id == person.pk:
                yield _deed("trash", item, "", trashed, _("take it out of the trash"), undo=_out_of_trash(item))


def _out_of_trash(item):
    return lambda by: workflow.take_from_trash(_fresh(item), by=by)


def _public(person, texts):
    for items, steps_of in texts.values():
        for pk, steps in steps_of.items():
            by_language = defaultdict(list)
            for step in steps:
                if step.step in _PUBLIC_STEPS:
                    by_language[step.language].append(step)
            for language, taken in by_language.items():
                if item := items.get(pk):
                    yield _public_deed(person, item, language, taken)


def _public_deed(person, item, language, steps):
    """What became of one language by these steps, and how readers see again what they saw before."""
    edition = item.edition_in(language)
    if edition is None:
        return _deed("public", item, language, steps, obstacle=_as_before())
    later = _moved_afterwards(person, item, language, steps[-1])
    if later is not None:
        return _deed("public", item, language, steps, obstacle=_changed_afterwards(later.by))
    before = shown_before(item, language, steps[0].at)
    shown = edition.version.number if edition.is_public else None
    planned = any(step.step in _PLANS for step in steps) and _has_plan(edition)
    if shown == before:
        return _unplanned(item, language, steps) if planned else _nothing_left(item, language, steps)
    if before is None:
        return _deed("public", item, language, steps, _("withdraw it"), undo=_withdraw(item, language))
    version = edition.versions.get(number=before)
    if version.is_retraction:
        return _deed("public", item, language, steps, obstacle=_("It was retracted before: retract it again by hand."))
    proposal = _("show readers no. %(number)s again, which they saw before") % {"number": before}
    return _deed("public", item, language, steps, proposal, undo=_revert(item, language, version))


def _has_plan(edition):
    is_scheduled = edition.current_state == edition.State.SCHEDULED
    return bool(edition.upcoming_id or is_scheduled or edition.plans_withdrawal or edition.waits_to_go_out)


def _unplanned(item, language, steps):
    def undo(by):
        while _has_plan(_fresh(item).edition_in(language)):
            workflow.unschedule(_fresh(item), language=language, by=by, note=_undo_note())

    return _deed("public", item, language, steps, _("take back what is planned"), undo=undo)


def _nothing_left(item, language, steps):
    is_plan = steps[-1].step in {"unschedule", "reschedule"}
    obstacle = _("A plan was changed or cancelled: look at it by hand.") if is_plan else _as_before()
    return _deed("public", item, language, steps, obstacle=obstacle)


def _withdraw(item, language):
    return lambda by: workflow.withdraw(_fresh(item), language=language, by=by)


def _revert(item, language, version):
    def undo(by):
        edition = workflow.revert(_fresh(item), language=language, by=by, version=version, note=_undo_note())
        if edition.plans_withdrawal:
            workflow.unschedule(_fresh(item), language=language, by=by, note=_undo_note())

    return undo


def _moved_afterwards(person, item, language, step):
    kind = ContentType.objects.get_for_model(item)
    moves = LogEntry.objects.filter(item_type=kind, item_id=item.pk, language=language, step__in=_MOVES)
    return moves.filter(pk__gt=step.pk).exclude(by=person).select_related("by").first()


def _written(person, since):
    """Texts in working copies that the account saved."""
    for public_type in public_types():
        saved = public_type.version_model.objects.filter(
            created_by=person, created_at__gte=since, kind__in=_TEXT_KINDS
        ).select_related("edition__item")
        first = {}
        for version in saved.order_by("number")[:MOST]:
            first.setdefault(version.edition_id, version)
        for version in first.values():
            yield _text_deed(person, since, version)


def _text_deed(person, since, first):
    """What became of one text since this save (`first`), and the text from before it."""
    edition, item = first.edition, first.edition.item
    versions = edition.versions.select_related("created_by").order_by("-number")
    newest = versions.filter(kind__in=_TEXT_KINDS).first()
    if newest.created_by_id != person.pk:
        return _text(item, first, newest, obstacle=_changed_afterwards(newest.created_by))
    by_others = Q(kind__in=_TEXT_KINDS) & ~Q(created_by=person, created_at__gte=since)
    earlier = versions.filter(by_others | Q(number__lt=first.number)).exclude(kind=Version.Kind.RETRACTION).first()
    if earlier is None:
        return _text(item, first, newest, obstacle=_("This account wrote all of it: there is no text from before."))
    texts = item.texts(edition.language)
    if all(getattr(earlier, name) == text for name, text in texts.items() if name != "slug"):
        return _text(item, first, newest, obstacle=_as_before())
    proposal = _("restore no. %(number)s in the working copy") % {"number": earlier.number}
    return _text(item, first, newest, proposal, undo=_restore(item, edition.language, earlier))


def _restore(item, language, version):
    return lambda by: workflow.restore(_fresh(item), language=language, by=by, version=version, note=_undo_note())


def _text(item, first, newest, proposal="", **facts):
    language = first.edition.language
    count = first.edition.versions.filter(
        created_by=newest.created_by, kind__in=_TEXT_KINDS, number__gte=first.number
    ).count()
    what = ngettext("saved %(count)s time", "saved %(count)s times", count) % {"count": count}
    return Deed(
        key=f"text:{label_of(item)}:{item.pk}:{language}",
        title=_title(item, language),
        url=form_url(item, language),
        language=language,
        at=newest.created_at,
        what=what,
        proposal=proposal,
        **facts,
    )


def _invited(person, since):
    lately = Q(created_at__gte=since) | Q(sent_at__gte=since)
    for invitation in Invitation.objects.filter(lately, invited_by=person).order_by("-created_at")[:MOST]:
        yield Deed(
            key=f"invitation:{invitation.pk}",
            title=str(invitation),
            url=audit.admin_page("accounts.invitation", invitation.pk),
            language="",
            at=invitation.created_at,
            what=str(invitation.get_role_display()),
            proposal=_("take the invitation back") if invitation.is_open else "",
            obstacle="" if invitation.is_open else str(invitation.state.label),
            undo=_revoke(invitation),
        )


def _revoke(invitation):
    return lambda by: revoke_invitation(invitation, by=by)


def _deed(kind, item, language, steps, proposal="", **facts):
    names = dict.fromkeys(str(step_name(step.step)) for step in steps)
    return Deed(
        key=f"{kind}:{label_of(item)}:{item.pk}:{language}",
        title=_title(item, language),
        url=form_url(item, language),
        language=language,
        at=steps[-1].at,
        what=_(", ").join(names),
        proposal=proposal,
        **facts,
    )


def _title(item, language):
    """In the language that it is about, else as staff call it."""
    return (language and item.text_in("title", language)) or item.working_title


def _fresh(item):
    return type(item).objects.prefetch_related("editions").get(pk=item.pk)


def _as_before():
    return _("Nothing is left to undo: it is as it was before.")


def _changed_afterwards(other):
    return _("%(person)s changed it afterwards. Look at it by hand.") % {"person": other or _("Somebody")}


def _undo_note():
    return _("undone by an admin")


# --- What to look at by hand ----------------------------------------------------------


def _by_hand(person, since):
    """Entries of the audit log that nothing here undoes, the newest first; one more than are shown, if there are."""
    entries = AuditEntry.objects.filter(actor=person, at__gte=since).exclude(action__in=_NOT_BY_HAND)
    own = {public_type.label for public_type in public_types()}
    found = [entry for entry in entries[: MOST * 3] if not _is_of_texts(entry, own)]
    return [
        {
            "at": entry.at,
            "what": audit.name_of(entry.action),
            "title": entry.target_name,
            "url": "" if entry.action == "record.deleted" else audit.admin_page(entry.target_type, entry.target_id),
        }
        for entry in found[: MOST + 1]
    ]


def _is_of_texts(entry, own):
    """Whether an entry is about a text that is listed above; the facts of a text, such as its section, are not."""
    if entry.target_type not in own:
        return False
    if entry.action.startswith("step."):
        return True
    facts = [name for name in entry.details.get("fields", []) if name.rpartition("_")[2] not in language_codes()]
    return entry.action == "record.added" or (entry.action == "record.changed" and not facts)


# --- Undoing ------------------------------------------------------------------------


def undo(deeds, keys, *, by):
    """Undoes those of the `Deeds` that `keys` name; yields (deed, "" or why it could not be)."""
    for deed in deeds.all():
        if deed.key in keys:
            yield deed, deed.obstacle or _try(deed, by)


def _try(deed, by):
    try:
        with transaction.atomic():
            deed.undo(by)
    except ValidationError as error:
        return " ".join(error.messages)
    except PermissionDenied as error:
        return str(error) or _("You may not do this.")
    return ""


# --- The screen ----------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def undo_person(request, pk):
    """Lists what an account did lately, and undoes what is ticked."""
    person = _person_for(request.user, pk)
    hours = _hours_in(request.GET.get("hours"))
    if request.method == "POST":
        return _answer(request, person, _since_in(request.POST.get("since")))
    since = timezone.now() - timedelta(hours=hours)
    deeds = deeds_of(person, since)
    periods = [{"hours": one, "name": _period_name(one), "is_current": one == hours} for one in HOURS]
    return _render(request, person, {"deeds": deeds, "since": since, "periods": periods})


def _answer(request, person, since):
    results = list(undo(deeds_of(person, since), set(request.POST.getlist("undo")), by=request.user))
    done = sum(not reason for _deed, reason in results)
    facts = {"since": since.isoformat(timespec="minutes"), "done": done, "refused": len(results) - done}
    audit.record("account.undone", by=request.user, target=person, request=request, **facts)
    return _render(request, person, {"results": results, "done": done})


def _person_for(by, pk):
    """Raises `Http404`, or `PermissionDenied` for whoever may not undo what this account did."""
    if not by.has_perm("accounts.undo_user"):
        raise PermissionDenied
    person = get_object_or_404(User, pk=pk)
    if is_above(person, by):
        raise PermissionDenied(_("This account may do more than yours. Ask an admin of that rank."))
    return person


def _hours_in(text):
    return int(text) if text in {str(one) for one in HOURS} else 24


def _since_in(text):
    """The moment that the list was made for, never longer ago than it can reach."""
    earliest = timezone.now() - timedelta(hours=max(HOURS) + 1)
    try:
        moment = parse_datetime(text or "")
    except ValueError:
        moment = None
    return max(moment, earliest) if moment and timezone.is_aware(moment) else timezone.now()


def _period_name(hours):
    if hours <= 24:
        return ngettext("%(count)s hour", "%(count)s hours", hours) % {"count": hours}
    return ngettext("%(count)s day", "%(count)s days", hours // 24) % {"count": hours // 24}


def _render(request, person, context):
    title = _("Undo what %(person)s did") % {"person": person}
    links = {"person": person, "person_url": audit.admin_page("accounts.user", person.pk), "most": MOST}
    return render_screen(request, "desk/undo.html", links | context, title=title)


screens = [("undo/<int:pk>/", undo_person, "undo")]
