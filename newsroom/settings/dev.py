"""A developer's machine, or somebody who wants to see the product: SQLite, demo content, DEBUG on."""

from django.core.management.utils import get_random_secret_key

from newsroom.settings.base import *  # noqa: F403
from newsroom.settings.base import ALLOWED_HOSTS, DATA_DIR, env


def _secret_key():
    """This installation's own key, made once and kept beside its database."""
    key_file = DATA_DIR / "secret-key.txt"
    if not key_file.exists():
        DATA_DIR.mkdir(parents=True, exist_ok=True)
        key_file.touch(mode=0o600)
        key_file.write_text(get_random_secret_key())
    return key_file.read_text().strip()


DEBUG = env.bool("DEBUG", default=True)
SECRET_KEY = env("SECRET_KEY", default=None) or _secret_key()
ALLOWED_HOSTS = ALLOWED_HOSTS or ["127.0.0.1", "localhost", "[::1]", "testserver"]
EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
# Whoever looks around should get in at once. Passkeys work on http://localhost, not on http://127.0.0.1.
NEWSROOM_SECOND_FACTOR = env("NEWSROOM_SECOND_FACTOR", default="off")
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
