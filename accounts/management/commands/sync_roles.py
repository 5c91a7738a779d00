from django.core.management.base import BaseCommand

from accounts.audit import record
from accounts.roles import sync_groups


class Command(BaseCommand):
    """Brings the groups of the roles in step with what the roles may do; runs after every migration, too."""

    help = "Gives the group of each role exactly the permissions of that role."

    def handle(self, *args, **options):
        changed = sync_groups()
        if changed:
            record("command.run", command="sync_roles", changed=changed)
        self.stdout.write(f"Changed: {', '.join(changed)}." if changed else "All groups were in step.")
