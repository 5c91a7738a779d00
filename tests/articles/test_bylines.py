"""Withdrawing a byline: the name is gone from every public page at once, and can come back."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.storage import default_storage
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import AuditEntry
from articles.workflow import show_byline_again, withdraw_byline
from publishing.models import Change
from tests.builders import make_article, make_byline, make_picture, make_staff, publish
from tests.contracts.crawl import crawl

pytestmark = pytest.mark.django_db

NAME = "Zeyneb Canary"


def named_byline(**facts):
    return make_byline(**{f"name_{code}": NAME for code in ("en", "ar", "tr", "ku")} | facts)


def signed_in(role):
    client = Client()
    client.force_login(make_staff(role))
    return client


def public_pages(client):
    return {address: response.content.decode() for address, response in crawl(client, "/en/", "/ar/").items()}


def test_no_public_page_shows_the_name_any_more_and_then_again(client):
    byline = named_byline()
    article = publish(make_article(bylines=[byline]))
    byline_page = byline.get_absolute_url("en")
    assert NAME in client.get(article.edition_in("en").get_absolute_url()).content.decode()
    assert NAME in client.get(byline_page).content.decode()

    withdraw_byline(byline, by=None)
    pages = public_pages(client)
    assert article.edition_in("en").get_absolute_url() in pages
    assert not [address for address, page in pages.items() if NAME in page]
    response = client.get(byline_page)
    assert response.status_code == 404
    assert NAME not in response.content.decode()

    show_byline_again(byline, by=None)
    assert NAME in client.get(article.edition_in("en").get_absolute_url()).content.decode()
    assert client.get(byline_page).status_code == 200


def test_versions_keep_it_and_what_is_published_meanwhile_does_too(client):
    byline = named_byline()
    article = make_article(bylines=[byline])
    withdraw_byline(byline, by=None)
    publish(article, "en")
    url = article.editions.get().get_absolute_url()
    assert NAME not in client.get(url).content.decode()
    show_byline_again(byline, by=None)
    assert NAME in client.get(url).content.decode()


def test_other_names_on_the_same_article_stay(client):
    byline, other = named_byline(), make_byline(name_en="Layla Other")
    article = publish(make_article(bylines=[byline, other]), "en")
    withdraw_byline(byline, by=None)
    page = client.get(article.editions.get().get_absolute_url()).content.decode()
    assert "Layla Other" in page
    assert NAME not in page


def test_leaving_it_out_costs_no_query(client):
    byline = named_byline()
    article = publish(make_article(bylines=[byline]), "en")
    url = article.editions.get().get_absolute_url()
    client.get(url)
    with CaptureQueriesContext(connection) as before:
        client.get(url)
    withdraw_byline(byline, by=None)
    with CaptureQueriesContext(connection) as after:
        client.get(url)
    assert len(after) <= len(before)


def test_the_portrait_goes_with_the_name_unless_something_else_shows_it(django_capture_on_commit_callbacks):
    portrait, shared = make_picture(with_renditions=True), make_picture(with_renditions=True)
    alone, with_shared = named_byline(portrait=portrait), named_byline(portrait=shared)
    publish(make_article(lead_picture=shared), "en")
    paths = [portrait.renditions.first().path, shared.renditions.first().path]
    with django_capture_on_commit_callbacks(execute=True):
        withdraw_byline(alone, by=None)
        withdraw_byline(with_shared, by=None)
    assert [default_storage.exists(path) for path in paths] == [False, True]


def test_every_kept_page_with_the_name_ends_at_once():
    byline = named_byline()
    article, other = publish(make_article(bylines=[byline]), "en", "ar"), publish(make_article(), "en")
    Change.objects.all().delete()
    withdraw_byline(byline, by=None)
    hard = set(Change.objects.filter(is_hard=True).values_list("language", "key"))
    assert {("en", f"articles.article:{article.pk}"), ("ar", f"articles.article:{article.pk}")} <= hard
    assert ("tr", f"articles.byline:{byline.pk}") in hard
    assert not {key for _language, key in hard} & {f"articles.article:{other.pk}"}


def test_publishers_and_admins_withdraw_and_nobody_else():
    for role in ("reporter", "translator", "editor"):
        with pytest.raises(PermissionDenied):
            withdraw_byline(named_byline(), by=make_staff(role))
    for role in ("publisher", "admin"):
        person, byline = make_staff(role), named_byline()
        withdraw_byline(byline, by=person)
        with pytest.raises(ValidationError):
            withdraw_byline(byline, by=person)
        show_byline_again(byline, by=person)
    actions = AuditEntry.objects.filter(actor=person).order_by("pk").values_list("action", flat=True)
    assert list(actions) == ["byline.withdrawn", "byline.shown_again"]


def test_the_form_has_a_button_that_asks_once_more():
    byline = named_byline()
    publish(make_article(bylines=[byline]), "en")
    url, step = f"/admin/articles/byline/{byline.pk}/change/", f"/admin/articles/byline/{byline.pk}/withdraw/"
    publisher = signed_in("publisher")
    assert step in publisher.get(url).content.decode()
    assert "1 public article" in publisher.get(step).content.decode()
    page = publisher.post(step, {"do": "withdraw"}, follow=True).content.decode()
    assert "no public page shows this name" in page
    assert "Show again…" in page
    publisher.post(step, {"do": "show"})
    byline.refresh_from_db()
    assert byline.withdrawn_at is None
    editor = signed_in("editor")
    assert step not in editor.get(url).content.decode()
    assert editor.post(step, {"do": "withdraw"}).status_code == 403


def test_many_are_withdrawn_from_the_list_and_none_is_offered_for_other_articles():
    bylines = [named_byline(), named_byline()]
    chosen = {"action": "withdraw", "_selected_action": [byline.pk for byline in bylines]}
    asked = "/admin/autocomplete/?app_label=articles&model_name=article&field_name=bylines&term=Zeyneb"
    publisher = signed_in("publisher")
    assert len(publisher.get(asked).json()["results"]) == 2
    editor = signed_in("editor")
    editor.post("/admin/articles/byline/", chosen)
    assert len(publisher.get(asked).json()["results"]) == 2
    publisher.post("/admin/articles/byline/", chosen)
    assert publisher.get(asked).json()["results"] == []
