"""What an engine outside the database is told: written here with the step, sent by the worker after the commit."""

from django.conf import settings
from django.db import transaction

from search import sending
from search.models import OutboxEntry


def tell_written(index, number, text):
    """Has the engine index a row, if there is such an engine."""
    _tell(index, number, text)


def tell_removed(index, number):
    """Has the engine forget a row."""
    _tell(index, number, None)


def without_waiting(index, batches):
    """Batches of numbers without those of which the engine is still to be told something."""
    waiting = set(OutboxEntry.objects.filter(index=index).values_list("entry_id", flat=True))
    for numbers in batches:
        if left := [number for number in numbers if number not in waiting]:
            yield left


def _tell(index, number, text):
    if settings.OPENSEARCH_URL:
        OutboxEntry.objects.create(index=index, entry_id=number, text=text)
        transaction.on_commit(sending.request, robust=True)
