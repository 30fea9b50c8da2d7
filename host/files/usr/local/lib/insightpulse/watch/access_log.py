"""nginx's access logs: what has been added since the last look, also over a rotation."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from .asking import AGENT
from .observation import Observation

# What came while nobody looked for days is not worth the memory of a small host.
_MOST_BYTES = 64 * 1024 * 1024
# A spike is seen by two looks before it is forgotten.
_WINDOW = timedelta(minutes=10)
# A handful of errors is a spike only where nothing else happens.
_FEWEST_ERRORS = 5


@dataclass(frozen=True)
class Request:
    """A request that nginx has answered."""

    path: str
    status: int
    seconds: float


def added(path: Path, position: dict[str, int]) -> list[Request]:
    """What has come to a log since this position, which is moved on. At the first look only what comes later counts."""
    try:
        facts = path.stat()
    except OSError:
        return []
    lines: list[bytes] = []
    if "inode" not in position:
        position.update(inode=facts.st_ino, offset=facts.st_size)
        return []
    if facts.st_ino != position["inode"]:
        # Rotated: the end of the old one lies beside it, not yet compressed.
        before = path.with_name(f"{path.name}.1")
        if before.exists() and before.stat().st_ino == position["inode"]:
            lines += _lines(before, position)
        position.update(inode=facts.st_ino, offset=0)
    elif facts.st_size < position["offset"]:
        position["offset"] = 0
    lines += _lines(path, position)
    return [request for request in map(_request, lines) if request is not None]


def _lines(path: Path, position: dict[str, int]) -> list[bytes]:
    with path.open("rb") as stream:
        # More may come while this reads, so where it ends is counted from where it began.
        start = max(position["offset"], os.fstat(stream.fileno()).st_size - _MOST_BYTES)
        stream.seek(start)
        text = stream.read(_MOST_BYTES)
    # nginx may be in the middle of a line.
    whole = text.rfind(b"\n") + 1
    position["offset"] = start + whole
    return text[:whole].splitlines()


def _request(line: bytes) -> Request | None:
    try:
        entry: dict[str, Any] = json.loads(line)
        _method, _, rest = str(entry["request"]).partition(" ")
        if str(entry.get("agent", "")).startswith(AGENT):
            return None
        return Request(rest.partition(" ")[0].partition("?")[0], int(entry["status"]), float(entry["rt"]))
    except (ValueError, KeyError, TypeError):
        return None


def errors(
    service: str, requests: list[Request], counts: list[list[float]], percent: float, moment: datetime
) -> Observation:
    """Whether a service has answered too many requests of the last minutes with a fault of its own."""
    failed = sum(1 for request in requests if request.status >= 500)
    counts.append([moment.timestamp(), len(requests), failed])
    oldest = (moment - _WINDOW).timestamp()
    counts[:] = [count for count in counts if count[0] > oldest]
    total, wrong = sum(count[1] for count in counts), sum(count[2] for count in counts)
    share = 100 * wrong / total if total else 0.0
    key, title = f"{service} errors", service
    if wrong < _FEWEST_ERRORS or share < percent:
        return Observation(key, title)
    return Observation(
        key,
        title,
        f"answers {share:.0f} % of all requests with an error of its own ({wrong:.0f} of {total:.0f} in ten minutes)",
        f"`tail -n 100 /var/log/nginx/{service}_access.log | grep '\"status\":5'` shows them",
    )


def timed(requests: list[Request]) -> Iterator[Request]:
    """Requests whose time says something: a websocket is as slow as its user wants, and what was broken off is no answer."""
    return (request for request in requests if request.status not in (101, 499))
