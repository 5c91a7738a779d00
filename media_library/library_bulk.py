"""What is done to many pictures at once: their words, what they get in common, deleting. One page of them at most."""

from functools import cached_property, partial
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from desk.audit import note_changes
from desk.closed_fields import close_fields, may_fill_in, open_languages
from desk.items import number_in, render_screen
from media_library import words, workflow
from media_library.album_articles import article_url, may_make_article
from media_library.library import Tile, asked_for, for_tiles, may
from media_library.library_forms import MOST_PICTURES, SetForm, describe_form
from media_library.models import Collection, Picture
from publishing.languages import current_language, direction, language_choices, language_codes
from publishing.models import TaggedItem


class Chosen:
    """The pictures that an address or a form names, as far as the person may see them, and the way back."""

    def __init__(self, request, action):
        """Raises `PermissionDenied` for who may not do `action` ("change", "delete") to pictures."""
        if not may(request.user, action):
            raise PermissionDenied
        query = request.POST if request.method == "POST" else request.GET
        self.user = request.user
        self.asked = asked_for(query)
        self.numbers = self.asked[:MOST_PICTURES]
        self.back = query.get("back", "")

    @property
    def pictures(self):
        """In the order in which they were chosen; for the time of a transaction nobody else changes them."""
        rows = Picture.objects.visible_to(self.user).filter(pk__in=self.numbers)
        return sorted(rows.select_for_update(), key=lambda picture: self.numbers.index(picture.pk))

    @cached_property
    def tiles(self):
        """What is shown of them: number → tile."""
        rows = for_tiles(Picture.objects.visible_to(self.user).filter(pk__in=self.numbers))
        return {picture.pk: Tile(picture, timezone.now()) for picture in rows}

    @property
    def ids(self):
        """Their numbers, for a form or an address."""
        return ",".join(map(str, self.numbers))

    @property
    def album(self):
        """The number of the album that the pictures are looked at for (`back=album:7`), or ""."""
        kind, _colon, number = self.back.partition(":")
        return number if kind == "album" and number_in(number) is not None else ""

    @property
    def article_url(self):
        """Where an article about that album begins; "" without one, or for who may write none."""
        return article_url(self.album) if self.album and may_make_article(self.user) else ""

    @property
    def list_url(self):
        """The library as it was left, or the album."""
        if self.album:
            return reverse("admin:media_library_album_change", args=[self.album])
        url = reverse("admin:media_library_picture_changelist")
        return f"{url}?{self.back}" if self.back else url

    def url(self, name, **facts):
        """The address of another screen about the same pictures."""
        facts = {"ids": self.ids, "back": self.back} | facts
        return f"{reverse(f'admin:media_library_picture_{name}')}?{urlencode(facts)}"

    def tell_what_is_missing(self, request, count):
        """Says so when there were more than one screen takes, or some are gone; True if none is left."""
        if not self.asked:
            messages.warning(request, _("Choose at least one picture first."))
        elif not count:
            messages.warning(request, _("None of these pictures is in the library any more."))
        elif len(self.asked) > MOST_PICTURES:
            said = _("These are too many at once. The first %(count)s are here.")
            messages.warning(request, said % {"count": MOST_PICTURES})
        return not count


# --- Words --------------------------------------------------------------------------------


def describe(request):
    """Names, alternative texts and captions of the chosen pictures in one language, saved together."""
    chosen = Chosen(request, "change")
    languages = open_languages(request.user, Picture)
    if not languages:
        raise PermissionDenied
    language = _language_in(request, languages)
    with transaction.atomic():
        pictures = chosen.pictures
        if chosen.tell_what_is_missing(request, len(pictures)):
            return HttpResponseRedirect(chosen.list_url)
        data = request.POST if request.method == "POST" else None
        form_class = describe_form(language)
        close_fields(form_class, request.user)
        forms = [form_class(data, instance=picture, prefix=str(picture.pk)) for picture in pictures]
        # Each is looked at, so that each shows what is wrong with it.
        if data is not None and all([form.is_valid() for form in forms]):  # noqa: C419
            _save_words(forms, request)
            return HttpResponseRedirect(_after_describing(request, chosen))
    return _render_describe(request, chosen, forms, language, languages)


def _language_in(request, languages):
    """The one of these languages that is asked for, or at hand."""
    wanted = (request.POST.get("language"), request.GET.get("language"), current_language(), *languages)
    return next(code for code in wanted if code in languages)


def _save_words(forms, request):
    changed = [form for form in forms if form.has_changed()]
    for form in changed:
        form.instance.save(update_fields=form.changed_data)
    _finish(request, {form.instance: form.changed_data for form in changed})
    count = len(changed)
    saved = ngettext("The words of %(count)s picture are saved.", "The words of %(count)s pictures are saved.", count)
    if changed:
        messages.success(request, saved % {"count": count})


def _after_describing(request, chosen):
    """The next language, an article about the album, or the list."""
    if "_make_article" in request.POST and chosen.article_url:
        return chosen.article_url
    following = request.POST.get("_next")
    return chosen.url("describe", language=following) if following in language_codes() else chosen.list_url


def _render_describe(request, chosen, forms, language, languages):
    tiles = chosen.tiles
    context = {
        "rows": [{"tile": tiles[form.instance.pk], "form": form} for form in forms],
        "has_errors": any(form.errors for form in forms),
        "chosen": chosen,
        "language": language,
        "languages": [
            {"code": code, "name": name, "dir": direction(code), "is_chosen": code == language}
            for code, name in language_choices()
            if code in languages
        ],
    }
    return render_screen(request, "media_library/library_describe.html", context, title=_("Describe pictures"))


# --- The same for all -----------------------------------------------------------------------


def set_for_all(request):
    """
    Collection, tags, credit and rights for all chosen pictures. Only what is filled in is changed.

    Nobody is asked for what they may not change: for those who only translate, credits in their languages are left.
    """
    chosen = Chosen(request, "change")
    with transaction.atomic():
        pictures = chosen.pictures
        if chosen.tell_what_is_missing(request, len(pictures)):
            return HttpResponseRedirect(chosen.list_url)
        collections = Collection.objects.in_order(request.user)
        choices = [(row.pk, row.indented_name) for row in collections if not row.is_hidden]
        data = request.POST if request.method == "POST" else None
        form = SetForm(
            data, pictures=pictures, collections=choices, may_fill_in=partial(may_fill_in, request.user, Picture)
        )
        if data is not None and form.is_valid():
            changed = _set(pictures, form)
            _finish(request, changed)
            done = ngettext("%(count)s picture was changed.", "%(count)s pictures were changed.", len(changed))
            messages.success(request, done % {"count": len(changed)})
            return HttpResponseRedirect(chosen.list_url)
    context = {"tiles": chosen.tiles.values(), "form": form, "chosen": chosen}
    return render_screen(request, "media_library/library_set.html", context, title=_("Set for all"))


def _set(pictures, form):
    """Gives all of them what was filled in; returns those that were different, each with the names of its fields."""
    retagged = _add_tags(pictures, form.cleaned_data.get("add_tags", ()))
    retagged |= _remove_tags(pictures, form.cleaned_data.get("remove_tags", ()))
    changed = {
        picture: _set_facts(picture, form.facts) + (["tags"] if picture.pk in retagged else []) for picture in pictures
    }
    return {picture: names for picture, names in changed.items() if names}


def _set_facts(picture, facts):
    """Gives a picture these facts; returns the names of those that were different."""
    names = [name for name, value in facts.items() if getattr(picture, name) != value]
    for name in names:
        setattr(picture, name, facts[name])
    columns = [name.removesuffix("_id") for name in names]
    if "rights_until" in names:
        # Whoever was told of the old end is told of the new one.
        picture.expiry_told_at = None
        columns.append("expiry_told_at")
    if columns:
        picture.save(update_fields=columns)
    return names


def _tagged(pictures, tags):
    kind = ContentType.objects.get_for_model(Picture)
    return TaggedItem.objects.filter(content_type=kind, object_id__in=[one.pk for one in pictures], tag__in=tags)


def _add_tags(pictures, tags):
    """Returns the numbers of the pictures that lacked one."""
    has = set(_tagged(pictures, tags).values_list("object_id", "tag")) if tags else set()
    new = [(picture, tag) for picture in pictures for tag in tags if (picture.pk, tag.pk) not in has]
    TaggedItem.objects.bulk_create([TaggedItem(content_object=picture, tag=tag) for picture, tag in new])
    return {picture.pk for picture, _tag in new}


def _remove_tags(pictures, tags):
    """Returns the numbers of the pictures that had one."""
    rows = list(_tagged(pictures, tags).values_list("pk", "object_id")) if tags else []
    TaggedItem.objects.filter(pk__in=[pk for pk, _picture in rows]).delete()
    return {picture for _pk, picture in rows}


def _finish(request, changed):
    """
    What follows every change: they are found by their new words, and the log says who it was.

    `changed`: picture → the names of its fields that were changed.
    """
    if not changed:
        return
    words.index(*changed)
    alike = {}
    for picture, names in changed.items():
        alike.setdefault(_in_log(names), []).append(picture)
    for fields, pictures in alike.items():
        LogEntry.objects.log_actions(request.user.pk, pictures, CHANGE, [{"changed": {"fields": list(fields)}}])
        note_changes(request, pictures, fields=list(fields))


def _in_log(names):
    """Fields as Django's log keeps them: untranslated, because it is read in any language; each once."""
    with translation.override(None):
        labels = [str(Picture._meta.get_field(_without_language(name)).verbose_name) for name in names]
    return tuple(dict.fromkeys(labels))


def _without_language(name):
    base, _line, code = name.removesuffix("_id").rpartition("_")
    return base if code in language_codes() else name.removesuffix("_id")


# --- Deleting ---------------------------------------------------------------------------------


def delete_many(request):
    """Asks once more, then deletes those that nothing uses, and tells of each other one what stood in the way."""
    chosen = Chosen(request, "delete")
    if request.method == "POST":
        with transaction.atomic():
            refused, done = _delete(chosen.pictures, request.user)
        if done:
            said = ngettext("%(count)s picture was deleted.", "%(count)s pictures were deleted.", done)
            messages.success(request, said % {"count": done})
        if not refused:
            return HttpResponseRedirect(chosen.list_url)
        return _render_delete(request, chosen, refused)
    if chosen.tell_what_is_missing(request, len(chosen.tiles)):
        return HttpResponseRedirect(chosen.list_url)
    return _render_delete(request, chosen, {})


def _delete(pictures, user):
    """Number → why it was not deleted; and how many were."""
    refused = {}
    for picture in pictures:
        number = picture.pk
        try:
            workflow.delete_picture(picture, by=user)
        except ValidationError as error:
            refused[number] = " ".join(error.messages)
    return refused, len(pictures) - len(refused)


def _render_delete(request, chosen, refused):
    """The question; or, after the answer, what is left and why."""
    rows = [{"tile": tile, "reason": refused.get(number, "")} for number, tile in chosen.tiles.items()]
    context = {
        "rows": rows,
        "is_done": bool(refused),
        "may_go": not refused and any(row["tile"].picture.unused_since for row in rows),
        "chosen": chosen,
    }
    title = _("Not deleted") if refused else _("Delete pictures")
    return render_screen(request, "media_library/library_delete.html", context, title=title)
