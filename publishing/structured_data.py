"""
What pages tell machines about themselves: JSON-LD in the vocabulary of schema.org.

The functions below build nodes: dictionaries whose addresses are paths of this
site, and which leave out what is not known. Views put them into
`PageMetadata.nodes`; `script_content` makes of them what stands in the page.
"""

import json

from django.templatetags.static import static
from django.utils import timezone
from django.utils.translation import gettext as _

from publishing.languages import current_language
from publishing.metadata import home_address, shortened

# Who publishes all of it: the node that `publisher` makes.
PUBLISHER = {"@id": "/#publisher"}

LOGO = "img/icon-512.png"

# So many letters of a headline are shown at most.
HEADLINE_ROOM = 110
# So many pictures of a gallery are told, at most: every one costs each reader some bytes.
MOST_PICTURES = 6

_STATUS = "https://schema.org/Event"
_ATTENDANCE = "https://schema.org/{}EventAttendanceMode"

# The properties in use that hold addresses.
_ADDRESSES = frozenset(
    {
        "@id",
        "url",
        "item",
        "image",
        "logo",
        "contentUrl",
        "embedUrl",
        "thumbnailUrl",
        "mainEntityOfPage",
        "sameAs",
        "urlTemplate",
    }
)
# What would end the element that the data stand in, or begin another (HTML, 4.12.1.3).
_ESCAPES = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026"}


def script_content(nodes, *, base, site_name):
    """
    The content of the page's one `<script type="application/ld+json">`; "" for a page with nothing to tell.

    `base`: scheme and host, which all paths get. The publisher is added where
    a node refers to it and none is it.
    """
    if not nodes:
        return ""
    graph = list(nodes)
    is_there = any(node.get("@id") == PUBLISHER["@id"] for node in nodes)
    if not is_there and any(PUBLISHER in node.values() for node in nodes):
        graph.append(publisher(site_name))
    data = {"@context": "https://schema.org", "@graph": [_absolute(node, base) for node in graph]}
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).translate(_ESCAPES)


def publisher(name, *, description="", accounts=()):
    """The site itself. `accounts`: its addresses on social networks."""
    return _node(
        "NewsMediaOrganization",
        **PUBLISHER,
        name=name,
        url=home_address(current_language()),
        logo=static(LOGO),
        description=description,
        sameAs=list(accounts),
    )


def website(name, *, search=""):
    """The site as a place on the web, in the page's language. `search`: the address of its search page."""
    language = current_language()
    return _node(
        "WebSite",
        name=name,
        url=home_address(language),
        inLanguage=language,
        publisher=PUBLISHER,
        potentialAction=_search_action(search) if search else None,
    )


def _search_action(address):
    # https://schema.org/SearchAction; what stands for the words is named as in `query-input`.
    target = _node("EntryPoint", urlTemplate=f"{address}?q={{words}}")
    return _node("SearchAction", target=target) | {"query-input": "required name=words"}


def breadcrumb(steps):
    """The way down from the home page: `steps` are those of `publishing/_breadcrumb.html`."""
    way = [(_("Home"), home_address(current_language())), *steps]
    places = [
        _node("ListItem", position=number, name=name, item=address) for number, (name, address) in enumerate(way, 1)
    ]
    return _node("BreadcrumbList", itemListElement=places)


def news_article(edition, *, section="", keywords=(), authors=(), images=()):
    """A public article. `authors` are nodes; without any it is the publisher's own. `images` are addresses."""
    version = edition.version
    return _node(
        "NewsArticle",
        headline=shortened(version.title, HEADLINE_ROOM),
        description=version.standfirst or version.summary,
        inLanguage=edition.language,
        mainEntityOfPage=edition.get_absolute_url(),
        datePublished=_moment(edition.publish_at),
        dateModified=_moment(edition.updated_at or edition.publish_at),
        image=list(images),
        author=list(authors) or PUBLISHER,
        publisher=PUBLISHER,
        articleSection=section,
        keywords=list(keywords),
        isAccessibleForFree=True,
        correction=[
            _node("CorrectionComment", text=note, datePublished=_moment(at)) for at, note in version.public_corrections
        ],
    )


def person(name, *, url="", job_title="", description="", image="", member_of=()):
    """Somebody. `member_of`: nodes of organisations."""
    return _node(
        "Person",
        name=name,
        url=url,
        jobTitle=job_title,
        description=description,
        image=image,
        memberOf=list(member_of),
    )


def organization(name, *, url="", description="", parent=None):
    """A part of the publisher, or of `parent` (a node)."""
    return _node("Organization", name=name, url=url, description=description, parentOrganization=parent)


def image(address, *, caption="", credit="", width=None, height=None):
    """A picture; width and height in pixels."""
    return _node("ImageObject", contentUrl=address, caption=caption, creditText=credit, width=width, height=height)


def gallery(name, *, url, description="", images=()):
    """Pictures in an order. `images` are nodes."""
    return _node("ImageGallery", name=name, url=url, description=description, image=list(images)[:MOST_PICTURES])


def recording(name, *, is_sound=False, description="", uploaded_at, seconds=0, thumbnail="", content="", frame=""):
    """A video, or what is only heard. `content` is the address of its file, `frame` that of its player elsewhere."""
    return _node(
        "AudioObject" if is_sound else "VideoObject",
        name=name,
        description=description or name,
        uploadDate=_moment(uploaded_at),
        duration=duration(seconds) if seconds else "",
        thumbnailUrl=thumbnail,
        contentUrl=content,
        embedUrl=frame,
    )


def event(name, *, url, starts_at, ends_at, is_cancelled, place="", stream="", description="", image="", performers=()):
    """What takes place at a time, in a place or at the address of a stream. `performers` are nodes."""
    locations = [_node("Place", name=place, address=place) if place else None,
                 _node("VirtualLocation", url=stream) if stream else None]  # fmt: skip
    way = "Mixed" if place and stream else "Online" if stream else "Offline"
    return _node(
        "Event",
        name=name,
        url=url,
        description=description,
        inLanguage=current_language(),
        startDate=_moment(starts_at),
        endDate=_moment(ends_at),
        eventStatus=_STATUS + ("Cancelled" if is_cancelled else "Scheduled"),
        eventAttendanceMode=_ATTENDANCE.format(way),
        location=list(filter(None, locations)),
        image=image,
        performer=list(performers),
        organizer=PUBLISHER,
    )


def duration(seconds):
    """A length as ISO 8601 writes it: "PT1H2M3S"."""
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    parts = [(hours, "H"), (minutes, "M"), (seconds, "S")]
    return "PT" + ("".join(f"{number}{unit}" for number, unit in parts if number) or "0S")


def _node(kind, **facts):
    """A node with what is known: empty facts are left out."""
    return {"@type": kind} | {name: value for name, value in facts.items() if value not in ("", None, [])}


def _moment(value):
    """A moment with its distance from UTC, in the newsroom's time zone."""
    return timezone.localtime(value).isoformat(timespec="seconds")


def _absolute(value, base, *, is_address=False):
    """The same with scheme and host before each path that is an address."""
    if isinstance(value, dict):
        return {name: _absolute(one, base, is_address=name in _ADDRESSES) for name, one in value.items()}
    if isinstance(value, list):
        return [_absolute(one, base, is_address=is_address) for one in value]
    return base + value if is_address and value.startswith("/") else value
