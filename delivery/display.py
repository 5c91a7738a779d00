"""
How a reader wants pages to look: their colours, the size of text, and whether pictures come along.

What was chosen is kept in one cookie of this site, in the reader's browser and
nowhere else; without a choice there is none. The whole request knows it
(`current`), so that tags deep inside a page do, too.
"""

import re
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import asdict, dataclass
from datetime import timedelta
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import get_callable
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext, gettext_lazy, pgettext_lazy
from django.views import View
from django.views.decorators.csrf import csrf_exempt

from publishing.languages import current_language
from publishing.metadata import PageMetadata, address_everywhere, home_address

COOKIE = "display"
COOKIE_AGE = timedelta(days=365)

# No address of ours is longer, whatever a form says of where to go.
LONGEST_ADDRESS = 2000

# What can be chosen; the first of each is what readers get who chose nothing. Sizes are in percent.
THEMES = {
    "system": gettext_lazy("As my device has it"),
    "light": pgettext_lazy("colours", "Light"),
    "dark": pgettext_lazy("colours", "Dark"),
}
SIZES = {
    "100": gettext_lazy("Normal"),
    "125": gettext_lazy("Larger"),
    "150": gettext_lazy("Largest"),
}
DATA = {
    "auto": gettext_lazy("As my browser asks"),
    "lite": gettext_lazy("Low-data pages, always"),
    "full": gettext_lazy("Full pages, always"),
}

_VALUE = re.compile(rf"({'|'.join(THEMES)})\.({'|'.join(SIZES)})\.({'|'.join(DATA)})")


@dataclass(frozen=True)
class Display:
    """What a reader chose. `saves_data`: the browser asks for little data with every page (`Save-Data: on`)."""

    theme: str = "system"
    size: str = "100"
    data: str = "auto"
    saves_data: bool = False

    @property
    def is_lite(self):
        """Whether pages come without pictures, fonts and scripts. What the reader chose goes before the browser."""
        return self.data == "lite" or (self.data == "auto" and self.saves_data)

    @property
    def fixed_theme(self):
        """The colours that were chosen against the device's own, or ""."""
        return "" if self.theme == "system" else self.theme

    @property
    def other_size(self):
        """The size of text in percent where it is not the usual one, or ""."""
        return "" if self.size == "100" else self.size

    @property
    def cookie(self):
        """As the cookie keeps it ("dark.125.auto"); "" where nothing is left to keep."""
        value = f"{self.theme}.{self.size}.{self.data}"
        return "" if value == f"{Display.theme}.{Display.size}.{Display.data}" else value


# Of nearly every reader.
_AS_IT_COMES = Display()


def display_of(request):
    """What the reader who asks chose. A cookie that says anything else than we write says nothing."""
    if "HTTP_COOKIE" not in request.META and "HTTP_SAVE_DATA" not in request.META:
        return _AS_IT_COMES
    match = _VALUE.fullmatch(request.COOKIES.get(COOKIE, ""))
    chosen = match.groups() if match else ()
    # https://wicg.github.io/savedata/#save-data-request-header-field
    return Display(*chosen, saves_data=request.META.get("HTTP_SAVE_DATA", "").strip().lower() == "on")


_current = ContextVar("display", default=Display())  # noqa: B039 (it never changes)


def current():
    """How the page that is being made is to look."""
    return _current.get()


@contextmanager
def shown_as(display):
    """Within it, pages are made for somebody who chose `display`."""
    token = _current.set(display)
    try:
        yield
    finally:
        _current.reset(token)


# --- The form ---------------------------------------------------------------------


class SeeOther(HttpResponseRedirect):
    """What follows is asked for with GET, whatever was done here (RFC 9110, 15.4.4)."""

    status_code = 303


class DisplayForm(forms.Form):
    """What a reader chooses. What is not sent stays as it is: the way to the full page sends one field alone."""

    theme = forms.ChoiceField(
        label=gettext_lazy("Colours"), choices=list(THEMES.items()), required=False, widget=forms.RadioSelect
    )
    size = forms.ChoiceField(
        label=gettext_lazy("Size of text"), choices=list(SIZES.items()), required=False, widget=forms.RadioSelect
    )
    data = forms.ChoiceField(
        label=gettext_lazy("Pictures, videos and fonts"),
        choices=list(DATA.items()),
        required=False,
        widget=forms.RadioSelect,
    )

    def chosen(self, display):
        """`display` with what was sent. Only for a valid form."""
        sent = {name: value for name, value in self.cleaned_data.items() if value}
        return Display(**asdict(display) | sent)


# Nobody is signed in here, nothing is stored on the server, and all that somebody else's page could reach is
# a reader's colours. A token would need a cookie before the reader asked for one.
@method_decorator(csrf_exempt, name="dispatch")
class DisplaySettings(View):
    """Shows the choices, keeps them, and leads back to the page from which the reader came."""

    http_method_names = ["get", "head", "post"]

    def get(self, request):
        return self._page(request, DisplayForm(initial=asdict(current())))

    def post(self, request):
        if not is_from_here(request):
            return get_callable(settings.CSRF_FAILURE_VIEW)(request)
        if "forget" in request.POST:
            return self._leave(request, Display())
        form = DisplayForm(request.POST)
        if not form.is_valid():
            return self._page(request, form, status=400)
        return self._leave(request, form.chosen(current()))

    def _page(self, request, form, status=200):
        page = PageMetadata(
            title=gettext("Display settings"),
            description=gettext("Colours, the size of text, and pages with little data."),
            addresses=address_everywhere("display"),
        )
        context = {"form": form, "page": page, "next": way_back(request), "has_choice": bool(current().cookie)}
        return render(request, "delivery/display.html", context, status=status)

    def _leave(self, request, display):
        response = SeeOther(way_back(request))
        keep(response, display)
        return response


def keep(response, display):
    """Has the reader's browser keep the choice for a year, or forget it where it is the site's own."""
    if not display.cookie:
        response.delete_cookie(COOKIE, samesite="Lax")
        return
    response.set_cookie(
        COOKIE,
        display.cookie,
        max_age=COOKIE_AGE,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def is_from_here(request):
    """
    Whether a page of this site sent a form, as far as the browser says.

    Those that say nothing of it are older than both headers, or no browsers.
    """
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        return False
    origin = request.headers.get("Origin")
    return origin is None or _split(origin).netloc == request.get_host()


def way_back(request):
    """The page of this site from which the reader came (as the form says, or the browser), or the home page."""
    for address in (request.POST.get("next", ""), _path_of_referrer(request)):
        if _is_page_of_ours(address) and _split(address).path not in address_everywhere("display").values():
            return address
    return home_address(current_language())


def _is_page_of_ours(address):
    """Whether it is a path of this site, and nothing that a browser could take for another host."""
    is_path = address.startswith("/") and len(address) <= LONGEST_ADDRESS
    return is_path and url_has_allowed_host_and_scheme(address, allowed_hosts=None)


def _path_of_referrer(request):
    parts = _split(request.headers.get("Referer", ""))
    if parts.netloc != request.get_host():
        return ""
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _split(address):
    """The parts of an address; of what is none, empty ones."""
    try:
        return urlsplit(address)
    except ValueError:
        return urlsplit("")
