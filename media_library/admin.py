from functools import partial

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.db import models
from django.http import HttpResponseRedirect
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from desk.admin import TranslatedAdmin, choice_only
from desk.closed_fields import ClosedFieldsMixin
from media_library import library, library_bulk, uploading
from media_library.deletion import RefusesUsed
from media_library.library_forms import CollectionForm
from media_library.models import (
    Collection,
    Picture,
)
from media_library.picture_page import PicturePage
from media_library.widgets import CollectionField, PictureField


def closed_collections(request):
    """The numbers of the collections that whoever asks may not look into; asked for once per request."""
    if not hasattr(request, "closed_collections"):
        request.closed_collections = Collection.objects.closed_to(request.user)
    return request.closed_collections


class PictureChoiceMixin:
    """Every choice of a picture is made with the picker."""

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.remote_field.model is Picture:
            return db_field.formfield(form_class=PictureField, closed=partial(closed_collections, request), **kwargs)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        # Without the wrapper that adds a second set of buttons around the picker.
        if isinstance(db_field, models.ForeignKey) and db_field.remote_field.model is Picture:
            field = self.formfield_for_foreignkey(db_field, request, **kwargs)
            self.patch_translation_field(db_field, field, request, **kwargs) if hasattr(self, "trans_opts") else None
            return field
        return super().formfield_for_dbfield(db_field, request, **kwargs)


class CollectionChoiceMixin:
    """Nobody chooses a collection that they may not look into."""

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.remote_field.model is Collection:
            kwargs["queryset"] = Collection.objects.exclude(pk__in=closed_collections(request))
            kwargs["form_class"] = CollectionField
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        return choice_only(field) if db_field.related_model is Collection else field


class InLibraryMixin(ClosedFieldsMixin, PictureChoiceMixin, CollectionChoiceMixin, RefusesUsed):
    """
    What all kinds of the library have in common.

    They are found by name, stamped with who added them, and hidden from those
    to whom their collection is closed. Their lists lead to one another. Whose
    role counts in one language changes the words of that one alone.
    """

    # In a lock-down things are taken in, but readers see at once what is changed of something that is shown.
    open_in_lock_down = frozenset({"add"})
    list_display = ("name", "created_at", "created_by")
    search_fields = ("name",)
    list_select_related = ("created_by",)
    date_hierarchy = None
    change_list_template = "media_library/library_kind.html"

    def get_queryset(self, request):
        return super().get_queryset(request).outside(closed_collections(request))

    def changelist_view(self, request, extra_context=None):
        links = {"kinds": library.kinds(request.user, self.model)}
        return super().changelist_view(request, links | (extra_context or {}))

    def save_model(self, request, obj, form, change):
        if not change:
            obj.created_by = request.user
        super().save_model(request, obj, form, change)


class LibraryAdmin(InLibraryMixin, TranslatedAdmin):
    """A kind of the library with translated fields."""


@admin.register(Picture)
class PictureAdmin(PicturePage, LibraryAdmin):
    """Pictures: the library, the window in which one is chosen, and the page of each."""

    search_fields = ()

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("renditions")

    def add_view(self, request, form_url="", extra_context=None):
        # One way in: there the file is checked before it is a picture.
        return HttpResponseRedirect(reverse(uploading.LIST))

    def get_urls(self):
        screens = {
            "pick": library.picker,
            "describe": library_bulk.describe,
            "set": library_bulk.set_for_all,
            "delete": library_bulk.delete_many,
        }
        ours = [
            path(f"{name}/", self.admin_site.admin_view(view), name=f"media_library_picture_{name}")
            for name, view in screens.items()
        ]
        return [*ours, *uploading.urls(self.admin_site), *super().get_urls()]

    def changelist_view(self, request, extra_context=None):
        return library.library(request)


@admin.register(Collection)
class CollectionAdmin(CollectionChoiceMixin, admin.ModelAdmin):
    """Collections, and who may see what is in them. One that is closed to somebody is not there for them."""

    form = CollectionForm
    list_display = ("indented_name", "is_closed", "people", "pictures")
    search_fields = ("name",)
    sortable_by = ()
    actions = None
    change_list_template = "media_library/library_kind.html"

    def get_queryset(self, request):
        open_ones = Collection.objects.with_tree_fields().exclude(pk__in=closed_collections(request))
        return open_ones.prefetch_related("members")

    def get_ordering(self, request):
        # Each below the one that it lies in. It is no field, which is why `ordering` cannot name it.
        return ["tree_ordering"]

    def get_form(self, request, obj=None, **kwargs):
        form = super().get_form(request, obj, **kwargs)
        form.user = request.user
        return form

    def changelist_view(self, request, extra_context=None):
        links = {"kinds": library.kinds(request.user, Collection)}
        return super().changelist_view(request, links | (extra_context or {}))

    @admin.display(description=_("name"))
    def indented_name(self, collection):
        return collection.indented_name

    @admin.display(description=_("people who may see it"))
    def people(self, collection):
        if not collection.is_closed:
            return gettext("everybody")
        return gettext(", ").join(str(person) for person in collection.members.all()) or gettext("nobody")

    @admin.display(description=_("pictures"))
    def pictures(self, collection):
        url = reverse("admin:media_library_picture_changelist")
        return format_html('<a href="{}?collection={}">{}</a>', url, collection.pk, gettext("Show its pictures"))

    def delete_view(self, request, object_id, extra_context=None):
        collection = self.get_object(request, unquote(object_id))
        contents = collection.contents() if collection and self.has_delete_permission(request, collection) else []
        if contents:
            words = gettext("“%(name)s” is not empty. Move or delete what is in it first: %(contents)s.")
            listed = gettext(", ").join(f"{capfirst(kind)}: {count}" for kind, count in contents)
            messages.error(request, words % {"name": collection, "contents": listed})
            return HttpResponseRedirect(reverse("admin:media_library_collection_change", args=[collection.pk]))
        return super().delete_view(request, object_id, extra_context)


# Last, because they inherit from the classes above: admin sites look for no module but this one.
from media_library import albums_admin, documents_admin, recordings_admin  # noqa: E402, F401
