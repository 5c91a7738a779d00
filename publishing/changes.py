"""The change log: which keys of which language changed in public."""

from datetime import timedelta

from django.utils import timezone

from publishing.models import Change

# A page is kept ten minutes at most beyond a soft change, and checked against
# the log on every hit: entries older than this can no longer matter.
KEPT_FOR = timedelta(days=2)


def announce(item, edition):
    """
    Writes down what a step changed, in the step's own transaction: readers of the log see it on commit.

    The item itself is a hard key; the lists that it stands in (its
    `list_keys`) are soft. Returns the keys.
    """
    hard = [f"{item._meta.label_lower}:{item.pk}"]
    soft = ["latest", *edition.list_keys()]
    Change.objects.bulk_create(
        Change(language=edition.language, key=key, is_hard=key in hard) for key in [*hard, *soft]
    )
    return [*hard, *soft]


def announce_hard(keys):
    """Writes down that what these keys showed is wrong now. `keys` holds (language, key) pairs."""
    changes = (Change(language=language, key=key, is_hard=True) for language, key in keys)
    Change.objects.bulk_create(changes, batch_size=500)


def prune(*, now=None):
    """Deletes entries that no kept page can still be checked against."""
    Change.objects.filter(at__lt=(now or timezone.now()) - KEPT_FOR).delete()
