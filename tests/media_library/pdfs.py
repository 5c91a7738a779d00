"""PDFs for tests, made here: innocent ones, broken ones, and one that tells all that a PDF can tell of its makers."""

import io
import zlib
from contextlib import suppress

import pikepdf
from django.core.files.uploadedfile import SimpleUploadedFile
from pikepdf import Array, AttachedFileSpec, Dictionary, Name, Pdf, Stream, String
from PIL import Image

SECRET = "kanarya7391"
LINK = "https://example.org/"


def pdf_bytes(pdf, **options):
    buffer = io.BytesIO()
    pdf.save(buffer, **options)
    return buffer.getvalue()


def plain_pdf(*, pages=1, **options):
    """An innocent PDF with some pages; the options are those of `Pdf.save`."""
    pdf = Pdf.new()
    for _number in range(pages):
        pdf.add_blank_page(page_size=(300, 300))
    return pdf_bytes(pdf, **options)


def sent(data, *, name="report.pdf", content_type="application/pdf"):
    """What a browser sends."""
    return SimpleUploadedFile(name, data, content_type=content_type)


def telling_pdf(*, secret=SECRET):
    """
    Three pages and, in every place that a PDF has for it, words that readers must not get.

    The first page shows three pictures, a form field that says "filled", and a
    link.
    """
    pdf = Pdf.new()
    for _number in range(3):
        pdf.add_blank_page(page_size=(300, 300))
    _tell_in_document(pdf, secret)
    _tell_in_page(pdf, secret)
    _tell_in_annotations(pdf, secret)
    _tell_in_structure(pdf, secret)
    first = pdf_bytes(pdf)
    return _changed_later(first, secret)


def _script(secret):
    return Dictionary(S=Name.JavaScript, JS=String(f"app.alert('{secret}')"))


def _tell_in_document(pdf, secret):
    with pdf.open_metadata() as metadata:
        metadata["dc:creator"] = [f"{secret} author"]
    for key in ("/Author", "/Creator", "/Producer", "/Title", "/Subject", "/Keywords"):
        pdf.docinfo[key] = f"C:\\Users\\{secret}\\report.docx"
    pdf.attachments["notes.txt"] = AttachedFileSpec(pdf, f"{secret} attached".encode(), filename=f"{secret}.txt")
    pdf.Root.Names.JavaScript = Dictionary(Names=Array([String(secret), _script(secret)]))
    pdf.Root.OpenAction = _script(secret)
    pdf.Root.AA = Dictionary(WC=_script(secret))
    pdf.Root.AF = Array([pdf.attachments["notes.txt"].obj])
    pdf.Root.Collection = Dictionary(Schema=Dictionary(Name=String(secret)))
    pdf.Root.URI = Dictionary(Base=String(f"file:///home/{secret}/"))
    usage = Dictionary(CreatorInfo=Dictionary(Creator=String(secret)), User=Dictionary(Name=String(secret)))
    layer = pdf.make_indirect(Dictionary(Type=Name.OCG, Name=String("Layer"), Usage=usage))
    pdf.Root.OCProperties = Dictionary(OCGs=Array([layer]), D=Dictionary(Creator=String(secret)))


def telling_jpeg(secret):
    """A picture of 64 by 48 that says who took it and where, and goes on after its end."""
    exif = Image.Exif()
    exif[0x013B] = f"{secret} artist"
    exif.get_ifd(0x8825).update({1: "N", 2: (33.0, 30.0, 0.0), 29: f"{secret} place"})
    buffer = io.BytesIO()
    facts = {"exif": exif, "comment": f"{secret} comment", "xmp": f"<x>{secret}</x>".encode()}
    picture = Image.radial_gradient("L").resize((64, 48)).convert("RGB")
    picture.save(buffer, "JPEG", progressive=True, **facts)
    return buffer.getvalue() + f"{secret} after the end".encode()


def _telling_jpeg2000(secret):
    buffer = io.BytesIO()
    Image.new("RGB", (64, 48), "#224488").save(buffer, "JPEG2000")
    said = b"0123456789abcdef" + f"{secret} in a box".encode()
    return buffer.getvalue() + (8 + len(said)).to_bytes(4, "big") + b"uuid" + said


def _picture(pdf, data, **facts):
    facts = {"Width": 64, "Height": 48, "ColorSpace": Name.DeviceRGB, "BitsPerComponent": 8} | facts
    return pdf.make_indirect(Stream(pdf, data, Type=Name.XObject, Subtype=Name.Image, **facts))


def _tell_in_page(pdf, secret):
    jpeg = telling_jpeg(secret)
    metadata = Stream(pdf, f"{secret} of the picture".encode(), Type=Name.Metadata, Subtype=Name.XML)
    # The names are those of unwanted keys: here they mean nothing.
    pictures = Dictionary(
        AA=_picture(pdf, jpeg, Filter=Name.DCTDecode, Metadata=metadata),
        AF=_picture(pdf, zlib.compress(jpeg), Filter=Array([Name.FlateDecode, Name.DCTDecode])),
        P3=_picture(pdf, _telling_jpeg2000(secret), Filter=Name.JPXDecode),
    )
    page = pdf.pages[0].obj
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    page.Resources = Dictionary(XObject=pictures, Font=Dictionary(F=font))
    places = ((b"AA", b"10 10"), (b"AF", b"110 10"), (b"P3", b"10 110"))
    shown = b" ".join(b"q 100 0 0 100 %s cm /%s Do Q" % (place, name) for name, place in places)
    page.Contents = Stream(pdf, shown + b" BT /F 12 Tf 20 250 Td (Hello) Tj ET")
    page.PieceInfo = Dictionary(Word=Dictionary(Private=String(secret)))
    page.Thumb = Stream(pdf, f"{secret} thumbnail".encode())
    page.AA = Dictionary(O=_script(secret))
    page.VP = Array([Dictionary(Measure=Dictionary(Subtype=Name.GEO, GPTS=Array([33.5, 36.3]), DCS=String(secret)))])
    page.LastModified = String(f"D:20250101 {secret}")


def _annotation(pdf, kind, **facts):
    return pdf.make_indirect(Dictionary(Type=Name.Annot, Subtype=Name(f"/{kind}"), Rect=[10, 10, 50, 50], **facts))


def _link(pdf, **action):
    return _annotation(pdf, "Link", A=Dictionary(**action))


def _tell_in_annotations(pdf, secret):
    attached = pdf.attachments["notes.txt"].obj
    appearance = Stream(
        pdf, b"BT /F 12 Tf 2 2 Td (filled) Tj ET", Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 40, 40]
    )
    field = _annotation(
        pdf, "Widget", FT=Name.Tx, T=String(secret), V=String("filled"), AP=Dictionary(N=appearance), F=4
    )
    signature = Dictionary(Type=Name.Sig, Name=String(f"{secret} signed"), Location=String(secret))
    signed = _annotation(pdf, "Widget", FT=Name.Sig, T=String(secret), V=signature, F=4)
    pdf.pages[0].obj.Annots = Array(
        [
            _annotation(pdf, "Text", T=String(f"{secret} reviewer"), Contents=String(f"{secret} comment")),
            _annotation(pdf, "FileAttachment", FS=attached),
            _annotation(pdf, "RichMedia", RichMediaContent=Dictionary(Assets=Dictionary(Names=Array([attached])))),
            _annotation(pdf, "Screen", A=Dictionary(S=Name.Rendition, JS=String(secret))),
            _annotation(pdf, "Sound", Sound=Stream(pdf, secret.encode())),
            _annotation(pdf, "Link", Contents=String(secret), A=Dictionary(S=Name.URI, URI=String(LINK))),
            _link(pdf, S=Name.GoTo, D=Array([pdf.pages[1].obj, Name.Fit]), Next=_script(secret)),
            _link(pdf, S=Name.URI, URI=String(f"file:///home/{secret}")),
            _link(pdf, S=Name.Launch, F=String(f"C:\\{secret}")),
            _link(pdf, S=Name.GoToR, F=String(f"\\\\server\\{secret}.pdf"), D=Array([0, Name.Fit])),
            _link(pdf, S=Name.SubmitForm, F=String(f"https://{secret}.example/")),
            field,
            signed,
        ]
    )  # fmt: skip
    pdf.Root.AcroForm = Dictionary(Fields=Array([field, signed]), XFA=Stream(pdf, f"<x>{secret}</x>".encode()))


def _tell_in_structure(pdf, secret):
    """A page that was deleted, to which a bookmark and the structure still lead; a picture described by its path."""
    gone = pdf.make_indirect(Dictionary(Type=Name.Page, MediaBox=[0, 0, 9, 9], Parent=pdf.Root.Pages))
    gone.Contents = Stream(pdf, f"BT ({secret} deleted) Tj ET".encode())
    bookmark = pdf.make_indirect(Dictionary(Title=String("Chapter"), Dest=Array([gone, Name.Fit])))
    pdf.Root.Outlines = pdf.make_indirect(Dictionary(First=bookmark, Last=bookmark, Count=1))
    bookmark.Parent = pdf.Root.Outlines
    figure = Dictionary(S=Name.Figure, Alt=String(f"C:\\Users\\{secret}\\photo.jpg"))
    comment = Dictionary(S=Name.Annot, K=Dictionary(Type=Name.OBJR, Obj=pdf.pages[0].obj.Annots[0]))
    pdf.Root.StructTreeRoot = pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot, K=Array([figure, comment])))


def _changed_later(data, secret):
    """The same with a change appended, as programs do that save quickly: what was there before stays in the file."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        size, root = int(pdf.trailer.Size), pdf.Root.objgen
    start = int(data.rpartition(b"startxref")[2].split()[0])
    begin = len(data)
    added = f"{size} 0 obj\n({secret} before)\nendobj\n".encode()
    table = b"xref\n%d 1\n%010d 00000 n \n" % (size, begin)
    trailer = b"trailer\n<< /Size %d /Root %d %d R /Prev %d >>\n" % (size + 1, *root, start)
    return data + added + table + trailer + b"startxref\n%d\n%%%%EOF\n" % (begin + len(added))


def everything_in(data):
    """All bytes of a PDF: as they are, and of every stream as it was before it was packed."""
    parts = [data]
    with pikepdf.open(io.BytesIO(data)) as pdf:
        for thing in pdf.objects:
            said = thing.stream_dict if isinstance(thing, Stream) else thing
            parts.append(said.unparse(resolved=True))
            if isinstance(thing, Stream):
                parts.append(thing.read_raw_bytes())
                with suppress(pikepdf.PdfError):  # a picture: nothing unpacks it but what shows it
                    parts.append(thing.read_bytes(pikepdf.StreamDecodeLevel.specialized))
    return b"\n".join(parts)
