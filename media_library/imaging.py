"""
What is drawn of a picture: crops, covered parts, renditions in every width and encoding. Images in, bytes out.

No Django and no files of others here; `media_library.decoding` opens those.
"""

import io
import math
from dataclasses import dataclass

from PIL import Image, ImageChops, ImageDraw, ImageFilter

# Raised whenever what is made of a picture changes: `make_renditions` then remakes all.
RECIPE = 1

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
# No rendition is higher than that, in pixels: of a very tall picture there are narrow ones alone.
MAX_HEIGHT = 5120

# The most bytes that a file of a width may have; quality is lowered until it fits.
CEILINGS = {160: 14_000, 320: 14_000, 480: 25_000, 640: 40_000, 960: 75_000, 1200: 120_000, 1280: 120_000}
# Best and least quality.
QUALITIES = {"jpeg": (82, 18), "avif": (62, 14)}
# What part of a ceiling is aimed at, which is near enough, and how often it is tried.
_AIM, _NEAR_ENOUGH, _TRIES = 0.96, 0.9, 3

# The most blocks of colour in the longer direction of a covered part.
_BLOCKS = 8
# Of a covered part's colours, so many levels are kept …
_LEVELS = 8
# … and so much lighter or darker blocks make them look like a mosaic. That says nothing of what is below.
_TEXTURE = (-14, 4, 12, -6, 8, -10, 0)
# So many pixels of the original around a part are covered, too: encoders smear that far.
_MARGIN = 16

# Neighbours in the fingerprint's grid count as different from so many levels on,
# and a picture with fewer different ones is too plain to be known by its looks.
_DIFFERENCE = 3
_FEWEST_DIFFERENCES = 16
PLAIN = "0" * 16


@dataclass(frozen=True)
class PictureFacts:
    """What the header of a picture file says: format ("JPEG"), and upright width and height in pixels."""

    format: str
    width: int
    height: int


def facts_of(file):
    """
    What the header of a picture file of our own says; nothing is decoded.

    Raises `Refused` where there is no picture.
    """
    from media_library import decoding  # It brings large libraries, which few processes need.

    source = decoding.open_source(file)
    file.seek(0)
    return PictureFacts(source.format, *source.upright_size)


def needed_factor(width, height):
    """How many times smaller an upright picture may be made before anything is drawn of it."""
    scale = 0
    for ratio, widths in RATIOS.values():
        part = width if ratio is None else min(width, height * ratio)
        scale = max(scale, min(1, max(widths) / part))
    # Half as many pixels more than needed keep the renditions sharp.
    return max(1, int(1 / (1.5 * scale)))


def draw(image, encoding, focal_x, focal_y):
    """Every rendition of an image in one encoding: yields (ratio, image, bytes)."""
    for name, (ratio, _widths) in RATIOS.items():
        if encoding not in RATIO_ENCODINGS.get(name, ENCODINGS):
            continue
        part = crop(image, ratio, focal_x, focal_y)
        for width in widths_for(name, part):
            scaled = scale(part, width)
            yield name, scaled, encode(scaled, encoding)


def crop(image, ratio, focal_x, focal_y):
    """The largest part of `image` in `ratio` that keeps the focal point (percent of width and height) in sight."""
    return image if ratio is None else image.crop(crop_box(*image.size, ratio, focal_x, focal_y))


def crop_box(width, height, ratio, focal_x, focal_y):
    """What `crop` keeps of a picture of this size, in its pixels: left, top, right, bottom."""
    if width / height > ratio:
        part_width, part_height = round(height * ratio), height
    else:
        part_width, part_height = width, round(width / ratio)
    left = _clamp(width * focal_x / 100 - part_width / 2, width - part_width)
    top = _clamp(height * focal_y / 100 - part_height / 2, height - part_height)
    return left, top, left + part_width, top + part_height


def _clamp(value, most):
    return max(0, min(round(value), most))


def widths_for(ratio_name, image):
    """The widths in which a cropped image is offered: never wider than it is, and always at least one."""
    _ratio, widths = RATIOS[ratio_name]
    widest = min(image.width, max(1, MAX_HEIGHT * image.width // image.height))
    return [width for width in widths if width <= widest] or [widest]


def scale(image, width):
    """The image at `width`, in proportion."""
    if image.width == width:
        return image
    return image.resize((width, max(1, round(image.height * width / image.width))), Image.Resampling.LANCZOS)


def ceiling_of(width):
    """The most bytes that a file of this width may have."""
    return CEILINGS.get(width, max(14_000, width * 94))


def encode(image, encoding):
    """The bytes of `image` in "jpeg" or "avif", at about the best quality that stays below the ceiling of its width."""
    ceiling = ceiling_of(image.width)
    best, least = QUALITIES[encoding]
    data = _encode_at(image, encoding, best)
    if len(data) <= ceiling:
        return data
    large, small = (best, len(data)), (least, len(data := _encode_at(image, encoding, least)))
    if small[1] > ceiling:
        return _encode_blurred(image, encoding, least, ceiling)
    for _ in range(_TRIES):
        quality = _between(small, large, ceiling)
        if quality in {small[0], large[0]} or small[1] >= _NEAR_ENOUGH * ceiling:
            break
        better = _encode_at(image, encoding, quality)
        if len(better) <= ceiling:
            small, data = (quality, len(better)), better
        else:
            large = quality, len(better)
    return data


def _between(small, large, ceiling):
    """A quality, between those of two (quality, bytes), that should give nearly `ceiling` bytes: they grow like e^x."""
    slope = (large[0] - small[0]) / math.log(large[1] / small[1])
    return int(small[0] + slope * math.log(_AIM * ceiling / small[1]))


def _encode_blurred(image, encoding, quality, ceiling):
    """Noise that no quality makes small enough is softened until it fits."""
    radius, data = 0.5, None
    while data is None or len(data) > ceiling:
        radius *= 2
        data = _encode_at(image.filter(ImageFilter.GaussianBlur(radius)), encoding, quality)
    return data


def _encode_at(image, encoding, quality):
    buffer = io.BytesIO()
    if encoding == "jpeg":
        image.save(buffer, "JPEG", quality=quality, optimize=True, progressive=True)
    else:
        image.save(buffer, "AVIF", quality=quality, speed=7, max_threads=1)
    return buffer.getvalue()


def cover(image, areas, factor=1.0):
    """
    Covers parts of an image for good, in place: what is left of each are four colours, roughly.

    `areas`: {"shape", "left", "top", "width", "height"} in percent, as
    `media_library.models.Redaction` has them. `factor`: how many times
    smaller than the original the image is.
    """
    margin = math.ceil(_MARGIN / factor) + 1
    for area in areas:
        box = _box(image, area, margin)
        size = box[2] - box[0], box[3] - box[1]
        image.paste(_mosaic(image.crop(box)), box[:2], _mask(area["shape"], size))


def _box(image, area, margin):
    """The pixels of an area and of the margin around it, within the image: left, top, right, bottom."""
    width, height = image.size
    left = math.floor(width * area["left"] / 100) - margin
    top = math.floor(height * area["top"] / 100) - margin
    right = math.ceil(width * (area["left"] + area["width"]) / 100) + margin
    bottom = math.ceil(height * (area["top"] + area["height"]) / 100) + margin
    return _clamp(left, width - 1), _clamp(top, height - 1), min(right, width), min(bottom, height)


def _mosaic(part):
    """
    Blocks in the colours of the four quarters of `part`, rounded to few levels.

    Averages of more and smaller parts would do for guessing: a plate or a
    face can be found by trying what gives the same ones.
    """
    step = 256 // _LEVELS
    quarters = part.resize((2, 2), Image.Resampling.BOX).point(lambda value: value // step * step + step // 2)
    longer = max(part.size)
    grid = tuple(max(1, round(_BLOCKS * side / longer)) for side in part.size)
    blocks = quarters.resize(grid, Image.Resampling.BILINEAR)
    steps = [128 + _TEXTURE[(3 * x + 5 * y) % len(_TEXTURE)] for y in range(grid[1]) for x in range(grid[0])]
    texture = Image.frombytes("L", grid, bytes(steps))
    blocks = ImageChops.add(blocks, texture.convert(blocks.mode), offset=-128)
    return blocks.resize(part.size, Image.Resampling.NEAREST)


def _mask(shape, size):
    if shape == "rectangle":
        return None
    mask = Image.new("1", size)
    ImageDraw.Draw(mask).ellipse((0, 0, size[0] - 1, size[1] - 1), fill=1)
    return mask


def fingerprint(image):
    """
    What an image looks like, in 64 bits as 16 hexadecimal digits: where it gets darker from left to right.

    A difference hash: copies in another size or quality differ in few bits.
    `PLAIN` for what has too little detail to be told apart.
    """
    grey = image.convert("L").resize((9, 8), Image.Resampling.BOX)
    values = grey.tobytes()
    steps = [values[9 * row + column] - values[9 * row + column + 1] for row in range(8) for column in range(8)]
    if sum(abs(step) >= _DIFFERENCE for step in steps) < _FEWEST_DIFFERENCES:
        return PLAIN
    bits = "".join("1" if step >= _DIFFERENCE else "0" for step in steps)
    return f"{int(bits, 2):016x}"


def distance(one, other):
    """In how many of their 64 bits two fingerprints differ."""
    return (int(one, 16) ^ int(other, 16)).bit_count()
