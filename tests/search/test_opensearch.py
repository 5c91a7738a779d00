"""What is OpenSearch's own: how long it is waited for, how it is reached, and what must be set for it."""

import socket
import ssl
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.core.checks import run_checks

from search import checks
from search.engines import Row, TooSlow, Unavailable
from search.engines import opensearch as engine_module
from search.engines.opensearch import OpenSearchEngine
from search.query import Query, Words
from tests.search.fake_opensearch import running

LARK = Query(((Words(("lark",)),),))


@pytest.fixture
def engine(opensearch):
    engine = OpenSearchEngine()
    engine.prepare()
    engine.write("en", [Row(1, "_ lark")])
    return engine


@pytest.fixture
def silent(use_opensearch, monkeypatch):
    """The address of a server that takes every connection and never says anything."""
    monkeypatch.setattr(engine_module, "_PATIENCE", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        use_opensearch(f"http://127.0.0.1:{listening.getsockname()[1]}")
        yield


@pytest.fixture
def self_made_certificate(tmp_path):
    """A certificate for this machine that nobody vouches for, with its key."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([])
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(datetime.now(UTC)).not_valid_after(datetime.now(UTC) + timedelta(days=1))
    certificate = builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    path = tmp_path / "server.pem"
    path.write_bytes(certificate + key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain))
    return path


def find(engine):
    return engine.find("en", LARK, limit=10)


def test_a_search_that_takes_too_long_is_too_slow_within_a_limit_and_of_no_use_without(engine, opensearch):
    opensearch.is_slow = True
    with pytest.raises(TooSlow), engine.limited(2):
        find(engine)
    with pytest.raises(Unavailable):
        find(engine)
    opensearch.is_slow = False
    assert find(engine) == [1]


def test_a_server_that_says_nothing_is_waited_for_once_in_a_while(silent):
    engine = OpenSearchEngine()
    with pytest.raises(TooSlow), engine.limited(0.1):
        find(engine)
    with pytest.raises(Unavailable):
        find(engine)


@pytest.mark.parametrize("fault", ["is_down", "is_broken"])
def test_what_does_not_answer_as_it_should_is_left_alone_by_readers_for_a_while(engine, opensearch, fault):
    setattr(opensearch, fault, True)
    with pytest.raises(Unavailable):
        find(engine)
    setattr(opensearch, fault, False)
    with pytest.raises(Unavailable):
        find(engine)
    engine.remove("en", [1])


def test_a_server_that_refuses_connections_is_unavailable(use_opensearch):
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    use_opensearch(f"http://127.0.0.1:{port}")
    with pytest.raises(Unavailable), OpenSearchEngine().limited(2):
        find(OpenSearchEngine())


def test_an_index_that_is_not_there_is_unavailable(opensearch):
    with pytest.raises(Unavailable, match="status 404"):
        find(OpenSearchEngine())


def test_something_else_that_answers_there_is_unavailable(engine, opensearch, monkeypatch):
    monkeypatch.setattr(opensearch, "answer", lambda *_request: (200, {"welcome": "here"}))
    with pytest.raises(Unavailable):
        find(engine)


def test_rows_that_are_not_taken_are_said(engine, opensearch):
    opensearch.refused = {2}
    with pytest.raises(Unavailable, match="1 rows were not taken: mapper_parsing_exception"):
        engine.write("en", [Row(2, "_ wren"), Row(3, "_ lark")])
    assert find(engine) == [3, 1]


def test_more_numbers_than_a_server_gives_at_once(engine, monkeypatch):
    monkeypatch.setattr(engine_module, "_PAGE", 2)
    engine.write("en", [Row(number, "_ wren") for number in range(2, 6)])
    assert engine.numbers("en", above=0, upto=2**63 - 1, limit=2**63 - 1) == [1, 2, 3, 4, 5]
    assert engine.numbers("en", above=1, upto=5, limit=3) == [2, 3, 4]


def test_sites_that_share_a_server_have_indexes_of_their_own(engine, use_opensearch, settings):
    use_opensearch(settings.OPENSEARCH_URL, prefix="other-site")
    engine.prepare()
    assert find(engine) == []


def test_user_and_password_in_the_address_are_said_to_the_server(opensearch, use_opensearch, settings):
    opensearch.login = "site:p@ss:w/rd"
    with pytest.raises(Unavailable, match="status 401"):
        OpenSearchEngine().prepare()
    use_opensearch(settings.OPENSEARCH_URL.replace("//", "//site:p%40ss%3Aw%2Frd@"))
    OpenSearchEngine().prepare()
    assert len(opensearch.indexes) == 4


def test_a_certificate_that_nobody_vouches_for_is_not_taken(use_opensearch, self_made_certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(self_made_certificate)
    with running(context) as (fake, url):
        use_opensearch(url)
        with pytest.raises(Unavailable, match="SSLError"):
            OpenSearchEngine().prepare()
        assert fake.requests == []


# --- What is set --------------------------------------------------------------------------


def faults():
    return [fault.id for fault in run_checks() if fault.id.startswith("search.")]


def test_all_is_well_with_and_without_opensearch(settings, use_opensearch):
    assert faults() == []
    use_opensearch("https://site:secret@search.example.org:9200")
    assert faults() == []


def test_an_engine_that_there_is_not_is_said(settings):
    settings.NEWSROOM_SEARCH_ENGINE = "search.engines.solr.SolrEngine"
    assert faults() == ["search.E001"]


def test_a_client_that_is_not_installed_is_said_with_what_to_install(use_opensearch, monkeypatch):
    use_opensearch("https://search.example.org")
    monkeypatch.setattr(checks, "find_spec", lambda name: None)
    (fault,) = checks.opensearch_is_usable(None)
    assert fault.id == "search.E002"
    assert "requirements-opensearch.txt" in fault.hint


@pytest.mark.parametrize(
    "url", ["", "search.example.org:9200", "ftp://search.example.org", "https://a:s3cr3t@h:x", "https://s3cr3t@h"]
)
def test_an_address_that_is_none_is_said_and_not_shown(settings, url):
    settings.OPENSEARCH_URL = url
    settings.NEWSROOM_SEARCH_ENGINE = "search.engines.opensearch.OpenSearchEngine"
    (fault,) = checks.opensearch_is_usable(None)
    assert fault.id == "search.E003"
    assert "s3cr3t" not in str(fault)


@pytest.mark.parametrize("prefix", ["", "News", "a,b", "_all", "*"])
def test_names_that_indexes_cannot_have_are_said(use_opensearch, prefix):
    use_opensearch("https://search.example.org", prefix=prefix)
    assert faults() == ["search.E004"]
