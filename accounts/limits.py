"""
How often something may be tried: counted in the database, so that every process and node counts together.

A window begins with the first attempt and ends a fixed time later. Counting
comes before the work that it protects, so that a flood costs one short write
an attempt, never a password hash.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.crypto import salted_hmac

from accounts.models import Counter


@dataclass(frozen=True)
class Limit:
    """At most `count` attempts within `window`, for each subject."""

    name: str
    count: int
    window: timedelta


def take(limit, subject):
    """Counts an attempt; returns whether it is within the limit."""
    return _count(_key(limit, subject), limit) <= limit.count


def give_back(limit, subject):
    """Takes back an attempt that turned out to be right: only failures count."""
    Counter.objects.filter(key=_key(limit, subject), count__gt=0).update(count=F("count") - 1)


def forget(limit, subject):
    """Begins anew for a subject."""
    Counter.objects.filter(key=_key(limit, subject)).delete()


def drop_old():
    """Deletes the counters whose time is over."""
    Counter.objects.filter(ends_at__lt=timezone.now()).delete()


def _key(limit, subject):
    # Keyed with the site's secret: the table tells nobody which names and addresses were tried.
    return salted_hmac(f"accounts.limits.{limit.name}", str(subject).casefold(), algorithm="sha256").hexdigest()


def _count(key, limit):
    now = timezone.now()
    Counter.objects.filter(key=key, ends_at__lte=now).delete()
    if count := _add(key):
        return count
    try:
        with transaction.atomic():
            Counter.objects.create(key=key, ends_at=now + limit.window)
            return 1
    except IntegrityError:
        # Another process was first; it is counted there now.
        return _add(key)


@transaction.atomic
def _add(key):
    """Counts one more, and returns how many there are; 0 without such a row. It stays locked until it was read."""
    if not Counter.objects.filter(key=key).update(count=F("count") + 1):
        return 0
    return Counter.objects.values_list("count", flat=True).get(key=key)
