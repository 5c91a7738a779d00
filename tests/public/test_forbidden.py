"""Who may not do something is told so on a page that says what to do, in their language and in the frame they know."""

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client, RequestFactory
from django.urls import reverse

from pages.views import access_refused
from tests.builders import make_staff, make_superuser

pytestmark = pytest.mark.django_db

LANGUAGES = ("en", "ar", "tr", "ku")


@pytest.mark.parametrize("language", LANGUAGES)
def test_somebody_without_the_right_is_told_whom_to_ask(client, language):
    client.force_login(make_staff("translator", interface_language=language))
    response = client.get(reverse("admin:media_library_picture_upload"))
    page = response.content.decode()
    assert response.status_code == 403
    assert f'<html lang="{language}"' in page
    assert reverse("admin:index") in page
    assert reverse("account") in page
    assert 'class="breadcrumbs"' in page


def test_the_reason_is_said_where_there_is_one(client):
    client.force_login(make_superuser())
    request = client.get(reverse("admin:index")).wsgi_request
    response = access_refused(request, PermissionDenied("Ask an admin of that <rank>."))
    assert "<p>Ask an admin of that &lt;rank&gt;.</p>" in response.content.decode()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_form_that_is_too_old_says_that_nothing_is_lost(language):
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_superuser(interface_language=language))
    response = client.post(reverse("admin:articles_article_add"), {"title_en": "Long"})
    page = response.content.decode()
    assert response.status_code == 403
    assert f'<html lang="{language}"' in page
    if language == "en":
        assert "what you typed is still there" in page
        assert "load the page again" in page


def test_signing_in_with_a_page_that_is_too_old_leads_back_to_it():
    response = Client(enforce_csrf_checks=True).post(reverse("account_login"), {"login": "somebody"})
    page = response.content.decode()
    assert response.status_code == 403
    assert reverse("account_login") in page
    assert reverse("admin:desk_notices") not in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_readers_get_a_page_of_the_site(client, language):
    client.get(f"/{language}/")
    request = RequestFactory().get(f"/{language}/something/")
    request.csp_nonce = "nonce"
    response = access_refused(request, PermissionDenied())
    assert response.status_code == 403
    assert "<main" in response.content.decode()
