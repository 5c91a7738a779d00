"""
A cache in front of the site that is told what to drop: what is used of the purge APIs of four kinds, over HTTP.

What it does not know it refuses, as the provider would.
"""

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

ZONE, SERVICE, TOKEN = "0123456789abcdef" * 2, "SU1Z0isxPaozGVKXdv0eY", "a-secret-token"
# https://developers.cloudflare.com/api/resources/cache/methods/purge/,
# https://www.fastly.com/documentation/reference/api/purging/
MOST_TAGS, MOST_KEYS, MOST_IN_HEADERS = 30, 256, 8 * 1024


class FakeCDN:
    """
    The cache. It is told how to misbehave by its attributes.

    `is_down`: it hangs up without an answer. `status`: what it answers in the
    place of 200. `says`: the body of what it answers. `refuses_after`: after
    so many requests it answers 503. `calls`: the names of each purge that it
    took; `others`: paths of what came besides.
    """

    def __init__(self):
        self.calls, self.others = [], []
        self.is_down, self.status, self.says, self.refuses_after = False, 200, None, None
        self.lock = threading.Lock()

    @property
    def dropped(self):
        """All names that were purged."""
        return {name for names in self.calls for name in names}

    def answer(self, method, path, headers, body):
        """(status, body) of the answer."""
        if self.refuses_after is not None and len(self.calls) >= self.refuses_after:
            return 503, b""
        if self.status != 200:
            self.others.append(path)
            return self.status, b""
        if sum(len(name) + len(value) + 4 for name, value in headers.items()) > MOST_IN_HEADERS:
            return 431, b""
        names = self._names(method, path, headers, body)
        if names is None:
            self.others.append(path)
            return 403, b""
        self.calls.append(names)
        return 200, b'{"success": true, "errors": []}' if self.says is None else self.says

    def _names(self, method, path, headers, body):
        keys = headers.get("Surrogate-Key", "").split()
        bearer = headers.get("Authorization") == f"Bearer {TOKEN}"
        match method, path:
            case (("PURGE" | "POST"), "/purge"):
                return keys if bearer and keys else None
            case "POST", p if p == f"/service/{SERVICE}/purge":
                return keys if headers.get("Fastly-Key") == TOKEN and 0 < len(keys) <= MOST_KEYS else None
            case "POST", p if p == f"/client/v4/zones/{ZONE}/purge_cache":
                tags = json.loads(body)["tags"]
                is_json = headers["Content-Type"] == "application/json"
                return tags if bearer and is_json and 0 < len(tags) <= MOST_TAGS else None
        return None


@contextmanager
def running():
    """(a new cache, its address), as long as the block lasts."""
    fake = FakeCDN()

    class Handler(BaseHTTPRequestHandler):
        def answer(self):
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            if fake.is_down:
                return
            with fake.lock:
                status, answer = fake.answer(self.command, self.path, self.headers, body)
            self.send_response(status)
            if status == 302:
                self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        do_GET = do_POST = do_PURGE = answer  # noqa: N815 - names of the base class

        def log_message(self, *_arguments):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield fake, f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
