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

# The fields that one save writes, all with the same words.
WRITTEN = ("title_ar", "standfirst_ar", "title_tr", "standfirst_tr")


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
    """Starts a process that saves without end, and kills it at a random moment of a save; as often as asked."""
    client, url = client_of(order["user"]), f"/admin/articles/article/{order['article']}/change/"
    seed = random.Random(order["seed"])  # noqa: S311
    duration = time_of_a_save(client, url)
    torn, interrupted = [], 0
    for generation in range(order["times"]):
        connections.close_all()
        progress, told = os.pipe()
        victim = os.fork()
        if victim == 0:
            save_without_end(client, url, generation, told)
        os.close(told)
        begun = os.read(progress, 1)
        time.sleep(seed.uniform(0, duration * 1.5))
        os.kill(victim, signal.SIGKILL)
        os.waitpid(victim, 0)
        begun += os.read(progress, 10_000)
        os.close(progress)
        interrupted += begun.endswith(b"(")
        torn += torn_facts(order["article"])
    return {"torn": torn, "interrupted": interrupted}


def time_of_a_save(client, url):
    """How long one save takes on this machine now, in seconds."""
    from tests.desk.forms import open_form

    values = open_form(client, url)
    begun = time.monotonic()
    client.post(url, values | dict.fromkeys(WRITTEN, "0"))
    return time.monotonic() - begun


def save_without_end(client, url, generation, told):
    """Writes "(" to `told` when a save begins and ")" when it is answered."""
    from tests.desk.forms import open_form

    for number in range(10_000):
        values = open_form(client, url) | dict.fromkeys(WRITTEN, f"{generation}.{number}")
        os.write(told, b"(")
        client.post(url, values)
        os.write(told, b")")


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
