from django import template
from django.utils.translation import gettext_lazy as _
from js_asset import Media

from publishing import languages
from publishing.fields import HtmlField
from publishing.html import block_text

register = template.Library()

STEP_NAMES = {
    "submit": _("submitted for review"),
    "send_back": _("sent back"),
    "approve": _("approved"),
    "override": _("approved without a second person"),
    "changed_after_approval": _("changed after approval, back in review"),
    "wait": _("waits for other languages"),
    "publish": _("published"),
    "schedule": _("scheduled"),
    "reschedule": _("moved to another time"),
    "unschedule": _("schedule cancelled"),
    "settle": _("went as planned"),
    "plan_withdrawal": _("withdrawal planned"),
    "withdraw": _("withdrawn"),
    "retract": _("retracted"),
    "revert": _("earlier text public again"),
    "discard": _("changes discarded"),
    "restore": _("earlier text restored"),
    "mark_current": _("found right for its source"),
    "source_changed": _("its source was corrected or taken back"),
    "assign": _("given to somebody"),
    "trash": _("moved to the trash"),
    "take_from_trash": _("taken out of the trash"),
    "delete": _("deleted for good"),
}


@register.simple_tag(takes_context=True)
def with_nonce(context, media):
    """A form's media with this response's CSP nonce on every tag, the editor's import map included."""
    return Media.from_media(media, nonce=str(context["request"].csp_nonce)).render()


@register.filter
def step_name(step):
    """A workflow step, in words."""
    return STEP_NAMES.get(step, step)


@register.filter
def own_name(code):
    """How a language calls itself."""
    return languages.own_name(code)


@register.filter
def readable(field):
    """The words of a field that is only shown (`AdminReadonlyField`), as text: rich text without its elements."""
    # What Django shows is HTML: escaped, with an element for each line break, or a link.
    shown = block_text(str(field.contents()))
    rich = {column.name for column in field.model_admin.opts.concrete_fields if isinstance(column, HtmlField)}
    return block_text(shown) if field.field["name"] in rich else shown


@register.filter
def isolated(words):
    """A name of unknown direction inside a sentence: first strong isolate … pop (Unicode, UAX 9)."""
    return f"\u2068{words}\u2069"
