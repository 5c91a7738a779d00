"""What somebody who is signed in gets is kept by no cache: not by the site, and not in front of it."""

from datetime import timedelta

import pytest
from django.conf import settings as project
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from delivery import page_cache
from desk.items import text_url
from desk.models import PreviewedText, PreviewLink
from tests.builders import make_article, make_staff, make_superuser, publish
from tests.contracts.site import Site

# Pages are kept after a commit.
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("committed")]

FOR_CACHES = {"Surrogate-Key", "Surrogate-Control", "Cache-Tag", "Cloudflare-CDN-Cache-Control", "CDN-Cache-Control"}


@pytest.fixture(autouse=True)
def _purger(settings):
    """A cache in front keeps all that it may, for long."""
    settings.NEWSROOM_PURGE = "http"


def is_nobodys(response):
    """Whether no cache may keep it, whatever it understands of the words."""
    words = {word.strip() for word in response["Cache-Control"].split(",")}
    return {"private", "no-store"} <= words and not ({"public"} & words or FOR_CACHES & set(response.headers))


def kept():
    return len(page_cache.store()._memory)


@pytest.fixture
def staff():
    client = Client()
    client.force_login(make_superuser())
    return client


def test_no_type_of_page_is_kept_for_somebody_who_is_signed_in(staff):
    addresses = Site().addresses("en").values()
    for address in addresses:
        for response in (staff.get(address), staff.head(address), staff.get(address, {"page": 2, "utm": "x"})):
            assert is_nobodys(response), address
    assert kept() == 0
    for address in addresses:
        Client().get(address)
    before = kept()
    assert before > 10
    for address in addresses:
        assert is_nobodys(staff.get(address)), address
    assert kept() == before


@pytest.mark.parametrize("role", Role.values)
def test_neither_is_it_for_any_role(role):
    address = publish(make_article(), "en").editions.get(language="en").get_absolute_url()
    client = Client()
    client.force_login(make_staff(role))
    assert is_nobodys(client.get(address))
    assert is_nobodys(client.get("/en/"))
    assert is_nobodys(client.get("/en/nothing-here/"))
    assert kept() == 0


@pytest.mark.parametrize("value", ["", "nobody", "x" * 5000, '"; display=dark.100.auto'])
def test_neither_is_it_for_whoever_pretends_to_be(value):
    article = publish(make_article(), "en")
    client = Client(HTTP_COOKIE=f"{project.SESSION_COOKIE_NAME}={value}")
    for address in (article.editions.get(language="en").get_absolute_url(), "/en/", "/en/search/?q=a"):
        assert is_nobodys(client.get(address)), address
    assert kept() == 0


@pytest.mark.parametrize(
    "address",
    ["/admin/", "/admin/login/", "/admin/articles/article/", "/account/login/", "/admin/nothing/", "/account/nothing/"],
)
def test_staff_addresses_are_kept_by_nobody(staff, address):
    for client in (staff, Client()):
        response = client.get(address)
        assert is_nobodys(response), response.headers
        assert is_nobodys(client.get(address, headers={"If-None-Match": response.get("ETag", '"x"')}))
    assert kept() == 0


def test_previews_are_kept_by_nobody(staff):
    article = make_article()
    link = PreviewLink.objects.create(expires_at=timezone.now() + timedelta(days=1))
    PreviewedText.objects.create(link=link, item=article, language="en")
    behind_a_key = [reverse("shared_preview", args=[link.key]), "/preview/no-such-key/"]
    for address in behind_a_key:
        for client in (Client(), staff):
            assert is_nobodys(client.get(address)), address
    response = staff.get(text_url("preview", article, "en"))
    assert response.status_code == 200
    assert is_nobodys(response)
    assert kept() == 0


def test_what_a_view_says_of_itself_is_never_made_public(staff):
    """A page that would be public for readers is the person's own, whatever else is on it."""
    address = "/en/search/suggest/?q=water"
    assert "public" in Client().get(address)["Cache-Control"]
    assert is_nobodys(staff.get(address))
