"""The page of a topic: what staff write above its list, and how."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from articles.models import TopicPage
from media_library.models import PictureUse
from publishing.languages import language_codes
from publishing.models import Change
from tests.builders import make_article, make_category, make_picture, make_staff, make_tag, publish
from tests.desk.forms import change_url, open_form, send
from tests.public.test_paging import write_many

pytestmark = pytest.mark.django_db


@pytest.fixture
def tag():
    tag = make_tag(name_en="Clean water", name_ar="مياه نظيفة")
    publish(make_article(tags=[tag], title_en="Wells", title_ar="آبار"), "en", "ar")
    return tag


def page_of(client, tag, language="en", query=""):
    response = client.get(tag.get_absolute_url(language) + query)
    assert response.status_code == 200
    return response.content.decode()


def test_a_topic_shows_its_introduction_and_picture_above_the_list(client, tag):
    picture = make_picture(with_renditions=True, credit_en="Rima Bustan", alt_text_en="A well in a field")
    TopicPage.objects.create(tag=tag, introduction_en="<p>Why <strong>water</strong> matters.</p>", picture=picture)
    page = page_of(client, tag)
    assert page.index('alt="A well in a field"') < page.index("<strong>water</strong>") < page.index(">Wells<")
    assert "Rima Bustan" in page
    assert 'property="og:image"' in page


def test_each_language_has_an_introduction_of_its_own(client, tag):
    TopicPage.objects.create(tag=tag, introduction_en="<p>Why water matters.</p>")
    assert "Why water matters" not in page_of(client, tag, "ar")


def test_a_topic_has_a_page_only_where_it_has_a_name_and_something_published(client, tag):
    TopicPage.objects.create(tag=tag, **{f"introduction_{code}": "<p>Words.</p>" for code in language_codes()})
    assert 'hreflang="tr" href="http' not in page_of(client, tag)
    assert client.get(f"/tr/tags/{tag.pk}-x/").status_code == 404
    tag.name_ar = ""
    tag.save()
    assert client.get(f"/ar/tags/{tag.pk}-x/").status_code == 404


@pytest.mark.parametrize("field", ["name_en", "topic_page-0-introduction_ar"])
def test_every_kept_page_of_a_topic_ends_when_it_or_what_stands_above_its_list_is_saved(client, tag, field):
    TopicPage.objects.create(tag=tag, introduction_en="<p>Why water matters.</p>")
    client.force_login(make_staff("editor"))
    Change.objects.all().delete()
    assert send(client, change_url(tag), open_form(client, change_url(tag)), **{field: "Water"}).status_code == 302
    assert hard_changes() == {(code, f"publishing.tag:{tag.pk}") for code in language_codes()}


def test_so_it_does_when_it_is_deleted(client, tag):
    client.force_login(make_staff("admin"))
    Change.objects.all().delete()
    client.post(f"/admin/publishing/tag/{tag.pk}/delete/", {"post": "yes"})
    assert hard_changes() == {(code, f"publishing.tag:{tag.pk}") for code in language_codes()}


def hard_changes():
    return set(Change.objects.filter(is_hard=True).values_list("language", "key"))


def test_pictures_in_the_introduction_are_shown(client, tag):
    picture = make_picture(with_renditions=True)
    html = f'<figure><img data-file="{picture.pk}" src="/media/x.jpg" alt="A pump"></figure>'
    TopicPage.objects.create(tag=tag, introduction_en=html)
    assert 'alt="A pump"' in page_of(client, tag)


def test_the_introduction_stands_on_the_first_page_alone(client):
    tag = make_tag()
    TopicPage.objects.create(tag=tag, introduction_en="<p>Why water matters.</p>")
    write_many(21, category=make_category(), tags=[tag])
    assert "Why water matters" in page_of(client, tag)
    assert "Why water matters" not in page_of(client, tag, query="?page=2")


def test_a_topic_page_costs_one_query_more_at_most(client, tag):
    def count():
        with CaptureQueriesContext(connection) as queries:
            page_of(client, tag)
        return len(queries)

    plain = count()
    TopicPage.objects.create(tag=tag, introduction_en="<p>Words.</p>")
    assert count() <= plain + 1


def test_the_introduction_is_cleaned_on_every_way_in(tag):
    topic = TopicPage.objects.create(tag=tag, introduction_en="<p onclick='x()'>A</p><script>x()</script>")
    TopicPage.objects.filter(pk=topic.pk).update(introduction_ar="<p>B</p><script>x()</script>")
    topic.refresh_from_db()
    assert topic.introduction_en == "<p>A</p>"
    assert topic.introduction_ar == "<p>B</p>"


def test_a_picture_of_a_topic_page_is_in_use(tag):
    shown, written = make_picture(), make_picture()
    html = f'<figure><img data-file="{written.pk}" src="/media/x.jpg" alt="A"></figure>'
    topic = TopicPage.objects.create(tag=tag, picture=shown, introduction_en=html)
    assert set(PictureUse.objects.values_list("picture", flat=True)) == {shown.pk, written.pk}
    topic.delete()
    assert not PictureUse.objects.exists()


# --- In the admin ------------------------------------------------------------------


def sent(tag, **facts):
    """What the form of a tag sends, with a topic page that was not there before."""
    names = {f"name_{code}": getattr(tag, f"name_{code}") or "" for code in language_codes()}
    management = {"topic_page-TOTAL_FORMS": 1, "topic_page-INITIAL_FORMS": 0}
    words = {f"topic_page-0-introduction_{code}": "" for code in language_codes()}
    return names | management | words | {f"topic_page-0-{name}": value for name, value in facts.items()}


def test_an_editor_writes_the_page_of_a_topic(client, tag):
    picture = make_picture()
    client.force_login(make_staff("editor"))
    form = reverse("admin:publishing_tag_change", args=[tag.pk])
    assert 'name="topic_page-0-picture"' in client.get(form).content.decode()
    response = client.post(form, sent(tag, introduction_en="<p>Why water matters.</p>", picture=picture.pk))
    assert response.status_code == 302, response.context["errors"]
    topic = TopicPage.objects.get()
    assert (topic.introduction_en, topic.picture) == ("<p>Why water matters.</p>", picture)


def test_a_topic_without_a_page_stays_without(client, tag):
    client.force_login(make_staff("editor"))
    response = client.post(reverse("admin:publishing_tag_change", args=[tag.pk]), sent(tag))
    assert response.status_code == 302
    assert not TopicPage.objects.exists()


def test_an_editor_of_one_language_writes_the_introduction_in_that_alone(client, tag):
    client.force_login(make_staff("editor", language="tr"))
    facts = {"introduction_tr": "<p>Su.</p>", "introduction_ar": "<p>ماء.</p>"}
    client.post(reverse("admin:publishing_tag_change", args=[tag.pk]), sent(tag, **facts))
    topic = TopicPage.objects.get()
    assert topic.introduction_tr == "<p>Su.</p>"
    assert not topic.introduction_ar


def test_who_writes_in_one_language_cannot_delete_the_introduction_of_all(client, tag):
    page = TopicPage.objects.create(tag=tag, introduction_en="<p>In English</p>", introduction_tr="<p>Türkçe</p>")
    client.force_login(make_staff("editor", language="tr"))
    form = reverse("admin:publishing_tag_change", args=[tag.pk])
    client.post(form, sent(tag, id=page.pk, DELETE="on") | {"topic_page-INITIAL_FORMS": 1, "topic_page-0-tag": tag.pk})
    assert TopicPage.objects.filter(introduction_en="<p>In English</p>").exists()


def test_a_link_that_cannot_be_used_is_refused_and_nothing_typed_is_lost(client, tag):
    client.force_login(make_staff("editor"))
    html = '<p>Kept words <a href="javascript:x()">here</a></p>'
    response = client.post(reverse("admin:publishing_tag_change", args=[tag.pk]), sent(tag, introduction_en=html))
    page = response.content.decode()
    assert "This link cannot be used" in page
    assert "Kept words" in page
