"""The server that deploy/systemd starts, with the options that stand there."""

import re
import shlex
import socket
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path

import pytest

pytestmark = pytest.mark.one_database

ROOT = Path(__file__).resolve().parents[2]
UNIT = ROOT / "deploy" / "systemd" / "newsroom-web.service"
# As many as two processes of nginx keep open (`keepalive` in deploy/nginx), and some more.
KEPT_OPEN = 100
APPLICATION = """
def application(environ, start_response):
    start_response("200 OK", [("Content-Length", "2")])
    return [b"ok"]
"""


def options():
    """The options of granian in the unit, those of its environment included, without socket, log and application."""
    text = UNIT.read_text().replace("\\\n", " ")
    command = shlex.split(re.search(r"^ExecStart=(.*)$", text, re.MULTILINE)[1])[1:-1]
    for name in ("--uds", "--uds-permissions", "--log-config"):
        place = command.index(name)
        del command[place : place + 2]
    chosen = re.findall(r"GRANIAN_(\w+)=(\d+)", re.search(r"^Environment=(GRANIAN.*)$", text, re.MULTILINE)[1])
    return [*command, *(part for name, value in chosen for part in (f"--{name.lower().replace('_', '-')}", value))]


@pytest.fixture
def port(tmp_path):
    (tmp_path / "served.py").write_text(APPLICATION)
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    command = [sys.executable, "-m", "granian", *options(), "--port", str(port), "--log-level", "error"]
    process = subprocess.Popen([*command, "served:application"], cwd=tmp_path)
    try:
        for _try in range(200):
            with socket.socket() as asked:
                if asked.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield port
    finally:
        process.terminate()
        process.wait(20)


def test_connections_that_are_kept_open_hold_up_nobody(port):
    with ExitStack() as stack:
        for _connection in range(KEPT_OPEN):
            connection = stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=10))
            connection.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert connection.recv(100).startswith(b"HTTP/1.1 200")
