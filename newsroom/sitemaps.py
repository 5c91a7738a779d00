"""The sitemaps of the whole site: which there are, and their addresses."""

from django.core.cache import cache
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.views.decorators.http import require_safe

from articles.hubs import HUBS
from articles.models import ArticleEdition
from articles.sitemaps import Sections, bylines, topics
from media_library.pictures import addresses_of_pictures
from pages.models import SiteSettings
from publishing.languages import language_codes
from publishing.metadata import site_address
from publishing.registry import public_types
from publishing.sitemaps import (
    MOST_FILES,
    Editions,
    Places,
    index_entries,
    index_file,
    news_file,
    news_of,
    sitemap_file,
)

# For so many seconds the index is not worked out again.
INDEX_KEPT = 10 * 60
# Pages that every language has.
PLACES = (
    "pages:home",
    "coalition:structure",
    "coalition:representatives",
    "articles:formats",
    "articles:archive",
    "pages:contact",
    "pages:accessibility",
    "pages:keyboard",
    "pages:feed-about",
)


@require_safe
def index(request):
    """All sitemaps that list anything."""
    public = (ArticleEdition.objects.published(language=code).newest_first() for code in language_codes())
    recent = [news_of(editions) for editions in public]
    # The newest of each, by its index: all of them at once would be looked for in the whole archive.
    found = ArticleEdition.objects.first_of(*recent).values_list("language", flat=True)
    languages = sorted(found, key=language_codes().index)
    news = [(reverse("news-sitemap", kwargs={"language": code}), None) for code in languages]
    # Written as it is sent: of a million articles it names thousands of files.
    files = cache.get_or_set("sitemaps", lambda: index_entries(_files()), INDEX_KEPT)
    return _xml(index_file(index_entries(news), files, base=site_address(request)))


def _files():
    """[(path, when it changed or None)] of all sitemaps but those of news. It looks at everything that is public."""
    return [
        (reverse("sitemap-file", kwargs={"kind": kind.name, "number": number}), changed_at)
        for kind in _kinds()
        for number, changed_at in kind.files().items()
    ]


@require_safe
def one(request, kind, number):
    """One sitemap of one kind."""
    asked = next((one for one in _kinds() if one.name == kind), None)
    listed = asked.listed(number) if asked and number <= MOST_FILES else []
    if not listed:
        raise Http404("no such sitemap")
    return _xml(sitemap_file(listed, base=site_address(request)))


@require_safe
def news(request, language):
    """What was published lately in one language; it may be empty."""
    if language not in language_codes():
        raise Http404("no such language")
    with translation.override(language):
        name = SiteSettings.current().shown_name
    editions = ArticleEdition.objects.published(language=language)
    return _xml(news_file(editions, base=site_address(request), publication=name))


def _kinds():
    editions = [Editions(one, addresses_of_pictures=addresses_of_pictures) for one in public_types()]
    places = [(name, {}) for name in PLACES] + [("articles:hub", {"words": hub.words}) for hub in HUBS]
    return [Places(places), Sections(), *editions, topics(), bylines()]


def _xml(content):
    return HttpResponse(content, content_type="application/xml")
