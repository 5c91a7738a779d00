"""
Nothing that somebody typed is lost, and nobody writes unaware of others.

The form sends what is typed, part by part, every few seconds (`static/desk/autosave.js`).
It is kept for that person alone, shown when they open the form again, never
published, and gone when they save. Meanwhile the form says who else is there.
"""

import json
import re
from datetime import timedelta

from django import forms
from django.contrib.admin.sites import site
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.db import transaction
from django.http import HttpRequest, JsonResponse
from django.middleware.csrf import get_token
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from django_tasks import task

from desk.items import item_for, number_in, public_type_named
from desk.models import Autosave, Presence
from desk.reach import clock
from desk.saving import digest
from publishing.languages import direction, language_codes, own_name

# The most that is kept of one part, in bytes.
PART_MAX_BYTES = 1024 * 1024
# Whoever was not heard of for this long has left.
THERE_FOR = timedelta(seconds=60)
KEPT_FOR = timedelta(days=30)
PRESENCE_KEPT_FOR = timedelta(days=1)


class NotKept(Exception):
    """What was sent cannot be kept: why, and the HTTP status that says so."""

    def __init__(self, message, status):
        super().__init__(message)
        self.message, self.status = message, status


# --- For the forms ----------------------------------------------------------------


def kept_work(user, item):
    """
    What `user` typed for `item` and did not save, where it differs from what the form would show.

    `item` is a model for an item that does not exist yet. Each entry says its
    `part`, `language` (own name), `saved_at`, `values` and `seal`, and how to say it.
    """
    rows = list(_rows_of(user, item))
    entries = [_described(user, item, row) for row in rows]
    return [entry for entry in entries if entry]


def forget(user, item, parts):
    """Deletes what is kept of parts that `user` has just saved; `item` is a model for one that was just added."""
    _rows_of(user, item).filter(part__in=list(parts)).delete()


def others_here(user, item):
    """Who else has `item` open now: language, name, whether they write, and a sentence that says it."""
    if isinstance(item, type):
        return []
    there = _presences_of(item).filter(seen_at__gt=timezone.now() - THERE_FOR).exclude(user=user)
    return [_present(presence) for presence in there.select_related("user").order_by("language", "pk")]


def _present(presence):
    facts = {"person": str(presence.user), "language": own_name(presence.language)}
    sentence = (
        _("%(person)s is editing the text in %(language)s")
        if presence.is_writing
        else _("%(person)s has the text in %(language)s open")
    )
    return {
        "language": presence.language,
        "name": facts["person"],
        "writing": presence.is_writing,
        "text": sentence % facts,
    }


@task()
def prune_kept_work():
    """The job that deletes what nobody came back for."""
    Autosave.objects.filter(saved_at__lt=timezone.now() - KEPT_FOR).delete()
    Presence.objects.filter(seen_at__lt=timezone.now() - PRESENCE_KEPT_FOR).delete()


# --- Keeping ----------------------------------------------------------------------


@require_http_methods(["GET", "POST", "DELETE"])
def autosave(request, label, pk):
    """
    Keeps what was typed (`{"parts": {"ar": {"values": {…}, "seal": "…", "over": "…"}}}`), or discards it.

    `over` is the stamp of what is to be replaced: if something else is kept by
    now, from another window perhaps, it stays, and comes back as `held`.
    """
    item = _item(request.user, label, pk, action="change")
    if request.method == "GET":
        return _answer(request, item)
    try:
        order = _order(request)
        for part in _texts(order.get("discard")):
            _discard(request.user, item, part, order.get("stamp"))
        held = _keep_parts(request.user, item, _parts(order))
    except NotKept as problem:
        return JsonResponse({"message": problem.message}, status=problem.status)
    return _answer(request, item, held)


def _answer(request, item, held=()):
    """What is kept now; and who is signed in with which token, for a page that is older than the session."""
    return JsonResponse(
        {
            "user": request.user.pk,
            "csrf": get_token(request),
            "kept": _stamps(request.user, item),
            "held": {entry["part"]: entry for entry in held},
            "message": _("Saved as a draft at %(time)s") % {"time": date_format(timezone.localtime(), "TIME_FORMAT")},
        }
    )


def _item(user, label, pk, *, action):
    """The item that an address names; for number 0 its model, if `user` may add one."""
    if pk:
        return item_for(user, label, pk, action=action)
    model = public_type_named(label).model
    if not user.has_perm(f"{model._meta.app_label}.add_{model._meta.model_name}"):
        raise PermissionDenied
    return model


def _order(request):
    try:
        order = json.loads(request.body or b"{}")
    except RequestDataTooBig:
        raise _too_large() from None
    except ValueError:
        raise _unreadable() from None
    if not isinstance(order, dict):
        raise _unreadable()
    return order


def _parts(order):
    parts = order.get("parts") or {}
    if not isinstance(parts, dict):
        raise _unreadable()
    for part in parts.values():
        if not isinstance(part, dict) or not isinstance(part.get("values"), dict):
            raise _unreadable()
        if len(json.dumps(part["values"], ensure_ascii=False).encode(errors="replace")) > PART_MAX_BYTES:
            raise _too_large()
    return parts


def _texts(value):
    return [entry for entry in value if isinstance(entry, str)] if isinstance(value, list) else []


def _unreadable():
    return NotKept(_("This could not be read, and was not kept."), 400)


def _too_large():
    return NotKept(_("This is too large to be kept as a draft. Save it, or take something out."), 413)


def _keep_parts(user, item, parts):
    """Keeps each part; returns what was found there instead and stays."""
    if not parts:
        return []
    names = _form(user, item).parts
    if any(not names.get(part) for part in parts):
        raise PermissionDenied
    kept = [_keep(user, item, part, sent, names[part]) for part, sent in parts.items()]
    return [entry for entry in kept if entry]


@transaction.atomic
def _keep(user, item, part, sent, names):
    rows = _rows_of(user, item)
    before = rows.select_for_update().filter(part=part).first()
    values = _own_values(sent["values"], names)
    if before and _is_other(before, values, sent.get("over")) and (entry := _described(user, item, before)):
        return entry
    row = Autosave(part=part, values=values, seal=_text(sent.get("seal"))[:60])
    if not _changed_names(_form(user, item, values), part, values):
        rows.filter(part=part).delete()
        return None
    facts = {"values": row.values, "seal": row.seal, "saved_at": timezone.now()}
    Autosave.objects.update_or_create(**_key(user, item), part=part, defaults=facts)
    return None


def _is_other(row, values, over):
    """Whether a row was kept by a window that the sender knows nothing of; without `over` nobody asks."""
    return over is not None and over != _stamp(row) and row.values != values


def _discard(user, item, part, stamp):
    row = _rows_of(user, item).filter(part=part).first()
    if row and stamp in (None, _stamp(row)):
        row.delete()


def _key(user, item):
    model = item if isinstance(item, type) else type(item)
    number = 0 if isinstance(item, type) else item.pk
    return {"user": user, "item_type": ContentType.objects.get_for_model(model), "item_id": number}


def _rows_of(user, item):
    return Autosave.objects.filter(**_key(user, item)).order_by("part")


def _stamp(row):
    """Tells one state of a kept part from another."""
    return row.saved_at.isoformat()


def _stamps(user, item):
    return {row.part: _stamp(row) for row in _rows_of(user, item).only("part", "saved_at")}


# --- What a form would show -------------------------------------------------------


def _form(user, item, values=None):
    """
    The form that `user` fills in for `item`, with the fields that are theirs to change; with `values`, as if sent.

    The admin asks its request for nothing but the person.
    """
    model = item if isinstance(item, type) else type(item)
    instance = None if isinstance(item, type) else item
    request = HttpRequest()
    request.user = user
    form_class = site.get_model_admin(model).get_form(request, instance, change=instance is not None)
    return form_class(None if values is None else _as_sent(values), instance=instance)


def _as_sent(values):
    return MultiValueDict({key: value if isinstance(value, list) else [value] for key, value in values.items()})


def _own_values(values, names):
    """Those that belong to fields of the part, as text; a moment is typed into two: `embargo_until_0` and `_1`."""
    return {
        key: [_text(entry) for entry in value] if isinstance(value, list) else _text(value)
        for key, value in values.items()
        if _field_of(key) in names or key in names
    }


def _field_of(key):
    return re.sub(r"_\d$", "", key)


def _text(value):
    # PostgreSQL keeps neither zero bytes nor half characters.
    return value.replace("\0", "").encode(errors="ignore").decode() if isinstance(value, str) else ""


def _changed_names(form, part, values):
    """The fields of a part whose kept value is not what the form shows."""
    present = {_field_of(key) for key in values} | set(values)
    own = present.intersection(form.parts[part])
    return [name for name in form.fields if name in own and _differs(form, name, values)]


def _differs(form, name, values):
    if not form[name]._has_changed():
        return False
    if name not in values:
        return True
    model = form._meta.model
    return digest(model, {name: values[name]}) != digest(model, {name: form[name].initial})


def _described(user, item, row):
    """What is kept of a part, in words and for the script; None when the form shows the same, or lacks the part."""
    form = _form(user, item, row.values)
    names = _changed_names(form, row.part, row.values) if row.part in form.parts else []
    if not names:
        return None
    is_text = row.part in language_codes()
    labels = {name: found for name in names if (found := _choice_labels(form.fields[name], row.values.get(name)))}
    entry = {
        "part": row.part,
        "language": own_name(row.part) if is_text else _("For all languages"),
        "dir": direction(row.part) if is_text else "auto",
        "saved_at": row.saved_at,
        "stamp": _stamp(row),
        "seal": row.seal,
        "values": row.values,
        "labels": labels,
        "texts": [
            {"label": str(form.fields[name].label), "text": _readable(row.values, name, labels)} for name in names
        ],
    }
    return entry | {"message": _message(entry), "data": json.dumps({key: entry[key] for key in FOR_SCRIPT})}


FOR_SCRIPT = ("part", "stamp", "seal", "values", "labels")


def _message(entry):
    fields = _(", ").join(text["label"] for text in entry["texts"])
    what = _("%(language)s (%(fields)s)") % {"language": entry["language"], "fields": fields}
    time = clock(entry["saved_at"])
    return _("You typed this on %(time)s and did not save it: %(what)s.") % {"time": time, "what": what}


def _choice_labels(field, value):
    """Value → words, for what is chosen rather than typed."""
    chosen = value if isinstance(value, list) else [value]
    if isinstance(field, forms.ModelChoiceField):
        numbers = [entry for entry in chosen if number_in(entry) is not None]
        return {str(row.pk): str(row) for row in field.queryset.filter(pk__in=numbers)} if numbers else {}
    if isinstance(field, forms.ChoiceField):
        return {entry: str(dict(field.choices)[entry]) for entry in chosen if entry in dict(field.choices)}
    return {}


def _readable(values, name, labels):
    found = [values[key] for key in sorted(values) if key == name or _field_of(key) == name]
    flat = [entry for value in found for entry in (value if isinstance(value, list) else [value])]
    between = _(", ") if name in labels else " "
    return between.join(labels.get(name, {}).get(entry, entry) for entry in flat)


# --- Who is there -----------------------------------------------------------------


@require_POST
def presence(request, label, pk):
    """
    A sign of life (`{"language": "tr", "writing": true, "left": ["ar"]}`); answers who else is there.

    And what is kept for this person, so that a page notices when another one's save removed it.
    """
    item = _item(request.user, label, pk, action="view" if pk else "add")
    try:
        order = _order(request)
    except NotKept as problem:
        return JsonResponse({"message": problem.message}, status=problem.status)
    if pk:
        _presences_of(item).filter(user=request.user, language__in=_texts(order.get("left"))).delete()
        _note_presence(request.user, item, order)
    return JsonResponse({"others": others_here(request.user, item), "kept": _stamps(request.user, item)})


def _note_presence(user, item, order):
    language = order.get("language")
    if language not in language_codes():
        return
    facts = {"is_writing": order.get("writing") is True, "seen_at": timezone.now()}
    kind = ContentType.objects.get_for_model(item)
    Presence.objects.update_or_create(item_type=kind, item_id=item.pk, language=language, user=user, defaults=facts)


def _presences_of(item):
    return Presence.objects.filter(item_type=ContentType.objects.get_for_model(item), item_id=item.pk)


screens = [
    ("autosave/<str:label>/<int:pk>/", autosave, "autosave"),
    ("presence/<str:label>/<int:pk>/", presence, "presence"),
]
