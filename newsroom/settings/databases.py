"""The database, and read-only copies of it, as the environment says. Settings read this; it imports no models."""

from django.core.exceptions import ImproperlyConfigured

_SQLITE = "django.db.backends.sqlite3"
_POSTGRESQL = "django.db.backends.postgresql"
# In seconds: how long a connection lies open between requests, how long a thread waits for one of a pool, and after how
# long a replica that does not take a connection counts as away.
_KEPT_OPEN, _POOL_PATIENCE, _REPLICA_PATIENCE = 60, 10, 2
# A transaction that does nothing for so long, in seconds, has lost whoever began it.
_LONGEST_IDLE = 300


def databases(env, data_dir):
    """
    The databases by alias: "default", and "replica1", "replica2" … for those of NEWSROOM_REPLICA_URLS.

    Raises `ImproperlyConfigured` for what cannot be.
    """
    default = env.db_url("DATABASE_URL", default=f"sqlite:///{data_dir / 'newsroom.sqlite3'}")
    replicas = [env.db_url_config(url) for url in env.list("NEWSROOM_REPLICA_URLS", default=[])]
    pool = env.int("NEWSROOM_DB_POOL", default=0)
    if default["ENGINE"] == _SQLITE and (replicas or pool):
        raise ImproperlyConfigured("NEWSROOM_REPLICA_URLS and NEWSROOM_DB_POOL are for PostgreSQL: set DATABASE_URL.")
    if any(replica["ENGINE"] != _POSTGRESQL for replica in replicas):
        raise ImproperlyConfigured("NEWSROOM_REPLICA_URLS must name PostgreSQL databases, with commas between them.")
    if pool < 0:
        raise ImproperlyConfigured(f"NEWSROOM_DB_POOL is {pool}: write how many connections a process may have, or 0.")
    if default["ENGINE"] == _SQLITE:
        return {"default": default | {"OPTIONS": _sqlite_options()}}
    found = {"default": _connected(default, pool)}
    for number, replica in enumerate(replicas, 1):
        found[f"replica{number}"] = _read_only(_connected(replica, pool))
    return found


def _sqlite_options():
    # WAL lets readers go on while one writes; IMMEDIATE makes a second writer wait its turn instead of failing in the
    # middle of its transaction. Larger caches, memory-mapping and temporary tables in memory were measured, on a
    # database of 540 MB: none of them makes a page cheaper.
    return {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }


def _connected(database, pool):
    """With how its connections are kept: one for each thread, or a pool for all threads of a process."""
    if not pool:
        return database | {"CONN_MAX_AGE": _KEPT_OPEN, "CONN_HEALTH_CHECKS": True}
    pooled = {"min_size": min(2, pool), "max_size": pool, "timeout": _POOL_PATIENCE}
    options = database.get("OPTIONS", {}) | {"pool": pooled}
    return database | {"CONN_MAX_AGE": 0, "CONN_HEALTH_CHECKS": True, "OPTIONS": options}


def _read_only(database):
    options = {"connect_timeout": _REPLICA_PATIENCE} | database.get("OPTIONS", {})
    options["options"] = _joined("-c default_transaction_read_only=on", options)
    return database | {"OPTIONS": options, "TEST": {"MIRROR": "default"}}


def limit_statements(database, seconds):
    """
    Has PostgreSQL end statements that take longer than so many seconds (0: none), and transactions that were forgotten.

    For a process that answers requests, before it connects: commands and jobs may take as long as they need.
    """
    if database["ENGINE"] == _POSTGRESQL and seconds:
        limits = f"-c statement_timeout={seconds}s -c idle_in_transaction_session_timeout={_LONGEST_IDLE}s"
        database["OPTIONS"]["options"] = _joined(limits, database["OPTIONS"])


def _joined(more, options):
    """What DATABASE_URL itself says comes last, and so is what counts."""
    return f"{more} {options.get('options', '')}".strip()
