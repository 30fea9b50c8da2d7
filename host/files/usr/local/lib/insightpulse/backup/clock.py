"""The time a backup goes by: this host's, or another one in a drill that does not want to wait for it."""

from __future__ import annotations

import time
from datetime import datetime, timezone

from .problem import Problem

_TOLERATED_SECONDS = 300


def parse(text: str) -> datetime:
    """A time in UTC, as in 2026-11-25T02:00:00Z.

    Raises:
        Problem: when it is none
    """
    try:
        moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        raise Problem(f"{text!r} is no time; one looks like 2026-11-25T02:00:00Z") from None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=timezone.utc)


def now() -> datetime:
    """This host's time, without its fraction."""
    return datetime.fromtimestamp(int(time.time()), timezone.utc)


def written(moment: datetime) -> str:
    """A time as it stands in records and in names of files."""
    return moment.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def compare(server_epoch: float) -> None:
    """Refuses to go on with a clock that is wrong: what is kept is counted by days.

    Raises:
        Problem: when this host's clock and the database's are far apart
    """
    apart = time.time() - server_epoch
    if abs(apart) > _TOLERATED_SECONDS:
        direction = "ahead of" if apart > 0 else "behind"
        raise Problem(
            f"this host's clock is {abs(apart) / 3600:.1f} h {direction} the database's; with it, the wrong backups "
            "would be forgotten. `timedatectl` says whether it is kept in time"
        )
