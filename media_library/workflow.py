"""
Changes of a picture that readers see or that cannot be taken back.

Each is one function: permission, change, log entry, then what must wait for
the commit. `by` is the account that acts; None is the system itself.
"""

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _

from media_library import renditions, uploads
from media_library.areas import Area, uncovers
from media_library.log import Step, record
from media_library.models import FormerFile, Picture, Redaction, Rendition, Upload
from media_library.storage import delete_after_commit
from media_library.tasks import request_renditions
from media_library.where_used import names_of_users
from publishing.workflow import require_open_gates

# The right to get originals, and to show again what was hidden.
SEES_ORIGINALS = "media_library.original_picture"


@transaction.atomic
def set_focal_point(picture, x, y, *, by):
    """Sets the point (percent of width and height) that every crop keeps in sight, and has the crops made anew."""
    row = _locked(picture, by, "change", "add")
    if (row.focal_x, row.focal_y) == (x, y):
        return
    row.focal_x, row.focal_y = x, y
    _count_change(row, "focal_x", "focal_y")
    record(row, Step.FOCAL_POINT, by=by, note=f"{x} % · {y} %")
    request_renditions(row)
    picture.focal_x, picture.focal_y, picture.revision = x, y, row.revision


@transaction.atomic
def redact(picture, areas, *, by):
    """
    Hides exactly `areas` (of `areas.Area`) in every public file; all files there are now go at once.

    Raises `PermissionDenied` when something that is hidden would be seen again
    and `by` may not get originals. Areas that stay keep who drew them, and when.
    """
    row = _locked(picture, by, "change", "add")
    stored = {redaction.pk: Area.of(redaction) for redaction in row.redactions.all()}
    if set(stored.values()) == set(areas):
        return
    is_uncovering = uncovers(stored.values(), areas)
    if is_uncovering and by is not None and not by.has_perm(SEES_ORIGINALS):
        raise PermissionDenied(refusal_to_uncover())
    if is_uncovering:
        require_open_gates()
    row.redactions.filter(pk__in=[pk for pk, area in stored.items() if area not in areas]).delete()
    new = [area for area in dict.fromkeys(areas) if area not in stored.values()]
    Redaction.objects.bulk_create([Redaction(picture=row, created_by=by, **vars(area)) for area in new])
    _count_change(row)
    record(row, Step.UNCOVER if is_uncovering else Step.REDACT, by=by)
    renditions.drop_public_files(row)
    request_renditions(row)
    picture.revision = row.revision


def refusal_to_uncover():
    """The sentence for somebody who may not show again what was hidden."""
    return _(
        "You may hide more of the picture, but not show again what is hidden. Ask an editor to make a hidden part "
        "smaller or to remove it."
    )


def replace_file(picture, file, *, by):
    """
    Has another file looked at, which then takes the place of this one: same address, same uses.

    Returns the `Upload`. The old file goes on being shown meanwhile, and for good if the new one is refused.
    """
    _require(picture, by, "change", "add")
    require_open_gates()
    return uploads.receive(file, by=by, replaces=picture)


@transaction.atomic
def delete_picture(picture, *, by):
    """
    Deletes a picture that nothing uses, with its original and all public files, once that is stored.

    Raises `ValidationError`, which names what uses it.
    """
    row = _locked(picture, by, "delete")
    if users := names_of_users(row, by):
        raise ValidationError(
            _("“%(picture)s” is used: %(users)s. Take it out there first.") % {"picture": row.name, "users": users}
        )
    record(row, Step.DELETE, by=by, note=row.name)
    files = _files_of(row)
    row.delete()
    delete_after_commit(files)


def clean_out(*, unused_since):
    """Deletes the pictures that nothing has used since that moment, one by one; yields each that went."""
    last = 0
    while picture := Picture.objects.filter(unused_since__lt=unused_since, pk__gt=last).order_by("pk").first():
        last = picture.pk
        try:
            delete_picture(picture, by=None)
        except (ValidationError, Picture.DoesNotExist):
            continue
        yield picture


# --- What the changes are made of ------------------------------------------------


def _require(picture, by, *actions):
    """Whoever may "change" a picture changes its words; what its languages share takes the right to "add" one, too."""
    if by is None:
        return
    is_in_sight = Picture.objects.visible_to(by).filter(pk=picture.pk).exists()
    if not (is_in_sight and by.has_perms([f"media_library.{action}_picture" for action in actions])):
        raise PermissionDenied(_("You may not change or delete this picture. Ask an editor who may."))


def _locked(picture, by, *actions):
    """The picture's row, locked until the end of the transaction, for somebody who may act on it."""
    _require(picture, by, *actions)
    return Picture.objects.select_for_update(of=("self",)).get(pk=picture.pk)


def _count_change(row, *names):
    row.revision += 1
    row.save(update_fields=["revision", *names])


def _files_of(picture):
    """(storage, name) of every file of a picture: its originals, what waits to replace it, what readers get."""
    private = [picture, *FormerFile.objects.filter(picture=picture)]
    files = [row.original for row in private] + [upload.file for upload in Upload.objects.filter(replaces=picture)]
    paths = Rendition.objects.filter(picture=picture).values_list("path", flat=True)
    return [(file.storage, file.name) for file in files] + [(default_storage, path) for path in paths]
