"""What a good password is, and how it is stored."""

import time
from contextlib import suppress

import pytest
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from newsroom.settings import base
from pages.models import SiteSettings
from tests.accounts.signing import sign_in, type_password_again
from tests.builders import in_all_languages, make_user

pytestmark = pytest.mark.django_db


def person():
    return make_user(username="leyla.haddad", email="l.haddad@example.org", display_name="Leyla Şêxo Haddad")


@pytest.mark.parametrize(
    "password",
    [
        "acht kurze Wörter über Wasser",
        "stapler-harbour-violet-ninety",
        "tDq9-vPz2-hWm7",
        "قارب أزرق يعبر النهر ببطء",
        "gemi mavi nehir yavaşça geçer",
        "keştî bi hêdî di çem re derbas dibe",
        "🚲🌧📮🦔🧵🪁🍋🛶🎻🪴🧊🕰",
    ],
)
def test_long_and_unlikely_passwords_pass_in_any_script(password):
    validate_password(password, person())


@pytest.mark.parametrize(
    "password",
    [
        "kurz",
        "elf zeichen",
        "password1234",
        "passwordpassword",
        "qwertyuiop123",
        "111111111111",
        "abcdefghijkl",
        "iloveyou1234",
        "Leyla Haddad 1985",
        "leyla.haddad1",
        "l.haddad@example.org",
        "newsroom2026!",
        "Newsroom Newsroom",
        "a" * 257,
    ],
)
def test_short_common_and_personal_passwords_do_not(password):
    with pytest.raises(ValidationError):
        validate_password(password, person())


@pytest.mark.parametrize("password", ["Free Rivers Press 1", "free-rivers-press", "FreeRiversPress24", "صحافة الأنهار"])
def test_what_the_site_calls_itself_is_no_password(password):
    names = in_all_languages("name", {"en": "Free Rivers Press", "ar": "صحافة الأنهار", "tr": "Özgür", "ku": "Azad"})
    validate_password(f"{password} kestane", None)
    SiteSettings.objects.update_or_create(pk=1, defaults=names)
    with pytest.raises(ValidationError):
        validate_password(password, None)


@pytest.mark.parametrize("password", ["aA1!" * 64, "p@ssw0rd" * 32, "4@8({[<369&#!1|0$5+7%2xz" * 10, "abcabcabd" * 28])
def test_no_password_takes_long_to_judge(password):
    began = time.process_time()
    with suppress(ValidationError):
        validate_password(password, person())
    assert time.process_time() - began < 3


def test_passwords_are_hashed_with_argon2_and_older_hashes_replaced_at_sign_in(settings, client):
    settings.PASSWORD_HASHERS = base.PASSWORD_HASHERS
    user = make_user(username="leyla")
    assert user.password.startswith("argon2$argon2id$")
    user.password = make_password("correct horse battery", hasher="pbkdf2_sha256")
    user.save()
    assert sign_in(client, "leyla").status_code == 302
    user.refresh_from_db()
    assert user.password.startswith("argon2$argon2id$")
    assert client.get("/account/").status_code == 200


def test_a_weak_password_is_refused_where_it_is_set_and_the_form_says_why(client):
    client.force_login(person())
    type_password_again(client)
    address = "/account/password/"
    page = client.post(address, {"new_password1": "leyla.haddad1", "new_password2": "leyla.haddad1"}).content.decode()
    assert "easy to guess" in page
    assert 'aria-describedby="id_new_password1_helptext id_new_password1_error"' in page
    page = client.post(address, {"new_password1": "kurz", "new_password2": "kurz"}).content.decode()
    assert "at least 12 characters" in page
    words = "stapler-harbour-violet-ninety"
    page = client.post(address, {"new_password1": words, "new_password2": f"{words}x"}).content.decode()
    assert "not the same" in page
    assert words not in page
