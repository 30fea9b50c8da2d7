"""The database's owner, whom a restore into live needs and no host knows."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from . import database
from .settings import Database


@dataclass(frozen=True)
class Owner:
    """Who owns the database; the password comes through standard input and lies in memory for as long as this takes."""

    user: str
    password: str

    def reach(self, known: Database, folder: Path) -> dict[str, str]:
        """How PostgreSQL's programs reach the database as its owner; the password is in a file that goes with its folder."""
        password_file = folder / "owner.pgpass"
        password_file.touch(mode=0o600)
        fields = (known.host, str(known.port), known.name, self.user, self.password)
        password_file.write_text(":".join(_escaped(field) for field in fields) + "\n", encoding="utf-8")
        return database.environment(known, password_file, self.user)


def _escaped(field: str) -> str:
    return field.replace("\\", "\\\\").replace(":", "\\:")
