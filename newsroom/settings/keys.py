"""The keys that sign sessions and links: weak ones are refused before anything is signed with them."""

from django.core.exceptions import ImproperlyConfigured

MIN_LENGTH = 50
MIN_DIFFERENT = 10

# What keys of examples and of new projects have in them.
_EXAMPLES = ("insecure", "change", "example", "secret", "your-", "your_")

_HOW_TO = 'Make one with: python -c "import secrets; print(secrets.token_urlsafe(50))"'


def strong_key(key, *, name):
    """The key, if nobody can guess it. Raises `ImproperlyConfigured`, which never shows the key itself."""
    if len(key) < MIN_LENGTH or len(set(key)) < MIN_DIFFERENT:
        raise ImproperlyConfigured(
            f"{name} is too weak: it needs at least {MIN_LENGTH} characters, of which {MIN_DIFFERENT} are different. "
            + _HOW_TO
        )
    if any(word in key.lower() for word in _EXAMPLES):
        raise ImproperlyConfigured(f"{name} looks like the key of an example, which everybody knows. " + _HOW_TO)
    return key
