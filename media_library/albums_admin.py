"""Albums: pictures in an order, with words of their own."""

from urllib.parse import urlencode

from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.db.models import Count, OuterRef, Subquery
from django.forms import Textarea
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from desk.admin import by_language, in_every_language
from desk.closed_fields import close_fields
from desk.items import form_url
from desk.language_tabs import LanguageTabsMixin
from desk.reach import reach_of, title_columns
from media_library.admin import LibraryAdmin, closed_collections
from media_library.album_articles import article_url, may_make_article, showing_albums
from media_library.album_forms import THUMBNAILS, AlbumForm, AlbumPictureForm, AlbumPictureFormSet
from media_library.models import Album, AlbumPicture, Picture
from publishing.languages import direction, language_codes

# How many users of an album its list names.
NAMED = 3


class AlbumPictureInline(admin.StackedInline):
    """The pictures. Who may put some into albums may take them out again: nothing of them is deleted."""

    model = AlbumPicture
    form = AlbumPictureForm
    formset = AlbumPictureFormSet
    fields = ("position", *in_every_language("caption"))
    # For people without script: a row for the number of one more picture.
    extra = 1
    template = "media_library/_album_pictures.html"

    def get_formset(self, request, obj=None, **kwargs):
        formset = super().get_formset(request, obj, **kwargs)
        close_fields(formset.form, request.user)
        formset.closed = closed_collections(request)
        return formset

    def has_delete_permission(self, request, obj=None):
        return self.has_add_permission(request, obj)

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if db_field.name.startswith("caption"):
            kwargs["widget"] = Textarea(attrs={"rows": 2})
        return super().formfield_for_dbfield(db_field, request, **kwargs)


class AlbumList(ChangeList):
    """The list: a page of albums with their covers and with what shows them, in as many queries for any number."""

    def __init__(self, request, *args):
        self.user = request.user
        self.closed = closed_collections(request)
        super().__init__(request, *args)

    def get_queryset(self, request, exclude_parameters=None):
        first = AlbumPicture.objects.filter(album=OuterRef("pk")).order_by("position", "pk")
        rows = super().get_queryset(request, exclude_parameters)
        return rows.annotate(
            number_of_pictures=Count("entries", distinct=True), first_picture=Subquery(first.values("picture")[:1])
        )

    def get_results(self, request):
        super().get_results(request)
        albums = list(self.result_list)
        faces = {album.pk: album.cover_id or album.first_picture for album in albums}
        visible = Picture.objects.outside(self.closed).prefetch_related(THUMBNAILS)
        pictures = visible.in_bulk({number for number in faces.values() if number})
        users = self._users_of(albums)
        for album in albums:
            album.face = pictures.get(faces[album.pk])
            album.users = users.get(album.pk, [])
        self.result_list = albums

    def _users_of(self, albums):
        """Number of the album → what shows it, the newest first, as far as the person may see it."""
        users = {}
        for model, _format, name in showing_albums():
            reaches = [reach_of(self.user, model, action) for action in ("view", "change")]
            items = model.objects.filter(**{f"{name}__in": albums}, trashed_at=None).order_by("-pk")
            for item in items.only(name, "category", "source_language", *title_columns()):
                if any(reach.covers(item, code) for reach in reaches for code in language_codes()):
                    users.setdefault(getattr(item, f"{name}_id"), []).append(item)
        return users


@admin.register(Album)
class AlbumAdmin(LanguageTabsMixin, LibraryAdmin):
    """Albums."""

    form = AlbumForm
    inlines = (AlbumPictureInline,)
    change_form_template = "media_library/album_form.html"
    list_display = ("cover_column", "name", "title_column", "pictures_column", "used_in", "created_at", "created_by")
    list_display_links = ("cover_column", "name")
    search_fields = ("name", *in_every_language("title"))
    list_per_page = 50

    class Media:
        css = {"all": ("desk/sorting.css", "desk/album.css")}
        js = ("desk/sorting.js", "desk/album.js")

    # The list ---------------------------------------------------------------------

    def get_changelist(self, request, **kwargs):
        return AlbumList

    @admin.display(description=gettext_lazy("cover"))
    def cover_column(self, album):
        if album.face is None or not album.face.thumbnail_url:
            return format_html('<span class="album-cover">{}</span>', _("no picture"))
        cover = '<img class="album-cover" src="{}" alt="{}" loading="lazy">'
        return format_html(cover, album.face.thumbnail_url, album.name)

    @admin.display(description=gettext_lazy("title"))
    def title_column(self, album):
        """In every language that has one: what is missing is seen at once."""
        titles = [
            (code, direction(code), title) for code in language_codes() if (title := getattr(album, f"title_{code}"))
        ]
        return format_html_join("", '<div><bdi lang="{}" dir="{}">{}</bdi></div>', titles) or "–"

    @admin.display(description=gettext_lazy("pictures"))
    def pictures_column(self, album):
        return album.number_of_pictures

    @admin.display(description=gettext_lazy("used in"))
    def used_in(self, album):
        links = [(form_url(item), item.working_title) for item in album.users[:NAMED]]
        more = len(album.users) - len(links)
        words = format_html_join("", '<div><a href="{}"><bdi>{}</bdi></a></div>', links)
        if more:
            words += format_html("<div>{}</div>", _("%(count)s more") % {"count": more})
        return words or "–"

    # The form ----------------------------------------------------------------------

    def get_fieldsets(self, request, obj=None):
        return [
            (None, {"fields": ["name"]}),
            *by_language(["title", "text"]),
            (_("For all languages"), {"fields": ["collection", "cover"]}),
        ]

    def get_object(self, request, object_id, from_field=None):
        album = super().get_object(request, object_id, from_field)
        if album is not None and request.method == "POST":
            # Two saves of one album wait for one another, so that each sees what the other did.
            album = self.get_queryset(request).select_for_update().get(pk=album.pk)
        return album

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        context |= {
            "may_make_article": may_make_article(request.user),
            "may_describe": request.user.has_perm("media_library.change_picture"),
            "may_upload": request.user.has_perm("media_library.add_picture"),
        }
        return super().render_change_form(request, context, add, change, form_url, obj)

    # What comes next ------------------------------------------------------------------

    def response_add(self, request, obj, post_url_continue=None):
        return self._response_next(request, obj) or super().response_add(request, obj, post_url_continue)

    def response_change(self, request, obj):
        return self._response_next(request, obj) or super().response_change(request, obj)

    def _response_next(self, request, album):
        """Goes on with an article that shows the album, or with alternative texts, if that was asked for."""
        if "_make_article" in request.POST and may_make_article(request.user):
            return HttpResponseRedirect(article_url(album.pk))
        if "_describe" in request.POST:
            return HttpResponseRedirect(self._describe_url(request, album))
        return None

    def _describe_url(self, request, album):
        """Where the pictures without alternative text get one, and the way back; the form, if all have theirs."""
        back = reverse("admin:media_library_album_change", args=[album.pk])
        pictures = [entry.picture for entry in album.entries.select_related("picture")]
        lacking = [picture for picture in pictures if not all(picture.is_described(code) for code in language_codes())]
        if not lacking:
            messages.info(request, _("Every picture has its alternative text in every language."))
            return back
        query = {"ids": ",".join(str(picture.pk) for picture in lacking), "back": f"album:{album.pk}"}
        return f"{reverse('admin:media_library_picture_describe')}?{urlencode(query)}"
