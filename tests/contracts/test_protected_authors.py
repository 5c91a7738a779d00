"""Whoever works here stays unknown: nothing of an account is in any byte that a reader gets."""

import re

import pytest
from django.apps import apps
from django.core.files.storage import default_storage
from django.db.models import ForeignKey

from accounts.models import AuditEntry, User
from publishing.languages import language_codes
from publishing.models import LogEntry
from tests.builders import make_user
from tests.contracts.crawl import crawl
from tests.contracts.site import Site

pytestmark = pytest.mark.django_db

# A number that nothing else has, so that it is found wherever it stands.
ACCOUNT = 918273645
SECRETS = ("kanaryauser", "kanarya.mail", "Kanarya Real", "kanarya-upload", str(ACCOUNT))

# Columns that keep what the uploader's file was called.
FILE_NAMES = ("original_name", "upload_name", "file_name")

OTHER_ADDRESSES = (
    "/", "/en/nothing-here/", "/ar/لا-شيء/", "/en/people/1-x/", "/a/999999/", "/healthz", "/readyz",
    "/.well-known/security.txt", "/account/login/", "/admin/", "/media/nothing.jpg", "/robots.txt", "/sitemap.xml",
)  # fmt: skip


@pytest.fixture
def author():
    """Somebody who did everything that there is on the site."""
    return make_user(pk=ACCOUNT, username="kanaryauser", email="kanarya.mail@example.org", display_name="Kanarya Real")


def attribute_everything_to(author):
    """Writes `author` wherever a row can name an account, and their file's name wherever a row keeps one."""
    for model in apps.get_models():
        if model in (User, AuditEntry, LogEntry) or model._meta.app_label in ("sessions", "admin", "mfa"):
            continue
        columns = {field.name: author for field in model._meta.fields if _names_an_account(field)}
        columns |= {field.name: "kanarya-upload.jpg" for field in model._meta.fields if field.name in FILE_NAMES}
        if columns:
            model._base_manager.update(**columns)


def _names_an_account(field):
    return isinstance(field, ForeignKey) and field.related_model is User and not field.unique


def test_nothing_of_an_account_is_in_any_byte_that_a_reader_gets(client, author):
    Site()
    attribute_everything_to(author)

    pages = crawl(client, *(f"/{code}/" for code in language_codes()))
    pages |= {address: client.get(address) for address in OTHER_ADDRESSES}
    assert len(pages) > 60

    for address, response in pages.items():
        body = b"".join(response.streaming_content) if response.streaming else response.content
        shown = body.decode("utf-8", "replace") + address + str(response.headers)
        assert not [secret for secret in SECRETS if secret in shown], address


def test_nothing_of_an_account_is_in_a_public_file_or_its_name(client, author):
    Site()
    attribute_everything_to(author)

    pages = crawl(client, *(f"/{code}/" for code in language_codes()))
    text = "".join(response.content.decode("utf-8", "replace") for response in pages.values() if not response.streaming)
    files = set(re.findall(r"/media/([^\\\"'\s,<>)]+)", text))
    assert len(files) > 10
    for name in files:
        assert re.fullmatch(r"[a-z0-9/.-]+", name), name
        if default_storage.exists(name):
            with default_storage.open(name) as file:
                content = file.read()
            assert not [secret for secret in SECRETS if secret.encode() in content], name
