"""
What is looked at before a text goes out.

Each check is one class. It says what is wrong, in which field; what it says
"must be put right" or "should be looked at". Generic checks stand here; types
register their own (`articles.checks`, `media_library.checks`):

    register(HasLeadPicture, Article)

`run_checks(item, language)` gives all that they find.
"""

import re
import unicodedata
from dataclasses import dataclass, replace
from functools import lru_cache

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from desk.items import form_url
from desk.links import address_elsewhere, leads_nowhere, links_of, path_on_site, rich_texts
from desk.models import LinkCheck
from desk.saving import SHARED
from publishing.html import plain_text


class Grade(models.IntegerChoices):
    """How serious a problem is."""

    MUST = 1, gettext_lazy("Must be put right")
    SHOULD = 2, gettext_lazy("Should be looked at")


@dataclass(frozen=True)
class Problem:
    """
    Something that a check found. A check says the first three.

    `part` is the part of the form: a language (default: the one that is
    checked) or "shared". `field` is "" for what is about no one field. `label`
    is the field's name in words, `url` leads to it in the form.
    """

    message: str
    field: str = "title"
    part: str = ""
    grade: Grade = Grade.SHOULD
    label: str = ""
    url: str = ""


class Check:
    """One thing that is looked at. Its docstring says what, `grade` how serious it is."""

    grade = Grade.SHOULD

    def problems(self, item, language):
        """Yields a `Problem` for each thing that is wrong with `item` in `language`."""
        raise NotImplementedError


_registered = {}


def register(check, *models):
    """Adds a check, for items of these models (which may be abstract), or for all items."""
    _registered[check] = models
    return check


def run_checks(item, language):
    """The problems of a stored item in one language, those that must be put right first."""
    found = {}
    for check, wanted in _registered.items():
        if wanted and not isinstance(item, wanted):
            continue
        # Two checks may look at the same thing; what they say alike is said once.
        problems = (_completed(problem, check, item, language) for problem in check().problems(item, language))
        found |= dict.fromkeys(problems)
    return sorted(found, key=lambda problem: problem.grade)


def _completed(problem, check, item, language):
    part = problem.part or language
    return replace(
        problem,
        part=part,
        grade=check.grade,
        label=str(capfirst(item._meta.get_field(problem.field).verbose_name)) if problem.field else "",
        url=form_url(item, part, problem.field),
    )


# --- Reading texts --------------------------------------------------------------

_BLOCK_END = re.compile(r"</(?:p|h2|h3|li|td|th|blockquote|figcaption)>|<br>")
# No place of a long word is looked at twice: texts have up to 200,000 signs, and nothing says that they have spaces.
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+|(?<![^\s@])[^\s@]++@[^\s@]*\.\w+")
_CONTROLS = re.compile("[\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\u061c\ufeff]")
_ARABIC = "\u0620-\u065f\u066e-\u06d3\u06d5-\u06dc\u06df-\u06e8\u06ea-\u06ef\u06fa-\u06ff"
_ARABIC_LETTER = re.compile(f"[{_ARABIC}]")
_LATIN_LETTER = re.compile("[A-Za-zÀ-ÖØ-öø-ɏ]")
_MANY = 3
_LONGEST_QUOTE = 120


def texts_of(item, language):
    """(field, text) of everything that readers read, as plain text: a line for each paragraph."""
    rich = {name for name, _html in rich_texts(item, language)}
    return [
        (name, _readable(text) if name in rich else text)
        for name, text in item.texts(language).items()
        if text and name != "slug"
    ]


@lru_cache(maxsize=16)
def _readable(html):
    blocks = (plain_text(block) for block in _BLOCK_END.split(html))
    return "\n".join(block for block in blocks if block)


def is_in_arabic_script(text):
    """Whether most letters of a text are Arabic ones."""
    return len(_ARABIC_LETTER.findall(text)) > len(_LATIN_LETTER.findall(text))


def quoted(words):
    """Words of a text as they stand in a message: isolated, so that their direction changes nothing around them."""
    return f"\u2068{Truncator(_CONTROLS.sub('', words)).chars(_LONGEST_QUOTE)}\u2069"


def word_before(text, position):
    """The last word before a place in a text ("" at its beginning)."""
    # Not the whole text up to there: it is asked for at every sign of a long text.
    words = _CONTROLS.sub("", text[max(0, position - _LONGEST_QUOTE) : position]).split()
    return words[-1] if words else ""


def listed(words):
    """A few of many words, each once, for a message."""
    different = list(dict.fromkeys(words))
    shown = [f"“{quoted(word)}”" for word in different[:_MANY]]
    return _(", ").join([*shown, "…"] if len(different) > _MANY else shown)


class TextCheck(Check):
    """A check that reads each text by itself. Typed addresses are taken out first unless `reads_addresses`."""

    reads_addresses = False

    def problems(self, item, language):
        for name, text in texts_of(item, language):
            read = text if self.reads_addresses else _ADDRESS.sub(" ", text)
            for message in self.complaints(read, language):
                yield Problem(message, name)

    def complaints(self, text, language):
        """Yields a message for each thing that is wrong with a text."""
        raise NotImplementedError


# --- What readers need ------------------------------------------------------------


@register
class CanBePublished(Check):
    """Whatever the type itself demands before it goes out: a title, a section with a name, a complete medium."""

    grade = Grade.MUST

    def problems(self, item, language):
        try:
            item.check_publishable(language)
        except ValidationError as error:
            for name, errors in error.update_error_dict({}).items():
                field, part = self._place(item, name, language)
                yield from (Problem(message, field, part) for message in ValidationError(errors).messages)

    @staticmethod
    def _place(item, name, language):
        if name == NON_FIELD_ERRORS:
            return "", language
        base = name.removesuffix(f"_{language}")
        return (base, language) if base in item.texts(language) else (name, SHARED)


@register
class HasStandfirst(Check):
    """Lists and search engines show the standfirst."""

    def problems(self, item, language):
        if not item.text_in("standfirst", language).strip():
            yield Problem(_("There is no standfirst. Lists and search engines show it."), "standfirst")


# --- Links ---------------------------------------------------------------------------


@register
class LinksWithinSiteLead(Check):
    """Links to pages of this site lead to pages that are public now."""

    grade = Grade.MUST

    def problems(self, item, language):
        answers = {}
        for name, url in links_of(item, language):
            path = path_on_site(url)
            if path is None:
                continue
            if path not in answers:
                answers[path] = leads_nowhere(path)
            if answers[path]:
                message = _("The link %(url)s leads to no public page. Correct it or take it out.")
                yield Problem(message % {"url": quoted(url)}, name)


@register
class LinksElsewhereAnswer(Check):
    """Links to other sites answered when a job last asked; see `desk.links.request_link_checks`."""

    def problems(self, item, language):
        links = [(name, url, address_elsewhere(url)) for name, url in links_of(item, language)]
        addresses = {address for _name, _url, address in links if address}
        failed = {check.url: check for check in LinkCheck.objects.filter(url__in=addresses) if self._failed(check)}
        for name, url, address in links:
            if address in failed:
                yield Problem(self._message(url, failed[address]), name)

    @staticmethod
    def _failed(check):
        return check.status is not None and (check.status == 0 or check.status >= 400)

    @staticmethod
    def _message(url, check):
        facts = {
            "url": quoted(url),
            "status": check.status,
            "date": date_format(timezone.localtime(check.checked_at), "DATE_FORMAT"),
        }
        if check.status == 0:
            return _("The link %(url)s could not be reached on %(date)s.") % facts
        return _("The link %(url)s answered with the error %(status)s on %(date)s.") % facts


# --- What was forgotten in the text ----------------------------------------------------


@register
class NoPlaceholder(TextCheck):
    """TK, ??? and the like stand where something is still to come. "TKP" is a party, "TK 1951" a flight."""

    grade = Grade.MUST
    _placeholder = re.compile(
        r"(?<![\w.])(?:TK)+(?!\w|[ \u00a0-]?\d)|(?<![\w?؟!])(?:\?{3,}|؟{3,})(?![\w?؟!])|\b(?i:lorem\s+ipsum)\b"
    )

    def complaints(self, text, language):
        for words in dict.fromkeys(match[0] for match in self._placeholder.finditer(text)):
            yield _("“%(words)s” is a placeholder. Write what belongs there.") % {"words": quoted(words)}


@register
class NoGap(TextCheck):
    """XXX and empty brackets may be placeholders, too, but the one is also a numeral and the other an omission."""

    _gap = re.compile(r"\bX{3,}\b|\[[\s._?…]*\]")

    def complaints(self, text, language):
        for words in dict.fromkeys(match[0] for match in self._gap.finditer(text)):
            yield _("“%(words)s” may be a placeholder. If it is one, write what belongs there.") % {
                "words": quoted(words)
            }


@register
class OneKindOfDigits(TextCheck):
    """One text has one kind of digits. Those that belong to a Latin name, as in "F-16", count for nothing."""

    _latin_name = re.compile(r"[A-Za-z][\w-]*|(?<!\d)\d++[A-Za-z]+")

    def complaints(self, text, language):
        text = self._latin_name.sub(" ", text)
        kinds = (r"[0-9]+", r"[٠-٩]+", r"[۰-۹]+")
        found = [match[0] for kind in kinds if (match := re.search(kind, text))]
        if len(found) > 1:
            yield _("There are different kinds of digits in one text: %(digits)s. Use one kind.") % {
                "digits": listed(found)
            }


@register
class ArabicPunctuation(TextCheck):
    """Text in Arabic letters has the comma, the semicolon and the question mark that go with them."""

    _pairs = {",": "،", ";": "؛", "?": "؟"}

    def complaints(self, text, language):
        if not is_in_arabic_script(text):
            return
        for wrong, right in self._pairs.items():
            if places := self._places(wrong, text):
                words = listed(word_before(text, place) for place in places)
                yield _("“%(wrong)s” after %(words)s: in Arabic letters it is “%(right)s”.") % {
                    "wrong": quoted(wrong),
                    "right": quoted(right),
                    "words": words,
                }

    @staticmethod
    def _places(mark, text):
        mark = re.escape(mark)
        after = rf"(?<=[{_ARABIC}]){mark}|(?<=[{_ARABIC}][)»”\"\]]){mark}|(?<=[{_ARABIC}][ \u00a0]){mark}"
        before = rf"{mark}(?=\s+[(«“\"\[]?[{_ARABIC}])|{mark}(?=[{_ARABIC}])"
        # A row of question marks is somebody else's business: see `NoPlaceholder`.
        single = rf"(?<!{mark})(?:{after}|{before})(?!{mark})"
        return [match.start() for match in re.finditer(single, text)]


@register
class KurdishLetters(TextCheck):
    """Kurdish in Arabic letters is written with its own kaf and yeh; Kurdish in Latin letters has no Arabic ones."""

    def complaints(self, text, language):
        if language != "ku":
            return
        if is_in_arabic_script(text):
            if words := re.findall(rf"[{_ARABIC}]*[كيى][{_ARABIC}]*", text):
                yield _("Arabic kaf or yeh in Kurdish words: %(words)s. Write ک and ی.") % {"words": listed(words)}
        elif words := re.findall(rf"[{_ARABIC}]+", text):
            yield _("Arabic letters in a text in Latin letters: %(words)s.") % {"words": listed(words)}


# --- What nobody sees --------------------------------------------------------------------


def code_point(character):
    """How a character that cannot be seen is named: "U+200F RIGHT-TO-LEFT MARK"."""
    return f"U+{ord(character):04X} {unicodedata.name(character, '')}".strip()


@register
class DirectionControlsAreBalanced(TextCheck):
    """A change of direction that nothing ends turns around whatever follows it."""

    grade = Grade.MUST
    reads_addresses = True
    _controls = re.compile("[\u202a-\u202e\u2066-\u2069]")
    _end_of_embedding, _end_of_isolate = "\u202c", "\u2069"
    _isolates = "\u2066\u2067\u2068"

    def complaints(self, text, language):
        for paragraph in text.splitlines():
            for place in self._unbalanced(paragraph):
                name, word = code_point(paragraph[place]), word_before(paragraph, place)
                if word:
                    message = _("The invisible sign %(name)s after “%(word)s” has no counterpart. Delete it.")
                else:
                    message = _("The invisible sign %(name)s at the beginning of a line has no counterpart. Delete it.")
                yield message % {"name": quoted(name), "word": quoted(word)}

    def _unbalanced(self, paragraph):
        """Places of the controls without a counterpart, as the bidirectional algorithm pairs them."""
        open_places, lonely = [], []
        for match in self._controls.finditer(paragraph):
            sign, place = match[0], match.start()
            if sign == self._end_of_isolate:
                lonely += self._close_isolate(paragraph, open_places, place)
            elif sign != self._end_of_embedding:
                open_places.append(place)
            elif open_places and paragraph[open_places[-1]] not in self._isolates:
                open_places.pop()
            else:
                lonely.append(place)
        return sorted([*lonely, *open_places])

    def _close_isolate(self, paragraph, open_places, place):
        """Closes the innermost isolate; returns what stays lonely: embeddings left open in it, or the end itself."""
        if not any(paragraph[start] in self._isolates for start in open_places):
            return [place]
        left_open = []
        while paragraph[start := open_places.pop()] not in self._isolates:
            left_open.append(start)
        return left_open


@register
class NoInvisibleMarks(TextCheck):
    """Marks that cannot be seen come along with pasted text, and break searching and copying."""

    reads_addresses = True
    _marks = re.compile("[\u200b\u200e\u200f\u061c\ufeff]")

    def complaints(self, text, language):
        found = {}
        for match in self._marks.finditer(text):
            found.setdefault(match[0], []).append(word_before(text, match.start()))
        for mark, words in found.items():
            if any(words):
                message = _("Invisible sign %(name)s after %(words)s. Delete it unless the text needs it.")
            else:
                message = _("Invisible sign %(name)s at the beginning. Delete it unless the text needs it.")
            yield message % {"name": quoted(code_point(mark)), "words": listed(word for word in words if word)}
