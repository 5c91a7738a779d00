"""What every response carries on its way out: language, caching and security headers."""

from csp.middleware import CSPMiddleware
from django.conf import settings
from django.http import Http404
from django.shortcuts import render
from django.urls import get_resolver
from django.utils import translation
from django.utils.cache import add_never_cache_headers, patch_cache_control

from publishing.metadata import PageMetadata
from publishing.public import Gone

STAFF_PREFIX = "/admin/"


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
        if request.path_info.startswith(STAFF_PREFIX):
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
        "page": PageMetadata(title=gone.edition.version.title, addresses=gone.addresses, is_error=True),
    }
    return render(request, "410.html", context, status=410)


class PublicHeadersMiddleware:
    """
    Says who may keep a response.

    Public pages may be kept but must be asked for again (`no-cache`, with the
    ETag that ConditionalGetMiddleware adds). The admin, and anything that a
    session had a part in, is nobody's but the person's own.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if self.is_private(request, response):
            add_never_cache_headers(response)
            return response
        if "Cache-Control" not in response:
            patch_cache_control(response, public=True, no_cache=True)
        return response

    @staticmethod
    def is_private(request, response):
        session = getattr(request, "session", None)
        touched = session is not None and (session.accessed or session.modified)
        return request.path_info.startswith(STAFF_PREFIX) or touched or bool(response.cookies)


class ContentSecurityPolicyMiddleware(CSPMiddleware):
    """
    The strict public policy everywhere; in the admin what its editor needs besides, with a nonce.

    A view that gave its response a whole policy of its own (`csp.decorators.csp`) is taken at its word.
    """

    def get_policy_parts(self, request, response, report_only=False):
        parts = super().get_policy_parts(request, response, report_only)
        if request.path_info.startswith(STAFF_PREFIX) and not report_only and parts.config is None:
            parts.replace = (parts.replace or {}) | settings.NEWSROOM_ADMIN_CONTENT_SECURITY_POLICY
        return parts
