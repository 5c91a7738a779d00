"""Who asked, and how, is believed from the proxies that the settings name and from nobody else."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpResponse
from django.test import RequestFactory

from delivery.proxies import TrustedProxiesMiddleware, parse_address, trusted_proxies
from tests.production import like_production

READER, PROXY, OUTER_PROXY, LIAR = "198.51.100.7", "10.0.0.5", "192.0.2.1", "203.0.113.66"


@pytest.fixture(autouse=True)
def _proxies(settings, monkeypatch):
    like_production(settings, monkeypatch)
    settings.NEWSROOM_TRUSTED_PROXIES = trusted_proxies(["10.0.0.0/24", OUTER_PROXY, "2001:db8:1::/64", "unix"])


def seen(peer, **headers):
    """The request as views see it, for a connection from `peer` with these headers."""
    found = []
    names = {"HTTP_" + name.upper(): value for name, value in headers.items()}
    request = RequestFactory().get("/", REMOTE_ADDR=peer, **names)
    TrustedProxiesMiddleware(lambda request: found.append(request) or HttpResponse())(request)
    return found[0]


def client(peer, forwarded):
    return seen(peer, x_forwarded_for=forwarded).META["REMOTE_ADDR"]


def test_an_address_that_the_proxy_tells_is_believed():
    assert client(PROXY, READER) == READER


@pytest.mark.parametrize("peer", [READER, "10.0.1.5", "2001:db8:2::1", "unknown"])
def test_a_stranger_is_whoever_the_connection_says(peer):
    assert client(peer, LIAR) == peer


def test_what_a_client_put_in_front_is_not_believed():
    assert client(PROXY, f"{LIAR}, {READER}") == READER


def test_trusted_proxies_in_between_are_passed_over():
    assert client(PROXY, f"{LIAR}, {READER}, {OUTER_PROXY}, 10.0.0.9") == READER


def test_a_request_that_one_of_the_proxies_makes_is_its_own():
    assert client(PROXY, f"{OUTER_PROXY}, 10.0.0.9") == OUTER_PROXY
    assert client(PROXY, "") == PROXY


@pytest.mark.parametrize(
    "nonsense", ["unknown", "_hidden", "1.2.3", "1.2.3.4.5", "::gg", "fe80::1%<script>", "\n", "9" * 5000]
)
def test_what_is_no_address_never_becomes_one(nonsense):
    assert client(PROXY, nonsense) == PROXY
    # Whoever wrote it is not known, so what stands before it may be a lie.
    assert client(PROXY, f"{LIAR}, {nonsense}, {OUTER_PROXY}") == OUTER_PROXY


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("198.51.100.7:4711", "198.51.100.7"),
        ("2001:db8::7", "2001:db8::7"),
        ("2001:0DB8:0::0007", "2001:db8::7"),
        ("[2001:db8::7]", "2001:db8::7"),
        ("[2001:db8::7]:4711", "2001:db8::7"),
        ("::ffff:198.51.100.7", "198.51.100.7"),
        ("[::ffff:198.51.100.7]:80", "198.51.100.7"),
        (" 198.51.100.7\t", "198.51.100.7"),
    ],
)
def test_addresses_are_read_as_proxies_write_them(written, address):
    assert client(PROXY, written) == address


@pytest.mark.parametrize(
    "text", ["198.51.100.7:", "198.51.100.7:http", "[198.51.100.7", "2001:db8::7:80:80:80:80:80:80", "fe80::1%eth0", ""]
)
def test_other_writings_are_no_addresses(text):
    assert parse_address(text) is None


@pytest.mark.parametrize("peer", ["::ffff:10.0.0.5", "2001:db8:1::8"])
def test_a_proxy_is_known_by_every_writing_of_its_address(peer):
    assert client(peer, READER) == READER


def test_a_header_of_any_length_is_read_from_its_end():
    assert client(PROXY, f"{LIAR}, " * 100_000 + READER) == READER
    assert client(PROXY, ", ".join([LIAR] + ["10.0.0.9"] * 50)) == "10.0.0.9"


def test_a_socket_is_a_proxy_only_where_the_settings_say_so(settings):
    assert client("", READER) == READER
    settings.NEWSROOM_TRUSTED_PROXIES = trusted_proxies(["10.0.0.5"])
    assert client("", READER) == ""


def test_nobody_is_trusted_unless_somebody_is_named(settings):
    settings.NEWSROOM_TRUSTED_PROXIES = trusted_proxies([])
    assert client("127.0.0.1", READER) == "127.0.0.1"


def test_tls_is_believed_from_a_proxy_alone():
    assert seen(PROXY, x_forwarded_proto="https").is_secure()
    assert not seen(READER, x_forwarded_proto="https").is_secure()
    assert not seen(PROXY, x_forwarded_proto="http").is_secure()
    assert not seen(PROXY, x_forwarded_proto="https,http").is_secure()
    assert not seen(PROXY).is_secure()


def test_other_claims_of_strangers_are_forgotten(settings):
    settings.USE_X_FORWARDED_HOST = True
    claims = {
        "x_forwarded_host": "evil.example",
        "x_forwarded_port": "1",
        "x_real_ip": LIAR,
        "forwarded": f"for={LIAR}",
    }
    assert seen(READER, **claims).get_host() == "testserver"
    assert not [name for name in seen(READER, **claims).META if "FORWARDED" in name or "REAL_IP" in name]


def test_views_find_the_address_in_one_place_only():
    request = seen(PROXY, x_forwarded_for=READER, x_real_ip=LIAR, forwarded=f"for={LIAR}")
    assert "X-Forwarded-For" not in request.headers
    assert not [name for name, value in request.META.items() if LIAR in str(value)]


def test_the_site_uses_it(client):
    assert client.get("/healthz", REMOTE_ADDR=PROXY, headers={"X-Forwarded-Proto": "https"}).has_header(
        "Strict-Transport-Security"
    )
    assert client.get("/en/", REMOTE_ADDR=READER, headers={"X-Forwarded-Proto": "https"}).status_code == 301


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("nginx", "Write such as 127.0.0.1"),
        ("10.0.0.5/24", "host bits"),
        ("10.0.0.0/33", "Write such as"),
        ("0.0.0.0/0", "Name the addresses of your proxies"),
        ("::/0", "Name the addresses of your proxies"),
        ("*", "Write such as"),
    ],
)
def test_a_setting_that_names_no_proxy_says_what_to_write(name, reason):
    with pytest.raises(ImproperlyConfigured, match="NEWSROOM_TRUSTED_PROXIES") as caught:
        trusted_proxies(["127.0.0.1", name])
    assert reason in str(caught.value)
