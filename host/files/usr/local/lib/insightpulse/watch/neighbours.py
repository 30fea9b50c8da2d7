"""The other hosts: does anybody answer there, and does somebody watch there?"""

from __future__ import annotations

import socket
from datetime import datetime

from backup import clock
from backup.problem import Problem

from .heartbeat import Heartbeats
from .observation import Observation
from .settings import Limits, Neighbour


def look(neighbour: Neighbour, heartbeats: Heartbeats, first_asked: dict[str, str], limits: Limits, moment: datetime) -> Observation:
    """Looks at another host."""
    wrong = _unreachable(neighbour.name) if neighbour.name else None
    if wrong is None:
        wrong = _silent(neighbour.host, heartbeats, first_asked, limits, moment)
    remedy = f"`./scripts/ops drift` says whether it can be entered, and DigitalOcean's console of {neighbour.host} what it does"
    return Observation(f"host {neighbour.host}", f"the host {neighbour.host}", wrong, remedy)


def _unreachable(name: str) -> str | None:
    try:
        with socket.create_connection((name, 443), timeout=10):
            return None
    except socket.gaierror:
        return f"cannot be found: the name {name} does not resolve"
    except OSError as error:
        return f"does not answer at {name}, port 443: {error.strerror or 'not within 10 s'}"


def _silent(
    host: str, heartbeats: Heartbeats, first_asked: dict[str, str], limits: Limits, moment: datetime
) -> str | None:
    """A host that is new has the same time for its first heartbeat as for any other."""
    began = clock.parse(first_asked.setdefault(host, clock.written(moment)))
    try:
        minutes = heartbeats.age(host, moment)
    except Problem as problem:
        waited = (moment - began).total_seconds() / 60
        return str(problem) if waited > limits.heartbeatMinutes else None
    if minutes is None or minutes <= limits.heartbeatMinutes:
        return None
    return f"is silent: its last heartbeat is {minutes:.0f} minutes old, and must not be older than {limits.heartbeatMinutes}"
