import json

from adminsortable2.admin import SortableAdminBase, SortableTabularInline
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import models
from django.template.response import TemplateResponse
from django.templatetags.static import static
from django.urls import path
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from desk.admin import TranslatedAdmin, by_language, in_every_language
from media_library.forms import PdfField, PictureForm, QuickUploadForm
from media_library.models import Album, AlbumPicture, Document, Infographic, Picture, Video
from media_library.tasks import request_renditions
from media_library.widgets import PictureSelect, PrivateFileInput
from publishing.languages import language_codes


class PictureChoiceMixin:
    """Every choice of a picture is made with the picker."""

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.remote_field.model is Picture:
            kwargs["widget"] = PictureSelect()
            return db_field.formfield(**kwargs)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        # Without the wrapper that adds a second set of buttons around the picker.
        if isinstance(db_field, models.ForeignKey) and db_field.remote_field.model is Picture:
            field = self.formfield_for_foreignkey(db_field, request, **kwargs)
            self.patch_translation_field(db_field, field, request, **kwargs) if hasattr(self, "trans_opts") else None
            return field
        return super().formfield_for_dbfield(db_field, request, **kwargs)


class LibraryAdmin(PictureChoiceMixin, TranslatedAdmin):
    """What all kinds of the library have in common: found by name, stamped with who added it."""

    list_display = ("name", "created_at", "created_by")
    search_fields = ("name",)
    list_select_related = ("created_by",)
    date_hierarchy = None

    def save_model(self, request, obj, form, change):
        if not change:
            obj.created_by = request.user
        super().save_model(request, obj, form, change)


@admin.register(Picture)
class PictureAdmin(LibraryAdmin):
    """Pictures, and the window in which one is chosen."""

    form = PictureForm
    list_display = ("thumbnail", "name", "credit", "size", "created_at", "created_by")
    list_display_links = ("thumbnail", "name")
    readonly_fields = ("preview",)
    search_fields = ("name", *in_every_language("alt_text", "caption"))
    list_per_page = 30

    class Media:
        js = ("desk/pictures.js",)

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("renditions")

    def get_fieldsets(self, request, obj=None):
        facts = {"fields": ["name", "upload", "preview", "focal_x", "focal_y"] if obj else ["name", "upload"]}
        return [(None, facts), *by_language(["alt_text", "caption", "credit"])]

    @admin.display(description=_("picture"))
    def thumbnail(self, picture):
        if not picture.thumbnail_url:
            return picture.problem and _(picture.problem) or _("being prepared…")
        return format_html('<img class="list-thumb" src="{}" alt="{}">', picture.thumbnail_url, picture.alt_text or "")

    @admin.display(description=_("size"))
    def size(self, picture):
        return format_html("<bdi>{} × {}</bdi>", picture.width, picture.height)

    @admin.display(description=_("focal point"))
    def preview(self, picture):
        """The picture as a whole: a click sets the point that every crop keeps in sight."""
        natural = picture.renditions_of("natural").get("jpeg")
        if not natural:
            return picture.problem and _(picture.problem) or _("being prepared…")
        return format_html(
            '<div class="focal" data-focal><img src="{}" width="{}" height="{}" alt="">'
            '<span class="point"></span></div>',
            natural[0].url,
            natural[0].width,
            natural[0].height,
        )

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        if not change or form.needs_renditions:
            request_renditions(obj)

    def get_urls(self):
        view = self.admin_site.admin_view(self.pick_view)
        return [path("pick/", view, name="media_library_picture_pick"), *super().get_urls()]

    def pick_view(self, request):
        """A window with the library's pictures, newest first, a search and an upload."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        form = QuickUploadForm(request.POST or None, request.FILES or None)
        picked = None
        if request.method == "POST" and self.has_add_permission(request) and form.is_valid():
            picked = form.save(request.user)
            request_renditions(picked)
        term = request.GET.get("q", "").strip()[:100]
        pictures, _has_duplicates = self.get_search_results(request, self.get_queryset(request), term)
        page = Paginator(pictures.order_by("-created_at", "-pk"), 24).get_page(request.GET.get("page"))
        context = self.admin_site.each_context(request) | {
            "title": _("Choose a picture"),
            "is_popup": True,
            "form": form,
            "may_upload": self.has_add_permission(request),
            "term": term,
            "page": page,
            "pictures": [(picture, _as_json(picture)) for picture in page],
            "picked": picked and (picked, _as_json(picked)),
            "query": request.GET,
        }
        return TemplateResponse(request, "media_library/picture_pick.html", context)


def _as_json(picture):
    natural = picture.renditions_of("natural").get("jpeg")
    return json.dumps(
        {
            "id": picture.pk,
            "name": picture.name,
            "alt": {code: picture.text_in("alt_text", code) for code in language_codes()},
            "caption": {code: picture.text_in("caption", code) for code in language_codes()},
            "thumbnail": picture.thumbnail_url,
            # Only the editor shows this file: readers get the renditions of the picture with this number.
            "large": natural[-1].url if natural else static("desk/picture.svg"),
        }
    )


class AlbumPictureInline(PictureChoiceMixin, SortableTabularInline):
    model = AlbumPicture
    extra = 1
    fields = ("picture", "position")
    default_order_field = "position"


@admin.register(Album)
class AlbumAdmin(SortableAdminBase, PictureChoiceMixin, admin.ModelAdmin):
    """Albums: pictures sorted by dragging."""

    list_display = ("name", "created_at", "created_by")
    search_fields = ("name",)
    list_select_related = ("created_by",)
    fields = ("name",)
    inlines = (AlbumPictureInline,)

    def save_model(self, request, obj, form, change):
        if not change:
            obj.created_by = request.user
        super().save_model(request, obj, form, change)


@admin.register(Video)
class VideoAdmin(LibraryAdmin):
    list_display = ("name", "url", "created_at", "created_by")
    search_fields = ("name", "url")

    def get_fieldsets(self, request, obj=None):
        facts = (None, {"fields": ["name", "url", "poster", "duration"]})
        return [facts, *by_language(["transcript"])]


@admin.register(Infographic)
class InfographicAdmin(LibraryAdmin):
    def get_fieldsets(self, request, obj=None):
        return [(None, {"fields": ["name"]}), *by_language(["picture", "alternative"])]


@admin.register(Document)
class DocumentAdmin(LibraryAdmin):
    def get_fieldsets(self, request, obj=None):
        return [(None, {"fields": ["name"]}), *by_language(["title", "file"])]

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if isinstance(db_field, models.FileField):
            return db_field.formfield(form_class=PdfField, widget=PrivateFileInput(attrs={"accept": "application/pdf"}))
        return super().formfield_for_dbfield(db_field, request, **kwargs)
