from django.contrib.auth.management.commands import createsuperuser

from accounts.audit import record
from accounts.models import User


class Command(createsuperuser.Command):
    """Django's command; the log says that an operator made the account."""

    def handle(self, *args, **options):
        known = set(User.objects.filter(is_superuser=True).values_list("pk", flat=True))
        super().handle(*args, **options)
        for account in User.objects.filter(is_superuser=True).exclude(pk__in=known):
            record("account.created", target=account, command="createsuperuser")
