"""
The library's screen: pictures to look through, find and choose; and the window of the same in which one is chosen.

What is done to many of them at once stands in `media_library.library_bulk`.
"""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from urllib.parse import urlencode

from django.apps import apps
from django.contrib import messages
from django.contrib.admin.sites import site
from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Prefetch, Value
from django.db.models.functions import Coalesce, Lower, NullIf
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from accounts.lockdown import is_known_by
from desk.items import numbers_in, render_screen
from desk.searching import too_long
from media_library import words
from media_library.formats import BY_NAME
from media_library.keyset import Order, page_of
from media_library.library_forms import MOST_PICTURES, NO_COLLECTION, FilterForm, start_of
from media_library.models import Album, Collection, LibraryItem, Picture, Playlist, Rendition, Video
from publishing.languages import current_language, direction, language_codes, own_name, sort_key
from publishing.models import Tag, TaggedItem

PAGE = MOST_PICTURES
# Counting goes on no further than this: "1,000+".
COUNTED = 1000
MOST_TAGS = 500
# How long before its rights end a picture says so.
ENDING = timedelta(days=30)

SORTS = {
    "newest": (gettext_lazy("Newest"), Order("created_at", is_descending=True)),
    "oldest": (gettext_lazy("Oldest"), Order("created_at")),
    "name": (gettext_lazy("Name"), Order("name")),
    "recent": (gettext_lazy("Recently used"), Order("last_used_at", is_descending=True)),
    "largest": (gettext_lazy("Largest"), Order("size", is_descending=True)),
}
VIEWS = {"grid": gettext_lazy("Grid"), "list": gettext_lazy("List")}

# What the window of the picker was opened with, for its answer.
OPENER = ("choice", "several", "CKEditorFuncNum", "language")

# What is shown of a picture; never its terms, nor any text that no tile needs.
COLUMNS = (
    "name", "created_at", "created_by", "last_used_at", "format", "size", "width", "height", "revision",
    "jpeg_revision", "problem", "is_decorative", "rights_from", "rights_until", "unused_since", "collection",
    *(f"{name}_{code}" for name in ("alt_text", "caption") for code in language_codes()),
)  # fmt: skip


def may(user, action):
    """Whether somebody may "view", "add", "change" or "delete" pictures. Who may change them may look at them."""
    asked = ("view", "change") if action == "view" else (action,)
    if action in {"change", "delete"} and is_known_by(user):
        return False  # a lock-down: readers see such changes at once
    return any(user.has_perm(f"media_library.{name}_picture") for name in asked)


def asked_for(query):
    """The numbers that an address or a form names as `ids`, repeated or with commas between them."""
    return numbers_in(",".join(query.getlist("ids")))


def for_tiles(pictures):
    """Pictures with all that a tile shows of them, and nothing else. Two queries."""
    shown = Rendition.objects.filter(encoding="jpeg", ratio__in=("3x2", "natural"))
    people = ("created_by__username", "created_by__display_name")
    return pictures.select_related("created_by").only(*COLUMNS, *people).prefetch_related(Prefetch("renditions", shown))


# --- One picture ------------------------------------------------------------------------


@dataclass(frozen=True)
class State:
    """Something that is to be known of a picture: `kind` is "bad", "wait" or "quiet"."""

    kind: str
    text: str
    languages: tuple = ()


@dataclass
class Tile:
    """One picture of a list. Build it of `for_tiles`."""

    picture: Picture
    moment: datetime
    url: str = ""

    @property
    def thumbnails(self):
        """Its smallest pictures, for 1× and 2× screens."""
        return self.picture.renditions_of("3x2").get("jpeg", [])[:3:2]

    @property
    def type(self):
        """The kind of its file, as people call it: "JPG"."""
        return BY_NAME[self.picture.format].extension.upper()

    @property
    def has_ended(self):
        """Whether nobody may use it any more."""
        return self.picture.has_ended_rights(self.moment)

    @cached_property
    def lacking(self):
        """The languages in which it has no alternative text."""
        return [code for code in language_codes() if not self.picture.is_described(code)]

    @property
    def states(self):
        """What is to be known of it, the worst first."""
        picture = self.picture
        if picture.problem:
            yield State("bad", _(picture.problem))
        elif not picture.is_ready:
            yield State("wait", capfirst(_("being prepared…")))
        yield from self._rights()
        if self.lacking:
            yield State("wait", _("No alternative text:"), tuple(self._names(self.lacking)))
        if picture.unused_since:
            yield State("quiet", capfirst(_("unused")))

    def _rights(self):
        begin, end = self.picture.rights_from, self.picture.rights_until
        if self.has_ended:
            yield State("bad", _("Rights ended on %(day)s") % {"day": _day(end)})
        elif end and end <= self.moment + ENDING:
            yield State("wait", _("Rights end on %(day)s") % {"day": _day(end)})
        if begin and begin > self.moment:
            yield State("wait", _("Embargo until %(day)s") % {"day": _day(begin)})

    @staticmethod
    def _names(codes):
        return [{"code": code, "name": own_name(code), "dir": direction(code)} for code in codes]

    @property
    def answer(self):
        """What the picker gives to the form that asked, as JSON."""
        natural = self.picture.renditions_of("natural").get("jpeg")
        return json.dumps(
            {
                "id": self.picture.pk,
                "name": self.picture.name,
                "alt": {code: self.picture.text_in("alt_text", code) for code in language_codes()},
                "caption": {code: self.picture.text_in("caption", code) for code in language_codes()},
                "thumbnail": self.picture.thumbnail_url,
                # Only the editor shows this file: readers get the renditions of the picture with this number.
                "large": natural[-1].url if natural else static("desk/picture.svg"),
            }
        )


def _day(moment):
    return date_format(timezone.localtime(moment))


# --- Many -------------------------------------------------------------------------------


class Library:
    """What one person sees of the pictures, with what they chose to see."""

    def __init__(self, user, query, *, path, is_picker=False):
        """`query`: the address's; `path`: where the screen is."""
        self.user, self.query, self.path, self.is_picker = user, query, path, is_picker
        self.moment = timezone.now()
        self.collections = Collection.objects.in_order(user)
        self.form = FilterForm(query, collections=self.open_collections, people=self._people(), tags=self._tags())
        self.chosen = self.form.chosen
        self.only = asked_for(query)
        self.sort = query.get("sort") if query.get("sort") in SORTS else self.first_sort
        self.view = query.get("view") if query.get("view") in VIEWS else "grid"

    @property
    def first_sort(self):
        return "recent" if self.is_picker else "newest"

    # What can be chosen

    @cached_property
    def open_collections(self):
        """(number, indented name) of the collections that this person may look into."""
        return [(row.pk, row.indented_name) for row in self.collections if not row.is_hidden]

    @cached_property
    def visible(self):
        """All pictures that this person may see."""
        return Picture.objects.outside({row.pk for row in self.collections if row.is_hidden})

    def _people(self):
        name = Lower(Coalesce(NullIf("display_name", Value("")), "username"))
        added = Exists(self.visible.filter(created_by=OuterRef("pk")))
        people = get_user_model().objects.filter(added).only("username", "display_name").order_by(name, "pk")
        return [(person.pk, str(person)) for person in people]

    @staticmethod
    def _tags():
        kind = ContentType.objects.get_for_model(Picture)
        used = Exists(TaggedItem.objects.filter(content_type=kind, tag=OuterRef("pk")))
        names = [(tag.pk, str(tag)) for tag in Tag.objects.filter(used)[:MOST_TAGS]]
        return sorted(names, key=lambda row: sort_key(row[1], current_language()))

    # Addresses

    def url(self, **changes):
        """The address of the screen with something else chosen; None takes a choice away. Starts at the first page."""
        facts = {name: self.query[name] for name in OPENER if name in self.query and self.is_picker}
        facts |= self.chosen | {"ids": ",".join(map(str, self.only)), "sort": self.sort, "view": self.view} | changes
        defaults = {"sort": self.first_sort, "view": "grid"}
        kept = {name: value for name, value in facts.items() if value and value != defaults.get(name)}
        return f"{self.path}?{urlencode(kept)}" if kept else self.path

    @property
    def address(self):
        """What follows the question mark where this page is, for coming back to it."""
        return self.query.urlencode()

    @property
    def hidden_fields(self):
        """What the form of the filters sends along."""
        names = OPENER if self.is_picker else ()
        facts = {name: self.query[name] for name in names if name in self.query}
        facts |= {"sort": self.sort} if self.sort != self.first_sort else {}
        return list((facts | ({"view": self.view} if self.view != "grid" else {})).items())

    @property
    def sorts(self):
        return [
            {"label": label, "url": self.url(sort=name), "is_chosen": name == self.sort}
            for name, (label, _order) in SORTS.items()
        ]

    @property
    def views(self):
        return [
            {"name": name, "label": label, "url": self.url(view=name), "is_chosen": name == self.view}
            for name, label in VIEWS.items()
        ]

    @property
    def chips(self):
        """What was chosen, each with the address without it."""
        labels = {name: (self.form.fields[name].label, self.form.label_of(name)) for name in self.chosen}
        chips = [{"label": label, "value": value, "url": self.url(**{name: None})}
                 for name, (label, value) in labels.items()]  # fmt: skip
        if self.only:
            chosen = ngettext("%(count)s chosen picture", "%(count)s chosen pictures", len(self.only))
            value = chosen % {"count": number_format(len(self.only), force_grouping=True)}
            chips.append({"label": _("Only"), "value": value, "url": self.url(ids=None)})
        return chips

    @property
    def clear_url(self):
        nothing = dict.fromkeys((*self.chosen, "ids"))
        return self.url(**nothing)

    # Rows

    @cached_property
    def pictures(self):
        """The pictures that were asked for."""
        rows = self.visible.filter(pk__in=self.only) if self.only else self.visible
        for name, value in self.chosen.items():
            rows = getattr(self, f"_with_{name}")(rows, value)
        return rows

    def _with_q(self, rows, text):
        return words.search(rows, text)

    def _with_collection(self, rows, value):
        if value == NO_COLLECTION:
            return rows.filter(collection=None)
        below = {int(value)}
        for row in self.collections:  # what is within another comes after it
            if row.parent_id in below:
                below.add(row.pk)
        return rows.filter(collection__in=below)

    def _with_tag(self, rows, value):
        return rows.tagged(int(value))

    def _with_by(self, rows, value):
        return rows.filter(created_by=int(value))

    def _with_added_from(self, rows, day):
        return rows.filter(created_at__gte=start_of(day))

    def _with_added_until(self, rows, day):
        return rows.filter(created_at__lt=start_of(day, after=1))

    def _with_lacks(self, rows, language):
        return rows.lacking_alt_text(language)

    def _with_use(self, rows, value):
        return rows.filter(unused_since__isnull=value == "used")

    def _with_rights(self, rows, value):
        if value == "ended":
            return rows.with_ended_rights(self.moment)
        if value == "embargo":
            return rows.under_embargo(self.moment)
        return rows.with_rights_ending(days=int(value), at=self.moment)

    def _with_orientation(self, rows, value):
        return rows.filter(orientation=value)

    def _with_type(self, rows, value):
        return rows.filter(format=value)

    @cached_property
    def page(self):
        _label, order = SORTS[self.sort]
        places = {name: self.query.get(name, "") for name in ("after", "before")}
        return page_of(for_tiles(self.pictures), order, size=PAGE, **places)

    @cached_property
    def tiles(self):
        back = urlencode({"_changelist_filters": self.address}) if self.address else ""
        return [Tile(picture, self.moment, _change_url(picture, back)) for picture in self.page.rows]

    @property
    def before(self):
        """The way to the page before this one: (address, label), or None."""
        labels = {"newest": _("Newer"), "oldest": _("Older")}
        return self.page.before and (self.url(before=self.page.before), labels.get(self.sort, _("Previous page")))

    @property
    def after(self):
        """The way to the page after this one: (address, label), or None."""
        labels = {"newest": _("Older"), "oldest": _("Newer")}
        return self.page.after and (self.url(after=self.page.after), labels.get(self.sort, _("Next page")))

    @cached_property
    def count(self):
        """How many there are, in words."""
        count = self.pictures.order_by()[: COUNTED + 1].count()
        if count > COUNTED:
            return _("%(count)s+ pictures") % {"count": number_format(COUNTED, force_grouping=True)}
        said = ngettext("%(count)s picture", "%(count)s pictures", count)
        return said % {"count": number_format(count, force_grouping=True)}


def _change_url(picture, query):
    url = reverse("admin:media_library_picture_change", args=[picture.pk])
    return f"{url}?{query}" if query else url


def kinds(user, current):
    """Links to the lists of all kinds of the library that somebody may see; `current` is the model shown now."""
    items = [model for model in apps.get_models() if issubclass(model, LibraryItem) and site.is_registered(model)]
    models = dict.fromkeys([Picture, Album, Video, Playlist, *items, Collection])
    return [
        {
            "label": capfirst(model._meta.verbose_name_plural),
            "url": reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"),
            "is_chosen": model is current,
        }
        for model in models
        if _may_see(user, model)
    ]


def _may_see(user, model):
    app, name = model._meta.app_label, model._meta.model_name
    return user.has_perm(f"{app}.view_{name}") or user.has_perm(f"{app}.change_{name}")


# --- Screens ----------------------------------------------------------------------------


@require_safe
def library(request):
    """The library."""
    return _render(request, is_picker=False, title=_("Media library"))


@require_safe
def picker(request):
    """The window in which a picture is chosen: what was used last comes first."""
    return _render(request, is_picker=True, title=_("Choose a picture"))


def _render(request, *, is_picker, title):
    if not may(request.user, "view"):
        raise PermissionDenied
    shown = Library(request.user, request.GET, path=request.path, is_picker=is_picker)
    if shown.form.is_cut:
        messages.info(request, too_long())
    context = {
        "library": shown,
        "is_picker": is_picker,
        "is_popup": is_picker,
        "kinds": [] if is_picker else kinds(request.user, Picture),
        "may_add": may(request.user, "add"),
        "may_change": not is_picker and may(request.user, "change"),
        "may_delete": not is_picker and may(request.user, "delete"),
    }
    return render_screen(request, "media_library/library.html", context, title=title)
