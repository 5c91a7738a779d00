"""Buckets of a server on this machine that speaks S3 (moto), reached over HTTP as the real ones are."""

import itertools
import json
from urllib.request import urlopen

import boto3
import pytest
from moto.server import ThreadedMotoServer

from newsroom.settings.files import s3_storages
from tests.storages import follow_settings

_numbers = itertools.count(1)


class Environment(dict):
    """Stands in for `environ.Env`: what the operator wrote, and nothing of this machine."""

    def __call__(self, name, default):
        return self.get(name, default)


def ask(url):
    """What anybody gets at an address; raises `HTTPError` for less than that."""
    return urlopen(url)  # noqa: S310 - the test's own server


@pytest.fixture(scope="session")
def s3_server():
    """The address of the server."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def s3_environment(s3_server):
    """What an operator writes for two new buckets, which exist; the public one as docs/operations.md makes it."""
    number = next(_numbers)
    public, private = f"public-{number}", f"private-{number}"
    client = boto3.client(
        "s3", endpoint_url=s3_server, region_name="us-east-1", aws_access_key_id="key", aws_secret_access_key="secret"
    )
    client.create_bucket(Bucket=public)
    client.create_bucket(Bucket=private)
    policy = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": "*",
                "Action": "s3:GetObject",
                "Resource": f"arn:aws:s3:::{public}/*",
            }
        ],
    }
    client.put_bucket_policy(Bucket=public, Policy=json.dumps(policy))
    return Environment(
        NEWSROOM_STORAGE="s3",
        NEWSROOM_S3_ENDPOINT=s3_server,
        NEWSROOM_S3_PUBLIC_BUCKET=public,
        NEWSROOM_S3_PRIVATE_BUCKET=private,
        NEWSROOM_S3_ACCESS_KEY="key",
        NEWSROOM_S3_SECRET_KEY="secret",
        NEWSROOM_MEDIA_URL=f"{s3_server}/{public}/",
    )


@pytest.fixture
def both_storages(settings, s3_environment):
    """The site uses its folder, and knows the buckets, too."""
    local = {alias: settings.STORAGES[alias] for alias in ("default", "originals")}
    settings.NEWSROOM_STORAGES = {"local": local, "s3": s3_storages(s3_environment)}
    settings.NEWSROOM_STORAGE = "local"
    return settings.NEWSROOM_STORAGES


@pytest.fixture
def use_storage(settings, monkeypatch, both_storages, s3_environment):
    """Switches the site as an operator does who restarts it: `use_storage("s3")`."""

    def used(name):
        settings.NEWSROOM_STORAGE = name
        settings.MEDIA_URL = s3_environment["NEWSROOM_MEDIA_URL"] if name == "s3" else "/media/"
        settings.STORAGES = settings.STORAGES | both_storages[name]
        follow_settings(monkeypatch)

    return used
