"""Kinds of parts in addresses. Importing this module makes them known to Django."""

from django.urls import register_converter
from django.urls.converters import StringConverter


class IndexNowConverter(StringConverter):
    """What can be a key of IndexNow; see `newsroom.settings.pings`."""

    regex = "[A-Za-z0-9-]{8,128}"


register_converter(IndexNowConverter, "indexnow")
