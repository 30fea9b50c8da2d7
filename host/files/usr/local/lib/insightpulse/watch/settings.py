"""What is watched here, and where the limits are: plain settings in one file, each secret in a file only root reads."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from backup.problem import Problem
from backup.settings import Place, Server

PLAIN = Path("/etc/insightpulse/watch.json")
# What is kept: samples, incidents, and the history of each day.
STATE = Path("/var/lib/insightpulse/watch")
# The same once more in memory, for the day the disk is full.
SPARE = Path("/run/insightpulse-watch")


@dataclass(frozen=True)
class Service:
    """A service, asked by its name where it has one, and directly as well where it runs here."""

    name: str
    status: int
    # Pattern that the body must have; empty where any will do.
    body: str
    # What it answers by name, through whatever is in front of it; empty for one that has no name.
    site: str = ""
    # What it answers on this host, without nginx; empty for a service that runs elsewhere.
    direct: str = ""
    # Access log of nginx; empty for a service that runs elsewhere.
    log: str = ""
    # How paths begin that programs call, and that are to answer faster than pages.
    apiPaths: tuple[str, ...] = ()


@dataclass(frozen=True)
class Neighbour:
    """Another host of the environment."""

    host: str
    # Name of a service on it; empty where it has none.
    name: str


@dataclass(frozen=True)
class Database(Server):
    """The database, as a role that sees statistics and no data."""

    # Of the poolers that services use.
    ports: tuple[int, ...]


@dataclass(frozen=True)
class Certificate:
    """A certificate on disk, and the name it is served under."""

    file: str
    servedAs: str


@dataclass(frozen=True)
class Queue:
    """A job queue in Redis on this host."""

    service: str
    port: int


@dataclass(frozen=True)
class Limits:
    """Where well ends. `config/sections/watch.ts` says what each means."""

    failures: int
    holdMinutes: int
    secondLookSeconds: int
    slowMilliseconds: int
    errorPercent: float
    journalErrors: int
    certificateDays: int
    diskPercent: int
    diskDays: int
    memoryPercent: int
    memoryPressurePercent: int
    queueJobs: int
    queueMinutes: int
    slowQuerySeconds: int
    heartbeatMinutes: int


@dataclass(frozen=True)
class Targets:
    """What was promised: 95 of 100 are faster, and the names answer so much of the time."""

    pageMilliseconds: int
    apiMilliseconds: int
    queryMilliseconds: int
    uptimePercent: float


@dataclass(frozen=True)
class Settings:
    """Everything this host's watch follows from."""

    environment: str
    host: str
    hostName: str
    heartbeats: Place
    limits: Limits
    targets: Targets
    # Ways in which people are told, those that are configured.
    channels: tuple[str, ...] = ()
    services: tuple[Service, ...] = ()
    neighbours: tuple[Neighbour, ...] = ()
    certificates: tuple[Certificate, ...] = ()
    timers: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()
    queues: tuple[Queue, ...] = ()
    database: Database | None = None


def read() -> Settings:
    """The settings of this host.

    Raises:
        Problem: when there are none
    """
    try:
        return parse(json.loads(PLAIN.read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise Problem(f"{PLAIN} is missing: `pulumi up` writes it") from None


def parse(document: dict[str, Any]) -> Settings:
    """The settings in a document."""
    given = dict(document)
    database = given.pop("database", None)

    def all_of(kind: Any, name: str) -> tuple[Any, ...]:
        return tuple(kind(**{key: _frozen(value) for key, value in entry.items()}) for entry in given.pop(name, ()))

    return Settings(
        heartbeats=Place(**given.pop("heartbeats")),
        limits=Limits(**given.pop("limits")),
        targets=Targets(**given.pop("targets")),
        services=all_of(Service, "services"),
        neighbours=all_of(Neighbour, "neighbours"),
        certificates=all_of(Certificate, "certificates"),
        queues=all_of(Queue, "queues"),
        database=None if database is None else Database(**{key: _frozen(value) for key, value in database.items()}),
        **{key: _frozen(value) for key, value in given.items()},
    )


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
