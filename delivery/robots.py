"""`/robots.txt`: what search engines are asked to leave alone (RFC 9309), and where the sitemaps are."""

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from publishing.languages import language_codes
from publishing.metadata import site_address

# Nothing secret is named here: whoever reads it learns what everybody knows.
RULES = """\
User-agent: *
Disallow: /admin/
Disallow: /account/
Disallow: /*/search/?
"""


@require_safe
def robots(request):
    """The rules, and the addresses of the index and of the news in each language."""
    paths = [reverse("sitemap"), *(reverse("news-sitemap", kwargs={"language": code}) for code in language_codes())]
    sitemaps = "".join(f"Sitemap: {site_address(request)}{path}\n" for path in paths)
    return HttpResponse(f"{RULES}\n{sitemaps}", content_type="text/plain; charset=utf-8")
