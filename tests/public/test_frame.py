"""What stands around every page: ways to skip, and the footer's links."""

import re

import pytest
from django.urls import reverse
from django.utils import translation

from pages.models import SiteSettings
from publishing.languages import language_codes

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


def footer(client, language="en"):
    page = client.get(f"/{language}/").content.decode()
    return page[page.index("<footer") :]


def test_skip_links_come_first_and_lead_to_what_can_be_focused(client):
    page = client.get("/en/").content.decode()
    body = page[page.index("<body") :]
    links = re.findall(r'<a class="skip" href="#(\w+)">', body)
    assert links == ["main", "foot"]
    assert body.index('class="skip"') < body.index("<header")
    for target in links:
        assert re.search(rf'id="{target}" tabindex="-1"', body)


@pytest.mark.parametrize("language", language_codes())
def test_the_footer_leads_to_everything_that_readers_may_need(client, language):
    html = footer(client, language)
    names = (
        "display",
        "pages:feed-about",
        "articles:archive",
        "pages:contact",
        "pages:accessibility",
        "pages:keyboard",
    )
    with translation.override(language):
        addresses = [reverse(name) for name in names]
    for address in addresses:
        assert f'href="{address}"' in html
        assert client.get(address).status_code == 200


def test_accounts_on_social_networks_are_named_by_their_hosts(client):
    accounts = "https://t.me/coalition\nhttps://www.youtube.com/@coalition\n\njavascript:alert(1)"
    SiteSettings.objects.update_or_create(pk=1, defaults={"social_accounts": accounts})
    html = footer(client)
    assert '<a href="https://t.me/coalition" rel="me noopener noreferrer"><bdi>t.me</bdi></a>' in html
    assert (
        '<a href="https://www.youtube.com/@coalition" rel="me noopener noreferrer"><bdi>youtube.com</bdi></a>' in html
    )
    assert "javascript:" not in html


def test_without_accounts_the_footer_says_nothing_of_them(client):
    assert 'rel="me' not in footer(client)
