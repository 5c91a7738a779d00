"""From an album to an article that shows it."""

from urllib.parse import urlencode

from django.urls import reverse

from accounts.backends import may_in_some_section
from media_library.models import Album
from publishing.languages import language_codes
from publishing.registry import public_types


def showing_albums():
    """(model, format, field) of the public types that show an album."""
    for public_type in public_types():
        for shown_as, name in getattr(public_type.model, "MEDIUM_FIELDS", {}).items():
            if public_type.model._meta.get_field(name).related_model is Album:
                yield public_type.model, shown_as, name


def may_make_article(user):
    """Whether somebody may write what shows albums, in any language."""
    return any(
        may_in_some_section(user, f"{model._meta.app_label}.add_{model._meta.model_name}", code)
        for model, _format, _name in showing_albums()
        for code in language_codes()
    )


def article_url(number):
    """Where a new article begins that shows the album with this number."""
    model, shown_as, name = next(showing_albums())
    url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_add")
    return f"{url}?{urlencode({'format': shown_as, name: number})}"
