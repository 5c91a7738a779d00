"""
The index is in step with what readers see: written in the transaction of the step that changes it.

It follows the workflow (`publishing.followers`); `rebuild_search` does the
same for whatever was not followed.
"""

from django.contrib.contenttypes.models import ContentType
from django.utils import timezone, translation

from publishing.html import block_text
from publishing.staging import is_staging
from search import analysis, outbox, words
from search.engines import Row, local_engine, mark, month_mark
from search.models import SearchEntry, number_at

# How much of a text is indexed, in bytes of words: PostgreSQL takes a megabyte of them (its manual, 12.11), and their
# places besides. A book of a thousand pages is less.
_MOST_BYTES = 750_000


def follow(editions):
    """
    Brings the entries of some editions into step with what readers see of them now. Can run any number of times.

    Called inside the transaction that changed them (`publishing.followers`).
    """
    if is_staging():
        return  # a preview: what it publishes is taken back
    for edition in editions:
        if edition.is_public and not edition.retracted_at:
            _write(edition)
        else:
            remove(SearchEntry.objects.of(edition))


def remove(entries):
    """Takes entries out of the index."""
    for entry in entries:
        local_engine().remove(entry.language, [entry.id])
        outbox.tell_removed(entry.language, entry.id)
        entry.delete()


def _write(edition):
    entry, text = entry_of(edition)
    former = SearchEntry.objects.of(edition).first()
    entry.id = _free_number(edition, former)
    is_new = former is None or former.id != entry.id
    if former and is_new:
        remove([former])
    entry.save(force_insert=is_new)
    local_engine().write(edition.language, [Row(entry.id, text)])
    outbox.tell_written(edition.language, entry.id, text)
    words.learn(edition.version, edition.language)


def entry_of(edition):
    """(the `SearchEntry` of a public edition, without its number, and the text to index it by)."""
    version, language = edition.version, edition.language
    with translation.override(language):
        others = [block_text(text) for text in version.search_texts() if text]
    title = stems(version.title, language)
    standfirst = stems(version.standfirst, language)
    rest = [stems(text, language) for text in [block_text(version.body), *others]]
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


def stems(text, language):
    """What a text is searched by, in its order."""
    return [token.stem for token in analysis.analyse(text or "", language)]


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


def _free_number(edition, former):
    """A number for its entry that nothing else has: its time, and something of its own in the same millisecond."""
    first = number_at(edition.publish_at)
    if former and number_at(former.published_at) == first:
        return former.id
    number = first + edition.pk % 1_000_000
    taken = set(SearchEntry.objects.filter(id__gte=number, id__lt=number + 100).values_list("id", flat=True))
    return next(one for one in range(number, number + 101) if one not in taken)
