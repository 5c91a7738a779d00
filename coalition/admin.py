from django.contrib import admin
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TranslationTabularInline

from coalition.forms import PressConferenceForm, SpeakerForm, SpeakerFormSet
from coalition.models import Body, Mandate, Person, PressConference, Representative, Speaker
from desk.admin import PublishableAdmin, SharedAdmin, WholeSiteMixin, by_language
from desk.forms import PublishableForm
from desk.language_tabs import LanguageTabsMixin
from desk.step_forms import zone_hint
from media_library.admin import LibraryAdmin, PictureChoiceMixin, closed_collections
from media_library.ordering import OrderedInline


class MandateInline(TranslationTabularInline):
    """The seats of a person."""

    model = Mandate
    extra = 0
    autocomplete_fields = ("body",)


class BodyForm(PublishableForm):
    """A body's title is its name."""

    labels = {"title": _("name")}


class PersonForm(PublishableForm):
    """A person's title is the name, the standfirst a line on them, the text the biography."""

    labels = {"title": _("name"), "standfirst": _("line under the name"), "body": _("biography")}


@admin.register(Body)
class BodyAdmin(PictureChoiceMixin, PublishableAdmin):
    """Bodies of the coalition."""

    form = BodyForm

    list_display = ("kind", "parent", "position")
    list_select_related = ("parent",)
    shared_fieldsets = (
        (
            _("For all languages"),
            {"fields": ("kind", "parent", "position", "sessions_held", "lead_picture", "source_language")},
        ),
    )


@admin.register(Person)
class PersonAdmin(PictureChoiceMixin, PublishableAdmin):
    """People of the coalition, with the seats that they hold."""

    form = PersonForm

    inlines = (MandateInline,)
    autocomplete_fields = ("tag",)
    shared_fieldsets = ((_("For all languages"), {"fields": ("lead_picture", "tag", "source_language")}),)


@admin.register(Representative)
class RepresentativeAdmin(WholeSiteMixin, SharedAdmin):
    """Representatives by country."""

    list_display = ("__str__", "email")
    list_select_related = ("person",)
    autocomplete_fields = ("person",)

    def get_fieldsets(self, request, obj=None):
        return [(None, {"fields": ("person", "email", "phone")}), *by_language(["country", "role", "office"])]


class SpeakerInline(OrderedInline):
    """Who speaks, in order."""

    model = Speaker
    form = SpeakerForm
    formset = SpeakerFormSet
    autocomplete_fields = ("person",)
    template = "coalition/_speakers.html"

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("person")


class WhenFilter(admin.SimpleListFilter):
    """What is still to come or happening, or what is over by the clock."""

    title = _("time")
    parameter_name = "when"

    def lookups(self, request, model_admin):
        return [("upcoming", _("upcoming or now")), ("past", _("past"))]

    def queryset(self, request, queryset):
        if self.value() == "upcoming":
            return queryset.filter(ends_at__gt=timezone.now())
        return queryset.filter(ends_at__lte=timezone.now()) if self.value() == "past" else queryset


@admin.register(PressConference)
class PressConferenceAdmin(LanguageTabsMixin, LibraryAdmin):
    """Press conferences."""

    form = PressConferenceForm
    list_display = ("name", "starts_at", "state_now", "created_at", "created_by")
    list_filter = (WhenFilter, "set_state")
    inlines = (SpeakerInline,)
    autocomplete_fields = ("recording", "documents")

    class Media:
        css = {"all": ("desk/sorting.css",)}
        js = ("desk/sorting.js",)

    # State → the class of the desk's badge that looks like it.
    BADGES = {
        PressConference.State.ANNOUNCED: "scheduled",
        PressConference.State.LIVE: "published",
        PressConference.State.RECORDED: "draft",
        PressConference.State.CANCELLED: "withdrawn",
    }

    def get_fieldsets(self, request, obj=None):
        note = _("Readers see a change when the article with it is published again. Only the state follows the clock.")
        return [
            (None, {"fields": ["name"]}),
            *by_language(["place", "other_speakers", "transcript"]),
            (
                _("Time and stream"),
                {"fields": ["starts_at", "ends_at", "set_state", "stream_url"], "description": note},
            ),
            (_("For reading and watching"), {"fields": ["recording", "documents"]}),
            (_("In the library"), {"fields": ["collection"]}),
        ]

    def get_form(self, request, obj=None, **kwargs):
        form = super().get_form(request, obj, **kwargs)
        form.closed = closed_collections(request)
        return form

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if db_field.name == "stream_url":
            kwargs["assume_scheme"] = "https"
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "starts_at":
            field.help_text = zone_hint()
        return field

    @admin.display(description=_("state now"))
    def state_now(self, press_conference):
        state = press_conference.state
        return format_html('<span class="state state-{}">{}</span>', self.BADGES[state], state.label)
