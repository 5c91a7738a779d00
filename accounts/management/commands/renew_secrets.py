from allauth.mfa.models import Authenticator
from cryptography.fernet import InvalidToken
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts import secrets

# What allauth keeps encrypted of a factor (`FactorAdapter.encrypt`): an app's key, the seed of recovery codes.
ENCRYPTED = ("secret", "seed")


class Command(BaseCommand):
    """The step of a change of SECRET_KEY after which the former key is not needed any more; can be run again."""

    help = "Encrypts the keys of authenticator apps and recovery codes anew, with the SECRET_KEY of today."

    def handle(self, *args, **options):
        factors = Authenticator.objects.exclude(type=Authenticator.Type.WEBAUTHN).values_list("pk", flat=True)
        opened = [renew(pk) for pk in factors]
        self.stdout.write(f"Encrypted anew: {opened.count(True)}.")
        if closed := opened.count(False):
            raise CommandError(
                f"No key opens {closed} more. Put the key that was in use when they were set up into "
                "SECRET_KEY_FALLBACKS and run this again, or remove these factors in the admin."
            )


@transaction.atomic
def renew(pk):
    """Encrypts what a factor keeps with the key of today; returns whether any key opened it."""
    factor = Authenticator.objects.select_for_update().get(pk=pk)
    try:
        factor.data |= {name: secrets.renew(factor.data[name]) for name in ENCRYPTED if name in factor.data}
    except InvalidToken:
        return False
    factor.save(update_fields=["data"])
    return True
