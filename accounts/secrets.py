"""
Secrets at rest: encrypted with keys that are made from `SECRET_KEY`.

Former keys (`SECRET_KEY_FALLBACKS`) still open what they closed. Fernet is
AES-128-CBC with HMAC-SHA256 (github.com/fernet/spec).
"""

import base64

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.utils.crypto import salted_hmac


def encrypt(text):
    """`text` as it may be stored."""
    return _box().encrypt(text.encode()).decode()


def decrypt(stored):
    """What `encrypt` was given. Raises `cryptography.fernet.InvalidToken` if no key opens it."""
    return _box().decrypt(stored.encode()).decode()


def renew(stored):
    """The same text, encrypted with the key of today. Raises `cryptography.fernet.InvalidToken` if no key opens it."""
    return _box().rotate(stored.encode()).decode()


def _box():
    return MultiFernet([Fernet(_key(secret)) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])


def _key(secret):
    return base64.urlsafe_b64encode(salted_hmac("accounts.secrets", "", secret=secret, algorithm="sha256").digest())
