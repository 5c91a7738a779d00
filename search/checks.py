"""What `manage.py check` says about the engine that answers searches."""

import re
from importlib.util import find_spec
from urllib.parse import urlsplit

from django.conf import settings
from django.core import checks
from django.utils.module_loading import import_string

# What OpenSearch takes in the name of an index, and no other index can be meant by.
_PREFIX = re.compile(r"[a-z0-9][a-z0-9_-]{0,99}")


@checks.register()
def search_engine_exists(app_configs, **kwargs):
    """The engine must be a class that there is."""
    path = settings.NEWSROOM_SEARCH_ENGINE
    if not path:
        return []
    try:
        import_string(path)
    except ImportError:
        return [
            checks.Error(
                f"NEWSROOM_SEARCH_ENGINE is “{path}”, which cannot be imported.",
                hint="Leave it out: the database, or OpenSearch where OPENSEARCH_URL is set, answers searches then.",
                id="search.E001",
            )
        ]
    return []


@checks.register()
def opensearch_is_usable(app_configs, **kwargs):
    """OpenSearch needs a package, an address, and names for its indexes."""
    if not _is_used():
        return []
    faults = []
    if find_spec("opensearchpy") is None:
        faults.append(
            checks.Error(
                "OpenSearch is to be used, but its client is not installed.",
                hint="Run: pip install -r requirements-opensearch.txt",
                id="search.E002",
            )
        )
    if not _is_address(settings.OPENSEARCH_URL):
        # It is not shown: there may be a password in it.
        faults.append(
            checks.Error(
                "OPENSEARCH_URL is not the address of a server.",
                hint="Write it as https://user:password@search.example.org:9200, with % signs for what is special.",
                id="search.E003",
            )
        )
    if not _PREFIX.fullmatch(settings.NEWSROOM_OPENSEARCH_PREFIX):
        faults.append(
            checks.Error(
                f"NEWSROOM_OPENSEARCH_PREFIX is “{settings.NEWSROOM_OPENSEARCH_PREFIX}”.",
                hint="Names of indexes begin with it: small letters from a to z, digits, hyphens and underscores.",
                id="search.E004",
            )
        )
    return faults


def _is_used():
    return settings.OPENSEARCH_URL or settings.NEWSROOM_SEARCH_ENGINE.startswith("search.engines.opensearch.")


def _is_address(url):
    try:
        parts = urlsplit(url)
        # Asking for the port is what finds a wrong one. The client takes no user without a password.
        is_place = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
        return is_place and (parts.username is None) == (parts.password is None)
    except ValueError:
        return False
