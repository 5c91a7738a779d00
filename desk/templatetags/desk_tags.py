from django import template
from django.utils.translation import gettext_lazy as _
from js_asset import Media

from publishing import languages

register = template.Library()

STEP_NAMES = {
    "publish": _("published"),
    "schedule": _("scheduled"),
    "unschedule": _("schedule cancelled"),
    "withdraw": _("withdrawn"),
    "settle": _("went out as scheduled"),
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
