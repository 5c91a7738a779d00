"""The headers of safety are on everything that leaves the site."""

import pytest
from django.conf import settings as project
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.http import HttpResponse
from django.test import Client
from django.urls import path
from django.views.static import serve

from accounts.models import User
from newsroom import urls
from tests.production import like_production

pytestmark = pytest.mark.django_db

SANDBOX = {
    "default-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "sandbox",
}


def broken(request):
    raise RuntimeError("this view is broken")


def own_policy(request):
    return HttpResponse("own", headers={"Referrer-Policy": "no-referrer"})


urlpatterns = [
    path("broken/", broken),
    path("admin/broken/", broken),
    path("own/", own_policy),
    path("media/<path:path>", lambda request, path: serve(request, path, document_root=project.MEDIA_ROOT)),
    *urls.urlpatterns,
]
handler404 = urls.handler404


@pytest.fixture(autouse=True)
def _production(settings, monkeypatch):
    like_production(settings, monkeypatch)
    settings.ROOT_URLCONF = __name__
    settings.WHITENOISE_USE_FINDERS = True
    settings.NEWSROOM_SECURITY_CONTACT = ["mailto:security@example.org"]


class Visitor(Client):
    """A browser that reads files to their end; errors of views become pages, as in production."""

    def __init__(self):
        super().__init__(raise_request_exception=False)

    def get(self, *arguments, **options):
        response = super().get(*arguments, **options)
        if response.streaming:
            b"".join(response)
            response.close()
        return response


@pytest.fixture
def visitor():
    return Visitor()


def policy(response):
    return set(response["Content-Security-Policy"].split("; "))


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/en/", 200),
        ("/", 302),
        ("/en/nothing-here/", 404),
        ("/broken/", 500),
        ("/admin/", 302),
        ("/admin/broken/", 500),
        ("/admin/nothing-here/", 302),
        ("/account/login/", 200),
        ("/healthz", 200),
        ("/readyz", 200),
        ("/.well-known/security.txt", 200),
        ("/sw.js", 200),
        ("/en/display/", 200),
        ("/en/offline/", 200),
        ("/en/manifest.webmanifest", 200),
        ("/static/css/site.css", 200),
        ("/static/nothing.css", 404),
        ("/media/pictures/a.jpg", 200),
        ("/media/pictures/b.jpg", 404),
    ],
)
def test_headers_are_on_every_response(visitor, address, status):
    default_storage.save("pictures/a.jpg", ContentFile(b"picture"))
    response = visitor.get(address, secure=True)
    assert response.status_code == status
    assert {"default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"} <= policy(response)
    assert response["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains; preload"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "strict-origin-when-cross-origin"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "geolocation=()" in response["Permissions-Policy"]
    assert response["Cross-Origin-Resource-Policy"] in {"same-origin", "cross-origin"}


@pytest.mark.parametrize("headers", [{}, {"Host": "evil.example"}])
def test_headers_are_on_the_redirect_to_https_and_on_what_is_refused_before_it(visitor, headers):
    response = visitor.get("/en/", headers=headers)
    assert response.status_code == (400 if headers else 301)
    assert "default-src 'none'" in policy(response)
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in response["Permissions-Policy"]


def test_readers_pages_may_do_the_least(visitor):
    found = policy(visitor.get("/en/", secure=True))
    assert {"script-src 'self'", "style-src 'self'", "object-src 'none'", "form-action 'self'"} <= found
    assert {"manifest-src 'self'", "worker-src 'self'"} <= found
    assert [part for part in found if part.startswith("connect-src")] == ["connect-src 'self'"]
    assert "unsafe" not in "".join(found)
    assert "nonce" not in "".join(found)


def test_the_admin_has_a_nonce_of_its_own_on_each_page(visitor):
    visitor.force_login(User.objects.create_superuser("boss", "boss@example.org"))
    nonces = set()
    for _visit in range(2):
        response = visitor.get("/admin/articles/article/add/", secure=True)
        (script,) = [part for part in policy(response) if part.startswith("script-src ")]
        assert script.startswith("script-src 'self' 'nonce-")
        nonces.add(script)
        assert {"object-src 'none'", "base-uri 'none'", "form-action 'self'"} <= policy(response)
        assert "unsafe" not in response["Content-Security-Policy"]
    assert len(nonces) == 2


@pytest.mark.parametrize("address", ["/admin/login/", "/account/login/"])
def test_staff_pages_are_nobody_elses_to_keep(visitor, address):
    assert "no-store" in visitor.get(address, secure=True)["Cache-Control"]


def test_a_file_that_is_opened_by_itself_runs_nothing(visitor):
    default_storage.save("pictures/a.jpg", ContentFile(b"picture"))
    assert policy(visitor.get("/media/pictures/a.jpg", secure=True)) == SANDBOX
    assert policy(visitor.get("/static/css/site.css", secure=True)) == SANDBOX


def test_a_file_that_is_asked_for_again_keeps_its_policy(visitor):
    default_storage.save("pictures/a.jpg", ContentFile(b"picture"))
    first = visitor.get("/media/pictures/a.jpg", secure=True)
    again = visitor.get("/media/pictures/a.jpg", secure=True, headers={"If-Modified-Since": first["Last-Modified"]})
    assert again.status_code == 304
    assert policy(again) == SANDBOX


def test_the_page_that_says_that_a_file_is_missing_looks_like_the_others(visitor):
    assert "style-src 'self'" in policy(visitor.get("/static/nothing.css", secure=True))


def test_public_pictures_may_be_shown_in_feed_readers_and_nothing_else_may(visitor):
    default_storage.save("pictures/a.jpg", ContentFile(b"picture"))
    assert visitor.get("/media/pictures/a.jpg", secure=True)["Cross-Origin-Resource-Policy"] == "cross-origin"
    static = visitor.get("/static/css/site.css", secure=True)
    assert static["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "Access-Control-Allow-Origin" not in static


def test_videos_fill_the_screen_and_only_staff_have_passkeys(visitor):
    public = visitor.get("/en/", secure=True)["Permissions-Policy"]
    staff = visitor.get("/account/login/", secure=True)["Permissions-Policy"]
    assert 'fullscreen=(self "https://www.youtube-nocookie.com"' in public
    assert "publickey-credentials-get=()" in public
    assert "publickey-credentials-get=(self)" in staff


def test_a_view_that_says_more_is_taken_at_its_word(visitor):
    assert visitor.get("/own/", secure=True)["Referrer-Policy"] == "no-referrer"


# --- Cookies ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "address", ["/", "/en/", "/ar/", "/en/nothing-here/", "/broken/", "/static/css/site.css", "/healthz"]
)
def test_public_addresses_set_no_cookie(visitor, address):
    response = visitor.get(address, secure=True)
    assert not response.cookies
    # Pages depend on the cookie of the display settings (`delivery.display`), and nothing on a session.
    assert "Cookie" not in response.get("Vary", "").removeprefix("Save-Data, Cookie")
    assert not hasattr(response.wsgi_request, "session") or not response.wsgi_request.session.accessed


def test_the_cookies_of_staff_are_bound_to_this_host_and_to_tls(visitor):
    User.objects.create_superuser("boss", "boss@example.org", "river lantern copper moss")
    visitor.get("/account/login/", secure=True)
    visitor.post("/account/login/", {"login": "boss", "password": "river lantern copper moss"}, secure=True)
    assert {"__Host-csrf", "__Host-session"} <= set(visitor.cookies)
    for name, cookie in visitor.cookies.items():
        assert name.startswith("__Host-")
        assert (cookie["secure"], cookie["httponly"], cookie["path"], cookie["domain"]) == (True, True, "/", "")
        assert cookie["samesite"] in {"Lax", "Strict"}
