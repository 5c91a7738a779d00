"""
The screen on which many pictures are uploaded at once, and the addresses that its script speaks to.

Each file is an `Upload` of its own. The script sends one request per file and
gets that upload's row of the list back (`_upload_row.html`); without script
one form sends them all and the answer is the list.
"""

from dataclasses import dataclass
from datetime import timedelta

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied, SuspiciousOperation, TooManyFilesSent
from django.db import transaction
from django.db.models import Prefetch, Q
from django.http import Http404, HttpResponseBadRequest, HttpResponseRedirect, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_GET, require_POST
from tree_queries.forms import TreeNodeChoiceField

from desk.items import numbers_in, render_screen
from media_library import uploads, uses
from media_library.models import Album, AlbumPicture, Collection, Picture, Rendition, Upload

State = Upload.State

# As many uploads as one page lists, or one request asks about.
MOST_ROWS = 500
MOST_ASKED = 100
# As many albums as one can choose from; each has a way in of its own besides (`?album=`).
MOST_ALBUMS = 40
# What is over, or nobody decided on, is forgotten after this time.
KEPT_FOR = timedelta(days=7)

LIST = "admin:media_library_picture_upload"

# A torn or broken request: nothing of it was understood.
_BROKEN = (MultiPartParserError, UnreadablePostError, SuspiciousOperation)


class PlaceForm(forms.Form):
    """Where new pictures go: a collection, an album, or neither."""

    collection = TreeNodeChoiceField(
        Collection.objects.none(),
        required=False,
        label=gettext_lazy("Collection"),
        empty_label=gettext_lazy("No collection"),
    )
    album = forms.ModelChoiceField(
        Album.objects.none(), required=False, label=gettext_lazy("Album"), empty_label=gettext_lazy("No album")
    )

    def __init__(self, *args, user, album=None, **kwargs):
        super().__init__(*args, initial={"album": album}, **kwargs)
        closed = Collection.objects.closed_to(user)
        self.fields["collection"].queryset = Collection.objects.exclude(pk__in=closed)
        if user.has_perm("media_library.change_album"):
            self._offer_albums(Album.objects.visible_to(user), album)

    def _offer_albums(self, albums, chosen):
        """Any may be chosen; the newest, and the one that is chosen already, are offered."""
        offered = list(albums[:MOST_ALBUMS])
        if chosen and chosen not in offered:
            offered.insert(0, chosen)
        choose = self.fields["album"]
        choose.queryset = albums
        choose.widget.choices = [("", choose.empty_label), *((album.pk, str(album)) for album in offered)]


@dataclass(frozen=True)
class Row:
    """An upload as the list shows it to the person who sent it."""

    upload: Upload
    picture: Picture | None = None

    @property
    def state(self):
        """What became of it by now: its own state, or "deleted" when the picture is gone that was made of it."""
        return "deleted" if self.upload.state == State.TAKEN and self.upload.picture_id is None else self.upload.state

    @property
    def awaits(self):
        """What the script asks for again and again: "answer" of the worker, "thumbnail", or nothing."""
        if self.upload.state == State.WAITING:
            return "answer"
        if (
            self.upload.state == State.TAKEN
            and self.picture
            and not (self.picture.thumbnail_url or self.picture.problem)
        ):
            return "thumbnail"
        return ""

    @property
    def may_be_sent_again(self):
        """Whether the same file may be taken at the next attempt."""
        return self.upload.reason in {"disk_full", "interrupted"}


def rows_of(chosen, user):
    """The rows of these uploads. A picture in a collection that is closed to `user` is not shown with them."""
    thumbnails = Prefetch("picture__renditions", Rendition.objects.filter(ratio="3x2", encoding="jpeg"))
    closed = Collection.objects.closed_to(user)
    return [
        _row(upload, closed) for upload in chosen.select_related("picture__created_by").prefetch_related(thumbnails)
    ]


def _row(upload, closed):
    picture = upload.picture
    if picture and picture.collection_id in closed:
        picture = None
    return Row(upload, picture)


def _uploads_of(user):
    return Upload.objects.filter(created_by=user)


def _check_permission(request):
    if not request.user.has_perm("media_library.add_picture"):
        raise PermissionDenied


def _is_from_script(request):
    return request.headers.get("X-Requested-With") == "XMLHttpRequest"


# --- Sending ----------------------------------------------------------------------


@csrf_exempt  # until the request proved to be readable: `_take` checks it
def upload(request):
    """Lists what this page sent, and what still waits for the worker or the person; takes more."""
    _check_permission(request)
    try:
        is_post = request.method == "POST" and request.POST is not None
    except _BROKEN as problem:
        return _problem(request, _why(problem))
    return _take(request) if is_post else _screen(request)


@csrf_protect
def _take(request):
    files = request.FILES.getlist("file")
    place = PlaceForm(request.POST, user=request.user)
    if not files:
        return _problem(request, _("No file arrived. Choose files, then send them."))
    if not place.is_valid():
        return _problem(request, _("This collection or album is not there any more, or closed to you. Choose another."))
    received = [uploads.receive(file, by=request.user, **place.cleaned_data).pk for file in files]
    if _is_from_script(request):
        return _fragment(request, rows_of(Upload.objects.filter(pk__in=received), request.user))
    return _back_to_list(request, [*numbers_in(request.POST.get("ids", "")), *received])


def _why(problem):
    if isinstance(problem, TooManyFilesSent):
        return _("Up to %(limit)s files can be sent at once. Choose fewer, and send the others after them.") % {
            "limit": settings.DATA_UPLOAD_MAX_NUMBER_FILES
        }
    return _("What you sent did not arrive whole, and nothing of it was stored. Send it again.")


def _problem(request, sentence):
    if _is_from_script(request):
        return HttpResponseBadRequest(sentence, content_type="text/plain; charset=utf-8")
    return _screen(request, problem=sentence, status=400)


def _screen(request, *, problem="", status=200):
    numbers = numbers_in(request.GET.get("ids", ""))[:MOST_ROWS]
    album = Album.objects.visible_to(request.user).filter(pk__in=numbers_in(request.GET.get("album", ""))).first()
    context = {
        "problem": problem,
        "upload_rows": _listed(request.user, numbers),
        "ids": ",".join(map(str, numbers)),
        "place": PlaceForm(user=request.user, album=album),
        "may_make_album": request.user.has_perm("media_library.add_album"),
        "opts": Picture._meta,
    }
    return render_screen(request, "media_library/upload.html", context, title=_("Upload pictures"), status=status)


def _listed(user, numbers):
    """The rows of these uploads in their order; before them whatever else still waits."""
    of_pictures = {"replaces": None, "document": None, "video": None, "poster_of": None}
    waits = Q(state__in=(State.WAITING, State.KNOWN), **of_pictures)
    rows = rows_of(_uploads_of(user).filter(Q(pk__in=numbers) | waits).order_by("pk")[:MOST_ROWS], user)
    places = {number: place for place, number in enumerate(numbers)}
    return sorted(rows, key=lambda row: places.get(row.upload.pk, -1))


def _fragment(request, rows):
    return render(request, "media_library/_upload_rows.html", {"rows": rows})


def _back_to_list(request, numbers):
    return HttpResponseRedirect(f"{reverse(LIST)}?ids={','.join(map(str, numbers))}")


# --- What became of them ------------------------------------------------------------


@require_GET
def upload_status(request):
    """The rows that changed: `?answer=1,2&thumbnail=3` names those that await the one or the other."""
    _check_permission(request)
    asked = {
        number: what
        for what in ("thumbnail", "answer")
        for number in numbers_in(request.GET.get(what, ""))[:MOST_ASKED]
    }
    rows = rows_of(_uploads_of(request.user).filter(pk__in=asked).order_by("pk"), request.user)
    return _fragment(request, [row for row in rows if row.awaits != asked[row.upload.pk]])


@require_POST
def upload_answer(request):
    """What the person decides about one upload: `answer=existing:7`, `anyway:7` or `forget:7`."""
    _check_permission(request)
    answer, _colon, number = request.POST.get("answer", "").partition(":")
    upload = _uploads_of(request.user).filter(pk__in=numbers_in(number)).first()
    answers = {"existing": uploads.use_existing, "anyway": uploads.add_anyway, "forget": _forget}
    if upload is None or answer not in answers:
        raise Http404("no such upload")
    answers[answer](upload, by=request.user)
    if _is_from_script(request):
        return _fragment(request, rows_of(_uploads_of(request.user).filter(pk=upload.pk), request.user))
    return _back_to_list(request, numbers_in(request.POST.get("ids", "")))


def _forget(upload, *, by):
    forget(upload)


@require_POST
def upload_next(request):
    """Goes on with the pictures that came of it, in the order in which they were chosen: `do=album`, or describing."""
    _check_permission(request)
    chosen = numbers_in(",".join(request.POST.getlist("picture")))
    found = Picture.objects.visible_to(request.user).in_bulk(chosen)
    pictures = [found[number] for number in dict.fromkeys(chosen) if number in found]
    if not pictures:
        return _problem(request, _("None of these pictures is in the library any more."))
    if request.POST.get("do") == "album":
        return HttpResponseRedirect(_make_album(request, pictures))
    numbers = ",".join(str(picture.pk) for picture in pictures)
    return HttpResponseRedirect(f"{reverse('admin:media_library_picture_describe')}?ids={numbers}")


def _make_album(request, pictures):
    """Makes an album of these pictures; returns the address of its form."""
    if not request.user.has_perm("media_library.add_album"):
        raise PermissionDenied
    day = date_format(timezone.localdate(), "DATE_FORMAT")
    with transaction.atomic():
        album = Album.objects.create(
            name=_("Pictures of %(day)s") % {"day": day},
            # Beside its pictures, so that it is not more open than they are.
            collection_id=next((picture.collection_id for picture in pictures if picture.collection_id), None),
            created_by=request.user,
        )
        AlbumPicture.objects.bulk_create(
            AlbumPicture(album=album, picture=picture, position=position)
            for position, picture in enumerate(pictures, start=1)
        )
        uses.rebuild(Album, ids=[album.pk])
    messages.success(request, _("The album is made. Give it a name of its own."))
    return reverse("admin:media_library_album_change", args=[album.pk])


# --- Forgetting ---------------------------------------------------------------------


def forget(upload):
    """Deletes an upload, and its file unless that is a picture's by now."""
    with transaction.atomic():
        row = Upload.objects.select_for_update().filter(pk=upload.pk).first()
        if row is None:
            return
        if row.state != State.TAKEN:
            uploads.delete_file(row)
        row.delete()


def tidy_uploads():
    """Forgets uploads of more than seven days ago: they are over, or nobody decided on them."""
    for upload in Upload.objects.filter(created_at__lt=timezone.now() - KEPT_FOR).iterator():
        forget(upload)


def urls(site):
    """The addresses of this module, for the pictures' own below the admin `site`."""
    views = {"": upload, "status/": upload_status, "answer/": upload_answer, "next/": upload_next}
    return [
        path(f"upload/{route}", site.admin_view(view), name=f"media_library_picture_{view.__name__}")
        for route, view in views.items()
    ]
