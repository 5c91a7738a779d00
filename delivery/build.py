"""Which state of the program runs here, so that no page of another state is taken for one of ours."""

from functools import cache
from hashlib import blake2b

from django.conf import settings

# What pages are made by.
_MADE_BY = ("*/**/*.py", "templates/**/*.*", "locale/**/*.mo", "newsroom/locale/**/*.mo", "static/**/*.*")


@cache
def build_id():
    """A short name of the files that pages are made by: the same on all machines that have the same ones."""
    digest = blake2b(digest_size=8)
    for pattern in _MADE_BY:
        for path in sorted(settings.BASE_DIR.glob(pattern)):
            parts = path.relative_to(settings.BASE_DIR).parts
            if path.is_file() and not parts[0].startswith(".") and "__pycache__" not in parts:
                digest.update(f"{parts}".encode() + path.read_bytes())
    return digest.hexdigest()
