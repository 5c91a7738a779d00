import stat

import pytest
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command

from accounts.demo import sign_in_file
from accounts.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _demo(settings, tmp_path):
    settings.DEBUG = True
    settings.DATA_DIR = tmp_path / "var"


def password_of(username):
    lines = sign_in_file().read_text().splitlines()
    return next(line.split()[1] for line in lines if line.strip().startswith(username))


def test_accounts_are_refused_where_debug_is_off(settings):
    settings.DEBUG = False
    with pytest.raises(CommandError, match="DEBUG"):
        call_command("make_demo_accounts")
    assert not User.objects.exists()
    assert not sign_in_file().exists()


def test_passwords_are_printed_and_kept_where_only_their_owner_reads(capsys):
    call_command("make_demo_accounts")
    assert stat.S_IMODE(sign_in_file().stat().st_mode) == 0o600
    assert sign_in_file().read_text() in capsys.readouterr().out


def test_file_that_others_could_read_is_closed():
    sign_in_file().parent.mkdir()
    sign_in_file().touch(mode=0o644)
    call_command("make_demo_accounts")
    assert stat.S_IMODE(sign_in_file().stat().st_mode) == 0o600


@pytest.mark.parametrize(("username", "is_superuser"), [("admin", True), ("editor", False)])
def test_account_signs_in_with_the_password_in_the_file(username, is_superuser):
    call_command("make_demo_accounts")
    user = authenticate(username=username, password=password_of(username))
    assert (user.username, user.is_staff, user.is_superuser) == (username, True, is_superuser)


@pytest.mark.parametrize(
    ("username", "permission", "expected"),
    [
        ("reporter", "articles.add_article", True),
        ("reporter", "articles.approve_article", False),
        ("translator", "articles.change_article", True),
        ("translator", "articles.add_article", False),
        ("editor", "articles.approve_article", True),
        ("editor", "articles.publish_article", False),
        ("editor", "media_library.add_picture", True),
        ("publisher", "articles.publish_article", True),
        ("publisher", "coalition.publish_person", True),
        ("publisher", "articles.change_category", False),
        ("publisher", "accounts.view_user", False),
        ("admin", "accounts.add_invitation", True),
    ],
)
def test_each_may_do_what_their_role_says(username, permission, expected):
    call_command("make_demo_accounts")
    assert User.objects.get(username=username).has_perm(permission) is expected


def test_translator_writes_in_turkish_only():
    call_command("make_demo_accounts")
    assert list(User.objects.get(username="translator").role_assignments.values_list("language", flat=True)) == ["tr"]


def test_second_run_keeps_accounts_and_file():
    call_command("make_demo_accounts")
    before = sign_in_file().read_text(), list(User.objects.order_by("pk").values())
    call_command("make_demo_accounts")
    assert (sign_in_file().read_text(), list(User.objects.order_by("pk").values())) == before


def test_two_installations_have_different_passwords(settings, tmp_path):
    call_command("make_demo_accounts")
    first = password_of("admin")
    User.objects.all().delete()
    settings.DATA_DIR = tmp_path / "other"
    call_command("make_demo_accounts")
    assert password_of("admin") != first


def test_account_that_somebody_else_made_is_not_given_a_password():
    User.objects.create_user("Admin", "owner@example.org", "a password of their own")
    call_command("make_demo_accounts")
    assert User.objects.get(username="Admin").check_password("a password of their own")
    assert "changepassword admin" in sign_in_file().read_text()
