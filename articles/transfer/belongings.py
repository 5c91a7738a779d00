"""
Sections, tags and bylines: as they stand in a line, and those of a line found here, or made.

What is here is never changed by a line, with one exception: who is withdrawn there is withdrawn here.
"""

import json

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import translation

from articles.models import Byline, Category
from articles.transfer import ids, numbers
from articles.transfer.format import moment_of, moment_text
from articles.transfer.schema import Mismatch
from articles.workflow import withdraw_byline
from publishing.languages import language_codes
from publishing.models import Tag
from publishing.slugs import slugify

_SECTION_TEXTS = ("name", "slug", "description")
_BYLINE_TEXTS = ("name", "role", "about")
_TAG_TEXTS = ("name", "description")


def by_language(row, name):
    """A translated field as it stands in a line; languages without a text are left out."""
    values = {code: getattr(row, f"{name}_{code}") for code in language_codes()}
    return {code: value for code, value in values.items() if value}


def columns(record, names):
    """{column: text} of translated fields of a record. Raises `Mismatch` for a language that is none of the site."""
    found = {}
    for name in names:
        for code, text in (record.get(name) or {}).items():
            if code not in language_codes():
                raise Mismatch(f"{name}.{code}", "is no language of this site")
            found[f"{name}_{code}"] = text or ""
    return found


def without_nothing(record):
    """A record without what is as if it were left out."""
    return {name: value for name, value in record.items() if value or value == 0 and not isinstance(value, bool)}


# --- As they stand in a line --------------------------------------------------------


def section_record(category, keys):
    """The sections that lead to one, from the top down. Reads their parents. `keys`: number → id."""
    above = section_record(category.parent, keys) if category.parent_id else []
    facts = {name: by_language(category, name) for name in _SECTION_TEXTS} | {
        "id": keys[category.pk],
        "layout": category.layout if category.layout != Category.Layout.NEWS else "",
        "position": category.position,
        "on_home": category.is_on_home,
        "needs_second_person": category.needs_second_person,
    }
    return [*above, without_nothing(facts)]


def tag_record(tag, key):
    facts = {name: by_language(tag, name) for name in _TAG_TEXTS}
    return without_nothing(facts | {"id": key, "slug": tag.slug})


def byline_record(byline, key, portrait):
    facts = {name: by_language(byline, name) for name in _BYLINE_TEXTS}
    return without_nothing(
        facts | {"id": key, "portrait": portrait, "withdrawn_at": moment_text(byline.withdrawn_at)}
    ) | {"name": facts["name"]}


# --- Found or made ------------------------------------------------------------------


class Belongings:
    """The sections, tags and bylines of one import: each is looked for once."""

    def __init__(self):
        self._sections, self._tags, self._bylines = {}, {}, {}

    def section(self, records):
        """The section at the end of a path of records. Raises `Mismatch`."""
        signature = _signature(records)
        if signature not in self._sections:
            self._sections[signature] = _found_section(records) or self._made_section(records)
        return self._sections[signature]

    def tag(self, record):
        """The number of a tag. Raises `Mismatch`."""
        signature = _signature(record)
        if signature not in self._tags:
            self._tags[signature] = _found_tag(record) or _made_tag(record)
        return self._tags[signature]

    def byline(self, record, portrait):
        """A byline. `portrait`: the number of its picture, or None. Raises `Mismatch`."""
        signature = _signature(record)
        if signature not in self._bylines:
            self._bylines[signature] = _found_byline(record) or _made_byline(record, portrait)
        return self._bylines[signature]

    def _made_section(self, records):
        *above, own = records
        # In a transaction of its own: it stays, whatever becomes of what is below it.
        return _saved_section(own, self.section(above) if above else None)


def _found_section(records):
    if number := _known(Category, records[-1]):
        return Category.objects.get(pk=number)
    at = [Category.objects.filter(**{f"path_{code}": path}).first() for code, path in _paths(records).items()]
    found = {category for category in at if category is not None}
    if len(found) > 1:
        names = ", ".join(sorted(map(str, found)))
        raise Mismatch("section", f"has the addresses of several sections here ({names}). Make them one")
    category = next(iter(found), None)
    if category:
        _note(Category, records[-1], category.pk)
    return category


@transaction.atomic
def _saved_section(record, parent):
    category = Category(
        parent=parent,
        layout=record.get("layout") or Category.Layout.NEWS,
        position=record.get("position") or 0,
        is_on_home=bool(record.get("on_home")),
        needs_second_person=bool(record.get("needs_second_person")),
        **_columns_at("section", record, _SECTION_TEXTS),
    )
    if not any(category.path_in(code) for code in language_codes()):
        raise Mismatch("section", "has no name in any language that the sections above it have one in")
    try:
        category.clean()
    except ValidationError as error:
        raise Mismatch("section", "; ".join(error.messages)) from error
    category.pk = _number_for(Category, record)
    category.save(force_insert=True)
    _note(Category, record, category.pk)
    return category


def _paths(records):
    """Language → the address that a path of sections has in it."""
    found = {}
    for code in language_codes():
        words = []
        for record in records:
            name = (record.get("name") or {}).get(code)
            if not name:
                break
            words.append(slugify((record.get("slug") or {}).get(code) or name, code))
        else:
            found[code] = "/".join(words)
    return found


def _found_tag(record):
    if number := _known(Tag, record):
        return number
    for column, name in _columns_at("tags", record, ["name"]).items():
        if name and (tag := Tag.objects.filter(**{column: name}).first()):
            _note(Tag, record, tag.pk)
            return tag.pk
    return None


@transaction.atomic
def _made_tag(record):
    texts = _columns_at("tags", record, _TAG_TEXTS)
    names = {column: name for column, name in texts.items() if column.startswith("name_") and name}
    if not names:
        raise Mismatch("tags", "a tag has no name. Give it one, or take it out")
    column, name = next(iter(names.items()))
    words = record.get("slug") or slugify(name, column.removeprefix("name_")) or "tag"
    tag = Tag(pk=_number_for(Tag, record), slug=_free_slug(words), **{key: text or None for key, text in texts.items()})
    # The column that belongs to no language repeats the name in this one, and is unique.
    with translation.override(column.removeprefix("name_")):
        tag.save(force_insert=True)
    _note(Tag, record, tag.pk)
    return tag.pk


def _free_slug(words):
    slug, count = words, 1
    while Tag.objects.filter(slug=slug).exists():
        count += 1
        slug = f"{words[:90]}-{count}"
    return slug


def _found_byline(record):
    withdrawn_at = moment_of(record.get("withdrawn_at"), "bylines.withdrawn_at")
    if number := _known(Byline, record):
        byline = Byline.objects.get(pk=number)
        return withdraw_byline(byline, by=None) if withdrawn_at and not byline.withdrawn_at else byline
    wanted = [_told(record, "name"), _told(record, "role")]
    named = without_nothing(_columns_at("bylines", record, ["name"]))
    if not named:
        raise Mismatch("bylines", "a byline has no name. Give it one, or take it out")
    column, name = next(iter(named.items()))
    for byline in Byline.objects.filter(**{column: name}, withdrawn_at__isnull=withdrawn_at is None).order_by("pk"):
        if [by_language(byline, "name"), by_language(byline, "role")] == wanted:
            _note(Byline, record, byline.pk)
            return byline
    return None


def _told(record, name):
    return without_nothing(record.get(name) or {})


@transaction.atomic
def _made_byline(record, portrait):
    texts = _columns_at("bylines", record, _BYLINE_TEXTS)
    byline = Byline(
        pk=_number_for(Byline, record),
        portrait_id=portrait,
        withdrawn_at=moment_of(record.get("withdrawn_at"), "bylines.withdrawn_at"),
        **texts,
    )
    byline.save(force_insert=True)
    _note(Byline, record, byline.pk)
    return byline


# --- What they have in common -------------------------------------------------------


def _known(model, record):
    """The number of the row that came with the record's id, or None."""
    key = record.get("id")
    return ids.numbers_of(model, [key]).get(key) if key else None


def _number_for(model, record):
    """The number that its id ends in, if it is free; else the next one."""
    number = ids.number_in(record.get("id") or "")
    free = numbers.claim(model, {number}) if number else set()
    return free.pop() if free else numbers.reserve(model, 1)[0]


def _note(model, record, number):
    if record.get("id"):
        ids.note(model, record["id"], number)


def _columns_at(place, record, names):
    try:
        return columns(record, names)
    except Mismatch as mismatch:
        raise mismatch.within(place) from None


def _signature(record):
    return json.dumps(record, sort_keys=True)
