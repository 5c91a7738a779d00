"""
Staff sessions: opened at sign-in, known by device, over after a while or at once when somebody says so.

A session ends in the store itself, so that its cookie never works again; the
count in `User.sessions_generation` ends even one that no row knows of.
"""

from datetime import timedelta
from importlib import import_module

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from accounts.audit import address_of
from accounts.models import StaffSession, User

STARTED, SEEN = "staff_session_started", "staff_session_seen"

# How exactly "last seen" is known, in seconds: not every request writes.
SEEN_STEP = 60


def open_session(sender, request, user, **kwargs):
    """Notes a session that Django has just signed somebody in to, by whichever door."""
    now = timezone.now()
    request.session[STARTED] = request.session[SEEN] = now.timestamp()
    if request.session.session_key is None:
        request.session.save()
    facts = {"user": user, "started_at": now, "seen_at": now} | _device(request)
    StaffSession.objects.update_or_create(session_key=request.session.session_key, defaults=facts)


def is_over(session):
    """Whether a session is too old, or was left alone for too long (`NEWSROOM_SESSION_HOURS`, `…_IDLE_HOURS`)."""
    now = timezone.now().timestamp()
    started, seen = session.get(STARTED, 0), session.get(SEEN, 0)
    return now - started > settings.SESSION_COOKIE_AGE or now - seen > settings.NEWSROOM_SESSION_IDLE_SECONDS


def note_use(request):
    """Says that a session is in use, at most once a minute."""
    now = timezone.now()
    if now.timestamp() - request.session.get(SEEN, 0) < SEEN_STEP:
        return
    request.session[SEEN] = now.timestamp()
    StaffSession.objects.filter(session_key=request.session.session_key).update(seen_at=now, **_device(request))


def close_session(sender, request, user, **kwargs):
    """Forgets a session whose owner signs out."""
    StaffSession.objects.filter(session_key=request.session.session_key).delete()


@transaction.atomic
def end_sessions(user, *, but=None):
    """
    Ends all sessions of an account at once; returns how many.

    `but` is the request of a person who keeps the one that they are in.
    """
    rows = StaffSession.objects.filter(user=user)
    if but is not None:
        rows = rows.exclude(session_key=but.session.session_key)
    count = _end(rows)
    User.objects.filter(pk=user.pk).update(sessions_generation=F("sessions_generation") + 1)
    user.refresh_from_db(fields=["sessions_generation"])
    if but is not None and but.user.pk == user.pk:
        but.user.sessions_generation = user.sessions_generation
        but.session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    return count


def renew(request):
    """Gives the session of a request another key: a copy of its cookie does not work any more."""
    former = request.session.session_key
    request.session.cycle_key()
    StaffSession.objects.filter(session_key=former).update(session_key=request.session.session_key)


@transaction.atomic
def end_session(session):
    """Ends one session (`StaffSession`)."""
    _end(StaffSession.objects.filter(pk=session.pk))


@transaction.atomic
def end_all(*, but=None):
    """
    Ends the sessions of everybody at once; returns how many were known.

    `but` is the request of the person who keeps the one that they are in.
    """
    # This alone ends every cookie, also those that no row knows of.
    User.objects.update(sessions_generation=F("sessions_generation") + 1)
    rows = StaffSession.objects.all()
    if but is not None:
        rows = rows.exclude(session_key=but.session.session_key)
        but.user.refresh_from_db(fields=["sessions_generation"])
        but.session[HASH_SESSION_KEY] = but.user.get_session_auth_hash()
    return _end(rows)


def sessions_of(user):
    """Where somebody is signed in now (`StaffSession`); rows whose session is over may lie there until `drop_old`."""
    return StaffSession.objects.filter(user=user).exclude(_is_stale())


def drop_old():
    """Forgets rows whose session is over by now."""
    StaffSession.objects.filter(_is_stale()).delete()


def _end(rows):
    store = import_module(settings.SESSION_ENGINE).SessionStore
    keys = list(rows.values_list("session_key", flat=True))
    for key in keys:
        store(key).delete()
    rows.delete()
    return len(keys)


def _device(request):
    browser = request.META.get("HTTP_USER_AGENT", "")[: StaffSession._meta.get_field("browser").max_length]
    return {"address": address_of(request), "browser": browser}


def _is_stale():
    now = timezone.now()
    idle = timedelta(seconds=settings.NEWSROOM_SESSION_IDLE_SECONDS + SEEN_STEP)
    return Q(started_at__lt=now - timedelta(seconds=settings.SESSION_COOKIE_AGE)) | Q(seen_at__lt=now - idle)
