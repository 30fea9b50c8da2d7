"""What is asked of a restore, whatever it restores into, and what it says at its end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from . import clock
from .commands import say
from .context import PLATFORM, Stopwatch
from .restic import Snapshot

# More than a small host has cores: while one builds an index, another reads.
JOBS = 4


@dataclass(frozen=True)
class Wanted:
    """Which backup, and which parts of it."""

    at: datetime | None = None
    tag: str = PLATFORM
    database: bool = True
    files: bool = True


def told(chosen: Snapshot, stopwatch: Stopwatch) -> dict[str, Any]:
    """Says how long each part took, and gives what there is to write down."""
    for part, seconds in stopwatch.parts.items():
        say(f"{seconds:9.2f} s  {part}")
    say(f"{stopwatch.total:9.2f} s  all of it")
    return {
        "snapshot": chosen.original,
        "backup": clock.written(chosen.time),
        "seconds": {**stopwatch.parts, "total": stopwatch.total},
    }
