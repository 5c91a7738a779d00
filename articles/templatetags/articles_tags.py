from django import template
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from delivery.display import current as current_display
from delivery.parts import kept
from publishing.keys import key_of, note

register = template.Library()


@register.simple_tag
def article_card(edition, level=3, place="card", style="", is_first=False):
    """
    One article in a list. `edition.picture` was set by `media_library.pictures.give_pictures`.

    `level`: of its heading. `place`: which picture (`media_library_tags.PLACES`).
    `style`: further class names ("lead", "row").
    """
    return _card("articles/_article_card.html", edition, level, place, style, is_first)


@register.simple_tag
def article_cards(editions, level=2, place="row", style="row", is_first=False):
    """Articles of a list, one card after the other; `is_first`: whether the page's first picture is among them."""
    cards = (article_card(one, level, place, style, is_first and not number) for number, one in enumerate(editions))
    return mark_safe("".join(cards))  # noqa: S308 (templates made them)


@register.simple_tag
def article_tile(edition, level=3, place="row", style="row", is_first=False):
    """One video, gallery or infographic in a grid or in the media band."""
    return _card("articles/_tile.html", edition, level, place, style, is_first)


@register.simple_tag
def article_line(edition):
    """One headline with its time, in a list of the latest."""

    def make():
        note(edition.item_key)
        return render_to_string("articles/_line.html", {"edition": edition})

    return kept(("articles/_line.html", edition.pk, edition.version.pk), make)


def _card(template, edition, level, place, style, is_first):
    """The same article stands on many pages: its card is made once, until it or its picture changes."""
    version, picture = edition.version, edition.picture
    number = picture.pk if picture else None

    def make():
        note(edition.item_key, *([key_of(picture)] if picture else []))
        context = {
            "edition": edition,
            "version": version,
            "heading": f"h{level}",
            "place": place,
            "style": style,
            "is_first": is_first,
        }
        return render_to_string(template, context)

    shown = (edition.pk, version.pk, number, len(version.photos), current_display().is_lite)
    return kept((template, *shown, level, place, style, is_first), make)


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
