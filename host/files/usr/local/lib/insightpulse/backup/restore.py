"""Restores a backup: into scratch, to look at it, or into the live platform, in place of what is there.

Live, nothing is overwritten. What is there moves aside in one step, the backup is restored where it was, compared, and only
then does what was there before go. Whatever fails on the way puts it back; a run that is killed leaves a note, by which the
next one does.
"""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from . import clock, database, manifest, prove, services
from .commands import run, say
from .context import PLATFORM, SAFETY, Context, Stopwatch, require_space, workspace
from .manifest import Manifest
from .problem import Problem
from .prove import Fetched
from .restic import Snapshot
from .scratch import Scratch
from .session import Session
from .settings import RESTORING, STATE, Service, Settings
from .take import take
from .words import identifier, literal

_JOBS = 4
_SCRATCH = STATE / "scratch"


@dataclass(frozen=True)
class Wanted:
    """Which backup, and which parts of it."""

    at: datetime | None = None
    tag: str = PLATFORM
    database: bool = True
    files: bool = True


@dataclass(frozen=True)
class Owner:
    """Who owns the database; the password comes through standard input and lies in memory for as long as this takes."""

    user: str
    password: str


def plan(context: Context, wanted: Wanted) -> dict[str, Any]:
    """What a restore into the live platform would replace and lose; nothing is changed."""
    chosen = prove.choose(context, wanted.at, wanted.tag)
    said: dict[str, Any] = {"snapshot": chosen.original, "backup": clock.written(chosen.time)}
    said["age"] = _age(chosen)
    said["proven"] = any(
        one["snapshot"] == chosen.original and one["result"] == "proven" for one in context.records.here("proof")
    )
    if wanted.database:
        # A plan holds no lock: what is running may not take its folder away.
        with workspace("plan", ".plan") as folder:
            expected = prove.fetch(context, chosen, folder, Stopwatch(), folders=()).expected
        settings = context.settings.the_database()
        with Session(database.environment(settings)) as session:
            live = manifest.schemas_of(session, settings.leaveOut)
            rows = manifest.row_counts(session, {name: live[name] for name in expected.schemas if name in live})
        said["schemas"] = sorted(expected.schemas)
        said["untouched"] = sorted(live.keys() - expected.schemas.keys())
        said["tables"] = _changed(expected, rows)
    if wanted.files:
        said["folders"] = [service.folder for service in context.settings.services]
        said["files"] = {service.folder: _newer(Path(service.folder), chosen.time) for service in context.settings.services}
    return said


def into_scratch(context: Context, wanted: Wanted) -> dict[str, Any]:
    """Restores beside the platform and leaves it there to look at, until it is forgotten."""
    forget_scratch()
    chosen = prove.choose(context, wanted.at, wanted.tag)
    stopwatch = Stopwatch()
    _SCRATCH.mkdir(parents=True)
    _SCRATCH.chmod(0o711)
    fetched = prove.fetch(context, chosen, _SCRATCH, stopwatch, None if wanted.files else ())
    said: list[str] = prove.files_differ(context.settings, fetched) if wanted.files else []
    if wanted.database:
        expected = fetched.expected
        require_space(2 * expected.size, "the restore")
        server = Scratch(_SCRATCH / "server", expected.server // 10000)
        server.start()
        prove.restore_into(server, fetched, stopwatch)
        with stopwatch.measure("compare"):
            said += prove.compare_with(server, expected)
        say(f"the database: sudo psql -h {server.folder} -U postgres postgres")
    if wanted.files:
        say(f"the files: {_SCRATCH}/files")
    if said:
        raise Problem(f"it is not what the backup says: {'; '.join(said[:5])}")
    return _told(chosen, stopwatch)


def forget_scratch() -> None:
    """Removes what an earlier restore into scratch has left."""
    if (_SCRATCH / "server/data/postmaster.pid").exists():
        version = (_SCRATCH / "server/data/PG_VERSION").read_text(encoding="utf-8").strip()
        Scratch(_SCRATCH / "server", int(version)).stop()
    shutil.rmtree(_SCRATCH, ignore_errors=True)


def into_live(
    context: Context, keeper: Context, wanted: Wanted, owner: Owner | None
) -> dict[str, Any]:
    """Restores in place of what is there.

    Args:
        context: the copy that is restored from
        keeper: the copy that what is there now is saved to before

    Raises:
        Problem: with the reason; what was there before is back, and serves
    """
    if wanted.database and owner is None:
        raise Problem("a restore of the database needs its owner: `./scripts/ops restore` brings it along")
    stopwatch = Stopwatch()
    settings = context.settings
    _recover(settings, owner)
    chosen = prove.choose(context, wanted.at, wanted.tag)
    with workspace("restore") as folder:
        with stopwatch.measure("safety backup"):
            _keep_what_is_there(keeper)
        folders = [service.folder for service in settings.services] if wanted.files else []
        fetched = prove.fetch(context, chosen, folder, stopwatch, folders)
        if wanted.files:
            _require_whole_files(settings, fetched)
        with stopwatch.measure("stop"):
            stopped = services.stop(settings.services)
        try:
            _replace(settings, fetched, wanted, owner, stopwatch)
        finally:
            with stopwatch.measure("start"):
                unwell = services.start(stopped)
    if unwell:
        raise Problem(f"the backup is restored, but {'; '.join(unwell)}")
    return _told(chosen, stopwatch)


def _keep_what_is_there(keeper: Context) -> None:
    """What is damaged enough to be replaced may not make a complete backup; it is kept as it is."""
    try:
        take(keeper, SAFETY)
    except Problem as problem:
        if str(problem).startswith("the backup failed"):
            raise Problem(f"nothing was changed, since there is no safety backup: {problem}") from None
        say(f"of what is there now: {problem}")


def _require_whole_files(settings: Settings, fetched: Fetched) -> None:
    said = prove.files_differ(settings, fetched)
    if said:
        raise Problem(f"nothing was changed, since the backup is not whole: {'; '.join(said[:5])}")


def _replace(
    settings: Settings, fetched: Fetched, wanted: Wanted, owner: Owner | None, stopwatch: Stopwatch
) -> None:
    _write_note({})
    with ExitStack() as undo:
        undo.callback(RESTORING.unlink)
        if wanted.files:
            with stopwatch.measure("files"):
                aside = _swap_folders(settings.services, fetched, undo)
        if wanted.database and owner is not None:
            _replace_schemas(settings, fetched, owner, stopwatch)
        # From here on it stays.
        undo.pop_all()
    RESTORING.unlink()
    if wanted.files:
        for path in aside:
            shutil.rmtree(path, ignore_errors=True)


def _swap_folders(found: Sequence[Service], fetched: Fetched, undo: ExitStack) -> list[Path]:
    """Puts restored folders in the place of the ones that are there, each in one step."""
    asides: list[Path] = []
    for service in found:
        live, restored = Path(service.folder), fetched.files(service.folder)
        if not restored.is_dir():
            continue
        aside = _aside(live)
        shutil.rmtree(aside, ignore_errors=True)
        status = live.stat()
        os.chown(restored, status.st_uid, status.st_gid)
        os.chmod(restored, status.st_mode & 0o7777)
        live.rename(aside)
        undo.callback(_swap_back, live, aside)
        restored.rename(live)
        asides.append(aside)
    return asides


def _aside(live: Path) -> Path:
    return live.with_name(f".{live.name}-replaced")


def _write_note(note: dict[str, Any]) -> None:
    """Writes down how far a restore is; the note is whole, or the one before."""
    draft = RESTORING.with_suffix(".new")
    draft.write_text(json.dumps(note), encoding="utf-8")
    draft.replace(RESTORING)


def _recover(settings: Settings, owner: Owner | None) -> None:
    """Puts back what a restore that was killed has moved aside.

    Raises:
        Problem: when that takes the database's owner, who was not brought along
    """
    if not RESTORING.exists():
        return
    note = json.loads(RESTORING.read_text(encoding="utf-8"))
    say("a restore was killed half way; putting back what it had moved aside")
    stopped = services.stop(settings.services)
    for service in settings.services:
        if _aside(Path(service.folder)).exists():
            _swap_back(Path(service.folder), _aside(Path(service.folder)))
    if note:
        if owner is None:
            raise Problem("schemas are to be put back, which only the database's owner may do")
        with workspace("recover") as folder, Session(_as_owner(settings, owner, folder)) as session:
            _SchemaSwap(session, note).take_back()
    RESTORING.unlink()
    services.start(stopped or settings.services)


def _as_owner(settings: Settings, owner: Owner, folder: Path) -> dict[str, str]:
    """How PostgreSQL's programs reach the database as its owner; the password is in a file that goes with its folder."""
    known = settings.the_database()
    password_file = folder / "owner.pgpass"
    password_file.touch(mode=0o600)
    fields = (known.host, str(known.port), known.name, owner.user, owner.password)
    password_file.write_text(":".join(_escaped(field) for field in fields) + "\n", encoding="utf-8")
    return database.environment(known, password_file, owner.user)


def _swap_back(live: Path, aside: Path) -> None:
    if live.exists():
        shutil.rmtree(live)
    aside.rename(live)


def _replace_schemas(settings: Settings, fetched: Fetched, owner: Owner, stopwatch: Stopwatch) -> None:
    expected = fetched.expected
    known = settings.the_database()
    reach = _as_owner(settings, owner, fetched.folder)
    with Session(reach) as session:
        database.refuse_other_version(session, known)
        note = _plan_swap(session, expected)
    try:
        with Session(reach) as session:
            swap = _SchemaSwap(session, note)
            swap.begin()
            with stopwatch.measure("database"):
                _restore_schemas(fetched, reach, swap)
            with stopwatch.measure("compare"):
                said = manifest.differences(expected, manifest.measure(session, swap.restored()))
            if said:
                raise Problem(f"what was restored is not what the backup says: {'; '.join(said[:5])}")
            swap.finish()
    except BaseException:
        # A session of its own: the other one may be what has failed.
        with Session(reach) as session:
            _SchemaSwap(session, note).take_back()
        raise


def _restore_schemas(fetched: Fetched, reach: Mapping[str, str], swap: _SchemaSwap) -> None:
    programs = database.programs(fetched.expected.server // 10000)
    swap.make_room()
    database.restore(fetched.archive, reach, programs, jobs=_JOBS, keep_entry=swap.is_restored)


def _plan_swap(session: Session, expected: Manifest) -> dict[str, Any]:
    """What is moved aside and who is shut out meanwhile, as it is written down before anything is."""
    there = manifest.schemas_of(session, ())
    present = [name for name in expected.schemas if name in there]
    me = session.one("SELECT current_user")
    owners = sorted({there[name] for name in present} - {"pg_database_owner", me})
    can_log_in = set(session.ask("SELECT rolname FROM pg_roles WHERE rolcanlogin"))
    # Extensions lie in a schema and would move with it.
    extensions = {name: schema for name, schema in manifest.extensions_of(session).items() if schema in present}
    return {
        "suffix": f"_replaced_{time.strftime('%Y%m%d%H%M%S', time.gmtime())}",
        "schemas": expected.schemas,
        "present": present,
        "owners": owners,
        "shut out": [role for role in owners if role in can_log_in],
        "extensions": extensions,
    }


class _SchemaSwap:
    """Schemas move aside under another name, so that the way back is a name too."""

    def __init__(self, session: Session, note: dict[str, Any]) -> None:
        self._session = session
        self._note = note
        self._suffix: str = note["suffix"]
        self._schemas: dict[str, str] = note["schemas"]
        self._present: list[str] = note["present"]
        self._shut_out: list[str] = note["shut out"]
        self._extensions: dict[str, str] = note["extensions"]

    def begin(self) -> None:
        """Lets nobody else in, and moves the schemas aside, all of them or none."""
        _write_note(self._note)
        statements = [
            *(f"GRANT {identifier(role)} TO CURRENT_USER" for role in self._note["owners"]),
            *(f"ALTER ROLE {identifier(role)} NOLOGIN" for role in self._shut_out),
            f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = ANY ({_array(self._shut_out)})",
        ]
        for statement in statements:
            self._session.ask(statement)
        # pg_restore has connections of its own; what they find must be there for all.
        self._transaction(
            f"ALTER SCHEMA {identifier(name)} RENAME TO {identifier(name + self._suffix)}" for name in self._present
        )
        say(f"moved aside: {', '.join(self._present) or 'nothing'}")

    def make_room(self) -> None:
        """Schemas with an extension in them are there before what is made with it."""
        for name, schema in self._extensions.items():
            self._session.ask(
                f"CREATE SCHEMA IF NOT EXISTS {identifier(schema)} AUTHORIZATION "
                f"{identifier(self._schemas[schema])}"
            )
            self._session.ask(f"ALTER EXTENSION {identifier(name)} SET SCHEMA {identifier(schema)}")

    def is_restored(self, line: str) -> bool:
        """Whether an entry of the dump is not there already."""
        return not any(f" SCHEMA - {schema} " in line for schema in self._extensions.values())

    def restored(self) -> dict[str, str]:
        """The schemas that are in the place of the old ones."""
        there = manifest.schemas_of(self._session, ())
        return {name: there[name] for name in self._schemas if name in there}

    def take_back(self) -> None:
        """Everything as it was, however far it had got."""
        say("going back to what was there before")
        aside = [name for name in self._present if name + self._suffix in self._everything()]
        if aside:
            absent = [name for name in self._schemas if name not in self._present]
            self._transaction(
                [
                    *(
                        f"ALTER EXTENSION {identifier(name)} SET SCHEMA {identifier(schema + self._suffix)}"
                        for name, schema in self._extensions.items()
                    ),
                    *(f"DROP SCHEMA IF EXISTS {identifier(name)} CASCADE" for name in [*aside, *absent]),
                    *(f"ALTER SCHEMA {identifier(name + self._suffix)} RENAME TO {identifier(name)}" for name in aside),
                ]
            )
        self._let_in()

    def finish(self) -> None:
        """What was there before goes; the safety backup has it."""
        # From here on there is no way back; one transaction, so that a run that is killed leaves all of them or none.
        self._transaction(f"DROP SCHEMA {identifier(name + self._suffix)} CASCADE" for name in self._present)
        self._let_in()

    def _let_in(self) -> None:
        for role in self._shut_out:
            self._session.ask(f"ALTER ROLE {identifier(role)} LOGIN")

    def _everything(self) -> set[str]:
        return set(self._session.ask("SELECT nspname FROM pg_namespace"))

    def _transaction(self, statements: Any) -> None:
        self._session.ask("; ".join(["BEGIN", *statements, "COMMIT"]))


def _told(chosen: Snapshot, stopwatch: Stopwatch) -> dict[str, Any]:
    for part, seconds in stopwatch.parts.items():
        say(f"{seconds:9.2f} s  {part}")
    say(f"{stopwatch.total:9.2f} s  all of it")
    return {
        "snapshot": chosen.original,
        "backup": clock.written(chosen.time),
        "seconds": {**stopwatch.parts, "total": stopwatch.total},
    }


def _age(chosen: Snapshot) -> str:
    minutes = int((clock.now() - chosen.time).total_seconds() // 60)
    return f"{minutes // 1440} d {minutes // 60 % 24} h {minutes % 60} min"


def _changed(expected: Manifest, rows: Mapping[str, int]) -> list[dict[str, Any]]:
    """Tables whose number of rows is another one now, those first that would lose most."""
    names = {*expected.tables, *rows}
    counts = [(name, rows.get(name), expected.tables.get(name, {}).get("rows")) for name in names]
    differing = [(name, now, then) for name, now, then in counts if now != then]
    differing.sort(key=lambda one: (-((one[1] or 0) - (one[2] or 0)), one[0]))
    return [{"table": name, "now": now, "backup": then} for name, now, then in differing]


def _newer(folder: Path, moment: datetime) -> int:
    """How many files were written since."""
    said = run("find", str(folder), "-type", "f", "-newermt", clock.written(moment))
    return len(said.output.splitlines())


def _escaped(field: str) -> str:
    return field.replace("\\", "\\\\").replace(":", "\\:")


def _array(names: Sequence[str]) -> str:
    return f"ARRAY[{', '.join(literal(name) for name in names)}]::name[]"
