"""Proves a backup: all of it is restored beside the platform, and compared with what was measured when it was taken."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from . import clock, database, filestore, manifest
from .commands import say
from .context import DATABASE, PLATFORM, Context, Stopwatch, require_space, workspace
from .manifest import Manifest
from .problem import Problem
from .restic import Damaged, Snapshot
from .restore import JOBS
from .scratch import Scratch, running
from .session import Session
from .settings import Settings
from .words import identifier, literal

_SHOWN = 5
# Each is an object in the bucket.
NEWEST_PROOFS = 60


def choose(context: Context, at: datetime | None, tag: str = PLATFORM) -> Snapshot:
    """The newest backup, or the newest that is no younger than a time.

    Args:
        tag: of those to choose from, the nights' or those that restores have taken

    Raises:
        Problem: when there is none
    """
    there = context.repository.snapshots(tag)
    fitting = [one for one in there if at is None or one.time <= at]
    if fitting:
        return fitting[-1]
    if not there:
        raise Problem("there is no backup yet")
    raise Problem(
        f"there is no backup from {clock.written(at or clock.now())} or before; the oldest is from "
        f"{clock.written(there[0].time)}"
    )


def candidates(context: Context, at: datetime | None, tag: str = PLATFORM) -> list[Snapshot]:
    """The backups a restore may take, the one it would take first; those whose last proof failed are said and left out.

    Where every proof has failed there is nothing better than the newest.

    Raises:
        Problem: when there is none
    """
    newest = choose(context, at, tag)
    # A host that has just taken the place of a lost one has no records of its own; the bucket has them.
    proofs = context.records.here("proof") or context.records.everywhere("proof", NEWEST_PROOFS)
    last = {one["snapshot"]: one["differences"][:1] for one in proofs}
    left: list[Snapshot] = []
    for one in reversed(context.repository.snapshots(tag)):
        if one.time > newest.time:
            continue
        reasons = last.get(one.original, [])
        # What restic has said of the other copy's repository tells nothing of this one.
        if not reasons or (reasons[0].startswith("restic ") and context.repository.url not in reasons[0]):
            left.append(one)
        elif not left:
            _pass_over(one, reasons[0])
    if not left:
        say(f"the proof of every backup has failed, and the one from {clock.written(newest.time)} is taken all the same")
    return left or [newest]


def _pass_over(one: Snapshot, reason: str) -> None:
    say(f"the backup from {clock.written(one.time)} is damaged, and the one before it is taken: {reason}")


def prove(context: Context, at: datetime | None = None, as_of: datetime | None = None) -> dict[str, Any]:
    """Restores a backup into scratch, compares everything, and writes down whether it is one.

    Raises:
        Problem: when it is none
    """
    moment = as_of or clock.now()
    stopwatch = Stopwatch()
    chosen = choose(context, at)
    try:
        with workspace("proof") as folder:
            found = _compare(context.settings, fetch(context, chosen, folder, stopwatch), stopwatch)
    except (Problem, OSError) as error:
        found = [str(error)]
    record = {
        "snapshot": chosen.original,
        "backup": clock.written(chosen.time),
        "environment": context.settings.environment,
        "result": "differs" if found else "proven",
        "differences": found[:100],
        "seconds": {**stopwatch.parts, "total": stopwatch.total},
    }
    context.records.write("proof", moment, record)
    if found:
        shown = "; ".join(found[:_SHOWN])
        more = f"; and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
        raise Problem(f"the backup from {record['backup']} is not proven: {shown}{more}")
    say(f"the backup from {record['backup']} is proven: restored and compared in {stopwatch.total} s")
    return record


@dataclass(frozen=True)
class Fetched:
    """A backup that has been brought back onto this host."""

    folder: Path
    expected: Manifest
    references: dict[str, list[str]]

    @property
    def archive(self) -> Path:
        """The dump."""
        return self.files(str(DATABASE)) / "database"

    def files(self, path: str) -> Path:
        """Where a folder of the backup lies now; it is not there where a service has come after the backup."""
        return _below(self.folder, path)


def fetch(
    context: Context, chosen: Snapshot, folder: Path, stopwatch: Stopwatch, folders: Sequence[str] | None = None
) -> Fetched:
    """Brings a backup's dump and some of its folders (all of them when none is named) back from the repository.

    Raises:
        Problem: when it has no database in it, is damaged, or has no room here
    """
    say(f"fetching the backup from {clock.written(chosen.time)}")
    wanted = context.settings.folders if folders is None else folders
    with stopwatch.measure("fetch"):
        context.repository.restore(chosen.id, [str(DATABASE), *wanted], folder / "files")
    staging = _below(folder, str(DATABASE))
    if not (staging / "manifest.json").is_file():
        raise Problem(f"the backup from {clock.written(chosen.time)} has no database in it")
    expected = manifest.read((staging / "manifest.json").read_text(encoding="utf-8"))
    references = json.loads((staging / "references.json").read_text(encoding="utf-8"))
    return Fetched(folder, expected, references)


def fetch_newest_whole(
    context: Context,
    there: Sequence[Snapshot],
    folder: Path,
    stopwatch: Stopwatch,
    folders: Sequence[str] | None = None,
) -> tuple[Snapshot, Fetched]:
    """Brings the first of some backups back that is whole; those before it are said.

    Raises:
        Problem: when none is whole, and whatever else is in the way
    """
    for one in there[:-1]:
        try:
            return one, fetch(context, one, folder, stopwatch, folders)
        except Damaged as problem:
            _pass_over(one, str(problem))
            shutil.rmtree(folder / "files", ignore_errors=True)
    return there[-1], fetch(context, there[-1], folder, stopwatch, folders)


def _below(folder: Path, path: str) -> Path:
    return folder / "files" / path.lstrip("/")


def restore_into(server: Scratch, fetched: Fetched, stopwatch: Stopwatch) -> None:
    """Restores a dump into an empty server: first who owns things, and what they are made with.

    Raises:
        Problem: with what could not be restored
    """
    expected = fetched.expected
    with stopwatch.measure("restore"):
        with Session(server.environment) as session:
            session.ask("DROP SCHEMA public")
            for role in expected.roles:
                session.ask(
                    f"SELECT 'CREATE ROLE {identifier(role)}' WHERE NOT EXISTS "
                    f"(SELECT FROM pg_roles WHERE rolname = {literal(role)}) \\gexec\n"
                )
            _make_extensions(session, expected)
        made = set(expected.extensions.values())
        database.restore(
            fetched.archive,
            server.environment,
            database.programs(expected.server // 10000),
            jobs=JOBS,
            keep_entry=lambda line: not database.makes_one_of(line, made),
        )


def _compare(settings: Settings, fetched: Fetched, stopwatch: Stopwatch) -> list[str]:
    expected = fetched.expected
    require_space(2 * expected.size, "the proof")
    with running(fetched.folder / "server", expected.server // 10000) as server:
        restore_into(server, fetched, stopwatch)
        with stopwatch.measure("compare"):
            said = compare_with(server, expected)
    with stopwatch.measure("files"):
        return [*said, *files_differ(settings, fetched)]


def compare_with(server: Scratch, expected: Manifest) -> list[str]:
    """How what a scratch server holds differs from what was measured."""
    with Session(server.environment) as session:
        found = manifest.measure(session, manifest.schemas_of(session, _extensions_schemas(expected)))
    return manifest.differences(expected, found)


def files_differ(settings: Settings, fetched: Fetched) -> list[str]:
    """What is wrong with the files the database refers to."""
    said: list[str] = []
    for store in settings.filestores:
        names = fetched.references.get(store.schema, [])
        folder = fetched.files(store.folder)
        for name in filestore.missing(folder, names):
            said.append(f"file {name} is missing, and {store.schema} refers to it")
        for name in filestore.damaged(folder, names):
            said.append(f"file {name} has another content than its name says")
    return said


def _make_extensions(session: Session, expected: Manifest) -> None:
    """Only what tables may be made with; the vendor's services as extensions (pg_cron, pg_net) are not ours."""
    there = set(session.ask("SELECT name FROM pg_available_extensions"))
    for extension, schema in expected.extensions.items():
        if extension not in there:
            say(f"the extension {extension} is not on this host; what is made with it cannot be proven here")
            continue
        owner = identifier(expected.schemas.get(schema, "postgres"))
        session.ask(f"CREATE SCHEMA IF NOT EXISTS {identifier(schema)} AUTHORIZATION {owner}")
        session.ask(f"CREATE EXTENSION IF NOT EXISTS {identifier(extension)} SCHEMA {identifier(schema)} CASCADE")


def _extensions_schemas(expected: Manifest) -> list[str]:
    """Schemas of the scratch server that the backup knows nothing of."""
    return [schema for schema in expected.extensions.values() if schema not in expected.schemas]
