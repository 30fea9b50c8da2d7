"""What is backed up, where to, and what opens it: plain settings in one file, each secret in a file only root reads."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .problem import Problem

PLAIN = Path("/etc/insightpulse/backup.json")
MASKING = Path("/etc/insightpulse/masking.json")
SECRETS = Path("/etc/insightpulse/secrets")
STATE = Path("/var/lib/insightpulse/backup")
# There while a restore replaces what is live, and after one that was killed.
RESTORING = STATE / "restoring.json"


@dataclass(frozen=True)
class Place:
    """A bucket of Spaces."""

    endpoint: str
    bucket: str

    @property
    def repository(self) -> str:
        return f"s3:{self.endpoint}/{self.bucket}/repository"


@dataclass(frozen=True)
class Keep:
    """How many backups are kept: the last one of so many days, weeks and months."""

    daily: int
    weekly: int
    monthly: int


@dataclass(frozen=True)
class Filestore:
    """Files a schema refers to: Odoo keeps each under its own SHA-1 and the name in `ir_attachment`."""

    schema: str
    folder: str


@dataclass(frozen=True)
class Service:
    """A service whose data are here; it is stopped while they are replaced."""

    name: str
    folder: str


@dataclass(frozen=True)
class Server:
    """A database and a role of it, as clients reach it."""

    host: str
    name: str
    user: str
    tls: str
    # Certificate of whoever vouches for the server; empty where nobody does.
    authorityFile: str


@dataclass(frozen=True)
class Database(Server):
    """The database, as the role that reads everything."""

    port: int
    majorVersion: int
    # Schemas that are the vendor's own: it backs them up, and nobody else may restore them.
    leaveOut: tuple[str, ...]


@dataclass(frozen=True)
class Settings:
    """Everything this host's backups follow from."""

    environment: str
    host: str
    first: Place
    second: Place
    keep: Keep
    provenWithinHours: int
    uploadKibPerSecond: int | None = None
    database: Database | None = None
    folders: tuple[str, ...] = ()
    services: tuple[Service, ...] = ()
    filestores: tuple[Filestore, ...] = ()

    def filestore_services(self) -> list[Service]:
        """The filestores as what is replaced of their services, where the rest of the folder stays."""
        return [Service(store.schema, store.folder) for store in self.filestores]

    def the_database(self) -> Database:
        """The database.

        Raises:
            Problem: on a host that only copies backups
        """
        if self.database is None:
            raise Problem("this host only copies backups; the one that takes them is named by backup.host")
        return self.database


def read_masking() -> dict[str, Any] | None:
    """What becomes of personal data on this host; nothing on one that is never filled from another environment."""
    return json.loads(MASKING.read_text()) if MASKING.exists() else None


def read() -> Settings:
    """The settings of this host.

    Raises:
        Problem: when there are none
    """
    try:
        document: dict[str, Any] = json.loads(PLAIN.read_text())
    except FileNotFoundError:
        raise Problem(f"{PLAIN} is missing: no backup is configured for this host") from None
    database = document.pop("database", None)
    return Settings(
        first=Place(**document.pop("first")),
        second=Place(**document.pop("second")),
        keep=Keep(**document.pop("keep")),
        database=None if database is None else Database(**{**database, "leaveOut": tuple(database["leaveOut"])}),
        folders=tuple(document.pop("folders", ())),
        services=tuple(Service(**entry) for entry in document.pop("services", ())),
        filestores=tuple(Filestore(**entry) for entry in document.pop("filestores", ())),
        **document,
    )
