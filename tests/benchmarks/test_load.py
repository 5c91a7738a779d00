"""How pages are asked for, and how the processor time of servers is read."""

import asyncio
import os
import subprocess
import sys

import pytest

from benchmarks.load import Connection, Spent, figures, time_of

pytestmark = pytest.mark.one_database

WORK = "import time\nwhile time.process_time() < 0.1: pass"


def test_processes_that_have_ended_are_counted_with_those_that_they_belonged_to():
    before = time_of([os.getpid()])
    subprocess.run([sys.executable, "-c", WORK], check=True)
    assert time_of([os.getpid()]) - before >= 0.09


def test_processes_below_are_counted_while_they_run():
    below = "import subprocess, sys\nsubprocess.run([sys.executable, '-c', sys.argv[1]])"
    busy_then_waiting = f"{WORK}\nprint(flush=True)\ninput()"
    command = [sys.executable, "-c", below, busy_then_waiting]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        process.stdout.readline()
        assert time_of([process.pid]) >= 0.09
        process.communicate(b"\n")


async def answering(*bodies):
    """A server that answers on each connection with these, one after the other; what it was asked is in `asked`."""
    asked = []

    async def serve(reader, writer):
        for body in bodies:
            asked.append((await reader.readuntil(b"\r\n\r\n")).decode())
            status = b"200 OK" if body else b"404 Not Found"
            writer.write(b"HTTP/1.1 %s\r\nContent-Length: %d\r\n\r\n%s" % (status, len(body), body))
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    return server, server.sockets[0].getsockname()[1], asked


def test_a_connection_is_kept_and_says_what_it_got():
    async def got():
        server, port, asked = await answering(b"page", b"", b"another page")
        async with server:
            connection = await Connection.to(port)
            answers = [await connection.get(path, "gzip") for path in ("/en/", "/en/gone/", "/ar/")]
            connection.close()
        return answers, asked

    answers, asked = asyncio.run(got())
    assert answers == [(200, 4), (404, 0), (200, 12)]
    assert asked[0].startswith("GET /en/ HTTP/1.1\r\nHost: 127.0.0.1\r\n")
    assert "Accept-Encoding: gzip\r\n" in asked[0]


def test_a_run_is_told_for_each_answer_with_its_errors():
    answers = [(200, 0.010), (200, 0.030), (500, 0.020), (200, 0.020)]
    found = figures(answers, Spent(targets=0.080, client=0.020, everything=0.500), seconds=2)
    assert {name: round(value, 3) for name, value in found.items()} == {
        "requests": 4,
        "errors": 1,
        "cpu_ms": 20,
        "p50_ms": 20,
        "p99_ms": 30,
        "per_second": 2,
        "busy": 0.25,
        "own": 0.05,
    }
