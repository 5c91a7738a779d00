"""What publishing costs the database."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from publishing import workflow
from tests.builders import make_article, make_byline, make_tag

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("committed")]


def test_publishing_asks_thirty_questions_at_most_the_search_index_and_the_change_log_included():
    tags, byline = [make_tag() for _number in range(3)], make_byline()
    words = " ".join(f"word{number % 400}" for number in range(600))
    articles = [
        make_article(tags=tags, bylines=[byline], title_en=f"Story {number}", body_en=f"<p>{words}</p>")
        for number in range(3)
    ]
    for article in articles:
        workflow.record_save(article, language="en", by=None)
    workflow.publish(articles[0], language="en", by=None)
    workflow.publish(articles[1], language="en", by=None)
    with CaptureQueriesContext(connection) as queries:
        workflow.publish(articles[2], language="en", by=None)
    asked = [query["sql"] for query in queries.captured_queries if "SAVEPOINT" not in query["sql"]]
    assert len(asked) <= 30, asked
