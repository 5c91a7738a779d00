"""What a reader's browser gets for when there is no connection: the site as an app, and a page of headlines."""

from django.http import JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from articles.models import ArticleEdition
from delivery.page_cache import kept
from pages.frame import frame_of
from publishing.clock import now
from publishing.languages import current_language, direction
from publishing.metadata import PageMetadata, address_everywhere

# How many headlines can be read without a connection.
HEADLINES = 20

# File below static/img/, size, purpose. A maskable icon is cut to whatever shape the device gives its icons.
ICONS = [
    ("icon.svg", "any", "any"),
    ("icon-192.png", "192x192", "any"),
    ("icon-512.png", "512x512", "any"),
    ("icon-512.png", "512x512", "maskable"),
]


@kept()
@require_safe
def manifest(request):
    """The site as an app, in the page's language (https://www.w3.org/TR/appmanifest/)."""
    frame, language = frame_of(request), current_language()
    home = reverse("pages:home")
    facts = {
        "id": home,
        "name": frame.name,
        "description": frame.settings.description or "",
        "lang": language,
        "dir": direction(language),
        "start_url": home,
        # All languages, so that the language switch stays in the app.
        "scope": "/",
        "display": "standalone",
        # With the buttons to go back and to load anew, where there are such windows.
        "display_override": ["minimal-ui"],
        "theme_color": "#00603a",
        "background_color": "#ffffff",
        "categories": ["news"],
        "icons": [_icon(*icon) for icon in ICONS],
    }
    return JsonResponse(facts, content_type="application/manifest+json", json_dumps_params={"ensure_ascii": False})


def _icon(name, sizes, purpose):
    media_type = "image/svg+xml" if name.endswith(".svg") else "image/png"
    return {"src": static(f"img/{name}"), "sizes": sizes, "type": media_type, "purpose": purpose}


@require_safe
def offline(request):
    """What is shown instead of a page that cannot be fetched: the newest headlines of the moment it was kept."""
    context = {
        "kept_at": now(),
        "latest": ArticleEdition.objects.published().for_lines().newest_first()[:HEADLINES],
        "page": PageMetadata(title=_("You are offline"), addresses=address_everywhere("pages:offline"), is_error=True),
    }
    return render(request, "pages/offline.html", context)
