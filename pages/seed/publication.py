"""How seeded things are known again, published, and dated back."""

from datetime import datetime, time, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from publishing import workflow
from publishing.changes import announce
from publishing.followers import tell_followers
from publishing.languages import language_codes


def is_there(model, words, language="en"):
    """
    Whether the thing with these address words in `language` was seeded before.

    It was if some row has them, or if some version had them once: versions
    never change, so a thing is known again after staff gave it another title
    or other words.
    """
    once = Q(editions__language=language, editions__versions__slug=words)
    return model.objects.filter(Q(**{f"slug_{language}": words}) | once).exists()


def publish_everywhere(item):
    """
    Saves a new item and publishes it in all languages.

    Returns None, or the reason for which it could not be done: then nothing is kept of it.
    """
    try:
        with transaction.atomic():
            item.save()
            enter_texts(item, language_codes())
            for language in language_codes():
                workflow.publish(item, language=language, by=None)
    except ValidationError as error:
        return " ".join(error.messages)
    return None


def enter_texts(item, languages, *, at=None):
    """Counts the first save of each language's text, as the desk does when somebody types it."""
    for language in languages:
        item.editions.create(language=language, revision=1, source_revision=1, saved_at=at or timezone.now())


def date_back(edition, moment):
    """
    Makes a published edition look published at `moment` (and withdrawn a day later, if it was withdrawn).

    The workflow can only publish now, which is right for everybody else.
    Demo content has a past, so its times are written into the row afterwards.
    """
    times = {"publish_at": moment, "updated_at": None}
    if edition.withdraw_at:
        times["withdraw_at"] = min(moment + timedelta(days=1), edition.withdraw_at)
    for name, value in times.items():
        setattr(edition, name, value)
    with transaction.atomic():
        edition.save(update_fields=list(times))
        announce(edition.item, edition)
        tell_followers([edition])


def days_ago(days, at):
    """The moment `days` days ago (negative: ahead) at the clock time `at` ("16:40") in the newsroom's time zone."""
    day = timezone.localdate(timezone=timezone.get_default_timezone()) - timedelta(days=days)
    return datetime.combine(day, time.fromisoformat(at), tzinfo=timezone.get_default_timezone())
