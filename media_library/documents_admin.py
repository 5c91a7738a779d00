"""Documents and infographics: what there is of each in every language, and what is missing."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Q
from django.shortcuts import get_object_or_404
from django.template.defaultfilters import filesizeformat
from django.template.loader import render_to_string
from django.urls import path
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.audit import record
from desk.admin import by_language
from desk.language_tabs import LanguageTabsMixin, shown_as_markup
from media_library import downloads, uploads
from media_library.admin import LibraryAdmin
from media_library.documents_forms import DocumentForm
from media_library.models import Document, DocumentFile, Infographic, Upload
from media_library.workflow import SEES_ORIGINALS
from publishing.languages import language_codes, own_name


class MissingFilter(admin.SimpleListFilter):
    """What lacks something in a language. `lacking(queryset, language)` is for subclasses to say."""

    title = gettext_lazy("missing in")
    parameter_name = "missing"

    def lookups(self, request, model_admin):
        return [(code, own_name(code)) for code in language_codes()]

    def queryset(self, request, queryset):
        return self.lacking(queryset, self.value()) if self.value() in language_codes() else queryset


# --- Documents -------------------------------------------------------------------


class MissingFileFilter(MissingFilter):
    def lacking(self, queryset, language):
        files = DocumentFile.objects.filter(document=OuterRef("pk"), language=language).exclude(clean="")
        return queryset.filter(~Exists(files))


class ReplacedFilter(admin.SimpleListFilter):
    """Those that are valid, or those that others replaced."""

    title = gettext_lazy("replaced")
    parameter_name = "replaced"

    def lookups(self, request, model_admin):
        return [("no", _("valid")), ("yes", _("replaced by another"))]

    def queryset(self, request, queryset):
        return queryset.filter(replaced_by__isnull=self.value() == "no") if self.value() else queryset


def file_column(language):
    """A list column: the size of the file in one language, or that there is none."""

    @admin.display(description=own_name(language))
    def column(document):
        file = document.file_in(language)
        if file is None:
            return format_html('<span class="quiet">–<span class="visually-hidden">{}</span></span>', _("no PDF"))
        return format_html("<bdi>{}</bdi>", filesizeformat(file.size))

    column.__name__ = f"size_{language}"
    return column


def files_field(language):
    """A field of the form: the files in one language, and what became of the newest upload."""

    @shown_as_markup
    @admin.display(description=gettext_lazy("Files"))
    def field(document):
        context = {
            "files": [file for file in document.files.all() if file.language == language],
            "current": document.file_in(language),
            "upload": document.newest_uploads.get(language),
            "may_get_originals": document.may_get_originals,
        }
        return render_to_string("media_library/_document_files.html", context)

    field.__name__ = f"files_{language}"
    return field


@admin.register(Document)
class DocumentAdmin(LanguageTabsMixin, LibraryAdmin):
    """Documents, with their files in each language."""

    form = DocumentForm
    list_display = (
        "name",
        "dated",
        *(file_column(code) for code in language_codes()),
        "replaced_by",
        "created_by",
    )
    list_select_related = ("created_by", "replaced_by")
    list_filter = (MissingFileFilter, ReplacedFilter)
    autocomplete_fields = ("replaced_by",)

    class Media:
        css = {"all": ("desk/documents.css",)}

    files_fields = {code: files_field(code) for code in language_codes()}

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("files__added_by")

    def get_object(self, request, object_id, from_field=None):
        document = super().get_object(request, object_id, from_field)
        if document is not None:
            # What the files' fields show; they are given the document alone.
            document.may_get_originals = request.user.has_perm(SEES_ORIGINALS)
            document.newest_uploads = _newest_uploads(document)
        return document

    def get_fieldsets(self, request, obj=None):
        languages = by_language(["title", "version", "file"])
        if obj is not None:
            for code, (_name, options) in zip(language_codes(), languages, strict=True):
                options["fields"].insert(-1, self.files_fields[code])
        shared = {"fields": ["dated", "replaced_by", "collection"]}
        return [(None, {"fields": ["name"]}), *languages, (gettext_lazy("For all languages"), shared)]

    def get_readonly_fields(self, request, obj=None):
        return [*super().get_readonly_fields(request, obj), *(self.files_fields.values() if obj else ())]

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        for language, file in form.sent_files():
            upload = uploads.receive(file, by=request.user, kinds=("document",), document=obj, language=language)
            self._say_what_happens(request, upload)

    @staticmethod
    def _say_what_happens(request, upload):
        facts = {"name": upload.name, "language": own_name(upload.language)}
        if upload.state == Upload.State.REFUSED:
            facts["reason"] = upload.reason_in_words
            messages.error(request, _("“%(name)s” (%(language)s): %(reason)s") % facts)
        else:
            message = _("“%(name)s” (%(language)s) is being checked. It is in its place in a moment.")
            messages.info(request, message % facts)

    # Files -----------------------------------------------------------------------

    def get_urls(self):
        clean = self.admin_site.admin_view(self.clean_view)
        original = self.admin_site.admin_view(self.original_view)
        return [
            path("<int:pk>/files/<int:file>/", clean, name="media_library_document_clean"),
            path("<int:pk>/files/<int:file>/original/", original, name="media_library_document_original"),
            *super().get_urls(),
        ]

    def clean_view(self, request, pk, file):
        """Downloads a file as readers get it, or would."""
        row = self._file(request, pk, file)
        return downloads.attachment_or_404(row.clean, words=_words(row))

    def original_view(self, request, pk, file):
        """Downloads a file as it was sent, with all that it says of its maker."""
        if not request.user.has_perm(SEES_ORIGINALS):
            raise PermissionDenied
        row = self._file(request, pk, file)
        response = downloads.attachment_or_404(row.original, words=_words(row))
        record("export.original", by=request.user, target=row.document, language=row.language, request=request)
        return response

    def _file(self, request, pk, file):
        document = get_object_or_404(self.get_queryset(request), pk=pk)
        if not self.has_view_permission(request, document):
            raise PermissionDenied
        return get_object_or_404(document.files, pk=file)


def _newest_uploads(document):
    """Language → the upload that was sent last."""
    return {upload.language: upload for upload in Upload.objects.filter(document=document).order_by("pk")}


def _words(row):
    """What a file is called when it is downloaded."""
    return f"document {row.document_id} {row.language} {row.number}"


# --- Infographics ----------------------------------------------------------------


class MissingPartFilter(MissingFilter):
    def lacking(self, queryset, language):
        no_words = Q(**{f"alternative_{language}": ""}) | Q(**{f"alternative_{language}": None})
        return queryset.filter(no_words | Q(**{f"picture_{language}": None}))


def parts_column(language):
    """A list column: whether an infographic is complete in one language, or what it lacks there."""

    @admin.display(description=own_name(language))
    def column(infographic):
        return _(", ").join(infographic.missing_parts(language)) or _("complete")

    column.__name__ = f"parts_{language}"
    return column


@admin.register(Infographic)
class InfographicAdmin(LanguageTabsMixin, LibraryAdmin):
    """Infographics: a picture, its text version and perhaps its figures, in each language."""

    list_display = ("name", *(parts_column(code) for code in language_codes()), "created_at", "created_by")
    list_filter = (MissingPartFilter,)

    class Media:
        css = {"all": ("desk/documents.css",)}

    def get_fieldsets(self, request, obj=None):
        shared = {"fields": [*(["missing"] if obj else []), "collection"]}
        languages = by_language(["picture", "alternative", "data_table"])
        return [(None, {"fields": ["name"]}), *languages, (gettext_lazy("For all languages"), shared)]

    def get_readonly_fields(self, request, obj=None):
        return [*super().get_readonly_fields(request, obj), "missing"]

    @admin.display(description=gettext_lazy("What is missing"))
    def missing(self, infographic):
        missing = {code: infographic.missing_parts(code) for code in language_codes()}
        lines = [(own_name(code), code, _(", ").join(parts)) for code, parts in missing.items() if parts]
        return render_to_string("media_library/_missing_parts.html", {"lines": lines})
