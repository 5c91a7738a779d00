"""Photographs of every format that the library takes, with all the private facts that their formats can hold."""

import io
import struct
import zlib
from functools import cache

import pillow_heif
from django.core.files.base import ContentFile
from PIL import Image, ImageCms, ImageDraw, PngImagePlugin

pillow_heif.register_heif_opener()

# Words that no reader may ever find. The place is 33° 30′ 49″ N, 36° 16′ 35″ E.
SECRETS = (b"SecretAuthor", b"SecretCamera", b"SecretSerial", b"SecretComment", b"SecretHistory", b"SecretThumbnail")
CREDIT, COPYRIGHT, SOURCE, TAKEN = "Desert Agency", "© Desert Agency 2026", "Desert Archive", "2026:05:31 14:15:16"

XMP = f"""<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/"
 xmlns:exif="http://ns.adobe.com/exif/1.0/" xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/"
 photoshop:Credit="{CREDIT}" photoshop:AuthorsPosition="SecretAuthor" exif:GPSLatitude="33,30.8N">
<photoshop:Source>{SOURCE}</photoshop:Source><xmpMM:DerivedFrom>SecretHistory</xmpMM:DerivedFrom>
<dc:creator><rdf:Seq><rdf:li>SecretAuthor</rdf:li></rdf:Seq></dc:creator>
<dc:rights><rdf:Alt><rdf:li xml:lang="de">Anders</rdf:li><rdf:li xml:lang="x-default">{COPYRIGHT}</rdf:li></rdf:Alt>
</dc:rights></rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>""".encode()


def drawing(width=900, height=600, seed=0):
    """A picture with edges and colours, another one for every `seed`; its upper left quarter is reddish."""
    image = Image.new("RGB", (width, height), (90, 110, 130))
    draw = ImageDraw.Draw(image)
    state = seed * 7919 + 17
    for _ in range(40):
        numbers = []
        for _ in range(7):
            state = (state * 1103515245 + 12345) % 2**31
            numbers.append(state >> 8)
        left, top = numbers[0] % width, numbers[1] % height
        right, bottom = left + 20 + numbers[2] % (width // 3), top + 20 + numbers[3] % (height // 3)
        draw.rectangle((left, top, right, bottom), tuple(number % 256 for number in numbers[4:]))
    draw.rectangle((0, 0, width // 4, height // 4), (230, 30, 40))
    return image


def encoded(image, kind, **options):
    """The bytes of an image in a format."""
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


@cache
def exif(orientation=1):
    """Exif with camera, author, place, day, copyright and a small picture of its own."""
    facts = Image.Exif()
    facts[0x010F], facts[0x0110], facts[0x013B] = "SecretCamera", "SecretCamera 5", "SecretAuthor"
    facts[0x8298], facts[0x0112] = COPYRIGHT.encode().decode("latin-1"), orientation
    facts.get_ifd(0x8769).update({0x9003: TAKEN, 0xA431: "SecretSerial", 0x9286: b"ASCII\0\0\0SecretComment"})
    facts.get_ifd(0x8825).update({1: "N", 2: (33.0, 30.0, 49.0), 3: "E", 4: (36.0, 16.0, 35.0)})
    return facts.tobytes()


def iptc():
    """An APP13 segment with credit, source and copyright, and with the author (IPTC IIM 4.2, record 2)."""
    fields = {80: "SecretAuthor", 110: CREDIT, 115: SOURCE, 116: COPYRIGHT, 92: "SecretHistory"}
    records = b"\x1c\x01\x5a\x00\x03\x1b%G"
    records += b"".join(
        struct.pack(">BBBH", 0x1C, 2, field, len(text.encode())) + text.encode() for field, text in fields.items()
    )
    block = b"8BIM\x04\x04\0\0" + struct.pack(">I", len(records)) + records + b"\0" * (len(records) % 2)
    body = b"Photoshop 3.0\0" + block
    return b"\xff\xed" + struct.pack(">H", len(body) + 2) + body


def _thumbnail():
    """An APP1 segment with a small picture, as cameras put one behind their Exif."""
    small = encoded(drawing(64, 48), "JPEG", comment=b"SecretThumbnail")
    body = b"http://ns.example/thumb\0" + small
    return b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body


def jpeg(image=None, *, orientation=1, **options):
    data = encoded(
        image or drawing(), "JPEG", quality=90, comment=b"SecretComment", exif=exif(orientation), xmp=XMP, **options
    )
    return data[:2] + iptc() + _thumbnail() + data[2:]


def png(image=None, *, orientation=1):
    words = PngImagePlugin.PngInfo()
    words.add_text("Author", "SecretAuthor")
    words.add_text("Comment", "SecretComment", zip=True)
    words.add_itxt("XML:com.adobe.xmp", XMP.decode())
    return encoded(image or drawing(), "PNG", pnginfo=words, exif=exif(orientation))


def webp(image=None, *, orientation=1, **options):
    return encoded(image or drawing(), "WEBP", exif=exif(orientation), xmp=XMP, **options)


def avif(image=None, *, orientation=1):
    return encoded(image or drawing(), "AVIF", exif=exif(orientation), xmp=XMP, speed=10)


def gif(image=None):
    data = encoded(image or drawing(), "GIF", comment=b"SecretComment")
    # XMP in a GIF is an application extension (XMP 3, 1.1.2): plain bytes up to a "magic trailer".
    extension = b"!\xff\x0bXMP DataXMP" + XMP + b"\x01" + bytes(range(255, -1, -1)) + b"\0"
    assert data[10] & 0x80, "a global palette comes first"
    start = 13 + 3 * 2 ** ((data[10] & 7) + 1)
    return data[:start] + extension + data[start:]


def heic(image=None, *, orientation=1):
    return encoded(image or drawing(), "HEIF", exif=exif(orientation), xmp=XMP, quality=60)


# Extension → maker.
MAKERS = {"jpg": jpeg, "png": png, "webp": webp, "avif": avif, "gif": gif, "heic": heic}


def sent(data, name="photo.jpg", content_type=""):
    """A file as a browser sends it."""
    file = ContentFile(data, name=name)
    file.content_type = content_type
    return file


def with_red_and_green_swapped(image):
    """The image as a JPEG whose colour profile says that its red is green, and its green red."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    swapped = profile.replace(b"rXYZ", b"?XYZ").replace(b"gXYZ", b"rXYZ").replace(b"?XYZ", b"gXYZ")
    return encoded(image, "JPEG", quality=95, icc_profile=swapped)


def as_phones_write_it(image=None):
    """A JPEG with a second picture behind it (MPO), which is no animation."""
    image = image or drawing()
    return encoded(image, "MPO", save_all=True, append_images=[image.resize((90, 60))], exif=exif())


def moving(kind):
    """An animation of two pictures."""
    first, second = drawing(60, 40), drawing(60, 40, seed=1)
    return encoded(first, kind, save_all=True, append_images=[second], duration=100)


def huge_png(width, height):
    """A PNG of a few bytes whose header says that it is very large."""

    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    )


def huge_webp(width=16383, height=16383):
    """Some 40 bytes, for which a careless decoder takes more than a gigabyte (RFC 9649, 2.7)."""
    frame = b"VP8L" + struct.pack("<I", 5) + b"\x2f" + struct.pack("<I", (width - 1) | (height - 1) << 14) + b"\0"
    size = struct.pack("<BBBB", 0, 0, 0, 0) + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    body = b"WEBP" + b"VP8X" + struct.pack("<I", 10) + size + frame
    return b"RIFF" + struct.pack("<I", len(body)) + body


def huge_gif(width=65535, height=65535):
    """A GIF of a few bytes with a very large screen and frame."""
    screen = b"GIF89a" + struct.pack("<HHBBB", width, height, 0x80, 0, 0) + bytes(6)
    control = b"!\xf9\x04" + bytes([0x08, 0, 0, 0, 0])  # disposal 2: the screen is to be kept
    return screen + control + b"," + struct.pack("<HHHHB", 0, 0, width, height, 0) + b"\x02\x02\x4c\x01\x00;"


def huge_avif(width=60000, height=60000):
    """An AVIF whose header says that it is very large."""
    small = encoded(Image.new("RGB", (64, 48)), "AVIF")
    spot = small.index(b"ispe") + 8
    return small[:spot] + struct.pack(">II", width, height) + small[spot + 8 :]


def huge_heic(width=30000, height=30000):
    """A HEIC whose header says that it is very large."""
    small = encoded(Image.new("RGB", (64, 64)), "HEIF")
    spot = small.index(b"ispe") + 8
    return small[:spot] + struct.pack(">II", width, height) + small[spot + 8 :]
