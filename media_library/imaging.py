"""
Decoding and encoding of pictures: bytes in, bytes out, no database.

What comes out carries no metadata: it is drawn anew, upright, in sRGB.
"""

import io
from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import ValidationError
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

FORMATS = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp", "AVIF": "avif", "GIF": "gif"}

# Ratio → widths, as the design of the public pages lists them. None: the picture's own ratio.
RATIOS = {
    "3x2": (3 / 2, (320, 480, 640, 960, 1280)),
    "16x9": (16 / 9, (480, 640, 960, 1280)),
    "4x5": (4 / 5, (160, 320)),
    "natural": (None, (480, 640, 960, 1280)),
    "social": (1200 / 630, (1200,)),
}
# Only social networks ask for the social card's ratio, and they want JPEG.
RATIO_ENCODINGS = {"social": ("jpeg",)}
ENCODINGS = ("jpeg", "avif")

# The most bytes that a file of a width may have; quality is lowered until it fits.
CEILINGS = {160: 14_000, 320: 14_000, 480: 25_000, 640: 40_000, 960: 75_000, 1200: 120_000, 1280: 120_000}
QUALITIES = {"jpeg": (82, 74, 66, 58, 48, 38, 28, 18), "avif": (62, 54, 46, 38, 30, 22, 14)}


@dataclass(frozen=True)
class PictureFacts:
    """What the header of a picture file says: format ("JPEG"), and upright width and height in pixels."""

    format: str
    width: int
    height: int


def inspect(file):
    """
    Looks at an uploaded picture without trusting its name.

    Size and pixel count are checked from the header, before anything is decoded.
    Raises `ValidationError` with a sentence for the person who uploaded it.
    """
    if file.size > settings.NEWSROOM_PICTURE_MAX_BYTES:
        raise ValidationError(
            _("The file has %(size)s; pictures may have %(limit)s. Export it smaller and upload it again."),
            params={
                "size": filesizeformat(file.size),
                "limit": filesizeformat(settings.NEWSROOM_PICTURE_MAX_BYTES),
            },
        )
    file.seek(0)
    try:
        image = Image.open(file, formats=list(FORMATS))
        _refuse_too_many_pixels(image)
        if getattr(image, "n_frames", 1) > 1:
            raise ValidationError(_("Animated pictures cannot be used. Upload a still picture or add a video."))
        facts = _facts(image)
        # A tenth of the pixels is enough to find a torn file; other formats ignore this.
        image.draft("RGB", (image.width // 8, image.height // 8))
        image.load()
    except ValidationError:
        raise
    except UnidentifiedImageError as error:
        raise ValidationError(
            _("This is not a picture that can be used. Upload a JPEG, PNG, WebP or AVIF file.")
        ) from error
    except Exception as error:  # Decoders raise whatever they like on torn files.
        raise ValidationError(
            _("This picture is damaged and cannot be opened. Upload it again from its source.")
        ) from error
    finally:
        file.seek(0)
    return facts


def _refuse_too_many_pixels(image):
    pixels = image.width * image.height
    if pixels > settings.NEWSROOM_PICTURE_MAX_PIXELS:
        raise ValidationError(
            _(
                "The picture has %(pixels)s megapixels; up to %(limit)s can be used. "
                "Export it smaller and upload it again."
            ),
            params={"pixels": pixels // 1_000_000, "limit": settings.NEWSROOM_PICTURE_MAX_PIXELS // 1_000_000},
        )


def _facts(image):
    width, height = image.size
    turned = image.getexif().get(0x0112) in {5, 6, 7, 8}  # Exif 2.32, tag Orientation
    return PictureFacts(image.format, *((height, width) if turned else (width, height)))


def open_clean(file):
    """The picture upright, in sRGB, without transparency or metadata."""
    image = Image.open(file, formats=list(FORMATS))
    profile = image.info.get("icc_profile")
    image = ImageOps.exif_transpose(image)
    if profile and image.mode in {"RGB", "CMYK", "L"}:
        image = _to_srgb(image, profile)
    if image.mode in {"RGBA", "LA", "PA"} or "transparency" in image.info:
        image = image.convert("RGBA")
        paper = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(paper, image)
    clean = image.convert("RGB")
    # Pillow writes some of what it read (a JPEG's comment) into every copy.
    clean.info = {}
    return clean


def _to_srgb(image, profile):
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        return ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except ImageCms.PyCMSError:  # A broken profile is worth less than the picture.
        return image


def crop(image, ratio, focal_x, focal_y):
    """The largest part of `image` in `ratio` that keeps the focal point (percent of width and height) in sight."""
    if ratio is None:
        return image
    width, height = image.size
    if width / height > ratio:
        part_width, part_height = round(height * ratio), height
    else:
        part_width, part_height = width, round(width / ratio)
    left = _clamp(width * focal_x / 100 - part_width / 2, width - part_width)
    top = _clamp(height * focal_y / 100 - part_height / 2, height - part_height)
    return image.crop((left, top, left + part_width, top + part_height))


def _clamp(value, most):
    return max(0, min(round(value), most))


def widths_for(ratio_name, image):
    """The widths in which a cropped image is offered: never wider than it is, and always at least one."""
    _ratio, widths = RATIOS[ratio_name]
    fitting = [width for width in widths if width <= image.width]
    return fitting or [image.width]


def scale(image, width):
    """The image at `width`, in proportion."""
    if image.width == width:
        return image
    return image.resize((width, max(1, round(image.height * width / image.width))), Image.Resampling.LANCZOS)


def encode(image, encoding):
    """The bytes of `image` in "jpeg" or "avif", at the best quality that stays below the ceiling of its width."""
    ceiling = CEILINGS.get(image.width, max(14_000, image.width * 94))
    for quality in QUALITIES[encoding]:
        data = _encode_at(image, encoding, quality)
        if len(data) <= ceiling:
            break
    return data


def _encode_at(image, encoding, quality):
    buffer = io.BytesIO()
    if encoding == "jpeg":
        image.save(buffer, "JPEG", quality=quality, optimize=True, progressive=True)
    else:
        image.save(buffer, "AVIF", quality=quality, speed=7)
    return buffer.getvalue()
