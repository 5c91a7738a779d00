"""The configuration in deploy/nginx, run by a real nginx on ports and folders of a test's own."""

import os
import re
import shutil
import socket
import ssl
import subprocess
import threading
import time
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings

HOST = "news.example.org"
NGINX = os.environ.get("NGINX") or shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
FOLDER = Path(settings.BASE_DIR) / "deploy" / "nginx"


def needed():
    """Skips a test where there is no nginx; where nothing may be skipped, it fails."""
    if not NGINX:
        if os.environ.get("CI"):
            pytest.fail("nginx is not installed, and CI skips nothing.")
        pytest.skip("nginx is not installed (set NGINX to its path)")


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return listening.getsockname()[1]


def certificate_in(folder):
    """Writes a certificate for `HOST` and its key, where the configuration looks for them."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([])
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(datetime.now(UTC)).not_valid_after(datetime.now(UTC) + timedelta(days=1))
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    (folder / "fullchain.pem").write_bytes(builder.sign(key, hashes.SHA256()).public_bytes(pem))
    (folder / "privkey.pem").write_bytes(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain))


class Nginx:
    """
    nginx in front of `upstream` ("127.0.0.1:port"), in `folder`.

    `changes`: pairs (what stands in the configuration, what to put there). Whoever starts it stops it.
    """

    def __init__(self, folder, upstream, *changes):
        self.folder, self.port, self.plain_port = folder, free_port(), free_port()
        for name in ("logs", "var/static", "var/media", "temp"):
            (folder / name).mkdir(parents=True)
        folder.chmod(0o755)
        certificate_in(folder)
        for name in ("newsroom.conf", "newsroom-proxy.conf"):
            text = self._moved((FOLDER / name).read_text(), upstream)
            for former, new in changes:
                text = text.replace(former, new)
            (folder / name).write_text(text)
        (folder / "nginx.conf").write_text(self._main())
        self._process, self._asked = None, 0

    def _moved(self, text, upstream):
        text = re.sub(r"\n *listen \[::\]:.*", "", text)
        text = re.sub(r"listen 80\b", f"listen 127.0.0.1:{self.plain_port}", text)
        text = re.sub(r"listen 443\b", f"listen 127.0.0.1:{self.port}", text)
        for former, new in (
            ("unix:/run/newsroom/web.sock", upstream),
            ("/etc/nginx/", f"{self.folder}/"),
            (f"/etc/letsencrypt/live/{HOST}/", f"{self.folder}/"),
            ("/srv/newsroom/var/", f"{self.folder}/var/"),
            ("/srv/newsroom/app/", f"{settings.BASE_DIR}/"),
            ("/var/log/nginx/", f"{self.folder}/logs/"),
            ("/var/lib/nginx/", f"{self.folder}/"),
            (" buffer=64k flush=5s", ""),
        ):
            text = text.replace(former, new)
        return text

    def _main(self):
        kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        paths = " ".join(f"{kind}_temp_path {self.folder}/temp/{kind};" for kind in kinds)
        # Who runs tests as root has nginx run as root, too: folders of tests are root's alone.
        user = "user root;" if os.geteuid() == 0 else ""
        return (
            f"{user} daemon off; pid {self.folder}/nginx.pid; error_log {self.folder}/logs/start.log;\n"
            f"events {{}}\nhttp {{ types {{ text/css css; }} {paths}\ninclude {self.folder}/newsroom.conf;\n}}\n"
        )

    def _command(self, *more):
        start_log = self.folder / "logs" / "start.log"
        return [NGINX, "-p", str(self.folder), "-e", str(start_log), "-c", str(self.folder / "nginx.conf"), *more]

    def complaints(self):
        """What nginx has to say against the configuration; "" for nothing."""
        done = subprocess.run(self._command("-t"), capture_output=True, text=True, check=False)
        lines = done.stderr.splitlines()
        return "\n".join(line for line in lines if "syntax is ok" not in line and "test is successful" not in line)

    def start(self):
        self._process = subprocess.Popen(self._command())
        for _try in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.02)
        pytest.fail((self.folder / "logs" / "start.log").read_text())

    def stop(self):
        if self._process:
            self._process.terminate()
            self._process.wait()

    def ask(self, path, *, method="GET", body=None, **headers):
        """(status, headers, body) of an answer. Names of headers are written with `_`; None leaves one out."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        connection = HTTPConnection("127.0.0.1", self.port, timeout=20)
        connection.connect()
        connection.sock = context.wrap_socket(connection.sock, server_hostname=HOST)
        sent = {"Host": HOST} | {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body=body, headers=sent)
        response = connection.getresponse()
        found = response.status, response.headers, response.read()
        connection.close()
        self._asked += not path.startswith("/account/")  # what nginx writes nothing of
        return found

    def log_lines(self):
        """A line for each request; nginx writes it after the answer."""
        for _try in range(200):
            lines = (self.folder / "logs" / "newsroom.log").read_text().splitlines()
            if len(lines) >= self._asked:
                break
            time.sleep(0.01)
        return lines

    def statuses(self):
        """What the log says of where each answer came from: HIT, MISS, STALE …; the last one last."""
        lines = self.log_lines()
        return [re.search(r'"cache":"(\w*)"', line)[1] for line in lines]


class Upstream:
    """
    What stands in the site's place: it answers with what it is told, and writes down what it was asked.

    `answer`: (status, headers, body). `asked`: (method, path, headers) of each request. `gate`: closed, nobody gets
    an answer. While `is_down`, it hangs up.
    """

    def __init__(self):
        self.asked, self.answer, self.is_down = [], (200, {}, b"first"), False
        self.gate = threading.Event()
        self.gate.set()
        upstream = self

        class Handler(BaseHTTPRequestHandler):
            def respond(self):
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                upstream.asked.append((self.command, self.path, self.headers))
                upstream.gate.wait(10)
                if upstream.is_down:
                    return
                status, headers, body = upstream.answer
                self.send_response(status)
                for name, value in (headers | {"Content-Length": str(len(body))}).items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            do_GET = do_HEAD = do_POST = respond  # noqa: N815 - names of the base class

            def log_message(self, *_arguments):
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"127.0.0.1:{self.http.server_port}"
        threading.Thread(target=self.http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def stop(self):
        """Can be done twice."""
        self.gate.set()
        self.http.shutdown()
        self.http.server_close()
