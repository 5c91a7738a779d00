"""
The kinds of files that the library takes, and how each is known: by its content, never by its name alone.

No Django and no decoder here: the first bytes decide.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

# As many bytes of a file as `recognised` wants to see.
HEAD = 1100


@dataclass(frozen=True)
class Format:
    """
    A file format: its name as Pillow says it where it is a picture's, what
    kind of thing it holds, the extensions and media types that go with it
    (the first of each is ours), and what knows its first bytes.
    """

    name: str
    kind: str
    extensions: tuple[str, ...]
    types: tuple[str, ...]
    begins: Callable[[bytes], bool]

    @property
    def extension(self):
        return self.extensions[0]


def _brands(head):
    """The brands that an ISO base media file (ISO/IEC 14496-12, `ftyp`) says it follows."""
    if head[4:8] != b"ftyp":
        return set()
    box = head[8 : min(int.from_bytes(head[:4], "big"), len(head))]
    return {box[:4], *(box[start : start + 4] for start in range(8, len(box) - 3, 4))}


def _is_riff(head, kind):
    return head[:4] == b"RIFF" and head[8:12] == kind


def _is_mp3(head):
    # An ID3v2 tag, or the sync word of an MPEG audio frame, layer III.
    return head[:3] == b"ID3" or (head[:1] == b"\xff" and len(head) > 1 and head[1] & 0xE6 == 0xE2)


def _is_webm(head):
    return head[:4] == b"\x1aE\xdf\xa3" and b"webm" in head[:64]


def _is_heic(head):
    return bool(_brands(head) & {b"heic", b"heix", b"heim", b"heis"}) and not _is_avif(head)


def _is_avif(head):
    return bool(_brands(head) & {b"avif", b"avis"})


def _is_m4a(head):
    return head[4:8] == b"ftyp" and head[8:12] in {b"M4A ", b"M4B "}


_MP4_BRANDS = {b"isom", b"iso2", b"iso3", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"M4V ", b"dash"}


def _is_mp4(head):
    return bool(_brands(head) & _MP4_BRANDS) and not (_is_m4a(head) or _is_avif(head) or _is_heic(head))


FORMATS = (
    Format("JPEG", "picture", ("jpg", "jpeg", "jpe", "jfif"), ("image/jpeg", "image/jpg", "image/pjpeg"),
           lambda head: head[:3] == b"\xff\xd8\xff"),
    Format("PNG", "picture", ("png",), ("image/png", "image/x-png"), lambda head: head[:8] == b"\x89PNG\r\n\x1a\n"),
    Format("WEBP", "picture", ("webp",), ("image/webp",), lambda head: _is_riff(head, b"WEBP")),
    Format("AVIF", "picture", ("avif",), ("image/avif",), _is_avif),
    Format("GIF", "picture", ("gif",), ("image/gif",), lambda head: head[:6] in {b"GIF87a", b"GIF89a"}),
    Format("HEIF", "picture", ("heic", "heif"), ("image/heic", "image/heif"), _is_heic),
    # ISO 32000-1, 7.5.2. Readers accept the header within the first 1,024 bytes, too; there something else may hide.
    Format("PDF", "document", ("pdf",), ("application/pdf", "application/x-pdf"), lambda head: head[:5] == b"%PDF-"),
    Format("MP4", "video", ("mp4", "m4v"), ("video/mp4", "video/x-m4v"), _is_mp4),
    Format("WEBM", "video", ("webm",), ("video/webm",), _is_webm),
    Format("M4A", "audio", ("m4a",), ("audio/mp4", "audio/x-m4a", "audio/m4a"), _is_m4a),
    Format("MP3", "audio", ("mp3",), ("audio/mpeg", "audio/mp3", "audio/x-mp3"), _is_mp3),
    # WebVTT, 4.1: an optional BOM, then the word, then the end of a word.
    Format("VTT", "captions", ("vtt",), ("text/vtt",),
           lambda head: re.match(rb"(\xef\xbb\xbf)?WEBVTT(\s|$)", head) is not None),
)  # fmt: skip

BY_NAME = {one.name: one for one in FORMATS}
BY_EXTENSION = {extension: one for one in FORMATS for extension in one.extensions}

# What browsers say of a file that they do not know.
_UNKNOWN_TYPES = frozenset({"", "application/octet-stream", "binary/octet-stream"})


class Refused(Exception):
    """A file cannot be used. `code` is one of `media_library.refusals`, `facts` what its sentence names."""

    def __init__(self, code, **facts):
        super().__init__(code)
        self.code, self.facts = code, facts


def recognised(head):
    """The format that a file's first `HEAD` bytes show, or None."""
    return next((one for one in FORMATS if one.begins(head)), None)


def agreed(name, declared, head):
    """
    The format of a file, on which its content, its extension and the type that the browser declares agree.

    Raises `Refused` ("unknown" or "mislabelled").
    """
    found = recognised(head)
    if found is None:
        raise Refused("unknown")
    extension = name.rpartition(".")[2].lower() if "." in name else ""
    declared = (declared or "").partition(";")[0].strip().lower()
    if extension not in found.extensions or (declared not in _UNKNOWN_TYPES and declared not in found.types):
        raise Refused("mislabelled", found=found.name, extension=extension or "—")
    return found


def accepted(*kinds):
    """What a browser's file window offers of these kinds: the value of `accept` (HTML 4.10.5.1.17)."""
    wanted = [one for one in FORMATS if one.kind in kinds]
    return ",".join(name for one in wanted for name in (one.types[0], *(f".{end}" for end in one.extensions)))


def extension_of(name):
    """The extension that our copies of a format have."""
    return BY_NAME[name].extension
