"""
Runs a command with `DATABASE_URL` naming a PostgreSQL database.

    python tests/postgres.py python -m pytest

If `DATABASE_URL` names one already, that is used. Else a cluster is started
for this run alone, in a folder of its own, reachable through a socket there
and no port; it is stopped and deleted afterwards. PostgreSQL refuses to run as
root: root's cluster belongs to `postgres` or `nobody`. Where PostgreSQL is not
installed the command is not run, which is an error only in CI.
"""

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

SCHEMES = ("postgres://", "postgresql://", "pgsql://", "psql://")
# A cluster that nobody will miss need not wait for the disk.
OPTIONS = "-c listen_addresses='' -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=60"
STEP_TIMEOUT = 120


def main(command):
    if os.environ.get("DATABASE_URL", "").startswith(SCHEMES):
        return subprocess.run(command).returncode
    binaries = find_binaries()
    if binaries is None:
        sys.stderr.write("PostgreSQL is not installed and DATABASE_URL names none: nothing was run on it.\n")
        return 1 if os.environ.get("CI") else 0
    with cluster(binaries) as url:
        return subprocess.run(command, env=os.environ | {"DATABASE_URL": url}).returncode


def find_binaries():
    """The folder of PostgreSQL's server programs, of the newest version that is installed; None if there is none."""
    # Debian keeps them away from PATH.
    versions = Path("/usr/lib/postgresql").glob("*/bin")
    newest_first = sorted(versions, key=lambda folder: int(folder.parent.name), reverse=True)
    path = os.pathsep.join([os.environ.get("PATH", ""), *map(str, newest_first)])
    initdb = shutil.which("initdb", path=path)
    return Path(initdb).parent if initdb else None


@contextmanager
def cluster(binaries):
    """A cluster that lives as long as the block; yields its URL."""
    owner = unprivileged_user() if os.geteuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="newsroom-pg-", dir="/tmp"))  # noqa: S108 (a socket's path must be short)
    data = folder / "data"

    def run(program, *arguments):
        done = subprocess.run(
            [binaries / program, *arguments],
            cwd=folder,
            timeout=STEP_TIMEOUT,
            capture_output=program == "initdb",
            **as_user(owner),
        )
        if done.returncode:
            sys.stderr.write((done.stderr or b"").decode())
            raise SystemExit(f"{program} failed.")

    try:
        if owner:
            os.chown(folder, owner.pw_uid, owner.pw_gid)
        run("initdb", "-D", data, "-U", "newsroom", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
        run("pg_ctl", "-D", data, "-l", folder / "log", "-o", f"{OPTIONS} -k {folder}", "--silent", "-w", "start")
        try:
            yield f"postgres://newsroom@/{folder}/postgres"
        finally:
            run("pg_ctl", "-D", data, "-m", "immediate", "--silent", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def unprivileged_user():
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise SystemExit("PostgreSQL does not run as root, and there is no user “postgres” or “nobody”.")


def as_user(owner):
    return {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []} if owner else {}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
