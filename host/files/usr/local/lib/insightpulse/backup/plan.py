"""What a restore into the live platform would replace and lose."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from . import clock, database, manifest, prove
from .commands import run
from .context import Context, Stopwatch, workspace
from .manifest import Manifest
from .restic import Snapshot
from .restore import Wanted
from .session import Session


def plan(context: Context, wanted: Wanted) -> dict[str, Any]:
    """The backup that would be restored, and what has changed since; nothing is changed by asking."""
    there = prove.candidates(context, wanted.at, wanted.tag)
    chosen, expected = there[0], None
    if wanted.database:
        # A plan holds no lock: what is running may not take its folder away.
        with workspace("plan", ".plan") as folder:
            chosen, fetched = prove.fetch_newest_whole(context, there, folder, Stopwatch(), folders=())
        expected = fetched.expected
    said: dict[str, Any] = {"snapshot": chosen.original, "backup": clock.written(chosen.time)}
    said["age"] = _age(chosen)
    # A host that has just taken the place of a lost one has no records of its own; the bucket has them.
    proofs = context.records.here("proof") or context.records.everywhere("proof", prove.NEWEST_PROOFS)
    said["proven"] = any(one["snapshot"] == chosen.original and one["result"] == "proven" for one in proofs)
    if expected is not None:
        settings = context.settings.the_database()
        with Session(database.environment(settings)) as session:
            live = manifest.schemas_of(session, settings.leaveOut)
            rows = manifest.row_counts(session, {name: live[name] for name in expected.schemas if name in live})
            server = manifest.server_of(session)
        said["server"] = {
            "backup": manifest.version_in_words(expected.server),
            "live": manifest.version_in_words(server),
        }
        said["schemas"] = sorted(expected.schemas)
        said["untouched"] = sorted(live.keys() - expected.schemas.keys())
        said["tables"] = _changed(expected, rows)
    if wanted.files:
        said["folders"] = [service.folder for service in context.settings.services]
        said["files"] = {service.folder: _newer(Path(service.folder), chosen.time) for service in context.settings.services}
    return said


def _age(chosen: Snapshot) -> str:
    minutes = int((clock.now() - chosen.time).total_seconds() // 60)
    days, hours = minutes // 1440, minutes // 60 % 24
    if days:
        return f"{days} d {hours} h"
    return f"{hours} h {minutes % 60} min" if hours else f"{minutes} min"


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
