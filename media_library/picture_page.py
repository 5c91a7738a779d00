"""The page of one picture: its form, its originals for those who may have them, and deleting it."""

import logging

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import DateTimeField
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.defaultfilters import filesizeformat
from django.urls import path, reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from desk.admin import tags_field
from desk.items import render_screen
from desk.reach import clock
from desk.step_forms import MomentField
from media_library import downloads, imaging, log, words, workflow
from media_library.deletion import RefusesUsed
from media_library.forms import FOCAL_POINT, TEXTS, PictureForm
from media_library.models import Picture, Upload
from media_library.where_used import users_of
from publishing.languages import direction, language_codes, own_name

logger = logging.getLogger(__name__)

# The ratios in which readers see parts of a picture, each as people write it, all about equally large.
PREVIEWS = (
    ("3:2", 3 / 2),
    ("16:9", 16 / 9),
    ("2:1", 2),
    ("1.91:1", 1200 / 630),
    ("1:1", 1),
    ("4:5", 4 / 5),
)
PREVIEW_HEIGHT = 120


class PicturePage(RefusesUsed):
    """The part of the pictures' admin that is about a single one."""

    form = PictureForm
    change_form_template = "media_library/picture_form.html"

    class Media:
        css = {"all": ("desk/picture_form.css",)}
        js = ("desk/picture_form.js",)

    # The form ----------------------------------------------------------------------

    def get_fieldsets(self, request, obj=None):
        languages = [(code, {"fields": [f"{name}_{code}" for name in TEXTS]}) for code in language_codes()]
        library = (gettext_lazy("In the library"), {"fields": ["name", "collection", "tags"]})
        rights = ["licence", "source", "copyright_notice", "usage_terms", "rights_from", "rights_until"]
        picture = [*FOCAL_POINT, "is_decorative", *(["new_file"] if self.has_change_permission(request, obj) else [])]
        return [*languages, library, (gettext_lazy("Rights"), {"fields": rights}), ("picture", {"fields": picture})]

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if isinstance(db_field, DateTimeField):
            return db_field.formfield(form_class=MomentField)
        if db_field.name == "tags":
            return tags_field(db_field, self.admin_site)
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def get_form(self, request, obj=None, **kwargs):
        form = super().get_form(request, obj, **kwargs)
        form.user = request.user
        return form

    def save_model(self, request, obj, form, change):
        columns = form.changed_columns
        if "rights_until" in columns:
            # Whoever was told of the old end is told of the new one.
            obj.expiry_told_at = None
            columns.append("expiry_told_at")
        if columns:
            obj.save(update_fields=columns)
        if form.new_focal_point:
            workflow.set_focal_point(obj, *form.new_focal_point, by=request.user)
        if form.has_open_facts:
            workflow.redact(obj, form.area_forms.areas, by=request.user)
        if file := form.cleaned_data.get("new_file"):
            self._say_what_happens(request, workflow.replace_file(obj, file, by=request.user))

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        # As it is stored: somebody else may have written in another language meanwhile.
        words.index(Picture.objects.get(pk=form.instance.pk))

    @staticmethod
    def _say_what_happens(request, upload):
        if upload.state == Upload.State.REFUSED:
            message = _("The new file was not taken, and the old one stays. %(reason)s")
            messages.error(request, message % {"reason": upload.reason_in_words})
        else:
            messages.info(request, _("The new file is being checked. The old one is shown until then."))

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        adminform = context["adminform"]
        fieldsets = {fieldset.name: fieldset for fieldset in adminform}
        lines = {line.fields[0]: line for line in fieldsets["picture"]}
        context |= {
            "languages": [_panel(code, fieldsets[code]) for code in language_codes()],
            "shared": [fieldset for fieldset in adminform if fieldset.name not in {*language_codes(), "picture"}],
            "picture_lines": lines,
            "stage": Stage(obj),
            "area_forms": adminform.form.area_forms,
            "may_change_facts": adminform.form.has_open_facts,
            "may_get_originals": request.user.has_perm(workflow.SEES_ORIGINALS),
            "facts": _facts(obj),
            "users": users_of(obj, request.user),
            "former_files": obj.former_files.select_related("replaced_by"),
            "replacement": _replacement(obj),
            "log_entries": log.entries_of(obj),
            # Pictures are added where many can be sent at once.
            "show_save_and_add_another": False,
        }
        return super().render_change_form(request, context, add, change, form_url, obj)

    # Originals ---------------------------------------------------------------------

    def get_urls(self):
        original = self.admin_site.admin_view(self.original_view)
        former = self.admin_site.admin_view(self.former_view)
        return [
            path("<int:object_id>/original/", original, name="media_library_picture_original"),
            path("<int:object_id>/former/<int:number>/", former, name="media_library_picture_former"),
            *super().get_urls(),
        ]

    def original_view(self, request, object_id):
        """Downloads the original, with everything that it says of its maker."""
        return self._download(request, object_id, lambda picture: picture)

    def former_view(self, request, object_id, number):
        """Downloads an original that was replaced."""
        return self._download(request, object_id, lambda picture: get_object_or_404(picture.former_files, pk=number))

    def _download(self, request, object_id, row_of):
        if not request.user.has_perm(workflow.SEES_ORIGINALS):
            raise PermissionDenied
        picture = get_object_or_404(self.get_queryset(request), pk=object_id)
        row = row_of(picture)
        try:
            response = downloads.attachment(row.original, words=f"{picture.name} {row.pk}")
        except (OSError, ValueError):  # ValueError: there never was a file
            logger.exception("original.missing picture=%s file=%s", picture.pk, row.original.name)
            title = _("This file is missing")
            return render_screen(
                request, "media_library/original_missing.html", {"picture": picture}, title=title, status=404
            )
        replaced_at = getattr(row, "replaced_at", None)
        note = clock(replaced_at) if replaced_at else ""
        log.record(picture, log.Step.ORIGINAL, by=request.user, note=note)
        return response

    # Deleting ------------------------------------------------------------------------

    def get_deleted_objects(self, objs, request):
        to_delete, counts, lacking, used = super().get_deleted_objects(objs, request)
        # Its renditions, words and former files go along: nobody needs to read a list of them.
        return (to_delete, counts, lacking, used) if used else ([str(one) for one in objs], {}, set(), [])

    def delete_view(self, request, object_id, extra_context=None):
        try:
            return super().delete_view(request, object_id, extra_context)
        except ValidationError as error:  # somebody put it somewhere in this very moment
            messages.error(request, " ".join(error.messages))
            return HttpResponseRedirect(reverse("admin:media_library_picture_change", args=[object_id]))

    def delete_model(self, request, obj):
        workflow.delete_picture(obj, by=request.user)


class Stage:
    """A picture as the form draws it: everything in pixels of the upright original."""

    def __init__(self, picture):
        self.picture = picture
        self.width, self.height = picture.width, picture.height
        jpegs = picture.renditions_of("natural").get("jpeg", [])
        self.image = jpegs[-1] if jpegs else None
        # Lines and handles are as large on every picture.
        self.radius = max(self.width, self.height) // 40 or 1

    @property
    def point(self):
        return {"x": self.width * self.picture.focal_x / 100, "y": self.height * self.picture.focal_y / 100}

    @property
    def areas(self):
        """The hidden parts, each with its left upper corner, size, middle and radii."""
        return [self._drawn(area) for area in self.picture.redactions.all()]

    def _drawn(self, area):
        x, y = self.width * area.left / 100, self.height * area.top / 100
        width, height = self.width * area.width / 100, self.height * area.height / 100
        middle = {"cx": x + width / 2, "cy": y + height / 2, "rx": width / 2, "ry": height / 2}
        return {"shape": area.shape, "x": x, "y": y, "width": width, "height": height} | middle

    @property
    def previews(self):
        """What readers see of it in each ratio: name, ratio, the part that is kept, and its size on the page."""
        for name, ratio in PREVIEWS:
            left, top, right, bottom = imaging.crop_box(
                self.width, self.height, ratio, self.picture.focal_x, self.picture.focal_y
            )
            yield {
                "name": name,
                "ratio": ratio,
                "view": f"{left} {top} {right - left} {bottom - top}",
                "width": round(PREVIEW_HEIGHT * ratio),
                "height": PREVIEW_HEIGHT,
            }


def _panel(code, fieldset):
    lines = list(fieldset)
    return {
        "code": code,
        "name": own_name(code),
        "dir": direction(code),
        "lines": lines,
        "has_errors": any(line.errors() for line in lines),
    }


def _facts(picture):
    """[(what, words)] of the file."""
    facts = [
        (_("Type"), picture.format),
        (_("Pixels"), f"{picture.width} × {picture.height}"),
        (_("File size"), filesizeformat(picture.size)),
        (_("Taken on"), picture.taken_on and date_format(picture.taken_on, "DATE_FORMAT")),
        (_("Added"), clock(picture.created_at)),
        (_("Added by"), picture.created_by),
    ]
    return [(what, words) for what, words in facts if words]


def _replacement(picture):
    """The file that was sent last in order to replace this one, as long as it matters what became of it; else None."""
    upload = Upload.objects.filter(replaces=picture).order_by("-created_at", "-pk").first()
    return None if upload is None or upload.state == Upload.State.TAKEN else upload
