from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TranslationTabularInline

from coalition.models import Body, Mandate, Person, Representative
from desk.admin import PublishableAdmin, TranslatedAdmin, by_language
from desk.forms import PublishableForm
from media_library.admin import PictureChoiceMixin


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
class RepresentativeAdmin(TranslatedAdmin):
    """Representatives by country."""

    list_display = ("__str__", "email")
    list_select_related = ("person",)
    autocomplete_fields = ("person",)

    def get_fieldsets(self, request, obj=None):
        return [(None, {"fields": ("person", "email", "phone")}), *by_language(["country", "role", "office"])]
