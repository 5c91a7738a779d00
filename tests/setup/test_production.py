"""What production's settings promise, and what they refuse to start with."""

import io
import os
import secrets
import subprocess
import sys

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.conf import settings as project
from django.core import signing
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command

from accounts.adapter import FactorAdapter
from accounts.models import User
from newsroom.settings.keys import strong_key
from tests.production import ENVIRONMENT, production_settings

pytestmark = pytest.mark.one_database


def manage(*arguments, folder, **environment):
    """Runs manage.py as on a server: nothing of this machine's environment but where programs are."""
    known = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return subprocess.run(
        [sys.executable, "-W", "error", "manage.py", *arguments],
        cwd=project.BASE_DIR,
        env=known
        | ENVIRONMENT
        | {"DJANGO_SETTINGS_MODULE": "newsroom.settings.production", "NEWSROOM_DATA_DIR": str(folder)}
        | environment,
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_djangos_checks_for_production_have_nothing_to_say(tmp_path):
    done = manage("check", "--deploy", "--fail-level", "WARNING", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "System check identified no issues (0 silenced)."
    assert done.stderr == ""
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "value", "advice"),
    [
        ("SECRET_KEY", "short", "secrets.token_urlsafe(50)"),
        ("SECRET_KEY_FALLBACKS", "short", "A key in SECRET_KEY_FALLBACKS is too weak"),
        ("NEWSROOM_TRUSTED_PROXIES", "nginx", "Write such as 127.0.0.1"),
        ("NEWSROOM_SECURITY_CONTACT", "nobody", "Write an e-mail address"),
        ("NEWSROOM_PURGE", "akamai", "it can be “http”"),
        ("NEWSROOM_DB_POOL", "4", "set DATABASE_URL"),
    ],
)
def test_a_setting_that_is_wrong_stops_the_start_with_what_to_do(tmp_path, name, value, advice):
    done = manage("check", folder=tmp_path, **{name: value})
    assert done.returncode != 0
    last = done.stderr.strip().splitlines()[-1]
    assert name in last
    assert advice in last


@pytest.mark.parametrize(
    "key",
    [
        "x" * 80,
        secrets.token_urlsafe(50)[:49],
        "django-insecure-" + secrets.token_urlsafe(50),
        "change-me-" + secrets.token_urlsafe(50),
        "",
    ],
    ids=["one letter", "too short", "Django's example", "to be changed", "none"],
)
def test_a_key_that_can_be_guessed_is_refused_and_not_shown(key):
    with pytest.raises(ImproperlyConfigured, match=r"SECRET_KEY .*secrets\.token_urlsafe") as caught:
        strong_key(key, name="SECRET_KEY")
    assert not key or key not in str(caught.value)


def test_a_good_key_is_taken():
    key = secrets.token_urlsafe(50)
    assert strong_key(key, name="SECRET_KEY") == key


def test_cookies_and_tls_are_strict(monkeypatch):
    production = production_settings(monkeypatch)
    assert production.SESSION_COOKIE_NAME.startswith("__Host-")
    assert production.CSRF_COOKIE_NAME.startswith("__Host-")
    assert production.NEWSROOM_DEVICE_COOKIE_NAME.startswith("__Host-")
    for name in ("SESSION_COOKIE_SECURE", "SESSION_COOKIE_HTTPONLY", "CSRF_COOKIE_SECURE", "CSRF_COOKIE_HTTPONLY"):
        assert getattr(production, name) is True
    assert {production.SESSION_COOKIE_SAMESITE, production.CSRF_COOKIE_SAMESITE} <= {"Lax", "Strict"}
    assert production.SECURE_HSTS_SECONDS >= 31_536_000
    assert not production.DEBUG


def test_messages_for_staff_need_no_cookie(settings):
    assert settings.MESSAGE_STORAGE.endswith("SessionStorage")


# --- Changing the key -------------------------------------------------------------


@pytest.fixture
def change_key(settings):
    """Changes SECRET_KEY as an operator does: the former key is still good, or it is not."""

    def change(*, keep_former):
        settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY] if keep_former else []
        settings.SECRET_KEY = secrets.token_urlsafe(50)

    return change


@pytest.mark.django_db
@pytest.mark.parametrize("keep_former", [True, False])
def test_sessions_outlive_a_change_of_the_key_where_the_former_one_is_kept(client, change_key, keep_former):
    client.force_login(User.objects.create_superuser("boss", "boss@example.org", "river lantern copper moss"))
    assert client.get("/admin/").status_code == 200
    change_key(keep_former=keep_former)
    assert (client.get("/admin/").status_code == 200) is keep_former


@pytest.mark.parametrize("keep_former", [True, False])
def test_signed_values_outlive_it_too(change_key, keep_former):
    signed = signing.dumps({"link": 1}, salt="a link")
    change_key(keep_former=keep_former)
    if keep_former:
        assert signing.loads(signed, salt="a link") == {"link": 1}
    else:
        with pytest.raises(signing.BadSignature):
            signing.loads(signed, salt="a link")


def authenticator_app(user):
    """The key of an authenticator app that `user` has set up."""
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(user, secret)
    return secret


def opened(user):
    """The key of the user's authenticator app, as the site reads it now."""
    factor = Authenticator.objects.get(user=user, type=Authenticator.Type.TOTP)
    return FactorAdapter().decrypt(factor.data["secret"])


@pytest.mark.django_db
def test_authenticator_apps_outlive_the_former_key_once_they_are_encrypted_anew(change_key, settings):
    user = User.objects.create_user("writer", "writer@example.org")
    secret = authenticator_app(user)
    change_key(keep_former=True)
    assert opened(user) == secret

    call_command("renew_secrets", stdout=io.StringIO())
    settings.SECRET_KEY_FALLBACKS = []
    assert opened(user) == secret


@pytest.mark.django_db
def test_an_app_that_no_key_opens_is_told_and_the_others_are_renewed(change_key):
    authenticator_app(User.objects.create_user("former", "former@example.org"))
    change_key(keep_former=False)
    authenticator_app(User.objects.create_user("writer", "writer@example.org"))
    output = io.StringIO()
    with pytest.raises(CommandError, match="No key opens 1 more. Put the key"):
        call_command("renew_secrets", stdout=output)
    assert output.getvalue() == "Encrypted anew: 1.\n"
