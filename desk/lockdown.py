"""
The lock-down: one switch that shuts the house, and two admins who open it again.

What it stops is asked where it happens: `accounts.lockdown.check_open` before
an account is changed, as a gate of `publishing.workflow` before anything goes
out, and `desk.audit.AuditedAdmin` before a form is offered whose contents
readers would see at once.
"""

from allauth.account.decorators import reauthentication_required
from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from accounts import sessions
from accounts.audit import admin_page, record
from accounts.lockdown import wait_for_changes
from accounts.mails import request_notice
from accounts.models import AuditEntry, LockDown
from accounts.standing import active_admins
from desk.items import render_screen
from publishing import workflow
from publishing.languages import own_name

PLAN_TAKEN_BACK = "lockdown.plan_taken_back"

# How many former lock-downs the screen shows.
SHOWN = 10


# --- What is done ---------------------------------------------------------------


@transaction.atomic
def start(*, by, reason, request=None):
    """
    Locks the newsroom down: ends all sessions but that of `request`, and takes back what is scheduled.

    `by` is None for an operator. Returns the `LockDown`. Raises
    `PermissionDenied`, or `ValidationError` without a reason or when it is
    locked down already.
    """
    _require(by, "accounts.add_lockdown")
    if not reason.strip():
        raise ValidationError({"reason": _("Say why: all staff see it.")})
    wait_for_changes()
    lock_down = _begin(by, reason.strip())
    plans = workflow.take_back_plans(by=by, note=_("by the lock-down"))
    for edition, kind, at, until in plans:
        _note_plan(lock_down, edition, kind, at, until, by=by)
    ended = sessions.end_all(but=request)
    record("lockdown.started", by=by, target=lock_down, request=request, sessions=ended, plans=len(plans))
    _tell_admins("locked_down", by=_name(by), reason=lock_down.reason)
    return lock_down


@transaction.atomic
def ask_release(*, by, note="", request=None):
    """Asks to end the lock-down: the first of two admins. Raises `ValidationError` when that makes no sense."""
    _require(by, "accounts.change_lockdown")
    lock_down = _locked()
    if lock_down.release_asked_by_id and _may_still_ask(lock_down.release_asked_by):
        raise ValidationError(_("Somebody asked already. Another admin must confirm it now."))
    lock_down.release_asked_at, lock_down.release_asked_by, lock_down.release_note = timezone.now(), by, note.strip()
    lock_down.save(update_fields=["release_asked_at", "release_asked_by", "release_note"])
    record("lockdown.release_asked", by=by, target=lock_down, request=request, note_length=len(note.strip()))
    return lock_down


@transaction.atomic
def confirm_release(*, by, request=None):
    """
    Ends the lock-down: the second of two admins.

    Raises `ValidationError` when nobody who is still an admin asked, or `by` asked themselves.
    """
    _require(by, "accounts.change_lockdown")
    lock_down = _locked()
    asked_by = lock_down.release_asked_by
    if asked_by is None or not _may_still_ask(asked_by):
        raise ValidationError(_("Nobody has asked to open the newsroom yet, or they are no admin any more."))
    if by.pk == asked_by.pk:
        raise ValidationError(_("You asked yourself. Another admin must confirm it."))
    if not _may_still_ask(by):
        raise PermissionDenied(_("Only an admin can confirm it."))
    _end(lock_down, by=by)
    record("lockdown.ended", by=by, target=lock_down, request=request, asked_by=asked_by)
    _tell_admins("opened_again", by=_name(by), asked_by=_name(asked_by))
    return lock_down


@transaction.atomic
def release_by_operator(admins):
    """
    Ends the lock-down by a command, in the name of two admins; of one where there is no other.

    Raises `ValidationError` unless the accounts in `admins` are enough.
    """
    lock_down = _locked()
    names = {admin.pk: admin for admin in admins if _may_still_ask(admin)}
    needed = min(2, active_admins().count())
    if len(names) < needed or not names:
        raise ValidationError(
            ngettext("Name %(count)s active admin.", "Name %(count)s different active admins.", max(needed, 1))
            % {"count": max(needed, 1)}
        )
    first, last = list(names.values())[0], list(names.values())[-1]
    if lock_down.release_asked_at is None:
        lock_down.release_asked_at, lock_down.release_asked_by = timezone.now(), first
    _end(lock_down, by=last)
    record("lockdown.ended", target=lock_down, admins=[str(admin) for admin in names.values()])
    _tell_admins("opened_again", by=_name(last), asked_by=_name(first))
    return lock_down


def plans_taken_back(lock_down):
    """
    What a lock-down took back, the earliest first: dictionaries with title, language, kind, from, until and address.

    Read from the log, which nobody changes.
    """
    entries = AuditEntry.objects.filter(action=PLAN_TAKEN_BACK, at__gte=lock_down.started_at)
    if lock_down.ended_at:
        entries = entries.filter(at__lte=lock_down.ended_at)
    plans = [_plan(entry) for entry in entries if entry.details.get("lock_down") == lock_down.pk]
    return sorted(plans, key=lambda plan: (plan["at"] is None, plan["at"] or timezone.now()))


# --- What that is made of -----------------------------------------------------------


def _require(by, permission):
    if by is not None and not by.has_perm(permission):
        raise PermissionDenied(_("Only an admin can lock the newsroom down or open it again."))


def _begin(by, reason):
    try:
        with transaction.atomic():
            return LockDown.objects.create(started_by=by, reason=reason)
    except IntegrityError as error:
        raise ValidationError(_("The newsroom is locked down already."), code="locked_down") from error


def _locked():
    """The lock-down in force, held until the end of the transaction. Raises `ValidationError` if there is none."""
    lock_down = LockDown.objects.select_for_update().filter(is_in_force=True).first()
    if lock_down is None:
        raise ValidationError(_("The newsroom is not locked down (any more)."))
    return lock_down


def _may_still_ask(admin):
    return active_admins().filter(pk=admin.pk).exists()


def _end(lock_down, *, by):
    lock_down.is_in_force, lock_down.ended_at, lock_down.ended_by = False, timezone.now(), by
    lock_down.save()


def _note_plan(lock_down, edition, kind, at, until, *, by):
    times = {"from": at and at.isoformat(), "until": until and until.isoformat()}
    record(
        PLAN_TAKEN_BACK,
        by=by,
        target=edition.item,
        target_name=edition.item.text_in("title", edition.language),
        language=edition.language,
        lock_down=lock_down.pk,
        kind=kind,
        **{name: time for name, time in times.items() if time},
    )


def _plan(entry):
    url = admin_page(entry.target_type, entry.target_id)
    return {
        "title": entry.target_name,
        "language": own_name(entry.language),
        "kind": KINDS.get(entry.details.get("kind"), ""),
        "at": parse_datetime(entry.details.get("from") or ""),
        "until": parse_datetime(entry.details.get("until") or ""),
        "url": url and f"{url}#{entry.language}",
    }


KINDS = {
    "publication": gettext_lazy("was to be published"),
    "change": gettext_lazy("changes were to go live"),
    "waiting": gettext_lazy("waited for other languages"),
}


def _name(person):
    return str(person or _("An operator"))


def _tell_admins(notice, **facts):
    for admin in active_admins():
        request_notice(admin, notice, **facts)


# --- The screen ----------------------------------------------------------------------


class StartForm(forms.Form):
    """Why the house is shut."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
        help_text=gettext_lazy("All staff see it on every page."),
        error_messages={"required": gettext_lazy("Say why: all staff see it.")},
    )


class AskForm(forms.Form):
    """What the other admin should know."""

    note = forms.CharField(
        label=gettext_lazy("Why it can be opened again"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
        help_text=gettext_lazy("The admin who confirms it reads this."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def lock_down(request):
    """The switch, what it took back, and the way out."""
    if not request.user.has_perm("accounts.view_lockdown"):
        raise PermissionDenied
    if request.method == "POST":
        return _act(request)
    return _render(request, {})


@reauthentication_required
def _act(request):
    """One of the three buttons, by somebody who has just given their password again."""
    form_class, do = ACTIONS.get(request.POST.get("action"), (None, None))
    if do is None:
        return HttpResponseRedirect(reverse("admin:desk_lockdown"))
    form = form_class(request.POST)
    if form.is_valid():
        try:
            do(request, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            return HttpResponseRedirect(reverse("admin:desk_lockdown"))
    return _render(request, {request.POST["action"]: form})


def _start(request, reason):
    start(by=request.user, reason=reason, request=request)
    messages.warning(request, _("The newsroom is locked down. Everybody else is signed out."))


def _ask(request, note):
    ask_release(by=request.user, note=note, request=request)
    messages.success(request, _("Another admin must confirm it on this page now."))


def _confirm(request):
    confirm_release(by=request.user, request=request)
    messages.success(request, _("The newsroom is open again. Nothing is scheduled again by itself: see below."))


ACTIONS = {"start": (StartForm, _start), "ask": (AskForm, _ask), "confirm": (forms.Form, _confirm)}


def _render(request, forms_by_action):
    """The screen, with a form that was not right if there is one."""
    history = list(LockDown.objects.select_related("started_by", "release_asked_by", "ended_by")[:SHOWN])
    now = next((one for one in history if one.is_in_force), None)
    latest = now or next(iter(history), None)
    asked_by = now.release_asked_by if now else None
    is_asked = asked_by is not None and _may_still_ask(asked_by)
    form = next(iter(forms_by_action.values()), None)
    context = {
        "now": now,
        "latest": latest,
        "plans": plans_taken_back(latest) if latest else [],
        "history": [one for one in history if one is not now],
        "is_asked": is_asked,
        "asked_by_me": is_asked and asked_by.pk == request.user.pk,
        "has_other_admin": active_admins().exclude(pk=request.user.pk).exists(),
        "may_act": request.user.has_perm("accounts.change_lockdown" if now else "accounts.add_lockdown"),
        "start_form": forms_by_action.get("start") or StartForm(),
        "ask_form": forms_by_action.get("ask") or AskForm(),
        "problems": form.non_field_errors() if form else [],
    }
    return render_screen(request, "desk/lockdown.html", context, title=_("Lock-down"))


screens = [("lockdown/", lock_down, "lockdown")]
