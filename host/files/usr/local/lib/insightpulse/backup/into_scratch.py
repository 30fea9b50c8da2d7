"""Restores a backup beside the platform, to look at it."""

from __future__ import annotations

import shutil
from typing import Any

from . import prove
from .commands import say
from .context import Context, Stopwatch, require_space
from .problem import Problem
from .restore import Wanted, told
from .scratch import Scratch
from .settings import STATE

_SCRATCH = STATE / "scratch"


def into_scratch(context: Context, wanted: Wanted) -> dict[str, Any]:
    """Restores beside the platform and leaves it there to look at, until it is forgotten."""
    forget_scratch()
    there = prove.candidates(context, wanted.at, wanted.tag)
    stopwatch = Stopwatch()
    _SCRATCH.mkdir(parents=True)
    _SCRATCH.chmod(0o711)
    chosen, fetched = prove.fetch_newest_whole(context, there, _SCRATCH, stopwatch, None if wanted.files else ())
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
    return told(chosen, stopwatch)


def forget_scratch() -> None:
    """Removes what an earlier restore into scratch has left."""
    if (_SCRATCH / "server/data/postmaster.pid").exists():
        version = (_SCRATCH / "server/data/PG_VERSION").read_text(encoding="utf-8").strip()
        Scratch(_SCRATCH / "server", int(version)).stop()
    shutil.rmtree(_SCRATCH, ignore_errors=True)
