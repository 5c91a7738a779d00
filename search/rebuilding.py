"""Bringing the index into step with what is public, in batches, while readers search and staff publish."""

import logging
from itertools import islice

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from publishing.changes import announce_everywhere, announce_soft
from publishing.keys import LATEST
from publishing.languages import language_codes
from publishing.registry import public_types
from search import analysis, outbox, staff
from search.engines import STAFF, Unavailable, local_engine
from search.engines.opensearch import OpenSearchEngine
from search.index import follow, remove
from search.models import SYNONYMS, SearchEntry, StaffEntry, Synonym, number_at

logger = logging.getLogger(__name__)

_BATCH = 200
# How many batches are indexed again in a language each time that somebody tidies up.
_BATCHES_AT_ONCE = 10
# What engines are asked to compare at once, and between which numbers everything stands.
_COMPARED = 5000
_LOWEST, _HIGHEST = -(2**63), 2**63 - 1


def rebuild(language, *, since=None, every=False, progress=None):
    """
    Indexes what is public in a language and not in step; with `every` all of it. Returns how many editions it wrote.

    `since`: only what was published or changed after that moment. Each batch
    is a transaction of its own: a rebuilding that was broken off is simply
    begun again, without `every`, and goes on where it was. `progress(count)`
    is called after each batch.
    """
    local_engine().prepare()
    remove_strays(language)
    for numbers in without_words(language):
        _make_stale(SearchEntry.objects.filter(id__in=numbers))
    if settings.OPENSEARCH_URL:
        _compare_with_opensearch(language)
    if every:
        _make_stale(_entries(language, since))
    for synonym in Synonym.objects.filter(language=language):
        synonym.learn_spellings()
    announce_everywhere(SYNONYMS)
    count = 0
    for written in _index_batches(language, since):
        count += written
        if progress:
            progress(count)
    return count


def rebuild_staff(*, every=False, progress=None):
    """Does the same for what staff find in the admin. Returns how many rows it wrote."""
    local_engine().prepare()
    for entries in staff.strays():
        staff.remove(entries)
    for numbers in words_without_entry(STAFF):
        local_engine().remove(STAFF, numbers)
    for numbers in without_words(STAFF):
        _make_stale(StaffEntry.objects.filter(id__in=numbers))
    if every:
        _make_stale(StaffEntry.objects.all())
    count = 0
    for written in staff.index_batches():
        count += written
        if progress:
            progress(count)
    return count


def refresh_some():
    """Indexes some of what is not in step, as after an upgrade. Called when somebody tidies up."""
    for language in language_codes():
        sum(islice(_index_batches(language), _BATCHES_AT_ONCE))
    sum(islice(staff.index_batches(), _BATCHES_AT_ONCE))


def remove_strays(language):
    """Removes what must not be found: entries of what is not public, and words that no entry stands for."""
    for entries in _without_edition(language):
        with transaction.atomic():
            remove(entries)
            _announce(language)
    for numbers in words_without_entry(language):
        local_engine().remove(language, numbers)


def _compare_with_opensearch(language):
    """Has what OpenSearch lacks indexed again, and what it should not have removed there."""
    try:
        OpenSearchEngine().prepare()
        for numbers in not_in_opensearch(language):
            _make_stale(SearchEntry.objects.filter(id__in=numbers))
        for numbers in only_in_opensearch(language):
            for number in numbers:
                outbox.tell_removed(language, number)
    except Unavailable as error:
        logger.warning("search.not_compared language=%s error=%s", language, error)


# --- What is not in step ----------------------------------------------------------------


def missing(language):
    """How many public editions have no entry, or one of another version, time or analysis."""
    return sum(_out_of_step(public_type, language).count() for public_type in public_types())


def without_edition(language):
    """How many entries stand for what is not public."""
    return sum(entries.count() for entries in _without_edition(language))


def without_words(language):
    """The numbers of entries that the engine of the database has no words of, in batches."""
    return _differences(_entry_numbers, _numbers_in(local_engine()), language)


def words_without_entry(language):
    """The numbers that it has words of, but that no entry has, in batches."""
    return _differences(_numbers_in(local_engine()), _entry_numbers, language)


def not_in_opensearch(language):
    """As `without_words`, of OpenSearch, without what waits to be sent. Raises `Unavailable`."""
    return outbox.without_waiting(language, _differences(_entry_numbers, _numbers_in(OpenSearchEngine()), language))


def only_in_opensearch(language):
    """As `words_without_entry`, of OpenSearch, without what waits to be sent. Raises `Unavailable`."""
    return outbox.without_waiting(language, _differences(_numbers_in(OpenSearchEngine()), _entry_numbers, language))


def _differences(these, those, language):
    last = _LOWEST
    while batch := these(language, last, _HIGHEST, _COMPARED):
        others = set(those(language, last, batch[-1], None))
        if lacking := [number for number in batch if number not in others]:
            yield lacking
        last = batch[-1]


def _numbers_in(engine):
    def numbers(language, above, upto, limit):
        return engine.numbers(language, above=above, upto=upto, limit=limit or _HIGHEST)

    return numbers


def _entry_numbers(language, above, upto, limit):
    entries = StaffEntry.objects.all() if language == STAFF else SearchEntry.objects.filter(language=language)
    entries = entries.filter(id__gt=above, id__lte=upto).order_by("id")
    return list(entries.values_list("id", flat=True)[:limit])


def _without_edition(language):
    for public_type in public_types():
        public = _public(public_type, language).filter(item=OuterRef("item_id"))
        yield _entries(language).filter(item_type=_kind(public_type)).exclude(Exists(public))


def _out_of_step(public_type, language, since=None):
    in_step = _entries(language).filter(
        Q(version_id=OuterRef("live_id")) | Q(version_id=OuterRef("upcoming_id")),
        item_type=_kind(public_type),
        item_id=OuterRef("item_id"),
        analysis=analysis.VERSION,
    )
    editions = _public(public_type, language)
    if since:
        editions = editions.filter(Q(publish_at__gte=since) | Q(updated_at__gte=since))
    return editions.exclude(Exists(in_step)).order_by("pk")


def _public(public_type, language):
    return public_type.edition_model.objects.published(language=language)


def _entries(language, since=None):
    entries = SearchEntry.objects.filter(language=language)
    return entries.filter(id__gte=number_at(since)) if since else entries


def _kind(public_type):
    return ContentType.objects.get_for_model(public_type.model)


# --- Indexing -----------------------------------------------------------------------------


def _make_stale(entries):
    entries.update(analysis=0)


def _index_batches(language, since=None):
    """Indexes what is not in step, batch by batch; yields how many each had."""
    for public_type in public_types():
        last = 0
        while keys := list(
            _out_of_step(public_type, language, since).filter(pk__gt=last).values_list("pk", flat=True)[:_BATCH]
        ):
            yield _index(public_type, language, keys)
            last = keys[-1]


@transaction.atomic
def _index(public_type, language, keys):
    # Locked as a step locks it: what is done to one meanwhile comes before or after, and is indexed either way.
    editions = public_type.edition_model.objects.filter(pk__in=keys).select_for_update(of=("self",))
    editions = list(editions.select_related("item", "live", "upcoming"))
    follow(editions)
    _announce(language)
    return len(editions)


def _announce(language):
    """Has nobody find from memory what an index had before."""
    announce_soft([(language, LATEST)])
