"""Videos, sound and playlists."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.urls import path
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.audit import record
from desk.admin import by_language, in_every_language
from desk.finding import FoundByWords
from desk.language_tabs import LanguageTabsMixin, shown_as_markup
from media_library import downloads, uploads
from media_library.admin import InLibraryMixin, LibraryAdmin, closed_collections
from media_library.intake import captions
from media_library.models import Playlist, PlaylistVideo, Upload, Video
from media_library.ordering import OrderedInline
from media_library.recordings import clock_time, delete_recording
from media_library.recordings_forms import PlaylistVideoForm, PlaylistVideoFormSet, VideoForm
from media_library.tasks import request_look_up
from media_library.video_hosts import hosted_video
from media_library.workflow import SEES_ORIGINALS
from publishing.languages import language_codes, own_name


def captions_field(language):
    """A field of the form: the captions in one language, and what became of the newest upload."""

    @shown_as_markup
    @admin.display(description=gettext_lazy("Captions"))
    def field(video):
        found = next((one for one in video.captions.all() if one.language == language), None)
        return _rendered("_captions_facts.html", video, language, captions=found)

    field.__name__ = f"captions_facts_{language}"
    return field


@shown_as_markup
@admin.display(description=gettext_lazy("What readers get"))
def facts(video):
    """A field of the form: what there is of a recording, and what became of the newest upload."""
    found = {"hosted": hosted_video(video.url), "problem": video.problem and _(video.problem)}
    return _rendered("_recording_facts.html", video, "", **found)


def _rendered(template, video, language, **facts):
    facts |= {"video": video, "upload": video.newest_uploads.get(language)}
    return render_to_string(f"media_library/{template}", facts)


@admin.register(Video)
class VideoAdmin(LanguageTabsMixin, LibraryAdmin):
    """Videos and sound, by link or as files."""

    form = VideoForm
    list_display = ("name", "medium", "length", "where", "created_at", "created_by")
    list_filter = ("medium",)
    search_fields = ("name", "url", "host_title", *in_every_language("title"))

    class Media:
        css = {"all": ("desk/recordings.css",)}

    captions_fields = {code: captions_field(code) for code in language_codes()}

    @admin.display(description=gettext_lazy("length"))
    def length(self, video):
        return format_html("<bdi>{}</bdi>", clock_time(video.duration)) if video.duration else "–"

    @admin.display(description=gettext_lazy("where it is"))
    def where(self, video):
        if not video.is_link:
            return _("our own file")
        if not video.url:
            return _("being checked…")
        hosted = hosted_video(video.url)
        return hosted.host.name if hosted else _("no allowed host")

    # The form ----------------------------------------------------------------------

    def get_object(self, request, object_id, from_field=None):
        video = super().get_object(request, object_id, from_field)
        if video is not None:
            # What the fields of facts show; they are given the video alone.
            video.may_get_original = request.user.has_perm(SEES_ORIGINALS)
            video.newest_uploads = {
                upload.language: upload for upload in Upload.objects.filter(video=video).order_by("pk")
            }
        return video

    def get_fieldsets(self, request, obj=None):
        first = {"fields": ["name", *([facts] if obj else []), "url", "upload"]}
        languages = by_language(["title", "transcript"])
        if obj is None or not (obj.is_link and obj.url):
            for code, (_name, options) in zip(language_codes(), languages, strict=True):
                options["fields"] += self._captions_lines(obj, code)
        return [(None, first), *languages, (_("For all languages"), {"fields": ["collection", "poster", "duration"]})]

    def _captions_lines(self, video, language):
        upload, remove = VideoForm.captions_names()[language]
        if video is None:
            return [upload]
        has_captions = any(one.language == language for one in video.captions.all())
        return [self.captions_fields[language], upload, *([remove] if has_captions else [])]

    def get_readonly_fields(self, request, obj=None):
        shown = [facts, *self.captions_fields.values()] if obj else []
        return [*super().get_readonly_fields(request, obj), *shown]

    def save_model(self, request, obj, form, change):
        if "url" in form.changed_data and change:
            # What the former address told is not true of the new one.
            obj.host_title = obj.problem = ""
            obj.looked_up_at = None
            if "duration" not in form.changed_data:
                obj.duration = None
        super().save_model(request, obj, form, change)
        if obj.url and ("url" in form.changed_data or "_look_up" in request.POST):
            request_look_up(obj)
            messages.info(request, _("Its host is being asked for title, length and poster. Open it in a moment."))
        if form.cleaned_data.get("upload"):
            self._receive(request, obj, form.cleaned_data["upload"], ("video", "audio"))
        for language in form.removed_captions():
            captions.remove(obj, language)
        for language, file in form.sent_captions():
            self._receive(request, obj, file, ("captions",), language=language)

    @staticmethod
    def _receive(request, video, file, kinds, language=""):
        upload = uploads.receive(file, by=request.user, kinds=kinds, video=video, language=language)
        name = f"{upload.name} ({own_name(language)})" if language else upload.name
        if upload.state == Upload.State.REFUSED:
            facts = {"name": name, "reason": upload.reason_in_words}
            messages.error(request, _("“%(name)s”: %(reason)s") % facts)
        else:
            messages.info(request, _("“%(name)s” is being checked. Open it in a moment.") % {"name": name})

    def response_change(self, request, obj):
        if "_look_up" in request.POST:
            return HttpResponseRedirect(request.get_full_path())
        return super().response_change(request, obj)

    # Deleting ----------------------------------------------------------------------

    def delete_model(self, request, obj):
        delete_recording(obj)

    def delete_queryset(self, request, queryset):
        for video in queryset:
            delete_recording(video)

    # Originals ---------------------------------------------------------------------

    def get_urls(self):
        view = self.admin_site.admin_view(self.original_view)
        return [path("<int:pk>/original/", view, name="media_library_video_original"), *super().get_urls()]

    def original_view(self, request, pk):
        """Downloads a recording as it was sent, with all that it says of its maker."""
        if not request.user.has_perm(SEES_ORIGINALS):
            raise PermissionDenied
        video = get_object_or_404(self.get_queryset(request), pk=pk)
        if not self.has_view_permission(request, video):
            raise PermissionDenied
        response = downloads.attachment_or_404(video.original, words=f"recording {video.pk}")
        record("export.original", by=request.user, target=video, request=request)
        return response


# --- Playlists -------------------------------------------------------------------


class PlaylistVideoInline(OrderedInline):
    """The videos of a playlist, in order."""

    model = PlaylistVideo
    form = PlaylistVideoForm
    formset = PlaylistVideoFormSet
    autocomplete_fields = ("video",)
    template = "media_library/_playlist_videos.html"

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("video")

    def get_formset(self, request, obj=None, **kwargs):
        formset = super().get_formset(request, obj, **kwargs)
        formset.closed = closed_collections(request)
        return formset


@admin.register(Playlist)
class PlaylistAdmin(InLibraryMixin, FoundByWords, admin.ModelAdmin):
    """Playlists."""

    list_display = ("name", "created_at", "created_by")
    fields = ("name", "collection")
    inlines = (PlaylistVideoInline,)

    class Media:
        css = {"all": ("desk/sorting.css",)}
        js = ("desk/sorting.js",)
