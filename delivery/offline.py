"""
`/sw.js`: what a reader's browser keeps for when there is no connection (a service worker).

It keeps the articles that were read last and each language's page of headlines
(`pages.offline`), and nothing else. Each language of the site has a worker of
its own below its address, so that none ever stands between a browser and the
admin. `NEWSROOM_SERVICE_WORKER=off` has the workers that are out there empty
their caches and go.
"""

from hashlib import sha256

from csp.constants import NONE, SELF
from csp.decorators import csp
from django.conf import settings
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

PATH = "sw.js"

# How many articles are kept in each language, and for how many minutes its headlines count as new.
KEPT_ARTICLES = 10
FRESH_MINUTES = 30

# A worker obeys the policy that it came with: it asks this site for pages, and nobody else.
POLICY = {
    "default-src": [NONE],
    "connect-src": [SELF],
    "base-uri": [NONE],
    "form-action": [NONE],
    "frame-ancestors": [NONE],
}


@require_safe
@csp(POLICY)
def worker(request):
    """The worker, or the one that ends it. Its caches carry its version, so that another one begins anew."""
    if settings.NEWSROOM_SERVICE_WORKER:
        code = render_to_string("delivery/worker.js", {"articles": KEPT_ARTICLES, "minutes": FRESH_MINUTES})
        code = f'const version="{sha256(code.encode()).hexdigest()[:8]}";{code}'
    else:
        code = render_to_string("delivery/worker_off.js")
    return HttpResponse(code, content_type="text/javascript; charset=utf-8")
