"""
What a picture file says of its rights and its day: read before all of it is dropped.

Never who made it, where, or with what. No Django here: this runs in the sandbox.
"""

import datetime
import re
from xml.etree import ElementTree

from PIL import IptcImagePlugin

# Larger packets hold histories and previews, not words.
_MAX_XMP = 1024 * 1024
_MAX_TEXT = 300  # characters
_PHOTOSHOP = "{http://ns.adobe.com/photoshop/1.0/}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_XML = "{http://www.w3.org/XML/1998/namespace}"
# Exif 2.32, 4.6.4 and 4.6.5.
_COPYRIGHT, _EXIF_IFD, _TAKEN = 0x8298, 0x8769, 0x9003
# IPTC IIM 4.2, record 2.
_IPTC_CREDIT, _IPTC_SOURCE, _IPTC_COPYRIGHT = (2, 110), (2, 115), (2, 116)


def rights_and_day(source):
    """{"credit", "source", "copyright", "taken_on"} of a `decoding.Source`; "" for what it does not say."""
    iptc, xmp, exif = _iptc(source), _xmp(source.info.get("xmp")), source.exif()
    return {
        "credit": _first(iptc.get(_IPTC_CREDIT), xmp.get("credit")),
        "source": _first(iptc.get(_IPTC_SOURCE), xmp.get("source")),
        "copyright": _first(iptc.get(_IPTC_COPYRIGHT), xmp.get("copyright"), exif.get(_COPYRIGHT)),
        "taken_on": _day(exif),
    }


def _first(*values):
    """The first of some texts that says something, as one clean line."""
    return next((text for text in map(_line, values) if text), "")


def _line(value):
    if isinstance(value, list):  # A field that may be repeated.
        value = value[0] if value else ""
    if isinstance(value, str):  # Exif is ASCII by its standard, and UTF-8 in practice.
        value = value.encode("latin-1", "ignore") if _is_latin(value) else value
    if isinstance(value, bytes):
        value = _decoded(value)
    if not isinstance(value, str):
        return ""
    # Characters that turn or hide what follows mislead; so does what comes after an end mark.
    words = "".join(letter if letter.isprintable() else " " for letter in value.partition("\0")[0])
    return " ".join(words.split())[:_MAX_TEXT]


def _is_latin(text):
    return all(ord(letter) < 256 for letter in text)


def _decoded(data):
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _iptc(source):
    try:
        return IptcImagePlugin.getiptcinfo(getattr(source, "image", None)) or {}
    except Exception:  # Torn metadata are worth less than the picture.
        return {}


def _xmp(packet):
    """Credit, source and copyright of an XMP packet (ISO 16684-1)."""
    root = _parsed(packet or b"")
    if root is None:
        return {}
    found = {}
    for element in root.iter():
        for name, value in [(element.tag, element.text), *element.attrib.items()]:
            if name == f"{_PHOTOSHOP}Credit":
                found.setdefault("credit", value)
            if name == f"{_PHOTOSHOP}Source":
                found.setdefault("source", value)
        if element.tag == f"{_DC}rights":
            found.setdefault("copyright", _in_default_language(element))
    return found


def _parsed(packet):
    text = packet if isinstance(packet, str) else packet.decode(errors="ignore")
    # XMP needs no document type, and without one there are no entities that grow.
    if len(text) > _MAX_XMP or re.search(r"<!(DOCTYPE|ENTITY)", text):
        return None
    try:
        return ElementTree.fromstring(text.strip("\0\ufeff \r\n\t"))  # noqa: S314
    except (ElementTree.ParseError, ValueError):
        return None


def _in_default_language(element):
    """The text of a property with one text per language: the one marked as default, or the first."""
    texts = [child for child in element.iter() if child.text and child.text.strip()]
    marked = [child for child in texts if child.get(f"{_XML}lang") == "x-default"]
    return (marked or texts)[0].text if texts else ""


def _day(exif):
    """The day on which it was taken, "2026-05-31", or ""."""
    try:
        year, month, day = str(exif.get_ifd(_EXIF_IFD).get(_TAKEN, ""))[:10].split(":")
        return datetime.date(int(year), int(month), int(day)).isoformat()
    except Exception:  # Torn metadata again, or no date.
        return ""
