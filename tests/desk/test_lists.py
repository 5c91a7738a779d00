"""What all lists and forms of the desk have in common, whichever model they are of."""

import re

import pytest
from django.contrib import admin
from django.urls import reverse

from media_library.models import Collection
from tests.builders import make_album, make_body, make_category, make_contact_topic, make_page, make_superuser

pytestmark = pytest.mark.django_db

MODELS = sorted(admin.site._registry, key=lambda model: model._meta.label_lower)
# Their lists are screens of their own.
OWN_SCREENS = {"media_library.Picture", "accounts.LockDown", "accounts.AuditEntry", "pages.SiteSettings"}
LISTED = [model for model in MODELS if model._meta.label not in OWN_SCREENS]
LANGUAGES = ("en", "ar", "tr", "ku")


def address(model, action, *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{action}", args=args)


@pytest.fixture
def superuser(client):
    person = make_superuser()
    # Messages are for their receivers alone.
    make_contact_topic().receivers.add(person)
    client.force_login(person)
    return person


@pytest.mark.parametrize("model", LISTED, ids=lambda model: model._meta.label_lower)
def test_every_list_has_a_name_and_says_how_many_there_are(client, superuser, model):
    page = client.get(address(model, "changelist")).content.decode()
    [heading] = re.findall(r'<div id="content"[^>]*>\s*<h1>(.*?)</h1>', page, re.DOTALL)
    assert not heading.startswith("Select")
    [count] = re.findall(r'<p class="paginator">(.*?)</p>', page, re.DOTALL)
    # Beside it only the numbers of pages, where there are several.
    assert re.search(r"^\d+ in all$", re.sub(r"<[^>]+>", "", count), re.MULTILINE)


def test_a_list_that_has_a_name_of_its_own_keeps_it(client, superuser):
    page = client.get(reverse("admin:accounts_user_changelist")).content.decode()
    assert "<h1>Accounts</h1>" in page


def test_the_count_under_a_list_names_nothing_that_must_agree_with_it(client):
    client.force_login(make_superuser(interface_language="ar"))
    make_album([])
    page = client.get(reverse("admin:media_library_album_changelist")).content.decode()
    [count] = re.findall(r'<p class="paginator">(.*?)</p>', page, re.DOTALL)
    assert "ألبوم" not in count


@pytest.mark.parametrize("model", LISTED, ids=lambda model: model._meta.label_lower)
def test_whatever_an_address_says_the_form_of_a_new_one_opens(client, superuser, model):
    """Every field at once, with what is no number, no moment and no choice; then with a number of nothing."""
    names = [field.name for field in model._meta.get_fields() if not field.auto_created]
    for value in ("abc", "1,x", "99999999999999999999999", "999999"):
        response = client.get(address(model, "add"), dict.fromkeys(names, value))
        assert response.status_code in {200, 302, 403}, value


def test_what_makes_sense_in_an_address_is_in_the_form(client, superuser):
    section, album = make_category(), make_album([])
    url = reverse("admin:articles_article_add")
    query = {"format": "gallery", "album": album.pk, "category": section.pk, "title_en": "Harvest", "nonsense": "1"}
    page = client.get(url, query).content.decode()
    assert re.search(rf'<option value="{album.pk}" selected', page)
    assert re.search(rf'<option value="{section.pk}" selected', page)
    assert re.search(r'name="title_en" value="Harvest"', page)


def in_choices(client, row):
    """The numbers that a form offers for what its row lies in."""
    page = client.get(address(type(row), "change", row.pk)).content.decode()
    [choices] = re.findall(r'<select name="parent".*?</select>', page, re.DOTALL)
    return {int(number) for number in re.findall(r'<option value="(\d+)"', choices)}


@pytest.mark.parametrize(
    "make",
    [
        lambda **facts: Collection.objects.create(name=f"Number {Collection.objects.count()}", **facts),
        make_category,
        make_page,
        make_body,
    ],
    ids=["collection", "section", "page", "body"],
)
def test_nothing_is_offered_to_lie_in_itself_or_in_what_lies_in_it(client, superuser, make):
    top = make()
    middle, beside = make(parent=top), make()
    bottom = make(parent=middle)
    assert in_choices(client, top) >= {beside.pk}
    assert not in_choices(client, top) & {top.pk, middle.pk, bottom.pk}
    assert in_choices(client, bottom) >= {top.pk, middle.pk, beside.pk}


@pytest.mark.parametrize("model", LISTED, ids=lambda model: model._meta.label)
def test_an_action_on_what_can_be_no_row_changes_nothing(client, superuser, model):
    for chosen in ("abc", "", "1,2"):
        response = client.post(address(model, "changelist"), {"action": "delete_selected", "_selected_action": chosen})
        assert response.status_code in (200, 302, 403, 405), chosen
