from django import template
from django.utils.translation import gettext as _

from coalition.models import structure_url
from coalition.press_conferences import Shown

register = template.Library()


@register.simple_tag
def structure_steps(parents=()):
    """[(name, address)] from the structure hub down to the bodies above a page, for its breadcrumb."""
    steps = [(_("Coalition structure"), structure_url())]
    return steps + [(edition.version.title, edition.get_absolute_url()) for edition in parents]


@register.filter
def press_conference(media):
    """A frozen press conference as it is now, for lists: without the pages of those who speak."""
    return Shown(media)
