"""The languages of the interface, as choices that need no migration when one is added."""

from django.conf import settings


def interface_language_choices():
    """Code and own name of each language, as `settings.LANGUAGES` has them."""
    return list(settings.LANGUAGES)
