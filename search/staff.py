"""
What staff find in the admin: every working copy, tag and medium, in all languages at once, drafts included.

Which models, and by which of their fields, they say themselves (`desk.finding`).
Their rows are followed by signals, in the transaction of the write, for the
reasons of docs/decisions/0007-uses-of-pictures.md: this index says nothing
that the row does not say. Bulk writes send none: call `index` after them. What
readers find is never followed by signals (`search.index`).

It tells numbers and no more. Lists and choices look for them among the rows
that somebody may see.
"""

from functools import cache
from itertools import chain

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.db.models.signals import post_delete, post_save
from django.utils.text import smart_split, unescape_string_literal

from desk.finding import found_models
from publishing.fields import HtmlField
from publishing.languages import language_codes
from publishing.staging import is_staging
from search import analysis
from search.engines import STAFF, Row, TooSlow, local_engine, mark
from search.index import joined, stems
from search.models import StaffEntry
from search.query import MOST_WORDS, Query, Words

# So many of the newest are found.
MOST_FOUND = 1000
# How long the engine may think, in seconds. After that, lists show what they find by themselves.
PATIENCE = 1
# A stem of fewer letters is not the beginning of other words: who types "suyu" does not look for all in "su…". What
# was typed so is one from two letters on, for which engines are prepared.
_SHORTEST_BEGINNING, _SHORTEST_TYPED = 3, 2
_BATCH = 200


# --- Keeping it in step -------------------------------------------------------------------


def connect():
    """Listens to the models whose rows staff find by words, and to no other."""
    for model in found_models():
        post_save.connect(_on_save, sender=model, dispatch_uid=f"search.staff:{model._meta.label}")
        post_delete.connect(_on_delete, sender=model, dispatch_uid=f"search.staff:{model._meta.label}")


def _on_save(sender, instance, raw, update_fields, **kwargs):
    # What a preview writes is rolled back; fixtures come in any order (see `rebuild_search`).
    if raw or is_staging() or (update_fields is not None and not _columns(sender).keys() & update_fields):
        return
    index(sender, [instance.pk])


def _on_delete(sender, instance, **kwargs):
    remove(StaffEntry.objects.filter(item_type=_kind(sender), item_id=instance.pk))


def index(model, numbers):
    """Indexes some rows of a model, from what is stored of them: whoever saves one may hold old texts of others."""
    kind, columns = _kind(model), _columns(model)
    with transaction.atomic(savepoint=False):
        rows = model._base_manager.filter(pk__in=numbers).order_by("pk").select_for_update(no_key=True)
        texts = {number: _text(kind, columns.values(), values) for number, *values in rows.values_list("pk", *columns)}
        entries = StaffEntry.objects.bulk_create(
            [StaffEntry(item_type=kind, item_id=number, analysis=analysis.VERSION) for number in texts],
            update_conflicts=True,
            unique_fields=["item_type", "item_id"],
            update_fields=["analysis"],
        )
        local_engine().write(STAFF, [Row(entry.pk, texts[entry.item_id]) for entry in entries])


def remove(entries):
    """Takes entries out of the index."""
    with transaction.atomic(savepoint=False):
        local_engine().remove(STAFF, list(entries.values_list("pk", flat=True)))
        entries.delete()


def _text(kind, columns, values):
    """The text to index a row by, from what stands in its columns (`_columns`)."""
    texts = chain.from_iterable(
        _readings(value, languages, is_html)
        for (languages, is_html), value in zip(columns, values, strict=True)
        if value
    )
    return joined([[mark("type", kind.pk)], *texts])


def _readings(text, languages, is_html):
    """The stems of a text in its language; of one that belongs to no language in each, as far as they differ."""
    return dict.fromkeys(stems(text, language, is_html) for language in languages)


@cache
def _columns(model):
    """Column → (languages of its text, whether it is HTML), for all by which a row is found, titles first."""
    names = {field.name: field for field in model._meta.concrete_fields}
    columns = {}
    for name in model.found_by:
        own = {f"{name}_{code}": [code] for code in language_codes()}
        translated = {column: languages for column, languages in own.items() if column in names}
        for column, languages in (translated or {name: language_codes()}).items():
            columns[column] = (languages, isinstance(names[column], HtmlField))
    return columns


def _kind(model):
    return ContentType.objects.get_for_model(model)


# --- Asking it ----------------------------------------------------------------------------


def numbers_of(model, text):
    """The numbers of the newest rows of a model with all words of `text`, in some form in some language."""
    query = asked(text)
    if not query or model not in found_models():
        return []
    try:
        with local_engine().limited(PATIENCE):
            found = local_engine().find(STAFF, query.narrowed([[mark("type", _kind(model).pk)]]), limit=MOST_FOUND)
    except TooSlow:
        return []
    return list(StaffEntry.objects.filter(pk__in=found).values_list("item_id", flat=True))


def asked(text):
    """
    What somebody typed, as a `Query` for texts in any of the languages. Whatever stands in it, it never raises.

    Each word may be what it is in any of them, and the beginning of a word.
    Words in quotation marks stand together.
    """
    parts = [[analysis.analyse(part, code) for code in language_codes()] for part in _parts(text)]
    parts = [readings for readings in parts if any(readings)]
    telling = [readings for readings in parts if not any(map(_is_common, readings))]
    return Query(tuple(_group(readings) for readings in (telling or parts)[:MOST_WORDS]))


def _parts(text):
    for part in smart_split(text):
        is_quoted = part[0] in "\"'" and part[0] == part[-1]
        yield unescape_string_literal(part) if is_quoted and len(part) > 1 else part


def _is_common(tokens):
    return bool(tokens) and all(token.is_stop for token in tokens)


def _group(readings):
    """What stands for a word, or for several in quotation marks, in each language."""
    return tuple(dict.fromkeys(_words(tokens) for tokens in readings if tokens))


def _words(tokens):
    last = tokens[-1]
    shortest = _SHORTEST_TYPED if last.stem == last.word else _SHORTEST_BEGINNING
    return Words(tuple(token.stem for token in tokens), is_prefix=len(last.stem) >= shortest)


# --- What is not in step ------------------------------------------------------------------


def missing(model):
    """The rows of a model that have no entry, or one of an older analysis."""
    in_step = StaffEntry.objects.filter(item_type=_kind(model), item_id=OuterRef("pk"), analysis=analysis.VERSION)
    return model._base_manager.exclude(Exists(in_step)).order_by("pk")


def strays():
    """The entries that stand for no row, a queryset for each model."""
    kinds = {model: _kind(model) for model in found_models()}
    yield StaffEntry.objects.exclude(item_type__in=kinds.values())
    for model, kind in kinds.items():
        rows = model._base_manager.filter(pk=OuterRef("item_id"))
        yield StaffEntry.objects.filter(item_type=kind).exclude(Exists(rows))


def index_batches():
    """Indexes what is not in step, batch by batch; yields how many each had."""
    for model in found_models():
        last = 0
        while numbers := list(missing(model).filter(pk__gt=last).values_list("pk", flat=True)[:_BATCH]):
            index(model, numbers)
            yield len(numbers)
            last = numbers[-1]
