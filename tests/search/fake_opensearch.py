"""
A server that speaks what is used of OpenSearch's API, over HTTP, as its reference describes it.

It keeps words and answers queries as they are written. What it does not know,
in a request, a query or a mapping, it refuses with 400, so that no test passes
by something that means nothing.
"""

import base64
import json
import re
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, unquote, urlsplit

# https://docs.opensearch.org/latest/api-reference/index-apis/create-index/
_INDEX_NAME = re.compile(r"[^A-Z_\-+ \"*+/\\|?#><,][^A-Z \"*+/\\|?#><,]{0,254}")
# `index.max_result_window`.
_MOST_HITS = 10_000
# How long a word may be for the whitespace tokenizer; what goes on is another word.
_LONGEST_WORD = 255


class Refusal(Exception):
    """An error that the server answers with."""

    def __init__(self, kind, reason, status=400):
        super().__init__(reason)
        self.kind, self.status = kind, status

    @property
    def body(self):
        error = {"type": self.kind, "reason": str(self)}
        return {"error": error | {"root_cause": [error]}, "status": self.status}


class FakeOpenSearch:
    """
    The server. It is told how to misbehave by its attributes.

    `is_down`: it hangs up without an answer. `is_broken`: it answers everything
    with 503. `is_slow`: searches end with `timed_out`. `refused`: numbers of
    documents that it does not take. `login`: "user:password" that it wants.
    `requests`: (method, path, body) of what came.
    """

    def __init__(self):
        self.indexes, self.requests = {}, []
        self.is_down = self.is_broken = self.is_slow = False
        self.refused, self.login = set(), None
        self.lock = threading.Lock()

    def answer(self, method, address, headers, body):
        """(status, what is answered)."""
        url = urlsplit(address)
        with self.lock:
            self.requests.append((method, url.path, body))
            try:
                return 200, self._answer(method, url, headers, body)
            except Refusal as refusal:
                return refusal.status, refusal.body
            except (LookupError, TypeError, ValueError) as error:
                return 400, Refusal("parsing_exception", f"not understood: {error}").body

    def _answer(self, method, url, headers, body):
        if self.is_broken:
            raise Refusal("cluster_block_exception", "no node is there", 503)
        if self.login and headers["Authorization"] != f"Basic {base64.b64encode(self.login.encode()).decode()}":
            raise Refusal("security_exception", "wrong user or password", 401)
        parameters, path = dict(parse_qsl(url.query)), [unquote(part) for part in url.path.split("/")[1:]]
        match method, path:
            case "POST", ["_bulk"]:
                return self._bulk(body, **_only(parameters, {"refresh"}))
            case "POST", [name, "_search"]:
                _only(parameters, set())
                return self._search(self._index(name), _json(body))
            case "HEAD", [name]:
                return self._index(name) and {}
            case "PUT", [name]:
                return self._create(name, _json(body))
            case "DELETE", [name]:
                return self._delete(name, **_only(parameters, {"ignore_unavailable"}))
        raise Refusal("illegal_argument_exception", f"no handler for {method} {url.path}")

    def _index(self, name):
        if name not in self.indexes:
            raise Refusal("index_not_found_exception", f"no such index [{name}]", 404)
        return self.indexes[name]

    def _create(self, name, body):
        if name in self.indexes:
            raise Refusal("resource_already_exists_exception", f"index [{name}] already exists")
        if not _INDEX_NAME.fullmatch(name):
            raise Refusal("invalid_index_name_exception", f"Invalid index name [{name}]")
        self.indexes[name] = Index(**_only(body, {"settings", "mappings"}))
        return {"acknowledged": True, "index": name}

    def _delete(self, name, ignore_unavailable="false"):
        if ignore_unavailable != "true":
            self._index(name)
        self.indexes.pop(name, None)
        return {"acknowledged": True}

    def _bulk(self, body, refresh="false"):
        lines = body.split("\n")
        if lines.pop():
            raise Refusal("illegal_argument_exception", "The bulk request must be terminated by a newline [\\n]")
        lines, items = iter(map(_json, lines)), []
        for line in lines:
            ((action, place),) = line.items()
            document = next(lines) if action == "index" else None
            items.append({action: self._item(action, document, **_only(place, {"_index", "_id"}))})
        if refresh == "true":
            for index in self.indexes.values():
                index.refresh()
        return {"took": 1, "errors": any("error" in item for one in items for item in one.values()), "items": items}

    def _item(self, action, document, _index, _id):
        try:
            index = self._index(_index)
            if int(_id) in self.refused:
                raise Refusal("mapper_parsing_exception", f"failed to parse. Preview of field's value: '{document}'")
            if action == "index":
                index.write(_id, document)
                return {"_id": _id, "status": 201, "result": "created"}
            if action == "delete":
                was_there = index.remove(_id)
                return {"_id": _id, "status": 200 if was_there else 404, "result": "deleted"}
            raise Refusal("illegal_argument_exception", f"Malformed action [{action}]")
        except Refusal as refusal:
            return {"_id": _id, "status": refusal.status, "error": refusal.body["error"]}

    def _search(self, index, body):
        known = {"query", "sort", "size", "timeout", "_source", "track_total_hits"}
        found = index.search(**_only(body, known)) if not self.is_slow else []
        hits = [{"_id": one.id, "_score": None, "sort": [one.number]} for one in found]
        shards = {"total": 1, "successful": 1, "skipped": 0, "failed": 0}
        return {"took": 1, "timed_out": self.is_slow, "_shards": shards, "hits": {"max_score": None, "hits": hits}}


class Document:
    """A document: its number, and the places of each of its words."""

    def __init__(self, identifier, number, text):
        self.id, self.number, self.places = identifier, number, {}
        for place, word in enumerate(_analysed(text)):
            self.places.setdefault(word, set()).add(place)

    def beginning_with(self, beginning):
        """The places of all words that begin so."""
        return set().union(*(places for word, places in self.places.items() if word.startswith(beginning)))


class Index:
    """
    An index with a number and a text of words between spaces, in the order of the numbers.

    What is written is found after a refresh only. How prefixes are prepared,
    and whether texts are kept, changes no answer.
    """

    def __init__(self, settings, mappings):
        _equal(settings, {"index": {"sort.field": "number", "sort.order": "desc"}})
        text = {"type": "text", "analyzer": "whitespace", "norms": False}
        prefixes = {"index_prefixes": {"min_chars": 2, "max_chars": 4}}
        properties = {"number": {"type": "long"}, "text": text | prefixes}
        _equal(mappings, {"dynamic": "strict", "_source": {"enabled": False}, "properties": properties})
        self.written, self.found = {}, {}

    def write(self, identifier, document):
        number, text = _only(document, {"number", "text"}).values()
        if type(number) is not int or not -(2**63) <= number < 2**63 or type(text) is not str:
            raise Refusal("mapper_parsing_exception", "failed to parse field")
        self.written[identifier] = Document(identifier, number, text)

    def remove(self, identifier):
        return self.written.pop(identifier, None) is not None

    def refresh(self):
        self.found = dict(self.written)

    def search(self, query, sort, size, timeout, _source, track_total_hits):
        if not re.fullmatch(r"[1-9]\d*ms", timeout) or _source is not False or track_total_hits is not False:
            raise Refusal("parsing_exception", "failed to parse search source")
        if not 0 <= size <= _MOST_HITS:
            raise Refusal("illegal_argument_exception", f"Result window is too large: [{size}]")
        order = {"asc": False, "desc": True}[_only(_one(sort), {"number"})["number"]]
        matches = _query(query)
        found = [one for one in self.found.values() if matches(one)]
        return sorted(found, key=lambda one: one.number, reverse=order)[:size]


# --- Queries ------------------------------------------------------------------------------


def _query(query):
    """A function that says whether a document is what a query asks for."""
    ((kind, clause),) = _only(query, _CLAUSES.keys(), most=1).items()
    return _CLAUSES[kind](clause)


def _bool(clause):
    clauses = _only(clause, {"must", "should", "must_not", "filter"})
    parts = {name: [_query(one) for one in queries] for name, queries in clauses.items()}
    wanted = [*parts.get("must", []), *parts.get("filter", [])]
    should, unwanted = parts.get("should", []), parts.get("must_not", [])
    # `minimum_should_match` is 1 where nothing else must match.
    least = 1 if should and not wanted else 0

    def matches(document):
        return (
            all(one(document) for one in wanted)
            and not any(one(document) for one in unwanted)
            and sum(one(document) for one in should) >= least
        )

    return matches


def _term(clause):
    word = _only(_only(clause, {"text"})["text"], {"value"})["value"]
    return lambda document: word in document.places


def _prefix(clause):
    beginning = _only(_only(clause, {"text"})["text"], {"value"})["value"]
    return lambda document: bool(document.beginning_with(beginning))


def _terms(clause):
    words = _only(clause, {"text"})["text"]
    if type(words) is not list:
        raise Refusal("parsing_exception", "[terms] query requires an array")
    return lambda document: any(word in document.places for word in words)


def _match_phrase(clause):
    words = _analysed(_only(_only(clause, {"text"})["text"], {"query"})["query"])
    return lambda document: _stand_together(document, [document.places.get(word, set()) for word in words])


def _match_phrase_prefix(clause):
    phrase = _only(_only(clause, {"text"})["text"], {"query", "max_expansions"})
    *words, last = _analysed(phrase["query"])

    def matches(document):
        places = [document.places.get(word, set()) for word in words]
        return _stand_together(document, [*places, document.beginning_with(last)])

    return matches


def _range(clause):
    bounds = _only(_only(clause, {"number"})["number"], {"gt", "gte", "lt", "lte"})
    if not bounds or not all(type(bound) is int for bound in bounds.values()):
        raise Refusal("parsing_exception", "[range] query malformed")
    compare = {"gt": int.__gt__, "gte": int.__ge__, "lt": int.__lt__, "lte": int.__le__}
    return lambda document: all(compare[name](document.number, bound) for name, bound in bounds.items())


_CLAUSES = {
    "bool": _bool,
    "term": _term,
    "terms": _terms,
    "prefix": _prefix,
    "match_phrase": _match_phrase,
    "match_phrase_prefix": _match_phrase_prefix,
    "range": _range,
}


def _stand_together(document, places):
    return any(all(first + step in some for step, some in enumerate(places)) for first in places[0])


def _analysed(text):
    """The words of a text, as the whitespace analyser tells them apart."""
    words = text.split()
    return [word[start : start + _LONGEST_WORD] for word in words for start in range(0, len(word), _LONGEST_WORD)]


# --- Strictness ---------------------------------------------------------------------------


def _only(mapping, known, most=None):
    """A mapping, if it has known names alone; anything else is refused."""
    if type(mapping) is not dict or mapping.keys() - known or (most and len(mapping) != most):
        raise Refusal("parsing_exception", f"unknown, or not understood: {mapping}")
    return mapping


def _one(values):
    if type(values) is not list or len(values) != 1:
        raise Refusal("parsing_exception", f"more or less than one: {values}")
    return values[0]


def _equal(value, expected):
    if value != expected:
        raise Refusal("mapper_parsing_exception", f"not understood: {value}")


def _json(text):
    try:
        return json.loads(text)
    except ValueError as error:
        raise Refusal("parse_exception", "no JSON") from error


# --- The server ---------------------------------------------------------------------------


class _Server(ThreadingHTTPServer):
    # Connections are kept open by clients; closing the server must not wait for them.
    daemon_threads = True
    block_on_close = False


@contextmanager
def running(tls=None):
    """(a new server, its address), as long as the block lasts. `tls`: an `SSLContext`, for https."""
    fake = FakeOpenSearch()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self):
            body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            if fake.is_down:
                self.close_connection = True
                return
            status, answer = fake.answer(self.command, self.path, self.headers, body)
            data = b"" if self.command == "HEAD" else json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json; charset=UTF-8")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = answer  # noqa: N815 - names of the base class

        def log_message(self, *_arguments):
            pass

    server = _Server(("127.0.0.1", 0), Handler)
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield fake, f"{'https' if tls else 'http'}://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
