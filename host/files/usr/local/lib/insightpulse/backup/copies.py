"""The second copy, in another region: written from another host, by a key that can only read what it copies."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from . import clock
from .commands import say
from .context import PLATFORM, Context, Stopwatch
from .problem import Problem


def copy(first: Context, second: Context, as_of: datetime | None = None) -> dict[str, Any]:
    """Copies what is missing, forgets by the same rule, and writes down whether the two agree.

    Nothing is forgotten here only because it is gone there: who deletes the first copy does not reach this one.

    Raises:
        Problem: when the second copy is not the same as the first
    """
    moment = as_of or clock.now()
    stopwatch = Stopwatch()
    try:
        record = _copy(first, second, stopwatch)
    except Problem as problem:
        second.records.write("copy", moment, {"result": "failed", "reasons": [str(problem)]})
        raise Problem(f"the second copy failed: {problem}") from None
    second.records.write("copy", moment, record)
    return record


def _copy(first: Context, second: Context, stopwatch: Stopwatch) -> dict[str, Any]:
    if not first.repository.is_there():
        raise Problem(f"there is no repository {first.repository.url} to copy from")
    if not second.repository.is_there():
        second.repository.make(like=first.repository)
        say(f"made the repository {second.repository.url}")
    second.repository.remove_stale_locks()
    with stopwatch.measure("copy"):
        second.repository.copy_from(first.repository)
    there = {one.id for one in first.repository.snapshots(PLATFORM)}
    with stopwatch.measure("retention"):
        # What the first copy still has would only be copied again.
        old = second.repository.too_old(first.settings.keep, PLATFORM)
        second.repository.forget_these([one for one in old if one.original not in there])
    here = {one.original for one in second.repository.snapshots(PLATFORM)}
    missing = there - here
    if missing:
        raise Problem(f"{len(missing)} backups of the first copy are not in the second")
    say(f"{len(here)} backups in both regions, copied in {stopwatch.total} s")
    return {
        "result": "complete",
        "backups": len(here),
        "only here": len(here - there),
        "seconds": {**stopwatch.parts, "total": stopwatch.total},
    }
