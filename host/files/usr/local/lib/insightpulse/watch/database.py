"""The database: reachable through its pooler as services reach it, and which queries take too long."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import Any

from backup import libpq
from backup.commands import Said, run
from backup.settings import SECRETS

from .observation import Observation
from .settings import Database, Limits

# Copying everything takes its time, and is meant to.
_SLOW = """
SELECT coalesce(json_agg(json_build_object('user', usename, 'pid', pid, 'seconds', round(extract(epoch FROM now() - query_start)))), '[]')
FROM pg_stat_activity
WHERE state = 'active' AND backend_type = 'client backend' AND pid <> pg_backend_pid() AND usename !~ '^backup'
  AND query_start < now() - interval '{seconds} seconds'
"""
_STATEMENTS_SCHEMA = """
SELECT n.nspname FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'pg_stat_statements'
"""
_STATEMENTS = """
SELECT coalesce(json_object_agg(id, json_build_array(calls, milliseconds)), '{{}}') FROM (
  SELECT concat(userid, '/', dbid, '/', queryid) AS id, sum(calls) AS calls, sum(total_exec_time) AS milliseconds
  FROM "{schema}".pg_stat_statements GROUP BY 1 ORDER BY 2 DESC LIMIT 2000
) s
"""


@dataclass(frozen=True)
class Seen:
    """What was seen, and how long an answer took, connecting included; None when there was none."""

    observations: list[Observation]
    milliseconds: float | None


def look(database: Database, limits: Limits) -> Seen:
    """Asks the database through each pooler that services use."""
    observations = []
    slow: Any = []
    milliseconds = None
    for index, port in enumerate(database.ports):
        began = time.monotonic()
        said = _ask(database, port, _SLOW.format(seconds=limits.slowQuerySeconds))
        if said.status == 0 and index == 0:
            milliseconds, slow = (time.monotonic() - began) * 1000, json.loads(said.output)
        where = f"{database.host}:{port}"
        wrong = None if said.status == 0 else f"cannot be reached at {where}: {_reason(said)}"
        observations.append(
            Observation(f"database {port}", "the database", wrong, "https://status.supabase.com, and `./scripts/ops db report`")
        )
    if milliseconds is not None:
        observations.append(of_queries(slow, limits))
    return Seen(observations, milliseconds)


def reach(database: Database) -> list[dict[str, Any]]:
    """Whether each pooler lets this host's own login in, and in which words not."""
    found = []
    for port in database.ports:
        said = _ask(database, port, "SELECT 1")
        found.append({"host": database.host, "port": port, "wrong": None if said.status == 0 else _reason(said)})
    return found


def of_queries(slow: list[dict[str, Any]], limits: Limits) -> Observation:
    """What is said of queries that have run for long. Their texts may hold what is nobody's business, and stay out."""
    key, title = "database slow queries", "the database"
    if not slow:
        return Observation(key, title)
    worst = max(slow, key=lambda one: float(one["seconds"]))
    count = "a query" if len(slow) == 1 else f"{len(slow)} queries"
    return Observation(
        key,
        title,
        f"has had {count} running for more than {limits.slowQuerySeconds} s, the longest for "
        f"{worst['seconds']:.0f} s as {worst['user']} (process {worst['pid']})",
        f"`SELECT pg_cancel_backend({worst['pid']})` ends it, `./scripts/ops db report` shows more",
    )


def statements(database: Database) -> dict[str, list[float]] | None:
    """How often each statement was called, and how long all its calls took; None where PostgreSQL does not count."""
    schema = _ask(database, database.ports[0], _STATEMENTS_SCHEMA)
    if schema.status != 0 or not schema.output.strip():
        return None
    said = _ask(database, database.ports[0], _STATEMENTS.format(schema=schema.output.strip()))
    return dict(json.loads(said.output)) if said.status == 0 else None


def _ask(database: Database, port: int, statement: str) -> Said:
    reach = libpq.variables(database, port, database.user, SECRETS / "watch.pgpass", connect_seconds=10)
    # A server that has taken the connection and then says nothing.
    return run("timeout", "20", *libpq.PSQL, environment=reach, stdin=statement)


def _reason(said: Said) -> str:
    words = said.errors.strip().splitlines()
    return words[-1] if words else "it does not answer within 20 s"
