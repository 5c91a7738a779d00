"""
The translation screen: source and translation side by side, field by field.

On top it says what changed in the source since the translation was made, word
by word. The form is the item's own, with the fields of one language: saving,
conflicts and kept drafts are those of the big form.
"""

from html.parser import HTMLParser

from django.contrib import messages
from django.contrib.admin.sites import site
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpResponseRedirect
from django.utils.html import format_html, format_html_join
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from modeltranslation.translator import translator

from desk.audit import note_save
from desk.autosave import forget, kept_work, others_here
from desk.badges import state_badge
from desk.diff import word_difference
from desk.items import form_url, item_for, label_of, render_screen, text_url
from desk.links import request_link_checks
from desk.saving import SEAL_PREFIX, record_saves
from publishing import workflow
from publishing.fields import is_html
from publishing.html import clean_html, is_empty
from publishing.languages import direction, language_codes, own_name
from publishing.models import Edition, Version

FIRST = ("title", "standfirst", "body")
FOLDED = ("slug", "seo_title", "seo_description")

# What the buttons say when it is done.
DONE = {
    "updated": gettext_lazy("The translation in %(language)s is up to date with its source."),
    "valid": gettext_lazy("The translation in %(language)s is still valid for its source as it is now."),
    "submit": gettext_lazy("The translation in %(language)s was submitted for review."),
}


@require_http_methods(["GET", "HEAD", "POST"])
def translate(request, label, pk, language):
    """Shows the source beside the translation, and saves what was typed."""
    item = item_for(request.user, label, pk, language)
    if language == item.source_language:
        return HttpResponseRedirect(form_url(item, language))
    if not workflow.may(request.user, item, language, "change"):
        raise PermissionDenied
    if request.method == "POST":
        return _receive(request, item, language)
    return _show(request, item, language, _form(request, item, language))


@transaction.atomic
def _receive(request, item, language):
    # Two saves of one item wait for one another, so that each sees what the other did.
    item = type(item).objects.select_for_update().prefetch_related("editions").get(pk=item.pk)
    order = request.POST.get("_do")
    data = _with_structure(request, item, language) if order == "structure" else request.POST
    form = _form(request, item, language, data)
    is_valid = form.is_valid()
    if order == "structure" or not is_valid:
        return _show(request, item, language, form)
    is_saved = _save(request.user, item, language, form)
    _answer(request, item, language, order, is_saved)
    return HttpResponseRedirect(request.path)


# --- The form ---------------------------------------------------------------------


def field_names(model):
    """The translated fields of a model, in the order in which people translate them."""
    names = translator.get_options_for_model(model).get_field_names()
    return [*FIRST, *sorted(set(names) - {*FIRST, *FOLDED}), *FOLDED]


def _form(request, item, language, data=None):
    """The item's own form as the admin makes it, with nothing but the texts of one language."""
    model_admin = site.get_model_admin(type(item))
    fields = [f"{name}_{language}" for name in field_names(type(item))]
    form = model_admin.get_form(request, item, change=True, fields=fields)(data, instance=item)
    for part in set(form.parts) - {language}:
        del form.parts[part], form.fields[SEAL_PREFIX + part]
    return form


def _save(user, item, language, form):
    """Writes what was typed, if anything was, and returns whether."""
    if language not in form.changed_parts:
        return False
    item.save(update_fields=form.save_changes())
    record_saves(item, [language], user)
    note_save(item, language, by=user)
    forget(user, item, [language])
    request_link_checks(item, language)
    return True


def _answer(request, item, language, order, is_saved):
    """Takes the step that the button asks for, and says what happened. If it is refused, what was typed stays saved."""
    facts = {"language": own_name(language)}
    if is_saved:
        messages.success(request, _("The text in %(language)s was saved.") % facts)
    try:
        _take_step(request, item, language, order, is_saved)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return
    if order in DONE:
        messages.success(request, DONE[order] % facts)
    elif not is_saved:
        messages.info(request, _("Nothing was changed, so nothing was saved."))


def _take_step(request, item, language, order, is_saved):
    if order in {"updated", "valid"}:
        _refuse_unseen_source(request, item)
        workflow.mark_current(item, language=language, by=request.user)
    # An approved text that was just changed has gone back to review by itself.
    elif order == "submit" and not (is_saved and _is_in_review(item.edition_in(language))):
        workflow.submit(item, language=language, by=request.user)


def _is_in_review(edition):
    return edition is not None and edition.review == Edition.Review.IN_REVIEW


def _refuse_unseen_source(request, item):
    """Nobody finds a translation right for a source that they have not seen."""
    if request.POST.get("_source_revision") != str(needed_revision(item)):
        raise ValidationError(
            _("The source changed after you opened this page. Look at what is new in it, and decide again.")
        )


def _with_structure(request, item, language):
    """What was typed, with the structure of the source in place of an empty text."""
    data, name = request.POST.copy(), f"body_{language}"
    if not is_empty(data.get(name, "")):
        messages.warning(request, _("There is a text already. The structure is only copied into an empty one."))
        return data
    data[name] = structure_of(Source(item).text("body"))
    messages.info(request, _("The text field has the structure of the source now. Nothing is saved yet."))
    return data


# --- The source -------------------------------------------------------------------


class Source:
    """
    The text that a translation should be made from now.

    Once the source was given to readers, that is what they have, or will have
    at a set time; until then it is the working copy.
    """

    def __init__(self, item):
        self.item, self.language = item, item.source_language
        self.edition = item.edition_in(self.language)
        self.needed = needed_revision(item)
        self.version = self.as_of(self.needed) if self.edition and self.edition.is_out else None

    def text(self, name, version=None):
        """One field, as it is now or in an earlier version."""
        version = version or self.version
        if version is not None and name in self.item.texts(self.language):
            return getattr(version, name)
        return self.item.text_in(name, self.language)

    def as_of(self, revision):
        """The newest version of the text that is not newer than its save `revision`, or None."""
        if self.edition is None:
            return None
        texts = self.edition.versions.filter(revision__lte=revision).exclude(kind=Version.Kind.RETRACTION)
        return texts.order_by("-revision", "-number").first()


def needed_revision(item):
    """The save of the source that its translations should be made from."""
    source = item.edition_in(item.source_language)
    return source.text_needed_revision if source else 0


def _changes(item, language, source, form):
    """What the top of the screen says: whether the translation is new, outdated, or right, and what changed."""
    edition = item.edition_in(language)
    is_new = not any(form.initial.get(name) for name in form.parts[language])
    is_outdated = not is_new and edition is not None and edition.source_revision < source.needed
    before = source.as_of(edition.source_revision) if is_outdated else None
    return {
        "is_new": is_new,
        "is_outdated": is_outdated,
        "made_from": before,
        "changed": _differences(source, before, form, language) if before else [],
        # The source may have been corrected or taken back, and readers are told: somebody has to see to that, too.
        "is_to_be_seen_to": is_outdated or bool(edition and edition.being_updated_since),
    }


def _differences(source, before, form, language):
    # The words in the address are made from the title, and nobody translates them.
    names = [name for name in field_names(type(source.item)) if name != "slug"]
    texts = [(name, source.text(name, before), source.text(name)) for name in names]
    return [
        {
            "label": form.fields[f"{name}_{language}"].label,
            "html": word_difference(old, new, rich=is_html(type(source.item), name)),
        }
        for name, old, new in texts
        if old.split() != new.split()
    ]


# --- The page ---------------------------------------------------------------------


def _show(request, item, language, form):
    source, edition = Source(item), item.edition_in(language)
    pairs = [_pair(source, form, name, language) for name in field_names(type(item))]
    context = _changes(item, language, source, form) | {
        "opts": item._meta,
        "item": item,
        "label": label_of(item),
        "language": language,
        "language_name": own_name(language),
        "dir": direction(language),
        "form": form,
        "media": site.get_model_admin(type(item)).media + form.media,
        "conflicts": form.conflicts,
        "pairs": [pair for pair in pairs if pair["name"] not in FOLDED],
        "folded": [pair for pair in pairs if pair["name"] in FOLDED],
        "is_folded_open": any(pair["field"].errors for pair in pairs if pair["name"] in FOLDED),
        "source": _source_facts(source),
        "target": {
            "edition": edition,
            "badge": state_badge(edition),
            "waits_for": [own_name(code) for code in workflow.waits_for(item, edition)] if edition else [],
        },
        "may_submit": not _is_in_review(edition),
        "structure": structure_of(source.text("body")) if is_empty(form[f"body_{language}"].value() or "") else "",
        "others": _other_languages(request.user, item, language),
        "back_url": form_url(item, language),
        "history_url": text_url("history", item, language),
        "preview_url": text_url("preview", item, language),
        "kept_work": []
        if form.is_bound
        else [kept for kept in kept_work(request.user, item) if kept["part"] == language],
        "others_here": others_here(request.user, item),
        "is_sent": form.is_bound,
    }
    return render_screen(
        request, "desk/translate.html", context, title=_("Translation: %(language)s") % {"language": own_name(language)}
    )


def _kept_work(user, item, language):
    return [kept for kept in kept_work(user, item) if kept["part"] == language]


def _source_facts(source):
    return {
        "language": source.language,
        "name": own_name(source.language),
        "dir": direction(source.language),
        "badge": state_badge(source.edition),
        "needed": source.needed,
        "version": source.version,
        "has_newer_changes": bool(source.edition and source.edition.has_unpublished_changes),
    }


def _pair(source, form, name, language):
    """One field: what the source says, and where the translation is written."""
    text = source.text(name)
    is_rich = is_html(type(source.item), name)
    return {
        "name": name,
        "source": readable(text) if is_rich else text,
        "is_rich": is_rich,
        "field": form[f"{name}_{language}"],
    }


def _other_languages(user, item, language):
    """The screens of the other translations that this person may write."""
    others = [code for code in language_codes() if code not in {language, item.source_language}]
    return [
        {"code": code, "name": own_name(code), "dir": direction(code), "url": text_url("translate", item, code)}
        for code in others
        if workflow.may(user, item, code, "change")
    ]


# --- Rich text, written anew ------------------------------------------------------

VOID = {"br", "hr", "img"}
INLINE = {"strong", "em", "a", "br"}
CELL_FACTS = ("start", "colspan", "rowspan", "scope")
# In brackets, so that the checks before publishing find what was left over.
PLACEHOLDER = "[…]"


class _Rewriter(HTMLParser):
    """Writes cleaned HTML anew, in `pieces`; `element` and `words` say what becomes of each."""

    def __init__(self, html):
        super().__init__()
        self.pieces, self.open = [], []
        self.feed(clean_html(html))
        self.close()
        while self.open:
            self._end()

    def handle_starttag(self, tag, attrs):
        name, start = self.element(tag, dict(attrs))
        self._write(start)
        if tag not in VOID:
            self.open.append((tag, name))

    def handle_endtag(self, tag):
        if any(tag == opened for opened, _name in self.open):
            while self._end() != tag:
                pass

    def handle_data(self, data):
        self._write(self.words(data))

    def _end(self):
        tag, name = self.open.pop()
        self._write(format_html("</{}>", name) if name else "")
        return tag

    def _write(self, piece):
        if piece:
            self.pieces.append(piece)

    def element(self, tag, facts):
        """(the element's new name, its start tag); both empty where only the contents are kept."""
        raise NotImplementedError

    def words(self, data):
        """What stands in place of words."""
        raise NotImplementedError


def _start(name, facts=()):
    return format_html("<{}{}>", name, format_html_join("", ' {}="{}"', facts))


def _kept(facts, names):
    return [(name, facts[name]) for name in names if facts.get(name)]


class _Readable(_Rewriter):
    # The page has headings of its own above these.
    renamed = {"h2": "h3", "h3": "h4"}

    def element(self, tag, facts):
        if tag == "img":
            return "", self._picture(facts)
        if tag == "a":
            # In a tab of its own: this page holds what is being typed.
            return tag, _start(tag, [*_kept(facts, ["href"]), ("target", "_blank"), ("rel", "noopener noreferrer")])
        name = self.renamed.get(tag, tag)
        return name, _start(name, _kept(facts, CELL_FACTS))

    def words(self, data):
        return data

    @staticmethod
    def _picture(facts):
        page = get_language(), direction(get_language())
        name = _("Picture no. %(number)s") % {"number": facts.get("data-file", "")}
        alt = facts.get("alt", "")
        return format_html(
            '<span class="source-picture"><b lang="{}" dir="{}">{}</b> <bdi>{}</bdi></span>', *page, name, alt
        )


def readable(html):
    """Rich text to be read beside the form, as safe HTML: pictures are named, not shown."""
    return format_html_join("", "{}", ((piece,) for piece in _Readable(html).pieces))


class _Structure(_Rewriter):
    loose = f"<p>{PLACEHOLDER}</p>"

    def element(self, tag, facts):
        if tag in INLINE:
            return "", ""
        if tag == "img":
            return "", _start(tag, [*_kept(facts, ["src"]), ("alt", ""), *_kept(facts, ["data-file"])])
        return tag, _start(tag, _kept(facts, CELL_FACTS))

    def words(self, data):
        is_said = self.pieces[-1:] in ([PLACEHOLDER], [self.loose])
        if not data.strip() or is_said:
            return ""
        return PLACEHOLDER if any(name for _tag, name in self.open) else self.loose


def structure_of(html):
    """
    The structure of rich text without its words, as a start for translating it.

    Headings, paragraphs, list entries, quotations and table cells hold a
    placeholder; pictures stay, without alternative text.
    """
    # Not marked safe: it goes into a form field, which escapes it.
    return "".join(_Structure(html).pieces)


screens = [("translate/<str:label>/<int:pk>/<str:language>/", translate, "translate")]
