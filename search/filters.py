"""What a reader asks of the search, made from the query string; what it does not know is ignored."""

import re
from dataclasses import dataclass

from django.db.models import BigIntegerField
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from delivery.parts import kept
from publishing.clock import now
from publishing.registry import public_types
from publishing.templatetags.publishing_tags import in_query
from search.query import MOST_CHARACTERS
from search.results import NEWEST_FIRST, RELEVANCE, Wanted

# No letters of a word: control characters, and what would turn the direction of the page around it.
_CONTROLS = re.compile("[\x00-\x20\x7f-\xa0\u061c\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff0-\uffff]+")
_LARGEST = BigIntegerField.MAX_BIGINT


@dataclass(frozen=True)
class Select:
    """One filter as the form shows it. `everything`: what stands for no filter. `options`: [(value, words)]."""

    name: str
    label: str
    everything: str
    options: list
    chosen: str


class SearchFilter:
    """
    Words, and what narrows them: section, format, year; their order; and before what they must have been published.

    `text`: the words, as the form shows them again.
    """

    def __init__(self, query):
        typed = _CONTROLS.sub(" ", query.get("q", "")[: 10 * MOST_CHARACTERS]).strip()
        self.text = typed[:MOST_CHARACTERS]
        self._sections, self._formats = kept("search.choices", _choices)
        self.section = self._sections.get(query.get("section"))
        self.format = query.get("format") if query.get("format") in self._formats else ""
        self.year = _year(query.get("year", ""))
        self.before = _number(query.get("before", ""))
        self.is_by_relevance = query.get("sort") != "newest"
        self.wanted = Wanted(
            text=typed,
            sections=self.section.ids if self.section else (),
            format=self.format,
            year=self.year,
            order=RELEVANCE if self.is_by_relevance else NEWEST_FIRST,
            before=self.before,
        )

    @property
    def is_narrowed(self):
        """Whether more than the words decides what is found."""
        return bool(self.section or self.format or self.year or self.before is not None)

    # --- Addresses: what stands for it in the query of a link ---------------------------

    @cached_property
    def query(self):
        return self._query()

    @property
    def query_by_relevance(self):
        return self._query(sort=None, before=None)

    @property
    def query_newest_first(self):
        return self._query(sort="newest", before=None)

    @property
    def query_of_words(self):
        """The same without what narrows it."""
        return f"q={in_query(self.text)}" if self.text else ""

    def query_before(self, number):
        """What follows the last page: everything older than an entry."""
        return self._query(before=number)

    def _query(self, **changes):
        asked = {
            "q": in_query(self.text),
            "section": self.section and self.section.pk,
            "format": self.format,
            "year": self.year,
            "sort": None if self.is_by_relevance else "newest",
            "before": self.before,
        }
        given = {name: value for name, value in (asked | changes).items() if value not in (None, "")}
        return "&".join(f"{name}={value}" for name, value in given.items())

    # --- For the form and the rows -------------------------------------------------------

    def selects(self, facets):
        """The filters in which there is something to choose; `facets` are those of `search.results.Search`."""
        found = [
            Select("section", _("Section"), _("All sections"), self._section_options(facets), self._chosen_section),
            Select("format", _("Kind"), _("All kinds"), self._format_options(facets), self.format),
            Select("year", _("Year"), _("All years"), self._year_options(facets), str(self.year or "")),
        ]
        return [one for one in found if len(one.options) > 1 or one.chosen]

    def label_of(self, edition):
        """In which section something stands, or what it is."""
        section = self._sections.get(str(edition.search_section_id))
        return section.name if section else self._formats.get(edition.search_format, "")

    @property
    def _chosen_section(self):
        return str(self.section.pk) if self.section else ""

    def _section_options(self, facets):
        counts = facets["section_id"]
        return _options(
            [(value, one.name, sum(counts[pk] for pk in one.ids)) for value, one in self._sections.items()],
            self._chosen_section,
            is_counted=bool(facets["format"]),
        )

    def _format_options(self, facets):
        counts = facets["format"]
        return _options(
            [(value, name, counts[value]) for value, name in self._formats.items()],
            self.format,
            is_counted=bool(counts),
        )

    def _year_options(self, facets):
        counts = facets["year"]
        years = sorted({*counts, *([self.year] if self.year else [])}, reverse=True)
        return _options(
            [(str(year), str(year), counts[year]) for year in years], str(self.year or ""), is_counted=bool(counts)
        )


def _choices():
    """(what stands for a section in the address → the `SectionChoice`, format → its name), in the page's language."""
    sections = {str(choice.pk): choice for kind in public_types() for choice in kind.sections()}
    return sections, {value: str(name) for kind in public_types() for value, name in kind.formats().items()}


def _options(choices, chosen, *, is_counted):
    """Those that lead to something, with how much it is; all where nothing was counted."""
    if not is_counted:
        return [(value, name) for value, name, _count in choices]
    return [(value, f"{name} ({count})") for value, name, count in choices if count or value == chosen]


def _year(text):
    """The year that was typed, if anything can have been published in it."""
    is_one = text.isascii() and text.isdigit() and len(text) == 4
    return int(text) if is_one and 1900 < int(text) <= timezone.localtime(now()).year else None


def _number(text):
    """The number of an entry (`search.models.SearchEntry`), if it can be one."""
    digits = text.removeprefix("-")
    is_one = digits.isascii() and digits.isdigit() and len(digits) <= 19
    return int(text) if is_one and abs(int(text)) <= _LARGEST else None
