from dataclasses import dataclass, replace
from functools import partial

from django.conf import settings
from django.http import HttpResponseRedirect
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from articles import keys
from articles.beside import beside
from articles.carried import carried_by
from articles.feeds import feeds_of
from articles.models import Article, ArticleEdition, Category
from articles.quotes import asked_quote, card_of, quotes_of
from articles.sections import fronts_of_section, parents_of
from articles.structured_data import nodes_of_article
from coalition import press_conferences
from delivery.display import current as current_display
from delivery.middleware import accepted_languages
from delivery.page_cache import has_own_port, kept, values_in
from delivery.parts import kept as kept_part
from media_library.pictures import give_pictures
from media_library.recordings import give_files, playlist_page
from publishing.html import plain_text
from publishing.keys import note
from publishing.languages import current_language, language_codes
from publishing.metadata import PageMetadata, in_languages, metadata_of
from publishing.public import addresses_of, edition_to_show

# Of an article's page what is its own is made apart from the lists beside it, which change with every publication.
OWN_PIECES = ("head", "main", "topics", "after")
# In memory it takes the room of so many cards.
PARTS_PER_ARTICLE = 25


@dataclass(frozen=True)
class Own:
    """
    What an article's page shows of the article itself.

    `pieces`: name → HTML, of the templates in `articles/article/`.
    """

    edition: ArticleEdition
    tags: list
    page: PageMetadata
    pieces: dict


@kept(quote="[1-3]", video="[1-9][0-9]?")
@require_safe
def article_detail(request, section, pk, slug):
    """
    One article. Its number decides; any other words redirect to the right ones.

    With `?quote=2` it is the same page, which social networks are told to show as its second quote.
    """
    asked = values_in(request.GET, article_detail.kept_parameters)
    name = ("article", pk, *asked.items(), current_display().is_lite, request.build_absolute_uri("/").lower())
    make = partial(_own_of, request, pk, **asked)
    own = kept_part(name, make, size=PARTS_PER_ARTICLE) if has_own_port(request) else make()
    edition, version = own.edition, own.edition.version
    if (section, slug) != (version.category.path, version.slug):
        return redirect(edition, permanent=True)
    around = beside(edition, own.tags)
    give_pictures(around.related)
    return render(request, "articles/article_detail.html", {"own": own, "beside": around, "page": own.page})


def _own_of(request, pk, quote=None, video=None):
    edition, by_language = edition_to_show(ArticleEdition.objects.for_pages(), front=_section_of, item=pk)
    version, addresses = edition.version, addresses_of(by_language)
    parents = parents_of(version.category)
    tags, bylines = carried_by(edition)
    pictures = give_pictures([edition], also=version.picture_ids)
    conference = _conference_in(version)
    give_files(version.media)
    playlist = _playlist_in(version, video)
    quotes = quotes_of(edition)
    nodes = nodes_of_article(
        edition,
        parents=parents,
        tags=tags,
        bylines=bylines,
        pictures=pictures,
        conference=conference,
        playlist=playlist,
        card=card_of(edition),
    )
    page = _article_metadata(edition, addresses, tags, nodes, asked_quote(quotes, quote))
    context = {
        "edition": edition,
        "version": version,
        "category": version.category,
        "parents": parents,
        "tags": tags,
        "bylines": bylines,
        "pictures": pictures,
        "conference": conference,
        "playlist": playlist,
        "transcript": (playlist.current.media if playlist else version.media).get("transcript"),
        "successor": _successor_of(version),
        "hero": _hero(version, pictures, conference),
        "quotes": quotes,
        "is_for_journalists": _is_for_journalists(version),
        "reading_minutes": _reading_minutes(version),
        "other_languages": in_languages({code: url for code, url in addresses.items() if code != edition.language}),
        "page": page,
    }
    pieces = {name: render_to_string(f"articles/article/{name}.html", context, request) for name in OWN_PIECES}
    return Own(edition, tags, page, pieces)


@require_safe
def short_address(request, pk):
    """
    The address for sharing: leads to the language that the reader wants most among those that there are.

    Who shares a page names its language (`?in=ar`), and that one goes first; `quote` is handed on to it.
    """
    public = ArticleEdition.objects.published_in_any_language().for_lines().filter(item=pk)
    editions = {edition.language: edition for edition in public}
    if not editions:
        # Says why there is nothing; what was retracted says so on its page.
        retracted, _languages = edition_to_show(ArticleEdition.objects.for_lines(), front=_section_of, item=pk)
        return redirect(retracted)
    shared, quote = request.GET.get("in"), request.GET.get("quote")
    language = next(code for code in [shared, *accepted_languages(request), *language_codes()] if code in editions)
    address = editions[language].get_absolute_url()
    if language == shared and asked_quote(quotes_of(editions[language]), quote):
        address += f"?quote={quote}"
    response = HttpResponseRedirect(address)
    patch_vary_headers(response, ["Accept-Language"])
    return response


def _section_of(edition):
    category = edition.version.category
    return category.name, category.get_absolute_url()


def _conference_in(version):
    """The press conference of an article as it is now, or None; a retracted one shows none."""
    is_one = version.format == Article.Format.PRESS_CONFERENCE and version.media
    return press_conferences.shown(version.media) if is_one else None


def _playlist_in(version, asked):
    """The page of an article's playlist at the video that was asked for, or None; a retracted one shows none."""
    is_one = version.format == Article.Format.PLAYLIST and version.media
    return playlist_page(version.media, asked) if is_one else None


def _successor_of(version):
    """The public article with the document that replaced the one in `version`, or None. One query, or none at all."""
    number = version.media.get("replaced_by")
    if not number:
        return None
    # There may be none yet.
    note(keys.of_format(Article.Format.DOCUMENT))
    # The working copy only says where to look: what counts is what was published.
    candidates = ArticleEdition.objects.published().filter(item__document=number).for_lines().newest_first()
    return next((edition for edition in candidates[:5] if edition.version.media.get("document") == number), None)


def _hero(version, pictures, conference):
    """The picture above the text: not where a medium of its own stands there."""
    has_own_face = version.format in {
        Article.Format.VIDEO,
        Article.Format.PLAYLIST,
        Article.Format.GALLERY,
        Article.Format.INFOGRAPHIC,
    }
    if has_own_face or (conference and conference.has_face):
        return None
    return pictures.get(version.lead_picture_id)


def _is_for_journalists(version):
    """Whether it is of the kind that journalists work with, so that they are told how, whatever else is known."""
    is_press = version.category.layout == Category.Layout.PRESS
    return is_press or version.format in {Article.Format.DOCUMENT, Article.Format.PRESS_CONFERENCE}


def _reading_minutes(version):
    """How long its text takes to read; 0 for a few lines."""
    words = len(plain_text(version.body).split())
    return round(words / settings.NEWSROOM_LANGUAGES[current_language()].words_per_minute)


def _article_metadata(edition, addresses, tags, nodes, quote):
    version = edition.version
    page = metadata_of(
        edition,
        addresses=addresses,
        fronts=fronts_of_section(version.category),
        kind="article",
        picture=edition.picture,
        picture_alt=version.lead_text.get("alt", ""),
        card=card_of(edition),
        published_at=edition.publish_at,
        updated_at=edition.updated_at,
        section=version.category.name,
        tags=tuple(tag.name for tag in tags),
        nodes=nodes,
        feeds=feeds_of(version.category),
    )
    return _as_quote(page, quote) if quote else page


def _as_quote(page, quote):
    """The same page as social networks show one of its quotes; search engines are led to the plain address."""
    address = f"{page.canonical}?quote={quote.number}"
    return replace(page, title=str(quote), description=page.title, card=quote.card or page.card, shared_as=address)
