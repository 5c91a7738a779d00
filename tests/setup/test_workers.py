"""Commands that work on one SQLite database in several processes, as `make setup` and whoever moves in runs them."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from functools import partial
from pathlib import Path
from time import sleep

import pytest
from django.conf import settings

pytestmark = pytest.mark.one_database

CONTENT = Path(__file__).parents[1] / "seed" / "content"


def start_in(folder, *arguments):
    """Starts `manage.py` with these arguments on an SQLite database in a folder."""
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "newsroom.settings.dev",
        "NEWSROOM_DATA_DIR": str(folder),
        "DATABASE_URL": f"sqlite:///{folder}/newsroom.sqlite3",
        "DEBUG": "true",
    }
    return subprocess.Popen(
        [sys.executable, "manage.py", *arguments],
        cwd=settings.BASE_DIR,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


@pytest.fixture(scope="module")
def migrated(tmp_path_factory):
    """A folder with a database that has nothing in it."""
    folder = tmp_path_factory.mktemp("migrated")
    finished(start_in(folder, "migrate", "--verbosity", "0"))
    return folder


@pytest.fixture
def manage(migrated, tmp_path):
    """Starts `manage.py` on a database in `tmp_path`."""
    shutil.copytree(migrated, tmp_path, dirs_exist_ok=True)
    return partial(start_in, tmp_path)


def asked(folder, *questions):
    with closing(sqlite3.connect(folder / "newsroom.sqlite3")) as database:
        return [database.execute(question).fetchall() for question in questions]


def finished(process):
    output, _nothing = process.communicate(timeout=180)
    assert process.returncode == 0, output
    return output


def test_two_workers_share_the_jobs_of_one_sqlite_database(manage, tmp_path):
    finished(manage("seed_demo", "--content", str(CONTENT)))
    for worker in [manage("db_worker", "--batch", "--no-startup-delay") for _ in range(2)]:
        assert "locked" not in finished(worker)
    jobs, bare = asked(
        tmp_path,
        "SELECT status, COUNT(*) FROM django_tasks_database_dbtaskresult"
        " WHERE task_path = 'media_library.tasks.make_renditions' GROUP BY status",
        "SELECT COUNT(*) FROM media_library_picture WHERE id NOT IN (SELECT picture_id FROM media_library_rendition)",
    )
    assert jobs == [("SUCCESSFUL", 3)]
    assert bare == [(0,)]


def test_articles_come_in_beside_one_another_while_others_read_and_save(manage, tmp_path):
    text = {
        "body": "<p>The pumping station runs again.</p>",
        "state": "published",
        "publish_at": "2026-05-03T09:30:00Z",
    }
    lines = [{"format": "newsroom-articles", "version": 1, "languages": ["en", "ar"], "counts": {"articles": 250}}]
    lines += [
        {
            "id": f"elsewhere:{number}",
            "source_language": "en",
            "section": [{"name": dict.fromkeys(("en", "ar"), f"World {number % 7}")}],
            "bylines": [{"name": {"en": f"Somebody {number % 90}"}}],
            "languages": {code: text | {"title": f"Water {number}"} for code in ("en", "ar")},
        }
        for number in range(1, 251)
    ]
    (tmp_path / "articles.jsonl").write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    importing = manage("import_articles", str(tmp_path / "articles.jsonl"))
    with closing(sqlite3.connect(tmp_path / "newsroom.sqlite3", timeout=10, isolation_level="IMMEDIATE")) as somebody:
        while importing.poll() is None:
            with somebody:
                somebody.execute("UPDATE articles_category SET position = position + 1")
            assert asked(tmp_path, "SELECT COUNT(*) FROM articles_articleedition")
            sleep(0.2)
    assert "250 new" in finished(importing)
    assert asked(
        tmp_path,
        "SELECT COUNT(*), COUNT(DISTINCT id) FROM articles_articleedition WHERE live_id IS NOT NULL",
        "SELECT COUNT(*) FROM articles_byline",
        "SELECT COUNT(*) FROM search_words_en WHERE text MATCH 'pump'",
    ) == [[(500, 500)], [(90,)], [(250,)]]
