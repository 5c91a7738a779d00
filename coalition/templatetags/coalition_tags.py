from django import template
from django.utils.translation import gettext as _

from coalition.models import structure_url

register = template.Library()


@register.simple_tag
def structure_steps(parents=()):
    """[(name, address)] from the structure hub down to the bodies above a page, for its breadcrumb."""
    steps = [(_("Coalition structure"), structure_url())]
    return steps + [(edition.version.title, edition.get_absolute_url()) for edition in parents]
