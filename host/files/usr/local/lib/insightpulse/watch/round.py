"""One round: every look, what follows from it, and the heartbeat that says that it was made."""

from __future__ import annotations

import resource
import time
from datetime import datetime
from pathlib import Path
from typing import Any

from backup import clock
from backup.commands import say
from backup.problem import Problem

from . import access_log, certificates, database, incidents, jobs, journal, latency, machine, neighbours, services, telling
from .heartbeat import Heartbeats
from .observation import Observation
from .settings import Settings

State = dict[str, Any]


def go_round(settings: Settings, state: State, moment: datetime) -> None:
    """Looks at everything, tells what is new, and writes the heartbeat. The state is changed, and not yet kept."""
    began = time.monotonic()
    heartbeats = Heartbeats.of(settings)
    known: incidents.Known = state.setdefault("known", {})
    _close_days(settings, state, heartbeats, moment)
    day = state.setdefault("days", {}).setdefault(moment.date().isoformat(), {})

    seen = _look(settings, state, day, heartbeats, moment)
    # What the round before could not write, or could not tell, is seen by this one.
    seen += [Observation(**state["heartbeat"])] if "heartbeat" in state else []
    messages = incidents.judge(known, seen, moment, incidents.Rules.of(settings.limits))
    for one in seen:
        if one.wrong is not None:
            say(f"{one.title} {one.wrong}")
    untold: telling.Untold = state.setdefault("untold", [])
    telling.tell_all([f"{settings.hostName}: {message.text}" for message in messages], untold)
    written = heartbeats.write(settings.host, _heartbeat(settings, state, moment, began))
    state["heartbeat"] = vars(written)


def _look(settings: Settings, state: State, day: latency.Day, heartbeats: Heartbeats, moment: datetime) -> list[Observation]:
    limits = settings.limits
    seen: list[Observation] = []
    health = services.look(settings.services, limits)
    seen += health.observations
    for name, answer in health.by_name.items():
        latency.count_look(day, name, answer.wrong is None)
    for service in settings.services:
        if not service.log:
            continue
        position = state.setdefault("logs", {}).setdefault(service.log, {})
        requests = access_log.added(Path(service.log), position)
        counts = state.setdefault("requests", {}).setdefault(service.name, [])
        seen.append(access_log.errors(service.name, requests, counts, limits.errorPercent, moment))
        for request in access_log.timed(requests):
            kind = latency.kind_of(request.path, service)
            latency.count(day, service.name, kind, request.seconds * 1000, request.status >= 500)
    for certificate in settings.certificates:
        seen += certificates.look(certificate, limits.certificateDays, moment)
    seen += machine.disks(settings.folders, state.setdefault("disks", {}), limits, moment)
    seen += machine.memory(limits)
    here = [service.name for service in settings.services if service.direct]
    seen += machine.killed_for_memory(here, state.setdefault("kills", {}))
    seen += machine.timers(settings.timers)
    seen += machine.units(_named(state, "unit "))
    seen += journal.look(limits.journalErrors, moment, _named(state, "journal "))
    for queue in settings.queues:
        seen.append(jobs.look(queue, state.setdefault("queues", {}).setdefault(queue.service, []), limits, moment))
    if settings.database is not None:
        of_database = database.look(settings.database, limits)
        seen += of_database.observations
        if of_database.milliseconds is not None:
            latency.count(day, "database", "connection", of_database.milliseconds)
    first_asked = state.setdefault("firstAsked", {})
    seen += [neighbours.look(one, heartbeats, first_asked, limits, moment) for one in settings.neighbours]
    seen += telling.look(settings.channels, telling.deliveries())
    return seen


def _named(state: State, beginning: str) -> list[str]:
    """Things that were wrong of late: they are looked at until they are well, and are then forgotten."""
    return [
        key.removeprefix(beginning)
        for key, thing in state["known"].items()
        if key.startswith(beginning) and ("open" in thing or any(thing["recent"]))
    ]


def _close_days(settings: Settings, state: State, heartbeats: Heartbeats, moment: datetime) -> None:
    """Days that are over go into the history."""
    today = moment.date().isoformat()
    for name in sorted(day for day in state.get("days", {}) if day < today):
        day = state["days"].pop(name)
        if settings.database is not None:
            now = database.statements(settings.database)
            if now is not None:
                target = settings.targets.queryMilliseconds
                before = state.get("statements")
                # Whatever was counted before the first day is not that day's.
                day["queries"] = [] if before is None else latency.of_statements(name, before, now, target)
                state["statements"] = now
            else:
                day["queries"] = [{"day": name, "what": "database", "kind": "query", "unknown": "no pg_stat_statements"}]
        try:
            month = latency.keep(name, latency.lines(name, day, settings.targets))
            heartbeats.keep_history(settings.host, month)
        except (OSError, Problem) as error:
            say(f"the history of {name} is not kept everywhere: {error}")


def _heartbeat(settings: Settings, state: State, moment: datetime, began: float) -> dict[str, Any]:
    fared = telling.deliveries()
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return {
        "environment": settings.environment,
        "host": settings.host,
        "time": clock.written(moment),
        "incidents": incidents.open_ones(state["known"]),
        "untold": len(state["untold"]),
        "channels": {name: fared.get(name, {}) for name in settings.channels},
        "watchingSince": state.setdefault("watchingSince", clock.written(moment)),
        "drill": state.get("drill"),
        "cost": {
            "seconds": round(time.monotonic() - began, 2),
            "cpuSeconds": round(own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime, 2),
            "memoryMib": round(max(own.ru_maxrss, children.ru_maxrss) / 1024, 1),
        },
    }
