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
    if second.repository.identity() is None:
        second.repository.make(like=first.repository)
        say(f"made the repository {second.repository.url}")
    second.remove_stale_locks()
    with stopwatch.measure("copy"):
        second.repository.copy_from(first.repository)
    there = {one.id for one in first.repository.snapshots(PLATFORM)}
    with stopwatch.measure("retention"):
        kept, old = second.repository.by_age(first.settings.keep, PLATFORM)
        # What the first copy still has would only be copied again.
        second.repository.forget_these([one for one in old if one.original not in there])
    here = {one.original for one in kept} | {one.original for one in old if one.original in there}
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
