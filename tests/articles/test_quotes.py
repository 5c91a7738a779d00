"""Quotes for sharing: an editor copies them from the text, and is told what does not stand there."""

import pytest

from articles import quotes
from desk.checks import Grade, run_checks
from tests.builders import make_article, make_staff, write
from tests.desk.forms import change_url, open_form, send

pytestmark = pytest.mark.django_db

BODY = "<p>“Return is a <strong>right</strong>,” she said. “It is each\u00a0family’s decision.”</p>"


@pytest.fixture
def editor(client):
    client.force_login(make_staff("publisher"))
    return client


def saved(client, article, **typed):
    url = change_url(article)
    return send(client, url, open_form(client, url), **typed)


@pytest.mark.parametrize(
    "quote",
    [
        "Return is a right",
        "  “It is each family's decision.”  ",
        "«It is each family’s decision.»",
        "Return is a right,” she said. “It is each family’s decision",
    ],
)
def test_spaces_and_quotation_marks_make_no_difference(quote):
    assert list(quotes.complaints(quote, BODY)) == []


@pytest.mark.parametrize("quote", ["Return is right", "return is a right", "decision of each family"])
def test_other_words_are_no_quote(quote):
    (message,) = quotes.complaints(quote, BODY)
    assert "does not stand in the text" in message


def test_arabic_words_are_compared_as_they_stand():
    body = "<p>قالت: «العودة حقٌّ لكل عائلة».</p>"
    assert list(quotes.complaints("العودة حقٌّ لكل عائلة", body)) == []
    assert len(list(quotes.complaints("العودة واجب", body))) == 1


def test_there_are_three_at_most_and_none_is_longer_than_its_picture():
    long = "word " * 60
    messages = list(quotes.complaints("\n".join(["word"] * 3 + [long]), f"<p>{long}</p>"))
    assert len(messages) == 2
    assert "more quotes than the three" in messages[0]
    assert "299 characters, at most 280" in messages[1]


def test_the_form_says_at_the_field_what_is_wrong_and_keeps_what_was_typed(editor):
    article = make_article(title_en="Return", body_en=BODY)
    response = saved(editor, article, share_quotes_en="Return is a duty")
    assert response.status_code == 200
    form = response.context["adminform"].form
    assert "does not stand in the text" in form.errors["share_quotes_en"][0]
    assert "Return is a duty" in response.content.decode()


def test_the_form_stores_a_quote_without_the_marks_around_it(editor):
    article = make_article(title_en="Return", body_en=BODY)
    assert saved(editor, article, share_quotes_en="“Return is a right”\r\n\r\n").status_code == 302
    article.refresh_from_db()
    assert article.share_quotes_en == "Return is a right"


def test_a_change_of_the_text_that_loses_a_quote_is_told(editor):
    article = make_article(title_en="Return", body_en=BODY, share_quotes_en="Return is a right")
    response = saved(editor, article, body_en="<p>Something else.</p>")
    assert "share_quotes_en" in response.context["adminform"].form.errors


def test_nobody_is_stopped_by_a_quote_of_another_language(editor):
    article = make_article(title_en="Return", body_en=BODY, share_quotes_en="Gone", title_tr="Dönüş")
    assert saved(editor, article, title_tr="Dönüş hakkı").status_code == 302


def test_before_publishing_a_quote_that_is_not_there_must_be_put_right():
    article = make_article(title_en="Return")
    write(article, "en", body="<p>Something else.</p>", share_quotes="Return is a right")
    (problem,) = [problem for problem in run_checks(article, "en") if problem.field == "share_quotes"]
    assert problem.grade == Grade.MUST


def test_at_most_three_articles_are_chosen_and_never_the_article_itself(editor):
    article, *others = [make_article(title_en=f"No. {number}") for number in range(5)]
    response = saved(editor, article, related=[other.pk for other in others])
    assert "more articles than the three that are shown" in response.content.decode()
    assert "related" in saved(editor, article, related=[article.pk]).context["adminform"].form.errors
    assert saved(editor, article, related=[others[0].pk]).status_code == 302
    assert list(article.related.all()) == [others[0]]
