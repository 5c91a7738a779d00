"""Kinds of parts in addresses. Importing this module makes them known to Django."""

from django.urls import register_converter
from django.urls.converters import IntConverter, StringConverter


class WordsConverter(StringConverter):
    """The words of an address: any letters of any script, or none."""

    regex = "[^/]*"


class NumberConverter(IntConverter):
    """The number of an item: one that the database can hold, or the address is no address."""

    regex = "[0-9]{1,18}"


register_converter(WordsConverter, "words")
register_converter(NumberConverter, "number")
