"""Errors in the journal, unit by unit."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from backup.commands import run

from .observation import Observation

_WINDOW = timedelta(minutes=10)
_MOST_LINES = "5000"
# Whatever a container writes to its standard error, Podman calls an error; whether it is one, the line itself says.
_IS_ERROR = re.compile(r'\b(ERROR|CRITICAL|FATAL)\b|"level":\s*"(error|fatal|panic)"|\[(error|crit|emerg)\]')
_OWN = ("watch.service", "alarm-drill.service")


def look(allowed: int, moment: datetime, had_errors: Iterable[str]) -> list[Observation]:
    """Counts the errors of the last ten minutes. A unit that had too many is looked at until it has not."""
    since = f"@{int((moment - _WINDOW).timestamp())}"
    fields = "--output-fields=_SYSTEMD_UNIT,CONTAINER_NAME,MESSAGE"
    words = ["journalctl", "--priority=err", f"--since={since}", "--output=json", fields, f"--lines={_MOST_LINES}"]
    counts = errors_of(run(*words, "--no-pager", "--quiet").output.splitlines())
    units = {*had_errors, *(unit for unit, count in counts.items() if count >= allowed)}
    observations = []
    for unit in sorted(units):
        count = counts.get(unit, 0)
        wrong = f"has logged {count} errors in ten minutes" if count >= allowed else None
        remedy = f"`journalctl -u {unit.removesuffix('.service')} -p err --since '1 hour ago'` shows them"
        observations.append(Observation(f"journal {unit}", unit.removesuffix(".service"), wrong, remedy))
    return observations


def errors_of(lines: Iterable[str]) -> Counter[str]:
    """How many errors each unit has logged."""
    counts: Counter[str] = Counter()
    for line in lines:
        try:
            entry: dict[str, Any] = json.loads(line)
        except ValueError:
            continue
        unit = entry.get("_SYSTEMD_UNIT")
        if not isinstance(unit, str) or unit in _OWN:
            continue
        # Text that is no UTF-8 comes as a list of bytes.
        message = entry.get("MESSAGE")
        if "CONTAINER_NAME" in entry and not (isinstance(message, str) and _IS_ERROR.search(message)):
            continue
        counts[unit] += 1
    return counts
