"""What the head of a page says to machines: description, addresses in all languages, social networks, JSON-LD."""

from urllib.parse import urljoin

from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe

from publishing.structured_data import script_content

_NAMED = '<meta name="{}" content="{}">'
_PROPERTY = '<meta property="{}" content="{}">'
_FEED = '<link rel="alternate" type="{}" title="{}" href="{}{}">'
_IN_LANGUAGE = '<link rel="alternate" hreflang="{}" href="{}{}">'


def elements_of(page, *, base, site_name):
    """
    The elements for a `PageMetadata`, as they stand in the page.

    `base`: scheme and host, which all paths get. It is called for every page,
    and so builds in one go what a template would build of fifty nodes.
    """
    if page.is_error:
        return format_html(_NAMED, "robots", "noindex")
    description, alternates = page.short_description or page.title, page.alternates
    if alternates:
        # Where readers of any other language are led: the first of the site's languages that has it.
        alternates = [*alternates, ("x-default", alternates[0][1])]
    return (
        format_html_join("", _NAMED, (("description", description), ("robots", "max-image-preview:large")))
        + format_html('<link rel="canonical" href="{}{}">', base, page.canonical)
        + format_html_join("", _FEED, ((feed.media_type, feed.title, base, feed.url) for feed in page.feeds))
        + format_html_join("", _IN_LANGUAGE, ((code, base, url) for code, url in alternates))
        + format_html_join("", _PROPERTY, _open_graph(page, description, base, site_name))
        + format_html(_NAMED, "twitter:card", "summary_large_image" if page.social_card else "summary")
        + _structured_data(page, base, site_name)
    )


def _open_graph(page, description, base, site_name):
    """Yields (property, value) of the Open Graph protocol (https://ogp.me)."""
    yield from (
        ("og:type", page.kind),
        ("og:site_name", site_name),
        ("og:title", page.title),
        ("og:description", description),
        ("og:url", f"{base}{page.shared_as or page.canonical}"),
        ("og:locale", page.locale),
    )
    for locale in page.other_locales:
        yield "og:locale:alternate", locale
    if page.published_at:
        yield "article:published_time", timezone.localtime(page.published_at).isoformat()
    if page.updated_at:
        yield "article:modified_time", timezone.localtime(page.updated_at).isoformat()
    if page.section:
        yield "article:section", page.section
    for tag in page.tags:
        yield "article:tag", tag
    if card := page.social_card:
        yield from (("og:image", urljoin(base, card.url)), ("og:image:type", "image/jpeg"))
        yield from (("og:image:width", card.width), ("og:image:height", card.height))
        if page.card_alt:
            yield "og:image:alt", page.card_alt


def _structured_data(page, base, site_name):
    content = script_content(page.nodes, base=base, site_name=site_name)
    # `script_content` leaves no sign in it that could end the element or begin another.
    return mark_safe(content and f'<script type="application/ld+json">{content}</script>')  # noqa: S308
