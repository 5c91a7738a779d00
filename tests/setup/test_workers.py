"""The commands of `make setup` as it runs them: processes of their own, on a database of their own."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

pytestmark = pytest.mark.one_database

CONTENT = Path(__file__).parents[1] / "seed" / "content"


@pytest.fixture
def manage(tmp_path):
    """Starts `manage.py` with these arguments on an SQLite database in `tmp_path`."""
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "newsroom.settings.dev",
        "NEWSROOM_DATA_DIR": str(tmp_path),
        "DATABASE_URL": f"sqlite:///{tmp_path}/newsroom.sqlite3",
        "DEBUG": "true",
    }

    def start(*arguments):
        return subprocess.Popen(
            [sys.executable, "manage.py", *arguments],
            cwd=settings.BASE_DIR,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    return start


def finished(process):
    output, _nothing = process.communicate(timeout=180)
    assert process.returncode == 0, output
    return output


def test_two_workers_share_the_jobs_of_one_sqlite_database(manage, tmp_path):
    finished(manage("migrate", "--verbosity", "0"))
    finished(manage("seed_demo", "--content", str(CONTENT)))
    for worker in [manage("db_worker", "--batch", "--no-startup-delay") for _ in range(2)]:
        assert "locked" not in finished(worker)
    with sqlite3.connect(tmp_path / "newsroom.sqlite3") as database:
        jobs = database.execute(
            "SELECT status, COUNT(*) FROM django_tasks_database_dbtaskresult"
            " WHERE task_path = 'media_library.tasks.make_renditions' GROUP BY status"
        ).fetchall()
        bare = database.execute(
            "SELECT COUNT(*) FROM media_library_picture"
            " WHERE id NOT IN (SELECT picture_id FROM media_library_rendition)"
        ).fetchone()
    database.close()
    assert jobs == [("SUCCESSFUL", 3)]
    assert bare == (0,)
