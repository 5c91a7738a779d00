from functools import partial

from django import template
from django.template.loader import render_to_string
from django.utils.html import format_html

from delivery.parts import kept
from pages.frame import frame_of
from pages.texts import words_for
from publishing.clock import midnight_after, now
from publishing.keys import good_until, note_made_from
from publishing.languages import current_language

register = template.Library()


@register.simple_tag(takes_context=True)
def site_frame(context):
    """The site's name, menus and breaking line (`pages.frame.SiteFrame`), loaded once per request."""
    return frame_of(context["request"])


@register.simple_tag(takes_context=True)
def site_brand(context):
    """The site's name and main menu: the same on all pages for which the same entries of the menu are current."""
    request = context["request"]
    path, links = iri_path(request), frame_of(request).main
    current = [(link.strip_url, link.url == path) for link in links if link.is_around(path)]
    return kept(("brand", *current), partial(_around_every_page, "pages/_brand.html", request))


@register.simple_tag(takes_context=True)
def site_foot(context):
    """The foot of every page and the menu that is laid over it: the same on all pages of a language."""

    def make():
        # It says the year.
        good_until(midnight_after(now()))
        return _around_every_page("pages/_footer.html", context["request"])

    return kept("foot", make)


def _around_every_page(template, request):
    site = frame_of(request)
    note_made_from(site.made_from)
    return render_to_string(template, {"site": site}, request=request)


@register.simple_tag(takes_context=True)
def interface_text(context, key):
    """The words that staff chose for a place of the interface (a key of `pages.texts.TEXTS`), else its own."""
    # `include … only` hides the variable `request`, and leaves it to the context itself.
    request = getattr(context, "request", None)
    return words_for(key, frame_of(request).settings.texts if request else {}, current_language())


@register.simple_tag(takes_context=True)
def current_link(context, link):
    """`aria-current` for a menu entry that leads to this page, or to what this page lies below."""
    path = iri_path(context["request"])
    if not link.is_around(path):
        return ""
    return format_html(' aria-current="{}"', "page" if path == link.url else "true")


def iri_path(request):
    """The path as `reverse` writes it, so that the two can be compared."""
    return request.get_full_path().partition("?")[0]
