from html import escape

from django import template
from django.utils.safestring import mark_safe

from publishing.templatetags.publishing_tags import day

register = template.Library()


@register.simple_tag
def result(hit, label):
    """One of the results of a search. `label`: in which section it stands, or what it is."""
    edition, label = hit.edition, escape(str(label))
    is_dated = edition.search_section_id
    about = f'{day(edition.publish_at)}</p><div><p class="kick">{label}</p>' if is_dated else f"{label}</p><div>"
    link = f'<a href="{escape(edition.get_absolute_url())}">{marked(hit.title)}</a>'
    # Dozens on a page: a template takes five times as long.
    return mark_safe(  # noqa: S308
        f'<li><p class="meta">{about}<h2 dir="auto">{link}</h2><p dir="auto">{marked(hit.passage)}</p></div></li>'
    )


@register.simple_tag
def marked(pieces):
    """A text in which what was asked for is marked. `pieces`: pairs of a text and whether it was asked for."""
    return mark_safe("".join(f"<mark>{escape(text)}</mark>" if found else escape(text) for text, found in pieces))  # noqa: S308
