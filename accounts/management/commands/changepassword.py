import getpass

from django.contrib.auth.management.commands import changepassword

from accounts.audit import record
from accounts.models import User


class Command(changepassword.Command):
    """Django's command; the log says that an operator set the password. It ends all sessions of the account."""

    def handle(self, *args, **options):
        said = super().handle(*args, **options)
        account = User.objects.get(username=options["username"] or getpass.getuser())
        record("account.password_changed", target=account, command="changepassword")
        return said
