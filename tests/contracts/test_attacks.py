"""
Attack strings go in through every door that takes HTML or text, and come out as words.

What is stored is judged as a browser would read it, and so is every page that shows it.
"""

import json
import re
from functools import cache

import pytest
from django.apps import apps
from django.contrib import admin
from django.core import serializers
from django.core.exceptions import ValidationError
from django.db import connection, models
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from articles.models import Article, ArticleVersion, Byline, Category
from coalition.models import Body, Person, PressConference, Representative
from desk.autosave import kept_work
from media_library.models import Album, Collection, Document, Infographic, Picture, Playlist, Video
from pages.models import BreakingLine, MenuItem, Page, SiteSettings
from publishing import workflow
from publishing.fields import HtmlField
from publishing.html import clean_html
from publishing.languages import language_codes
from publishing.models import Tag
from publishing.templatetags.publishing_tags import in_query
from tests.attacks import collected, judge_fragment, judge_page, without_zeros
from tests.builders import (
    make_article,
    make_infographic,
    make_picture,
    make_press_conference,
    make_superuser,
    make_video,
    publish,
    write,
)
from tests.contracts.site import Site
from tests.desk.forms import change_url, open_form, send

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


@pytest.fixture(scope="module")
def attacks():
    return [without_zeros(attack) for attack in collected()]


@pytest.fixture
def editor(client):
    user = make_superuser(display_name="Layla")
    client.force_login(user)
    return client


@cache
def _cleaned(html):
    try:
        return clean_html(html)
    except ValidationError:
        return None


def bodies(attacks, size):
    """All strings as texts of at most `size` characters; those that are refused as a whole are left out."""
    texts, text = [], ""
    for attack in attacks:
        piece = f"<p>before</p>{attack}<p>after</p>"
        if text and (len(text) + len(piece) > size or _cleaned(text + piece) is None):
            texts.append(text)
            text = ""
        text += piece
    return [text for text in [*texts, text] if _cleaned(text) is not None]


# --- HTML goes in ---------------------------------------------------------------------


def test_each_string_alone_leaves_nothing_but_what_the_editor_makes(attacks):
    for attack in attacks:
        if (cleaned := _cleaned(attack)) is not None:
            judge_fragment(cleaned)
            assert clean_html(cleaned) == cleaned, attack


def html_fields():
    """(model, column) of everything that is HTML; the columns of all languages."""
    return [
        (model, field.name)
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, HtmlField)
    ]


def test_every_column_with_html_cleans_whatever_writes_it(attacks):
    found = html_fields()
    assert {model for model, _name in found} >= {Article, Page, Body, Person, Video, Infographic, PressConference}
    for model, name in found:
        field = model._meta.get_field(name)
        for text in bodies(attacks, 20_000):
            assert field.get_db_prep_save(text, connection) == _cleaned(text), (model, name)


def saved(item, html):
    item.body_en = html
    item.save()


def updated(item, html):
    Article.objects.filter(pk=item.pk).update(body_en=html)


def updated_in_bulk(item, html):
    item.body_en = html
    Article.objects.bulk_update([item], ["body_en"])


def deserialised(item, html):
    item.body_en = html
    for row in serializers.deserialize("json", serializers.serialize("json", [item])):
        row.save()


def case(item, html):
    value = models.Value(html, output_field=Article._meta.get_field("body_en"))
    Article.objects.filter(pk=item.pk).update(body_en=models.Case(models.When(pk=item.pk, then=value)))


@pytest.mark.parametrize("way", [saved, updated, updated_in_bulk, deserialised, case])
def test_no_way_of_the_database_goes_past_the_cleaning(attacks, way):
    article = make_article()
    for text in bodies(attacks, 20_000):
        way(article, text)
        assert Article.objects.get(pk=article.pk).body_en == _cleaned(text)


def test_rows_made_in_bulk_are_cleaned(attacks):
    section = make_article().category
    texts = bodies(attacks, 20_000)
    rows = Article.objects.bulk_create([Article(title_en="x", category=section, body_en=text) for text in texts])
    stored = Article.objects.in_bulk([row.pk for row in rows])
    assert [stored[row.pk].body_en for row in rows] == [_cleaned(text) for text in texts]


def test_the_cleaning_does_not_change_what_is_looked_for():
    article = make_article(title_en="x", body_en="<p>The water is back</p>")
    assert Article.objects.filter(body_en__contains="<p>The water").get() == article


def without_refused_links(html):
    """A form refuses a text with such a link and names it; what is sent again is without."""
    return re.sub(r"(?i)<a\b", "<i", html)


def test_the_form_stores_what_the_cleaning_leaves(editor, attacks):
    article = make_article()
    texts = [without_refused_links(text) for text in bodies(attacks, 60_000)]
    for text in texts:
        values = open_form(editor, change_url(article))
        response = send(editor, change_url(article), values, body_en=text, body_ar=text, title_en="After")
        assert response.status_code == 302
        article.refresh_from_db()
        assert article.body_en == article.body_ar == clean_html(text)


def test_a_form_refuses_a_dangerous_link_by_name_and_keeps_what_was_typed(editor):
    article = make_article()
    typed = '<p>mine <a href="javascript:alert(1)">link</a></p>'
    response = send(editor, change_url(article), open_form(editor, change_url(article)), body_en=typed)
    assert response.status_code == 200
    page = response.content.decode()
    assert "This link cannot be used: javascript:alert(1)" in page
    assert "mine" in page
    judge_page(page)


@pytest.mark.parametrize(
    ("build", "name"),
    [
        (make_video, "transcript"),
        (make_infographic, "alternative"),
        (make_infographic, "data_table"),
        (make_press_conference, "transcript"),
    ],
)
def test_forms_of_the_library_store_what_the_cleaning_leaves(editor, attacks, build, name):
    row = build()
    text = without_refused_links(bodies(attacks, 60_000)[0])
    text = f"<table><tr><td>{clean_html(text)}</td></tr></table>" if name == "data_table" else text
    values = open_form(editor, change_url(row))
    response = send(editor, change_url(row), values, **{f"{name}_ar": text})
    if response.status_code == 302:
        row.refresh_from_db()
        assert getattr(row, f"{name}_ar") == clean_html(text)
    else:
        judge_page(response.content.decode())


def test_the_screen_side_by_side_stores_what_the_cleaning_leaves(editor, attacks):
    article = make_article(source_language="en")
    write(article, "en", title="Water", body="<p>Water</p>")
    url = reverse("admin:desk_translate", args=["articles.article", article.pk, "tr"])
    for text in map(without_refused_links, bodies(attacks, 60_000)):
        response = editor.post(url, open_form(editor, url) | {"body_tr": text, "title_tr": "Su", "_do": "save"})
        assert response.status_code == 302
        article.refresh_from_db()
        assert article.body_tr == clean_html(text)
        judge_page(editor.get(url).content.decode())


def test_an_old_version_that_was_never_cleaned_is_cleaned_when_it_comes_back(editor, attacks):
    article = make_article()
    write(article, "en", body="<p>old</p>")
    edition = write(article, "en", body="<p>new</p>")
    version = edition.versions.order_by("number").first()
    text = bodies(attacks, 60_000)[0]
    with connection.cursor() as cursor:
        table = ArticleVersion._meta.db_table
        cursor.execute(f"UPDATE {table} SET body = %s WHERE id = %s", [text, version.pk])  # noqa: S608
    url = reverse("admin:desk_restore", args=["articles.article", article.pk, "en", version.number])
    shown = editor.get(url)
    judge_page(shown.content.decode())
    editor.post(url, {"expected": edition.seal if hasattr(edition, "seal") else ""})
    article.refresh_from_db()
    assert article.body_en == _cleaned(text)


def test_kept_work_is_text_until_it_is_saved(editor, attacks):
    user, article = make_superuser(), make_article()
    editor.force_login(user)
    url = reverse("admin:desk_autosave", args=["articles.article", article.pk])
    for text in bodies(attacks, 60_000):
        parts = {"en": {"values": {"body_en": text, "title_en": text[:150]}, "seal": "1:x"}}
        answer = editor.post(url, json.dumps({"parts": parts}), content_type="application/json")
        assert answer["Content-Type"] == "application/json"
        assert kept_work(user, article)
        judge_page(editor.get(change_url(article)).content.decode())
        article.refresh_from_db()
        assert article.body_en == "<p>The pumping station runs again.</p>"


# --- Text goes in everywhere, and pages come out ---------------------------------------


TEXT_MODELS = [
    Article, Page, Body, Person, Category, Tag, Byline, Picture, Album, Video, Playlist, Infographic, Document,
    PressConference, Representative, MenuItem, BreakingLine, SiteSettings, Collection,
]  # fmt: skip
NO_WORDS = {"slug", "path", "url", "stream_url", "email", "press_email", "original", "source_language", "language"}


def text_columns(model):
    """Columns that hold words which people type, of any language."""
    for field in model._meta.concrete_fields:
        base = re.sub(rf"_({'|'.join(language_codes())})$", "", field.name)
        is_text = isinstance(field, models.CharField | models.TextField) and not isinstance(field, models.URLField)
        is_typed = field.editable and not field.choices and not field.primary_key
        if is_text and is_typed and base not in NO_WORDS and "file" not in base and not field.unique:
            yield field


def cut(text, field):
    return text[: field.max_length] if field.max_length else text


def fill(model, texts):
    """Writes the next strings into every text column of every row of a model."""
    for row in model._base_manager.all():
        for field in text_columns(model):
            text = cut(next(texts), field)
            # Of some strings the cleaning leaves nothing, and there are texts that must not be empty.
            setattr(row, field.attname, f"<p>Water</p>{text}" if isinstance(field, HtmlField) else text)
        row.save()


def endless(attacks):
    while True:
        yield from attacks


def page_addresses(site):
    for thing in vars(site).values():
        thing.refresh_from_db()
    return [address for code in language_codes() for address in site.addresses(code).values()]


@pytest.fixture
def attacked(attacks):
    """A site on which every word is an attack: each text column of each row holds the next strings."""
    site = Site(size=1, members=1)
    texts = endless(attacks)
    for model in TEXT_MODELS:
        fill(model, texts)
    for item in (*Article.objects.all(), *Page.objects.all(), *Body.objects.all(), *Person.objects.all()):
        for code in language_codes():
            html = [field.name for field in type(item)._meta.concrete_fields if isinstance(field, HtmlField)]
            assert all(getattr(item, name) is not None for name in html)
            workflow.publish(item, language=code, by=None, note=next(texts)[:300])
    return site


def test_every_public_page_shows_them_as_words(client, attacked):
    for address in page_addresses(attacked):
        response = client.get(address)
        if response.status_code in {301, 302}:
            response = client.get(response["Location"])
        assert response.status_code == 200, address
        judge_page(response.content.decode())


def admin_addresses(site):
    for model in admin.site._registry:
        base = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        yield reverse(f"{base}_changelist")
        if row := model._base_manager.first():
            yield reverse(f"{base}_change", args=[row.pk])
            yield reverse(f"{base}_delete", args=[row.pk])
            yield reverse(f"{base}_history", args=[row.pk])
    for screen in ("index", "desk_board", "desk_calendar", "desk_notices", "media_library_picture_pick"):
        yield reverse(f"admin:{screen}")
    for item in (site.article, site.page, site.assembly, site.person):
        for code in ("en", "ar"):
            for screen in ("history", "translate", "comments", "preview_screen", "share", "preview"):
                if screen != "translate" or code != item.source_language:
                    yield reverse(f"admin:desk_{screen}", args=[item._meta.label_lower, item.pk, code])
            compare = reverse("admin:desk_compare", args=[item._meta.label_lower, item.pk, code])
            yield f"{compare}?before=1&after=working"
            yield reverse(
                f"admin:{item._meta.app_label}_{item._meta.model_name}_step", args=[item.pk, code, "withdraw"]
            )


def test_every_screen_of_the_admin_shows_them_as_words(editor, attacked, attacks):
    user = make_superuser(display_name=attacks[5][:100])
    for text in attacks[::40]:
        write(attacked.article, "en", title=text[:150], body=text, by=user, note=text[:200])
    workflow.withdraw(attacked.page, language="en", by=user, note=attacks[7][:200])
    seen = 0
    for address in admin_addresses(attacked):
        response = editor.get(address)
        assert response.status_code in {200, 302, 403, 404}, (address, response.status_code)
        if response.status_code == 200 and response["Content-Type"].startswith("text/html"):
            judge_page(response.content.decode())
            seen += 1
    assert seen > 80


def test_a_withdrawal_and_a_correction_are_told_in_words(client, attacks):
    for text in attacks[::25]:
        article = publish(make_article(title_en="x"), "en")
        edition = article.editions.get(language="en")
        workflow.withdraw(article, language="en", by=None, note=text[:300])
        response = client.get(edition.get_absolute_url())
        assert response.status_code == 410
        judge_page(response.content.decode())


def test_all_strings_in_all_that_an_article_says_of_itself(client, attacks):
    """Title element, headline, description, social card, share links: the page differs by the escaped words alone."""
    article = publish(make_article(lead_picture=make_picture(with_renditions=True)), "en")
    edition = article.editions.get(language="en")
    expected = page_with(client, edition, "water")
    for words in packed(attacks, LENGTHS["title"] - len("[seo_title] ")):
        assert page_with(client, edition, words) == expected, words


def packed(attacks, length):
    """All strings, several in one as long as they fit."""
    pack = ""
    for attack in attacks:
        if pack and len(pack) + len(attack) >= length:
            yield pack
            pack = ""
        pack = f"{pack} {attack}".strip()
    yield pack


LENGTHS = {"title": 160, "seo_title": 160, "standfirst": 400, "seo_description": 155}


def page_with(client, edition, words):
    """The page of an article with `words` in each of its texts; the words themselves replaced by their field's name."""
    texts = {name: f"[{name}] {words}"[:length].strip() for name, length in LENGTHS.items()}
    # A description is one line, however it was typed.
    texts["seo_description"] = " ".join(texts["seo_description"].split())
    note, alt = f"[note] {words}".strip()[:300], f"[alt] {words}"[:160].strip()
    corrections = [{"at": timezone.now().isoformat(), "note": note}]
    lead_text = {"alt": alt, "caption": alt}
    version = ArticleVersion._base_manager.filter(pk=edition.live_id)
    version.update(corrections=corrections, lead_text=lead_text, **texts)
    page = client.get(edition.get_absolute_url()).content.decode()
    judge_page(page)
    page = re.sub(r'<script type="application/ld\+json">.*?</script>', "", page)
    for name, text in (texts | {"note": note, "alt": alt}).items():
        assert escape(text) in page, (name, text)
        page = page.replace(escape(text), f"({name})").replace(in_query(text), f"({name})")
    return re.sub(r"<time .*?</time>", "", page)


def test_texts_without_a_summary_get_one_that_is_text(client):
    article = publish(make_article(title_en="x", body_en="<p>Fish &amp; chips &lt;now&gt;</p>"), "en")
    page = client.get(article.editions.get(language="en").get_absolute_url()).content.decode()
    assert '<meta name="description" content="Fish &amp; chips &lt;now&gt;">' in page
