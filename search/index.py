"""
The index is in step with what readers see: written in the transaction of the step that changes it.

It follows the workflow (`publishing.followers`); `rebuild_search` does the
same for whatever was not followed.
"""

from functools import lru_cache
from itertools import groupby, islice
from operator import attrgetter

from django.contrib.contenttypes.models import ContentType
from django.utils import timezone, translation

from publishing.html import block_text
from publishing.staging import is_staging
from search import analysis, outbox, words
from search.engines import Row, local_engine, mark, month_mark
from search.models import SearchEntry, number_at

# How much of a text is indexed, in bytes of words: PostgreSQL takes a megabyte of them (its manual, 12.11), and its
# engine adds a mark for each two of them. A book of five hundred pages is less.
_MOST_BYTES = 400_000
# So many editions are indexed at once: those of a batch of `import_articles` together, so that two of those that go on
# beside one another insert new words in one order.
_AT_ONCE = 500
# The stems of no longer text (in characters of HTML) are remembered: 500 of these would take some 20 MB.
_LONGEST_KNOWN = 20_000
# What of an entry changes with what it stands for.
_FACTS = [
    field.name
    for field in SearchEntry._meta.concrete_fields
    if field.name not in {"id", "language", "item_type", "item_id"}
]


def follow(editions):
    """
    Brings the entries of some editions into step with what readers see of them now. Can run any number of times.

    Called inside the transaction that changed them (`publishing.followers`).
    `editions`: of one type.
    """
    if is_staging():
        return  # a preview: what it publishes is taken back
    editions = iter(editions)
    while some := list(islice(editions, _AT_ONCE)):
        former = _entries_of(some)
        shown = {_key(edition): edition for edition in some if edition.is_public and not edition.retracted_at}
        remove([entry for key, entry in former.items() if key in {*map(_key, some)} - shown.keys()])
        _write(shown.values(), former)


def in_bulk():
    """A block in which a great many editions and rows of the desk are indexed, in many transactions."""
    return local_engine().in_bulk()


def remove(entries):
    """Takes entries out of the index."""
    for language, some in _by_language(entries):
        numbers = [entry.id for entry in some]
        local_engine().remove(language, numbers)
        for number in numbers:
            outbox.tell_removed(language, number)
        SearchEntry.objects.filter(id__in=numbers).delete()


def _write(editions, former):
    """`former`: (item, language) → the entry that there was."""
    made = [(edition, *entry_of(edition)) for edition in editions]
    gone, new, same = [], [], []
    for edition, entry, _text in made:
        known = former.get(_key(edition))
        if known and number_at(known.published_at) == number_at(edition.publish_at):
            entry.id = known.id
            same.append(entry)
        else:
            gone += [known] if known else []
            new.append((edition, entry))
    remove(gone)
    _give_numbers(new)
    SearchEntry.objects.bulk_create([entry for _edition, entry in new])
    SearchEntry.objects.bulk_create(same, update_conflicts=True, unique_fields=["id"], update_fields=_FACTS)
    for language, rows in _by_language(made, of=lambda row: row[1].language):
        local_engine().write(language, [Row(entry.id, text) for _edition, entry, text in rows])
        for _edition, entry, text in rows:
            outbox.tell_written(language, entry.id, text)
        words.learn([edition.version for edition, _entry, _text in rows], language)


def _entries_of(editions):
    """(item, language) → entry, for those of some editions of one type that have one."""
    kind = ContentType.objects.get_for_model(editions[0]._meta.get_field("item").related_model)
    entries = SearchEntry.objects.filter(
        item_type=kind,
        item_id__in={edition.item_id for edition in editions},
        language__in={edition.language for edition in editions},
    )
    return {_key(entry): entry for entry in entries}


def _key(row):
    return row.item_id, row.language


def _by_language(rows, of=attrgetter("language")):
    return [(language, list(some)) for language, some in groupby(sorted(rows, key=of), key=of)]


def entry_of(edition):
    """(the `SearchEntry` of a public edition, without its number, and the text to index it by)."""
    version, language = edition.version, edition.language
    with translation.override(language):
        others = [text for text in version.search_texts() if text]
    title = stems(version.title, language)
    standfirst = stems(version.standfirst or "", language)
    rest = [stems(text, language, is_html=True) for text in [version.body or "", *others]]
    entry = SearchEntry(
        language=language,
        item_type=ContentType.objects.get_for_model(edition._meta.get_field("item").related_model),
        item_id=edition.item_id,
        version_id=version.pk,
        section_id=edition.search_section_id,
        format=edition.search_format,
        year=timezone.localtime(edition.publish_at).year,
        gone_at=edition.withdraw_at,
        title=_padded(title),
        standfirst=_padded(standfirst),
        analysis=analysis.VERSION,
    )
    return entry, joined([marks_of(entry, edition.publish_at), title, standfirst, *rest])


def _padded(stems):
    return f" {' '.join(stems)} " if stems else ""


def stems(text, language, is_html=False):
    """What a text is searched by, in its order."""
    if not is_html:
        return tuple(analysis.stems(text, language))
    return (_known_stems if len(text) <= _LONGEST_KNOWN else _stems_of_html)(text, language)


def _stems_of_html(html, language):
    return tuple(analysis.stems(block_text(html), language))


# Readers and staff find an article by the same bodies, those of a batch that is imported one after the other.
_known_stems = lru_cache(maxsize=500)(_stems_of_html)


def marks_of(entry, moment):
    """The marks by which engines narrow a search: section, format and year, and the month for engines themselves."""
    marks = [mark("format", entry.format), mark("year", entry.year), month_mark(moment)]
    return [*marks, mark("section", entry.section_id)] if entry.section_id else marks


def joined(texts):
    """Texts, each a sequence of words, as the text of an engine's row; what is too much for a row is cut."""
    text = " _ ".join(" ".join(words) for words in texts if words)
    if len(text) * 4 <= _MOST_BYTES:
        return text
    return text.encode()[:_MOST_BYTES].decode(errors="ignore").rpartition(" ")[0]


def _give_numbers(rows):
    """
    Gives new entries numbers that nothing else has: their time, and something of their own in the same millisecond.

    `rows`: pairs (edition, entry).
    """
    wanted = [number_at(edition.publish_at) + edition.pk % 1_000_000 for edition, _entry in rows]
    taken = set(SearchEntry.objects.filter(id__in=wanted).values_list("id", flat=True)) if rows else set()
    for (_edition, entry), number in zip(rows, wanted, strict=True):
        if number in taken:
            near = SearchEntry.objects.filter(id__gte=number, id__lt=number + 100).values_list("id", flat=True)
            taken |= set(near)
            number = next(one for one in range(number, number + 1000) if one not in taken)
        entry.id = number
        taken.add(number)
