"""
`/.well-known/security.txt`: whom to tell about a weakness of the site (RFC 9116).

Settings read this module, so it imports no models.
"""

import re
from datetime import UTC, datetime, time, timedelta

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.validators import validate_email

PATH = ".well-known/security.txt"

# RFC 9116, 2.5.5: less than a year ahead, so that nobody reads an address that was given up long ago.
VALID_FOR = timedelta(days=180)

# RFC 9116, 2.5.3: a URI; one of the web begins with https://.
_URI = re.compile(r"(https://[^\s/]+|mailto:[^\s@]+@|tel:\+?[0-9])[^\s]*")


def security_contacts(names):
    """The contacts as URIs. Raises `ImproperlyConfigured` for what nobody could write to."""
    return [_uri(name) for name in names]


def _uri(name):
    if _URI.fullmatch(name):
        return name
    try:
        validate_email(name)
    except ValidationError as error:
        raise ImproperlyConfigured(
            f"NEWSROOM_SECURITY_CONTACT: “{name}” is no contact. Write an e-mail address, an address that begins "
            "with https://, or tel: and a number, with commas between them."
        ) from error
    return f"mailto:{name}"


def security_txt(now):
    """The file's text at a moment. It stays the same for a day (UTC)."""
    midnight = datetime.combine(now.astimezone(UTC), time(), UTC)
    lines = [
        *(f"Contact: {contact}" for contact in settings.NEWSROOM_SECURITY_CONTACT),
        f"Expires: {midnight + VALID_FOR:%Y-%m-%dT%H:%M:%SZ}",
        f"Preferred-Languages: {', '.join(code for code, _name in settings.LANGUAGES)}",
    ]
    if settings.NEWSROOM_SITE_URL.startswith("https://"):
        lines.append(f"Canonical: {settings.NEWSROOM_SITE_URL}/{PATH}")
    return "\n".join(lines) + "\n"
