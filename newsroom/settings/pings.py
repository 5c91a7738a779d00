"""Whom the site tells that something changed: checked when it starts, so that nothing goes where nobody wanted it."""

import re
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

# https://www.indexnow.org/documentation: 8 to 128 letters of ASCII, digits and hyphens.
_KEY = re.compile(r"[A-Za-z0-9-]{8,128}")


def secure_address(address, *, name):
    """The address in the setting `name`, or "". Raises `ImproperlyConfigured` for one that is not https."""
    parts = urlsplit(address)
    if address and not (parts.scheme == "https" and parts.hostname):
        raise ImproperlyConfigured(f"{name} must be an address that begins with https://, not “{address}”.")
    return address


def indexnow_key(key):
    """The key that search engines know the site by, or "". Raises `ImproperlyConfigured` for what they refuse."""
    if key and not _KEY.fullmatch(key):
        raise ImproperlyConfigured(
            "NEWSROOM_INDEXNOW_KEY must have 8 to 128 characters: letters from A to Z, digits and hyphens. "
            'Make one with: python -c "import secrets; print(secrets.token_hex(16))"'
        )
    return key
