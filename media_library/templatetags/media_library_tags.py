import json
from datetime import date

from django import template
from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils.safestring import mark_safe

from delivery.display import current as current_display
from media_library import prose as stored_html
from media_library.formats import accepted
from media_library.recordings import clock_time

register = template.Library()

# Place on the page → ratio, widths, sizes, and the width of the JPEG for browsers without AVIF.
PLACES = {
    "lead": ("3x2", (480, 640, 960, 1280), "(min-width:80rem) 37rem,(min-width:64em) 48vw,100vw", 960),
    "hero": ("3x2", (480, 640, 960, 1280), "(min-width:80rem) 75rem,100vw", 960),
    "second": ("3x2", (320, 480, 640), "(min-width:64em) 17rem,(min-width:40em) 40vw,7rem", 480),
    "card": ("3x2", (320, 480, 640), "(min-width:64em) 25rem,(min-width:40em) 33vw,100vw", 480),
    "row": ("3x2", (320, 480, 640), "(min-width:64em) 15rem,(min-width:40em) 33vw,7rem", 480),
    "face": ("16x9", (480, 640, 960, 1280), "(min-width:64em) 44rem,100vw", 960),
    "portrait": ("4x5", (160, 320), "(min-width:64em) 14rem,45vw", 160),
    "shot-wide": ("3x2", (480, 640, 960), "(min-width:64em) 37rem,100vw", 960),
    "shot": ("3x2", (320, 480, 640), "(min-width:48em) 18rem,50vw", 480),
    "lightbox": ("natural", (640, 960, 1280), "100vw", 960),
    "infographic": ("natural", (480, 960, 1280), "(min-width:80rem) 75rem,100vw", 960),
    "prose": ("natural", (480, 640, 960), "(min-width:42rem) 40rem,100vw", 960),
}

# On a low-data page a picture is a link to its JPEG of this width, or the next larger one.
LINKED_WIDTH = 640

# A player takes one address for its poster: this wide at most.
POSTER_WIDTH = 960


@register.inclusion_tag("media_library/_picture.html")
def picture(picture, place, alt="", is_first=False):
    """
    `<picture>` for one place on the page; nothing while there are no renditions.

    Reads renditions that the view loaded. `is_first`: the first picture of the
    page, which is not loaded lazily. On a low-data page it is a link that says
    what the picture shows and how large its file is; without `alt`, where the
    picture only repeats what stands beside it, there is none.
    """
    ratio, widths, sizes, jpeg_width = PLACES[place]
    made = picture.renditions_of(ratio) if picture else {}
    jpegs = _fitting(made.get("jpeg", []), widths)
    if not jpegs:
        return {}
    if current_display().is_lite:
        return {"linked": _of_width(jpegs, LINKED_WIDTH), "alt": alt}
    return {
        "jpeg": _of_width(jpegs, jpeg_width),
        "avifs": _fitting(made.get("avif", []), widths),
        "largest": jpegs[-1],
        "sizes": sizes,
        "alt": alt,
        "focal_class": "" if ratio == "natural" else picture.focal_class.replace("f-mid-mid", ""),
        "is_first": is_first,
    }


def _fitting(renditions, widths):
    """Those of the asked widths; a small picture has only its own."""
    return [rendition for rendition in renditions if rendition.width in widths] or renditions


def _of_width(jpegs, width):
    """The one of that width, else the next larger one, else the largest."""
    return next((jpeg for jpeg in jpegs if jpeg.width >= width), jpegs[-1])


@register.simple_tag
def largest(picture):
    """The rendition with the most pixels of the whole picture, or "" while there is none."""
    jpegs = picture.renditions_of("natural").get("jpeg") if picture else None
    return jpegs[-1] if jpegs else ""


@register.simple_tag
def poster_url(picture):
    """The address of a picture as a player shows it before it plays, or "" while there is none."""
    jpegs = picture.renditions_of("natural").get("jpeg", []) if picture else []
    fitting = [jpeg for jpeg in jpegs if jpeg.width <= POSTER_WIDTH] or jpegs[:1]
    return fitting[-1].url if fitting else ""


@register.simple_tag
def media_are_elsewhere():
    """Whether readers get files from another address than pages: then a player must ask for captions across it."""
    return "//" in settings.MEDIA_URL


@register.filter
def ending(path):
    """What kind of file a path leads to, as people call it: "MP4"."""
    return path.rpartition(".")[2].upper()


@register.filter
def prose(html, pictures=None):
    """
    Stored rich text, ready for the page. `pictures`: number → picture with its renditions.

    Long texts get ids on their headings, for the index that pages have (`prose_index`).
    The one place in the project that marks stored HTML as safe: `clean_html`
    has seen all of it (`HtmlField` cleans on every write), and what is added
    comes from templates that escape.
    """
    return mark_safe(stored_html.dress(html or "", pictures or {}))  # noqa: S308


@register.filter
def prose_index(html):
    """[(id, words)] of the headings of a long text; nothing for a short one."""
    return stored_html.index_of(html or "")


@register.filter
def of_number(pictures, number):
    """The picture of that number, or None."""
    return (pictures or {}).get(number)


@register.filter
def poster_of(pictures, media):
    """The poster of a recording (as frozen), or None where it has none or may not show it."""
    return (pictures or {}).get(media.get("poster", {}).get("picture"))


@register.filter
def minutes(seconds):
    """Whole minutes, at least one."""
    return max(1, round(seconds / 60))


register.filter("clock_time", clock_time)


@register.simple_tag
def picture_limits():
    """
    What one is told before choosing pictures: the files that are taken (for `accept`), bytes, files, megapixels.

    `sizes`: how 100 bytes, a kilobyte, a megabyte and a gigabyte are written, for the script to write others alike.
    """
    return {
        "accept": accepted("picture"),
        "size": settings.NEWSROOM_PICTURE_MAX_BYTES,
        "files": settings.DATA_UPLOAD_MAX_NUMBER_FILES,
        "megapixels": settings.NEWSROOM_PICTURE_MAX_PIXELS // 1_000_000,
        "sizes": json.dumps([filesizeformat(size) for size in (100, 1024, 1024**2, 1024**3)]),
    }


@register.filter
def media_url(path):
    """The public address of a stored file."""
    return settings.MEDIA_URL + path


@register.filter
def as_day(text):
    """The calendar day that a version keeps as text (ISO 8601)."""
    return date.fromisoformat(text)
