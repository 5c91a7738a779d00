"""Static files as production serves them: named by their content, kept for ever, packed beforehand in two ways."""

import gzip
import io
import re
from pathlib import Path

import brotli
import pytest
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.files.storage import storages
from django.core.management import call_command
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils.functional import empty
from whitenoise.middleware import WhiteNoiseMiddleware

from tests.production import production_settings

pytestmark = pytest.mark.one_database

PACKED = {".css", ".js", ".svg"}


@pytest.fixture
def static_root(db, settings, monkeypatch, tmp_path):
    """The site's own static files, collected as for production. `db`: what ends a request looks at connections."""
    settings.STORAGES = settings.STORAGES | {"staticfiles": production_settings(monkeypatch).STORAGES["staticfiles"]}
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.WHITENOISE_AUTOREFRESH = settings.WHITENOISE_USE_FINDERS = False
    storages.__dict__.pop("backends", None)
    storages._storages.clear()
    staticfiles_storage._wrapped = empty
    call_command("collectstatic", interactive=False, stdout=io.StringIO())
    yield Path(settings.STATIC_ROOT)
    storages.__dict__.pop("backends", None)
    storages._storages.clear()
    staticfiles_storage._wrapped = empty


def served(name, **headers):
    """(response, its bytes) of a static file."""
    serve = WhiteNoiseMiddleware(lambda request: HttpResponse(status=404))
    response = serve(RequestFactory().get(staticfiles_storage.url(name), headers=headers))
    content = b"".join(response)
    response.close()
    return response, content


def test_files_are_named_by_their_content_and_packed_twice(static_root):
    names = [path for path in static_root.rglob("*") if path.suffix in PACKED and path.stat().st_size > 1000]
    assert len(names) > 10
    for path in names:
        small = {ending: path.with_name(path.name + ending) for ending in (".br", ".gz")}
        assert brotli.decompress(small[".br"].read_bytes()) == path.read_bytes()
        assert gzip.decompress(small[".gz"].read_bytes()) == path.read_bytes()
        assert small[".br"].stat().st_size < small[".gz"].stat().st_size < path.stat().st_size
    assert re.fullmatch(r"/static/css/site\.[0-9a-f]{12}\.css", staticfiles_storage.url("css/site.css"))


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [("gzip, deflate, br", "br"), ("gzip", "gzip"), ("identity", None)],
)
def test_a_browser_gets_the_smallest_that_it_can_unpack_and_keeps_it_for_ever(static_root, accepted, encoding):
    response, content = served("css/site.css", **{"Accept-Encoding": accepted})
    plain = served("css/site.css", **{"Accept-Encoding": "identity"})[1]
    assert response.status_code == 200
    assert response.headers.get("Content-Encoding") == encoding
    assert {"br": brotli.decompress, "gzip": gzip.decompress, None: bytes}[encoding](content) == plain
    assert "Accept-Encoding" in response["Vary"]
    assert {"public", "immutable"} <= set(response["Cache-Control"].split(", "))
    assert int(re.search(r"max-age=(\d+)", response["Cache-Control"])[1]) >= 31_536_000


def test_fonts_are_packed_already(static_root):
    fonts = list(static_root.rglob("*.woff2"))
    assert fonts
    assert not list(static_root.rglob("*.woff2.*"))


def test_the_front_server_keeps_them_for_ever_by_the_same_names(static_root):
    conf = (Path(__file__).parents[2] / "deploy" / "nginx" / "newsroom.conf").read_text()
    [pattern] = re.findall(r'"~(\\\.\[0-9a-f\].*)" "public, max-age=31536000, immutable"', conf)
    assert re.search(pattern, staticfiles_storage.url("css/site.css"))
    assert not re.search(pattern, "/static/css/site.css")
