import pytest

from search.engines import opensearch as engine_module
from tests.search.fake_opensearch import running


@pytest.fixture
def use_opensearch(settings):
    """Has the site use the OpenSearch at an address: `use_opensearch(url)`; after the test it is forgotten."""

    def used(url, prefix="newsroom"):
        settings.OPENSEARCH_URL = url
        settings.NEWSROOM_SEARCH_ENGINE = "search.engines.opensearch.OpenSearchEngine"
        settings.NEWSROOM_OPENSEARCH_PREFIX = prefix
        addresses.append(url)

    addresses = []
    yield used
    for url in addresses:
        engine_module._server(url).client.close()
    engine_module._server.cache_clear()


@pytest.fixture
def opensearch(use_opensearch):
    """An empty OpenSearch that the site uses (`FakeOpenSearch`)."""
    with running() as (fake, url):
        use_opensearch(url)
        yield fake
