"""The sign-in of a demo installation: accounts whose passwords exist on this machine only."""

import os

from django.conf import settings
from django.db import transaction
from django.utils.crypto import get_random_string

from accounts.models import RoleAssignment, User

Role = RoleAssignment.Role

FILE_NAME = "demo-sign-in.txt"
HEADING = "Demo sign-in at /admin/ (made for this installation; delete the accounts before anybody else can reach it)"

# No letters and digits that look alike.
LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"
PASSWORD_LENGTH = 16


def sign_in_file():
    return settings.DATA_DIR / FILE_NAME


@transaction.atomic
def make_demo_accounts():
    """
    Makes an account for each kind of work if it is missing, and keeps it if it is not.

    The translator writes in Turkish only, so that limits can be tried.

    Passwords of new accounts are written to `sign_in_file()`, which only this
    user of the machine can read. Returns the file's content.
    """
    passwords = _known_passwords()
    _make_account("admin", "Demo administrator", passwords, is_superuser=True)
    for role in Role.REPORTER, Role.TRANSLATOR, Role.EDITOR, Role.PUBLISHER:
        person = _make_account(role.value, f"Demo {role.value}", passwords)
        if person:
            person.role_assignments.create(role=role, language="tr" if role == Role.TRANSLATOR else None)
    return _write(passwords)


def _make_account(username, display_name, passwords, **facts):
    """Returns the account, or None if there was one already."""
    if User.objects.filter(username__iexact=username).exists():
        passwords.setdefault(username, f"(not known here; set one: manage.py changepassword {username})")
        return None
    passwords[username] = get_random_string(PASSWORD_LENGTH, LETTERS)
    return User.objects.create_user(
        username, f"{username}@example.org", passwords[username], display_name=display_name, is_staff=True, **facts
    )


def _known_passwords():
    """User name → password, as the file of an earlier run has them."""
    try:
        lines = sign_in_file().read_text().splitlines()
    except FileNotFoundError:
        return {}
    return dict(line.strip().split(maxsplit=1) for line in lines if line.startswith("  "))


def _write(passwords):
    text = "\n".join([HEADING, "", *(f"  {name:<12}{password}" for name, password in passwords.items()), ""])
    sign_in_file().parent.mkdir(parents=True, exist_ok=True)
    # 0600 from the first byte on, not only after it was written.
    with os.fdopen(os.open(sign_in_file(), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        os.fchmod(file.fileno(), 0o600)
        file.write(text)
    return text
