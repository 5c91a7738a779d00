"""
Finding rows of the desk by their words, in whatever language and form somebody types them.

A model says in `found_by` by the words of which fields staff find it. The app
that keeps these words says in its `AppConfig.ready` how they are asked for
(`ask_with`), and how it hears of rows that were written in bulk (`index_with`).
What lists found before, they go on finding.
"""

from functools import cache

from django.apps import apps

_askers, _indexers = [], []


@cache
def found_models():
    """The models whose rows are found by words."""
    return [model for model in apps.get_models() if hasattr(model, "found_by") and not model._meta.proxy]


def ask_with(ask):
    """Has `ask(model, text)` called for the numbers of the rows in which there are all words of a text."""
    if ask not in _askers:
        _askers.append(ask)


def numbers_of(model, text):
    """The numbers of the newest rows of a model that have all words of `text`, in some language."""
    return [number for ask in _askers for number in ask(model, text)]


def index_with(index):
    """Has `index(model, numbers)` called for rows that were written without signals."""
    if index not in _indexers:
        _indexers.append(index)


def tell_written(model, numbers):
    """Says that rows of a model were written in bulk. For use inside the transaction that wrote them."""
    for index in _indexers:
        index(model, numbers)


class FoundByWords:
    """For an admin: its lists and choices find by words, too. What nobody may see there is not found either."""

    def get_search_results(self, request, queryset, search_term):
        rows, may_repeat = super().get_search_results(request, queryset, search_term)
        numbers = numbers_of(self.model, search_term) if search_term else []
        if not numbers:
            return rows, may_repeat
        return rows | self.readable(request, queryset).filter(pk__in=numbers), may_repeat

    def readable(self, request, rows):
        """Those that somebody may not only see in a list but read: nobody asks word by word what a text says."""
        return rows
