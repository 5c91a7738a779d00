from itertools import groupby

from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from coalition.directory import Directory, by_name, members_of, published_people
from coalition.filters import MemberFilter
from coalition.models import Body, BodyEdition, BodyVersion, Mandate, PersonEdition, Representative, structure_url
from coalition.structured_data import nodes_of_body, nodes_of_person
from coalition.templatetags.coalition_tags import structure_steps
from delivery.page_cache import kept
from media_library.pictures import give_pictures
from publishing.html import pictures_in
from publishing.languages import current_language, language_codes, sort_key
from publishing.metadata import PageMetadata, address_everywhere, metadata_of
from publishing.public import addresses_of, edition_to_show, newest_tagged
from publishing.structured_data import breadcrumb


@kept()
@require_safe
def structure(request):
    """The hub: all bodies, and where to read about each."""
    directory = Directory()
    page = PageMetadata(
        title=_("Coalition structure"),
        description=_("The bodies of the coalition, their members and its representatives."),
        addresses=address_everywhere("coalition:structure"),
    )
    tops = [(top, directory.children(top.item_id)) for top in directory.tops]
    return render(request, "coalition/structure.html", {"directory": directory, "tops": tops, "page": page})


@kept(q=None, component=None, committee=None, by="component|committee")
@require_safe
def body(request, slug):
    """One body: what it is, who leads it, who sits in it."""
    directory = Directory()
    item_id = directory.item_at(slug) or _formerly_at(slug)
    edition, by_language = edition_to_show(BodyEdition.objects.in_place(), front=_structure_front, item=item_id)
    version = edition.version
    if slug != version.slug:
        return redirect(edition, permanent=True)
    members = members_of(edition, directory)
    leaders = [member for member in members if member.is_leading]
    pictures = give_pictures([edition, *(leader.person for leader in leaders)], also=pictures_in(version.body))
    is_assembly = edition.kind == Body.Kind.ASSEMBLY
    context = {
        "edition": edition,
        "version": version,
        "directory": directory,
        "parents": directory.parents_of(edition),
        "current_top": directory.top_of(edition),
        "is_top": not edition.parent_id,
        "children": directory.children(edition.item_id),
        "leaders": leaders,
        "members": by_name(member for member in members if not member.is_leading),
        "figures": _figures(edition, members, directory),
        "filter": MemberFilter(request.GET, members, directory) if is_assembly else None,
        "pictures": pictures,
        "page": _metadata(edition, by_language, nodes=nodes_of_body(edition, directory)),
    }
    return render(request, "coalition/body_detail.html", context)


@kept()
@require_safe
def person(request, pk, slug):
    """One person: portrait, seats, life, and the news about them."""
    edition, by_language = edition_to_show(
        PersonEdition.objects.select_related("live__tag"), front=_structure_front, item=pk
    )
    version = edition.version
    if slug != version.slug:
        return redirect(edition, permanent=True)
    directory = Directory()
    seats = _seats(pk, directory)
    news = newest_tagged(version.tag, count=4) if version.tag else []
    pictures = give_pictures(
        [edition, *(one for _template, editions in news for one in editions)], also=pictures_in(version.body)
    )
    context = {
        "edition": edition,
        "version": version,
        "seats": seats,
        "news": news,
        "pictures": pictures,
        "page": _metadata(edition, by_language, kind="profile", nodes=nodes_of_person(edition, seats)),
    }
    return render(request, "coalition/person_detail.html", context)


@kept()
@require_safe
def representatives(request):
    """Who speaks for the coalition where, by country."""
    language = current_language()
    rows = [row for row in Representative.objects.all() if row.country]
    people = published_people(row.person_id for row in rows)
    entries = sorted(
        ((row, people[row.person_id]) for row in rows if row.person_id in people),
        key=lambda entry: (sort_key(entry[0].country, language), sort_key(entry[1].version.title, language)),
    )
    countries = [(name, list(group)) for name, group in groupby(entries, key=lambda entry: entry[0].country)]
    page = PageMetadata(
        title=_("Representatives"),
        description=_("Who represents the coalition in which country, and how to reach them."),
        addresses=address_everywhere("coalition:representatives"),
        nodes=(breadcrumb(structure_steps()),),
    )
    context = {"countries": countries, "directory": Directory(), "page": page}
    return render(request, "coalition/representatives.html", context)


def _formerly_at(slug):
    """
    The number of the body that had this address once in the page's language, public today or not.

    Raises `Http404`.
    """
    former = BodyVersion.objects.released().filter(slug=slug, edition__language=current_language()).order_by("-pk")
    item_id = former.values_list("edition__item_id", flat=True).first()
    if item_id is None or not slug:
        raise Http404("no such body")
    return item_id


def _figures(edition, members, directory):
    """[(number, what it counts)] for the top of a body's page."""
    figures = [(len(members), _("members"))]
    if edition.kind == Body.Kind.ASSEMBLY:
        figures += [
            (len(directory.of_kind(Body.Kind.COMPONENT)), _("components")),
            (len(directory.of_kind(Body.Kind.COMMITTEE)), _("committees")),
        ]
    figures.append((edition.version.sessions_held, _("sessions held")))
    return [(number, words) for number, words in figures if number]


def _seats(person_id, directory):
    """[(mandate, the body's edition)]: what is held now first, then what was."""
    mandates = Mandate.objects.in_order().filter(person=person_id, body__in=directory.by_id)
    ordered = sorted(mandates, key=lambda mandate: not mandate.is_current)
    return [(mandate, directory.by_id[mandate.body_id]) for mandate in ordered]


def _structure_front(edition):
    return _("Coalition structure"), structure_url()


def _metadata(edition, by_language, **facts):
    return metadata_of(
        edition,
        addresses=addresses_of(by_language),
        fronts={code: structure_url(code) for code in language_codes()},
        picture=edition.picture,
        picture_alt=edition.version.lead_text.get("alt", ""),
        **facts,
    )
