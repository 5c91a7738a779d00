from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from articles.filters import PressFilter
from articles.models import Article, ArticleEdition, Byline, Category
from articles.sections import addresses_of_section, fronts_of_section, parents_of
from coalition import press_conferences
from delivery.middleware import accepted_languages
from media_library.pictures import give_pictures
from media_library.recordings import give_files, playlist_page
from publishing.languages import current_language, language_codes
from publishing.metadata import PageMetadata, metadata_of
from publishing.models import Tag
from publishing.public import addresses_of, edition_to_show, page_of
from publishing.slugs import slugify

TILES_PER_PAGE = 24


@require_safe
def article_detail(request, section, pk, slug):
    """One article. Its number decides; any other words redirect to the right ones."""
    editions = ArticleEdition.objects.select_related("live__category__parent")
    edition, by_language = edition_to_show(editions, front=_section_of, item=pk)
    version = edition.version
    if (section, slug) != (version.category.path, version.slug):
        return redirect(edition, permanent=True)
    tags = [tag for tag in version.tags.all() if tag.name]
    latest, related = ArticleEdition.objects.published().beside(edition, tags)
    pictures = give_pictures([edition, *related], also=version.picture_ids)
    conference = _conference_in(version)
    give_files(version.media)
    playlist = _playlist_in(version, request.GET.get("video"))
    context = {
        "edition": edition,
        "version": version,
        "category": version.category,
        "parents": parents_of(version.category),
        "tags": tags,
        "bylines": version.shown_bylines,
        "latest": latest,
        "related": related,
        "pictures": pictures,
        "conference": conference,
        "playlist": playlist,
        "transcript": (playlist.current.media if playlist else version.media).get("transcript"),
        "successor": _successor_of(version),
        "hero": _hero(version, pictures, conference),
        "other_languages": [other for code, other in by_language.items() if code != edition.language],
        "page": _article_metadata(edition, by_language),
    }
    return render(request, "articles/article_detail.html", context)


@require_safe
def short_address(request, pk):
    """The address for sharing: leads to the language that the reader wants most among those that there are."""
    public = ArticleEdition.objects.published_in_any_language().for_lines().filter(item=pk)
    editions = {edition.language: edition for edition in public}
    if not editions:
        edition_to_show(ArticleEdition.objects.for_lines(), front=_section_of, item=pk)  # says why there is nothing
    language = next(code for code in [*accepted_languages(request), *language_codes()] if code in editions)
    response = HttpResponseRedirect(editions[language].get_absolute_url())
    patch_vary_headers(response, ["Accept-Language"])
    return response


@require_safe
def tag(request, pk, slug):
    """What carries a topic."""
    return _list_of(request, get_object_or_404(Tag, pk=pk), slug, "live__tags", "articles/tag_detail.html")


@require_safe
def byline(request, pk, slug):
    """What one person wrote. Of a withdrawn byline nothing is said, not even that there was one."""
    shown = get_object_or_404(Byline.objects.shown(), pk=pk)
    return _list_of(request, shown, slug, "live__bylines", "articles/byline_detail.html")


def section(request, tree, category):
    """One section with all below it; `tree` is the `SectionTree` that it was found in."""
    editions = ArticleEdition.objects.published().in_sections(tree.ids_below(category)).newest_first()
    press = PressFilter(request.GET, editions) if category.layout == Category.Layout.PRESS else None
    per_page = TILES_PER_PAGE if category.layout == Category.Layout.MEDIA else 20
    rows = press.rows if press else editions
    page_of_rows = page_of(rows.for_cards(), request.GET.get("page"), per_page=per_page)
    give_pictures(page_of_rows.object_list)
    context = {
        "category": category,
        "parents": parents_of(category),
        "children": tree.children(category),
        "filter": press,
        "rows": page_of_rows,
        "groups": _by_format(page_of_rows.object_list),
        "page": PageMetadata(
            title=category.name,
            description=category.description or "",
            addresses=addresses_of_section(category),
            fronts=fronts_of_section(category),
            address=_own_address(request, category.get_absolute_url(), page_of_rows, press and press.query),
        ),
    }
    return render(request, f"articles/category_{category.layout}.html", context)


def _list_of(request, subject, slug, relation, template):
    """The list of what carries a tag or a byline; it exists in the languages in which there is something."""
    carrying = ArticleEdition.objects.published_in_any_language().filter(**{relation: subject})
    languages = set(carrying.order_by().values_list("language", flat=True).distinct())
    addresses = {code: subject.get_absolute_url(code) for code in language_codes() if code in languages}
    addresses = {code: url for code, url in addresses.items() if getattr(subject, f"name_{code}")}
    language = current_language()
    if language not in addresses:
        raise Http404("nothing public in this language")
    if slug != slugify(subject.name, language):
        return redirect(addresses[language], permanent=True)
    editions = ArticleEdition.objects.published().filter(**{relation: subject}).for_cards().newest_first()
    rows = page_of(editions, request.GET.get("page"))
    portrait_id = getattr(subject, "portrait_id", None)
    pictures = give_pictures(rows.object_list, also=[portrait_id])
    page = PageMetadata(
        title=subject.name,
        description=getattr(subject, "description", None) or getattr(subject, "about", None) or "",
        addresses=addresses,
        address=_own_address(request, addresses[language], rows),
    )
    context = {"subject": subject, "portrait": pictures.get(portrait_id), "rows": rows, "page": page}
    return render(request, template, context)


def _own_address(request, url, page, query=""):
    """The address of this page of a list, if it is not the first."""
    parts = [part for part in (query, f"page={page.number}" if page.number > 1 else "") if part]
    return f"{url}?{'&'.join(parts)}" if parts else ""


def _by_format(editions):
    """[(format, editions)] in the order of the formats."""
    return [
        (value, [edition for edition in editions if edition.format == value])
        for value in (Article.Format.PRESS_CONFERENCE, Article.Format.VIDEO, Article.Format.PLAYLIST,
                      Article.Format.GALLERY, Article.Format.INFOGRAPHIC, Article.Format.DOCUMENT, Article.Format.TEXT)
        if any(edition.format == value for edition in editions)
    ]  # fmt: skip


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


def _article_metadata(edition, by_language):
    version = edition.version
    return metadata_of(
        edition,
        addresses=addresses_of(by_language),
        fronts=fronts_of_section(version.category),
        kind="article",
        picture=edition.picture,
        picture_alt=version.lead_text.get("alt", ""),
        published_at=edition.publish_at,
        updated_at=edition.updated_at,
    )
