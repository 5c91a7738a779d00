"""
The scoring rules of the HTTP Observatory, for one page.

Source: https://developer.mozilla.org/en-US/observatory/docs/tests_and_scoring
and the project behind it, https://github.com/mdn/mdn-http-observatory, as of
August 2026: `src/grader/charts.js` (what each result is worth) and
`src/analyzer/tests/` (when it is given). Written anew from these rules.

Not looked at: `<meta http-equiv>` (our pages have none) and the preload list
of browsers (the +5 for being in it is not ours to give).
"""

from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import urlsplit

BASELINE = 100
# Bonuses count only where the penalties leave so much.
LEAST_FOR_BONUSES = 90

_SIX_MONTHS = 15_552_000
_BROAD = {"ftp:", "http:", "https:", "*", "http://*", "http://*.*", "https://*", "https://*.*"}
_INLINE = {"'unsafe-inline'", "data:"}
_KEYED = ("'sha256-", "'sha384-", "'sha512-", "'nonce-")
_PRIVATE_REFERRERS = {"no-referrer", "same-origin", "strict-origin", "strict-origin-when-cross-origin"}
_UNSAFE_REFERRERS = {"origin", "origin-when-cross-origin", "unsafe-url", "no-referrer-when-downgrade"}


@dataclass(frozen=True)
class Visit:
    """A page as it came over TLS, and what its address answers without (both responses of Django's test client)."""

    page: object
    plain: object
    host: str = "testserver"

    def header(self, name):
        return self.page.headers.get(name, "").strip()


def score(visit):
    """(total, test → points) of a page."""
    points = {test.__name__: test(visit) for test in TESTS}
    penalties = sum(value for value in points.values() if value < 0)
    bonuses = sum(value for value in points.values() if value > 0)
    total = BASELINE + penalties
    return max(0, total + bonuses if total >= LEAST_FOR_BONUSES else total), points


def content_security_policy(visit):
    policy = _policy(visit)
    if not policy:
        return -25
    scripts, styles, objects = (_sources(policy, name) for name in ("script-src", "style-src", "object-src"))
    active = {
        source for name in policy if name not in {"img-src", "media-src", "script-src"} for source in policy[name]
    }
    passive = _sources(policy, "img-src") | _sources(policy, "media-src")
    if scripts & (_BROAD | _INLINE) or objects & _BROAD:
        return -20
    if any(source.startswith(("http:", "ftp:")) for source in active | scripts):
        return -20
    if "'unsafe-eval'" in scripts | styles:
        return -10
    if any(source.startswith(("http:", "ftp:")) for source in passive):
        return -10
    if styles & (_BROAD | _INLINE):
        return 0
    return 10 if policy.get("default-src") == {"'none'"} else 5


def _policy(visit):
    """Directive → its sources; nothing for a header that is missing or says a thing twice."""
    policy = {}
    for directive in visit.header("Content-Security-Policy").lower().split(";"):
        name, *sources = directive.split() or [""]
        if name in policy:
            return {}
        if name:
            policy[name] = set(sources) or {"'none'"}
    return policy


def _sources(policy, name):
    sources = set(policy.get(name) or policy.get("default-src") or {"*"})
    if any(source.startswith(_KEYED) for source in sources):
        sources.discard("'unsafe-inline'")  # Browsers ignore it beside a nonce or a hash.
    return sources


def cookies(visit):
    found = visit.page.cookies.values()
    if not found:
        return 0
    return min(_cookie(cookie, strict_transport_security(visit) >= 0) for cookie in found)


def _cookie(cookie, has_hsts):
    name = cookie.key.lower()
    is_session, same_site = "sess" in name or "login" in name, cookie["samesite"].lower()
    if not cookie["secure"]:
        return {(True, True): -10, (True, False): -40, (False, True): -5, (False, False): -20}[is_session, has_hsts]
    if is_session and not cookie["httponly"]:
        return -30
    if same_site not in {"", "lax", "strict", "none"} or ("csrf" in name and not same_site):
        return -20
    return 5 if same_site else 0


def cross_origin_resource_sharing(visit):
    is_reflected = visit.header("Access-Control-Allow-Origin") not in {"", "*"}
    return -50 if is_reflected and visit.header("Access-Control-Allow-Credentials").lower() == "true" else 0


def cross_origin_resource_policy(visit):
    return {"": 0, "cross-origin": 0, "same-site": 10, "same-origin": 10}.get(
        visit.header("Cross-Origin-Resource-Policy").lower(), -5
    )


def cross_origin_opener_policy(visit):
    isolating = {"same-origin", "same-origin-allow-popups", "noopener-allow-popups"}
    return dict.fromkeys(isolating, 10).get(
        visit.header("Cross-Origin-Opener-Policy"),
        0 if visit.header("Cross-Origin-Opener-Policy") in {"", "unsafe-none"} else -5,
    )


def cross_origin_embedder_policy(visit):
    return {"": 0, "unsafe-none": 0, "require-corp": 10, "credentialless": 10}.get(
        visit.header("Cross-Origin-Embedder-Policy"), -5
    )


def redirection(visit):
    if visit.plain.status_code not in {301, 302, 303, 307, 308}:
        return -20
    target = urlsplit(visit.plain.headers["Location"])
    if target.scheme != "https":
        return -10
    return 0 if target.hostname == visit.host else -5


def referrer_policy(visit):
    known = [
        policy.strip()
        for policy in visit.header("Referrer-Policy").lower().split(",")
        if policy.strip() in _PRIVATE_REFERRERS | _UNSAFE_REFERRERS
    ]
    if not visit.header("Referrer-Policy"):
        return 0
    return 5 if known and known[-1] in _PRIVATE_REFERRERS else -5


def strict_transport_security(visit):
    facts = dict(
        part.strip().lower().partition("=")[::2] for part in visit.header("Strict-Transport-Security").split(";")
    )
    age = facts.get("max-age", "")
    if not age.isdecimal():
        return -20
    return 0 if int(age) >= _SIX_MONTHS else -10


def subresource_integrity(visit):
    if not visit.header("Content-Type").startswith(("text/html", "application/xhtml+xml")):
        return 0
    scripts = _Scripts()
    scripts.feed(visit.page.content.decode())
    points = [_script(attributes, visit.host) for attributes in scripts.found]
    return min(points, default=0) if min(points, default=0) < 0 else max(points, default=0)


def _script(attributes, host):
    target, has_hash = urlsplit(attributes["src"]), bool(attributes.get("integrity"))
    is_ours = not target.netloc or (target.scheme == "https" and target.hostname == host)
    if is_ours or (target.scheme == "https" and has_hash):
        return 5 if has_hash else 0
    if target.scheme == "https":
        return -5
    return -20 if has_hash else -50


class _Scripts(HTMLParser):
    """Collects the attributes of scripts that have an address."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attributes):
        if tag == "script" and dict(attributes).get("src"):
            self.found.append(dict(attributes))


def x_content_type_options(visit):
    return 0 if visit.header("X-Content-Type-Options").lower() == "nosniff" else -5


def x_frame_options(visit):
    if "frame-ancestors" in _policy(visit):
        return 5
    said = visit.header("X-Frame-Options").lower()
    if said in {"deny", "sameorigin"}:
        return 5
    return 0 if said.startswith("allow-from") else -20


TESTS = (
    content_security_policy,
    cookies,
    cross_origin_embedder_policy,
    cross_origin_opener_policy,
    cross_origin_resource_policy,
    cross_origin_resource_sharing,
    redirection,
    referrer_policy,
    strict_transport_security,
    subresource_integrity,
    x_content_type_options,
    x_frame_options,
)
