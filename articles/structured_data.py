"""What the pages of articles and bylines tell machines; the vocabulary is in `publishing.structured_data`."""

from django.conf import settings

from articles.models import Article
from articles.templatetags.articles_tags import section_steps
from media_library.models import Video
from media_library.templatetags.media_library_tags import largest, poster_of
from publishing import structured_data

Format = Article.Format


def nodes_of_article(edition, *, parents, tags, bylines, pictures, conference=None, playlist=None, card=None):
    """
    The nodes of an article's page; of a retracted one only where it stands.

    Takes what the page shows: `conference` and `playlist` as it shows them,
    `pictures` as `give_pictures` gave them, `card` made for social networks.
    """
    category = edition.version.category
    steps = structured_data.breadcrumb(section_steps(parents, category))
    if edition.version.is_retraction:
        return (steps,)
    article = structured_data.news_article(
        edition,
        section=category.name,
        keywords=[tag.name for tag in tags],
        authors=[_author(byline) for byline in bylines],
        images=[one.url for one in (card, largest(edition.picture)) if one],
    )
    return (article, steps, *_media(edition, pictures, conference, playlist))


def nodes_of_section(parents):
    """The nodes of a section's page; none where it is right below the home page."""
    return (structured_data.breadcrumb(section_steps(parents)),) if parents else ()


def nodes_of_byline(byline):
    """The nodes of the page of one who writes."""
    return (_author(byline),)


def _author(byline):
    return structured_data.person(byline.name, url=byline.get_absolute_url(), job_title=byline.role or "")


def _media(edition, pictures, conference, playlist):
    """What there is to see or to hear on the page, and what takes place."""
    version = edition.version
    if conference:
        yield _event(edition, conference)
        if conference.recording:
            yield _recording(edition, conference.recording, pictures)
    elif playlist:
        yield _recording(edition, playlist.current.media, pictures, name=playlist.current.title)
    elif version.format == Format.VIDEO:
        yield _recording(edition, version.media, pictures)
    elif version.format == Format.GALLERY:
        yield _gallery(edition, pictures)
    elif version.format == Format.INFOGRAPHIC:
        yield from _images([version.media["picture"]], pictures)


def _recording(edition, media, pictures, *, name=""):
    version = edition.version
    poster = largest(poster_of(pictures, media) or edition.picture)
    path = media.get("file", {}).get("path")
    return structured_data.recording(
        name or version.title,
        is_sound=media["medium"] == Video.Medium.AUDIO,
        description=version.standfirst or version.summary,
        uploaded_at=edition.publish_at,
        seconds=media["duration"],
        thumbnail=poster.url if poster else "",
        content=settings.MEDIA_URL + path if path else "",
        frame=media.get("frame", ""),
    )


def _gallery(edition, pictures):
    version = edition.version
    return structured_data.gallery(
        version.title,
        url=edition.get_absolute_url(),
        description=version.standfirst or version.summary,
        images=_images(version.photos[: structured_data.MOST_PICTURES], pictures),
    )


def _images(words, pictures):
    """The nodes of pictures, given the words that the version keeps of each; those without a file are left out."""
    shown = ((one, largest(pictures.get(one["picture"]))) for one in words)
    return [
        structured_data.image(
            file.url, caption=one["caption"], credit=one["credit"], width=file.width, height=file.height
        )
        for one, file in shown
        if file
    ]


def _event(edition, conference):
    version = edition.version
    picture = largest(edition.picture)
    return structured_data.event(
        version.title,
        url=edition.get_absolute_url(),
        starts_at=conference.starts_at,
        ends_at=conference.ends_at,
        is_cancelled=conference.is_cancelled,
        place=conference.media["place"],
        stream=conference.stream_url,
        description=version.standfirst or version.summary,
        image=picture.url if picture else "",
        performers=[structured_data.person(name, url=url) for name, url in conference.speakers],
    )
