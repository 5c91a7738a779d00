"""What code needs to know of a language; the table itself is `newsroom/languages.py`, read through settings."""

from django.conf import settings
from django.utils.translation import get_language, get_language_info


def language_codes():
    """The codes of all languages of the site, in their order."""
    return [code for code, _name in settings.LANGUAGES]


def language_choices():
    """Code and own name of each language."""
    return list(settings.LANGUAGES)


def own_name(code):
    """How the language calls itself: `العربية`."""
    return dict(settings.LANGUAGES)[code]


def direction(code):
    """`rtl` or `ltr`, as the HTML attribute `dir` wants it."""
    return "rtl" if get_language_info(code)["bidi"] else "ltr"


def current_language():
    """The language of this page."""
    return get_language() or settings.LANGUAGE_CODE


def sort_key(text, code):
    """Sorts names A–Z as the readers of a language do: see `newsroom.languages.Language.sort_key`."""
    return settings.NEWSROOM_LANGUAGES[code].sort_key(text)
