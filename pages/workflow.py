"""What happens to readers' messages once they are here. The admin and `manage.py tidy` call these."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.audit import record
from pages.models import ContactMessage


@transaction.atomic
def mark_answered(message, *, by, is_answered=True, request=None):
    """Writes down that `by` answered a message, or (`is_answered=False`) that it waits for an answer after all."""
    message.answered_at, message.answered_by = (timezone.now(), by) if is_answered else (None, None)
    message.save(update_fields=["answered_at", "answered_by"])
    record("message.answered" if is_answered else "message.opened", by=by, target=message, request=request)


def delete_old_messages():
    """Deletes what was answered `NEWSROOM_MESSAGE_DAYS` days ago. What waits for an answer stays."""
    end = timezone.now() - timedelta(days=settings.NEWSROOM_MESSAGE_DAYS)
    ContactMessage.objects.filter(answered_at__lt=end).delete()
