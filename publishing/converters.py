"""Kinds of parts in addresses. Importing this module makes them known to Django."""

from django.urls import register_converter
from django.urls.converters import IntConverter, StringConverter


class WordsConverter(StringConverter):
    """The words of an address: any letters of any script, or none."""

    regex = "[^/]*"


class NumberConverter(IntConverter):
    """The number of an item: one that the database can hold, or the address is no address."""

    regex = "[0-9]{1,18}"


class YearConverter(IntConverter):
    """A year in four digits."""

    regex = "[0-9]{4}"


class TwoDigitsConverter(IntConverter):
    """The number of a month, or of a day in it, in two digits: 03."""

    regex = "0[1-9]|[1-3][0-9]"

    def to_url(self, value):
        return f"{value:02d}"


register_converter(WordsConverter, "words")
register_converter(NumberConverter, "number")
register_converter(YearConverter, "year")
register_converter(TwoDigitsConverter, "two")
