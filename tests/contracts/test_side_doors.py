"""Doors beside the main one: what is offered while typing, and what is done to many at once."""

import json

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry as AdminLogEntry
from django.test import RequestFactory
from django.urls import reverse

from accounts.models import User
from articles.models import Article
from publishing.models import LogEntry
from tests.builders import make_article, make_category, make_staff, make_superuser, publish, write

pytestmark = pytest.mark.django_db

ROLES = ("reporter", "translator", "editor", "publisher")


@pytest.fixture
def article():
    """A text with changes that are not public, in a section that the others do not have."""
    article = make_article(category=make_category(), title_ar="سر")
    write(article, "ar")
    publish(article, "ar")
    write(article, "ar", title="سر آخر")
    return article


def autocomplete_fields():
    """(app, model, field) of everything that can be chosen by typing."""
    for model, model_admin in admin.site._registry.items():
        inlines = [inline.model for inline in model_admin.inlines if inline.autocomplete_fields]
        for other in (model, *inlines):
            names = model_admin.autocomplete_fields if other is model else ()
            for name in names:
                yield model._meta.app_label, model._meta.model_name, name


def offered(client, app, model, field):
    address = reverse("admin:autocomplete")
    response = client.get(address, {"app_label": app, "model_name": model, "field_name": field, "term": ""})
    return response.status_code, response.content.decode()


@pytest.mark.parametrize("role", ROLES)
def test_what_is_offered_while_typing_holds_nothing_of_another_section(client, article, role):
    client.force_login(make_staff(role, category=make_category()))
    fields = list(autocomplete_fields())
    assert ("pages", "homeslot", "article") in fields

    for field in fields:
        status, text = offered(client, *field)
        assert status in (200, 403), field
        if status == 200:
            numbers = {entry["id"] for entry in json.loads(text)["results"]}
            related = _model(*field)._meta.get_field(field[2]).related_model
            assert related is not Article or str(article.pk) not in numbers, field


def _model(app, model, _field):
    return next(one for one in admin.site._registry if (one._meta.app_label, one._meta.model_name) == (app, model))


def test_a_stranger_is_offered_nothing(client, article):
    for field in autocomplete_fields():
        assert offered(client, *field)[0] == 302, field


def actions_of(model):
    request = RequestFactory().get("/admin/")
    request.user = make_superuser()
    return list(admin.site._registry[model].get_actions(request))


def state_of(article):
    article.refresh_from_db()
    editions = [(one.language, one.state, one.live_id, one.review, one.assignee_id) for one in article.editions.all()]
    return editions, article.trashed_at, article.category_id, LogEntry.objects.count(), AdminLogEntry.objects.count()


def sent(action, article, assignee):
    """What the question after a bulk action sends, whichever action it is."""
    answers = {"confirmed": "yes", "post": "yes", "languages": ["ar"], "note": "x", "assignee": assignee.pk}
    return {"action": action, "_selected_action": [article.pk], **answers}


@pytest.mark.parametrize("role", ROLES)
def test_nobody_does_anything_to_many_texts_where_they_may_do_it_to_none(client, article, role):
    person = make_staff(role, language="tr", category=make_category())
    client.force_login(person)
    before, address = state_of(article), reverse("admin:articles_article_changelist")
    actions = actions_of(Article)
    assert len(actions) > 2

    for action in actions:
        assert client.post(address, sent(action, article, person)).status_code in (200, 302, 403), action

    assert state_of(article) == before


def test_the_same_is_done_for_somebody_who_may(client, article):
    person = make_superuser()
    client.force_login(person)
    client.post(reverse("admin:articles_article_changelist"), sent("bulk_withdraw", article, person))

    article = Article.objects.get(pk=article.pk)
    assert article.edition_in("ar").state == "withdrawn"


@pytest.mark.parametrize("role", [*ROLES, "admin"])
def test_nobody_deletes_or_changes_accounts_in_bulk(client, role):
    other = make_staff("reporter", username="other")
    client.force_login(make_staff(role))
    before = list(User.objects.order_by("pk").values())

    for action in ("delete_selected", "deactivate", "activate"):
        client.post(
            reverse("admin:accounts_user_changelist"),
            {"action": action, "_selected_action": [other.pk], "post": "yes"},
        )

    for row in before:
        row.pop("last_login")
    after = list(User.objects.order_by("pk").values())
    for row in after:
        row.pop("last_login")
    assert after == before
