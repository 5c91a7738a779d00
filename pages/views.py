from django.contrib import admin
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.addresses import is_staff_address
from articles import lists
from articles.feeds import feeds_of
from articles.models import ArticleEdition
from articles.sections import section_tree
from delivery.middleware import preferred_language
from delivery.page_cache import NUMBER, kept
from media_library.pictures import give_pictures
from pages import missed, redirects
from pages.frame import frame_of
from pages.home import Home
from pages.models import PAGES, PageEdition, PageVersion
from publishing.html import pictures_in
from publishing.keys import note
from publishing.languages import current_language
from publishing.metadata import PageMetadata, address_everywhere, home_address, in_languages, metadata_of
from publishing.public import addresses_of, edition_to_show
from publishing.structured_data import breadcrumb, publisher, website


@require_safe
def language_choice(request):
    """`/`: the one page that asks which language the browser prefers."""
    response = HttpResponseRedirect(home_address(preferred_language(request)))
    patch_vary_headers(response, ["Accept-Language"])
    return response


@kept()
@require_safe
def home(request):
    """The home page."""
    frame = frame_of(request)
    content = Home()
    page = PageMetadata(
        title=frame.name,
        description=frame.settings.description or "",
        addresses=address_everywhere("pages:home"),
        picture=content.lead and content.lead.picture,
        picture_alt=content.lead.version.lead_text.get("alt", "") if content.lead else "",
        nodes=_home_nodes(frame),
        feeds=feeds_of(),
    )
    return render(request, "pages/home.html", {"home": content, "page": page})


@kept(page=NUMBER, type=r"\d{1,9}|[a-z_]{1,20}", year=r"(?:19|20)\d\d")
@require_safe
def at_path(request, path):
    """Whatever has this address in the page's language: a section, a page, or a page that moved away from it."""
    if "\x00" in path:
        raise Http404("no address contains this")
    tree = section_tree()
    category = tree.at(path)
    if category is not None:
        return lists.section(request, tree, category)
    return _page(request, path)


def page_not_found(request, exception):
    """404, with where to go on: languages that have it, main sections, the latest. Or a redirect, if one is for it."""
    led_on = redirects.answer(request, exception)
    if led_on:
        return led_on
    missed.note(request, exception)
    if not translation.get_language_from_path(request.path_info):
        translation.activate(preferred_language(request))
    addresses = getattr(exception, "addresses", {})
    context = {
        "languages": in_languages(addresses),
        "latest": ArticleEdition.objects.published().for_lines().newest_first()[:5],
        "sections": section_tree().roots(),
        # Of a list that has no such page, the number of its last one (`publishing.paging.NoSuchPage`).
        "last_page": getattr(exception, "last", None),
        "page": PageMetadata(title=_("Page not found"), addresses=addresses, is_error=True),
    }
    response = render(request, "404.html", context, status=404)
    if not translation.get_language_from_path(request.path_info):
        patch_vary_headers(response, ["Accept-Language"])
    return response


def access_refused(request, exception):
    """403: what to do for somebody who may not do this. What the exception says, was written for them."""
    return _refusal(request, _("You may not do this"), {"reason": str(exception)})


def form_refused(request, reason=""):
    """403 for what was sent without the token of its page (CSRF). `reason` is Django's, for developers."""
    return _refusal(request, _("This form was not accepted"), {"is_form": True})


def _refusal(request, title, context):
    """In the frame of the desk at the addresses of staff, and like any other page elsewhere."""
    if is_staff_address(request.path_info):
        frame = admin.site.each_context(request)
        return render(request, "desk/refused.html", frame | context | {"title": title}, status=403)
    page = PageMetadata(title=title, addresses={}, is_error=True)
    response = render(request, "403.html", context | {"page": page}, status=403)
    patch_vary_headers(response, ["Accept-Language"])
    return response


def _home_nodes(frame):
    accounts = [url for _host, url in frame.social_accounts]
    site = publisher(frame.name, description=frame.settings.description or "", accounts=accounts)
    return (site, website(frame.name, search=reverse("search:results")))


def _page(request, path):
    item_id = _page_at(path)
    edition, by_language = edition_to_show(PageEdition.objects.all(), front=_home_front, item=item_id)
    version = edition.version
    if version.path != path:
        return redirect(edition, permanent=True)
    note(PAGES)
    children = PageEdition.objects.published().filter(item__parent=item_id).order_by("item__position", "item_id")
    pictures = give_pictures([edition], also=pictures_in(version.body))
    steps = _steps_to(path)
    context = {
        "edition": edition,
        "version": version,
        "children": children,
        "steps": steps,
        "pictures": pictures,
        "page": metadata_of(
            edition,
            addresses=addresses_of(by_language),
            picture=edition.picture,
            picture_alt=version.lead_text.get("alt", ""),
            nodes=(breadcrumb(steps),) if steps else (),
        ),
    }
    return render(request, "pages/page_detail.html", context)


def _page_at(path):
    """
    The number of the page that has this address in the page's language, or else of the last that had it.

    Raises `Http404`.
    """
    found = PageEdition.objects.published().with_shown("path").filter(shown_path=path).values_list("item_id", flat=True)
    if item_id := found.first():
        return item_id
    former = PageVersion.objects.released().filter(path=path, edition__language=current_language()).order_by("-pk")
    item_id = former.values_list("edition__item_id", flat=True).first()
    if item_id is None:
        raise Http404("nothing has this address")
    return item_id


def _steps_to(path):
    """[(title, address)] of the published pages above a path."""
    words = path.split("/")
    above = ["/".join(words[:count]) for count in range(1, len(words))]
    found = PageEdition.objects.published().with_shown("path", "title").filter(shown_path__in=above)
    titles = dict(found.values_list("shown_path", "shown_title")) if above else {}
    return [(titles[one], reverse("pages:at-path", kwargs={"path": one})) for one in above if one in titles]


def _home_front(edition):
    return _("Home"), reverse("pages:home")
