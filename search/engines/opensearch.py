"""OpenSearch as an engine: an index for each of ours, with the same words as every other engine has."""

import logging
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from time import monotonic

from django.conf import settings

from publishing.languages import language_codes
from search.engines import TooSlow, Unavailable

logger = logging.getLogger(__name__)

# How long it is waited for, in seconds, where nobody sets a limit; and for changes, of which many are sent at once.
_PATIENCE, _PATIENCE_FOR_CHANGES = 5, 60
# What a limit leaves for the way there and back: the server itself is told to end in time.
_ON_THE_WAY = 0.25
# After it did not answer as it should, readers' searches do not ask it again for so many seconds.
_REST = 10
_BAD_REQUEST = 400
# How many connections a process keeps open, and how many numbers are asked for at once (OpenSearch gives 10,000).
_CONNECTIONS = 20
_PAGE = 5000
# To how many words a prefix at the end of a phrase goes on.
_MOST_WORDS = 1000

# Texts come as words with spaces between, so that nothing of OpenSearch's own analysis is used. Documents lie with the
# largest number first: a search ends when it has enough. The texts themselves are not kept, only where words stand.
_INDEX = {
    "settings": {"index": {"sort.field": "number", "sort.order": "desc"}},
    "mappings": {
        "dynamic": "strict",
        "_source": {"enabled": False},
        "properties": {
            "number": {"type": "long"},
            "text": {
                "type": "text",
                "analyzer": "whitespace",
                "norms": False,
                "index_prefixes": {"min_chars": 2, "max_chars": 4},
            },
        },
    },
}

# When the time of a `limited` block is up.
_end = ContextVar("_end", default=None)


class OpenSearchEngine:
    """
    Words in indexes of a server at `OPENSEARCH_URL`, whose names begin with `NEWSROOM_OPENSEARCH_PREFIX`.

    It is behind the database by as long as the worker needs (`search.sending`).
    Whatever the server cannot do is `Unavailable`. What staff find, drafts
    included, is not sent there.
    """

    window = 500

    def prepare(self):
        with _answering() as client:
            for index in language_codes():
                if not client.indices.exists(index=_name(index)):
                    client.indices.create(index=_name(index), body=_INDEX)

    def write(self, index, rows):
        self._change([(index, row.number, row.text) for row in rows])

    def remove(self, index, numbers):
        self._change([(index, number, None) for number in numbers])

    def clear(self, index):
        with _answering() as client:
            client.indices.delete(index=_name(index), params={"ignore_unavailable": "true"})
        self.prepare()

    def send(self, changes):
        """
        Writes and removes rows of any index in one request: (index, number, text, None for what is gone).

        Each row may be there once only. Returns {(index, number): kind of error} for what was not taken.
        """
        lines = []
        for index, number, text in changes:
            place = {"_index": _name(index), "_id": str(number)}
            lines += [{"delete": place}] if text is None else [{"index": place}, {"number": number, "text": text}]
        if not lines:
            return {}
        with _answering() as client:
            # With "refresh", what was sent is found at once.
            answer = client.bulk(body=lines, refresh="true", request_timeout=_PATIENCE_FOR_CHANGES)
            results = [next(iter(item.values())) for item in answer["items"]]
        return {
            (index, number): result["error"]["type"]
            for (index, number, _text), result in zip(changes, results, strict=True)
            if "error" in result
        }

    def find(self, index, query, *, limit, below=None, above=None):
        bounds = {"lt": below, "gt": above}
        bounds = {name: number for name, number in bounds.items() if number is not None}
        return self._search(index, expression(query, bounds), "desc", limit)

    @contextmanager
    def limited(self, seconds):
        former = _end.set(monotonic() + seconds)
        try:
            yield
        finally:
            _end.reset(former)

    def numbers(self, index, *, above, upto, limit):
        found, size = [], _PAGE
        while len(found) < limit and size == _PAGE:
            query = {"range": {"number": {"gt": found[-1] if found else above, "lte": upto}}}
            page = self._search(index, query, "asc", min(_PAGE, limit - len(found)))
            size = len(page)
            found += page
        return found

    def _change(self, changes):
        if refused := self.send(changes):
            raise Unavailable(f"{len(refused)} rows were not taken: {', '.join(sorted(set(refused.values())))}")

    def _search(self, index, query, order, size):
        end = _end.get()
        seconds = _PATIENCE if end is None else end - monotonic()
        if seconds <= 0:
            raise TooSlow
        body = {
            "query": query,
            "sort": [{"number": order}],
            "size": size,
            "timeout": f"{max(1, int(seconds * 1000))}ms",
            "_source": False,
            "track_total_hits": False,
        }
        with _answering(is_awaited=True) as client:
            answer = client.search(index=_name(index), body=body, request_timeout=seconds + _ON_THE_WAY)
            if answer["timed_out"]:
                raise _late()
            if answer["_shards"]["failed"]:
                raise Unavailable("a part of the index did not answer")
            return [int(hit["_id"]) for hit in answer["hits"]["hits"]]


def expression(query, bounds):
    """A query in OpenSearch's language: nothing is analysed there, and nothing that was typed is part of its syntax."""
    words = [{"bool": {"should": [_phrase(words) for words in group]}} for group in query.wanted]
    marks = [{"terms": {"text": list(group)}} for group in query.marks]
    numbers = [{"range": {"number": bounds}}] if bounds else []
    return {
        "bool": {
            "must": words,
            "must_not": [_phrase(words) for words in query.unwanted],
            "filter": [*marks, *numbers],
        }
    }


def _phrase(words):
    if len(words.stems) == 1:
        kind = "prefix" if words.is_prefix else "term"
        return {kind: {"text": {"value": words.stems[0]}}}
    phrase = {"query": " ".join(words.stems)}
    if words.is_prefix:
        return {"match_phrase_prefix": {"text": phrase | {"max_expansions": _MOST_WORDS}}}
    return {"match_phrase": {"text": phrase}}


def _name(index):
    return f"{settings.NEWSROOM_OPENSEARCH_PREFIX}-{index}"


# --- The server ---------------------------------------------------------------------------


class _Server:
    """The server at an address. User and password may be part of it; certificates are checked."""

    def __init__(self, url):
        # Only installations that use OpenSearch have it (requirements-opensearch.txt).
        from opensearchpy import OpenSearch

        # Nothing is tried twice: readers get the database's answer instead, and changes are sent by the next job.
        self.client = OpenSearch(url, timeout=_PATIENCE, max_retries=0, pool_maxsize=_CONNECTIONS)
        self.rests_until = 0

    def rest(self):
        """Has readers spared for a while from waiting for it."""
        self.rests_until = monotonic() + _REST


_server = cache(_Server)


@contextmanager
def _answering(*, is_awaited=False):
    """
    The client, for a question whose errors are ours: `TooSlow` in a `limited` block, `Unavailable` otherwise.

    `is_awaited`: whether a reader waits for the answer. What the server says
    is kept from the log: it quotes texts and queries.
    """
    from opensearchpy import exceptions

    server = _server(settings.OPENSEARCH_URL)
    if is_awaited and monotonic() < server.rests_until:
        raise Unavailable("it did not answer a moment ago")
    try:
        yield server.client
    except exceptions.ConnectionError as error:
        server.rest()
        kind = type(error).__name__
        logger.warning("opensearch.unreachable error=%s", kind)
        if isinstance(error, exceptions.ConnectionTimeout):
            raise _late() from None
        raise Unavailable(kind) from None
    except exceptions.TransportError as error:
        # What it does not understand is the fault of one query; anything else will be so for the next one, too.
        if is_awaited and error.status_code != _BAD_REQUEST:
            server.rest()
        logger.warning("opensearch.refused status=%s", error.status_code)
        raise Unavailable(f"status {error.status_code}") from None
    except (exceptions.OpenSearchException, LookupError) as error:
        logger.warning("opensearch.unreadable error=%s", type(error).__name__)
        raise Unavailable("what answers there is no OpenSearch") from None


def _late():
    return Unavailable("it did not answer in time") if _end.get() is None else TooSlow()
