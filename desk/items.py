"""Finding the text that a screen of the desk is about, for somebody who may see it."""

from django.contrib.admin.sites import site
from django.contrib.auth.backends import ModelBackend
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.template.response import TemplateResponse
from django.urls import reverse

from accounts.roles import permission_for
from publishing.languages import language_codes
from publishing.registry import public_types


def number_in(text):
    """The number of a row that a browser sent, or None for whatever else it is; never more than a database takes."""
    text = "" if text is None else str(text)
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None


def numbers_in(text):
    """The numbers of rows in "1,2,3", in that order; whatever else it says is left out."""
    return [number for part in text.split(",") if (number := number_in(part)) is not None]


def public_type_named(label):
    """The public type with this label, such as "articles.article". Raises `Http404` for any other."""
    found = next((public_type for public_type in public_types() if public_type.label == label), None)
    if found is None:
        raise Http404("no such type")
    return found


def item_for(user, label, pk, language=None, *, action="view"):
    """
    The item that an address names, with its editions at hand.

    Raises `Http404` for what does not exist or is in the trash, and
    `PermissionDenied` when `user` may not do `action` to it (in `language`, if one is given).
    """
    if language is not None and language not in language_codes():
        raise Http404("no such language")
    model = public_type_named(label).model
    item = model.objects.filter(pk=pk, trashed_at=None).prefetch_related("editions").first()
    if item is None:
        raise Http404("no such item")
    asked = (item, language) if language is not None and action != "view" else item
    if not (may_see(user, item) if action == "view" else user.has_perm(permission_for(model, action), asked)):
        raise PermissionDenied
    return item


def may_see(user, item):
    """Whether somebody may look at an item: whoever may change it in any language may, too."""
    app, name = item._meta.app_label, item._meta.model_name
    return user.has_perm(f"{app}.view_{name}", item) or user.has_perm(f"{app}.change_{name}", item)


def sections_seen_by(user, model):
    """
    The numbers of the sections whose items `user` sees in lists, those below included; None for all.

    None, too, for a model that knows no sections.
    """
    names = {field.name for field in model._meta.get_fields()}
    may_everywhere = f"{model._meta.app_label}.view_{model._meta.model_name}" in ModelBackend().get_all_permissions(
        user
    )
    assignments = user.role_assignments.select_related("category")
    if "category" not in names or may_everywhere or user.is_superuser:
        return None
    assigned = list(assignments)
    if any(assignment.category is None for assignment in assigned):
        return None
    return [section.pk for assignment in assigned for section in assignment.category.descendants(include_self=True)]


def label_of(item):
    """How addresses name an item's type: "articles.article"."""
    return item._meta.label_lower


def form_url(item, language=None, field=None):
    """The address of an item's form, opened at one language, or at one field (`title`)."""
    meta = item._meta
    url = reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[item.pk])
    if field and language:
        return f"{url}#{language}:{field}"
    return f"{url}#{language}" if language else url


def text_url(name, item, language):
    """The address of a screen about one language of an item: `text_url("history", article, "ar")`."""
    return reverse(f"admin:desk_{name}", args=[label_of(item), item.pk, language])


def render_screen(request, template, context, *, title, status=200):
    """A page of the desk inside the admin's frame. `title` is its heading."""
    frame = site.each_context(request) | {"title": title}
    return TemplateResponse(request, template, frame | context, status=status)
