"""Settings of the servers that `test_processes` starts: those of tests, for the database of a test."""

from newsroom.settings.test import *  # noqa: F403
from newsroom.settings.test import DATABASES, env

# It is the database of a test already.
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["NAME"] = env.db_url("DATABASE_URL")["NAME"]
NEWSROOM_CHANGES_FILE = env("NEWSROOM_CHANGES_FILE")
