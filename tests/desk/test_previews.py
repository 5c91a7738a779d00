"""Previews: the page exactly as readers will see it, for colleagues and behind links that end."""

import re
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags

from accounts import workflow as accounts_workflow
from articles.models import ArticleEdition, ArticleVersion
from coalition.models import Body
from desk.models import PreviewedText, PreviewLink
from publishing import clock, staging, workflow
from publishing.models import Change, LogEntry
from tests.builders import (
    in_minutes,
    make_article,
    make_body,
    make_category,
    make_document,
    make_infographic,
    make_page,
    make_person,
    make_picture,
    make_staff,
    make_tag,
    make_user,
    publish,
    write,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def layla(client):
    """An editor, signed in."""
    user = make_staff("editor", display_name="Layla")
    client.force_login(user)
    return user


@pytest.fixture
def reader():
    """Somebody outside: a browser that is signed in nowhere."""
    return Client()


def url(name, item, language="en"):
    return reverse(f"admin:desk_{name}", args=[item._meta.label_lower, item.pk, language])


def html(response, status=200):
    assert response.status_code == status, (response.status_code, response.headers)
    return response.content.decode()


def words(response, status=200):
    return " ".join(strip_tags(html(response, status)).split())


def main_of(response):
    return re.search(r"<main.*</main>", html(response), re.DOTALL)[0]


def typed(moment):
    return timezone.localtime(moment).strftime("%Y-%m-%dT%H:%M")


def on_the_minute(moment):
    return moment.replace(second=0, microsecond=0)


def everything_stored():
    """What a preview might have left behind, row by row."""
    return [
        list(model.objects.order_by("pk").values())
        for model in (ArticleEdition, ArticleVersion, LogEntry, Change, ArticleVersion.tags.through)
    ]


@contextmanager
def nothing_left_behind():
    before = everything_stored()
    yield
    assert everything_stored() == before
    assert not staging.is_staging()


def make_link(*texts, **facts):
    link = PreviewLink.objects.create(**({"expires_at": timezone.now() + timedelta(days=1)} | facts))
    for item, language in texts:
        PreviewedText.objects.create(link=link, item=item, language=language)
    return link


def shared(link, number=None):
    return reverse("shared_text", args=[link.key, number]) if number else reverse("shared_preview", args=[link.key])


# --- The page itself --------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_preview_is_the_page_that_readers_get_afterwards(client, layla, reader, language):
    publish(make_article())
    article = make_article(tags=[make_tag()], lead_picture=make_picture(with_renditions=True))
    write(article, language, by=layla)
    moment = on_the_minute(in_minutes(60))

    seen = client.get(url("preview", article, language), {"at": typed(moment)})

    publish(article, language)
    article.editions.filter(language=language).update(publish_at=moment)
    with clock.at(moment):
        public = reader.get(article.editions.get(language=language).get_absolute_url())
    assert main_of(seen) == main_of(public)
    assert html(seen) == html(public)
    assert seen["Content-Language"] == language


@pytest.mark.parametrize("make", [make_page, make_body, make_person])
def test_pages_bodies_and_people_are_previewed_too(client, layla, make):
    item = make(title_en="The new one")
    assert "The new one" in words(client.get(url("preview", item)))


def test_a_preview_leaves_nothing_behind(client, layla):
    article = make_article(tags=[make_tag()])
    other = publish(make_article())
    write(other, "en", title="Changed")

    with nothing_left_behind():
        html(client.get(url("preview", article)))
        html(client.get(url("preview", other)))
        html(client.get(reverse("admin:desk_preview_home", args=["en"]), {"with": f"articles.article:{article.pk}"}))

    assert not article.editions.exists()


@pytest.mark.django_db(transaction=True)
def test_a_preview_leaves_nothing_behind_in_a_transaction_of_its_own(client):
    client.force_login(make_staff("editor"))
    article = make_article(tags=[make_tag()])

    with nothing_left_behind():
        assert "Water returns" in words(client.get(url("preview", article)))


def test_an_error_within_a_preview_leaves_nothing_behind():
    article = make_article()
    with nothing_left_behind(), pytest.raises(ZeroDivisionError), staging.staged([(article, "en")]):
        assert ArticleEdition.objects.published(language="en").count() == 1
        raise ZeroDivisionError


def test_a_draft_in_preview_stays_a_draft_for_readers(client, layla, reader):
    article = make_article(title_en="Not for readers")
    html(client.get(url("preview", article)))
    assert "Not for readers" not in words(reader.get("/en/"))
    html(reader.get(f"/a/{article.pk}/"), 404)


def test_changes_that_are_not_public_are_shown_and_readers_keep_what_they_have(client, layla, reader):
    article = publish(make_article(title_en="As it was"), "en")
    write(article, "en", title="As it will be")
    address = article.editions.get(language="en").get_absolute_url()

    assert "<h1>As it will be</h1>" in html(client.get(url("preview", article)))
    assert "<h1>As it was</h1>" in html(reader.get(address))


def test_a_scheduled_change_does_not_hide_what_was_written_after_it(client, layla):
    article = publish(make_article(title_en="As it is"), "en")
    write(article, "en", title="From noon on")
    workflow.schedule(article, language="en", by=None, at=in_minutes(60))
    write(article, "en", title="Written since")

    assert "<h1>Written since</h1>" in html(client.get(url("preview", article), {"at": typed(in_minutes(120))}))


def test_a_withdrawn_and_a_retracted_text_are_shown_as_they_would_be_published_again(client, layla):
    withdrawn = publish(make_article(title_en="Back again"), "en")
    workflow.withdraw(withdrawn, language="en", by=None)
    retracted = publish(make_article(title_en="Right after all"), "en")
    workflow.retract(retracted, language="en", by=None, note="Wrong figures")

    assert "<h1>Back again</h1>" in html(client.get(url("preview", withdrawn)))
    page = html(client.get(url("preview", retracted)))
    assert "<h1>Right after all</h1>" in page
    assert "Wrong figures" not in page


def test_a_text_without_a_title_is_called_untitled(client, layla):
    article = make_article(title_en="Only English", body_tr="<p>Pompa</p>")
    page = html(client.get(url("preview", article, "tr")))
    assert "Pompa" in page
    assert re.search(r"<h1>.+</h1>", page)
    article.refresh_from_db()
    assert not article.title_tr


def test_a_text_in_a_section_without_a_name_says_so(client, layla):
    article = make_article(category=make_category(name_tr=""))
    assert "This section has no name in this language" in words(client.get(url("preview", article, "tr")))


def test_an_infographic_without_its_picture_says_so(client, layla):
    graphic = make_infographic()
    graphic.picture_tr = None
    graphic.save()
    article = make_article(format="infographic", infographic=graphic)
    assert "The infographic has no picture in this language" in words(client.get(url("preview", article, "tr")))


def test_an_address_that_is_taken_is_said_instead_of_showing_the_other_page(client, layla):
    publish(make_page(slug_en="goals"), "en")
    page = make_page(title_en="Other goals", slug_en="goals")
    assert "Another page has the address “goals”" in words(client.get(url("preview", page)))
    publish(make_body(slug_en="council"), "en")
    body = make_body(kind=Body.Kind.ORGAN, slug_en="council")
    assert "Another page has the address “council”" in words(client.get(url("preview", body)))


def test_a_picture_that_nobody_described_yet_spoils_no_preview(client, layla):
    picture = make_picture(with_renditions=True, alt_text_en="")
    article = make_article(title_en="With a picture", lead_picture=picture)
    page = html(client.get(url("preview", article)))
    assert "<h1>With a picture</h1>" in page
    assert picture.token in page


def test_a_picture_that_nobody_described_hides_no_other_problem(client, layla):
    article = make_article(lead_picture=make_picture(alt_text_tr=""), category=make_category(name_tr=""))
    assert "This section has no name in this language" in words(client.get(url("preview", article, "tr")))


def test_the_file_of_a_document_becomes_public_with_the_text_and_not_with_its_preview(client, layla):
    article = make_article(format="document", document=make_document())

    assert "documents/" in html(client.get(url("preview", article)))
    assert not default_storage.exists("documents")

    publish(article, "en")
    assert default_storage.exists(article.editions.get(language="en").live.media["path"])


# --- The future -------------------------------------------------------------------


def test_the_home_page_of_tomorrow_shows_what_is_scheduled_until_then(client, layla):
    planned, later = make_article(title_en="Tomorrow at nine"), make_article(title_en="Next week")
    workflow.schedule(planned, language="en", by=None, at=in_minutes(60))
    workflow.schedule(later, language="en", by=None, at=in_minutes(6000))
    home = reverse("admin:desk_preview_home", args=["en"])

    assert "Tomorrow at nine" not in words(client.get(home))
    then = words(client.get(home, {"at": typed(in_minutes(120))}))
    assert "Tomorrow at nine" in then
    assert "Next week" not in then


def test_the_home_page_can_be_seen_with_a_draft_on_it(client, layla):
    article = make_article(title_en="Only a draft")
    home = reverse("admin:desk_preview_home", args=["en"])
    assert "Only a draft" not in words(client.get(home))
    assert "Only a draft" in words(client.get(home, {"with": f"articles.article:{article.pk}"}))
    for nonsense in ("articles.article", "articles.article:x", "auth.user:1", f"articles.article:{10**17}"):
        assert client.get(home, {"with": nonsense}).status_code == 404, nonsense


@pytest.mark.parametrize(
    ("at", "says"), [("yesterday", "This is no date and time"), ("2020-01-01T09:00", "This moment has passed")]
)
def test_a_moment_that_is_none_is_refused_in_words(client, layla, at, says):
    article = make_article()
    screen = html(client.get(url("preview_screen", article), {"at": at}))
    assert says in screen
    assert f'value="{at}"' in screen
    assert "at=" not in re.search(r'<iframe src="([^"]+)"', screen)[1]
    assert says in words(client.get(url("preview", article), {"at": at}))


# --- The screen -------------------------------------------------------------------


def frame_of(screen):
    return re.search(r'<iframe src="([^"]+)"', screen)[1].replace("&amp;", "&")


def test_the_screen_frames_the_page_and_every_choice_is_a_link(client, layla):
    article = make_article(title_en="English", title_ar="عربي")

    screen = html(client.get(url("preview_screen", article)))

    assert frame_of(screen) == f"{url('preview', article)}?theme=light"
    assert f'href="{url("preview_screen", article, "ar")}?' in screen
    assert url("preview_screen", article, "tr") not in screen
    assert 'class="width-phone"' in screen
    at = typed(in_minutes(60))
    chosen = {"width": "desktop", "theme": "dark", "page": "home_with", "at": at}
    screen = html(client.get(url("preview_screen", article), chosen))
    assert 'class="width-desktop"' in screen
    framed = frame_of(screen)
    assert framed.startswith(reverse("admin:desk_preview_home", args=["en"]))
    assert "theme=dark" in framed
    assert "English" in words(client.get(framed))
    assert f'value="{at}"' in screen


def test_nonsense_in_the_address_of_the_screen_is_no_choice(client, layla):
    article = make_article()
    screen = html(client.get(url("preview_screen", article), {"width": "9", "theme": '"><b>', "page": "x"}))
    assert 'class="width-phone"' in screen
    assert "<b>" not in screen
    assert "data-theme" not in html(client.get(url("preview", article), {"theme": '"><b>'}))


def test_a_page_is_shown_light_or_dark(client, layla):
    article = make_article()
    for theme in ("light", "dark"):
        assert f'dir="ltr" data-theme="{theme}">' in html(client.get(url("preview", article), {"theme": theme}))


def test_the_preview_has_readers_policy_and_may_stand_only_in_our_own_frames(client, layla, reader):
    article = make_article()
    preview = client.get(url("preview", article))
    public = reader.get("/en/")
    directives = set(preview["Content-Security-Policy"].split("; "))
    assert directives == set(public["Content-Security-Policy"].split("; ")) - {"frame-ancestors 'none'"} | {
        "frame-ancestors 'self'"
    }
    assert preview["X-Frame-Options"] == "SAMEORIGIN"
    assert "no-store" in preview["Cache-Control"]
    screen = client.get(url("preview_screen", article))
    assert "frame-src 'self'" in screen["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in screen["Content-Security-Policy"]
    assert screen["X-Frame-Options"] == "DENY"


def test_nothing_of_the_person_who_looks_gets_into_the_page(client, layla):
    page = client.get(url("preview", make_article()))
    assert "Layla" not in html(page)
    assert "csrf" not in html(page)


def test_nobody_who_is_not_signed_in_sees_a_preview(reader):
    article = make_article()
    addresses = [url(name, article) for name in ("preview", "preview_screen", "share")]
    for address in [*addresses, reverse("admin:desk_preview_home", args=["en"])]:
        response = reader.get(address)
        assert response.status_code == 302
        assert "/login/" in response["Location"]


def test_somebody_without_any_role_sees_no_preview(client):
    client.force_login(make_user())
    article = make_article()
    assert client.get(url("preview", article)).status_code == 403
    assert client.get(url("preview_screen", article)).status_code == 403
    assert client.get(reverse("admin:desk_preview_home", args=["en"])).status_code == 403


def test_a_translator_sees_every_language_but_shares_only_their_own(client):
    client.force_login(make_staff("translator", language="tr"))
    article = make_article()
    html(client.get(url("preview", article, "en")))
    assert url("share", article, "en") not in html(client.get(url("preview_screen", article, "en")))
    assert client.get(url("share", article, "en")).status_code == 403

    screen = html(client.get(url("share", article, "tr")))
    assert re.findall(r'name="languages" value="(\w+)"', screen) == ["tr"]
    html(client.post(url("share", article, "tr"), {"languages": ["tr", "en"], "days": "3"}))
    assert not PreviewLink.objects.exists()


def test_what_does_not_exist_or_is_in_the_trash_has_no_preview(client, layla):
    article = make_article()
    assert client.get(url("preview", article, "xx")).status_code == 404
    workflow.trash(article, by=None)
    assert client.get(url("preview", article)).status_code == 404


def test_a_preview_changes_nothing_by_post(client, layla):
    assert client.post(url("preview", make_article())).status_code == 405


# --- Share links ------------------------------------------------------------------


def test_an_editor_makes_a_link_and_copies_its_address(client, layla, reader):
    article = make_article(title_en="For the partners", title_ar="للشركاء")
    facts = {"label": "Berlin office", "languages": ["en", "ar"], "days": "7"}

    screen = html(client.post(url("share", article), facts, follow=True))

    link = PreviewLink.objects.get()
    assert link.created_by == layla
    assert timedelta(days=6.9) < link.expires_at - timezone.now() < timedelta(days=7)
    assert len(link.key) >= 43
    assert f'readonly value="http://testserver/preview/{link.key}/"' in screen
    assert "Berlin office" in screen
    assert "made by <bdi>Layla</bdi>" in screen
    listed = html(reader.get(shared(link)))
    assert "For the partners" in listed
    assert "للشركاء" in listed
    assert "<h1>للشركاء</h1>" in html(reader.get(shared(link, 2)))


def test_only_languages_with_text_can_be_shared_and_one_must_be_chosen(client, layla):
    article = make_article(title_en="Only English")
    screen = html(client.get(url("share", article)))
    assert re.findall(r'name="languages" value="(\w+)"', screen) == ["en"]
    answer = html(client.post(url("share", article), {"label": "Somebody", "days": "3"}))
    assert "Choose at least one language" in answer
    assert 'value="Somebody"' in answer
    assert not PreviewLink.objects.exists()


def test_a_link_shows_the_draft_as_it_is_when_it_is_opened(reader):
    article = make_article(title_en="First words")
    link = make_link((article, "en"))
    with nothing_left_behind():
        assert "<h1>First words</h1>" in html(reader.get(shared(link)))
    write(article, "en", title="Better words")
    assert "<h1>Better words</h1>" in html(reader.get(shared(link)))


def test_a_link_shows_its_drafts_and_no_others(reader):
    section = make_category()
    article = make_article(category=section, title_en="Shared", title_tr="Paylaşılmadı")
    make_article(category=section, title_en="Another draft")
    workflow.schedule(make_article(title_en="Scheduled"), language="en", by=None, at=in_minutes(5))
    link = make_link((article, "en"))

    page = html(reader.get(shared(link)))

    assert "Shared" in page
    for hidden in ("Another draft", "Scheduled", "Paylaşılmadı"):
        assert hidden not in page
    html(reader.get(shared(link, 2)), 404)
    html(reader.get(f"/a/{article.pk}/"), 404)
    assert link.key not in page


def headers_of(response):
    names = ("Cache-Control", "X-Robots-Tag", "Referrer-Policy", "X-Frame-Options", "Content-Security-Policy")
    return {name: response[name] for name in names}


def test_no_answer_to_a_key_is_kept_indexed_or_told_to_others(reader):
    article = make_article()
    one, two = make_link((article, "en")), make_link((article, "en"), (article, "ar"))
    answers = [reader.get(shared(one)), reader.get(shared(two)), reader.get(shared(two, 2)), reader.get("/preview/x/")]
    for answer in answers:
        headers = headers_of(answer)
        assert headers["Cache-Control"] == "private, no-store"
        assert headers["X-Robots-Tag"] == "noindex, nofollow, noarchive"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["X-Frame-Options"] == "DENY"
        assert "ETag" not in answer
        assert not answer.cookies


def test_a_key_that_is_unknown_expired_revoked_or_of_something_in_the_trash_gets_one_answer(reader):
    article, trashed = make_article(), make_article()
    workflow.trash(trashed, by=None)
    expired = make_link((article, "en"), expires_at=timezone.now() - timedelta(seconds=1))
    revoked = make_link((article, "en"), revoked_at=timezone.now())
    addresses = [shared(link) for link in (expired, revoked, make_link((trashed, "en")), make_link())]
    unknown = reader.get("/preview/nobody-knows-it/")
    assert "Ask whoever sent you the link for a new one" in words(unknown, 404)

    for address in [*addresses, shared(expired, 1), shared(make_link((article, "en")), 9)]:
        answer = reader.get(address)
        assert html(answer, 404) == html(unknown, 404), address
        assert headers_of(answer) == headers_of(unknown)


def test_the_one_answer_comes_in_the_readers_language(reader):
    arabic = html(reader.get("/preview/x/", headers={"accept-language": "ar"}), 404)
    assert '<html lang="ar" dir="rtl">' in arabic


def test_what_is_left_of_a_link_keeps_its_number(reader):
    kept, trashed = make_article(title_en="Kept"), make_article(title_en="Gone")
    link = make_link((trashed, "en"), (kept, "en"))
    workflow.trash(trashed, by=None)
    assert "<h1>Kept</h1>" in html(reader.get(shared(link, 2)))
    assert "<h1>Kept</h1>" in html(reader.get(shared(link)))
    html(reader.get(shared(link, 1)), 404)


def test_people_outside_are_not_told_what_is_missing_to_a_draft(reader):
    article = make_article(category=make_category(name_tr=""))
    page = words(reader.get(shared(make_link((article, "tr")))))
    assert "It cannot be shown yet" in page
    assert "section" not in page


def test_a_revoked_link_stops_at_once_and_the_others_go_on(client, layla, reader):
    article = make_article()
    one, two = make_link((article, "en")), make_link((article, "ar"))
    elsewhere = make_link((make_article(), "en"))

    client.post(url("share", article), {"revoke": str(one.pk)})
    client.post(url("share", article), {"revoke": str(elsewhere.pk)})
    client.post(url("share", article), {"revoke": "nonsense"})

    html(reader.get(shared(one)), 404)
    html(reader.get(shared(two)))
    html(reader.get(shared(elsewhere)))
    assert "Links that work no more" in html(client.get(url("share", article)))


def test_all_links_to_an_item_can_be_revoked_together(client, layla, reader):
    article = make_article()
    links, elsewhere = [make_link((article, code)) for code in ("en", "ar")], make_link((make_article(), "en"))

    said = words(client.post(url("share", article), {"revoke": "all"}, follow=True))

    assert "2 links stopped working" in said
    for link in links:
        html(reader.get(shared(link)), 404)
    html(reader.get(shared(elsewhere)))


def test_a_link_that_ended_does_not_show_its_address_any_more(client, layla):
    link = make_link((make_article(), "en"), revoked_at=timezone.now(), label="Old friends")
    screen = html(client.get(url("share", link.texts.get().item)))
    assert "Old friends" in screen
    assert link.key not in screen


def test_a_link_is_for_reading_only(reader):
    assert reader.post(shared(make_link((make_article(), "en")))).status_code == 405


def test_thirty_links_ask_the_database_no_more_than_three(client, layla):
    article = make_article()

    def queries_of_the_screen():
        with CaptureQueriesContext(connection) as queries:
            html(client.get(url("share", article)))
        return len(queries)

    for _number in range(3):
        make_link((article, "en"), (article, "ar"), created_by=layla)
    few = queries_of_the_screen()
    for _number in range(27):
        make_link((article, "en"), (article, "ar"), created_by=layla)
    assert queries_of_the_screen() == few


def test_a_preview_asks_the_database_little_more_than_the_page(client, layla):
    article = make_article()
    with CaptureQueriesContext(connection) as queries:
        html(client.get(url("preview", article)))
    # In a transaction nothing comes from memory: sections and menus are asked for, too.
    assert len(queries) <= 40


def test_links_of_a_shared_page_lead_to_the_public_site(reader):
    page = html(reader.get(shared(make_link((make_article(), "en")))))
    links = re.findall(r'<a [^>]*href="([^"#]+)"', page)
    assert links
    assert not [link for link in links if link.startswith(("/preview/", settings.MEDIA_URL, "/admin/"))]


def test_the_links_of_somebody_who_was_shut_out_show_nothing_any_more(reader):
    author = make_staff("editor")
    link = make_link((make_article(), "en"), created_by=author)
    assert reader.get(shared(link, 1)).status_code == 200

    accounts_workflow.deactivate(author, by=None)

    assert reader.get(shared(link, 1)).status_code == 404
