from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from accounts.demo import make_demo_accounts, sign_in_file


class Command(BaseCommand):
    help = "Makes the accounts of a demo installation, with passwords of their own, and prints them."

    def handle(self, **options):
        if not settings.DEBUG:
            raise CommandError(
                "Demo accounts are made only where DEBUG is on. On a public site, use `manage.py createsuperuser`."
            )
        self.stdout.write(make_demo_accounts())
        self.stdout.write(f"Kept in {sign_in_file()}")
