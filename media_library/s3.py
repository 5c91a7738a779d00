"""
Files in S3-compatible buckets: one that readers read, one that nobody else does.

A module of its own, because only installations that use buckets have
django-storages and boto3 (requirements-s3.txt).
"""

import errno
import functools
import threading
from contextlib import contextmanager
from urllib.parse import quote

import boto3
from boto3.exceptions import Boto3Error
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings
from storages.backends.s3 import S3Storage

from media_library.formats import BY_EXTENSION

_MEGABYTE = 1024 * 1024

# Each thread has a connection of its own, made by one session, which is slow to make and not to be used by two at once.
_session = functools.cache(boto3.Session)
_session_lock = threading.Lock()


class BucketStorage(S3Storage):
    """
    A bucket that behaves like the local folder: a taken name gets another, and what fails raises `OSError`.

    Who may read it is the bucket's own policy (see docs/operations.md): no
    object is given rights of its own.
    """

    file_overwrite = False
    default_acl = None
    security_token = None
    session_profile = None
    # What is read comes from the disk above this size, so that a recording never fills the memory.
    max_memory_size = 8 * _MEGABYTE
    transfer_config = TransferConfig(
        multipart_threshold=16 * _MEGABYTE, multipart_chunksize=8 * _MEGABYTE, max_concurrency=2
    )
    client_config = Config(
        signature_version="s3v4",
        connect_timeout=5,
        read_timeout=60,
        retries={"mode": "standard", "total_max_attempts": 4},
        # Not every compatible server knows the checksums that boto3 would add by itself.
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
    )
    cache_control = ""

    def get_object_parameters(self, name):
        extension = name.rpartition(".")[2].lower()
        found = BY_EXTENSION.get(extension)
        # Python's table of media types lacks some of ours, and machines have tables of their own.
        content_type = found.types[0] if found else self.default_content_type
        return {"ContentType": content_type, "CacheControl": self.cache_control}

    def _open(self, name, mode="rb"):
        with self._os_errors():
            return super()._open(name, mode)

    def _save(self, name, content):
        with self._os_errors():
            return super()._save(name, content)

    def get_modified_time(self, name):
        try:
            return super().get_modified_time(name)
        except ClientError as error:
            raise FileNotFoundError(errno.ENOENT, "The bucket has no such file", name) from error

    @contextmanager
    def _os_errors(self):
        """What a bucket cannot do is an `OSError`, as with a folder."""
        try:
            yield
        except (Boto3Error, BotoCoreError, ClientError) as error:
            raise OSError(errno.EIO, f"The bucket {self.bucket_name} does not answer as it should: {error}") from error

    def _create_session(self):
        return _session(aws_access_key_id=self.access_key, aws_secret_access_key=self.secret_key)

    @property
    def connection(self):
        """boto3's resource for this thread."""
        with _session_lock:
            return super().connection

    @property
    def bucket(self):
        """The bucket, for this thread: boto3's resources must not be shared between threads."""
        return self.connection.Bucket(self.bucket_name)

    def names(self):
        """The names of all files, in the bucket's order."""
        for entry in self.bucket.objects.all():
            if not entry.key.endswith("/"):  # some tools make such entries, as if there were folders
                yield entry.key


class PublicBucketStorage(BucketStorage):
    """What readers get. Its names never come back with other content, so that browsers may keep it for a year."""

    cache_control = "public, max-age=31536000, immutable"

    def url(self, name):
        return settings.MEDIA_URL + quote(name)


class PrivateBucketStorage(BucketStorage):
    """Originals. They have no address: asking for one raises `ValueError`, as in the local folder."""

    cache_control = "private, no-store"

    def url(self, name):
        raise ValueError("This file is private: it is not accessible via a URL.")
