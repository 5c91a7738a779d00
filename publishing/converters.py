"""Kinds of parts in addresses. Importing this module makes them known to Django."""

from django.urls import register_converter
from django.urls.converters import StringConverter


class WordsConverter(StringConverter):
    """The words of an address: any letters of any script, or none."""

    regex = "[^/]*"


register_converter(WordsConverter, "words")
