"""
Pages of a long list by cursor: "after this row" instead of "page 7".

A page stays what it was while rows are added before it, and the last one is
as fast as the first.
"""

from dataclasses import dataclass, field

from django.core import signing
from django.db.models import Q


@dataclass(frozen=True)
class Order:
    """How a list is sorted: by a column that is never null; among equals, the number decides."""

    column: str
    is_descending: bool = False

    def sort(self, rows, *, is_reversed=False):
        sign = "-" if self.is_descending != is_reversed else ""
        return rows.order_by(f"{sign}{self.column}", f"{sign}pk")

    def beyond(self, rows, cursor, *, is_reversed=False):
        """The rows after a cursor, or before it if reversed, nearest first."""
        value, pk = cursor
        ahead = "lt" if self.is_descending != is_reversed else "gt"
        # The first condition alone leads into an index; the second says the same with the number.
        rows = rows.filter(
            Q(**{f"{self.column}__{ahead}e": value}),
            Q(**{f"{self.column}__{ahead}": value}) | Q(**{f"pk__{ahead}": pk}),
        )
        return self.sort(rows, is_reversed=is_reversed)

    def cursor_at(self, row):
        """A row's place, for an address."""
        column = row._meta.get_field(self.column)
        return signing.dumps([column.value_to_string(row), row.pk], salt=self._salt)

    def read(self, text, model):
        """The place that an address names, or None: signed, so that only our own come back."""
        try:
            value, pk = signing.loads(text, salt=self._salt)
        except signing.BadSignature:
            return None
        return model._meta.get_field(self.column).to_python(value), pk

    @property
    def _salt(self):
        return f"keyset.{self.column}.{self.is_descending}"


@dataclass
class KeysetPage:
    """Some rows of a list, and the cursors that lead on ("" where there is nothing more)."""

    rows: list = field(default_factory=list)
    after: str = ""
    before: str = ""


def page_of(rows, order, *, size, after="", before=""):
    """
    The `KeysetPage` after or before a cursor; the first one if that is gone or makes no sense.

    One query; a second one when going back has reached the beginning.
    """
    if cursor := before and order.read(before, rows.model):
        found = list(order.beyond(rows, cursor, is_reversed=True)[: size + 1])
        if len(found) >= size:
            return _page(found[size - 1 :: -1], order, has_before=len(found) > size, has_after=True)
    if cursor := after and order.read(after, rows.model):
        found = list(order.beyond(rows, cursor)[: size + 1])
        if found:
            return _page(found[:size], order, has_before=True, has_after=len(found) > size)
    found = list(order.sort(rows)[: size + 1])
    return _page(found[:size], order, has_before=False, has_after=len(found) > size)


def _page(rows, order, *, has_before, has_after):
    return KeysetPage(
        rows,
        after=order.cursor_at(rows[-1]) if has_after else "",
        before=order.cursor_at(rows[0]) if has_before else "",
    )
