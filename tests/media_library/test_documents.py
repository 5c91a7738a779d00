"""Documents: what people send is written anew, and only that is ever public."""

import hashlib
import io
import re
from datetime import date

import pikepdf
import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage, storages
from django.urls import reverse
from django.utils import translation
from PIL import Image

from media_library import sandbox, uploads
from media_library.formats import Refused
from media_library.intake.documents import clean_file, files_to_clean
from media_library.models import Document, DocumentFile, Upload
from media_library.pdf_cleaning import clean, strip_jpeg
from media_library.refusals import sentence
from publishing import workflow
from tests.builders import make_article, make_document, make_staff, make_superuser, publish
from tests.desk.forms import change_url, open_form, send
from tests.jobs import run_due_jobs
from tests.media_library.pdfs import SECRET, everything_in, plain_pdf, sent, telling_jpeg, telling_pdf

pytestmark = pytest.mark.django_db


@pytest.fixture
def upload(django_capture_on_commit_callbacks):
    """Sends a PDF for a document's language, and lets the worker look at it; returns the upload."""

    def uploaded(document, data, *, language="en", by=None, **facts):
        with django_capture_on_commit_callbacks(execute=True):
            row = uploads.receive(sent(data, **facts), by=by, kinds=("document",), document=document, language=language)
        with django_capture_on_commit_callbacks(execute=True):
            run_due_jobs()
        row.refresh_from_db()
        return row

    return uploaded


def empty_document(**facts):
    return Document.objects.create(**({"name": "Wells", "title_en": "The state of the wells"} | facts))


def public_files():
    """Path → bytes of everything that readers can get."""
    return {path: _read(default_storage, path) for path in _walk(default_storage, "")}


def private_files():
    return list(_walk(storages["originals"], ""))


def _walk(storage, folder):
    try:
        folders, names = storage.listdir(folder)
    except FileNotFoundError:
        return
    for name in names:
        yield f"{folder}/{name}".lstrip("/")
    for name in folders:
        yield from _walk(storage, f"{folder}/{name}".lstrip("/"))


def _read(storage, path):
    with storage.open(path) as file:
        return file.read()


# --- What becomes public ---------------------------------------------------------


def test_nothing_that_a_pdf_says_of_its_makers_is_in_any_public_byte(upload, client):
    assert SECRET.encode() in everything_in(telling_pdf())
    document = empty_document()

    assert upload(document, telling_pdf(), name=f"{SECRET}.pdf").state == Upload.State.TAKEN
    article = publish(make_article(format="document", document=document), "en")

    files = public_files()
    assert len(files) == 1
    for path, data in files.items():
        assert re.fullmatch(r"documents/[0-9a-f]{16}/[a-z0-9-]+\.pdf", path)
        everything = everything_in(data)
        for trace in (SECRET, "JavaScript", "Launch", "Exif", "file:", "EmbeddedFile", "/Info", "pikepdf"):
            assert trace.encode() not in everything, trace
    page = client.get(article.editions.get(language="en").get_absolute_url()).content.decode()
    assert SECRET not in page
    assert f'href="/media/{next(iter(files))}"' in page


def test_what_readers_need_of_a_pdf_stays(upload):
    document = empty_document()
    upload(document, telling_pdf())

    with document.file_in("en").clean.open() as file, pikepdf.open(file) as pdf:
        page = pdf.pages[0]
        assert len(pdf.pages) == 3
        found = page.obj.Resources.XObject
        pictures = [pikepdf.PdfImage(found[name]).as_pil_image().convert("RGB") for name in ("/AA", "/AF", "/P3")]
        links = [link.A for link in page.obj.Annots]
        drawn = b"".join(part.read_bytes() for part in page.obj.Contents)
        forms = [form.read_bytes() for form in found.values() if form.Subtype == "/Form"]
        bookmark = pdf.Root.Outlines.First.Title
    as_sent = Image.open(io.BytesIO(telling_jpeg(SECRET))).convert("RGB")
    assert [picture.tobytes() == as_sent.tobytes() for picture in pictures[:2]] == [True, True]
    assert pictures[2].size == (64, 48)
    assert [str(link.S) for link in links] == ["/URI", "/GoTo"]
    assert b"(Hello) Tj" in drawn
    # What was filled into a form is a part of the page now.
    assert any(b"(filled) Tj" in form for form in forms)
    assert str(bookmark) == "Chapter"


def test_a_picture_that_is_cut_off_is_no_reason_to_go_on_for_ever():
    jpeg = telling_jpeg(SECRET)
    for length in range(2, 700, 7):
        try:
            assert SECRET.encode() not in strip_jpeg(jpeg[:length])
        except Refused as refused:
            assert refused.code == "damaged_file"


def test_the_file_knows_its_pages_and_its_size(upload, client):
    document = empty_document(version_en="2nd edition", dated=date(2025, 5, 20))
    upload(document, plain_pdf(pages=12))

    article = publish(make_article(format="document", document=document), "en")

    file = document.file_in("en")
    assert (file.pages, file.size) == (12, len(next(iter(public_files().values()))))
    page = client.get(article.editions.get(language="en").get_absolute_url()).content.decode()
    assert "Read the document (<bdi>PDF</bdi>" in page
    assert "12 pages)" in page
    assert "2nd edition" in page
    assert '<time datetime="2025-05-20">20 May 2025</time>' in page


def test_a_new_file_is_valid_and_the_former_ones_are_kept(upload):
    document, person = empty_document(), make_superuser()
    upload(document, plain_pdf(pages=1), by=person)
    upload(document, plain_pdf(pages=2), by=person)
    upload(document, plain_pdf(pages=3), language="ar", by=person)

    files = document.files.filter(language="en")
    assert [(file.number, file.pages, file.added_by) for file in files] == [(2, 2, person), (1, 1, person)]
    assert document.file_in("en").number == 2
    assert document.missing_languages() == ["tr", "ku"]


# --- What is refused -------------------------------------------------------------


def cut_off(data):
    return data[: len(data) // 2]


REFUSED = {
    "a password": (plain_pdf(encryption=pikepdf.Encryption(owner="a", user="b")), "encrypted"),
    "a password for changes": (plain_pdf(encryption=pikepdf.Encryption(owner="a", user="")), "encrypted"),
    "cut off": (cut_off(telling_pdf()), "damaged_file"),
    "no pages": (plain_pdf(pages=0), "damaged_file"),
    "nothing but a beginning": (b"%PDF-1.7\n", "damaged_file"),
    "a picture that is none": (telling_pdf().replace(b"\xff\xd8\xff", b"\x00\x00\x00"), "damaged_file"),
}


@pytest.mark.parametrize(("data", "reason"), REFUSED.values(), ids=REFUSED.keys())
def test_a_pdf_that_cannot_be_cleaned_is_refused_and_leaves_nothing(upload, data, reason):
    document = empty_document()

    row = upload(document, data)

    assert (row.state, row.reason) == (Upload.State.REFUSED, reason)
    assert sentence(row.reason, row.reason_facts)
    assert not document.files.exists()
    assert private_files() == []
    assert public_files() == {}


def test_a_pdf_that_unpacks_to_very_much_takes_no_memory(tmp_path):
    # What is packed is copied as it is; only pictures are looked into.
    pdf = pikepdf.Pdf.new()
    pdf.add_blank_page()
    pdf.pages[0].obj.Contents = pikepdf.Stream(pdf, b" " * 200_000_000)
    pdf.save(tmp_path / "input")

    assert clean(tmp_path) == {"pages": 1}

    assert (tmp_path / "clean.pdf").stat().st_size < 1_000_000


# --- What was there before -------------------------------------------------------


def uploaded_long_ago(document, data, *, published_as=None):
    """A file of before there were clean copies: public as it was sent, if an article with it was published."""
    file = DocumentFile(document=document, language="en", number=1)
    file.original.save("document.pdf", ContentFile(data), save=False)
    file.save()
    if published_as:
        default_storage.save(published_as, ContentFile(data))
    return file


def old_path(data):
    return f"documents/{hashlib.sha256(data).hexdigest()[:16]}/wells-en.pdf"


def test_what_was_published_before_is_cleaned_at_its_address():
    data = telling_pdf()
    file = uploaded_long_ago(empty_document(), data, published_as=old_path(data))
    assert list(files_to_clean()) == [file]

    clean_file(file)

    assert list(public_files()) == [old_path(data)]
    assert SECRET.encode() not in everything_in(public_files()[old_path(data)])
    file.refresh_from_db()
    assert file.pages == 3
    assert file.document.file_in("en") == file
    assert not files_to_clean().exists()


def test_what_was_published_before_and_cannot_be_cleaned_is_public_no_more():
    data = REFUSED["a password for changes"][0]
    file = uploaded_long_ago(empty_document(), data, published_as=old_path(data))

    with pytest.raises(Refused):
        clean_file(file)

    assert public_files() == {}
    assert files_to_clean().exists()


def test_what_was_published_before_stays_public_where_only_the_machine_is_too_small(monkeypatch):
    def run(*args, **facts):
        raise Refused("too_heavy")

    monkeypatch.setattr(sandbox, "run", run)
    data = telling_pdf()
    file = uploaded_long_ago(empty_document(), data, published_as=old_path(data))

    with pytest.raises(Refused):
        clean_file(file)

    assert list(public_files()) == [old_path(data)]


# --- Publishing ------------------------------------------------------------------


@pytest.mark.parametrize("harm", ["lost", "rotten"])
def test_a_file_that_is_lost_or_rotten_cannot_be_published_and_says_so(client, harm):
    client.force_login(make_superuser())
    article = make_article(format="document", document=make_document())
    file = article.document.file_in("en")
    storage = file.clean.storage
    storage.delete(file.clean.name)
    if harm == "rotten":
        storage.save(file.clean.name, ContentFile(b"%PDF-1.4 rotten"))

    with pytest.raises(ValidationError):
        workflow.publish(article, language="en", by=None)
    url = reverse("admin:articles_article_step", args=[article.pk, "en", "publish"])
    response = client.post(url, open_form(client, url))

    assert response.status_code == 200
    assert "missing or damaged" in response.content.decode()
    assert public_files() == {}


def read(client, article, language="en"):
    with translation.override(language):
        return client.get(article.editions.get(language=language).get_absolute_url()).content.decode()


@pytest.mark.usefixtures("committed")
def test_a_replaced_document_leads_to_the_article_with_the_new_one_once_that_is_public(client):
    new = make_document()
    old = make_document(replaced_by=new)
    article = publish(make_article(format="document", document=old), "en")
    newer = make_article(format="document", document=new, title_en="The new rules")

    assert "This document was replaced." in read(client, article)
    assert "The new rules" not in read(client, article)
    publish(newer, "en")
    assert f'<a href="{newer.editions.get(language="en").get_absolute_url()}">The new rules</a>' in read(
        client, article
    )
    workflow.withdraw(newer, language="en", by=None)
    assert "The new rules" not in read(client, article)


def test_what_replaces_a_document_is_told_when_it_is_published_again(client):
    article = publish(make_article(format="document", document=make_document()), "en")
    document = article.document
    document.replaced_by = make_document()
    document.save()

    assert "replaced" not in read(client, article)
    workflow.publish(article, language="en", by=None)
    assert "This document was replaced." in read(client, article)


def test_a_document_cannot_replace_itself_in_a_ring():
    first, second = empty_document(), empty_document()
    first.replaced_by = second
    first.save()
    second.replaced_by = first

    with pytest.raises(ValidationError, match="would replace itself"):
        second.full_clean()


def test_a_retracted_article_offers_its_document_no_more(client):
    article = publish(make_article(format="document", document=make_document()), "en")
    workflow.retract(article, language="en", by=None, note="It was wrong.")
    assert "Read the document" not in read(client, article)


# --- The form and the list --------------------------------------------------------


@pytest.fixture
def desk(client):
    client.force_login(make_superuser())
    return client


def shown(client, document):
    return client.get(change_url(document)).content.decode()


def test_a_pdf_is_uploaded_in_the_form_and_its_state_is_seen(desk, django_capture_on_commit_callbacks):
    document = empty_document()
    url = change_url(document)
    with django_capture_on_commit_callbacks(execute=True):
        response = send(desk, url, open_form(desk, url), file_ar=sent(plain_pdf(pages=4), name="تقرير.pdf"))
    assert response.status_code == 302

    assert "is being checked" in shown(desk, document)
    assert "تقرير.pdf" in shown(desk, document)
    run_due_jobs()
    page = shown(desk, document)
    assert "is being checked" not in page
    assert "4 pages" in page
    assert "(valid)" in page


def test_a_file_that_is_no_pdf_is_refused_at_its_field_and_nothing_typed_is_lost(desk):
    document = empty_document()
    url = change_url(document)
    values = open_form(desk, url) | {"title_en": "Typed a moment ago"}

    response = send(desk, url, values, file_en=sent(b"PK\x03\x04 not a PDF"))

    page = response.content.decode()
    assert response.status_code == 200
    assert "This is no file that can be used here. What can be used: documents (PDF)." in page
    assert "Typed a moment ago" in page
    assert not Upload.objects.exists()


def test_why_an_upload_was_refused_is_seen_until_a_better_one_comes(desk, upload):
    document = empty_document()
    upload(document, REFUSED["a password"][0])
    assert "This PDF is protected by a password." in shown(desk, document)
    upload(document, plain_pdf())
    assert "protected by a password" not in shown(desk, document)


def test_files_are_downloaded_under_names_of_ours_and_originals_only_by_those_who_may(client, upload):
    document, data = empty_document(), telling_pdf()
    upload(document, data)
    file = document.file_in("en")
    clean_url = reverse("admin:media_library_document_clean", args=[document.pk, file.pk])
    original_url = reverse("admin:media_library_document_original", args=[document.pk, file.pk])

    client.force_login(make_staff("reporter"))
    response = client.get(clean_url)
    assert response["Content-Disposition"] == f'attachment; filename="document-{document.pk}-en-1.pdf"'
    assert SECRET.encode() not in everything_in(b"".join(response.streaming_content))
    assert client.get(original_url).status_code == 403
    assert "Download the original" not in shown(client, document)

    client.force_login(make_staff("editor"))
    assert b"".join(client.get(original_url).streaming_content) == data
    assert "Download the original" in shown(client, document)

    client.logout()
    assert client.get(clean_url).status_code == 302


def test_a_file_that_vanished_from_the_disk_is_not_found(desk):
    document = make_document()
    file = document.file_in("en")
    file.clean.storage.delete(file.clean.name)
    assert desk.get(reverse("admin:media_library_document_clean", args=[document.pk, file.pk])).status_code == 404


def test_the_list_says_which_languages_lack_a_file_and_what_was_replaced(desk, upload):
    whole = make_document(name="Whole")
    partial = empty_document(name="Partial", replaced_by=whole)
    upload(partial, plain_pdf())
    url = reverse("admin:media_library_document_changelist")

    def names(query):
        page = desk.get(url + query).content.decode()
        return set(re.findall(r'field-name"><a [^>]*>(\w+)</a>', page))

    assert names("") == {"Whole", "Partial"}
    assert names("?missing=ar") == {"Partial"}
    assert names("?missing=en") == set()
    assert names("?replaced=yes") == {"Partial"}
    assert names("?replaced=no") == {"Whole"}


def test_the_list_needs_no_more_queries_for_thirty_documents_than_for_three(desk, django_assert_max_num_queries):
    for _number in range(30):
        make_document()
    with django_assert_max_num_queries(12):
        desk.get(reverse("admin:media_library_document_changelist"))
