"""Production's settings for tests: what they say of safety, on the test's own database and files."""

import importlib
import secrets
import sys

ENVIRONMENT = {
    "SECRET_KEY": secrets.token_urlsafe(50),
    "ALLOWED_HOSTS": "testserver",
    "NEWSROOM_SITE_URL": "https://testserver",
    "NEWSROOM_TRUSTED_PROXIES": "127.0.0.1,unix",
    "NEWSROOM_SECURITY_CONTACT": "security@example.org",
}
_OF_SAFETY = ("SECURE_", "SESSION_COOKIE_", "CSRF_", "NEWSROOM_DEVICE_COOKIE_", "ALLOWED_HOSTS")


def production_settings(monkeypatch):
    """The module of production's settings, read in `ENVIRONMENT`."""
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("SECRET_KEY_FALLBACKS", raising=False)
    sys.modules.pop("newsroom.settings.production", None)
    return importlib.import_module("newsroom.settings.production")


def like_production(settings, monkeypatch):
    """Gives `settings` (pytest-django's) everything that production says of cookies, TLS, headers and hosts."""
    module = production_settings(monkeypatch)
    for name in dir(module):
        if name.startswith(_OF_SAFETY):
            setattr(settings, name, getattr(module, name))
