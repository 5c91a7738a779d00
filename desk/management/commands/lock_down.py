from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from desk import lockdown


class Command(BaseCommand):
    """Locks the newsroom down or opens it again, for the day on which nobody can or should sign in."""

    help = (
        "Ends all sessions and stops publishing and account changes (--reason), "
        "or opens the newsroom again in the name of two admins (--release --by A --by B)."
    )

    def add_arguments(self, parser):
        parser.add_argument("--reason", help="why; all staff see it")
        parser.add_argument("--release", action="store_true", help="open the newsroom again")
        parser.add_argument(
            "--by", action="append", default=[], metavar="NAME", help="user name or e-mail address; twice for --release"
        )

    def handle(self, *args, reason, release, by, **options):
        if release == bool(reason):
            raise CommandError("Give either --reason, to lock the newsroom down, or --release, to open it again.")
        people = [_account(name) for name in by]
        try:
            self.stdout.write(_release(people) if release else _start(people, reason))
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error


def _start(people, reason):
    if len(people) > 1:
        raise CommandError("One name is enough to lock the newsroom down.")
    by = people[0] if people else None
    if by is not None and not by.has_perm("accounts.add_lockdown"):
        raise CommandError(f"{by.username} may not lock the newsroom down. Leave --by out, or name an admin.")
    taken_back = lockdown.plans_taken_back(lockdown.start(by=by, reason=reason))
    return f"The newsroom is locked down. All sessions are ended; {len(taken_back)} plans were taken back."


def _release(people):
    lockdown.release_by_operator(people)
    return "The newsroom is open again. Nothing is scheduled again by itself: /admin/desk/lockdown/ lists what was."


def _account(name):
    try:
        return User.objects.get_by_natural_key(name)
    except User.DoesNotExist as error:
        raise CommandError(f"There is no account {name}.") from error
