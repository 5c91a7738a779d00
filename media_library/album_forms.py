"""The form of an album: its words, and its pictures in their order."""

import hashlib
import json
from dataclasses import dataclass
from functools import cached_property

from django import forms
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db.models import Prefetch
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from desk.forms import TranslatedForm
from desk.items import number_in, numbers_in
from media_library import uses
from media_library.models import Album, AlbumPicture, Picture, Rendition
from media_library.ordering import OrderedForm
from publishing.languages import direction, language_codes, own_name

# With its words each picture is seven fields of the form; see DATA_UPLOAD_MAX_NUMBER_FIELDS.
MOST_PICTURES = 500

CAPTIONS = tuple(f"caption_{code}" for code in language_codes())

# Lists and tiles show no other file.
THUMBNAILS = Prefetch("renditions", Rendition.objects.filter(ratio="3x2", encoding="jpeg"))


class AlbumForm(TranslatedForm):
    """
    An album's own words.

    It carries what its author was shown of the whole album (a *seal*). Who
    saves what somebody else changed meanwhile is told so first, and loses
    nothing of what they typed. Pictures that were added meanwhile are no
    change: they stay whatever is saved.
    """

    seal = forms.CharField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = Album
        fields = ("name", "collection", "cover", "title", "text")
        widgets = {f"text_{code}": forms.Textarea(attrs={"rows": 3}) for code in language_codes()}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["seal"].initial = seal_of(self.instance)
        self.is_conflict = False

    def clean(self):
        shown = self.cleaned_data.get("seal", "")
        if self.instance.pk and seal_of(self.instance, numbers_in(shown.partition(":")[2])) != shown:
            self.is_conflict = True
            # What they were shown of it was said: saving again is a decision.
            self.data = self.data.copy()
            self.data[self.add_prefix("seal")] = seal_of(self.instance)
            self.add_error(None, ValidationError(self._who_changed_it(), code="conflict"))
        return super().clean()

    def _who_changed_it(self):
        kind = ContentType.objects.get_for_model(Album)
        last = (
            LogEntry.objects.filter(content_type=kind, object_id=str(self.instance.pk)).select_related("user").first()
        )
        if last is None:
            return _(
                "Somebody changed this album while you were editing it. Nothing is lost: look at the album as it is "
                "now, then save again to keep yours."
            )
        return _(
            "%(person)s changed this album at %(time)s, while you were editing it. Nothing is lost: look at the album "
            "as it is now, then save again to keep yours."
        ) % {"person": last.user, "time": date_format(timezone.localtime(last.action_time), "TIME_FORMAT")}


def seal_of(album, numbers=None):
    """
    What somebody is shown of an album: a digest of its words and of its pictures in their order, and their numbers.

    With `numbers` only these pictures count.
    """
    if album.pk is None:
        return ""
    translated = [f"{name}_{code}" for name in ("title", "text") for code in language_codes()]
    entries = [entry for entry in album.entries.all() if numbers is None or entry.picture_id in numbers]
    rows = [[entry.picture_id, *(getattr(entry, name) or "" for name in CAPTIONS)] for entry in entries]
    words = [getattr(album, name) or "" for name in ("name", "collection_id", "cover_id", *translated)]
    shown = ",".join(str(entry.picture_id) for entry in entries)
    return f"{hashlib.sha256(json.dumps([words, rows]).encode()).hexdigest()[:32]}:{shown}"


class AlbumPictureForm(OrderedForm, TranslatedForm):
    """A picture's place in an album. `number` is the picture's; the formset knows which there are."""

    number = forms.IntegerField(widget=forms.HiddenInput)
    # Set by the formset: number → picture, for those that may be in the album.
    pictures = {}

    class Meta:
        model = AlbumPicture
        fields = ("position", "caption")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["number"].initial = self.instance.picture_id

    def clean_number(self):
        picture = self.pictures.get(self.cleaned_data["number"])
        if picture is None:
            raise ValidationError(_("This picture is not in the library any more, or closed to you. Remove it."))
        if self.instance._state.adding and picture.has_ended_rights():
            raise ValidationError(_("The rights to this picture have ended. Remove it."))
        self.instance.picture = picture
        return picture.pk

    @property
    def shown_number(self):
        """The number of the picture, or None for a row that nobody filled in."""
        return number_in(self["number"].value())

    @property
    def captions(self):
        """The fields of the captions, each with its language."""
        return [{"code": code, "name": own_name(code), "field": self[f"caption_{code}"]} for code in language_codes()]

    @property
    def own_captions(self):
        """Those that differ from the picture's own caption."""
        return [caption for caption in self.captions if caption["field"].value()]


@dataclass
class Tile:
    """
    A picture of the album as the form shows it.

    `picture` is None for one in a collection closed to the person, and for
    the tile that the script copies (`is_new`) and fills in.
    """

    form: AlbumPictureForm
    picture: Picture | None = None
    is_new: bool = False

    @property
    def name(self):
        if self.is_new:
            return "{name}"
        return self.picture.name if self.picture else _("A picture in a collection that is closed to you")

    @property
    def lacking(self):
        """The languages in which those who cannot see it are told nothing."""
        if self.picture is None:
            return []
        return [
            {"code": code, "name": own_name(code), "dir": direction(code)}
            for code in language_codes()
            if not self.picture.is_described(code)
        ]


class AlbumPictureFormSet(forms.BaseInlineFormSet):
    """
    The pictures of an album.

    What comes back is told apart by the numbers of the pictures, not by the
    rows that they had when they were shown: a picture that the worker or a
    colleague added meanwhile is found again, or left where it is.
    """

    # The numbers of the collections that the person may not look into; set by the inline.
    closed = frozenset()

    @cached_property
    def stored(self):
        """Number of the picture → its entry in the album, as it is now."""
        if self.instance.pk is None:
            return {}
        return {entry.picture_id: entry for entry in self.instance.entries.all()}

    @cached_property
    def pictures(self):
        """Number → picture with its thumbnail, for all of the album and of what was sent."""
        sent = [self.data.get(f"{self.add_prefix(index)}-number") for index in range(self.total_form_count())]
        numbers = {*self.stored, *map(number_in, sent if self.is_bound else [])} - {None}
        return Picture.objects.prefetch_related(THUMBNAILS).in_bulk(numbers)

    @cached_property
    def allowed(self):
        """Those that may be in it: what is in it already, or what the person may see."""
        return {
            number: picture
            for number, picture in self.pictures.items()
            if number in self.stored or picture.collection_id not in self.closed
        }

    def initial_form_count(self):
        return 0 if self.is_bound else super().initial_form_count()

    def _construct_form(self, i, **kwargs):
        if self.is_bound:
            number = number_in(self.data.get(f"{self.add_prefix(i)}-number"))
            kwargs["instance"] = self.stored.get(number) or AlbumPicture(album=self.instance)
        form = super()._construct_form(i, **kwargs)
        form.pictures = self.allowed
        return form

    @property
    def tiles(self):
        """What the form shows, in order."""
        tiles = [Tile(form, self._visible(form.shown_number)) for form in self.forms if form.shown_number]
        return sorted(tiles, key=lambda tile: tile.form.place)

    def _visible(self, number):
        picture = self.pictures.get(number)
        return None if picture is None or picture.collection_id in self.closed else picture

    @property
    def new_tile(self):
        """What the script copies for each picture that is added."""
        return Tile(self.empty_form, is_new=True)

    @property
    def blank_form(self):
        """A row for the number of one more picture, for people without script; None if they may not add any."""
        return next((form for form in self.forms if not form.shown_number), None)

    def clean(self):
        if len(self._kept) > MOST_PICTURES:
            raise ValidationError(
                _("An album holds up to %(count)s pictures. Remove some, or make a second album.")
                % {"count": MOST_PICTURES}
            )

    @property
    def _gone(self):
        return [form for form in self.forms if self.can_delete and self._should_delete_form(form)]

    @property
    def _kept(self):
        """The forms of pictures that are to be in the album; a picture that was sent twice is in it once."""
        gone = self._gone
        by_number = {form.shown_number: form for form in self.forms if form.shown_number and form not in gone}
        return [form for form in by_number.values() if form.has_changed() or not form.instance._state.adding]

    def save(self, commit=True):
        """Stores what was changed, and counts the places anew. Entries that were not sent stay."""
        gone, kept = self._gone, self._kept
        self.deleted_objects = [form.instance for form in gone if not form.instance._state.adding]
        self.new_objects = [form.instance for form in kept if form.instance._state.adding]
        self.changed_objects = [
            (form.instance, names)
            for form in kept
            if not form.instance._state.adding and (names := [name for name in CAPTIONS if name in form.changed_data])
        ]
        AlbumPicture.objects.filter(pk__in=[entry.pk for entry in self.deleted_objects]).delete()
        self._count_places([form.instance for form in kept])
        AlbumPicture.objects.bulk_create(self.new_objects)
        AlbumPicture.objects.bulk_update([entry for entry, _names in self.changed_objects], CAPTIONS)
        uses.rebuild(Album, ids=[self.instance.pk])
        return [*self.new_objects, *(entry for entry, _names in self.changed_objects)]

    def _count_places(self, kept):
        """Gives the places 1, 2, 3 …; what has none comes last."""
        deleted = {entry.pk for entry in self.deleted_objects}
        others = [entry for entry in self.stored.values() if entry not in kept and entry.pk not in deleted]
        entries = sorted([*kept, *others], key=lambda entry: _place(entry.position))
        for place, entry in enumerate(entries, start=1):
            entry.position = place
        AlbumPicture.objects.bulk_update([entry for entry in entries if entry.pk], ["position"])


def _place(position):
    return float("inf") if position is None else position
