"""How PostgreSQL's programs are told where a database is and who asks. The password is read by them from a file."""

from __future__ import annotations

from pathlib import Path

from .settings import Server

# psql, told its statements through standard input: nothing but answers, and an end at the first thing that fails.
PSQL = ("psql", "--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--no-password", "--set=ON_ERROR_STOP=1")


def variables(server: Server, port: int, user: str, password_file: Path, connect_seconds: int) -> dict[str, str]:
    """The variables that libpq reads."""
    return {
        "PGHOST": server.host,
        "PGPORT": str(port),
        "PGDATABASE": server.name,
        "PGUSER": user,
        "PGSSLMODE": server.tls,
        **({"PGSSLROOTCERT": server.authorityFile} if server.authorityFile else {}),
        "PGCONNECT_TIMEOUT": str(connect_seconds),
        "PGPASSFILE": str(password_file),
    }
