"""
Picture files, opened with little memory: the header first, then as many of the pixels as are needed, row by row.

A picture is never held twice at its full size. No Django here: all of this
runs in the sandbox, except that headers of files of our own are read anywhere.
"""

import ctypes
import importlib.util
import io
import math

import pillow_heif
from PIL import AvifImagePlugin, Image, ImageCms

from media_library import confined, formats, imaging
from media_library.embedded import rights_and_day
from media_library.formats import Refused

# Formats whose small files may hold very large pictures.
DENSE = frozenset({"WEBP", "AVIF", "GIF"})
ORIENTATION = 0x0112  # Exif 2.32, 4.6.4
# What turns a picture upright, by its Exif orientation.
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
pillow_heif.options.DECODE_THREADS = AvifImagePlugin.DEFAULT_MAX_THREADS = 1
# Small pictures within the file might show something else.
pillow_heif.options.THUMBNAILS = pillow_heif.options.DEPTH_IMAGES = pillow_heif.options.AUX_IMAGES = False
# As many pixels are worked on at once.
_BAND = 2_000_000
# As many bytes a JPEG takes besides its coefficients, made smaller as it is read.
_BESIDES = 24 * 1024 * 1024


def prepare(folder, *, encodings, focal_x, focal_y, redactions=(), max_pixels=None, dense_max_pixels=None):
    """
    Checks and decodes `folder / "input"`, and draws its renditions into the folder; returns what there is to know.

    {"format", "width", "height", "fingerprint", "credit", "source",
    "copyright", "taken_on", "renditions": [{"encoding", "ratio", "width",
    "height", "file"}]}. The sandbox's function for pictures; the areas of
    `redactions` are covered before anything else is drawn. Raises `Refused`.
    """
    with (folder / "input").open("rb") as file:
        source = open_source(file, max_pixels=max_pixels, dense_max_pixels=dense_max_pixels)
        width, height = source.upright_size
        factor = imaging.needed_factor(width, height)
        image = decoded(source, factor)
        # Some formats say behind their pixels how they are turned.
        width, height = source.upright_size
        facts = {"format": source.format, "width": width, "height": height} | rights_and_day(source)
        del source  # and with it what it holds of the large picture
    facts["fingerprint"] = imaging.fingerprint(image)
    imaging.cover(image, redactions, width / image.width)
    facts["renditions"] = [
        _written(folder, encoding, *drawn)
        for encoding in encodings
        for drawn in imaging.draw(image, encoding, focal_x, focal_y)
    ]
    return facts


def _written(folder, encoding, ratio, image, data):
    file = f"{ratio}-{image.width}.{encoding}"
    (folder / file).write_bytes(data)
    return {"encoding": encoding, "ratio": ratio, "width": image.width, "height": image.height, "file": file}


class Source:
    """
    A picture file whose header was read: format, stored size, whether it moves.

    `info` holds the raw "exif", "xmp" and "icc_profile", where there are any;
    some formats tell them after `load` alone. `rows` gives parts of what was
    loaded.
    """

    is_animated = False

    def __init__(self, file):
        self.file, self.info = file, {}

    def load(self, factor):
        """Decodes, up to `factor` times smaller; returns the size that it now has."""
        raise NotImplementedError

    def rows(self, top, bottom):
        """An image of some of the rows."""
        raise NotImplementedError

    def exif(self):
        """What the camera wrote; empty where it is missing or torn."""
        exif = Image.Exif()
        try:
            exif.load(self.info.get("exif") or b"")
        except Exception:  # Torn metadata are worth less than the picture.
            return Image.Exif()
        return exif

    def orientation(self):
        return self.exif().get(ORIENTATION, 1)

    @property
    def upright_size(self):
        width, height = self.size
        return (height, width) if self.orientation() in {5, 6, 7, 8} else (width, height)


class PillowSource(Source):
    def __init__(self, file, name):
        super().__init__(file)
        self.format = name
        self.image = Image.open(file, formats=[name])
        self.size, self.info = self.image.size, self.image.info
        # Phones put a second picture behind a JPEG (MPO), for depth or brightness: that one is no animation.
        self.is_animated = name != "JPEG" and getattr(self.image, "is_animated", False)

    def exif(self):
        try:
            return self.image.getexif()
        except Exception:  # See above.
            return Image.Exif()

    def load(self, factor):
        if self.format == "JPEG" and _coefficients(self.image) + _BESIDES > confined.room():
            raise Refused("too_heavy")  # Its decoder would call it broken.
        width, height = self.image.size
        self.image.draft(None, (math.ceil(width / factor), math.ceil(height / factor)))
        self.image.load()
        return self.image.size

    def rows(self, top, bottom):
        return self.image.crop((0, top, self.image.width, bottom))


def _coefficients(image):
    """As many bytes as a JPEG takes that comes in several passes: two for each value (libjpeg, jdcoefct.c)."""
    if not image.info.get("progressive"):
        return 0
    across, down = (max(layer[place] for layer in image.layer) for place in (1, 2))
    values = sum(layer[1] * layer[2] for layer in image.layer) / (across * down)
    return 2 * values * image.width * image.height


class BufferSource(Source):
    """A picture whose decoder gives one block of bytes: read from there, it is never copied as a whole."""

    def rows(self, top, bottom):
        part = memoryview(self.pixels)[top * self.stride : bottom * self.stride]
        mode = "RGBA" if self.mode == "RGBa" else self.mode
        return Image.frombytes(mode, (self.size[0], bottom - top), part, "raw", self.mode, self.stride)


class HeifSource(BufferSource):
    format = "HEIF"

    def __init__(self, file):
        super().__init__(file)
        container = pillow_heif.open_heif(file)
        self.image = container[container.primary_index]
        self.size, self.info = self.image.size, self.image.info

    def orientation(self):
        return 1  # ISO/IEC 23008-12, 6.5.10: the file itself says how it is turned, and its decoder obeys.

    def load(self, factor):
        self.pixels = self.image.data
        self.size, self.mode, self.stride = self.image.size, self.image.mode, self.image.stride
        return self.size


class WebpSource(BufferSource):
    """
    WebP, by libwebp's plain functions: those that Pillow calls keep four copies of the picture.

    RFC 9649 has the container.
    """

    format = "WEBP"

    def __init__(self, file):
        super().__init__(file)
        head = file.read(30)
        self.size, self.has_alpha, self.is_animated = webp_facts(head)
        self.data = head + file.read()
        chunks = dict(_riff_chunks(self.data))
        names = {"exif": b"EXIF", "xmp": b"XMP ", "icc_profile": b"ICCP"}
        self.info = {name: chunks[chunk] for name, chunk in names.items() if chunk in chunks}

    def load(self, factor):
        width, height = self.size
        self.mode = "RGBA" if self.has_alpha else "RGB"
        self.stride = width * len(self.mode)
        self.pixels = bytearray(self.stride * height)
        target = (ctypes.c_uint8 * len(self.pixels)).from_buffer(self.pixels)
        # Found through the module that is linked with it.
        library = ctypes.CDLL(importlib.util.find_spec("PIL._webp").origin)
        decode = library.WebPDecodeRGBAInto if self.has_alpha else library.WebPDecodeRGBInto
        decode.argtypes = [ctypes.c_char_p, ctypes.c_size_t, ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
        decode.restype = ctypes.c_void_p
        if not decode(self.data, len(self.data), target, len(self.pixels), self.stride):
            raise Refused("damaged")
        return self.size


def webp_facts(head):
    """((width, height), whether it has transparency, whether it moves), of a WebP's first 30 bytes."""
    kind = head[12:16]
    if len(head) == 30 and kind == b"VP8X":
        size = int.from_bytes(head[24:27], "little") + 1, int.from_bytes(head[27:30], "little") + 1
        return size, bool(head[20] & 0x10), bool(head[20] & 0x02)
    if len(head) == 30 and kind == b"VP8 " and head[23:26] == b"\x9d\x01\x2a":
        width, height = int.from_bytes(head[26:28], "little"), int.from_bytes(head[28:30], "little")
        return (width & 0x3FFF, height & 0x3FFF), False, False
    if len(head) >= 25 and kind == b"VP8L" and head[20] == 0x2F:
        bits = int.from_bytes(head[21:25], "little")
        return ((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1), bool(bits >> 28 & 1), False
    raise Refused("damaged")


def _riff_chunks(data):
    at = 12
    while at + 8 <= len(data):
        size = int.from_bytes(data[at + 4 : at + 8], "little")
        yield data[at : at + 4], data[at + 8 : at + 8 + size]
        at += 8 + size + size % 2


def open_source(file, *, max_pixels=None, dense_max_pixels=None):
    """
    The `Source` of an open file, known by its content.

    Raises `Refused` where it is no picture, or has too many pixels or frames.
    """
    file.seek(0)
    found = formats.recognised(file.read(formats.HEAD))
    file.seek(0)
    if found is None or found.kind != "picture":
        raise Refused("damaged")
    limit = dense_max_pixels if found.name in DENSE else max_pixels
    _check_before_opening(file, found.name, limit)
    try:
        source = _opened(file, found.name)
    except Image.DecompressionBombError as error:
        raise _too_many(Image.MAX_IMAGE_PIXELS * 2 + 1, limit or Image.MAX_IMAGE_PIXELS) from error
    except (MemoryError, Refused):
        raise
    except Exception as error:  # Decoders raise whatever they like on torn files.
        raise Refused("damaged") from error
    _check_pixels(source.size, limit)
    if source.is_animated:
        raise Refused("animated")
    return source


def _opened(file, name):
    if name == "HEIF":
        return HeifSource(file)
    if name == "WEBP":
        return WebpSource(file)
    return PillowSource(file, name)


def _check_before_opening(file, name, limit):
    """Of what a decoder makes room for when it opens a file: the size that the header says."""
    head = file.read(24)
    file.seek(0)
    if name == "GIF":  # GIF89a, 18: the logical screen
        _check_pixels((int.from_bytes(head[6:8], "little"), int.from_bytes(head[8:10], "little")), limit)
    if name == "PNG":  # PNG 3, 11.2.1: IHDR
        _check_pixels((int.from_bytes(head[16:20], "big"), int.from_bytes(head[20:24], "big")), limit)


def _check_pixels(size, limit):
    width, height = size
    if not width or not height:
        raise Refused("damaged")
    if limit and width * height > limit:
        raise _too_many(width * height, limit)


def _too_many(pixels, limit):
    return Refused("too_many_pixels", pixels=math.ceil(pixels / 1_000_000), limit=limit // 1_000_000)


def decoded(source, factor):
    """
    The picture, upright, in sRGB, without transparency or metadata; `factor` times smaller, or nearly.

    Raises whatever decoders raise where it is torn.
    """
    size = source.load(factor)
    image = _in_one_piece(source, size, max(1, factor // round(source.size[0] / size[0])))
    image = _in_srgb(image, source.info.get("icc_profile"))
    turn = _UPRIGHT.get(source.orientation())
    return image.transpose(turn) if turn is not None else image


def _in_one_piece(source, size, factor):
    """The rows of a loaded source, made opaque and smaller a band at a time."""
    width, height = size
    mode = _opaque(source.rows(0, 1)).mode
    whole = Image.new(mode, (math.ceil(width / factor), math.ceil(height / factor)))
    step = max(1, _BAND // (width * factor)) * factor
    for top in range(0, height, step):
        band = _opaque(source.rows(top, min(top + step, height)))
        whole.paste(band.reduce(factor) if factor > 1 else band, (0, top // factor))
    return whole


def _opaque(image):
    """The image in a mode without transparency (RGB, L or CMYK); what is transparent becomes white."""
    if image.mode in {"RGBA", "LA", "PA", "La", "RGBa"} or "transparency" in image.info:
        image = image.convert("RGBA")
        paper = Image.new("RGB", image.size, "white")
        paper.paste(image, mask=image.getchannel("A"))
        return paper
    if image.mode.startswith("I"):
        return image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    if image.mode in {"RGB", "L", "CMYK"}:
        return image
    return image.convert("L" if image.mode == "1" else "RGB")


def _in_srgb(image, profile):
    if profile:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            image = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
        except (ImageCms.PyCMSError, OSError):  # A broken profile is worth less than the picture.
            pass
    clean = image.convert("RGB")
    # Pillow writes some of what it read (a JPEG's comment) into every copy.
    clean.info = {}
    return clean
