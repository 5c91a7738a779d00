"""The test suite: as near to production as a fast test can be."""

import tempfile
from pathlib import Path

from newsroom.settings.base import *  # noqa: F403
from newsroom.settings.base import DATABASES, LOGGING, STORAGES

DEBUG = False
SECRET_KEY = "tests-only"  # noqa: S105
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]

DATA_DIR = Path(tempfile.mkdtemp(prefix="newsroom-test-"))
MEDIA_ROOT = DATA_DIR / "media"
NEWSROOM_CHANGES_FILE = DATA_DIR / "run" / "changes"
STORAGES = STORAGES | {
    "originals": {
        "BACKEND": "media_library.storage.PrivateFileSystemStorage",
        "OPTIONS": {"location": DATA_DIR / "originals"},
    }
}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Tests of the second factor turn it on; the others would all have to show one.
NEWSROOM_SECOND_FACTOR = "off"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
LOGGING = LOGGING | {"root": {"handlers": [], "level": "WARNING"}}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["NAME"] = DATA_DIR / "newsroom.sqlite3"
    DATABASES["default"]["TEST"] = {"NAME": str(DATA_DIR / "test.sqlite3")}
WHITENOISE_AUTOREFRESH = True
# Tests of OpenSearch turn it on, and reach a real one if the environment names it.
OPENSEARCH_URL = NEWSROOM_SEARCH_ENGINE = ""
# Nothing is written in the middle of a test: those that ask what was counted have it written.
NEWSROOM_TALLY_SECONDS = NEWSROOM_CHANGES_CHECKED_EVERY = 24 * 60 * 60
