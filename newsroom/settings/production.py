"""The public site. Everything that must be told comes from the environment; see docs/operations.md."""

from newsroom.settings.base import *  # noqa: F403
from newsroom.settings.base import LOGGING, STORAGES, env
from newsroom.settings.keys import strong_key

DEBUG = False
SECRET_KEY = strong_key(env("SECRET_KEY"), name="SECRET_KEY")
SECRET_KEY_FALLBACKS = [
    strong_key(key, name="A key in SECRET_KEY_FALLBACKS") for key in env.list("SECRET_KEY_FALLBACKS", default=[])
]
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS")
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS if not host.startswith(".")]

STORAGES = STORAGES | {"staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}}

SECURE_SSL_REDIRECT = True
# A load balancer asks without TLS whether the process lives.
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
# Only what NEWSROOM_TRUSTED_PROXIES names is believed: `delivery.proxies` takes the header from everybody else.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-session"
CSRF_COOKIE_SECURE = True
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_NAME = "__Host-csrf"
NEWSROOM_DEVICE_COOKIE_NAME = "__Host-known-device"

vars().update(env.email_url("EMAIL_URL", default="smtp://localhost:25"))
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default=f"newsroom@{ALLOWED_HOSTS[0].lstrip('.')}")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

LOGGING = LOGGING | {"formatters": {"line": {"()": "newsroom.logs.JsonLines"}}}
