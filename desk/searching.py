"""
How much of what somebody types into a search is searched for, in every list, choice and library of the desk.

Django's admin makes a condition of every word in every column: thousands of
words are a statement that no database answers in time.
"""

import re
from typing import NamedTuple

from django.contrib import messages
from django.utils.text import smart_split
from django.utils.translation import gettext as _

MOST_CHARACTERS = 200
MOST_WORDS = 10

# PostgreSQL takes neither zero bytes nor half characters; no other control is part of a word.
_NO_TEXT = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


class Search(NamedTuple):
    """What is searched for (`text`), and whether that is less than what was typed."""

    text: str
    is_cut: bool


def bounded(typed):
    """The first words of `typed` as a `Search`; words in quotation marks count as one."""
    text = " ".join(_NO_TEXT.sub(" ", typed[: MOST_CHARACTERS * 2]).split())
    words = list(smart_split(text[:MOST_CHARACTERS]))
    is_cut = len(typed) > MOST_CHARACTERS * 2 or len(text) > MOST_CHARACTERS or len(words) > MOST_WORDS
    return Search(" ".join(words[:MOST_WORDS]), is_cut)


def too_long():
    """What people are told whose search was cut."""
    return _(
        "This search is very long: only its first %(words)s words were looked for, and no more than "
        "%(characters)s characters. Type fewer words to be sure of what is found."
    ) % {"words": MOST_WORDS, "characters": MOST_CHARACTERS}


class SearchLimit:
    """
    For an admin's lists and choices: no search is longer than `bounded` makes it.

    The site gives it to every admin that is registered (`desk.site`).
    """

    def get_ordering(self, request):
        """Django orders every list, but not what is offered as a choice, which has pages as well."""
        return super().get_ordering(request) or self.opts.ordering or ("-pk",)

    def get_search_results(self, request, queryset, search_term):
        search = bounded(search_term)
        is_choice = request.path.endswith("/autocomplete/")  # it shows no messages; the next page would
        if search.is_cut and not is_choice:
            messages.info(request, too_long())
        return super().get_search_results(request, queryset, search.text)
