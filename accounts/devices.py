"""
Devices in words that people know: "Firefox on Android".

Browsers say who they are in `User-Agent` (RFC 9110, 10.1.5), most of them as
several browsers at once: the first name in the tables below that occurs counts.
What they say is a hint for their owner, and proves nothing.
"""

from django.utils.translation import gettext as _

BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("YaBrowser/", "Yandex Browser"),
    ("FxiOS/", "Firefox"),
    ("Firefox/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


def in_words(user_agent):
    """A browser and its system, in the current language, as far as `user_agent` tells them."""
    browser, system = _first(BROWSERS, user_agent), _first(SYSTEMS, user_agent)
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system or _("an unknown device")


def device_of(request):
    """The device that a request came from, in words."""
    return in_words(request.META.get("HTTP_USER_AGENT", ""))


def _first(table, text):
    return next((name for sign, name in table if sign in text), "")
