from django import template
from django.conf import settings

from delivery import offline
from delivery.display import current

register = template.Library()


@register.simple_tag
def display():
    """How the reader wants this page to look (`delivery.display.Display`)."""
    return current()


@register.simple_tag
def worker_address():
    """The address of the service worker that a page asks its browser to run, or "" where it is switched off."""
    return f"/{offline.PATH}" if settings.NEWSROOM_SERVICE_WORKER else ""
