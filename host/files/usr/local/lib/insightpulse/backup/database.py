"""The database as the backup's role: one snapshot, in which it is dumped and measured at once."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from . import clock, libpq, manifest
from .commands import must, run, say
from .manifest import Manifest
from .problem import Problem
from .session import Session
from .settings import SECRETS, Database, Filestore
from .words import identifier, literal

# Two at once: each one is a connection of the few that a small project's session pooler has for everybody.
_JOBS = 2
# pg_restore reads what is compressed so from this version on.
_READS_ZSTD = 16
_PASSWORD_FILE = SECRETS / "backup.pgpass"


def environment(database: Database, password_file: Path = _PASSWORD_FILE, user: str | None = None) -> dict[str, str]:
    """How PostgreSQL's programs reach it; the password is read by them from a file."""
    return libpq.variables(database, database.port, user or database.user, password_file, connect_seconds=15)


@dataclass(frozen=True)
class Dump:
    """What was dumped, and what it must be like once it is restored."""

    manifest: Manifest
    # Files each filestore must have, by the schema that refers to them.
    references: dict[str, list[str]]


def programs(major: int) -> Path:
    """Folder of PostgreSQL's programs of one version.

    Raises:
        Problem: when they are not installed
    """
    folder = Path(f"/usr/lib/postgresql/{major}/bin")
    if not (folder / "pg_dump").exists():
        raise Problem(f"PostgreSQL {major}'s programs are not on this host: install postgresql-client-{major}")
    return folder


def refuse_other_version(session: Session, database: Database) -> None:
    """A dump is only made, and a restore only begun, by programs of the server's own version.

    Raises:
        Problem: with both versions
    """
    server = manifest.server_of(session) // 10000
    said = run(str(programs(database.majorVersion) / "pg_dump"), "--version")
    found = re.search(r"(\d+)(?:\.\d+|devel|beta\d+|rc\d+)", said.output)
    ours = None if found is None else int(found[1])
    if ours != server:
        raise Problem(
            f"pg_dump is of version {ours}, and the database of version {server}: set database.majorVersion to "
            f"{server} and run pulumi up, which installs its programs here"
        )


def dump(database: Database, filestores: tuple[Filestore, ...], target: Path) -> Dump:
    """Dumps all schemas but the vendor's into a folder, and measures them in the same snapshot.

    Raises:
        Problem: when the database is of another version, has another time, or is lost half way
    """
    reach = environment(database)
    with Session(reach) as session:
        refuse_other_version(session, database)
        clock.compare(float(session.one("SELECT extract(epoch FROM clock_timestamp())")))
        schemas = manifest.schemas_of(session, database.leaveOut)
        if not schemas:
            raise Problem("the database has no schema of the platform's: there is nothing to back up")
        dumped = dump_schemas(session, reach, programs(database.majorVersion), schemas, filestores, target)
    if database.majorVersion >= _READS_ZSTD:
        _make_small(target)
    return dumped


def dump_schemas(
    session: Session,
    reach: Mapping[str, str],
    folder: Path,
    schemas: dict[str, str],
    filestores: tuple[Filestore, ...],
    target: Path,
) -> Dump:
    """Dumps some schemas into a folder, and measures them in the same snapshot.

    Args:
        reach: how PostgreSQL's programs reach the database of the session
        folder: of PostgreSQL's programs

    Raises:
        Problem: when the database is lost half way
    """
    session.ask("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
    snapshot = session.one("SELECT pg_export_snapshot()")
    dumping = _Dumping(folder, reach, snapshot, list(schemas), target)
    try:
        measured = manifest.measure(session, schemas)
        references = {store.schema: _references(session, store) for store in filestores}
        dumping.wait()
    finally:
        dumping.end()
    return Dump(measured, references)


class _Dumping:
    """pg_dump at work. What it writes is not compressed: a stream of its own changes as a whole with its first changed row."""

    def __init__(
        self, folder: Path, reach: Mapping[str, str], snapshot: str, schemas: list[str], target: Path
    ) -> None:
        program = str(folder / "pg_dump")
        words = ["--format=directory", "--compress=0", f"--jobs={_JOBS}", "--no-sync", "--no-password"]
        chosen = [f"--schema={identifier(schema)}" for schema in schemas]
        self._errors = target.with_name("pg_dump.errors")
        with open(self._errors, "w", encoding="utf-8") as errors:
            self._process = subprocess.Popen(
                [program, *words, f"--snapshot={snapshot}", *chosen, f"--file={target}"],
                env={**os.environ, **reach},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=errors,
            )

    def wait(self) -> None:
        if self._process.wait() != 0:
            lines = self._errors.read_text(encoding="utf-8").strip().splitlines()
            raise Problem(f"pg_dump failed: {'; '.join(lines[-3:]) or self._process.returncode}")
        self._errors.unlink()

    def end(self) -> None:
        if self._process.poll() is None:
            self._process.terminate()
            self._process.wait()


def _make_small(archive: Path) -> None:
    """Compresses the rows of a dump, in pieces that begin where the rows themselves say so.

    A piece is as it was the day before unless a row in it has changed, so restic finds it again, and has a quarter of the
    bytes to cut up, hash and encrypt. However many cores there are, the pieces are the same ones.
    """
    rows = sorted(str(file) for file in archive.glob("*.dat") if file.name != "toc.dat")
    if rows:
        must("zstd", "-1", "--rsyncable", "--threads=0", "--quiet", "--rm", "--", *rows)


def restore(
    archive: Path,
    database_environment: Mapping[str, str],
    folder: Path,
    *,
    jobs: int,
    keep_entry: Callable[[str], bool] = lambda _line: True,
) -> None:
    """Restores a dump with everything in it, owners and grants too, and stops at the first thing that fails.

    Args:
        folder: of PostgreSQL's programs
        keep_entry: whether a line of the archive's table of contents is restored

    Raises:
        Problem: with what failed
    """
    program = str(folder / "pg_restore")
    listed = run(program, "--list", str(archive))
    if listed.status != 0:
        raise Problem(f"the dump is damaged: {listed.last_lines()}")
    chosen = archive.with_name("contents.list")
    chosen.write_text("\n".join(line for line in listed.output.splitlines() if keep_entry(line)), encoding="utf-8")
    words = ["--exit-on-error", f"--jobs={jobs}", f"--use-list={chosen}", "--no-password", "--dbname="]
    said = run(program, *words, str(archive), environment=database_environment)
    if said.status != 0:
        raise Problem(f"pg_restore failed: {said.last_lines(8)}")


def makes_one_of(line: str, schemas: Iterable[str]) -> bool:
    """Whether a line of an archive's table of contents makes one of these schemas."""
    return any(f" SCHEMA - {schema} " in line for schema in schemas)


def _references(session: Session, store: Filestore) -> list[str]:
    """Names of the files a schema refers to; none where it has no attachments yet."""
    table = f"{identifier(store.schema)}.ir_attachment"
    if session.one(f"SELECT to_regclass({literal(table)}) IS NOT NULL") != "t":
        return []
    return session.ask(f"SELECT DISTINCT store_fname FROM {table} WHERE store_fname <> '' ORDER BY 1")


def warn_of_large_objects(database: Database) -> int:
    """How many large objects there are: they belong to no schema, and are in no dump of schemas."""
    with Session(environment(database)) as session:
        count = int(session.one("SELECT count(*) FROM pg_largeobject_metadata"))
    if count:
        say(f"{count} large objects are not in the dump: they belong to no schema")
    return count
