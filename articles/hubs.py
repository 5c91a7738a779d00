"""Media by format: what each format is called, where all of it stands, and in which order."""

from dataclasses import dataclass
from functools import partial

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from articles.extents import page_of_kept
from articles.models import Article, ArticleEdition
from articles.templatetags.articles_tags import hub_steps
from coalition.press_conferences import Shown
from delivery.page_cache import NUMBER, kept
from media_library.pictures import give_pictures
from publishing.metadata import PageMetadata, address_everywhere
from publishing.paging import metadata_of_list
from publishing.structured_data import breadcrumb

TILES_PER_PAGE = 24
# How many of each format the page of all formats shows.
NEWEST = 3
# Among so many of the newest press conferences those are looked for that are still to come.
RECENT = 60

Format = Article.Format


@dataclass(frozen=True)
class Group:
    """
    All articles of one format. `words`: its address below `formats/`; "" for the format that has no page of its own.

    `about`: a line on it. `nothing`: what is said when there are none.
    """

    format: str
    name: str
    words: str = ""
    about: str = ""
    nothing: str = ""

    @property
    def url(self):
        """Its page in the page's language, or ""."""
        return reverse("articles:hub", kwargs={"words": self.words}) if self.words else ""

    @property
    def is_documents(self):
        return self.format == Format.DOCUMENT


# Format → group, in the order in which groups follow one another.
GROUPS = {
    group.format: group
    for group in (
        Group(
            Format.PRESS_CONFERENCE,
            gettext_lazy("Press conferences"),
            "press-conferences",
            gettext_lazy("Press conferences that are announced, those that are live, and recordings of those before."),
            gettext_lazy("No press conference has been published in this language yet."),
        ),
        Group(
            Format.VIDEO,
            gettext_lazy("Videos"),
            "videos",
            gettext_lazy("Videos and sound recordings, the newest first."),
            gettext_lazy("No video has been published in this language yet."),
        ),
        Group(
            Format.PLAYLIST,
            gettext_lazy("Playlists"),
            "playlists",
            gettext_lazy("Videos that belong together, in the order in which to watch them."),
            gettext_lazy("No playlist has been published in this language yet."),
        ),
        Group(
            Format.GALLERY,
            gettext_lazy("Photo galleries"),
            "galleries",
            gettext_lazy("Albums of photos, the newest first."),
            gettext_lazy("No photo gallery has been published in this language yet."),
        ),
        Group(
            Format.INFOGRAPHIC,
            gettext_lazy("Infographics"),
            "infographics",
            gettext_lazy("Figures and facts as pictures, each with its text."),
            gettext_lazy("No infographic has been published in this language yet."),
        ),
        Group(
            Format.DOCUMENT,
            gettext_lazy("Documents"),
            "documents",
            gettext_lazy("Statements, reports and other documents to download, the newest first."),
            gettext_lazy("No document has been published in this language yet."),
        ),
        Group(Format.TEXT, gettext_lazy("Articles")),
    )
}
HUBS = [group for group in GROUPS.values() if group.words]


def format_names():
    """Format → what readers call articles of that format."""
    return {str(value): group.name for value, group in GROUPS.items()}


@kept()
@require_safe
def formats(request):
    """The newest of each format."""
    public = ArticleEdition.objects.published()
    lists = [public.of_format(one.format).newest_first() for one in HUBS]
    newest = list(ArticleEdition.objects.first_of(*lists, count=NEWEST).for_cards().newest_first())
    give_pictures(newest)
    page = PageMetadata(
        title=_("Media"),
        description=_("Press conferences, videos, photo galleries, infographics and documents."),
        addresses=address_everywhere("articles:formats"),
    )
    context = {"groups": grouped(newest), "hubs": HUBS, "page": page}
    return render(request, "articles/formats.html", context)


@kept(page=NUMBER)
@require_safe
def hub(request, words):
    """All articles of one format; press conferences that are still to come before those that are over."""
    shown = next((one for one in HUBS if one.words == words), None)
    if shown is None:
        raise Http404("no such format")
    coming = _still_to_come() if shown.format == Format.PRESS_CONFERENCE else []
    left_out = [edition.pk for edition in coming]
    editions = partial(_of_format, shown.format, left_out)
    name = ("articles.of-format", shown.format, *left_out)
    rows = page_of_kept(name, editions, request.GET.get("page"), per_page=TILES_PER_PAGE)
    coming = coming if rows.number == 1 else []
    give_pictures([*coming, *rows.object_list])
    page = metadata_of_list(
        rows,
        title=str(shown.name),
        description=str(shown.about),
        addresses=address_everywhere("articles:hub", words=words),
        nodes=(breadcrumb(hub_steps()),),
    )
    context = {"hub": shown, "hubs": HUBS, "coming": coming, "rows": rows, "page": page}
    return render(request, "articles/hub_detail.html", context)


def _of_format(value, left_out=()):
    return ArticleEdition.objects.published().of_format(value).exclude(pk__in=left_out)


def grouped(editions):
    """[(group, its editions)] of those groups that have any."""
    found = [(group, [one for one in editions if one.format == value]) for value, group in GROUPS.items()]
    return [(group, those) for group, those in found if those]


def _still_to_come():
    """
    The press conferences that are live, then those that are announced, the nearest first.

    Their times lie in what was published of each, which no index knows: only
    the `RECENT` newest are looked at.
    """
    recent = list(_of_format(Format.PRESS_CONFERENCE).for_cards().newest_first()[:RECENT])
    conferences = {edition.pk: Shown(edition.version.media) for edition in recent if edition.version.media}
    found = [edition for edition in recent if edition.pk in conferences and conferences[edition.pk].is_open]
    return sorted(found, key=lambda edition: (not conferences[edition.pk].is_live, conferences[edition.pk].starts_at))
