from functools import partial

from django import template
from django.conf import settings

from delivery import offline
from delivery.display import current
from delivery.parts import kept

register = template.Library()


@register.simple_tag
def display():
    """How the reader wants this page to look (`delivery.display.Display`)."""
    return current()


@register.simple_tag
def worker_address():
    """The address of the service worker that a page asks its browser to run, or "" where it is switched off."""
    return f"/{offline.PATH}" if settings.NEWSROOM_SERVICE_WORKER else ""


class KeptNode(template.Node):
    """What stands between `{% kept %}` and `{% endkept %}`."""

    def __init__(self, nodelist, name):
        self.nodelist, self.name = nodelist, name

    def render(self, context):
        name = tuple(part.resolve(context) for part in self.name)
        return kept(("template", *name), partial(self.nodelist.render, context))


@register.tag("kept")
def keep(parser, token):
    """
    Keeps a piece of a template in memory until what it is made from changes (`delivery.parts`).

    Usage: {% kept "pages" rows.number rows.paginator.num_pages %}…{% endkept %}, with everything that the piece
    differs by but for the language: few values, none of which a reader can make up.
    """
    _tag, *name = token.split_contents()
    nodelist = parser.parse(("endkept",))
    parser.delete_first_token()
    return KeptNode(nodelist, [parser.compile_filter(part) for part in name])
