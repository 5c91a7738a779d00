"""Where files lie, as the environment says: in a folder of this machine, or in S3-compatible buckets."""

import re

from csp.constants import SELF
from django.core.exceptions import ImproperlyConfigured

# An address for a Content-Security-Policy: nothing in it may end the directive.
_MEDIA_URL = re.compile(r"(/[A-Za-z0-9._~-]+|https?://[A-Za-z0-9.:-]+)/([A-Za-z0-9._~-]+/)*")


def local_storages(data_dir):
    """Both storages as folders below `data_dir`; public files are in MEDIA_ROOT."""
    return {
        "default": {"BACKEND": "media_library.storage.WholeFileSystemStorage"},
        # Originals as they were uploaded: never below MEDIA_ROOT, never served.
        "originals": {
            "BACKEND": "media_library.storage.PrivateFileSystemStorage",
            "OPTIONS": {
                "location": data_dir / "originals",
                # Only the site's own account reads them: a web server has no business there.
                "file_permissions_mode": 0o600,
                "directory_permissions_mode": 0o700,
            },
        },
    }


def storage_in_use(env):
    """Which storage the site uses: "local" or "s3". Raises `ImproperlyConfigured` for any other."""
    name = env("NEWSROOM_STORAGE", default="local")
    if name not in ("local", "s3"):
        raise ImproperlyConfigured(f"NEWSROOM_STORAGE is “{name}”: it can be “local” or “s3”.")
    return name


def s3_storages(env):
    """
    Both storages as buckets; {} where the environment speaks of none.

    Raises `ImproperlyConfigured` for half a configuration, and names what is missing.
    """
    needed = {
        "NEWSROOM_S3_PUBLIC_BUCKET": env("NEWSROOM_S3_PUBLIC_BUCKET", default=""),
        "NEWSROOM_S3_PRIVATE_BUCKET": env("NEWSROOM_S3_PRIVATE_BUCKET", default=""),
        "NEWSROOM_S3_ACCESS_KEY": env("NEWSROOM_S3_ACCESS_KEY", default=""),
        "NEWSROOM_S3_SECRET_KEY": env("NEWSROOM_S3_SECRET_KEY", default=""),
    }
    endpoint = env("NEWSROOM_S3_ENDPOINT", default="")
    if storage_in_use(env) == "local" and not endpoint and not any(needed.values()):
        return {}
    if missing := [name for name, value in needed.items() if not value]:
        raise ImproperlyConfigured(
            f"The settings for S3 buckets are not complete: set {', '.join(missing)}, "
            "or set NEWSROOM_STORAGE to “local” and take every NEWSROOM_S3_… away."
        )
    public, private, access_key, secret_key = needed.values()
    if public == private:
        raise ImproperlyConfigured(
            "NEWSROOM_S3_PUBLIC_BUCKET and NEWSROOM_S3_PRIVATE_BUCKET name the same bucket, so that everybody could "
            "read originals. Make two."
        )
    shared = {
        "endpoint_url": endpoint or None,
        "region_name": env("NEWSROOM_S3_REGION", default="us-east-1"),
        "access_key": access_key,
        "secret_key": secret_key,
    }
    return {
        "default": {"BACKEND": "media_library.s3.PublicBucketStorage", "OPTIONS": shared | {"bucket_name": public}},
        "originals": {"BACKEND": "media_library.s3.PrivateBucketStorage", "OPTIONS": shared | {"bucket_name": private}},
    }


def media_url(env):
    """
    Where readers get public files: an address that ends with a slash.

    Raises `ImproperlyConfigured` for what is none, and when files lie in a
    bucket and nothing says under which address it is reached.
    """
    url = env("NEWSROOM_MEDIA_URL", default="/media/").rstrip("/") + "/"
    if not _MEDIA_URL.fullmatch(url):
        raise ImproperlyConfigured(f"NEWSROOM_MEDIA_URL is no address that pages can use: “{url}”.")
    if storage_in_use(env) == "s3" and url.startswith("/"):
        raise ImproperlyConfigured(
            "NEWSROOM_STORAGE is “s3”: set NEWSROOM_MEDIA_URL to the address at which readers reach the public bucket."
        )
    return url


def media_sources(url):
    """Where pages may load pictures and recordings from, for the Content-Security-Policy: us and that address alone."""
    return [SELF] if url.startswith("/") else [SELF, url]
