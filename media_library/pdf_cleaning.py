"""
Writes a PDF anew without what it says of its makers, without anything that acts, and without what it hides.

Runs in the sandbox: no Django here. Catalogue, pages and links keep what is
listed; everywhere else what is listed goes. Names and numbers of clauses are
those of ISO 32000-2.
"""

import re

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream

from media_library.formats import Refused


def _keys(words):
    return frozenset(f"/{word}" for word in words.split())


# What a catalogue (7.7.2), a node of the page tree (7.7.3.2) and a page (7.7.3.3) keep.
CATALOGUE = _keys(
    "Type Version Pages PageLabels Names Dests ViewerPreferences PageLayout PageMode Outlines Lang MarkInfo"
    " StructTreeRoot OCProperties"
)
PAGES = _keys("Type Kids Count Parent Resources MediaBox CropBox Rotate")
PAGE = _keys(
    "Type Parent Resources MediaBox CropBox BleedBox TrimBox ArtBox Contents Rotate Group Annots Tabs"
    " StructParents UserUnit"
)
# What a link keeps (12.5.2, 12.5.6.5), and the layers' settings (8.11.4.3).
LINK = _keys("Type Subtype Rect P F Border BS C H QuadPoints StructParent Dest A")
LAYERS = _keys("BaseState ON OFF Order ListMode RBGroups Locked AS Intent")

# What goes wherever it stands: metadata, private data, thumbnails, attachments, actions, places on the earth, makers.
UNWANTED = _keys("Metadata PieceInfo Thumb AF AA LastModified Measure PtData CreatorInfo User OPI Alternates")
# In a stream besides: that its data, or what it shows, lies in another file.
UNWANTED_IN_STREAMS = _keys("F FFilter FDecodeParms Ref")
# The keys of these dictionaries are names that the maker chose, such as those of fonts.
NAMED = _keys("Font XObject ExtGState ColorSpace Pattern Shading Properties CharProcs Dests RoleMap ClassMap Colorants")
# Objects of these types go, whatever leads to them.
STRAY_TYPES = _keys("Filespec EmbeddedFile Metadata Sig")
# Words for those who do not see the page; some programs write the picture's place on a disk there.
WORDS = ("/Alt", "/ActualText", "/E", "/T", "/Title")

_SAFE_ADDRESS = re.compile(rb"(?:https?://|mailto:)", re.IGNORECASE)
_PATH = re.compile(r"[a-z]:[\\/]|\\\\|file:|/(?:users|home|volumes)/", re.IGNORECASE)


def clean(folder):
    """
    Writes `clean.pdf` of the PDF `input`, both in `folder`; returns {"pages": how many it has}.

    Raises `Refused`: "encrypted", also where only changes ask for a password,
    or "damaged_file" for what cannot be read without guessing.
    """
    try:
        with pikepdf.open(folder / "input", attempt_recovery=False, suppress_warnings=True) as pdf:
            if pdf.is_encrypted:
                raise Refused("encrypted")
            pages = len(pdf.pages)
            if not pages:
                raise Refused("damaged_file")
            _strip(pdf)
            pdf.save(
                folder / "clean.pdf",
                object_stream_mode=pikepdf.ObjectStreamMode.generate,
                deterministic_id=True,
                # Readers see the first page before the rest has come.
                linearize=True,
            )
    except pikepdf.PasswordError as error:
        raise Refused("encrypted") from error
    except pikepdf.PdfError as error:
        raise Refused("damaged_file") from error
    return {"pages": pages}


def _strip(pdf):
    """Takes away all that is unwanted. What nothing leads to any more is not written."""
    _keep(pdf.trailer, {"/Root", "/Size"})
    _flatten_forms(pdf)
    _keep(pdf.Root, CATALOGUE)
    if "/Names" in pdf.Root:
        _keep(pdf.Root.Names, {"/Dests"})
    if "/OCProperties" in pdf.Root:
        _keep(pdf.Root.OCProperties, {"/OCGs", "/D"})
        _keep(pdf.Root.OCProperties.get("/D", Dictionary()), LAYERS)
    kept = set()
    for page in pdf.pages:
        _keep(page.obj, PAGE)
        kept.add(page.obj.objgen)
        kept |= _keep_links(pdf, page.obj)
    if _scrub(pdf.Root, kept) and "/StructTreeRoot" in pdf.Root:
        # Pages were taken out by somebody who left their descriptions in.
        del pdf.Root.StructTreeRoot


def _keep(dictionary, keys):
    for key in set(dictionary.keys()) - set(keys):
        del dictionary[key]


# --- Forms and links -------------------------------------------------------------


def _flatten_forms(pdf):
    """Makes what was filled into a form a part of the page; forms themselves, and signatures, go."""
    for page in pdf.pages:
        _keep_annotations(page.obj, lambda one: one.get("/Subtype") == Name.Link or _is_field(one))
    pdf.flatten_annotations("screen")


def _is_field(annotation):
    return annotation.get("/Subtype") == Name.Widget and _kind_of_field(annotation) != Name.Sig


def _kind_of_field(field):
    """The type of a field, which it may have from one above it (12.7.4.1)."""
    for _level in range(20):
        if "/FT" in field or not isinstance(field.get("/Parent"), Dictionary):
            break
        field = field.Parent
    return field.get("/FT")


def _keep_annotations(page, is_wanted):
    found = page.get("/Annots")
    if not isinstance(found, Array):
        page.pop("/Annots", None) if found is not None else None
        return
    page.Annots = Array([one for one in found if isinstance(one, Dictionary) and is_wanted(one)])


def _keep_links(pdf, page):
    """Leaves of a page's annotations its links; returns their numbers."""
    _keep_annotations(page, lambda one: one.get("/Subtype") == Name.Link)
    links = [pdf.make_indirect(link) for link in page.get("/Annots", [])]
    for link in links:
        _keep(link, LINK)
        _clean_action(link)
    links = [link for link in links if "/A" in link or "/Dest" in link]
    if links:
        page.Annots = Array(links)
    elif "/Annots" in page:
        del page.Annots
    return {link.objgen for link in links}


def _clean_action(holder):
    """Leaves of an action (12.6) that it leads to a place of this document or to an address of the web or a mail."""
    action = holder.get("/A")
    if not isinstance(action, Dictionary) or "/S" not in action:
        return  # In the structure, an attribute has this name, too.
    kind = action.S
    if kind == Name.GoTo and "/D" in action:
        _keep(action, {"/S", "/D"})
    elif kind == Name.URI and _SAFE_ADDRESS.match(bytes(action.get("/URI", b""))):
        _keep(action, {"/S", "/URI"})
    else:
        del holder["/A"]


# --- Everything else -------------------------------------------------------------


def _scrub(root, kept):
    """
    Goes through all that `root` leads to, and takes away what is unwanted there.

    `kept`: the numbers of the pages and links that stay. Returns whether
    something led to a page that is not among them.
    """
    seen, found_page = set(), False
    # One walk within another for each level, so that no more is held than the way to where we are.
    walks = [iter([("", root)])]
    while walks:
        place, value = next(walks[-1], (None, None))
        if value is None:
            walks.pop()
            continue
        if value.is_indirect:
            if value.objgen in seen:
                continue
            seen.add(value.objgen)
        if not isinstance(value, Array) and place not in NAMED:
            _scrub_dictionary(value)
        found_page = _take_out_strays(value, kept) or found_page
        walks.append(_children(place, value))
    return found_page


def _children(place, value):
    """(the key that led there, thing) of all that can hold something; what stands in a list is where the list is."""
    for key in _keys_of(value):
        child = value[key]
        if isinstance(child, Array | Dictionary | Stream):
            yield (place if isinstance(value, Array) else key), child


def _keys_of(value):
    return range(len(value)) if isinstance(value, Array) else list(value.keys())


def _take_out_strays(value, kept):
    """Takes out what must not be led to; returns whether a page was among it."""
    found_page = False
    for key in _keys_of(value):
        child = value[key]
        if isinstance(child, Dictionary | Stream) and _is_stray(child, kept):
            found_page = found_page or child.get("/Type") == Name.Page
            _take_out(value, key)
    return found_page


def _take_out(value, key):
    if isinstance(value, Array):
        value[key] = None  # The places of the others count.
    else:
        del value[key]


def _is_stray(value, kept):
    """Whether it is a page or an annotation that belongs to no page, or something that no page shows."""
    kind = value.get("/Type")
    if kind == Name.Page or ("/Rect" in value and "/Subtype" in value):
        return value.objgen not in kept
    return kind is not None and str(kind) in STRAY_TYPES


def _scrub_dictionary(value):
    is_stream = isinstance(value, Stream)
    unwanted = UNWANTED | UNWANTED_IN_STREAMS if is_stream else UNWANTED
    for key in unwanted.intersection(value.keys()):
        del value[key]
    _clean_action(value)
    for key in WORDS:
        if isinstance(value.get(key), pikepdf.String) and _PATH.search(str(value[key])):
            del value[key]
    if value.get("/Type") == Name.Pages:
        _keep(value, PAGES)
    if value.get("/O") == Name.UserProperties:
        del value["/P"]
    if is_stream:
        _strip_picture(value)


# --- Pictures --------------------------------------------------------------------


def _strip_picture(stream):
    """Takes from a JPEG or JPEG 2000 picture what its file says besides the picture."""
    filters, parameters = _as_list(stream.get("/Filter")), _as_list(stream.get("/DecodeParms"))
    strip = {Name.DCTDecode: strip_jpeg, Name.JPXDecode: strip_jpeg2000}.get(filters[-1]) if filters else None
    if strip is None:
        return
    parameters = [entry if isinstance(entry, Dictionary) else None for entry in parameters]
    parameters += [None] * (len(filters) - len(parameters))
    # Without the last filter, what it would have been given can be read.
    stream.Filter = Array(filters[:-1])
    stream.DecodeParms = Array(parameters[:-1])
    data = strip(stream.read_bytes())
    stream.write(data, filter=filters[-1], decode_parms=parameters[-1])


def _as_list(value):
    if value is None:
        return []
    return list(value) if isinstance(value, Array) else [value]


# ITU-T T.81, annex B: where the coded data of a scan ends, and the markers that stand alone.
_AFTER_SCAN = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
_START, _END, _SCAN = 0xD8, 0xD9, 0xDA
_ALONE = {0x01, *range(0xD0, 0xD8)}


def strip_jpeg(data):
    """
    A JPEG picture and nothing else: no EXIF, XMP, IPTC, profiles, comments, thumbnails, nor what follows its end.

    What it needs to be decoded alike stays: JFIF and Adobe's word on its colours.
    """
    at = data.find(b"\xff\xd8")
    if at < 0:
        raise Refused("damaged_file")
    parts, at = [b"\xff\xd8"], at + 2
    while at < len(data) - 1:
        if data[at] != 0xFF:
            raise Refused("damaged_file")
        marker = data[at + 1]
        if marker == 0xFF:  # filling
            at += 1
        elif marker == _END:
            break
        elif marker in _ALONE:
            at += 2
        else:
            end = at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")
            if end < at + 4 or end > len(data):
                raise Refused("damaged_file")
            parts.append(_wanted_segment(marker, data[at:end]))
            at = end
            if marker == _SCAN:
                found = _AFTER_SCAN.search(data, at)
                end = found.start() if found else len(data)
                parts.append(data[at:end])
                at = end
    return b"".join([*parts, b"\xff\xd9"])


def _wanted_segment(marker, segment):
    if marker == 0xE0:
        # Without its thumbnail, whose width and height are the last two bytes here.
        return b"\xff\xe0\x00\x10" + segment[4:16] + b"\0\0" if segment[4:9] == b"JFIF\0" else b""
    if marker == 0xEE:
        return b"\xff\xee\x00\x0e" + segment[4:16] if segment[4:9] == b"Adobe" else b""
    return segment if marker in range(0xC0, 0xE0) else b""


# ISO/IEC 15444-1, annex I: the boxes that hold the picture and how it is to be read.
_JP2 = b"\0\0\0\x0cjP  \r\n\x87\n"
_PICTURE_BOXES = {b"jP  ", b"ftyp", b"rreq", b"jp2h", b"jpch", b"jplh", b"jp2c"}


def strip_jpeg2000(data):
    """A JPEG 2000 picture without the boxes that hold no part of it, such as EXIF and XMP."""
    if not data.startswith(_JP2):
        return data
    parts, at = [], 0
    while at < len(data):
        size, name, head = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8], 8
        if size == 1:
            size, head = int.from_bytes(data[at + 8 : at + 16], "big"), 16
        size = size or len(data) - at
        if size < head:
            raise Refused("damaged_file")
        if name in _PICTURE_BOXES:
            parts.append(data[at : at + size])
        at += size
    return b"".join(parts)
