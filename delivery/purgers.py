"""How each kind of cache in front of the site is told which pages to drop, by their names (`delivery.surrogates`)."""

import json
import logging
from http.client import HTTPException
from urllib.error import HTTPError
from urllib.request import HTTPRedirectHandler, Request, build_opener

from django.conf import settings

logger = logging.getLogger(__name__)

TIMEOUT = 10  # seconds, for each step of a connection
MOST_IN_AN_ANSWER = 64 * 1024  # bytes
USER_AGENT = "Newsroom"
# How many names are told at once. https://developers.cloudflare.com/api/resources/cache/methods/purge/ and
# https://www.fastly.com/documentation/reference/api/purging/ have these limits; others take 8 kB of headers.
AT_ONCE = {"http": 256, "varnish": 256, "fastly": 256, "cloudflare": 30}


class Refused(Exception):
    """A cache was not told. Its text says why, and holds no secret."""


class _NoRedirects(HTTPRedirectHandler):
    """An address that moved is for the operator to set anew: the token is sent where the settings say."""

    def redirect_request(self, *_arguments):
        return None


_opener = build_opener(_NoRedirects)


def drop(names):
    """Has pages with these names dropped. Returns the names that could not be told, and says in the log why."""
    most = AT_ONCE[settings.NEWSROOM_PURGE]
    for start in range(0, len(names), most):
        try:
            _ask(_REQUESTS[settings.NEWSROOM_PURGE](names[start : start + most]))
        except Refused as refusal:
            logger.warning("purge.failed by=%s error=%s", settings.NEWSROOM_PURGE, refusal)
            return names[start:]
    return []


def _ask(request):
    request.add_header("User-Agent", USER_AGENT)
    try:
        with _opener.open(request, timeout=TIMEOUT) as response:
            answer = response.read(MOST_IN_AN_ANSWER)
    except HTTPError as error:
        error.close()
        raise Refused(f"status {error.code}") from None
    except (OSError, HTTPException) as error:
        raise Refused(f"{type(error).__name__}: {getattr(error, 'reason', '') or 'no answer'}") from None
    if settings.NEWSROOM_PURGE == "cloudflare" and not _says_success(answer):
        raise Refused("the answer is not “success”")


def _says_success(answer):
    try:
        return json.loads(answer).get("success") is True
    except (ValueError, AttributeError):
        return False


def _by_http(names):
    return _request_to("", names, method=settings.NEWSROOM_PURGE_METHOD, headers=_bearer())


def _by_varnish(names):
    return _request_to("", names, method="PURGE", headers=_bearer())


def _by_fastly(names):
    address = f"/service/{settings.NEWSROOM_FASTLY_SERVICE}/purge"
    return _request_to(address, names, method="POST", headers={"Fastly-Key": settings.NEWSROOM_PURGE_TOKEN})


def _by_cloudflare(names):
    address = f"/client/v4/zones/{settings.NEWSROOM_CLOUDFLARE_ZONE}/purge_cache"
    headers = _bearer() | {"Content-Type": "application/json"}
    return _request_to(address, [], method="POST", headers=headers, body=json.dumps({"tags": names}).encode())


_REQUESTS = {"http": _by_http, "varnish": _by_varnish, "fastly": _by_fastly, "cloudflare": _by_cloudflare}


def _bearer():
    token = settings.NEWSROOM_PURGE_TOKEN
    return {"Authorization": f"Bearer {token}"} if token else {}


def _request_to(address, names, *, method, headers, body=None):
    if names:
        headers = headers | {"Surrogate-Key": " ".join(names)}
    if body is None and method == "POST":
        body = b""
    url = settings.NEWSROOM_PURGE_URL.rstrip("/") + address if address else settings.NEWSROOM_PURGE_URL
    return Request(url, data=body, headers=headers, method=method)  # noqa: S310 (the settings take https alone)
