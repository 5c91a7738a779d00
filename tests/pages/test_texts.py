"""Words of the interface that staff change: in their language, for readers at once, and never as markup."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template import Context, RequestContext, Template
from django.test import RequestFactory
from django.utils import translation

from accounts.models import AuditEntry
from pages.models import SiteSettings
from pages.texts import TEXTS
from publishing.keys import SITE
from publishing.languages import language_codes
from publishing.models import Change
from tests.builders import make_staff
from tests.desk.forms import open_form

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

SCREEN = "/admin/pages/sitesettings/texts/"


@pytest.fixture(autouse=True)
def _site():
    SiteSettings.objects.update_or_create(pk=1, defaults={"name_en": "Coalition"})


@pytest.fixture
def admin(client):
    person = make_staff("admin")
    client.force_login(person)
    return person


def shown(source, language="en"):
    """What a template renders to on a page in `language`."""
    template = Template("{% load pages_tags %}" + source)
    with translation.override(language):
        return template.render(RequestContext(RequestFactory().get(f"/{language}/"), {}))


def change(client, **words):
    return client.post(SCREEN, open_form(client, SCREEN) | words)


def test_each_text_has_words_of_its_own_in_every_language_and_says_where_it_is_seen():
    for key, text in TEXTS.items():
        for code in language_codes():
            with translation.override(code):
                assert len(str(text.default)) <= text.most, (key, code)
                assert str(text.place), key


def test_without_words_of_staff_the_sites_own_stand():
    assert shown("{% interface_text 'menu' %}") == "Menu"


def test_words_of_staff_stand_in_their_language_alone(client, admin):
    assert change(client, latest_en="Just in").status_code == 302
    assert shown("{% interface_text 'latest' %}") == "Just in"
    assert "Just in" not in shown("{% interface_text 'latest' %}", "ar")


def test_an_empty_field_brings_the_sites_own_words_back(client, admin):
    change(client, latest_en="Just in")
    change(client, latest_en="")
    assert shown("{% interface_text 'latest' %}") == "Latest"
    assert SiteSettings.load().texts == {}


def test_they_are_words_and_no_markup():
    SiteSettings.objects.update(texts={"menu": {"en": '<b>M</b> & "x"'}})
    assert shown("{% interface_text 'menu' %}") == "&lt;b&gt;M&lt;/b&gt; &amp; &quot;x&quot;"


def test_a_template_that_knows_no_request_gets_the_sites_own_words():
    assert Template("{% load pages_tags %}{% interface_text 'menu' %}").render(Context()) == "Menu"


def test_they_reach_included_templates_that_are_given_nothing():
    SiteSettings.objects.update(texts={"press_office": {"en": "Reach us:"}})
    inner = Template("{% load pages_tags %}{% interface_text 'press_office' %}")
    template = Template("{% include inner only %}")
    assert template.render(RequestContext(RequestFactory().get("/en/"), {"inner": inner})) == "Reach us:"


def test_each_of_them_stands_somewhere():
    templates = Path(settings.BASE_DIR / "templates").rglob("*.html")
    named = {key for path in templates for key in re.findall(r'interface_text "(\w+)"', path.read_text())}
    assert named == set(TEXTS)


def test_words_of_staff_reach_readers(client):
    SiteSettings.objects.update(texts={"menu": {"en": "All sections of ours"}, "footer": {"ar": "نشرتنا البريدية"}})
    assert "All sections of ours" in client.get("/en/keyboard/").content.decode()
    assert "نشرتنا البريدية" in client.get("/ar/keyboard/").content.decode()
    assert "نشرتنا" not in client.get("/en/keyboard/").content.decode()


def test_they_cost_no_further_query(client, django_assert_num_queries):
    request = RequestFactory().get("/en/")
    context = RequestContext(request, {})
    Template("{% load pages_tags %}{% site_frame as site %}").render(context)
    with django_assert_num_queries(0):
        Template("{% load pages_tags %}{% interface_text 'menu' %}{% interface_text 'latest' %}").render(context)


@pytest.mark.parametrize(("typed", "problem"), [("x" * 41, "at most 40"), ("<b>x</b>", "plain words")])
def test_what_cannot_stand_there_is_refused_and_kept(client, admin, typed, problem):
    response = change(client, menu_en=typed, latest_en="Just in")
    page = response.content.decode()
    assert response.status_code == 200
    assert problem in page
    assert "Just in" in page
    assert SiteSettings.load().texts == {}


@pytest.mark.parametrize("typed", ["\x00", " \n\t ", "A\r\nB"])
def test_controls_are_no_error(client, admin, typed):
    assert change(client, menu_en=typed).status_code == 302


def test_per_cents_and_placeholders_are_words_like_others(client, admin):
    change(client, menu_en="100 % %(x)s {x}")
    assert shown("{% interface_text 'menu' %}") == "100 % %(x)s {x}"


def test_two_who_change_different_words_both_keep_theirs(client, admin):
    first, second = open_form(client, SCREEN), open_form(client, SCREEN)
    client.post(SCREEN, first | {"latest_en": "Just in"})
    client.post(SCREEN, second | {"menu_ar": "كل الأقسام"})
    assert SiteSettings.load().texts == {"latest": {"en": "Just in"}, "menu": {"ar": "كل الأقسام"}}


def test_a_change_ends_the_kept_pages_and_stands_in_the_log(client, admin):
    change(client, latest_ar="الآن")
    assert "ar" in Change.objects.filter(key=SITE, is_hard=True).values_list("language", flat=True)
    entry = AuditEntry.objects.get(action="record.changed")
    assert entry.actor == admin
    assert entry.details == {"texts": ["latest (ar)"]}


def test_saving_without_a_change_changes_nothing(client, admin):
    SiteSettings.load()
    Change.objects.all().delete()
    change(client)
    assert not Change.objects.exists()
    assert not AuditEntry.objects.filter(action="record.changed").exists()


@pytest.mark.parametrize("role", ["reporter", "translator", "editor", "publisher"])
def test_only_admins_change_them(client, role):
    client.force_login(make_staff(role))
    assert client.get(SCREEN).status_code == 403
    assert client.post(SCREEN, {"menu_en": "x"}).status_code == 403
    assert SiteSettings.load().texts == {}


def test_strangers_are_asked_to_sign_in(client):
    assert client.get(SCREEN).status_code == 302


def test_the_screen_shows_the_words_that_count_now(client, admin):
    page = client.get(SCREEN).content.decode()
    assert 'placeholder="Latest"' in page
    assert 'lang="ar" dir="rtl"' in page
    assert SCREEN in client.get("/admin/pages/sitesettings/1/change/").content.decode()


# --- The settings beside them ----------------------------------------------------------

SETTINGS = "/admin/pages/sitesettings/1/change/"


def test_accounts_on_networks_are_addresses_one_on_each_line(client, admin):
    typed = " https://t.me/coalition \n\nhttps://x.example/coalition\nhttps://t.me/coalition"
    client.post(SETTINGS, open_form(client, SETTINGS) | {"social_accounts": typed})
    assert SiteSettings.load().social_accounts == "https://t.me/coalition\nhttps://x.example/coalition"


@pytest.mark.parametrize("line", ["t.me/coalition", "http://t.me/x", "javascript:alert(1)", "https://", "@coalition"])
def test_any_other_line_is_named(client, admin, line):
    response = client.post(SETTINGS, open_form(client, SETTINGS) | {"social_accounts": f"https://t.me/x\n{line}"})
    page = response.content.decode()
    assert response.status_code == 200
    assert "is no address that begins with https://" in page
    assert line in page


def test_a_changed_setting_ends_the_kept_pages_of_all_languages(client, admin):
    client.post(SETTINGS, open_form(client, SETTINGS) | {"accessibility_contact": "a11y@example.org"})
    changed = Change.objects.filter(key=SITE, is_hard=True).values_list("language", flat=True)
    assert set(changed) == set(language_codes())
