"""What is too large or has too many parts is refused with a page that says so in every language."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.builders import make_superuser

pytestmark = pytest.mark.django_db

FILES = {f"file{number}": SimpleUploadedFile("a.txt", b"x") for number in range(101)}


def too_large(settings):
    return {"q": "x" * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)}


def too_many_fields(settings):
    return {f"f{number}": "x" for number in range(settings.DATA_UPLOAD_MAX_NUMBER_FIELDS + 1)}


def too_many_files(settings):
    return FILES


@pytest.mark.parametrize("data", [too_large, too_many_fields, too_many_files])
@pytest.mark.parametrize("address", ["/admin/articles/article/add/", "/admin/language/"])
def test_what_is_too_much_is_refused_with_a_page_of_ours(client, settings, address, data):
    client.force_login(make_superuser())
    response = client.post(address, data(settings))
    page = response.content.decode()
    assert response.status_code == 400
    assert "too large, has too many parts" in page
    assert all(words in page for words in ("لم يُقبل هذا", "Bu kabul edilmedi", "Ev nehat qebûlkirin"))


def test_too_many_fields_in_an_address_are_refused_alike(client, settings):
    response = client.get("/en/", too_many_fields(settings))
    assert response.status_code in {200, 400}
    if response.status_code == 400:
        assert "too many parts" in response.content.decode()


def test_an_unknown_host_gets_the_same_page(client):
    response = client.get("/en/", headers={"host": "evil.example"})
    assert response.status_code == 400
    assert "This was not accepted" in response.content.decode()
