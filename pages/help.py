"""Pages about the site itself: its accessibility statement, and what keys do."""

from datetime import date

from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from delivery.page_cache import kept
from publishing.metadata import PageMetadata, address_everywhere

# When the statement was last compared with the site: to be set anew by whoever does it again.
REVIEWED_ON = date(2026, 11, 28)


@kept()
@require_safe
def accessibility(request):
    """What this site does to be read by everybody, what it does not yet do, and whom to tell."""
    page = PageMetadata(
        title=_("Accessibility statement"),
        description=_(
            "Which standard for accessibility this site meets, what is missing, and how to report a barrier."
        ),
        addresses=address_everywhere("pages:accessibility"),
    )
    return render(request, "pages/accessibility.html", {"page": page, "reviewed_on": REVIEWED_ON})


@kept()
@require_safe
def keyboard(request):
    """What keys do here."""
    page = PageMetadata(
        title=_("Reading by keyboard"),
        description=_("Which keys lead through pages, the menu, pictures, lists and videos of this site."),
        addresses=address_everywhere("pages:keyboard"),
    )
    return render(request, "pages/keyboard.html", {"page": page})
