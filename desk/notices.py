"""
What people should know: shown in the admin, and sent by e-mail in batches to those who want it.

Steps of the workflow are heard through `publishing.signals.edition_changed`,
inside their transaction: a step that fails tells nobody.
"""

from django import forms
from django.contrib import messages
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db.models import Case, F, Q, Value, When
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.backends import sections_of
from accounts.models import User
from accounts.roles import PERMISSIONS
from desk.items import render_screen
from desk.mails import may_see, place_of, request_mails, sentence, title_of, with_items
from desk.models import Notice, NoticeChoice
from publishing.languages import own_name
from publishing.models import LogEntry
from publishing.workflow import authors_of

Kind = Notice.Kind

SHOWN = 50
# A second one says nothing new while the first is unread.
TOLD_ONCE = frozenset({Kind.WAITING, Kind.SOURCE_CHANGED})


def who_may(item, action, language=None):
    """
    Accounts that may do `action` to an item (in `language`, else in some), as a condition on users.

    It asks in the database what `accounts.backends.NewsroomBackend` answers for one person; superusers are left out.
    """
    codename, app = f"{action}_{item._meta.model_name}", item._meta.app_label
    roles = [role for role, permissions in PERMISSIONS.items() if f"{app}.{codename}" in permissions]
    limits = Q(role_assignments__role__in=roles) & (
        Q(role_assignments__category=None) | Q(role_assignments__category__in=sections_of(item) or [])
    )
    if language is not None:
        limits &= Q(role_assignments__language=None) | Q(role_assignments__language=language)
    permission = Permission.objects.filter(codename=codename, content_type__app_label=app)
    plain = Q(user_permissions__in=permission) | Q(groups__permissions__in=permission)
    people = User.objects.filter(limits | plain, is_active=True, is_staff=True)
    return Q(pk__in=people.values("pk"))


def people_who_may(item, action, language, *, without=frozenset()):
    """
    Those accounts, but for the numbers in `without`.

    Superusers only where there is nobody else, since they may everything.
    """
    others = User.objects.exclude(pk__in=without - {None})
    people = list(others.filter(who_may(item, action, language), is_superuser=False))
    return people or list(others.filter(is_superuser=True, is_active=True, is_staff=True))


def notify(user, kind, item, language, *, by=None, text=""):
    """Tells one person; see `notify_all`."""
    notify_all([user], kind, item, language, by=by, text=text)


def notify_all(users, kind, item, language, *, by=None, text=""):
    """
    Tells people something, each in the ways that they chose. Nobody is told of what they did themselves.

    What waits, or changed, and is unread already is brought up to date instead of said twice.
    """
    users = {user.pk: user for user in users if user is not None and user.is_active and user.is_staff and user != by}
    choices = {choice.user_id: choice for choice in NoticeChoice.objects.filter(user__in=users, kind=kind)}
    wanted = {pk: choices.get(pk) or NoticeChoice() for pk in users}
    wanted = {pk: choice for pk, choice in wanted.items() if choice.in_admin or choice.by_mail}
    about = {
        "item_type": ContentType.objects.get_for_model(item),
        "item_id": item.pk,
        "language": language,
        "kind": kind,
    }
    known = _still_open(wanted, about) if kind in TOLD_ONCE else {}
    notices = [
        _filled(known.get(pk) or Notice(user=users[pk], **about), choice, by=by, text=text)
        for pk, choice in wanted.items()
    ]
    renewed = [notice for notice in notices if notice.pk is not None]
    Notice.objects.bulk_create([notice for notice in notices if notice.pk is None])
    Notice.objects.bulk_update(renewed, ["by", "text", "created_at", "read_at", "waits_for_mail"])
    if any(choice.by_mail for choice in wanted.values()):
        request_mails(at_once=kind == Kind.EMERGENCY)


def _still_open(users, about):
    """Person → the notice of the same thing that they have not read, or that was not sent to them yet."""
    notices = Notice.objects.filter(Q(read_at=None) | Q(waits_for_mail=True), user__in=users, **about)
    return {notice.user_id: notice for notice in notices}


def _filled(notice, choice, *, by, text):
    notice.by, notice.text, notice.created_at = by, text[:2000], timezone.now()
    # What is wanted by mail alone counts as read from the start: `shown` leaves it out.
    notice.read_at = None if choice.in_admin else notice.created_at
    notice.waits_for_mail = choice.by_mail
    return notice


def shown(user):
    """The notices that somebody finds in the admin."""
    return user.notices.filter(Q(read_at=None) | ~Q(read_at=F("created_at")))


def unread_count(user):
    """How many notices somebody has not read."""
    return Notice.objects.filter(user=user, read_at=None).count()


# --- What the steps mean to whom ----------------------------------------------------


def tell(sender, *, item, language, step, edition=None, by=None, note="", **facts):
    """Receives `edition_changed`."""
    teller = {
        "submit": _tell_reviewers,
        "changed_after_approval": _tell_reviewers,
        "send_back": _tell_author,
        "assign": _tell_assignee,
        "override": _tell_publishers,
        "source_changed": _tell_translator,
        "publish": _tell_translators_of_source,
        "settle": _tell_translators_of_source,
    }.get(step)
    if teller is not None and edition is not None:
        teller(item, edition, by=by, note=note)


def _tell_reviewers(item, edition, *, by, note):
    closed = authors_of(edition) if item.needs_second_person else set()
    people = people_who_may(item, "approve", edition.language, without=closed | {by and by.pk})
    notify_all(people, Kind.WAITING, item, edition.language, by=by, text=note)


def _tell_author(item, edition, *, by, note):
    submitted = LogEntry.objects.filter(
        item_type=ContentType.objects.get_for_model(item), item_id=item.pk, language=edition.language, step="submit"
    ).first()
    people = {edition.saved_by, edition.assignee, submitted and submitted.by}
    notify_all(people, Kind.SENT_BACK, item, edition.language, by=by, text=note)


def _tell_assignee(item, edition, *, by, note):
    # Without a note of its own the step is logged with the person's name.
    text = "" if note == str(edition.assignee) else note
    notify(edition.assignee, Kind.ASSIGNMENT, item, edition.language, by=by, text=text)


def _tell_publishers(item, edition, *, by, note):
    people = people_who_may(item, "publish", edition.language, without={by and by.pk})
    notify_all(people, Kind.EMERGENCY, item, edition.language, by=by, text=note)


def _tell_translator(item, edition, *, by, note):
    notify(edition.assignee or edition.saved_by, Kind.SOURCE_CHANGED, item, edition.language, by=by)


def _tell_translators_of_source(item, edition, *, by, note):
    if edition.language != item.source_language:
        return
    outdated = item.editions.filter(source_revision__lt=edition.released_revision, revision__gt=0)
    for other in outdated.exclude(language=edition.language).select_related("assignee", "saved_by"):
        _tell_translator(item, other, by=by, note=note)


# --- Screens ------------------------------------------------------------------------------


def notices(request):
    """The newest notices of whoever is signed in, what is unread first."""
    if request.method == "POST":
        _mark_read(request.user.notices.all())
        return HttpResponseRedirect(reverse("admin:desk_notices"))
    unread_first = Case(When(read_at=None, then=Value(0)), default=Value(1))
    newest = with_items(shown(request.user).order_by(unread_first, "-created_at", "-pk"))[:SHOWN]
    rows = [_row(notice, request.user) for notice in newest]
    context = {"rows": rows, "has_unread": any(row["is_unread"] for row in rows), "limit": SHOWN}
    return render_screen(request, "desk/notices.html", context, title=_("Notices"))


def _row(notice, user):
    row = {"notice": notice, "sentence": sentence(notice), "is_unread": notice.read_at is None}
    if not may_see(user, notice.item):
        return row
    return row | {
        "title": title_of(notice),
        "url": reverse("admin:desk_open_notice", args=[notice.pk]),
        "language": notice.language,
        "language_name": own_name(notice.language),
    }


def open_notice(request, pk):
    """Marks a notice as read and goes to what it is about."""
    notice = get_object_or_404(with_items(request.user.notices.all()), pk=pk)
    _mark_read(request.user.notices.filter(pk=pk))
    if not may_see(request.user, notice.item):
        messages.warning(request, _("You cannot see this text: it was deleted, or it is in another section now."))
        return HttpResponseRedirect(reverse("admin:desk_notices"))
    return HttpResponseRedirect(place_of(notice))


def _mark_read(notices):
    # What was read here need not be sent any more.
    notices.filter(read_at=None).update(read_at=timezone.now(), waits_for_mail=False)


class ChoicesForm(forms.Form):
    """What somebody wants to be told, and how: two boxes for each kind."""

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user
        stored = {choice.kind: choice for choice in user.notice_choices.all()}
        for kind in Kind.values:
            choice = stored.get(kind) or NoticeChoice()
            for way in ("in_admin", "by_mail"):
                self.fields[f"{kind}_{way}"] = forms.BooleanField(required=False, initial=getattr(choice, way))

    def rows(self):
        """(kind in words, box for the admin, box for e-mail)."""
        return [(Kind(kind).label, self[f"{kind}_in_admin"], self[f"{kind}_by_mail"]) for kind in Kind.values]

    def save(self):
        for kind in Kind.values:
            ways = {way: self.cleaned_data[f"{kind}_{way}"] for way in ("in_admin", "by_mail")}
            NoticeChoice.objects.update_or_create(user=self.user, kind=kind, defaults=ways)


def choices(request):
    """What whoever is signed in wants to be told."""
    form = ChoicesForm(request.POST if request.method == "POST" else None, user=request.user)
    if request.method == "POST" and form.is_valid():
        form.save()
        return HttpResponseRedirect(reverse("admin:desk_notices"))
    return render_screen(request, "desk/notice_choices.html", {"form": form}, title=_("What I want to be told"))


screens = [
    ("notices/", notices, "notices"),
    ("notices/<int:pk>/", open_notice, "open_notice"),
    ("notices/choices/", choices, "notice_choices"),
]
