"""The state of a text, as lists and screens show it."""

from django.utils.html import format_html
from django.utils.translation import gettext as _


def state_badge(edition):
    """The state in a word, with a dot in its colour, and a mark when changes wait."""
    if edition is None:
        return format_html('<span class="state state-none" title="{}">–</span>', _("no text yet"))
    waiting = edition.has_unpublished_changes and edition.is_public
    return format_html(
        '<span class="state state-{}">{}{}</span>',
        edition.current_state.value,
        edition.current_state.label,
        format_html(' <span class="waiting" title="{0}" aria-label="{0}">+</span>', _("with changes not yet public"))
        if waiting
        else "",
    )
