"""The second factor: who needs one, what is closed before, how it is shown, and what may not be used twice."""

import re

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import second_factor, secrets
from accounts.models import AuditEntry, RoleAssignment, User
from tests.accounts.signing import (
    CODE,
    PASSWORD,
    SECRET,
    SIGN_IN,
    add_app,
    add_recovery_codes,
    code_now,
    is_in,
    sign_in,
    type_password_again,
    wrong_code,
)
from tests.builders import make_article, make_staff, make_superuser, make_user
from tests.jobs import run_due_jobs

pytestmark = pytest.mark.django_db

NEEDED, APP, FACTORS = "/account/second-factor/needed/", "/account/second-factor/app/", "/account/second-factor/"
RECOVERY = "/account/second-factor/recovery-codes/"


@pytest.fixture(autouse=True)
def _privileged(settings):
    settings.NEWSROOM_SECOND_FACTOR = "privileged"


def actions():
    return list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))


def type_code(browser, code):
    return browser.post(CODE, {"code": code})


def signed_in_with_app(user):
    add_app(user)
    browser = Client()
    sign_in(browser, user.username)
    assert type_code(browser, code_now(step=-1)).status_code == 302
    return browser


# --- Who needs one, and what is closed before ---------------------------------------------


def test_publishers_and_admins_need_one_and_the_others_do_not(settings):
    needed = {role: second_factor.is_needed_by(make_staff(role)) for role in RoleAssignment.Role.values}
    assert needed == {"reporter": False, "translator": False, "editor": False, "publisher": True, "admin": True}
    assert second_factor.is_needed_by(make_superuser())
    settings.NEWSROOM_SECOND_FACTOR = "everyone"
    assert second_factor.is_needed_by(make_staff("reporter"))


@pytest.mark.parametrize("method", ["get", "post", "head", "put", "delete"])
def test_no_admin_address_opens_before(client, method):
    article = make_article()
    client.force_login(make_staff("publisher"))
    for address in (
        "/admin/",
        "/admin",
        "/admin/articles/article/",
        f"/admin/articles/article/{article.pk}/change/",
        f"/admin/articles/article/{article.pk}/ar/publish/",
        "/admin/desk/notices/",
        "/admin/desk/autosave/",
        "/admin/autocomplete/?app_label=articles&model_name=article&field_name=category",
        "/admin/jsi18n/",
        "/admin/language/",
        "/admin/password_change/",
        "/admin/accounts/user/",
        "/admin/no/such/address/",
        "/admin//articles/",
    ):
        response = getattr(client, method)(address)
        while response.status_code == 301:
            response = getattr(client, method)(response["Location"])
        assert response.status_code == 302, address
        assert response["Location"] == NEEDED, address
    article.refresh_from_db()
    assert article.edition_in("ar") is None or article.edition_in("ar").live is None


def test_the_page_says_why_and_where_to_set_one_up(client):
    client.force_login(make_staff("publisher"))
    page = client.get(NEEDED).content.decode()
    assert APP in page
    assert "/account/passkeys/add/" in page
    assert 'action="/account/logout/"' in page
    # Nothing of the desk shows through.
    assert "/admin/desk/notices/" not in page


def test_whoever_needs_none_is_not_sent_there(client):
    client.force_login(make_staff("reporter"))
    assert client.get("/admin/").status_code == 200
    assert client.get(NEEDED)["Location"] == "/account/"


def test_a_rule_that_changes_counts_for_whoever_is_signed_in_already(client, settings):
    user = make_staff("reporter")
    client.force_login(user)
    assert client.get("/admin/").status_code == 200
    settings.NEWSROOM_SECOND_FACTOR = "everyone"
    assert client.get("/admin/")["Location"] == NEEDED
    settings.NEWSROOM_SECOND_FACTOR = "privileged"
    RoleAssignment.objects.create(user=user, role="publisher")
    assert client.post("/admin/articles/article/add/")["Location"] == NEEDED


def test_a_session_without_the_factor_that_there_is_ends(client):
    user = make_staff("publisher")
    client.force_login(user)
    add_app(user)
    assert client.get("/admin/articles/")["Location"].startswith(f"{SIGN_IN}?next=%2Fadmin%2Farticles%2F")
    assert not is_in(client)


def test_asking_for_the_factor_costs_a_page_of_the_admin_one_query(settings):
    browser = signed_in_with_app(make_staff("publisher"))
    browser.get("/admin/desk/notices/")

    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert browser.get("/admin/desk/notices/").status_code == 200
        return len(captured)

    with_factor = queries()
    settings.NEWSROOM_SECOND_FACTOR = "off"
    assert with_factor == queries() + 1


def test_a_factor_that_is_gone_does_not_count_any_more():
    user = make_staff("publisher")
    browser = signed_in_with_app(user)
    assert browser.get("/admin/").status_code == 200
    Authenticator.objects.filter(user=user).delete()
    assert browser.get("/admin/")["Location"] == NEEDED


# --- Authenticator app ----------------------------------------------------------------------


def set_app_up(browser):
    type_password_again(browser)
    page = browser.get(APP).content.decode()
    secret = re.search(r'<code dir="ltr">(\w+)</code>', page)[1]
    return secret, page, browser.post(APP, {"code": code_now(secret)})


@pytest.mark.django_db(transaction=True)
def test_setting_an_app_up_opens_the_desk_at_once(client, mailoutbox):
    user = make_staff("publisher")
    elsewhere = Client()
    elsewhere.force_login(user)
    client.force_login(user)
    secret, page, response = set_app_up(client)
    assert 'src="data:image/svg+xml;base64,' in page
    assert f"otpauth://totp/{user.username}?secret={secret}" in page
    assert response["Location"] == RECOVERY
    assert client.get(RECOVERY).status_code == 200
    assert client.get("/admin/").status_code == 200
    # Sessions from before know of no second factor.
    assert elsewhere.get("/account/").status_code == 302
    assert {"account.factor_added", "account.recovery_codes_made"} <= set(actions())
    run_due_jobs()
    assert [mail.subject for mail in mailoutbox] == ["A second factor was added to your account"]
    assert secret not in mailoutbox[0].body


@pytest.mark.django_db(transaction=True)
def test_the_key_of_the_app_lies_encrypted(client):
    user = make_staff("publisher")
    client.force_login(user)
    secret, *_answers = set_app_up(client)
    stored = Authenticator.objects.get(user=user, type="totp").data["secret"]
    assert secret not in stored
    assert secrets.decrypt(stored) == secret


@pytest.mark.django_db(transaction=True)
def test_the_code_that_set_the_app_up_does_not_sign_in_as_well(client):
    user = make_staff("publisher")
    client.force_login(user)
    secret, *_answers = set_app_up(client)
    browser = Client()
    sign_in(browser, user.username)
    assert type_code(browser, code_now(secret)).status_code == 200
    assert type_code(browser, code_now(secret, step=1)).status_code == 302


def test_a_wrong_code_sets_nothing_up(client):
    client.force_login(make_staff("publisher"))
    type_password_again(client)
    secret = re.search(r'<code dir="ltr">(\w+)</code>', client.get(APP).content.decode())[1]
    page = client.post(APP, {"code": wrong_code(secret)}).content.decode()
    assert "This code is wrong or too old" in page
    # The same key as before: whoever mistyped need not scan again.
    assert secret in page
    assert not Authenticator.objects.exists()


@pytest.mark.parametrize("address", [APP, f"{APP}remove/", RECOVERY, f"{RECOVERY}new/", "/account/passkeys/add/"])
def test_the_password_is_asked_for_before_factors_change(client, address):
    user = make_user()
    add_app(user)
    add_recovery_codes(user)
    client.force_login(user)
    for response in (client.get(address), client.post(address, {"code": "123456"})):
        assert response["Location"] == f"/account/password/again/?next={address}"
    assert Authenticator.objects.count() == 2
    assert Client().get(address)["Location"].startswith(SIGN_IN)


# --- Signing in with a code -------------------------------------------------------------------


@pytest.mark.parametrize("step", [-1, 0, 1])
@pytest.mark.parametrize("digits", ["0123456789", "٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹"])
def test_a_code_signs_in_in_digits_of_any_script(client, step, digits):
    user = make_staff("publisher")
    add_app(user)
    response = sign_in(client, user.username, then="/admin/articles/")
    assert response["Location"] == CODE
    assert not is_in(client)
    assert client.get("/admin/").status_code == 302
    typed = code_now(step=step).translate(str.maketrans("0123456789", digits))
    assert type_code(client, f"\u200e{typed[:3]} {typed[3:]} ")["Location"] == "/admin/articles/"
    assert client.get("/admin/").status_code == 200


def test_a_code_works_once_whichever_process_is_asked():
    user = make_staff("publisher")
    add_app(user)
    code = code_now()
    first, second = Client(), Client()
    for browser in (first, second):
        sign_in(browser, user.username)
    assert type_code(first, code).status_code == 302
    # What one process remembers, another does not know.
    cache.clear()
    page = type_code(second, code).content.decode()
    assert "This code was used already" in page
    assert not is_in(second)
    assert actions().count("account.code_failed") == 1


def test_the_code_of_one_account_is_none_of_another():
    one, other = make_staff("publisher"), make_staff("publisher")
    add_app(one)
    add_app(other, SECRET[::-1])
    browser = Client()
    sign_in(browser, other.username)
    assert type_code(browser, code_now()).status_code == 200
    assert not is_in(browser)


def test_six_wrong_codes_are_enough_and_the_owner_is_told(django_capture_on_commit_callbacks, mailoutbox):
    user = make_staff("publisher")
    add_app(user)
    with django_capture_on_commit_callbacks(execute=True):
        for number in range(9):
            browser = Client()
            sign_in(browser, user.username)
            page = type_code(browser, wrong_code()).content.decode()
            assert ("Too many wrong codes" in page) == (number > 5)
        assert "Too many wrong codes" in type_code(browser, code_now()).content.decode()
    assert not is_in(browser)
    assert actions().count("account.code_failed") == 6
    assert actions().count("account.code_throttled") == 1
    run_due_jobs()
    assert [mail.subject for mail in mailoutbox] == ["Somebody knows your password and tries to sign in"]


def test_wrong_codes_of_a_stranger_do_not_lock_anybody_out_of_a_device_that_they_know():
    user = make_staff("publisher")
    known = signed_in_with_app(user)
    known.post("/account/logout/")
    stranger = Client()
    sign_in(stranger, user.username)
    for _number in range(7):
        type_code(stranger, wrong_code())
    sign_in(known, user.username)
    assert type_code(known, code_now()).status_code == 302


def test_the_code_page_is_for_whoever_typed_their_password(client):
    assert client.get(CODE)["Location"] == SIGN_IN
    assert client.post(CODE, {"code": "123456"})["Location"] == SIGN_IN


def test_whoever_began_as_somebody_else_begins_anew(client):
    user = make_staff("publisher")
    add_app(user)
    sign_in(client, user.username)
    assert client.get(SIGN_IN)["Location"] == CODE
    client.post("/account/logout/")
    assert client.get(SIGN_IN).status_code == 200


def test_nobody_is_let_in_who_was_deactivated_between_password_and_code(client):
    user = make_staff("publisher")
    add_app(user)
    sign_in(client, user.username)
    User.objects.filter(pk=user.pk).update(is_active=False)
    type_code(client, code_now())
    assert client.get("/admin/").status_code == 302
    assert client.get("/account/").status_code == 302


# --- Recovery codes ---------------------------------------------------------------------------


def test_a_recovery_code_signs_in_once_and_is_told_of(client, django_capture_on_commit_callbacks, mailoutbox):
    user = make_staff("publisher")
    add_app(user)
    codes = add_recovery_codes(user)
    sign_in(client, user.username)
    with django_capture_on_commit_callbacks(execute=True):
        assert type_code(client, codes[3])["Location"] == "/admin/"
    assert client.get("/admin/").status_code == 200
    again = Client()
    sign_in(again, user.username)
    assert type_code(again, codes[3]).status_code == 200
    assert not is_in(again)
    assert AuditEntry.objects.get(action="account.recovery_code_used").details == {"left": 9}
    run_due_jobs()
    assert [mail.subject for mail in mailoutbox] == ["A recovery code of your account was used"]
    assert codes[3] not in mailoutbox[0].body


def test_recovery_codes_are_shown_once_to_keep_and_to_download(client):
    user = make_user()
    add_app(user)
    codes = add_recovery_codes(user)
    client.force_login(user)
    type_password_again(client)
    page = client.get(RECOVERY).content.decode()
    assert all(f"<code>{code}</code>" in page for code in codes)
    assert 'download="recovery-codes.txt" href="data:text/plain;charset=utf-8,' in page
    page = client.get(RECOVERY).content.decode()
    assert "10 codes are left." in page
    assert not any(code in page for code in codes)
    assert client.get(f"{RECOVERY}download/").status_code == 404


def test_new_recovery_codes_end_the_old_ones(client, django_capture_on_commit_callbacks, mailoutbox):
    user = make_user()
    add_app(user)
    old = add_recovery_codes(user)
    client.force_login(user)
    type_password_again(client)
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(f"{RECOVERY}new/")["Location"] == RECOVERY
    new = re.findall(r"<code>(\d+)</code>", client.get(RECOVERY).content.decode())
    assert len(new) == 10
    assert not set(new) & set(old)
    browser = Client()
    sign_in(browser, user.username)
    assert type_code(browser, old[0]).status_code == 200
    assert type_code(browser, new[0]).status_code == 302
    run_due_jobs()
    assert [mail.subject for mail in mailoutbox][0] == "New recovery codes were made for your account"


# --- Removing -----------------------------------------------------------------------------------


def passkey_of(user):
    return Authenticator.objects.create(user=user, type="webauthn", data={"name": "Phone", "credential": {}})


def test_whoever_needs_a_factor_keeps_the_last_one():
    user = make_staff("publisher")
    browser = signed_in_with_app(user)
    type_password_again(browser)
    assert "this is your last one" in browser.get(f"{APP}remove/").content.decode()
    browser.post(f"{APP}remove/")
    assert second_factor.has_one(user)
    passkey = passkey_of(user)
    browser.post(f"{APP}remove/")
    assert list(second_factor.factors_of(user)) == [passkey]
    page = browser.post(f"/account/passkeys/{passkey.pk}/remove/", follow=True).content.decode()
    assert "this is your last one" in page
    assert second_factor.has_one(user)


def test_whoever_needs_none_may_remove_theirs(client, django_capture_on_commit_callbacks, mailoutbox):
    user = make_user()
    add_app(user)
    add_recovery_codes(user)
    client.force_login(user)
    type_password_again(client)
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(f"{APP}remove/")["Location"] == FACTORS
    assert not Authenticator.objects.exists()
    assert actions().count("account.factor_removed") == 1
    run_due_jobs()
    assert [mail.subject for mail in mailoutbox] == ["A second factor was removed from your account"]


def test_the_passkeys_of_others_are_out_of_reach(client):
    theirs = passkey_of(make_user())
    client.force_login(make_user())
    type_password_again(client)
    for address in (f"/account/passkeys/{theirs.pk}/", f"/account/passkeys/{theirs.pk}/remove/"):
        assert client.get(address).status_code == 404
        assert client.post(address, {"name": "Mine"}).status_code == 404
    theirs.refresh_from_db()
    assert theirs.data["name"] == "Phone"


# --- Passkeys: the ceremony itself is tried in a real browser ---------------------------------------

NONSENSE = [
    "",
    "x",
    "[]",
    "null",
    "1",
    '"x"',
    "{}",
    '{"response": []}',
    '{"id": "AA", "rawId": "AA", "type": "public-key", "response": {}}',
    '{"id": 1, "rawId": null, "type": "x", "response": {"userHandle": "//"}}',
    '{"id":"AA","rawId":"AA","type":"public-key","response":{"clientDataJSON":"e30","attestationObject":"o2"}}',
    '{"id":"AA","rawId":"AA","type":"public-key","response":{"clientDataJSON":"e30","authenticatorData":"AA",'
    '"signature":"AA","userHandle":"enp6enp6enp6enp6"}}',
    '{"id":"AA","rawId":"AA","type":"public-key","response":{"clientDataJSON":"' + "e30" * 20_000 + '"}}',
    "[" * 20_000,
]


@pytest.mark.parametrize("answer", NONSENSE)
def test_no_nonsense_in_the_place_of_a_passkey_breaks_or_opens_anything(client, answer):
    address = "/account/passkeys/login/"
    client.get(address, headers={"Accept": "application/json"})
    assert client.post(address, {"credential": answer})["Location"] == SIGN_IN
    user = make_staff("publisher")
    add_app(user)
    sign_in(client, user.username)
    client.get(CODE)
    assert client.post(CODE, {"credential": answer}).status_code == 200
    assert not is_in(client)
    browser = Client()
    browser.force_login(make_user())
    type_password_again(browser)
    browser.get("/account/passkeys/add/")
    assert browser.post("/account/passkeys/add/", {"name": "x", "credential": answer}).status_code == 200
    assert not Authenticator.objects.filter(type="webauthn").exists()


def test_the_password_form_has_the_sign_in_by_passkey_beside_it(client):
    page = client.get(f"{SIGN_IN}?next=/admin/articles/").content.decode()
    assert 'autocomplete="username webauthn"' in page
    assert page.count('name="next" value="/admin/articles/"') == 2
    assert PASSWORD not in page
