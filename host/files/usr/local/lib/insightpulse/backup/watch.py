"""Whether there is a recent backup that was proven, and whether the repository is whole."""

from __future__ import annotations

from datetime import datetime

from . import clock
from .commands import say
from .context import Context
from .problem import Problem
from .records import Record

# Reading an eighth of the data each week has read all of it after two months.
_PARTS = 8


def watch(context: Context, proofs: list[Record], as_of: datetime | None = None) -> None:
    """Complains when the last proven backup is too old.

    Raises:
        Problem: with its age
    """
    moment = as_of or clock.now()
    proven = [clock.parse(one["backup"]) for one in proofs if one["result"] == "proven"]
    allowed = context.settings.provenWithinHours
    if not proven:
        raise Problem("no backup has ever been proven; `./scripts/ops backup now` takes and proves one")
    hours = (moment - max(proven)).total_seconds() / 3600
    if hours > allowed:
        raise Problem(
            f"the last proven backup is {hours:.0f} h old, and must not be older than {allowed} h; "
            "`./scripts/ops backup list` shows what went wrong"
        )
    say(f"the last proven backup is {hours:.1f} h old")


def check(context: Context, as_of: datetime | None = None) -> None:
    """Checks the repository's structure, and reads a part of its data that changes every week.

    Raises:
        Problem: with what is damaged
    """
    week = (as_of or clock.now()).isocalendar().week
    part = week % _PARTS + 1
    context.repository.check(f"{part}/{_PARTS}")
    say(f"the repository is whole; part {part} of {_PARTS} of its data was read back")
