"""Many people who save at the same moment, and a server that dies in the middle: no text is lost or half saved."""

import json
import subprocess
import sys

import pytest
from django.db import connection

from articles.models import Article
from tests.builders import make_article, make_category, make_superuser, write

pytestmark = pytest.mark.django_db(transaction=True)

PROCESSES = 8
PAIRS = 200


def start(mode, order):
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.desk.saver", str(connection.settings_dict["NAME"]), mode],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    process.stdin.write(json.dumps(order) + "\n")
    process.stdin.flush()
    return process


def finish(process):
    output, errors = process.communicate("go\n", timeout=300)
    assert process.returncode == 0, errors
    assert "database is locked" not in errors
    return json.loads(output.strip().splitlines()[-1])


def orders(articles):
    """For each process what it saves: two of them share a quarter of the articles, in one language or in two."""
    for number in range(PROCESSES):
        pair, is_second = divmod(number, 2)
        tasks = [
            {
                "article": article.pk,
                "language": "tr" if is_second and index % 2 else "ar",
                "text": f"{'second' if is_second else 'first'} {article.pk}",
            }
            for index, article in enumerate(articles[pair :: PROCESSES // 2])
        ]
        yield {"user": make_superuser().pk, "tasks": tasks}


def test_two_hundred_pairs_of_parallel_saves_lose_no_text():
    section = make_category()
    articles = [make_article(category=section, title_ar="أول", title_tr="Bir") for _ in range(PAIRS)]
    given = list(orders(articles))
    processes = [start("saves", order) for order in given]
    for process in processes:
        assert process.stdout.readline().strip() == "ready", process.stderr.read()
    answers = [finish(process) for process in processes]

    told = [(task, answer) for order, given_back in zip(given, answers, strict=True)
            for task, answer in zip(order["tasks"], given_back, strict=True)]  # fmt: skip
    assert {answer["status"] for _task, answer in told} <= {200, 302}
    assert all(answer["keeps"] for _task, answer in told)
    stored = {article.pk: article for article in Article.objects.all()}
    for task, answer in told:
        is_stored = stored[task["article"]].text_in("title", task["language"]) == task["text"]
        assert is_stored == (answer["status"] == 302), task
    saved = [answer["status"] for _task, answer in told].count(302)
    # In half of the pairs both wrote in Arabic: one of them was shown both texts instead.
    assert saved == PAIRS + PAIRS // 2


def test_a_server_that_is_killed_in_the_middle_of_a_save_leaves_the_old_or_the_new_text():
    article = make_article(title_ar="أول", title_tr="Bir")
    for language in ("ar", "tr"):
        write(article, language, title="أول", standfirst="أول")
    order = {"user": make_superuser().pk, "article": article.pk, "times": 50, "seed": 20}
    report = finish(start("killed", order))

    assert report["torn"] == []
    # It was killed in the middle of saves, not between them.
    assert report["interrupted"] >= 10
