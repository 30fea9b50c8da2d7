"""Takes a backup: the database in one snapshot, and the files it refers to, in one backup of the repository.

The database comes first. Applications write a file before the row that names it, so whatever the snapshot refers to is on
disk by the time files are read; what was added since is in the backup as well, and does no harm.
"""

from __future__ import annotations

import json
import shutil
from datetime import datetime
from pathlib import Path
from typing import Any

from . import clock, filestore
from .commands import say
from .context import DATABASE, PLATFORM, SAFETY, Context, Stopwatch, require_space
from .database import Dump, dump, environment, warn_of_large_objects
from .problem import Problem
from .restic import Added
from .session import Session
from .settings import RESTORING, STATE

_IDENTITY = STATE / "repository"
_SAFETY_BACKUPS_KEPT = 5
# A database loses this share of its rows by accident rather than by intent.
_SUSPICIOUS_LOSS = 0.5


def take(context: Context, tag: str = PLATFORM, as_of: datetime | None = None) -> dict[str, Any]:
    """Takes a backup and writes its record, also when it failed.

    Raises:
        Problem: when it failed, and when it is partial or empty: what there is of it is kept
    """
    moment = as_of or clock.now()
    stopwatch = Stopwatch()
    try:
        record = _take(context, tag, as_of, stopwatch)
    except (Problem, OSError) as error:
        reason = _in_words(error)
        context.records.write("backup", moment, {"tag": tag, "result": "failed", "reasons": [reason]})
        raise Problem(f"the backup failed: {reason}") from None
    context.records.write("backup", moment, record)
    context.records.prune()
    if record["reasons"]:
        raise Problem(f"the backup is {record['result']}: {'; '.join(record['reasons'])}")
    return record


def _take(context: Context, tag: str, as_of: datetime | None, stopwatch: Stopwatch) -> dict[str, Any]:
    settings = context.settings
    database = settings.the_database()
    if RESTORING.exists():
        raise Problem("a restore was killed half way: `./scripts/ops restore --into live` puts things back and goes on")
    with stopwatch.measure("repository"):
        _open(context)
    with Session(environment(database)) as session:
        size = int(session.one("SELECT pg_database_size(current_database())"))
    shutil.rmtree(DATABASE, ignore_errors=True)
    DATABASE.mkdir(parents=True, mode=0o700)
    try:
        require_space(size, "the dump")
        with stopwatch.measure("dump"):
            dumped = dump(database, settings.filestores, DATABASE / "database")
        _write_down(dumped)
        with stopwatch.measure("upload"):
            paths = [str(DATABASE), *settings.folders]
            added, all_read = context.repository.back_up(paths, tag=tag, host=settings.environment, time=as_of)
    finally:
        # Readable by whoever gets at the disk, and everything in it: it does not stay.
        shutil.rmtree(DATABASE, ignore_errors=True)
    with stopwatch.measure("retention"):
        kept = _forget_old(context, tag)
    result, reasons = _judge(context, dumped, all_read, kept)
    say(
        f"backup {added.snapshot[:8]}: {dumped.manifest.rows} rows of {len(dumped.manifest.tables)} tables, "
        f"{added.files} files, {added.uploaded / 1e6:.1f} MB uploaded, in {stopwatch.total} s"
    )
    return _record(context, tag, dumped, added, stopwatch, result, reasons)


def _open(context: Context) -> None:
    """Opens the repository, and makes it where no backup of this host has ever been.

    Raises:
        Problem: when it is gone, or another one is in its place
    """
    repository = context.repository
    known = _IDENTITY.read_text(encoding="utf-8").strip() if _IDENTITY.exists() else None
    identity = repository.identity()
    if identity is None:
        if known is not None:
            raise Problem(
                f"the repository {repository.url} is gone, and this host has backups in it. The second region has a "
                f"copy; once that is safe, `rm {_IDENTITY}` on this host allows a new one to be made"
            )
        identity = repository.make()
        say(f"made the repository {repository.url}")
    if known is not None and known != identity:
        raise Problem(f"{repository.url} is another repository than the one this host's backups are in")
    if known is None:
        _IDENTITY.parent.mkdir(parents=True, exist_ok=True, mode=0o711)
        _IDENTITY.write_text(identity, encoding="utf-8")
    context.remove_stale_locks()


def _forget_old(context: Context, tag: str) -> list[str]:
    """Forgets what is old, and says why it could not: the backup itself is there by then."""
    try:
        if tag == SAFETY:
            context.repository.forget_all_but(_SAFETY_BACKUPS_KEPT, SAFETY)
        else:
            context.repository.forget(context.settings.keep, tag)
    except Problem as problem:
        return [f"old backups could not be forgotten: {problem}"]
    return []


def _write_down(dumped: Dump) -> None:
    (DATABASE / "manifest.json").write_text(dumped.manifest.written(), encoding="utf-8")
    (DATABASE / "references.json").write_text(json.dumps(dumped.references), encoding="utf-8")


def _judge(
    context: Context, dumped: Dump, all_read: bool, kept: list[str]
) -> tuple[str, list[str]]:
    """Whether this backup is all that it should be, and why not."""
    settings = context.settings
    rows = dumped.manifest.rows
    if rows == 0:
        return "empty", [f"there is no row in any of {len(dumped.manifest.tables)} tables"]
    reasons = [*kept, *([] if all_read else ["some files could not be read"])]
    for store in settings.filestores:
        names = filestore.missing(Path(store.folder), dumped.references.get(store.schema, []))
        if names:
            reasons.append(f"{len(names)} files that {store.schema} refers to are not in {store.folder}: {names[0]}, ...")
    large_objects = warn_of_large_objects(settings.the_database())
    if large_objects:
        reasons.append(f"{large_objects} large objects are in no schema, and so in no backup")
    before = [one for one in context.records.here("backup") if one["result"] != "failed" and one["tag"] == PLATFORM]
    if before and rows < before[-1]["rows"] * _SUSPICIOUS_LOSS:
        reasons.append(f"there are {rows} rows, and there were {before[-1]['rows']} in the backup before")
    return ("partial" if reasons else "complete"), reasons


def _record(
    context: Context, tag: str, dumped: Dump, added: Added, stopwatch: Stopwatch, result: str, reasons: list[str]
) -> dict[str, Any]:
    return {
        "tag": tag,
        "result": result,
        "reasons": reasons,
        "environment": context.settings.environment,
        "host": context.settings.host,
        "snapshot": added.snapshot,
        "manifest": dumped.manifest.digest,
        "server": dumped.manifest.server,
        "tables": len(dumped.manifest.tables),
        "rows": dumped.manifest.rows,
        "files": added.files,
        "bytes": {
            "database": dumped.manifest.size,
            "saved": added.size,
            "new": added.new,
            "uploaded": added.uploaded,
        },
        "seconds": {**stopwatch.parts, "total": stopwatch.total},
    }


def _in_words(error: Problem | OSError) -> str:
    if isinstance(error, Problem):
        return str(error)
    return f"{error.filename or 'a file'}: {error.strerror}"
