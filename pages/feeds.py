"""Feeds of the site, and the page that lists them. What they hold is made in `articles.feeds`."""

from urllib.parse import urljoin

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.templatetags.static import static
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from articles.feeds.addresses import KINDS, PODCAST
from articles.feeds.entries import entries_of
from articles.feeds.formats import Channel, feed_of
from articles.feeds.recordings import with_recordings
from articles.feeds.words import plain
from articles.models import ArticleEdition, Byline
from articles.sections import section_tree
from delivery.page_cache import kept
from pages.models import SiteSettings
from publishing.keys import LATEST, note
from publishing.languages import current_language
from publishing.metadata import PageMetadata, address_everywhere, home_address, site_address
from publishing.models import Tag
from publishing.slugs import slugify

# Podcast directories want a square one of 1400 pixels and more.
ARTWORK = "img/podcast.png"


@kept()
@require_safe
def everything(request, kind):
    """All articles of the language."""
    note(LATEST)
    return _feed(request, kind, home_address(current_language()), ArticleEdition.objects.published())


@kept()
@require_safe
def podcast(request):
    """Recordings of our own; nothing where there is none."""
    note(LATEST)
    editions = with_recordings(ArticleEdition.objects.published())
    entries = [entry for entry in entries_of(editions, site_address(request)) if entry.recording]
    if not entries:
        raise Http404("no recording is public in this language")
    return _answer(request, PODCAST, home_address(current_language()), entries)


@kept()
@require_safe
def section(request, path, kind):
    """A section with all below it."""
    tree = section_tree()
    category = None if "\x00" in path else tree.at(path)
    if category is None:
        raise Http404("no section has this address")
    editions = ArticleEdition.objects.published().in_sections(tree.ids_below(category))
    return _feed(request, kind, category.get_absolute_url(), editions, subject=category)


@kept()
@require_safe
def tag(request, pk, slug, kind):
    """What carries a topic."""
    subject = get_object_or_404(Tag, pk=pk)
    return _subject(request, subject, slug, kind, ArticleEdition.objects.published().tagged(subject))


@kept()
@require_safe
def byline(request, pk, slug, kind):
    """What one person wrote. Of a withdrawn byline nothing is said."""
    subject = get_object_or_404(Byline.objects.shown(), pk=pk)
    return _subject(request, subject, slug, kind, ArticleEdition.objects.published().by_byline(subject))


@kept()
@require_safe
def about(request):
    """Which feeds there are in the page's language."""
    note(LATEST)
    tree = section_tree()
    context = {
        "sections": list(_in_order(tree, tree.roots())),
        "has_podcast": with_recordings(ArticleEdition.objects.published()).exists(),
        "home": home_address(current_language()),
        "page": PageMetadata(
            title=_("Subscribe"),
            description=_("Feeds bring you what is new, in a program of your choice and without an account."),
            addresses=address_everywhere("pages:feed-about"),
        ),
    }
    return render(request, "pages/feeds.html", context)


def _in_order(tree, sections):
    """Sections, each followed by those below it."""
    for one in sections:
        yield one
        yield from _in_order(tree, tree.children(one))


def _subject(request, subject, slug, kind, editions):
    """The feed of a tag or a byline; as its page, it exists in the languages in which there is something."""
    address = subject.name and subject.get_absolute_url()
    if address and slug != slugify(subject.name, current_language()):
        return redirect(address + kind, permanent=True)
    entries = entries_of(editions, site_address(request)) if address else []
    if not entries:
        raise Http404("nothing public in this language")
    return _answer(request, kind, address, entries, subject=subject)


def _feed(request, kind, page, editions, *, subject=None):
    return _answer(request, kind, page, entries_of(editions, site_address(request)), subject=subject)


def _answer(request, kind, page, entries, *, subject=None):
    """The feed as a response. `page`: the path of the list that it holds; `subject`: what it is about, if not all."""
    channel = _channel(request, kind, page, subject)
    feed = feed_of(kind, channel, entries)
    response = HttpResponse(content_type=feed.content_type)
    feed.write(response, "utf-8")
    if channel.hub:
        response["Link"] = f'<{channel.hub}>; rel="hub", <{channel.address}>; rel="self"'
    return response


def _channel(request, kind, page, subject):
    language, base = current_language(), site_address(request)
    site = SiteSettings.current()
    name = plain(site.shown_name, language)
    parts = [subject and plain(subject.name, language), name, KINDS[PODCAST][0] if kind == PODCAST else ""]
    about = getattr(subject, "description", None) or getattr(subject, "about", None) or site.description
    title = " – ".join(part for part in parts if part)
    return Channel(
        title=title,
        description=plain(about, language) or title,
        language=language,
        page=base + page,
        # On pages that hold a list, the feed lies below the list.
        address=base + page + kind,
        publisher=name,
        email=site.press_email,
        hub=settings.NEWSROOM_WEBSUB_HUB,
        artwork=urljoin(base, static(ARTWORK)),
    )
