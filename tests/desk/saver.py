"""
A process that saves articles through the admin's form; `test_parallel.py` starts several of them.

    python -m tests.desk.saver <database name> saves   < tasks as JSON, then a line "go"
    python -m tests.desk.saver <database name> killed  < {"user": …, "article": …, "times": 50}
"""

import json
import os
import random
import signal
import sys
import time

import django
from django.db import connections


def main(database, mode):
    django.setup()
    connections.databases["default"]["NAME"] = database
    order = json.loads(sys.stdin.readline())
    sys.stdout.write(json.dumps({"saves": save_all, "killed": be_killed}[mode](order)) + "\n")


def client_of(user):
    from django.contrib.auth import get_user_model
    from django.test import Client

    client = Client(raise_request_exception=False)
    client.force_login(get_user_model().objects.get(pk=user))
    return client


def save_all(order):
    """Opens all forms, says so, waits for the start, then sends one after the other as fast as it can."""
    from tests.desk.forms import open_form

    client = client_of(order["user"])
    urls = {task["article"]: f"/admin/articles/article/{task['article']}/change/" for task in order["tasks"]}
    forms = {article: open_form(client, url) for article, url in urls.items()}
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    answers = []
    for task in order["tasks"]:
        article, name, text = task["article"], f"title_{task['language']}", task["text"]
        response = client.post(urls[article], forms[article] | {name: text})
        answers.append(
            {"status": response.status_code, "keeps": response.status_code == 302 or text in response.content.decode()}
        )
    return answers


def be_killed(order):
    """Starts a process that saves without end, and kills it at a random moment; as often as asked."""
    client, url = client_of(order["user"]), f"/admin/articles/article/{order['article']}/change/"
    seed = random.Random(order["seed"])  # noqa: S311
    torn = []
    for generation in range(order["times"]):
        connections.close_all()
        victim = os.fork()
        if victim == 0:
            save_without_end(client, url, generation)
        time.sleep(seed.uniform(0.02, 0.4))
        os.kill(victim, signal.SIGKILL)
        os.waitpid(victim, 0)
        torn += torn_facts(order["article"])
    return {"torn": torn, "saves": revision_of(order["article"])}


def save_without_end(client, url, generation):
    from tests.desk.forms import open_form

    for number in range(10_000):
        text = f"{generation}.{number}"
        values = {"title_ar": text, "standfirst_ar": text, "title_tr": text, "standfirst_tr": text}
        client.post(url, open_form(client, url) | values)


def revision_of(pk):
    from articles.models import ArticleEdition

    return sum(ArticleEdition.objects.filter(item=pk).values_list("revision", flat=True))


def torn_facts(pk):
    """What does not fit together in what is stored: text, edition and newest version belong to one save."""
    from articles.models import Article

    article = Article.objects.get(pk=pk)
    texts = {article.title_ar, article.standfirst_ar, article.title_tr, article.standfirst_tr}
    facts = [f"a mixture of saves: {texts}"] if len(texts) > 1 else []
    for edition in article.editions.all():
        newest = edition.versions.order_by("number").last()
        if newest.revision != edition.revision or newest.title != article.text_in("title", edition.language):
            facts.append(f"{edition.language}: version {newest.revision} {newest.title}, text {edition.revision}")
    return facts


if __name__ == "__main__":
    main(*sys.argv[1:])
