"""Lists of articles: sections, topics, bylines."""

from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from articles.filters import PressFilter
from articles.models import Article, ArticleEdition, Byline, Category
from articles.sections import addresses_of_section, fronts_of_section, parents_of
from media_library.pictures import give_pictures
from publishing.languages import current_language, language_codes
from publishing.metadata import PageMetadata
from publishing.models import Tag
from publishing.public import page_of
from publishing.slugs import slugify

TILES_PER_PAGE = 24


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
