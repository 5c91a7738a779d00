"""
Which row shows which picture: the index (`PictureUse`) behind "where is it used", and behind deleting.

It is read from the models themselves, whichever they are: foreign keys to
pictures, rich text, and the JSON that versions keep of their media. What is a
part of something counts under its *owner*: a version under its edition, an
album's entry under its album. So an edition uses whatever any of its versions
shows, since any of them can be restored.

Signals keep it in step (docs/decisions/0007-uses-of-pictures.md). Bulk writes
send none: call `rebuild` after them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from django.apps import apps as installed
from django.db import models, transaction
from django.db.models import Exists, OuterRef
from django.db.models.signals import post_delete, post_save
from django.utils import timezone

from publishing.fields import HtmlField
from publishing.html import pictures_in
from publishing.languages import language_codes
from publishing.staging import is_staging

PICTURE = "media_library.picture"
# What belongs to a picture, or will become one: no use of it.
PARTS_OF_PICTURES = frozenset(
    f"media_library.{name}" for name in ("formerfile", "picture", "pictureuse", "pictureword", "redaction", "rendition",
                                         "upload")
)  # fmt: skip
# By this field a version belongs to its edition.
EDITION = "edition"
CHUNK = 200


# --- What a row shows ----------------------------------------------------------


@dataclass(frozen=True)
class Shown:
    """A picture that a row shows: its number, in which language ("" for all), and by which field."""

    number: int
    language: str
    field: models.Field


@dataclass(frozen=True)
class Source:
    """How rows of a model show pictures: by which (field, language), and the foreign key to their owner, if any."""

    model: type[models.Model]
    fields: tuple
    owner: models.ForeignKey | None

    @property
    def owner_model(self):
        return self.owner.related_model if self.owner else self.model

    @property
    def owner_column(self):
        return self.owner.attname if self.owner else "pk"

    def touches(self, names):
        """Whether writing the columns `names` can change what a row shows."""
        fields = [*(field for field, _language in self.fields), *([self.owner] if self.owner else [])]
        return any(field.name in names or field.attname in names for field in fields)


@cache
def source_of(model):
    """The `Source` of a model, or None if its rows show no pictures. Takes models of migrations, too."""
    if not shows_pictures(model):
        return None
    columns = {field.name: field for field in model._meta.concrete_fields}
    fields = [field for field in columns.values() if _is_to_picture(field) or _is_text_with_pictures(field)]
    # A translated field's own column repeats one of its languages.
    originals = {name for name in columns if all(f"{name}_{code}" in columns for code in language_codes())}
    by_language = [(field, _language_of(field, originals)) for field in fields if field.name not in originals]
    return Source(model, tuple(by_language), _owner_of(model))


@cache
def shows_pictures(model):
    """Whether rows of a model show pictures. JSON is looked into only where there is a picture or rich text, too."""
    if model._meta.label_lower in PARTS_OF_PICTURES or model._meta.proxy:
        return False
    return any(_is_to_picture(field) or isinstance(field, HtmlField) for field in model._meta.concrete_fields)


def pictures_shown(row) -> Iterator[Shown]:
    """All that a row shows by itself; its parts are rows of their own."""
    for field, language in source_of(type(row)).fields:
        value = getattr(row, field.attname)
        for number in _numbers_in(field, value):
            yield Shown(number, language, field)


def pictures_in_json(value):
    """The numbers of the pictures in what a version keeps of its media: {"picture": 3, …}, at any depth."""
    if isinstance(value, dict):
        if isinstance(value.get("picture"), int):
            yield value["picture"]
        value = list(value.values())
    if isinstance(value, list):
        for part in value:
            yield from pictures_in_json(part)
    elif isinstance(value, str):
        yield from pictures_in(value)


def _numbers_in(field, value):
    if not value:
        return []
    if _is_to_picture(field):
        return [value]
    return pictures_in(value) if isinstance(field, HtmlField) else pictures_in_json(value)


def _is_to_picture(field):
    return isinstance(field, models.ForeignKey) and field.related_model._meta.label_lower == PICTURE


def _is_text_with_pictures(field):
    return isinstance(field, HtmlField | models.JSONField)


def _language_of(field, originals):
    base, _underscore, code = field.name.rpartition("_")
    return code if base in originals else ""


def _owner_of(model):
    """The foreign key of a version to its edition, or of an entry to the row whose many-to-many field it belongs to."""
    keys = [field for field in model._meta.concrete_fields if isinstance(field, models.ForeignKey)]
    for key in keys:
        through = [field.remote_field.through for field in key.related_model._meta.local_many_to_many]
        if key.name == EDITION or model in through:
            return key
    return None


# --- The index -----------------------------------------------------------------


class Index:
    """The index in one registry of models: the installed ones, or those of a migration."""

    def __init__(self, apps=installed):
        self.apps = apps
        self.pictures = apps.get_model(PICTURE)._base_manager
        self.uses = apps.get_model("media_library.PictureUse")._base_manager
        self.types = apps.get_model("contenttypes.ContentType").objects

    def sources(self):
        return [source_of(model) for model in self.apps.get_models() if shows_pictures(model)]

    def owner_models(self):
        """The models whose rows have uses, each once."""
        return list(dict.fromkeys(source.owner_model for source in self.sources()))

    def sync(self, owner_model, numbers):
        """Brings the uses of some rows of one model up to date, from what is stored of them and their parts."""
        with transaction.atomic(savepoint=False):
            wanted, known = self._wanted(owner_model, numbers), self._known(owner_model, numbers)
            self._add(owner_model, wanted - known.keys())
            self._remove([pk for key, pk in known.items() if key not in wanted])

    def add_shown(self, row):
        """Notes what a new row shows; what its owner showed before, it goes on showing."""
        self.add_all_shown([row])

    def add_all_shown(self, rows):
        """Does the same for several new rows of one model."""
        if not rows:
            return
        source = source_of(type(rows[0]))
        wanted = {
            (getattr(row, source.owner_column), shown.number, shown.language)
            for row in rows
            for shown in pictures_shown(row)
        }
        if not wanted:
            return
        with transaction.atomic(savepoint=False):
            known = self._known(source.owner_model, {owner for owner, _picture, _language in wanted})
            self._add(source.owner_model, wanted - known.keys())

    def forget(self, owner_model, number):
        """Drops the uses of a row that was deleted."""
        with transaction.atomic(savepoint=False):
            self._remove(list(self._known(owner_model, [number]).values()))

    def rebuild(self, owner_model):
        """Brings all uses of one model's rows up to date, a chunk of rows at a time; yields how many are done."""
        done, last = 0, 0
        while numbers := list(self._numbers_after(owner_model, last)):
            self.sync(owner_model, numbers)
            done, last = done + len(numbers), numbers[-1]
            yield done
        self._forget_gone(owner_model)

    def settle(self):
        """Says of every picture whether it is used."""
        self._unused().update(unused_since=timezone.now())
        self.pictures.filter(self._is_used(), unused_since__isnull=False).update(unused_since=None)

    def _known(self, owner_model, numbers):
        """(row, picture, language) → number of the use, for some rows of one model."""
        kind = self.types.get_for_model(owner_model)
        uses = self.uses.filter(user_type=kind, user_id__in=numbers)
        return {(use.user_id, use.picture_id, use.language): use.pk for use in uses}

    def _wanted(self, owner_model, numbers):
        """{(row, picture, language)} for some rows of one model."""
        wanted = set()
        for source in self.sources():
            if source.owner_model is not owner_model:
                continue
            names = {field.attname for field, _language in source.fields} | {source.owner_column}
            rows = source.model._base_manager.filter(**{f"{source.owner_column}__in": numbers}).only(*names)
            for row in rows.iterator(chunk_size=CHUNK):
                owner = getattr(row, source.owner_column)
                wanted |= {(owner, shown.number, shown.language) for shown in pictures_shown(row)}
        return wanted

    def _add(self, owner_model, wanted):
        if not wanted:
            return
        # Texts may name pictures that there are none of. Locked in one order, and so that none is deleted meanwhile.
        named = self.pictures.filter(pk__in={picture for _row, picture, _language in wanted})
        real = set(named.order_by("pk").select_for_update(no_key=True).values_list("pk", flat=True))
        kind = self.types.get_for_model(owner_model)
        self.uses.bulk_create(
            [
                self.uses.model(picture_id=picture, user_type_id=kind.pk, user_id=row, language=language)
                for row, picture, language in sorted(wanted)
                if picture in real
            ],
            ignore_conflicts=True,
        )
        self._note_used(owner_model, real)

    def _note_used(self, owner_model, pictures):
        if self._keeps_versions(owner_model):
            # Every save writes a version: only what is put somewhere anew comes first in the picker.
            self.pictures.filter(pk__in=pictures, unused_since__isnull=False).update(unused_since=None)
        else:
            self.pictures.filter(pk__in=pictures).update(unused_since=None, last_used_at=timezone.now())

    def _keeps_versions(self, owner_model):
        return any(source.owner and source.owner.name == EDITION and source.owner_model is owner_model
                   for source in self.sources())  # fmt: skip

    def _remove(self, uses):
        if not uses:
            return
        pictures = list(self.uses.filter(pk__in=uses).values_list("picture_id", flat=True))
        self.uses.filter(pk__in=uses).delete()
        self._unused().filter(pk__in=pictures).update(unused_since=timezone.now())

    def _is_used(self):
        return Exists(self.uses.filter(picture=OuterRef("pk")))

    def _unused(self):
        """Pictures that nothing uses and that are not marked so yet."""
        return self.pictures.filter(~self._is_used(), unused_since=None)

    @staticmethod
    def _numbers_after(owner_model, last):
        rows = owner_model._base_manager.filter(pk__gt=last).order_by("pk")
        return rows.values_list("pk", flat=True)[:CHUNK]

    def _forget_gone(self, owner_model):
        meta = owner_model._meta
        uses = self.uses.filter(user_type__app_label=meta.app_label, user_type__model=meta.model_name)
        gone = uses.exclude(user_id__in=owner_model._base_manager.values("pk"))
        self._remove(list(gone.values_list("pk", flat=True)))


def rebuild(owner_model, *, ids):
    """After a bulk write: brings the uses of the rows `ids` of one owner model (such as `Album`) up to date."""
    Index().sync(owner_model, list(ids))


def rebuild_all(apps=installed):
    """Reads everything anew, in bounded memory; yields (model, rows done) as it goes on."""
    index = Index(apps)
    for owner_model in index.owner_models():
        for done in index.rebuild(owner_model):
            yield owner_model, done
    index.settle()


# --- Keeping it in step --------------------------------------------------------


def connect():
    """Listens to the models whose rows show pictures, and to no other."""
    for model in installed.get_models():
        if shows_pictures(model):
            owner = _owner_of(model)
            post_save.connect(_on_save, sender=model, dispatch_uid=f"media_library.uses:{model._meta.label}")
            for one in {model, owner.related_model if owner else model}:
                post_delete.connect(_on_delete, sender=one, dispatch_uid=f"media_library.uses:{one._meta.label}")


def _on_save(sender, instance, created, raw, update_fields, **kwargs):
    source = source_of(sender)
    # What a preview writes is rolled back; fixtures come in any order (see `rebuild_uses`).
    if raw or is_staging() or (update_fields is not None and not source.touches(update_fields)):
        return
    if created:
        Index().add_shown(instance)
    else:
        Index().sync(source.owner_model, [getattr(instance, source.owner_column)])


def _on_delete(sender, instance, origin, **kwargs):
    source = source_of(sender)
    if source is None or source.owner is None:
        Index().forget(sender, instance.pk)
    elif _is_of(origin, sender):
        Index().sync(source.owner_model, [getattr(instance, source.owner_column)])


def _is_of(origin, model):
    """Whether rows of `model` were deleted for themselves, not along with what they are part of."""
    return isinstance(origin, model) or getattr(origin, "model", None) is model
