"""deploy/nginx as a real nginx runs it: what it keeps of the site's pages, for whom, and for how long."""

import gzip
import json
import re
import time
from threading import Thread

import pytest
from django.conf import settings as project
from django.test import Client

from delivery.display import DATA, SIZES, THEMES
from delivery.proxies import trusted_proxies
from tests.builders import make_article, make_superuser, publish
from tests.production import like_production
from tests.setup.nginx import FOLDER, Nginx, Upstream, needed

pytestmark = pytest.mark.one_database

SECOND = "public, max-age=0, s-maxage=1"
CSS = "body { color: black }" * 50


@pytest.fixture
def site():
    """What stands in the site's place."""
    upstream = Upstream()
    upstream.answer = 200, {"Cache-Control": "public, max-age=0, s-maxage=60", "Vary": "Save-Data, Cookie"}, b"first"
    yield upstream
    upstream.stop()


@pytest.fixture
def nginx(tmp_path, site):
    needed()
    server = Nginx(tmp_path / "nginx", site.address)
    server.start()
    yield server
    server.stop()


def text(answer):
    return answer[2].decode()


def kept(nginx, path, **headers):
    """Asks for a page until nginx has kept it, and for once more."""
    for _visit in range(2):
        nginx.ask(path, **headers)
    return nginx.ask(path, **headers)


def test_nginx_has_nothing_to_say_against_it(tmp_path):
    needed()
    assert Nginx(tmp_path / "nginx", "127.0.0.1:1").complaints() == ""


# --- What is kept -------------------------------------------------------------------------


def test_a_page_is_kept_for_as_long_as_the_site_says_and_browsers_ask_again(nginx, site):
    status, headers, body = kept(nginx, "/en/")
    assert (status, body, len(site.asked)) == (200, b"first", 2)
    assert headers["Cache-Control"] == "public, no-cache"
    assert nginx.statuses() == ["MISS", "MISS", "HIT"]
    assert nginx.ask("/en/", method="HEAD")[0] == 200
    assert len(site.asked) == 2


def test_what_is_asked_for_once_is_not_written_to_the_disk(nginx):
    for number in range(20):
        nginx.ask(f"/en/?nonsense={number}")
    assert not [path for path in (nginx.folder / "newsroom-pages").rglob("*") if path.is_file()]


@pytest.mark.parametrize("caching", ["public, no-cache", "private, no-store", "max-age=0, no-store, private", None])
def test_what_the_site_does_not_share_is_never_kept(nginx, site, caching):
    site.answer = 200, {"Cache-Control": caching} if caching else {}, b"first"
    assert kept(nginx, "/en/")[1]["Cache-Control"] == caching
    assert len(site.asked) == 3


def test_neither_is_what_sets_a_cookie(nginx, site):
    site.answer = 200, site.answer[1] | {"Set-Cookie": "a=b"}, b"first"
    kept(nginx, "/en/")
    assert len(site.asked) == 3


@pytest.mark.parametrize("path", ["/en/search/?q=a", "/ar/contact/", "/tr/display/", "/admin/", "/account/login/"])
def test_searches_forms_and_staff_go_to_the_site_whatever_it_says(nginx, site, path):
    kept(nginx, path)
    assert len(site.asked) == 3
    assert set(nginx.statuses()) <= {"BYPASS", ""}


def test_who_is_signed_in_talks_to_the_site_itself(nginx, site):
    kept(nginx, "/en/")
    site.answer = 200, site.answer[1], b"with a secret"
    cookie = "display=dark.100.auto; __Host-session=abc; other=1"
    assert text(nginx.ask("/en/", Cookie=cookie)) == "with a secret"
    assert site.asked[-1][2]["Cookie"] == cookie
    assert nginx.statuses()[-1] == "BYPASS"
    assert text(nginx.ask("/en/")) == "first"


def test_what_is_sent_goes_to_the_site_itself(nginx, site):
    kept(nginx, "/en/")
    nginx.ask("/en/", method="POST", body="a=b", Cookie="any=1")
    assert site.asked[-1][0] == "POST"
    assert site.asked[-1][2]["Cookie"] == "any=1"


# --- For whom -----------------------------------------------------------------------------


def test_each_look_that_there_is_has_a_page_of_its_own_and_others_have_none(nginx, site):
    looks = [f"{theme}.{size}.{data}" for theme in THEMES for size in SIZES for data in DATA]
    for look in looks:
        site.answer = 200, site.answer[1], look.encode()
        for _visit in range(2):
            assert text(nginx.ask("/en/", Cookie=f"display={look}")) == look
        assert site.asked[-1][2].get("Cookie", "display=system.100.auto") == f"display={look}"
    before = len(site.asked)
    for look in looks:
        assert text(nginx.ask("/en/", Cookie=f"a=b; display={look}")) == look
    for cookie in ("display=", "display=dark", "display=<script>", "display=dark.100.auto.x", "other=1", "displayed=1"):
        assert text(nginx.ask("/en/", Cookie=cookie)) == "system.100.auto"
    assert text(nginx.ask("/en/")) == "system.100.auto"
    assert len(site.asked) == before


def test_who_saves_data_has_another_page(nginx, site):
    kept(nginx, "/en/")
    site.answer = 200, site.answer[1], b"light"
    for saves in ("on", "ON", " on "):
        assert text(nginx.ask("/en/", Save_Data=saves)) == "light"
    assert site.asked[-1][2]["Save-Data"] == "on"
    assert text(nginx.ask("/en/", Save_Data="off")) == "first"


@pytest.mark.parametrize(
    ("accepted", "sent"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip, deflate", "gzip"),
        ("br;q=0, gzip;q=0.5", "gzip"),
        ("br;q=0.5", "br"),
        ("gzip;q=0", None),
        ("x-gzip, brotli", None),
        ("identity", None),
        (None, None),
    ],
)
def test_the_site_is_asked_for_the_encodings_that_it_has(nginx, site, accepted, sent):
    nginx.ask("/en/", Accept_Encoding="identity" if accepted is None else accepted)
    assert site.asked[-1][2].get("Accept-Encoding") == sent


def test_hosts_and_addresses_do_not_share_pages(nginx, site):
    kept(nginx, "/en/")
    site.answer = 200, site.answer[1], b"other"
    for path in ("/ar/", "/en", "/en/?page=2", "//en/"):
        assert text(nginx.ask(path)) == "other"


# --- For how long ---------------------------------------------------------------------------


def test_when_its_time_is_over_it_is_asked_for_anew(nginx, site):
    site.answer = 200, {"Cache-Control": SECOND}, b"first"
    kept(nginx, "/en/")
    site.answer = 200, {"Cache-Control": SECOND}, b"second"
    time.sleep(2.1)
    assert text(nginx.ask("/en/")) == "second"
    assert nginx.statuses()[-1] == "EXPIRED"


def test_the_former_page_serves_on_only_as_long_as_the_site_allows(nginx, site):
    site.answer = 200, {"Cache-Control": f"{SECOND}, stale-while-revalidate=2"}, b"first"
    kept(nginx, "/en/")
    site.answer = 200, {"Cache-Control": SECOND}, b"second"
    time.sleep(2.1)
    assert text(nginx.ask("/en/")) == "first"
    assert nginx.statuses()[-1] == "STALE"
    time.sleep(0.3)
    assert text(nginx.ask("/en/")) == "second"


def test_a_page_that_did_not_change_is_not_sent_again(nginx, site):
    site.answer = 200, {"Cache-Control": SECOND, "ETag": '"1"'}, b"first"
    kept(nginx, "/en/")
    site.answer = 304, {"Cache-Control": "public, max-age=0, s-maxage=60", "ETag": '"1"'}, b""
    time.sleep(2.1)
    assert text(nginx.ask("/en/")) == "first"
    assert site.asked[-1][2]["If-None-Match"] == '"1"'
    assert text(nginx.ask("/en/")) == "first"
    assert nginx.statuses()[-2:] == ["REVALIDATED", "HIT"]


def test_a_reader_who_has_it_already_is_told_so(nginx, site):
    site.answer = 200, site.answer[1] | {"ETag": '"1"'}, b"first"
    kept(nginx, "/en/")
    status, headers, body = nginx.ask("/en/", If_None_Match='"1"')
    assert (status, body, headers["ETag"], headers["Cache-Control"]) == (304, b"", '"1"', "public, no-cache")


@pytest.mark.parametrize("trouble", ["is_down", "is_away"])
def test_while_the_site_does_not_answer_the_former_page_is_shown_for_as_long_as_it_allowed(nginx, site, trouble):
    site.answer = 200, {"Cache-Control": f"{SECOND}, stale-if-error=3"}, b"first"
    kept(nginx, "/en/")
    time.sleep(2.1)
    if trouble == "is_away":
        site.stop()
    site.is_down = True
    assert text(nginx.ask("/en/")) == "first"
    assert nginx.statuses()[-1] == "STALE"
    assert nginx.ask("/en/never/")[0] == 503
    time.sleep(3)
    assert nginx.ask("/en/")[0] == 503


def test_what_the_site_cannot_make_anew_is_not_shown_as_it_was(nginx, site):
    """It keeps pages itself, which need no database: what it makes anew is what it took back."""
    site.answer = 200, {"Cache-Control": f"{SECOND}, stale-if-error=600"}, b"first"
    kept(nginx, "/en/")
    time.sleep(2.1)
    site.answer = 500, {}, b"an error"
    assert nginx.ask("/en/")[0] == 500


@pytest.mark.parametrize(("status", "caching"), [(410, SECOND), (404, "public, no-cache"), (403, "no-store")])
def test_what_is_gone_is_gone_and_does_not_come_back_when_the_site_fails(nginx, site, status, caching):
    site.answer = 200, {"Cache-Control": f"{SECOND}, stale-if-error=600"}, b"first"
    kept(nginx, "/en/")
    time.sleep(2.1)
    site.answer = status, {"Cache-Control": caching}, b"gone"
    assert nginx.ask("/en/")[0] == status
    assert nginx.ask("/en/")[0] == status
    if status == 410:
        time.sleep(2.1)
        site.is_down = True
        assert nginx.ask("/en/")[0] == 503


def test_a_crowd_asks_the_site_once(nginx, site):
    nginx.ask("/en/")
    site.gate.clear()
    answers = []
    crowd = [Thread(target=lambda: answers.append(text(nginx.ask("/en/")))) for _number in range(10)]
    for reader in crowd:
        reader.start()
    time.sleep(0.5)
    site.gate.set()
    for reader in crowd:
        reader.join()
    assert answers == ["first"] * 10
    assert len(site.asked) == 2


# --- Limits, files, the log -----------------------------------------------------------------


def test_who_asks_for_far_too_much_is_told_so_and_a_house_full_of_readers_is_not(tmp_path, site):
    needed()
    server = Nginx(tmp_path / "nginx", site.address, ("127.0.0.0/8 1;", ""), ("burst=500", "burst=20"))
    server.start()
    try:
        statuses = [server.ask("/en/")[0] for _request in range(60)]
    finally:
        server.stop()
    assert set(statuses) == {200, 429}
    assert statuses[:20] == [200] * 20


def test_files_are_served_from_the_disk_ready_packed(nginx, site):
    static = nginx.folder / "var" / "static" / "css"
    static.mkdir()
    (static / "site.0123456789ab.css").write_text(CSS)
    with gzip.open(static / "site.0123456789ab.css.gz", "wt") as packed:
        packed.write(CSS)
    (nginx.folder / "var" / "media" / "a.jpg").write_bytes(b"picture")
    for _visit in range(2):
        status, headers, body = nginx.ask("/static/css/site.0123456789ab.css", Accept_Encoding="gzip")
        assert (status, headers["Content-Encoding"], gzip.decompress(body).decode()) == (200, "gzip", CSS)
        assert headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert nginx.ask("/media/a.jpg")[2] == b"picture"
    assert nginx.ask("/static/nothing.css")[0] == 404
    assert site.asked == []


def test_the_page_of_maintenance_goes_before_what_is_kept(nginx, site):
    kept(nginx, "/en/")
    for do, status in (("touch", 503), ("unlink", 200)):
        getattr(nginx.folder / "var" / "maintenance", do)()
        time.sleep(2.1)  # nginx looks once a second
        assert nginx.ask("/en/")[0] == status
        assert nginx.ask("/en/search/")[0] == status


def test_the_log_says_who_answered_and_nothing_of_who_asked(nginx):
    kept(nginx, "/en/?q=secret", User_Agent="Mozilla/5.0 Firefox/140.0")
    lines = nginx.log_lines()
    assert [json.loads(line)["cache"] for line in lines] == ["MISS", "MISS", "HIT"]
    assert all(json.loads(line)["reader"] for line in lines)
    assert not [line for line in lines if "127.0.0.1" in line or "secret" in line]


# --- With the site itself ----------------------------------------------------------------------


@pytest.fixture
def live(tmp_path, live_server, settings, monkeypatch):
    """nginx in front of the site, as in production."""
    needed()
    like_production(settings, monkeypatch)
    settings.ALLOWED_HOSTS = ["news.example.org"]
    settings.NEWSROOM_TRUSTED_PROXIES = trusted_proxies(["127.0.0.1"])
    server = Nginx(tmp_path / "nginx", live_server.url.removeprefix("http://"))
    server.start()
    yield server
    server.stop()


@pytest.mark.django_db(transaction=True)
def test_readers_get_kept_pages_and_staff_their_own(live):
    address = publish(make_article(title_en="Water returns"), "en").editions.get(language="en").get_absolute_url()
    status, headers, page = kept(live, address)
    assert status == 200
    assert live.statuses()[-1] == "HIT"
    assert b"Water returns" in page
    assert "Set-Cookie" not in headers
    staff = Client()
    staff.force_login(make_superuser())
    session = staff.cookies[project.SESSION_COOKIE_NAME].value
    status, headers, _page = live.ask(address, Cookie=f"{project.SESSION_COOKIE_NAME}={session}")
    assert (status, live.statuses()[-1]) == (200, "BYPASS")
    assert {"private", "no-store"} <= set(headers["Cache-Control"].split(", "))
    assert live.ask(address)[2] == page
    assert live.ask("/admin/")[0] == 302


@pytest.mark.django_db(transaction=True)
def test_a_kept_page_looks_as_each_reader_wants_it(live):
    address = publish(make_article(), "en").editions.get(language="en").get_absolute_url()
    plain, dark = kept(live, address), kept(live, address, Cookie="display=dark.100.auto")
    assert b'data-theme="dark"' in dark[2]
    assert b'data-theme="dark"' not in plain[2]
    assert kept(live, address, Accept_Encoding="br")[1]["Content-Encoding"] == "br"
    assert len(set(live.statuses())) == 2


# --- The files agree with the site ---------------------------------------------------------------


LOOK = re.compile(r'"\^\(([\w|]+)\)\\\.\(([\d|]+)\)\\\.\(([\w|]+)\)\$"')


def test_front_servers_know_the_looks_that_there_are():
    for path in (FOLDER / "newsroom.conf", FOLDER.parent / "varnish" / "newsroom.vcl"):
        text = path.read_text()
        [(themes, sizes, data)] = LOOK.findall(text.replace('"~^', '"^'))
        assert [themes.split("|"), sizes.split("|"), data.split("|")] == [list(THEMES), list(SIZES), list(DATA)]
        assert ".".join(next(iter(choices)) for choices in (THEMES, SIZES, DATA)) in text


def test_front_servers_know_the_name_of_the_session(settings, monkeypatch):
    like_production(settings, monkeypatch)
    pattern = f"(^|;)\\s*{settings.SESSION_COOKIE_NAME}="
    assert f'"~{pattern}" 0;' in (FOLDER / "newsroom.conf").read_text()
    assert f'req.http.Cookie ~ "{pattern}"' in (FOLDER.parent / "varnish" / "newsroom.vcl").read_text()
