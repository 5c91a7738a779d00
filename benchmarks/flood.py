"""
What readers notice of it when an article that everybody reads is published anew again and again.

    python benchmarks/flood.py                  200 requests a second for a minute, a change every two seconds
    python benchmarks/flood.py --nonsense       the same, each address with a query that nothing looks at
    python benchmarks/flood.py --redis redis://127.0.0.1:6379/0    the same, with a Redis that the processes share

The site is served as in production, by granian with two processes. Requests go
out at their times, whether or not the earlier ones were answered. Printed are
the errors, the old texts that came although they were asked for after a newer
one had been published, the times to answer, and how often a page was made for
a change: once in each process is the least, once in all where they share a Redis.
"""

import argparse
import asyncio
import re
import subprocess
import sys
import tempfile
from bisect import bisect_right
from contextlib import ExitStack
from pathlib import Path
from time import monotonic

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.load import Connection, databases, environment, run, say, served  # noqa: E402

ARTICLES, CONNECTIONS, LANGUAGES = 200, 32, ["en"]
_VERSION = re.compile(rb">Version (\d+)</p>")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--rate", type=int, default=200, help="requests a second")
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--every", type=float, default=2, help="seconds from one change to the next")
    parser.add_argument("--nonsense", action="store_true", help="a query of its own for each request")
    parser.add_argument("--redis", metavar="URL", help="a Redis for the site (CACHE_URL)")
    parser.add_argument("--sqlite", action="store_true", help="on SQLite, also where PostgreSQL is installed")
    options = parser.parse_args()
    options.filled, options.sizes, options.languages, options.pages = False, [ARTICLES], LANGUAGES, []
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="newsroom-bench-")))
        run("manage.py", "collectstatic", "--noinput", "--verbosity", "0", env=environment(folder))
        for url in databases(options, folder, stack):
            site = environment(folder, DATABASE_URL=url, BENCH_MADE=str(folder / "made"))
            site |= {"CACHE_URL": options.redis} if options.redis else {}
            _server, port = stack.enter_context(served("benchmarks.made:application", site))
            report(flood(port, site, options), folder / "made", options)


def flood(port, site, options):
    """(answers, changes): (asked at, seconds, status, version) of each, and (published at, version)."""
    command = [sys.executable, "benchmarks/republish.py", str(options.every), str(options.seconds)]
    publishing = subprocess.Popen(command, cwd=ROOT, env=site, stdout=subprocess.PIPE, text=True)  # noqa: S603
    path = publishing.stdout.readline().strip()
    answers = asyncio.run(ask_all(port, path, options))
    lines = publishing.communicate()[0].splitlines()
    return answers, [(float(at), int(version)) for at, version in map(str.split, lines)]


async def ask_all(port, path, options):
    free, answers = asyncio.Queue(), []
    for _connection in range(CONNECTIONS):
        connection = await Connection.to(port)
        await connection.answer(path, "identity")  # so that both processes have begun to work
        free.put_nowait(connection)
    begun = monotonic()
    async with asyncio.TaskGroup() as group:
        for number in range(options.rate * options.seconds):
            at = begun + number / options.rate
            await asyncio.sleep(max(0, at - monotonic()))
            address = f"{path}?nonsense={number}" if options.nonsense else path
            group.create_task(ask(free, address, at, answers))
    return answers


async def ask(free, address, at, answers):
    connection = await free.get()
    asked_at = monotonic()
    status, body = await connection.answer(address, "identity")
    free.put_nowait(connection)
    found = _VERSION.search(body)
    # From when it should have gone out: whoever waits for a connection waits, too.
    answers.append((asked_at, monotonic() - at, status, int(found[1]) if found else 0))


def report(found, made, options):
    answers, changes = found
    times = sorted(1000 * seconds for _at, seconds, _status, _version in answers)
    moments = [at for at, _version in changes]
    old = sum(
        status == 200 and version < changes[bisect_right(moments, at) - 1][1]
        for at, _seconds, status, version in answers
        if at >= moments[0]
    )
    errors = sum(status != 200 for _at, _seconds, status, _version in answers)
    say(f"{len(answers):,} requests{', each with a query of its own' if options.nonsense else ''}: {errors} errors")
    say(f"{old} old texts after {len(changes)} changes")
    say(f"p50 {times[len(times) // 2]:.1f} ms, p99 {times[len(times) * 99 // 100]:.1f} ms, longest {times[-1]:.1f} ms")
    say(f"{made.stat().st_size / len(changes):.2f} pages made for each change, by two processes")


if __name__ == "__main__":
    main()
