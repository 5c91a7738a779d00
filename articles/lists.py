"""Lists of articles: sections, topics, bylines."""

from functools import partial

from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from articles.extents import page_of_kept
from articles.feeds import feeds_of
from articles.filters import PressFilter
from articles.hubs import HUBS, TILES_PER_PAGE, grouped
from articles.models import ArticleEdition, Byline, Category
from articles.sections import addresses_of_section, fronts_of_section, parents_of
from articles.structured_data import nodes_of_byline, nodes_of_section
from delivery.page_cache import NUMBER
from delivery.page_cache import kept as kept_page
from delivery.parts import kept
from media_library.pictures import give_pictures
from publishing.html import pictures_in
from publishing.keys import key_of
from publishing.languages import current_language, language_codes
from publishing.models import Tag
from publishing.paging import PER_PAGE, metadata_of_list, page_of
from publishing.slugs import slugify

Layout = Category.Layout


def section(request, tree, category):
    """One section with all below it; `tree` is the `SectionTree` that it was found in."""
    editions = partial(_in_sections, tree.ids_below(category))
    press = PressFilter(request.GET, editions(), tree, category) if category.layout == Layout.PRESS else None
    per_page = TILES_PER_PAGE if category.layout == Layout.MEDIA else PER_PAGE
    number = request.GET.get("page")
    if press:
        rows = page_of(ArticleEdition, lambda: press.rows, number, per_page=per_page)
    else:
        rows = page_of_kept(("articles.in-section", category.pk), editions, number, per_page=per_page)
    give_pictures(rows.object_list)
    parents = parents_of(category)
    page = metadata_of_list(
        rows,
        title=category.name,
        description=category.description or _("Everything published in “%(name)s”.") % {"name": category.name},
        addresses=addresses_of_section(category),
        fronts=fronts_of_section(category),
        query=press.query if press else "",
        feeds=feeds_of(category),
        nodes=nodes_of_section(parents),
    )
    context = {
        "category": category,
        "parents": parents,
        "children": tree.children(category),
        "filter": press,
        "rows": rows,
        "groups": grouped(rows.object_list),
        "hubs": HUBS,
        "page": page,
    }
    return render(request, f"articles/category_{category.layout}.html", context)


@kept_page(page=NUMBER)
@require_safe
def tag(request, pk, slug):
    """What carries a topic, below what its page says of it."""
    shown = get_object_or_404(Tag.objects.select_related("topic_page"), pk=pk)
    topic = getattr(shown, "topic_page", None)
    introduction = (topic and topic.introduction) or ""
    carrying = partial(_tagged, shown)
    return _list_of(
        request,
        shown,
        slug,
        carrying,
        "articles/tag_detail.html",
        about=shown.description or _("Everything published on “%(name)s”.") % {"name": shown.name},
        picture_id=topic and topic.picture_id,
        also=pictures_in(introduction),
        introduction=introduction,
    )


@kept_page(page=NUMBER)
@require_safe
def byline(request, pk, slug):
    """What one person wrote. Of a withdrawn byline nothing is said, not even that there was one."""
    shown = get_object_or_404(Byline.objects.shown(), pk=pk)
    carrying = partial(_by_byline, shown)
    return _list_of(
        request,
        shown,
        slug,
        carrying,
        "articles/byline_detail.html",
        about=shown.about or _("Everything published by %(name)s.") % {"name": shown.name},
        picture_id=shown.portrait_id,
        nodes=nodes_of_byline(shown),
    )


def _list_of(request, subject, slug, carrying, template, *, about, picture_id, also=(), nodes=(), **context):
    """
    The list of what `carrying()` gives: what carries a tag or a byline, in all languages.

    It exists in the languages in which there is something and `subject` has a name.
    """
    language = current_language()
    languages = kept(("articles.languages", key_of(subject)), partial(_languages_of, carrying))
    named = [code for code in languages if getattr(subject, f"name_{code}")]
    addresses = {code: subject.get_absolute_url(code) for code in named}
    if language not in addresses:
        raise Http404("nothing public in this language")
    if slug != slugify(subject.name, language):
        return redirect(addresses[language], permanent=True)
    editions = partial(_in_language, carrying, language)
    rows = page_of_kept(("articles.extent", key_of(subject)), editions, request.GET.get("page"))
    pictures = give_pictures(rows.object_list, also=[picture_id, *also])
    picture = pictures.get(picture_id)
    words = picture.frozen(language) if picture else {}
    page = metadata_of_list(
        rows,
        title=subject.name,
        description=about,
        addresses=addresses,
        picture=picture,
        picture_alt=words.get("alt", ""),
        feeds=feeds_of(subject),
        nodes=nodes,
    )
    shown = {"subject": subject, "picture": picture, "words": words, "pictures": pictures, "rows": rows, "page": page}
    return render(request, template, shown | context)


def _in_sections(ids):
    return ArticleEdition.objects.published().in_sections(ids)


def _tagged(tag):
    return ArticleEdition.objects.published_in_any_language().tagged(tag)


def _by_byline(byline):
    return ArticleEdition.objects.published_in_any_language().by_byline(byline)


def _in_language(carrying, language):
    return carrying().filter(language=language)


def _languages_of(carrying):
    """The languages in which there is something, in their order. One query, however much there is."""
    lists = [carrying().filter(language=code).newest_first() for code in language_codes()]
    found = set(ArticleEdition.objects.first_of(*lists).values_list("language", flat=True))
    return [code for code in language_codes() if code in found]
