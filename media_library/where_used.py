"""
"Where is it used": what shows a picture, or holds another thing of the library, in words and with links.

A few queries for each type, however many rows there are.
"""

from dataclasses import dataclass, field

from django.apps import apps
from django.contrib.admin.sites import site
from django.contrib.contenttypes.models import ContentType
from django.db.models import PROTECT, ForeignKey, ManyToManyField, Q, TextField
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.roles import permission_for
from desk.items import form_url
from desk.reach import reach_of
from media_library.models import Picture, PictureUse
from media_library.uses import EDITION, pictures_shown, source_of
from publishing.clock import now
from publishing.languages import direction, language_codes, own_name
from publishing.registry import public_types

# How many users are listed, and how many are named in one sentence.
LISTED, NAMED = 100, 5


@dataclass
class Line:
    """One way of using: since when readers see it (in words), in which places, in which languages (none: in all)."""

    standing: str
    places: list
    codes: list

    @property
    def languages(self):
        return [{"code": code, "name": own_name(code), "dir": direction(code)} for code in self.codes]


@dataclass
class User:
    """Something that uses it, with its kind in words. `title` is "" for what the person who asks may not see."""

    kind: str
    title: str = ""
    url: str = ""
    is_trashed: bool = False
    lines: list = field(default_factory=list)


@dataclass
class Users:
    """The first that use something, and how many there are besides."""

    shown: list
    more: int

    def __bool__(self):
        return bool(self.shown)


def users_of(row, person, *, limit=LISTED):
    """What uses a thing of the library, as far as `person` may know of it (None: the system, which knows all)."""
    target = PictureTarget(row) if isinstance(row, Picture) else ItemTarget(row)
    users = _List(target, person, limit)
    for public_type in public_types():
        users.add_publishable(public_type.model, public_type.edition_model)
    for model in target.other_models():
        users.add_rows(model)
    return Users(users.shown, users.more)


def names_of_users(row, person):
    """The first few that use it, for a sentence: "“Harvest”, “Water returns”, 3 more"; "" if nothing does."""
    users = users_of(row, person, limit=NAMED)
    hidden = _("something that you may not see")
    names = [f"“\u2068{user.title}\u2069”" if user.title else hidden for user in users.shown]
    more = [_("%(count)s more") % {"count": users.more}] if users.more else []
    return _(", ").join([*dict.fromkeys(names), *more])


def versions_for_readers(edition):
    """[(standing in words, version)] of what readers see of an edition, and of what they will see."""
    is_planned = edition.current_state == edition.State.SCHEDULED
    found = [(pgettext("use of a picture", "live"), edition.version)] if edition.is_public else []
    found += [(_("scheduled"), edition.live)] if is_planned else []
    found += [(_("scheduled"), edition.upcoming)] if edition.upcoming_id and edition.upcoming_at > now() else []
    return found


def editions_using(row):
    """
    The editions, with their items, that readers see a thing of the library in now or will, or whose text holds it.

    It may stand in something else: a picture in an album, a video in a playlist. Asks a few questions for each.
    """
    found = {}
    for target in _targets(row):
        for public_type in public_types():
            items = _items_using(target, public_type.model, public_type.edition_model).filter(trashed_at=None)
            for item in items.prefetch_related("editions__live", "editions__upcoming", "editions__saved_by").iterator(
                chunk_size=100
            ):
                for edition in _current(target, item):
                    edition.item = item
                    found[type(edition), edition.pk] = edition
    return list(found.values())


def _current(target, item):
    """The editions of an item that are not only using something in an earlier version."""
    languages = {language for language, _words in target.places_in(item)}
    for edition in item.editions.all():
        is_read = any(target.places_in(version) for _standing, version in versions_for_readers(edition))
        if is_read or {"", edition.language} & languages:
            yield edition


def _targets(row):
    """What to look for: the thing itself, whatever holds it in the library, and so on."""
    waiting, seen = [row], set()
    while waiting:
        row = waiting.pop()
        if (type(row), row.pk) in seen:
            continue
        seen.add((type(row), row.pk))
        target = PictureTarget(row) if isinstance(row, Picture) else ItemTarget(row)
        for model in target.other_models():
            waiting += model._default_manager.filter(pk__in=target.rows_of(model))
        yield target


def _items_using(target, model, edition_model):
    editions = edition_model.objects.filter(pk__in=target.rows_of(edition_model))
    return model.objects.filter(Q(pk__in=target.rows_of(model)) | Q(pk__in=editions.values("item")))


# --- What is looked for ----------------------------------------------------------


class PictureTarget:
    """A picture, found by the index of uses."""

    def __init__(self, picture):
        self.number = picture.pk
        types = PictureUse.objects.filter(picture=picture).order_by().values("user_type").distinct()
        self._types = {kind.model_class(): kind for kind in ContentType.objects.filter(pk__in=types)}

    def rows_of(self, model):
        """The rows of a model that show it, as a query of their numbers."""
        uses = PictureUse.objects.filter(picture=self.number, user_type=self._types.get(model))
        return uses.order_by().values("user_id") if model in self._types else []

    def other_models(self):
        """The models besides the public ones whose rows show it."""
        public = {model for one in public_types() for model in (one.model, one.edition_model)}
        return [model for model in self._types if model is not None and model not in public]

    def places_in(self, row):
        """[(language, words)] of the places in which a row shows it."""
        shown = pictures_shown(row) if source_of(type(row)) else []
        found = [(one.language, _words_for(row, one.field)) for one in shown if one.number == self.number]
        return list(dict.fromkeys(found))

    def places_in_entries(self):
        """Words for a row of which only the parts show it, such as an album."""
        return [("", str(Picture._meta.verbose_name_plural))]


class ItemTarget:
    """Anything else of the library: found by the fields that point to it, and by what live versions say of it."""

    def __init__(self, row):
        self.row, self.model = row, type(row)
        self._editions = {}

    def rows_of(self, model):
        if any(one.edition_model is model for one in public_types()):
            return self._editions_of(model)
        condition = Q(pk__in=[])
        for pointing in self._fields_of(model):
            condition |= Q(**{pointing.name: self.row.pk})
        return model._base_manager.filter(condition).values("pk")

    def other_models(self):
        public = {one.model for one in public_types()}
        return [model for model in apps.get_models() if model not in public and self._fields_of(model)]

    def places_in(self, row):
        if _owner_name(type(row)) == EDITION:
            return [("", _words_for_medium(row))] if self._is_in(getattr(row, "media", {})) else []
        return [("", pointing.verbose_name) for pointing in self._fields_of(type(row)) if self._points(row, pointing)]

    def places_in_entries(self):
        return [("", str(self.model._meta.verbose_name_plural))]

    def _fields_of(self, model):
        """The fields by which rows of a model hold such a thing. What is merely a part of it does not hold it."""
        if _is_part(model):
            return []
        fields = [*model._meta.concrete_fields, *model._meta.local_many_to_many]
        return [one for one in fields if one.related_model is self.model and _holds(one)]

    def _points(self, row, pointing):
        return isinstance(pointing, ManyToManyField) or getattr(row, pointing.attname) == self.row.pk

    def _editions_of(self, edition_model):
        """The numbers of the editions of which readers see it, or will, whatever the working copy holds by now."""
        if edition_model not in self._editions:
            self._editions[edition_model] = [
                edition.pk
                for edition in self._candidates(edition_model)
                if any(self._is_in(version.media) for _standing, version in versions_for_readers(edition))
            ]
        return self._editions[edition_model]

    def _candidates(self, edition_model):
        versions = edition_model._meta.get_field("live").related_model
        if not self._key or "media" not in {one.name for one in versions._meta.concrete_fields}:
            return []
        words = f'"{self._key}": {self.row.pk}'
        as_text = {name: Cast(f"{name}__media", TextField()) for name in ("live", "upcoming")}
        editions = edition_model.objects.annotate(live_text=as_text["live"], upcoming_text=as_text["upcoming"])
        found = editions.filter(Q(live_text__contains=words) | Q(upcoming_text__contains=words))
        return found.select_related("live", "upcoming")

    @property
    def _key(self):
        """By which word versions name it: that of the field in which public things hold it."""
        names = [one.name for public_type in public_types() for one in self._fields_of(public_type.model)]
        return names[0] if names else self.model._meta.model_name

    def _is_in(self, media):
        if isinstance(media, list):
            return any(self._is_in(part) for part in media)
        return isinstance(media, dict) and (media.get(self._key) == self.row.pk or self._is_in(list(media.values())))


def _holds(pointing):
    is_firm = isinstance(pointing, ForeignKey) and pointing.remote_field.on_delete is PROTECT
    return is_firm or isinstance(pointing, ManyToManyField)


def _is_part(model):
    """Whether rows of a model count as something else: a version as its edition, an entry as what it stands in."""
    keys = [one for one in model._meta.concrete_fields if isinstance(one, ForeignKey)]
    throughs = [many.remote_field.through for key in keys for many in key.related_model._meta.local_many_to_many]
    return model in throughs or any(key.name in {EDITION, "live"} for key in keys)


def _owner_name(model):
    """The name of the field by which a row belongs to something that it counts as, or ""."""
    source = source_of(model)
    return source.owner.name if source and source.owner else ""


def _words_for(row, shown_by):
    """What staff call the field by which something is shown; for a version, what its item calls it."""
    if shown_by.name == "media":
        return _words_for_medium(row)
    model = _item_model(type(row)) if _owner_name(type(row)) == EDITION else type(row)
    name = {"lead_text": "lead_picture"}.get(shown_by.name, shown_by.name)
    base = name.rpartition("_")[0] if name.rpartition("_")[2] in language_codes() else name
    return str(model._meta.get_field(base).verbose_name)


def _words_for_medium(version):
    """What staff call the medium of a version: as the field of its item does that holds it."""
    model = _item_model(type(version))
    return str(model._meta.get_field(model.MEDIUM_FIELDS[version.format]).verbose_name)


def _item_model(version_model):
    return source_of(version_model).owner_model._meta.get_field("item").related_model


# --- The list ----------------------------------------------------------------------


class _List:
    """Collects users up to a limit, and counts the others."""

    def __init__(self, target, person, limit):
        self.target, self.person, self.limit = target, person, limit
        self.shown, self.more = [], 0

    def add_publishable(self, model, edition_model):
        editions = edition_model.objects.filter(pk__in=self.target.rows_of(edition_model))
        items = self._take(_items_using(self.target, model, edition_model))
        if not items:
            return
        by_item = {}
        for edition in editions.filter(item__in=items).select_related("live", "upcoming"):
            by_item.setdefault(edition.item_id, []).append(edition)
        reaches = [reach_of(self.person, model, action) for action in ("view", "change")] if self.person else None
        for item in items:
            is_known = reaches is None or any(
                reach.covers(item, code) for reach in reaches for code in language_codes()
            )
            self.shown.append(self._publishable(item, by_item.get(item.pk, [])) if is_known else _unknown(model))

    def add_rows(self, model):
        rows = self._take(model._default_manager.filter(pk__in=self.target.rows_of(model)))
        visible = self._visible(model, rows)
        self.shown += [self._plain(row) if row.pk in visible else _unknown(model) for row in rows]

    def _take(self, rows):
        """As many of the rows as there is room for, the newest first."""
        count = rows.count()
        taken = list(rows.order_by("-pk")[: self.limit - len(self.shown)]) if count else []
        self.more += count - len(taken)
        return taken

    def _publishable(self, item, editions):
        user = User(_kind(type(item)), item.working_title, form_url(item), item.trashed_at is not None)
        in_working_copy = self.target.places_in(item)
        ways = []
        for edition in sorted(editions, key=lambda one: language_codes().index(one.language)):
            read = [
                (standing, words, edition.language)
                for standing, version in versions_for_readers(edition)
                for _language, words in self.target.places_in(version)
            ]
            is_past = not read and not {"", edition.language} & {language for language, _words in in_working_copy}
            ways += [(_("only in an earlier version"), "", edition.language)] if is_past else read
        ways += [(_("working copy"), words, language) for language, words in in_working_copy]
        user.lines = _lines(ways)
        return user

    def _plain(self, row):
        places = self.target.places_in(row) or self.target.places_in_entries()
        lines = _lines(("", words, language) for language, words in places)
        return User(_kind(type(row)), str(row), _admin_url(row), lines=lines)

    def _visible(self, model, rows):
        """The numbers of those rows that the person may know of."""
        numbers = [row.pk for row in rows]
        if self.person is None:
            return set(numbers)
        if not any(self.person.has_perm(permission_for(model, action)) for action in ("view", "change")):
            return set()
        if "collection" not in {one.name for one in model._meta.fields}:
            return set(numbers)
        return set(model.objects.visible_to(self.person).filter(pk__in=numbers).values_list("pk", flat=True))


def _lines(ways):
    """(standing, place, language) as few lines: what is alike in several languages, or places, is said once."""
    places = {}
    for standing, words, language in ways:
        places.setdefault((standing, language), []).append(words)
    languages = {}
    for (standing, language), words in places.items():
        languages.setdefault((standing, tuple(filter(None, words))), []).append(language)
    return [
        Line(standing, list(words), [code for code in codes if code]) for (standing, words), codes in languages.items()
    ]


def _unknown(model):
    return User(_kind(model))


def _kind(model):
    return capfirst(model._meta.verbose_name)


def _admin_url(row):
    meta = row._meta
    if not site.is_registered(type(row)):
        return ""
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[row.pk])
