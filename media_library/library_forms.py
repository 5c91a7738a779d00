"""What the library's screen asks: which pictures to show, their words, and what to set for many of them."""

from datetime import date, datetime, time, timedelta

from django import forms
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from desk.forms import TranslatedForm, offer_no_loop
from desk.searching import MOST_CHARACTERS, bounded
from desk.step_forms import MomentField, zone_hint
from media_library.formats import FORMATS
from media_library.models import Collection, Picture
from publishing.languages import direction, language_choices, language_codes, own_name
from publishing.models import Tag, TaggedItem

NO_COLLECTION = "none"

# As many as a page of the library has: what is done to many pictures at once is done to one page at most.
MOST_PICTURES = 60


class DayField(forms.DateField):
    """A calendar day, as the browser's own control writes it."""

    def __init__(self, **facts):
        # Beyond these years the neighbouring day may not exist.
        years = [MinValueValidator(date(1900, 1, 1)), MaxValueValidator(date(2999, 12, 31))]
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        super().__init__(required=False, widget=widget, input_formats=["%Y-%m-%d"], validators=years, **facts)


class FilterForm(forms.Form):
    """Which pictures are shown. What makes no sense there is left out, as `chosen` says."""

    q = forms.CharField(
        label=gettext_lazy("Search"),
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "maxlength": MOST_CHARACTERS, "dir": "auto"}),
    )
    collection = forms.ChoiceField(label=gettext_lazy("Collection"), required=False)
    tag = forms.ChoiceField(label=gettext_lazy("Tag"), required=False)
    by = forms.ChoiceField(label=gettext_lazy("Added by"), required=False)
    added_from = DayField(label=gettext_lazy("Added from"))
    added_until = DayField(label=gettext_lazy("Added until"))
    lacks = forms.ChoiceField(label=gettext_lazy("Without alternative text"), required=False)
    use = forms.ChoiceField(label=gettext_lazy("Use"), required=False)
    rights = forms.ChoiceField(label=gettext_lazy("Rights"), required=False)
    orientation = forms.ChoiceField(label=gettext_lazy("Orientation"), required=False)
    type = forms.ChoiceField(label=gettext_lazy("File type"), required=False)

    def __init__(self, data, *, collections, people, tags):
        """`collections`, `people`, `tags`: (number, name) pairs of what can be chosen."""
        super().__init__(data)
        formats = [(one.name, one.extension.upper()) for one in FORMATS if one.kind == "picture"]
        choices = {
            "collection": [(NO_COLLECTION, _("in no collection")), *collections],
            "tag": tags,
            "by": people,
            "lacks": language_choices(),
            "use": [("used", _("used")), ("unused", _("unused"))],
            "rights": [
                ("ended", _("ended")),
                ("7", _("ending within 7 days")),
                ("30", _("ending within 30 days")),
                ("90", _("ending within 90 days")),
                ("embargo", _("not yet begun")),
            ],
            "orientation": [(value, capfirst(label)) for value, label in Picture.Orientation.choices],
            "type": formats,
        }
        for name, values in choices.items():
            self.fields[name].choices = [("", _("any")), *((str(value), label) for value, label in values)]
        for field in self.fields.values():
            # Most of them stand beside the form, not in it.
            field.widget.attrs["form"] = "library-filter"

    # Whether more was typed into the search than is looked for.
    is_cut = False

    def clean_q(self):
        search = bounded(self.cleaned_data["q"])
        self.is_cut = search.is_cut
        return search.text

    @property
    def chosen(self):
        """Field → what was chosen, without what is empty or unknown."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}

    def label_of(self, name):
        """What was chosen in a field, in words."""
        value = self.chosen[name]
        if isinstance(value, date):
            return date_format(value)
        # Collections are indented in their list only.
        return str(dict(getattr(self.fields[name], "choices", ())).get(value, value)).strip("– ")


def start_of(day, *, after=0):
    """The first moment of a day in the newsroom's time zone, or of one that many days after it."""
    return timezone.make_aware(datetime.combine(day + timedelta(days=after), time.min))


# Words of many pictures ------------------------------------------------------------------


class DescribeForm(TranslatedForm):
    """
    A picture's name and its words in one language, as one of many on a screen.

    Only what its author changed is written. What somebody else changed
    meanwhile is shown before it is replaced.
    """

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            # What was shown is sent along: it tells whose change a difference is.
            field.show_hidden_initial = True
            if name.startswith(("alt_text", "caption")):
                field.widget = forms.Textarea(attrs=field.widget.attrs | {"rows": 2})

    def clean(self):
        cleaned = super().clean()
        for name in self.changed_data:
            if name not in self.errors and self._was_changed_meanwhile(name):
                self._show_what_is_stored(name)
        return cleaned

    def _was_changed_meanwhile(self, name):
        stored = self.initial[name]
        is_new = self.fields[name].has_changed(self._shown(name), stored)
        return is_new and self.fields[name].has_changed(stored, self.cleaned_data.get(name))

    def _shown(self, name):
        field = self.fields[name]
        return field.to_python(
            field.hidden_widget().value_from_datadict(self.data, self.files, self.add_initial_prefix(name))
        )

    def _show_what_is_stored(self, name):
        # Both texts are seen now: to send the form again is a decision.
        self.data = self.data.copy()
        self.data[self.add_initial_prefix(name)] = self.initial[name] or ""
        self.add_error(
            name,
            ValidationError(
                _("Somebody else changed this meanwhile, to “%(text)s”. Save again to put yours in its place."),
                params={"text": self.initial[name] or "–"},
            ),
        )


def describe_form(language):
    """The form class for one language."""
    fields = ["name", *(f"{name}_{language}" for name in ("title", "alt_text", "caption", "credit")), "is_decorative"]
    return forms.modelform_factory(Picture, form=DescribeForm, fields=fields)


# The same for many pictures --------------------------------------------------------------


class TagsField(forms.ModelMultipleChoiceField):
    """Some tags, as boxes to check: in a list that can be searched by script."""

    def __init__(self, **facts):
        super().__init__(Tag.objects.none(), required=False, widget=forms.CheckboxSelectMultiple, **facts)


class SetForm(forms.Form):
    """What many pictures get at once. Only what is filled in is changed."""

    collection = forms.ChoiceField(label=gettext_lazy("Collection"), required=False)
    add_tags = TagsField(label=gettext_lazy("Add tags"))
    remove_tags = TagsField(label=gettext_lazy("Remove tags"))
    source = Picture._meta.get_field("source").formfield()
    copyright_notice = Picture._meta.get_field("copyright_notice").formfield()
    licence = Picture._meta.get_field("licence").formfield()
    usage_terms = Picture._meta.get_field("usage_terms").formfield(widget=forms.Textarea(attrs={"rows": 3}))
    rights_from = MomentField(label=gettext_lazy("Embargo until"), required=False)
    rights_until = MomentField(label=gettext_lazy("Rights end"), required=False)

    def __init__(self, data=None, *, pictures, collections, may_fill_in):
        """
        `pictures`: what it is about; `collections`: the (number, name) pairs that may be chosen.

        `may_fill_in(name)` says whether the person is asked for a field.
        """
        super().__init__(data)
        self.pictures = pictures
        self.fields["collection"].choices = [
            ("", _("leave as it is")),
            (NO_COLLECTION, _("in no collection")),
            *((str(number), name) for number, name in collections),
        ]
        self.fields["add_tags"].queryset = Tag.objects.all()
        self.fields["remove_tags"].queryset = Tag.objects.filter(pk__in=_tags_of(pictures))
        if not self.fields["remove_tags"].queryset:
            del self.fields["remove_tags"]
        self.fields["licence"].choices = [("", _("leave as it is")), *Picture.Licence.choices]
        self.fields["rights_until"].help_text = zone_hint()
        for code in language_codes():
            field = Picture._meta.get_field(f"credit_{code}").formfield()
            field.label, field.help_text = _("Credit (%(language)s)") % {"language": own_name(code)}, ""
            field.widget.attrs |= {"lang": code, "dir": direction(code)}
            self.fields[f"credit_{code}"] = field
        self.order_fields(["collection", "licence", "add_tags", "remove_tags", *self.fields])
        self.fields = {name: field for name, field in self.fields.items() if may_fill_in(name)}

    @property
    def facts(self):
        """Column → value, of what was filled in."""
        facts = {name: value for name, value in self.cleaned_data.items() if value and not name.endswith("_tags")}
        if chosen := facts.pop("collection", None):
            facts["collection_id"] = None if chosen == NO_COLLECTION else int(chosen)
        return facts

    def clean(self):
        cleaned = super().clean()
        if self.errors:
            return cleaned
        facts = self.facts
        if not facts and not cleaned.get("add_tags") and not cleaned.get("remove_tags"):
            raise ValidationError(_("Nothing is filled in, so nothing would change. Fill in what all of them get."))
        for picture in self.pictures:
            begin = facts.get("rights_from", picture.rights_from)
            end = facts.get("rights_until", picture.rights_until)
            if {"rights_from", "rights_until"} & set(facts) and begin and end and begin >= end:
                raise ValidationError(
                    _("The rights to “%(name)s” would end before its embargo does. Set both moments."),
                    params={"name": picture.name},
                )
        return cleaned


def _tags_of(pictures):
    kind = ContentType.objects.get_for_model(Picture)
    return TaggedItem.objects.filter(content_type=kind, object_id__in=[one.pk for one in pictures]).values("tag")


# Collections -----------------------------------------------------------------------------


class CollectionForm(forms.ModelForm):
    """
    A collection, and who may see what is in it.

    Nobody shuts themselves out: whoever closes a collection is one of its people.
    """

    class Meta:
        model = Collection
        fields = ("name", "parent", "is_closed", "members")
        labels = {"parent": gettext_lazy("Lies in")}
        widgets = {"members": forms.CheckboxSelectMultiple}

    user = None  # set by the admin

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "parent" not in self.fields:  # for those who may only look
            return
        parent = self.fields["parent"]
        parent.empty_label = _("no other one")
        offer_no_loop(self)
        may_be_one = Q(is_active=True, is_staff=True)
        if self.instance.pk:
            may_be_one |= Q(pk__in=self.instance.members.values("pk"))
        self.fields["members"].queryset = self.fields["members"].queryset.filter(may_be_one)

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("is_closed") and not self.user.is_superuser and "members" in cleaned:
            members = cleaned["members"]
            cleaned["members"] = members.model.objects.filter(Q(pk__in=members) | Q(pk=self.user.pk))
        return cleaned
