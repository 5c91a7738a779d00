"""What every response carries on its way out: language, caching and security headers."""

from csp.middleware import CSPMiddleware
from django.conf import settings
from django.http import Http404
from django.middleware.gzip import GZipMiddleware
from django.shortcuts import render
from django.urls import get_resolver
from django.utils import translation
from django.utils.cache import add_never_cache_headers, patch_cache_control, patch_vary_headers

from accounts.addresses import is_staff_address
from delivery import reads
from delivery.cookies import has_session
from delivery.display import display_of, shown_as
from publishing.metadata import PageMetadata, in_languages
from publishing.public import Gone


class SafetyHeadersMiddleware:
    """
    What no response goes without, errors, redirects and files included.

    It stands before everything that can answer. Public pictures and recordings
    may be shown elsewhere (feeds are read on other sites, and media may lie
    under a host of their own); everything else is for this site's pages.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        is_staff, is_medium = is_staff_address(request.path_info), is_file(request, response, settings.MEDIA_URL)
        needed = {
            "Cross-Origin-Opener-Policy": settings.SECURE_CROSS_ORIGIN_OPENER_POLICY,
            "Cross-Origin-Resource-Policy": "cross-origin" if is_medium else "same-origin",
            "Permissions-Policy": settings.NEWSROOM_PERMISSIONS_POLICIES["staff" if is_staff else "public"],
            "Referrer-Policy": settings.SECURE_REFERRER_POLICY,
            "X-Content-Type-Options": "nosniff",
        }
        for name, value in needed.items():
            response.headers.setdefault(name, value)
        return response


def is_file(request, response, *prefixes):
    """Whether a response is a file below one of the addresses, and not a page that says that there is none."""
    return response.status_code < 400 and request.path_info.startswith(prefixes)


class LanguageMiddleware:
    """
    Takes the language from the path alone (`/ar/…`).

    Addresses without a language (the admin's sign-in, error pages) get the
    one that the browser prefers. Django's LocaleMiddleware would also look at
    cookies and redirect; a deep link here is never redirected by preference.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        in_path = translation.get_language_from_path(request.path_info)
        language = in_path or preferred_language(request)
        translation.activate(language)
        request.LANGUAGE_CODE = language
        response = self.get_response(request)
        response.headers.setdefault("Content-Language", translation.get_language() or language)
        return response


def preferred_language(request):
    """
    The site's language that the reader's browser asks for (RFC 9110, 12.5.4).

    Kurdish is asked for as `ku`, as `kmr` (Kurmanji) or as `ckb` (Sorani): all
    three mean the site's Kurdish pages.
    """
    return next(iter(accepted_languages(request)), settings.LANGUAGE_CODE)


def accepted_languages(request):
    """All languages of the site that the reader's browser accepts, the most wanted first."""
    accepted = request.headers.get("Accept-Language", "")
    bases = [tag.split("-")[0] for tag, _quality in translation.trans_real.parse_accept_lang_header(accepted)]
    codes = [settings.NEWSROOM_LANGUAGE_ALIASES.get(base, base) for base in bases]
    return [code for code in dict.fromkeys(codes) if code in dict(settings.LANGUAGES)]


class DisplayMiddleware:
    """
    Has readers' pages made as the reader wants them to look (`delivery.display`), and says so to caches.

    It stands around everything that makes pages, those of errors included.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if is_staff_address(request.path_info):
            return self.get_response(request)
        with shown_as(display_of(request)):
            response = self.get_response(request)
        if response.get("Content-Type", "").startswith("text/html") and "Location" not in response:
            patch_vary_headers(response, ["Save-Data", "Cookie"])
        return response


class ErrorPagesMiddleware:
    """
    Turns what public views raise into pages: `Http404`, and `Gone` (which Django has no handler for).

    With DEBUG on, readers' 404 pages look as they do in public, too.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, exception):
        if is_staff_address(request.path_info):
            return None
        if isinstance(exception, Gone):
            return gone_page(request, exception)
        if isinstance(exception, Http404):
            return get_resolver().resolve_error_handler(404)(request, exception)
        return None


def gone_page(request, gone):
    """The page of something that was withdrawn: when, why, and where to go on."""
    name, url = gone.front or ("", "")
    context = {
        "edition": gone.edition,
        "front_name": name,
        "front_url": url,
        "languages": in_languages(gone.addresses),
        "page": PageMetadata(title=gone.edition.version.title, addresses=gone.addresses, is_error=True),
    }
    return render(request, "410.html", context, status=410)


class PublicHeadersMiddleware:
    """
    Says who may keep a response.

    Public pages may be kept but must be asked for again (`no-cache`, with the
    ETag that ConditionalGetMiddleware adds); those that the site itself keeps
    get more on their way out (`delivery.surrogates`). The page that says that
    something was withdrawn takes the place of what caches in front kept of it,
    for as short a time. The admin, and anything that a session had a part in,
    is nobody's but the person's own.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if self.is_private(request, response):
            add_never_cache_headers(response)
            return response
        if "Cache-Control" not in response:
            patch_cache_control(response, public=True, **self.lifetime(request, response))
        return response

    @staticmethod
    def lifetime(request, response):
        seconds, is_gone = settings.NEWSROOM_SHARED_SECONDS, response.status_code == 410
        if seconds and is_gone and translation.get_language_from_path(request.path_info):
            return {"max_age": 0, "s_maxage": seconds}
        return {"no_cache": True}

    @staticmethod
    def is_private(request, response):
        session = getattr(request, "session", None)
        touched = session is not None and (session.accessed or session.modified)
        return is_staff_address(request.path_info) or touched or has_session(request) or bool(response.cookies)


class CompressionMiddleware(GZipMiddleware):
    """
    Compresses readers' pages, feeds and sitemaps: a third of the bytes, and less.

    Not what a session had a part in: by the length of a compressed page a
    secret in it can be guessed (BREACH). Readers' pages hold none, so that no
    noise need hide their length.
    """

    max_random_bytes = 0
    _KINDS = ("text/", "application/json", "application/xml", "application/feed+json", "application/manifest+json",
              "application/rss+xml", "application/atom+xml")  # fmt: skip

    def process_response(self, request, response):
        is_text = response.get("Content-Type", "").startswith(self._KINDS)
        if response.streaming or not is_text or "private" in response.get("Cache-Control", ""):
            return response
        if getattr(request, "is_made_to_keep", False) and response.status_code == 200:
            return response  # whoever keeps it makes each encoding once
        return super().process_response(request, response)


class ContentSecurityPolicyMiddleware(CSPMiddleware):
    """
    The strict public policy everywhere; for staff what their editor needs besides, with a nonce; nothing for files.

    A view that gave its response a whole policy of its own (`csp.decorators.csp`) is taken at its word.
    """

    def get_policy_parts(self, request, response, report_only=False):
        parts = super().get_policy_parts(request, response, report_only)
        if report_only or parts.config is not None:
            return parts
        if is_staff_address(request.path_info):
            parts.replace = (parts.replace or {}) | settings.NEWSROOM_ADMIN_CONTENT_SECURITY_POLICY
        elif is_file(request, response, settings.STATIC_URL, settings.MEDIA_URL):
            parts.config = settings.NEWSROOM_FILE_CONTENT_SECURITY_POLICY
        return parts


class ReadCountMiddleware:
    """
    Counts what readers read (`delivery.reads`), in memory: no query, no cookie, nothing about who it was.

    It goes by the path and the answer alone. So it may stand outside of
    whatever answers before a view does, a cache of finished pages above all,
    and outside of what turns 200 into 304: that is a reading, too.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if settings.NEWSROOM_COUNT_READS == "here" and reads.is_reading(request, response):
            reads.count(request.path_info)
        return response
