"""Whether the newsroom is locked down, asked before every account change and every publication."""

from django.core.exceptions import ValidationError
from django.db import connection
from django.utils.translation import gettext as _

from accounts.models import LockDown

# The lock that changes share and a lock-down takes alone, on PostgreSQL. SQLite has one writer at a time anyway.
_LOCK = 0x6C6F636B


def check_open():
    """
    Raises `ValidationError` while the newsroom is locked down.

    Until the transaction ends, no lock-down begins: what was allowed is done
    before, and a lock-down finds it. Ask before any row is locked.
    """
    _take_lock("pg_advisory_xact_lock_shared")
    if LockDown.now() is not None:
        raise ValidationError(
            _(
                "The newsroom is locked down: nothing is published and no account is changed "
                "until two admins open it again. What you wrote can be saved."
            ),
            code="locked_down",
        )


def wait_for_changes():
    """Waits for every change that was allowed already, and lets no other begin until the transaction ends."""
    _take_lock("pg_advisory_xact_lock")


def is_known_by(user):
    """Whether the newsroom was locked down when this request began: known without asking the database."""
    return getattr(user, "site_is_locked_down", False)


def _take_lock(function):
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {function}(%s)", [_LOCK])
