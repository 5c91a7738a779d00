from django import template
from django.urls import reverse
from django.utils.translation import gettext as _

register = template.Library()


@register.inclusion_tag("articles/_article_card.html")
def article_card(edition, level=3, place="card", style="", is_first=False):
    """
    One article in a list. `edition.picture` was set by `media_library.pictures.give_pictures`.

    `level`: of its heading. `place`: which picture (`media_library_tags.PLACES`).
    `style`: further class names ("lead", "row").
    """
    return {
        "edition": edition,
        "version": edition.version,
        "heading": f"h{level}",
        "place": place,
        "style": style,
        "is_first": is_first,
    }


@register.inclusion_tag("articles/_tile.html")
def article_tile(edition, level=3, place="row", style="row", is_first=False):
    """One video, gallery or infographic in a grid or in the media band."""
    return {
        "edition": edition,
        "version": edition.version,
        "heading": f"h{level}",
        "place": place,
        "style": style,
        "is_first": is_first,
    }


@register.simple_tag
def section_steps(parents, category=None):
    """[(name, address)] of the sections above a page, for its breadcrumb."""
    steps = [*parents, category] if category else parents
    return [(step.name, step.get_absolute_url()) for step in steps if step.name and step.path]


@register.simple_tag
def archive_steps(period):
    """[(words, address)] from the archive down to the periods around one, for its breadcrumb."""
    steps = [(_("Archive"), reverse("articles:archive"))]
    return steps + [(longer.words, longer.get_absolute_url()) for longer in period.around]


@register.simple_tag
def hub_steps():
    """[(words, address)] of what stands above the page of a format, for its breadcrumb."""
    return [(_("Media"), reverse("articles:formats"))]
