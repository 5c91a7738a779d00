"""
What each type of page costs: processor time of server and database, time to answer, queries, bytes.

    python benchmarks/load.py                           2,000 articles, on PostgreSQL if it is installed
    python benchmarks/load.py --sizes 1000 100000       how the cost grows with the archive
    DATABASE_URL=… python benchmarks/load.py --filled   of a database that was filled before

The site is served as in production, by granian with two processes, twice: `cold`
computes every page, `warm` keeps finished ones. Beside them stands a bare Django
response under the same server: the floor. Each type of page is asked for on all
of them in turn, several times; what is printed are medians. docs/performance.md
tells how to read them. Needs Linux, whose /proc says what processes take.
"""

import argparse
import asyncio
import json
import os
import platform
import shlex
import socket
import statistics
import subprocess
import sys
import tempfile
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from itertools import cycle
from pathlib import Path
from time import monotonic, perf_counter, sleep
from urllib.error import URLError
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.corpus import LANGUAGES  # noqa: E402
from benchmarks.report import FLOOR, PAGES, markdown  # noqa: E402
from tests.postgres import cluster, find_binaries  # noqa: E402
from tests.production import ENVIRONMENT  # noqa: E402

HOST = "127.0.0.1"
# Setup → what the environment says besides.
SETUPS = {"cold": {"NEWSROOM_PAGE_CACHE": "off"}, "warm": {}}
# The language in which `pages.py` searches.
SEARCHED = "en"
# As in deploy/systemd/newsroom-web.service.
SERVER = ["--interface", "wsgi", "--workers", "2", "--blocking-threads", "4", "--backlog", "2048"]
STARTS_WITHIN, STOPS_WITHIN, IDLE_WITHIN, ANSWERS_WITHIN = 60, 20, 20, 60
_TICKS = os.sysconf("SC_CLK_TCK")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--sizes", nargs="+", type=int, default=[2_000], metavar="ARTICLES")
    parser.add_argument("--sqlite", action="store_true", help="on SQLite, also where PostgreSQL is installed")
    parser.add_argument("--filled", action="store_true", help="measure the database of DATABASE_URL as it is")
    parser.add_argument("--languages", nargs="+", choices=LANGUAGES, default=LANGUAGES, help="of the articles")
    parser.add_argument("--pages", nargs="+", choices=PAGES, default=list(PAGES), metavar="PAGE", help=", ".join(PAGES))
    parser.add_argument("--tail", type=int, default=100, help="how many articles the long tail has")
    parser.add_argument("--setups", nargs="+", choices=SETUPS, default=list(SETUPS))
    parser.add_argument("--rounds", type=int, default=3, help="how often each type of page is measured")
    parser.add_argument("--seconds", type=float, default=2, help="how long each time")
    parser.add_argument("--clients", type=int, default=4, help="how many ask at once")
    parser.add_argument("--encoding", default="gzip", help="what they accept; identity: nothing compressed")
    parser.add_argument("--out", type=Path, metavar="FILE", help="also write all that was measured, as JSON")
    options = parser.parse_args()
    if options.filled and "DATABASE_URL" not in os.environ:
        parser.error("--filled measures the database that DATABASE_URL names, and it names none.")
    if not Path("/proc/stat").exists():
        sys.exit("What processes take is read from /proc, which is there on Linux alone.")
    with ExitStack() as stack:
        targets = [*sites(options, stack), floor(stack)]
        rows = measure(targets, options)
    measurement = {"command": shlex.join(["python", *sys.argv]), "machine": machine(), "rows": rows}
    if options.out:
        options.out.write_text(json.dumps(measurement, indent=1))
    say(markdown(measurement))


def say(line, stream=sys.stdout):
    stream.write(f"{line}\n")
    stream.flush()


# --- What is measured -----------------------------------------------------------------------


@dataclass
class Target:
    """
    A server, and what is asked of it: page type → what `pages.py` says of it.

    Its processor time is that of `processes` and all below them.
    """

    setup: str
    port: int
    processes: list[int]
    pages: dict[str, dict]
    articles: int = 0
    database: str = ""


def sites(options, stack):
    """Yields the targets of each database: a server for each setup."""
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="newsroom-bench-")))
    run("manage.py", "collectstatic", "--noinput", "--verbosity", "0", env=environment(folder))
    for url in databases(options, folder, stack):
        site = environment(folder, DATABASE_URL=url)
        cold = site | SETUPS["cold"]
        facts = json.loads(run("benchmarks/pages.py", "--tail", str(options.tail), env=cold, stdout=subprocess.PIPE))
        pages = {page: facts["pages"][page] for page in options.pages if page in facts["pages"]}
        for setup in options.setups:
            server, port = stack.enter_context(served("newsroom.wsgi:application", site | SETUPS[setup]))
            processes = [number for number in (server, facts["database_process"]) if number]
            yield Target(setup, port, processes, pages, facts["articles"], facts["database"])


def databases(options, folder, stack):
    """Yields the address of each database, filled."""
    if options.filled:
        yield os.environ["DATABASE_URL"]
        return
    binaries = None if options.sqlite else find_binaries()
    for size in options.sizes:
        url = stack.enter_context(cluster(binaries)) if binaries else f"sqlite:///{folder}/{size}.sqlite3"
        begun = perf_counter()
        fill(environment(folder, DATABASE_URL=url), size, options)
        say(f"{size:,} articles, filled in {perf_counter() - begun:.0f} s", sys.stderr)
        yield url


def fill(env, size, options):
    searched = ["--search", SEARCHED] if "search" in options.pages else []
    run("benchmarks/fill.py", str(size), "--languages", *options.languages, *searched, env=env)


def floor(stack):
    server, port = stack.enter_context(served("benchmarks.floor:application", programs()))
    return Target(FLOOR, port, [server], {FLOOR: {"addresses": ["/"], "queries": 0, "queries_again": 0}})


# --- Servers --------------------------------------------------------------------------------


def programs():
    """What is taken over from this environment: what programs need, and where finished pages are kept."""
    return {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "CACHE_URL") if name in os.environ}


def environment(folder, **more):
    """The site's environment as in production, with its files in a folder."""
    return (
        programs()
        | ENVIRONMENT
        | {
            "DJANGO_SETTINGS_MODULE": "newsroom.settings.production",
            "ALLOWED_HOSTS": HOST,
            "NEWSROOM_SITE_URL": f"https://{HOST}",
            "NEWSROOM_TRUSTED_PROXIES": HOST,
            "NEWSROOM_DATA_DIR": str(folder),
            "NEWSROOM_LOG_LEVEL": "WARNING",
        }
        | more
    )


def run(script, *arguments, env, stdout=None):
    """Runs a script of the project and returns what it printed, if that is captured. Exits if it fails."""
    done = subprocess.run(  # noqa: S603 (our own scripts)
        [sys.executable, script, *arguments], cwd=ROOT, env=env, stdout=stdout, text=True
    )
    if done.returncode:
        sys.exit(f"{script} did not work: see above.")
    return done.stdout


@contextmanager
def served(application, env):
    """Has granian serve an application; yields the number of its process and its port once it answers."""
    port = free_port()
    program = Path(sys.executable).with_name("granian")
    command = [program, *SERVER, "--host", HOST, "--port", str(port), "--log-level", "error", application]
    process = subprocess.Popen(command, cwd=ROOT, env=env)  # noqa: S603 (our own server)
    try:
        wait_for(process, port)
        yield process.pid, port
    finally:
        process.terminate()
        try:
            process.wait(STOPS_WITHIN)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def free_port():
    with socket.socket() as one:
        one.bind((HOST, 0))
        return one.getsockname()[1]


def wait_for(process, port):
    end = monotonic() + STARTS_WITHIN
    while monotonic() < end and process.poll() is None:
        try:
            urlopen(f"http://{HOST}:{port}/healthz", timeout=ANSWERS_WITHIN).close()
            return
        except URLError:
            sleep(0.1)
    sys.exit("The server did not start: see above.")


# --- Measuring ------------------------------------------------------------------------------


def measure(targets, options):
    """The rows of a measurement (`report.py`). Each type of page is asked for on all targets in turn, in each round."""
    rows = {(page, number): row_of(target, page) for number, target in enumerate(targets) for page in target.pages}
    for round in range(options.rounds):
        for page in (*options.pages, FLOOR):
            for number, target in enumerate(targets):
                if page in target.pages:
                    found = asyncio.run(measured(target, target.pages[page]["addresses"], options))
                    rows[page, number]["runs"].append(found)
                    say(progress(round, target, page, found), sys.stderr)
    return list(rows.values())


def row_of(target, page):
    facts = target.pages[page]
    sizes = asyncio.run(sizes_of(target.port, facts["addresses"][0]))
    described = {"articles": target.articles, "database": target.database, "setup": target.setup, "page": page}
    return described | facts | sizes | {"runs": []}


def progress(round, target, page, found):
    what = page if page == FLOOR else f"{target.articles:,} articles, {target.setup}, {page}"
    return f"round {round + 1}: {what}: {found['cpu_ms']:.2f} CPU ms, {found['per_second']:.0f}/s"


async def sizes_of(port, path):
    connection = await Connection.to(port)
    plain, compressed = [(await connection.get(path, encoding))[1] for encoding in ("identity", "gzip")]
    connection.close()
    return {"bytes": plain, "gzip": compressed}


async def measured(target, paths, options):
    """One run: what all answers within some seconds cost."""
    wait_until_idle(target.processes)
    connections = [await Connection.to(target.port) for _client in range(options.clients)]
    # So that both processes have everything that they keep; without that one address is enough.
    first = paths * 2 if target.setup == "warm" else paths[:1] * 2
    await asyncio.gather(*(ask(one, iter(first), options.encoding, []) for one in connections))
    answers, before, begun = [], Spent.now(target.processes), monotonic()
    turns = in_turn(paths, options.seconds)
    await asyncio.gather(*(ask(one, turns, options.encoding, answers) for one in connections))
    seconds, spent = monotonic() - begun, Spent.now(target.processes) - before
    for one in connections:
        one.close()
    return figures(answers, spent, seconds)


def figures(answers, spent, seconds):
    """What is kept of a run (`report.py`), from (status, seconds) of each answer and what was spent meanwhile."""
    times = [1000 * taken for _status, taken in answers]
    return {
        "requests": len(answers),
        "errors": sum(status != 200 for status, _taken in answers),
        "cpu_ms": 1000 * spent.targets / len(answers),
        "p50_ms": statistics.median(times),
        "p99_ms": sorted(times)[len(times) * 99 // 100],
        "per_second": len(answers) / seconds,
        "busy": spent.everything / seconds,
        "own": (spent.targets + spent.client) / seconds,
    }


def in_turn(paths, seconds):
    """One address after the other, for some seconds."""
    end = monotonic() + seconds
    for path in cycle(paths):
        if monotonic() >= end:
            return
        yield path


async def ask(connection, paths, encoding, answers):
    """Asks for addresses one after the other; adds (status, seconds) of each answer to `answers`."""
    for path in paths:
        begun = perf_counter()
        async with asyncio.timeout(ANSWERS_WITHIN):
            status, _size = await connection.get(path, encoding)
        answers.append((status, perf_counter() - begun))


class Connection:
    """A kept connection to a server, as a front server has it."""

    def __init__(self, reader, writer):
        self._reader, self._writer = reader, writer

    @classmethod
    async def to(cls, port):
        return cls(*await asyncio.open_connection(HOST, port))

    async def get(self, path, encoding):
        """Asks for an address. Returns the status of the answer, and how many bytes its body has."""
        status, body = await self.answer(path, encoding)
        return status, len(body)

    async def answer(self, path, encoding):
        """Asks for an address. Returns the status of the answer and its body, whose length it must say."""
        self._writer.write(
            f"GET {path} HTTP/1.1\r\nHost: {HOST}\r\nX-Forwarded-Proto: https\r\nX-Forwarded-For: 192.0.2.1\r\n"
            f"User-Agent: Mozilla/5.0 (X11; Linux x86_64)\r\nAccept-Encoding: {encoding}\r\n\r\n".encode()
        )
        head = (await self._reader.readuntil(b"\r\n\r\n")).lower()
        size = int(head.partition(b"\r\ncontent-length:")[2].partition(b"\r\n")[0])
        body = await self._reader.readexactly(size)
        return int(head.split(maxsplit=2)[1]), body

    def close(self):
        self._writer.close()


# --- What processes take --------------------------------------------------------------------


@dataclass(frozen=True)
class Spent:
    """Processor time in seconds: of what is measured, of this process, which asks, and of the whole machine."""

    targets: float
    client: float
    everything: float

    @classmethod
    def now(cls, processes):
        own = os.times()
        return cls(time_of(processes), own.user + own.system, time_of_machine())

    def __sub__(self, other):
        return Spent(self.targets - other.targets, self.client - other.client, self.everything - other.everything)


def time_of(processes):
    """Processor time so far of some processes and all below them, those that have ended included, in seconds."""
    ticks, below = {}, {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            facts = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it has just ended
        # proc(5): the parent; user and system time, its own and that of ended children.
        ticks[int(folder.name)] = sum(map(int, facts[11:15]))
        below.setdefault(int(facts[1]), []).append(int(folder.name))
    found = list(processes)
    for process in found:
        found += below.get(process, [])
    return sum(ticks.get(process, 0) for process in found) / _TICKS


def time_of_machine():
    """What all processors have worked so far, in seconds; what the machine's host took from them counts as work."""
    user, nice, system, _idle, _waiting, *others = map(int, Path("/proc/stat").read_text().split(maxsplit=9)[1:9])
    return (user + nice + system + sum(others)) / _TICKS


def wait_until_idle(processes):
    """Waits until nothing is worked off any more that an earlier run left, for a while at most."""
    end, before = monotonic() + IDLE_WITHIN, time_of(processes)
    while monotonic() < end:
        sleep(0.2)
        now = time_of(processes)
        if now - before <= 1 / _TICKS:
            return
        before = now


def machine():
    """What this machine is, as far as it matters."""
    models = [
        line.partition(":")[2].strip()
        for line in Path("/proc/cpuinfo").read_text().splitlines()
        if "model name" in line
    ]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "processor": models[0] if models else platform.machine(),
        "processors": os.cpu_count(),
        "memory_gb": round(memory / 2**30),
        "software": f"Python {platform.python_version()}, Django {version('django')}, granian {version('granian')}",
    }


if __name__ == "__main__":
    main()
