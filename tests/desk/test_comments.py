"""Comments on a text: threads, mentions, and who may take part."""

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from desk.comments import open_threads
from desk.models import Comment, Notice
from publishing import workflow
from tests.builders import make_article, make_category, make_staff, make_superuser, make_user

pytestmark = pytest.mark.django_db


def address(article, language="en"):
    return reverse("admin:desk_comments", args=["articles.article", article.pk, language])


@pytest.fixture
def say(client):
    """Comments on an article as somebody: a function that gives the response."""

    def said(user, article, text, *, language="en", **facts):
        client.force_login(user)
        return client.post(address(article, language), {"text": text} | facts)

    return said


@pytest.fixture
def page(client):
    """The comments screen as somebody sees it."""

    def opened(user, article, language="en"):
        client.force_login(user)
        response = client.get(address(article, language))
        assert response.status_code == 200
        return response.content.decode()

    return opened


def test_a_colleague_reads_what_i_wrote_and_answers_me(say, page):
    article = make_article()
    me, colleague = make_staff("reporter", display_name="Rima"), make_staff("editor", display_name="Layla")

    say(me, article, "Is the number right?")
    thread = Comment.objects.get()
    say(colleague, article, "I asked: it is.", thread=thread.pk)

    seen = page(me, article)
    assert "Is the number right?" in seen
    assert "I asked: it is." in seen
    assert "Rima" in seen
    assert "Layla" in seen
    assert Comment.objects.get(thread=thread).author == colleague


def test_lines_stay_lines_and_html_stays_text(say, page):
    article, me = make_article(), make_staff("reporter")

    say(me, article, "one\r\ntwo <script>alert(1)</script>")

    seen = page(me, article)
    assert "<script>alert(1)" not in seen
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in seen
    assert Comment.objects.get().text.startswith("one\ntwo")


def test_a_comment_belongs_to_one_language(say, page):
    article, me = make_article(), make_staff("reporter")

    say(me, article, "Only about the Turkish text", language="tr")

    assert "Only about the Turkish text" in page(me, article, "tr")
    assert "Only about the Turkish text" not in page(me, article, "en")
    assert open_threads([article]) == {(article.pk, "tr"): 1}


def test_a_mentioned_colleague_is_told_in_any_case_and_with_a_full_stop_after_it(say, page):
    article, me = make_article(), make_staff("reporter")
    rima = make_staff("editor", username="rima.h")

    say(me, article, "Please look, @Rima.H.")

    comment = Comment.objects.get()
    assert list(comment.mentions.all()) == [rima]
    notice = Notice.objects.get()
    assert (notice.user, notice.kind, notice.language) == (rima, Notice.Kind.MENTION, "en")
    assert 'class="mention"' in page(me, article)


def test_an_e_mail_address_mentions_nobody(say):
    article, me = make_article(), make_staff("reporter")
    make_staff("editor", username="example.org")

    say(me, article, "Ask desk@example.org")

    assert Comment.objects.get().mentions.count() == 0


def test_an_arabic_and_before_the_name_is_no_obstacle(say):
    article, me, rima = make_article(), make_staff("reporter"), make_staff("editor", username="rima")

    say(me, article, "انظر و@rima", language="ar")

    assert list(Comment.objects.get().mentions.all()) == [rima]


@pytest.mark.parametrize("facts", [{"is_active": False}, {"is_staff": False}])
def test_who_left_cannot_be_mentioned(say, facts):
    article, me = make_article(), make_staff("reporter")
    make_staff("editor", username="gone", **facts)

    response = say(me, article, "Ask @gone about it")

    assert response.status_code == 200
    assert not Comment.objects.exists()


def test_mentioning_a_stranger_is_refused_and_what_i_typed_is_kept(say):
    article, me = make_article(), make_staff("reporter")
    make_staff("editor", username="elsewhere", category=make_category())

    response = say(me, article, "Ask @elsewhere and @nobody about it")

    seen = response.content.decode()
    assert "@elsewhere is nobody who can see this" in seen
    assert "@nobody is nobody who can see this" in seen
    assert "Ask @elsewhere and @nobody about it</textarea>" in seen
    assert not Comment.objects.exists()
    assert not Notice.objects.exists()


def test_a_refused_answer_stays_at_its_thread(say):
    article, me = make_article(), make_staff("reporter")
    say(me, article, "First")

    response = say(me, article, "Answer to @nobody", thread=Comment.objects.get().pk)

    assert response.content.decode().count("Answer to @nobody</textarea>") == 1
    assert Comment.objects.count() == 1


def test_an_editor_of_the_section_and_a_superuser_can_be_mentioned(say):
    section = make_category()
    article = make_article(category=make_category(parent=section))
    make_staff("editor", username="near", category=section)
    make_superuser(username="root")

    say(make_staff("reporter"), article, "@near @root")

    assert set(Comment.objects.get().mentions.values_list("username", flat=True)) == {"near", "root"}


def test_anybody_who_sees_the_text_resolves_and_reopens_a_thread(say, client):
    article = make_article()
    say(make_staff("reporter"), article, "Settled soon")
    thread, other = Comment.objects.get(), make_staff("translator", language="tr")
    client.force_login(other)

    client.post(reverse("admin:desk_resolve_comment", args=[thread.pk]))
    thread.refresh_from_db()
    assert thread.resolved_by == other
    assert open_threads([article]) == {}

    client.post(reverse("admin:desk_reopen_comment", args=[thread.pk]))
    thread.refresh_from_db()
    assert thread.resolved_at is None
    assert thread.resolved_by is None


def test_who_resolved_first_stays_named(say, client):
    article, first = make_article(), make_staff("editor")
    say(first, article, "Settled")
    thread = Comment.objects.get()
    for user in (first, make_staff("editor")):
        client.force_login(user)
        client.post(reverse("admin:desk_resolve_comment", args=[thread.pk]))

    thread.refresh_from_db()

    assert thread.resolved_by == first


def test_resolved_threads_are_folded_away_below_the_open_ones(say, page, client):
    article, me = make_article(), make_staff("reporter")
    say(me, article, "Old and settled")
    client.post(reverse("admin:desk_resolve_comment", args=[Comment.objects.get().pk]))
    say(me, article, "New and open")

    seen = page(me, article)

    assert seen.index("New and open") < seen.index("Old and settled")
    assert "1 resolved" in seen


def test_an_answer_to_a_resolved_thread_opens_it_again(say, client):
    article, me = make_article(), make_staff("reporter")
    say(me, article, "Settled?")
    thread = Comment.objects.get()
    client.post(reverse("admin:desk_resolve_comment", args=[thread.pk]))

    say(me, article, "Not quite.", thread=thread.pk)

    thread.refresh_from_db()
    assert thread.resolved_at is None


def test_looking_resolves_nothing(say, client):
    article = make_article()
    say(make_staff("reporter"), article, "Open")

    assert client.get(reverse("admin:desk_resolve_comment", args=[Comment.objects.get().pk])).status_code == 405


def test_somebody_of_another_section_neither_reads_nor_writes_nor_resolves(say, client):
    article = make_article()
    say(make_staff("reporter"), article, "Secret")
    stranger = make_staff("editor", category=make_category())

    assert say(stranger, article, "Hello").status_code == 403
    assert client.get(address(article)).status_code == 403
    assert client.post(reverse("admin:desk_resolve_comment", args=[Comment.objects.get().pk])).status_code == 403
    assert Comment.objects.filter(resolved_at=None).count() == 1


def test_a_reader_with_no_role_is_kept_out(client):
    client.force_login(make_user())

    assert client.get(address(make_article())).status_code == 403


def test_an_answer_cannot_be_smuggled_into_another_texts_thread(say):
    mine, other, me = make_article(), make_article(), make_staff("reporter")
    say(me, other, "Over there")

    for thread in (Comment.objects.get().pk, "0", "x", "9" * 30):
        assert say(me, mine, "Wrong place", thread=thread).status_code == 404
    assert Comment.objects.count() == 1


def test_a_text_in_the_trash_has_no_comments_screen(client):
    article, me = make_article(), make_superuser()
    workflow.trash(article, by=me)
    client.force_login(me)

    assert client.get(address(article)).status_code == 404


def test_i_am_not_told_of_my_own_mention(say):
    me = make_staff("reporter", username="me")

    say(me, make_article(), "Note to @me")

    assert not Notice.objects.exists()
    assert not mail.outbox


def test_the_tabs_count_open_threads_of_the_other_languages(say, page):
    article, me = make_article(), make_staff("reporter")
    say(me, article, "One", language="ar")
    say(me, article, "Two", language="ar")

    assert open_threads([article, make_article()]) == {(article.pk, "ar"): 2}
    assert "2" in page(me, article, "en")


def test_too_long_a_comment_is_refused_by_what_its_author_counts(say):
    article, me = make_article(), make_staff("reporter")

    assert say(me, article, "a\r\n" * 900).status_code == 302
    assert say(me, article, "a" * 2001).status_code == 200
    assert Comment.objects.count() == 1


def test_thirty_threads_need_no_more_queries_than_three(client):
    article, me = make_article(), make_staff("reporter")
    make_staff("editor", username="rima")
    client.force_login(me)

    def add(count):
        for number in range(count):
            client.post(address(article), {"text": f"Number {number} for @rima"})
            thread = Comment.objects.filter(thread=None).last()
            client.post(address(article), {"text": "Yes", "thread": thread.pk})

    def queries():
        with CaptureQueriesContext(
            connection,
        ) as captured:
            client.get(address(article))
        return len(captured)

    add(3)
    few = queries()
    add(27)
    assert queries() == few


def test_counting_open_threads_of_many_texts_is_one_query(django_assert_num_queries):
    articles = [make_article() for _number in range(3)]
    open_threads(articles)

    with django_assert_num_queries(1):
        open_threads(articles)
    with django_assert_num_queries(0):
        open_threads([])
